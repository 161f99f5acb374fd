//! What readers ask of the catalogue and the feeds.

use std::collections::HashSet;
use std::sync::Arc;

use rusqlite::{Connection, Params, Row, params};

use super::articles::member_key;
use super::names::{EVERY, Keys, number};
use super::rows::{self, ENTRY, ENTRY_COLUMNS};
use crate::article::{Article, ArticleId, Entry, FeedName, Order, SourcePath};
use crate::instant::Instant;
use crate::ledger::{CatalogueRow, EntryKey, Fault, FeedRow, LedgerState, Member, WindowPage};

/// A limit as SQLite takes it.
pub(super) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// A page of the catalogue in the order of paths. Rows that share a path are never parted, so that the next page can begin after it.
pub(super) fn catalogue(reader: &Connection, after: Option<&SourcePath>, rows: usize) -> Result<Vec<CatalogueRow>, Fault> {
    const COLUMNS: &str = "path, id, device, inode, size, modified, changed, has_source, state";
    let mut page: Vec<CatalogueRow> = Vec::with_capacity(rows.min(10_000));
    let mut select =
        reader.prepare_cached(&format!("SELECT {COLUMNS} FROM article INDEXED BY article_path WHERE path > ?1 ORDER BY path"))?;
    let mut found = select.query(params![after.map_or(&[][..], SourcePath::as_bytes)])?;
    while let Some(row) = found.next()? {
        let next = rows::catalogue(row)?;
        if page.len() >= rows && page.last().is_none_or(|last| last.path != next.path) {
            break;
        }
        page.push(next);
    }
    Ok(page)
}

/// The entries that any of the keys name, each once.
pub(super) fn entries(reader: &Connection, names: &Keys, keys: &[EntryKey]) -> Result<Vec<Entry>, Fault> {
    let select = |of: &str| reader.prepare_cached(&format!("SELECT {ENTRY} FROM article a WHERE {of}"));
    let mut found = Found::default();
    for key in keys {
        match key {
            EntryKey::Id(id) => found.add(select("a.key = ?1")?, params![names.key(id.as_str())], |entry| entry.id == *id)?,
            EntryKey::Path(path) => found.add(select("a.path = ?1")?, params![path.as_bytes()], |_| true)?,
            EntryKey::Link(link) => {
                found.add(select("a.link_key = ?1")?, params![names.key(link.as_str())], |entry| entry.link == *link)?
            }
            EntryKey::Vanished(digest) => found.add(select("a.digest = ?1 AND a.state = 1")?, params![digest], |_| true)?,
        }
    }
    Ok(found.entries)
}

/// Entries by several keys, each once.
#[derive(Default)]
struct Found {
    entries: Vec<Entry>,
    ids: HashSet<ArticleId>,
}

impl Found {
    fn add(&mut self, mut select: rusqlite::CachedStatement<'_>, by: impl Params, is_meant: impl Fn(&Entry) -> bool) -> Result<(), Fault> {
        let mut found = select.query(by)?;
        while let Some(row) = found.next()? {
            let entry = rows::entry(row)?;
            if is_meant(&entry) && self.ids.insert(entry.id.clone()) {
                self.entries.push(entry);
            }
        }
        Ok(())
    }
}

/// The entries whose time has come, earliest first, and when the next one's does.
pub(super) fn due(reader: &Connection, now: Instant, rows: usize) -> Result<(Vec<Entry>, Option<Instant>), Fault> {
    let mut select = reader
        .prepare_cached(&format!("SELECT {ENTRY} FROM article a INDEXED BY article_due WHERE a.due IS NOT NULL ORDER BY a.due, a.no"))?;
    let mut found = select.query([])?;
    let mut entries = Vec::new();
    while let Some(row) = found.next()? {
        let at = Instant::from_millis(row.get(16)?);
        if at > now || entries.len() >= rows {
            return Ok((entries, Some(at)));
        }
        entries.push(rows::entry(row)?);
    }
    Ok((entries, None))
}

fn source(row: &Row<'_>, column: usize) -> Result<Option<Arc<Article>>, Fault> {
    let json = row.get_ref(column)?.as_str_or_null().map_err(|error| Fault::Corrupt(error.to_string()))?;
    json.map(|json| serde_json::from_str(json).map(Arc::new)).transpose().map_err(|error| Fault::Corrupt(format!("a source: {error}")))
}

/// Last good sources, of those that are kept.
pub(super) fn sources(reader: &Connection, names: &Keys, ids: &[ArticleId]) -> Result<Vec<(ArticleId, Arc<Article>)>, Fault> {
    let mut select =
        reader.prepare_cached("SELECT s.json, a.id FROM article a CROSS JOIN source s ON s.article = a.no WHERE a.key = ?1")?;
    let mut kept = Vec::with_capacity(ids.len());
    for id in ids {
        let mut found = select.query(params![names.key(id.as_str())])?;
        while let Some(row) = found.next()? {
            if let Some(source) = source(row, 0)?
                && rows::article_id(row, 1)? == *id
            {
                kept.push((id.clone(), source));
            }
        }
    }
    Ok(kept)
}

/// The place after which a page begins, as the three columns of `member`'s key; before all where there is none.
fn place(after: Option<&Order>) -> (i64, i64, &str) {
    after.map_or((i64::MIN, i64::MIN, ""), |order| {
        let (back, lag) = member_key(order.released(), order.published());
        (back, lag, order.id().as_str())
    })
}

/// A page of a feed, with sources.
pub(super) fn window(reader: &Connection, feed: &FeedName, after: Option<&Order>, rows: usize) -> Result<WindowPage, Fault> {
    let Some(feed) = number(reader, feed)? else { return Ok(WindowPage { members: Vec::new() }) };
    let mut select = reader.prepare_cached(&format!(
        "SELECT {ENTRY}, s.json FROM member m CROSS JOIN article a ON a.no = m.article LEFT JOIN source s ON s.article = m.article \
         WHERE m.feed = ?1 AND (m.back, m.lag, m.id) > (?2, ?3, ?4) ORDER BY m.back, m.lag, m.id LIMIT ?5"
    ))?;
    let (back, lag, id) = place(after);
    let mut found = select.query(params![feed, back, lag, id, limit(rows)])?;
    let mut members = Vec::with_capacity(rows.min(1000));
    while let Some(row) = found.next()? {
        members.push(Member { entry: rows::entry(row)?, source: source(row, ENTRY_COLUMNS)? });
    }
    Ok(WindowPage { members })
}

/// Public articles in the feeds' order, whatever feeds they are in.
pub(super) fn live(reader: &Connection, after: Option<&Order>, rows: usize) -> Result<Vec<Entry>, Fault> {
    let mut select = reader.prepare_cached(&format!(
        "SELECT {ENTRY} FROM member m CROSS JOIN article a ON a.no = m.article \
         WHERE m.feed = ?1 AND (m.back, m.lag, m.id) > (?2, ?3, ?4) ORDER BY m.back, m.lag, m.id LIMIT ?5"
    ))?;
    let (back, lag, id) = place(after);
    let found = select.query_map(params![EVERY, back, lag, id, limit(rows)], rows::entry)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Every feed's row, by name.
pub(super) fn feeds(reader: &Connection) -> Result<Vec<FeedRow>, Fault> {
    let mut select = reader.prepare_cached("SELECT name, id, updated, content, selection FROM feed ORDER BY name")?;
    let found = select.query_map([], rows::feed)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The ledger's scalars.
pub(super) fn state(reader: &Connection) -> Result<LedgerState, Fault> {
    let mut select = reader.prepare_cached("SELECT sequence, latest, baseline_complete, created FROM ledger")?;
    Ok(select.query_row([], |row| {
        Ok(LedgerState {
            sequence: crate::article::Sequence(rows::whole(row, 0)?),
            latest: Instant::from_millis(row.get(1)?),
            baseline_complete: row.get(2)?,
            created: Instant::from_millis(row.get(3)?),
        })
    })?)
}
