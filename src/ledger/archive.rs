//! Where a feed's history is cut into archives (RFC 5005 section 4).

use crate::article::{ArchiveName, FeedName, Order};
use crate::instant::Instant;

/// One archive of a feed: it holds the articles of the feed that stand below a place, down to the place below which an older one begins.
///
/// Because these places part the whole of the feed's order, an article has its archive before it is there: history that arrives late, and a
/// selection that changed, need no cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveRow {
    /// The feed.
    pub feed: FeedName,
    /// Which one of its archives.
    pub name: ArchiveName,
    /// The place above it: that of the oldest article which a newer document holds as it is cut.
    pub above: Order,
    /// How many articles it held when it was last made.
    pub count: u32,
    /// When its content last changed; never goes back.
    pub updated: Instant,
    /// Hash of everything its bytes depend on but `updated`, as it was last made; zero where it never was.
    pub content: [u8; 16],
    /// Hash of what its bytes depend on besides its articles: the configuration, mainly. Another one than the present makes it out of date.
    pub form: [u8; 16],
    /// Rises whenever what it holds may have changed.
    pub version: u64,
    /// Whether its files are known to be as this version is.
    pub stands: bool,
}
