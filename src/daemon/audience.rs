//! What the server counts of feeds' readers, into the ledger, for `status`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::debug;

use crate::article::FeedName;
use crate::instant::Instant;
use crate::ledger::{FeedAudience, Ledger};
use crate::server::Audience;

/// How often it is written down. What was counted since is lost in a crash.
const EVERY: Duration = Duration::from_secs(30);
/// How many days are kept.
const KEPT: i64 = 35;

/// Goes on from what an earlier run counted today.
pub(super) async fn resume(ledger: &dyn Ledger, now: Instant) -> Arc<Audience> {
    let kept = ledger.audience(Audience::day(now)).await.unwrap_or_else(|fault| {
        debug!("what was counted of feeds' readers today cannot be read: {fault}");
        Vec::new()
    });
    Arc::new(Audience::new(now, kept))
}

/// Writes it down now and then, and once more when the server has ended.
pub(super) async fn keep(audience: Arc<Audience>, ledger: Arc<dyn Ledger>, served: CancellationToken) {
    let mut kept: HashMap<FeedName, FeedAudience> = HashMap::new();
    loop {
        let last = tokio::select! {
            () = served.cancelled() => true,
            () = tokio::time::sleep(EVERY) => false,
        };
        let now = Instant::now();
        let mut counted = audience.counted(now);
        counted.retain(|one| kept.get(&one.feed) != Some(one));
        if !counted.is_empty() {
            match ledger.put_audience(counted.clone(), Audience::day(now) - KEPT).await {
                Ok(()) => kept.extend(counted.into_iter().map(|one| (one.feed.clone(), one))),
                Err(fault) => debug!("what was counted of feeds' readers could not be written down: {fault}"),
            }
        }
        if last {
            return;
        }
    }
}
