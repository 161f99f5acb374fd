//! What the line asks of the ledger besides commits, and how it bears with one that fails.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::sync::Arc;

use super::{Line, RETRY, Stopped};
use crate::article::{Article, ArticleId, Entry};
use crate::config::{Config, LedgerPlace};
use crate::daemon::health::Alarm;
use crate::daemon::reading::{Files, Rereading};
use crate::instant::Instant;
use crate::ledger::Fault;

impl Line {
    /// Raises an alarm where the ledger's file is no longer in its place: what is written goes on into it, and the next start
    /// would not find it.
    pub(in crate::daemon) async fn look_after_ledger(&mut self) {
        if ledger_file(&self.config) == self.ledger_file {
            self.health.clear(Alarm::Ledger, "the ledger is in its place again").await;
            return;
        }
        let LedgerPlace::Path(path) = &self.config.ledger;
        let message = format!(
            "the ledger {} is no longer in its place: the next start would know nothing of what was published and is owed; put it back, or stop newswire and restore it",
            path.display()
        );
        self.health.raise(Alarm::Ledger, message).await;
    }

    /// What the time brings: embargoes that lift, graces that are over.
    pub(in crate::daemon) async fn due(&mut self, limit: usize) -> Result<(Vec<Entry>, Option<Instant>), Stopped> {
        loop {
            match self.ledger.due(self.clock.now(), limit).await {
                Ok(due) => return Ok(due),
                Err(fault) => self.wait_out(&fault).await?,
            }
        }
    }

    /// The articles of entries, from the ledger or from their files; where their local files are to be looked at, with these.
    pub(in crate::daemon) async fn articles(
        &mut self,
        entries: &[Entry],
        files: Files<'_>,
    ) -> Result<BTreeMap<ArticleId, Arc<Article>>, Stopped> {
        let ids: Vec<ArticleId> = entries.iter().map(|entry| entry.id.clone()).collect();
        let kept = loop {
            match self.ledger.sources(ids.clone()).await {
                Ok(kept) => break kept,
                Err(fault) => self.wait_out(&fault).await?,
            }
        };
        let mut articles: BTreeMap<ArticleId, Arc<Article>> = kept.into_iter().collect();
        let rereading = Rereading::default();
        let is_enough = |article: &Arc<Article>| matches!(files, Files::Leave) || article.assets.is_some();
        for entry in entries.iter().filter(|entry| !articles.get(&entry.id).is_some_and(is_enough)).collect::<Vec<_>>() {
            if let Some((article, _)) = rereading.source(&self.config, entry, files) {
                articles.insert(entry.id.clone(), article);
            }
        }
        Ok(articles)
    }

    /// Says what is wrong with the ledger and waits a moment.
    pub(in crate::daemon) async fn wait_out(&mut self, fault: &Fault) -> Result<(), Stopped> {
        if matches!(fault, Fault::Corrupt(_) | Fault::Incompatible(_)) {
            // No waiting mends these.
            self.failure = Some(fault.to_string());
            self.shutdown.cancel();
            return Err(Stopped);
        }
        self.health.raise(Alarm::Ledger, format!("the ledger fails: {fault}; it is tried again every second")).await;
        tokio::select! {
            () = self.shutdown.cancelled() => return Err(Stopped),
            () = tokio::time::sleep(RETRY) => {}
        }
        if self.ledger.state().await.is_ok() {
            self.health.clear(Alarm::Ledger, "the ledger answers again").await;
        }
        Ok(())
    }
}

/// Device and inode of the ledger's file.
pub(super) fn ledger_file(config: &Config) -> Option<(u64, u64)> {
    let LedgerPlace::Path(path) = &config.ledger;
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}
