//! What time it is for the daemon: the wall clock, as long as it can be believed, and how to wait for an instant of it.
//!
//! A wall clock is set: by NTP at start, by an administrator, by a host that wakes a virtual machine. What waits for an instant waits
//! for the wall clock to say it, whichever way it got there; but one that jumps ahead by more than a day is not believed until
//! somebody confirms it ([`steps`]), for what is released early cannot be taken back.

mod steps;
mod timer;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub(super) use steps::Jump;
use steps::Steps;
pub(super) use timer::Timer;

use crate::instant::Instant;

/// The two clocks of a machine.
pub(super) trait Readings: Send + Sync + 'static {
    /// What the wall clock says, which can be set.
    fn wall(&self) -> Instant;

    /// Time that has passed since some moment, which cannot; it goes on while the machine sleeps.
    fn steady(&self) -> Duration;
}

/// The time, shared by everything that dates or waits. A clone is the same clock.
#[derive(Clone)]
pub(super) struct Clock {
    readings: Arc<dyn Readings>,
    steps: Arc<Mutex<Steps>>,
}

impl Clock {
    /// A clock over these readings. `latest` is the ledger's latest instant; with `doubted`, an earlier run did not believe what the
    /// wall clock said, and nobody has confirmed it since.
    pub(super) fn new(readings: Arc<dyn Readings>, latest: Instant, doubted: bool) -> Self {
        let steps = Steps::new(readings.wall(), readings.steady(), latest, doubted);
        Self { readings, steps: Arc::new(Mutex::new(steps)) }
    }

    /// This machine's.
    pub(super) fn of_system(latest: Instant, doubted: bool) -> Self {
        Self::new(Arc::new(System), latest, doubted)
    }

    /// What time it is.
    pub(super) fn now(&self) -> Instant {
        self.steps().look(self.readings.wall(), self.readings.steady())
    }

    /// The jump ahead that is not believed, where there is one.
    pub(super) fn jump(&self) -> Option<Jump> {
        let mut steps = self.steps();
        steps.look(self.readings.wall(), self.readings.steady());
        steps.jump()
    }

    /// Believes what the wall clock says.
    pub(super) fn believe(&self) {
        self.steps().believe(self.readings.wall(), self.readings.steady());
    }

    /// How far the wall clock was set back since this was last asked; zero where it was not.
    pub(super) fn set_back(&self) -> Duration {
        let mut steps = self.steps();
        steps.look(self.readings.wall(), self.readings.steady());
        steps.take_set_back()
    }

    fn steps(&self) -> MutexGuard<'_, Steps> {
        // Plain numbers, whole after every step.
        self.steps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The operating system's clocks.
struct System;

impl Readings for System {
    fn wall(&self) -> Instant {
        Instant::now()
    }

    fn steady(&self) -> Duration {
        #[cfg(target_os = "linux")]
        let id = rustix::time::ClockId::Boottime;
        #[cfg(not(target_os = "linux"))]
        let id = rustix::time::ClockId::Monotonic;
        let time = rustix::time::clock_gettime(id);
        Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests;
