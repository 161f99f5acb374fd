//! What Atom says of articles that are gone (RFC 6721).

use std::time::Duration;

use newswire::instant::{Instant, parse_dated};
use quick_xml::Reader;
use quick_xml::events::Event;

use super::with;
use crate::newsroom::{Newsroom, Receiver, article, get};

/// What one `at:deleted-entry` says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Stone {
    of: String,
    when: String,
    by: String,
    comment: String,
}

/// The tombstones of a feed, by a parser of XML.
fn stones(feed: &str) -> Vec<Stone> {
    let mut reader = Reader::from_str(feed);
    let (mut found, mut open, mut text) = (Vec::new(), None::<Stone>, String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) if tag.name().as_ref() == "at:deleted-entry" => {
                let of = |name: &str| tag.try_get_attribute(name).unwrap().unwrap_or_else(|| panic!("{name} is there")).value.into_owned();
                assert_eq!(of("xmlns:at"), "http://purl.org/atompub/tombstones/1.0");
                open = Some(Stone { of: of("ref"), when: of("when"), ..Stone::default() });
            }
            Event::Start(_) => text.clear(),
            Event::Text(words) => text.push_str(&words),
            Event::GeneralRef(name) if &*name == "amp" => text.push('&'),
            Event::End(tag) => match (tag.name().as_ref(), &mut open) {
                ("name", Some(stone)) => text.trim().clone_into(&mut stone.by),
                ("at:comment", Some(stone)) => text.trim().clone_into(&mut stone.comment),
                ("at:deleted-entry", Some(_)) => found.extend(open.take()),
                _ => {}
            },
            Event::Eof => return found,
            _ => {}
        }
    }
}

/// The one entry of a feed: its id and when it was updated.
fn entry(feed: &str) -> (String, Instant) {
    let parsed = feed_rs::parser::parse(feed.as_bytes()).unwrap();
    let one = &parsed.entries[0];
    (one.id.clone(), Instant::from_millis(one.updated.unwrap().timestamp_millis()))
}

fn when(stone: &Stone) -> Instant {
    parse_dated(&stone.when, &jiff::tz::TimeZone::UTC).unwrap().at
}

#[test]
fn a_kill_leaves_a_tombstone_where_it_stood_and_a_return_takes_it_away() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let daemon = newsroom.start();
    newsroom.drop_article("a.md", article("The story", "Text."));
    newsroom.all_formats("all", "The story", true);
    let (id, _) = entry(&newsroom.feed("all.atom"));
    newsroom.drop_article("a.md", with("withdrawn: Wrong in substance & form"));
    let feed = newsroom.feed_that("all.atom", "has a tombstone", |feed| feed.contains("at:deleted-entry"));
    let standing = stones(&feed);
    assert_eq!(
        (standing.len(), &standing[0].of, standing[0].comment.as_str(), standing[0].by.as_str()),
        (1, &id, "Wrong in substance & form", "Example Times")
    );
    let served = get(&daemon.url("/feeds/all.atom")).body;
    assert_eq!(stones(&served), standing);
    assert!(feed_rs::parser::parse(feed.as_bytes()).unwrap().entries.is_empty(), "other readers pass it over");
    assert_eq!(stones(&newsroom.feed("breaking.atom")), [], "only where it stood");
    assert!(!newsroom.feed("all.rss").contains("deleted-entry") && !newsroom.feed("all.json").contains("deleted"));

    // It is not forgotten by a restart, nor by a feed that is lost.
    assert!(daemon.stop().success());
    std::fs::remove_file(newsroom.path("feeds/all.atom")).unwrap();
    let _daemon = newsroom.start();
    assert_eq!(newsroom.feed("all.atom"), feed);

    newsroom.drop_article("a.md", article("The story", "Mended."));
    newsroom.all_formats("all", "Mended.", true);
    let feed = newsroom.feed("all.atom");
    assert_eq!(stones(&feed), []);
    let (again, updated) = entry(&feed);
    assert_eq!(again, id);
    assert!(updated > when(&standing[0]), "{updated} is not after {}", standing[0].when);
}

#[test]
fn a_hold_and_a_deletion_leave_one_too_and_a_quiet_expiry_does_not() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.add_config("[[feed]]\nname = \"all\"\n[[feed]]\nname = \"x\"\nselect = { tag = \"x\" }\n");
    let _daemon = newsroom.start();
    newsroom.drop_article("held.md", with("tags: [x]"));
    newsroom.drop_article("deleted.md", article("Deleted", "Text."));
    newsroom.all_formats("all", "Deleted", true);
    newsroom.all_formats("x", "The story", true);
    newsroom.drop_article("held.md", with("hold: Legal"));
    let feed = newsroom.feed_that("x.atom", "has a tombstone", |feed| feed.contains("at:deleted-entry"));
    let on_hold = stones(&feed).remove(0);
    assert_eq!(on_hold.comment, "Legal");
    // A kill of what is on hold takes its place, in the feeds where it stood.
    newsroom.drop_article("held.md", with("withdrawn: Libel"));
    let feed = newsroom.feed_that("x.atom", "has the new tombstone", |feed| feed.contains("Libel"));
    let killed = stones(&feed);
    assert_eq!((killed.len(), &killed[0].of), (1, &on_hold.of));
    assert!(when(&killed[0]) > when(&on_hold));

    newsroom.remove_article("deleted.md");
    let feed = newsroom.feed_that("all.atom", "has both", |feed| stones(feed).len() == 2);
    assert_eq!(stones(&feed)[0].comment, "", "a file that is deleted gives no reason");

    newsroom.drop_article("brief.md", with("title: Short-lived\nexpires: 2020-01-01"));
    newsroom.drop_article("fence.md", article("Fence", "Text."));
    newsroom.all_formats("all", "Fence", true);
    assert_eq!(stones(&newsroom.feed("all.atom")).len(), 2);
}

#[test]
fn an_expiry_is_told_where_it_was_asked_for() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let daemon = newsroom.start();
    let at = Instant::now().plus(Duration::from_millis(1500));
    newsroom.drop_article("quiet.md", format!("---\ntitle: Quiet\nexpires: {at}\n---\n\nText.\n"));
    newsroom.drop_article("loud.md", format!("---\ntitle: Loud\nexpiryDate: {at}\nannounce_expiry: true\n---\n\nText.\n"));
    let published = receiver.until(|all| all.len() == 2);
    assert!(published.iter().all(|one| one.kind() == "article.published"));
    let gone = receiver.next();
    assert_eq!((gone.kind(), gone.headline()), ("article.withdrawn", "Loud"));
    assert_eq!(gone.json["data"]["advisory"], "expired");
    newsroom.all_formats("all", "Quiet", false);
    let feed = newsroom.feed_that("all.atom", "shows neither", |feed| !feed.contains("Loud"));
    assert_eq!(stones(&feed).len(), 1);
    assert_eq!(get(&daemon.url("/articles/loud")).status, 410);
    assert_eq!(get(&daemon.url("/articles/quiet")).status, 404);
    // Given more time, it is published again: whoever let go of it is told.
    newsroom.drop_article("loud.md", "---\ntitle: Loud\nannounce_expiry: true\n---\n\nText.\n");
    let back = receiver.next();
    assert_eq!((back.kind(), back.json["data"]["revision"].as_u64()), ("article.published", Some(3)));
    receiver.nothing_more("the return", Duration::from_millis(300));
    assert_eq!(stones(&newsroom.feed_that("all.atom", "shows it", |feed| feed.contains("Loud"))), []);
}

#[test]
fn a_tombstone_falls_after_thirty_days() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("a.md", article("The story", "Text."));
    let daemon = newsroom.start_by_clock("+0");
    newsroom.drop_article("a.md", with("withdrawn: Wrong"));
    newsroom.feed_that("all.atom", "has a tombstone", |feed| stones(feed).len() == 1);
    assert!(daemon.stop().success());
    let daemon = newsroom.start_by_clock("+2588400");
    assert_eq!(stones(&newsroom.feed("all.atom")).len(), 1);
    // Its time is over while newswire runs.
    newsroom.set_clock("+2592001");
    newsroom.drop_article("b.md", article("Another", "Text."));
    newsroom.feed_that("all.atom", "has no tombstone", |feed| feed.contains("Another") && stones(feed).is_empty());
    assert!(daemon.stop().success());
}
