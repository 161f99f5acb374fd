//! How editors and copiers save: what is seen is the article, once it is whole, and nothing else.

use std::fs::{self, File};
use std::io::Write;
use std::process::Command;

use super::{Folder, rules};

async fn with_article() -> Folder {
    let mut folder = Folder::prepared(rules(), |root| fs::write(root.join("a.md"), "old").unwrap());
    folder.until_dirty("a.md").await;
    folder.dirty.clear();
    folder
}

async fn only_the_article(folder: &mut Folder) {
    folder.until_dirty("a.md").await;
    folder.slow_fence().await;
    assert_eq!(folder.names(), ["a.md"]);
    assert_eq!(fs::read_to_string(folder.at("a.md")).unwrap(), "new");
}

/// Runs a real program in the folder.
fn run(program: &str, arguments: &[&str], folder: &Folder) {
    let output = Command::new(program).args(arguments).current_dir(&folder.root).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}; tests/all installs it"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn vim() {
    // By renaming the old file away, by copying it first, and without any backup.
    for backup in ["set writebackup backupcopy=no", "set writebackup backupcopy=yes", "set nowritebackup", "set backup backupcopy=auto"] {
        let mut folder = with_article().await;
        run(
            "vim",
            &["-u", "NONE", "-i", "NONE", "-es", "-c", backup, "-c", "%s/old/new/", "-c", "set noeol nofixeol", "-c", "wq", "a.md"],
            &folder,
        );
        only_the_article(&mut folder).await;
    }
}

#[tokio::test]
async fn ed_and_other_editors_that_write_in_place() {
    let mut folder = with_article().await;
    let mut editor = Command::new("ed").args(["-s", "a.md"]).current_dir(&folder.root).stdin(std::process::Stdio::piped()).spawn().unwrap();
    editor.stdin.take().unwrap().write_all(b"s/old/new/\nw\nq\n").unwrap();
    assert!(editor.wait().unwrap().success());
    folder.until_dirty("a.md").await;
    folder.slow_fence().await;
    assert_eq!(folder.names(), ["a.md"]);
}

/// GNU Emacs, `basic-save-buffer` with its defaults: a lock that is a dangling link, the old file renamed (or, with
/// `backup-by-copying`, copied) to the backup, the new one created and written, its lock and autosave removed.
#[tokio::test]
async fn emacs() {
    for by_copying in [false, true] {
        let mut folder = with_article().await;
        std::os::unix::fs::symlink("ann@desk.1234:5678", folder.at(".#a.md")).unwrap();
        folder.write("#a.md#", "autosave");
        if by_copying {
            fs::copy(folder.at("a.md"), folder.at("a.md~")).unwrap();
        } else {
            fs::rename(folder.at("a.md"), folder.at("a.md~")).unwrap();
        }
        folder.write("a.md", "new");
        fs::remove_file(folder.at("#a.md#")).unwrap();
        fs::remove_file(folder.at(".#a.md")).unwrap();
        only_the_article(&mut folder).await;
    }
}

/// GNU nano: with `set backup` a copy named `a.md~` first, and its lock `.a.md.swp`; then `open(O_WRONLY|O_CREAT|O_TRUNC)`, writes, close.
#[tokio::test]
async fn nano() {
    let mut folder = with_article().await;
    folder.write(".a.md.swp", "lock");
    fs::copy(folder.at("a.md"), folder.at("a.md~")).unwrap();
    let mut file = File::create(folder.at("a.md")).unwrap();
    file.write_all(b"ne").unwrap();
    file.write_all(b"w").unwrap();
    drop(file);
    fs::remove_file(folder.at(".a.md.swp")).unwrap();
    only_the_article(&mut folder).await;
}

/// Visual Studio Code: opened without truncating, `ftruncate(0)`, writes in pieces, `fdatasync`, close; where it writes atomically,
/// `a.md.vsctmp` renamed into place.
#[tokio::test]
async fn visual_studio_code() {
    let mut folder = with_article().await;
    let mut file = File::options().write(true).open(folder.at("a.md")).unwrap();
    file.set_len(0).unwrap();
    file.write_all(b"ne").unwrap();
    folder.fence().await;
    assert!(folder.names().is_empty(), "half a file: {:?}", folder.dirty);
    file.write_all(b"w").unwrap();
    file.sync_data().unwrap();
    drop(file);
    only_the_article(&mut folder).await;
    folder.dirty.clear();
    folder.write("a.md.vsctmp", "new");
    fs::rename(folder.at("a.md.vsctmp"), folder.at("a.md")).unwrap();
    only_the_article(&mut folder).await;
}

#[tokio::test]
async fn through_a_temporary_as_gedit_and_jetbrains_do() {
    let mut folder = with_article().await;
    folder.write("a.md___jb_tmp___", "new");
    fs::rename(folder.at("a.md"), folder.at("a.md___jb_old___")).unwrap();
    fs::rename(folder.at("a.md___jb_tmp___"), folder.at("a.md")).unwrap();
    fs::remove_file(folder.at("a.md___jb_old___")).unwrap();
    only_the_article(&mut folder).await;
}

#[tokio::test]
async fn sed_in_place() {
    let mut folder = with_article().await;
    assert!(Command::new("sed").args(["-i", "s/old/new/"]).arg(folder.at("a.md")).status().unwrap().success());
    folder.until_dirty("a.md").await;
    assert_eq!(folder.names(), ["a.md"]);
}

#[tokio::test]
async fn temporaries_are_passed_over() {
    let mut folder = Folder::empty();
    let names = [
        ".a.md.X1b2C3",
        "a.md~",
        "#a.md#",
        "a.md.swp",
        "a.md.part",
        "a.md.crdownload",
        "a.md.tmp",
        ".~lock.a.md#",
        "~$a.md",
        ".syncthing.a.md.tmp",
        "~syncthing~a.md",
        ".nfs0001.md",
        "Thumbs.db",
    ];
    for name in names {
        folder.write(name, "temporary");
        fs::hard_link(folder.at(name), folder.at(&format!(".link-{name}"))).unwrap();
    }
    fs::create_dir(folder.at(".git")).unwrap();
    folder.write(".git/a.md", "hidden");
    folder.slow_fence().await;
    assert!(folder.names().is_empty(), "{:?}", folder.dirty);
}
