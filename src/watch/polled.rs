//! Folders without a watch, listed again and again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::follow::Root;
use super::pass::Pass;
use super::scan::Found;
use super::{Rules, Under};
use crate::article::{FileStamp, SourcePath};

/// What differs from the listing before.
#[derive(Debug, Default)]
pub(super) struct Differences {
    /// Whether there was no listing before, so that nothing can be said.
    pub(super) first: bool,
    /// Files that are new or changed, or are being written.
    pub(super) changed: Vec<SourcePath>,
    /// Files that are gone.
    pub(super) gone: Vec<SourcePath>,
    /// The folders in it.
    pub(super) folders: Vec<SourcePath>,
}

/// The last listing of each such folder.
#[derive(Default)]
pub(super) struct Listings(HashMap<Under, HashMap<SourcePath, FileStamp>>);

impl Listings {
    /// Lists a folder (not what lies under its folders) and compares.
    pub(super) fn compare(&mut self, root: Root<'_>, rules: &Rules, under: &Under) -> Differences {
        let mut differences = Differences::default();
        let folders = Mutex::new(Vec::new());
        let files = Mutex::new(HashMap::new());
        let note = |path: &SourcePath| folders.lock().unwrap_or_else(PoisonError::into_inner).push(path.clone());
        let only_this = Pass {
            root,
            under,
            rules,
            workers: 1,
            before: &|met, _| {
                if let Under::Folder(path) = met
                    && met != under
                {
                    note(path);
                }
                met == under
            },
            ahead: &|_| {},
            claim: &|_, path| {
                let this = under.as_bytes() == path.as_bytes();
                if !this {
                    note(path);
                }
                this
            },
        };
        let seen = only_this.look(&|Found { path, stamp }| {
            files.lock().unwrap_or_else(PoisonError::into_inner).insert(path, stamp);
        });
        // A root that is gone is noticed elsewhere.
        let Ok((report, _)) = seen else { return differences };
        if report.blind.contains(under) {
            return differences;
        }
        let now = files.into_inner().unwrap_or_else(PoisonError::into_inner);
        differences.folders = folders.into_inner().unwrap_or_else(PoisonError::into_inner);
        match self.0.get(under) {
            None => differences.first = true,
            Some(before) => {
                differences
                    .changed
                    .extend(now.iter().filter(|(path, stamp)| before.get(*path) != Some(*stamp)).map(|(path, _)| path.clone()));
                differences.gone.extend(
                    before.keys().filter(|path| !now.contains_key(*path) && report.unsettled.binary_search(path).is_err()).cloned(),
                );
            }
        }
        differences.changed.extend(report.unsettled);
        self.0.insert(under.clone(), now);
        differences
    }

    /// Forgets a folder and all under it.
    pub(super) fn forget(&mut self, under: &Under) {
        self.0.retain(|folder, _| !under.covers(folder));
    }
}
