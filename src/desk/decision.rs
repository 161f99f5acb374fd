//! What the desk answers: what becomes of each article, and what is told of it.

use std::sync::Arc;

use crate::article::{Advisory, Article, ArticleId, BulletinKind, Entry, Field, Lane, SourcePath};
use crate::diagnostic::Diagnostic;

/// What is told of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// What happened.
    pub kind: BulletinKind,
    /// What to do with a withdrawn article.
    pub advisory: Option<Advisory>,
    /// Why it is withdrawn.
    pub reason: Option<String>,
    /// What changed, for an update.
    pub changed: Vec<Field>,
    /// The lane of its first attempts.
    pub lane: Lane,
}

/// What becomes of one article.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Its row before; `None` for a new article.
    pub before: Option<Entry>,
    /// Its row from now on.
    pub after: Entry,
    /// The article as its source has it, where it was read (or its kept source, for one whose time came).
    pub article: Option<Arc<Article>>,
    /// What is told of it.
    pub telling: Option<Telling>,
}

impl Decision {
    /// Whether anything that feeds or pages show has changed.
    pub fn is_visible(&self) -> bool {
        let public = |entry: &Entry| entry.state.is_public();
        match &self.before {
            None => public(&self.after),
            Some(before) if public(before) != public(&self.after) => true,
            Some(before) => {
                public(before)
                    && (!before.fingerprint.shows_the_same(&self.after.fingerprint)
                        || before.link != self.after.link
                        || before.order() != self.after.order()
                        || before.updated != self.after.updated
                        || before.feeds != self.after.feeds
                        || before.facts != self.after.facts)
            }
        }
    }
}

/// The outcome of a batch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decisions {
    /// What becomes of each article.
    pub decisions: Vec<Decision>,
    /// Articles that were never public and are gone, or that became public under another id.
    pub forget: Vec<ArticleId>,
    /// What there is to say, by file.
    pub notes: Vec<(SourcePath, Diagnostic)>,
}
