//! One file's bytes: never hangs, never reads more than it may, never follows a link out of the articles folder.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;

use rustix::fs::{AtFlags, FileType, Mode, OFlags, fstat, openat, statat};
use rustix::io::Errno;

use super::doorway::Doorway;
pub use super::fault::ReadFault;
use super::follow::{End, Root, Target, resolve};
use super::look::{is_absence, kind_of, stamp_of};
use super::passed_over::conflict_copy;
use crate::article::{FileStamp, SourcePath};

/// A file as it stood at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRead {
    /// All of its bytes.
    pub bytes: Vec<u8>,
    /// Its stamp, the same before and after reading.
    pub stamp: FileStamp,
    /// Where it stands inside the folder, where it was reached by a link.
    pub led_to: Option<SourcePath>,
}

/// Reads a file under the articles folder whole.
///
/// A link is followed if it leads to a regular file inside the folder, or anywhere if that is allowed. Nothing but regular files is opened, and nothing larger than
/// `max_size` bytes is read.
pub fn read_file<'a>(root: impl Into<Root<'a>>, path: &SourcePath, max_size: u64) -> Result<FileRead, ReadFault> {
    read_file_by(&Doorway::of(root), path, max_size)
}

/// The same for one file of a batch.
pub fn read_file_by(doorway: &Doorway<'_>, path: &SourcePath, max_size: u64) -> Result<FileRead, ReadFault> {
    if let Some(tool) = path.as_path().file_name().and_then(|name| conflict_copy(name.as_bytes())) {
        return Err(ReadFault::ConflictCopy(tool));
    }
    let mut buffer = Vec::new();
    let (folder, name) = doorway.parent(path).map_err(fault_of)?;
    let stat = statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW).map_err(fault_of)?;
    let mut led_to = None;
    let (length, stamp) = match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => read_at(folder.as_fd(), name, max_size, &mut buffer)?,
        FileType::Symlink => {
            let (end, length, stamp) = read_link(doorway.root(), path, max_size, &mut buffer)?;
            led_to = end;
            (length, stamp)
        }
        FileType::Directory => return Err(ReadFault::Folder),
        other => return Err(ReadFault::Kind(kind_of(other))),
    };
    buffer.truncate(length);
    Ok(FileRead { bytes: buffer, stamp, led_to })
}

/// The first bytes of a regular file under the articles folder, at most so many; nothing where they cannot be had at once. No link is
/// followed.
pub fn read_head(doorway: &Doorway<'_>, path: &SourcePath, most: usize) -> Option<Vec<u8>> {
    let (folder, name) = doorway.parent(path).ok()?;
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = openat(&folder, name, flags, Mode::empty()).ok()?;
    if FileType::from_raw_mode(fstat(&file).ok()?.st_mode) != FileType::RegularFile {
        return None;
    }
    let mut head = vec![0; most];
    let length = rustix::io::retry_on_intr(|| rustix::io::read(&file, &mut head)).ok()?;
    head.truncate(length);
    Some(head)
}

/// Reads the file that a link leads to; gives where that stands, if inside the folder, with the rest.
pub(super) fn read_link(
    root: Root<'_>,
    path: &SourcePath,
    max_size: u64,
    buffer: &mut Vec<u8>,
) -> Result<(Option<SourcePath>, usize, FileStamp), ReadFault> {
    let target = match resolve(root, path)? {
        Target::Folder(_) => return Err(ReadFault::Folder),
        Target::File(target) => target,
    };
    let (folder, name) = target.parent(root).map_err(fault_of)?;
    let stat = statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW).map_err(fault_of)?;
    let (length, stamp) = match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => read_at(folder.as_fd(), name, max_size, buffer)?,
        FileType::Symlink => return Err(ReadFault::Changing),
        FileType::Directory => return Err(ReadFault::Folder),
        other => return Err(ReadFault::Kind(kind_of(other))),
    };
    let led_to = match &target {
        End::Inside(path) => Some(path.clone()),
        End::Outside(_) => None,
    };
    Ok((led_to, length, stamp))
}

/// Reads a file that is thought to be a regular one into a buffer that only grows; returns how many bytes of it are the file's.
pub(super) fn read_at<P>(folder: BorrowedFd<'_>, name: P, max_size: u64, buffer: &mut Vec<u8>) -> Result<(usize, FileStamp), ReadFault>
where
    P: rustix::path::Arg + Copy,
{
    // Should a FIFO or a device have taken the file's place: neither wait for its other end nor make it our terminal.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = rustix::io::retry_on_intr(|| openat(folder, name, flags, Mode::empty())).map_err(fault_of)?;
    let before = fstat(&file).map_err(fault_of)?;
    match FileType::from_raw_mode(before.st_mode) {
        FileType::RegularFile => {}
        FileType::Directory => return Err(ReadFault::Folder),
        other => return Err(ReadFault::Kind(kind_of(other))),
    }
    let stamp = stamp_of(&before);
    let too_large = || ReadFault::TooLarge { size: stamp.size, most: max_size };
    if stamp.size > max_size {
        return Err(too_large());
    }
    let size = usize::try_from(stamp.size).map_err(|_| too_large())?;
    // One byte more than its size, so that a file at rest is read, and known to be read whole, by one call.
    if buffer.len() <= size {
        buffer.resize(size + 1, 0);
    }
    let mut length = 0;
    while length <= size {
        let got = rustix::io::retry_on_intr(|| rustix::io::read(&file, &mut buffer[length..=size])).map_err(fault_of)?;
        length += got;
        if got == 0 || length == size {
            break;
        }
    }
    let after = fstat(&file).map_err(fault_of)?;
    if length != size || stamp_of(&after) != stamp {
        return Err(ReadFault::Changing);
    }
    Ok((length, stamp))
}

fn fault_of(errno: Errno) -> ReadFault {
    match errno {
        errno if is_absence(errno) => ReadFault::Gone,
        Errno::ACCESS | Errno::PERM => ReadFault::Refused(errno.into()),
        // A socket, or a FIFO's or device's missing other end, that took the file's place a moment ago.
        Errno::NXIO => ReadFault::Changing,
        errno => ReadFault::Failing(io::Error::from(errno)),
    }
}
