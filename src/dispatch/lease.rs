//! Holding a lease for as long as the work takes.

use std::pin::pin;
use std::time::Duration;

use tracing::debug;

use super::dispatcher::Dispatcher;
use crate::ledger::{Fault, LeaseToken};

/// How long a lease holds: after a crash, what was under way is repeated this much later at most.
pub(super) const LEASE: Duration = Duration::from_secs(10);

/// A token that nobody can guess.
pub(super) fn new_token() -> LeaseToken {
    LeaseToken(rand::random())
}

/// Does the work while holding its lease; `None` once the lease is lost, and the work is dropped.
pub(super) async fn hold<T>(dispatcher: &Dispatcher, token: LeaseToken, work: impl Future<Output = T>) -> Option<T> {
    while_held(|| dispatcher.ledger.extend(token, dispatcher.now().plus(LEASE)), work).await
}

async fn while_held<T, F: Future<Output = Result<(), Fault>>>(extend: impl Fn() -> F, work: impl Future<Output = T>) -> Option<T> {
    let work = pin!(work);
    let lost = async {
        loop {
            tokio::time::sleep(LEASE / 3).await;
            match extend().await {
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_lease_is_extended_until_the_work_is_done() {
        let extended = Cell::new(0);
        let extend = || {
            extended.set(extended.get() + 1);
            // Trouble that passes does not end the work.
            let fault = extended.get() % 2 == 0;
            async move { if fault { Err(Fault::Unavailable(String::new())) } else { Ok(()) } }
        };
        assert_eq!(while_held(extend, tokio::time::sleep(LEASE + LEASE * 9 / 10)).await, Some(()));
        assert_eq!(extended.get(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn work_without_its_lease_is_dropped() {
        let began = tokio::time::Instant::now();
        let done = while_held(|| async { Err(Fault::LeaseLost) }, std::future::pending::<()>()).await;
        assert_eq!(done, None);
        assert!(began.elapsed() >= LEASE / 3 && began.elapsed() < LEASE);
    }
}
