//! Tombstones: bounded, refilled, and gone when their time is over.

use std::collections::BTreeMap;

use super::stand_in::{StandIn, article, config};
use crate::article::{Entry, References, State, Tombstone};
use crate::config::Config;
use crate::instant::Instant;
use crate::publish::{Change, Composed, Publisher};

/// 2026-11-24T12:00:00Z.
const NOON: i64 = 1_795_521_600_000;

struct Desk {
    config: Config,
    ledger: StandIn,
    publisher: Publisher,
    files: BTreeMap<String, String>,
    now: i64,
}

impl Desk {
    async fn new() -> Self {
        let config = config("[[feed]]\nname = \"all\"\nlimit = 5\n");
        let (ledger, now) = (StandIn::default(), NOON);
        let mut desk = Self { publisher: ledger.publisher(&config), config, ledger, files: BTreeMap::new(), now };
        let composed = desk.fresh().await;
        desk.take(&[], composed);
        desk
    }

    /// What a fresh start over the same ledger gives.
    async fn fresh(&self) -> Composed {
        let mut publisher = self.ledger.publisher(&self.config);
        publisher.load(&self.ledger, Instant::from_millis(self.now), &self.ledger.files()).await.unwrap()
    }

    fn take(&mut self, changes: &[Change], composed: Composed) {
        self.ledger.commit(changes, &composed);
        for document in composed.documents() {
            self.files.insert(document.file().to_owned(), String::from_utf8(document.bytes().to_vec()).unwrap());
        }
        self.publisher.adopt(composed);
    }

    /// Articles go, or come back.
    async fn put(&mut self, names: &[String], gone: bool) {
        self.now += 1_000;
        let at = Instant::from_millis(self.now);
        let change = |name: &String| {
            let (entry, source) = article(name, name, 10, &["all"]);
            let state = if gone { State::Withdrawn { at, reason: None } } else { State::Live };
            let after = Entry { state, ..entry.clone() };
            let tombstone = gone.then(|| Tombstone { id: entry.id.clone(), at, reason: None, feeds: entry.feeds.clone() });
            Change { before: Some(entry), after, tombstone, article: Some(source), references: References::default(), rendered: None }
        };
        let changes: Vec<Change> = names.iter().map(change).collect();
        let composed = self.publisher.compose(&self.ledger, &changes, at, &self.ledger.files()).await.unwrap();
        self.take(&changes, composed);
    }

    async fn check(&self) {
        for document in self.fresh().await.documents() {
            assert_eq!(self.files[document.file()].as_bytes(), document.bytes(), "{}", document.file());
        }
    }

    fn stones(&self) -> usize {
        self.files["all.atom"].matches("<at:deleted-entry").count()
    }
}

fn names(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|no| format!("n{no:04}")).collect()
}

#[tokio::test]
async fn they_are_bounded_and_older_ones_come_up_again() {
    let mut desk = Desk::new().await;
    desk.put(&names(0..3), true).await;
    desk.put(&names(3..502), true).await;
    assert_eq!(desk.stones(), 500);
    let oldest =
        |desk: &Desk| (0..3).filter(|no| desk.files["all.atom"].contains(&format!("ref=\"tag:example.org,2026:n000{no}\""))).count();
    assert_eq!(oldest(&desk), 1);
    desk.check().await;
    desk.put(&names(3..4), false).await;
    assert_eq!((desk.stones(), oldest(&desk)), (500, 2), "one more has room");
    assert!(desk.files["all.atom"].contains("<title>n0003</title>"));
    desk.check().await;
}

#[tokio::test]
async fn they_fall_by_time_alone() {
    let mut desk = Desk::new().await;
    desk.put(&names(0..1), true).await;
    desk.put(&names(1..2), true).await;
    let falls = desk.publisher.tombstone_falls().unwrap();
    assert_eq!(falls, Instant::from_millis(NOON + 1_000).plus(Tombstone::STANDS));
    desk.now = falls.as_millis() - 1_001;
    desk.put(&[], true).await;
    assert_eq!(desk.stones(), 2, "not a millisecond early");
    desk.now = falls.as_millis() - 1_000;
    desk.put(&[], true).await;
    assert_eq!(desk.stones(), 1);
    desk.check().await;
    assert_eq!(desk.publisher.tombstone_falls(), Some(falls.plus(std::time::Duration::from_secs(1))));
}
