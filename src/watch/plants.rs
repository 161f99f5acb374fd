//! One watch a folder, set before the folder is listed; and what is done where the kernel grants none.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use notify::event::EventKindMask;
use notify::{Config, ErrorKind, PathOp, RecommendedWatcher, RecursiveMode, WatchPathConfig, Watcher as _};
use rustix::fs::fstat;

use super::file_system::distant;
use super::follow::open_under;
use super::inbox::Inbox;
use super::look::identity_of;
use super::state::{Polled, Task, Watched};
use super::walk::Identity;
use super::{Rules, Under};
use crate::article::SourcePath;
use crate::config::Watch;

/// How many folders are watched where nothing else limits them.
pub(super) const MOST_WATCHES: usize = 10_000_000;

/// Of how many devices it is remembered what they are.
const MOST_DEVICES: usize = 10_000;

/// What the system grants; in tests, less.
#[derive(Clone, Copy)]
pub(super) struct Grants {
    /// The most watches that are set.
    pub(super) most: usize,
    /// What a folder's file system is called if it may be changed unheard.
    pub(super) distant: fn(BorrowedFd<'_>) -> Option<&'static str>,
}

impl Default for Grants {
    fn default() -> Self {
        Self { most: MOST_WATCHES, distant: |folder| distant(folder) }
    }
}

/// Sets and removes watches.
pub(super) struct Plants {
    root: PathBuf,
    rules: Rules,
    inbox: Arc<Inbox>,
    /// `None` where the kernel does not even grant a set of watches.
    watcher: Mutex<Option<RecommendedWatcher>>,
    grants: Grants,
}

impl Plants {
    /// Prepares to set watches.
    pub(super) fn new(root: &Path, rules: &Rules, inbox: &Arc<Inbox>, grants: Grants) -> Self {
        let watcher = Mutex::new(set_of_watches(inbox, rules.watch));
        Self { root: root.to_path_buf(), rules: rules.clone(), inbox: Arc::clone(inbox), watcher, grants }
    }

    fn lock(&self) -> MutexGuard<'_, Option<RecommendedWatcher>> {
        self.watcher.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets a folder's watch, unless it stands. Without one the folder will be polled. Gives whether it is still in its place and may
    /// be listed.
    pub(super) fn plant(&self, under: &Under, handle: BorrowedFd<'_>) -> bool {
        let identity = fstat(handle).map(|stat| identity_of(&stat)).unwrap_or_default();
        let key = under.as_bytes().to_vec();
        self.learn(identity, handle);
        let mut watcher = self.lock();
        let (known, count, linked) = self.inbox.with(|state| {
            let count = state.folders.len();
            let known = state.folders.get_mut(&key);
            if let Some(Watched::Told(unknown @ None)) = known {
                // Planted ahead, and opened after that: had another folder taken its place in between, its going will be told.
                *unknown = Some(identity);
            }
            let known = state.folders.get(&key).copied();
            // From here on, should it go: whoever is told must know that it is a folder.
            state.folders.entry(key.clone()).or_insert(Watched::Told(None));
            (known, count, state.claims.has(identity))
        });
        if known == Some(Watched::Told(Some(identity))) {
            return true;
        }
        let outcome = match watcher.as_mut() {
            None if self.rules.watch == Watch::Poll => Some(Watched::Polled(Polled::Configured)),
            None => Some(Watched::Polled(Polled::Instances)),
            Some(watcher) => {
                let path = self.path(&key);
                if known.is_some() {
                    // notify takes a second watch on one path for the same, whatever has come to stand there.
                    let _ = watcher.unwatch(&path);
                }
                let set = if count >= self.grants.most && !matches!(known, Some(Watched::Told(_))) {
                    Err(notify::Error::new(ErrorKind::MaxFilesWatch))
                } else {
                    watcher.watch_with(&path, one_folder(linked || matches!(under, Under::Root)))
                };
                set.map_or_else(|fault| refusal(&fault), |()| Some(Watched::Told(Some(identity))))
            }
        };
        // It was opened before its watch was set: by now another may stand there, whose watch this is.
        let now = open_under(self.rules.root(&self.root), &key).and_then(|handle| fstat(&handle)).map(|stat| identity_of(&stat)).ok();
        self.inbox.with(|state| match outcome {
            Some(tracked) if now == Some(identity) => {
                state.folders.insert(key, tracked);
                true
            }
            Some(_) | None => {
                state.folders.remove(&key);
                if let Under::Folder(folder) = under {
                    state.task(Task::Appeared(folder.clone()));
                }
                false
            }
        })
    }

    /// Sets the watches of folders that are about to be opened, in one go: asking notify for each costs more than the watch itself.
    pub(super) fn plant_ahead(&self, folders: &[SourcePath]) {
        let mut watcher = self.lock();
        let Some(watcher) = watcher.as_mut() else { return };
        let unknown = self.inbox.with(|state| {
            let room = self.grants.most.saturating_sub(state.folders.len());
            let mut unknown: Vec<_> = folders.iter().filter(|folder| !state.folders.contains_key(folder.as_bytes())).collect();
            unknown.truncate(room);
            state.folders.extend(unknown.iter().map(|folder| (folder.as_bytes().to_vec(), Watched::Told(None))));
            unknown
        });
        let operations: Vec<_> = unknown.iter().map(|folder| PathOp::Watch(folder.under(&self.root), one_folder(false))).collect();
        let set = operations.len() - watcher.update_paths(operations).map_or_else(|fault| fault.remaining.len() + 1, |()| 0);
        // Where one is refused, it and the rest are left to be planted one by one, which tells what to do about each.
        self.inbox.with(|state| {
            for folder in unknown.into_iter().skip(set) {
                state.folders.remove(folder.as_bytes());
            }
        });
    }

    /// Keeps track of a folder that could not be opened.
    pub(super) fn poll(&self, under: &Under, why: Polled) {
        self.inbox.with(|state| state.folders.insert(under.as_bytes().to_vec(), Watched::Polled(why)));
    }

    /// Forgets the watches of a folder that is gone from its place, and of all under it.
    pub(super) fn uproot(&self, under: &Under) {
        let mut watcher = self.lock();
        let gone = self.inbox.with(|state| state.forget_folders(under));
        let told = |watched: &Watched| matches!(watched, Watched::Told(_));
        // notify removes them itself when it is told that the topmost is gone; else it must be asked.
        let asked = !gone.iter().any(|(key, watched)| key == under.as_bytes() && told(watched));
        if let Some(watcher) = watcher.as_mut().filter(|_| asked) {
            for (key, _) in gone.iter().filter(|(_, watched)| told(watched)) {
                let _ = watcher.unwatch(&self.path(key));
            }
        }
    }

    /// Begins anew without any watch: cheaper by far than removing many, and right whatever was missed. Whoever calls it scans next.
    pub(super) fn clear(&self) {
        let mut watcher = self.lock();
        // The old one goes first, lest the limit of sets stand in the way.
        drop(watcher.take());
        *watcher = set_of_watches(&self.inbox, self.rules.watch);
        self.inbox.with(|state| drop(state.forget_folders(&Under::Root)));
    }

    /// Whether the kernel grants watches at all; asks it again if it did not.
    pub(super) fn revive(&self) -> bool {
        let mut watcher = self.lock();
        if watcher.is_none() && self.rules.watch != Watch::Poll {
            *watcher = set_of_watches(&self.inbox, self.rules.watch);
            return watcher.is_some();
        }
        false
    }

    /// Tells the operator how things stand.
    pub(super) fn report(&self) {
        self.inbox.with(|state| state.limit(limitation(&state.folders)));
    }

    /// Whether a folder is listed here, of those that links lead to.
    pub(super) fn claim(&self, identity: Identity, path: &SourcePath) -> bool {
        self.inbox.with(|state| state.claims.claim(identity, path))
    }

    /// Finds out, once for each device, whether what is on it may be changed unheard.
    fn learn(&self, (device, _): Identity, handle: BorrowedFd<'_>) {
        if self.rules.watch == Watch::Events || self.inbox.with(|state| state.devices.contains_key(&device)) {
            return;
        }
        let name = (self.grants.distant)(handle);
        let news = self.inbox.with(|state| {
            if state.devices.len() >= MOST_DEVICES {
                state.devices.clear();
            }
            state.devices.insert(device, name.is_some()).is_none()
        });
        if let Some(name) = name.filter(|_| news) {
            tracing::info!(
                "a part of {} is on {name}, which may be changed without a word to this machine: it is listed every {:?} as well \
                 (`watch` and `poll_interval` under [articles])",
                self.root.display(),
                self.rules.poll
            );
        }
    }

    fn path(&self, folder: &[u8]) -> PathBuf {
        if folder.is_empty() { self.root.clone() } else { self.root.join(OsStr::from_bytes(folder)) }
    }
}

/// One folder's watch. The root may be a link, which the operator chose; a link below it must not pass for a folder.
fn one_folder(follow: bool) -> WatchPathConfig {
    WatchPathConfig::new(RecursiveMode::NonRecursive).with_dereference_symlinks(follow)
}

/// What becomes of a folder whose watch was refused; nothing of one that is gone.
fn refusal(fault: &notify::Error) -> Option<Watched> {
    match &fault.kind {
        ErrorKind::PathNotFound => None,
        ErrorKind::MaxFilesWatch => Some(Watched::Polled(Polled::Limit)),
        ErrorKind::Io(fault) if fault.kind() == std::io::ErrorKind::NotFound => None,
        ErrorKind::Io(fault) if fault.kind() == std::io::ErrorKind::PermissionDenied => Some(Watched::Polled(Polled::Unreadable)),
        ErrorKind::Io(_) | ErrorKind::Generic(_) | ErrorKind::WatchNotFound | ErrorKind::InvalidConfig(_) => {
            Some(Watched::Polled(Polled::Refused))
        }
    }
}

/// What to tell the operator about folders that are polled for want of watches.
fn limitation(folders: &BTreeMap<Vec<u8>, Watched>) -> Option<String> {
    let count = |why: Polled| folders.values().filter(|watched| **watched == Watched::Polled(why)).count();
    let (limit, instances, refused) = (count(Polled::Limit), count(Polled::Instances), count(Polled::Refused));
    if limit > 0 {
        let enough = (folders.len() * 2).next_power_of_two().max(524_288);
        Some(format!(
            "the kernel's limit of file watches is reached: {limit} folders are listed instead; \
             raise it (`sysctl fs.inotify.max_user_watches={enough}`)"
        ))
    } else if instances > 0 {
        Some(format!(
            "the kernel grants no further set of file watches: {instances} folders are listed instead; \
             raise the limit (`sysctl fs.inotify.max_user_instances=1024`)"
        ))
    } else if refused > 0 {
        Some(format!("the file system refuses to watch {refused} folders: they are listed instead"))
    } else {
        None
    }
}

fn set_of_watches(inbox: &Arc<Inbox>, watch: Watch) -> Option<RecommendedWatcher> {
    if watch == Watch::Poll {
        return None;
    }
    // Only what says that something settled, came or went: neither our own reading nor each piece that is written makes an event.
    let settled = EventKindMask::CREATE | EventKindMask::REMOVE | EventKindMask::MODIFY_NAME | EventKindMask::ACCESS_CLOSE;
    let kinds = if cfg!(target_os = "linux") { settled } else { settled | EventKindMask::MODIFY_DATA };
    let sink = Arc::clone(inbox);
    let config = Config::default().with_event_kinds(kinds).with_follow_symlinks(false);
    RecommendedWatcher::new(move |event: notify::Result<notify::Event>| sink.take_in(&event), config)
        .inspect_err(|fault| tracing::warn!("the kernel grants no file watches ({fault}); folders are listed instead"))
        .ok()
}
