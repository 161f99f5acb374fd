//! What is to be made beside editions, and what becomes of the feeds by it.

use std::path::Path;

use super::chain::{Chain, NEVER};
use super::cut;
use super::kitchen::Kitchen;
use super::make::{Made, Making, with_something_below};
use super::standing;
use crate::article::{ArchiveName, FeedName, Order};
use crate::feed::{Channel, Part};
use crate::instant::Instant;
use crate::ledger::{ArchiveRow, Fault, Ledger};
use crate::publish::graves::Graves;
use crate::publish::publisher::Publisher;
use crate::publish::window::Window;

/// Something to be made.
pub enum Work {
    /// Where a history is to be cut.
    Plan(Planning),
    /// An archive.
    Make(Box<Making>),
}

/// A history that no archive holds.
pub struct Planning {
    feed: FeedName,
    /// The place below which archives are to begin.
    below: Order,
    /// The place down to which no archive holds anything.
    down_to: Option<Order>,
    every: usize,
}

/// Where it is to be cut.
pub struct Planned {
    feed: FeedName,
    /// The places above the archives to be, the newest first.
    places: Vec<Order>,
    /// The highest number of an archive that stands, from whatever earlier ledger.
    highest: u32,
}

impl Planning {
    /// Looks for the places.
    pub async fn plan(self, ledger: &dyn Ledger, root: &Path) -> Result<Planned, Fault> {
        let Self { feed, below, down_to, every } = self;
        let mut places = vec![below.clone()];
        places.extend(ledger.places(feed.clone(), Some(below), down_to.clone(), every).await?);
        let places = with_something_below(ledger, &feed, places, down_to.as_ref()).await?;
        let highest = standing::of(root, &feed).keys().map(|name| name.number()).max().unwrap_or(0);
        Ok(Planned { feed, places, highest })
    }
}

impl Publisher {
    /// What is to be made next; nothing where all stands as it should.
    pub fn archive_work(&mut self) -> Option<Work> {
        if self.archives.is_idle || self.archives.base.is_none() {
            return None;
        }
        let chains = || (0..self.feeds.len()).filter_map(|index| Some((index, self.chain(index)?)));
        // What stands and says what is no longer so goes first, then what was there before, the oldest first.
        let stale = chains().find_map(|(index, chain)| {
            let at = chain.stalest().filter(|at| chain.archives()[*at].there)?;
            Some(Work::Make(Box::new(self.making(index, chain, at))))
        });
        let work = stale
            .or_else(|| chains().find_map(|(index, chain)| self.planning(index, chain)))
            .or_else(|| chains().find_map(|(index, chain)| Some(Work::Make(Box::new(self.making(index, chain, chain.stalest()?))))));
        self.archives.is_idle = work.is_none();
        work
    }

    pub(super) fn making(&self, index: usize, chain: &Chain, at: usize) -> Making {
        let feed = &self.feeds[index];
        let archive = &chain.archives()[at];
        Making {
            kitchen: Kitchen::of(self, index),
            channel: Channel { part: chain.part(at), ..feed.channel.clone() },
            row: archive.row.clone(),
            form: chain.form,
            down_to: chain.down_to(at).cloned(),
            next_piece: chain.next_piece(archive.row.name),
            limit: feed.config.limit,
            max_bytes: feed.config.max_bytes,
        }
    }

    fn planning(&self, index: usize, chain: &Chain) -> Option<Work> {
        let feed = &self.feeds[index];
        let (shown, _) = self.fitting(index, self.window(index), &feed.graves, Instant::MIN);
        let loose = shown.iter().take_while(|slot| chain.is_above(&slot.order)).count();
        // The newest stay in the feed alone, as when archives are cut one by one.
        let below = &shown.get((loose / 4).max(1) - 1).filter(|_| chain.gap)?.order;
        let every = cut::full(feed.config.limit);
        Some(Work::Plan(Planning { feed: feed.config.name.clone(), below: below.clone(), down_to: chain.above().cloned(), every }))
    }

    /// The rows that a plan gives, for an edition; nothing where the feed has moved on so that it must be planned anew.
    pub fn planned_rows(&mut self, planned: &Planned) -> Option<Vec<ArchiveRow>> {
        self.archives.is_idle = false;
        let index = *self.by_name.get(&planned.feed)?;
        let feed = &self.feeds[index];
        let chain = self.chain(index).filter(|chain| chain.gap)?;
        let (shown, _) = self.fitting(index, self.window(index), &feed.graves, Instant::MIN);
        let reaches = |place: &Order| shown.last().is_some_and(|last| *place <= last.order) && chain.is_above(place);
        let whole = planned.places.first().map_or_else(|| shown.len() == self.window(index).slots.len(), reaches);
        if !whole {
            return None;
        }
        let first = chain.next_name().number().max(planned.highest.saturating_add(1));
        let row = |(at, above): (usize, &Order)| ArchiveRow {
            feed: planned.feed.clone(),
            name: ArchiveName::new(first.saturating_add(u32::try_from(at).unwrap_or(u32::MAX)), 0),
            above: above.clone(),
            count: 0,
            updated: Instant::MIN,
            content: NEVER,
            form: chain.form,
            version: 0,
            stands: false,
        };
        Some(planned.places.iter().rev().enumerate().map(row).collect())
    }

    /// Takes a plan on, once its rows are committed.
    pub fn adopt_plan(&mut self, planned: &Planned, rows: Vec<ArchiveRow>) {
        let Some(&index) = self.by_name.get(&planned.feed) else { return };
        if rows.is_empty() {
            // Nothing stands below what is shown, or below what the archives hold already.
            self.window_mut(index).set_more(false);
        }
        if let Some(chain) = self.archives.chains.get_mut(&planned.feed) {
            chain.gap = false;
            for row in rows {
                chain.put(row, false);
            }
        }
        self.archives.relink.insert(planned.feed.clone());
        self.archives.is_idle = false;
    }

    /// Whether what was made is still what should stand; if so, the rows to commit before its files are placed. The row of an archive that
    /// was split, and of the one that leads to its oldest piece, are among them.
    pub fn made_rows(&mut self, made: &Made) -> Option<Vec<ArchiveRow>> {
        self.archives.is_idle = false;
        match made {
            Made::Whole { row, .. } => {
                let chain = self.archives.chains.get(&row.feed).filter(|chain| chain.form == row.form)?;
                let present = &chain.archives().get(chain.find(row.name)?)?.row;
                if present.version != row.version {
                    return None;
                }
                Some(if present == row { Vec::new() } else { vec![row.clone()] })
            }
            Made::Split { feed, of, pieces } => {
                let chain = self.archives.chains.get(feed)?;
                let at = chain.find(of.0)?;
                let present = &chain.archives()[at].row;
                if present.version != of.1 || pieces.iter().any(|piece| piece.form != chain.form) {
                    return None;
                }
                let older = at.checked_sub(1).map(|older| &chain.archives()[older].row);
                let again = |row: &ArchiveRow| ArchiveRow { version: row.version.saturating_add(1), stands: false, ..row.clone() };
                Some(pieces.iter().cloned().chain(older.into_iter().chain([present]).map(again)).collect())
            }
        }
    }

    /// Takes on rows that were committed.
    pub fn adopt_rows(&mut self, rows: Vec<ArchiveRow>) {
        self.archives.is_idle = false;
        for row in rows {
            let Some(chain) = self.archives.chains.get_mut(&row.feed) else { continue };
            chain.put(row, false);
        }
    }

    /// Takes note that an archive's files stand as a version of it is.
    pub fn archive_stands(&mut self, feed: &FeedName, name: ArchiveName, version: u64) {
        self.see_archives(feed, |chain| chain.stand(name, version));
    }

    /// Takes note that an archive's files do not stand after all.
    pub fn archive_is_lost(&mut self, feed: &FeedName, name: ArchiveName) {
        self.see_archives(feed, |chain| chain.lose(name));
    }

    fn see_archives(&mut self, feed: &FeedName, see: impl FnOnce(&mut Chain)) {
        self.archives.is_idle = false;
        if let Some(chain) = self.archives.chains.get_mut(feed) {
            let before = chain.subscription();
            see(chain);
            if chain.subscription() != before {
                self.archives.relink.insert(feed.clone());
            }
        }
    }

    /// Takes on what a batch did to archives. Their files are taken to stand until they are said not to.
    pub(in crate::publish) fn adopt_archives(&mut self, changed: Vec<cut::Changed>) {
        for cut::Changed { feed, rows, gap, .. } in changed {
            self.archives.is_idle = false;
            let Some(chain) = self.archives.chains.get_mut(&feed) else { continue };
            chain.gap = gap;
            for row in rows {
                chain.put(row, true);
            }
        }
    }

    /// Sees what of a feed's history stands nowhere once its window is filled; gives what its document says of it.
    pub(in crate::publish) fn cover(&mut self, index: usize, window: &Window, graves: &Graves, at: Instant) -> Part {
        self.know_chain(index);
        let (shown, _) = self.fitting(index, window, graves, at);
        let gap = self.chain(index).is_some_and(|chain| !chain.covers(window, shown));
        let name = self.name(index).clone();
        if let Some(chain) = self.archives.chains.get_mut(&name) {
            chain.gap = gap;
        }
        self.part(index)
    }

    /// Whether a feed's document leads to other archives than it should, so that a batch must be composed, be it an empty one.
    pub fn is_link_due(&self) -> bool {
        !self.archives.relink.is_empty()
    }

    /// How many archives are to be made, as far as is known.
    #[cfg(test)]
    pub(in crate::publish) fn archives_due(&self) -> usize {
        self.archives.chains.values().map(Chain::stale_count).sum()
    }
}
