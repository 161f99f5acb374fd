//! What goes when it is old, and what is owed once more.

use rusqlite::{OptionalExtension, Transaction, params};

use super::catalogue::limit;
use super::names::slot;
use super::rows;
use super::store::Memory;
use crate::article::Sequence;
use crate::instant::Instant;
use crate::ledger::{Fault, Prune};

/// Removes attempts, tombstones, bulletins that are owed to no one, and what hangs on them; at most so many rows.
pub(super) fn prune(step: &Transaction<'_>, prune: &Prune) -> Result<u64, Fault> {
    let before = prune.before.as_millis();
    let mut gone = delete(
        step,
        "DELETE FROM attempt WHERE no IN (SELECT no FROM attempt WHERE no <= (SELECT min(no) FROM attempt) + ?2 AND at < ?1 ORDER BY no LIMIT ?2)",
        before,
        prune.limit,
    )?;
    gone += delete(
        step,
        "DELETE FROM tombstone WHERE article IN (SELECT article FROM tombstone WHERE at < ?1 ORDER BY at LIMIT ?2)",
        before,
        prune.limit.saturating_sub(gone),
    )?;
    let candidates: Vec<(i64, i64, bool)> = {
        // A bulletin stays while an older one of its article is owed: it may supersede that.
        let mut select = step.prepare_cached(
            "SELECT b.sequence, b.key, b.kind = 2 AND NOT EXISTS (SELECT 1 FROM bulletin n WHERE n.key = b.key AND n.revision > b.revision) \
             FROM bulletin b WHERE b.at < ?1 AND NOT EXISTS (SELECT 1 FROM bulletin o WHERE o.key = b.key AND o.revision <= b.revision \
             AND (EXISTS (SELECT 1 FROM fanout f WHERE f.sequence = o.sequence) \
             OR EXISTS (SELECT 1 FROM delivery d WHERE d.sequence = o.sequence AND d.dead IS NULL))) ORDER BY b.at, b.sequence LIMIT ?2",
        )?;
        let found = select.query_map(params![before, limit(prune.limit)], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        found.collect::<Result<_, _>>()?
    };
    for (sequence, key, last_withdrawal) in candidates {
        if gone >= prune.limit {
            break;
        }
        // Nothing more will be withdrawn from those it was sent to.
        if last_withdrawal {
            gone += delete(
                step,
                "DELETE FROM sent WHERE article = ?1 AND endpoint IN (SELECT endpoint FROM sent WHERE article = ?1 LIMIT ?2)",
                key,
                prune.limit - gone,
            )?;
        }
        gone += delete(
            step,
            "DELETE FROM delivery WHERE sequence = ?1 AND endpoint IN (SELECT endpoint FROM delivery WHERE sequence = ?1 LIMIT ?2)",
            sequence,
            prune.limit.saturating_sub(gone),
        )?;
        if gone < prune.limit {
            gone += delete(step, "DELETE FROM bulletin WHERE sequence = ?1 AND ?2 > 0", sequence, 1)?;
            delete(step, "DELETE FROM outcome WHERE sequence = ?1 AND ?2 > 0", sequence, 1)?;
        }
    }
    Ok(u64::try_from(gone).unwrap_or(u64::MAX))
}

fn delete(step: &Transaction<'_>, sql: &str, by: i64, rows: usize) -> Result<usize, Fault> {
    Ok(step.prepare_cached(sql)?.execute(params![by, limit(rows)])?)
}

/// Owes an endpoint's dead deliveries above a sequence once more, due at once and with the whole retry schedule before them. Nothing
/// is owed to one that is retired or disabled.
pub(super) fn replay(step: &Transaction<'_>, memory: &Memory, endpoint: &str, after: Sequence) -> Result<u64, Fault> {
    let found: Option<(i64, i64)> = step
        .prepare_cached("SELECT no, since FROM endpoint WHERE slot = ?1 AND id = ?2 AND until IS NULL AND disabled IS NULL")?
        .query_row(params![slot(endpoint), endpoint], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((no, since)) = found else { return Ok(0) };
    let owed = step
        .prepare_cached(
            "UPDATE delivery SET dead = NULL, attempts = 0, token = NULL, wake = min(wake, ?3), made = min(wake, ?3) \
             WHERE endpoint = ?1 AND sequence > ?2 AND dead IS NOT NULL",
        )?
        .execute(params![no, since.max(rows::sequence_column(after)), memory.clock.latest().as_millis()])?;
    Ok(u64::try_from(owed).unwrap_or(u64::MAX))
}

/// Takes note of an audit.
pub(super) fn audited(step: &Transaction<'_>, at: Instant, missed: u64) -> Result<(), Fault> {
    step.prepare_cached(
        "INSERT INTO audit (one, at, missed) VALUES (1, ?1, ?2) \
         ON CONFLICT DO UPDATE SET at = excluded.at, missed = missed + excluded.missed",
    )?
    .execute(params![at.as_millis(), i64::try_from(missed).unwrap_or(i64::MAX)])?;
    Ok(())
}

/// Raises or clears an alarm.
pub(super) fn alarm(step: &Transaction<'_>, name: &str, message: Option<&str>) -> Result<(), Fault> {
    match message {
        Some(message) => step
            .prepare_cached("INSERT INTO alarm (name, message) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET message = excluded.message")?
            .execute(params![name, message])?,
        None => step.prepare_cached("DELETE FROM alarm WHERE name = ?1")?.execute(params![name])?,
    };
    Ok(())
}
