//! Families' feeds: cold most of the time, and the same as if they had never been.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::stand_in::{StandIn, article, config};
use crate::article::{Entry, FeedName, References, State, Tombstone};
use crate::config::Config;
use crate::feed::Document;
use crate::instant::Instant;
use crate::publish::{Change, Composed, Publisher};

const FAMILY: &str =
    "[[feed]]\nname = \"all\"\nlimit = 2\n[[feed]]\nname = \"tag/{tag}\"\ntitle = \"About {tag}\"\nlimit = 3\nmax_feeds = 4\n";

/// A publisher over files in a folder.
struct Wire {
    root: tempfile::TempDir,
    config: Config,
    ledger: StandIn,
    publisher: Publisher,
    now: i64,
    /// Everything that was written, as it stands.
    files: BTreeMap<String, Vec<u8>>,
}

impl Wire {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let mut config = config(FAMILY);
        root.path().clone_into(&mut config.feeds.path);
        let ledger = StandIn::default();
        let publisher = ledger.publisher(&config);
        Self { root, config, ledger, publisher, now: 1_000, files: BTreeMap::new() }
    }

    fn write(&mut self, documents: Vec<Document>) -> Vec<String> {
        let mut written = Vec::new();
        for document in documents {
            let path = self.root.path().join(document.file());
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, document.bytes()).unwrap();
            self.files.insert(document.file().to_owned(), document.bytes().to_vec());
            written.push(document.file().to_owned());
        }
        written.sort();
        written
    }

    async fn take(&mut self, mut changes: Vec<Change>) -> Vec<String> {
        self.now += 1_000;
        let at = Instant::from_millis(self.now);
        for change in &mut changes {
            self.publisher.begin(&mut change.after);
        }
        let ledger = self.ledger.clone();
        let from_file = ledger.files();
        let composed = self.publisher.compose(&ledger, &changes, at, &from_file).await.unwrap();
        self.ledger.families.feeds.extend(self.publisher.named());
        self.ledger.commit(&changes, &composed);
        let documents = composed.documents();
        self.publisher.begun();
        self.publisher.adopt(composed);
        self.write(documents)
    }

    /// Makes everything anew, as after a start over an empty folder.
    async fn anew(&self) -> BTreeMap<String, Vec<u8>> {
        let mut publisher = self.ledger.publisher(&self.config);
        let from_file = self.ledger.files();
        let at = Instant::from_millis(self.now + 1_000_000);
        let mut documents = Vec::new();
        let mut keep = |composed: &Composed| documents.extend(composed.documents());
        let composed = publisher.load(&self.ledger, at, &from_file).await.unwrap();
        keep(&composed);
        publisher.adopt(composed);
        publisher.mistrust(Instant::MIN, |_| false);
        while publisher.is_behind(true) {
            let composed = publisher.catch_up(&self.ledger, at, &from_file).await.unwrap();
            keep(&composed);
            publisher.adopt(composed);
        }
        documents.into_iter().map(|document| (document.file().to_owned(), document.bytes().to_vec())).collect()
    }
}

fn tagged(name: &str, released: i64, tags: &[&str]) -> Change {
    let labels: Vec<String> = tags.iter().map(|tag| format!("tag/{}", crate::article::label(tag).unwrap())).collect();
    let feeds: Vec<&str> = std::iter::once("all").chain(labels.iter().map(String::as_str)).collect();
    let (mut entry, source) = article(name, &format!("Headline {name}"), released, &feeds);
    entry.facts.tags = tags.iter().map(ToString::to_string).collect();
    Change { before: None, after: entry, tombstone: None, article: Some(source), references: References::default(), rendered: None }
}

fn gone(of: &Change, at: i64) -> Change {
    let at = Instant::from_millis(at);
    let state = State::Withdrawn { at, reason: None };
    let tombstone = Tombstone { id: of.after.id.clone(), at, reason: None, feeds: of.after.feeds.clone() };
    let after = Entry { state, ..of.after.clone() };
    Change { before: Some(of.after.clone()), after, tombstone: Some(tombstone), article: None, ..of.clone() }
}

#[tokio::test]
async fn a_cold_feed_is_changed_without_any_article_s_text() {
    let mut wire = Wire::new();
    for no in 0..5 {
        wire.take(vec![tagged(&format!("a{no}"), 100 + no, &["One", "Two"])]).await;
    }
    wire.publisher.cool(0);
    // Their texts are nowhere to be had.
    for (_, source) in wire.ledger.articles.values_mut() {
        *source = Arc::new(crate::article::Article { headline: "lost".into(), ..crate::article::Article::default() });
    }
    let written = wire.take(vec![tagged("new", 200, &["one"])]).await;
    assert_eq!(written, ["all.atom", "all.json", "all.rss", "tag/one.atom", "tag/one.json", "tag/one.rss"]);
    let feed = String::from_utf8(wire.files["tag/one.json"].clone()).unwrap();
    for headline in ["Headline new", "Headline a4", "Headline a3"] {
        assert!(feed.contains(headline), "{headline}: {feed}");
    }
    assert!(!feed.contains("lost") && !feed.contains("Headline a2"));
}

#[tokio::test]
async fn a_cold_feed_whose_files_are_not_its_own_is_made_of_the_ledger() {
    for damage in ["taken away", "another", "cut"] {
        let mut wire = Wire::new();
        for no in 0..3 {
            wire.take(vec![tagged(&format!("a{no}"), 100 + no, &["one"])]).await;
        }
        wire.publisher.cool(0);
        let file = wire.root.path().join("tag/one.rss");
        let text = fs::read_to_string(&file).unwrap();
        match damage {
            "taken away" => fs::remove_file(&file).unwrap(),
            "another" => fs::write(&file, text.replace("Headline a1", "Headline b1")).unwrap(),
            _ => fs::write(&file, &text[..text.len() / 2]).unwrap(),
        }
        wire.take(vec![tagged("new", 200, &["one"])]).await;
        let anew = wire.anew().await;
        assert!(anew["tag/one.rss"] == wire.files["tag/one.rss"], "{damage}");
    }
}

#[tokio::test]
async fn whatever_came_the_files_are_those_that_the_ledger_gives() {
    let mut wire = Wire::new();
    let mut changes = Vec::new();
    for no in 0..12_i64 {
        let tags: &[&str] = [&["One", "Two"][..], &["two"], &["One", "three"], &["Three", "Four"]][usize::try_from(no % 4).unwrap()];
        let change = tagged(&format!("a{no}"), 100 + (no * 7) % 12, tags);
        wire.take(vec![change.clone()]).await;
        changes.push(change);
        if no % 3 == 0 {
            wire.publisher.cool(0);
        }
    }
    for at in [0, 4, 8, 5] {
        wire.take(vec![gone(&changes[at], wire.now + 500)]).await;
        wire.publisher.cool(0);
    }
    // One comes back.
    let back = Change { before: Some(gone(&changes[4], 1).after), ..changes[4].clone() };
    wire.take(vec![back]).await;
    let anew = wire.anew().await;
    assert_eq!(anew.keys().collect::<Vec<_>>(), wire.files.keys().collect::<Vec<_>>());
    for (file, bytes) in &anew {
        assert!(wire.files[file] == *bytes, "{file}:\n{}\n{}", String::from_utf8_lossy(bytes), String::from_utf8_lossy(&wire.files[file]));
    }
    assert!(String::from_utf8_lossy(&anew["tag/one.atom"]).contains("deleted-entry"));
}

#[test]
fn an_edition_that_came_to_nothing_begins_nothing() {
    let mut wire = Wire::new();
    let mut first = tagged("a", 100, &["One", "Two"]);
    assert!(wire.publisher.begin(&mut first.after).is_empty());
    assert_eq!(wire.publisher.named().len(), 2);
    wire.publisher.not_begun();
    assert!(wire.publisher.named().is_empty() && !wire.publisher.is_list_changed());
    assert_eq!(wire.publisher.family_feeds().count(), 0);
    assert!(!wire.publisher.is_behind(true));
    // As many as it may have, and no more; what is not public begins none.
    let mut many = tagged("b", 100, &["1", "2", "3", "4", "5", "6"]);
    let over: Vec<FeedName> = wire.publisher.begin(&mut many.after).into_iter().map(|over| over.feed).collect();
    assert_eq!(over.iter().map(FeedName::as_str).collect::<Vec<_>>(), ["tag/5", "tag/6"]);
    assert_eq!(many.after.feeds.len(), 5, "all and four");
    let mut held = tagged("c", 100, &["held"]);
    held.after.state = State::Expired;
    assert!(wire.publisher.begin(&mut held.after).is_empty());
    assert!(!wire.publisher.is_of_family(&FeedName::parse("tag/held").unwrap()));
}

#[tokio::test]
async fn what_the_ledger_has_of_a_feed_without_its_value_is_a_feed_still() {
    let mut wire = Wire::new();
    wire.take(vec![tagged("a", 100, &["C++"])]).await;
    wire.ledger.families.feeds.clear();
    let mut publisher = wire.ledger.publisher(&wire.config);
    let name = publisher.family_feeds().next().unwrap().clone();
    assert!(name.as_str().starts_with("tag/c--"));
    let mut again = tagged("b", 200, &["c++"]);
    publisher.begin(&mut again.after);
    assert_eq!(publisher.named()[0].value, "c++", "the first that comes names it");
    assert!(Path::new(&wire.config.feeds.path).exists());
}

#[tokio::test]
async fn what_a_cold_feed_s_entries_use_is_declared_again() {
    let mut wire = Wire::new();
    let mut first = tagged("a", 100, &["one"]);
    let licence = Some("https://creativecommons.org/licenses/by/4.0/".to_owned());
    first.article = first.article.map(|source| Arc::new(crate::article::Article { licence, ..crate::article::Article::clone(&source) }));
    wire.take(vec![first]).await;
    wire.publisher.cool(0);
    wire.take(vec![tagged("b", 200, &["one"])]).await;
    let feed = String::from_utf8(wire.files["tag/one.rss"].clone()).unwrap();
    assert!(feed.contains("<creativeCommons:license>") && feed.contains(" xmlns:creativeCommons="), "{feed}");
    assert!(wire.anew().await["tag/one.rss"] == wire.files["tag/one.rss"]);
}

#[tokio::test]
async fn what_was_cut_out_of_files_takes_nothing_from_another_feed_s_page() {
    let mut wire = Wire::new();
    for no in 0..3 {
        wire.take(vec![tagged(&format!("a{no}"), 100 + no, &["one"])]).await;
    }
    wire.publisher.cool(0);
    let newest = tagged("new", 200, &["one"]);
    wire.take(vec![newest.clone()]).await;
    // The one below comes up in a feed with a page; only the family's window, from its files, shows it.
    let change = gone(&newest, 300);
    let ledger = wire.ledger.clone();
    let from_file = ledger.files();
    let composed = wire.publisher.compose(&ledger, &[change], Instant::from_millis(9_000), &from_file).await.unwrap();
    let views = composed.views();
    assert_eq!(views.iter().map(|view| view.name.as_str()).collect::<Vec<_>>(), ["all"], "a family's feeds have no pages");
    assert_eq!(views[0].entries.iter().map(|teaser| teaser.headline.as_str()).collect::<Vec<_>>(), ["Headline a2", "Headline a1"]);
}
