//! Handing out work under leases: stretches of a bulletin's audience, and retries whose time has come.
//!
//! A stretch is claimed by moving its fan-out's cursor past it, so that several of one bulletin may be out at once. A lease that ran
//! out is given again with the same bounds and another token; whoever held it can no longer settle.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::catalogue::limit;
use super::rows::{self, BULLETIN, ENDPOINT};
use super::store::Memory;
use crate::article::{Bulletin, Lane, Revision};
use crate::instant::Instant;
use crate::ledger::{Audience, Claim, Claimed, Fault, LeaseToken, Retry, Stretch};

/// The lanes of bulletins, highest first.
const LANES: [Lane; 3] = [Lane::Breaking, Lane::Ordinary, Lane::Retry];

/// Claims what there is, up to what is asked for.
pub(super) fn claim(step: &Transaction<'_>, memory: &mut Memory, claim: &Claim) -> Result<Claimed, Fault> {
    memory.clock.heard(step, claim.now)?;
    let mut work = Work { step, claim, until: claim.now.plus(claim.lease), bulletins: BTreeMap::new() };
    let mut claimed = Claimed::default();
    for lane in LANES {
        let wanted = claim.stretches.get(&lane).copied().unwrap_or(0);
        let mut stretches = work.run_out(lane, wanted)?;
        work.fresh(lane, wanted, &mut stretches)?;
        stretches.sort_by_key(|stretch| stretch.bulletin.sequence);
        claimed.stretches.append(&mut stretches);
    }
    for lane in LANES {
        let wanted = claim.retries.saturating_sub(claimed.retries.len());
        claimed.retries.append(&mut work.retries(lane, wanted)?);
    }
    claimed.next_due = work.next_due()?;
    Ok(claimed)
}

struct Work<'a> {
    step: &'a Transaction<'a>,
    claim: &'a Claim,
    until: Instant,
    bulletins: BTreeMap<i64, Arc<Bulletin>>,
}

/// A place in the audience's order.
struct Cursor {
    slot: i64,
    id: String,
}

/// A stretch whose lease ran out.
struct RunOut {
    no: i64,
    sequence: i64,
    slot: i64,
    after: String,
    upto: String,
}

impl Work<'_> {
    fn floor(&self) -> i64 {
        rows::sequence_column(self.claim.floor)
    }

    fn bulletin(&mut self, sequence: i64) -> Result<Arc<Bulletin>, Fault> {
        if let Some(bulletin) = self.bulletins.get(&sequence) {
            return Ok(Arc::clone(bulletin));
        }
        let mut select = self.step.prepare_cached(&format!("SELECT {BULLETIN} FROM bulletin b WHERE b.sequence = ?1"))?;
        let bulletin = select.query_row(params![sequence], rows::bulletin).optional()?;
        let bulletin = bulletin.ok_or_else(|| Fault::Corrupt(format!("bulletin {sequence} is owed, but not there")))?;
        self.bulletins.insert(sequence, Arc::clone(&bulletin));
        Ok(bulletin)
    }

    /// Claims stretches whose lease has run out, oldest bulletin first.
    fn run_out(&mut self, lane: Lane, wanted: usize) -> Result<Vec<Stretch>, Fault> {
        let run_out: Vec<RunOut> = {
            let mut select = self.step.prepare_cached(
                "SELECT no, sequence, slot, after, upto FROM stretch WHERE lane = ?1 AND until <= ?2 AND sequence <= ?3 \
                 ORDER BY sequence, no LIMIT ?4",
            )?;
            let read = |row: &Row<'_>| {
                Ok(RunOut { no: row.get(0)?, sequence: row.get(1)?, slot: row.get(2)?, after: row.get(3)?, upto: row.get(4)? })
            };
            let found = select.query_map(params![rows::lane_code(lane), self.claim.now.as_millis(), self.floor(), limit(wanted)], read)?;
            found.collect::<Result<_, _>>()?
        };
        let mut stretches = Vec::with_capacity(run_out.len());
        for RunOut { no, sequence, slot, after, upto } in run_out {
            let bulletin = self.bulletin(sequence)?;
            let audience = {
                let mut select = self.step.prepare_cached(&format!(
                    "SELECT {ENDPOINT}, s.attempted FROM endpoint e LEFT JOIN sent s ON s.article = \
                     (SELECT key FROM bulletin WHERE sequence = ?1) AND s.endpoint = e.no \
                     WHERE e.slot = ?2 AND e.id > ?3 AND e.id <= ?4 AND e.since < ?1 AND (e.until IS NULL OR e.until >= ?1) ORDER BY e.id"
                ))?;
                let found = select.query_map(params![sequence, slot, after, upto], member)?;
                found.collect::<Result<Vec<Audience>, _>>()?
            };
            if audience.is_empty() {
                // All of them have left since; nothing of it is owed any more.
                super::settle::close_stretch(self.step, no, sequence)?;
                continue;
            }
            let token = LeaseToken(rand::random());
            self.step.prepare_cached("UPDATE stretch SET token = ?2, made = ?3, until = ?4 WHERE no = ?1")?.execute(params![
                no,
                token.0,
                self.claim.now.as_millis(),
                self.until.as_millis()
            ])?;
            stretches.push(Stretch { token, bulletin, audience });
        }
        Ok(stretches)
    }

    /// Claims new stretches of the oldest bulletins until there are as many as wanted.
    fn fresh(&mut self, lane: Lane, wanted: usize, stretches: &mut Vec<Stretch>) -> Result<(), Fault> {
        while stretches.len() < wanted {
            let open = self
                .step
                .prepare_cached(
                    "SELECT sequence, slot, id FROM fanout WHERE lane = ?1 AND claimed = 0 AND sequence <= ?2 ORDER BY sequence LIMIT 1",
                )?
                .query_row(params![rows::lane_code(lane), self.floor()], |row| {
                    Ok((row.get::<_, i64>(0)?, Cursor { slot: row.get(1)?, id: row.get(2)? }))
                })
                .optional()?;
            let Some((sequence, mut cursor)) = open else { return Ok(()) };
            let bulletin = self.bulletin(sequence)?;
            let mut all = false;
            while stretches.len() < wanted && !all {
                let (audience, last) = self.next_stretch(sequence, &cursor)?;
                all = last;
                let Some(end) = audience.last().map(|member| member.endpoint.position.clone()) else { continue };
                let slot = i64::from(end.slot);
                let after = if slot == cursor.slot { cursor.id } else { String::new() };
                let token = LeaseToken(rand::random());
                self.step
                    .prepare_cached(
                        "INSERT INTO stretch (token, sequence, lane, slot, after, upto, size, made, until) \
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                    )?
                    .execute(params![
                        token.0,
                        sequence,
                        rows::lane_code(lane),
                        slot,
                        after,
                        end.id,
                        limit(audience.len()),
                        self.claim.now.as_millis(),
                        self.until.as_millis()
                    ])?;
                cursor = Cursor { slot, id: end.id };
                stretches.push(Stretch { token, bulletin: Arc::clone(&bulletin), audience });
            }
            self.step.prepare_cached("UPDATE fanout SET slot = ?2, id = ?3, claimed = ?4 WHERE sequence = ?1")?.execute(params![
                sequence,
                cursor.slot,
                cursor.id,
                all
            ])?;
            super::settle::close_fan_out(self.step, sequence)?;
        }
        Ok(())
    }

    /// The next stretch after a place, within one slot, and whether nobody comes after it.
    fn next_stretch(&self, sequence: i64, cursor: &Cursor) -> Result<(Vec<Audience>, bool), Fault> {
        let len = self.claim.stretch_len.max(1);
        let mut select = self.step.prepare_cached(&format!(
            "SELECT {ENDPOINT}, s.attempted FROM endpoint e LEFT JOIN sent s ON s.article = \
             (SELECT key FROM bulletin WHERE sequence = ?1) AND s.endpoint = e.no \
             WHERE (e.slot, e.id) > (?2, ?3) AND e.since < ?1 AND (e.until IS NULL OR e.until >= ?1) ORDER BY e.slot, e.id LIMIT ?4"
        ))?;
        let mut found = select.query(params![sequence, cursor.slot, cursor.id, limit(len).saturating_add(1)])?;
        let mut audience: Vec<Audience> = Vec::with_capacity(len.min(1000));
        while let Some(row) = found.next()? {
            let next = member(row)?;
            let fits =
                audience.len() < len && audience.last().is_none_or(|last| last.endpoint.position.slot == next.endpoint.position.slot);
            if !fits {
                return Ok((audience, false));
            }
            audience.push(next);
        }
        Ok((audience, true))
    }

    /// Claims retries of a lane whose time has come, longest due first.
    fn retries(&mut self, lane: Lane, wanted: usize) -> Result<Vec<Retry>, Fault> {
        if wanted == 0 {
            return Ok(Vec::new());
        }
        let due: Vec<(i64, i64)> = {
            let mut select = self.step.prepare_cached(
                "SELECT endpoint, sequence FROM delivery INDEXED BY delivery_wake \
                 WHERE dead IS NULL AND lane = ?1 AND wake <= ?2 AND sequence <= ?3 ORDER BY wake LIMIT ?4",
            )?;
            let found = select
                .query_map(params![rows::lane_code(lane), self.claim.now.as_millis(), self.floor(), limit(wanted)], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?;
            found.collect::<Result<_, _>>()?
        };
        let mut retries = Vec::with_capacity(due.len());
        for (no, sequence) in due {
            let token = LeaseToken(rand::random());
            let bulletin = self.bulletin(sequence)?;
            self.step
                .prepare_cached("UPDATE delivery SET token = ?3, made = ?4, wake = ?5 WHERE endpoint = ?1 AND sequence = ?2")?
                .execute(params![no, sequence, token.0, self.claim.now.as_millis(), self.until.as_millis()])?;
            let mut select = self.step.prepare_cached(&format!(
                "SELECT {ENDPOINT}, s.attempted, d.attempts FROM delivery d CROSS JOIN endpoint e ON e.no = d.endpoint \
                 LEFT JOIN sent s ON s.article = (SELECT key FROM bulletin WHERE sequence = ?2) AND s.endpoint = e.no \
                 WHERE d.endpoint = ?1 AND d.sequence = ?2"
            ))?;
            retries.push(select.query_row(params![no, sequence], |row| {
                let Audience { endpoint, sent } = member(row)?;
                Ok(Retry { token, bulletin, endpoint, attempts: row.get(8)?, sent })
            })?);
        }
        Ok(retries)
    }

    /// When there is something to claim again: the next retry due, or the next lease to run out.
    fn next_due(&self) -> Result<Option<Instant>, Fault> {
        let mut next: Option<i64> = None;
        for lane in LANES {
            let code = rows::lane_code(lane);
            let mut wake = self.step.prepare_cached(
                "SELECT wake FROM delivery INDEXED BY delivery_wake WHERE dead IS NULL AND lane = ?1 AND sequence <= ?2 ORDER BY wake LIMIT 1",
            )?;
            let mut until =
                self.step.prepare_cached("SELECT until FROM stretch WHERE lane = ?1 AND sequence <= ?2 ORDER BY until LIMIT 1")?;
            for statement in [&mut wake, &mut until] {
                let found: Option<i64> = statement.query_row(params![code, self.floor()], |row| row.get(0)).optional()?;
                next = [next, found].into_iter().flatten().min();
            }
        }
        Ok(next.map(Instant::from_millis))
    }
}

/// An endpoint with the highest revision that it was tried with: [`ENDPOINT`], then `sent.attempted`.
fn member(row: &Row<'_>) -> rusqlite::Result<Audience> {
    Ok(Audience { endpoint: rows::endpoint(row, 0)?, sent: row.get::<_, Option<u32>>(7)?.map(Revision) })
}

/// Holds a lease until then.
pub(super) fn extend(step: &Transaction<'_>, token: LeaseToken, until: Instant) -> Result<(), Fault> {
    for sql in ["UPDATE stretch SET until = ?2 WHERE token = ?1", "UPDATE delivery SET wake = ?2 WHERE token = ?1 AND dead IS NULL"] {
        if step.prepare_cached(sql)?.execute(params![token.0, until.as_millis()])? > 0 {
            return Ok(());
        }
    }
    Err(Fault::LeaseLost)
}
