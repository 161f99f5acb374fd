//! Feeds into their folder, and what becomes of a folder that fails.

use std::sync::Arc;
use std::time::Duration;

use super::{Line, RETRY, Stopped};
use crate::article::{Article, Entry};
use crate::config::Config;
use crate::daemon::health::Alarm;
use crate::daemon::reading;
use crate::feed::Document;
use crate::instant::Instant;
use crate::ledger::{Edition, Fault};
use crate::publish::{self, Composed, Folder, FolderFault, Prepared};

/// How long an unwritable feeds folder holds bulletins back.
const PATIENCE: Duration = Duration::from_secs(30);

impl Line {
    pub(super) async fn place(&mut self, documents: Vec<Document>, prepared: Result<Prepared, FolderFault>) {
        let now = Instant::now();
        let folder = &mut self.folder;
        let placed = prepared.and_then(|prepared| tokio::task::block_in_place(|| folder.place(prepared, now)));
        match placed {
            Ok(replaced) => {
                self.folder_lost |= replaced.remade;
                // Freeing the old files' blocks is nobody's wait.
                tokio::task::spawn_blocking(move || drop(replaced));
                for document in &documents {
                    self.unplaced.remove(&document.file());
                }
            }
            Err(fault) => {
                for document in &documents {
                    self.unplaced.insert(document.file(), document.clone());
                }
                self.unplaced_since.get_or_insert(now);
                self.health.raise(Alarm::Feeds, format!("{fault}; it is tried again every second")).await;
            }
        }
        // The server shows what the ledger holds even while the folder cannot be written.
        self.shelve(documents);
        self.raise_floor(now).await;
    }

    /// Writes documents and puts them in place.
    async fn write(&mut self, documents: Vec<Document>) {
        let root = self.folder.root().to_owned();
        let to_write = documents.clone();
        let prepared = tokio::task::spawn_blocking(move || Folder::prepare(&root, &to_write)).await;
        let prepared = prepared.unwrap_or_else(|_| Err(FolderFault::interrupted(self.folder.root())));
        self.place(documents, prepared).await;
    }

    /// Everything that a batch puts into the folder: its feeds, and once more those that stand at old places, too.
    pub(super) fn documents(&self, composed: &Composed) -> Vec<Document> {
        let mut documents = composed.documents();
        if !self.aliases.is_empty() {
            documents.extend(publish::copies(&documents, &self.aliases, &self.config.feeds.url));
        }
        documents
    }

    /// The server sends readers on from old places, and so needs no copies.
    fn shelve(&self, documents: Vec<Document>) {
        self.shelf.put(documents.into_iter().filter(|document| !document.is_copy()).map(Arc::new).collect());
    }

    /// Bulletins may go up to the last commit once its feeds stand, or once the folder has been unwritable for too long.
    pub(super) async fn raise_floor(&mut self, now: Instant) {
        let stands = self.unplaced.is_empty();
        if stands {
            self.unplaced_since = None;
            if self.health.stands(Alarm::Feeds) {
                // Whatever was wrong with the folder, other files may be missing, too.
                self.folder_lost = true;
                self.health.clear(Alarm::Feeds, "the feeds folder is written again").await;
            }
        }
        let waited_enough = self.unplaced_since.is_some_and(|since| now.since(since) >= PATIENCE);
        if stands || waited_enough {
            self.floor.send_if_modified(|floor| std::mem::replace(floor, self.sequence) != self.sequence);
        }
    }

    /// Fills the feeds from the ledger and puts in place what the folder has not; the baseline's marker goes with it.
    pub(in crate::daemon) async fn publish_all(&mut self, baseline_complete: bool) -> Result<(), Stopped> {
        loop {
            match self.try_publish_all(baseline_complete).await {
                Ok(()) => return Ok(()),
                Err(fault) => self.wait_out(&fault).await?,
            }
        }
    }

    pub(super) async fn try_publish_all(&mut self, baseline_complete: bool) -> Result<(), Fault> {
        let at = self.next_instant();
        let from_file = from_file(self.config.clone());
        let mut composed = self.publisher.load(&*self.ledger, at, &from_file).await?;
        let read = std::mem::take(&mut composed.read);
        self.ledger.keep_sources(read.into_iter().map(|(entry, source)| (entry.id, entry.stamp, source)).collect()).await?;
        let rows = composed.rows();
        if baseline_complete || !rows.is_empty() {
            let edition = Edition { feeds: rows, baseline_complete, ..Edition::empty(at) };
            self.commit(edition).await?;
            self.latest = at;
        }
        let documents = self.documents(&composed);
        self.publisher.adopt(composed);
        self.folder_lost = false;
        self.shelve(documents.clone());
        let differing = tokio::task::block_in_place(|| self.folder.differing(documents));
        self.write(differing).await;
        Ok(())
    }

    /// When the next tombstone's time is over.
    pub(in crate::daemon) fn tombstone_falls(&self) -> Option<Instant> {
        self.publisher.tombstone_falls()
    }

    /// Takes down the tombstones whose time is over.
    pub(in crate::daemon) async fn take_down_tombstones(&mut self) -> Result<(), Stopped> {
        while self.tombstone_falls().is_some_and(|falls| falls <= self.clock.now()) {
            match self.try_take_down_tombstones().await {
                Ok(()) => {}
                // Tried again when the daemon next looks at what time has brought.
                Err(Fault::Stale) => return Ok(()),
                Err(fault) => self.wait_out(&fault).await?,
            }
        }
        Ok(())
    }

    async fn try_take_down_tombstones(&mut self) -> Result<(), Fault> {
        let at = self.next_instant();
        let from_file = from_file(self.config.clone());
        let composed = self.publisher.compose(&*self.ledger, &[], at, &from_file).await?;
        let edition = Edition { feeds: composed.rows(), ..Edition::empty(at) };
        self.commit_and_place(edition, composed).await
    }

    /// Tries again to place what could not be placed, and moves the stamps that are due.
    pub(in crate::daemon) async fn mend_folder(&mut self) {
        let now = Instant::now();
        if self.folder.touch_at().is_some_and(|due| due <= now) {
            let folder = &mut self.folder;
            tokio::task::block_in_place(|| folder.touch(now));
        }
        if !self.unplaced.is_empty() {
            let documents: Vec<Document> = self.unplaced.values().cloned().collect();
            self.write(documents).await;
        }
    }

    /// Whether the feeds folder must be filled anew.
    pub(in crate::daemon) const fn is_folder_lost(&self) -> bool {
        self.folder_lost
    }

    /// When [`Line::mend_folder`] has something to do.
    pub(in crate::daemon) fn mend_at(&self) -> Option<Instant> {
        let retry = (!self.unplaced.is_empty()).then(|| Instant::now().plus(RETRY));
        self.folder.touch_at().into_iter().chain(retry).min()
    }
}

/// The article of a file whose source the ledger does not keep yet.
pub(super) fn from_file(config: Arc<Config>) -> impl Fn(&Entry) -> Option<Arc<Article>> + Send + Sync {
    let rereading = reading::Rereading::default();
    move |entry| tokio::task::block_in_place(|| rereading.source(&config, entry))
}
