//! What `status` counts, and lists.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::catalogue::limit;
use super::names::Keys;
use super::rows::{self, BULLETIN, ENDPOINT, Standing};
use crate::article::SourcePath;
use crate::article::{ArticleId, Bulletin, Revision, Sequence};
use crate::diagnostic::Diagnostic;
use crate::instant::Instant;
use crate::ledger::{Attempt, AuditSummary, EndpointSummary, Fault, Summary};

/// How many findings and endpoints a summary holds at most.
const MOST: i64 = 1000;

/// Feeds; one that is no more has no selection, but families' feeds lose theirs whenever they are to be made anew.
const FEEDS: &str = "SELECT count(*) FROM feed f WHERE selection <> zeroblob(16) OR EXISTS \
                     (SELECT 1 FROM family_feed m JOIN family ON family.name = m.family WHERE m.name = f.name)";

fn families(reader: &Connection) -> Result<BTreeMap<String, u64>, Fault> {
    let mut select =
        reader.prepare_cached("SELECT f.name, count(m.name) FROM family f LEFT JOIN family_feed m ON m.family = f.name GROUP BY f.name")?;
    let found = select.query_map([], |row| Ok((row.get(0)?, rows::whole(row, 1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Counts everything.
pub(super) fn summary(reader: &Connection) -> Result<Summary, Fault> {
    let mut summary = Summary {
        feeds: count(reader, FEEDS)?,
        families: families(reader)?,
        owed: count(reader, "SELECT count(*) FROM delivery INDEXED BY delivery_wake WHERE dead IS NULL")?.saturating_add(to_reach(reader)?),
        dead: count(reader, "SELECT count(*) FROM delivery WHERE dead IS NOT NULL")?,
        accepted: count(reader, "SELECT coalesce(sum(count), 0) FROM outcome WHERE outcome = 0")?,
        superseded: count(reader, "SELECT coalesce(sum(count), 0) FROM outcome WHERE outcome = 1")?,
        diagnostics: diagnostics(reader)?,
        alarms: alarms(reader)?,
        endpoints: endpoints(reader)?,
        audit: audit(reader)?,
        ..Summary::default()
    };
    // The covering index is a fifth of the table.
    let mut states = reader.prepare_cached("SELECT state, count(*) FROM article INDEXED BY article_path GROUP BY state")?;
    let mut found = states.query([])?;
    while let Some(row) = found.next()? {
        let articles = rows::whole(row, 1)?;
        match rows::standing(row.get(0)?)? {
            Standing::Live => summary.live += articles,
            Standing::Held => summary.held += articles,
            Standing::Withdrawn => summary.withdrawn += articles,
            Standing::Gone => {}
        }
    }
    Ok(summary)
}

fn count(reader: &Connection, sql: &str) -> Result<u64, Fault> {
    Ok(reader.prepare_cached(sql)?.query_row([], |row| rows::whole(row, 0))?)
}

/// How many endpoints unfinished fan-outs have yet to reach, those of stretches that are out included.
fn to_reach(reader: &Connection) -> Result<u64, Fault> {
    let mut owed = count(reader, "SELECT coalesce(sum(size), 0) FROM stretch")?;
    // Most unfinished fan-outs have not begun, and most endpoints began to count together: the audience of each is a short sum.
    let spans: Vec<(i64, Option<i64>, u64)> = {
        let mut select = reader.prepare_cached("SELECT since, until, count(*) FROM endpoint GROUP BY since, until")?;
        let found = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, rows::whole(row, 2)?)))?;
        found.collect::<Result<_, _>>()?
    };
    let mut open = reader.prepare_cached("SELECT sequence, slot, id FROM fanout WHERE claimed = 0")?;
    let mut found = open.query([])?;
    while let Some(row) = found.next()? {
        let (sequence, slot): (i64, i64) = (row.get(0)?, row.get(1)?);
        let counted = |since: i64, until: Option<i64>| since < sequence && until.is_none_or(|until| until >= sequence);
        owed += if slot < 0 {
            spans.iter().filter(|(since, until, _)| counted(*since, *until)).map(|(_, _, endpoints)| endpoints).sum::<u64>()
        } else {
            let mut rest = reader.prepare_cached(
                "SELECT count(*) FROM endpoint WHERE (slot, id) > (?2, ?3) AND since < ?1 AND (until IS NULL OR until >= ?1)",
            )?;
            rest.query_row(params![sequence, slot, row.get::<_, String>(2)?], |row| rows::whole(row, 0))?
        };
    }
    Ok(owed)
}

fn diagnostics(reader: &Connection) -> Result<Vec<Diagnostic>, Fault> {
    let mut select = reader.prepare_cached("SELECT json FROM diagnostic ORDER BY severity DESC, path, no LIMIT ?1")?;
    let mut found = select.query(params![MOST])?;
    let mut diagnostics = Vec::new();
    while let Some(row) = found.next()? {
        let json: String = row.get(0)?;
        diagnostics.push(serde_json::from_str(&json).map_err(|error| Fault::Corrupt(format!("a diagnostic: {error}")))?);
    }
    Ok(diagnostics)
}

/// The files of which something is said, in the order of paths.
pub(super) fn findings(reader: &Connection, after: Option<&SourcePath>, rows: usize) -> Result<Vec<SourcePath>, Fault> {
    let mut select = reader.prepare_cached("SELECT DISTINCT path FROM diagnostic WHERE path > ?1 ORDER BY path LIMIT ?2")?;
    let after = after.map_or(&[][..], SourcePath::as_bytes);
    let found = select.query_map(params![after, super::catalogue::limit(rows)], |row| rows::path(row, 0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn alarms(reader: &Connection) -> Result<BTreeMap<String, String>, Fault> {
    let mut select = reader.prepare_cached("SELECT name, message FROM alarm")?;
    let found = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn audit(reader: &Connection) -> Result<Option<AuditSummary>, Fault> {
    let mut select = reader.prepare_cached("SELECT at, missed FROM audit")?;
    let row = |row: &rusqlite::Row<'_>| Ok(AuditSummary { at: Instant::from_millis(row.get(0)?), missed: rows::whole(row, 1)? });
    Ok(select.query_row([], row).optional()?)
}

const ATTEMPT: &str = "e.id, t.sequence, t.at, t.took, t.status, t.error, t.number";

fn endpoints(reader: &Connection) -> Result<Vec<EndpointSummary>, Fault> {
    let mut select =
        reader.prepare_cached(&format!("SELECT {ENDPOINT}, e.no FROM endpoint e WHERE e.until IS NULL ORDER BY e.id LIMIT ?1"))?;
    let mut owed = reader.prepare_cached("SELECT count(*) FILTER (WHERE dead IS NULL), count(dead) FROM delivery WHERE endpoint = ?1")?;
    let mut last = reader.prepare_cached(&format!(
        "SELECT {ATTEMPT} FROM attempt t INDEXED BY attempt_endpoint CROSS JOIN endpoint e ON e.no = t.endpoint WHERE t.endpoint = ?1 \
         ORDER BY t.no DESC LIMIT 1"
    ))?;
    let mut found = select.query(params![MOST])?;
    let mut endpoints = Vec::new();
    while let Some(row) = found.next()? {
        let no: i64 = row.get(7)?;
        let (owed, dead) = owed.query_row(params![no], |row| Ok((rows::whole(row, 0)?, rows::whole(row, 1)?)))?;
        let last = last.query_row(params![no], |row| rows::attempt(row, 0)).optional()?;
        endpoints.push(EndpointSummary { endpoint: rows::endpoint(row, 0)?, owed, dead, last });
    }
    Ok(endpoints)
}

/// Attempts for one article, oldest first, after the first `after` of them.
pub(super) fn attempts(reader: &Connection, names: &Keys, article: &ArticleId, after: u64, rows: usize) -> Result<Vec<Attempt>, Fault> {
    let mut select = reader.prepare_cached(&format!(
        "SELECT {ATTEMPT} FROM (SELECT no FROM attempt WHERE article = ?1 ORDER BY no LIMIT ?3 OFFSET ?2) p \
         CROSS JOIN attempt t ON t.no = p.no CROSS JOIN endpoint e ON e.no = t.endpoint ORDER BY t.no"
    ))?;
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let found = select.query_map(params![names.key(article.as_str()), after, limit(rows)], |row| rows::attempt(row, 0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The bulletins of an article above a revision, oldest first.
pub(super) fn newer(
    reader: &Connection,
    names: &Keys,
    article: &ArticleId,
    than: Revision,
) -> Result<Vec<std::sync::Arc<Bulletin>>, Fault> {
    let mut select = reader.prepare_cached(&format!(
        "SELECT {BULLETIN} FROM bulletin b WHERE b.key = ?1 AND b.revision > ?2 ORDER BY b.revision, b.sequence"
    ))?;
    let found = select.query_map(params![names.key(article.as_str()), than.0], rows::bulletin)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The bulletins of a stretch of sequences, oldest first.
pub(super) fn bulletins(reader: &Connection, after: Sequence, upto: Sequence, rows: usize) -> Result<Vec<std::sync::Arc<Bulletin>>, Fault> {
    let mut select = reader.prepare_cached(&format!(
        "SELECT {BULLETIN} FROM bulletin b WHERE b.sequence > ?1 AND b.sequence <= ?2 ORDER BY b.sequence LIMIT ?3"
    ))?;
    let found = select.query_map(params![rows::sequence_column(after), rows::sequence_column(upto), limit(rows)], rows::bulletin)?;
    Ok(found.collect::<Result<_, _>>()?)
}
