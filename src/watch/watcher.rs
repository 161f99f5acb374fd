//! The watcher, and the scans that set its watches.

use std::os::fd::{AsFd, BorrowedFd};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rustix::fs::fstat;
use rustix::io::Errno;

use super::findings::root_fault;
use super::follow::open_root;
use super::inbox::Inbox;
use super::look::{Sight, identity_of, look};
use super::pass::{LOOKERS, Link, Pass};
use super::plants::{Grants, Plants};
use super::resting::Awaits;
use super::scan::{Found, ReadOutcome, ScanReport};
use super::state::{Polled, Task};
use super::worker::Worker;
use super::{Batch, ReadFault, RootState, Rules, ScanFault, Under, WatchFault};
use crate::article::{FileStamp, SourcePath};

/// Watches a folder.
///
/// [`Watcher::start`] watches the folder itself; the first scan, by [`Watcher::scanner`], sets the watches of the folders under it, each
/// before it is listed, so that between the scan and the first batch nothing is lost. After that the watcher follows new folders by
/// itself.
pub struct Watcher {
    scanner: Scanner,
}

impl Watcher {
    /// Begins to watch a folder that is there.
    pub fn start(root: PathBuf, rules: Rules) -> Result<Self, WatchFault> {
        let watcher = Self::start_awaiting(root, rules)?;
        if watcher.root_state() == RootState::Missing {
            return Err(WatchFault::Root(ScanFault::Missing(watcher.scanner.root.clone())));
        }
        Ok(watcher)
    }

    /// Begins to watch a folder, or to wait for it.
    pub fn start_awaiting(root: PathBuf, rules: Rules) -> Result<Self, WatchFault> {
        Self::start_within(root, rules, Grants::default())
    }

    /// Begins to watch with what is granted.
    pub(super) fn start_within(root: PathBuf, rules: Rules, grants: Grants) -> Result<Self, WatchFault> {
        let root = std::path::absolute(&root).unwrap_or(root);
        let handle = match open_root(&root) {
            Ok(handle) => Some(handle),
            Err(Errno::NOENT | Errno::STALE) => None,
            Err(fault) => return Err(root_fault(&root, fault).into()),
        };
        let stat = handle.as_ref().map(fstat).transpose().map_err(|fault| root_fault(&root, fault))?;
        let watching = rules.while_watching();
        let inbox = Arc::new(Inbox::new(root.clone(), watching.clone()));
        let plants = Arc::new(Plants::new(&root, &rules, &inbox, grants));
        match &handle {
            Some(handle) => drop(plants.plant(&Under::Root, handle.as_fd())),
            None => inbox.with(|state| state.presence(RootState::Missing)),
        }
        let identity = stat.as_ref().map(identity_of);
        let worker = Worker::new(root.clone(), watching, Arc::clone(&inbox), Arc::clone(&plants), identity);
        std::thread::Builder::new().name("watch".to_owned()).spawn(|| worker.run()).map_err(WatchFault::Thread)?;
        Ok(Self { scanner: Scanner { root, rules, inbox, plants } })
    }

    /// Whether the folder is there.
    pub fn root_state(&self) -> RootState {
        self.scanner.root_state()
    }

    /// What scans, and is told what could not be read.
    pub fn scanner(&self) -> Scanner {
        self.scanner.clone()
    }

    /// Waits for what settles next. May be dropped while it waits; nothing is lost.
    pub async fn next(&mut self) -> Batch {
        self.scanner.inbox.next().await
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.scanner.inbox.stop();
    }
}

/// Scans a watched folder, and takes back what could not be read. Its calls block; they may come from any thread.
#[derive(Clone)]
pub struct Scanner {
    root: PathBuf,
    rules: Rules,
    inbox: Arc<Inbox>,
    plants: Arc<Plants>,
}

impl Scanner {
    /// Finds every article's file in a part of the folder. Those that are being written are not handed out but named in the report;
    /// they come as dirty once they have settled.
    pub fn scan(&self, under: &Under, found: &mut (dyn FnMut(Found) + Send)) -> Result<ScanReport, ScanFault> {
        let found = Mutex::new(found);
        self.pass(under, LOOKERS, |pass| pass.look(&|one| found.lock().unwrap_or_else(PoisonError::into_inner)(one)))
    }

    /// Finds and reads every article's file in a part of the folder, on `workers` threads; `each` is called on any of them.
    pub fn scan_reading(
        &self,
        under: &Under,
        workers: usize,
        max_size: u64,
        each: &(dyn Fn(Found, ReadOutcome<'_>) + Sync),
    ) -> Result<ScanReport, ScanFault> {
        self.pass(under, workers, |pass| pass.read(max_size, each))
    }

    /// Finds every article's file in the whole folder beside the watch, which goes on undisturbed; gives what there is to report, and the
    /// folders that nobody told of. Files that change at the moment are left to their events.
    pub fn audit(&self, found: &mut (dyn FnMut(Found) + Send)) -> Result<(ScanReport, Vec<SourcePath>), ScanFault> {
        let (found, unknown) = (Mutex::new(found), Mutex::new(Vec::new()));
        let pass = Pass {
            root: self.rules.root(&self.root),
            under: &Under::Root,
            rules: &self.rules,
            workers: 1,
            before: &|under, _| {
                if let Under::Folder(path) = under
                    && !self.inbox.with(|state| state.folders.contains_key(path.as_bytes()))
                {
                    unknown.lock().unwrap_or_else(PoisonError::into_inner).push(path.clone());
                }
                true
            },
            ahead: &|_| {},
            claim: &|identity, path| self.plants.claim(identity, path),
        };
        let (report, _) = pass.look(&|one| found.lock().unwrap_or_else(PoisonError::into_inner)(one))?;
        Ok((report, unknown.into_inner().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Has the watcher look at a folder that nobody told of, unless it has meanwhile. Gives whether it had to be told.
    pub fn point_out(&self, folder: SourcePath) -> bool {
        self.inbox.with(|state| {
            let unknown = !state.folders.contains_key(folder.as_bytes());
            if unknown {
                state.task(Task::Appeared(folder));
            }
            unknown
        })
    }

    /// Whether the folder is there.
    pub fn root_state(&self) -> RootState {
        self.inbox.with(|state| state.root_state())
    }

    /// A file's stamp as it stands now; none where there is no file.
    pub fn stamp(&self, path: &SourcePath) -> Option<FileStamp> {
        match look(self.rules.root(&self.root), path) {
            Sight::File { stamp, .. } | Sight::Unfit(stamp) => Some(stamp),
            Sight::Hidden => Some(FileStamp::default()),
            Sight::Gone | Sight::Folder => None,
        }
    }

    /// Takes back a file that could not be read, to hand it out again when that has changed: one that was being written once it rests,
    /// one that was refused once it opens, one whose disk failed after a pause that grows.
    pub fn requeue(&self, path: SourcePath, fault: &ReadFault) {
        let now = Instant::now();
        self.inbox.with(|state| match fault {
            ReadFault::Changing => state.rest(path, Awaits::Rest, None, now),
            ReadFault::Refused(_) | ReadFault::Failing(_) => state.task(Task::Retry(path)),
            // These change with an event, or (links) are looked at anyway.
            ReadFault::Gone
            | ReadFault::Folder
            | ReadFault::Kind(_)
            | ReadFault::TooLarge { .. }
            | ReadFault::LinkOutside
            | ReadFault::LinkBroken
            | ReadFault::LinkLoop
            | ReadFault::LinkTwice(_)
            | ReadFault::ConflictCopy(_) => {}
        });
    }

    /// Whether a file is known to be still in its writer's hands: it comes as dirty once it is closed.
    pub fn is_being_written(&self, path: &SourcePath) -> bool {
        self.inbox.with(|state| state.resting.is_open(path))
    }

    /// The articles folder, absolute.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn pass(
        &self,
        under: &Under,
        workers: usize,
        run: impl FnOnce(&Pass<'_>) -> Result<(ScanReport, Vec<Link>), ScanFault>,
    ) -> Result<ScanReport, ScanFault> {
        if *under == Under::Root && self.inbox.with(|state| state.folders.len() > 1) {
            self.plants.clear();
        }
        let before = |under: &Under, handle: BorrowedFd<'_>| self.plants.plant(under, handle);
        let (mut report, links) = run(&Pass {
            root: self.rules.root(&self.root),
            under,
            rules: &self.rules,
            workers,
            before: &before,
            ahead: &|folders| self.plants.plant_ahead(folders),
            claim: &|identity, path| self.plants.claim(identity, path),
        })?;
        for part in &report.blind {
            self.plants.poll(part, Polled::Unreadable);
        }
        let now = Instant::now();
        self.inbox.with(|state| {
            for path in &report.unsettled {
                state.rest(path.clone(), Awaits::Rest, None, now);
            }
            if !links.is_empty() {
                state.task(Task::Links(links));
            }
            state.unsay(under, &mut report.diagnostics);
        });
        self.plants.report();
        Ok(report)
    }
}

#[cfg(test)]
mod tests;
