//! Where feeds' histories are cut: the rows of `archive`, and places in a feed's order.

use rusqlite::{Connection, Row, Transaction, params};

use super::names::number;
use super::order::{self, Placed};
use super::rows;
use super::sources::Sources;
use crate::article::{ArchiveName, ArticleId, FeedName, Order};
use crate::instant::Instant;
use crate::ledger::{ArchiveRow, Fault};

/// How many places are looked at between two.
const PAGE: usize = 2_000;

/// Every archive of every feed.
pub(super) fn all(reader: &Connection) -> Result<Vec<ArchiveRow>, Fault> {
    let mut select = reader.prepare_cached(
        "SELECT feed, number, piece, released, published, article, count, updated, content, form, version, stands FROM archive \
         ORDER BY feed, number, piece",
    )?;
    let found = select.query_map([], |row| {
        Ok(ArchiveRow {
            feed: rows::feed_name(row, 0)?,
            name: ArchiveName::new(row.get(1)?, row.get(2)?),
            above: Order::new(Instant::from_millis(row.get(3)?), Instant::from_millis(row.get(4)?), rows::article_id(row, 5)?),
            count: row.get(6)?,
            updated: Instant::from_millis(row.get(7)?),
            content: row.get(8)?,
            form: row.get(9)?,
            version: rows::whole(row, 10)?,
            stands: row.get(11)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Writes rows, new or in the place of what was there.
pub(super) fn put(step: &Transaction<'_>, archives: &[ArchiveRow]) -> Result<(), Fault> {
    if archives.is_empty() {
        return Ok(());
    }
    let mut put = step.prepare_cached(
        "INSERT OR REPLACE INTO archive (feed, number, piece, released, published, article, count, updated, content, form, version, stands) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    for row in archives {
        put.execute(params![
            row.feed.as_str(),
            row.name.number(),
            row.name.piece_number(),
            row.above.released().as_millis(),
            row.above.published().as_millis(),
            row.above.id().as_str(),
            row.count,
            row.updated.as_millis(),
            row.content,
            row.form,
            version(row.version),
            row.stands
        ])?;
    }
    Ok(())
}

/// Notes which archives stand in these versions; one that moved on meanwhile is passed over.
pub(super) fn stand(step: &Transaction<'_>, archives: &[(FeedName, ArchiveName, u64)]) -> Result<(), Fault> {
    let mut mark = step.prepare_cached("UPDATE archive SET stands = 1 WHERE feed = ?1 AND number = ?2 AND piece = ?3 AND version = ?4")?;
    for (feed, name, of) in archives {
        mark.execute(params![feed.as_str(), name.number(), name.piece_number(), version(*of)])?;
    }
    Ok(())
}

fn version(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

/// A place alone, without whose it is being looked at further.
struct Standing(Order);

impl Placed for Standing {
    const COLUMNS: &'static str = "a.released, a.published, a.id";
    const COUNT: usize = 3;

    fn read(row: &Row<'_>, _: &Connection, _: &Sources) -> Result<Self, Fault> {
        Ok(Self(Order::new(Instant::from_millis(row.get(0)?), Instant::from_millis(row.get(1)?), rows::article_id(row, 2)?)))
    }

    fn id(&self) -> &ArticleId {
        self.0.id()
    }
}

/// Every so-many-th place of a feed after one, up to and with another.
pub(super) fn places(
    reader: &Connection,
    sources: &Sources,
    feed: &FeedName,
    after: Option<Order>,
    until: Option<&Order>,
    every: usize,
) -> Result<Vec<Order>, Fault> {
    let mut places = Vec::new();
    let Some(feed) = number(reader, feed)? else { return Ok(places) };
    let (mut after, mut passed) = (after, 0);
    loop {
        let page: Vec<Standing> = order::page(reader, sources, feed, after.as_ref(), PAGE)?;
        let full = page.len() == PAGE;
        after = page.last().map(|last| last.0.clone());
        for Standing(place) in page {
            if until.is_some_and(|until| place > *until) {
                return Ok(places);
            }
            passed += 1;
            if passed == every.max(1) {
                places.push(place);
                passed = 0;
            }
        }
        if !full {
            return Ok(places);
        }
    }
}
