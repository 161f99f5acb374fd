//! One pass over the folder, or a part of it: looks at, or reads, every article's file that is not being written.

use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use rustix::fs::{AtFlags, FileType, statat};

use super::follow::Root;
use super::look::{Sight, look, look_closer, stamp_of};
use super::passed_over::conflict_copy;
use super::read::{read_at, read_link};
use super::scan::{Found, ReadOutcome, ScanReport};
use super::walk::{Entry, Identity, Walk, Walked};
use super::{ReadFault, Rules, ScanFault, Under};
use crate::article::{FileStamp, SourcePath};

/// How far back a change must lie for a file to count as at rest at first sight. Wider than the rest itself: some file systems keep
/// times as coarsely as two seconds, and a file server's clock differs a little.
const LONG_AGO: Duration = Duration::from_secs(2);

/// How many threads only look.
pub(super) const LOOKERS: usize = 2;

/// A thread's buffer does not stay larger than this, in bytes, for the sake of one large file.
const KEPT_BUFFER: usize = 1 << 20;

/// What to pass over, and how.
pub(super) struct Pass<'a> {
    /// The articles folder.
    pub(super) root: Root<'a>,
    /// What of it.
    pub(super) under: &'a Under,
    /// What to look at.
    pub(super) rules: &'a Rules,
    /// On how many threads.
    pub(super) workers: usize,
    /// As in [`Walk`].
    pub(super) before: &'a (dyn Fn(&Under, BorrowedFd<'_>) -> bool + Sync),
    /// As in [`Walk`].
    pub(super) ahead: &'a (dyn Fn(&[SourcePath]) + Sync),
    /// As in [`Walk`].
    pub(super) claim: &'a (dyn Fn(Identity, &SourcePath) -> bool + Sync),
}

/// A link on which to keep an eye.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// It bears an article's name; the stamp that was handed out for it.
    File(SourcePath, FileStamp),
    /// It leads to a folder; device and inode, zeros where it leads to none.
    Folder(SourcePath, Identity),
}

/// What a pass saw but did not hand out, and what to keep an eye on.
#[derive(Debug, Default)]
struct Aside {
    unsettled: Vec<SourcePath>,
    links: Vec<Link>,
}

struct Tally {
    files: AtomicU64,
    aside: Mutex<Aside>,
}

impl Tally {
    fn leave(&self, path: SourcePath) {
        self.aside.lock().unwrap_or_else(PoisonError::into_inner).unsettled.push(path);
    }

    fn note_link(&self, path: &SourcePath, stamp: FileStamp) {
        self.aside.lock().unwrap_or_else(PoisonError::into_inner).links.push(Link::File(path.clone(), stamp));
    }

    fn count(&self) {
        self.files.fetch_add(1, Ordering::Relaxed);
    }
}

impl Pass<'_> {
    /// Looks at every file. Gives the report, and the links that were seen.
    pub(super) fn look(&self, found: &(dyn Fn(Found) + Sync)) -> Result<(ScanReport, Vec<Link>), ScanFault> {
        let recent = Recent::now(self.rules.settle);
        self.run(&|_: &mut Vec<u8>, entry: Entry<'_>, tally: &Tally| {
            let Ok(stat) = statat(entry.folder, entry.name, AtFlags::SYMLINK_NOFOLLOW) else { return };
            let stamp = match look_closer(self.root, &entry.path, &stat) {
                Sight::Gone | Sight::Folder => return,
                Sight::File { stamp, .. } if recent.holds(&stamp) => return tally.leave(entry.path),
                Sight::File { stamp, .. } | Sight::Unfit(stamp) => stamp,
                Sight::Hidden => stamp_of(&stat),
            };
            tally.count();
            if entry.file_type == FileType::Symlink {
                tally.note_link(&entry.path, stamp);
            }
            found(Found { path: entry.path, stamp });
        })
    }

    /// Reads every file. Gives the same.
    pub(super) fn read(&self, max_size: u64, each: &(dyn Fn(Found, ReadOutcome<'_>) + Sync)) -> Result<(ScanReport, Vec<Link>), ScanFault> {
        let recent = Recent::now(self.rules.settle);
        self.run(&|buffer: &mut Vec<u8>, entry: Entry<'_>, tally: &Tally| {
            let is_link = entry.file_type == FileType::Symlink;
            let read = match (conflict_copy(entry.name.to_bytes()), entry.file_type) {
                (Some(tool), _) => Err(ReadFault::ConflictCopy(tool)),
                (None, FileType::RegularFile) => read_at(entry.folder, entry.name, max_size, buffer),
                (None, FileType::Symlink) => match read_link(self.root, &entry.path, max_size, buffer) {
                    Ok((Some(end), ..)) if self.rules.sees(&end) => Err(ReadFault::LinkTwice(end)),
                    Ok((_, length, stamp)) => Ok((length, stamp)),
                    Err(fault) => Err(fault),
                },
                // Not opened: a device may do something when it is.
                (None, other) => Err(ReadFault::Kind(super::look::kind_of(other))),
            };
            match read {
                Ok((_, stamp)) if recent.holds(&stamp) => tally.leave(entry.path),
                Err(ReadFault::Changing) => tally.leave(entry.path),
                Err(ReadFault::Gone | ReadFault::Folder) => {}
                Ok((length, stamp)) => {
                    tally.count();
                    if is_link {
                        tally.note_link(&entry.path, stamp);
                    }
                    each(Found { path: entry.path, stamp }, Ok(&buffer[..length]));
                    if buffer.len() > KEPT_BUFFER {
                        *buffer = Vec::new();
                    }
                }
                Err(fault) => {
                    tally.count();
                    let stamp = match look(self.root, &entry.path) {
                        Sight::File { stamp, .. } | Sight::Unfit(stamp) => stamp,
                        Sight::Gone | Sight::Folder | Sight::Hidden => FileStamp::default(),
                    };
                    if is_link {
                        tally.note_link(&entry.path, stamp);
                    }
                    each(Found { path: entry.path, stamp }, Err(fault));
                }
            }
        })
    }

    fn run(&self, visit: &(dyn Fn(&mut Vec<u8>, Entry<'_>, &Tally) + Sync)) -> Result<(ScanReport, Vec<Link>), ScanFault> {
        let tally = Tally { files: AtomicU64::new(0), aside: Mutex::new(Aside::default()) };
        let walk = Walk {
            root: self.root,
            under: self.under,
            rules: self.rules,
            workers: self.workers,
            before: self.before,
            ahead: self.ahead,
            claim: self.claim,
        };
        let walked = walk.run(&|buffer: &mut Vec<u8>, entry: Entry<'_>| visit(buffer, entry, &tally))?;
        let Walked { folders, blind, diagnostics, links: to_folders } = walked;
        let Aside { mut unsettled, mut links } = tally.aside.into_inner().unwrap_or_else(PoisonError::into_inner);
        unsettled.sort();
        links.extend(to_folders.into_iter().map(|(path, identity)| Link::Folder(path, identity)));
        Ok((ScanReport { files: tally.files.into_inner(), folders, unsettled, blind, diagnostics }, links))
    }
}

/// The time since when a change is too recent for a file to count as at rest.
pub(super) struct Recent(i64);

impl Recent {
    /// As of now.
    pub(super) fn now(settle: Duration) -> Self {
        let since = SystemTime::now().checked_sub(LONG_AGO.saturating_add(settle)).unwrap_or(SystemTime::UNIX_EPOCH);
        let nanoseconds = since.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos();
        Self(i64::try_from(nanoseconds).unwrap_or(i64::MAX))
    }

    /// Whether the file changed since then. A modification time later than the change time was set by hand and tells nothing.
    pub(super) fn holds(&self, stamp: &FileStamp) -> bool {
        stamp.changed > self.0 || (stamp.modified > self.0 && stamp.modified <= stamp.changed)
    }
}
