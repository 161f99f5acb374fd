//! What cannot be brought about from outside: the kernel's limits and its lost events.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use notify::event::Flag;
use notify::{Event, EventKind};
use tempfile::TempDir;

use super::*;

fn rules() -> Rules {
    let reads = |path: &SourcePath| path.extension().as_deref() == Some("md");
    Rules { ignore: globset::GlobSet::empty(), reads, notices: reads, settle: Duration::ZERO }
}

async fn next(watcher: &mut Watcher) -> Batch {
    tokio::time::timeout(Duration::from_secs(20), watcher.next()).await.expect("nothing came")
}

async fn until_dirty(watcher: &mut Watcher, name: &str) {
    let wanted = SourcePath::new(Path::new(name)).unwrap();
    while !next(watcher).await.dirty.iter().any(|dirty| dirty.path == wanted) {}
}

#[tokio::test]
async fn folders_beyond_the_limit_of_watches_are_polled_and_the_operator_is_told() {
    let root = TempDir::new().unwrap();
    for folder in ["a", "b/c", "d"] {
        fs::create_dir_all(root.path().join(folder)).unwrap();
    }
    fs::write(root.path().join("b/c/old.md"), "old").unwrap();
    let mut watcher = Watcher::start_within(root.path().to_path_buf(), rules(), 2).unwrap();
    watcher.scanner().scan(&Under::Root, &mut |_| {}).unwrap();
    let limited = loop {
        if let Some(limited) = next(&mut watcher).await.limited {
            break limited;
        }
    };
    assert!(limited.contains("max_user_watches"), "{limited}");
    // New, changed, gone, and a folder: in folders without a watch too.
    let new: Vec<_> = ["a", "b/c", "d"].iter().map(|folder| format!("{folder}/new.md")).collect();
    for name in &new {
        fs::write(root.path().join(name), "new").unwrap();
    }
    until_noticed(&mut watcher, new.iter().map(String::as_str).collect()).await;
    fs::write(root.path().join("b/c/old.md"), "changed").unwrap();
    until_noticed(&mut watcher, vec!["b/c/old.md"]).await;
    fs::remove_file(root.path().join("b/c/old.md")).unwrap();
    until_noticed(&mut watcher, vec!["b/c/old.md"]).await;
    fs::create_dir(root.path().join("b/c/deep")).unwrap();
    fs::write(root.path().join("b/c/deep/new.md"), "new").unwrap();
    until_noticed(&mut watcher, vec!["b/c/deep/new.md"]).await;
}

/// Waits until each file is dirty, or lies in a folder to be scanned: a folder's first listing has nothing to compare with.
async fn until_noticed(watcher: &mut Watcher, names: Vec<&str>) {
    let mut wanted: Vec<_> = names.into_iter().map(|name| SourcePath::new(Path::new(name)).unwrap()).collect();
    while !wanted.is_empty() {
        let batch = next(watcher).await;
        wanted.retain(|path| {
            let dirty = batch.dirty.iter().any(|dirty| dirty.path == *path);
            !dirty && !batch.rescan.iter().any(|part| part.holds(path))
        });
    }
}

#[tokio::test]
async fn after_lost_events_a_scan_sets_every_watch_again() {
    let root = TempDir::new().unwrap();
    fs::create_dir_all(root.path().join("a/b")).unwrap();
    let mut watcher = Watcher::start(root.path().to_path_buf(), rules()).unwrap();
    let scanner = watcher.scanner();
    scanner.scan(&Under::Root, &mut |_| {}).unwrap();
    scanner.inbox.take_in(&Ok(Event::new(EventKind::Other).set_flag(Flag::Rescan)));
    assert_eq!(next(&mut watcher).await.rescan, [Under::Root]);
    // What was made while events were lost.
    fs::create_dir_all(root.path().join("a/c")).unwrap();
    fs::write(root.path().join("a/c/1.md"), "text").unwrap();
    let mut found = BTreeSet::new();
    let report = scanner.scan(&Under::Root, &mut |one| found.extend([one.path.to_string()])).unwrap();
    found.extend(report.unsettled.iter().map(ToString::to_string));
    assert!(found.contains("a/c/1.md"));
    for name in ["a/c/2.md", "a/b/3.md", "4.md"] {
        fs::write(root.path().join(name), "text").unwrap();
        until_dirty(&mut watcher, name).await;
    }
}

#[tokio::test]
async fn an_error_of_the_kernel_counts_as_lost_events() {
    let root = TempDir::new().unwrap();
    let mut watcher = Watcher::start(root.path().to_path_buf(), rules()).unwrap();
    watcher.scanner.inbox.take_in(&Err(notify::Error::generic("read failed")));
    assert_eq!(next(&mut watcher).await.rescan, [Under::Root]);
}

#[tokio::test]
async fn a_watch_planted_ahead_is_the_folders_own() {
    let root = TempDir::new().unwrap();
    for number in 0..100 {
        fs::create_dir_all(root.path().join(format!("{number}/inner"))).unwrap();
    }
    let mut watcher = Watcher::start(root.path().to_path_buf(), rules()).unwrap();
    let report = watcher.scanner().scan(&Under::Root, &mut |_| {}).unwrap();
    assert_eq!(report.folders, 201);
    for number in [0, 50, 99] {
        let name = format!("{number}/inner/a.md");
        fs::write(root.path().join(&name), "text").unwrap();
        until_dirty(&mut watcher, &name).await;
    }
    let unknown = watcher.scanner.inbox.with(|state| {
        let known = |watched: &&crate::watch::state::Watched| matches!(watched, crate::watch::state::Watched::Told(Some(_)));
        state.folders.len() - state.folders.values().filter(known).count()
    });
    assert_eq!(unknown, 0);
}
