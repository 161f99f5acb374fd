//! A clock that was set back behind the ledger: what waits goes by the clock, what is written down goes by the ledger.

use super::newsroom::*;
use crate::article::{Advisory, Article, BulletinKind, State};
use crate::desk::Observation;
use crate::instant::Instant;

/// A desk whose ledger is three hours ahead.
fn behind() -> Newsroom {
    Newsroom { ledger_ahead: 3 * HOUR, ..Newsroom::new() }
}

#[test]
fn an_embargo_lifts_by_the_clock_and_is_released_by_the_ledger() {
    let mut room = behind();
    let embargoed = Article { embargo: on("2026-11-24T13:00:00Z"), ..article("A") };
    let decision = room.drop("a.md", &embargoed);
    assert!(matches!(decision.after.state, State::Held { .. }), "it is noon, whatever the ledger says");
    room.later(HOUR - 1);
    let early = Observation::Due(room.at("a.md").id.clone(), Some(embargoed.into()));
    assert_eq!(room.batch(&[early]).decisions, []);
    room.later(1);
    let entry = room.tick().decisions.remove(0).after;
    assert_eq!((entry.state, entry.published), (State::Live, room.now));
    assert_eq!(entry.released, Instant::from_millis(room.now.as_millis() + 3 * HOUR), "on top of all that was released before");
}

#[test]
fn changes_and_returns_stay_in_order() {
    let mut room = behind();
    room.drop("a.md", &article("A"));
    let updated = room.later(1).drop("a.md", &article("B")).after.updated;
    let State::Withdrawn { at: went, .. } =
        room.later(1).drop("a.md", &Article { withdrawn: Some("x".into()), ..article("B") }).after.state
    else {
        panic!("it is withdrawn")
    };
    assert!(went > updated);
    // The clock is set back once more; the ledger is not.
    room.now = Instant::from_millis(room.now.as_millis() - DAY);
    room.ledger_ahead += DAY + 1;
    let back = room.drop("a.md", &article("B"));
    assert_eq!(kind(&back), Some(BulletinKind::Published));
    assert!(back.after.updated > went && back.after.released > went);
}

#[test]
fn news_is_news_by_the_clock() {
    let mut room = behind();
    room.ledger_ahead = 30 * DAY;
    let yesterday = Article { published: on("2026-11-23"), ..article("A") };
    assert_eq!(kind(&room.drop("a.md", &yesterday)), Some(BulletinKind::Published));
    assert!(matches!(room.drop("b.md", &Article { published: on("2026-11-25"), ..article("B") }).after.state, State::Held { .. }));
}

#[test]
fn a_grace_does_not_last_for_as_long_as_the_clock_was_set_back() {
    let mut room = Newsroom::new();
    room.drop("a.md", &article("A"));
    room.later(1).remove("a.md");
    let id = room.at("a.md").id.clone();
    room.now = Instant::from_millis(room.now.as_millis() - DAY);
    room.ledger_ahead = DAY + 1;
    let decided = room.batch(&[Observation::Due(id, None)]);
    assert_eq!(told(&decided), [("a.md".into(), BulletinKind::Withdrawn)]);
    assert_eq!(telling(&decided.decisions[0]).advisory, Some(Advisory::Deleted));
}
