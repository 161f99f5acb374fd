//! The verbs every engine offers.
//!
//! Every value they take and give belongs to the domain; no engine's types appear. All calls are idempotent or say how to repeat them.

use std::sync::Arc;

use async_trait::async_trait;

use super::{
    Adoptions, Alias, ArchiveRow, AssetRow, CatalogueRow, Claim, Claimed, Committed, Edition, EndpointKind, EndpointRow, Families, Fault,
    FeedAudience, FeedRow, Layout, LeaseToken, LedgerState, ListPage, Listing, MadeChunk, Mark, Prune, Settlement, SitemapChunk, Summary,
    WindowPage,
};
use crate::article::{
    ArchiveName, Article, ArticleId, Bulletin, Entry, EntryKey, FeedName, FileStamp, Order, Published, Revision, Sequence, SourcePath,
    Tombstone,
};
use crate::instant::Instant;

/// The seam. Engines serialise writers; readers never wait for them.
#[async_trait]
pub trait Ledger: Send + Sync + 'static {
    /// Commits an edition, synced to disk when this returns. Repeating it with the same id returns the first answer (the last 1,000
    /// editions are remembered).
    ///
    /// [`Fault::Stale`] where an entry is not as `known` says, a new one's id is meanwhile that of the same path, or `at` is not later than
    /// the ledger's latest instant. [`Fault::Clash`] where an id is another path's, or a link that of another article which is not
    /// withdrawn; articles of one edition may exchange links.
    ///
    /// A public article that leaves a link is found by it from then on ([`EntryKey::Past`]), until it or another is public there. One
    /// that becomes public loses its tombstone.
    async fn commit(&self, edition: Edition) -> Result<Committed, Fault>;

    /// A page of the catalogue in the order of paths. It is longer than `limit` where rows share a path, which are never parted.
    async fn catalogue(&self, after: Option<SourcePath>, limit: usize) -> Result<Vec<CatalogueRow>, Fault>;

    /// The entries that any of the keys name, each once.
    async fn entries(&self, keys: Vec<EntryKey>) -> Result<Vec<Entry>, Fault>;

    /// The entries whose `due` has come, earliest first, and the earliest `due` after them.
    async fn due(&self, now: Instant, limit: usize) -> Result<(Vec<Entry>, Option<Instant>), Fault>;

    /// Last good sources.
    async fn sources(&self, ids: Vec<ArticleId>) -> Result<Vec<(ArticleId, Arc<Article>)>, Fault>;

    /// Keeps sources that a first scan left out; an id that is unknown, or whose stamp is another, is passed over, and so is one that has a
    /// source, unless this one's local files were looked at.
    async fn keep_sources(&self, sources: Vec<(ArticleId, FileStamp, Arc<Article>)>) -> Result<(), Fault>;

    /// A page of a feed: its public articles in order, after a place.
    async fn window(&self, feed: FeedName, after: Option<Order>, limit: usize) -> Result<WindowPage, Fault>;

    /// The files of articles that show any of these files, or whose own these would be by their names, each once: what to look at when
    /// the files changed.
    async fn asset_users(&self, files: Vec<SourcePath>) -> Result<Vec<SourcePath>, Fault>;

    /// Those of these published files that a public article shows.
    async fn assets_shown(&self, published: Vec<Published>) -> Result<Vec<Published>, Fault>;

    /// A page of the files that articles show, in the order of their paths. It is longer than `limit` where several articles show one file,
    /// which are never parted.
    async fn assets(&self, after: Option<SourcePath>, limit: usize) -> Result<Vec<AssetRow>, Fault>;

    /// Every feed's row.
    async fn feeds(&self) -> Result<Vec<FeedRow>, Fault>;

    /// What it has of families, and their feeds.
    async fn families(&self) -> Result<Families, Fault>;

    /// Where a family feed's entries lie in its files, as an edition last said it; nothing once [`Ledger::adopt`] changed articles.
    async fn layout(&self, feed: FeedName) -> Result<Option<Layout>, Fault>;

    /// Every archive of every feed, by feed, number and piece.
    async fn archives(&self) -> Result<Vec<ArchiveRow>, Fault>;

    /// Notes that archives' files are as these versions of them; one whose version is another meanwhile is passed over. A power loss may take
    /// it back.
    async fn archives_stand(&self, archives: Vec<(FeedName, ArchiveName, u64)>) -> Result<(), Fault>;

    /// Every `every`-th place of a feed's public articles in order, counted from the first one after `after`, up to and with `until`: where
    /// its history may be cut.
    async fn places(&self, feed: FeedName, after: Option<Order>, until: Option<Order>, every: usize) -> Result<Vec<Order>, Fault>;

    /// Replaces what feeds each article belongs to, without any other change (a selection changed in the config).
    async fn put_memberships(&self, memberships: Vec<(ArticleId, Vec<FeedName>)>) -> Result<(), Fault>;

    /// The tombstones of what went after `since`, the latest first.
    async fn tombstones(&self, since: Instant, limit: usize) -> Result<Vec<Tombstone>, Fault>;

    /// Takes over what an old feed hands on: articles' ids and dates, feeds' ids, aliases. Synced, whole or not at all; repeating it
    /// changes nothing more. No bulletin comes of it, and none that was made before follows its article to the new id.
    ///
    /// [`Fault::Stale`] where an article is not as `known` says, under its old id or, taken before, under its new one.
    /// [`Fault::Clash`] where the new id is another article's, even one that gives it up in the same step.
    async fn adopt(&self, adoptions: Adoptions) -> Result<(), Fault>;

    /// The places where feeds stood before, by place.
    async fn aliases(&self) -> Result<Vec<Alias>, Fault>;

    /// The files of which something is said, in the order of paths; those after `after`.
    async fn findings(&self, after: Option<SourcePath>, limit: usize) -> Result<Vec<SourcePath>, Fault>;

    /// The ledger's scalars.
    async fn state(&self) -> Result<LedgerState, Fault>;

    /// Raises (`Some`) or clears (`None`) an alarm.
    async fn alarm(&self, name: &str, message: Option<String>) -> Result<(), Fault>;

    /// Takes note of an audit of the articles folder, and adds how many changes it found that no event had told of.
    async fn audited(&self, at: Instant, missed: u64) -> Result<(), Fault>;

    /// Makes the config file's endpoints the ledger's: new ones count from now on, absent ones are retired and what is owed to them is
    /// dead, known ones stay as they are, disabled ones included. One that was retired and comes back is as new, and active.
    /// Returns those that count, in the audience's order.
    async fn put_endpoints(&self, kind: EndpointKind, ids: Vec<String>) -> Result<Vec<EndpointRow>, Fault>;

    /// Claims work under leases. Where `now` lies well before what callers said earlier, the clock was set back: waits and leases made
    /// later than `now` keep their length from `now` on.
    async fn claim(&self, claim: Claim) -> Result<Claimed, Fault>;

    /// Holds a lease longer.
    async fn extend(&self, token: LeaseToken, until: Instant) -> Result<(), Fault>;

    /// Settles what was done under a lease; one that ran out is good until somebody else has claimed it. Repeating it with the same token
    /// and no lease left is [`Fault::LeaseLost`]: after [`Fault::Unknown`], that means that it was taken.
    ///
    /// A retry settled without deliveries is due again at once. What would be owed to a retired or disabled endpoint is dead instead.
    async fn settle(&self, settlement: Settlement) -> Result<(), Fault>;

    /// The bulletins of an article above a revision, oldest first: what may supersede a delivery.
    async fn newer(&self, article: ArticleId, than: Revision) -> Result<Vec<Arc<Bulletin>>, Fault>;

    /// Returns once something may have changed since the last call by this handle (a commit, a settlement); may wake for nothing, never
    /// misses. A handle's calls consume what they return for, so give each task that waits a handle of its own.
    async fn changed(&self);

    /// The bulletins above `after`, up to and with `upto`, oldest first, at most so many. Old ones are gone ([`Ledger::prune`]).
    async fn bulletins(&self, after: Sequence, upto: Sequence, limit: usize) -> Result<Vec<Arc<Bulletin>>, Fault>;

    /// Puts public articles that stand in no chunk of the sitemap into one, at most so many, oldest first; returns how many there were. Once
    /// that is none, every commit keeps the chunks up to date. Where `form` is not what it last was, every chunk is to be made again.
    async fn sitemap_fill(&self, form: i64, limit: usize) -> Result<u64, Fault>;

    /// The sitemap's chunks, by number.
    async fn sitemap_chunks(&self) -> Result<Vec<SitemapChunk>, Fault>;

    /// The articles of a chunk, in the order in which they came into it.
    async fn sitemap_members(&self, chunk: u64) -> Result<Vec<Entry>, Fault>;

    /// Takes note of files that were made. A chunk that changed meanwhile is still to be made.
    async fn sitemap_made(&self, made: Vec<MadeChunk>) -> Result<(), Fault>;

    /// A number that a task keeps; none where it never kept one.
    async fn mark(&self, mark: Mark) -> Result<Option<i64>, Fault>;

    /// Keeps a number. Power loss may take it back.
    async fn put_mark(&self, mark: Mark, value: i64) -> Result<(), Fault>;

    /// Keeps what was counted of feeds' readers, each in the place of what is kept of its feed and day; what is older than `since` goes.
    async fn put_audience(&self, counted: Vec<FeedAudience>, since: i64) -> Result<(), Fault>;

    /// What was counted of feeds' readers from a day on (days since the epoch, UTC), by day and feed.
    async fn audience(&self, since: i64) -> Result<Vec<FeedAudience>, Fault>;

    /// Counts and findings for `status`.
    async fn summary(&self) -> Result<Summary, Fault>;

    /// A page of a list.
    async fn list(&self, listing: Listing, limit: usize) -> Result<ListPage, Fault>;

    /// Owes this endpoint's dead deliveries above a sequence again, due at once and with the whole retry schedule before them; returns
    /// how many. None where the endpoint is retired or disabled.
    async fn replay(&self, endpoint: &str, after: Sequence) -> Result<u64, Fault>;

    /// Removes what is old, in a small batch; returns how many rows went, none once there is no more. A bulletin stays while
    /// it, or an older one of its article, is owed.
    async fn prune(&self, prune: Prune) -> Result<u64, Fault>;
}
