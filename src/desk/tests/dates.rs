//! Published, updated, and the order of feeds.

use super::newsroom::*;
use crate::article::{Article, BulletinKind, Entry, Field};
use crate::desk::{Observation, Seen};
use crate::instant::Instant;

fn millis(at: Instant) -> i64 {
    at.as_millis() - NOON
}

#[test]
fn published_is_the_source_s_own() {
    let mut room = Newsroom::new();
    let dated = Article { published: on("2026-11-23T08:00:00Z"), ..article("A") };
    let entry = room.drop("a.md", &dated).after;
    assert_eq!(entry.published.rfc3339(), "2026-11-23T08:00:00Z");
    assert_eq!(entry.updated, entry.published);
}

#[test]
fn else_it_is_first_sight_and_stays() {
    let mut room = Newsroom::new();
    let sight = Seen { first_sight: Instant::from_millis(NOON - 2 * HOUR), ..seen("a.md", &article("A"), room.now) };
    let entry = room.batch(&[Observation::Seen(Box::new(sight))]).decisions.remove(0).after;
    assert_eq!(millis(entry.published), -2 * HOUR);
    room.later(DAY);
    let entry = room.drop("a.md", &article("edited")).after;
    assert_eq!(millis(entry.published), -2 * HOUR);
    // A date that is taken out again is kept too.
    room.drop("a.md", &Article { published: on("2026-11-01"), ..article("edited") });
    let entry = room.drop("a.md", &article("edited")).after;
    assert_eq!(entry.published.rfc3339(), "2026-11-01T00:00:00Z");
}

#[test]
fn a_date_that_was_taken_over_stands_until_the_source_gives_another() {
    let mut room = Newsroom::new();
    let first = Article { published: on("2020-03-03"), ..article("A") };
    let id = room.drop("a.md", &first).after.id;
    let taken = Instant::from_millis(1_583_219_700_000);
    let entry = room.catalogue.entries.get_mut(&id).unwrap();
    (entry.published, entry.updated, entry.released) = (taken, taken, taken);
    room.later(HOUR);
    // An edit, a touch, a new config and the date taken out leave it.
    let edited = Article { headline: "B".into(), ..first.clone() };
    assert_eq!(room.drop("a.md", &edited).after.published, taken);
    let again = room.batch(&[Observation::Again(id.clone(), edited.clone().into())]).decisions.remove(0).after;
    assert_eq!((again.published, again.released), (taken, taken));
    room.later(HOUR);
    let dated = Article { published: on("2020-03-05"), ..edited };
    assert_eq!(room.drop("a.md", &dated).after.published.rfc3339(), "2020-03-05T00:00:00Z");
    // A date to come holds it, whatever it was published with.
    room.later(HOUR);
    let ahead = room.drop("a.md", &Article { published: on("2030-01-01"), ..dated }).after;
    assert!(!ahead.state.is_public());
}

#[test]
fn it_is_never_later_than_now() {
    let mut room = Newsroom::new();
    let ahead = Seen { first_sight: Instant::from_millis(NOON + DAY), ..seen("a.md", &article("A"), room.now) };
    let entry = room.batch(&[Observation::Seen(Box::new(ahead))]).decisions.remove(0).after;
    assert!(entry.published <= room.now, "a file from the future: {}", entry.published);
    assert!(entry.updated <= room.now);
}

#[test]
fn updated_moves_with_the_fields_even_if_front_matter_s_stands_still() {
    let mut room = Newsroom::new();
    let first = Article { updated: on("2026-11-24T11:00:00Z"), published: on("2026-11-24T10:00:00Z"), ..article("A") };
    assert_eq!(millis(room.drop("a.md", &first).after.updated), -HOUR, "its own on first sight");
    room.later(HOUR);
    let edited = Article { headline: "B".into(), ..first.clone() };
    assert_eq!(millis(room.drop("a.md", &edited).after.updated), HOUR);
    // A later one given there wins …
    room.later(HOUR);
    let dated = Article { headline: "C".into(), updated: on("2026-11-24T13:30:00Z"), ..first.clone() };
    assert_eq!(millis(room.drop("a.md", &dated).after.updated), HOUR + HOUR / 2);
    // … but no earlier one, and none of the future.
    for own in ["2026-11-24T13:10:00Z", "2026-11-30"] {
        room.later(HOUR);
        let back = Article { headline: own.into(), updated: on(own), ..first.clone() };
        assert_eq!(room.drop("a.md", &back).after.updated, room.now);
    }
}

#[test]
fn a_touch_and_a_re_save_move_nothing() {
    let mut room = Newsroom::new();
    let before = room.drop("a.md", &article("A")).after;
    room.later(HOUR);
    let decision = room.drop("a.md", &article("A"));
    assert_eq!(kind(&decision), None);
    assert!(!decision.is_visible());
    assert_eq!(decision.after, Entry { stamp: decision.after.stamp, ..before });
}

#[test]
fn a_new_site_moves_links_and_tells_no_one() {
    let mut room = Newsroom::new();
    let before = room.drop("a.md", &article("A")).after;
    room.later(HOUR);
    let decided = room.reconfigure("[articles]\nlink = \"news/{slug}\"");
    assert_eq!(told(&decided), []);
    let after = room.at("a.md").clone();
    assert_eq!(after.link.as_str(), "https://example.org/news/a");
    assert_eq!((after.updated, after.order(), after.revision), (before.updated, before.order(), before.revision));
}

#[test]
fn a_slug_moves_the_link_and_tells_no_one() {
    let mut room = Newsroom::new();
    room.drop("a.md", &article("A"));
    room.later(HOUR);
    let decision = room.drop("a.md", &Article { slug: Some("b".into()), ..article("A") });
    assert_eq!(kind(&decision), None);
    assert!(decision.is_visible());
    assert_eq!(room.link("a.md"), "articles/b");
}

#[test]
fn minor_updates_the_feed_moves_no_date_and_tells_no_one() {
    let mut room = Newsroom::new();
    let before = room.drop("a.md", &article("A")).after;
    room.later(HOUR);
    let minor = |headline: &str| Article { minor: true, ..article(headline) };
    let observation = room.see("a.md", &minor("Á"));
    let decided = room.batch(&[observation]);
    assert_eq!(told(&decided), []);
    assert_eq!(rules(&decided), Vec::<String>::new(), "this is what it is for");
    assert!(decided.decisions[0].is_visible());
    let after = room.at("a.md").clone();
    assert_eq!((after.updated, after.published, after.order()), (before.updated, before.published, before.order()));
    // Left standing, it silences the next change too, and that is said.
    room.later(HOUR);
    assert_eq!(room.notes("a.md", &minor("Â")), ["minor-left"]);
    assert_eq!(room.at("a.md").revision, before.revision);
    // Taken out, the next change is told; touched in between or not.
    room.drop("a.md", &article("Â"));
    let decision = room.drop("a.md", &article("Ã"));
    assert_eq!(kind(&decision), Some(BulletinKind::Updated));
}

#[test]
fn minor_set_before_the_change_it_is_meant_for_is_not_left_over() {
    let mut room = Newsroom::new();
    room.drop("a.md", &article("A"));
    assert_eq!(room.notes("a.md", &Article { minor: true, ..article("A") }), Vec::<String>::new());
    assert_eq!(room.notes("a.md", &Article { minor: true, ..article("B") }), Vec::<String>::new());
    assert_eq!(room.notes("a.md", &Article { minor: true, ..article("B") }), Vec::<String>::new(), "a touch");
    assert_eq!(room.notes("a.md", &Article { minor: true, ..article("C") }), ["minor-left"]);
}

#[test]
fn minor_silences_no_publication_no_withdrawal_and_no_new_correction() {
    let mut room = Newsroom::new();
    let minor = |headline: &str| Article { minor: true, ..article(headline) };
    assert_eq!(kind(&room.drop("a.md", &minor("A"))), Some(BulletinKind::Published));
    room.later(HOUR);
    let corrected = Article { correction: Some("It was Tuesday.".into()), ..minor("A") };
    let decision = room.drop("a.md", &corrected);
    assert_eq!(telling(&decision).changed, [Field::Correction]);
    assert_eq!(decision.after.updated, room.now);
    // The same correction, standing, tells nothing again.
    room.later(HOUR);
    assert_eq!(kind(&room.drop("a.md", &Article { headline: "B".into(), ..corrected.clone() })), None);
    // Taken out, it is no correction.
    assert_eq!(kind(&room.drop("a.md", &minor("B"))), None);
    let killed = Article { withdrawn: Some(String::new()), ..minor("B") };
    assert_eq!(kind(&room.drop("a.md", &killed)), Some(BulletinKind::Withdrawn));
}

#[test]
fn what_changed_is_named() {
    let mut room = Newsroom::new();
    room.drop("a.md", &article("A"));
    let decision = room.drop("a.md", &Article { tags: vec!["x".into()], standfirst: Some("s".into()), ..article("B") });
    assert_eq!(telling(&decision).changed, [Field::Headline, Field::Summary, Field::Tags]);
}

/// The paths in the order of a feed.
fn order(room: &Newsroom) -> Vec<String> {
    let mut entries: Vec<&Entry> = room.catalogue.entries.values().filter(|entry| entry.state.is_public()).collect();
    entries.sort_by_key(|entry| entry.order());
    entries.iter().map(|entry| entry.path.to_string()).collect()
}

#[test]
fn what_is_told_stands_on_top_and_history_takes_its_place() {
    let mut room = Newsroom::new();
    let dated = |day| Article { published: on(day), ..article(day) };
    room.drop("first.md", &dated("2026-11-24"));
    room.later(HOUR);
    room.drop("yesterday.md", &dated("2026-11-23"));
    room.later(HOUR);
    room.drop("history.md", &dated("2020-01-01"));
    room.drop("older.md", &dated("2019-01-01"));
    assert_eq!(order(&room), ["yesterday.md", "first.md", "history.md", "older.md"]);
    // An update moves nothing.
    room.later(HOUR);
    room.drop("first.md", &Article { headline: "edited".into(), ..dated("2026-11-24") });
    assert_eq!(order(&room), ["yesterday.md", "first.md", "history.md", "older.md"]);
    // History follows its date; news does not.
    room.drop("older.md", &dated("2021-01-01"));
    room.drop("yesterday.md", &dated("2026-11-20"));
    assert_eq!(order(&room), ["yesterday.md", "first.md", "older.md", "history.md"]);
}

#[test]
fn news_without_a_date_stays_on_top_when_it_is_given_one() {
    let mut room = Newsroom::new();
    let released = room.drop("a.md", &article("A")).after.released;
    assert_eq!(released, room.now);
    room.later(HOUR);
    let entry = room.drop("a.md", &Article { published: on("2026-11-20"), ..article("A") }).after;
    assert_eq!(entry.released, released);
    assert_eq!(entry.published.rfc3339(), "2026-11-20T00:00:00Z");
}

#[test]
fn a_baseline_stands_by_its_dates() {
    let mut room = Newsroom::new();
    room.baseline = true;
    let entry = room.drop("a.md", &Article { published: on("2026-11-24"), ..article("A") }).after;
    assert_eq!(entry.released, entry.published);
}
