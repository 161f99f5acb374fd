//! How files come from elsewhere: copied, unpacked, checked out, uploaded. What is seen is each file, once it is whole.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use newswire::watch::Rules;
use newswire::watch::read::read_file;

use super::{Folder, path, rules};

fn run(program: &str, arguments: &[&str], at: &Path) {
    let output = Command::new(program).args(arguments).current_dir(at).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}; tests/all installs it"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn text_of(folder: &Folder, name: &str) -> String {
    String::from_utf8(read_file(&folder.root, &path(name), 10_000_000).unwrap().bytes).unwrap()
}

#[tokio::test]
async fn a_slow_writer_is_awaited() {
    let mut folder = Folder::empty();
    let mut new = File::create(folder.at("new.md")).unwrap();
    folder.write("old.md", "old");
    folder.until_dirty("old.md").await;
    folder.dirty.clear();
    let mut old = File::create(folder.at("old.md")).unwrap();
    // The pauses are the writer's; they are longer than what a file must rest that nobody holds open.
    for piece in ["One. ", "Two. ", "Three. ", "Four. "] {
        new.write_all(piece.as_bytes()).unwrap();
        old.write_all(piece.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(500));
        folder.fence().await;
        assert!(folder.names().is_empty(), "after {piece}: {:?}", folder.dirty);
    }
    drop((new, old));
    for name in ["new.md", "old.md"] {
        folder.until_dirty(name).await;
        assert_eq!(text_of(&folder, name), "One. Two. Three. Four. ");
    }
}

#[tokio::test]
async fn rsync() {
    let mut folder = Folder::empty();
    let tree = folder.outside.join("tree");
    fs::create_dir_all(tree.join("world/paris")).unwrap();
    for name in ["a.md", "world/b.md", "world/paris/c.md"] {
        fs::write(tree.join(name), name).unwrap();
    }
    let sync = |folder: &Folder, more: &[&str]| {
        let (from, to) = (format!("{}/", tree.display()), folder.root.display().to_string());
        run("rsync", &[&["-a"], more, &[&from, &to]].concat(), &folder.outside);
    };
    sync(&folder, &[]);
    for name in ["a.md", "world/b.md", "world/paris/c.md"] {
        folder.until_dirty(name).await;
    }
    folder.slow_fence().await;
    assert_eq!(folder.names(), ["a.md", "world/b.md", "world/paris/c.md"]);
    // A change, a deletion; then a change in place, which rsync makes without a temporary.
    folder.dirty.clear();
    fs::write(tree.join("a.md"), "changed").unwrap();
    fs::remove_file(tree.join("world/b.md")).unwrap();
    sync(&folder, &["--delete"]);
    folder.until_dirty("a.md").await;
    folder.until_dirty("world/b.md").await;
    folder.slow_fence().await;
    assert_eq!(folder.names(), ["a.md", "world/b.md"]);
    folder.dirty.clear();
    fs::write(tree.join("world/paris/c.md"), "changed where it stands").unwrap();
    sync(&folder, &["--inplace"]);
    folder.until_dirty("world/paris/c.md").await;
    assert_eq!(text_of(&folder, "world/paris/c.md"), "changed where it stands");
}

/// OpenSSH's `scp` and `sftp` servers: `open(O_WRONLY|O_CREAT)`, without `O_TRUNC` where the file is there (`scp -O` cuts it to its new
/// length at the end), writes of 32 kB as they arrive, `fchmod`, `futimes`, close.
#[tokio::test]
async fn scp() {
    let mut folder = Folder::empty();
    folder.write("a.md", &"old and longer".repeat(10_000));
    folder.until_dirty("a.md").await;
    for name in ["a.md", "b.md"] {
        folder.dirty.clear();
        let mut file = File::options().write(true).create(true).truncate(false).open(folder.at(name)).unwrap();
        for _ in 0..3 {
            file.write_all(&vec![b'n'; 32_768]).unwrap();
            folder.fence().await;
            assert!(folder.names().is_empty(), "half a file: {:?}", folder.dirty);
        }
        file.set_len(3 * 32_768).unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)).unwrap();
        drop(file);
        folder.until_dirty(name).await;
        assert_eq!(text_of(&folder, name), "n".repeat(3 * 32_768));
    }
}

/// FTP's `STOR`, broken off, then `REST` and `STOR`, or `APPE`: what came is closed, and opened again later to go on at its end.
/// Whoever uploads so sets `settle`: a pause shorter than that is none.
#[tokio::test]
async fn a_resumed_upload() {
    let rules = Rules { settle: Duration::from_secs(1), ..rules() };
    let mut folder = Folder::prepared(rules, |_| {});
    folder.write("a.md", "The first half, ");
    for piece in ["the second half, ", "and the end."] {
        // Broken off, and taken up again before it has rested long enough.
        std::thread::sleep(Duration::from_millis(300));
        let mut file = File::options().write(true).open(folder.at("a.md")).unwrap();
        file.seek(SeekFrom::End(0)).unwrap();
        file.write_all(piece.as_bytes()).unwrap();
    }
    let closed = Instant::now();
    folder.until_dirty("a.md").await;
    assert!(closed.elapsed() >= Duration::from_millis(900), "{:?}", closed.elapsed());
    assert_eq!(text_of(&folder, "a.md"), "The first half, the second half, and the end.");
    // Taken up again after a longer pause it is a change like any other.
    folder.dirty.clear();
    File::options().append(true).open(folder.at("a.md")).unwrap().write_all(b" And more.").unwrap();
    folder.until_dirty("a.md").await;
    assert!(text_of(&folder, "a.md").ends_with("And more."));
}

#[tokio::test]
async fn git_checkout_of_a_tree_and_of_another_branch() {
    let mut folder = Folder::empty();
    let root = folder.root.clone();
    let git = |arguments: &[&str]| run("git", &[&["-c", "user.name=A", "-c", "user.email=a@example.org"], arguments].concat(), &root);
    let write = |name: &str, text: &str| {
        fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
        fs::write(root.join(name), text).unwrap();
    };
    git(&["init", "-q", "-b", "main"]);
    for n in 0..60 {
        write(&format!("s{}/{}/{n}.md", n % 3, n % 4), &format!("text {n}"));
    }
    git(&["add", "."]);
    git(&["commit", "-qm", "All of them"]);
    git(&["checkout", "-qb", "other"]);
    for n in 0..20 {
        fs::remove_file(root.join(format!("s{}/{}/{n}.md", n % 3, n % 4))).unwrap();
        write(&format!("new/deep/{n}.md"), &format!("new {n}"));
    }
    write("s2/0/44.md", "changed");
    git(&["add", "-A"]);
    git(&["commit", "-qm", "Others"]);
    folder.until("all that came and went", |folder| folder.dirty.len() >= 80).await;
    for (branch, there) in [("main", false), ("other", true), ("main", false)] {
        folder.slow_fence().await;
        folder.dirty.clear();
        git(&["checkout", "-q", branch]);
        folder
            .until("what differs between them", |folder| folder.dirty.len() == 41 || !folder.rescans.is_empty() && folder.dirty.len() >= 21)
            .await;
        folder.fence().await;
        assert!(folder.names().iter().all(|name| !name.contains(".git")), "{:?}", folder.dirty);
        assert_eq!(folder.at("new/deep/7.md").exists(), there);
        // Every folder that came is watched.
        let probe = if there { "new/deep/probe.md" } else { "s1/1/probe.md" };
        write(probe, "probe");
        folder.until_dirty(probe).await;
        fs::remove_file(root.join(probe)).unwrap();
    }
}
