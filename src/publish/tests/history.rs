//! A feed and its archives together are all of it, whatever happens and wherever it is broken off, and one article costs what it costs
//! whatever the history.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use proptest::prelude::*;

use super::stand_in::{StandIn, article, config};
use crate::article::{Article, Entry, References, State};
use crate::config::Config;
use crate::feed::Document;
use crate::instant::Instant;
use crate::ledger::ArchiveRow;
use crate::publish::{Change, Composed, Folder, Made, Publisher, Work};

/// A publisher over its ledger and a real folder.
struct Desk {
    config: Config,
    ledger: StandIn,
    publisher: Publisher,
    folder: Folder,
    root: tempfile::TempDir,
    now: i64,
}

impl Desk {
    async fn with(more: &str, articles: Vec<(Entry, Arc<Article>)>) -> Self {
        let config = config(more);
        let mut ledger = StandIn::default();
        ledger.articles.extend(articles.into_iter().map(|article| (article.0.id.clone(), article)));
        let publisher = ledger.publisher(&config);
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::open(root.path().to_owned()).unwrap();
        let mut desk = Self { config, ledger, publisher, folder, root, now: 1_000_000_000 };
        desk.load().await;
        desk
    }

    fn at(&mut self) -> Instant {
        self.now += 1_000;
        Instant::from_millis(self.now)
    }

    /// Starts anew over the same ledger and folder.
    async fn load(&mut self) {
        let at = self.at();
        self.publisher = self.ledger.publisher(&self.config);
        let rows = self.publisher.load_archives(&self.config, &self.ledger, self.root.path()).await.unwrap();
        self.keep(rows);
        for making in self.publisher.missing_archives(16) {
            let made = making.make(&self.ledger, self.root.path().to_owned(), &self.ledger.files(), &|| false, at).await.unwrap();
            self.take(made, false);
        }
        let composed = self.publisher.load(&self.ledger, at, &self.ledger.files()).await.unwrap();
        self.ledger.commit(&[], &composed);
        self.keep(composed.archive_rows());
        let documents = Folder::differing(self.root.path(), composed.documents());
        self.publisher.adopt(composed);
        self.place(&documents);
    }

    fn keep(&mut self, rows: Vec<ArchiveRow>) {
        self.ledger.archives.extend(rows.into_iter().map(|row| ((row.feed.clone(), row.name), row)));
    }

    fn place(&mut self, documents: &[Document]) {
        let prepared = Folder::prepare(self.root.path(), documents).unwrap();
        self.folder.place(prepared, Instant::from_millis(self.now)).unwrap();
    }

    /// Commits, and places unless it is broken off before.
    fn finish(&mut self, changes: &[Change], composed: Composed, broken_off: bool) -> Vec<Document> {
        self.ledger.commit(changes, &composed);
        let (rows, documents) = (composed.archive_rows(), composed.documents());
        self.keep(rows.clone());
        self.publisher.adopt(composed);
        if !broken_off {
            self.place(&documents);
            for row in rows.into_iter().filter(|row| row.version == 0) {
                self.publisher.archive_stands(&row.feed, row.name, 0);
                self.ledger.archives.get_mut(&(row.feed, row.name)).unwrap().stands = true;
            }
        }
        documents
    }

    async fn change(&mut self, articles: &[(Entry, Arc<Article>)], broken_off: bool) -> Vec<Document> {
        let at = self.at();
        let change = |(after, article): &(Entry, Arc<Article>)| Change {
            before: self.ledger.articles.get(&after.id).map(|(before, _)| before.clone()),
            after: after.clone(),
            article: Some(article.clone()),
            references: References::default(),
            rendered: None,
            tombstone: None,
        };
        let changes: Vec<Change> = articles.iter().map(change).collect();
        let composed = self.publisher.compose(&self.ledger, &changes, at, &self.ledger.files()).await.unwrap();
        self.finish(&changes, composed, broken_off)
    }

    fn take(&mut self, made: Made, broken_off: bool) {
        let Some(rows) = self.publisher.made_rows(&made) else { return };
        self.keep(rows.clone());
        self.publisher.adopt_rows(rows);
        if let (Made::Whole { row, documents, .. }, false) = (made, broken_off) {
            self.place(&documents);
            self.publisher.archive_stands(&row.feed, row.name, row.version);
            if let Some(kept) = self.ledger.archives.get_mut(&(row.feed, row.name)).filter(|kept| kept.version == row.version) {
                kept.stands = true;
            }
        }
    }

    /// Does one thing of what there is to do beside batches; says whether there was any.
    async fn work(&mut self, broken_off: bool) -> bool {
        let at = self.at();
        let Some(work) = self.publisher.archive_work() else { return false };
        match work {
            Work::Plan(planning) => {
                let planned = planning.plan(&self.ledger, self.root.path()).await.unwrap();
                if let Some(rows) = self.publisher.planned_rows(&planned) {
                    self.keep(rows.clone());
                    self.publisher.adopt_plan(&planned, rows);
                }
            }
            Work::Make(making) => {
                let made = making.make(&self.ledger, self.root.path().to_owned(), &self.ledger.files(), &|| false, at).await.unwrap();
                self.take(made, broken_off);
            }
        }
        if self.publisher.is_link_due() {
            self.change(&[], false).await;
        }
        true
    }

    async fn rest(&mut self) {
        for _ in 0..2_000 {
            if !self.work(false).await {
                return;
            }
        }
        panic!("there is work without end");
    }

    /// The headlines of a feed and its archives, each once, in order; and whether they are all.
    fn walk(&self, extension: &str) -> (Vec<String>, bool) {
        let (mut found, mut ids) = (Vec::new(), BTreeSet::new());
        let mut next = Some(format!("all.{extension}"));
        let mut documents = 0;
        while let Some(file) = next {
            let bytes = fs::read(self.root.path().join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            let feed: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            for item in feed["items"].as_array().unwrap() {
                if ids.insert(item["id"].as_str().unwrap().to_owned()) {
                    found.push(item["title"].as_str().unwrap().to_owned());
                }
            }
            let older = feed["next_url"].as_str().map(|url| url.strip_prefix("https://example.org/feeds/").unwrap().to_owned());
            documents += 1;
            assert!(documents < 10_000, "the links lead in a circle");
            next = older;
        }
        (found, documents > 1)
    }

    /// What the ledger says that the feed has.
    fn expected(&self) -> Vec<String> {
        let mut public: Vec<&Entry> =
            self.ledger.articles.values().map(|(entry, _)| entry).filter(|entry| entry.state.is_public()).collect();
        public.sort_by_key(|entry| entry.order());
        public.into_iter().map(|entry| entry.facts.headline.clone()).collect()
    }
}

fn stamps(root: &Path) -> BTreeMap<String, (u64, std::time::SystemTime)> {
    use std::os::unix::fs::MetadataExt as _;
    let files = fs::read_dir(root.join("all/archive")).into_iter().flatten().flatten();
    let stamp = |file: fs::DirEntry| {
        let found = file.metadata().unwrap();
        (file.file_name().to_string_lossy().into_owned(), (found.ino(), found.modified().unwrap()))
    };
    files.map(stamp).collect()
}

#[tokio::test]
async fn one_article_into_a_history_of_fifty_thousand() {
    let mut desk = Desk::with("[[feed]]\nname = \"all\"\n", Vec::new()).await;
    let old = (0..50_000).map(|number| article(&format!("old{number}"), "Old", 1_000 + number, &["all"]));
    desk.ledger.articles.extend(old.map(|article| (article.0.id.clone(), article)));
    desk.load().await;
    let Some(Work::Plan(planning)) = desk.publisher.archive_work() else { panic!("a history is to be cut") };
    let planned = planning.plan(&desk.ledger, desk.root.path()).await.unwrap();
    let rows = desk.publisher.planned_rows(&planned).unwrap();
    assert_eq!(rows.len(), 500);
    desk.keep(rows.clone());
    desk.publisher.adopt_plan(&planned, rows.clone());
    // As if all of them had been made.
    for row in rows {
        desk.publisher.archive_stands(&row.feed, row.name, row.version);
    }
    desk.change(&[], false).await;
    let mut cuts = 0;
    for number in 0..100 {
        desk.ledger.read.store(0, Ordering::Relaxed);
        let released = desk.now;
        let documents = desk.change(&[article(&format!("new{number}"), "New", released, &["all"])], false).await;
        assert_eq!(desk.ledger.read.load(Ordering::Relaxed), 0, "no article is read of the ledger");
        let archives = documents.iter().filter(|document| document.file().contains("/archive/")).count();
        assert!(archives == 0 || archives == 3, "at most one archive is cut, in three formats");
        assert_eq!(documents.len() - archives, 3, "and the feed in three formats");
        cuts += archives / 3;
    }
    assert_eq!(cuts, 2, "an archive takes what leaves a feed of fifty");
}

#[tokio::test]
async fn an_archive_s_bytes_are_a_function_of_what_it_holds() {
    let articles =
        || (0..40).map(|number| article(&format!("a{number}"), &format!("Headline {number}"), number * 1_000, &["all"])).collect();
    let config = "[[feed]]\nname = \"all\"\nlimit = 4\n";
    let (mut one, mut other) = (Desk::with(config, articles()).await, Desk::with(config, articles()).await);
    other.now += 123_456_789;
    one.rest().await;
    other.rest().await;
    for extension in ["rss", "atom", "json"] {
        let bytes = |desk: &Desk| fs::read_to_string(desk.root.path().join(format!("all/archive/1.{extension}"))).unwrap();
        assert_eq!(bytes(&one), bytes(&other), "no trace of when it was made");
        assert!(!bytes(&one).contains(env!("CARGO_PKG_VERSION")), "nor by which version");
    }
    insta::assert_snapshot!("archive_atom", fs::read_to_string(one.root.path().join("all/archive/1.atom")).unwrap());
    insta::assert_snapshot!("archive_rss", fs::read_to_string(one.root.path().join("all/archive/1.rss")).unwrap());
    insta::assert_snapshot!("archived_json", fs::read_to_string(one.root.path().join("all.json")).unwrap());
}

#[tokio::test]
async fn no_archive_is_larger_than_the_feed_may_be() {
    let long = |number: i64| {
        let (entry, source) = article(&format!("a{number}"), "Long", number, &["all"]);
        let body = crate::article::Body::Markdown("word ".repeat(400));
        (entry, Arc::new(Article { body, ..(*source).clone() }))
    };
    let mut desk = Desk::with("[[feed]]\nname = \"all\"\nlimit = 4\nmax_bytes = \"10kB\"\n", (0..60).map(long).collect()).await;
    desk.rest().await;
    assert_eq!(desk.walk("json"), (vec!["Long".to_owned(); 60], true));
    let sizes = || fs::read_dir(desk.root.path().join("all/archive")).unwrap().map(|file| file.unwrap().metadata().unwrap().len());
    assert!(sizes().count() > 3 * 10 && sizes().all(|size| size < 16_000), "{:?}", sizes().max());
}

/// What happens.
#[derive(Clone, Debug)]
enum Event {
    /// Articles change or come, at a place, public or not; perhaps broken off between commit and files.
    Change { articles: Vec<(u8, i64, bool)>, broken_off: bool },
    /// News, on top.
    News { count: u8, broken_off: bool },
    /// So many things are done beside; the last may be broken off.
    Work { count: u8, broken_off: bool },
    /// It is started anew.
    Restart,
    /// Another title.
    Configure(bool),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (proptest::collection::vec((any::<u8>(), 0..400_i64, any::<bool>()), 1..12), any::<bool>())
            .prop_map(|(articles, broken_off)| Event::Change { articles, broken_off }),
        4 => (1..40_u8, proptest::bool::weighted(0.2)).prop_map(|(count, broken_off)| Event::News { count, broken_off }),
        3 => (1..20_u8, any::<bool>()).prop_map(|(count, broken_off)| Event::Work { count, broken_off }),
        1 => Just(Event::Restart),
        1 => any::<bool>().prop_map(Event::Configure),
    ]
}

async fn play(old: u8, events: Vec<Event>) {
    let titled = |title: &str| format!("[[feed]]\nname = \"all\"\nlimit = 4\nmax_bytes = \"6kB\"\ntitle = \"{title}\"\n");
    let old = (0..old).map(|number| article(&format!("n{number}"), &format!("Old {number}"), i64::from(number), &["all"])).collect();
    let mut desk = Desk::with(&titled("One"), old).await;
    let mut news = 0;
    let mut was_whole = false;
    for event in events {
        match event {
            Event::Change { articles, broken_off } => {
                let mut once = BTreeSet::new();
                let articles = articles.into_iter().filter(|(name, ..)| once.insert(*name));
                let changed: Vec<(Entry, Arc<Article>)> = articles
                    .map(|(name, released, public)| {
                        let (entry, source) = article(&format!("n{name}"), &format!("N{name} at {released}"), released, &["all"]);
                        let state = if public { State::Live } else { State::Expired };
                        (Entry { state, ..entry }, source)
                    })
                    .collect();
                desk.change(&changed, broken_off).await;
                if broken_off {
                    desk.load().await;
                }
            }
            Event::News { count, broken_off } => {
                let before = desk.now;
                let named =
                    |number: i64| article(&format!("news{news}-{number}"), &format!("News {news} {number}"), before + number, &["all"]);
                let changed: Vec<_> = (0..i64::from(count)).map(named).collect();
                news += 1;
                let lost = broken_off.then(|| desk.walk("json").0);
                desk.change(&changed, broken_off).await;
                if let Some(before) = lost {
                    assert_eq!(desk.walk("json").0, before, "what stood before the crash stands");
                    desk.load().await;
                }
                if was_whole {
                    let now: BTreeSet<String> = desk.walk("json").0.into_iter().collect();
                    let lacking: Vec<String> = desk.expected().into_iter().filter(|title| !now.contains(title)).collect();
                    assert!(lacking.is_empty(), "news pushed out {lacking:?}");
                }
            }
            Event::Work { count, broken_off } => {
                for number in 0..count {
                    let last = number + 1 == count;
                    if !desk.work(broken_off && last).await {
                        break;
                    }
                }
                if broken_off {
                    desk.load().await;
                }
            }
            Event::Restart => desk.load().await,
            Event::Configure(first) => {
                desk.config = config(&titled(if first { "One" } else { "Two" }));
                desk.load().await;
            }
        }
        // No link leads into nothing, nor in a circle, at any time.
        let (now, _) = desk.walk("json");
        was_whole = now.len() == desk.expected().len() && desk.publisher.archives_due() == 0;
    }
    desk.rest().await;
    assert_eq!(desk.walk("json").0, desk.expected());
    let before = stamps(desk.root.path());
    desk.load().await;
    assert_eq!(desk.walk("json").0, desk.expected());
    desk.rest().await;
    assert_eq!(stamps(desk.root.path()), before, "what stands as it should is not touched");
    // Each archive is what one made from nothing would be.
    for (file, bytes) in
        stamps(desk.root.path()).into_keys().map(|file| (file.clone(), fs::read(desk.root.path().join("all/archive").join(file)).unwrap()))
    {
        assert!(bytes.len() < 12_000, "{file} has {} bytes", bytes.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_feed_and_its_archives_are_all_of_it(old in 0..120_u8, events in proptest::collection::vec(event(), 1..25)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(play(old, events));
    }
}
