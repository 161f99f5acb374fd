//! Links: the pattern's with numbers, front matter's own.

use super::newsroom::*;
use crate::article::{Article, State};
use crate::desk::{Decision, Observation};

#[test]
fn numbers_go_by_path_whatever_the_order_of_events() {
    let mut room = Newsroom::new();
    let batch = ["c/x.md", "a/x.md", "b/x.md"].map(|at| room.see(at, &article(at)));
    let decided = room.batch(&batch);
    assert_eq!(["a/x.md", "b/x.md", "c/x.md"].map(|at| room.link(at)), ["articles/x", "articles/x-2", "articles/x-3"]);
    assert_eq!(rules(&decided), ["link-taken", "link-taken"]);
}

#[test]
fn a_number_once_given_is_kept() {
    let mut room = Newsroom::new();
    let batch = ["a/x.md", "b/x.md", "c/x.md"].map(|at| room.see(at, &article(at)));
    room.batch(&batch);
    room.remove("a/x.md");
    room.later(4 * SECOND).tick();
    assert_eq!(room.notes("b/x.md", &article("edited")), Vec::<String>::new());
    assert_eq!(room.link("b/x.md"), "articles/x-2");
    room.reconfigure("");
    assert_eq!(room.link("c/x.md"), "articles/x-3");
    // What has become free is given to the next.
    room.drop("d/x.md", &article("D"));
    assert_eq!(room.link("d/x.md"), "articles/x");
}

#[test]
fn a_new_pattern_numbers_by_path_too() {
    let mut room = Newsroom::with("[articles]\nlink = \"{path}\"");
    // Later ids for earlier paths.
    for (at, day) in [("a/x.md", "2026-11-23"), ("b/x.md", "2026-11-22"), ("c/x.md", "2026-11-21")] {
        room.drop(at, &Article { published: on(day), ..article(at) });
    }
    let decided = room.reconfigure("");
    assert_eq!(["a/x.md", "b/x.md", "c/x.md"].map(|at| room.link(at)), ["articles/x", "articles/x-2", "articles/x-3"]);
    assert_eq!(told(&decided), []);
    assert!(decided.decisions.iter().all(Decision::is_visible));
}

#[test]
fn a_vanished_article_holds_its_link_until_it_is_withdrawn() {
    let mut room = Newsroom::new();
    room.drop("a/x.md", &article("A"));
    room.remove("a/x.md");
    room.drop("b/x.md", &article("B"));
    assert_eq!(room.link("b/x.md"), "articles/x-2");
    room.later(4 * SECOND).tick();
    room.drop("c/x.md", &article("C"));
    assert_eq!(room.link("c/x.md"), "articles/x");
    // The first comes back to where another now stands.
    assert_eq!(room.notes("a/x.md", &article("A")), ["link-taken"]);
    assert_eq!(room.link("a/x.md"), "articles/x-3");
}

#[test]
fn a_tombstone_stays_where_the_article_stood() {
    let mut room = Newsroom::new();
    room.drop("a/x.md", &article("A"));
    let killed = Article { withdrawn: Some("wrong".into()), ..article("A") };
    room.drop("a/x.md", &killed);
    room.drop("b/x.md", &article("B"));
    assert_eq!(room.link("b/x.md"), "articles/x");
    let reason = Article { withdrawn: Some("very wrong".into()), ..article("A") };
    assert_eq!(room.notes("a/x.md", &reason), Vec::<String>::new());
    assert_eq!(room.link("a/x.md"), "articles/x");
}

#[test]
fn front_matter_s_link_given_twice_is_a_finding_on_the_second() {
    let mut room = Newsroom::new();
    let own = |headline: &str| Article { link: Some("/same".into()), ..article(headline) };
    let batch = [room.see("b.md", &own("B")), room.see("a.md", &own("A"))];
    let decided = room.batch(&batch);
    assert_eq!(rules(&decided), ["duplicate-link"]);
    assert_eq!(decided.notes[0].0, path("b.md"));
    assert_eq!((room.link("a.md").as_str(), room.link("b.md").as_str()), ("same", "articles/b"));
    // The first keeps it when it is edited, and the second keeps what it has.
    assert_eq!(room.notes("a.md", &own("A, edited")), Vec::<String>::new());
    assert_eq!(room.notes("b.md", &own("B, edited")), ["duplicate-link"]);
    assert_eq!((room.link("a.md").as_str(), room.link("b.md").as_str()), ("same", "articles/b"));
}

#[test]
fn the_second_keeps_a_link_of_its_own_that_it_had() {
    let mut room = Newsroom::new();
    let at = |own: &str| Article { link: Some(own.into()), ..article("x") };
    room.drop("a.md", &at("/one"));
    room.drop("b.md", &at("/two"));
    assert_eq!(room.notes("b.md", &at("/one")), ["duplicate-link"]);
    assert_eq!(room.link("b.md"), "two");
}

#[test]
fn a_link_that_is_no_url_is_a_finding_and_the_pattern_serves() {
    let mut room = Newsroom::new();
    let bad = Article { link: Some("ftp://example.org/x".into()), slug: Some("own".into()), ..article("A") };
    assert_eq!(room.notes("a.md", &bad), ["link"]);
    assert_eq!(room.link("a.md"), "articles/own");
    // It is a finding again, not a second one's number, when it is edited.
    assert_eq!(room.notes("a.md", &Article { headline: "edited".into(), ..bad }), ["link"]);
    assert_eq!(room.link("a.md"), "articles/own");
}

#[test]
fn a_new_date_moves_a_dated_link_and_tells_of_the_date() {
    let mut room = Newsroom::with("[articles]\nlink = \"{year}/{month}/{slug}\"");
    let dated = |day| Article { published: on(day), ..article("A") };
    room.drop("a.md", &dated("2026-11-01"));
    assert_eq!(room.link("a.md"), "2026/11/a");
    room.drop("a.md", &dated("2026-10-01"));
    assert_eq!(room.link("a.md"), "2026/10/a");
}

#[test]
fn a_draft_gets_its_dated_link_when_it_is_published() {
    let mut room = Newsroom::with("[articles]\nlink = \"{month}/{day}/{slug}\"");
    room.drop("a.md", &Article { draft: true, ..article("A") });
    room.later(DAY);
    room.drop("a.md", &article("A"));
    assert_eq!(room.link("a.md"), "11/25/a");
}

#[test]
fn a_slug_of_its_own_and_an_index_s_folder() {
    let mut room = Newsroom::new();
    room.drop("2026-11-24-hello.md", &article("A"));
    room.drop("post/index.md", &article("B"));
    room.drop("c.md", &Article { slug: Some("My Slug".into()), ..article("C") });
    assert_eq!(
        ["2026-11-24-hello.md", "post/index.md", "c.md"].map(|at| room.link(at)),
        ["articles/hello", "articles/post", "articles/my-slug"]
    );
}

#[test]
fn many_of_one_name_take_few_look_ups() {
    let mut room = Newsroom::new();
    let name = |n: usize| format!("{n:04}/x.md");
    let first: Vec<Observation> = (0..200).map(|n| room.see(&name(n), &article(&name(n)))).collect();
    room.batch(&first);
    assert!(room.rounds <= 6, "{}", room.rounds);
    let second: Vec<Observation> = (200..400).map(|n| room.see(&name(n), &article(&name(n)))).collect();
    room.batch(&second);
    assert!(room.rounds <= 8, "{}", room.rounds);
    assert_eq!(room.link("0399/x.md"), "articles/x-400");
    assert!(room.catalogue.entries.values().all(|entry| entry.state == State::Live));
}

#[test]
fn one_new_article_takes_one_look_up() {
    let mut room = Newsroom::new();
    room.drop("a.md", &article("A"));
    assert_eq!(room.rounds, 1);
    room.drop("a.md", &article("edited"));
    assert_eq!(room.rounds, 1);
}
