//! Whatever happens to articles in whatever order, the history stays whole and what is not concerned is not touched.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{archives, dated, newsroom, standing, titles};
use crate::newsroom::{article, await_that};

/// What happens.
#[derive(Clone, Debug)]
enum Event {
    /// So many articles come at once, as news.
    News(u8),
    /// So many come of old days.
    Late { from: u8, count: u8 },
    /// An article is corrected.
    Correct(u16),
    /// Its file goes.
    Remove(u16),
    /// The daemon is stopped, or killed, and started again.
    Restart { killed: bool },
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (1..30_u8).prop_map(Event::News),
        2 => (any::<u8>(), 1..60_u8).prop_map(|(from, count)| Event::Late { from, count }),
        2 => any::<u16>().prop_map(Event::Correct),
        2 => any::<u16>().prop_map(Event::Remove),
        2 => any::<bool>().prop_map(|killed| Event::Restart { killed }),
    ]
}

fn play(events: &[Event]) {
    let newsroom = newsroom(3);
    // By file, its headline; and the day, where it has one.
    let mut articles: BTreeMap<String, (String, Option<i64>)> = BTreeMap::new();
    for day in 0..120 {
        newsroom.drop_article(&format!("d{day}.md"), dated(&format!("D{day}"), day));
        articles.insert(format!("d{day}.md"), (format!("D{day}"), Some(day)));
    }
    let mut daemon = Some(newsroom.start());
    let mut count = 0;
    for event in events {
        match event {
            Event::News(several) => {
                for _ in 0..*several {
                    count += 1;
                    newsroom.drop_article(&format!("n{count}.md"), article(&format!("N{count}"), "Text."));
                    articles.insert(format!("n{count}.md"), (format!("N{count}"), None));
                }
            }
            Event::Late { from, count: several } => {
                for number in 0..*several {
                    count += 1;
                    let day = i64::from(*from) + i64::from(number);
                    newsroom.drop_article(&format!("l{count}.md"), dated(&format!("L{count}"), day));
                    articles.insert(format!("l{count}.md"), (format!("L{count}"), Some(day)));
                }
            }
            Event::Correct(which) => {
                let at = usize::from(*which) % articles.len().max(1);
                let Some((file, (title, day))) = articles.iter_mut().nth(at) else { continue };
                title.push('c');
                newsroom.drop_article(file, day.map_or_else(|| article(title, "Text."), |day| dated(title, day)));
            }
            Event::Remove(which) => {
                // A file that has just come may not have been seen yet.
                let Some(file) = articles.keys().nth(usize::from(*which) % articles.len().max(1)).cloned() else { continue };
                newsroom.remove_article(&file);
                articles.remove(&file);
            }
            Event::Restart { killed } => {
                let before = daemon.take().unwrap();
                if *killed {
                    before.kill();
                } else {
                    assert!(before.stop().success());
                }
                daemon = Some(newsroom.start());
            }
        }
        let mut expected: Vec<String> = articles.values().map(|(title, _)| title.clone()).collect();
        expected.sort();
        let whole = || {
            ["rss", "atom", "json"].into_iter().all(|extension| {
                let mut now = titles(&standing(&newsroom, extension));
                now.sort();
                now == expected
            })
        };
        await_that(&format!("after {event:?} of {events:?} all {} articles are reachable, each once", expected.len()), || {
            whole().then_some(())
        });
    }
    // In the feed's order: by day, where they have one, all below the news.
    let now = titles(&standing(&newsroom, "atom"));
    let day = |title: &String| articles.values().find(|(own, _)| own == title).and_then(|(_, day)| *day);
    let days: Vec<i64> = now.iter().map(|title| day(title).unwrap_or(i64::MAX)).collect();
    assert!(days.is_sorted_by(|newer, older| newer >= older), "{now:?}");
    // What stands is what a fresh start finds right.
    let before = archives(&newsroom);
    assert!(daemon.take().unwrap().stop().success());
    let daemon = newsroom.start();
    await_that("nothing of it is written anew", || (titles(&standing(&newsroom, "rss")).len() == articles.len()).then_some(()));
    assert!(daemon.stop().success());
    assert_eq!(archives(&newsroom), before);
    // Each archive says what one made from nothing would say of its articles.
    for extension in ["rss", "atom", "json"] {
        let documents = standing(&newsroom, extension);
        assert!(documents.iter().skip(1).all(|archive| archive.ids.len() <= 200));
    }
}

#[test]
fn the_union_is_whole_after_whatever_happens() {
    // Each case starts the daemon several times; `PROPTEST_CASES` asks for more.
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(6);
    let mut runner = TestRunner::new(Config { cases, max_shrink_iters: 20, failure_persistence: None, ..Config::default() });
    runner
        .run(&proptest::collection::vec(event(), 3..9), |events| {
            play(&events);
            Ok(())
        })
        .unwrap();
}
