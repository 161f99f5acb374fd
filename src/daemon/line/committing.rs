//! Editions into the ledger: one beside the writing of its feeds, a first scan's beside the next decision.

use tracing::warn;

use super::{Line, RETRY, Stopped};
use crate::daemon::files::{self, Files};
use crate::ledger::{Committed, Edition, Fault, Ledger};
use crate::publish::{Composed, Folder, Prepared};

/// How many articles an edition of a first scan takes: larger ones change each of the ledger's pages less often.
const GATHERED: usize = 2_200;

impl Line {
    /// Commits beside the writing of the temporaries; the renames wait for the commit.
    pub(super) async fn commit_and_place(&mut self, edition: Edition, composed: Composed, files: Files) -> Result<(), Fault> {
        let documents = self.documents(&composed);
        let root = self.folder.root().to_owned();
        let articles = self.config.articles.path.clone();
        let to_write = documents.clone();
        let Files { publish, left } = files;
        // Asked second, so that the commit is under way while this thread writes.
        let writing = async {
            if to_write.is_empty() && publish.is_empty() {
                return (Ok(()), Ok(Prepared::default()));
            }
            tokio::task::block_in_place(|| (files::publish(&articles, &root, publish), Folder::prepare(&root, &to_write)))
        };
        let at = edition.at;
        let (committed, (published, prepared)) = tokio::join!(biased; self.commit(edition), writing);
        let committed = committed?;
        self.latest = at;
        if let Some(last) = committed.sequences.last() {
            self.sequence = *last;
        }
        self.publisher.begun();
        let views = composed.views();
        self.publisher.adopt(composed);
        let prepared = self.with_files(published, prepared);
        self.place(documents, prepared).await;
        self.show(views);
        for (places, still_public) in left {
            self.leave_files(places, still_public);
        }
        Ok(())
    }

    pub(super) async fn commit(&self, edition: Edition) -> Result<Committed, Fault> {
        commit(&*self.ledger, edition).await
    }

    /// Takes what a first scan decided towards its next edition. The catalogue was empty and nothing else writes, so that what
    /// fails here is the ledger itself: the start ends, and the next one goes on from what is kept.
    pub(super) async fn gather(&mut self, edition: Edition) {
        self.latest = edition.at;
        // What changes a row follows the edition that made it.
        if !edition.forget.is_empty() || edition.entries.iter().any(|change| change.known.is_some()) {
            self.commit_gathered().await;
        }
        match &mut self.gathered {
            None => self.gathered = Some(edition),
            Some(gathered) => {
                gathered.at = edition.at;
                gathered.entries.extend(edition.entries);
                gathered.forget.extend(edition.forget);
                gathered.diagnostics.extend(edition.diagnostics);
                gathered.family_feeds.extend(edition.family_feeds);
            }
        }
        if self.gathered.as_ref().is_some_and(|gathered| gathered.entries.len() + gathered.diagnostics.len() >= GATHERED) {
            self.commit_gathered().await;
        }
    }

    /// Commits what a first scan gathered while it goes on.
    async fn commit_gathered(&mut self) {
        let Some(mut edition) = self.gathered.take() else { return };
        edition.provisional = true;
        // What failed before stops the scan by the shutdown that it began.
        let _ = self.landed().await;
        let ledger = self.ledger.clone();
        self.underway = Some(tokio::spawn(async move { ledger.commit(edition).await }));
    }

    /// Waits until the ledger holds all that a first scan decided so far.
    pub(in crate::daemon) async fn flush(&mut self) -> Result<(), Stopped> {
        self.commit_gathered().await;
        self.landed().await
    }

    /// Waits for the edition that is on its way into the ledger.
    async fn landed(&mut self) -> Result<(), Stopped> {
        let Some(underway) = self.underway.take() else { return Ok(()) };
        match underway.await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(fault)) => {
                self.failure = Some(format!("the first scan could not be kept: {fault}; mend that and start again, it goes on from there"));
                self.shutdown.cancel();
                Err(Stopped)
            }
            Err(_) => Err(Stopped),
        }
    }
}

/// One commit, repeated under the same id where its outcome is unknown.
async fn commit(ledger: &dyn Ledger, edition: Edition) -> Result<Committed, Fault> {
    loop {
        match ledger.commit(edition.clone()).await {
            Err(Fault::Unknown(why)) => {
                warn!("the ledger did not answer a commit ({why}); repeating it");
                tokio::time::sleep(RETRY).await;
            }
            other => return other,
        }
    }
}
