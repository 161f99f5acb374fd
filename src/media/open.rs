//! A file under the articles folder, opened folder by folder: links are followed, but not out of the articles folder.

use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, Stat, fstat, openat, statat};

use crate::article::{FileStamp, SourcePath};

/// Why a file is not opened.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It is not there.
    Missing,
    /// A link leads out of the articles folder.
    Outside,
    /// It is no regular file.
    NoFile,
    /// The system refuses it.
    System(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            _ => Self::System(error),
        }
    }
}

impl From<rustix::io::Errno> for Refusal {
    fn from(errno: rustix::io::Errno) -> Self {
        io::Error::from(errno).into()
    }
}

/// Opens a regular file under the articles folder for reading. Never waits for a pipe or a device.
pub(super) fn open_file(root: &Path, file: &SourcePath) -> Result<(File, FileStamp), Refusal> {
    let root = std::fs::canonicalize(root)?;
    let end = std::fs::canonicalize(file.under(&root))?;
    let inside = end.strip_prefix(&root).map_err(|_| Refusal::Outside)?;
    // What it was resolved to has no link in it; one that takes its place meanwhile is refused.
    let folder_flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut at = openat(CWD, &root, folder_flags, Mode::empty())?;
    let (folder, name) = (inside.parent().unwrap_or(Path::new("")), inside.file_name().ok_or(Refusal::NoFile)?);
    for part in folder.components() {
        at = openat(&at, part.as_os_str(), folder_flags | OFlags::NOFOLLOW, Mode::empty())?;
    }
    let kind = |stat: &Stat| FileType::from_raw_mode(stat.st_mode);
    if kind(&statat(&at, name, AtFlags::SYMLINK_NOFOLLOW)?) != FileType::RegularFile {
        return Err(Refusal::NoFile);
    }
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let opened = openat(&at, name, flags, Mode::empty())?;
    let stat = fstat(&opened)?;
    if kind(&stat) != FileType::RegularFile {
        return Err(Refusal::NoFile);
    }
    Ok((File::from(opened), stamp_of(&stat)))
}

/// Opens a file that was looked at before, to publish it.
pub fn open(root: &Path, file: &SourcePath) -> io::Result<File> {
    open_file(root, file).map(|(file, _)| file).map_err(|refusal| match refusal {
        Refusal::Missing => io::ErrorKind::NotFound.into(),
        Refusal::Outside => io::Error::new(io::ErrorKind::PermissionDenied, "a link leads out of the articles folder"),
        Refusal::NoFile => io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"),
        Refusal::System(error) => error,
    })
}

/// Whether anything stands at a path of the articles folder.
pub fn exists(root: &Path, file: &SourcePath) -> bool {
    file.under(root).symlink_metadata().is_ok()
}

/// The stamp of what stands at a path of the articles folder, links followed; nothing where nothing does.
pub fn stamp(root: &Path, file: &SourcePath) -> Option<FileStamp> {
    statat(CWD, file.under(root), AtFlags::empty()).ok().map(|stat| stamp_of(&stat))
}

/// The name of a file in bytes, to compare it.
pub(super) fn name_of(file: &SourcePath) -> &[u8] {
    file.as_path().file_name().map_or(&[], |name| name.as_bytes())
}

pub(super) fn stamp_of(stat: &Stat) -> FileStamp {
    /// The integers of `stat` differ in width and sign from platform to platform.
    fn signed<T: TryInto<i64>>(value: T) -> i64 {
        value.try_into().unwrap_or(i64::MAX)
    }
    fn wide<T: TryInto<u64>>(value: T) -> u64 {
        value.try_into().unwrap_or(u64::MAX)
    }
    let nanoseconds = |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
    FileStamp {
        device: wide(stat.st_dev),
        inode: wide(stat.st_ino),
        size: u64::try_from(stat.st_size).unwrap_or(0),
        modified: nanoseconds(signed(stat.st_mtime), signed(stat.st_mtime_nsec)),
        changed: nanoseconds(signed(stat.st_ctime), signed(stat.st_ctime_nsec)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn path(text: &str) -> SourcePath {
        SourcePath::new(Path::new(text)).unwrap()
    }

    #[test]
    fn links_lead_nowhere_outside() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("articles");
        std::fs::create_dir_all(root.join("post")).unwrap();
        std::fs::write(place.path().join("secret.png"), "secret").unwrap();
        std::fs::write(root.join("shared.png"), "shared").unwrap();
        symlink("../../secret.png", root.join("post/out.png")).unwrap();
        symlink(place.path(), root.join("up")).unwrap();
        symlink("../shared.png", root.join("post/in.png")).unwrap();
        symlink("nothing.png", root.join("post/broken.png")).unwrap();
        symlink("loop.png", root.join("post/loop.png")).unwrap();
        assert!(matches!(open_file(&root, &path("post/out.png")), Err(Refusal::Outside)));
        assert!(matches!(open_file(&root, &path("up/secret.png")), Err(Refusal::Outside)));
        assert!(open_file(&root, &path("post/in.png")).is_ok());
        assert!(matches!(open_file(&root, &path("post/broken.png")), Err(Refusal::Missing)));
        assert!(matches!(open_file(&root, &path("post/loop.png")), Err(Refusal::System(_))));
        assert!(matches!(open_file(&root, &path("post")), Err(Refusal::NoFile)));
        assert!(matches!(open_file(&root, &path("post/none.png")), Err(Refusal::Missing)));
    }

    #[test]
    fn a_pipe_is_not_waited_for() {
        let place = tempfile::tempdir().unwrap();
        let pipe = place.path().join("a.png");
        rustix::fs::mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        assert!(matches!(open_file(place.path(), &path("a.png")), Err(Refusal::NoFile)));
    }
}
