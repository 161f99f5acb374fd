//! When a delivery that failed is tried again: a schedule as plain data, spread by jitter, stretched by `Retry-After`.

use std::time::Duration;

use crate::instant::Instant;

/// The longest wait that a receiver's `Retry-After` can ask for; a longer one is cut to this.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(24);

/// By how much a wait is moved at most, up or down, so that those who failed together do not come back together.
const JITTER: f64 = 0.2;

/// The waits after the first, second, … failed attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetrySchedule(Vec<Duration>);

impl RetrySchedule {
    /// The schedule with these waits. An empty one means a single attempt.
    pub const fn new(waits: Vec<Duration>) -> Self {
        Self(waits)
    }

    /// The wait after attempt `failed` (from 1) failed; `None` where the schedule is exhausted.
    ///
    /// `roll`, from 0 to 1, moves it by up to 20 % either way. It is never shorter than the receiver `asked` for: a rate
    /// limit that says "in a minute" is obeyed, one that says "at once" cannot burn the schedule within a second.
    pub fn wait(&self, failed: u32, roll: f64, asked: Option<Duration>) -> Option<Duration> {
        let index = usize::try_from(failed.checked_sub(1)?).ok()?;
        let planned = self.0.get(index)?.mul_f64(1.0 - JITTER + 2.0 * JITTER * roll.clamp(0.0, 1.0));
        Some(planned.max(asked.unwrap_or_default()))
    }
}

/// What a `Retry-After` header (RFC 9110 section 10.2.3, seconds or a date) asks for, at most [`LONGEST_RETRY_AFTER`].
/// `None` where it is neither.
pub fn retry_after(header: &str, now: Instant) -> Option<Duration> {
    let header = header.trim();
    let asked = if !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit()) {
        header.parse().map_or(LONGEST_RETRY_AFTER, Duration::from_secs)
    } else {
        Instant::from_system(httpdate::parse_http_date(header).ok()?).since(now)
    };
    Some(asked.min(LONGEST_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule() -> RetrySchedule {
        RetrySchedule::new(vec![Duration::from_secs(5), Duration::from_mins(5)])
    }

    #[test]
    fn each_failure_waits_its_turn_and_the_last_is_the_end() {
        assert_eq!(schedule().wait(1, 0.5, None), Some(Duration::from_secs(5)));
        assert_eq!(schedule().wait(2, 0.5, None), Some(Duration::from_mins(5)));
        assert_eq!(schedule().wait(3, 0.5, None), None);
        assert_eq!(schedule().wait(0, 0.5, None), None);
        assert_eq!(RetrySchedule::new(Vec::new()).wait(1, 0.5, None), None);
    }

    #[test]
    fn jitter_stays_within_a_fifth() {
        assert_eq!(schedule().wait(1, 0.0, None), Some(Duration::from_secs(4)));
        assert_eq!(schedule().wait(1, 1.0, None), Some(Duration::from_secs(6)));
        assert_eq!(schedule().wait(1, 7.0, None), Some(Duration::from_secs(6)));
    }

    #[test]
    fn a_receiver_may_ask_for_more_but_not_for_less() {
        assert_eq!(schedule().wait(1, 0.5, Some(Duration::from_mins(1))), Some(Duration::from_mins(1)));
        assert_eq!(schedule().wait(1, 0.5, Some(Duration::ZERO)), Some(Duration::from_secs(5)));
        assert_eq!(schedule().wait(3, 0.5, Some(Duration::from_mins(1))), None);
    }

    #[test]
    fn retry_after_in_seconds_or_as_a_date() {
        let now = Instant::from_millis(1_764_000_000_000);
        assert_eq!(retry_after(" 120 ", now), Some(Duration::from_mins(2)));
        assert_eq!(retry_after("Mon, 24 Nov 2025 16:00:30 GMT", now), Some(Duration::from_secs(30)));
        assert_eq!(retry_after("Mon, 24 Nov 2025 15:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("Sun, 24 Nov 2999 15:00:00 GMT", now), Some(LONGEST_RETRY_AFTER));
        assert_eq!(retry_after("99999999999999999999999", now), Some(LONGEST_RETRY_AFTER));
        for neither in ["", "soon", "-5", "1.5", "12x"] {
            assert_eq!(retry_after(neither, now), None, "{neither}");
        }
    }
}
