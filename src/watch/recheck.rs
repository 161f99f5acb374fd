//! Files that no event tells of: those that links lead to, and those that could not be read but may be some day.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags, openat};

use super::look::{Sight, look, open_parent};
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

/// The files.
#[derive(Default)]
pub(super) struct Rechecks(HashMap<SourcePath, Recheck>);

impl Rechecks {
    /// A link was seen whose file had this stamp.
    pub(super) fn link(&mut self, path: SourcePath, stamp: FileStamp, now: Instant) {
        self.put(path, Why::Link(stamp), now + OFTEN);
    }

    /// A file could not be read.
    pub(super) fn unreadable(&mut self, path: SourcePath, now: Instant) {
        let pause = match self.0.get(&path) {
            Some(Recheck { why: Why::Unreadable { pause, handed: true }, .. }) => (*pause * 2).min(SELDOM),
            Some(Recheck { why: Why::Unreadable { pause, handed: false }, .. }) => *pause,
            Some(Recheck { why: Why::Link(_), .. }) | None => OFTEN,
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
    pub(super) fn look(&mut self, root: &Path, now: Instant) -> Vec<SourcePath> {
        let mut changed = Vec::new();
        self.0.retain(|path, recheck| {
            if recheck.due > now {
                return true;
            }
            recheck.due = now + OFTEN;
            match (&mut recheck.why, look(root, path)) {
                // Its going was told; or a file that tells of itself took its place; or nobody complained again, so that it was read.
                (_, Sight::Gone | Sight::Folder { .. })
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
        changed
    }
}

fn opens(root: &Path, path: &SourcePath) -> bool {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    open_parent(root, path).and_then(|(folder, name)| openat(&folder, name, flags, Mode::empty())).is_ok()
}
