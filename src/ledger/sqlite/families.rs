//! Families' feeds and their layouts.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::rows;
use crate::article::FeedName;
use crate::ledger::{Edition, Families, FamilyFeed, Fault, Layout};

/// What the ledger has of families.
pub(super) fn families(reader: &Connection) -> Result<Families, Fault> {
    let mut select = reader.prepare_cached("SELECT name, selection FROM family")?;
    let selections = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut select = reader.prepare_cached("SELECT name, family, value FROM family_feed ORDER BY name")?;
    let found = select.query_map([], |row| Ok(FamilyFeed { name: rows::feed_name(row, 0)?, family: row.get(1)?, value: row.get(2)? }))?;
    Ok(Families { selections, feeds: found.collect::<Result<_, _>>()? })
}

/// Where a feed's entries lie in its files, where that is known.
pub(super) fn layout(reader: &Connection, feed: &FeedName) -> Result<Option<Layout>, Fault> {
    let mut select = reader.prepare_cached("SELECT json FROM layout WHERE name = ?1")?;
    let json: Option<String> = select.query_row(params![feed.as_str()], |row| row.get(0)).optional()?;
    // One that another version wrote is as good as none.
    Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
}

/// Writes what an edition says of families.
pub(super) fn put(step: &Transaction<'_>, edition: &Edition) -> Result<(), Fault> {
    if let Some(selections) = &edition.families {
        step.prepare_cached("DELETE FROM family")?.execute([])?;
        let mut put = step.prepare_cached("INSERT INTO family (name, selection) VALUES (?1, ?2)")?;
        for (name, selection) in selections {
            put.execute(params![name, selection])?;
        }
    }
    let mut put = step.prepare_cached("INSERT OR REPLACE INTO family_feed (name, family, value) VALUES (?1, ?2, ?3)")?;
    for feed in &edition.family_feeds {
        put.execute(params![feed.name.as_str(), feed.family, feed.value])?;
    }
    let mut put =
        step.prepare_cached("INSERT INTO layout (name, json) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET json = excluded.json")?;
    let mut forget = step.prepare_cached("DELETE FROM layout WHERE name = ?1")?;
    for (name, layout) in &edition.layouts {
        match layout {
            Some(layout) => {
                let json = serde_json::to_string(layout).map_err(|error| Fault::Unavailable(error.to_string()))?;
                put.execute(params![name.as_str(), json])?;
            }
            None => {
                forget.execute(params![name.as_str()])?;
            }
        }
    }
    Ok(())
}

/// Articles got other ids or dates behind the feeds' back: no family's feed is as its row says any more.
pub(super) fn mistrust(step: &Transaction<'_>) -> Result<(), Fault> {
    step.execute("DELETE FROM layout", [])?;
    step.execute("UPDATE feed SET selection = zeroblob(16) WHERE name IN (SELECT name FROM family_feed)", [])?;
    Ok(())
}
