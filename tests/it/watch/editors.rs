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

#[tokio::test]
async fn vim() {
    let mut folder = with_article().await;
    folder.write(".a.md.swp", "swap");
    folder.write("4913", "");
    fs::remove_file(folder.at("4913")).unwrap();
    fs::rename(folder.at("a.md"), folder.at("a.md~")).unwrap();
    folder.write("a.md", "new");
    fs::remove_file(folder.at("a.md~")).unwrap();
    fs::remove_file(folder.at(".a.md.swp")).unwrap();
    only_the_article(&mut folder).await;
}

#[tokio::test]
async fn emacs() {
    let mut folder = with_article().await;
    std::os::unix::fs::symlink("ann@desk.1234:5678", folder.at(".#a.md")).unwrap();
    folder.write("#a.md#", "autosave");
    fs::copy(folder.at("a.md"), folder.at("a.md~")).unwrap();
    folder.write("a.md", "new");
    fs::remove_file(folder.at("#a.md#")).unwrap();
    fs::remove_file(folder.at(".#a.md")).unwrap();
    only_the_article(&mut folder).await;
}

#[tokio::test]
async fn in_place_in_pieces_as_nano_and_visual_studio_code_do() {
    let mut folder = with_article().await;
    let mut file = File::create(folder.at("a.md")).unwrap();
    file.write_all(b"ne").unwrap();
    file.flush().unwrap();
    file.write_all(b"w").unwrap();
    drop(file);
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
