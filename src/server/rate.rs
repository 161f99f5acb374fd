//! How often one client may ask: so many requests at once after a rest, and so many a minute in the long run.
//!
//! For each client only the instant is kept at which it will have rested enough (the generic cell rate algorithm), in a table of fixed
//! size: a flood of addresses costs no memory. Where a place is wanted, the client that rested longest loses its own, which costs nothing,
//! since a client that rested is as good as new.

use std::hash::BuildHasher as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use foldhash::fast::RandomState;

use super::client::Key;
use crate::config::Rate;

const BUCKETS: usize = 8192;
/// How many clients share a bucket; 65,536 in all, in a megabyte.
const PLACES: usize = 8;

/// The clients that asked lately.
pub(super) struct Pace {
    /// How long one request takes off a client's allowance.
    each: Duration,
    /// How far ahead of its rest a client may be.
    most: Duration,
    begun: Instant,
    hasher: RandomState,
    buckets: Box<[Mutex<[Place; PLACES]>]>,
}

#[derive(Clone, Copy, Default)]
struct Place {
    key: u64,
    /// When it will have rested, in microseconds from the beginning.
    rested: u64,
}

impl Pace {
    pub(super) fn new(rate: Rate) -> Self {
        let each = Duration::from_mins(1) / rate.per_minute.max(1);
        Self {
            each,
            most: each.saturating_mul(rate.burst.max(1)),
            begun: Instant::now(),
            hasher: RandomState::default(),
            buckets: (0..BUCKETS).map(|_| Mutex::default()).collect(),
        }
    }

    /// Counts a request; else says how long to wait before the next.
    pub(super) fn ask(&self, key: Key) -> Result<(), Duration> {
        self.ask_at(key, self.begun.elapsed())
    }

    fn ask_at(&self, key: Key, now: Duration) -> Result<(), Duration> {
        let now = micros(now);
        #[expect(clippy::cast_possible_truncation, reason = "any part of a hash will do")]
        let bucket = &self.buckets[self.hasher.hash_one(key.0) as usize % BUCKETS];
        // Every change is one value: a panic elsewhere leaves it right.
        let mut places = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let found = places.iter().position(|place| place.key == key.0);
        let longest_rest = places.iter().enumerate().min_by_key(|(_, place)| place.rested).map_or(0, |(index, _)| index);
        let place = &mut places[found.unwrap_or(longest_rest)];
        if found.is_none() {
            *place = Place { key: key.0, rested: 0 };
        }
        let rested = place.rested.max(now) + micros(self.each);
        let limit = now + micros(self.most);
        if rested > limit {
            return Err(Duration::from_micros(rested - limit));
        }
        place.rested = rested;
        Ok(())
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: Key = Key(7);

    fn ms(number: u64) -> Duration {
        Duration::from_millis(number)
    }

    #[test]
    fn a_burst_passes_and_then_one_at_a_time() {
        let pace = Pace::new(Rate { per_minute: 60, burst: 5 });
        for _ in 0..5 {
            pace.ask_at(CLIENT, ms(100)).unwrap();
        }
        assert_eq!(pace.ask_at(CLIENT, ms(100)), Err(ms(1000)));
        // What was refused does not count.
        assert_eq!(pace.ask_at(CLIENT, ms(600)), Err(ms(500)));
        pace.ask_at(CLIENT, ms(1100)).unwrap();
        assert_eq!(pace.ask_at(CLIENT, ms(1100)), Err(ms(1000)));
        // Another client is another's concern.
        pace.ask_at(Key(8), ms(1100)).unwrap();
        // After a rest, all at once again.
        for _ in 0..5 {
            pace.ask_at(CLIENT, ms(60_000)).unwrap();
        }
        assert!(pace.ask_at(CLIENT, ms(60_000)).is_err());
    }

    #[test]
    fn a_flood_of_clients_takes_no_room_and_whoever_asks_most_stays_known() {
        let pace = Pace::new(Rate { per_minute: 60, burst: 100 });
        for _ in 0..100 {
            pace.ask_at(CLIENT, ms(0)).unwrap();
        }
        for other in 1000..401_000 {
            pace.ask_at(Key(other), ms(1)).unwrap();
        }
        assert!(pace.ask_at(CLIENT, ms(2)).is_err());
    }
}
