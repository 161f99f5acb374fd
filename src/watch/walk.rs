//! Lists the folder, or a part of it, on several threads, and shows every article's file to a visitor.
//!
//! Entries are listed by directory handle and with the type that the listing itself gives, so that a file costs no call but the
//! visitor's own. A folder's watch is set before it is listed: whatever appears later makes an event.
//!
//! Links to folders are followed after all else, in the order of their paths, so that of two that lead to one folder it is always the
//! same that is followed.

mod links;

use std::ffi::CStr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rustix::fs::{AtFlags, Dir, DirEntry, FileType, statat};

use super::findings::{folder_depth, folder_unreadable, root_fault};
use super::follow::{Entered, Root, enter, open_folder, open_root};
use super::look::is_absence;
use super::rules::{MAX_DEPTH, MAX_PATH};
use super::{Rules, ScanFault, Under};
use crate::article::SourcePath;
use crate::diagnostic::Diagnostic;

/// How many entries of one folder a thread takes at once.
const PORTION: usize = 1_024;

/// How many jobs may wait; beyond it whoever finds more does it at once, so that memory stays bounded.
const MOST_WAITING: usize = 4_096;

/// What is shown to the visitor.
pub(super) struct Entry<'a> {
    /// The folder it lies in.
    pub(super) folder: BorrowedFd<'a>,
    /// Its name there.
    pub(super) name: &'a CStr,
    /// Its path under the articles folder.
    pub(super) path: SourcePath,
    /// What the listing says it is; never a folder.
    pub(super) file_type: FileType,
}

/// What a walk is to do.
pub(super) struct Walk<'a> {
    /// The articles folder.
    pub(super) root: Root<'a>,
    /// What of it.
    pub(super) under: &'a Under,
    /// What to look at.
    pub(super) rules: &'a Rules,
    /// On how many threads, from 1; the calling one is among them.
    pub(super) workers: usize,
    /// Called for each folder, opened, before it is listed; whether to list it. Where it says no to the first, all is blind.
    pub(super) before: &'a (dyn Fn(&Under, BorrowedFd<'_>) -> bool + Sync),
    /// Called with the folders of a folder, some time before each is opened.
    pub(super) ahead: &'a (dyn Fn(&[SourcePath]) + Sync),
    /// Called with device, inode and path of each folder that a link led to or that lies under one: whether it is to be listed there,
    /// as it is not anywhere else.
    pub(super) claim: &'a (dyn Fn(Identity, &SourcePath) -> bool + Sync),
}

/// A folder's device and inode.
pub(super) type Identity = (u64, u64);

/// What came of a walk.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// How many folders were listed.
    pub(super) folders: u64,
    /// Folders that could not be listed, whole or in part; what lies under them is not known.
    pub(super) blind: Vec<Under>,
    /// What there is to say of folders.
    pub(super) diagnostics: Vec<(SourcePath, Vec<Diagnostic>)>,
    /// Links to folders, with what they led to; with zeros where they lead to none.
    pub(super) links: Vec<(SourcePath, Identity)>,
}

struct Folder {
    handle: OwnedFd,
    under: Under,
    depth: usize,
    /// Whether a link led here.
    linked: bool,
}

enum Job {
    /// List a folder of a folder.
    List(Arc<Folder>, SourcePath, DirEntry),
    /// Visit files of a folder.
    Visit(Arc<Folder>, Vec<(DirEntry, FileType)>),
    /// List a folder that a link leads to.
    Follow(Folder),
}

#[derive(Default)]
struct Queue {
    jobs: Vec<Job>,
    busy: usize,
}

struct Shared<'a, V> {
    walk: &'a Walk<'a>,
    visit: &'a V,
    queue: Mutex<Queue>,
    changed: Condvar,
    walked: Mutex<Walked>,
    /// Links to folders that are to be followed.
    pending: Mutex<Vec<SourcePath>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing is left half-done under these locks; a panic elsewhere is passed on by the scope that joins the threads.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Walk<'_> {
    /// Walks; each thread hands the visitor a state of its own, made by `S::default()`.
    pub(super) fn run<S: Default, V: Fn(&mut S, Entry<'_>) + Sync>(&self, visit: &V) -> Result<Walked, ScanFault> {
        let start = match self.under {
            Under::Root => {
                let handle = open_root(self.root.path).map_err(|fault| root_fault(self.root.path, fault))?;
                Entered { handle, linked: false, is_link: false }
            }
            Under::Folder(folder) => match enter(self.root, folder.as_bytes()) {
                Ok(start) => start,
                Err(fault) if is_absence(fault) => return Ok(self.unfollowed(folder)),
                Err(fault) => return Ok(blind_at(folder.clone(), fault)),
            },
        };
        let depth = self.under.as_bytes().split(|byte| *byte == b'/').filter(|part| !part.is_empty()).count();
        let shared = Shared {
            walk: self,
            visit,
            queue: Mutex::new(Queue::default()),
            changed: Condvar::new(),
            walked: Mutex::new(Walked::default()),
            pending: Mutex::new(Vec::new()),
        };
        match self.under {
            // A link that is looked at by itself is judged as one that is met on the way.
            Under::Folder(path) if start.is_link => {
                if let Some(first) = shared.follow(path.clone()) {
                    self.spread(&shared, Job::Follow(first));
                }
            }
            Under::Root | Under::Folder(_) => {
                let first = Folder { handle: start.handle, under: self.under.clone(), depth, linked: start.linked };
                if shared.is_claimed(&first) {
                    self.spread(&shared, Job::Follow(first));
                }
            }
        }
        loop {
            let mut pending = std::mem::take(&mut *lock(&shared.pending));
            pending.sort_unstable();
            if pending.is_empty() {
                break;
            }
            for link in pending {
                if let Some(folder) = shared.follow(link) {
                    self.spread(&shared, Job::Follow(folder));
                }
            }
        }
        let mut walked = shared.walked.into_inner().unwrap_or_else(PoisonError::into_inner);
        walked.blind.sort();
        walked.diagnostics.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(walked)
    }

    /// Does a job and all that comes of it.
    fn spread<S: Default, V: Fn(&mut S, Entry<'_>) + Sync>(&self, shared: &Shared<'_, V>, first: Job) {
        lock(&shared.queue).busy = 1;
        std::thread::scope(|scope| {
            for _ in 1..self.workers.max(1) {
                // Without a further thread the others do its share.
                let _ = std::thread::Builder::new().name("scan".to_owned()).spawn_scoped(scope, || shared.work(None));
            }
            shared.work(Some(first));
        });
    }
}

/// Marks a thread as idle again, also when the visitor panics, lest the others wait for it for ever.
struct Busy<'a>(&'a Mutex<Queue>, &'a Condvar);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        let mut queue = lock(self.0);
        queue.busy -= 1;
        if queue.busy == 0 && queue.jobs.is_empty() {
            self.1.notify_all();
        }
    }
}

impl<V> Shared<'_, V> {
    /// Works until there is nothing left and nobody is busy who could find more. The first job counts as busy from the outset.
    fn work<S: Default>(&self, first: Option<Job>)
    where
        V: Fn(&mut S, Entry<'_>) + Sync,
    {
        let mut state = S::default();
        if let Some(job) = first {
            let _busy = Busy(&self.queue, &self.changed);
            self.perform(&mut state, job);
        }
        loop {
            let job = {
                let mut queue = lock(&self.queue);
                loop {
                    if let Some(job) = queue.jobs.pop() {
                        queue.busy += 1;
                        break job;
                    }
                    if queue.busy == 0 {
                        return;
                    }
                    queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
                }
            };
            let _busy = Busy(&self.queue, &self.changed);
            self.perform(&mut state, job);
        }
    }

    fn perform<S: Default>(&self, state: &mut S, job: Job)
    where
        V: Fn(&mut S, Entry<'_>) + Sync,
    {
        match job {
            Job::Visit(folder, entries) => self.visit_all(state, &folder, entries),
            Job::Follow(folder) => self.list(state, &Arc::new(folder)),
            Job::List(parent, path, entry) => match open_folder(&parent.handle, entry.file_name()) {
                Ok(handle) => {
                    let folder = Folder { handle, under: Under::Folder(path), depth: parent.depth + 1, linked: parent.linked };
                    drop(parent);
                    if self.is_claimed(&folder) {
                        self.list(state, &Arc::new(folder));
                    }
                }
                Err(fault) if is_absence(fault) => {}
                Err(fault) => self.blind(path, fault),
            },
        }
    }

    /// Gives files to whoever is free, or visits them at once where nobody is or too much waits.
    fn offer_files<S: Default>(&self, state: &mut S, folder: &Arc<Folder>, files: Vec<(DirEntry, FileType)>)
    where
        V: Fn(&mut S, Entry<'_>) + Sync,
    {
        {
            let mut queue = lock(&self.queue);
            if self.walk.workers > 1 && queue.jobs.len() < MOST_WAITING {
                queue.jobs.push(Job::Visit(Arc::clone(folder), files));
                self.changed.notify_one();
                return;
            }
        }
        self.visit_all(state, folder, files);
    }

    /// Gives folders to whoever is free.
    fn offer_folders(&self, folder: &Arc<Folder>, folders: Vec<(SourcePath, DirEntry)>) {
        if folders.is_empty() {
            return;
        }
        let (paths, entries): (Vec<_>, Vec<_>) = folders.into_iter().unzip();
        if !folder.linked {
            (self.walk.ahead)(&paths);
        }
        let jobs = paths.into_iter().zip(entries).map(|(path, entry)| Job::List(Arc::clone(folder), path, entry));
        lock(&self.queue).jobs.extend(jobs);
        self.changed.notify_all();
    }

    fn list<S: Default>(&self, state: &mut S, folder: &Arc<Folder>)
    where
        V: Fn(&mut S, Entry<'_>) + Sync,
    {
        if !(self.walk.before)(&folder.under, folder.handle.as_fd()) {
            if folder.under == *self.walk.under {
                lock(&self.walked).blind.push(folder.under.clone());
            }
            return;
        }
        lock(&self.walked).folders += 1;
        let mut listing = match Dir::read_from(&folder.handle) {
            Ok(listing) => listing,
            Err(fault) => return self.blind_folder(&folder.under, fault),
        };
        let (mut files, mut folders) = (Vec::new(), Vec::new());
        while let Some(entry) = listing.read() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(fault) => {
                    self.blind_folder(&folder.under, fault);
                    break;
                }
            };
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            let file_type = match entry.file_type() {
                // Some file systems do not say.
                FileType::Unknown => match statat(&folder.handle, name, AtFlags::SYMLINK_NOFOLLOW) {
                    Ok(stat) => FileType::from_raw_mode(stat.st_mode),
                    Err(_) => continue,
                },
                known => known,
            };
            match file_type {
                FileType::Directory => {
                    folders.extend(self.enters(folder, name).map(|path| (path, entry)));
                    if folders.len() == PORTION {
                        self.offer_folders(folder, std::mem::take(&mut folders));
                    }
                }
                other => {
                    files.push((entry, other));
                    if files.len() == PORTION {
                        self.offer_files(state, folder, std::mem::take(&mut files));
                    }
                }
            }
        }
        self.offer_folders(folder, folders);
        // The last portion is this thread's own: a small folder never changes hands.
        self.visit_all(state, folder, files);
    }

    /// The path of a folder's folder, if it is one to enter.
    fn enters(&self, parent: &Folder, name: &CStr) -> Option<SourcePath> {
        let path = join(&parent.under, name)?;
        if !self.walk.rules.enters_in_folder(&path, name.to_bytes()) {
            return None;
        }
        let said = if parent.depth >= MAX_DEPTH {
            format!("the folder lies more than {MAX_DEPTH} folders deep")
        } else if path.as_bytes().len() > MAX_PATH {
            format!("the folder's path is longer than {MAX_PATH} bytes")
        } else {
            return Some(path);
        };
        let finding = folder_depth(&path, &said);
        lock(&self.walked).diagnostics.push((path, vec![finding]));
        None
    }

    fn visit_all<S: Default>(&self, state: &mut S, folder: &Folder, mut entries: Vec<(DirEntry, FileType)>)
    where
        V: Fn(&mut S, Entry<'_>) + Sync,
    {
        // In the order of inodes a cold disk is read forwards.
        entries.sort_by_key(|(entry, _)| entry.ino());
        for (entry, file_type) in entries {
            let name = entry.file_name();
            let Some(path) = join(&folder.under, name) else { continue };
            if self.walk.rules.sees_in_folder(&path, name.to_bytes()) {
                (self.visit)(state, Entry { folder: folder.handle.as_fd(), name, path, file_type });
            } else if file_type == FileType::Symlink && self.walk.rules.enters_in_folder(&path, name.to_bytes()) {
                self.note_folder_link(folder, name, path);
            }
        }
    }

    fn blind(&self, path: SourcePath, fault: rustix::io::Errno) {
        let mut walked = lock(&self.walked);
        walked.diagnostics.push((path.clone(), vec![folder_unreadable(&path, fault)]));
        walked.blind.push(Under::Folder(path));
    }

    fn blind_folder(&self, under: &Under, fault: rustix::io::Errno) {
        match under {
            Under::Folder(path) => {
                if !is_absence(fault) {
                    self.blind(path.clone(), fault);
                }
            }
            Under::Root => lock(&self.walked).blind.push(Under::Root),
        }
    }
}

fn join(under: &Under, name: &CStr) -> Option<SourcePath> {
    let folder = under.as_bytes();
    let name = name.to_bytes();
    let mut bytes = Vec::with_capacity(folder.len() + 1 + name.len());
    if !folder.is_empty() {
        bytes.extend_from_slice(folder);
        bytes.push(b'/');
    }
    bytes.extend_from_slice(name);
    SourcePath::from_bytes(&bytes)
}

fn blind_at(folder: SourcePath, fault: rustix::io::Errno) -> Walked {
    let finding = folder_unreadable(&folder, fault);
    Walked { folders: 0, blind: vec![Under::Folder(folder.clone())], diagnostics: vec![(folder, vec![finding])], links: Vec::new() }
}
