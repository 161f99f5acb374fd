//! What stands at a path.

use std::fmt;

use rustix::fs::{AtFlags, FileType, Stat, statat};
use rustix::io::Errno;

use super::doorway::Doorway;
use super::follow::{Root, Target, resolve};
use crate::article::{FileStamp, SourcePath};

/// What is neither a regular file, a folder nor a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A named pipe.
    Fifo,
    /// A Unix socket.
    Socket,
    /// A character or block device.
    Device,
    /// Whatever else the operating system has.
    Other,
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fifo => "a named pipe (FIFO)",
            Self::Socket => "a socket",
            Self::Device => "a device",
            Self::Other => "a special file",
        })
    }
}

/// What stands at a path.
#[derive(Debug)]
pub(super) enum Sight {
    /// Nothing.
    Gone,
    /// A regular file, perhaps through a link.
    File {
        /// The file's own stamp, not the link's.
        stamp: FileStamp,
        /// How many names the file has.
        names: u64,
        /// Whether it was reached through a link.
        linked: bool,
    },
    /// A folder, perhaps through a link.
    Folder,
    /// Something that is not read, with the stamp of what stands there.
    Unfit(FileStamp),
    /// It cannot be told.
    Hidden,
}

/// The stamp of a file.
pub(super) fn stamp_of(stat: &Stat) -> FileStamp {
    let nanoseconds = |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
    FileStamp {
        device: wide(stat.st_dev),
        inode: wide(stat.st_ino),
        size: u64::try_from(stat.st_size).unwrap_or(0),
        modified: nanoseconds(signed(stat.st_mtime), signed(stat.st_mtime_nsec)),
        changed: nanoseconds(signed(stat.st_ctime), signed(stat.st_ctime_nsec)),
    }
}

/// The integers of `stat` differ in width and sign from platform to platform.
fn signed<T: TryInto<i64>>(value: T) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}

fn wide<T: TryInto<u64>>(value: T) -> u64 {
    value.try_into().unwrap_or(u64::MAX)
}

/// How many names a file has.
pub(super) fn names_of(stat: &Stat) -> u64 {
    wide(stat.st_nlink)
}

/// What tells one folder from another.
pub(super) fn identity_of(stat: &Stat) -> (u64, u64) {
    (wide(stat.st_dev), wide(stat.st_ino))
}

/// The kind of what is neither file, folder nor link.
pub(super) fn kind_of(file_type: FileType) -> FileKind {
    match file_type {
        FileType::Fifo => FileKind::Fifo,
        FileType::Socket => FileKind::Socket,
        FileType::CharacterDevice | FileType::BlockDevice => FileKind::Device,
        _ => FileKind::Other,
    }
}

/// Whether an error says that there is nothing at the path (a folder on the way that is a file or a link counts as nothing).
pub(super) fn is_absence(fault: Errno) -> bool {
    matches!(fault, Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::STALE)
}

/// Looks at a path; follows it if it is a link to a file inside the root.
pub(super) fn look(root: Root<'_>, path: &SourcePath) -> Sight {
    look_by(&Doorway::of(root), path)
}

/// The same for one path of a batch.
pub(super) fn look_by(doorway: &Doorway<'_>, path: &SourcePath) -> Sight {
    let stat = doorway.parent(path).and_then(|(folder, name)| statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW));
    match stat {
        Ok(stat) => look_closer(doorway.root(), path, &stat),
        Err(fault) if is_absence(fault) => Sight::Gone,
        Err(_) => Sight::Hidden,
    }
}

/// What is to be made of a path whose own `stat` (a link's, not its target's) is known.
pub(super) fn look_closer(root: Root<'_>, path: &SourcePath, stat: &Stat) -> Sight {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Sight::File { stamp: stamp_of(stat), names: names_of(stat), linked: false },
        FileType::Directory => Sight::Folder,
        FileType::Symlink => look_through(root, path, stamp_of(stat)),
        _ => Sight::Unfit(stamp_of(stat)),
    }
}

fn look_through(root: Root<'_>, path: &SourcePath, link: FileStamp) -> Sight {
    let target = match resolve(root, path) {
        Ok(Target::File(target)) => target,
        Ok(Target::Folder(_)) => return Sight::Folder,
        Err(_) => return Sight::Unfit(link),
    };
    let stat = target.parent(root).and_then(|(folder, name)| statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW));
    match stat {
        Ok(stat) => match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Sight::File { stamp: stamp_of(&stat), names: names_of(&stat), linked: true },
            FileType::Directory => Sight::Folder,
            // It was resolved to its end a moment ago; a link there now is a new one.
            FileType::Symlink => Sight::Unfit(link),
            _ => Sight::Unfit(stamp_of(&stat)),
        },
        Err(fault) if is_absence(fault) => Sight::Unfit(link),
        Err(_) => Sight::Hidden,
    }
}
