//! Files that appear and change.

use std::fs::{self, File};
use std::io::Write;
use std::process::Command;
use std::time::Duration;

use newswire::watch::Rules;

use super::{Folder, rules};

#[tokio::test]
async fn a_file_is_taken_when_its_writer_closes_it_and_not_before() {
    let mut folder = Folder::empty();
    let mut file = File::create(folder.at("a.md")).unwrap();
    file.write_all(b"half").unwrap();
    folder.slow_fence().await;
    file.write_all(b" and half").unwrap();
    folder.fence().await;
    assert!(folder.names().is_empty(), "{:?}", folder.dirty);
    drop(file);
    folder.until_dirty("a.md").await;
}

#[tokio::test]
async fn a_change_in_place_is_taken_at_its_close() {
    let mut folder = Folder::prepared(rules(), |root| fs::write(root.join("a.md"), "old").unwrap());
    folder.until_dirty("a.md").await;
    folder.dirty.clear();
    let mut file = File::options().append(true).open(folder.at("a.md")).unwrap();
    file.write_all(b"new").unwrap();
    folder.fence().await;
    assert!(folder.names().is_empty(), "{:?}", folder.dirty);
    drop(file);
    folder.until_dirty("a.md").await;
    assert_eq!(folder.dirty["a.md"], None);
}

#[tokio::test]
async fn our_own_reading_makes_no_event() {
    let mut folder = Folder::empty();
    folder.write("a.md", "text");
    folder.until_dirty("a.md").await;
    folder.dirty.clear();
    newswire::watch::read::read_file(&folder.root, &super::path("a.md"), 100).unwrap();
    folder.slow_fence().await;
    assert!(folder.names().is_empty(), "{:?}", folder.dirty);
}

#[tokio::test]
async fn a_file_renamed_into_place_is_taken_at_once() {
    let mut folder = Folder::empty();
    folder.write(".a.md.tmp123", "text");
    fs::rename(folder.at(".a.md.tmp123"), folder.at("a.md")).unwrap();
    folder.until_dirty("a.md").await;
    assert_eq!(folder.dirty["a.md"], None);
    assert_eq!(folder.names(), ["a.md"]);
}

#[tokio::test]
async fn a_hard_link_is_taken_when_it_has_rested() {
    let mut folder = Folder::empty();
    fs::write(folder.outside.join("a"), "text").unwrap();
    fs::hard_link(folder.outside.join("a"), folder.at("a.md")).unwrap();
    folder.until_dirty("a.md").await;
}

#[tokio::test]
async fn a_hard_link_whose_first_name_went_is_taken_too() {
    let mut folder = Folder::empty();
    let first = folder.outside.join("a");
    fs::write(&first, "text").unwrap();
    // The sign of the link is a change time later than the modification time; clocks of file systems tick.
    let before = fs::metadata(&first).unwrap().modified().unwrap();
    File::options().write(true).open(&first).unwrap().set_modified(before - Duration::from_secs(1)).unwrap();
    fs::hard_link(&first, folder.at("a.md")).unwrap();
    fs::remove_file(&first).unwrap();
    folder.until_dirty("a.md").await;
}

#[tokio::test]
async fn a_deleted_file_is_dirty() {
    let mut folder = Folder::prepared(rules(), |root| fs::write(root.join("a.md"), "old").unwrap());
    folder.until_dirty("a.md").await;
    folder.dirty.clear();
    fs::remove_file(folder.at("a.md")).unwrap();
    folder.until_dirty("a.md").await;
}

#[tokio::test]
async fn nested_folders_that_appear_filled_are_seen_whole() {
    let mut folder = Folder::empty();
    fs::create_dir_all(folder.at("a/b/c")).unwrap();
    for name in ["a/1.md", "a/b/2.md", "a/b/c/3.md"] {
        folder.write(name, name);
    }
    for name in ["a/1.md", "a/b/2.md", "a/b/c/3.md"] {
        folder.until_dirty(name).await;
    }
    folder.write("a/b/c/4.md", "later");
    folder.until_dirty("a/b/c/4.md").await;
}

#[tokio::test]
async fn a_copied_tree_is_seen_whole() {
    let mut folder = Folder::empty();
    let tree = folder.outside.join("tree");
    for number in 0..50 {
        let inner = tree.join(format!("{}/{}", number % 5, number % 10));
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join(format!("{number}.md")), "text").unwrap();
    }
    assert!(Command::new("cp").arg("-r").arg(&tree).arg(folder.at("tree")).status().unwrap().success());
    folder.until("all fifty", |folder| folder.dirty.len() == 50).await;
}

#[tokio::test]
async fn ten_thousand_files_untarred_at_once_are_all_seen() {
    let mut folder = Folder::empty();
    let tree = folder.outside.join("tree");
    for number in 0..10_000 {
        let inner = tree.join(format!("{}", number % 40));
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join(format!("{number}.md")), "text").unwrap();
    }
    let archive = folder.outside.join("tree.tar");
    assert!(Command::new("tar").arg("-cf").arg(&archive).arg("-C").arg(&tree).arg(".").status().unwrap().success());
    assert!(Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(&folder.root).status().unwrap().success());
    folder.until("all of them", |folder| folder.dirty.len() == 10_000).await;
}

#[tokio::test]
async fn with_settle_a_closed_file_still_rests() {
    let rules = Rules { settle: Duration::from_millis(400), ..rules() };
    let mut folder = Folder::prepared(rules, |_| {});
    let began = std::time::Instant::now();
    folder.write("a.md", "text");
    folder.until_dirty("a.md").await;
    assert!(began.elapsed() >= Duration::from_millis(400), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_file_that_was_being_written_during_the_scan_comes_later() {
    let folder = Folder::prepared(rules(), |root| fs::write(root.join("a.md"), "just now").unwrap());
    let mut folder = folder;
    folder.until_dirty("a.md").await;
}

#[tokio::test]
async fn a_file_that_changed_while_it_was_read_comes_again() {
    let mut folder = Folder::empty();
    folder.write("a.md", "text");
    folder.until_dirty("a.md").await;
    folder.dirty.clear();
    folder.scanner.requeue(super::path("a.md"), &newswire::watch::ReadFault::Changing);
    folder.until_dirty("a.md").await;
}

#[tokio::test]
async fn what_articles_may_show_is_told_of_and_never_scanned() {
    let mut folder = Folder::prepared(rules(), |root| fs::write(root.join("before.jpg"), "picture").unwrap());
    let mut found = Vec::new();
    folder.scanner.scan(&newswire::watch::Under::Root, &mut |one| found.push(one.path)).unwrap();
    assert!(found.is_empty(), "{found:?}");
    folder.write("a.jpg", "picture");
    folder.write("a.png", "no article shows it here");
    folder.until_dirty("a.jpg").await;
    fs::create_dir(folder.outside.join("post")).unwrap();
    fs::write(folder.outside.join("post/cover.jpg"), "picture").unwrap();
    fs::rename(folder.outside.join("post"), folder.at("post")).unwrap();
    folder.until_dirty("post/cover.jpg").await;
    fs::remove_file(folder.at("before.jpg")).unwrap();
    folder.until_dirty("before.jpg").await;
    folder.slow_fence().await;
    assert_eq!(folder.names(), ["a.jpg", "before.jpg", "post/cover.jpg"]);
}

#[tokio::test]
async fn ignored_globs_are_passed_over() {
    let mut ignore = globset::GlobSetBuilder::new();
    ignore.add(globset::Glob::new("_drafts/**").unwrap());
    ignore.add(globset::Glob::new("**/notes-*.md").unwrap());
    let rules = Rules { ignore: ignore.build().unwrap(), ..rules() };
    let mut folder = Folder::prepared(rules, |root| fs::create_dir(root.join("_drafts")).unwrap());
    folder.write("_drafts/a.md", "draft");
    folder.write("notes-1.md", "notes");
    folder.write("b.md", "article");
    folder.until_dirty("b.md").await;
    folder.slow_fence().await;
    assert_eq!(folder.names(), ["b.md"]);
}
