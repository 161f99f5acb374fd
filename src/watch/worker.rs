//! The watcher's own thread: everything that takes a system call.

use std::os::fd::AsFd;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::fs::{Dir, fstat};

use super::follow::{open_root, open_under};
use super::inbox::Inbox;
use super::look::{Sight, identity_of, is_absence, look};
use super::pass::{Link, Pass};
use super::plants::Plants;
use super::polled::Listings;
use super::recheck::{Rechecked, Rechecks};
use super::resting::{Awaits, Outcome};
use super::scan::{Found, ScanReport};
use super::state::{Polled, Task, Watched, Work};
use super::walk::Identity;
use super::{RootState, Rules, Under};
use crate::article::SourcePath;

/// How often the articles folder itself is looked at: its disk may be unmounted without a word.
const ROOT: Duration = Duration::from_secs(1);

/// How often links, and what could not be read, are looked at.
const RECHECK: Duration = Duration::from_secs(2);

/// How many times as long as a round of listing took, the next one is waited for at least.
const RESPITE: u32 = 10;

pub(super) struct Worker {
    root: PathBuf,
    rules: Rules,
    inbox: Arc<Inbox>,
    plants: Arc<Plants>,
    /// The articles folder's device and inode; `None` while it is missing.
    identity: Option<Identity>,
    /// The device that it was on last.
    device: Option<u64>,
    listings: Listings,
    rechecks: Rechecks,
}

impl Worker {
    pub(super) fn new(root: PathBuf, rules: Rules, inbox: Arc<Inbox>, plants: Arc<Plants>, identity: Option<Identity>) -> Self {
        let (listings, rechecks) = Default::default();
        let device = identity.map(|(device, _)| device);
        Self { root, rules, inbox, plants, identity, device, listings, rechecks }
    }

    /// Works until it is told to stop.
    pub(super) fn run(mut self) {
        let began = Instant::now();
        let (mut root, mut recheck, mut poll) = (began + ROOT, began + RECHECK, began + self.rules.poll);
        loop {
            let work = self.inbox.wait(root.min(recheck).min(poll));
            if work.stop {
                return;
            }
            if Instant::now() >= root {
                self.look_at_root();
                root = Instant::now() + ROOT;
            }
            self.perform(work);
            if Instant::now() >= recheck {
                self.recheck();
                recheck = Instant::now() + RECHECK;
            }
            if Instant::now() >= poll {
                let began = Instant::now();
                self.poll();
                poll = Instant::now() + self.rules.poll.max(began.elapsed() * RESPITE);
            }
        }
    }

    fn perform(&mut self, work: Work) {
        for task in work.tasks {
            match task {
                Task::Appeared(folder) => self.appeared(folder),
                Task::Root => self.look_at_root(),
                Task::Moved { from, to } => self.moved(&from, to),
                Task::Left { folder, silently } => self.left(folder, silently),
                Task::Peek(path) => self.peek(path),
                Task::Retry(path) => self.rechecks.unreadable(path, Instant::now()),
                Task::Links(links) => self.keep_eyes_on(links),
                Task::LookAtLinks => {
                    self.rechecks.hurry(Instant::now());
                    self.recheck();
                }
            }
        }
        for path in work.due {
            let sight = look(self.rules.root(&self.root), &path);
            if let Sight::File { stamp, linked: true, .. } | Sight::Unfit(stamp) = &sight {
                self.rechecks.link(path.clone(), *stamp, Instant::now());
            }
            let now = Instant::now();
            self.inbox.with(|state| match state.resting.seen(&path, &sight, now) {
                Outcome::Waits => {}
                Outcome::Settled(from) => state.mark(path, from),
            });
        }
    }

    /// A folder appeared. If its watch stands already, so did whatever found it, and has listed it.
    fn appeared(&mut self, folder: SourcePath) {
        if !self.rules.enters(&folder) {
            return;
        }
        let under = Under::Folder(folder);
        let opened = open_under(self.rules.root(&self.root), under.as_bytes()).and_then(fstat).map(|stat| identity_of(&stat));
        let known = self.inbox.with(|state| state.folders.get(under.as_bytes()).copied());
        // A link that may not be followed deserves a word.
        if opened.map_or(true, |identity| known != Some(Watched::Told(Some(identity)))) {
            self.explore(&under, None);
        }
    }

    fn moved(&mut self, from: &SourcePath, to: SourcePath) {
        let left = Under::Folder(from.clone());
        self.plants.uproot(&left);
        self.listings.forget(&left);
        if self.rules.enters(&to) {
            self.explore(&Under::Folder(to), Some(from));
        } else {
            self.inbox.with(|state| state.rescan(left));
            self.plants.report();
        }
    }

    fn left(&mut self, folder: SourcePath, silently: bool) {
        let under = Under::Folder(folder.clone());
        self.plants.uproot(&under);
        self.listings.forget(&under);
        self.inbox.with(|state| {
            if silently {
                state.rescan(under.clone());
            }
            state.say_all(&under, Vec::new());
        });
        self.plants.report();
        // By now another may have taken its place.
        match look(self.rules.root(&self.root), &folder) {
            Sight::Folder => self.appeared(folder),
            // A link that may lead to a folder some day.
            Sight::Unfit(_) => self.rechecks.folder(folder, Identity::default(), Instant::now()),
            Sight::Gone | Sight::File { .. } | Sight::Hidden => {}
        }
    }

    fn peek(&mut self, path: SourcePath) {
        match look(self.rules.root(&self.root), &path) {
            Sight::Folder => self.appeared(path),
            Sight::File { stamp, linked: true, .. } if self.rules.sees(&path) => self.rechecks.link(path, stamp, Instant::now()),
            Sight::Unfit(stamp) if self.rules.sees(&path) => self.rechecks.link(path, stamp, Instant::now()),
            // It may lead to a folder some day.
            Sight::Unfit(_) if self.rules.enters(&path) => self.rechecks.folder(path, Identity::default(), Instant::now()),
            Sight::Gone | Sight::File { .. } | Sight::Unfit(..) | Sight::Hidden => {}
        }
    }

    /// Watches and lists a folder; every file in it is dirty, or at rest until it has settled.
    fn explore(&mut self, under: &Under, from: Option<&SourcePath>) {
        let found = Mutex::new(Vec::new());
        let plants = &self.plants;
        let before = |under: &Under, handle: std::os::fd::BorrowedFd<'_>| plants.plant(under, handle);
        let pass = Pass {
            root: self.rules.root(&self.root),
            under,
            rules: &self.rules,
            workers: 1,
            before: &before,
            ahead: &|folders| plants.plant_ahead(folders),
            claim: &|identity, path| plants.claim(identity, path),
        };
        let looked = pass.look(&|Found { path, .. }| found.lock().unwrap_or_else(PoisonError::into_inner).push(path));
        // Only the articles folder itself can fail, and it is looked at elsewhere.
        let Ok((report, links)) = looked else { return };
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        let ScanReport { unsettled, blind, diagnostics, files: _, folders: _ } = report;
        for part in &blind {
            self.plants.poll(part, Polled::Unreadable);
        }
        let now = Instant::now();
        let at_once = self.rules.settle.is_zero();
        self.inbox.with(|state| {
            for path in found {
                let from = from.and_then(|from| rebase(&path, under, from));
                if at_once {
                    state.mark(path, from);
                } else {
                    state.rest(path, Awaits::Rest, from, now);
                }
            }
            for path in unsettled {
                let from = from.and_then(|from| rebase(&path, under, from));
                state.rest(path, Awaits::Rest, from, now);
            }
            if let Some(from) = from {
                // Whatever did not come along is gone.
                state.rescan(Under::Folder(from.clone()));
                state.say_all(&Under::Folder(from.clone()), Vec::new());
            }
            state.say_all(under, diagnostics);
        });
        self.keep_eyes_on(links);
        self.plants.report();
    }

    fn keep_eyes_on(&mut self, links: Vec<Link>) {
        for link in links {
            match link {
                Link::File(path, stamp) => self.rechecks.link(path, stamp, Instant::now()),
                Link::Folder(path, identity) => self.rechecks.folder(path, identity, Instant::now()),
            }
        }
    }

    fn look_at_root(&mut self) {
        let seen = open_root(&self.root).and_then(|handle| Ok((identity_of(&fstat(&handle)?), handle)));
        match seen {
            Ok((identity, _)) if self.identity == Some(identity) => {}
            Ok((identity, handle)) if is_bare(self.device, identity, &handle) => {
                self.lost("is empty and on another device than before, as where a disk was unmounted");
            }
            Ok((identity, handle)) => {
                tracing::info!("the articles folder {} is there (again)", self.root.display());
                self.begin_anew();
                self.plants.plant(&Under::Root, handle.as_fd());
                self.identity = Some(identity);
                self.device = Some(identity.0);
                self.inbox.with(|state| {
                    state.presence(RootState::Present);
                    state.rescan(Under::Root);
                });
            }
            Err(fault) if is_absence(fault) => self.lost("is gone"),
            Err(fault) => self.lost(&format!("cannot be opened: {}", std::io::Error::from(fault))),
        }
    }

    fn lost(&mut self, what: &str) {
        if self.identity.take().is_some() {
            tracing::error!("the articles folder {} {what}; the feeds stay as they are until it is back", self.root.display());
            self.begin_anew();
            self.inbox.with(|state| state.presence(RootState::Missing));
        }
    }

    fn begin_anew(&mut self) {
        self.plants.clear();
        self.listings = Listings::default();
        self.rechecks.clear();
        self.inbox.with(super::state::State::forget);
        self.plants.report();
    }

    fn recheck(&mut self) {
        if self.identity.is_none() {
            return;
        }
        let Rechecked { files, folders } = self.rechecks.look(self.rules.root(&self.root), Instant::now());
        if !files.is_empty() {
            let now = Instant::now();
            self.inbox.with(|state| files.into_iter().for_each(|path| state.rest(path, Awaits::Rest, None, now)));
        }
        for link in folders {
            self.left(link, true);
        }
    }

    fn poll(&mut self) {
        if self.identity.is_none() {
            return;
        }
        if self.plants.revive() {
            self.inbox.with(|state| state.rescan(Under::Root));
        }
        let polled = self.inbox.with(|state| state.polled_folders());
        if polled.is_empty() {
            return;
        }
        for (under, why) in polled {
            self.poll_folder(&under, why);
        }
        self.plants.report();
    }

    fn poll_folder(&mut self, under: &Under, why: Polled) {
        let handle = match open_under(self.rules.root(&self.root), under.as_bytes()) {
            Ok(handle) => handle,
            Err(fault) if is_absence(fault) => {
                self.plants.uproot(under);
                self.listings.forget(under);
                return self.inbox.with(|state| state.rescan(under.clone()));
            }
            Err(_) => return,
        };
        match why {
            Polled::Limit | Polled::Instances | Polled::Unreadable | Polled::Refused => {
                // The limit may have been raised, or its mode mended.
                self.plants.plant(under, handle.as_fd());
                let watched = self.inbox.with(|state| state.folders.get(under.as_bytes()).copied());
                if why == Polled::Unreadable || matches!(watched, Some(Watched::Told(_))) {
                    self.listings.forget(under);
                    return self.inbox.with(|state| state.rescan(under.clone()));
                }
            }
            Polled::Configured | Polled::Distant => {}
        }
        let differences = self.listings.compare(self.rules.root(&self.root), &self.rules, under);
        let now = Instant::now();
        let device = fstat(&handle).map(|stat| identity_of(&stat).0).unwrap_or_default();
        let unknown = self.inbox.with(|state| {
            if differences.first {
                state.rescan(under.clone());
            }
            // What this machine knows of a file there may be some seconds old.
            let awaits = if state.is_distant(device) { Awaits::Distant } else { Awaits::Rest };
            for path in differences.changed {
                state.rest(path, awaits, None, now);
            }
            for path in differences.gone {
                state.mark(path, None);
            }
            let mut folders = differences.folders;
            folders.retain(|folder| !state.folders.contains_key(folder.as_bytes()) && !state.has_said(folder));
            folders
        });
        for folder in unknown {
            self.appeared(folder);
        }
    }
}

/// Whether a folder is what stays behind where a disk was unmounted: empty, and on another device than before.
fn is_bare(before: Option<u64>, (device, _): Identity, folder: impl AsFd) -> bool {
    before.is_some_and(|before| before != device)
        && Dir::read_from(folder).is_ok_and(|listing| listing.flatten().all(|entry| matches!(entry.file_name().to_bytes(), b"." | b"..")))
}

/// Where a file of a folder that was renamed was before.
fn rebase(path: &SourcePath, to: &Under, from: &SourcePath) -> Option<SourcePath> {
    let rest = path.as_bytes().strip_prefix(to.as_bytes())?;
    SourcePath::from_bytes([from.as_bytes(), rest].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_unmounted_disk_leaves_behind_is_not_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let bare = |before| is_bare(before, (7, 1), std::fs::File::open(folder.path()).unwrap());
        assert!(bare(Some(8)));
        // Deleted and made again where it was, or there for the first time, it may be empty.
        assert!(!bare(Some(7)) && !bare(None));
        std::fs::write(folder.path().join("a"), "").unwrap();
        assert!(!bare(Some(8)), "another disk was mounted");
    }
}
