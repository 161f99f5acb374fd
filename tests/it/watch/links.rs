//! Symbolic links: followed once, never in a circle, and out of the folder only where that is allowed.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use newswire::watch::read::read_file;
use newswire::watch::scan::scan;
use newswire::watch::{Root, Rules, Under};

use super::{Folder, path, rules};

/// What a scan that runs once finds, and the links that it does not follow.
fn found(root: &Path, rules: &Rules) -> (Vec<String>, Vec<String>) {
    let mut files = Vec::new();
    let report = scan(root, rules, &mut |one| files.push(one.path.to_string())).unwrap();
    files.sort();
    assert!(report.diagnostics.iter().all(|(_, said)| said[0].rule == "folder-link"), "{:?}", report.diagnostics);
    (files, report.diagnostics.iter().map(|(path, said)| format!("{path}: {}", said[0].message)).collect())
}

fn file(at: &Path) {
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    fs::write(at, "text").unwrap();
}

/// Each refused link, with words of its reason.
fn refused(said: &[String], expected: &[(&str, &str)]) {
    assert_eq!(said.len(), expected.len(), "{said:?}");
    for (said, (link, reason)) in said.iter().zip(expected) {
        assert!(said.starts_with(&format!("{link}: ")) && said.contains(reason), "{said} should be of {link} and say {reason}");
    }
}

#[test]
fn a_linked_folder_is_read_once_and_no_circle_is_followed() {
    let around = tempfile::tempdir().unwrap();
    let root = around.path().join("articles");
    file(&root.join(".stock/a.md"));
    file(&root.join(".stock/deep/b.md"));
    file(&root.join("plain/c.md"));
    for (target, link) in [
        (".stock", "first"),
        (".stock", "second"),
        (".stock/deep", "third"),
        ("plain", "again"),
        (".", "self"),
        ("..", "up"),
        ("nothing", "broken"),
    ] {
        symlink(target, root.join(link)).unwrap();
    }
    symlink("..", root.join(".stock/deep/back")).unwrap();
    symlink("two", root.join("one")).unwrap();
    symlink("one", root.join("two")).unwrap();
    let (files, said) = found(&root, &rules());
    assert_eq!(files, ["first/a.md", "first/deep/b.md", "plain/c.md"]);
    refused(
        &said,
        &[
            ("again", "leads to plain, which is read where it stands"),
            ("first/deep/back", "lies in itself"),
            ("second", "another link"),
            ("self", "lies in itself"),
            ("third", "another link"),
            ("up", "lies in itself"),
        ],
    );
}

#[test]
fn links_lead_out_of_the_folder_only_where_that_is_allowed() {
    let around = tempfile::tempdir().unwrap();
    let (root, outside) = (around.path().join("articles"), around.path().join("outside"));
    file(&root.join("own.md"));
    file(&outside.join("a.md"));
    file(&outside.join("deep/b.md"));
    // Outside, a link back in, a link to the neighbour, and one to itself.
    symlink(&root, outside.join("back")).unwrap();
    symlink(around.path(), outside.join("deep/around")).unwrap();
    symlink(&outside, root.join("wire")).unwrap();
    symlink(outside.join("a.md"), root.join("single.md")).unwrap();
    let (files, said) = found(&root, &rules());
    assert_eq!(files, ["own.md", "single.md"], "a link that is an article is handed out, and refused when it is read");
    refused(&said, &[("wire", "leads out of the articles folder")]);
    assert!(read_file(&root, &path("single.md"), 100).is_err() && read_file(&root, &path("wire/a.md"), 100).is_err());

    let (files, said) = found(&root, &Rules { outside: true, ..rules() });
    assert_eq!(files, ["own.md", "single.md", "wire/a.md", "wire/deep/b.md"]);
    refused(&said, &[("wire/back", "lies in itself"), ("wire/deep/around", "lies in itself")]);
    let allowed = Root { path: &root, outside: true };
    for name in ["single.md", "wire/a.md", "wire/deep/b.md"] {
        assert_eq!(read_file(allowed, &path(name), 100).unwrap().bytes, b"text");
    }
}

#[tokio::test]
async fn a_linked_folder_is_watched_as_any_other() {
    let mut folder = Folder::prepared(rules(), |root| {
        fs::create_dir_all(root.join(".stock/deep")).unwrap();
        symlink(".stock", root.join("before")).unwrap();
    });
    folder.write(".stock/deep/a.md", "text");
    folder.until_dirty("before/deep/a.md").await;
    // A link that appears while we watch; its files are there already.
    fs::create_dir(folder.at(".more")).unwrap();
    folder.write(".more/b.md", "text");
    symlink(".more", folder.at("after")).unwrap();
    folder.until_dirty("after/b.md").await;
    folder.write(".more/c.md", "text");
    folder.until_dirty("after/c.md").await;
    fs::create_dir_all(folder.at(".more/new/deep")).unwrap();
    folder.write(".more/new/deep/d.md", "text");
    folder.until_dirty("after/new/deep/d.md").await;
    // It goes, without a word of its files, and another link may have its turn.
    symlink(".more", folder.at("later")).unwrap();
    folder.until("a note", |folder| folder.said.get("later").is_some_and(|said| !said.is_empty())).await;
    folder.dirty.clear();
    fs::remove_file(folder.at("after")).unwrap();
    folder.until("what was there is compared", |folder| folder.rescans.contains(&Under::Folder(path("after")))).await;
    folder.until_dirty("later/new/deep/d.md").await;
    folder.until("nothing more is said", |folder| folder.said["later"].is_empty()).await;
    folder.dirty.clear();
    folder.write(".more/new/e.md", "text");
    folder.until_dirty("later/new/e.md").await;
    folder.write(".stock/f.md", "text");
    folder.until_dirty("before/f.md").await;
}

#[tokio::test]
async fn a_linked_folder_outside_is_watched_where_it_is_allowed() {
    let mut folder = Folder::prepared(Rules { outside: true, ..rules() }, |root| {
        symlink(root.with_file_name("outside"), root.join("wire")).unwrap();
    });
    fs::write(folder.outside.join("a.md"), "text").unwrap();
    folder.until_dirty("wire/a.md").await;
    assert_eq!(folder.names(), ["wire/a.md"]);
    fs::remove_file(folder.outside.join("a.md")).unwrap();
    folder.dirty.clear();
    folder.until_dirty("wire/a.md").await;
}

/// How the kubelet replaces a mounted `ConfigMap` or Secret (its `AtomicWriter`): a new folder, a new link `..data` renamed over the old
/// one, the old folder removed. Files, and folders of files, are links through `..data`.
struct ConfigMap<'a> {
    folder: &'a Folder,
    version: u32,
}

impl ConfigMap<'_> {
    fn swap(&mut self, files: &[(&str, &str)]) {
        let stamped = |version: u32| format!("..2026_11_24_10_00_0{version}.1234");
        let (old, new) = (stamped(self.version), stamped(self.version + 1));
        self.version += 1;
        for (name, text) in files {
            let at = self.folder.at(&new).join(name);
            fs::create_dir_all(at.parent().unwrap()).unwrap();
            fs::write(at, text).unwrap();
        }
        symlink(&new, self.folder.at("..data_tmp")).unwrap();
        fs::rename(self.folder.at("..data_tmp"), self.folder.at("..data")).unwrap();
        for (name, _) in files {
            let top = name.split('/').next().unwrap();
            if fs::symlink_metadata(self.folder.at(top)).is_err() {
                symlink(Path::new("..data").join(top), self.folder.at(top)).unwrap();
            }
        }
        let _ = fs::remove_dir_all(self.folder.at(&old));
    }
}

#[tokio::test]
async fn a_mounted_config_map_is_read_and_its_swaps_are_seen() {
    let mut folder = Folder::empty();
    let mut version = 0;
    for round in 0..3 {
        let began = std::time::Instant::now();
        let mut map = ConfigMap { folder: &folder, version };
        map.swap(&[("a.md", &format!("text {round}")), ("world/b.md", &format!("other text {round}"))]);
        version = map.version;
        folder.until_dirty("a.md").await;
        folder.until_dirty("world/b.md").await;
        assert_eq!(read_file(&folder.root, &path("a.md"), 100).unwrap().bytes, format!("text {round}").as_bytes());
        assert_eq!(read_file(&folder.root, &path("world/b.md"), 100).unwrap().bytes, format!("other text {round}").as_bytes());
        folder.slow_fence().await;
        assert_eq!(folder.names(), ["a.md", "world/b.md"]);
        assert!(began.elapsed() < std::time::Duration::from_secs(10));
        folder.dirty.clear();
    }
}
