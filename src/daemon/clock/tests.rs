//! A clock that is set by hand.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use super::*;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// 2026-11-24T12:00:00Z.
const NOON: i64 = 1_795_521_600_000;

struct ByHand {
    wall: AtomicI64,
    steady: AtomicU64,
}

impl Readings for ByHand {
    fn wall(&self) -> Instant {
        Instant::from_millis(self.wall.load(Ordering::SeqCst))
    }

    fn steady(&self) -> Duration {
        Duration::from_millis(self.steady.load(Ordering::SeqCst))
    }
}

impl ByHand {
    fn at(wall: i64) -> Arc<Self> {
        Arc::new(Self { wall: AtomicI64::new(wall), steady: AtomicU64::new(5_000) })
    }

    /// Time passes.
    fn pass(&self, millis: i64) {
        self.steady.fetch_add(u64::try_from(millis).unwrap(), Ordering::SeqCst);
        self.set(millis);
    }

    /// Somebody sets the wall clock, ahead or back.
    fn set(&self, by: i64) {
        self.wall.fetch_add(by, Ordering::SeqCst);
    }
}

fn instant(millis: i64) -> Instant {
    Instant::from_millis(millis)
}

#[test]
fn time_that_passes_is_no_step_however_long_nobody_looks() {
    let hand = ByHand::at(NOON);
    let clock = Clock::new(hand.clone(), instant(NOON - 1), false);
    for days in [1, 3, 400] {
        hand.pass(days * DAY);
        assert_eq!((clock.now(), clock.jump()), (hand.wall(), None), "{days} days");
    }
    assert_eq!(clock.set_back(), Duration::ZERO);
}

#[test]
fn a_clock_set_ahead_within_a_day_or_back_is_followed() {
    let hand = ByHand::at(NOON);
    let clock = Clock::new(hand.clone(), instant(NOON - 1), false);
    for step in [DAY, -DAY, -3 * DAY, 20 * HOUR, HOUR / 2] {
        hand.set(step);
        assert_eq!((clock.now(), clock.jump()), (hand.wall(), None), "{step}");
    }
    assert_eq!(clock.set_back(), Duration::from_hours(4 * 24));
    assert_eq!(clock.set_back(), Duration::ZERO, "told once");
}

#[test]
fn a_jump_of_more_than_a_day_is_not_believed_until_it_is_confirmed() {
    let hand = ByHand::at(NOON);
    let clock = Clock::new(hand.clone(), instant(NOON - 1), false);
    assert_eq!(clock.now(), instant(NOON));
    hand.set(DAY + 1);
    assert_eq!(clock.now(), instant(NOON));
    // Meanwhile time goes on as it passes.
    hand.pass(2 * HOUR);
    let jump = clock.jump().unwrap();
    assert_eq!((jump.expected, jump.wall), (instant(NOON + 2 * HOUR), instant(NOON + DAY + 1 + 2 * HOUR)));
    clock.believe();
    assert_eq!((clock.now(), clock.jump()), (hand.wall(), None));
}

#[test]
fn a_jump_that_is_taken_back_is_forgotten() {
    let hand = ByHand::at(NOON);
    let clock = Clock::new(hand.clone(), instant(NOON - 1), false);
    hand.set(400 * DAY);
    assert!(clock.jump().is_some());
    hand.pass(HOUR);
    hand.set(-400 * DAY);
    assert_eq!((clock.jump(), clock.now()), (None, instant(NOON + HOUR)));
    assert_eq!(clock.set_back(), Duration::ZERO, "what was never believed was not taken back");
}

#[test]
fn a_machine_that_was_off_for_long_is_believed_at_its_start() {
    let hand = ByHand::at(NOON + 90 * DAY);
    let clock = Clock::new(hand.clone(), instant(NOON), false);
    assert_eq!((clock.now(), clock.jump()), (hand.wall(), None));
}

#[test]
fn a_clock_behind_the_ledger_at_start_has_not_been_set_yet() {
    let hand = ByHand::at(0);
    let clock = Clock::new(hand.clone(), instant(NOON), false);
    assert_eq!(clock.now(), instant(0));
    // NTP tells it the time: more than a day ahead, and no jump.
    hand.pass(10_000);
    hand.set(NOON + 3 * DAY);
    assert_eq!((clock.now(), clock.jump()), (hand.wall(), None));
    // From then on it is.
    hand.set(2 * DAY);
    assert!(clock.jump().is_some());
}

#[test]
fn a_jump_is_not_believed_for_a_restart() {
    let hand = ByHand::at(NOON + 400 * DAY);
    let clock = Clock::new(hand.clone(), instant(NOON), true);
    assert_eq!(clock.now(), instant(NOON));
    assert!(clock.jump().is_some());
    hand.set(-400 * DAY);
    assert_eq!((clock.jump(), clock.now()), (None, hand.wall()), "set right, it is believed again");
    let clock = Clock::new(ByHand::at(NOON + HOUR), instant(NOON), true);
    assert_eq!((clock.now(), clock.jump()), (instant(NOON + HOUR), None), "set right while it was down, too");
}

#[tokio::test]
async fn a_timer_wakes_at_its_instant_and_not_before() {
    let clock = Clock::of_system(Instant::MIN, false);
    let mut timer = Timer::new(clock.clone());
    for millis in [0, 1, 30, 120] {
        let at = clock.now().plus(Duration::from_millis(millis));
        timer.wait(at, Duration::from_secs(20)).await;
        let now = clock.now();
        assert!(now >= at, "{now} is before {at}");
        assert!(now.since(at) < Duration::from_secs(5), "{now} is long after {at}");
    }
    let began = std::time::Instant::now();
    timer.wait(Instant::MAX, Duration::from_millis(20)).await;
    assert!(began.elapsed() >= Duration::from_millis(20), "no longer than it was told, however far the instant");
}
