//! An edition: the one transaction in which catalogue, bulletins, fan-out and feeds' rows change together.

use std::collections::HashSet;

use rusqlite::{CachedStatement, OptionalExtension, Transaction, params};

use super::archives;
use super::articles::{Articles, Stored};
use super::families;
use super::order::{self, Crowds};
use super::rows;
use super::sitemap;
use super::store::Memory;
use crate::article::{Bulletin, Sequence, SourcePath};
use crate::diagnostic::Diagnostic;
use crate::instant::Instant;
use crate::ledger::{Committed, Edition, EditionId, EntryChange, Fault, FeedRow};

/// How many editions are remembered, so that one repeated is taken once.
const REMEMBERED: i64 = 1000;

/// Takes an edition, or says what it gave when it was taken before.
pub(super) fn commit(step: &Transaction<'_>, memory: &mut Memory, edition: &Edition) -> Result<Committed, Fault> {
    if let Some(taken) = taken_before(step, edition.id)? {
        return Ok(taken);
    }
    let (sequence, latest): (i64, i64) =
        step.prepare_cached("SELECT sequence, latest FROM ledger")?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if edition.at <= Instant::from_millis(latest) {
        return Err(Fault::Stale);
    }
    put_entries(step, memory, edition)?;
    sitemap::follow(step, &memory.keys, edition)?;
    let first = sequence.saturating_add(1);
    let last = put_bulletins(step, memory, &edition.bulletins, sequence)?;
    put_feeds(step, &edition.feeds)?;
    families::put(step, edition)?;
    archives::put(step, &edition.archives)?;
    put_diagnostics(step, &edition.diagnostics)?;
    step.prepare_cached(
        "UPDATE ledger SET sequence = ?1, latest = ?2, baseline_complete = max(baseline_complete, ?3), placed = max(placed, ?4)",
    )?
    .execute(params![last, edition.at.as_millis(), edition.baseline_complete, edition.placed.unwrap_or(Instant::MIN).as_millis()])?;
    let no = step.prepare_cached("INSERT INTO edition (id, first, count) VALUES (?1, ?2, ?3)")?.insert(params![
        edition.id.0,
        first,
        last.saturating_sub(sequence)
    ])?;
    step.prepare_cached("DELETE FROM edition WHERE no <= ?1")?.execute(params![no.saturating_sub(REMEMBERED)])?;
    Ok(Committed { sequences: sequences(first, last) })
}

fn taken_before(step: &Transaction<'_>, id: EditionId) -> Result<Option<Committed>, Fault> {
    let mut known = step.prepare_cached("SELECT first, count FROM edition WHERE id = ?1")?;
    let found: Option<(i64, i64)> = known.query_row(params![id.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(found.map(|(first, count)| Committed { sequences: sequences(first, first.saturating_add(count).saturating_sub(1)) }))
}

fn sequences(first: i64, last: i64) -> Vec<Sequence> {
    (first..=last).map(|sequence| Sequence(sequence.unsigned_abs())).collect()
}

/// Writes catalogue rows in two passes: what is known is checked and gives up the links it leaves, so that two articles of one
/// edition may change links with each other; then all are written.
fn put_entries(step: &Transaction<'_>, memory: &mut Memory, edition: &Edition) -> Result<(), Fault> {
    let public = edition.entries.iter().map(|change| &change.entry).filter(|entry| entry.state.is_public());
    let crowds = Crowds::of(public.map(|entry| order::key(entry.released, entry.published)));
    let mut articles = Articles::new(step, memory, crowds)?;
    for id in &edition.forget {
        articles.forget(id)?;
    }
    let mut stored: Vec<Option<Stored>> = Vec::with_capacity(edition.entries.len());
    for EntryChange { entry, known, .. } in &edition.entries {
        stored.push(match known {
            None => None,
            Some(known) => {
                let row = articles.find(&entry.id)?.filter(|row| row.is(known)).ok_or(Fault::Stale)?;
                articles.give_up_link(&row, entry)?;
                Some(row)
            }
        });
    }
    let mut changed = HashSet::new();
    for (EntryChange { entry, source, .. }, row) in edition.entries.iter().zip(stored) {
        let Some(mut row) = row else {
            articles.add(entry, source.as_deref())?;
            continue;
        };
        // An article that stands twice in one edition moves on from where the first left it.
        if !changed.insert(&entry.id) {
            articles.finish()?;
            row = articles.find(&entry.id)?.ok_or(Fault::Stale)?;
        }
        articles.change(&row, entry, source.as_deref())?;
    }
    for tombstone in &edition.tombstones {
        articles.bury(tombstone)?;
    }
    articles.finish()
}

/// Writes bulletins with the sequences after `sequence`, and one fan-out each where anybody counts; gives the last sequence.
fn put_bulletins(step: &Transaction<'_>, memory: &Memory, bulletins: &[Bulletin], sequence: i64) -> Result<i64, Fault> {
    if bulletins.is_empty() {
        return Ok(sequence);
    }
    let counts = step.prepare_cached("SELECT 1 FROM endpoint WHERE until IS NULL LIMIT 1")?.exists([])?;
    let mut put = step.prepare_cached(
        "INSERT INTO bulletin (sequence, key, revision, kind, lane, breaking, at, id, article, feeds, data) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    let mut fan_out = step.prepare_cached("INSERT INTO fanout (sequence, lane, slot, id, claimed) VALUES (?1, ?2, -1, '', 0)")?;
    let mut sequence = sequence;
    let mut feeds = String::new();
    for bulletin in bulletins {
        sequence = sequence.saturating_add(1);
        rows::feeds_text(&bulletin.feeds, &mut feeds);
        put.execute(params![
            sequence,
            memory.keys.key(bulletin.article.as_str()),
            bulletin.revision.0,
            rows::kind_code(bulletin.kind),
            rows::lane_code(bulletin.lane),
            bulletin.breaking,
            bulletin.at.as_millis(),
            bulletin.id.as_str(),
            bulletin.article.as_str(),
            feeds,
            &*bulletin.data
        ])?;
        if counts {
            fan_out.execute(params![sequence, rows::lane_code(bulletin.lane)])?;
        }
    }
    Ok(sequence)
}

pub(super) fn put_feeds(step: &Transaction<'_>, feeds: &[FeedRow]) -> Result<(), Fault> {
    let mut put = step.prepare_cached(
        "INSERT INTO feed (name, id, updated, content, selection) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (name) DO UPDATE \
         SET id = excluded.id, updated = max(updated, excluded.updated), content = excluded.content, selection = excluded.selection",
    )?;
    for feed in feeds {
        put.execute(params![feed.name.as_str(), feed.id.as_str(), feed.updated.as_millis(), feed.content, feed.selection])?;
    }
    Ok(())
}

fn put_diagnostics(step: &Transaction<'_>, diagnostics: &[(SourcePath, Vec<Diagnostic>)]) -> Result<(), Fault> {
    // A first scan says nothing of a hundred thousand files: what is not there need not be cleared.
    let any = step.prepare_cached("SELECT 1 FROM diagnostic LIMIT 1")?.exists([])?;
    let mut clear = step.prepare_cached("DELETE FROM diagnostic WHERE path = ?1")?;
    let mut put: CachedStatement<'_> =
        step.prepare_cached("INSERT OR REPLACE INTO diagnostic (path, no, severity, json) VALUES (?1, ?2, ?3, ?4)")?;
    for (path, findings) in diagnostics {
        if any {
            clear.execute(params![path.as_bytes()])?;
        }
        for (no, finding) in findings.iter().enumerate() {
            let json = serde_json::to_string(finding).map_err(|error| Fault::Unavailable(error.to_string()))?;
            let no = i64::try_from(no).unwrap_or(i64::MAX);
            put.execute(params![path.as_bytes(), no, rows::severity_code(finding.severity), json])?;
        }
    }
    Ok(())
}
