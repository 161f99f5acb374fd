//! Archives of what is about to leave a feed's window, and which ones a batch changes.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::chain::{Chain, files};
use crate::article::{ArchiveName, FeedName, Order};
use crate::config::Format;
use crate::feed::{self, Channel, Document, Fragment, Part};
use crate::instant::Instant;
use crate::ledger::ArchiveRow;
use crate::publish::composing::Batch;
use crate::publish::fragments::Fragments;
use crate::publish::graves::Graves;
use crate::publish::publisher::Publisher;
use crate::publish::window::{Slot, Window};

/// What an archive of a small feed may hold nevertheless.
const SMALL: usize = 100;
/// So many articles that leave a window at once are not cut within the edition, but as the history that was there before.
const MOST_AT_ONCE: usize = 5_000;
/// To be raised whenever entries are written in another way than before: archives are then made anew.
const WRITTEN: u32 = 1;

/// What parts two entries, at most.
const BETWEEN: usize = 2;

/// How many articles an archive is made of where there are enough.
pub(in crate::publish) fn full(limit: usize) -> usize {
    limit.max(SMALL)
}

/// How many articles an archive may have grown to before it is split.
pub(in crate::publish) fn most(limit: usize) -> usize {
    full(limit).saturating_mul(2)
}

/// What a batch does to one feed's archives.
#[derive(Debug)]
pub(in crate::publish) struct Changed {
    pub(in crate::publish) feed: FeedName,
    /// Archives that are cut, and those whose articles change.
    pub(in crate::publish) rows: Vec<ArchiveRow>,
    /// The files of those that are cut.
    pub(in crate::publish) documents: Vec<Document>,
    pub(in crate::publish) gap: bool,
}

impl Publisher {
    /// Hash of what a feed's archives depend on besides its articles; nothing where there are to be none.
    pub(in crate::publish) fn form(&self, index: usize) -> Option<[u8; 16]> {
        let feed = &self.feeds[index];
        // A family's feeds have none yet: most are cold, and a history is cut where its window is known.
        if feed.membership.is_some() {
            return None;
        }
        let mut hash = Sha256::new();
        hash.update(self.archives.base?);
        hash.update(WRITTEN.to_be_bytes());
        hash.update(feed.row.selection);
        hash.update(format!("{:?} {:?} {:?}", feed.config.content, self.formats, self.style));
        let part = Part::Archive { name: ArchiveName::FIRST, older: None, newer: ArchiveName::FIRST };
        let channel = Channel { part, ..feed.channel.clone() };
        for format in &self.formats {
            hash.update(feed::assemble(*format, &channel, Instant::MIN, &[]));
        }
        Some(short(hash))
    }

    /// A feed's archives; nothing where there are to be none.
    pub(in crate::publish) fn chain(&self, index: usize) -> Option<&Chain> {
        self.archives.base?;
        self.archives.chains.get(self.name(index))
    }

    /// What a feed's document says of its archives.
    pub(in crate::publish) fn part(&self, index: usize) -> Part {
        self.chain(index).map_or_else(Part::default, Chain::subscription)
    }

    /// Sees to it that a feed's archives are known.
    pub(in crate::publish) fn know_chain(&mut self, index: usize) {
        if self.archives.base.is_some()
            && !self.archives.chains.contains_key(self.name(index))
            && let Some(form) = self.form(index)
        {
            self.archives.chains.insert(self.name(index).clone(), Chain::new(form, Vec::new(), |_| false));
        }
    }

    /// Works out which archives a batch changes and, where articles would be left that neither the window shows nor an archive holds, cuts
    /// new ones. Nothing of what stood is read for it: what leaves the window was in it. Gives what the feed's document says from then on.
    pub(in crate::publish) fn changed_archives(
        &self,
        index: usize,
        window: &Window,
        graves: &Graves,
        batch: &mut Batch<'_>,
        at: Instant,
    ) -> (Part, Option<Changed>) {
        let Some(chain) = self.chain(index) else { return (Part::default(), None) };
        let name = self.name(index).clone();
        let mut rows = stale_rows(chain, &name, batch);
        let (shown, _) = self.fitting(index, window, graves, at);
        let mut documents = Vec::new();
        let covered = chain.covers(window, shown);
        let mut gap = !covered;
        let mut newest = chain.newest().map(|newest| newest.row.name);
        if !covered
            && !chain.gap
            && let Some(cut) = self.cut(index, chain, shown.len(), batch, at)
        {
            gap = false;
            for (row, of_row) in cut {
                newest = Some(row.name);
                rows.push(row);
                documents.extend(of_row);
            }
        }
        let part = chain.subscription_with(gap, newest);
        let changed = (!rows.is_empty() || chain.gap != gap).then_some(Changed { feed: name, rows, documents, gap });
        (part, changed)
    }

    /// What leaves the window in archives, the newest part of what stands in none left out: what was published last is corrected most.
    /// Nothing where it is not all at hand.
    fn cut(
        &self,
        index: usize,
        chain: &Chain,
        shown: usize,
        batch: &mut Batch<'_>,
        at: Instant,
    ) -> Option<Vec<(ArchiveRow, Vec<Document>)>> {
        let feed = &self.feeds[index];
        let name = self.name(index);
        let old = self.window(index).slots.iter().filter(|slot| chain.is_above(&slot.order) && !batch.ids.contains_key(slot.order.id()));
        let mut loose: Vec<Slot> = old.cloned().collect();
        let new: Vec<(usize, Order)> = batch
            .changes
            .iter()
            .enumerate()
            .filter(|(_, change)| change.after.state.is_public() && change.after.feeds.contains(name))
            .map(|(change, of)| (change, of.after.order()))
            .filter(|(_, order)| chain.is_above(order))
            .collect();
        if new.len() > MOST_AT_ONCE {
            return None;
        }
        for (change, order) in new {
            let fragments = self.changed(index, change, batch)?;
            loose.push(Slot { order, fragments });
        }
        loose.sort_by(|a, b| b.order.cmp(&a.order));
        // At least one stays: its place is what the newest archive lies below.
        let stays = (shown / 4).max(1);
        let leaving = loose.len().checked_sub(stays).filter(|leaving| *leaving > 0)?;
        let formats = &self.formats;
        let mut cut = Vec::new();
        let (mut next, mut older) = (chain.next_name(), chain.newest().map(|newest| newest.row.name));
        let sizes = |slot: &Slot| sizes(&slot.fragments, formats);
        for piece in pieces(&loose[..leaving], most(feed.config.limit), feed.config.max_bytes, sizes) {
            // They lie the oldest first; the one after the piece is the first above it.
            let above = loose[piece.end].order.clone();
            let entries: Vec<Arc<Fragments>> = loose[piece].iter().rev().map(|slot| slot.fragments.clone()).collect();
            let channel = Channel { part: Part::Archive { name: next, older, newer: next.next() }, ..feed.channel.clone() };
            let row = ArchiveRow {
                feed: name.clone(),
                name: next,
                above,
                count: u32::try_from(entries.len()).unwrap_or(u32::MAX),
                updated: at,
                content: content(&channel, formats, &entries),
                form: chain.form,
                version: 0,
                stands: false,
            };
            cut.push((row, self::documents(&channel, formats, at, &entries)));
            (older, next) = (Some(next), next.next());
        }
        Some(cut)
    }
}

/// The rows of the archives that hold what a batch changes.
fn stale_rows(chain: &Chain, feed: &FeedName, batch: &Batch<'_>) -> Vec<ArchiveRow> {
    let mut stale: Vec<usize> = Vec::new();
    for change in batch.changes {
        for entry in change.before.iter().chain([&change.after]).filter(|entry| entry.state.is_public() && entry.feeds.contains(feed)) {
            stale.extend(chain.holding(&entry.order()));
        }
    }
    stale.sort_unstable();
    stale.dedup();
    let row = |at: usize| {
        let row = &chain.archives()[at].row;
        ArchiveRow { version: row.version.saturating_add(1), stands: false, ..row.clone() }
    };
    stale.into_iter().map(row).collect()
}

/// The bytes of an entry in each format.
pub(in crate::publish) fn sizes(fragments: &Fragments, formats: &[Format]) -> Vec<usize> {
    formats.iter().map(|format| fragments.in_format(*format).map_or(0, |fragment| fragment.bytes.len() + BETWEEN)).collect()
}

/// Stretches of at most so many entries and, unless one alone is larger, so many bytes in any format.
pub(in crate::publish) fn pieces<T>(entries: &[T], most: usize, max_bytes: usize, sizes: impl Fn(&T) -> Vec<usize>) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let (mut start, mut sums) = (0, Vec::new());
    for (at, entry) in entries.iter().enumerate() {
        let own = sizes(entry);
        let larger: Vec<usize> = if sums.is_empty() { own.clone() } else { sums.iter().zip(&own).map(|(sum, own)| sum + own).collect() };
        if at > start && (at - start >= most || larger.iter().any(|sum| *sum > max_bytes)) {
            pieces.push(start..at);
            (start, sums) = (at, own);
        } else {
            sums = larger;
        }
    }
    if start < entries.len() {
        pieces.push(start..entries.len());
    }
    pieces
}

/// Hash of what an archive says, but for when it was updated.
pub(in crate::publish) fn content(channel: &Channel, formats: &[Format], entries: &[Arc<Fragments>]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for format in formats {
        hash.update(feed::assemble(*format, channel, Instant::MIN, &[]));
        for fragment in entries.iter().filter_map(|entry| entry.in_format(*format)) {
            hash.update(fragment.digest);
        }
    }
    short(hash)
}

/// An archive's files. `channel` says which one it is.
pub(in crate::publish) fn documents(channel: &Channel, formats: &[Format], updated: Instant, entries: &[Arc<Fragments>]) -> Vec<Document> {
    let Part::Archive { name, .. } = channel.part else { return Vec::new() };
    let document = |file: feed::ArchiveFile| {
        let fragments: Vec<Fragment> = entries.iter().filter_map(|entry| entry.in_format(file.format).cloned()).collect();
        let bytes = Bytes::from(feed::assemble(file.format, channel, updated, &fragments));
        Document::of_archive(file, bytes, updated)
    };
    files(&channel.name, name, formats).map(document).collect()
}

/// The first half of a hash.
pub(in crate::publish) fn short(hash: Sha256) -> [u8; 16] {
    let digest = hash.finalize();
    std::array::from_fn(|at| digest[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_bounded_and_leave_nothing_out() {
        let cut = |sizes: &[usize], most, max| pieces(sizes, most, max, |size| vec![*size, size / 2]);
        assert_eq!(cut(&[], 2, 10), Vec::<Range<usize>>::new());
        assert_eq!(cut(&[1, 1, 1], 2, 10), [0..2, 2..3]);
        assert_eq!(cut(&[5, 5, 5], 9, 10), [0..2, 2..3]);
        assert_eq!(cut(&[50, 1, 50, 50], 9, 10), [0..1, 1..2, 2..3, 3..4], "one at least");
        assert_eq!(cut(&[1, 1], 1, 10), [0..1, 1..2]);
    }
}
