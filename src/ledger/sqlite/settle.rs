//! Writing down what was done under a lease, whole or not at all.

use std::collections::HashMap;

use rusqlite::{CachedStatement, OptionalExtension, Row, Transaction, params};

use super::endpoints::{RETIRED, give_up};
use super::names::slot;
use super::store::Memory;
use crate::instant::Instant;
use crate::ledger::{Attempt, Delivery, Fault, LeaseToken, Outcome, Settlement};

/// Longest text that is kept of an error or a reason, in characters.
const LONGEST: usize = 500;

/// The work that a lease is on.
enum Leased {
    /// A stretch, by its number.
    Stretch(i64),
    /// A delivery with a row of its own, by its endpoint's number.
    Retry(i64),
}

/// A bulletin as far as settling needs it.
struct Owed {
    sequence: i64,
    key: i64,
    revision: u32,
    lane: i64,
}

/// An endpoint as far as settling needs it.
struct Receiver {
    no: i64,
    /// Why nothing more is owed to it, where that is so.
    over: Option<String>,
}

/// Settles a stretch or a retry.
pub(super) fn settle(step: &Transaction<'_>, memory: &mut Memory, settlement: &Settlement) -> Result<(), Fault> {
    memory.clock.heard(step, settlement.now)?;
    let (leased, owed) = leased(step, settlement.token)?.ok_or(Fault::LeaseLost)?;
    for (endpoint, reason) in &settlement.disable {
        disable(step, memory, endpoint, reason, settlement.now)?;
    }
    let mut book = Book::new(step, &owed, settlement.now)?;
    match leased {
        Leased::Stretch(no) => {
            let receivers = book.receivers(no)?;
            for delivery in &settlement.deliveries {
                // Who is not of this stretch is another lease's business.
                if let Some(receiver) = receivers.get(&delivery.endpoint) {
                    book.write(receiver, delivery, None)?;
                }
            }
            close_stretch(step, no, owed.sequence)?;
        }
        Leased::Retry(endpoint) => book.again(endpoint, &settlement.deliveries)?,
    }
    book.count()
}

fn leased(step: &Transaction<'_>, token: LeaseToken) -> Result<Option<(Leased, Owed)>, Fault> {
    let stretch = step
        .prepare_cached(
            "SELECT s.no, b.sequence, b.key, b.revision, b.lane FROM stretch s \
             CROSS JOIN bulletin b ON b.sequence = s.sequence WHERE s.token = ?1",
        )?
        .query_row(params![token.0], |row| {
            let owed = Owed { sequence: row.get(1)?, key: row.get(2)?, revision: row.get(3)?, lane: row.get(4)? };
            Ok((Leased::Stretch(row.get(0)?), owed))
        })
        .optional()?;
    if stretch.is_some() {
        return Ok(stretch);
    }
    let retry = step
        .prepare_cached(
            "SELECT d.endpoint, b.sequence, b.key, b.revision, b.lane FROM delivery d \
             CROSS JOIN bulletin b ON b.sequence = d.sequence WHERE d.token = ?1",
        )?
        .query_row(params![token.0], |row| {
            let owed = Owed { sequence: row.get(1)?, key: row.get(2)?, revision: row.get(3)?, lane: row.get(4)? };
            Ok((Leased::Retry(row.get(0)?), owed))
        })
        .optional()?;
    Ok(retry)
}

fn disable(step: &Transaction<'_>, memory: &Memory, endpoint: &str, reason: &str, now: Instant) -> Result<(), Fault> {
    let reason = shortened(reason);
    let found: Option<i64> = step
        .prepare_cached("SELECT no FROM endpoint WHERE slot = ?1 AND id = ?2")?
        .query_row(params![slot(endpoint), endpoint], |row| row.get(0))
        .optional()?;
    let Some(no) = found else { return Ok(()) };
    step.prepare_cached("UPDATE endpoint SET disabled = ?2, disabled_at = ?3 WHERE no = ?1 AND disabled IS NULL")?.execute(params![
        no,
        reason,
        now.as_millis()
    ])?;
    give_up(step, memory, no, &reason)
}

/// What is written of one bulletin's deliveries, with the statements that every delivery needs.
struct Book<'a> {
    step: &'a Transaction<'a>,
    owed: &'a Owed,
    now: Instant,
    counts: HashMap<i64, i64>,
    attempt: CachedStatement<'a>,
    sent: CachedStatement<'a>,
}

/// How deliveries end without leaving a row, as `outcome` counts them.
const ACCEPTED: i64 = 0;
const SUPERSEDED: i64 = 1;
const FILTERED: i64 = 2;

impl<'a> Book<'a> {
    fn new(step: &'a Transaction<'a>, owed: &'a Owed, now: Instant) -> Result<Self, Fault> {
        Ok(Self {
            step,
            owed,
            now,
            counts: HashMap::new(),
            attempt: step.prepare_cached(
                "INSERT INTO attempt (article, endpoint, sequence, at, took, status, error, number) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?,
            sent: step.prepare_cached(
                "INSERT INTO sent (article, endpoint, attempted, accepted) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE \
                 SET attempted = max(attempted, excluded.attempted), accepted = max(accepted, excluded.accepted)",
            )?,
        })
    }

    /// An endpoint in the columns no, since, until, disabled.
    fn receiver(&self, row: &Row<'_>) -> rusqlite::Result<Receiver> {
        let (since, until): (i64, Option<i64>) = (row.get(1)?, row.get(2)?);
        let counts = until.is_none() && since < self.owed.sequence;
        Ok(Receiver { no: row.get(0)?, over: if counts { row.get(3)? } else { Some(RETIRED.to_owned()) } })
    }

    /// The members of a stretch by id.
    fn receivers(&self, stretch: i64) -> Result<HashMap<String, Receiver>, Fault> {
        let mut select = self.step.prepare_cached(
            "SELECT e.no, e.since, e.until, e.disabled, e.id FROM stretch s CROSS JOIN endpoint e \
             ON e.slot = s.slot AND e.id > s.after AND e.id <= s.upto WHERE s.no = ?1",
        )?;
        let found = select.query_map(params![stretch], |row| Ok((row.get(4)?, self.receiver(row)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Writes down what became of a retry; one that was given back undone is due again at once.
    fn again(&mut self, endpoint: i64, deliveries: &[Delivery]) -> Result<(), Fault> {
        let (receiver, attempts) = self
            .step
            .prepare_cached(
                "SELECT e.no, e.since, e.until, e.disabled, d.attempts FROM endpoint e CROSS JOIN delivery d ON d.endpoint = e.no \
                 WHERE e.no = ?1 AND d.sequence = ?2",
            )?
            .query_row(params![endpoint, self.owed.sequence], |row| Ok((self.receiver(row)?, row.get(4)?)))
            .optional()?
            .ok_or_else(|| Fault::Corrupt(format!("endpoint {endpoint} is owed something, but not there")))?;
        match deliveries.first() {
            Some(delivery) => self.write(&receiver, delivery, Some(attempts)),
            None => self.put(&receiver, attempts, self.now, None),
        }
    }

    /// Writes down one delivery. `before`: how many attempts its row has counted, where it has a row.
    fn write(&mut self, receiver: &Receiver, delivery: &Delivery, before: Option<u32>) -> Result<(), Fault> {
        if let Some(attempt) = &delivery.attempt {
            self.attempt(receiver, attempt)?;
        }
        let attempts = delivery.attempt.as_ref().map_or(0, |attempt| attempt.number).max(before.unwrap_or(0));
        let accepted = matches!(delivery.outcome, Outcome::Accepted);
        // One under way has begun: the receiver may have the text already.
        if accepted || delivery.attempt.is_some() || matches!(delivery.outcome, Outcome::Slow { .. }) {
            let revision = self.owed.revision;
            self.sent.execute(params![self.owed.key, receiver.no, revision, if accepted { revision } else { 0 }])?;
        }
        match &delivery.outcome {
            Outcome::Accepted => self.end(receiver, before.is_some(), ACCEPTED),
            Outcome::Superseded => self.end(receiver, before.is_some(), SUPERSEDED),
            Outcome::Filtered => self.end(receiver, before.is_some(), FILTERED),
            Outcome::Retry { due } => self.put(receiver, attempts, *due, None),
            Outcome::Slow { token, until } => self.put(receiver, attempts, *until, Some(*token)),
            Outcome::Dead { reason } => self.dead(receiver, attempts, reason),
        }
    }

    fn attempt(&mut self, receiver: &Receiver, attempt: &Attempt) -> Result<(), Fault> {
        let took = i64::try_from(attempt.took.as_micros()).unwrap_or(i64::MAX);
        self.attempt.execute(params![
            self.owed.key,
            receiver.no,
            self.owed.sequence,
            attempt.at.as_millis(),
            took,
            attempt.status,
            attempt.error.as_deref().map(shortened),
            attempt.number
        ])?;
        Ok(())
    }

    /// Owes the delivery until `wake`, under a lease where there is one; an endpoint that nothing is owed to gets none.
    fn put(&self, receiver: &Receiver, attempts: u32, wake: Instant, token: Option<LeaseToken>) -> Result<(), Fault> {
        match &receiver.over {
            Some(reason) => self.dead(receiver, attempts, reason),
            None => self.row(receiver, attempts, wake, token, None),
        }
    }

    fn dead(&self, receiver: &Receiver, attempts: u32, reason: &str) -> Result<(), Fault> {
        self.row(receiver, attempts, self.now, None, Some(&shortened(reason)))
    }

    fn row(&self, receiver: &Receiver, attempts: u32, wake: Instant, token: Option<LeaseToken>, dead: Option<&str>) -> Result<(), Fault> {
        self.step
            .prepare_cached(
                "INSERT INTO delivery (endpoint, sequence, lane, attempts, made, wake, token, dead) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
                 ON CONFLICT DO UPDATE SET attempts = excluded.attempts, made = excluded.made, wake = excluded.wake, \
                 token = excluded.token, dead = excluded.dead",
            )?
            .execute(params![
                receiver.no,
                self.owed.sequence,
                self.owed.lane,
                attempts,
                self.now.as_millis(),
                wake.as_millis(),
                token.map(|token| token.0),
                dead
            ])?;
        Ok(())
    }

    fn end(&mut self, receiver: &Receiver, has_row: bool, outcome: i64) -> Result<(), Fault> {
        *self.counts.entry(outcome).or_default() += 1;
        if has_row {
            self.step
                .prepare_cached("DELETE FROM delivery WHERE endpoint = ?1 AND sequence = ?2")?
                .execute(params![receiver.no, self.owed.sequence])?;
        }
        Ok(())
    }

    fn count(&self) -> Result<(), Fault> {
        for (outcome, count) in &self.counts {
            self.step
                .prepare_cached(
                    "INSERT INTO outcome (sequence, outcome, count) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET count = count + excluded.count",
                )?
                .execute(params![self.owed.sequence, outcome, count])?;
        }
        Ok(())
    }
}

/// Ends a stretch, and its bulletin's fan-out with the last one.
pub(super) fn close_stretch(step: &Transaction<'_>, no: i64, sequence: i64) -> Result<(), Fault> {
    step.prepare_cached("DELETE FROM stretch WHERE no = ?1")?.execute(params![no])?;
    close_fan_out(step, sequence)
}

/// Ends a fan-out whose audience is all claimed and of which no stretch is out.
pub(super) fn close_fan_out(step: &Transaction<'_>, sequence: i64) -> Result<(), Fault> {
    step.prepare_cached(
        "DELETE FROM fanout WHERE sequence = ?1 AND claimed = 1 AND NOT EXISTS (SELECT 1 FROM stretch WHERE stretch.sequence = ?1)",
    )?
    .execute(params![sequence])?;
    Ok(())
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}
