//! Whether the articles folder itself is there.

use std::os::fd::AsFd;

use rustix::fs::{Dir, fstat};

use super::Worker;
use crate::watch::follow::open_root;
use crate::watch::look::{identity_of, is_absence};
use crate::watch::polled::Listings;
use crate::watch::state::State;
use crate::watch::walk::Identity;
use crate::watch::{RootState, Under};

impl Worker {
    pub(super) fn look_at_root(&mut self) {
        let seen = open_root(&self.root).and_then(|handle| Ok((identity_of(&fstat(&handle)?), handle)));
        match seen {
            Ok((identity, _)) if self.identity == Some(identity) => {}
            Ok((identity, handle)) if is_bare(self.device, identity, &handle) => {
                self.lost("is empty and on another device than before, as where a disk was unmounted");
            }
            Ok((identity, handle)) => {
                tracing::info!("the articles folder {} is there (again)", self.root.display());
                self.begin_anew();
                self.plants.plant(&Under::Root, handle.as_fd());
                self.identity = Some(identity);
                self.device = Some(identity.0);
                self.inbox.with(|state| {
                    state.presence(RootState::Present);
                    state.rescan(Under::Root);
                });
            }
            Err(fault) if is_absence(fault) => self.lost("is gone"),
            Err(fault) => self.lost(&format!("cannot be opened: {}", std::io::Error::from(fault))),
        }
    }

    fn lost(&mut self, what: &str) {
        if self.identity.take().is_some() {
            tracing::error!("the articles folder {} {what}; the feeds stay as they are until it is back", self.root.display());
            self.begin_anew();
            self.inbox.with(|state| state.presence(RootState::Missing));
        }
    }

    fn begin_anew(&mut self) {
        self.plants.clear();
        self.listings = Listings::default();
        self.rechecks.clear();
        self.inbox.with(State::forget);
        self.plants.report();
    }
}

/// Whether a folder is what stays behind where a disk was unmounted: empty, and on another device than before.
fn is_bare(before: Option<u64>, (device, _): Identity, folder: impl AsFd) -> bool {
    before.is_some_and(|before| before != device)
        && Dir::read_from(folder).is_ok_and(|listing| listing.flatten().all(|entry| matches!(entry.file_name().to_bytes(), b"." | b"..")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_unmounted_disk_leaves_behind_is_not_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let bare = |before| is_bare(before, (7, 1), std::fs::File::open(folder.path()).unwrap());
        assert!(bare(Some(8)));
        // Deleted and made again where it was, or there for the first time, it may be empty.
        assert!(!bare(Some(7)) && !bare(None));
        std::fs::write(folder.path().join("a"), "").unwrap();
        assert!(!bare(Some(8)), "another disk was mounted");
    }
}
