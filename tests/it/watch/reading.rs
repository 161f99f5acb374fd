//! Files that are not fit to be read: each is told apart, and nothing hangs.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use newswire::diagnostic::Severity;
use newswire::watch::read::{FileRead, ReadFault, read_file};
use tempfile::TempDir;

use super::{Folder, path};

const MOST: u64 = 1_000_000;

fn fifo(at: &Path) {
    assert!(Command::new("mkfifo").arg(at).status().unwrap().success());
}

fn rule_of(root: &Path, name: &str) -> String {
    let fault = read_file(root, &path(name), MOST).unwrap_err();
    let finding = fault.diagnostic(&path(name)).unwrap_or_else(|| panic!("{name}: {fault} says nothing"));
    assert_eq!(finding.path, name);
    assert!(!finding.message.is_empty() && !finding.remedy.is_empty(), "{finding:?}");
    finding.rule.into_owned()
}

#[test]
fn a_file_is_read_whole_with_its_stamp() {
    let root = TempDir::new().unwrap();
    for length in [0, 1, 4_096, 100_000] {
        let text = vec![b'x'; length];
        fs::write(root.path().join("a.md"), &text).unwrap();
        let FileRead { bytes, stamp, led_to } = read_file(root.path(), &path("a.md"), MOST).unwrap();
        assert_eq!(led_to, None);
        assert!(bytes == text, "{length}");
        assert_eq!(stamp.size, length as u64);
    }
}

#[test]
fn what_is_no_file_is_said_to_be_what_it_is() {
    let root = TempDir::new().unwrap();
    fifo(&root.path().join("fifo.md"));
    let _socket = UnixListener::bind(root.path().join("socket.md")).unwrap();
    fs::create_dir(root.path().join("folder.md")).unwrap();
    assert_eq!(rule_of(root.path(), "fifo.md"), "file-type");
    assert_eq!(rule_of(root.path(), "socket.md"), "file-type");
    assert!(read_file(root.path(), &path("fifo.md"), MOST).unwrap_err().to_string().contains("FIFO"));
    assert!(matches!(read_file(root.path(), &path("folder.md"), MOST), Err(ReadFault::Folder)));
    assert!(matches!(read_file(root.path(), &path("none.md"), MOST), Err(ReadFault::Gone)));
    assert!(matches!(read_file(root.path(), &path("none/none.md"), MOST), Err(ReadFault::Gone)));
}

#[test]
fn a_file_too_large_is_not_read() {
    let root = TempDir::new().unwrap();
    File::create(root.path().join("large.md")).unwrap().set_len(500_000_000).unwrap();
    assert_eq!(rule_of(root.path(), "large.md"), "file-too-large");
    File::create(root.path().join("just.md")).unwrap().set_len(MOST).unwrap();
    assert_eq!(read_file(root.path(), &path("just.md"), MOST).unwrap().bytes.len() as u64, MOST);
}

#[test]
fn links_are_followed_within_the_folder_only() {
    let (root, outside) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    fs::write(outside.path().join("secret.md"), "secret").unwrap();
    fs::create_dir_all(root.path().join("..data")).unwrap();
    fs::write(root.path().join("..data/a.md"), "text").unwrap();
    symlink("..data/a.md", root.path().join("inside.md")).unwrap();
    symlink(root.path().join("..data/a.md"), root.path().join("absolute.md")).unwrap();
    symlink(outside.path().join("secret.md"), root.path().join("outside.md")).unwrap();
    symlink("nothing.md", root.path().join("broken.md")).unwrap();
    symlink("loop.md", root.path().join("loop.md")).unwrap();
    symlink(outside.path(), root.path().join("away")).unwrap();
    for name in ["inside.md", "absolute.md"] {
        assert_eq!(read_file(root.path(), &path(name), MOST).unwrap().bytes, b"text");
    }
    assert_eq!(rule_of(root.path(), "outside.md"), "link-outside");
    assert_eq!(rule_of(root.path(), "broken.md"), "link-broken");
    assert_eq!(rule_of(root.path(), "loop.md"), "link-loop");
    // Nor through a linked folder.
    assert!(matches!(read_file(root.path(), &path("away/secret.md"), MOST), Err(ReadFault::Gone)));
}

#[test]
fn a_conflict_copy_is_said_and_not_read() {
    let root = TempDir::new().unwrap();
    let name = "a (Ann's conflicted copy 2026-01-02).md";
    fs::write(root.path().join(name), "text").unwrap();
    let finding = read_file(root.path(), &path(name), MOST).unwrap_err().diagnostic(&path(name)).unwrap();
    assert_eq!((finding.rule.as_ref(), finding.severity), ("conflict-copy", Severity::Warning));
}

#[tokio::test]
async fn all_of_them_are_dirty_when_they_appear_and_hold_up_nothing() {
    let mut folder = Folder::empty();
    fifo(&folder.at("fifo.md"));
    let _socket = UnixListener::bind(folder.at("socket.md")).unwrap();
    symlink("loop.md", folder.at("loop.md")).unwrap();
    folder.write("a.sync-conflict-20260102-101500-ABCDEFG.md", "text");
    folder.write("b.md", "text");
    for name in ["fifo.md", "socket.md", "loop.md", "a.sync-conflict-20260102-101500-ABCDEFG.md", "b.md"] {
        folder.until_dirty(name).await;
    }
}

#[tokio::test]
async fn a_link_is_dirty_when_the_file_changes_that_it_leads_to() {
    let mut folder = Folder::empty();
    fs::create_dir(folder.at("..data")).unwrap();
    folder.write("..data/a.md", "old");
    symlink("..data/a.md", folder.at("a.md")).unwrap();
    folder.until_dirty("a.md").await;
    folder.dirty.clear();
    folder.write("..data/a.md", "newer");
    folder.until_dirty("a.md").await;
}

#[tokio::test]
async fn a_link_to_a_folder_is_noted_and_not_followed() {
    let mut folder = Folder::empty();
    symlink("..", folder.at("up")).unwrap();
    folder.until("a note", |folder| folder.said.get("up").is_some_and(|said| said[0].rule == "folder-link")).await;
    folder.slow_fence().await;
    assert!(folder.names().is_empty(), "{:?}", folder.dirty);
    fs::remove_file(folder.at("up")).unwrap();
    folder.until("it is unsaid", |folder| folder.said["up"].is_empty()).await;
}
