//! Single rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::stand_in::{StandIn, article, config};
use crate::article::{Article, Entry, References, State, Tombstone};
use crate::config::Config;
use crate::feed::Document;
use crate::instant::Instant;
use crate::publish::{Change, Composed, Publisher};

/// A publisher over its ledger, and the files that it has written.
struct Desk {
    config: Config,
    ledger: StandIn,
    publisher: Publisher,
    files: BTreeMap<String, Document>,
    now: i64,
}

impl Desk {
    async fn with(more: &str) -> Self {
        let config = config(more);
        let ledger = StandIn::default();
        let publisher = ledger.publisher(&config);
        let mut desk = Self { config, ledger, publisher, files: BTreeMap::new(), now: 1_000_000 };
        desk.load().await;
        desk
    }

    /// Starts anew over the same ledger; gives the names of the feeds whose rows changed.
    async fn load(&mut self) -> Vec<String> {
        self.now += 1000;
        self.publisher = self.ledger.publisher(&self.config);
        let from_file = self.ledger.files();
        let composed = self.publisher.load(&self.ledger, Instant::from_millis(self.now), &from_file).await.unwrap();
        self.take(&[], composed)
    }

    fn take(&mut self, changes: &[Change], composed: Composed) -> Vec<String> {
        self.ledger.commit(changes, &composed);
        for document in composed.documents() {
            self.files.insert(document.file().to_owned(), document);
        }
        let names = composed.rows().into_iter().map(|row| row.name.to_string()).collect();
        self.publisher.adopt(composed);
        names
    }

    async fn change(&mut self, articles: &[(Entry, Arc<Article>)]) -> Vec<String> {
        self.now += 1000;
        let change = |(after, article): &(Entry, Arc<Article>)| Change {
            before: self.ledger.articles.get(&after.id).map(|(before, _)| before.clone()),
            after: after.clone(),
            article: Some(article.clone()),
            references: References::default(),
            rendered: None,
            tombstone: matches!(after.state, State::Withdrawn { .. }).then(|| Tombstone {
                id: after.id.clone(),
                at: Instant::from_millis(self.now),
                reason: None,
                feeds: self.ledger.articles.get(&after.id).map(|(before, _)| before.feeds.clone()).unwrap_or_default(),
            }),
        };
        let changes: Vec<Change> = articles.iter().map(change).collect();
        let from_file = self.ledger.files();
        let composed = self.publisher.compose(&self.ledger, &changes, Instant::from_millis(self.now), &from_file).await.unwrap();
        self.take(&changes, composed)
    }

    /// The headlines of a feed, in its order.
    fn headlines(&self, file: &str) -> Vec<String> {
        let feed: serde_json::Value = serde_json::from_slice(self.files[file].bytes()).unwrap();
        feed["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
    }
}

const SMALL: &str = "[[feed]]\nname = \"all\"\nlimit = 3\n[[feed]]\nname = \"few\"\nlimit = 1\n";

fn gone((entry, article): &(Entry, Arc<Article>)) -> (Entry, Arc<Article>) {
    (Entry { state: State::Withdrawn { at: Instant::from_millis(0), reason: None }, ..entry.clone() }, article.clone())
}

#[tokio::test]
async fn an_empty_feed_is_there_from_the_start() {
    let desk = Desk::with("").await;
    let files: Vec<&str> = desk.files.keys().map(String::as_str).collect();
    assert_eq!(files, ["all.atom", "all.json", "all.rss", "breaking.atom", "breaking.json", "breaking.rss"]);
    assert!(desk.headlines("all.json").is_empty());
}

#[tokio::test]
async fn an_unchanged_feed_gives_no_row_and_no_document() {
    let mut desk = Desk::with("").await;
    let one = article("one", "One", 10, &["all"]);
    assert_eq!(desk.change(std::slice::from_ref(&one)).await, ["all"]);
    let before = desk.files.clone();
    assert_eq!(desk.change(std::slice::from_ref(&one)).await, Vec::<String>::new());
    assert_eq!(desk.load().await, Vec::<String>::new());
    assert_eq!(desk.files, before);
}

#[tokio::test]
async fn an_article_beyond_the_window_changes_nothing() {
    let mut desk = Desk::with(SMALL).await;
    desk.change(&["a", "b", "c"].map(|name| article(name, name, 100, &["all"]))).await;
    assert_eq!(desk.change(&[article("old", "old", 1, &["all"])]).await, Vec::<String>::new());
    assert!(!desk.publisher.would_show(&article("older", "older", 0, &["all"]).0));
    assert_eq!(desk.change(&[article("old", "old, edited", 1, &["all"])]).await, Vec::<String>::new());
    // It is not forgotten: as soon as there is room, it is shown.
    assert_eq!(desk.change(&[gone(&article("b", "b", 100, &["all"]))]).await, ["all"]);
    assert_eq!(desk.headlines("all.json"), ["a", "c", "old, edited"]);
}

#[tokio::test]
async fn a_window_is_refilled_in_order() {
    let mut desk = Desk::with(SMALL).await;
    for (name, released) in [("a", 9), ("b", 8), ("c", 7), ("d", 6), ("e", 5), ("f", 4)] {
        desk.change(&[article(name, name, released, &["all", "few"])]).await;
    }
    assert_eq!(desk.headlines("all.json"), ["a", "b", "c"]);
    // What changes far below does not jump over what stands between.
    desk.change(&[gone(&article("b", "b", 8, &["all", "few"])), article("f", "f, edited", 4, &["all", "few"])]).await;
    assert_eq!(desk.headlines("all.json"), ["a", "c", "d"]);
    desk.change(&[gone(&article("a", "a", 9, &["all", "few"])), article("d", "d, edited", 6, &["all", "few"])]).await;
    assert_eq!(desk.headlines("all.json"), ["c", "d, edited", "e"]);
    // All of it, and what was changed is where it belongs.
    let rest = [("c", 7), ("d", 6)].map(|(name, released)| gone(&article(name, name, released, &["all", "few"])));
    desk.change(&[rest[0].clone(), rest[1].clone(), article("g", "g", 3, &["all", "few"])]).await;
    assert_eq!(desk.headlines("all.json"), ["e", "f, edited", "g"]);
    assert_eq!(desk.headlines("few.json"), ["e"]);
}

#[tokio::test]
async fn updated_moves_with_the_bytes_and_never_back() {
    let mut desk = Desk::with("").await;
    desk.change(&[article("a", "a", 10, &["all"])]).await;
    let first = desk.files["all.atom"].updated();
    assert_eq!(first.as_millis(), desk.now);
    desk.now = 5_000;
    desk.change(&[article("a", "b", 10, &["all"])]).await;
    let second = desk.files["all.atom"].updated();
    assert!(second > first, "a clock that was put back does not move it back");
    desk.load().await;
    assert_eq!(desk.files["all.atom"].updated(), second, "nor does a start");
}

#[tokio::test]
async fn a_byte_cap_keeps_the_newest_and_one_at_least() {
    let mut desk = Desk::with("[[feed]]\nname = \"all\"\nmax_bytes = \"4kB\"\n").await;
    let long = |name: &str, released, bytes: usize| {
        let (mut entry, source) = article(name, name, released, &["all"]);
        let source = Article { body: crate::article::Body::Markdown("word ".repeat(bytes / 5)), ..(*source).clone() };
        entry.fingerprint = crate::article::Fingerprint::of(&source);
        (entry, Arc::new(source))
    };
    desk.change(&[long("a", 1, 1000), long("b", 2, 1000), long("c", 3, 1000)]).await;
    let shown = desk.headlines("all.json");
    assert!(shown.len() < 3 && shown.first().is_some_and(|first| first == "c"), "{shown:?}");
    for format in ["rss", "atom"] {
        assert!(!desk.files[&format!("all.{format}")].bytes().windows(9).any(|bytes| bytes == b">a</title"), "alike in every format");
    }
    desk.change(&[long("d", 4, 20_000)]).await;
    assert_eq!(desk.headlines("all.json"), ["d"], "one at least");
}

#[tokio::test]
async fn feeds_share_what_was_rendered() {
    let mut desk = Desk::with(SMALL).await;
    desk.change(&[article("a", "a", 1, &["all", "few"])]).await;
    let slots: Vec<_> = (0..2).map(|index| desk.publisher.window(index).slots[0].fragments.clone()).collect();
    assert!(Arc::ptr_eq(&slots[0], &slots[1]));
    desk.load().await;
    let slots: Vec<_> = (0..2).map(|index| desk.publisher.window(index).slots[0].fragments.clone()).collect();
    assert!(Arc::ptr_eq(&slots[0], &slots[1]), "after a start, too");
}

#[tokio::test]
async fn a_summary_feed_and_a_full_one_do_not_mix() {
    let mut desk = Desk::with("[[feed]]\nname = \"all\"\n[[feed]]\nname = \"short\"\ncontent = \"summary\"\n").await;
    let (entry, source) = article("a", "a", 1, &["all", "short"]);
    let source = Article { standfirst: Some("In short.".into()), ..(*source).clone() };
    desk.change(&[(entry, Arc::new(source))]).await;
    let text = |file: &str| String::from_utf8(desk.files[file].bytes().to_vec()).unwrap();
    assert!(text("all.json").contains("Text of a."));
    assert!(!text("short.json").contains("Text of a.") && text("short.json").contains("In short."));
}

#[tokio::test]
async fn another_selection_is_noticed_and_settled_by_the_next_load() {
    let mut desk = Desk::with("[[feed]]\nname = \"all\"\n").await;
    assert!(!desk.publisher.is_replaced());
    desk.config = config("[[feed]]\nname = \"all\"\nselect = { section = \"x\" }\n");
    desk.publisher = desk.ledger.publisher(&desk.config);
    assert!(desk.publisher.is_replaced());
    assert_eq!(desk.load().await, ["all"]);
    assert!(!desk.publisher.is_replaced());
    desk.publisher = desk.ledger.publisher(&desk.config);
    assert!(!desk.publisher.is_replaced(), "the ledger knows");
}

#[tokio::test]
async fn sources_that_are_not_kept_yet_are_read_from_files() {
    let mut desk = Desk::with(SMALL).await;
    desk.change(&["a", "b"].map(|name| article(name, name, 5, &["all"]))).await;
    desk.ledger.without_sources = true;
    desk.publisher = desk.ledger.publisher(&desk.config);
    let from_file = desk.ledger.files();
    let composed = desk.publisher.load(&desk.ledger, Instant::from_millis(desk.now), &from_file).await.unwrap();
    assert_eq!(composed.read.len(), 2, "and handed on to be kept");
    assert!(composed.rows().is_empty());
}
