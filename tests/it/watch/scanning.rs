//! Scans: of the whole, of a part, with and without reading.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use newswire::watch::scan::{Found, scan, scan_reading};
use newswire::watch::{ReadFault, ScanFault, Under};
use tempfile::TempDir;

use super::{Folder, path, rules};

/// A tree with articles and all that is passed over; how many articles.
fn tree(root: &Path) -> usize {
    for number in 0..300 {
        let inner = root.join(format!("{}/{}", number % 7, number % 3));
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join(format!("{number}.md")), format!("text {number}")).unwrap();
        fs::write(inner.join(format!("{number}.png")), "picture").unwrap();
    }
    fs::create_dir(root.join(".git")).unwrap();
    fs::write(root.join(".git/a.md"), "hidden").unwrap();
    fs::write(root.join("a.md~"), "backup").unwrap();
    symlink("..", root.join("up")).unwrap();
    300
}

#[test]
fn a_scan_finds_every_article_and_nothing_else() {
    let root = TempDir::new().unwrap();
    let count = tree(root.path());
    let mut found = Vec::new();
    let report = scan(root.path(), &rules(), &mut |one| found.push(one.path.to_string())).unwrap();
    found.sort();
    found.dedup();
    assert_eq!((found.len(), report.files), (count, count as u64));
    assert!(report.unsettled.is_empty() && report.blind.is_empty());
    assert_eq!(
        report.diagnostics.iter().map(|(path, said)| (path.to_string(), said[0].rule.to_string())).collect::<Vec<_>>(),
        [("up".to_owned(), "folder-link".to_owned())]
    );
}

#[test]
fn a_reading_scan_hands_out_bytes_and_faults() {
    let root = TempDir::new().unwrap();
    let count = tree(root.path());
    File::create(root.path().join("large.md")).unwrap().set_len(500_000_000).unwrap();
    symlink("none.md", root.path().join("broken.md")).unwrap();
    let (read, faults) = (Mutex::new(BTreeMap::new()), Mutex::new(BTreeMap::new()));
    scan_reading(root.path(), &rules(), 3, 1_000, &|Found { path, .. }, outcome| match outcome {
        Ok(bytes) => drop(read.lock().unwrap().insert(path.to_string(), bytes.to_vec())),
        Err(fault) => drop(faults.lock().unwrap().insert(path.to_string(), fault)),
    })
    .unwrap();
    let (read, faults) = (read.into_inner().unwrap(), faults.into_inner().unwrap());
    assert_eq!(read.len(), count);
    assert_eq!(read["2/2/233.md"], b"text 233");
    assert!(matches!(faults["large.md"], ReadFault::TooLarge { size: 500_000_000, .. }));
    assert!(matches!(faults["broken.md"], ReadFault::LinkBroken));
    assert_eq!(faults.len(), 2);
}

#[test]
fn a_folder_with_very_many_files_is_scanned_by_portions() {
    let root = TempDir::new().unwrap();
    for number in 0..5_000 {
        File::create(root.path().join(format!("{number}.md"))).unwrap();
    }
    let seen = Mutex::new(std::collections::BTreeSet::new());
    scan_reading(root.path(), &rules(), 2, 10, &|found, _| {
        seen.lock().unwrap().insert(found.path);
    })
    .unwrap();
    assert_eq!(seen.into_inner().unwrap().len(), 5_000);
}

#[test]
fn folders_too_deep_are_said() {
    let root = TempDir::new().unwrap();
    let deep = vec!["d"; 70].join("/");
    fs::create_dir_all(root.path().join(&deep)).unwrap();
    fs::write(root.path().join(&deep).join("a.md"), "text").unwrap();
    let mut found = 0;
    let report = scan(root.path(), &rules(), &mut |_| found += 1).unwrap();
    assert_eq!(found, 0);
    assert_eq!(report.diagnostics[0].1[0].rule, "folder-depth");
}

#[test]
fn a_missing_root_is_a_fault_with_its_name() {
    let root = TempDir::new().unwrap();
    let missing = root.path().join("none");
    let fault = scan(&missing, &rules(), &mut |_| {}).unwrap_err();
    assert!(matches!(fault, ScanFault::Missing(_)));
    assert!(fault.to_string().contains(missing.to_str().unwrap()));
    fs::write(&missing, "file").unwrap();
    assert!(matches!(scan(&missing, &rules(), &mut |_| {}), Err(ScanFault::NotAFolder(_))));
}

#[tokio::test]
async fn a_part_is_scanned_alone() {
    let folder = Folder::prepared(rules(), |root| {
        for name in ["a/b/1.md", "a/2.md", "ab/3.md", "4.md"] {
            fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
            fs::write(root.join(name), "text").unwrap();
            let file = File::options().write(true).open(root.join(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(100)).unwrap();
        }
    });
    let mut found = Vec::new();
    let report = folder.scanner.scan(&Under::Folder(path("a")), &mut |one| found.push(one.path.to_string())).unwrap();
    // What changed just now is named, and comes as dirty.
    found.extend(report.unsettled.iter().map(ToString::to_string));
    found.sort();
    assert_eq!(found, ["a/2.md", "a/b/1.md"]);
    let report = folder.scanner.scan(&Under::Folder(path("gone")), &mut |_| panic!("nothing is there")).unwrap();
    assert_eq!(report.files, 0);
}
