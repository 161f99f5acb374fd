//! What there is to say of folders, in words.

use std::io;
use std::path::Path;

use rustix::io::Errno;

use super::ScanFault;
use crate::article::SourcePath;
use crate::diagnostic::{Diagnostic, Severity};

/// What there is to say of a link to a folder.
pub(super) fn folder_link(path: &SourcePath) -> Diagnostic {
    let message = "this is a link to a folder; such links are not followed";
    Diagnostic::new(Severity::Note, "folder-link", path.to_string(), message).mend("move the folder itself here, or bind-mount it")
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
