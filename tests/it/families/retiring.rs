//! Feeds that are taken out, or retired by name: the server says so, and their files go.

use rustix::process::Signal;

use super::{newsroom, tagged};
use crate::newsroom::{await_that, get};

#[test]
fn what_is_taken_out_is_gone_and_may_come_back() {
    let newsroom = newsroom("");
    newsroom.drop_article("a.md", tagged("First", "europe"));
    let daemon = newsroom.start();
    let id = |text: &str| text.split("<id>").nth(1).map(|rest| rest.split('<').next().unwrap().to_owned());
    let before = id(&newsroom.feed("tag/europe.atom"));
    let with = newsroom.config_text().to_owned();
    let without = with.replace("[[feed]]\nname = \"tag/{tag}\"\n", "");
    assert_ne!(with, without);
    newsroom.configure(&without);
    daemon.signal(Signal::HUP);
    await_that("the files go", || (!newsroom.path("feeds/tag").exists()).then_some(()));
    await_that("the server says so", || (get(&daemon.url("/feeds/tag/europe.rss")).status == 410).then_some(()));
    assert_eq!(get(&daemon.url("/feeds/tag/asia.rss")).status, 404, "it never was");
    await_that("it is listed no more", || (!newsroom.feed("feeds.opml").contains("europe")).then_some(()));
    // What comes meanwhile is in it once it is back.
    newsroom.drop_article("b.md", tagged("Second", "europe"));
    newsroom.all_formats("all", "Second", true);
    daemon.stop();
    let daemon = newsroom.start();
    assert_eq!(get(&daemon.url("/feeds/tag/europe.rss")).status, 410, "after a start, too");
    newsroom.configure(&with);
    daemon.signal(Signal::HUP);
    newsroom.all_formats("tag/europe", "Second", true);
    assert_eq!(id(&newsroom.feed("tag/europe.atom")), before, "the same feed as before");
    await_that("it is served", || (get(&daemon.url("/feeds/tag/europe.rss")).status == 200).then_some(()));
}

#[test]
fn a_feed_that_is_taken_out_comes_back_with_what_came_meanwhile() {
    let mut newsroom = newsroom("");
    newsroom.add_config("[[feed]]\nname = \"world\"\nselect = { section = \"world\" }\n");
    let world = |headline: &str| format!("---\ntitle: {headline}\nsection: world\n---\n\nText.\n");
    newsroom.drop_article("a.md", world("First"));
    let daemon = newsroom.start();
    newsroom.all_formats("world", "First", true);
    daemon.stop();
    let with = newsroom.config_text().to_owned();
    newsroom.configure(&with.replace("[[feed]]\nname = \"world\"\nselect = { section = \"world\" }\n", ""));
    let daemon = newsroom.start();
    assert_eq!(get(&daemon.url("/feeds/world.rss")).status, 410);
    assert!(!newsroom.path("feeds/world.rss").exists());
    newsroom.drop_article("b.md", world("Second"));
    newsroom.all_formats("all", "Second", true);
    daemon.stop();
    newsroom.configure(&with);
    let _daemon = newsroom.start();
    newsroom.all_formats("world", "First", true);
    newsroom.all_formats("world", "Second", true);
}

#[test]
fn retired_feeds_lead_where_the_configuration_says() {
    let newsroom = newsroom("");
    newsroom.drop_article("a.md", tagged("First", "europe, old"));
    let daemon = newsroom.start();
    daemon.stop();
    let config = newsroom.config_text().replace(
        "name = \"tag/{tag}\"\n",
        "name = \"topic/{tag}\"\n[[feed]]\nname = \"tag/{tag}\"\nretired = \"topic/{tag}\"\n\
         [[feed]]\nname = \"tag/old\"\nretired = \"https://example.net/old.{format}\"\n[[feed]]\nname = \"never\"\nretired = true\n",
    );
    newsroom.configure(&config);
    let daemon = newsroom.start();
    let moved = |path: &str| {
        let answer = get(&daemon.url(path));
        (answer.status, answer.header("location").to_owned())
    };
    assert_eq!(moved("/feeds/tag/europe.atom"), (301, "/feeds/topic/europe.atom".to_owned()));
    assert_eq!(moved("/feeds/tag/old.json"), (301, "https://example.net/old.json".to_owned()));
    assert_eq!(moved("/feeds/never.rss").0, 410);
    newsroom.all_formats("topic/europe", "First", true);
    // Static hosts go on with the same feed under its old name, and it is kept up.
    assert_eq!(newsroom.feed("tag/europe.rss"), newsroom.feed("topic/europe.rss"));
    newsroom.drop_article("b.md", tagged("Second", "europe"));
    newsroom.all_formats("tag/europe", "Second", true);
    assert!(!newsroom.path("feeds/tag/old.rss").exists(), "it stands elsewhere");
    assert!(!newsroom.path("feeds/never.rss").exists());
}

#[test]
fn a_format_that_is_left_leads_to_one_that_is_written() {
    let mut newsroom = newsroom("");
    newsroom.drop_article("a.md", tagged("First", "europe"));
    newsroom.start().stop();
    newsroom.set("path", "\"../articles\"");
    newsroom.configure(&newsroom.config_text().replace("[feeds]\n", "[feeds]\nformats = [\"atom\"]\n"));
    let daemon = newsroom.start();
    for feed in ["all", "tag/europe"] {
        let answer = get(&daemon.url(&format!("/feeds/{feed}.rss")));
        assert_eq!((answer.status, answer.header("location")), (301, format!("/feeds/{feed}.atom").as_str()), "{feed}");
        assert!(!newsroom.path(&format!("feeds/{feed}.rss")).exists(), "{feed}");
        assert_eq!(get(&daemon.url(&format!("/feeds/{feed}.atom"))).status, 200);
    }
}
