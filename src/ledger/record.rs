//! What readers get of the catalogue, the feeds and the ledger itself.

use std::sync::Arc;

use super::Attempt;
use crate::article::{Article, ArticleId, Entry, FileStamp, Order, Published, Sequence, SourcePath};
use crate::instant::Instant;

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

/// A local file that an article shows, as it was when the article was last read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetRow {
    /// The file.
    pub file: SourcePath,
    /// As it was looked at; `None` where it was missing or not fit.
    pub stamp: Option<FileStamp>,
    /// Where it is published, where it is.
    pub published: Option<Published>,
    /// The file of the article that shows it.
    pub article: SourcePath,
    /// Whether that article is public.
    pub public: bool,
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
    /// Up to this instant the files of every edition are in place; those of later ones may be.
    pub placed: Instant,
    /// When the ledger was made.
    pub created: Instant,
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
    /// Attempts, bulletins owed to no one, and tombstones, older than this go.
    pub before: Instant,
    /// At most this many rows a call.
    pub limit: usize,
}
