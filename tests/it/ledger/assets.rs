//! The local files that articles show: who shows what, and what may go.

use std::path::Path;
use std::sync::Arc;

use newswire::article::{Article, Asset, AssetFile, Field, FileStamp, Fingerprint, Published, SourcePath, State};
use newswire::ledger::{Edition, EntryChange, EntryKey, Ledger};

use super::engine::Engine;
use super::newsroom::{added, article, changed, edition, entry, id, noon, path};

on_every_engine![
    who_shows_a_file_is_known,
    who_would_have_a_file_by_its_name_is_known,
    only_what_public_articles_show_counts_as_shown,
    files_page_in_order_and_are_never_parted,
    a_source_whose_files_were_looked_at_takes_the_place_of_one_without,
];

fn file(name: &str) -> SourcePath {
    SourcePath::new(Path::new(name)).unwrap()
}

fn place(digest: u8) -> Published {
    Published::new([digest; 16], "a", "jpg")
}

/// An article that shows these files; one with the hash 0 is missing.
fn showing(name: &str, files: &[(&str, u8)]) -> Arc<Article> {
    let asset = |(name, digest): &(&str, u8)| Asset {
        file: file(name),
        written: Vec::new(),
        found: (*digest > 0).then(|| AssetFile {
            stamp: FileStamp { size: u64::from(*digest), ..FileStamp::default() },
            published: place(*digest),
            mime: "image/jpeg".into(),
            width: None,
            height: None,
        }),
    };
    Arc::new(Article { assets: Some(files.iter().map(asset).collect()), ..(*article(name)).clone() })
}

fn shown_by(name: &str, files: &[(&str, u8)]) -> EntryChange {
    EntryChange { source: Some(showing(name, files)), ..added(&entry(name)) }
}

async fn commit(ledger: &dyn Ledger, at: i64, entries: Vec<EntryChange>) {
    ledger.commit(Edition { entries, ..edition(noon(at)) }).await.unwrap();
}

async fn who_shows_a_file_is_known(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    commit(&*ledger, 1, vec![shown_by("a", &[("img/x.jpg", 1)]), shown_by("b", &[("img/x.jpg", 1), ("img/y.jpg", 0)]), added(&entry("c"))])
        .await;
    assert_eq!(ledger.asset_users(vec![file("img/x.jpg")]).await.unwrap(), [path("a"), path("b")]);
    assert_eq!(ledger.asset_users(vec![file("img/y.jpg"), file("img/x.jpg")]).await.unwrap(), [path("a"), path("b")]);
    assert_eq!(ledger.asset_users(vec![file("img/z.jpg")]).await.unwrap(), []);
    // What an article showed before it was changed it shows no more.
    let now = EntryChange { source: Some(showing("a", &[])), ..changed(&entry("a"), &entry("a")) };
    commit(&*ledger, 2, vec![now]).await;
    assert_eq!(ledger.asset_users(vec![file("img/x.jpg")]).await.unwrap(), [path("b")]);
    // A row that is forgotten shows nothing.
    ledger.commit(Edition { forget: vec![id("b")], ..edition(noon(3)) }).await.unwrap();
    assert_eq!(ledger.asset_users(vec![file("img/x.jpg")]).await.unwrap(), []);
}

async fn who_would_have_a_file_by_its_name_is_known(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let mut gone = entry("world/gone");
    gone.state = State::Withdrawn { at: noon(0), reason: None };
    let names = ["world/storm", "world/storm-2", "world/index", "world/stor", "storm", "world/storm/deep"];
    commit(&*ledger, 1, names.iter().map(|name| added(&entry(name))).chain([added(&gone)]).collect()).await;
    let users = |name: &str| ledger.asset_users(vec![file(name)]);
    assert_eq!(users("world/storm.jpg").await.unwrap(), [path("world/index"), path("world/storm")]);
    assert_eq!(users("storm.mp3").await.unwrap(), [path("storm")]);
    assert_eq!(users("world/gone.jpg").await.unwrap(), [path("world/index")]);
}

async fn only_what_public_articles_show_counts_as_shown(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let with = |name: &str, state: State, digest: u8| {
        let mut row = entry(name);
        row.state = state;
        EntryChange { source: Some(showing(name, &[("x.jpg", digest)])), ..added(&row) }
    };
    let held = State::Held { why: newswire::article::Holding::Draft };
    let states =
        [State::Live, State::RemovalPending { until: noon(9) }, held, State::Expired, State::Withdrawn { at: noon(0), reason: None }];
    let entries = states.into_iter().zip(1..).map(|(state, digest)| with(&format!("a{digest}"), state, digest)).collect();
    commit(&*ledger, 1, entries).await;
    let all: Vec<Published> = (1..=6).map(place).collect();
    assert_eq!(ledger.assets_shown(all).await.unwrap(), [place(1), place(2)]);
}

async fn files_page_in_order_and_are_never_parted(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let entries = vec![shown_by("a", &[("x", 1), ("z", 3)]), shown_by("b", &[("x", 2), ("y", 0)]), shown_by("c", &[("x", 1)])];
    commit(&*ledger, 1, entries).await;
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = ledger.assets(after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.file.clone());
        seen.extend(page.into_iter().map(|row| {
            assert_eq!(row.stamp.is_some(), row.published.is_some());
            (row.file.to_string(), row.article, row.stamp.map(|stamp| stamp.size), row.public)
        }));
    }
    let mut expected = vec![
        ("x".to_owned(), path("a"), Some(1), true),
        ("x".to_owned(), path("b"), Some(2), true),
        ("x".to_owned(), path("c"), Some(1), true),
        ("y".to_owned(), path("b"), None, true),
        ("z".to_owned(), path("a"), Some(3), true),
    ];
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected);
}

async fn a_source_whose_files_were_looked_at_takes_the_place_of_one_without(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let row = entry("a");
    commit(&*ledger, 1, vec![added(&row)]).await;
    ledger.keep_sources(vec![(id("a"), row.stamp, article("a"))]).await.unwrap();
    let looked = showing("a", &[("x.jpg", 1)]);
    ledger.keep_sources(vec![(id("a"), row.stamp, looked.clone())]).await.unwrap();
    assert_eq!(ledger.sources(vec![id("a")]).await.unwrap()[0].1, looked);
    assert_eq!(ledger.asset_users(vec![file("x.jpg")]).await.unwrap(), [path("a")]);
    let kept = ledger.entries(vec![EntryKey::Id(id("a"))]).await.unwrap().remove(0).fingerprint;
    assert!(kept.has_files(), "so that another picture is known to be another");
    assert_eq!(kept.changed(&Fingerprint::of(&showing("a", &[("x.jpg", 2)]))), [Field::Media]);
    // The other way round, nothing is lost.
    ledger.keep_sources(vec![(id("a"), row.stamp, article("a"))]).await.unwrap();
    assert_eq!(ledger.sources(vec![id("a")]).await.unwrap()[0].1, looked);
}
