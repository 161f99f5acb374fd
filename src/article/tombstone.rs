//! What is left of an article that subscribers were told is gone.

use std::time::Duration;

use super::{ArticleId, FeedName};
use crate::instant::Instant;

/// A mark in the feeds that an article stood in, so that whoever keeps a copy takes it away. It goes when the article comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// Whose it is.
    pub id: ArticleId,
    /// When it went; it comes back later than this, if at all.
    pub at: Instant,
    /// The reason that its source gave.
    pub reason: Option<String>,
    /// The feeds that it stood in.
    pub feeds: Vec<FeedName>,
}

impl Tombstone {
    /// How long it stands.
    pub const STANDS: Duration = Duration::from_hours(30 * 24);

    /// From when on it stands no more.
    #[must_use]
    pub fn until(&self) -> Instant {
        self.at.plus(Self::STANDS)
    }
}
