use std::path::Path;

use crate::adopt::{IdFrom, OldItem, taken_over};
use crate::article::{ArticleId, Entry, Facts, FileStamp, Fingerprint, Link, Revision, SourcePath, State};
use crate::instant::Instant;

const NOW: i64 = 1_795_000_000_000;

fn at(millis: i64) -> Instant {
    Instant::from_millis(NOW + millis)
}

fn entry() -> Entry {
    Entry {
        id: ArticleId::parse("new").unwrap(),
        path: SourcePath::new(Path::new("a.md")).unwrap(),
        stamp: FileStamp::default(),
        digest: [0; 16],
        fingerprint: Fingerprint::default(),
        state: State::Live,
        link: Link::parse("https://example.org/a").unwrap(),
        published: at(-100),
        updated: at(-100),
        released: at(-100),
        revision: Revision(0),
        lane: None,
        held_here: false,
        was_public: true,
        minor: false,
        facts: Facts::default(),
        feeds: Vec::new(),
        due: None,
    }
}

fn item(published: Option<i64>, updated: Option<i64>) -> OldItem {
    let (published, updated) = (published.map(at), updated.map(at));
    OldItem { id: "old".into(), id_from: IdFrom::Id, links: Vec::new(), title: None, published, updated, unreadable_date: None }
}

/// Published, updated and released after it took an item over.
fn dates(before: &Entry, published: Option<i64>, updated: Option<i64>) -> (i64, i64, i64) {
    let after = taken_over(before, &ArticleId::parse("old").unwrap(), &item(published, updated), at(0));
    assert_eq!(after.id.as_str(), "old");
    let millis = |at: Instant| at.as_millis() - NOW;
    (millis(after.published), millis(after.updated), millis(after.released))
}

#[test]
fn nothing_that_is_old_looks_new() {
    let plain = entry();
    assert_eq!(dates(&plain, Some(-9000), None), (-9000, -9000, -9000));
    assert_eq!(dates(&plain, Some(-9000), Some(-8000)), (-9000, -8000, -9000));
    assert_eq!(dates(&plain, None, None), (-100, -100, -100));
    assert_eq!(dates(&plain, None, Some(-50)), (-100, -50, -100));
    // Updated is never before published.
    assert_eq!(dates(&plain, Some(-9000), Some(-9500)), (-9000, -9000, -9000));
    // What was released as news here stands where the old feed had it.
    let news = Entry { released: at(-1), revision: Revision(1), ..entry() };
    assert_eq!(dates(&news, Some(-9000), None), (-9000, -9000, -9000));
    assert_eq!(dates(&news, None, None), (-100, -100, -1));
    // A date to come would hold it.
    assert_eq!(dates(&plain, Some(5000), Some(5000)), (-100, -100, -100));
}

#[test]
fn an_update_of_its_own_is_kept() {
    // Front matter's `updated`, where the old feed tells none; else what the old feed's readers know.
    let updated = Entry { updated: at(-10), ..entry() };
    assert_eq!(dates(&updated, Some(-9000), None).1, -10);
    assert_eq!(dates(&updated, Some(-9000), Some(-8000)).1, -8000);
    // A change that was told here came after.
    let changed = Entry { revision: Revision(2), ..updated };
    assert_eq!(dates(&changed, Some(-9000), Some(-8000)).1, -10);
}
