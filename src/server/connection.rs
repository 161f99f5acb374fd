//! Accepting connections, within limits, and letting them go in order.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::conversation::{House, hold};
use super::front::Front;
use super::gate::Gate;
use super::listen::{Accepted, Listener};
use super::pages::State;
use super::seldom::Seldom;

/// How long to rest when the system has no more file descriptors to accept with.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// Serves until `shutdown`; then says so at `/readyz`, goes on for the gate's delay, accepts no more, lets requests under way end, and
/// returns within [`Limits::drain`](crate::config::Limits::drain).
pub async fn serve(listeners: Vec<Listener>, state: State, gate: Gate, shutdown: CancellationToken) {
    let limits = state.limits;
    let closing = CancellationToken::new();
    let house = Arc::new(House {
        front: Front::new(state, shutdown.clone()),
        gate: gate.clone(),
        limits,
        crowd: Arc::default(),
        stop: closing.clone(),
    });
    let hall = Arc::new(Hall {
        house,
        room: Arc::new(Semaphore::new(limits.connections)),
        connections: TaskTracker::new(),
        abort: CancellationToken::new(),
        full: Seldom::default(),
    });
    let doors: Vec<_> = listeners.into_iter().map(|listener| tokio::spawn(Arc::clone(&hall).attend(listener))).collect();
    let following = async {
        match &gate.parts.tls {
            Some(tls) => tls.follow(&closing).await,
            None => closing.cancelled().await,
        }
    };
    let stopping = async {
        shutdown.cancelled().await;
        tokio::time::sleep(gate.parts.stop_delay).await;
        closing.cancel();
    };
    tokio::join!(following, stopping);
    for door in doors {
        let _ = door.await;
    }
    hall.connections.close();
    if tokio::time::timeout(limits.drain, hall.connections.wait()).await.is_err() {
        tracing::warn!(open = hall.connections.len(), "closing connections that did not end within {:?}", limits.drain);
        hall.abort.cancel();
        hall.connections.wait().await;
    }
}

/// Where connections are taken in.
struct Hall {
    house: Arc<House>,
    room: Arc<Semaphore>,
    connections: TaskTracker,
    abort: CancellationToken,
    full: Seldom,
}

impl Hall {
    /// Takes in what comes by one listener until the server closes.
    async fn attend(self: Arc<Self>, listener: Listener) {
        loop {
            tokio::select! {
                biased;
                () = self.house.stop.cancelled() => break,
                accepted = accept(&listener) => self.take_in(accepted, listener.tls),
            }
        }
        // Sockets of the service manager stay open, and their queue is the next run's. What waits in one of our own would be turned away.
        if !listener.inherited {
            let mut waiting = pin!(listener.accept());
            while let Poll::Ready(Ok(accepted)) = poll_fn(|context| Poll::Ready(waiting.as_mut().poll(context))).await {
                self.take_in(accepted, listener.tls);
                waiting.set(listener.accept());
            }
        }
    }

    fn take_in(&self, accepted: Accepted, tls: bool) {
        let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
            if self.full.due() {
                tracing::warn!(open = self.house.limits.connections, "every connection is taken; closing new ones until some end");
            }
            return;
        };
        let (house, abort) = (Arc::clone(&self.house), self.abort.clone());
        self.connections.spawn(async move {
            abort.run_until_cancelled(hold(accepted, tls, house)).await;
            drop(place);
        });
    }
}

/// The next connection; faults (one that is gone already, no file descriptor left) are waited out, never fatal.
async fn accept(listener: &Listener) -> Accepted {
    let failing = Seldom::default();
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                if failing.due() {
                    tracing::warn!(%error, "cannot accept a connection; trying again (raise the limit of open files if it says so)");
                }
                tokio::time::sleep(ACCEPT_REST).await;
            }
        }
    }
}
