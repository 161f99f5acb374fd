//! What survives: kill -9, restarts, time spent down.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::newsroom::{Newsroom, Receiver, article, files_under};

#[test]
fn a_first_start_publishes_and_tells_no_one() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    for n in 0..30 {
        newsroom.drop_article(&format!("old-{n}.md"), article(&format!("Old story {n}."), "Text."));
    }
    let daemon = newsroom.start();
    newsroom.all_formats("all", "Old story 29.", true);
    // What comes after the baseline is told; that it is the first told shows that the thirty were not.
    newsroom.drop_article("new.md", article("New story.", "Text."));
    assert_eq!(receiver.next().headline(), "New story.");
    assert!(daemon.stop().success());

    let daemon = newsroom.start();
    newsroom.drop_article("newer.md", article("Newer story.", "Text."));
    assert_eq!(receiver.next().headline(), "Newer story.");
    drop(daemon);
}

#[test]
fn killed_in_mid_baseline_tells_no_one_either() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    for n in 0..6_000 {
        let path = newsroom.path("articles").join(format!("s{}/old-{n}.md", n % 10));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, article(&format!("Old story {n}."), "Text.")).unwrap();
    }
    for _ in 0..3 {
        // Once it serves, it reads; killed at once, it is in the middle.
        newsroom.begin().kill();
    }
    let _daemon = newsroom.start();
    newsroom.status_that("all are live", |status| status["articles"]["live"] == 6_000);
    newsroom.drop_article("new.md", article("New story.", "Text."));
    assert_eq!(receiver.next().headline(), "New story.");
    receiver.nothing_more("the new story", Duration::from_millis(300));
}

#[test]
fn what_is_owed_at_a_kill_is_sent_after_it_under_the_same_id() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let daemon = newsroom.start();
    receiver.answer_with(500);
    newsroom.drop_article("a.md", article("Owed.", "Text."));
    let first = receiver.next();
    daemon.kill();
    receiver.answer_with(204);
    let _daemon = newsroom.start();
    let again = receiver.until(|all| all.iter().any(|one| one.headline() == "Owed.")).pop().unwrap();
    assert_eq!((again.id(), again.kind()), (first.id(), "article.published"));
    assert_eq!(again.json["data"], first.json["data"]);
    newsroom.status_that("nothing is owed", |status| status["deliveries"]["owed"] == 0);
}

#[test]
fn killed_at_any_point_of_a_burst_loses_nothing() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.add_config("[[feed]]\nname = \"all\"\nlimit = 200\n");
    drop(newsroom.start());
    let mut told: BTreeSet<(String, String)> = BTreeSet::new();
    for round in 0..5 {
        let daemon = newsroom.start();
        for n in 0..20 {
            newsroom.drop_article(&format!("r{round}-{n}.md"), article(&format!("Story {round}-{n}."), "Text."));
        }
        // Killed while some are committed, some told, some not yet seen.
        for one in receiver.until(|all| all.len() > round * 3) {
            told.insert((one.headline().to_owned(), one.id().to_owned()));
        }
        daemon.kill();
    }
    let _daemon = newsroom.start();
    let missing = |told: &BTreeSet<(String, String)>| 100 - told.iter().map(|(headline, _)| headline).collect::<BTreeSet<_>>().len();
    while missing(&told) > 0 {
        let one = receiver.next();
        told.insert((one.headline().to_owned(), one.id().to_owned()));
    }
    assert_eq!(told.len(), 100, "a repeat carries the same id: {told:?}");
    for (round, n) in [(0, 0), (2, 10), (4, 19)] {
        newsroom.all_formats("all", &format!("Story {round}-{n}."), true);
    }
}

#[test]
fn what_happened_while_it_was_down_is_told_at_start() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.set("removal_grace", "\"3s\"");
    newsroom.drop_article("edited.md", article("Edited later.", "Before."));
    newsroom.drop_article("deleted.md", article("Deleted later.", "Text."));
    newsroom.drop_article("kept.md", article("Kept.", "Text."));
    newsroom.drop_article("moved.md", article("Moved.", "Text of the moved one."));
    assert!(newsroom.start().stop().success());

    newsroom.drop_article("edited.md", article("Edited later.", "After."));
    newsroom.remove_article("deleted.md");
    newsroom.drop_article("new.md", article("New meanwhile.", "Text."));
    fs::create_dir(newsroom.path("articles/world")).unwrap();
    fs::rename(newsroom.path("articles/moved.md"), newsroom.path("articles/world/moved.md")).unwrap();
    let _daemon = newsroom.start();
    let told = receiver.until(|all| all.len() == 3);
    let told: BTreeSet<(&str, &str)> = told.iter().map(|one| (one.kind(), one.headline())).collect();
    let expected = [("article.published", "New meanwhile."), ("article.updated", "Edited later."), ("article.withdrawn", "Deleted later.")];
    assert_eq!(told, expected.into());
    receiver.nothing_more("the start", Duration::from_millis(400));
}

#[test]
fn a_restart_touches_no_unchanged_feed_and_a_lost_feed_comes_back_the_same() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("a.md", article("A story.", "Text."));
    assert!(newsroom.start().stop().success());
    // Sitemaps are made in the background, a second later.
    let feeds = || {
        let is_sitemap = |file: &Path| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("sitemap"));
        files_under(&newsroom.path("feeds")).into_iter().filter(|(file, _)| !is_sitemap(file)).collect::<Vec<_>>()
    };
    let before = feeds();
    let stamps = || {
        let stamp = |name: &str| fs::metadata(newsroom.path("feeds").join(name)).unwrap().modified().unwrap();
        ["all.rss", "all.atom", "all.json", "breaking.rss"].map(stamp)
    };
    let stamped = stamps();
    assert!(newsroom.start().stop().success());
    assert_eq!(stamps(), stamped, "an unchanged feed is not touched");

    fs::remove_file(newsroom.path("feeds/all.atom")).unwrap();
    fs::write(newsroom.path("feeds/all.rss"), "torn").unwrap();
    assert!(newsroom.start().stop().success());
    assert_eq!(feeds(), before, "bytes are a function of ledger, config and version");
}

#[test]
fn a_touch_or_a_new_mtime_tells_no_one() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.drop_article("a.md", article("A story.", "Text."));
    let _daemon = newsroom.start();
    let feeds = files_under(&newsroom.path("feeds"));
    newsroom.drop_article("a.md", article("A story.", "Text."));
    newsroom.drop_article("fence.md", article("Fence.", "Text."));
    assert_eq!(receiver.next().headline(), "Fence.");
    assert_ne!(files_under(&newsroom.path("feeds")), feeds);
    receiver.nothing_more("a save without a change", Duration::from_millis(200));
}

#[test]
fn sigterm_and_sigint_stop_in_order() {
    for signal in [rustix::process::Signal::TERM, rustix::process::Signal::INT] {
        let newsroom = Newsroom::new();
        let mut daemon = newsroom.start();
        daemon.signal(signal);
        let began = std::time::Instant::now();
        assert!(daemon.wait().success());
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        assert!(daemon.whole_log().contains("stopped"));
    }
}
