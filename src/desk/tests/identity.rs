//! Ids: made once, kept for ever.

use super::newsroom::*;
use crate::article::{Article, BulletinKind, State};
use crate::desk::Observation;

#[test]
fn a_made_id_is_authority_day_and_path() {
    let mut room = Newsroom::new();
    let decision = room.drop("world/Paris talks.md", &article("Paris"));
    assert_eq!(decision.after.id.as_str(), "tag:example.org,2026-11-24:world/Paris%20talks");
}

#[test]
fn its_day_is_that_of_publication_in_the_sites_zone() {
    let mut room = Newsroom::with("timezone = \"Asia/Tokyo\"");
    room.later(4 * HOUR);
    assert_eq!(room.drop("a.md", &article("A")).after.id.as_str(), "tag:example.org,2026-11-25:a");
    let dated = Article { published: on("2020-02-03T10:00:00Z"), ..article("B") };
    assert_eq!(room.drop("b.md", &dated).after.id.as_str(), "tag:example.org,2020-02-03:b");
}

#[test]
fn front_matter_gives_its_own() {
    let mut room = Newsroom::new();
    let own = Article { id: Some(id("urn:x:1")), ..article("A") };
    assert_eq!(room.drop("a.md", &own).after.id, id("urn:x:1"));
}

#[test]
fn the_same_path_and_day_again_get_a_number() {
    let mut room = Newsroom::new();
    room.drop("a.md", &article("A"));
    let moved = room.moved("a.md", "b.md", &article("A"));
    room.batch(&[Observation::Gone(path("a.md")), moved]);
    assert_eq!(room.drop("a.md", &article("other")).after.id.as_str(), "tag:example.org,2026-11-24:a-2");
    assert_eq!(room.drop("a.txt", &article("third")).after.id.as_str(), "tag:example.org,2026-11-24:a-3", "without extension");
}

#[test]
fn nothing_changes_it() {
    let mut room = Newsroom::new();
    let made = room.drop("a.md", &article("A")).after.id;
    room.later(DAY);
    assert_eq!(room.drop("a.md", &article("another headline")).after.id, made);
    let dated = Article { published: on("2026-11-01"), ..article("another headline") };
    assert_eq!(room.drop("a.md", &dated).after.id, made, "a new date");
    let moved = room.moved("a.md", "z/b.md", &dated);
    let decided = room.batch(&[Observation::Gone(path("a.md")), moved]);
    assert_eq!(decided.decisions[0].after.id, made, "a new place");
    room.desk = crate::desk::Desk::new(&{
        let mut config = config("[articles]\nlink = \"{year}/{slug}\"");
        config.site.url = url::Url::parse("https://elsewhere.example/").unwrap();
        config
    });
    assert_eq!(room.drop("z/b.md", &dated).after.id, made, "a new host and pattern");
    assert_eq!(room.at("z/b.md").link.as_str(), "https://elsewhere.example/2026/b");
}

#[test]
fn a_draft_s_is_made_when_it_is_published() {
    let mut room = Newsroom::new();
    let draft = Article { draft: true, ..article("A") };
    let first = room.drop("draft.md", &draft).after.id;
    let moved = room.moved("draft.md", "final.md", &draft);
    room.batch(&[Observation::Gone(path("draft.md")), moved]);
    room.later(3 * DAY);
    let decision = room.drop("final.md", &article("A"));
    assert_eq!(decision.after.id.as_str(), "tag:example.org,2026-11-27:final");
    assert_eq!(kind(&decision), Some(BulletinKind::Published));
    assert!(!room.catalogue.entries.contains_key(&first));
    assert_eq!(room.catalogue.entries.len(), 1);
}

#[test]
fn an_article_once_public_keeps_its_id_whatever_front_matter_says() {
    let mut room = Newsroom::new();
    let made = room.drop("a.md", &article("A")).after.id;
    let other = Article { id: Some(id("urn:x:1")), ..article("A") };
    assert_eq!(room.notes("a.md", &other), ["id-changed"]);
    assert_eq!(room.at("a.md").id, made);
    // Moved and edited in one go, it is still that article.
    let moved = room.moved("a.md", "b.md", &other);
    assert_eq!(rules(&room.batch(&[Observation::Gone(path("a.md")), moved])), ["id-changed"]);
    assert_eq!(room.at("b.md").id, made);
}

#[test]
fn a_draft_may_take_an_id_of_its_own_and_is_still_one_that_waited() {
    let mut room = Newsroom::new();
    let old = Article { published: on("2020-01-01"), ..article("A") };
    let made = room.drop("a.md", &Article { draft: true, ..old.clone() }).after.id;
    let decision = room.drop("a.md", &Article { id: Some(id("urn:x:1")), ..old });
    assert_eq!(decision.after.id, id("urn:x:1"));
    assert_eq!(kind(&decision), Some(BulletinKind::Published), "held here and now released");
    assert!(!room.catalogue.entries.contains_key(&made));
}

#[test]
fn an_id_given_twice_is_a_finding_on_the_second_and_the_first_stays() {
    let mut room = Newsroom::new();
    let one = Article { id: Some(id("urn:x:1")), ..article("one") };
    let two = Article { headline: "two".into(), ..one.clone() };
    let both = [room.see("b.md", &two), room.see("a.md", &one)];
    let decided = room.batch(&both);
    assert_eq!(rules(&decided), ["duplicate-id"]);
    assert_eq!(decided.notes[0].0, path("b.md"));
    assert_eq!(room.at("a.md").facts.headline, "one");
    assert_eq!(room.notes("b.md", &two), ["duplicate-id"], "and in later batches");
    assert_eq!(room.catalogue.entries.len(), 1);
    // The last good version of the second's file stays.
    room.drop("c.md", &article("three"));
    assert_eq!(room.notes("c.md", &two), ["duplicate-id"]);
    assert_eq!(room.at("c.md").state, State::Live);
    assert_eq!(room.at("c.md").facts.headline, "three");
}

#[test]
fn articles_that_change_places_keep_their_own_ids() {
    let mut room = Newsroom::new();
    let one = Article { id: Some(id("urn:x:1")), ..article("one") };
    let two = Article { id: Some(id("urn:x:2")), ..article("two") };
    room.drop("a.md", &one);
    room.drop("b.md", &two);
    let swapped = [room.see("a.md", &two), room.see("b.md", &one)];
    let decided = room.batch(&swapped);
    assert_eq!(told(&decided), []);
    assert_eq!(rules(&decided), Vec::<String>::new());
    assert_eq!(room.entry("urn:x:1").path, path("b.md"));
    assert_eq!(room.entry("urn:x:2").path, path("a.md"));
}

#[test]
fn an_article_whose_file_became_another_s_has_vanished() {
    let mut room = Newsroom::new();
    let one = Article { id: Some(id("urn:x:1")), ..article("one") };
    let two = Article { id: Some(id("urn:x:2")), ..article("two") };
    room.drop("a.md", &one);
    room.drop("b.md", &two);
    let over = [Observation::Gone(path("b.md")), room.see("a.md", &two)];
    room.batch(&over);
    assert_eq!(room.entry("urn:x:2").path, path("a.md"));
    assert!(matches!(room.entry("urn:x:1").state, State::RemovalPending { .. }));
    room.later(4 * SECOND);
    let decided = room.tick();
    assert_eq!(told(&decided), [("a.md".into(), BulletinKind::Withdrawn)]);
    assert_eq!(room.entry("urn:x:2").state, State::Live);
    // And whoever lies there now is found there.
    room.remove("a.md");
    assert!(matches!(room.entry("urn:x:2").state, State::RemovalPending { .. }));
}

#[test]
fn a_path_too_long_for_an_id_gets_a_short_one_and_numbers_too() {
    let mut room = Newsroom::new();
    let long = format!("{}/x.md", ["報".repeat(80), "道".repeat(80)].join("/"));
    let made = room.drop(&long, &article("A")).after.id;
    assert!(made.as_str().starts_with("tag:example.org,2026-11-24:"), "{made}");
    let moved = room.moved(&long, "b.md", &article("A"));
    room.batch(&[Observation::Gone(path(&long)), moved]);
    let second = room.drop(&long, &article("other")).after.id;
    assert_eq!(second.as_str(), format!("{made}-2"));
}

#[test]
fn an_article_is_found_once_a_batch() {
    let mut room = Newsroom::new();
    let own = Article { id: Some(id("urn:x:1")), ..article("A") };
    room.drop("a.md", &own);
    // Its file is there and kills it; another that claims its id must not bring it back in the same breath.
    let killed = room.see("a.md", &Article { withdrawn: Some("untrue".into()), ..article("A") });
    let decided = [killed, room.see("b.md", &own)];
    let decided = room.batch(&decided);
    assert_eq!(told(&decided), [("a.md".into(), BulletinKind::Withdrawn)]);
    assert_eq!(rules(&decided), ["duplicate-id"]);
    // Nor is a file that equals two files' bytes taken for both.
    let mut room = Newsroom::new();
    let gone = room.drop("z.md", &article("A")).after.id;
    room.remove("z.md");
    let copies = [room.see("a.md", &article("A")), room.see("b.md", &article("A"))];
    room.batch(&copies);
    assert_eq!(room.at("a.md").id, gone);
    assert_ne!(room.at("b.md").id, gone);
}

#[test]
fn a_draft_that_moves_and_takes_an_id_of_its_own_leaves_nothing_behind() {
    let mut room = Newsroom::new();
    let old = Article { published: on("2001-01-01"), ..article("A") };
    room.drop("a.md", &Article { draft: true, ..old.clone() });
    let moved = room.moved("a.md", "b.md", &Article { id: Some(id("urn:x:1")), ..old });
    let other = room.moved("c.md", "a.md", &article("B"));
    let decided = room.batch(&[moved, other]);
    assert_eq!(told(&decided), [("a.md".into(), BulletinKind::Published), ("b.md".into(), BulletinKind::Published)]);
    assert_eq!(room.catalogue.entries.len(), 2);
}
