//! One archive made from the ledger, off the path of editions.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::chain::NEVER;
use super::cut::{self, content, documents, pieces};
use super::kitchen::Kitchen;
use crate::article::{ArchiveName, Article, Entry, FeedName, Order};
use crate::feed::{Channel, Document};
use crate::instant::Instant;
use crate::ledger::{ArchiveRow, Fault, Ledger};
use crate::publish::FromFile;
use crate::publish::folder::Folder;
use crate::publish::fragments::Fragments;

/// How many articles are asked for at once.
const PAGE: usize = 50;
/// How long others go first before the next article is rendered, at most, and how often that is looked at.
const PATIENCE: u32 = 50;
const GLANCE: Duration = Duration::from_millis(4);

/// Whether there is something that should not wait for an archive.
pub type Busy<'a> = &'a (dyn Fn() -> bool + Send + Sync);

/// An archive to be made.
pub struct Making {
    pub(super) kitchen: Kitchen,
    /// The feed, as this archive of it.
    pub(super) channel: Channel,
    pub(super) row: ArchiveRow,
    pub(super) form: [u8; 16],
    /// The place down to which it reaches.
    pub(super) down_to: Option<Order>,
    pub(super) next_piece: u32,
    pub(super) limit: usize,
    pub(super) max_bytes: usize,
}

/// What became of it.
#[derive(Debug)]
pub enum Made {
    /// Its row as it shall be, and the files that are others than they should be.
    Whole {
        /// The archive.
        row: ArchiveRow,
        /// The files.
        documents: Vec<Document>,
        /// Sources that were read from files on the way.
        read: Vec<(Entry, Arc<Article>)>,
    },
    /// It has become too large: what is to be split off it, the oldest first. The rest keeps its name.
    Split {
        /// Whose it is.
        feed: FeedName,
        /// Which one it was, in which version.
        of: (ArchiveName, u64),
        /// The pieces.
        pieces: Vec<ArchiveRow>,
    },
}

/// One entry of it.
struct Written {
    order: Order,
    updated: Instant,
    fragments: Arc<Fragments>,
}

impl Making {
    /// Which one it is.
    pub const fn of(&self) -> (&FeedName, ArchiveName) {
        (&self.row.feed, self.row.name)
    }

    /// Reads and renders what it holds. `now` dates a change of its content.
    pub async fn make(
        self,
        ledger: &dyn Ledger,
        root: PathBuf,
        from_file: FromFile<'_>,
        busy: Busy<'_>,
        now: Instant,
    ) -> Result<Made, Fault> {
        let full = cut::full(self.limit);
        let places = ledger.places(self.row.feed.clone(), Some(self.row.above.clone()), self.down_to.clone(), full).await?;
        if places.len() * full >= cut::most(self.limit) {
            let places = with_something_below(ledger, &self.row.feed, places, self.down_to.as_ref()).await?;
            return Ok(self.split(places));
        }
        let mut read = Vec::new();
        let entries = self.entries(ledger, from_file, busy, &mut read).await?;
        if let Some(split) = self.too_large(&entries) {
            return Ok(split);
        }
        let formats = &self.kitchen.formats;
        let fragments: Vec<Arc<Fragments>> = entries.iter().map(|entry| entry.fragments.clone()).collect();
        let content = content(&self.channel, formats, &fragments);
        let updated = match self.row.content {
            same if same == content => self.row.updated,
            // What is made of a history says when that was last updated, not when it was made.
            NEVER if self.row.updated == Instant::MIN => entries.iter().map(|entry| entry.updated).max().unwrap_or(now),
            _ => now.max(self.row.updated.plus(Duration::from_millis(1))),
        };
        let documents = documents(&self.channel, formats, updated, &fragments);
        let count = u32::try_from(entries.len()).unwrap_or(u32::MAX);
        let row = ArchiveRow { content, updated, count, form: self.form, ..self.row };
        let differing = tokio::task::spawn_blocking(move || Folder::differing(&root, documents)).await;
        let documents = differing.map_err(|_| Fault::Unavailable("the archive's files could not be looked at".to_owned()))?;
        Ok(Made::Whole { row, documents, read })
    }

    /// Its articles, the newest first.
    async fn entries(
        &self,
        ledger: &dyn Ledger,
        from_file: FromFile<'_>,
        busy: Busy<'_>,
        read: &mut Vec<(Entry, Arc<Article>)>,
    ) -> Result<Vec<Written>, Fault> {
        let mut entries = Vec::new();
        let mut after = self.row.above.clone();
        loop {
            let page = ledger.window(self.row.feed.clone(), Some(after.clone()), PAGE).await?.members;
            let full = page.len() == PAGE;
            for member in page {
                let order = member.entry.order();
                if self.down_to.as_ref().is_some_and(|end| order > *end) {
                    return Ok(entries);
                }
                give_way(busy).await;
                let updated = member.entry.updated.max(member.entry.published);
                if let Some(fragments) = self.kitchen.fragments(ledger, &member, from_file, read).await? {
                    entries.push(Written { order: order.clone(), updated, fragments });
                }
                after = order;
            }
            if !full {
                return Ok(entries);
            }
        }
    }

    /// What it is split into where its bytes have become too many.
    fn too_large(&self, entries: &[Written]) -> Option<Made> {
        let sizes = |entry: &Written| cut::sizes(&entry.fragments, &self.kitchen.formats);
        let bytes = entries.iter().map(sizes).fold(Vec::new(), |sums: Vec<usize>, own| {
            if sums.is_empty() { own } else { sums.iter().zip(own).map(|(sum, own)| sum + own).collect() }
        });
        let bound = self.max_bytes.saturating_add(self.max_bytes / 2);
        if entries.len() < 2 || bytes.iter().all(|bytes| *bytes <= bound) {
            return None;
        }
        let pieces = pieces(entries, usize::MAX, self.max_bytes, sizes);
        let ends = pieces.iter().take(pieces.len().saturating_sub(1)).filter_map(|piece| entries.get(piece.end.checked_sub(1)?));
        let places: Vec<Order> = ends.map(|entry| entry.order.clone()).collect();
        (!places.is_empty()).then(|| self.split(places))
    }

    /// Splits it below each of these places, the newest first.
    fn split(&self, places: Vec<Order>) -> Made {
        let piece = |(at, above): (usize, Order)| ArchiveRow {
            name: self.row.name.piece(self.next_piece.saturating_add(u32::try_from(at).unwrap_or(u32::MAX))),
            above,
            count: 0,
            updated: Instant::MIN,
            content: NEVER,
            form: self.form,
            version: 0,
            stands: false,
            feed: self.row.feed.clone(),
        };
        let mut pieces: Vec<ArchiveRow> = places.into_iter().enumerate().map(piece).collect();
        pieces.reverse();
        Made::Split { feed: self.row.feed.clone(), of: (self.row.name, self.row.version), pieces }
    }
}

/// These places, the newest first, without those at the end below which nothing stands that no older archive holds.
pub(super) async fn with_something_below(
    ledger: &dyn Ledger,
    feed: &FeedName,
    mut places: Vec<Order>,
    down_to: Option<&Order>,
) -> Result<Vec<Order>, Fault> {
    while let Some(last) = places.last() {
        let next = ledger.window(feed.clone(), Some(last.clone()), 1).await?.members.pop();
        if next.is_some_and(|member| down_to.is_none_or(|end| member.entry.order() <= *end)) {
            break;
        }
        places.pop();
    }
    Ok(places)
}

/// Waits a moment while something else should go first, but not for ever.
async fn give_way(busy: Busy<'_>) {
    tokio::task::yield_now().await;
    for _ in 0..PATIENCE {
        if !busy() {
            return;
        }
        tokio::time::sleep(GLANCE).await;
    }
}
