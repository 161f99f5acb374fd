//! Which folders are read through a link, and where: each once, however many links lead to it. Pure.

use std::collections::{BTreeSet, HashMap};

use super::Under;
use super::walk::Identity;
use crate::article::SourcePath;

/// How many links are remembered that found their folder taken.
const MOST_REFUSED: usize = 1_000;

/// Folders by device and inode, and the path at which each is read.
#[derive(Debug, Default)]
pub(super) struct Claims {
    held: HashMap<Identity, SourcePath>,
    refused: BTreeSet<SourcePath>,
}

impl Claims {
    /// Whether a folder is read at this path; from now on it is, unless it is read at another.
    pub(super) fn claim(&mut self, identity: Identity, path: &SourcePath) -> bool {
        let holder = self.held.entry(identity).or_insert_with(|| path.clone());
        let granted = holder == path;
        if granted {
            self.refused.remove(path);
        } else if self.refused.len() < MOST_REFUSED {
            self.refused.insert(path.clone());
        }
        granted
    }

    /// Whether a folder is read through a link.
    pub(super) fn has(&self, identity: Identity) -> bool {
        self.held.contains_key(&identity)
    }

    /// Whether a link's own folder is read at this path, or one that lies under it.
    pub(super) fn is_at(&self, path: &SourcePath) -> bool {
        self.held.values().any(|holder| holder == path)
    }

    /// Forgets a part. Gives the links that were refused and may have their turn now.
    pub(super) fn forget(&mut self, under: &Under) -> Vec<SourcePath> {
        let before = self.held.len();
        self.held.retain(|_, path| !under.covers(&Under::Folder(path.clone())));
        self.refused.retain(|path| !under.covers(&Under::Folder(path.clone())));
        if self.held.len() == before { Vec::new() } else { std::mem::take(&mut self.refused).into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_folder_is_read_once_and_the_next_link_has_its_turn() {
        let path = |text: &str| SourcePath::new(Path::new(text)).unwrap();
        let mut claims = Claims::default();
        assert!(claims.claim((1, 2), &path("a")) && claims.claim((1, 2), &path("a")));
        assert!(claims.claim((1, 3), &path("a/x")));
        assert!(!claims.claim((1, 2), &path("b")));
        assert!(claims.has((1, 3)) && claims.is_at(&path("a/x")) && !claims.is_at(&path("b")));
        assert_eq!(claims.forget(&Under::Folder(path("c"))), []);
        assert_eq!(claims.forget(&Under::Folder(path("a"))), [path("b")]);
        assert!(!claims.has((1, 3)) && claims.claim((1, 2), &path("b")));
    }
}
