//! Writing down what became of deliveries, until it stands.

use std::time::Duration;

use tracing::warn;

use super::dispatcher::Dispatcher;
use super::lease::LEASE;
use crate::ledger::{Fault, Outcome, Settlement};

/// The first wait before a settlement is repeated.
const FIRST_WAIT: Duration = Duration::from_millis(50);
/// The longest.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What became of a settlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// It stands.
    Written,
    /// The lease was another's.
    Lost,
}

/// Settles, repeating the same call for as long as the ledger cannot say or cannot write.
pub(super) async fn settle(dispatcher: &Dispatcher, mut settlement: Settlement) -> Settled {
    let mut wait = FIRST_WAIT;
    let mut unknown = false;
    loop {
        settlement.now = dispatcher.now();
        for delivery in &mut settlement.deliveries {
            if let Outcome::Slow { until, .. } = &mut delivery.outcome {
                *until = settlement.now.plus(LEASE);
            }
        }
        match dispatcher.ledger.settle(settlement.clone()).await {
            Ok(()) => return Settled::Written,
            // Most likely the call whose answer was lost took the lease along. If not, slow attempts learn of it by theirs.
            Err(Fault::LeaseLost) if unknown => return Settled::Written,
            Err(Fault::LeaseLost) => return Settled::Lost,
            Err(fault) => {
                unknown |= matches!(fault, Fault::Unknown(_));
                warn!("what became of {} deliveries could not be recorded, which is tried again: {fault}", settlement.deliveries.len());
            }
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}
