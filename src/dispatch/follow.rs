//! An attempt from its seat to its end, and what it gives up on the way when it hangs.

use std::pin::pin;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::attempt::{Done, attempt};
use super::dispatcher::Dispatcher;
use super::lanes::Seat;
use super::plan::Job;

/// After this long without an outcome an attempt gives its seat back and waits elsewhere.
const BRISK: Duration = Duration::from_millis(25);
/// After this long without an outcome it is slow, and its stretch goes on without it.
const PATIENCE: Duration = Duration::from_secs(1);

/// Makes the attempt; says through `slow` when it turns out to be slow.
pub(super) async fn follow(dispatcher: &Dispatcher, job: &Job, seat: Seat, slow: oneshot::Sender<()>) -> Done {
    let began = Instant::now();
    let give_up = CancellationToken::new();
    let mut work = pin!(attempt(dispatcher, job, &give_up));
    if let Ok(done) = timeout_at(began + BRISK, &mut work).await {
        return done;
    }
    let pool = seat.pool();
    let mut seat = Some(seat);
    let mut place = pool.try_place();
    if place.is_some() {
        seat = None;
    }
    if let Ok(done) = timeout_at(began + PATIENCE, &mut work).await {
        return done;
    }
    // Nobody listens where the delivery has a row of its own already.
    let _ = slow.send(());
    let _hanging = pool.hang(give_up.clone());
    if place.is_none() {
        tokio::select! {
            biased;
            done = &mut work => return done,
            found = pool.place() => place = Some(found),
        }
    }
    drop(seat);
    let done = work.await;
    drop(place);
    done
}
