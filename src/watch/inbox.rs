//! Where the kernel's events land, and what they mean. Under one lock that is never held over a system call, so that the thread that
//! empties the kernel's queue never waits for a disk.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind, RenameMode};
use notify::{Event, EventKind};

use super::batch::Rescans;
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
    /// A file could not be read: try until it can.
    Retry(SourcePath),
    /// Links were handed out with these stamps: see when the files that they lead to change.
    Links(Vec<Link>),
}

/// What the worker shall do now.
#[derive(Debug, Default)]
pub(super) struct Work {
    pub(super) stop: bool,
    pub(super) tasks: Vec<Task>,
    /// Files whose rest may be over.
    pub(super) due: Vec<SourcePath>,
    /// Whether the articles folder itself is in question.
    pub(super) root: bool,
}

/// How a folder is kept track of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Watched {
    /// The kernel tells; the folder's device and inode as its watch was set.
    Told((u64, u64)),
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
}

pub(super) struct State {
    root: PathBuf,
    rules: Rules,
    pub(super) resting: Resting,
    moves: Moves,
    /// Every folder that is kept track of, by its path's bytes; the root's are none.
    pub(super) folders: BTreeMap<Vec<u8>, Watched>,
    tasks: VecDeque<Task>,
    question_root: bool,
    stop: bool,
    dirty: BTreeMap<SourcePath, Option<SourcePath>>,
    rescans: Rescans,
    diagnostics: BTreeMap<SourcePath, Vec<Diagnostic>>,
    presence: RootState,
    limited: Option<String>,
    /// Folders and links of which something was said that may have to be unsaid.
    said: BTreeSet<SourcePath>,
    /// Whether there is something for the worker.
    wake: bool,
    /// Whether `presence` or `limited` is not handed on yet.
    news: bool,
}

impl State {
    fn new(root: PathBuf, rules: Rules) -> Self {
        Self {
            root,
            resting: Resting::new(rules.settle),
            rules,
            moves: Moves::default(),
            folders: BTreeMap::new(),
            tasks: VecDeque::new(),
            question_root: false,
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

    /// An event of the kernel.
    pub(super) fn event(&mut self, event: &Event, now: Instant) {
        if event.need_rescan() {
            // The kernel's queue overflowed: anything may have happened, new folders included.
            return self.lose_track();
        }
        let mut paths = event.paths.iter().map(|path| path.strip_prefix(&self.root).ok().map(SourcePath::new));
        // A path that is not under the root is none of ours; the root itself is a path without components.
        let Some(Some(first)) = paths.next() else { return };
        let second = paths.next().flatten().flatten();
        let Some(path) = first else {
            return self.root_event(event.kind);
        };
        match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => self.closed(path, now),
            EventKind::Create(CreateKind::Folder) => self.task(Task::Appeared(path)),
            EventKind::Create(CreateKind::File | CreateKind::Any | CreateKind::Other) => self.created(path, now),
            EventKind::Remove(RemoveKind::Folder | RemoveKind::Other) => self.folder_gone(path),
            EventKind::Remove(RemoveKind::File | RemoveKind::Any) if self.folders.contains_key(path.as_bytes()) => self.folder_gone(path),
            EventKind::Remove(RemoveKind::File | RemoveKind::Any) => self.gone(path),
            EventKind::Modify(ModifyKind::Name(mode)) => self.renamed(mode, path, second, event.tracker(), now),
            EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Any | ModifyKind::Other) => self.written(path, now),
            EventKind::Modify(ModifyKind::Metadata(_)) | EventKind::Access(_) | EventKind::Any | EventKind::Other => {}
        }
    }

    /// The kernel's queue, or ours, ran over.
    pub(super) fn lose_track(&mut self) {
        self.forget();
        self.rescan(Under::Root);
    }

    fn root_event(&mut self, kind: EventKind) {
        if matches!(kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))) {
            self.question_root = true;
            self.wake = true;
        }
    }

    fn closed(&mut self, path: SourcePath, now: Instant) {
        if self.rules.sees(&path) {
            self.settle(path, None, now);
        }
    }

    /// A name appeared. On Linux a close follows, unless it is a link or was made by one.
    fn created(&mut self, path: SourcePath, now: Instant) {
        if self.rules.sees(&path) {
            let awaits = if cfg!(target_os = "linux") { Awaits::Close } else { Awaits::Rest };
            self.rest(path.clone(), awaits, None, now);
        } else if self.rules.enters(&path) {
            // A link to a folder is created as a file is; it deserves a word.
            self.task(Task::Peek(path));
        }
    }

    fn written(&mut self, path: SourcePath, now: Instant) {
        if self.rules.sees(&path) {
            self.rest(path, Awaits::Rest, None, now);
        }
    }

    fn gone(&mut self, path: SourcePath) {
        if self.rules.sees(&path) {
            if let Some(Some(from)) = self.resting.remove(&path) {
                self.mark(from, None);
            }
            if let Some(from) = self.dirty.remove(&path).flatten() {
                self.mark(from, None);
            }
            self.mark(path, None);
        } else if self.said.contains(&path) {
            self.say(path, Vec::new());
        }
    }

    fn folder_gone(&mut self, folder: SourcePath) {
        // Files of a watched folder were deleted one by one, each with its event.
        let silently = !matches!(self.folders.get(folder.as_bytes()), Some(Watched::Told(_)));
        if self.rules.enters(&folder) {
            self.task(Task::Left { folder, silently });
        }
    }

    fn renamed(&mut self, mode: RenameMode, path: SourcePath, second: Option<SourcePath>, cookie: Option<usize>, now: Instant) {
        match (mode, cookie) {
            (RenameMode::From, Some(cookie)) => {
                if let Some(other) = self.moves.left(cookie, path, now) {
                    self.moved_out(other);
                }
                self.wake = true;
            }
            (RenameMode::To, cookie) => {
                let from = cookie.and_then(|cookie| self.moves.arrived(cookie));
                self.arrived(path, from, now);
            }
            // A watched folder's own word of its move; its parent's has the cookie.
            (RenameMode::From, None) => {}
            // With a cookie both halves were told already.
            (RenameMode::Both, Some(_)) => {}
            (RenameMode::Both, None) => match second {
                Some(to) => self.arrived(to, Some(path), now),
                None => self.written(path, now),
            },
            (RenameMode::Any | RenameMode::Other, _) => {
                if self.folders.contains_key(path.as_bytes()) {
                    self.task(Task::Left { folder: path, silently: true });
                } else {
                    self.written(path.clone(), now);
                    self.task(Task::Peek(path));
                }
            }
        }
    }

    fn arrived(&mut self, path: SourcePath, from: Option<SourcePath>, now: Instant) {
        if let Some(from) = &from
            && self.folders.contains_key(from.as_bytes())
        {
            return self.task(Task::Moved { from: from.clone(), to: path });
        }
        if !self.rules.enters(&path) {
            if let Some(from) = from {
                self.moved_out(from);
            }
            return;
        }
        if self.rules.sees(&path) {
            let from = from.filter(|from| self.rules.sees(from));
            // What was renamed before it settled is known under the name before that, if under any.
            let from = from.map(|from| match self.resting.remove(&from) {
                Some(Some(origin)) => origin,
                Some(None) | None => from,
            });
            self.settle(path.clone(), from, now);
        } else if let Some(from) = from {
            self.moved_out(from);
        }
        // It may be a folder, whatever its name, or a link.
        self.task(Task::Peek(path));
    }

    fn moved_out(&mut self, from: SourcePath) {
        if self.folders.contains_key(from.as_bytes()) {
            self.task(Task::Left { folder: from, silently: true });
        } else {
            self.gone(from);
        }
    }

    /// A file is complete.
    fn settle(&mut self, path: SourcePath, from: Option<SourcePath>, now: Instant) {
        if self.rules.settle.is_zero() {
            let earlier = self.resting.remove(&path).flatten();
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
        let polled = self.folders.iter().filter_map(|(key, watched)| match watched {
            Watched::Polled(why) => Some((SourcePath::from_bytes(key.clone()).map_or(Under::Root, Under::Folder), *why)),
            Watched::Told(_) => None,
        });
        polled.collect()
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

    /// Why there is polling.
    pub(super) fn limit(&mut self, limited: Option<String>) {
        self.news |= self.limited != limited;
        self.limited = limited;
    }

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

    fn has_news(&self) -> bool {
        self.news || !self.dirty.is_empty() || !self.rescans.is_empty() || !self.diagnostics.is_empty()
    }

    fn take(&mut self) -> Option<Batch> {
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

    fn work(&mut self, now: Instant) -> Work {
        for path in self.moves.expired(now) {
            self.moved_out(path);
        }
        Work {
            stop: self.stop,
            tasks: self.tasks.drain(..).collect(),
            due: self.resting.due(now),
            root: std::mem::take(&mut self.question_root),
        }
    }

    /// When there will be work by the passing of time.
    fn next(&self) -> Option<Instant> {
        [self.resting.next(), self.moves.next()].into_iter().flatten().min()
    }
}

/// The state, its lock, and those who wait on it.
pub(super) struct Inbox {
    state: Mutex<State>,
    work: Condvar,
    news: tokio::sync::Notify,
}

impl Inbox {
    pub(super) fn new(root: PathBuf, rules: Rules) -> Self {
        Self { state: Mutex::new(State::new(root, rules)), work: Condvar::new(), news: tokio::sync::Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No step leaves the state half-changed in a way that a later one could not bear: at worst a file is looked at once more.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the state, and wakes whoever waits for what came of it.
    pub(super) fn with<R>(&self, step: impl FnOnce(&mut State) -> R) -> R {
        let (result, wake, news) = {
            let mut state = self.lock();
            let result = step(&mut state);
            (result, std::mem::take(&mut state.wake), state.has_news())
        };
        if wake {
            self.work.notify_one();
        }
        if news {
            self.news.notify_one();
        }
        result
    }

    /// What the kernel's thread calls, whatever it has to say.
    pub(super) fn take_in(&self, event: &notify::Result<Event>) {
        let now = Instant::now();
        self.with(|state| match event {
            Ok(event) => state.event(event, now),
            // What it could not read is lost.
            Err(_) => state.lose_track(),
        });
    }

    /// Waits for work, at most until then.
    pub(super) fn wait(&self, until: Instant) -> Work {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            let work = state.work(now);
            if work.stop || work.root || !work.tasks.is_empty() || !work.due.is_empty() || now >= until {
                let news = state.has_news();
                drop(state);
                if news {
                    self.news.notify_one();
                }
                return work;
            }
            if state.has_news() {
                self.news.notify_one();
            }
            let wake = state.next().map_or(until, |next| next.min(until));
            let pause = wake.saturating_duration_since(now).max(Duration::from_millis(1));
            state = self.work.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits for something to hand on. May be dropped at any time; nothing is lost.
    pub(super) async fn next(&self) -> Batch {
        loop {
            if let Some(batch) = self.lock().take() {
                return batch;
            }
            // One permit is kept if the news came just now.
            self.news.notified().await;
        }
    }

    /// Lets the worker end.
    pub(super) fn stop(&self) {
        self.lock().stop = true;
        self.work.notify_one();
    }
}
