//! What can go wrong, by consequence: one file cannot be read, a folder cannot be scanned, the watch cannot begin.

use std::io;
use std::path::PathBuf;

use super::FileKind;
use crate::article::SourcePath;
use crate::diagnostic::{Diagnostic, Severity};

/// Why a file's bytes are not to be had. All but the first three are somebody's to mend: [`ReadFault::diagnostic`].
#[derive(Debug, thiserror::Error)]
pub enum ReadFault {
    /// There is no such file (any more).
    #[error("the file is gone")]
    Gone,
    /// It changed while it was read: to be looked at again once it rests.
    #[error("the file changed while it was read")]
    Changing,
    /// It is a folder.
    #[error("this is a folder, not a file")]
    Folder,
    /// It is neither file nor folder; it was not opened.
    #[error("this is {0}, not a regular file")]
    Kind(FileKind),
    /// It is larger than is read; it was not read.
    #[error("the file has {size} bytes, the most that is read is {most}")]
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        most: u64,
    },
    /// The operating system refuses it.
    #[error("the file may not be read: {0}")]
    Refused(io::Error),
    /// The disk or the network behind it fails.
    #[error("the file cannot be read: {0}")]
    Failing(io::Error),
    /// It is a symbolic link that leads out of the articles folder; it was not followed.
    #[error("the link leads out of the articles folder")]
    LinkOutside,
    /// It is a symbolic link to what is not there.
    #[error("the link leads to a file that does not exist")]
    LinkBroken,
    /// It is a symbolic link that leads back to itself.
    #[error("the link leads in a circle")]
    LinkLoop,
    /// It is a symbolic link to an article that is read where it stands.
    #[error("the link leads to {0}, which is read where it stands")]
    LinkTwice(SourcePath),
    /// It is the second of two versions that a sync tool could not merge.
    #[error("this is a conflict copy made by {0}")]
    ConflictCopy(&'static str),
}

impl ReadFault {
    /// What there is to say of it, with the remedy; `None` where there is nothing to mend.
    pub fn diagnostic(&self, path: &SourcePath) -> Option<Diagnostic> {
        let (severity, rule, remedy) = match self {
            Self::Gone | Self::Changing | Self::Folder => return None,
            Self::Kind(_) => {
                (Severity::Error, "file-type", "replace it with a regular file, or move it out of the articles folder".to_owned())
            }
            Self::TooLarge { .. } => (
                Severity::Error,
                "file-too-large",
                "make the article smaller (pictures belong beside it, not in it), or raise `max_size` under [articles]".to_owned(),
            ),
            Self::Refused(_) => (
                Severity::Error,
                "file-unreadable",
                format!("let newswire's user read it, e.g. `chmod a+r {}` (and its folders `a+rx`)", shell_word(path)),
            ),
            Self::Failing(_) => {
                (Severity::Error, "file-unreadable", "check the disk or network mount; it is tried again by itself".to_owned())
            }
            Self::LinkOutside => {
                (Severity::Error, "link-outside", "copy the file here, or set `follow_links_outside = true` under [articles]".to_owned())
            }
            Self::LinkBroken => (Severity::Error, "link-broken", "restore the file that it leads to, or delete the link".to_owned()),
            Self::LinkTwice(_) => (Severity::Note, "link-twice", "delete the link, or have `ignore` pass over what it leads to".to_owned()),
            Self::LinkLoop => (Severity::Error, "link-loop", "delete the link".to_owned()),
            Self::ConflictCopy(_) => (
                Severity::Warning,
                "conflict-copy",
                "merge it into the original and delete it; if it is an article of its own, rename it".to_owned(),
            ),
        };
        let message = match self {
            Self::ConflictCopy(_) | Self::LinkTwice(_) => format!("{self}; it is passed over"),
            _ => self.to_string(),
        };
        Some(Diagnostic::new(severity, rule, path.to_string(), message).mend(remedy))
    }
}

/// A path as a shell takes it, so that a remedy can be pasted.
fn shell_word(path: &SourcePath) -> String {
    let text = path.to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+".contains(c);
    if text.chars().all(plain) && !text.starts_with('-') { text } else { format!("'./{}'", text.replace('\'', r"'\''")) }
}

/// Why a folder could not be scanned at all.
#[derive(Debug, thiserror::Error)]
pub enum ScanFault {
    /// The articles folder is not there.
    #[error("the articles folder {} does not exist; create it, or correct `path` under [articles]", .0.display())]
    Missing(PathBuf),
    /// What stands there is not a folder.
    #[error("{} is not a folder; correct `path` under [articles]", .0.display())]
    NotAFolder(PathBuf),
    /// It cannot be listed.
    #[error("the articles folder {} cannot be listed: {fault}; let newswire's user read and enter it (`chmod a+rx`)", path.display())]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// What the operating system said.
        fault: io::Error,
    },
}

/// Why the watch could not begin.
#[derive(Debug, thiserror::Error)]
pub enum WatchFault {
    /// The articles folder cannot be used.
    #[error(transparent)]
    Root(#[from] ScanFault),
    /// No thread could be started.
    #[error("the watcher's thread could not be started: {0}; raise the limit of processes (ulimit -u)")]
    Thread(io::Error),
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_remedy_can_be_pasted_into_a_shell() {
        let path = SourcePath::new(Path::new("it's here/a b.md")).unwrap();
        let finding = ReadFault::Refused(io::Error::from_raw_os_error(13)).diagnostic(&path).unwrap();
        assert!(finding.remedy.contains(r"'./it'\''s here/a b.md'"), "{}", finding.remedy);
    }

    #[test]
    fn what_needs_no_mending_says_nothing() {
        let path = SourcePath::new(Path::new("a.md")).unwrap();
        for fault in [ReadFault::Gone, ReadFault::Changing, ReadFault::Folder] {
            assert!(fault.diagnostic(&path).is_none());
        }
    }
}
