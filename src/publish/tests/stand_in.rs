//! The ledger as far as feeds see it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;

use crate::article::{
    ArchiveName, Article, ArticleId, Body, Bulletin, Entry, EntryKey, Facts, FeedName, FileStamp, Fingerprint, Link, Order, Published,
    Revision, Sequence, SourcePath, State, Tombstone,
};
use crate::config::Config;
use crate::config::file::{Bases, Document};
use crate::desk::House;
use crate::instant::Instant;
use crate::ledger::{
    Adoptions, Alias, ArchiveRow, AssetRow, CatalogueRow, Claim, Claimed, Committed, Edition, EndpointKind, EndpointRow, Families, Fault,
    FeedAudience, FeedRow, Layout, LeaseToken, Ledger, LedgerState, ListPage, Listing, MadeChunk, Mark, Member, Prune, Settlement,
    SitemapChunk, Summary, WindowPage,
};
use crate::publish::{Change, Composed, Publisher};
use crate::render::Policy;

pub(super) fn config(more: &str) -> Config {
    let text = format!("[site]\nurl = \"https://example.org/\"\n{more}");
    let here = Path::new("/nowhere");
    let document = Document::parse("newswire.toml", &text).unwrap();
    document.understand(Bases { file: here, working: here }, &|_| Err("no secrets here".into())).unwrap().config
}

/// An article and its row; it stands in `feeds` while it is public.
pub(super) fn article(name: &str, headline: &str, released: i64, feeds: &[&str]) -> (Entry, Arc<Article>) {
    let article = Article { headline: headline.into(), body: Body::Markdown(format!("Text of {headline}.")), ..Article::default() };
    let at = Instant::from_millis(released);
    let entry = Entry {
        id: ArticleId::parse(&format!("tag:example.org,2026:{name}")).unwrap(),
        path: SourcePath::new(Path::new(&format!("{name}.md"))).unwrap(),
        stamp: FileStamp::default(),
        digest: [0; 16],
        fingerprint: Fingerprint::of(&article),
        state: State::Live,
        link: Link::parse(&format!("https://example.org/{name}")).unwrap(),
        published: at,
        updated: at,
        released: at,
        revision: Revision(1),
        lane: None,
        held_here: false,
        was_public: true,
        minor: false,
        facts: Facts { headline: headline.into(), ..Facts::default() },
        feeds: feeds.iter().map(|name| FeedName::parse(name).unwrap()).collect(),
        due: None,
    };
    (entry, Arc::new(article))
}

/// The ledger's articles and feeds.
#[derive(Clone, Debug, Default)]
pub(super) struct StandIn {
    pub(super) articles: BTreeMap<ArticleId, (Entry, Arc<Article>)>,
    pub(super) tombstones: BTreeMap<ArticleId, Tombstone>,
    pub(super) rows: BTreeMap<FeedName, FeedRow>,
    pub(super) families: Families,
    pub(super) layouts: BTreeMap<FeedName, Layout>,
    pub(super) archives: BTreeMap<(FeedName, ArchiveName), ArchiveRow>,
    /// Sources are in files only, as after a first scan.
    pub(super) without_sources: bool,
    /// How many articles were read.
    pub(super) read: Arc<AtomicUsize>,
}

impl StandIn {
    /// Commits what a batch does.
    pub(super) fn commit(&mut self, changes: &[Change], composed: &Composed) {
        for change in changes {
            let article = change.article.clone().or_else(|| Some(self.articles.get(&change.after.id)?.1.clone())).unwrap();
            self.articles.insert(change.after.id.clone(), (change.after.clone(), article));
            if change.after.state.is_public() {
                self.tombstones.remove(&change.after.id);
            }
            self.tombstones.extend(change.tombstone.iter().map(|stone| (stone.id.clone(), stone.clone())));
        }
        for (name, layout) in composed.layouts() {
            match layout {
                Some(layout) => drop(self.layouts.insert(name, layout)),
                None => drop(self.layouts.remove(&name)),
            }
        }
        for row in composed.rows() {
            let before = self.rows.insert(row.name.clone(), row.clone());
            assert!(before.is_none_or(|before| before.updated < row.updated || before.content == row.content), "updated moves on");
        }
    }

    pub(super) fn publisher(&self, config: &Config) -> Publisher {
        let id = Box::new(|name: &FeedName| ArticleId::parse(&format!("tag:example.org,2026:feeds/{name}")).unwrap());
        let house = Arc::new(House::new(config, Arc::default()));
        Publisher::new(config, house, Arc::new(Policy::new(&config.html)), self.rows.values().cloned().collect(), self.families.clone(), id)
    }

    /// What stands in the files.
    pub(super) fn files(&self) -> impl Fn(&Entry) -> Option<Arc<Article>> + Send + Sync + use<> {
        let files = self.articles.clone();
        move |entry: &Entry| Some(files.get(&entry.id)?.1.clone())
    }
}

fn other<T>() -> Result<T, Fault> {
    Err(Fault::Unavailable("publishing asks for windows and feeds only".into()))
}

#[async_trait]
impl Ledger for StandIn {
    async fn window(&self, feed: FeedName, after: Option<Order>, limit: usize) -> Result<WindowPage, Fault> {
        let mut members: Vec<&(Entry, Arc<Article>)> = self
            .articles
            .values()
            .filter(|(entry, _)| entry.state.is_public() && entry.feeds.contains(&feed))
            .filter(|(entry, _)| after.as_ref().is_none_or(|after| entry.order() > *after))
            .collect();
        members.sort_by_key(|(entry, _)| entry.order());
        self.read.fetch_add(members.len().min(limit), Ordering::Relaxed);
        let source = |article: &Arc<Article>| (!self.without_sources).then(|| article.clone());
        let member = |(entry, article): &(Entry, Arc<Article>)| Member { entry: entry.clone(), source: source(article) };
        Ok(WindowPage { members: members.into_iter().take(limit).map(member).collect() })
    }

    async fn feeds(&self) -> Result<Vec<FeedRow>, Fault> {
        Ok(self.rows.values().cloned().collect())
    }

    async fn commit(&self, _: Edition) -> Result<Committed, Fault> {
        other()
    }
    async fn catalogue(&self, _: Option<SourcePath>, _: usize) -> Result<Vec<CatalogueRow>, Fault> {
        other()
    }
    async fn entries(&self, _: Vec<EntryKey>) -> Result<Vec<Entry>, Fault> {
        other()
    }
    async fn due(&self, _: Instant, _: usize) -> Result<(Vec<Entry>, Option<Instant>), Fault> {
        other()
    }
    async fn sources(&self, _: Vec<ArticleId>) -> Result<Vec<(ArticleId, Arc<Article>)>, Fault> {
        other()
    }
    async fn keep_sources(&self, _: Vec<(ArticleId, FileStamp, Arc<Article>)>) -> Result<(), Fault> {
        other()
    }
    async fn asset_users(&self, _: Vec<SourcePath>) -> Result<Vec<SourcePath>, Fault> {
        other()
    }
    async fn assets_shown(&self, _: Vec<Published>) -> Result<Vec<Published>, Fault> {
        other()
    }
    async fn assets(&self, _: Option<SourcePath>, _: usize) -> Result<Vec<AssetRow>, Fault> {
        other()
    }
    async fn families(&self) -> Result<Families, Fault> {
        Ok(self.families.clone())
    }
    async fn layout(&self, feed: FeedName) -> Result<Option<Layout>, Fault> {
        Ok(self.layouts.get(&feed).cloned())
    }
    async fn archives(&self) -> Result<Vec<ArchiveRow>, Fault> {
        Ok(self.archives.values().cloned().collect())
    }
    async fn archives_stand(&self, _: Vec<(FeedName, ArchiveName, u64)>) -> Result<(), Fault> {
        other()
    }
    async fn places(&self, feed: FeedName, after: Option<Order>, until: Option<Order>, every: usize) -> Result<Vec<Order>, Fault> {
        let all = self.window(feed, after, usize::MAX).await?.members.into_iter().map(|member| member.entry.order());
        let within = all.take_while(|place| until.as_ref().is_none_or(|until| place <= until)).collect::<Vec<_>>();
        Ok(within.into_iter().skip(every - 1).step_by(every).collect())
    }
    async fn put_memberships(&self, _: Vec<(ArticleId, Vec<FeedName>)>) -> Result<(), Fault> {
        other()
    }
    async fn tombstones(&self, since: Instant, limit: usize) -> Result<Vec<Tombstone>, Fault> {
        let mut standing: Vec<Tombstone> = self.tombstones.values().filter(|stone| stone.at > since).cloned().collect();
        standing.sort_by_key(|stone| std::cmp::Reverse(stone.at));
        standing.truncate(limit);
        Ok(standing)
    }
    async fn adopt(&self, _: Adoptions) -> Result<(), Fault> {
        other()
    }
    async fn aliases(&self) -> Result<Vec<Alias>, Fault> {
        other()
    }
    async fn findings(&self, _: Option<SourcePath>, _: usize) -> Result<Vec<SourcePath>, Fault> {
        other()
    }
    async fn state(&self) -> Result<LedgerState, Fault> {
        other()
    }
    async fn alarm(&self, _: &str, _: Option<String>) -> Result<(), Fault> {
        other()
    }
    async fn audited(&self, _: Instant, _: u64) -> Result<(), Fault> {
        other()
    }
    async fn put_endpoints(&self, _: EndpointKind, _: Vec<String>) -> Result<Vec<EndpointRow>, Fault> {
        other()
    }
    async fn claim(&self, _: Claim) -> Result<Claimed, Fault> {
        other()
    }
    async fn extend(&self, _: LeaseToken, _: Instant) -> Result<(), Fault> {
        other()
    }
    async fn settle(&self, _: Settlement) -> Result<(), Fault> {
        other()
    }
    async fn newer(&self, _: ArticleId, _: Revision) -> Result<Vec<Arc<Bulletin>>, Fault> {
        other()
    }
    async fn changed(&self) {}
    async fn summary(&self) -> Result<Summary, Fault> {
        other()
    }
    async fn list(&self, _: Listing, _: usize) -> Result<ListPage, Fault> {
        other()
    }
    async fn replay(&self, _: &str, _: Sequence) -> Result<u64, Fault> {
        other()
    }
    async fn bulletins(&self, _: Sequence, _: Sequence, _: usize) -> Result<Vec<Arc<Bulletin>>, Fault> {
        other()
    }
    async fn sitemap_fill(&self, _: i64, _: usize) -> Result<u64, Fault> {
        other()
    }
    async fn sitemap_chunks(&self) -> Result<Vec<SitemapChunk>, Fault> {
        other()
    }
    async fn sitemap_members(&self, _: u64) -> Result<Vec<Entry>, Fault> {
        other()
    }
    async fn sitemap_made(&self, _: Vec<MadeChunk>) -> Result<(), Fault> {
        other()
    }
    async fn mark(&self, _: Mark) -> Result<Option<i64>, Fault> {
        other()
    }
    async fn put_mark(&self, _: Mark, _: i64) -> Result<(), Fault> {
        other()
    }
    async fn put_audience(&self, _: Vec<FeedAudience>, _: i64) -> Result<(), Fault> {
        other()
    }
    async fn audience(&self, _: i64) -> Result<Vec<FeedAudience>, Fault> {
        other()
    }
    async fn prune(&self, _: Prune) -> Result<u64, Fault> {
        other()
    }
}
