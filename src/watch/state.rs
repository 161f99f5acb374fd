//! What the watcher knows: what is dirty, what rests, what is for the worker to do.

mod events;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::path::PathBuf;
use std::time::Instant;

use super::batch::Rescans;
use super::claims::Claims;
use super::moves::Moves;
use super::pass::Link;
use super::resting::{Awaits, Resting};
use super::{Batch, Dirty, RootState, Rules, Under};
use crate::article::SourcePath;
use crate::diagnostic::Diagnostic;

/// How many files may be dirty or at rest; beyond it the whole folder is scanned instead.
const MOST_FILES: usize = 100_000;

/// How many tasks may wait for the worker; likewise.
const MOST_TASKS: usize = 10_000;

/// Of how many folders and links it is remembered that something was said.
const MOST_SAID: usize = 10_000;

/// What the worker does, because it takes system calls.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// A folder appeared (or may have): watch it, and find what is in it already.
    Appeared(SourcePath),
    /// A folder was renamed.
    Moved {
        /// From there.
        from: SourcePath,
        /// To there.
        to: SourcePath,
    },
    /// A folder is gone; whether to have the catalogue compared with what is left.
    Left {
        /// The folder.
        folder: SourcePath,
        /// Whether its files went without an event of their own.
        silently: bool,
    },
    /// Something appeared that may be a folder, or a link.
    Peek(SourcePath),
    /// The articles folder itself may be gone.
    Root,
    /// A file could not be read: try until it can.
    Retry(SourcePath),
    /// Links were handed out with these stamps: see when the files that they lead to change.
    Links(Vec<Link>),
    /// All links may lead elsewhere now.
    LookAtLinks,
}

/// What the worker shall do now.
#[derive(Debug, Default)]
pub(super) struct Work {
    pub(super) stop: bool,
    pub(super) tasks: Vec<Task>,
    /// Files whose rest may be over.
    pub(super) due: Vec<SourcePath>,
}

/// How a folder is kept track of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Watched {
    /// The kernel tells; the folder's device and inode, once it was opened after its watch was set.
    Told(Option<(u64, u64)>),
    /// It is listed every few seconds.
    Polled(Polled),
}

/// Why a folder is polled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Polled {
    /// The kernel grants no more watches.
    Limit,
    /// The kernel grants no further set of watches.
    Instances,
    /// The folder may not be read.
    Unreadable,
    /// The kernel or the file system refuses a watch.
    Refused,
    /// The operator wants it so.
    Configured,
    /// Its file system may be changed unheard; it has a watch all the same, for what is done on this machine.
    Distant,
}

/// All of it; pure: no system call is made here.
pub(super) struct State {
    root: PathBuf,
    rules: Rules,
    pub(super) resting: Resting,
    moves: Moves,
    /// Every folder that is kept track of, by its path's bytes; the root's are none.
    pub(super) folders: BTreeMap<Vec<u8>, Watched>,
    /// Folders that are read through a link.
    pub(super) claims: Claims,
    /// Devices that were seen, and whether what is on them may be changed unheard.
    pub(super) devices: HashMap<u64, bool>,
    tasks: VecDeque<Task>,
    pub(super) stop: bool,
    dirty: BTreeMap<SourcePath, Option<SourcePath>>,
    rescans: Rescans,
    diagnostics: BTreeMap<SourcePath, Vec<Diagnostic>>,
    presence: RootState,
    limited: Option<String>,
    /// Folders and links of which something was said that may have to be unsaid.
    said: BTreeSet<SourcePath>,
    /// Whether there is something new for the worker.
    pub(super) wake: bool,
    /// Whether `presence` or `limited` is not handed on yet.
    news: bool,
}

impl State {
    pub(super) fn new(root: PathBuf, rules: Rules) -> Self {
        Self {
            root,
            resting: Resting::new(rules.settle),
            rules,
            moves: Moves::default(),
            folders: BTreeMap::new(),
            claims: Claims::default(),
            devices: HashMap::new(),
            tasks: VecDeque::new(),
            stop: false,
            dirty: BTreeMap::new(),
            rescans: Rescans::default(),
            diagnostics: BTreeMap::new(),
            presence: RootState::Present,
            limited: None,
            said: BTreeSet::new(),
            wake: false,
            news: false,
        }
    }

    /// A file is complete.
    fn settle(&mut self, path: SourcePath, from: Option<SourcePath>, now: Instant) {
        if self.rules.settle.is_zero() {
            let earlier = self.resting.remove(&path);
            self.mark(path, from.or(earlier));
        } else {
            self.rest(path, Awaits::Settle, from, now);
        }
    }

    /// Lets a file rest.
    pub(super) fn rest(&mut self, path: SourcePath, awaits: Awaits, from: Option<SourcePath>, now: Instant) {
        self.resting.put(path, awaits, from, now);
        self.bound();
        self.wake = true;
    }

    /// A file is to be looked at; where several renames led to it, by where the first one began.
    pub(super) fn mark(&mut self, path: SourcePath, from: Option<SourcePath>) {
        let from = from.map(|from| match self.dirty.get_mut(&from).and_then(Option::take) {
            Some(origin) => origin,
            None => from,
        });
        let from = from.filter(|from| *from != path);
        let displaced = match self.dirty.entry(path) {
            Entry::Vacant(place) => {
                place.insert(from);
                None
            }
            Entry::Occupied(mut place) => match (place.get(), &from) {
                (Some(known), Some(new)) if known != new => place.insert(from),
                (None, Some(_)) => place.insert(from),
                (Some(_) | None, Some(_) | None) => None,
            },
        };
        if let Some(displaced) = displaced {
            self.dirty.entry(displaced).or_insert(None);
        }
        self.bound();
    }

    /// A part is to be scanned and compared.
    pub(super) fn rescan(&mut self, part: Under) {
        self.rescans.add(part);
    }

    /// What there is to say of a folder or a link now.
    pub(super) fn say(&mut self, path: SourcePath, findings: Vec<Diagnostic>) {
        self.remember(&path, &findings);
        self.diagnostics.insert(path, findings);
    }

    /// Adds, to what a scan of a part has to say, that what was said of the part before holds no longer.
    pub(super) fn unsay(&mut self, under: &Under, findings: &mut Vec<(SourcePath, Vec<Diagnostic>)>) {
        for (path, findings) in &*findings {
            self.remember(path, findings);
        }
        let now: BTreeSet<_> = findings.iter().map(|(path, _)| path.clone()).collect();
        let over: Vec<_> =
            self.said.iter().filter(|path| under.covers(&Under::Folder((*path).clone())) && !now.contains(*path)).cloned().collect();
        for path in over {
            self.said.remove(&path);
            findings.push((path, Vec::new()));
        }
    }

    /// Says all there is to say of a part now.
    pub(super) fn say_all(&mut self, under: &Under, mut findings: Vec<(SourcePath, Vec<Diagnostic>)>) {
        self.unsay(under, &mut findings);
        self.diagnostics.extend(findings);
    }

    /// The folders that are polled.
    pub(super) fn polled_folders(&self) -> Vec<(Under, Polled)> {
        let under = |key: &[u8]| SourcePath::from_bytes(key).map_or(Under::Root, Under::Folder);
        let polled = self.folders.iter().filter_map(|(key, watched)| match watched {
            Watched::Polled(why) => Some((under(key), *why)),
            Watched::Told(Some((device, _))) if self.is_distant(*device) => Some((under(key), Polled::Distant)),
            Watched::Told(_) => None,
        });
        polled.collect()
    }

    /// Whether what is on a device may be changed unheard.
    pub(super) fn is_distant(&self, device: u64) -> bool {
        self.devices.get(&device).copied().unwrap_or(false)
    }

    /// Whether something was said of a folder or link that still stands.
    pub(super) fn has_said(&self, path: &SourcePath) -> bool {
        self.said.contains(path)
    }

    /// Forgets everything about a folder that is gone or is another now.
    pub(super) fn forget(&mut self) {
        self.dirty.clear();
        self.resting.clear();
        self.moves.clear();
        self.tasks.clear();
    }

    fn remember(&mut self, path: &SourcePath, findings: &[Diagnostic]) {
        if findings.is_empty() {
            self.said.remove(path);
        } else if self.said.len() < MOST_SAID {
            self.said.insert(path.clone());
        }
    }

    /// Forgets a folder and all under it; gives what was known of them.
    pub(super) fn forget_folders(&mut self, under: &Under) -> Vec<(Vec<u8>, Watched)> {
        for link in self.claims.forget(under) {
            self.task(Task::Peek(link));
        }
        let folder = under.as_bytes().to_vec();
        if folder.is_empty() {
            return std::mem::take(&mut self.folders).into_iter().collect();
        }
        // What lies under it begins with its name and a slash; a zero is the byte after the slash.
        let (first, end) = ([&folder[..], b"/"].concat(), [&folder[..], b"0"].concat());
        let mut gone: Vec<_> = self.folders.range(first..end).map(|(key, watched)| (key.clone(), *watched)).collect();
        gone.extend(self.folders.get(&folder).map(|watched| (folder, *watched)));
        for (key, _) in &gone {
            self.folders.remove(key);
        }
        gone
    }

    /// Whether the root is there.
    pub(super) fn presence(&mut self, presence: RootState) {
        self.news |= self.presence != presence;
        self.presence = presence;
    }

    /// Whether the root was there when it was looked at last.
    pub(super) const fn root_state(&self) -> RootState {
        self.presence
    }

    /// Why there is polling.
    pub(super) fn limit(&mut self, limited: Option<String>) {
        self.news |= self.limited != limited;
        self.limited = limited;
    }

    /// Something for the worker.
    pub(super) fn task(&mut self, task: Task) {
        if self.tasks.len() >= MOST_TASKS {
            return self.lose_track();
        }
        if self.tasks.back() != Some(&task) {
            self.tasks.push_back(task);
        }
        self.wake = true;
    }

    fn bound(&mut self) {
        if self.dirty.len() + self.resting.len() > MOST_FILES {
            self.lose_track();
        }
    }

    /// Whether there is something to hand on.
    pub(super) fn has_news(&self) -> bool {
        self.news || !self.dirty.is_empty() || !self.rescans.is_empty() || !self.diagnostics.is_empty()
    }

    /// Hands on what there is.
    pub(super) fn take(&mut self) -> Option<Batch> {
        self.has_news().then(|| {
            self.news = false;
            let dirty = std::mem::take(&mut self.dirty);
            Batch {
                dirty: dirty.into_iter().map(|(path, renamed_from)| Dirty { path, renamed_from }).collect(),
                rescan: self.rescans.take(),
                diagnostics: std::mem::take(&mut self.diagnostics).into_iter().collect(),
                root: self.presence,
                limited: self.limited.clone(),
            }
        })
    }

    /// Gives the worker what there is to do.
    pub(super) fn work(&mut self, now: Instant) -> Work {
        for left in self.moves.expired(now) {
            self.moved_out(left);
        }
        Work { stop: self.stop, tasks: self.tasks.drain(..).collect(), due: self.resting.due(now) }
    }

    /// When there will be work by the passing of time.
    pub(super) fn next(&self) -> Option<Instant> {
        [self.resting.next(), self.moves.next()].into_iter().flatten().min()
    }
}
