//! Who may be under way at once, so that a lower lane never holds up a higher and hanging receivers hold up nobody.
//!
//! An attempt begins on a *seat*. Seats are few, since more of them are slower against receivers that answer at once. Half are
//! for breaking bulletins, half for all others; of the latter at most half go to retries. An attempt that is not answered within
//! a moment costs nothing but its connection: it gives its seat back for a *place to wait*, of which there are many. When those
//! run out, the attempt that has hung longest is given up and tried again later.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::article::Lane;

/// How many attempts may wait for an answer, for each seat.
const PLACES_PER_SEAT: usize = 8;

/// The seats of all lanes.
#[derive(Debug)]
pub(super) struct Lanes {
    concurrency: usize,
    breaking: Arc<Pool>,
    others: Arc<Pool>,
    retry: Arc<Semaphore>,
}

/// Seats and places to wait.
#[derive(Debug)]
pub(super) struct Pool {
    seats: Arc<Semaphore>,
    places: Arc<Semaphore>,
    hanging: Mutex<BTreeMap<u64, CancellationToken>>,
    next: AtomicU64,
}

/// The right to begin an attempt.
#[derive(Debug)]
pub(super) struct Seat {
    pool: Arc<Pool>,
    _permit: OwnedSemaphorePermit,
    _retry: Option<OwnedSemaphorePermit>,
}

/// The right to wait for an answer.
#[derive(Debug)]
pub(super) struct Place(#[allow(dead_code, reason = "held, not read")] OwnedSemaphorePermit);

/// An attempt that hangs; it may be told to give up.
#[derive(Debug)]
pub(super) struct Hanging {
    pool: Arc<Pool>,
    key: u64,
}

impl Lanes {
    /// So many seats in all, at least two.
    pub(super) fn new(concurrency: usize) -> Self {
        // Above a million, what a semaphore holds and a machine can do is far exceeded anyway.
        let seats = concurrency.clamp(2, 1 << 20);
        let others = seats / 2;
        Self {
            concurrency,
            breaking: Arc::new(Pool::new(seats - others)),
            others: Arc::new(Pool::new(others)),
            retry: Arc::new(Semaphore::new((others / 2).max(1))),
        }
    }

    /// What it was made with.
    pub(super) const fn concurrency(&self) -> usize {
        self.concurrency
    }

    /// Waits for a seat in a lane, first come, first served.
    pub(super) async fn seat(&self, lane: Lane) -> Seat {
        let (pool, retry) = match lane {
            Lane::Breaking => (&self.breaking, None),
            Lane::Ordinary => (&self.others, None),
            Lane::Retry => (&self.others, Some(permit(&self.retry).await)),
        };
        Seat { _permit: permit(&pool.seats).await, pool: Arc::clone(pool), _retry: retry }
    }
}

impl Pool {
    fn new(seats: usize) -> Self {
        Self {
            seats: Arc::new(Semaphore::new(seats)),
            places: Arc::new(Semaphore::new(seats * PLACES_PER_SEAT)),
            hanging: Mutex::default(),
            next: AtomicU64::new(0),
        }
    }

    /// A place to wait, if one is free.
    pub(super) fn try_place(&self) -> Option<Place> {
        Arc::clone(&self.places).try_acquire_owned().ok().map(Place)
    }

    /// A place to wait; makes one free by telling the attempt that has hung longest to give up.
    pub(super) async fn place(&self) -> Place {
        if let Some(place) = self.try_place() {
            return place;
        }
        if let Some((_, longest)) = self.lock().pop_first() {
            longest.cancel();
        }
        Place(permit(&self.places).await)
    }

    /// Counts an attempt among those that hang; `give_up` is how it is told to.
    pub(super) fn hang(self: &Arc<Self>, give_up: CancellationToken) -> Hanging {
        let key = self.next.fetch_add(1, Ordering::Relaxed);
        self.lock().insert(key, give_up);
        Hanging { pool: Arc::clone(self), key }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, CancellationToken>> {
        self.hanging.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Where it stands.
    pub(super) fn pool(&self) -> Arc<Pool> {
        Arc::clone(&self.pool)
    }
}

impl Drop for Hanging {
    fn drop(&mut self) {
        self.pool.lock().remove(&self.key);
    }
}

async fn permit(semaphore: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    match Arc::clone(semaphore).acquire_owned().await {
        Ok(permit) => permit,
        // Only a closed semaphore errs, and these are never closed.
        Err(_) => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn fits(lanes: &Lanes, lane: Lane) -> Option<Seat> {
        tokio::time::timeout(Duration::from_millis(10), lanes.seat(lane)).await.ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_lower_lane_leaves_the_higher_ones_their_seats() {
        let lanes = Lanes::new(8);
        let mut taken = Vec::new();
        while let Some(seat) = fits(&lanes, Lane::Retry).await {
            taken.push(seat);
        }
        assert_eq!(taken.len(), 2);
        while let Some(seat) = fits(&lanes, Lane::Ordinary).await {
            taken.push(seat);
        }
        assert_eq!(taken.len(), 4);
        while let Some(seat) = fits(&lanes, Lane::Breaking).await {
            taken.push(seat);
        }
        assert_eq!(taken.len(), 8);
        assert!(fits(&Lanes::new(0), Lane::Retry).await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn when_places_run_out_the_longest_hanging_gives_up() {
        let pool = Arc::new(Pool::new(1));
        let hang = |place| {
            let give_up = CancellationToken::new();
            (place, pool.hang(give_up.clone()), give_up)
        };
        let mut waiting: Vec<_> = std::iter::from_fn(|| pool.try_place()).map(hang).collect();
        assert_eq!(waiting.len(), PLACES_PER_SEAT);
        let (place, _hanging, told) = waiting.remove(0);
        let give_up = async {
            told.cancelled().await;
            drop(place);
        };
        tokio::join!(give_up, pool.place());
        assert_eq!(pool.lock().len(), PLACES_PER_SEAT - 1);
    }
}
