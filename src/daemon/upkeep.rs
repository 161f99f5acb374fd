//! Keeps the ledger from growing without end.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::{debug, info};

use super::clock::Clock;
use crate::article::Tombstone;
use crate::ledger::{Ledger, Prune};

/// How long attempts, tombstones, and bulletins that nobody is owed any more, are kept.
const KEPT: Duration = Tombstone::STANDS;
/// How often what is older goes.
const EVERY: Duration = Duration::from_hours(1);
/// How many rows go at once, so that no edition waits long for the writer.
const BATCH: usize = 500;
/// A breath between two batches.
const BREATH: Duration = Duration::from_millis(20);

/// Removes what is old, every hour.
pub(super) async fn upkeep(ledger: Arc<dyn Ledger>, clock: Clock, shutdown: CancellationToken) {
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        let before = clock.now().minus(KEPT);
        let mut gone = 0;
        while !shutdown.is_cancelled() {
            match ledger.prune(Prune { before, limit: BATCH }).await {
                Ok(rows) => {
                    gone += rows;
                    if rows < BATCH as u64 {
                        break;
                    }
                }
                Err(fault) => {
                    debug!("old records could not be removed yet: {fault}");
                    break;
                }
            }
            tokio::time::sleep(BREATH).await;
        }
        if gone > 0 {
            info!("removed {gone} records older than 30 days");
        }
    }
}
