//! The immutable event that webhooks carry.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{ArticleId, FeedName, Revision, Sequence};
use crate::instant::Instant;

/// What happened to an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum BulletinKind {
    /// It became public, for the first time or again.
    #[serde(rename = "article.published")]
    Published,
    /// It changed in a way that counts.
    #[serde(rename = "article.updated")]
    Updated,
    /// It is gone.
    #[serde(rename = "article.withdrawn")]
    Withdrawn,
}

impl BulletinKind {
    /// The event's type as webhooks carry it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Published => "article.published",
            Self::Updated => "article.updated",
            Self::Withdrawn => "article.withdrawn",
        }
    }

    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Published, Self::Updated, Self::Withdrawn];
}

impl fmt::Display for BulletinKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a receiver should do with what it has of a withdrawn article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Advisory {
    /// Remove it: the source withdrew it.
    Kill,
    /// Do not use it for now.
    Hold,
    /// Its file was removed.
    Deleted,
    /// Its own date took it out of the feeds, and it asked that this be told.
    Expired,
}

/// The queue a delivery waits in; a lower lane never holds up a higher one. Ordered from the highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lane {
    /// Breaking news.
    Breaking,
    /// All other first attempts.
    Ordinary,
    /// What failed before.
    Retry,
}

/// The same for every attempt and every repeat: a hash of article id, revision and kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BulletinId(String);

impl BulletinId {
    /// The id of this article's bulletin of that revision and kind.
    pub fn of(article: &ArticleId, revision: Revision, kind: BulletinKind) -> Self {
        let mut hash = Sha256::new();
        hash.update(article.as_str());
        hash.update([0]);
        hash.update(revision.0.to_be_bytes());
        hash.update(kind.as_str());
        let digest = hash.finalize();
        Self(digest[..16].iter().fold(String::from("msg_"), |id, byte| id + &format!("{byte:02x}")))
    }

    /// The same from the ledger.
    pub const fn from_ledger(text: String) -> Self {
        Self(text)
    }

    /// The text that travels as `webhook-id`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BulletinId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One bulletin, immutable once committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bulletin {
    /// Its place in the ledger; 0 until it is committed.
    pub sequence: Sequence,
    /// What travels as `webhook-id`.
    pub id: BulletinId,
    /// Whose bulletin it is.
    pub article: ArticleId,
    /// Its revision.
    pub revision: Revision,
    /// What happened.
    pub kind: BulletinKind,
    /// The lane of its first attempts.
    pub lane: Lane,
    /// When it was committed.
    pub at: Instant,
    /// The feeds whose selection the article matched before or after the change.
    pub feeds: Vec<FeedName>,
    /// Whether the article was breaking before or after the change.
    pub breaking: bool,
    /// The `data` member of the body, as JSON text.
    pub data: Arc<str>,
}

impl Bulletin {
    /// What receivers get of it, the same bytes for all of them: `{"type", "timestamp", "sequence", "data"}` on one line. `data` is JSON text
    /// already and goes in as it is.
    pub fn body(&self) -> String {
        let Self { kind, at, sequence, data, .. } = self;
        format!(r#"{{"type":"{kind}","timestamp":"{at}","sequence":{},"data":{data}}}"#, sequence.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_stable_and_distinct() {
        let article = ArticleId::parse("tag:example.org,2026:a").unwrap();
        let first = BulletinId::of(&article, Revision(1), BulletinKind::Published);
        assert_eq!(first, BulletinId::of(&article, Revision(1), BulletinKind::Published));
        assert_ne!(first, BulletinId::of(&article, Revision(2), BulletinKind::Published));
        assert_ne!(first, BulletinId::of(&article, Revision(1), BulletinKind::Withdrawn));
        assert_eq!(first.as_str().len(), 36);
    }
}
