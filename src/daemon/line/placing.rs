//! Feeds into their folder, and what becomes of a folder that fails.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{Line, RETRY, Stopped, editing};
use crate::article::{Article, Entry, SourcePath};
use crate::config::Config;
use crate::daemon::files;
use crate::daemon::health::Alarm;
use crate::daemon::reading::{self, Files};
use crate::diagnostic::Diagnostic;
use crate::feed::Document;
use crate::instant::Instant;
use crate::ledger::{Edition, EditionId, Fault};
use crate::publish::{Folder, FolderFault, Prepared};

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
        self.shelf.put(documents.into_iter().map(Arc::new).collect());
        self.raise_floor(now).await;
    }

    /// Bulletins may go up to the last commit once its feeds stand, or once the folder has been unwritable for too long.
    pub(super) async fn raise_floor(&mut self, now: Instant) {
        let stands = self.is_placed();
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
        let said = Said::default();
        let from_file = from_file(self.config.clone(), said.clone());
        let mut composed = self.publisher.load(&*self.ledger, at, &from_file).await?;
        let read = std::mem::take(&mut composed.read);
        self.ledger.keep_sources(read.into_iter().map(|(entry, source)| (entry.id, entry.stamp, source)).collect()).await?;
        let rows = composed.rows();
        let said = said.take();
        said.values().flatten().filter(|finding| files::is_of_files(finding)).for_each(editing::say);
        if baseline_complete || !rows.is_empty() || !said.is_empty() {
            let edition = Edition {
                id: EditionId(rand::random()),
                at,
                entries: Vec::new(),
                forget: Vec::new(),
                bulletins: Vec::new(),
                feeds: rows,
                diagnostics: said.into_iter().collect(),
                baseline_complete,
            };
            self.commit(edition).await?;
            self.latest = at;
        }
        let (root, feeds) = (self.config.articles.path.clone(), self.folder.root().to_owned());
        let lacking = files::lacking(&*self.ledger, &feeds).await?;
        let published = tokio::task::block_in_place(|| files::publish(&root, &feeds, lacking));
        let documents = composed.documents();
        self.publisher.adopt(composed);
        self.folder_lost = false;
        self.shelf.put(documents.iter().cloned().map(Arc::new).collect());
        let differing = tokio::task::block_in_place(|| self.folder.differing(documents));
        let root = self.folder.root().to_owned();
        let to_write = differing.clone();
        let prepared = tokio::task::spawn_blocking(move || Folder::prepare(&root, &to_write)).await;
        let prepared = prepared.unwrap_or_else(|_| Err(FolderFault::interrupted(self.folder.root())));
        let prepared = self.with_files(published, prepared);
        self.place(differing, prepared).await;
        Ok(())
    }

    /// Tries again to place what could not be placed, and moves the stamps that are due.
    pub(in crate::daemon) async fn mend_folder(&mut self) {
        let now = Instant::now();
        if self.folder.touch_at().is_some_and(|due| due <= now) {
            let folder = &mut self.folder;
            tokio::task::block_in_place(|| folder.touch(now));
        }
        if !self.is_placed() {
            let documents: Vec<Document> = self.unplaced.values().cloned().collect();
            let root = self.folder.root().to_owned();
            let (articles, lacking) = (self.config.articles.path.clone(), std::mem::take(&mut self.unplaced_files));
            let published = tokio::task::block_in_place(|| files::publish(&articles, &root, lacking));
            let to_write = documents.clone();
            let prepared = tokio::task::spawn_blocking(move || Folder::prepare(&root, &to_write)).await;
            let prepared = prepared.unwrap_or_else(|_| Err(FolderFault::interrupted(self.folder.root())));
            let prepared = self.with_files(published, prepared);
            self.place(documents, prepared).await;
        }
    }

    /// What was prepared, if the files that it shows are published; else they are tried again, and it waits for them.
    pub(super) fn with_files(
        &mut self,
        published: Result<(), files::Unpublished>,
        prepared: Result<Prepared, FolderFault>,
    ) -> Result<Prepared, FolderFault> {
        match published {
            Ok(()) => prepared,
            Err(files::Unpublished { left, fault }) => {
                self.unplaced_files.extend(left);
                Err(fault)
            }
        }
    }

    /// Whether everything that feeds show stands.
    pub(in crate::daemon) fn is_placed(&self) -> bool {
        self.unplaced.is_empty() && self.unplaced_files.is_empty()
    }

    /// Whether the feeds folder must be filled anew.
    pub(in crate::daemon) const fn is_folder_lost(&self) -> bool {
        self.folder_lost
    }

    /// When [`Line::mend_folder`] has something to do.
    pub(in crate::daemon) fn mend_at(&self) -> Option<Instant> {
        let retry = (!self.is_placed()).then(|| Instant::now().plus(RETRY));
        // What waits for feeds to be placed is not due before.
        let waiting = self.waiting.next().filter(|_| self.is_placed());
        self.folder.touch_at().into_iter().chain(retry).chain(waiting).min()
    }
}

/// What there is to say of files that were read because a feed shows them.
#[derive(Clone, Default)]
pub(super) struct Said(Arc<Mutex<BTreeMap<SourcePath, Vec<Diagnostic>>>>);

impl Said {
    /// All of it.
    pub(super) fn take(&self) -> BTreeMap<SourcePath, Vec<Diagnostic>> {
        // Every change is one insertion, so what a panicking thread left is whole.
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The article of a file whose source the ledger does not keep yet, or whose local files nobody has looked at.
pub(super) fn from_file(config: Arc<Config>, said: Said) -> impl Fn(&Entry) -> Option<Arc<Article>> + Send + Sync {
    move |entry| {
        let read = tokio::task::block_in_place(|| reading::source(&config, &entry.path, entry.digest, Files::Look(&|_| false)));
        let (article, findings) = read?;
        // What its reader says was said when it was first read; it stands beside what is new.
        if findings.iter().any(files::is_of_files) {
            said.0.lock().unwrap_or_else(PoisonError::into_inner).insert(entry.path.clone(), findings);
        }
        Some(article)
    }
}
