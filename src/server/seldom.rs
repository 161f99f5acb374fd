//! Lines that a flood would repeat are written once in a while.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const REST: Duration = Duration::from_secs(10);

/// When a line was written last.
#[derive(Default)]
pub(super) struct Seldom(Mutex<Option<Instant>>);

impl Seldom {
    /// Whether to write the line now: the first time, and then once in ten seconds.
    pub(super) fn due(&self) -> bool {
        // One value, replaced whole: a panic elsewhere leaves it right.
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last.is_none_or(|last| last.elapsed() >= REST);
        if due {
            *last = Some(Instant::now());
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_written_and_the_next_is_not() {
        let seldom = Seldom::default();
        assert!(seldom.due() && !seldom.due());
    }
}
