//! Drafts, embargoes, holds, expiry: what is not public, and how it becomes so again.

use super::newsroom::*;
use crate::article::{Advisory, Article, BulletinKind, Holding, State};
use crate::desk::Observation;
use crate::instant::Instant;

fn held(why: Holding) -> State {
    State::Held { why }
}

#[test]
fn a_draft_is_held_and_told_when_it_is_released_however_old() {
    let mut room = Newsroom::new();
    let old = Article { published: on("2001-01-01"), ..article("A") };
    let decision = room.drop("a.md", &Article { draft: true, ..old.clone() });
    assert_eq!((decision.after.state.clone(), kind(&decision), decision.after.due), (held(Holding::Draft), None, None));
    assert!(!decision.is_visible());
    let decision = room.drop("a.md", &old);
    assert_eq!(kind(&decision), Some(BulletinKind::Published));
    assert_eq!(decision.after.released, room.now);
    assert_eq!(decision.after.published.rfc3339(), "2001-01-01T00:00:00Z");
    // Held once and released, it is not news again by that.
    assert!(!room.at("a.md").held_here);
}

#[test]
fn a_draft_without_a_date_is_published_when_it_is_released() {
    let mut room = Newsroom::new();
    room.drop("a.md", &Article { draft: true, ..article("A") });
    room.later(3 * DAY);
    let entry = room.drop("a.md", &article("A")).after;
    assert!(room.now.since(entry.published).as_secs() < 1, "{}", entry.published);
    assert_eq!(entry.updated, entry.published);
}

#[test]
fn an_embargo_lifts_on_its_instant() {
    let mut room = Newsroom::new();
    let embargoed = Article { embargo: on("2026-11-24T13:00:00Z"), ..article("A") };
    let decision = room.drop("a.md", &embargoed);
    assert_eq!((decision.after.state.clone(), kind(&decision)), (held(Holding::Embargo), None));
    assert_eq!(decision.after.due, Some(Instant::from_millis(NOON + HOUR)));
    room.later(HOUR - 1);
    let early = Observation::Due(room.at("a.md").id.clone(), Some(embargoed.clone().into()));
    assert_eq!(room.batch(&[early]).decisions, [], "not a millisecond early");
    room.later(1);
    let decision = room.tick().decisions.remove(0);
    assert_eq!(kind(&decision), Some(BulletinKind::Published));
    assert_eq!((decision.after.state, decision.after.due), (State::Live, None));
    assert_eq!(decision.after.published, room.now);
    assert_eq!(decision.article.unwrap().headline, "A", "with its text");
}

#[test]
fn a_future_date_holds_until_then() {
    let mut room = Newsroom::new();
    let decision = room.drop("a.md", &Article { published: on("2026-11-26"), ..article("A") });
    assert_eq!((decision.after.state.clone(), kind(&decision)), (held(Holding::Future), None));
    room.later(2 * DAY);
    let decision = room.tick().decisions.remove(0);
    assert_eq!(kind(&decision), Some(BulletinKind::Published));
    assert_eq!(decision.after.published.rfc3339(), "2026-11-26T00:00:00Z");
    assert!(decision.after.id.as_str().contains(",2026-11-26:"), "{}", decision.after.id);
}

#[test]
fn an_embargo_of_an_old_article_is_news_when_it_lifts() {
    let mut room = Newsroom::new();
    room.drop("a.md", &Article { published: on("2001-01-01"), embargo: on("2026-11-24T13:00:00Z"), ..article("A") });
    room.later(HOUR);
    assert_eq!(told(&room.tick()), [("a.md".into(), BulletinKind::Published)]);
}

#[test]
fn an_embargo_held_in_a_baseline_is_told_when_it_lifts() {
    let mut room = Newsroom::new();
    room.baseline = true;
    room.drop("a.md", &Article { embargo: on("2026-11-24T13:00:00Z"), ..article("A") });
    room.baseline = false;
    room.later(HOUR);
    assert_eq!(told(&room.tick()), [("a.md".into(), BulletinKind::Published)]);
}

#[test]
fn a_reload_at_an_embargo_s_hour_does_not_swallow_it() {
    let mut room = Newsroom::new();
    let embargoed = Article { embargo: on("2026-11-24T13:00:00Z"), ..article("A") };
    let id = room.drop("a.md", &embargoed).after.id;
    room.later(HOUR);
    room.baseline = true;
    let decided = room.batch(&[Observation::Again(id, embargoed.into())]);
    assert_eq!(decided.decisions, []);
    room.baseline = false;
    assert_eq!(told(&room.tick()), [("a.md".into(), BulletinKind::Published)]);
}

#[test]
fn an_embargo_whose_source_cannot_be_had_is_not_forgotten() {
    let mut room = Newsroom::new();
    let embargoed = Article { embargo: on("2026-11-24T13:00:00Z"), ..article("A") };
    let id = room.drop("a.md", &embargoed).after.id;
    room.later(HOUR);
    let source = room.catalogue.sources.remove(&id).unwrap();
    assert_eq!(told(&room.tick()), []);
    let due = room.at("a.md").due.expect("it is tried again");
    assert!(due > room.now && due.since(room.now).as_secs() <= 60);
    room.catalogue.sources.insert(id, source);
    room.now = due;
    assert_eq!(told(&room.tick()), [("a.md".into(), BulletinKind::Published)]);
}

#[test]
fn a_time_that_comes_with_its_file_is_one_step() {
    let mut room = Newsroom::new();
    let embargoed = Article { embargo: on("2026-11-24T13:00:00Z"), ..article("A") };
    let id = room.drop("a.md", &embargoed).after.id;
    room.later(HOUR);
    let edited = Article { headline: "B".into(), ..embargoed.clone() };
    let both = [Observation::Due(id, Some(embargoed.into())), room.see("a.md", &edited)];
    let decided = room.batch(&both);
    assert_eq!(told(&decided), [("a.md".into(), BulletinKind::Published)]);
    assert_eq!(decided.decisions[0].after.facts.headline, "B");
}

#[test]
fn a_live_article_that_is_held_is_withdrawn_with_hold_and_comes_back() {
    let future = Article { published: on("2026-12-24"), ..article("A") };
    let embargo = Article { embargo: on("2026-12-24"), ..article("A") };
    let draft = Article { draft: true, ..article("A") };
    let hold = Article { hold: Some("legal".into()), ..article("A") };
    for (article_held, why) in [(future, Holding::Future), (embargo, Holding::Embargo), (draft, Holding::Draft), (hold, Holding::Hold)] {
        let mut room = Newsroom::new();
        let first = room.drop("a.md", &article("A")).after;
        room.later(HOUR);
        let decision = room.drop("a.md", &article_held);
        let told = telling(&decision);
        assert_eq!((told.kind, told.advisory), (BulletinKind::Withdrawn, Some(Advisory::Hold)), "{why:?}");
        assert_eq!(told.reason.as_deref(), (why == Holding::Hold).then_some("legal"));
        assert_eq!(decision.after.state, held(why));
        assert!(decision.is_visible());
        let when = room.now;
        // Held, it may change as it likes.
        room.later(HOUR);
        assert_eq!(kind(&room.drop("a.md", &Article { standfirst: Some("s".into()), ..article_held })), None);
        room.later(HOUR);
        let decision = room.drop("a.md", &Article { announce: Some(false), ..article("A") });
        assert_eq!(kind(&decision), Some(BulletinKind::Published), "whoever was told is told");
        assert_eq!(decision.after.id, first.id);
        assert_eq!(decision.after.revision.0, 3);
        assert!(decision.after.updated > when);
        assert_eq!(decision.after.released, room.now);
        if why != Holding::Future {
            assert_eq!(decision.after.published, first.published);
        }
    }
}

#[test]
fn an_updated_date_from_before_the_hold_does_not_hide_the_return() {
    let mut room = Newsroom::new();
    room.drop("a.md", &article("A"));
    room.later(HOUR);
    room.drop("a.md", &Article { hold: Some("x".into()), ..article("A") });
    let when = room.now;
    room.later(HOUR);
    let back = Article { updated: on("2026-11-24T12:30:00Z"), ..article("A") };
    assert!(room.drop("a.md", &back).after.updated > when);
}
