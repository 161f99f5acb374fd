//! What is taken over from an old feed in one step.

use super::{FeedRow, Known};
use crate::article::{ArticleId, Entry, FeedName};
use crate::config::Format;

/// Ids, dates and places that readers know from elsewhere, taken whole or not at all. Nobody is told of them.
#[derive(Clone, Debug, Default)]
pub struct Adoptions {
    /// Articles, each once.
    pub articles: Vec<Adoption>,
    /// Feeds' rows as they shall be.
    pub feeds: Vec<FeedRow>,
    /// Places where feeds stood; one that is known leads to the new feed from then on.
    pub aliases: Vec<Alias>,
    /// Places that are aliases no longer.
    pub without: Vec<String>,
}

/// One article's row under the id that it takes over.
#[derive(Clone, Debug)]
pub struct Adoption {
    /// The id that it had.
    pub was: ArticleId,
    /// What the row was when this was decided; another one there is [`Fault::Stale`](super::Fault::Stale).
    pub known: Known,
    /// The row as it shall be.
    pub entry: Entry,
}

/// A place where a feed stood before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alias {
    /// The path of its URL with its query, if it had one, as a request has it: begins with `/`.
    pub place: String,
    /// The feed that stands for it.
    pub feed: FeedName,
    /// The format it had.
    pub format: Format,
}
