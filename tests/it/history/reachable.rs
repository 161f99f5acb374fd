//! Everything is there, from the start, after a start, and in mid-burst.

use std::collections::BTreeSet;

use super::{archives, await_titles, dated, ids, newsroom, served, standing, titles};
use crate::newsroom::{article, await_that, get};

#[test]
fn what_was_there_before_is_reachable_in_every_format() {
    let newsroom = newsroom(10);
    for day in 0..250 {
        newsroom.drop_article(&format!("a{day}.md"), dated(&format!("Day {day}"), day));
    }
    let mut daemon = newsroom.start();
    daemon.await_log("the feeds' archives stand");
    let expected: Vec<String> = (0..250).rev().map(|day| format!("Day {day}")).collect();
    for extension in ["rss", "atom", "json"] {
        await_that("the feed leads to its archives", || served(&daemon, extension).get(1).map(|_| ()));
        let documents = served(&daemon, extension);
        assert_eq!(titles(&documents), expected, "{extension}");
        assert!(documents.len() >= 3, "{}", documents.len());
        if extension == "json" {
            // JSON Feed's `feed_url` is what a feed is known by, in all of its pages.
            assert!(documents.iter().all(|page| page.own.as_deref() == Some("https://example.org/feeds/all.json")));
            continue;
        }
        let (feed, archives) = documents.split_first().unwrap();
        assert!(!feed.is_archive && !feed.is_complete && feed.current.is_none() && feed.newer.is_none());
        assert_eq!(feed.own.as_ref(), Some(&feed.url));
        for (at, archive) in archives.iter().enumerate() {
            assert!(archive.is_archive && !archive.is_complete);
            assert_eq!((archive.own.as_ref(), archive.current.as_ref()), (Some(&archive.url), Some(&feed.url)));
            if let Some(newer) = at.checked_sub(1) {
                assert_eq!(archive.newer.as_ref(), Some(&archives[newer].url));
            }
        }
        // What follows the newest archive is the feed itself, until the next is cut.
        let next = archives[0].newer.clone().unwrap().replace("https://example.org", &daemon.url(""));
        let answer = get(&next);
        let to = format!("/feeds/all.{extension}");
        assert_eq!((answer.status, answer.header("location")), (307, to.as_str()), "{next}");
    }
    let answer = get(&daemon.url("/feeds/all/archive/1.atom"));
    assert_eq!(answer.header("content-type"), "application/atom+xml; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "public, max-age=86400, s-maxage=3600");
    let tag = answer.header("etag").to_owned();
    assert!(answer.header("last-modified").ends_with("GMT"));
    let again = crate::newsroom::get_with(&daemon.url("/feeds/all/archive/1.atom"), &[("if-none-match", &tag)]);
    assert_eq!(again.status, 304);
    for path in ["/feeds/all/archive/99.atom", "/feeds/none/archive/1.atom", "/feeds/all/archive/01.atom", "/feeds/all/archive/1.html"] {
        assert_eq!(get(&daemon.url(path)).status, 404, "{path}");
    }
    // Started again, nothing of it is touched.
    let (before, feed) = (archives(&newsroom), newsroom.feed("all.atom"));
    assert!(daemon.stop().success());
    let daemon = newsroom.start();
    await_titles(&newsroom, &expected);
    assert!(daemon.stop().success());
    assert_eq!(archives(&newsroom), before);
    assert_eq!(newsroom.feed("all.atom"), feed);
}

#[test]
fn a_feed_that_holds_everything_says_so() {
    let newsroom = newsroom(3);
    newsroom.drop_article("a0.md", dated("Zero", 0));
    let daemon = newsroom.start();
    for extension in ["rss", "atom"] {
        let feed = served(&daemon, extension);
        assert!(feed.len() == 1 && feed[0].is_complete, "{feed:?}");
    }
    for day in 1..3 {
        newsroom.drop_article(&format!("a{day}.md"), dated(&format!("Day {day}"), day));
        newsroom.all_formats("all", &format!("Day {day}"), true);
    }
    assert!(served(&daemon, "atom")[0].is_complete, "as many as it shows are all of them");
    assert!(daemon.stop().success());
    let daemon = newsroom.start();
    assert!(served(&daemon, "atom")[0].is_complete, "after a start, too");
    newsroom.drop_article("a3.md", dated("Day 3", 3));
    newsroom.all_formats("all", "Day 3", true);
    let feed = served(&daemon, "atom");
    assert!(!feed[0].is_complete && feed.len() == 2 && ids(&feed).len() == 4, "{feed:?}");
}

#[test]
fn nothing_is_ever_missing_in_mid_burst() {
    let newsroom = newsroom(5);
    newsroom.drop_article("a.md", dated("Before", 0));
    let daemon = newsroom.start();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut dropped = 0;
    while seen.len() < 121 {
        for _ in 0..dropped.min(7) {
            if dropped < 120 {
                newsroom.drop_article(&format!("n{dropped}.md"), article(&format!("News {dropped}"), "Text."));
                dropped += 1;
            }
        }
        if dropped == 0 {
            newsroom.drop_article("n0.md", article("News 0", "Text."));
            dropped = 1;
        }
        for extension in ["rss", "atom", "json"] {
            let now: BTreeSet<String> = titles(&standing(&newsroom, extension)).into_iter().collect();
            let lost: Vec<_> = seen.difference(&now).collect();
            assert!(lost.is_empty(), "{extension} has lost {lost:?}");
            if extension == "json" {
                seen = now;
            }
        }
    }
    assert!(daemon.stop().success());
}

#[test]
fn nothing_is_missing_after_kill_9() {
    let newsroom = newsroom(4);
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for round in 0..8 {
        let daemon = newsroom.start();
        for number in 0..30 {
            newsroom.drop_article(&format!("r{round}n{number}.md"), article(&format!("Round {round} news {number}"), "Text."));
            if number == 3 * round {
                seen = await_that("some are published", || {
                    let now: BTreeSet<String> = titles(&standing(&newsroom, "json")).into_iter().collect();
                    let lost: Vec<_> = seen.difference(&now).collect();
                    assert!(lost.is_empty(), "lost {lost:?}");
                    (now.len() > seen.len()).then_some(now)
                });
            }
        }
        daemon.kill();
        for extension in ["rss", "atom", "json"] {
            let now: BTreeSet<String> = titles(&standing(&newsroom, extension)).into_iter().collect();
            let lost: Vec<_> = seen.difference(&now).collect();
            assert!(lost.is_empty(), "round {round}: {extension} has lost {lost:?}");
        }
    }
    let daemon = newsroom.start();
    await_that("all of them", || (titles(&standing(&newsroom, "rss")).len() == 240).then_some(()));
    assert!(daemon.stop().success());
}

#[test]
fn a_feeds_folder_that_cannot_be_written_for_a_while_loses_nothing() {
    let newsroom = newsroom(3);
    newsroom.drop_article("a.md", dated("Before", 0));
    let mut daemon = newsroom.start();
    let (feeds, aside) = (newsroom.path("feeds"), newsroom.path("aside"));
    std::fs::rename(&feeds, &aside).unwrap();
    std::fs::write(&feeds, "in its place").unwrap();
    // More than wait in memory for the folder.
    for number in 0..120 {
        newsroom.drop_article(&format!("n{number}.md"), article(&format!("News {number}"), "Text."));
        daemon.await_log(&format!("published: n{number}.md"));
    }
    std::fs::remove_file(&feeds).unwrap();
    std::fs::rename(&aside, &feeds).unwrap();
    let mut expected: Vec<String> = (0..120).rev().map(|number| format!("News {number}")).collect();
    expected.push("Before".to_owned());
    await_titles(&newsroom, &expected);
    assert_eq!(titles(&served(&daemon, "atom")), expected);
    assert!(daemon.stop().success());
}
