//! Fills in the sources that a first scan or a burst left out, while everything else goes on.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info};

use super::reading::{self, Files};
use crate::article::EntryKey;
use crate::config::Config;
use crate::ledger::Ledger;

/// How many rows are gone through at once.
const PAGE: usize = 500;
/// A breath between pages, so that editions never wait long for the writer.
const BREATH: Duration = Duration::from_millis(5);
/// How long to wait when the ledger fails.
const RETRY: Duration = Duration::from_secs(5);

/// Fills them in.
pub(super) struct Keeper {
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) config: Arc<Config>,
    /// Told when sources were left out.
    pub(super) left: Arc<Notify>,
    /// Cancelled once those of the start are all kept.
    pub(super) all_kept: CancellationToken,
}

impl Keeper {
    /// Goes through the catalogue at once, and again whenever sources were left out. What changes meanwhile keeps its source with its own
    /// commit.
    pub(super) async fn keep(self, shutdown: CancellationToken) {
        loop {
            keep_all(&*self.ledger, &self.config, &shutdown).await;
            if shutdown.is_cancelled() {
                return;
            }
            self.all_kept.cancel();
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.left.notified() => {}
            }
        }
    }
}

async fn keep_all(ledger: &dyn Ledger, config: &Arc<Config>, shutdown: &CancellationToken) {
    let mut after = None;
    let mut kept = 0_u64;
    while !shutdown.is_cancelled() {
        let Ok(page) = ledger.catalogue(after.clone(), PAGE).await else {
            tokio::time::sleep(RETRY).await;
            continue;
        };
        let Some(last) = page.last() else { break };
        let following = Some(last.path.clone());
        let keys: Vec<EntryKey> =
            page.into_iter().filter(|row| !row.has_source && !row.withdrawn).map(|row| EntryKey::Id(row.id)).collect();
        if !keys.is_empty() {
            let Ok(entries) = ledger.entries(keys).await else {
                tokio::time::sleep(RETRY).await;
                continue;
            };
            let config = config.clone();
            let read = tokio::task::spawn_blocking(move || {
                let rereading = reading::Rereading::default();
                let one = |entry: crate::article::Entry| {
                    let (article, _) = rereading.source(&config, &entry, Files::Leave)?;
                    Some((entry.id, entry.stamp, article))
                };
                entries.into_iter().filter_map(one).collect::<Vec<_>>()
            });
            let Ok(sources) = read.await else { break };
            let count = sources.len() as u64;
            if let Err(fault) = ledger.keep_sources(sources).await {
                debug!("sources could not be kept yet: {fault}");
                tokio::time::sleep(RETRY).await;
                continue;
            }
            kept += count;
            tokio::time::sleep(BREATH).await;
        }
        after = following;
    }
    if kept > 0 {
        info!("kept the sources of {kept} articles");
    }
}
