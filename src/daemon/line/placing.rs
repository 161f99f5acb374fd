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
use crate::feed::{self, Document, Kind, View};
use crate::instant::Instant;
use crate::ledger::{Edition, Fault};
use crate::media::{Around, Neighbours};
use crate::publish::{self, Composed, Folder, FolderFault, Prepared};

/// How long an unwritable feeds folder holds bulletins back.
const PATIENCE: Duration = Duration::from_secs(30);

impl Line {
    pub(super) async fn place(&mut self, documents: Vec<Document>, prepared: Result<Prepared, FolderFault>) {
        let now = Instant::now();
        let folder = &mut self.folder;
        let placed = prepared.and_then(|prepared| tokio::task::block_in_place(|| folder.place(prepared, now)));
        let placed = match placed {
            Ok(replaced) => {
                self.folder_lost |= replaced.remade;
                // Freeing the old files' blocks is nobody's wait.
                tokio::task::spawn_blocking(move || drop(replaced));
                for document in &documents {
                    self.unplaced.remove(document.file());
                }
                self.archives_placed(&documents).await;
                true
            }
            Err(fault) => {
                for document in self.within_bounds(&documents) {
                    self.unplaced.insert(document.file().to_owned(), document.clone());
                }
                self.unplaced_since.get_or_insert(now);
                self.health.raise(Alarm::Feeds, format!("{fault}; it is tried again every second")).await;
                false
            }
        };
        // The server shows what the ledger holds even while the folder cannot be written.
        self.shelve(documents, placed);
        self.raise_floor(now).await;
    }

    /// Writes documents and puts them in place, once the files that they show are published.
    pub(super) async fn write(&mut self, documents: Vec<Document>, published: Result<(), files::Unpublished>) {
        let root = self.folder.root().to_owned();
        let to_write = documents.clone();
        let prepared = tokio::task::spawn_blocking(move || Folder::prepare(&root, &to_write)).await;
        let prepared = prepared.unwrap_or_else(|_| Err(FolderFault::interrupted(self.folder.root())));
        let prepared = self.with_files(published, prepared);
        self.place(documents, prepared).await;
    }

    /// Everything that a batch puts into the folder: its feeds, and once more those that stand at old places, too.
    pub(super) fn documents(&self, composed: &Composed) -> Vec<Document> {
        let mut documents = composed.documents();
        if !self.aliases.is_empty() {
            documents.extend(publish::copies(&documents, &self.aliases, &self.config.feeds.url));
        }
        if !self.config.retired.is_empty() {
            documents.extend(self.successions(&documents));
        }
        documents
    }

    /// The server sends readers on from old places, and so needs no copies. Of families' feeds, of which there may be thousands, it takes
    /// what stands in the folder from there.
    pub(super) fn shelve(&self, documents: Vec<Document>, placed: bool) {
        let served = documents.into_iter().filter(|document| document.kind().is_served());
        let of_family = |document: &Document| matches!(document.kind(), Kind::Feed(name, _) if self.publisher.is_of_family(name));
        let (laid, kept): (Vec<Document>, Vec<Document>) = served.partition(|document| placed && of_family(document));
        self.shelf.put(kept.into_iter().map(Arc::new).collect());
        self.shelf.lay(laid);
    }

    /// Shows people these versions, once the feeds themselves stand.
    pub(super) fn show(&self, mut views: Vec<Arc<View>>) {
        self.shelf.put_views(views.clone());
        // Where an old feed stood under that name, its readers find it.
        let taken: Vec<String> = self.aliases.iter().filter_map(|alias| publish::alias_file(alias, &self.config.feeds.url)).collect();
        views.retain(|view| !taken.contains(&view.file()));
        self.pages.note(views);
    }

    /// Bulletins may go up to the last commit once its feeds stand, or once the folder has been unwritable for too long.
    pub(super) async fn raise_floor(&mut self, now: Instant) {
        let stands = self.is_placed() && !self.publisher.is_behind(false);
        if stands {
            self.placed = self.latest;
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
        while let Err(fault) = self.try_publish_all().await {
            self.wait_out(&fault).await?;
        }
        self.look_at_families();
        self.catch_up(false).await?;
        if baseline_complete {
            while let Err(fault) = self.complete_baseline().await {
                self.wait_out(&fault).await?;
            }
        }
        Ok(())
    }

    async fn complete_baseline(&mut self) -> Result<(), Fault> {
        let at = self.next_instant();
        self.commit(Edition { baseline_complete: true, ..Edition::empty(at) }).await?;
        self.latest = at;
        Ok(())
    }

    pub(super) async fn try_publish_all(&mut self) -> Result<(), Fault> {
        let archives = self.learn_archives().await?;
        let at = self.next_instant();
        let said = Said::default();
        let from_file = from_file(self.config.clone(), said.clone());
        let mut composed = self.publisher.load(&*self.ledger, at, &from_file).await?;
        let read = std::mem::take(&mut composed.read);
        self.ledger.keep_sources(read.into_iter().map(|(entry, source)| (entry.id, entry.stamp, source)).collect()).await?;
        composed.lists = self.folder.dated(self.publisher.lists(at));
        let (rows, families) = (composed.rows(), self.publisher.families());
        let said = said.take();
        said.values().flatten().filter(|finding| files::is_of_files(finding)).for_each(editing::say);
        if !rows.is_empty() || !said.is_empty() || !archives.is_empty() || families.is_some() {
            let diagnostics = said.into_iter().collect();
            self.commit(Edition { feeds: rows, archives, diagnostics, families, ..Edition::empty(at) }).await?;
            self.latest = at;
            self.publisher.families_kept();
        }
        let (root, feeds) = (self.config.articles.path.clone(), self.folder.root().to_owned());
        let lacking = files::lacking(&*self.ledger, &feeds).await?;
        let published = tokio::task::block_in_place(|| files::publish(&root, &feeds, lacking));
        let mut documents = self.documents(&composed);
        let style = Arc::clone(&self.site.borrow()).theme.feed_style();
        documents.push(Document::new(feed::STYLESHEET, feed::Kind::Style, style, at));
        let views = composed.views();
        self.publisher.adopt(composed);
        self.folder_lost = false;
        self.shelve(documents.clone(), false);
        let folder = &self.folder;
        let differing = tokio::task::block_in_place(|| {
            folder.complete(&documents);
            Folder::differing(folder.root(), documents)
        });
        self.write(differing, published).await;
        self.show(views);
        Ok(())
    }

    /// Waits until every file has its compressed siblings.
    pub(in crate::daemon) fn finish_siblings(&self) {
        tokio::task::block_in_place(|| self.folder.finish());
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

    pub(super) async fn try_take_down_tombstones(&mut self) -> Result<(), Fault> {
        let at = self.next_instant();
        let from_file = from_file(self.config.clone(), Said::default());
        let composed = self.publisher.compose(&*self.ledger, &[], at, &from_file).await?;
        let edition = Edition { feeds: composed.rows(), archives: composed.archive_rows(), ..Edition::empty(at) };
        self.commit_and_place(edition, composed, files::Files::default()).await
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
            self.write(documents, published).await;
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
    let rereading = reading::Rereading::default();
    move |entry| {
        let read = tokio::task::block_in_place(|| rereading.source(&config, entry, Files::Look(Around::at_rest(&Neighbours::default()))));
        let (article, findings) = read?;
        // What its reader says was said when it was first read; it stands beside what is new.
        if findings.iter().any(files::is_of_files) {
            said.0.lock().unwrap_or_else(PoisonError::into_inner).insert(entry.path.file(), findings);
        }
        Some(article)
    }
}
