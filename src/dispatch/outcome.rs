//! What a receiver's answer means for the delivery.

use std::time::Duration;

use super::retry_schedule::retry_after;
use crate::instant::Instant;

/// The longest error that is recorded and logged, in characters.
const LONGEST_ERROR: usize = 500;

/// What an attempt came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The receiver took it.
    Accepted,
    /// 410: the endpoint is no more, now and for all that is owed to it.
    Gone,
    /// It did not take it; the schedule says what comes next.
    Failed {
        /// What went wrong.
        why: String,
        /// The wait that its `Retry-After` asked for.
        asked: Option<Duration>,
    },
}

impl Verdict {
    /// By HTTP status. `Retry-After` counts with 429 and 503, where RFC 9110 and RFC 6585 give it its meaning for us.
    ///
    /// What the receiver wrote in its body is not quoted: it may echo the path, which may be a secret.
    pub(super) fn of_status(status: u16, after: Option<&str>, now: Instant) -> Self {
        let asked = if matches!(status, 429 | 503) { after.and_then(|header| retry_after(header, now)) } else { None };
        match status {
            200..=299 => Self::Accepted,
            410 => Self::Gone,
            300..=399 => Self::Failed {
                why: format!(
                    "answered {}, a redirect, which is never followed: give the webhook's new address in the config",
                    named(status)
                ),
                asked,
            },
            _ => Self::Failed { why: format!("answered {}", named(status)), asked },
        }
    }

    /// There was no answer.
    pub(super) fn failed(why: &str) -> Self {
        Self::Failed { why: bounded(why), asked: None }
    }
}

/// At most [`LONGEST_ERROR`] characters on one line.
pub(super) fn bounded(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_ERROR).collect()
}

fn named(status: u16) -> String {
    let reason = reqwest::StatusCode::from_u16(status).ok().and_then(|code| code.canonical_reason());
    reason.map_or_else(|| status.to_string(), |reason| format!("{status} {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_millis(1_764_000_000_000);

    fn why(status: u16) -> String {
        match Verdict::of_status(status, None, NOW) {
            Verdict::Failed { why, .. } => why,
            other => panic!("{status} became {other:?}"),
        }
    }

    #[test]
    fn only_2xx_is_acceptance() {
        for status in [200, 201, 202, 204, 299] {
            assert_eq!(Verdict::of_status(status, None, NOW), Verdict::Accepted);
        }
        assert_eq!(why(404), "answered 404 Not Found");
        assert_eq!(why(599), "answered 599");
        assert_eq!(Verdict::of_status(410, None, NOW), Verdict::Gone);
    }

    #[test]
    fn a_redirect_says_how_to_mend_it() {
        assert!(why(301).starts_with("answered 301 Moved Permanently, a redirect, which is never followed"));
    }

    #[test]
    fn retry_after_counts_with_429_and_503_only() {
        for (status, asked) in [(429, Some(7)), (503, Some(7)), (500, None), (302, None)] {
            let Verdict::Failed { asked: found, .. } = Verdict::of_status(status, Some("7"), NOW) else { panic!("{status}") };
            assert_eq!(found, asked.map(Duration::from_secs), "{status}");
        }
    }

    #[test]
    fn errors_are_one_bounded_line() {
        let Verdict::Failed { why, .. } = Verdict::failed(&"a\nb".repeat(1000)) else { panic!() };
        assert_eq!(why.chars().count(), 500);
        assert!(!why.contains('\n'));
    }
}
