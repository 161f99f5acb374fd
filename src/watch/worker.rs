//! The watcher's own thread: everything that takes a system call.

mod listing;
mod root;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::fs::fstat;

use super::doorway::Doorway;
use super::follow::open_under;
use super::inbox::Inbox;
use super::look::{Sight, identity_of, look, look_by};
use super::pass::{Link, Pass};
use super::plants::Plants;
use super::polled::Listings;
use super::recheck::Rechecks;
use super::resting::{Awaits, Outcome};
use super::scan::{Found, ScanReport};
use super::state::{Polled, Task, Watched, Work};
use super::walk::Identity;
use super::{Rules, Under};
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
        let root = self.root.clone();
        let doorway = Doorway::of(self.rules.root(&root));
        for path in work.due {
            let sight = look_by(&doorway, &path);
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
}

/// Where a file of a folder that was renamed was before.
fn rebase(path: &SourcePath, to: &Under, from: &SourcePath) -> Option<SourcePath> {
    let rest = path.as_bytes().strip_prefix(to.as_bytes())?;
    SourcePath::from_bytes(&[from.as_bytes(), rest].concat())
}
