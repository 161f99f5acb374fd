//! A family's feeds come with their articles, never vanish, and are the same after every end.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::{newsroom, tagged};
use crate::newsroom::{Newsroom, Receiver, files_under, get};

/// The feed files under a folder, by their names in it.
fn files(newsroom: &Newsroom, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let root = newsroom.path("feeds").join(folder);
    files_under(&root).into_iter().map(|(path, bytes)| (path.strip_prefix(&root).unwrap().to_owned(), bytes)).collect()
}

fn names(newsroom: &Newsroom, folder: &str) -> Vec<String> {
    files(newsroom, folder).into_keys().map(|path| path.to_string_lossy().into_owned()).collect()
}

#[test]
fn a_feed_comes_with_its_first_article_and_stays_when_the_last_one_goes() {
    let receiver = Receiver::start();
    let mut newsroom = newsroom("title = \"News about {tag}\"\nlimit = 3");
    newsroom.add_webhook("desk", &receiver.url(), "");
    newsroom.add_webhook("europe", &receiver.url(), "feed = \"tag/Europe\"");
    newsroom.drop_article("other.md", tagged("Other", ""));
    let daemon = newsroom.start();
    assert_eq!(names(&newsroom, "tag"), Vec::<String>::new());
    assert_eq!(get(&daemon.url("/feeds/tag/europe.rss")).status, 404);

    newsroom.drop_article("a.md", tagged("First", "Europe, C++"));
    let told = receiver.until(|told| told.len() == 2);
    for one in &told {
        let feeds: Vec<&str> = one.json["data"]["feeds"].as_array().unwrap().iter().map(|url| url.as_str().unwrap()).collect();
        assert!(feeds.contains(&"https://example.org/feeds/tag/europe.rss"), "{feeds:?}");
        assert_eq!(feeds.iter().filter(|url| url.contains("/tag/c--") && url.contains(".atom")).count(), 1, "{feeds:?}");
    }
    newsroom.all_formats("tag/europe", "First", true);
    assert!(newsroom.feed("tag/europe.rss").contains("<title>News about Europe</title>"), "{}", newsroom.feed("tag/europe.rss"));
    let answer = get(&daemon.url("/feeds/tag/europe.atom"));
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/atom+xml; charset=utf-8"));
    assert_eq!(answer.body, newsroom.feed("tag/europe.atom"));
    assert!(!answer.header("etag").is_empty());

    // Another spelling is the same feed, under the title that it has.
    newsroom.drop_article("b.md", tagged("Second", "EUROPE, europe"));
    assert_eq!(receiver.until(|told| told.len() == 2).len(), 2);
    newsroom.all_formats("tag/europe", "Second", true);
    newsroom.all_formats("tag/europe", "First", true);
    assert_eq!(newsroom.feed("tag/europe.json").matches("\"Second\"").count(), 1);
    assert!(newsroom.feed("tag/europe.rss").contains("<title>News about Europe</title>"));
    assert_eq!(names(&newsroom, "tag").len(), 6);

    // The last article goes: an empty feed, valid, with its tombstones.
    for gone in ["a.md", "b.md"] {
        newsroom.remove_article(gone);
        receiver.until(|told| told.iter().filter(|one| one.kind() == "article.withdrawn").count() == 2);
    }
    newsroom.all_formats("tag/europe", "First", false);
    let atom = newsroom.feed("tag/europe.atom");
    assert_eq!(atom.matches("<at:deleted-entry").count(), 2, "{atom}");
    assert_eq!(feed_rs::parser::parse(atom.as_bytes()).unwrap().entries.len(), 0);
    assert_eq!(get(&daemon.url("/feeds/tag/europe.json")).status, 200);
    daemon.stop();

    let before = files(&newsroom, "");
    let daemon = newsroom.start();
    assert_eq!(files(&newsroom, ""), before, "a start changes nothing");
    let answer = get(&daemon.url("/feeds/tag/europe.atom"));
    assert_eq!((answer.status, answer.body), (200, newsroom.feed("tag/europe.atom")));
    // It goes on where it was.
    newsroom.drop_article("c.md", tagged("Third", "europe"));
    receiver.until(|told| told.len() == 2);
    newsroom.all_formats("tag/europe", "Third", true);
    assert_eq!(newsroom.feed("tag/europe.atom").matches("<at:deleted-entry").count(), 2);
    assert_eq!(get(&daemon.url("/feeds/tag/europe.atom")).body, newsroom.feed("tag/europe.atom"));
}

#[test]
fn what_is_not_public_begins_no_feed() {
    let newsroom = newsroom("");
    newsroom.drop_article("draft.md", "---\ntitle: Draft\ntags: [secret]\ndraft: true\n---\n\nText.\n");
    newsroom.drop_article("public.md", tagged("Public", "known"));
    let _daemon = newsroom.start();
    assert_eq!(names(&newsroom, "tag"), ["known.atom", "known.json", "known.rss"]);
    assert!(!newsroom.feed("feeds.opml").contains("secret"));
    newsroom.drop_article("draft.md", tagged("Draft no more", "secret"));
    newsroom.all_formats("tag/secret", "Draft no more", true);
}

#[test]
fn a_first_start_fills_them_and_a_build_does_too() {
    let newsroom = newsroom("limit = 5");
    for no in 0..40 {
        newsroom.drop_article(&format!("{no:02}.md"), tagged(&format!("Article {no}"), &format!("topic {}, every", no % 20)));
    }
    assert!(newsroom.newswire(&["build"]).status.success());
    let built = files(&newsroom, "tag");
    assert_eq!(built.len(), 21 * 3);
    assert_eq!(newsroom.feed("tag/every.json").matches("\"title\": \"Article").count().max(5), 5);
    assert_eq!(newsroom.feed("tag/topic-7.rss").matches("<item>").count(), 2);
    let _daemon = newsroom.start();
    assert_eq!(files(&newsroom, "tag"), built, "what was built stands");
}

#[test]
fn an_article_touches_its_own_feeds_alone() {
    let newsroom = newsroom("");
    for no in 0..60 {
        newsroom.drop_article(&format!("{no:02}.md"), tagged(&format!("Article {no}"), &format!("topic {no}, topic {}", (no + 1) % 60)));
    }
    let daemon = newsroom.start();
    let before = stamps(&newsroom);
    assert_eq!(before.len(), 60 * 3 + 3 + 2, "the feeds, all, and the two lists");
    newsroom.drop_article("new.md", tagged("New one", "topic 3, topic 17, topic 42"));
    for feed in ["all", "tag/topic-3", "tag/topic-17", "tag/topic-42"] {
        newsroom.all_formats(feed, "New one", true);
    }
    daemon.stop();
    let after = stamps(&newsroom);
    let written: Vec<&PathBuf> = after.iter().filter(|(path, stamp)| before.get(*path) != Some(stamp)).map(|(path, _)| path).collect();
    assert_eq!(written.len(), 4 * 3, "{written:?}");
    // What was there stands: nothing was made of the ledger's sources alone.
    assert_eq!(newsroom.feed("tag/topic-3.rss").matches("<item>").count(), 3);
}

/// Inode and time of every feed and list: both change with every version.
fn stamps(newsroom: &Newsroom) -> BTreeMap<PathBuf, (u64, std::time::SystemTime)> {
    use std::os::unix::fs::MetadataExt as _;
    let files = files_under(&newsroom.path("feeds")).into_iter();
    let stamp = |path: &PathBuf| std::fs::metadata(path).map(|found| (found.ino(), found.modified().unwrap())).unwrap();
    // Pages, sitemaps and the style sheet are written behind them.
    let is_feed = |path: &PathBuf| !path.extension().is_some_and(|ending| ["html", "xml", "css"].iter().any(|other| ending == *other));
    files.filter(|(path, _)| is_feed(path)).map(|(path, _)| (path.clone(), stamp(&path))).collect()
}

#[test]
fn a_killed_daemon_s_feeds_are_whole_after_the_next_start() {
    let newsroom = newsroom("limit = 4");
    newsroom.drop_article("a.md", tagged("Before", "one, two, three"));
    for round in 0..4 {
        let daemon = newsroom.start();
        for no in 0..30 {
            let tags = format!("one, two, round {round}, topic {}", no % 7);
            newsroom.drop_article(&format!("{round}-{no}.md"), tagged(&format!("Round {round} number {no}"), &tags));
        }
        // In the middle of it.
        std::thread::sleep(Duration::from_millis(20 * round));
        daemon.kill();
    }
    let daemon = newsroom.start();
    newsroom.drop_article("z.md", tagged("The end", "one, topic 3"));
    newsroom.all_formats("tag/topic-3", "The end", true);
    newsroom.status_that("all live", |status| status["articles"]["live"] == 122);
    daemon.stop();
    let stood = files(&newsroom, "tag");
    // Made of the ledger alone, they are the same.
    std::fs::remove_dir_all(newsroom.path("feeds/tag")).unwrap();
    assert!(newsroom.newswire(&["build"]).status.success());
    let made = files(&newsroom, "tag");
    assert_eq!(made.keys().collect::<Vec<_>>(), stood.keys().collect::<Vec<_>>());
    for (path, bytes) in &stood {
        assert!(made[path] == *bytes, "{} differs", path.display());
    }
    assert_eq!(stood.len() % 3, 0);
}

#[test]
fn a_file_that_is_taken_away_is_put_back() {
    let newsroom = newsroom("");
    newsroom.drop_article("a.md", tagged("Kept", "europe"));
    let daemon = newsroom.start();
    let before = newsroom.feed("tag/europe.rss");
    std::fs::remove_file(newsroom.path("feeds/tag/europe.rss")).unwrap();
    // Whoever asks for it first may be asked to wait.
    let first = get(&daemon.url("/feeds/tag/europe.rss"));
    assert!([200, 503].contains(&first.status));
    crate::newsroom::await_that("the feed is back", || (newsroom.feed("tag/europe.rss") == before).then_some(()));
    std::fs::write(newsroom.path("feeds/tag/europe.json"), "{}").unwrap();
    crate::newsroom::await_that("the right one is served", || {
        let answer = get(&daemon.url("/feeds/tag/europe.json"));
        assert_ne!(answer.body, "{}");
        (answer.status == 200).then_some(())
    });
}

#[test]
fn beyond_its_bound_a_family_begins_no_more_feeds_and_says_so() {
    let newsroom = newsroom("max_feeds = 2");
    let mut daemon = newsroom.start();
    newsroom.drop_article("a.md", tagged("First", "one, two"));
    newsroom.status_that("its feeds", |status| status["families"]["tag/{tag}"] == 2);
    newsroom.all_formats("tag/two", "First", true);
    newsroom.drop_article("b.md", tagged("Second", "three, two"));
    newsroom.all_formats("tag/two", "Second", true);
    daemon.await_log("has as many feeds as it may (2)");
    let check = String::from_utf8(newsroom.newswire(&["check"]).stdout).unwrap();
    assert!(check.contains("b.md:1:1: the feed 'tag/three' would not begin"), "{check}");
    let status = newsroom.status_that("the alarm", |status| status["alarms"].as_array().is_some_and(|alarms| !alarms.is_empty()));
    assert_eq!(status["alarms"][0]["name"], "family-full");
    assert!(status["diagnostics"].to_string().contains("family-full"), "{status}");
    assert_eq!(get(&daemon.url("/feeds/tag/three.rss")).status, 404);
    // More room, and what had none is filled.
    newsroom.configure(&newsroom.config_text().replace("max_feeds = 2", "max_feeds = 3"));
    daemon.signal(rustix::process::Signal::HUP);
    newsroom.all_formats("tag/three", "Second", true);
    newsroom.status_that("no alarm", |status| status["alarms"].as_array().is_some_and(Vec::is_empty));
}
