//! What readers ask of the catalogue and the feeds.

use std::collections::HashSet;
use std::sync::Arc;

use rusqlite::{CachedStatement, Connection, Params, Row, params};

use super::names::{ALL, Keys, OTHERS, number};
use super::order::{self, Placed};
use super::rows::{self, ENTRY, ENTRY_AND_VERSION, ENTRY_COLUMNS};
use super::sources::{self, Sources};
use crate::article::{Article, ArticleId, Entry, FeedName, Order, SourcePath, Tombstone};
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
    let mut by_id = select("a.key = ?1")?;
    let mut by_path = select("a.path = ?1")?;
    let mut by_link = select("a.link_key = ?1 AND a.state <> 7")?;
    let mut gone = select("a.link_key = ?1 AND a.state = 7")?;
    let mut past = reader.prepare_cached(&format!(
        "SELECT {ENTRY} FROM past_link p CROSS JOIN article a ON a.no = p.article WHERE p.key = ?1 AND p.link = ?2"
    ))?;
    let mut vanished = select("a.digest = ?1 AND a.state = 1")?;
    let mut found = Found::default();
    for key in keys {
        match key {
            EntryKey::Id(id) => found.add(&mut by_id, params![names.key(id.as_str())], |entry| entry.id == *id)?,
            EntryKey::Path(path) => found.add(&mut by_path, params![path.as_bytes()], |_| true)?,
            EntryKey::Link(link) => found.add(&mut by_link, params![names.key(link.as_str())], |entry| entry.link == *link)?,
            EntryKey::Gone(link) => found.add(&mut gone, params![names.key(link.as_str())], |entry| entry.link == *link)?,
            EntryKey::Past(link) => found.add(&mut past, params![names.key(link.as_str()), link.as_str()], |_| true)?,
            EntryKey::Vanished(digest) => found.add(&mut vanished, params![digest], |_| true)?,
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
    fn add(&mut self, select: &mut CachedStatement<'_>, by: impl Params, is_meant: impl Fn(&Entry) -> bool) -> Result<(), Fault> {
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

/// Last good sources, of those that are kept.
pub(super) fn sources(reader: &Connection, names: &Keys, ids: &[ArticleId]) -> Result<Vec<(ArticleId, Arc<Article>)>, Fault> {
    let mut select =
        reader.prepare_cached("SELECT s.json, a.id FROM article a CROSS JOIN source s ON s.article = a.no WHERE a.key = ?1")?;
    let mut kept = Vec::with_capacity(ids.len());
    for id in ids {
        let mut found = select.query(params![names.key(id.as_str())])?;
        while let Some(row) = found.next()? {
            if rows::article_id(row, 1)? == *id {
                let json = row.get_ref(0)?.as_str().map_err(|error| Fault::Corrupt(error.to_string()))?;
                kept.push((id.clone(), Arc::new(sources::parse(json)?)));
            }
        }
    }
    Ok(kept)
}

impl Placed for Member {
    const COLUMNS: &'static str = ENTRY_AND_VERSION;
    const COUNT: usize = ENTRY_COLUMNS + 2;

    fn read(row: &Row<'_>, reader: &Connection, sources: &Sources) -> Result<Self, Fault> {
        let article: i64 = row.get(ENTRY_COLUMNS)?;
        let version: Option<i64> = row.get(ENTRY_COLUMNS + 1)?;
        // Asked for by itself, because a joined column is read whether or not anybody looks at it.
        let json = || -> Result<String, Fault> {
            let mut select = reader.prepare_cached("SELECT json FROM source WHERE article = ?1")?;
            Ok(select.query_row(params![article], |row| row.get(0))?)
        };
        let source = version.map(|version| sources.get((article, version), json)).transpose()?;
        Ok(Self { entry: rows::entry(row)?, source })
    }

    fn id(&self) -> &ArticleId {
        &self.entry.id
    }
}

impl Placed for Entry {
    const COLUMNS: &'static str = ENTRY;
    const COUNT: usize = ENTRY_COLUMNS;

    fn read(row: &Row<'_>, _: &Connection, _: &Sources) -> Result<Self, Fault> {
        Ok(rows::entry(row)?)
    }

    fn id(&self) -> &ArticleId {
        &self.id
    }
}

/// A page of a feed, with sources.
pub(super) fn window(
    reader: &Connection,
    sources: &Sources,
    feed: &FeedName,
    after: Option<&Order>,
    rows: usize,
) -> Result<WindowPage, Fault> {
    let Some(feed) = number(reader, feed)? else { return Ok(WindowPage { members: Vec::new() }) };
    Ok(WindowPage { members: order::page(reader, sources, feed, after, rows)? })
}

/// Public articles in the feeds' order, whatever feeds they are in.
pub(super) fn live(reader: &Connection, sources: &Sources, after: Option<&Order>, rows: usize) -> Result<Vec<Entry>, Fault> {
    let mut page: Vec<Entry> = order::page(reader, sources, ALL, after, rows)?;
    let mut others = order::page(reader, sources, OTHERS, after, rows)?;
    if !others.is_empty() {
        page.append(&mut others);
        page.sort_by_cached_key(Entry::order);
        page.truncate(rows);
    }
    Ok(page)
}

/// Every feed's row, by name.
pub(super) fn feeds(reader: &Connection) -> Result<Vec<FeedRow>, Fault> {
    let mut select = reader.prepare_cached("SELECT name, id, updated, content, selection FROM feed ORDER BY name")?;
    let found = select.query_map([], rows::feed)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The tombstones of what went after an instant, the latest first.
pub(super) fn tombstones(reader: &Connection, since: Instant, rows: usize) -> Result<Vec<Tombstone>, Fault> {
    let mut select = reader.prepare_cached(
        "SELECT a.id, t.at, t.reason, t.feeds FROM tombstone t CROSS JOIN article a ON a.no = t.article WHERE t.at > ?1 \
         ORDER BY t.at DESC, t.article LIMIT ?2",
    )?;
    let found = select.query_map(params![since.as_millis(), limit(rows)], rows::tombstone)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The ledger's scalars.
pub(super) fn state(reader: &Connection) -> Result<LedgerState, Fault> {
    let mut select = reader.prepare_cached("SELECT sequence, latest, baseline_complete, created, placed FROM ledger")?;
    Ok(select.query_row([], |row| {
        Ok(LedgerState {
            sequence: crate::article::Sequence(rows::whole(row, 0)?),
            latest: Instant::from_millis(row.get(1)?),
            baseline_complete: row.get(2)?,
            placed: Instant::from_millis(row.get(4)?),
            created: Instant::from_millis(row.get(3)?),
        })
    })?)
}
