//! An article that an item of an old feed may be.

use crate::article::{ArticleId, Entry, Link, SourcePath, State};
use crate::instant::Instant;

/// Whether an article can take anything over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is, or was until its own date, public.
    Public,
    /// It is held.
    Held,
    /// It is withdrawn.
    Withdrawn,
}

/// What is looked at of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its id at present.
    pub id: ArticleId,
    /// Its file.
    pub path: SourcePath,
    /// Its permalink.
    pub link: Link,
    /// Its headline.
    pub headline: String,
    /// Its date at present.
    pub published: Instant,
    /// Whether it can take anything over.
    pub standing: Standing,
    /// Whether endpoints were told of it under its present id.
    pub told: bool,
    /// Whether its source gives its date; the time of first sight says nothing of it. True until it is known.
    pub dated: bool,
    /// The id that its source gives.
    pub own_id: Option<ArticleId>,
}

impl Candidate {
    /// What is known of it without its source. `endpoints` says whether there is, or was, anybody to be told.
    pub fn of(entry: &Entry, endpoints: bool) -> Self {
        Self {
            id: entry.id.clone(),
            path: entry.path.clone(),
            link: entry.link.clone(),
            headline: entry.facts.headline.clone(),
            published: entry.published,
            standing: match entry.state {
                State::Live | State::RemovalPending { .. } | State::Expired => Standing::Public,
                State::Held { .. } => Standing::Held,
                State::Withdrawn { .. } => Standing::Withdrawn,
            },
            told: endpoints && entry.revision.0 > 0,
            dated: true,
            own_id: None,
        }
    }
}
