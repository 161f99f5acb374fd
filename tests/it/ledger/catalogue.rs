//! What readers see of the catalogue: pages in order, keys, what is due, sources.

use std::collections::BTreeSet;
use std::sync::Arc;

use newswire::article::{Entry, FileStamp, SourcePath, State};
use newswire::ledger::{Edition, EntryChange, EntryKey, Ledger};

use super::engine::Engine;
use super::newsroom::{added, article, changed, edition, entry, feed, id, link, noon, path};

on_every_engine![
    the_catalogue_pages_in_the_order_of_paths,
    rows_that_share_a_path_are_not_parted,
    entries_are_found_by_any_key_each_once,
    only_what_is_pending_is_found_as_vanished,
    what_is_due_comes_earliest_first,
    late_sources_are_kept_only_for_the_file_that_was_read,
    a_second_handle_reads_what_was_committed,
    paths_of_any_bytes_are_kept,
];

async fn add(ledger: &dyn Ledger, at: i64, entries: &[Entry]) {
    ledger.commit(Edition { entries: entries.iter().map(added).collect(), ..edition(noon(at)) }).await.unwrap();
}

async fn paged(ledger: &dyn Ledger, limit: usize) -> Vec<SourcePath> {
    let mut paths = Vec::new();
    loop {
        let page = ledger.catalogue(paths.last().cloned(), limit).await.unwrap();
        if page.is_empty() {
            return paths;
        }
        paths.extend(page.into_iter().map(|row| row.path));
    }
}

async fn the_catalogue_pages_in_the_order_of_paths(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let names = ["b/z", "a", "b", "b-c", "B", "a/b", "é", "a.b"];
    let mut entries: Vec<Entry> = names.iter().map(|name| entry(name)).collect();
    entries[1].state = State::Withdrawn { at: noon(1), reason: None };
    add(&*ledger, 1, &entries).await;
    let expected: BTreeSet<SourcePath> = names.iter().map(|name| path(name)).collect();
    for limit in [1, 3, 8, 100] {
        assert_eq!(paged(&*ledger, limit).await, expected.iter().cloned().collect::<Vec<_>>());
    }
    let rows = ledger.catalogue(None, 100).await.unwrap();
    let row = rows.iter().find(|row| row.id == id("a")).unwrap();
    assert_eq!((row.stamp, row.withdrawn, row.has_source), (entries[1].stamp, true, false));
    assert_eq!(rows.iter().filter(|row| row.withdrawn).count(), 1);
}

async fn rows_that_share_a_path_are_not_parted(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let mut old = entry("old");
    old.path = path("b");
    old.state = State::Withdrawn { at: noon(1), reason: None };
    add(&*ledger, 1, &[entry("a"), old, entry("b"), entry("c")]).await;
    assert_eq!(paged(&*ledger, 2).await, [path("a"), path("b"), path("b"), path("c")]);
    assert_eq!(ledger.entries(vec![EntryKey::Path(path("b"))]).await.unwrap().len(), 2);
}

async fn entries_are_found_by_any_key_each_once(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let (one, two) = (entry("one"), entry("two"));
    add(&*ledger, 1, &[one.clone(), two.clone(), entry("three")]).await;
    let keys = vec![
        EntryKey::Link(link("two")),
        EntryKey::Id(id("one")),
        EntryKey::Path(path("two")),
        EntryKey::Id(id("one")),
        EntryKey::Id(id("nobody")),
        EntryKey::Path(path("nowhere")),
        EntryKey::Link(link("nothing")),
    ];
    assert_eq!(ledger.entries(keys).await.unwrap(), [two, one]);
    assert_eq!(ledger.entries(Vec::new()).await.unwrap(), []);
}

async fn only_what_is_pending_is_found_as_vanished(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let live = entry("live");
    let mut pending = entry("pending");
    pending.state = State::RemovalPending { until: noon(3000) };
    add(&*ledger, 1, &[live, pending.clone()]).await;
    assert_eq!(ledger.entries(vec![EntryKey::Vanished([7; 16])]).await.unwrap(), [pending.clone()]);
    assert_eq!(ledger.entries(vec![EntryKey::Vanished([8; 16])]).await.unwrap(), []);
    let mut back = pending.clone();
    back.state = State::Live;
    ledger.commit(Edition { entries: vec![changed(&pending, &back)], ..edition(noon(2)) }).await.unwrap();
    assert_eq!(ledger.entries(vec![EntryKey::Vanished([7; 16])]).await.unwrap(), []);
}

async fn what_is_due_comes_earliest_first(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let due = |name: &str, at| Entry { due: at, ..entry(name) };
    let entries = [due("c", Some(noon(300))), due("a", Some(noon(100))), due("never", None), due("b", Some(noon(200)))];
    add(&*ledger, 1, &entries).await;
    let names = |found: &[Entry]| found.iter().map(|entry| entry.path.to_string()).collect::<Vec<_>>();
    let (found, next) = ledger.due(noon(99), 10).await.unwrap();
    assert_eq!((names(&found), next), (vec![], Some(noon(100))));
    let (found, next) = ledger.due(noon(200), 10).await.unwrap();
    assert_eq!((names(&found), next), (vec!["a.md".into(), "b.md".into()], Some(noon(300))));
    let (found, next) = ledger.due(noon(999), 2).await.unwrap();
    assert_eq!((names(&found), next), (vec!["a.md".into(), "b.md".into()], Some(noon(300))));
    let (found, next) = ledger.due(noon(999), 3).await.unwrap();
    assert_eq!((found.len(), next), (3, None));
    ledger.commit(Edition { entries: vec![changed(&entries[1], &due("a", None))], ..edition(noon(2)) }).await.unwrap();
    assert_eq!(names(&ledger.due(noon(100), 10).await.unwrap().0), Vec::<String>::new());
}

async fn late_sources_are_kept_only_for_the_file_that_was_read(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let (one, two) = (entry("one"), entry("two"));
    let first = article("two, first");
    let kept = EntryChange { source: Some(Arc::clone(&first)), ..added(&two) };
    ledger.commit(Edition { entries: vec![added(&one), added(&entry("three")), kept], ..edition(noon(1)) }).await.unwrap();
    let late = |name: &str| article(&format!("{name}, late"));
    let other = FileStamp { size: 1, ..one.stamp };
    let sources = vec![
        (id("one"), one.stamp, late("one")),
        (id("two"), two.stamp, late("two")),
        (id("three"), other, late("three")),
        (id("unknown"), one.stamp, late("unknown")),
    ];
    ledger.keep_sources(sources).await.unwrap();
    let found = ledger.sources(vec![id("one"), id("two"), id("three"), id("unknown")]).await.unwrap();
    assert_eq!(found, [(id("one"), late("one")), (id("two"), first)]);
    let with: Vec<(String, bool)> =
        ledger.catalogue(None, 10).await.unwrap().into_iter().map(|row| (row.path.to_string(), row.has_source)).collect();
    assert_eq!(with, [("one.md".into(), true), ("three.md".into(), false), ("two.md".into(), true)]);
    // A change that brings no source leaves what is kept.
    let mut again = one.clone();
    again.stamp = other;
    ledger.commit(Edition { entries: vec![changed(&one, &again)], ..edition(noon(2)) }).await.unwrap();
    assert_eq!(ledger.sources(vec![id("one")]).await.unwrap(), [(id("one"), late("one"))]);
    assert!(ledger.catalogue(None, 1).await.unwrap()[0].has_source);
}

async fn a_second_handle_reads_what_was_committed(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let beside = engine.beside().unwrap();
    for (at, name) in (1..).zip(["one", "two", "three"]) {
        add(&*ledger, at, &[entry(name)]).await;
        assert_eq!(beside.entries(vec![EntryKey::Id(id(name))]).await.unwrap(), [entry(name)]);
        assert_eq!(beside.state().await.unwrap().latest, noon(at));
        assert_eq!(beside.summary().await.unwrap().live, u64::try_from(at).unwrap());
    }
    assert_eq!(beside.window(feed("all"), None, 10).await.unwrap().members.len(), 3);
}

async fn paths_of_any_bytes_are_kept(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let mut odd = entry("odd");
    odd.path = SourcePath::from_bytes(b"a\nb'\"\xff\xfe%_.md").unwrap();
    add(&*ledger, 1, &[odd.clone()]).await;
    assert_eq!(ledger.entries(vec![EntryKey::Path(odd.path.clone())]).await.unwrap(), [odd]);
}
