//! What there is to say of folders, in words.

use std::io;
use std::path::Path;

use rustix::io::Errno;

use super::ScanFault;
use crate::article::SourcePath;
use crate::diagnostic::{Diagnostic, Severity};

/// Why a link to a folder is not followed.
pub(super) enum Unfollowed {
    /// It leads out of the articles folder.
    Outside,
    /// It leads to a folder that it lies in.
    Loop,
    /// It leads to a folder that is read where it stands.
    OwnPlace(SourcePath),
    /// It leads to a folder that another link leads to, or to a part of one.
    Twice,
}

/// What there is to say of a link to a folder that is not followed.
pub(super) fn folder_link(path: &SourcePath, why: &Unfollowed) -> Diagnostic {
    let (what, remedy) = match why {
        Unfollowed::Outside => (
            "leads out of the articles folder".to_owned(),
            "set `follow_links_outside = true` under [articles], or move the folder itself here",
        ),
        Unfollowed::Loop => ("leads to a folder that it lies in itself".to_owned(), "delete the link"),
        Unfollowed::OwnPlace(place) => (format!("leads to {place}, which is read where it stands"), "delete the link"),
        Unfollowed::Twice => ("leads to what is read through another link already".to_owned(), "delete one of the links"),
    };
    let message = format!("this link to a folder {what}; it is not followed");
    Diagnostic::new(Severity::Note, "folder-link", path.to_string(), message).mend(remedy)
}

/// What there is to say of a folder that cannot be listed.
pub(super) fn folder_unreadable(path: &SourcePath, fault: Errno) -> Diagnostic {
    let message = format!("the folder cannot be listed: {}; what is known of its files stays as it is", io::Error::from(fault));
    Diagnostic::new(Severity::Error, "folder-unreadable", path.to_string(), message)
        .mend("let newswire's user read and enter it (`chmod a+rx`)")
}

/// What there is to say of a folder that lies too deep.
pub(super) fn folder_depth(path: &SourcePath, said: &str) -> Diagnostic {
    Diagnostic::new(Severity::Error, "folder-depth", path.to_string(), format!("{said}; it is not read"))
        .mend("move it up, or shorten the names of the folders above it")
}

/// What it means that the articles folder cannot be opened.
pub(super) fn root_fault(root: &Path, fault: Errno) -> ScanFault {
    match fault {
        Errno::NOENT => ScanFault::Missing(root.to_path_buf()),
        Errno::NOTDIR => ScanFault::NotAFolder(root.to_path_buf()),
        fault => ScanFault::Unreadable { path: root.to_path_buf(), fault: fault.into() },
    }
}
