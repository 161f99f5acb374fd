//! Opens folders, and follows symbolic links: to what lies inside the articles folder, and out of it where that is allowed.
//!
//! Folders are opened one by one. A link on the way is resolved to its end, and the end is opened folder by folder in its turn, so
//! that nothing that is swapped meanwhile leads elsewhere.

use std::ffi::OsStr;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, openat, statat};
use rustix::io::Errno;

use super::findings::{self, Unfollowed};
use super::look::{identity_of, is_absence};
use super::walk::Identity;
use super::{ReadFault, Rules};
use crate::article::SourcePath;
use crate::diagnostic::Diagnostic;

/// The articles folder, and what is allowed in it.
#[derive(Clone, Copy, Debug)]
pub struct Root<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// Whether links may lead out of it.
    pub outside: bool,
}

impl<'a> From<&'a Path> for Root<'a> {
    /// No link leads out of it.
    fn from(path: &'a Path) -> Self {
        Self { path, outside: false }
    }
}

impl<'a> From<&'a PathBuf> for Root<'a> {
    fn from(path: &'a PathBuf) -> Self {
        Self::from(path.as_path())
    }
}

/// How many links to folders there may be on one path.
const MOST_LINKS: usize = 16;

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// A folder that was opened.
pub(super) struct Entered {
    /// Its handle.
    pub(super) handle: OwnedFd,
    /// Whether a link led to it, or to a folder above it.
    pub(super) linked: bool,
    /// Whether its own name is a link.
    pub(super) is_link: bool,
}

/// Opens the articles folder, following links: the operator names it.
pub(super) fn open_root(root: &Path) -> rustix::io::Result<OwnedFd> {
    rustix::io::retry_on_intr(|| openat(CWD, root, FOLDER, Mode::empty()))
}

/// Opens a folder in a folder, if it is one and no link.
pub(super) fn open_folder<P: rustix::path::Arg + Copy>(parent: impl AsFd, name: P) -> rustix::io::Result<OwnedFd> {
    rustix::io::retry_on_intr(|| openat(parent.as_fd(), name, FOLDER | OFlags::NOFOLLOW, Mode::empty()))
}

/// Opens a folder under the root.
pub(super) fn open_under(root: Root<'_>, folder: &[u8]) -> rustix::io::Result<OwnedFd> {
    enter(root, folder).map(|entered| entered.handle)
}

/// Opens a folder under the root, component by component.
pub(super) fn enter(root: Root<'_>, folder: &[u8]) -> rustix::io::Result<Entered> {
    let mut at = Entered { handle: open_root(root.path)?, linked: false, is_link: false };
    let (mut end, mut links) = (0, 0);
    for part in folder.split(|byte| *byte == b'/') {
        end += part.len() + 1;
        if part.is_empty() {
            continue;
        }
        let name = OsStr::from_bytes(part);
        match open_folder(&at.handle, name) {
            Ok(handle) => at = Entered { handle, linked: at.linked, is_link: false },
            // What Linux says of a link that it shall open as a folder, and what others say.
            Err(fault @ (Errno::NOTDIR | Errno::LOOP)) => {
                let stat = statat(&at.handle, name, AtFlags::SYMLINK_NOFOLLOW)?;
                links += 1;
                if FileType::from_raw_mode(stat.st_mode) != FileType::Symlink || links > MOST_LINKS {
                    return Err(fault);
                }
                let link = SourcePath::from_bytes(&folder[..(end - 1)]).ok_or(fault)?;
                at = Entered { handle: open_link(root, &link)?, linked: true, is_link: true };
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(at)
}

fn open_link(root: Root<'_>, link: &SourcePath) -> rustix::io::Result<OwnedFd> {
    match resolve(root, link) {
        Ok(Target::Folder(End::Inside(folder))) => {
            let mut at = open_root(root.path)?;
            for part in folder.as_bytes().split(|byte| *byte == b'/') {
                at = open_folder(&at, OsStr::from_bytes(part))?;
            }
            Ok(at)
        }
        Ok(Target::Folder(End::Outside(folder))) if root.outside => {
            rustix::io::retry_on_intr(|| openat(CWD, &folder, FOLDER | OFlags::NOFOLLOW, Mode::empty()))
        }
        Err(ReadFault::Refused(_)) => Err(Errno::ACCESS),
        // As if nothing were there: it is none of ours.
        Ok(_) | Err(_) => Err(Errno::LOOP),
    }
}

/// The folder a path lies in, opened, and the path's last component.
pub(super) fn open_parent<'p>(root: Root<'_>, path: &'p SourcePath) -> rustix::io::Result<(OwnedFd, &'p OsStr)> {
    let (folder, name) = split(path);
    Ok((open_under(root, folder)?, OsStr::from_bytes(name)))
}

/// A path's folder (nothing for the root itself) and its last component.
pub(super) fn split(path: &SourcePath) -> (&[u8], &[u8]) {
    let bytes = path.as_bytes();
    match bytes.iter().rposition(|byte| *byte == b'/') {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (&bytes[..0], bytes),
    }
}

/// Where a link leads.
pub(super) enum Target {
    /// To a file, or what else is no folder.
    File(End),
    /// To a folder, which need not be one that may be entered.
    Folder(End),
}

/// The end of a link; there is no link in it.
pub(super) enum End {
    /// Inside the articles folder.
    Inside(SourcePath),
    /// Outside, or the articles folder itself.
    Outside(PathBuf),
}

impl End {
    /// The folder it lies in, opened, and its name there.
    pub(super) fn parent(&self, root: Root<'_>) -> rustix::io::Result<(OwnedFd, &OsStr)> {
        match self {
            Self::Inside(path) => open_parent(root, path),
            Self::Outside(path) => {
                let (folder, name) = path.parent().zip(path.file_name()).ok_or(Errno::NOENT)?;
                Ok((open_root(folder)?, name))
            }
        }
    }
}

/// Follows a link to its end. A file must lie inside the root, unless links may lead out of it.
pub(super) fn resolve(root: Root<'_>, path: &SourcePath) -> Result<Target, ReadFault> {
    let end = std::fs::canonicalize(path.under(root.path)).map_err(|fault| match Errno::from_io_error(&fault) {
        Some(Errno::LOOP) => ReadFault::LinkLoop,
        Some(errno) if is_absence(errno) => ReadFault::LinkBroken,
        Some(Errno::ACCESS | Errno::PERM) => ReadFault::Refused(fault),
        _ => ReadFault::Failing(fault),
    })?;
    let top = std::fs::canonicalize(root.path).map_err(|_| ReadFault::Gone)?;
    let is_folder = end.is_dir();
    let inside = end.strip_prefix(&top).ok().and_then(SourcePath::new);
    Ok(match (is_folder, inside) {
        (true, Some(inside)) => Target::Folder(End::Inside(inside)),
        (true, None) => Target::Folder(End::Outside(end)),
        (false, Some(inside)) => Target::File(End::Inside(inside)),
        (false, None) if root.outside => Target::File(End::Outside(end)),
        (false, None) => return Err(ReadFault::LinkOutside),
    })
}

/// Which folder a link leads to, whether it is followed or not; zeros where it leads to none.
pub(super) fn led_to(root: Root<'_>, link: &SourcePath) -> Identity {
    match statat(CWD, link.under(root.path), AtFlags::empty()) {
        Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Directory => identity_of(&stat),
        Ok(_) | Err(_) => Identity::default(),
    }
}

/// Whether a link to a folder may be followed; else what there is to say of it.
///
/// What a link leads to is read once: not through a link where it stands in the articles folder itself, and not where the folder
/// holds the link, which would have no end. (That two links lead to one folder, only those know who follow them.)
pub(super) fn judge(root: Root<'_>, rules: &Rules, link: &SourcePath) -> Result<(), Diagnostic> {
    let at = link.under(root.path);
    if !at.is_symlink() {
        return Ok(());
    }
    let end = match resolve(root, link) {
        Ok(Target::Folder(end)) => end,
        // It is another by now; what it is will be seen.
        Ok(Target::File(_)) | Err(_) => return Ok(()),
    };
    let absolute = match &end {
        End::Inside(path) => std::fs::canonicalize(path.under(root.path)),
        End::Outside(path) => Ok(path.clone()),
    };
    let holds = |folder: Option<&Path>| {
        let folder = folder.map(std::fs::canonicalize);
        matches!((&absolute, folder), (Ok(absolute), Some(Ok(folder))) if folder.starts_with(absolute))
    };
    match end {
        End::Inside(_) | End::Outside(_) if holds(at.parent()) || holds(Some(root.path)) => {
            Err(findings::folder_link(link, &Unfollowed::Loop))
        }
        End::Outside(_) if !root.outside => Err(findings::folder_link(link, &Unfollowed::Outside)),
        End::Inside(path) if rules.lists(&path) => Err(findings::folder_link(link, &Unfollowed::OwnPlace(path))),
        End::Inside(_) | End::Outside(_) => Ok(()),
    }
}
