//! Where one feed's history is cut, and which document leads to it.

use std::collections::{HashMap, HashSet};

use crate::article::{ArchiveName, FeedName, Order};
use crate::config::Format;
use crate::feed::{ArchiveFile, Part};
use crate::ledger::ArchiveRow;
use crate::publish::window::{Slot, Window};

/// The content of what was never made.
pub(in crate::publish) const NEVER: [u8; 16] = [0; 16];

/// One archive.
#[derive(Clone, Debug)]
pub(in crate::publish) struct Archive {
    pub(in crate::publish) row: ArchiveRow,
    /// Whether some version of each of its files stands.
    pub(in crate::publish) there: bool,
}

impl Archive {
    /// Whether nothing leads to it yet although it is missing: a piece that was split off one which still stands whole.
    fn is_unborn_piece(&self) -> bool {
        !self.there && self.row.content == NEVER && self.row.name.piece_number() > 0
    }

    /// Whether something that leads to it finds nothing.
    pub(in crate::publish) fn is_missed(&self) -> bool {
        !self.there && !self.is_unborn_piece()
    }

    /// Whether its files may be others than they should be.
    pub(in crate::publish) fn is_stale(&self, form: &[u8; 16]) -> bool {
        !self.there || !self.row.stands || self.row.form != *form
    }
}

/// One feed's archives.
#[derive(Clone, Debug)]
pub(in crate::publish) struct Chain {
    /// The oldest first.
    archives: Vec<Archive>,
    /// What the archives' bytes depend on besides their articles.
    pub(in crate::publish) form: [u8; 16],
    /// Whether an article may be public that neither the feed shows nor an archive holds: the history that was there before.
    pub(in crate::publish) gap: bool,
    /// How many archives have a file missing that something leads to.
    missing: usize,
    /// Those that may be others than they should be, so that nobody has to look at all of them.
    stale: HashSet<ArchiveName>,
}

impl Chain {
    /// The chain of these rows, in any order.
    pub(in crate::publish) fn new(form: [u8; 16], rows: Vec<ArchiveRow>, there: impl Fn(ArchiveName) -> bool) -> Self {
        let mut archives: Vec<Archive> = rows.into_iter().map(|row| Archive { there: there(row.name), row }).collect();
        archives.sort_by(|a, b| b.row.above.cmp(&a.row.above));
        let missing = archives.iter().filter(|archive| archive.is_missed()).count();
        let stale = archives.iter().filter(|archive| archive.is_stale(&form)).map(|archive| archive.row.name).collect();
        Self { archives, form, gap: true, missing, stale }
    }

    pub(in crate::publish) fn archives(&self) -> &[Archive] {
        &self.archives
    }

    /// The newest archive.
    pub(in crate::publish) fn newest(&self) -> Option<&Archive> {
        self.archives.last()
    }

    /// The place above all archives.
    pub(in crate::publish) fn above(&self) -> Option<&Order> {
        self.newest().map(|archive| &archive.row.above)
    }

    /// Whether an article at this place stands in no archive.
    pub(in crate::publish) fn is_above(&self, order: &Order) -> bool {
        self.above().is_none_or(|above| order <= above)
    }

    /// Which archive holds this place.
    pub(in crate::publish) fn holding(&self, order: &Order) -> Option<usize> {
        // The older, the greater: of those that begin above it, the oldest holds it.
        let at = self.archives.partition_point(|archive| archive.row.above >= *order);
        (at < self.archives.len()).then_some(at)
    }

    /// The place down to which an archive reaches.
    pub(in crate::publish) fn down_to(&self, at: usize) -> Option<&Order> {
        at.checked_sub(1).map(|older| &self.archives[older].row.above)
    }

    pub(in crate::publish) fn find(&self, name: ArchiveName) -> Option<usize> {
        self.archives.iter().position(|archive| archive.row.name == name)
    }

    /// The name of the next archive that is cut.
    pub(in crate::publish) fn next_name(&self) -> ArchiveName {
        self.archives.iter().map(|archive| archive.row.name).max().map_or(ArchiveName::FIRST, ArchiveName::next)
    }

    /// The number of the next piece that is split off an archive.
    pub(in crate::publish) fn next_piece(&self, name: ArchiveName) -> u32 {
        let pieces = self.archives.iter().map(|archive| archive.row.name).filter(|other| other.number() == name.number());
        pieces.map(ArchiveName::piece_number).max().unwrap_or(0).saturating_add(1)
    }

    /// What an archive says of itself and its neighbours.
    pub(in crate::publish) fn part(&self, at: usize) -> Part {
        let name = self.archives[at].row.name;
        let older = at.checked_sub(1).map(|older| self.archives[older].row.name);
        let newer = self.archives.get(at + 1).map_or_else(|| self.next_name(), |newer| newer.row.name);
        Part::Archive { name, older, newer }
    }

    /// Puts a row in its place, in that of the same archive where there is one. `there` is for a new one.
    pub(in crate::publish) fn put(&mut self, row: ArchiveRow, there: bool) {
        let there = self.find(row.name).map_or(there, |at| {
            let before = self.archives.remove(at);
            self.missing -= usize::from(before.is_missed());
            before.there
        });
        let archive = Archive { row, there };
        self.missing += usize::from(archive.is_missed());
        if archive.is_stale(&self.form) {
            self.stale.insert(archive.row.name);
        } else {
            self.stale.remove(&archive.row.name);
        }
        let at = self.archives.partition_point(|other| other.row.above > archive.row.above);
        self.archives.insert(at, archive);
    }

    /// Takes note that an archive's files stand as this version is.
    pub(in crate::publish) fn stand(&mut self, name: ArchiveName, version: u64) {
        let Some(at) = self.find(name) else { return };
        let (form, archive) = (self.form, &mut self.archives[at]);
        self.missing -= usize::from(archive.is_missed());
        archive.there = true;
        if archive.row.version == version {
            archive.row.stands = true;
        }
        if archive.is_stale(&form) {
            self.stale.insert(name);
        } else {
            self.stale.remove(&name);
        }
    }

    /// Takes note that an archive's files do not stand after all.
    pub(in crate::publish) fn lose(&mut self, name: ArchiveName) {
        let Some(at) = self.find(name) else { return };
        let archive = &mut self.archives[at];
        self.missing -= usize::from(archive.is_missed());
        (archive.there, archive.row.stands) = (false, false);
        self.missing += usize::from(archive.is_missed());
        self.stale.insert(name);
    }

    /// The archive to be made anew before all others: one whose files say what is no longer so, else the oldest that is missing.
    pub(in crate::publish) fn stalest(&self) -> Option<usize> {
        if self.stale.is_empty() {
            return None;
        }
        // What it will lead to must stand first.
        let there = |at: Option<usize>| at.and_then(|at| self.archives.get(at)).is_none_or(|archive| archive.there);
        let ready = |at: usize, archive: &Archive| there(at.checked_sub(1)) && (!archive.there || there(Some(at + 1)));
        let stale = self.archives.iter().enumerate().filter(|(at, archive)| archive.is_stale(&self.form) && ready(*at, archive));
        // What articles changed goes before what another configuration did: one of them may be withdrawn.
        stale.min_by_key(|(at, archive)| (!archive.there, archive.row.stands, *at)).map(|(at, _)| at)
    }

    /// How many archives are to be made.
    #[cfg(test)]
    pub(in crate::publish) fn stale_count(&self) -> usize {
        self.stale.len()
    }

    /// How many archives have a file missing that something leads to.
    pub(in crate::publish) const fn missing(&self) -> usize {
        self.missing
    }

    /// What the feed's own document says: nothing of archives before all of them stand, so that no link leads into nothing and no chain has a
    /// hole.
    pub(in crate::publish) fn subscription(&self) -> Part {
        self.subscription_with(self.gap, self.newest().map(|newest| newest.row.name))
    }

    /// The same with another gap, and others cut above.
    pub(in crate::publish) const fn subscription_with(&self, gap: bool, newest: Option<ArchiveName>) -> Part {
        match newest {
            _ if gap || self.missing > 0 => Part::Subscription(None),
            None => Part::Complete,
            newest => Part::Subscription(newest),
        }
    }

    /// Whether what a feed shows of its window and the archives together are all of it.
    pub(in crate::publish) fn covers(&self, window: &Window, shown: &[Slot]) -> bool {
        if !window.has_more() && shown.len() == window.slots.len() {
            return true;
        }
        self.above().zip(shown.last()).is_some_and(|(above, last)| *above <= last.order)
    }
}

/// Every feed's archives.
#[derive(Debug, Default)]
pub(in crate::publish) struct Archives {
    /// Hash of what all archives depend on; nothing where none are wanted.
    pub(in crate::publish) base: Option<[u8; 16]>,
    pub(in crate::publish) chains: HashMap<FeedName, Chain>,
    /// Feeds whose documents may lead to other archives than they should.
    pub(in crate::publish) relink: HashSet<FeedName>,
    /// Whether nothing was to be made when that was last asked, and nothing has changed since.
    pub(in crate::publish) is_idle: bool,
}

/// The files of an archive in these formats.
pub(in crate::publish) fn files(feed: &FeedName, name: ArchiveName, formats: &[Format]) -> impl Iterator<Item = ArchiveFile> {
    formats.iter().map(move |format| ArchiveFile { feed: feed.clone(), name, format: *format })
}
