//! Links that articles have left.

use crate::newsroom::{Answer, Daemon, Newsroom, Receiver, article, await_that, get};

fn moved(newsroom: &Newsroom, from: &str, to: &str) {
    std::fs::rename(newsroom.path("articles").join(from), newsroom.path("articles").join(to)).unwrap();
}

/// Awaits that a path answers so; gives the answer.
fn answers(daemon: &Daemon, path: &str, status: u16) -> Answer {
    await_that(&format!("{status} at {path}"), || Some(get(&daemon.url(path))).filter(|answer| answer.status == status))
}

#[test]
fn an_old_link_leads_to_the_present_one_however_often_it_moved() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.drop_article("first.md", article("A story", "Text."));
    let daemon = newsroom.start();
    moved(&newsroom, "first.md", "second.md");
    assert_eq!(answers(&daemon, "/articles/first", 301).header("location"), "/articles/second");
    moved(&newsroom, "second.md", "third.md");
    answers(&daemon, "/articles/third", 200);
    // One hop, whichever of its links was kept.
    for old in ["/articles/first", "/articles/second", "/articles/first?utm_source=x"] {
        let answer = get(&daemon.url(old));
        assert_eq!((answer.status, answer.header("location")), (301, "/articles/third"), "{old}");
        assert!(answer.body.contains("href=\"/articles/third\""), "{}", answer.body);
    }
    receiver.nothing_more("the renames", std::time::Duration::from_millis(300));

    // Also after a restart.
    assert!(daemon.stop().success());
    let daemon = newsroom.start();
    assert_eq!(get(&daemon.url("/articles/first")).header("location"), "/articles/third");
    // A link taken back is no redirect, and leads no one in a circle.
    moved(&newsroom, "third.md", "first.md");
    answers(&daemon, "/articles/first", 200);
    assert_eq!(get(&daemon.url("/articles/third")).header("location"), "/articles/first");
    assert_eq!(get(&daemon.url("/articles/second")).header("location"), "/articles/first");
}

#[test]
fn who_takes_a_link_wins_over_who_left_it() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("a.md", article("The first", "Text."));
    let daemon = newsroom.start();
    moved(&newsroom, "a.md", "b.md");
    answers(&daemon, "/articles/a", 301);
    // A draft betrays nothing and takes nothing.
    newsroom.drop_article("a.md", "---\ntitle: The second\ndraft: true\n---\n\nText.\n");
    newsroom.status_that("held", |status| status["articles"]["held"] == 1);
    assert_eq!(get(&daemon.url("/articles/a")).status, 301);
    newsroom.drop_article("a.md", article("The second", "Text."));
    assert!(answers(&daemon, "/articles/a", 200).body.contains("The second"));
    newsroom.drop_article("a.md", "---\ntitle: The second\nwithdrawn: Wrong\n---\n\nText.\n");
    assert!(answers(&daemon, "/articles/a", 410).body.contains("Wrong"), "it was the last that stood there");
    assert_eq!(get(&daemon.url("/articles/b")).status, 200);
}

#[test]
fn a_withdrawn_article_is_gone_from_its_old_links_too() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("a.md", article("The story", "Text."));
    let daemon = newsroom.start();
    moved(&newsroom, "a.md", "b.md");
    answers(&daemon, "/articles/a", 301);
    newsroom.drop_article("b.md", "---\ntitle: The story\nwithdrawn: Libel\n---\n\nText.\n");
    for path in ["/articles/b", "/articles/a"] {
        assert!(answers(&daemon, path, 410).body.contains("Libel"), "{path}");
    }
    newsroom.drop_article("b.md", "---\ntitle: The story\nhold: Legal\n---\n\nText.\n");
    // What is on hold is not betrayed.
    answers(&daemon, "/articles/a", 404);
    newsroom.drop_article("b.md", article("The story", "Text."));
    answers(&daemon, "/articles/a", 301);
}

#[test]
fn another_link_pattern_or_a_link_of_its_own_breaks_no_link() {
    let mut newsroom = Newsroom::new();
    newsroom.drop_article("a.md", article("A story", "Text."));
    let mut daemon = newsroom.start();
    newsroom.drop_article("a.md", "---\ntitle: A story\nlink: /special/place\n---\n\nText.\n");
    assert_eq!(answers(&daemon, "/articles/a", 301).header("location"), "/special/place");
    newsroom.drop_article("b.md", article("Another", "Text."));
    answers(&daemon, "/articles/b", 200);
    newsroom.set("removal_grace", "\"200ms\"\nlink = \"news/{slug}.html\"");
    daemon.signal(rustix::process::Signal::HUP);
    daemon.await_log("read again");
    assert_eq!(answers(&daemon, "/articles/b", 301).header("location"), "/news/b.html");
    answers(&daemon, "/news/b.html", 200);
}
