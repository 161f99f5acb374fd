//! What was counted of feeds' readers.

use rusqlite::{Connection, Transaction, params};

use crate::ledger::{Fault, FeedAudience};

/// Keeps counts in the place of those of the same feed and day.
pub(super) fn put(step: &Transaction<'_>, counted: &[FeedAudience], since: i64) -> Result<(), Fault> {
    let mut put = step.prepare_cached(
        "INSERT INTO audience (day, feed, counts) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET counts = excluded.counts",
    )?;
    for one in counted {
        let json = serde_json::to_string(one).map_err(|error| Fault::Unavailable(error.to_string()))?;
        put.execute(params![one.day, one.feed.as_str(), json])?;
    }
    step.prepare_cached("DELETE FROM audience WHERE day < ?1")?.execute(params![since])?;
    Ok(())
}

/// The counts from a day on.
pub(super) fn audience(reader: &Connection, since: i64) -> Result<Vec<FeedAudience>, Fault> {
    let mut select = reader.prepare_cached("SELECT counts FROM audience WHERE day >= ?1 ORDER BY day, feed")?;
    let mut found = select.query(params![since])?;
    let mut counted = Vec::new();
    while let Some(row) = found.next()? {
        let json = row.get_ref(0)?.as_str().map_err(|error| Fault::Corrupt(error.to_string()))?;
        counted.push(serde_json::from_str(json).map_err(|error| Fault::Corrupt(format!("a feed's audience: {error}")))?);
    }
    Ok(counted)
}
