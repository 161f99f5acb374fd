//! Writing down what was done under a lease, whole or not at all.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Transaction, params};

use super::endpoints::{RETIRED, give_up};
use super::names::slot;
use super::store::Memory;
use crate::instant::Instant;
use crate::ledger::{Attempt, Delivery, Fault, LeaseToken, Outcome, Settlement};

/// Longest text that is kept of an error or a reason, in characters.
const LONGEST: usize = 500;

/// The work that a lease is on.
enum Leased {
    Stretch { no: i64, slot: u8, after: String, upto: String },
    Retry { endpoint: i64 },
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
    let mut book = Book { step, owed: &owed, now: settlement.now, counts: HashMap::new() };
    match leased {
        Leased::Stretch { no, slot: within, after, upto } => {
            for delivery in &settlement.deliveries {
                let id = delivery.endpoint.as_str();
                // Who is not of this stretch is another lease's business.
                if slot(id) == within && id > after.as_str() && id <= upto.as_str() {
                    book.first(delivery)?;
                }
            }
            close_stretch(step, no, owed.sequence)?;
        }
        Leased::Retry { endpoint } => book.again(endpoint, &settlement.deliveries)?,
    }
    book.count()
}

fn leased(step: &Transaction<'_>, token: LeaseToken) -> Result<Option<(Leased, Owed)>, Fault> {
    let stretch = step
        .prepare_cached(
            "SELECT s.no, s.slot, s.after, s.upto, b.sequence, b.key, b.revision, b.lane FROM stretch s \
             CROSS JOIN bulletin b ON b.sequence = s.sequence WHERE s.token = ?1",
        )?
        .query_row(params![token.0], |row| {
            let owed = Owed { sequence: row.get(4)?, key: row.get(5)?, revision: row.get(6)?, lane: row.get(7)? };
            Ok((Leased::Stretch { no: row.get(0)?, slot: row.get(1)?, after: row.get(2)?, upto: row.get(3)? }, owed))
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
            Ok((Leased::Retry { endpoint: row.get(0)? }, owed))
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

/// What is written of one bulletin's deliveries.
struct Book<'a> {
    step: &'a Transaction<'a>,
    owed: &'a Owed,
    now: Instant,
    counts: HashMap<i64, i64>,
}

/// How deliveries end without leaving a row, as `outcome` counts them.
const ACCEPTED: i64 = 0;
const SUPERSEDED: i64 = 1;
const FILTERED: i64 = 2;

impl Book<'_> {
    fn receiver(&self, sql: &str, by: &[&dyn rusqlite::ToSql]) -> Result<Option<Receiver>, Fault> {
        let found = self.step.prepare_cached(sql)?.query_row(by, |row| {
            let since: i64 = row.get(1)?;
            let until: Option<i64> = row.get(2)?;
            let disabled: Option<String> = row.get(3)?;
            let counts = until.is_none() && since < self.owed.sequence;
            Ok(Receiver { no: row.get(0)?, over: if counts { disabled } else { Some(RETIRED.to_owned()) } })
        });
        Ok(found.optional()?)
    }

    /// Writes down a delivery of a stretch.
    fn first(&mut self, delivery: &Delivery) -> Result<(), Fault> {
        let by: [&dyn rusqlite::ToSql; 2] = [&slot(&delivery.endpoint), &delivery.endpoint];
        let receiver = self.receiver("SELECT no, since, until, disabled FROM endpoint WHERE slot = ?1 AND id = ?2", &by)?;
        match receiver {
            Some(receiver) => self.write(&receiver, delivery, 0),
            None => Ok(()),
        }
    }

    /// Writes down what became of a retry; one that was given back undone is due again at once.
    fn again(&mut self, endpoint: i64, deliveries: &[Delivery]) -> Result<(), Fault> {
        let receiver = self.receiver("SELECT no, since, until, disabled FROM endpoint WHERE no = ?1", &[&endpoint])?;
        let receiver = receiver.ok_or_else(|| Fault::Corrupt(format!("endpoint {endpoint} is owed something, but not there")))?;
        let attempts: u32 = self
            .step
            .prepare_cached("SELECT attempts FROM delivery WHERE endpoint = ?1 AND sequence = ?2")?
            .query_row(params![endpoint, self.owed.sequence], |row| row.get(0))?;
        match deliveries.first() {
            Some(delivery) => self.write(&receiver, delivery, attempts),
            None => self.put(&receiver, attempts, self.now, None),
        }
    }

    fn write(&mut self, receiver: &Receiver, delivery: &Delivery, before: u32) -> Result<(), Fault> {
        if let Some(attempt) = &delivery.attempt {
            self.attempt(receiver, attempt)?;
        }
        let attempts = delivery.attempt.as_ref().map_or(before, |attempt| attempt.number.max(before));
        match &delivery.outcome {
            Outcome::Accepted => {
                self.sent(receiver, true)?;
                self.end(receiver, ACCEPTED)
            }
            Outcome::Superseded => self.end(receiver, SUPERSEDED),
            Outcome::Filtered => self.end(receiver, FILTERED),
            Outcome::Retry { due } => self.put(receiver, attempts, *due, None),
            Outcome::Slow { token, until } => {
                // Its attempt has begun: the receiver may have the text already.
                self.sent(receiver, false)?;
                self.put(receiver, attempts, *until, Some(*token))
            }
            Outcome::Dead { reason } => self.dead(receiver, attempts, reason),
        }
    }

    fn attempt(&self, receiver: &Receiver, attempt: &Attempt) -> Result<(), Fault> {
        let took = i64::try_from(attempt.took.as_micros()).unwrap_or(i64::MAX);
        self.step
            .prepare_cached(
                "INSERT INTO attempt (article, endpoint, sequence, at, took, status, error, number) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                self.owed.key,
                receiver.no,
                self.owed.sequence,
                attempt.at.as_millis(),
                took,
                attempt.status,
                attempt.error.as_deref().map(shortened),
                attempt.number
            ])?;
        self.sent(receiver, false)
    }

    fn sent(&self, receiver: &Receiver, accepted: bool) -> Result<(), Fault> {
        self.step
            .prepare_cached(
                "INSERT INTO sent (article, endpoint, attempted, accepted) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE \
                 SET attempted = max(attempted, excluded.attempted), accepted = max(accepted, excluded.accepted)",
            )?
            .execute(params![self.owed.key, receiver.no, self.owed.revision, if accepted { self.owed.revision } else { 0 }])?;
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

    fn end(&mut self, receiver: &Receiver, outcome: i64) -> Result<(), Fault> {
        *self.counts.entry(outcome).or_default() += 1;
        self.step
            .prepare_cached("DELETE FROM delivery WHERE endpoint = ?1 AND sequence = ?2")?
            .execute(params![receiver.no, self.owed.sequence])?;
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
