//! Whether files of certain names stand beside articles: asked name by name, and from a listing where very many articles of one folder
//! are looked at together.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::article::SourcePath;
use crate::media_type::by_name;

/// How many articles of a folder are asked for name by name. A listing costs as much as the folder is large.
const ASKED: usize = 2;
/// How many names a listing looks at; in a larger folder, asking goes on.
const MOST: usize = 20_000;

/// What is known of folders, for as long as one batch of articles takes.
#[derive(Debug, Default)]
pub struct Neighbours {
    folders: RefCell<HashMap<PathBuf, Folder>>,
}

#[derive(Debug)]
enum Folder {
    /// Of so many articles was asked.
    Asked(usize),
    /// These names of pictures, sounds and films stand in it.
    Listed(HashSet<OsString>),
    /// It holds too many to be listed, or cannot be.
    Unlisted,
}

impl Neighbours {
    /// Notes that one more article of this folder is looked at; says whether anything may stand beside it.
    pub(super) fn visit(&self, root: &Path, folder: &Path) -> bool {
        let mut folders = self.folders.borrow_mut();
        let known = folders.entry(folder.to_owned()).or_insert(Folder::Asked(0));
        if let Folder::Asked(times) = known {
            *times += 1;
            if *times > ASKED {
                *known = listing(&root.join(folder)).map_or(Folder::Unlisted, Folder::Listed);
            }
        }
        !matches!(known, Folder::Listed(names) if names.is_empty())
    }

    /// Whether something stands at a path.
    pub(super) fn stands(&self, root: &Path, path: &SourcePath) -> bool {
        let folders = self.folders.borrow();
        let folder = path.as_path().parent().and_then(|folder| folders.get(folder));
        match (folder, path.as_path().file_name()) {
            (Some(Folder::Listed(names)), Some(name)) => names.contains(name),
            (Some(Folder::Listed(_) | Folder::Asked(_) | Folder::Unlisted) | None, _) => path.under(root).symlink_metadata().is_ok(),
        }
    }
}

fn listing(folder: &Path) -> Option<HashSet<OsString>> {
    let mut names = HashSet::new();
    for (no, entry) in std::fs::read_dir(folder).ok()?.enumerate() {
        if no >= MOST {
            return None;
        }
        let name = entry.ok()?.file_name();
        if by_name(&name.to_string_lossy()).is_some() {
            names.insert(name);
        }
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> SourcePath {
        SourcePath::new(Path::new(text)).unwrap()
    }

    #[test]
    fn a_folder_without_any_is_known_to_have_none() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("one.md"), "").unwrap();
        let neighbours = Neighbours::default();
        let visits: Vec<bool> = (0..=ASKED).map(|_| neighbours.visit(root.path(), Path::new(""))).collect();
        assert_eq!(visits.iter().filter(|may| !**may).count(), 1);
    }

    #[test]
    fn a_listing_says_what_asking_says() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("a")).unwrap();
        for file in ["a/one.jpg", "a/Two.PNG", "a/three.md"] {
            std::fs::write(root.path().join(file), "").unwrap();
        }
        let (asking, listing) = (Neighbours::default(), Neighbours::default());
        for _ in 0..=ASKED {
            assert!(listing.visit(root.path(), Path::new("a")));
        }
        assert!(asking.visit(root.path(), Path::new("a")));
        assert!(matches!(listing.folders.borrow()[Path::new("a")], Folder::Listed(_)));
        for file in ["a/one.jpg", "a/Two.PNG", "a/two.png", "a/four.jpg", "b/one.jpg"] {
            assert_eq!(listing.stands(root.path(), &path(file)), asking.stands(root.path(), &path(file)), "{file}");
        }
    }
}
