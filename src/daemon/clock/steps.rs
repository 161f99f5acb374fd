//! Whether the wall clock can be believed: how it moved, beside how much time has passed.

use std::time::Duration;

use crate::instant::Instant;

/// A wall clock that moves ahead of the time that has passed by more than this is not believed.
const MOST: Duration = Duration::from_hours(24);
/// Less than this is how clocks are kept right every day, and no step.
const SLIGHT: Duration = Duration::from_secs(1);

/// A jump ahead that is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::daemon) struct Jump {
    /// What time it is by the time that has passed.
    pub(in crate::daemon) expected: Instant,
    /// What the wall clock says.
    pub(in crate::daemon) wall: Instant,
}

/// One look at both clocks.
#[derive(Clone, Copy, Debug)]
struct Look {
    wall: Instant,
    steady: Duration,
}

/// What is known of the wall clock.
#[derive(Debug)]
pub(super) struct Steps {
    /// The last look at which it was believed. None at first, where it is behind the ledger: it has not been set yet (a machine
    /// without a battery, until NTP has told it the time), and being set is no jump.
    believed: Option<Look>,
    /// The latest instant of the ledger when it was opened.
    latest: Instant,
    jump: Option<Jump>,
    set_back: Duration,
}

impl Steps {
    /// The first look. However long the machine may have been off, the wall clock is believed, unless an earlier run doubted it and
    /// nobody has confirmed it since; then time goes on from the ledger's latest instant.
    pub(super) fn new(wall: Instant, steady: Duration, latest: Instant, doubted: bool) -> Self {
        let believed = if doubted { Some(latest) } else { (wall >= latest).then_some(wall) };
        let believed = believed.map(|wall| Look { wall, steady });
        Self { believed, latest, jump: None, set_back: Duration::ZERO }
    }

    /// Takes both readings; gives what time it is.
    pub(super) fn look(&mut self, wall: Instant, steady: Duration) -> Instant {
        let Some(last) = self.believed else {
            if wall >= self.latest {
                self.believed = Some(Look { wall, steady });
            }
            return wall;
        };
        let expected = last.wall.plus(steady.saturating_sub(last.steady));
        if wall.since(expected) > MOST {
            self.jump = Some(Jump { expected, wall });
            return expected;
        }
        self.jump = None;
        let back = expected.since(wall);
        if back > SLIGHT {
            self.set_back += back;
        }
        self.believed = Some(Look { wall, steady });
        wall
    }

    pub(super) const fn jump(&self) -> Option<Jump> {
        self.jump
    }

    pub(super) fn believe(&mut self, wall: Instant, steady: Duration) {
        self.believed = Some(Look { wall, steady });
        self.jump = None;
    }

    pub(super) fn take_set_back(&mut self) -> Duration {
        std::mem::take(&mut self.set_back)
    }
}
