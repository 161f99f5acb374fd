//! The verbs every engine offers, and the values they take and give.
//!
//! Every value here belongs to the domain; no engine's types appear. All calls are idempotent or say how to repeat them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::Fault;
use crate::article::{
    Article, ArticleId, Bulletin, Entry, EntryKey, FeedName, FileStamp, Lane, Order, Revision, Sequence, SourcePath, State,
};
use crate::diagnostic::Diagnostic;
use crate::instant::Instant;

/// Names an edition, so that a commit repeated after a lost acknowledgement is taken once. 16 random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EditionId(pub [u8; 16]);

/// The outcome of one batch of changes, committed whole or not at all.
#[derive(Clone, Debug)]
pub struct Edition {
    /// Names it.
    pub id: EditionId,
    /// The edition's instant: later than every instant in the ledger, and what bulletins and changed feeds are dated with.
    pub at: Instant,
    /// Catalogue rows to write.
    pub entries: Vec<EntryChange>,
    /// Catalogue rows to forget: files that were never public and are gone.
    pub forget: Vec<ArticleId>,
    /// Bulletins, without their sequences; each gets the next ones in this order.
    pub bulletins: Vec<Bulletin>,
    /// Feeds whose bytes this edition changes.
    pub feeds: Vec<FeedRow>,
    /// For each path that was looked at, what there is to say of it now; an empty list clears what was said before.
    pub diagnostics: Vec<(SourcePath, Vec<Diagnostic>)>,
    /// Sets the durable marker: the first scan is complete, what comes after is told.
    pub baseline_complete: bool,
}

/// One catalogue row to write, keyed by its article id.
#[derive(Clone, Debug)]
pub struct EntryChange {
    /// The row as it shall be.
    pub entry: Entry,
    /// The row as the desk knew it when it decided; `None` for a new article. Another row there now is [`Fault::Stale`].
    pub known: Option<Known>,
    /// The article to keep as its last good source; `None` leaves what is kept.
    pub source: Option<Arc<Article>>,
}

/// What tells one version of a catalogue row from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The revision the row had.
    pub revision: Revision,
    /// The stamp the row had.
    pub stamp: FileStamp,
    /// The state the row had.
    pub state: State,
}

/// What a commit gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The sequence of each bulletin, in the edition's order.
    pub sequences: Vec<Sequence>,
}

/// A feed's own row: what must not be lost for its bytes to be the same again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedRow {
    /// Its name.
    pub name: FeedName,
    /// Its own identifier, made once and kept.
    pub id: ArticleId,
    /// When its content last changed; never goes back.
    pub updated: Instant,
    /// Hash of everything its bytes depend on but `updated`: entries, config, version.
    pub content: [u8; 16],
    /// Hash of the selection, so that a changed one is known.
    pub selection: [u8; 16],
}

/// A row of the catalogue as start-up's reconciliation needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueRow {
    /// The article.
    pub id: ArticleId,
    /// Its file.
    pub path: SourcePath,
    /// The file as last read.
    pub stamp: FileStamp,
    /// Whether its source is kept yet.
    pub has_source: bool,
    /// Whether it is withdrawn (its file is not expected to be there).
    pub withdrawn: bool,
}

/// One article of a feed's window.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its catalogue row.
    pub entry: Entry,
    /// Its source, where kept.
    pub source: Option<Arc<Article>>,
}

/// A stretch of a feed in its order.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowPage {
    /// The articles, newest first.
    pub members: Vec<Member>,
}

/// The ledger's own scalars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerState {
    /// The highest sequence given out.
    pub sequence: Sequence,
    /// The latest instant committed.
    pub latest: Instant,
    /// Whether the baseline is complete.
    pub baseline_complete: bool,
    /// When the ledger was made.
    pub created: Instant,
}

/// The kind of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndpointKind {
    /// A signed webhook.
    Webhook,
}

/// Whether an endpoint is sent to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum EndpointState {
    /// It is.
    Active,
    /// Not any more, for this reason (410 Gone, for instance).
    Disabled {
        /// Why.
        reason: String,
        /// Since when.
        at: Instant,
    },
}

/// An endpoint's place in the audience's order: slot (a hash modulo 64 of its id), then id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// 0 to 63.
    pub slot: u8,
    /// The endpoint's id.
    pub id: String,
}

/// Somewhere bulletins go. Addresses and secrets of endpoints from the config file stay in the config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointRow {
    /// Its place, slot and id (`webhook:NAME` for those of the config file).
    pub position: Position,
    /// Its kind.
    pub kind: EndpointKind,
    /// The last sequence before it began to count; what is committed after is owed to it.
    pub since: Sequence,
    /// The last sequence for which it counted, where it was retired.
    pub until: Option<Sequence>,
    /// Whether it is sent to.
    pub state: EndpointState,
}

/// A random token that proves a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LeaseToken(pub [u8; 16]);

/// What a dispatcher asks for.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The wall clock.
    pub now: Instant,
    /// How long the lease holds.
    pub lease: Duration,
    /// Only bulletins up to this sequence: those whose feeds stand.
    pub floor: Sequence,
    /// How many stretches at most of each lane.
    pub stretches: BTreeMap<Lane, usize>,
    /// How many endpoints a stretch holds at most.
    pub stretch_len: usize,
    /// How many due retries at most.
    pub retries: usize,
}

/// What it got.
#[derive(Clone, Debug, Default)]
pub struct Claimed {
    /// First attempts, highest lane first, oldest bulletin first within a lane.
    pub stretches: Vec<Stretch>,
    /// Retries whose time has come, highest lane first, then longest due.
    pub retries: Vec<Retry>,
    /// When the next retry is due that was not claimed, or the next lease runs out.
    pub next_due: Option<Instant>,
}

/// A run of endpoints within one slot to which one bulletin is owed.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// Proves the lease.
    pub token: LeaseToken,
    /// What is owed.
    pub bulletin: Arc<Bulletin>,
    /// To whom: those that counted at its sequence, active or not; filters are the dispatcher's.
    pub audience: Vec<Audience>,
}

/// A member of a stretch.
#[derive(Clone, Debug)]
pub struct Audience {
    /// The endpoint.
    pub endpoint: EndpointRow,
    /// The highest revision of this article for which an attempt at this endpoint is recorded.
    pub sent: Option<Revision>,
}

/// A delivery with a row of its own, because it failed before or is slow.
#[derive(Clone, Debug)]
pub struct Retry {
    /// Proves the lease.
    pub token: LeaseToken,
    /// What is owed.
    pub bulletin: Arc<Bulletin>,
    /// To whom.
    pub endpoint: EndpointRow,
    /// How many attempts were made.
    pub attempts: u32,
    /// As in [`Audience`].
    pub sent: Option<Revision>,
}

/// One try at a delivery, as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The endpoint's id.
    pub endpoint: String,
    /// Which bulletin.
    pub sequence: Sequence,
    /// When it began.
    pub at: Instant,
    /// How long it took.
    pub took: Duration,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// What went wrong, in words without secrets; at most 500 characters.
    pub error: Option<String>,
    /// Which attempt it was, from 1.
    pub number: u32,
}

/// What became of one delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver took it.
    Accepted,
    /// To be tried again then.
    Retry {
        /// When.
        due: Instant,
    },
    /// Its attempt is still under way; it gets a row of its own under this lease, so that its stretch can settle.
    Slow {
        /// The lease of the new row.
        token: LeaseToken,
        /// Until when the lease holds.
        until: Instant,
    },
    /// Given up: the schedule is exhausted or the endpoint is disabled.
    Dead {
        /// Why.
        reason: String,
    },
    /// A higher revision made it pointless.
    Superseded,
    /// The endpoint did not ask for it.
    Filtered,
}

/// One delivery's outcome with the attempt that brought it, if there was one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The endpoint's id.
    pub endpoint: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The attempt, if one was made.
    pub attempt: Option<Attempt>,
}

/// What a dispatcher has done under one lease; written whole or not at all.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// The lease of a stretch or of a retry.
    pub token: LeaseToken,
    /// The wall clock.
    pub now: Instant,
    /// Outcomes. A stretch is settled whole: one for each of its audience ([`Outcome::Filtered`] may be left out).
    pub deliveries: Vec<Delivery>,
    /// Endpoints to disable, each with the reason: whatever else is owed to them is dead.
    pub disable: Vec<(String, String)>,
}

/// What `status` counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Articles that are public.
    pub live: u64,
    /// Articles that are held.
    pub held: u64,
    /// Articles that are withdrawn.
    pub withdrawn: u64,
    /// Feeds.
    pub feeds: u64,
    /// Deliveries owed: rows of their own, and endpoints that unfinished fan-outs have yet to reach.
    pub owed: u64,
    /// Deliveries given up.
    pub dead: u64,
    /// Deliveries accepted, of bulletins that are still kept.
    pub accepted: u64,
    /// Deliveries that a higher revision made pointless, of bulletins that are still kept.
    pub superseded: u64,
    /// What there is to say of files, heaviest first, at most 1,000.
    pub diagnostics: Vec<Diagnostic>,
    /// Alarms by name.
    pub alarms: BTreeMap<String, String>,
    /// Endpoints with what is owed to each, at most 1,000.
    pub endpoints: Vec<EndpointSummary>,
}

/// One endpoint in a [`Summary`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointSummary {
    /// The endpoint.
    pub endpoint: EndpointRow,
    /// Deliveries with a row of their own that are owed.
    pub owed: u64,
    /// Deliveries given up.
    pub dead: u64,
    /// Its last attempt.
    pub last: Option<Attempt>,
}

/// What to list, by keyset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listing {
    /// Public articles in the feeds' order.
    Live {
        /// After this place.
        after: Option<Order>,
    },
    /// Attempts for one article, oldest first.
    Attempts {
        /// The article.
        article: ArticleId,
        /// After this many.
        after: u64,
    },
}

/// A page of a listing.
#[derive(Clone, Debug, PartialEq)]
pub enum ListPage {
    /// For [`Listing::Live`].
    Live(Vec<Entry>),
    /// For [`Listing::Attempts`].
    Attempts(Vec<Attempt>),
}

/// How much to keep.
#[derive(Clone, Copy, Debug)]
pub struct Prune {
    /// Attempts, and bulletins owed to no one, older than this go.
    pub before: Instant,
    /// At most this many rows a call.
    pub limit: usize,
}

/// The seam. Engines serialise writers; readers never wait for them.
#[async_trait]
pub trait Ledger: Send + Sync + 'static {
    /// Commits an edition, synced to disk when this returns. Repeating it with the same id returns the first answer (the last 1,000
    /// editions are remembered).
    ///
    /// [`Fault::Stale`] where an entry is not as `known` says, a new one's id is meanwhile that of the same path, or `at` is not later than
    /// the ledger's latest instant. [`Fault::Clash`] where an id is another path's, or a link that of another article which is not
    /// withdrawn; articles of one edition may exchange links.
    async fn commit(&self, edition: Edition) -> Result<Committed, Fault>;

    /// A page of the catalogue in the order of paths. It is longer than `limit` where rows share a path, which are never parted.
    async fn catalogue(&self, after: Option<SourcePath>, limit: usize) -> Result<Vec<CatalogueRow>, Fault>;

    /// The entries that any of the keys name, each once.
    async fn entries(&self, keys: Vec<EntryKey>) -> Result<Vec<Entry>, Fault>;

    /// The entries whose `due` has come, earliest first, and the earliest `due` after them.
    async fn due(&self, now: Instant, limit: usize) -> Result<(Vec<Entry>, Option<Instant>), Fault>;

    /// Last good sources.
    async fn sources(&self, ids: Vec<ArticleId>) -> Result<Vec<(ArticleId, Arc<Article>)>, Fault>;

    /// Keeps sources that a first scan left out; an id that is unknown, has a source, or whose stamp is another is passed over.
    async fn keep_sources(&self, sources: Vec<(ArticleId, FileStamp, Arc<Article>)>) -> Result<(), Fault>;

    /// A page of a feed: its public articles in order, after a place.
    async fn window(&self, feed: FeedName, after: Option<Order>, limit: usize) -> Result<WindowPage, Fault>;

    /// Every feed's row.
    async fn feeds(&self) -> Result<Vec<FeedRow>, Fault>;

    /// Replaces what feeds each article belongs to, without any other change (a selection changed in the config).
    async fn put_memberships(&self, memberships: Vec<(ArticleId, Vec<FeedName>)>) -> Result<(), Fault>;

    /// The ledger's scalars.
    async fn state(&self) -> Result<LedgerState, Fault>;

    /// Raises (`Some`) or clears (`None`) an alarm.
    async fn alarm(&self, name: &str, message: Option<String>) -> Result<(), Fault>;

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
