//! What a batch does to articles, and what that makes of feeds.

use std::sync::Arc;

use super::archive::cut;
use super::graves::Graves;
use super::window::Window;
use crate::article::{Article, ArticleId, Entry, FeedName, References, Tombstone};
use crate::feed::{Document, Part, View};
use crate::ledger::{ArchiveRow, FeedRow, Layout};
use crate::render::Rendered;

/// What a batch does to one article, as far as feeds see it.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its row before, where it had one.
    pub before: Option<Entry>,
    /// Its row after.
    pub after: Entry,
    /// What is left of it, where the batch takes it from the public.
    pub tombstone: Option<Tombstone>,
    /// The article, where it is public.
    pub article: Option<Arc<Article>>,
    /// Where the article's references to others lead.
    pub references: References,
    /// Its text, where it was rendered already.
    pub rendered: Option<Arc<Rendered>>,
}

/// The feeds that a batch changes. Nothing is touched until it is adopted.
#[derive(Debug, Default)]
pub struct Composed {
    pub(super) feeds: Vec<ComposedFeed>,
    pub(super) stale: Vec<ArticleId>,
    pub(super) archives: Vec<cut::Changed>,
    /// Sources that were read from files on the way.
    pub read: Vec<(Entry, Arc<Article>)>,
    /// The lists of all feeds, where they are others than before.
    pub lists: Vec<Document>,
}

#[derive(Debug)]
pub(super) struct ComposedFeed {
    pub(super) at: usize,
    pub(super) window: Window,
    /// Where other tombstones stand in it than before.
    pub(super) graves: Option<Graves>,
    /// What it says of the feed's archives.
    pub(super) part: Part,
    pub(super) row: FeedRow,
    pub(super) changed: bool,
    pub(super) of_family: bool,
    /// Hash of the entries of the one format that does not say when the feed was updated, where it is written.
    pub(super) dateless: Option<[u8; 16]>,
    pub(super) documents: Vec<Document>,
    /// For a feed of a family: where its entries lie in its files, where that can be said.
    pub(super) layout: Option<Layout>,
    /// Whether it is made only after this batch, which touches too many.
    pub(super) deferred: bool,
    /// What people see of it, where that may be new.
    pub(super) view: Option<Arc<View>>,
}

impl Composed {
    /// The rows of the feeds whose content changes, for the edition.
    pub fn rows(&self) -> Vec<FeedRow> {
        self.feeds.iter().filter(|feed| feed.changed).map(|feed| feed.row.clone()).collect()
    }

    /// Where the entries of families' feeds lie in their files, for the edition.
    pub fn layouts(&self) -> Vec<(FeedName, Option<Layout>)> {
        let of_families = self.feeds.iter().filter(|feed| feed.of_family);
        of_families.map(|feed| (feed.row.name.clone(), feed.layout.clone())).collect()
    }

    /// What people see of the feeds that change.
    pub fn views(&self) -> Vec<Arc<View>> {
        self.feeds.iter().filter_map(|feed| feed.view.clone()).collect()
    }

    /// The rows of the archives that are cut or whose articles change, for the edition.
    pub fn archive_rows(&self) -> Vec<ArchiveRow> {
        self.archives.iter().flat_map(|changed| changed.rows.iter().cloned()).collect()
    }

    /// The files to write: archives before the feeds that lead to them.
    pub fn documents(&self) -> Vec<Document> {
        let archives = self.archives.iter().flat_map(|changed| changed.documents.iter().cloned());
        let feeds = self.feeds.iter().flat_map(|feed| feed.documents.iter().cloned());
        archives.chain(feeds).chain(self.lists.iter().cloned()).collect()
    }
}
