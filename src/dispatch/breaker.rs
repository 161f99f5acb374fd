//! A breaker for each endpoint, in memory: whoever keeps failing is left alone for a while, so that a dead receiver costs little.
//!
//! It never delays what the retry schedule would not delay anyway: it pauses no longer than the wait before the retry of the
//! delivery that failed, and at most a minute. After the pause one delivery probes. Urgent ones, a breaking bulletin or a
//! withdrawal, are let through at once and are its probe.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Failures on end after which an endpoint is left alone.
const OPENS_AFTER: u32 = 3;
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// How long an endpoint that answered 410 is taken for gone before the ledger's own word reaches all work under way.
const GONE_FOR: Duration = Duration::from_mins(1);
/// How soon the others look again while a probe is under way.
const PROBE_WAIT: Duration = Duration::from_secs(1);

/// Whether a delivery may go.
#[derive(Debug)]
pub(super) enum Admission {
    /// It may; tell the pass what came of it.
    Go(Pass),
    /// Not before this long.
    Wait(Duration),
    /// The endpoint answered 410 a moment ago.
    Gone,
}

/// The breakers of all endpoints that fail. Those that are well take no room.
#[derive(Debug, Default)]
pub(super) struct Breakers(Mutex<HashMap<String, Breaker>>);

#[derive(Debug)]
struct Breaker {
    failures: u32,
    until: Instant,
    probing: bool,
    gone: bool,
}

/// The right to make one attempt.
#[derive(Debug)]
pub(super) struct Pass {
    breakers: Arc<Breakers>,
    endpoint: String,
    probe: bool,
}

impl Breakers {
    /// Whether a delivery to this endpoint may go now.
    pub(super) fn admit(self: &Arc<Self>, endpoint: &str, urgent: bool) -> Admission {
        let mut breakers = self.lock();
        let now = Instant::now();
        let mut probe = false;
        if let Some(breaker) = breakers.get_mut(endpoint) {
            if breaker.gone {
                if now < breaker.until {
                    return Admission::Gone;
                }
                breakers.remove(endpoint);
            } else if !urgent && now < breaker.until {
                return Admission::Wait(breaker.until - now);
            } else if !urgent && breaker.probing {
                return Admission::Wait(PROBE_WAIT);
            } else if breaker.failures >= OPENS_AFTER {
                breaker.probing = true;
                probe = true;
            }
        }
        Admission::Go(Pass { breakers: Arc::clone(self), endpoint: endpoint.to_owned(), probe })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Breaker>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn update(&self, endpoint: &str, change: impl FnOnce(&mut Breaker)) {
        let mut breakers = self.lock();
        let fresh = || Breaker { failures: 0, until: Instant::now(), probing: false, gone: false };
        change(breakers.entry(endpoint.to_owned()).or_insert_with(fresh));
    }
}

impl Pass {
    /// The receiver took it: the endpoint is well.
    pub(super) fn accepted(self) {
        self.breakers.lock().remove(&self.endpoint);
    }

    /// It failed, and the delivery's next try is that far away. `asked`: the receiver itself asked for the pause.
    pub(super) fn failed(self, wait: Duration, asked: bool) {
        let pause = wait.min(LONGEST_PAUSE);
        self.breakers.update(&self.endpoint, |breaker| {
            breaker.failures = breaker.failures.saturating_add(1);
            if asked || breaker.failures >= OPENS_AFTER {
                breaker.until = Instant::now() + pause;
            }
        });
    }

    /// It answered 410.
    pub(super) fn gone(self) {
        self.breakers.update(&self.endpoint, |breaker| {
            breaker.gone = true;
            breaker.until = Instant::now() + GONE_FOR;
        });
    }
}

impl Drop for Pass {
    /// A probe that is over, or was given up without an outcome, makes room for the next.
    fn drop(&mut self) {
        if self.probe
            && let Some(breaker) = self.breakers.lock().get_mut(&self.endpoint)
        {
            breaker.probing = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const E: &str = "webhook:e";

    fn pass(breakers: &Arc<Breakers>, urgent: bool) -> Pass {
        match breakers.admit(E, urgent) {
            Admission::Go(pass) => pass,
            other => panic!("not let through: {other:?}"),
        }
    }

    fn waits(breakers: &Arc<Breakers>) -> Duration {
        match breakers.admit(E, false) {
            Admission::Wait(wait) => wait,
            other => panic!("let through: {other:?}"),
        }
    }

    fn broken(wait: Duration) -> Arc<Breakers> {
        let breakers = Arc::new(Breakers::default());
        for _ in 0..OPENS_AFTER {
            pass(&breakers, false).failed(wait, false);
        }
        breakers
    }

    #[tokio::test(start_paused = true)]
    async fn opens_after_failures_on_end_for_the_retrys_wait_and_a_minute_at_most() {
        assert_eq!(waits(&broken(Duration::from_secs(5))), Duration::from_secs(5));
        assert_eq!(waits(&broken(Duration::from_hours(5))), LONGEST_PAUSE);
        let breakers = Arc::new(Breakers::default());
        for _ in 0..OPENS_AFTER * 2 {
            pass(&breakers, false).failed(Duration::from_secs(5), false);
            pass(&breakers, false).accepted();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_probe_after_the_pause_and_its_success_closes() {
        let breakers = broken(Duration::from_secs(5));
        tokio::time::advance(Duration::from_secs(5)).await;
        let probe = pass(&breakers, false);
        assert_eq!(waits(&breakers), PROBE_WAIT);
        probe.failed(Duration::from_secs(9), false);
        assert_eq!(waits(&breakers), Duration::from_secs(9));
        tokio::time::advance(Duration::from_secs(9)).await;
        drop(pass(&breakers, false));
        pass(&breakers, false).accepted();
        drop((pass(&breakers, false), pass(&breakers, false)));
        assert!(breakers.lock().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn the_urgent_are_the_probe_at_once() {
        let breakers = broken(Duration::from_secs(50));
        pass(&breakers, true).accepted();
        pass(&breakers, false).accepted();
    }

    #[tokio::test(start_paused = true)]
    async fn retry_after_pauses_the_endpoint_at_once() {
        let breakers = Arc::new(Breakers::default());
        pass(&breakers, false).failed(Duration::from_secs(20), true);
        assert_eq!(waits(&breakers), Duration::from_secs(20));
    }

    #[tokio::test(start_paused = true)]
    async fn gone_is_gone_for_the_urgent_too() {
        let breakers = Arc::new(Breakers::default());
        pass(&breakers, false).gone();
        assert!(matches!(breakers.admit(E, true), Admission::Gone));
        tokio::time::advance(GONE_FOR).await;
        drop(pass(&breakers, false));
    }
}
