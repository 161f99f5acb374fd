//! Moving articles about in the feeds: which rows of `member` go and which come.

use rusqlite::{CachedStatement, Transaction, params};

use super::names::{ALL, FeedNumbers, OTHERS};
use super::order::{self, Crowds};
use crate::article::{ArticleId, Entry, FeedName};
use crate::instant::Instant;
use crate::ledger::Fault;

/// Where an article stands in the feeds; nowhere while it is not public.
#[derive(PartialEq, Eq)]
pub(super) struct Place {
    /// Whether it is public.
    pub(super) public: bool,
    /// When it was released.
    pub(super) released: Instant,
    /// When it was published.
    pub(super) published: Instant,
    /// The feeds that it is in while it is public.
    pub(super) feeds: Vec<FeedName>,
}

impl Place {
    /// Where an entry stands.
    pub(super) fn of(entry: &Entry) -> Self {
        Self { public: entry.state.is_public(), feeds: entry.feeds.clone(), ..Self::nowhere(entry) }
    }

    /// Not in any feed yet.
    pub(super) const fn nowhere(entry: &Entry) -> Self {
        Self { public: false, released: entry.released, published: entry.published, feeds: Vec::new() }
    }

    fn key(&self) -> order::Key {
        order::key(self.released, self.published)
    }
}

/// A row of `member` to be.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Join {
    feed: i64,
    back: i64,
    lag: i64,
    tie: String,
    article: i64,
}

/// The statements that move articles, prepared once for an edition.
pub(super) struct Places<'step> {
    step: &'step Transaction<'step>,
    numbers: &'step mut FeedNumbers,
    crowds: Crowds,
    leave: CachedStatement<'step>,
    /// Places to take, which [`Places::finish`] writes in their order.
    joins: Vec<Join>,
}

impl<'step> Places<'step> {
    /// Prepares them.
    pub(super) fn new(step: &'step Transaction<'step>, numbers: &'step mut FeedNumbers, crowds: Crowds) -> Result<Self, Fault> {
        let leave =
            step.prepare_cached("DELETE FROM member WHERE feed = ?1 AND back = ?2 AND lag = ?3 AND tie IN ('', ?4) AND article = ?5")?;
        Ok(Self { step, numbers, crowds, leave, joins: Vec::new() })
    }

    /// Moves an article from one place to another; nothing is written where both are the same.
    pub(super) fn move_to(&mut self, no: i64, id: &ArticleId, from: &Place, to: &Place) -> Result<(), Fault> {
        if from == to {
            return Ok(());
        }
        let (old, new) = (self.numbers_of(from)?, self.numbers_of(to)?);
        let stays = from.key() == to.key();
        let (back, lag) = from.key();
        for feed in old.iter().filter(|feed| !stays || !new.contains(feed)) {
            self.leave.execute(params![feed, back, lag, id.as_str(), no])?;
        }
        let with_id = match old.first() {
            Some(&feed) if stays => order::has_id(self.step, feed, to.key(), id, no)?,
            _ if to.public => self.crowds.at(self.step, to.key())?,
            _ => false,
        };
        for &feed in new.iter().filter(|feed| !stays || !old.contains(feed)) {
            self.join(feed, to.key(), with_id.then_some(id), no);
        }
        Ok(())
    }

    /// The numbers under which an article stands: its feeds', and [`OTHERS`] if it is public but not in the feed `all`.
    fn numbers_of(&mut self, place: &Place) -> Result<Vec<i64>, Fault> {
        if !place.public {
            return Ok(Vec::new());
        }
        let mut numbers = Vec::with_capacity(place.feeds.len() + 1);
        for feed in &place.feeds {
            numbers.push(self.numbers.of(self.step, feed)?);
        }
        if !numbers.contains(&ALL) {
            numbers.push(OTHERS);
        }
        Ok(numbers)
    }

    fn join(&mut self, feed: i64, (back, lag): order::Key, tie: Option<&ArticleId>, article: i64) {
        let tie = tie.map_or_else(String::new, ToString::to_string);
        self.joins.push(Join { feed, back, lag, tie, article });
    }

    /// Writes the places taken so far, in their order, which finds their pages at hand.
    pub(super) fn finish(&mut self) -> Result<(), Fault> {
        self.joins.sort_unstable();
        let mut put =
            self.step.prepare_cached("INSERT OR REPLACE INTO member (feed, back, lag, tie, article) VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for Join { feed, back, lag, tie, article } in self.joins.drain(..) {
            put.execute(params![feed, back, lag, tie, article])?;
        }
        Ok(())
    }
}
