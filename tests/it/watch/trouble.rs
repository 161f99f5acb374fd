//! The folder goes, comes back, or was never there.

use std::fs;

use newswire::watch::{RootState, Under, WatchFault, Watcher};

use super::{Folder, rules};

#[tokio::test]
async fn a_root_that_is_not_there_is_said_at_start() {
    let around = tempfile::tempdir().unwrap();
    let Err(fault) = Watcher::start(around.path().join("none"), rules()) else { panic!("it began") };
    assert!(matches!(fault, WatchFault::Root(_)));
    assert!(fault.to_string().contains("does not exist"), "{fault}");
}

#[tokio::test]
async fn a_root_that_goes_and_comes_back_is_awaited() {
    let mut folder = Folder::prepared(rules(), |root| fs::write(root.join("a.md"), "text").unwrap());
    folder.until_dirty("a.md").await;
    fs::remove_dir_all(&folder.root).unwrap();
    folder.until("it is missing", |folder| folder.presence == RootState::Missing).await;
    fs::create_dir(&folder.root).unwrap();
    folder.until("it is back", |folder| folder.presence == RootState::Present).await;
    folder.until("a rescan", |folder| folder.rescans.contains(&Under::Root)).await;
    folder.scanner.scan(&Under::Root, &mut |_| {}).unwrap();
    folder.dirty.clear();
    fs::create_dir(folder.at("world")).unwrap();
    folder.write("world/b.md", "text");
    folder.until_dirty("world/b.md").await;
}

#[tokio::test]
async fn a_root_that_is_replaced_is_scanned_again() {
    let mut folder = Folder::empty();
    fs::rename(&folder.root, folder.outside.join("old")).unwrap();
    fs::create_dir(&folder.root).unwrap();
    folder.write("b.md", "text");
    folder.until("a rescan", |folder| folder.rescans.contains(&Under::Root)).await;
    let mut found = Vec::new();
    let report = folder.scanner.scan(&Under::Root, &mut |one| found.push(one.path)).unwrap();
    found.extend(report.unsettled);
    assert_eq!(found, [super::path("b.md")]);
    folder.write("c.md", "text");
    folder.until_dirty("c.md").await;
}

#[tokio::test]
async fn a_second_scan_of_the_whole_keeps_the_watch() {
    let mut folder = Folder::prepared(rules(), |root| fs::create_dir_all(root.join("a/b")).unwrap());
    folder.scanner.scan(&Under::Root, &mut |_| {}).unwrap();
    folder.write("a/b/c.md", "text");
    folder.until_dirty("a/b/c.md").await;
    folder.dirty.clear();
    folder.fence().await;
    assert!(folder.names().is_empty(), "{:?}", folder.dirty);
}
