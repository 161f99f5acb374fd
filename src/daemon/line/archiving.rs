//! The feeds' archives: made one by one beside everything else, from the ledger, and put in place when nothing has overtaken them.
//!
//! A task of its own reads, renders, writes and syncs; what the line does for one is a small commit and its renames. While there is news, the
//! task waits between two articles. Whatever it has made of a version that is no longer the ledger's is dropped, and made again.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Monotonic};

use tokio::task::JoinHandle;
use tracing::{debug, info, warn};

use super::placing::{Said, from_file};
use super::{Line, Stopped};
use crate::article::{ArchiveName, FeedName, Published};
use crate::config::Config;
use crate::daemon::files::{self, ToPublish};
use crate::daemon::health::Alarm;
use crate::feed::{Document, Kind};
use crate::instant::Instant;
use crate::ledger::{ArchiveRow, Edition, Fault, Ledger};
use crate::publish::{Folder, FolderFault, Made, Making, Planned, Prepared, Work};

/// How many archives that a crash kept from being placed are made before the feeds are.
const FEW: usize = 16;
/// How many files of archives wait in memory for a folder that cannot be written; others are made again.
const MOST_UNPLACED: usize = 64;
/// How long after something failed it is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// What was done beside the line.
pub(in crate::daemon) enum Done {
    Planned(Planned),
    Made(Box<Ready>),
    /// Tried again a little later.
    Failed(Fault),
}

/// An archive that waits for its renames.
pub(in crate::daemon) struct Ready {
    made: Made,
    prepared: Result<Prepared, FolderFault>,
    /// Local files that were published for it.
    files: Vec<Published>,
}

/// The work that is under way, at most one at a time.
pub(in crate::daemon) struct Archiving {
    underway: Option<(JoinHandle<Done>, u64)>,
    busy: Arc<AtomicBool>,
    not_before: Option<Monotonic>,
    made: u64,
}

impl Archiving {
    pub(in crate::daemon) fn new() -> Self {
        Self { underway: None, busy: Arc::default(), not_before: None, made: 0 }
    }

    /// Says whether something is being done that archives give way to.
    pub(in crate::daemon) fn set_busy(&self, busy: bool) {
        self.busy.store(busy, Ordering::Relaxed);
    }

    /// Begins what is to be done, where nothing is under way.
    pub(in crate::daemon) fn begin(&mut self, line: &mut Line) {
        if self.underway.is_some() || self.not_before.is_some_and(|at| Monotonic::now() < at) {
            return;
        }
        self.not_before = None;
        let Some(work) = line.publisher.archive_work() else {
            if std::mem::take(&mut self.made) > 0 {
                info!("the feeds' archives stand");
            }
            return;
        };
        let (ledger, config, root) = (line.ledger.clone(), line.config.clone(), line.folder.root().to_owned());
        let (busy, now) = (self.busy.clone(), line.next_instant());
        let task = async move {
            let done = match work {
                Work::Plan(planning) => planning.plan(&*ledger, &root).await.map(Done::Planned),
                Work::Make(making) => make(*making, ledger, config, root, &busy, now).await.map(|ready| Done::Made(Box::new(ready))),
            };
            done.unwrap_or_else(Done::Failed)
        };
        self.underway = Some((tokio::spawn(task), line.archives_epoch));
    }

    /// What was done, once it is; never where nothing is under way.
    pub(in crate::daemon) async fn done(&mut self) -> (Done, u64) {
        let Some((task, epoch)) = &mut self.underway else { return std::future::pending().await };
        let (done, epoch) = (task.await, *epoch);
        self.underway = None;
        (done.unwrap_or_else(|_| Done::Failed(Fault::Unavailable("the task that made an archive was ended".to_owned()))), epoch)
    }

    /// Takes what was done down the line.
    pub(in crate::daemon) async fn take(&mut self, line: &mut Line, (done, epoch): (Done, u64)) -> Result<(), Stopped> {
        match line.take_archive(done, epoch).await {
            Ok(made) => self.made += u64::from(made),
            Err(why) => {
                debug!("an archive could not be made yet: {why}");
                self.not_before = Some(Monotonic::now() + RETRY);
            }
        }
        if line.publisher.is_link_due() {
            line.take_links().await?;
        }
        Ok(())
    }

    /// When something that failed is tried again.
    pub(in crate::daemon) fn next(&self) -> Option<Instant> {
        let at = self.not_before.filter(|_| self.underway.is_none())?;
        Some(Instant::now().plus(at.saturating_duration_since(Monotonic::now())))
    }

    /// Makes all that is to be made, for a build; ends early where the feeds folder cannot be written.
    pub(in crate::daemon) async fn finish(mut self, line: &mut Line) -> Result<(), Stopped> {
        loop {
            self.begin(line);
            if self.underway.is_none() {
                match self.not_before {
                    Some(_) if line.health.stands(Alarm::Feeds) || line.shutdown.is_cancelled() => return Ok(()),
                    Some(at) => tokio::time::sleep(at.saturating_duration_since(Monotonic::now())).await,
                    None => return Ok(()),
                }
                continue;
            }
            let done = self.done().await;
            self.take(line, done).await?;
        }
    }
}

impl Drop for Archiving {
    fn drop(&mut self) {
        if let Some((task, _)) = &self.underway {
            task.abort();
        }
    }
}

/// Makes an archive up to its renames.
async fn make(
    making: Making,
    ledger: Arc<dyn Ledger>,
    config: Arc<Config>,
    root: PathBuf,
    busy: &AtomicBool,
    now: Instant,
) -> Result<Ready, Fault> {
    let from_file = from_file(config.clone(), Said::default());
    let busy = || busy.load(Ordering::Relaxed);
    let mut made = making.make(&*ledger, root.clone(), &from_file, &busy, now).await?;
    let Made::Whole { documents, read, .. } = &mut made else {
        return Ok(Ready { made, prepared: Ok(Prepared::default()), files: Vec::new() });
    };
    let read = std::mem::take(read);
    let shown: Vec<ToPublish> = read.iter().flat_map(|(_, source)| ToPublish::of(source)).collect();
    let files = read.iter().flat_map(|(_, source)| files::places(source)).collect();
    if !read.is_empty() {
        ledger.keep_sources(read.into_iter().map(|(entry, source)| (entry.id, entry.stamp, source)).collect()).await?;
    }
    let to_write = std::mem::take(documents);
    let prepared = tokio::task::spawn_blocking(move || {
        // Pictures stand before the archive that shows them.
        files::publish(&config.articles.path, &root, shown).map_err(|unpublished| unpublished.fault)?;
        Folder::prepare(&root, &to_write)
    });
    let prepared = prepared.await.map_err(|_| Fault::Unavailable("the task that wrote an archive was ended".to_owned()))?;
    Ok(Ready { made, prepared, files })
}

/// The archives among documents.
fn archives_of(documents: &[Document]) -> Vec<(FeedName, ArchiveName)> {
    let archive = |document: &Document| {
        if let Kind::Archive(feed, name, _) = document.kind() { Some((feed.clone(), *name)) } else { None }
    };
    let mut archives: Vec<_> = documents.iter().filter_map(archive).collect();
    archives.dedup();
    archives
}

impl Line {
    /// Learns which archives there are and which of them stand. Those that a crash kept from being placed are made before any feed leads to
    /// them. Gives rows to be committed.
    pub(super) async fn learn_archives(&mut self) -> Result<Vec<ArchiveRow>, Fault> {
        self.archives_epoch += 1;
        let root = self.folder.root().to_owned();
        let unwanted = self.publisher.load_archives(&self.config, &*self.ledger, &root).await?;
        let never = AtomicBool::new(false);
        for making in self.publisher.missing_archives(FEW) {
            let (feed, name) = making.of();
            info!("archive {name} of the feed {feed} does not stand: it is made anew");
            let ready = make(making, self.ledger.clone(), self.config.clone(), root.clone(), &never, self.next_instant()).await?;
            if let Err(why) = self.take_archive(Done::Made(Box::new(ready)), self.archives_epoch).await {
                warn!("it could not be: {why}");
            }
        }
        Ok(unwanted)
    }

    /// Takes what was done beside the line: a commit, and renames. Says whether an archive stands by it; what has been overtaken is dropped,
    /// to be done again.
    async fn take_archive(&mut self, done: Done, epoch: u64) -> Result<bool, String> {
        match done {
            Done::Failed(fault) => Err(fault.to_string()),
            Done::Planned(planned) => {
                if epoch == self.archives_epoch
                    && let Some(rows) = self.publisher.planned_rows(&planned)
                {
                    self.commit_archives(rows.clone()).await?;
                    if let Some(row) = rows.first() {
                        info!("the history of the feed {} is put into {} archives, beside everything else", row.feed, rows.len());
                    }
                    self.publisher.adopt_plan(&planned, rows);
                }
                Ok(false)
            }
            Done::Made(ready) => {
                let Ready { made, prepared, files } = *ready;
                let rows = if epoch == self.archives_epoch { self.publisher.made_rows(&made) } else { None };
                let Some(rows) = rows else {
                    // Whoever overtook it may show these files no more.
                    self.leave_files(files, true);
                    return Ok(false);
                };
                if let Err(fault) = &prepared {
                    self.health.raise(Alarm::Feeds, format!("{fault}; it is tried again every second")).await;
                    return Err(fault.to_string());
                }
                self.commit_archives(rows.clone()).await?;
                self.publisher.adopt_rows(rows);
                let Made::Whole { row, .. } = made else { return Ok(false) };
                let (folder, now) = (&mut self.folder, Instant::now());
                let placed = prepared.and_then(|prepared| tokio::task::block_in_place(|| folder.place(prepared, now)));
                match placed {
                    Ok(replaced) => {
                        self.folder_lost |= replaced.remade;
                        tokio::task::spawn_blocking(move || drop(replaced));
                    }
                    Err(fault) => return Err(fault.to_string()),
                }
                self.raise_floor(now).await;
                self.note_archives(vec![(row.feed, row.name, row.version)]).await;
                Ok(true)
            }
        }
    }

    async fn commit_archives(&mut self, archives: Vec<ArchiveRow>) -> Result<(), String> {
        if archives.is_empty() {
            return Ok(());
        }
        let at = self.next_instant();
        self.commit(Edition { archives, ..Edition::empty(at) }).await.map_err(|fault| fault.to_string())?;
        self.latest = at;
        Ok(())
    }

    /// Takes note that archives stand in these versions. What is not noted for good is looked at again at the next start.
    pub(super) async fn note_archives(&mut self, archives: Vec<(FeedName, ArchiveName, u64)>) {
        for (feed, name, version) in &archives {
            self.publisher.archive_stands(feed, *name, *version);
        }
        if let Err(fault) = self.ledger.archives_stand(archives).await {
            debug!("it could not be noted which archives stand: {fault}");
        }
    }

    /// Takes note that the archives among these documents were placed as they were cut.
    pub(super) async fn archives_placed(&mut self, documents: &[Document]) {
        let archives = archives_of(documents);
        if !archives.is_empty() {
            // What is cut has its first version; one that was changed since is made again.
            self.note_archives(archives.into_iter().map(|(feed, name)| (feed, name, 0)).collect()).await;
        }
    }

    /// What of these documents may wait in memory for a folder that cannot be written: beyond the bound archives are made again later.
    pub(super) fn within_bounds<'a>(&mut self, documents: &'a [Document]) -> Vec<&'a Document> {
        let waiting = self.unplaced.values().filter(|document| matches!(document.kind(), Kind::Archive(..))).count();
        let (archives, others): (Vec<&Document>, Vec<&Document>) =
            documents.iter().partition(|document| matches!(document.kind(), Kind::Archive(..)));
        if waiting + archives.len() <= MOST_UNPLACED {
            return archives.into_iter().chain(others).collect();
        }
        for (feed, name) in archives_of(documents) {
            self.publisher.archive_is_lost(&feed, name);
        }
        others
    }

    /// Makes the feeds lead to their archives, now that these stand.
    pub(super) async fn take_links(&mut self) -> Result<(), Stopped> {
        while self.publisher.is_link_due() {
            match self.try_take_down_tombstones().await {
                Ok(()) => {}
                Err(Fault::Stale) => return Ok(()),
                Err(fault) => self.wait_out(&fault).await?,
            }
        }
        Ok(())
    }
}
