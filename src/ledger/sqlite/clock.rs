//! The wall clock as callers tell it, which may be set back.

use std::time::Duration;

use rusqlite::{Connection, params};

use crate::instant::Instant;
use crate::ledger::Fault;

/// How far back a clock may go without being taken as set back: calls overtake each other by less.
const TOLERANCE: Duration = Duration::from_secs(5);

/// The latest moment a caller named.
#[derive(Clone, Copy)]
pub(super) struct Clock {
    latest: Instant,
}

impl Clock {
    /// A clock that says `now`.
    pub(super) const fn at(now: Instant) -> Self {
        Self { latest: now }
    }

    /// The latest moment heard of.
    pub(super) const fn latest(self) -> Instant {
        self.latest
    }

    /// Takes note of a caller's clock. Where it was set back, waits and leases that were made later than it now says keep their
    /// length from now on; otherwise an hour's wait would last for as long as the clock was wrong.
    pub(super) fn heard(&mut self, connection: &Connection, now: Instant) -> Result<(), Fault> {
        if now.plus(TOLERANCE) < self.latest {
            rebase(connection, now)?;
            self.latest = now;
        } else if now > self.latest {
            self.latest = now;
        }
        Ok(())
    }
}

/// Moves waits and leases made after `now` so that they keep their length from `now` on.
pub(super) fn rebase(connection: &Connection, now: Instant) -> Result<(), Fault> {
    let now = params![now.as_millis()];
    connection.execute("UPDATE delivery SET wake = wake - made + ?1, made = ?1 WHERE dead IS NULL AND made > ?1", now)?;
    connection.execute("UPDATE stretch SET until = until - made + ?1, made = ?1 WHERE made > ?1", now)?;
    Ok(())
}

/// Ends every lease: nobody who held one is alive.
pub(super) fn end_leases(connection: &Connection, now: Instant) -> Result<(), Fault> {
    let now = params![now.as_millis()];
    connection.execute("UPDATE delivery SET wake = ?1, made = ?1, token = NULL WHERE token IS NOT NULL AND dead IS NULL", now)?;
    connection.execute("UPDATE stretch SET until = ?1, made = ?1", now)?;
    Ok(())
}
