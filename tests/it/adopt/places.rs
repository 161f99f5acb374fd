//! Where old feeds stood: redirects, files for static hosts, a feed's own id; and links that are made of dates.

use std::fs;

use crate::newsroom::{Newsroom, article, get};

const OLD_ATOM: &str = "<feed xmlns='http://www.w3.org/2005/Atom'><id>tag:example.org,2019:old</id><title>Old</title>\
    <updated>2020-01-02T00:00:00Z</updated><link rel='self' href='https://www.example.org/index.xml'/><entry><id>tag:example.org,2019:1</id>\
    <title>One</title><link href='https://example.org/2019/06/one'/><published>2019-06-01T10:00:00Z</published>\
    <updated>2019-07-01T10:00:00Z</updated></entry></feed>";

fn moved(newsroom: &Newsroom, arguments: &[&str]) -> serde_json::Value {
    fs::write(newsroom.path("old.xml"), OLD_ATOM).unwrap();
    let output = newsroom.newswire(&[&["adopt", "old.xml", "--apply", "--json"], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A newsroom with one article, whose feeds folder is the root of a static site.
fn static_site() -> Newsroom {
    let newsroom = Newsroom::new();
    let config = newsroom.config_text().replace("path = \"../feeds\"", "path = \"../feeds\"\nurl = \"https://example.org/\"");
    newsroom.configure(&config);
    newsroom.drop_article("one.md", article("One", "Text."));
    assert!(newsroom.newswire(&["build"]).status.success());
    newsroom
}

#[test]
fn an_old_place_under_the_feeds_url_is_a_file_too() {
    let newsroom = static_site();
    let plan = moved(&newsroom, &[]);
    assert_eq!(plan["aliases"][0], serde_json::json!({"place": "/index.xml", "feed": "all", "format": "atom", "file": "index.xml"}));
    assert!(newsroom.newswire(&["build"]).status.success());
    assert_eq!(newsroom.feed("index.xml"), newsroom.feed("all.atom"));
    assert!(newsroom.feed("index.xml").contains("<id>tag:example.org,2019:1</id>"));
    // It follows its feed, and the server sends readers on rather than serve it.
    let daemon = newsroom.start();
    newsroom.drop_article("two.md", article("Two", "Text."));
    newsroom.feed_that("index.xml", "has the new article", |text| text.contains("Two"));
    assert_eq!(newsroom.feed("index.xml"), newsroom.feed("all.atom"));
    let answer = get(&daemon.url("/index.xml"));
    assert_eq!((answer.status, answer.header("location")), (301, "/all.atom"));
    assert_eq!(get(&daemon.url("/all.atom")).header("content-type"), "application/atom+xml; charset=utf-8");
    assert!(daemon.stop().success());
    // What is lost is written anew; what is taken back is no longer.
    fs::remove_file(newsroom.path("feeds/index.xml")).unwrap();
    assert!(newsroom.newswire(&["build"]).status.success());
    assert_eq!(newsroom.feed("index.xml"), newsroom.feed("all.atom"));
    let back = newsroom.newswire(&["adopt", "--no-alias", "/index.xml", "--apply"]);
    assert!(back.status.success(), "{}", String::from_utf8_lossy(&back.stderr));
    fs::remove_file(newsroom.path("feeds/index.xml")).unwrap();
    let daemon = newsroom.start();
    assert_eq!(newsroom.feed("index.xml"), "");
    assert_eq!(get(&daemon.url("/index.xml")).status, 404);
}

#[test]
fn the_feed_s_own_id_and_dates_of_updates_are_taken_over() {
    let newsroom = static_site();
    let plan = moved(&newsroom, &[]);
    assert_eq!(plan["feed_id"]["after"], "tag:example.org,2019:old");
    assert!(newsroom.newswire(&["build"]).status.success());
    let atom = newsroom.feed("all.atom");
    let ids: Vec<&str> = atom.split("<id>").skip(1).filter_map(|rest| rest.split("</id>").next()).collect();
    assert_eq!(ids, ["tag:example.org,2019:old", "tag:example.org,2019:1"]);
    assert!(atom.contains("<updated>2019-07-01T10:00:00+00:00</updated>"), "{atom}");
    assert!(newsroom.feed("all.rss").contains("<atom:updated>2019-07-01T10:00:00Z</atom:updated>"));
}

#[test]
fn links_made_of_dates_follow_the_old_dates() {
    let newsroom = Newsroom::new();
    let config = newsroom.config_text().replace("removal_grace", "link = \"{year}/{month}/{slug}\"\nremoval_grace");
    newsroom.configure(&config);
    // Its date is that of its file, and so its link is this month's.
    newsroom.drop_article("one.md", article("One", "Text."));
    assert!(newsroom.newswire(&["build"]).status.success());
    assert!(!newsroom.feed("all.rss").contains("/2019/06/one"));
    let plan = moved(&newsroom, &["--feed", "all"]);
    assert_eq!(plan["items"][0]["by"], "title");
    assert!(newsroom.newswire(&["build"]).status.success());
    let rss = newsroom.feed("all.rss");
    assert!(rss.contains("<link>https://example.org/2019/06/one</link>"), "{rss}");
    assert_eq!(moved(&newsroom, &[])["items"][0]["outcome"], "as-it-is");
}
