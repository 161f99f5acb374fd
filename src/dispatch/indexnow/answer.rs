//! What the answer to a ping means.

use std::time::Duration;

use crate::dispatch::retry_schedule::retry_after;
use crate::instant::Instant;

/// What comes after a ping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It was taken.
    Taken,
    /// Again later: the same pages.
    Later {
        /// What went wrong.
        why: String,
        /// The wait that was asked for.
        asked: Option<Duration>,
    },
    /// Never again: these pages, or this ping, are not wanted.
    Refused {
        /// What went wrong, and how to mend it.
        why: String,
    },
}

impl Verdict {
    /// By the status, as `IndexNow`'s documentation has it.
    pub(super) fn of_status(status: u16, after: Option<&str>, now: Instant, key_location: &str) -> Self {
        let asked = after.and_then(|header| retry_after(header, now));
        match status {
            200..=299 => Self::Taken,
            // The key's file may be put there later.
            403 => Self::Later { why: format!("answered 403: the key is not to be found; {key_location} must answer with it"), asked },
            408 | 425 | 429 | 500..=599 => Self::Later { why: format!("answered {status}"), asked },
            422 => Self::Refused {
                why: "answered 422: the pages are not this host's, or the key is another; see site.url and indexnow.key".to_owned(),
            },
            300..=399 => Self::Refused {
                why: format!("answered {status}, a redirect, which is not followed: give the new address as indexnow.endpoint"),
            },
            _ => Self::Refused { why: format!("answered {status}") },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_mended_by_time_is_tried_again() {
        let of = |status, after| Verdict::of_status(status, after, Instant::from_millis(0), "https://example.org/key.txt");
        for status in [200, 202] {
            assert_eq!(of(status, None), Verdict::Taken, "{status}");
        }
        for status in [403, 429, 500, 503] {
            assert!(matches!(of(status, None), Verdict::Later { asked: None, .. }), "{status}");
        }
        for status in [301, 400, 404, 422] {
            assert!(matches!(of(status, None), Verdict::Refused { .. }), "{status}");
        }
        assert!(matches!(of(429, Some("120")), Verdict::Later { asked: Some(wait), .. } if wait == Duration::from_mins(2)));
    }
}
