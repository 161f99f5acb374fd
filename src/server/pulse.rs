//! When a connection last did something, and how long it may go on.
//!
//! Requests only note instants here; the connection's one timer looks at them when it fires and not before, so that a request costs no
//! timer of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::time::Instant;

use crate::config::Limits;

/// One connection's signs of life. Times are microseconds since it was opened.
pub(super) struct Pulse {
    opened: Instant,
    /// Whether requests travel beside each other, so that bytes from the peer are no sign of one: it may send pings for ever.
    multiplexed: bool,
    /// Answers under way.
    busy: AtomicU32,
    /// The last sign of life.
    last: AtomicU64,
    /// When a request began that is not whole yet; [`NONE`] where there is none.
    begun: AtomicU64,
    /// Whether each answer is to be the connection's last.
    leaving: AtomicBool,
}

const NONE: u64 = u64::MAX;

/// Why a connection may not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// A request does not become whole.
    Slow,
    /// It rested long enough.
    Idle,
    /// It had its time.
    Old,
}

impl Pulse {
    /// A connection that was just opened; the first request counts as begun.
    pub(super) fn new(multiplexed: bool) -> Arc<Self> {
        Arc::new(Self {
            opened: Instant::now(),
            multiplexed,
            busy: AtomicU32::new(0),
            last: AtomicU64::new(0),
            begun: AtomicU64::new(0),
            leaving: AtomicBool::new(false),
        })
    }

    fn now(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_micros()).unwrap_or(NONE - 1)
    }

    /// Bytes came.
    pub(super) fn read(&self) {
        if self.multiplexed || self.busy.load(Relaxed) > 0 {
            return;
        }
        if self.begun.load(Relaxed) == NONE {
            self.begun.store(self.now(), Relaxed);
        }
    }

    /// Bytes that had to wait were taken by the peer.
    pub(super) fn wrote(&self) {
        self.last.store(self.now(), Relaxed);
    }

    /// A request is whole, and is answered until the guard is dropped.
    pub(super) fn answer(self: &Arc<Self>) -> Busy {
        self.busy.fetch_add(1, Relaxed);
        self.begun.store(NONE, Relaxed);
        Busy(Arc::clone(self))
    }

    pub(super) fn is_busy(&self) -> bool {
        self.busy.load(Relaxed) > 0
    }

    /// Each answer is the last from now on.
    pub(super) fn leave(&self) {
        self.leaving.store(true, Relaxed);
    }

    pub(super) fn is_leaving(&self) -> bool {
        self.leaving.load(Relaxed)
    }

    /// When it is to be looked at next, unless something happens before.
    pub(super) fn due(&self, limits: &Limits) -> Instant {
        let (at, _) = self.limit(limits);
        self.opened + at
    }

    /// Whether it may go on.
    pub(super) fn judge(&self, limits: &Limits) -> Result<(), Over> {
        let (at, over) = self.limit(limits);
        match over {
            Some(over) if self.opened.elapsed() >= at => Err(over),
            Some(_) | None => Ok(()),
        }
    }

    fn limit(&self, limits: &Limits) -> (Duration, Option<Over>) {
        let begun = self.begun.load(Relaxed);
        let last = Duration::from_micros(self.last.load(Relaxed));
        let nearest = if self.is_busy() {
            // Answers have limits of their own; the next look is when it could rest long enough at the earliest.
            (self.opened.elapsed() + limits.idle, None)
        } else if begun != NONE {
            (Duration::from_micros(begun) + limits.header, Some(Over::Slow))
        } else {
            (last + limits.idle, Some(Over::Idle))
        };
        if self.is_leaving() || nearest.0 <= limits.lifetime { nearest } else { (limits.lifetime, Some(Over::Old)) }
    }
}

/// An answer under way.
pub(super) struct Busy(Arc<Pulse>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.last.store(self.0.now(), Relaxed);
        self.0.busy.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        connections: 1,
        connections_per_client: 1,
        header_size: 8192,
        header: Duration::from_secs(30),
        idle: Duration::from_mins(1),
        lifetime: Duration::from_mins(10),
        streams: 1,
        rate: None,
        answer: Duration::from_secs(1),
        stall: Duration::from_secs(1),
        drain: Duration::from_secs(1),
    };

    async fn after(pulse: &Pulse, seconds: u64) -> Result<(), Over> {
        tokio::time::advance(Duration::from_secs(seconds)).await;
        pulse.judge(&LIMITS)
    }

    #[tokio::test(start_paused = true)]
    async fn a_first_request_that_never_comes_is_slow() {
        let pulse = Pulse::new(false);
        assert_eq!(after(&pulse, 29).await, Ok(()));
        pulse.read();
        assert_eq!(after(&pulse, 1).await, Err(Over::Slow));
    }

    #[tokio::test(start_paused = true)]
    async fn between_requests_it_may_rest_and_a_trickle_wins_no_time() {
        let pulse = Pulse::new(false);
        drop(pulse.answer());
        assert_eq!(after(&pulse, 59).await, Ok(()));
        pulse.read();
        assert_eq!(after(&pulse, 20).await, Ok(()));
        pulse.read();
        assert_eq!(after(&pulse, 10).await, Err(Over::Slow));
        drop(pulse.answer());
        assert_eq!(after(&pulse, 60).await, Err(Over::Idle));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_under_way_may_take_its_time_until_the_connection_is_old() {
        let pulse = Pulse::new(false);
        let answer = pulse.answer();
        assert_eq!(after(&pulse, 500).await, Ok(()));
        assert_eq!(after(&pulse, 100).await, Err(Over::Old));
        pulse.leave();
        assert_eq!(after(&pulse, 5000).await, Ok(()));
        drop(answer);
        assert_eq!(after(&pulse, 60).await, Err(Over::Idle));
    }

    #[tokio::test(start_paused = true)]
    async fn pings_are_no_request() {
        let pulse = Pulse::new(true);
        drop(pulse.answer());
        assert_eq!(after(&pulse, 59).await, Ok(()));
        pulse.read();
        assert_eq!(after(&pulse, 1).await, Err(Over::Idle));
    }
}
