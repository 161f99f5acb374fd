//! What changes of an archive, and what does not.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{archives, await_titles, dated, newsroom, read, served, standing, titles};
use crate::newsroom::{Daemon, Newsroom, article, await_that, get};

/// A feed of 10 with 400 articles, whose archives stand.
fn with_history() -> (Newsroom, Daemon, Vec<String>) {
    let newsroom = newsroom(10);
    for day in 0..400 {
        newsroom.drop_article(&format!("a{day}.md"), dated(&format!("Day {day}"), day));
    }
    let mut daemon = newsroom.start();
    daemon.await_log("the feeds' archives stand");
    let expected: Vec<String> = (0..400).rev().map(|day| format!("Day {day}")).collect();
    await_titles(&newsroom, &expected);
    (newsroom, daemon, expected)
}

/// The names of the archives that are others than before.
fn touched(before: &BTreeMap<PathBuf, (u64, i64, i64)>, after: &BTreeMap<PathBuf, (u64, i64, i64)>) -> Vec<String> {
    let names = after.iter().filter(|(path, stamp)| before.get(*path) != Some(stamp)).map(|(path, _)| path.file_stem().unwrap());
    let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names.dedup();
    names
}

/// The archive that holds a title.
fn holder(newsroom: &Newsroom, title: &str) -> String {
    let archives = standing(newsroom, "json").split_off(1);
    let of = archives.iter().find(|archive| archive.titles.iter().any(|own| own == title)).expect("an archive holds it");
    of.url.rsplit('/').next().unwrap().trim_end_matches(".json").to_owned()
}

#[test]
fn news_touches_the_feed_and_at_most_what_is_cut() {
    let (newsroom, daemon, mut expected) = with_history();
    let mut cuts = 0;
    for number in 0..24 {
        let before = archives(&newsroom);
        let title = format!("News {number}");
        newsroom.drop_article(&format!("n{number}.md"), article(&title, "Text."));
        expected.insert(0, title.clone());
        newsroom.all_formats("all", &title, true);
        // Stopped and asked: whatever it does, it has done.
        let status = newsroom.status();
        assert_eq!(status["articles"]["live"], expected.len());
        let after = archives(&newsroom);
        let cut = touched(&before, &after);
        assert!(cut.len() <= 1 && cut.iter().all(|name| !before.keys().any(|path| path.file_stem().unwrap() == name.as_str())), "{cut:?}");
        cuts += cut.len();
        await_titles(&newsroom, &expected);
    }
    assert!((2..=4).contains(&cuts), "{cuts} archives were cut of 24 articles");
    assert!(daemon.stop().success());
}

#[test]
fn a_correction_and_a_withdrawal_touch_the_one_archive_that_held_the_article() {
    let (newsroom, daemon, mut expected) = with_history();
    let (before, of) = (archives(&newsroom), holder(&newsroom, "Day 150"));
    newsroom.drop_article("a150.md", dated("Day 150, corrected", 150));
    let at = expected.iter().position(|title| title == "Day 150").unwrap();
    expected[at] = "Day 150, corrected".to_owned();
    await_titles(&newsroom, &expected);
    let corrected = archives(&newsroom);
    assert_eq!(touched(&before, &corrected), [of.as_str()]);
    // What is saved without a change changes nothing.
    newsroom.drop_article("a150.md", dated("Day 150, corrected", 150));

    newsroom.remove_article("a150.md");
    expected.remove(at);
    await_titles(&newsroom, &expected);
    let withdrawn = archives(&newsroom);
    assert_eq!(touched(&corrected, &withdrawn), [of.as_str()]);
    // The feed says that it is gone; the archive is as if it had never been.
    assert!(newsroom.feed("all.atom").contains("at:deleted-entry"));
    assert!(!newsroom.feed(&format!("all/archive/{of}.atom")).contains("deleted-entry"));
    let url = daemon.url(&format!("/feeds/all/archive/{of}.atom"));
    assert!(!get(&url).body.contains("corrected"), "nor is it served any more");

    // Back again, it is news, and on top.
    newsroom.drop_article("a150.md", dated("Day 150 again", 150));
    await_that("it is back", || (titles(&standing(&newsroom, "atom")).len() == 400).then_some(()));
    let now = titles(&served(&daemon, "atom"));
    assert_eq!(now.iter().filter(|title| title.starts_with("Day 150 again")).count(), 1);
    assert!(daemon.stop().success());
}

#[test]
fn history_that_arrives_late_grows_its_archive_until_that_is_split() {
    let (newsroom, daemon, mut expected) = with_history();
    let before = archives(&newsroom);
    newsroom.drop_article("late.md", dated("Late", 200));
    // Of one day, the ids decide.
    let place = |expected: &[String]| expected.iter().position(|title| title == "Day 200").unwrap();
    await_that("it is there", || titles(&standing(&newsroom, "rss")).contains(&"Late".to_owned()).then_some(()));
    let now = titles(&standing(&newsroom, "rss"));
    let at = now.iter().position(|title| title == "Late").unwrap();
    assert!(at.abs_diff(place(&expected)) <= 1, "at {at}");
    expected.insert(at, "Late".to_owned());
    await_titles(&newsroom, &expected);
    assert_eq!(touched(&before, &archives(&newsroom)).len(), 1);

    // Very many at once: none of the archives is too large afterwards, and no name changes what it leads to.
    for number in 0..300 {
        newsroom.drop_article(&format!("many{number}.md"), dated(&format!("Many {number}"), 100));
    }
    await_that("all of them are there", || (titles(&standing(&newsroom, "atom")).len() == expected.len() + 300).then_some(()));
    for extension in ["rss", "atom", "json"] {
        await_that("the pieces lead to each other", || {
            let documents = standing(&newsroom, extension);
            let whole = titles(&documents).len() == expected.len() + 300 && documents.iter().all(|document| document.ids.len() <= 200);
            let joined = extension == "json" || documents[1..].windows(2).all(|two| two[1].newer.as_ref() == Some(&two[0].url));
            (whole && joined).then_some(())
        });
    }
    let after = archives(&newsroom);
    assert!(before.keys().all(|path| after.contains_key(path)), "no archive's name is given up");
    assert!(after.keys().any(|path| path.file_stem().unwrap().to_string_lossy().contains('-')), "{after:?}");
    // What was not concerned was not touched.
    let changed = touched(&before, &after);
    assert!(changed.len() < after.len() / 3, "{changed:?}");
    let before = archives(&newsroom);
    assert!(daemon.stop().success());
    let daemon = newsroom.start();
    await_that("it stands as before", || (archives(&newsroom) == before).then_some(()));
    assert_eq!(titles(&standing(&newsroom, "atom")).len(), expected.len() + 300);
    assert!(daemon.stop().success());
}

#[test]
fn another_configuration_makes_archives_anew_under_their_names() {
    let (mut newsroom, daemon, expected) = with_history();
    let before = archives(&newsroom);
    assert!(daemon.stop().success());
    newsroom.set("title", "\"Other Times\"");
    let mut daemon = newsroom.start();
    daemon.await_log("the feeds' archives stand");
    await_titles(&newsroom, &expected);
    let after = archives(&newsroom);
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    assert!(after.iter().all(|(path, stamp)| path.extension().unwrap() == "json" || before[path] != *stamp || stamp.0 != before[path].0));
    assert!(newsroom.feed("all/archive/1.atom").contains("Other Times"));

    // Without archives there are no files of them, and the feed leads nowhere.
    newsroom.configure(&newsroom.config_text().replace("[feeds]\n", "[feeds]\narchives = false\n"));
    assert!(daemon.stop().success());
    let daemon = newsroom.start();
    assert_eq!(archives(&newsroom).len(), 0);
    assert_eq!(standing(&newsroom, "atom").len(), 1);
    assert_eq!(get(&daemon.url("/feeds/all/archive/1.atom")).status, 404);
    assert!(daemon.stop().success());
    // And back: they have the names that they had.
    newsroom.configure(newsroom.config_text());
    let mut daemon = newsroom.start();
    daemon.await_log("the feeds' archives stand");
    await_titles(&newsroom, &expected);
    assert_eq!(archives(&newsroom).keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    assert!(daemon.stop().success());
}

#[test]
fn what_somebody_took_away_is_made_again_before_anything_leads_to_it() {
    let (newsroom, daemon, expected) = with_history();
    let before = archives(&newsroom);
    assert!(daemon.stop().success());
    std::fs::remove_file(newsroom.path("feeds/all/archive/2.atom")).unwrap();
    std::fs::write(newsroom.path("feeds/all/archive/.3.atom.tmp"), "half").unwrap();
    let daemon = newsroom.start();
    // At once, for whoever reads the feed.
    assert_eq!(titles(&standing(&newsroom, "atom")), expected);
    assert!(!newsroom.path("feeds/all/archive/.3.atom.tmp").exists());
    let after = archives(&newsroom);
    assert_eq!(touched(&before, &after), ["2"]);
    // All of it, while it runs.
    // It may be written to meanwhile.
    await_that("it is taken away", || std::fs::remove_dir_all(newsroom.path("feeds")).is_ok().then_some(()));
    newsroom.drop_article("news.md", article("News", "Text."));
    let whole: Vec<String> = std::iter::once("News".to_owned()).chain(expected).collect();
    await_that("all of it is there", || (archives(&newsroom).len() == before.len()).then_some(()));
    await_that("the feed leads to it again", || read("all.atom", &newsroom.feed("all.atom")).older);
    await_titles(&newsroom, &whole);
    assert!(daemon.stop().success());
}

#[test]
fn a_feed_may_not_stand_among_archives() {
    let mut newsroom = Newsroom::new();
    newsroom.add_config("[[feed]]\nname = \"all\"\n[[feed]]\nname = \"all/archive/7\"\n");
    let refused = newsroom.newswire(&["build"]);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("'all/archive/7' would stand among the archives of another feed"), "{said}");
}

#[test]
fn a_build_waits_for_all_archives() {
    let newsroom = newsroom(5);
    for day in 0..130 {
        newsroom.drop_article(&format!("a{day}.md"), dated(&format!("Day {day}"), day));
    }
    assert!(newsroom.newswire(&["build"]).status.success());
    let expected: Vec<String> = (0..130).rev().map(|day| format!("Day {day}")).collect();
    for extension in ["rss", "atom", "json"] {
        assert_eq!(titles(&standing(&newsroom, extension)), expected, "{extension}");
    }
}
