//! Agencies send each version of an item in a file of its own, under one identifier.

use super::newsroom::*;
use crate::article::{Article, BulletinKind, State, Version};
use crate::desk::{Known, Observation};
use crate::instant::Instant;

fn version(number: u32, headline: &str) -> Article {
    Article {
        id: Some(id("urn:newsml:x:1")),
        slug: Some("story".into()),
        published: on("2026-11-24T08:00:00Z"),
        version: Version::new(Some(number), Some(Instant::from_millis(NOON + i64::from(number)))),
        ..article(headline)
    }
}

fn killed(number: u32) -> Article {
    Article { withdrawn: Some(String::new()), ..version(number, "urn:newsml:x:1") }
}

#[test]
fn a_higher_version_in_another_file_updates_the_article() {
    let mut room = Newsroom::new();
    let first = room.drop("1.xml", &version(1, "First"));
    let observation = room.see("2.xml", &version(2, "Second"));
    let decided = room.batch(&[observation]);
    assert_eq!(told(&decided), [("2.xml".to_owned(), BulletinKind::Updated)]);
    assert_eq!(rules(&decided), ["newer-version"]);
    let now = room.entry("urn:newsml:x:1");
    assert_eq!((&now.path, &now.link, now.facts.headline.as_str()), (&path("2.xml"), &first.after.link, "Second"));
    assert!(room.remove("1.xml").decisions.is_empty(), "the older file is nobody's any more");
    room.remove("2.xml");
    assert!(matches!(room.entry("urn:newsml:x:1").state, State::RemovalPending { .. }));
}

#[test]
fn an_older_version_changes_nothing_however_late_it_comes() {
    let mut room = Newsroom::new();
    room.drop("2.xml", &version(2, "Second"));
    assert_eq!(room.notes("1.xml", &version(1, "First")), ["superseded-version"]);
    assert_eq!(room.notes("again.xml", &version(2, "Second")), ["superseded-version"]);
    assert_eq!(room.notes("other.xml", &version(2, "Other")), ["same-version"]);
    assert_eq!(room.entry("urn:newsml:x:1").facts.headline, "Second");
    room.drop("2.xml", &version(1, "Set back"));
    assert_eq!(room.entry("urn:newsml:x:1").facts.headline, "Set back", "its own file may say what it will");
}

#[test]
fn of_several_in_one_batch_the_newest_counts() {
    let mut room = Newsroom::new();
    let batch = [(3, "b.xml"), (1, "a.xml"), (2, "c.xml")].map(|(number, at)| room.see(at, &version(number, &format!("V{number}"))));
    let decided = room.batch(&batch);
    assert_eq!(told(&decided), [("b.xml".to_owned(), BulletinKind::Published)]);
    assert_eq!(rules(&decided), ["superseded-version", "superseded-version"]);
    assert_eq!(room.entry("urn:newsml:x:1").facts.headline, "V3");
    // The same folder, found again at a start.
    let decided = room.batch(&batch);
    assert!(told(&decided).is_empty(), "{decided:?}");
    let newer = [(1, "a.xml"), (4, "d.xml")].map(|(number, at)| room.see(at, &version(number, &format!("V{number}"))));
    assert_eq!(told(&room.batch(&newer)), [("d.xml".to_owned(), BulletinKind::Updated)]);
}

#[test]
fn a_first_scan_knows_versions_too() {
    let room = Newsroom::new();
    let batch = [room.see("a.xml", &version(2, "Second")), room.see("b.xml", &version(2, "Second"))];
    let decided = room.desk.decide(&batch, &mut Known::first_scan(), room.now, true).unwrap();
    assert_eq!(rules(&decided), ["superseded-version"]);
    assert_eq!(decided.decisions.len(), 1);
}

#[test]
fn a_kill_stays_a_kill_while_older_versions_lie_about() {
    let mut room = Newsroom::new();
    room.drop("1.xml", &version(1, "First"));
    let decision = room.drop("2.xml", &killed(2));
    assert_eq!(kind(&decision), Some(BulletinKind::Withdrawn));
    assert_eq!(decision.after.facts.headline, "First", "it is told by the headline that everybody knows");
    for at in ["1.xml", "older.xml"] {
        assert_eq!(room.notes(at, &version(1, "First")), ["superseded-version"]);
    }
    room.remove("2.xml");
    room.later(DAY);
    room.tick();
    assert_eq!(room.notes("1.xml", &version(1, "First")), ["superseded-version"]);
    assert!(matches!(room.entry("urn:newsml:x:1").state, State::Withdrawn { .. }));
    let back = room.drop("3.xml", &version(3, "Right this time"));
    assert_eq!(kind(&back), Some(BulletinKind::Published), "a still higher one restores it");
}

#[test]
fn all_at_once_with_a_kill_nothing_is_published() {
    let mut room = Newsroom::new();
    let batch = [room.see("1.xml", &version(1, "First")), room.see("2.xml", &killed(2))];
    assert!(told(&room.batch(&batch)).is_empty());
    assert!(!room.entry("urn:newsml:x:1").was_public);
}

#[test]
fn a_date_that_is_the_versions_alone_does_not_move_the_publication() {
    let mut room = Newsroom::new();
    let dated = |number: u32, at: &str| {
        let created = on(at).map(|date| date.at);
        Article { version: Version::new(Some(number), created), published: on(at), updated: on(at), ..version(number, "Story") }
    };
    room.drop("1.xml", &dated(1, "2026-11-24T08:00:00Z"));
    room.drop("2.xml", &dated(2, "2026-11-24T11:00:00Z"));
    let now = room.entry("urn:newsml:x:1");
    assert_eq!((now.published.rfc3339(), now.updated.rfc3339()), ("2026-11-24T08:00:00Z".into(), "2026-11-24T11:00:00Z".into()));
}

#[test]
fn without_versions_an_id_given_twice_is_a_fault() {
    let mut room = Newsroom::new();
    let plain = Article { version: None, ..version(1, "First") };
    room.drop("1.xml", &plain);
    assert_eq!(room.notes("2.xml", &plain), ["duplicate-id"]);
    assert_eq!(room.notes("3.xml", &version(2, "Second")), ["duplicate-id"], "nothing says that it is newer");
}

#[test]
fn a_file_that_is_moved_keeps_its_version() {
    let mut room = Newsroom::new();
    room.drop("in/2.xml", &version(2, "Second"));
    let moved = room.moved("in/2.xml", "done/2.xml", &version(2, "Second"));
    let decided = room.batch(&[Observation::Gone(path("in/2.xml")), moved]);
    assert!(rules(&decided).is_empty() && told(&decided).is_empty(), "{decided:?}");
    assert_eq!(room.entry("urn:newsml:x:1").path, path("done/2.xml"));
}
