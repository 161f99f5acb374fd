use std::io::Read as _;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use super::super::folder::Folder;
use super::*;
use crate::article::FeedName;
use crate::config::Format;

fn document(name: &str, text: &str) -> Document {
    let bytes = Bytes::from(text.repeat(1 + WORTHWHILE / text.len()));
    Document::of_feed(FeedName::parse(name).unwrap(), Format::Rss, bytes, Instant::from_millis(0))
}

fn open(root: &Path) -> Folder {
    let mut folder = Folder::open(root.to_owned()).unwrap();
    folder.precompress(Coding::ALL.to_vec());
    folder
}

fn place(folder: &mut Folder, documents: &[Document]) {
    let prepared = Folder::prepare(folder.root(), documents).unwrap();
    folder.place(prepared, Instant::now()).unwrap();
}

fn decoded(coding: Coding, path: &Path) -> Vec<u8> {
    let coded = fs::read(sibling(path, coding)).unwrap();
    let mut bytes = Vec::new();
    match coding {
        Coding::Gzip => flate2::read::GzDecoder::new(&*coded).read_to_end(&mut bytes).unwrap(),
        Coding::Brotli => brotli::Decompressor::new(&*coded, 4096).read_to_end(&mut bytes).unwrap(),
        Coding::Zstd => zstd::Decoder::new(&*coded).unwrap().read_to_end(&mut bytes).unwrap(),
    };
    bytes
}

fn stamp(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

/// Every sibling is there, of these bytes and of the file's time stamp.
fn assert_whole(root: &Path, document: &Document) {
    let path = root.join(document.file());
    assert_eq!(fs::read(&path).unwrap(), *document.bytes());
    for coding in Coding::ALL {
        assert_eq!(decoded(coding, &path), *document.bytes(), "{coding:?}");
        assert_eq!(stamp(&sibling(&path, coding)), stamp(&path), "{coding:?}");
    }
}

fn names(root: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn siblings_stand_beside_each_version() {
    let root = tempfile::tempdir().unwrap();
    let mut folder = open(root.path());
    let versions = [document("all", "one "), document("all", "two "), document("tag/x", "three ")];
    for version in &versions {
        place(&mut folder, std::slice::from_ref(version));
        folder.finish();
        assert_whole(root.path(), version);
    }
    assert_eq!(names(root.path()), ["all.rss", "all.rss.br", "all.rss.gz", "all.rss.zst", "tag"]);
}

#[test]
fn a_short_file_has_none() {
    let root = tempfile::tempdir().unwrap();
    let mut folder = open(root.path());
    let name = FeedName::parse("all").unwrap();
    place(&mut folder, &[Document::of_feed(name, Format::Rss, Bytes::from_static(b"<rss/>"), Instant::from_millis(0))]);
    folder.finish();
    assert_eq!(names(root.path()), ["all.rss"]);
}

#[test]
fn while_versions_follow_each_other_no_sibling_is_of_another() {
    let root = tempfile::tempdir().unwrap();
    let mut folder = open(root.path());
    let path = root.path().join("all.rss");
    let mut found = 0;
    for round in 0..60 {
        let version = document("all", &format!("version {round} "));
        place(&mut folder, std::slice::from_ref(&version));
        for wait in 0..round % 7 {
            std::thread::sleep(Duration::from_micros(wait * 300));
            for coding in Coding::ALL {
                if sibling(&path, coding).exists() {
                    assert_eq!(decoded(coding, &path), *version.bytes(), "round {round}, {coding:?}");
                    found += 1;
                }
            }
        }
    }
    assert!(found > 0, "some were seen on the way");
    folder.finish();
    assert_whole(root.path(), &document("all", "version 59 "));
}

#[test]
fn what_a_crash_left_goes_at_the_next_start_and_is_made_anew() {
    let root = tempfile::tempdir().unwrap();
    let version = document("all", "old ");
    let mut folder = open(root.path());
    place(&mut folder, std::slice::from_ref(&version));
    folder.finish();
    drop(folder);
    // Killed between a new file's rename and what came before it, as no order of ours allows but a disk might.
    let path = root.path().join("all.rss");
    let newer = document("all", "new ");
    fs::write(&path, newer.bytes()).unwrap();
    fs::write(root.path().join(".all.rss.br.tmp"), "half").unwrap();
    fs::write(root.path().join("gone.rss.gz"), "orphan").unwrap();
    fs::write(root.path().join("theirs.tar.gz"), "kept").unwrap();
    let folder = open(root.path());
    assert_eq!(names(root.path()), ["all.rss", "theirs.tar.gz"]);
    folder.complete(std::slice::from_ref(&newer));
    folder.finish();
    assert_whole(root.path(), &newer);
    // What is whole stays as it is.
    let before = stamp(&sibling(&path, Coding::Brotli));
    drop(folder);
    let folder = open(root.path());
    folder.complete(std::slice::from_ref(&newer));
    folder.finish();
    assert_eq!(stamp(&sibling(&path, Coding::Brotli)), before);
    assert_whole(root.path(), &newer);
}

#[test]
fn codings_that_are_no_longer_made_go() {
    let root = tempfile::tempdir().unwrap();
    let mut folder = open(root.path());
    place(&mut folder, &[document("all", "text ")]);
    folder.finish();
    folder.precompress(vec![Coding::Gzip]);
    assert_eq!(names(root.path()), ["all.rss", "all.rss.gz"]);
    folder.precompress(Vec::new());
    assert_eq!(names(root.path()), ["all.rss"]);
    place(&mut folder, &[document("all", "more ")]);
    folder.finish();
    assert_eq!(names(root.path()), ["all.rss"]);
}

#[test]
fn a_sibling_that_cannot_be_removed_keeps_the_file_as_it_is() {
    let root = tempfile::tempdir().unwrap();
    let mut folder = open(root.path());
    let old = document("all", "old ");
    place(&mut folder, std::slice::from_ref(&old));
    folder.finish();
    let stubborn = root.path().join("all.rss.gz");
    fs::remove_file(&stubborn).unwrap();
    fs::create_dir(&stubborn).unwrap();
    let prepared = Folder::prepare(folder.root(), &[document("all", "new ")]).unwrap();
    let fault = folder.place(prepared, Instant::now()).unwrap_err();
    assert!(fault.to_string().contains("all.rss.gz"), "{fault}");
    assert_eq!(fs::read(root.path().join("all.rss")).unwrap(), *old.bytes());
}

#[test]
fn a_stamp_that_moves_moves_for_all() {
    let root = tempfile::tempdir().unwrap();
    let mut folder = open(root.path());
    let version = document("all", "two ");
    for (text, millis) in [("one ", 10_100), ("two ", 10_900)] {
        let prepared = Folder::prepare(folder.root(), &[document("all", text)]).unwrap();
        folder.place(prepared, Instant::from_millis(millis)).unwrap();
    }
    folder.finish();
    folder.touch(Instant::from_millis(11_005));
    assert_eq!(Instant::from_system(stamp(&root.path().join("all.rss"))), Instant::from_millis(11_005));
    assert_whole(root.path(), &version);
}
