//! The seam's verbs, each handed to the writer or to a reader.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::articles::Articles;
use super::order::Crowds;
use super::store::Durability::{Power, Process};
use super::writer::Queue::{Editions, Others};
use super::{
    SqliteLedger, adopt, archives, assets, audience, catalogue, claim, commit, endpoints, families, marks, settle, sitemap, status, upkeep,
};
use crate::article::{
    ArchiveName, Article, ArticleId, Bulletin, Entry, FeedName, FileStamp, Order, Published, Revision, Sequence, SourcePath, Tombstone,
};
use crate::instant::Instant;
use crate::ledger::{
    Adoptions, Alias, ArchiveRow, AssetRow, CatalogueRow, Claim, Claimed, Committed, Edition, EndpointKind, EndpointRow, EntryKey,
    Families, Fault, FeedAudience, FeedRow, Layout, LeaseToken, Ledger, LedgerState, ListPage, Listing, MadeChunk, Mark, Prune, Settlement,
    SitemapChunk, Summary, WindowPage,
};

/// How often a handle that only reads looks for changes.
const GLANCE: Duration = Duration::from_secs(1);

#[async_trait]
impl Ledger for SqliteLedger {
    async fn commit(&self, edition: Edition) -> Result<Committed, Fault> {
        let durability = if edition.provisional { Process } else { Power };
        self.write(Editions, durability, move |step, memory| commit::commit(step, memory, &edition)).await
    }

    async fn catalogue(&self, after: Option<SourcePath>, limit: usize) -> Result<Vec<CatalogueRow>, Fault> {
        self.read(move |reader, _| catalogue::catalogue(reader, after.as_ref(), limit)).await
    }

    async fn entries(&self, keys: Vec<EntryKey>) -> Result<Vec<Entry>, Fault> {
        self.read(move |reader, names| catalogue::entries(reader, names, &keys)).await
    }

    async fn due(&self, now: Instant, limit: usize) -> Result<(Vec<Entry>, Option<Instant>), Fault> {
        self.read(move |reader, _| catalogue::due(reader, now, limit)).await
    }

    async fn sources(&self, ids: Vec<ArticleId>) -> Result<Vec<(ArticleId, Arc<Article>)>, Fault> {
        self.read(move |reader, names| catalogue::sources(reader, names, &ids)).await
    }

    async fn keep_sources(&self, sources: Vec<(ArticleId, FileStamp, Arc<Article>)>) -> Result<(), Fault> {
        self.write(Others, Power, move |step, memory| {
            let mut articles = Articles::new(step, memory, Crowds::of(std::iter::empty()))?;
            sources.iter().try_for_each(|(id, stamp, source)| articles.keep_late(id, *stamp, source))
        })
        .await
    }

    async fn window(&self, feed: FeedName, after: Option<Order>, limit: usize) -> Result<WindowPage, Fault> {
        let sources = Arc::clone(&self.core.sources);
        self.read(move |reader, _| catalogue::window(reader, &sources, &feed, after.as_ref(), limit)).await
    }

    async fn asset_users(&self, files: Vec<SourcePath>) -> Result<Vec<SourcePath>, Fault> {
        self.read(move |reader, _| assets::users(reader, &files)).await
    }

    async fn assets_shown(&self, published: Vec<Published>) -> Result<Vec<Published>, Fault> {
        self.read(move |reader, _| assets::shown(reader, &published)).await
    }

    async fn assets(&self, after: Option<SourcePath>, limit: usize) -> Result<Vec<AssetRow>, Fault> {
        self.read(move |reader, _| assets::page(reader, after.as_ref(), limit)).await
    }

    async fn feeds(&self) -> Result<Vec<FeedRow>, Fault> {
        self.read(|reader, _| catalogue::feeds(reader)).await
    }

    async fn families(&self) -> Result<Families, Fault> {
        self.read(|reader, _| families::families(reader)).await
    }

    async fn layout(&self, feed: FeedName) -> Result<Option<Layout>, Fault> {
        self.read(move |reader, _| families::layout(reader, &feed)).await
    }

    async fn archives(&self) -> Result<Vec<ArchiveRow>, Fault> {
        self.read(|reader, _| archives::all(reader)).await
    }

    async fn archives_stand(&self, archives: Vec<(FeedName, ArchiveName, u64)>) -> Result<(), Fault> {
        self.write(Others, Process, move |step, _| archives::stand(step, &archives)).await
    }

    async fn places(&self, feed: FeedName, after: Option<Order>, until: Option<Order>, every: usize) -> Result<Vec<Order>, Fault> {
        let sources = Arc::clone(&self.core.sources);
        self.read(move |reader, _| archives::places(reader, &sources, &feed, after, until.as_ref(), every)).await
    }

    async fn put_memberships(&self, memberships: Vec<(ArticleId, Vec<FeedName>)>) -> Result<(), Fault> {
        self.write(Others, Power, move |step, memory| {
            let mut articles = Articles::new(step, memory, Crowds::of(std::iter::empty()))?;
            memberships.into_iter().try_for_each(|(id, feeds)| articles.put_feeds(&id, feeds))?;
            articles.finish()
        })
        .await
    }

    async fn tombstones(&self, since: Instant, limit: usize) -> Result<Vec<Tombstone>, Fault> {
        self.read(move |reader, _| catalogue::tombstones(reader, since, limit)).await
    }

    async fn adopt(&self, adoptions: Adoptions) -> Result<(), Fault> {
        self.write(Editions, Power, move |step, memory| adopt::adopt(step, memory, &adoptions)).await
    }

    async fn aliases(&self) -> Result<Vec<Alias>, Fault> {
        self.read(|reader, _| adopt::aliases(reader)).await
    }

    async fn findings(&self, after: Option<SourcePath>, limit: usize) -> Result<Vec<SourcePath>, Fault> {
        self.read(move |reader, _| status::findings(reader, after.as_ref(), limit)).await
    }

    async fn state(&self) -> Result<LedgerState, Fault> {
        self.read(|reader, _| catalogue::state(reader)).await
    }

    async fn alarm(&self, name: &str, message: Option<String>) -> Result<(), Fault> {
        let name = name.to_owned();
        self.write(Others, Power, move |step, _| upkeep::alarm(step, &name, message.as_deref())).await
    }

    async fn audited(&self, at: Instant, missed: u64) -> Result<(), Fault> {
        self.write(Others, Process, move |step, _| upkeep::audited(step, at, missed)).await
    }

    async fn put_endpoints(&self, kind: EndpointKind, ids: Vec<String>) -> Result<Vec<EndpointRow>, Fault> {
        self.write(Others, Power, move |step, memory| endpoints::put(step, memory, kind, &ids)).await
    }

    async fn claim(&self, claim: Claim) -> Result<Claimed, Fault> {
        self.write(Others, Process, move |step, memory| claim::claim(step, memory, &claim)).await
    }

    async fn extend(&self, token: LeaseToken, until: Instant) -> Result<(), Fault> {
        self.write(Others, Process, move |step, _| claim::extend(step, token, until)).await
    }

    async fn settle(&self, settlement: Settlement) -> Result<(), Fault> {
        self.share(move |step, memory| settle::settle(step, memory, &settlement)).await
    }

    async fn newer(&self, article: ArticleId, than: Revision) -> Result<Vec<Arc<Bulletin>>, Fault> {
        self.read(move |reader, names| status::newer(reader, names, &article, than)).await
    }

    async fn changed(&self) {
        if self.core.writer.is_some() {
            self.news.wait().await;
        } else {
            // What another process writes is not told to this one.
            tokio::time::sleep(GLANCE).await;
        }
    }

    async fn bulletins(&self, after: Sequence, upto: Sequence, limit: usize) -> Result<Vec<Arc<Bulletin>>, Fault> {
        self.read(move |reader, _| status::bulletins(reader, after, upto, limit)).await
    }

    async fn sitemap_fill(&self, form: i64, limit: usize) -> Result<u64, Fault> {
        if self.read(move |reader, _| sitemap::is_filled(reader, form)).await? {
            return Ok(0);
        }
        self.write(Others, Process, move |step, _| sitemap::fill(step, form, limit)).await
    }

    async fn sitemap_chunks(&self) -> Result<Vec<SitemapChunk>, Fault> {
        self.read(|reader, _| sitemap::chunks(reader)).await
    }

    async fn sitemap_members(&self, chunk: u64) -> Result<Vec<Entry>, Fault> {
        self.read(move |reader, _| sitemap::members(reader, chunk)).await
    }

    async fn sitemap_made(&self, made: Vec<MadeChunk>) -> Result<(), Fault> {
        self.write(Others, Process, move |step, _| sitemap::made(step, &made)).await
    }

    async fn mark(&self, mark: Mark) -> Result<Option<i64>, Fault> {
        self.read(move |reader, _| marks::mark(reader, mark)).await
    }

    async fn put_mark(&self, mark: Mark, value: i64) -> Result<(), Fault> {
        self.write(Others, Process, move |step, _| marks::put(step, mark, value)).await
    }

    async fn put_audience(&self, counted: Vec<FeedAudience>, since: i64) -> Result<(), Fault> {
        self.write(Others, Process, move |step, _| audience::put(step, &counted, since)).await
    }

    async fn audience(&self, since: i64) -> Result<Vec<FeedAudience>, Fault> {
        self.read(move |reader, _| audience::audience(reader, since)).await
    }

    async fn summary(&self) -> Result<Summary, Fault> {
        self.read(|reader, _| status::summary(reader)).await
    }

    async fn list(&self, listing: Listing, limit: usize) -> Result<ListPage, Fault> {
        let sources = Arc::clone(&self.core.sources);
        self.read(move |reader, names| match listing {
            Listing::Live { after } => catalogue::live(reader, &sources, after.as_ref(), limit).map(ListPage::Live),
            Listing::Attempts { article, after } => status::attempts(reader, names, &article, after, limit).map(ListPage::Attempts),
        })
        .await
    }

    async fn replay(&self, endpoint: &str, after: Sequence) -> Result<u64, Fault> {
        let endpoint = endpoint.to_owned();
        self.write(Others, Power, move |step, memory| upkeep::replay(step, memory, &endpoint, after)).await
    }

    async fn prune(&self, prune: Prune) -> Result<u64, Fault> {
        self.write(Others, Power, move |step, _| upkeep::prune(step, &prune)).await
    }
}
