//! Withdrawals: by the source's word, by a file's disappearance; and what comes back.

use super::newsroom::*;
use crate::article::{Advisory, Article, BulletinKind, Revision, State};
use crate::desk::Observation;

fn killed(reason: &str) -> Article {
    Article { withdrawn: Some(reason.into()), ..article("A") }
}

#[test]
fn a_kill_carries_its_reason() {
    let mut room = Newsroom::new();
    room.drop("a.md", &article("A"));
    room.later(HOUR);
    let decision = room.drop("a.md", &killed("untrue"));
    let told = telling(&decision);
    assert_eq!((told.kind, told.advisory, told.reason.as_deref()), (BulletinKind::Withdrawn, Some(Advisory::Kill), Some("untrue")));
    assert_eq!(decision.after.state, State::Withdrawn { at: room.now, reason: Some("untrue".into()) });
    // A touch, or another reason, tells nothing and moves no tombstone.
    let when = room.now;
    room.later(HOUR);
    let decision = room.drop("a.md", &killed("quite untrue"));
    assert_eq!(kind(&decision), None);
    assert_eq!(decision.after.state, State::Withdrawn { at: when, reason: Some("quite untrue".into()) });
}

#[test]
fn a_kill_without_a_reason() {
    let mut room = Newsroom::new();
    room.drop("a.md", &article("A"));
    let decision = room.drop("a.md", &killed(""));
    assert_eq!(telling(&decision).reason, None);
}

#[test]
fn a_hold_that_becomes_a_kill_is_told() {
    let mut room = Newsroom::new();
    room.drop("a.md", &article("A"));
    room.drop("a.md", &Article { hold: Some("legal".into()), ..article("A") });
    let decision = room.drop("a.md", &killed("untrue"));
    let told = telling(&decision);
    assert_eq!((told.advisory, told.reason.as_deref()), (Some(Advisory::Kill), Some("untrue")));
    assert_eq!(decision.after.revision, Revision(3));
}

#[test]
fn what_was_never_public_is_killed_without_a_word() {
    let mut room = Newsroom::new();
    let decision = room.drop("a.md", &killed("untrue"));
    assert_eq!((kind(&decision), decision.is_visible()), (None, false));
    room.drop("b.md", &Article { draft: true, ..article("B") });
    let decision = room.drop("b.md", &Article { draft: true, ..killed("untrue") });
    assert_eq!(kind(&decision), None);
}

#[test]
fn a_vanished_file_is_waited_for() {
    let mut room = Newsroom::new();
    room.drop("a.md", &article("A"));
    let decision = room.remove("a.md").decisions.remove(0);
    let until = room.now.plus(std::time::Duration::from_secs(3));
    assert_eq!((decision.after.state.clone(), decision.after.due), (State::RemovalPending { until }, Some(until)));
    assert!(!decision.is_visible() && kind(&decision).is_none(), "still live");
    room.later(SECOND);
    assert_eq!(room.remove("a.md").decisions, [], "the grace does not begin anew");
    // Back within it, nothing has happened.
    let decision = room.drop("a.md", &article("A"));
    assert_eq!((decision.after.state.clone(), decision.after.due, kind(&decision)), (State::Live, None, None));
    assert!(!decision.is_visible());
}

#[test]
fn back_within_the_grace_with_another_text_is_an_update() {
    let mut room = Newsroom::new();
    room.drop("a.md", &article("A"));
    room.remove("a.md");
    assert_eq!(kind(&room.drop("a.md", &article("B"))), Some(BulletinKind::Updated));
}

#[test]
fn a_file_that_is_back_but_cannot_be_read_ends_the_grace() {
    let mut room = Newsroom::new();
    room.drop("a.md", &article("A"));
    room.remove("a.md");
    let decided = room.batch(&[Observation::Unusable(path("a.md"))]);
    assert_eq!(decided.decisions[0].after.state, State::Live);
    room.later(4 * SECOND);
    assert_eq!(room.tick().decisions, []);
}

#[test]
fn after_the_grace_it_is_withdrawn_as_deleted() {
    let mut room = Newsroom::new();
    room.drop("a.md", &article("A"));
    room.remove("a.md");
    room.later(3 * SECOND);
    let decision = room.tick().decisions.remove(0);
    let told = telling(&decision);
    assert_eq!((told.kind, told.advisory, told.reason.as_deref()), (BulletinKind::Withdrawn, Some(Advisory::Deleted), None));
    assert_eq!(decision.after.state, State::Withdrawn { at: room.now, reason: None });
    assert_eq!(decision.after.due, None);
    assert!(decision.is_visible());
}

#[test]
fn restored_at_the_same_path() {
    let mut room = Newsroom::new();
    let first = room.drop("a.md", &Article { published: on("2026-11-20"), ..article("A") }).after;
    room.remove("a.md");
    room.later(3 * SECOND).tick();
    let when = room.now;
    // Much later, and whatever it says of its own dates.
    room.later(60 * DAY);
    let back = Article { published: on("2026-11-20"), updated: on("2026-11-21"), ..article("A") };
    let decision = room.drop("a.md", &back);
    assert_eq!(kind(&decision), Some(BulletinKind::Published));
    assert_eq!((decision.after.id.clone(), decision.after.revision), (first.id, Revision(3)));
    assert!(decision.after.updated > when);
    assert_eq!(decision.after.released, room.now);
    assert_eq!(decision.after.published.rfc3339(), "2026-11-20T00:00:00Z");
    assert_eq!(decision.after.link, first.link);
}

#[test]
fn restored_by_its_id_elsewhere() {
    let mut room = Newsroom::new();
    let own = Article { id: Some(id("urn:x:1")), ..article("A") };
    room.drop("a.md", &own);
    room.remove("a.md");
    room.later(3 * SECOND).tick();
    room.later(HOUR);
    let decision = room.drop("b.md", &own);
    assert_eq!((kind(&decision), decision.after.id.clone()), (Some(BulletinKind::Published), id("urn:x:1")));
    assert_eq!(room.catalogue.entries.len(), 1);
}

#[test]
fn another_article_by_its_own_id_may_take_a_withdrawn_one_s_path() {
    let mut room = Newsroom::new();
    let first = room.drop("a.md", &article("A")).after.id;
    room.remove("a.md");
    room.later(3 * SECOND).tick();
    let decision = room.drop("a.md", &Article { id: Some(id("urn:x:1")), ..article("B") });
    assert_eq!(decision.after.id, id("urn:x:1"));
    assert!(matches!(room.catalogue.entries[&first].state, State::Withdrawn { .. }));
}

#[test]
fn what_was_never_public_is_forgotten() {
    let mut room = Newsroom::new();
    let never = [
        Article { draft: true, ..article("A") },
        Article { expires: on("2026-11-01"), ..article("A") },
        Article { embargo: on("2026-12-01"), ..article("A") },
        killed("x"),
    ];
    for article in never {
        let id = room.drop("a.md", &article).after.id;
        let decided = room.remove("a.md");
        assert_eq!((decided.forget, decided.decisions), (vec![id], vec![]));
        assert!(room.catalogue.entries.is_empty());
    }
}

#[test]
fn an_article_on_hold_or_expired_goes_quietly() {
    for article_gone in [Article { hold: Some("x".into()), ..article("A") }, Article { expires: on("2026-11-24"), ..article("A") }] {
        let mut room = Newsroom::new();
        room.drop("a.md", &article("A"));
        room.drop("a.md", &article_gone);
        let decided = room.remove("a.md");
        assert_eq!(told(&decided), []);
        assert!(matches!(room.at("a.md").state, State::Withdrawn { .. }));
        // Restored, it is told.
        assert_eq!(kind(&room.drop("a.md", &article("A"))), Some(BulletinKind::Published));
    }
}

#[test]
fn a_path_that_is_not_known_is_nothing() {
    let mut room = Newsroom::new();
    assert_eq!(room.remove("a.md").decisions, []);
    assert_eq!(room.batch(&[Observation::Unusable(path("a.md"))]).decisions, []);
    assert_eq!(room.batch(&[Observation::Due(id("urn:x:1"), None)]).decisions, []);
}
