//! Articles that leave the feeds by their own date: quietly, or told where that was asked for.

use super::newsroom::*;
use crate::article::{Advisory, Article, BulletinKind, State};
use crate::instant::Instant;

#[test]
fn expiry_leaves_the_feeds_and_tells_no_one() {
    let mut room = Newsroom::new();
    let expiring = Article { expires: on("2026-11-24T13:00:00Z"), ..article("A") };
    let decision = room.drop("a.md", &expiring);
    assert_eq!(decision.after.due, Some(Instant::from_millis(NOON + HOUR)));
    room.later(HOUR);
    let decided = room.tick();
    assert_eq!(told(&decided), []);
    assert!(decided.decisions[0].is_visible());
    assert_eq!(decided.decisions[0].after.state, State::Expired);
    // Longer after all, it is back, as quietly.
    room.later(HOUR);
    let decision = room.drop("a.md", &article("A"));
    assert_eq!((decision.after.state.clone(), kind(&decision)), (State::Live, None));
    assert!(decision.is_visible());
}

#[test]
fn what_was_never_public_and_had_expired_is_released_like_any_other() {
    let mut room = Newsroom::new();
    let decision = room.drop("a.md", &Article { expires: on("2026-11-24"), ..article("A") });
    assert_eq!((decision.after.state.clone(), kind(&decision)), (State::Expired, None));
    let killed = Article { expires: on("2026-11-24"), withdrawn: Some("x".into()), ..article("A") };
    assert_eq!(kind(&room.drop("a.md", &killed)), None, "no one ever saw it");
    let decision = room.drop("a.md", &article("A"));
    assert_eq!(kind(&decision), Some(BulletinKind::Published));
    assert!(decision.after.was_public);
}

#[test]
fn an_expiry_that_is_to_be_told_is_a_withdrawal() {
    let asked = Article { expires: on("2026-11-24T13:00:00Z"), announce_expiry: Some(true), ..article("A") };
    let silent = Article { announce_expiry: None, ..asked.clone() };
    let declined = Article { announce_expiry: Some(false), ..asked.clone() };
    for (config, article, is_told) in [
        ("", &asked, true),
        ("", &silent, false),
        ("[articles]\nannounce_expiry = true\n", &silent, true),
        ("[articles]\nannounce_expiry = true\n", &declined, false),
    ] {
        let mut room = Newsroom::with(config);
        room.drop("a.md", article);
        room.later(HOUR);
        let decision = room.tick().decisions.remove(0);
        let advisory = decision.telling.as_ref().map(|telling| (telling.kind, telling.advisory, telling.reason.clone()));
        assert_eq!(advisory, is_told.then_some((BulletinKind::Withdrawn, Some(Advisory::Expired), None)), "{config}{article:?}");
        let gone = State::Withdrawn { at: room.now, reason: None };
        assert_eq!(decision.after.state, if is_told { gone } else { State::Expired });
        assert_eq!(decision.after.due, None);
        // A save without a change says nothing again.
        room.later(HOUR);
        let saved = room.drop("a.md", article);
        assert_eq!((kind(&saved), saved.after.state), (None, decision.after.state));
    }
}

#[test]
fn who_was_told_of_an_expiry_is_told_of_the_return() {
    let mut room = Newsroom::new();
    let asked = Article { expires: on("2026-11-24T13:00:00Z"), announce_expiry: Some(true), ..article("A") };
    let id = room.drop("a.md", &asked).after.id;
    room.later(HOUR).tick();
    let went = room.now;
    room.later(HOUR);
    let back = room.drop("a.md", &Article { expires: on("2027-01-01"), ..asked });
    assert_eq!((kind(&back), &back.after.id), (Some(BulletinKind::Published), &id));
    assert!(back.after.updated > went);
}

#[test]
fn who_was_told_of_a_hold_is_told_of_a_return_after_an_expiry() {
    let mut room = Newsroom::new();
    room.drop("a.md", &article("A"));
    room.later(HOUR).drop("a.md", &Article { hold: Some("Legal".into()), ..article("A") });
    room.later(HOUR).drop("a.md", &Article { expires: on("2026-11-01"), ..article("A") });
    room.later(HOUR);
    assert_eq!(kind(&room.drop("a.md", &article("A"))), Some(BulletinKind::Published));
}
