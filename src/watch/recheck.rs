//! Files that no event tells of: those that links lead to, and those that could not be read but may be some day.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags, openat};

use super::follow::{Root, led_to, open_parent};
use super::look::{Sight, look};
use super::walk::Identity;
use crate::article::{FileStamp, SourcePath};

/// How often a link is looked at, and how soon a file that could not be read is tried again.
const OFTEN: Duration = Duration::from_secs(2);

/// How seldom a file that cannot be read for long is tried.
const SELDOM: Duration = Duration::from_mins(1);

/// Of how many files this is done.
const MOST: usize = 10_000;

enum Why {
    /// It is a link; its file had this stamp.
    Link(FileStamp),
    /// It is a link that leads to this folder; zeros where it leads to none.
    Folder(Identity),
    /// It could not be read.
    Unreadable {
        /// The pause before it is handed out again; grows as long as it opens and still cannot be read.
        pause: Duration,
        /// Whether it was handed out since.
        handed: bool,
    },
}

struct Recheck {
    why: Why,
    due: Instant,
}

/// What is to be taken up again.
#[derive(Debug, Default)]
pub(super) struct Rechecked {
    /// Files.
    pub(super) files: Vec<SourcePath>,
    /// Links that lead to another folder than before.
    pub(super) folders: Vec<SourcePath>,
}

/// The files.
#[derive(Default)]
pub(super) struct Rechecks(HashMap<SourcePath, Recheck>);

impl Rechecks {
    /// A link was seen whose file had this stamp.
    pub(super) fn link(&mut self, path: SourcePath, stamp: FileStamp, now: Instant) {
        self.put(path, Why::Link(stamp), now + OFTEN);
    }

    /// A link was seen that leads to this folder, or (zeros) to none.
    pub(super) fn folder(&mut self, path: SourcePath, identity: Identity, now: Instant) {
        self.put(path, Why::Folder(identity), now + OFTEN);
    }

    /// Makes all links due.
    pub(super) fn hurry(&mut self, now: Instant) {
        for recheck in self.0.values_mut().filter(|recheck| matches!(recheck.why, Why::Link(_) | Why::Folder(_))) {
            recheck.due = now;
        }
    }

    /// A file could not be read.
    pub(super) fn unreadable(&mut self, path: SourcePath, now: Instant) {
        let pause = match self.0.get(&path) {
            Some(Recheck { why: Why::Unreadable { pause, handed: true }, .. }) => (*pause * 2).min(SELDOM),
            Some(Recheck { why: Why::Unreadable { pause, handed: false }, .. }) => *pause,
            Some(Recheck { why: Why::Link(_) | Why::Folder(_), .. }) | None => OFTEN,
        };
        self.put(path, Why::Unreadable { pause, handed: false }, now + pause);
    }

    fn put(&mut self, path: SourcePath, why: Why, due: Instant) {
        if self.0.len() < MOST || self.0.contains_key(&path) {
            self.0.insert(path, Recheck { why, due });
        } else {
            tracing::warn!("more than {MOST} links and unreadable files: {path} is not looked at again before the next start");
        }
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Looks at those whose time has come; gives those to be taken up again.
    pub(super) fn look(&mut self, root: Root<'_>, now: Instant) -> Rechecked {
        let (mut changed, mut folders) = (Vec::new(), Vec::new());
        self.0.retain(|path, recheck| {
            if recheck.due > now {
                return true;
            }
            recheck.due = now + OFTEN;
            match (&mut recheck.why, look(root, path)) {
                (Why::Folder(_), Sight::Gone) => false,
                (Why::Folder(known), Sight::Folder | Sight::File { .. } | Sight::Unfit(..) | Sight::Hidden) => {
                    let same = led_to(root, path) == *known;
                    if !same {
                        folders.push(path.clone());
                    }
                    same
                }
                // Its going was told; or a file that tells of itself took its place; or nobody complained again, so that it was read.
                (Why::Link(_) | Why::Unreadable { .. }, Sight::Gone | Sight::Folder)
                | (Why::Link(_), Sight::File { linked: false, .. })
                | (Why::Unreadable { handed: true, .. }, Sight::File { .. } | Sight::Unfit(..) | Sight::Hidden) => false,
                (Why::Link(known), Sight::File { stamp, linked: true, .. } | Sight::Unfit(stamp)) => {
                    if *known != stamp {
                        *known = stamp;
                        changed.push(path.clone());
                    }
                    true
                }
                (Why::Link(_), Sight::Hidden) => true,
                (Why::Unreadable { pause, handed }, Sight::File { .. } | Sight::Unfit(..) | Sight::Hidden) => {
                    if opens(root, path) {
                        *handed = true;
                        recheck.due = now + *pause * 2;
                        changed.push(path.clone());
                    }
                    true
                }
            }
        });
        Rechecked { files: changed, folders }
    }
}

fn opens(root: Root<'_>, path: &SourcePath) -> bool {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    open_parent(root, path).and_then(|(folder, name)| openat(&folder, name, flags, Mode::empty())).is_ok()
}
