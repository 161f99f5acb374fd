//! Holding a lease for as long as the work takes.

use std::pin::pin;
use std::time::Duration;

use tracing::debug;

use super::dispatcher::Dispatcher;
use crate::ledger::{Fault, LeaseToken};

/// How long a lease holds: after a crash, what was under way is repeated this much later.
pub(super) const LEASE: Duration = Duration::from_secs(30);

/// A token that nobody can guess.
pub(super) fn new_token() -> LeaseToken {
    LeaseToken(rand::random())
}

/// Does the work while holding its lease; `None` once the lease is lost, and the work is dropped.
pub(super) async fn hold<T>(dispatcher: &Dispatcher, token: LeaseToken, work: impl Future<Output = T>) -> Option<T> {
    let work = pin!(work);
    let lost = async {
        loop {
            tokio::time::sleep(LEASE / 3).await;
            match dispatcher.ledger.extend(token, dispatcher.now().plus(LEASE)).await {
                Ok(()) => {}
                Err(Fault::LeaseLost) => return,
                Err(fault) => debug!("a lease could not be extended, which is tried again: {fault}"),
            }
        }
    };
    tokio::select! {
        biased;
        done = work => Some(done),
        () = lost => None,
    }
}
