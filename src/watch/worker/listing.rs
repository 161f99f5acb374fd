//! What no event tells of: links, files that could not be read, and folders that are listed.

use std::os::fd::AsFd as _;
use std::time::Instant;

use rustix::fs::fstat;

use super::Worker;
use crate::watch::Under;
use crate::watch::follow::open_under;
use crate::watch::look::{identity_of, is_absence};
use crate::watch::recheck::Rechecked;
use crate::watch::resting::Awaits;
use crate::watch::state::{Polled, Watched};

impl Worker {
    pub(super) fn recheck(&mut self) {
        if self.identity.is_none() {
            return;
        }
        let Rechecked { files, folders } = self.rechecks.look(self.rules.root(&self.root), Instant::now());
        if !files.is_empty() {
            let now = Instant::now();
            self.inbox.with(|state| files.into_iter().for_each(|path| state.rest(path, Awaits::Rest, None, now)));
        }
        for link in folders {
            self.left(link, true);
        }
    }

    pub(super) fn poll(&mut self) {
        if self.identity.is_none() {
            return;
        }
        if self.plants.revive() {
            self.inbox.with(|state| state.rescan(Under::Root));
        }
        let polled = self.inbox.with(|state| state.polled_folders());
        if polled.is_empty() {
            return;
        }
        for (under, why) in polled {
            self.poll_folder(&under, why);
        }
        self.plants.report();
    }

    fn poll_folder(&mut self, under: &Under, why: Polled) {
        let handle = match open_under(self.rules.root(&self.root), under.as_bytes()) {
            Ok(handle) => handle,
            Err(fault) if is_absence(fault) => {
                self.plants.uproot(under);
                self.listings.forget(under);
                return self.inbox.with(|state| state.rescan(under.clone()));
            }
            Err(_) => return,
        };
        match why {
            Polled::Limit | Polled::Instances | Polled::Unreadable | Polled::Refused => {
                // The limit may have been raised, or its mode mended.
                self.plants.plant(under, handle.as_fd());
                let watched = self.inbox.with(|state| state.folders.get(under.as_bytes()).copied());
                if why == Polled::Unreadable || matches!(watched, Some(Watched::Told(_))) {
                    self.listings.forget(under);
                    return self.inbox.with(|state| state.rescan(under.clone()));
                }
            }
            Polled::Configured | Polled::Distant => {}
        }
        let differences = self.listings.compare(self.rules.root(&self.root), &self.rules, under);
        let now = Instant::now();
        let device = fstat(&handle).map(|stat| identity_of(&stat).0).unwrap_or_default();
        let unknown = self.inbox.with(|state| {
            if differences.first {
                state.rescan(under.clone());
            }
            // What this machine knows of a file there may be some seconds old.
            let awaits = if state.is_distant(device) { Awaits::Distant } else { Awaits::Rest };
            for path in differences.changed {
                state.rest(path, awaits, None, now);
            }
            for path in differences.gone {
                state.mark(path, None);
            }
            let mut folders = differences.folders;
            folders.retain(|folder| !state.folders.contains_key(folder.as_bytes()) && !state.has_said(folder));
            folders
        });
        for folder in unknown {
            self.appeared(folder);
        }
    }
}
