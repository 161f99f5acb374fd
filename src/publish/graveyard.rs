//! Where tombstones stand: by article, and by when they fall, whatever the number of feeds.

use std::collections::{BTreeSet, HashMap};

use super::graves::Graves;
use crate::article::ArticleId;
use crate::instant::Instant;

/// The feeds in which tombstones stand, by their places.
#[derive(Debug, Default)]
pub(super) struct Graveyard {
    by_article: HashMap<ArticleId, BTreeSet<usize>>,
    falls: BTreeSet<(Instant, usize)>,
}

impl Graveyard {
    /// Notes a feed's tombstones in place of those that it had.
    pub(super) fn replace(&mut self, feed: usize, before: &Graves, after: &Graves) {
        for id in before.ids() {
            if let Some(feeds) = self.by_article.get_mut(id) {
                feeds.remove(&feed);
                if feeds.is_empty() {
                    self.by_article.remove(id);
                }
            }
        }
        self.falls.extend(after.until().map(|until| (until, feed)));
        if let Some(until) = before.until().filter(|until| after.until() != Some(*until)) {
            self.falls.remove(&(until, feed));
        }
        for id in after.ids() {
            self.by_article.entry(id.clone()).or_default().insert(feed);
        }
    }

    /// The feeds in which an article's tombstone stands.
    pub(super) fn feeds_of(&self, id: &ArticleId) -> impl Iterator<Item = usize> {
        self.by_article.get(id).into_iter().flatten().copied()
    }

    /// Whether an article's tombstone stands anywhere.
    pub(super) fn holds(&self, id: &ArticleId) -> bool {
        self.by_article.contains_key(id)
    }

    /// The feeds in which one falls at this instant, or has fallen.
    pub(super) fn falling(&self, at: Instant) -> impl Iterator<Item = usize> {
        self.falls.iter().take_while(move |(until, _)| *until <= at).map(|(_, feed)| *feed)
    }

    /// When the next one falls.
    pub(super) fn next(&self) -> Option<Instant> {
        self.falls.first().map(|(until, _)| *until)
    }
}
