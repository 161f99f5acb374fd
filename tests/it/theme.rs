//! A house's own theme, and feeds' pages as files: what an operator relies on.

use std::fs;

use rustix::process::Signal;

use crate::newsroom::{Newsroom, article, await_that, get, get_with};

const BROWSER: (&str, &str) = ("Sec-Fetch-Dest", "document");

/// A newsroom with a theme of its own.
fn themed(files: &[(&str, &str)]) -> Newsroom {
    let mut newsroom = Newsroom::new();
    newsroom.add_config("[theme]\npath = \"../theme\"\n");
    fs::create_dir(newsroom.path("theme")).unwrap();
    for (name, text) in files {
        fs::write(newsroom.path("theme").join(name), text).unwrap();
    }
    newsroom
}

#[test]
fn static_hosts_get_a_page_beside_each_feed() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("first.md", article("First & foremost", "Words."));
    let daemon = newsroom.start();
    let first = newsroom.feed_that("all.html", "shows the first", |page| page.contains("First &amp; foremost"));
    assert!(first.contains("href=\"https://example.org/articles/first\""), "whole addresses: {first}");
    assert!(first.contains("value=\"https://example.org/feeds/all.rss\""), "{first}");
    assert!(newsroom.feed_that("breaking.html", "is there", |page| !page.is_empty()).contains("Nothing stands in this feed"));
    let stamp = |file: &str| fs::metadata(newsroom.path("feeds").join(file)).unwrap().modified().unwrap();
    let untouched = stamp("breaking.html");
    newsroom.drop_article("second.md", article("Second", "Words."));
    newsroom.feed_that("all.html", "shows the second", |page| page.contains(">Second<") && page.contains("First"));
    assert_eq!(stamp("breaking.html"), untouched, "a page that is as it was is not written");
    // The XML names its style sheet, which is there.
    assert!(newsroom.feed("all.rss").contains("<?xml-stylesheet type=\"text/css\" href=\"/feeds/feed.css\"?>"));
    assert!(newsroom.feed("all.atom").contains("<?xml-stylesheet type=\"text/css\" href=\"/feeds/feed.css\"?>"));
    let style = get(&daemon.url("/feeds/feed.css"));
    assert_eq!((style.status, style.header("content-type")), (200, "text/css; charset=utf-8"));
    assert_eq!(style.body, newsroom.feed("feed.css"));
}

#[test]
fn a_build_writes_the_pages_too() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("first.md", article("First", "Words."));
    let built = newsroom.newswire(&["build"]);
    assert!(built.status.success(), "{built:?}");
    assert!(newsroom.feed("all.html").contains(">First<"));
    assert!(!newsroom.feed("feed.css").is_empty());
}

#[test]
fn pages_that_wait_are_written_before_the_end() {
    let newsroom = Newsroom::new();
    let daemon = newsroom.start();
    newsroom.drop_article("first.md", article("First", "Words."));
    newsroom.all_formats("all", "First", true);
    // At once, while the page waits for feeds to rest.
    assert!(daemon.stop().success());
    assert!(newsroom.feed("all.html").contains(">First<"));
}

#[test]
fn a_theme_stands_before_ours_and_is_read_again() {
    let newsroom = themed(&[("base.html", "{% extends 'newswire/base.html' %}{% block colophon %}<p>Imprint one</p>{% endblock %}")]);
    newsroom.drop_article("first.md", article("First", "Words."));
    let mut daemon = newsroom.start();
    for target in ["/", "/articles/first", "/articles/none", "/feeds/all.html"] {
        let page = get(&daemon.url(target)).body;
        assert!(page.contains("<p>Imprint one</p>") && page.contains("class=\"masthead\""), "{target}: {page}");
    }
    assert!(get_with(&daemon.url("/feeds/all.rss"), &[BROWSER]).body.contains("Imprint one"));
    newsroom.feed_that("all.html", "is the house's own", |page| page.contains("Imprint one"));

    fs::write(newsroom.path("theme/base.html"), "{% extends 'newswire/base.html' %}{% block colophon %}<p>Imprint two</p>{% endblock %}")
        .unwrap();
    daemon.signal(Signal::HUP);
    await_that("the new imprint", || get(&daemon.url("/")).body.contains("Imprint two").then_some(()));
    newsroom.feed_that("all.html", "has the new imprint", |page| page.contains("Imprint two"));

    // One that is broken is refused, and the old one goes on.
    fs::write(newsroom.path("theme/base.html"), "{% extends 'newswire/base.html' %}\n{% block colophon %}").unwrap();
    daemon.signal(Signal::HUP);
    let said = daemon.await_log("is refused, the old one goes on");
    assert!(said.contains("theme/base.html:2:1: ") && said.contains("docs/theme.md"), "{said}");
    assert!(get(&daemon.url("/")).body.contains("Imprint two"));
}

#[test]
fn a_broken_theme_stops_the_start_and_check_says_where() {
    let newsroom = themed(&[("article.html", "<p>\n\n{{ headline|shout }}"), ("style.css", "a{}")]);
    let started = newsroom.newswire(&["run"]);
    let said = String::from_utf8_lossy(&started.stderr).into_owned();
    assert_eq!(started.status.code(), Some(2), "{said}");
    assert!(said.contains("theme/article.html:3:1: unknown filter"), "{said}");
    let checked = newsroom.newswire(&["check", "--format", "json"]);
    assert_eq!(checked.status.code(), Some(2));
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(said.contains("article.html") && said.contains("\"line\": 3") || said.contains("\"line\":3"), "{said}");
}

#[test]
fn odd_files_of_a_theme_are_warned_of() {
    let newsroom = themed(&[("artcle.html", "x"), ("notes.txt", "x"), ("front.html", "{% extends 'base.html' %}{{ headlin }}")]);
    let checked = newsroom.newswire(&["check"]);
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success(), "{said}");
    for expected in ["artcle.html is no page's template", "notes.txt: a theme has no use for this file", "'headlin'"] {
        assert!(said.contains(expected), "{expected} is missing in {said}");
    }
}

#[test]
fn a_theme_lies_apart_from_what_is_read_and_written() {
    let mut newsroom = Newsroom::new();
    newsroom.add_config("[theme]\npath = \"../articles/theme\"\n");
    fs::create_dir(newsroom.path("articles/theme")).unwrap();
    let checked = newsroom.newswire(&["check"]);
    let said = String::from_utf8_lossy(&checked.stderr).into_owned();
    assert!(checked.status.code() == Some(2) && said.contains("the theme ") && said.contains("lies inside the articles folder"), "{said}");
}

#[test]
fn a_theme_that_is_not_there_says_so() {
    let mut newsroom = Newsroom::new();
    newsroom.add_config("[theme]\npath = \"../nowhere\"\n");
    let started = newsroom.newswire(&["check"]);
    let said = String::from_utf8_lossy(&started.stderr).into_owned();
    assert!(started.status.code() == Some(2) && said.contains("nowhere:1:1: the theme's folder cannot be read"), "{said}");
}
