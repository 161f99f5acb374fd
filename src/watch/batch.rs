//! What the watcher hands on.

use crate::article::SourcePath;
use crate::diagnostic::Diagnostic;

/// The articles folder or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Under {
    /// All of it.
    Root,
    /// This folder and whatever lies under it.
    Folder(SourcePath),
}

impl Under {
    /// Whether a file lies in it.
    pub fn holds(&self, path: &SourcePath) -> bool {
        match self {
            Self::Root => true,
            Self::Folder(folder) => lies_under(path.as_bytes(), folder.as_bytes()),
        }
    }

    /// Whether the other is the same or a part of it.
    pub(super) fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Root, Self::Root | Self::Folder(_)) => true,
            (Self::Folder(_), Self::Root) => false,
            (Self::Folder(this), Self::Folder(that)) => this == that || lies_under(that.as_bytes(), this.as_bytes()),
        }
    }

    /// The path's bytes; none for the whole.
    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Root => b"",
            Self::Folder(folder) => folder.as_bytes(),
        }
    }
}

fn lies_under(path: &[u8], folder: &[u8]) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.first() == Some(&b'/'))
}

/// A file to look at again: it may be new, changed, or gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dirty {
    /// The file.
    pub path: SourcePath,
    /// Where it was before, where the kernel told so. That path is to be looked at too: it is gone, unless something else took its place.
    pub renamed_from: Option<SourcePath>,
}

/// Whether the articles folder is there at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootState {
    /// It is there.
    Present,
    /// It was deleted, moved away or unmounted. That its files are gone means nothing; it is awaited.
    Missing,
}

/// What has settled since the last one. Empty parts mean that there is nothing to say of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Files to look at, in the order of their paths, each once.
    pub dirty: Vec<Dirty>,
    /// Parts of the folder in which changes may have been missed: to be scanned ([`super::Scanner`]) and compared with the catalogue.
    pub rescan: Vec<Under>,
    /// What there is to say of folders now; an empty list clears what was said before.
    pub diagnostics: Vec<(SourcePath, Vec<Diagnostic>)>,
    /// Whether the articles folder is there.
    pub root: RootState,
    /// Why changes are found by polling only, and how to mend it; `None` while the whole folder is watched.
    pub limited: Option<String>,
}

/// Parts to scan again, none inside another, few enough to be worth naming.
#[derive(Debug, Default)]
pub(super) struct Rescans(Vec<Under>);

impl Rescans {
    const MOST: usize = 256;

    pub(super) fn add(&mut self, part: Under) {
        if self.0.iter().any(|known| known.covers(&part)) {
            return;
        }
        self.0.retain(|known| !part.covers(known));
        if self.0.len() >= Self::MOST {
            self.0.clear();
            self.0.push(Under::Root);
        } else {
            self.0.push(part);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn take(&mut self) -> Vec<Under> {
        std::mem::take(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn folder(text: &str) -> Under {
        Under::Folder(SourcePath::new(Path::new(text)).unwrap())
    }

    #[test]
    fn a_part_swallows_what_lies_in_it() {
        let mut rescans = Rescans::default();
        for part in ["a/b", "a-b", "a", "a/c"] {
            rescans.add(folder(part));
        }
        assert_eq!(rescans.take(), [folder("a-b"), folder("a")]);
    }

    #[test]
    fn too_many_parts_are_the_whole() {
        let mut rescans = Rescans::default();
        for number in 0..=Rescans::MOST {
            rescans.add(folder(&format!("f{number}")));
        }
        assert_eq!(rescans.take(), [Under::Root]);
    }

    #[test]
    fn a_folder_does_not_hold_its_namesakes() {
        let path = |text: &str| SourcePath::new(Path::new(text)).unwrap();
        assert!(folder("a").holds(&path("a/b.md")));
        assert!(!folder("a").holds(&path("ab/b.md")));
        assert!(!folder("a").holds(&path("a")));
    }
}
