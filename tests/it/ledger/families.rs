//! Families, their feeds, and where entries lie in their files.

use std::collections::BTreeMap;

use newswire::config::Format;
use newswire::ledger::{Edition, FamilyFeed, FeedRow, LaidOut, Layout, Span};

use super::engine::Engine;
use super::newsroom::{edition, entry, feed, noon};

on_every_engine![
    a_family_s_feeds_are_kept_with_the_value_as_typed,
    families_are_replaced_whole,
    a_layout_is_the_last_one_or_none,
    what_was_placed_never_goes_back
];

fn of_family(name: &str, value: &str) -> FamilyFeed {
    FamilyFeed { name: feed(name), family: "tag/{tag}".to_owned(), value: value.to_owned() }
}

async fn a_family_s_feeds_are_kept_with_the_value_as_typed(engine: &dyn Engine) {
    let ledger = engine.open(noon(-1)).unwrap();
    let family_feeds = vec![of_family("tag/europe", "Europe"), of_family("tag/c--cedb1bac7e", "C++")];
    ledger.commit(Edition { family_feeds, ..edition(noon(0)) }).await.unwrap();
    let family_feeds = vec![of_family("tag/europe", "EUROPE")];
    ledger.commit(Edition { family_feeds, ..edition(noon(1)) }).await.unwrap();
    let kept = ledger.families().await.unwrap();
    assert_eq!(kept.feeds, [of_family("tag/c--cedb1bac7e", "C++"), of_family("tag/europe", "EUROPE")]);
    assert!(kept.selections.is_empty());
}

async fn families_are_replaced_whole(engine: &dyn Engine) {
    let ledger = engine.open(noon(-1)).unwrap();
    let families = |names: &[&str]| Some(names.iter().map(|name| ((*name).to_owned(), [7; 16])).collect::<BTreeMap<_, _>>());
    let row = FeedRow { name: feed("tag/europe"), id: entry("europe").id, updated: noon(0), content: [1; 16], selection: [0; 16] };
    let first = Edition {
        families: families(&["tag/{tag}", "section/{section}"]),
        family_feeds: vec![of_family("tag/europe", "Europe")],
        feeds: vec![row],
        ..edition(noon(0))
    };
    ledger.commit(first).await.unwrap();
    let summary = ledger.summary().await.unwrap();
    assert_eq!(summary.families, [("section/{section}".to_owned(), 0), ("tag/{tag}".to_owned(), 1)].into());
    assert_eq!(summary.feeds, 1, "whether or not it is to be made anew");
    ledger.commit(edition(noon(1))).await.unwrap();
    assert_eq!(ledger.families().await.unwrap().selections.len(), 2, "an edition that says nothing of them changes nothing");
    ledger.commit(Edition { families: families(&[]), ..edition(noon(2)) }).await.unwrap();
    let kept = ledger.families().await.unwrap();
    assert!(kept.selections.is_empty());
    assert_eq!(kept.feeds.len(), 1, "its feeds were there");
    assert_eq!(ledger.summary().await.unwrap().feeds, 0);
}

async fn a_layout_is_the_last_one_or_none(engine: &dyn Engine) {
    let ledger = engine.open(noon(-1)).unwrap();
    let layout = |start| Layout {
        formats: vec![Format::Rss, Format::Json],
        more: true,
        entries: vec![LaidOut {
            order: entry("a").order(),
            spans: vec![Span { start, length: 7, check: u64::MAX, modules: 5 }, Span { start: 0, length: u32::MAX, check: 0, modules: 0 }],
        }],
    };
    let name = feed("tag/europe");
    assert_eq!(ledger.layout(name.clone()).await.unwrap(), None);
    for (at, layout) in [Some(layout(1)), Some(layout(2)), None].into_iter().enumerate() {
        let layouts = vec![(name.clone(), layout.clone()), (feed("tag/other"), None)];
        ledger.commit(Edition { layouts, ..edition(noon(i64::try_from(at).unwrap())) }).await.unwrap();
        assert_eq!(ledger.layout(name.clone()).await.unwrap(), layout);
    }
}

async fn what_was_placed_never_goes_back(engine: &dyn Engine) {
    let ledger = engine.open(noon(-1)).unwrap();
    assert!(ledger.state().await.unwrap().placed < noon(0));
    for (at, placed, expected) in [(0, Some(-5), -5), (1, Some(0), 0), (2, Some(-9), 0), (3, None, 0)] {
        let placed = placed.map(noon);
        ledger.commit(Edition { placed, ..edition(noon(at)) }).await.unwrap();
        assert_eq!(ledger.state().await.unwrap().placed, noon(expected));
    }
}
