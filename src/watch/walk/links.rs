//! Links to folders that a walk meets: kept for its end, judged, and each folder claimed by one of them.

use std::ffi::CStr;

use rustix::fs::{AtFlags, FileType, fstat, statat};

use super::{Folder, Identity, Shared, Walk, Walked, lock};
use crate::article::SourcePath;
use crate::watch::Under;
use crate::watch::findings::{Unfollowed, folder_depth, folder_link};
use crate::watch::follow::{Entered, enter, judge, led_to};
use crate::watch::look::{identity_of, is_absence};
use crate::watch::rules::MAX_DEPTH;

impl Walk<'_> {
    /// What there is to say of a folder that cannot be entered: nothing, unless it is a link.
    pub(super) fn unfollowed(&self, folder: &SourcePath) -> Walked {
        match judge(self.root, self.rules, folder) {
            Ok(()) => Walked::default(),
            Err(finding) => Walked {
                links: vec![(folder.clone(), led_to(self.root, folder))],
                diagnostics: vec![(folder.clone(), vec![finding])],
                ..Walked::default()
            },
        }
    }
}

impl<V> Shared<'_, V> {
    /// Keeps a link to a folder for later, and one that leads nowhere in mind.
    pub(super) fn note_folder_link(&self, folder: &Folder, name: &CStr, path: SourcePath) {
        match statat(&folder.handle, name, AtFlags::empty()) {
            Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Directory => lock(&self.pending).push(path),
            Ok(_) => {}
            Err(_) => lock(&self.walked).links.push((path, Identity::default())),
        }
    }

    /// Opens what a link leads to, if it is to be read through this link.
    pub(super) fn follow(&self, link: SourcePath) -> Option<Folder> {
        let depth = link.as_bytes().split(|byte| *byte == b'/').count();
        lock(&self.walked).links.push((link.clone(), led_to(self.walk.root, &link)));
        if let Err(finding) = judge(self.walk.root, self.walk.rules, &link) {
            lock(&self.walked).diagnostics.push((link, vec![finding]));
            return None;
        }
        let handle = match enter(self.walk.root, link.as_bytes()) {
            Ok(Entered { handle, .. }) if depth <= MAX_DEPTH => handle,
            Ok(_) => {
                let finding = folder_depth(&link, &format!("the folder lies more than {MAX_DEPTH} folders deep"));
                lock(&self.walked).diagnostics.push((link, vec![finding]));
                return None;
            }
            Err(fault) if is_absence(fault) => return None,
            Err(fault) => {
                self.blind(link, fault);
                return None;
            }
        };
        let folder = Folder { handle, under: Under::Folder(link), depth, linked: true };
        self.is_claimed(&folder).then_some(folder)
    }

    /// Whether a folder is listed here: always, unless it is reached by a link and also by another.
    pub(super) fn is_claimed(&self, folder: &Folder) -> bool {
        let Under::Folder(path) = &folder.under else { return true };
        if !folder.linked {
            return true;
        }
        let identity = fstat(&folder.handle).map(|stat| identity_of(&stat)).unwrap_or_default();
        let claimed = (self.walk.claim)(identity, path);
        if !claimed {
            lock(&self.walked).diagnostics.push((path.clone(), vec![folder_link(path, &Unfollowed::Twice)]));
        }
        claimed
    }
}
