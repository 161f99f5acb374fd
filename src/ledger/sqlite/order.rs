//! Feeds in their order: who stands where, and pages of it.
//!
//! The order is by release, then publication, then id. Nearly every article has an instant of its own, so the key of `member` holds
//! its id (`tie`) only where many share one: an old archive dated by the day, say. With whole ids in every key, each edition of a
//! first scan would dirty four times as many pages. Those of an instant without their ids in the key are few, and are put in order as
//! they are read.

use std::collections::HashMap;
use std::mem;

use rusqlite::{Connection, Row, Transaction, params};

use super::names::{ALL, OTHERS};
use super::sources::Sources;
use crate::article::{ArticleId, Order};
use crate::instant::Instant;
use crate::ledger::Fault;

/// So many articles of one instant in one edition are a crowd.
const CROWD: u32 = 32;

/// So many are worth a look at how many there are already.
const WORTH_A_LOOK: u32 = 8;

/// So many of one instant may stand without their ids in the key before the next one is a crowd.
const FEW: i64 = 64;

/// `back` and `lag` of the table `member`: both rise as the order goes on.
pub(super) type Key = (i64, i64);

/// The key of an article with these dates.
pub(super) fn key(released: Instant, published: Instant) -> Key {
    (-released.as_millis(), released.as_millis() - published.as_millis())
}

/// Which instants of an edition are crowds.
pub(super) struct Crowds {
    /// How many of the edition's new places each instant has.
    places: HashMap<Key, u32>,
    /// Whether the edition is so small that every instant is worth a look.
    few: bool,
    known: HashMap<Key, bool>,
}

impl Crowds {
    /// Of an edition with these places.
    pub(super) fn of(places: impl Iterator<Item = Key>) -> Self {
        let mut counts: HashMap<Key, u32> = HashMap::new();
        let mut all = 0;
        for key in places {
            *counts.entry(key).or_default() += 1;
            all += 1;
        }
        Self { places: counts, few: all < CROWD, known: HashMap::new() }
    }

    /// Whether an article at this place needs its id in the key.
    pub(super) fn at(&mut self, step: &Transaction<'_>, key: Key) -> Result<bool, Fault> {
        let here = self.places.get(&key).copied().unwrap_or(0);
        if here >= CROWD {
            return Ok(true);
        }
        if here < WORTH_A_LOOK && !self.few {
            return Ok(false);
        }
        if let Some(&crowd) = self.known.get(&key) {
            return Ok(crowd);
        }
        let there: i64 = step
            .prepare_cached(
                "SELECT count(*) FROM (SELECT 1 FROM member WHERE feed IN (?1, ?2) AND back = ?3 AND lag = ?4 AND tie = '' LIMIT ?5)",
            )?
            .query_row(params![ALL, OTHERS, key.0, key.1, FEW], |row| row.get(0))?;
        self.known.insert(key, there >= FEW);
        Ok(there >= FEW)
    }
}

/// Whether an article that stands in a feed has its id in the key; its places in all feeds agree.
pub(super) fn has_id(step: &Transaction<'_>, feed: i64, key: Key, id: &ArticleId, article: i64) -> Result<bool, Fault> {
    let mut select =
        step.prepare_cached("SELECT 1 FROM member WHERE feed = ?1 AND back = ?2 AND lag = ?3 AND tie = ?4 AND article = ?5")?;
    Ok(select.exists(params![feed, key.0, key.1, id.as_str(), article])?)
}

/// Something that stands in a feed.
pub(super) trait Placed: Sized {
    /// The columns it is read from, of `member m`, `article a` and `source s`.
    const COLUMNS: &'static str;
    /// How many columns that is.
    const COUNT: usize;

    /// Reads it from the columns from the first.
    fn read(row: &Row<'_>, reader: &Connection, sources: &Sources) -> Result<Self, Fault>;

    /// Whose place it is.
    fn id(&self) -> &ArticleId;
}

/// A page of a feed after a place.
pub(super) fn page<T: Placed>(
    reader: &Connection,
    sources: &Sources,
    feed: i64,
    after: Option<&Order>,
    limit: usize,
) -> Result<Vec<T>, Fault> {
    let from = format!(
        "SELECT {}, m.back, m.lag, m.tie FROM member m CROSS JOIN article a ON a.no = m.article LEFT JOIN source s ON s.article = m.article",
        T::COLUMNS
    );
    let mut walk = Walk { page: Vec::with_capacity(limit.min(1000)), limit, at: (i64::MIN, i64::MIN), without_id: Vec::new() };
    let mut start = "";
    if let Some(order) = after {
        walk.at = key(order.released(), order.published());
        start = order.id().as_str();
        let sql = format!("{from} WHERE m.feed = ?1 AND m.back = ?2 AND m.lag = ?3 AND m.tie = ''");
        let mut select = reader.prepare_cached(&sql)?;
        let mut found = select.query(params![feed, walk.at.0, walk.at.1])?;
        while let Some(row) = found.next()? {
            let placed = T::read(row, reader, sources)?;
            if placed.id().as_str() > start {
                walk.without_id.push(placed);
            }
        }
        walk.without_id.sort_unstable_by(|a, b| b.id().cmp(a.id()));
    }
    let mut select = reader
        .prepare_cached(&format!("{from} WHERE m.feed = ?1 AND (m.back, m.lag, m.tie) > (?2, ?3, ?4) ORDER BY m.back, m.lag, m.tie"))?;
    let mut found = select.query(params![feed, walk.at.0, walk.at.1, start])?;
    while let Some(row) = found.next()? {
        let key = (row.get(T::COUNT)?, row.get(T::COUNT + 1)?);
        if key != walk.at {
            walk.end_instant();
            if walk.is_full() {
                break;
            }
            walk.at = key;
        }
        let has_id = !row.get_ref(T::COUNT + 2)?.as_str().map_err(|error| Fault::Corrupt(error.to_string()))?.is_empty();
        walk.take(T::read(row, reader, sources)?, has_id);
        if has_id && walk.is_full() {
            break;
        }
    }
    walk.end_instant();
    Ok(walk.page)
}

/// A page as it grows.
struct Walk<T> {
    page: Vec<T>,
    limit: usize,
    /// The instant that is being walked through.
    at: Key,
    /// Those of this instant whose id is not in the key, last first once the first with its id has come; they all come before those.
    without_id: Vec<T>,
}

impl<T: Placed> Walk<T> {
    fn is_full(&self) -> bool {
        self.page.len() >= self.limit
    }

    fn take(&mut self, placed: T, has_id: bool) {
        if has_id {
            self.without_id.sort_unstable_by(|a, b| b.id().cmp(a.id()));
            while let Some(earlier) = self.without_id.pop_if(|earlier| earlier.id() < placed.id()) {
                self.page.push(earlier);
            }
            self.page.push(placed);
        } else {
            self.without_id.push(placed);
        }
    }

    fn end_instant(&mut self) {
        let mut rest = mem::take(&mut self.without_id);
        rest.sort_unstable_by(|a, b| a.id().cmp(b.id()));
        self.page.append(&mut rest);
        self.page.truncate(self.limit);
    }
}
