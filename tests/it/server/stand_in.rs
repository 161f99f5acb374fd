//! A server on a port of its own, over a catalogue that a test writes by hand.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use newswire::article::{
    ArchiveName, Article, ArticleId, Body, Bulletin, Entry, Facts, FeedName, FileStamp, Fingerprint, Lane, Link, Order, Published,
    Revision, Sequence, SourcePath, State, Tombstone,
};
use newswire::config::{Format, Html, Listen};
use newswire::feed::Document;
use newswire::instant::Instant;
use newswire::ledger::{
    Adoptions, Alias, ArchiveRow, AssetRow, CatalogueRow, Claim, Claimed, Committed, Edition, EndpointKind, EndpointRow, EntryKey,
    Families, Fault, FeedAudience, FeedRow, Layout, LeaseToken, Ledger, LedgerState, ListPage, Listing, MadeChunk, Mark, Prune, Settlement,
    SitemapChunk, Summary, WindowPage,
};
use newswire::render::Policy;
use newswire::server::{Audience, Events, FeedLink, Gate, Limits, Listener, Readiness, Searched, Shelf, Site, State as ServerState, serve};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::client::{self, Reply};

/// Fixed entries in place of a ledger: only what the server reads.
#[derive(Default)]
pub(super) struct Catalogue {
    pub(super) rows: Mutex<Vec<(Entry, Option<Arc<Article>>)>>,
    /// Bulletins, oldest first.
    pub(super) told: Mutex<Vec<Arc<Bulletin>>>,
    /// Links that were left, and by whom.
    pub(super) past: Mutex<HashMap<Link, ArticleId>>,
    pub(super) unavailable: AtomicBool,
    /// Whether it leaves every question unanswered.
    pub(super) hangs: AtomicBool,
    /// How often sources were asked for.
    pub(super) source_reads: AtomicUsize,
}

impl Catalogue {
    async fn check(&self) -> Result<(), Fault> {
        if self.hangs.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        if self.unavailable.load(Ordering::SeqCst) { Err(Fault::Unavailable("the disk is away".into())) } else { Ok(()) }
    }
}

macro_rules! not_the_servers {
    ($($name:ident($($arg:ident: $type:ty),*) -> $result:ty;)*) => {
        #[async_trait]
        impl Ledger for Catalogue {
            $(async fn $name(&self, $($arg: $type),*) -> $result {
                let _ = ($($arg,)*);
                unimplemented!("the server does not ask for this")
            })*

            async fn entries(&self, keys: Vec<EntryKey>) -> Result<Vec<Entry>, Fault> {
                self.check().await?;
                let rows = self.rows.lock().unwrap();
                let past = self.past.lock().unwrap();
                let named = |entry: &Entry| {
                    let withdrawn = matches!(entry.state, State::Withdrawn { .. });
                    keys.iter().any(|key| match key {
                        EntryKey::Id(id) => entry.id == *id,
                        EntryKey::Link(link) => !withdrawn && entry.link == *link,
                        EntryKey::Gone(link) => withdrawn && entry.link == *link,
                        EntryKey::Past(link) => past.get(link) == Some(&entry.id),
                        EntryKey::Path(_) | EntryKey::Vanished(_) => false,
                    })
                };
                Ok(rows.iter().map(|(entry, _)| entry).filter(|entry| named(entry)).cloned().collect())
            }

            async fn sources(&self, ids: Vec<ArticleId>) -> Result<Vec<(ArticleId, Arc<Article>)>, Fault> {
                self.check().await?;
                self.source_reads.fetch_add(1, Ordering::SeqCst);
                let rows = self.rows.lock().unwrap();
                let wanted = rows.iter().filter(|(entry, _)| ids.contains(&entry.id));
                Ok(wanted.filter_map(|(entry, source)| Some((entry.id.clone(), Arc::clone(source.as_ref()?)))).collect())
            }

            async fn list(&self, listing: Listing, limit: usize) -> Result<ListPage, Fault> {
                self.check().await?;
                assert!(matches!(listing, Listing::Live { after: None }));
                let rows = self.rows.lock().unwrap();
                let mut live: Vec<Entry> = rows.iter().map(|(entry, _)| entry).filter(|entry| entry.state.is_public()).cloned().collect();
                live.sort_by_key(Entry::order);
                live.truncate(limit);
                Ok(ListPage::Live(live))
            }

            async fn bulletins(&self, after: Sequence, upto: Sequence, limit: usize) -> Result<Vec<Arc<Bulletin>>, Fault> {
                self.check().await?;
                let told = self.told.lock().unwrap();
                let within = told.iter().filter(|bulletin| bulletin.sequence > after && bulletin.sequence <= upto);
                Ok(within.take(limit).cloned().collect())
            }

            async fn state(&self) -> Result<LedgerState, Fault> {
                self.check().await?;
                let sequence = self.told.lock().unwrap().last().map_or(Sequence(0), |last| last.sequence);
                Ok(LedgerState { sequence, latest: Instant::now(), baseline_complete: true, created: Instant::MIN, placed: Instant::MIN })
            }

            async fn changed(&self) {
                unimplemented!("the server does not ask for this")
            }
        }
    };
}

not_the_servers! {
    commit(edition: Edition) -> Result<Committed, Fault>;
    catalogue(after: Option<SourcePath>, limit: usize) -> Result<Vec<CatalogueRow>, Fault>;
    due(now: Instant, limit: usize) -> Result<(Vec<Entry>, Option<Instant>), Fault>;
    keep_sources(sources: Vec<(ArticleId, FileStamp, Arc<Article>)>) -> Result<(), Fault>;
    window(feed: FeedName, after: Option<Order>, limit: usize) -> Result<WindowPage, Fault>;
    asset_users(files: Vec<SourcePath>) -> Result<Vec<SourcePath>, Fault>;
    assets_shown(published: Vec<Published>) -> Result<Vec<Published>, Fault>;
    assets(after: Option<SourcePath>, limit: usize) -> Result<Vec<AssetRow>, Fault>;
    feeds() -> Result<Vec<FeedRow>, Fault>;
    families() -> Result<Families, Fault>;
    layout(feed: FeedName) -> Result<Option<Layout>, Fault>;
    archives() -> Result<Vec<ArchiveRow>, Fault>;
    archives_stand(archives: Vec<(FeedName, ArchiveName, u64)>) -> Result<(), Fault>;
    places(feed: FeedName, after: Option<Order>, until: Option<Order>, every: usize) -> Result<Vec<Order>, Fault>;
    put_memberships(memberships: Vec<(ArticleId, Vec<FeedName>)>) -> Result<(), Fault>;
    tombstones(since: Instant, limit: usize) -> Result<Vec<Tombstone>, Fault>;
    adopt(adoptions: Adoptions) -> Result<(), Fault>;
    aliases() -> Result<Vec<Alias>, Fault>;
    findings(after: Option<SourcePath>, limit: usize) -> Result<Vec<SourcePath>, Fault>;
    alarm(name: &str, message: Option<String>) -> Result<(), Fault>;
    audited(at: Instant, missed: u64) -> Result<(), Fault>;
    put_endpoints(kind: EndpointKind, ids: Vec<String>) -> Result<Vec<EndpointRow>, Fault>;
    claim(claim: Claim) -> Result<Claimed, Fault>;
    extend(token: LeaseToken, until: Instant) -> Result<(), Fault>;
    settle(settlement: Settlement) -> Result<(), Fault>;
    newer(article: ArticleId, than: Revision) -> Result<Vec<Arc<Bulletin>>, Fault>;
    summary() -> Result<Summary, Fault>;
    sitemap_fill(form: i64, limit: usize) -> Result<u64, Fault>;
    sitemap_chunks() -> Result<Vec<SitemapChunk>, Fault>;
    sitemap_members(chunk: u64) -> Result<Vec<Entry>, Fault>;
    sitemap_made(made: Vec<MadeChunk>) -> Result<(), Fault>;
    mark(mark: Mark) -> Result<Option<i64>, Fault>;
    put_mark(mark: Mark, value: i64) -> Result<(), Fault>;
    put_audience(counted: Vec<FeedAudience>, since: i64) -> Result<(), Fault>;
    audience(since: i64) -> Result<Vec<FeedAudience>, Fault>;
    replay(endpoint: &str, after: Sequence) -> Result<u64, Fault>;
    prune(prune: Prune) -> Result<u64, Fault>;
}

/// A site at `url` with the feeds `all` and `section/été`.
pub(super) fn site(url: &str) -> Site {
    let url = Url::parse(url).unwrap();
    let feed =
        |name: &str, title: &str| FeedLink { name: FeedName::parse(name).unwrap(), title: title.to_owned(), formats: Format::ALL.to_vec() };
    Site {
        title: "Example Times".into(),
        description: "News of nowhere".into(),
        feeds_url: url.join("feeds/").unwrap(),
        url,
        language: "en".into(),
        zone: jiff::tz::TimeZone::get("Europe/Paris").unwrap(),
        author: Some("Example Times".into()),
        feeds: vec![feed("all", "Example Times"), feed("section/été", "Summer")],
        frames: vec!["player.example".into()],
        policy: Arc::new(Policy::new(&Html::default())),
        house: Arc::default(),
        theme: Arc::default(),
        searched: Searched {
            sitemap: newswire::config::Sitemap { enabled: true, news: true, news_name: "Example Times".into() },
            robots: vec!["User-agent: *".into(), "Disallow:".into()],
            key: Some("0123456789abcdef".into()),
        },
        events: 3,
    }
}

/// An article and its row, live at `https://example.org/articles/SLUG`, published at noon of 24 November 2026.
pub(super) fn live(slug: &str, article: Article) -> (Entry, Option<Arc<Article>>) {
    let published = Instant::from_millis(1_795_518_000_000);
    let entry = Entry {
        id: ArticleId::parse(&format!("tag:example.org,2026-11-24:{slug}")).unwrap(),
        path: SourcePath::new(std::path::Path::new(&format!("{slug}.md"))).unwrap(),
        stamp: FileStamp::default(),
        digest: [7; 16],
        fingerprint: Fingerprint::of(&article),
        state: State::Live,
        link: Link::parse(&format!("https://example.org/articles/{slug}")).unwrap(),
        published,
        updated: published,
        released: published,
        revision: Revision(1),
        lane: Some(Lane::Ordinary),
        held_here: false,
        was_public: true,
        minor: false,
        facts: Facts { headline: article.headline.clone(), section: article.section.clone(), ..Facts::default() },
        feeds: vec![FeedName::parse("all").unwrap()],
        due: None,
    };
    (entry, Some(Arc::new(article)))
}

/// An article of one paragraph.
pub(super) fn article(headline: &str) -> Article {
    Article { headline: headline.into(), body: Body::Markdown("First words of the text.".into()), ..Article::default() }
}

pub(super) fn document(name: &str, format: Format, text: impl Into<Bytes>, updated: Instant) -> Arc<Document> {
    Arc::new(Document::of_feed(FeedName::parse(name).unwrap(), format, text.into(), updated))
}

/// A running server.
pub(super) struct Newsstand {
    pub(super) address: SocketAddr,
    pub(super) shelf: Arc<Shelf>,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) floor: watch::Sender<Sequence>,
    pub(super) site: watch::Sender<Arc<Site>>,
    pub(super) readiness: watch::Sender<Readiness>,
    pub(super) shutdown: CancellationToken,
    pub(super) task: JoinHandle<()>,
}

impl Newsstand {
    /// With nothing in it, at `https://example.org/`.
    pub(super) async fn open() -> Self {
        Self::open_with("https://example.org/", Limits::default()).await
    }

    #[expect(clippy::unused_async, reason = "a server needs a runtime, and whoever awaits has one")]
    pub(super) async fn open_with(url: &str, limits: Limits) -> Self {
        Self::open_at(url, limits, vec![Listener::cleartext(&Listen::Tcp(([127, 0, 0, 1], 0).into())).unwrap()], Gate::default())
    }

    /// With these sockets, behind this gate.
    pub(super) fn open_at(url: &str, limits: Limits, listeners: Vec<Listener>, gate: Gate) -> Self {
        let address = listeners.iter().find_map(Listener::address).unwrap_or_else(|| ([127, 0, 0, 1], 0).into());
        let shelf = Arc::new(Shelf::new());
        let catalogue = Arc::new(Catalogue::default());
        let (site, sites) = watch::channel(Arc::new(site(url)));
        let (readiness, ready) = watch::channel(Readiness { ready: true, reasons: Vec::new() });
        let shutdown = CancellationToken::new();
        let floor = watch::Sender::new(Sequence(0));
        let events = Arc::new(Events::new(Arc::clone(&catalogue) as Arc<dyn Ledger>, floor.subscribe(), shutdown.clone()));
        tokio::spawn(events.clone().run());
        let state = ServerState {
            shelf: Arc::clone(&shelf),
            ledger: Arc::clone(&catalogue) as Arc<dyn Ledger>,
            site: sites,
            readiness: ready,
            limits,
            events,
            audience: Arc::new(Audience::new(Instant::now(), Vec::new())),
            folder: std::path::PathBuf::from("no-folder"),
        };
        let task = tokio::spawn(serve(listeners, state, gate, shutdown.clone()));
        Self { address, shelf, catalogue, floor, site, readiness, shutdown, task }
    }

    /// With the feed `all` as RSS, changed an hour ago.
    pub(super) async fn with_feed() -> (Self, Bytes) {
        let stand = Self::open().await;
        let bytes = Bytes::from(format!("<rss>{}</rss>", "<item>été &amp; news</item>".repeat(300)));
        stand.shelf.put(vec![document("all", Format::Rss, bytes.clone(), Instant::now().minus(Duration::from_hours(1)))]);
        (stand, bytes)
    }

    pub(super) fn shelve(&self, row: (Entry, Option<Arc<Article>>)) {
        let mut rows = self.catalogue.rows.lock().unwrap();
        rows.retain(|(entry, _)| entry.id != row.0.id);
        rows.push(row);
    }

    pub(super) async fn get(&self, target: &str, headers: &[(&str, &str)]) -> Reply {
        client::request(self.address, "GET", target, headers).await
    }

    pub(super) async fn send(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Reply {
        client::request(self.address, method, target, headers).await
    }
}
