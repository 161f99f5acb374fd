//! An article's place in the catalogue.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::{ArticleId, FeedName, Fingerprint, Lane, Link, Revision, SourcePath, Version};
use crate::instant::Instant;

/// Where in its life an article stands. ARCHITECTURE.md draws the transitions; `desk` decides them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum State {
    /// Read but not public.
    Held {
        /// Why it is not public.
        why: Holding,
    },
    /// Public.
    Live,
    /// Its file vanished; still public until `until`, in case it comes back.
    RemovalPending {
        /// When the grace is over.
        until: Instant,
    },
    /// Left the feeds by its own date; told no one.
    Expired,
    /// Was public, is gone.
    Withdrawn {
        /// When it went; the tombstone's `when`.
        at: Instant,
        /// The reason its source gave.
        reason: Option<String>,
    },
}

/// Why an article is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holding {
    /// `draft: true`.
    Draft,
    /// An embargo whose hour has not come.
    Embargo,
    /// A published date that has not come.
    Future,
    /// `hold:` with a reason.
    Hold,
}

impl State {
    /// Whether the public can see it.
    pub const fn is_public(&self) -> bool {
        match self {
            Self::Live | Self::RemovalPending { .. } => true,
            Self::Held { .. } | Self::Expired | Self::Withdrawn { .. } => false,
        }
    }
}

/// What the file system says of a file; equal stamps mean that it need not be read again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileStamp {
    /// Device number.
    pub device: u64,
    /// Inode number.
    pub inode: u64,
    /// Size in bytes.
    pub size: u64,
    /// Modification time, nanoseconds since the epoch.
    pub modified: i64,
    /// Change time, nanoseconds since the epoch.
    pub changed: i64,
}

/// What selections and lists look at; plain text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The headline.
    pub headline: String,
    /// Names of the authors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// The section as typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// The tags as typed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The language tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Whether it is breaking.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub breaking: bool,
    /// How many comments it has; a change of it changes feeds and tells no one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<u32>,
    /// Which version of an agency's item it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}

/// An article's place in every feed's order: `released`, then `published`, both descending, then id ascending.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Order {
    released: Reverse<Instant>,
    published: Reverse<Instant>,
    id: ArticleId,
}

impl Order {
    /// The place of an article with these dates.
    pub const fn new(released: Instant, published: Instant, id: ArticleId) -> Self {
        Self { released: Reverse(released), published: Reverse(published), id }
    }

    /// When it was released.
    pub const fn released(&self) -> Instant {
        self.released.0
    }

    /// When it was published.
    pub const fn published(&self) -> Instant {
        self.published.0
    }

    /// Whose place it is.
    pub const fn id(&self) -> &ArticleId {
        &self.id
    }
}

/// One row of the catalogue: everything the desk needs to know of an article but its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The article's identifier; never changes.
    pub id: ArticleId,
    /// Its file.
    pub path: SourcePath,
    /// The file as last read.
    pub stamp: FileStamp,
    /// First half of the SHA-256 of the file's bytes as last read.
    pub digest: [u8; 16],
    /// What its fields were when last understood.
    pub fingerprint: Fingerprint,
    /// Where in its life it stands.
    pub state: State,
    /// Its permalink; unique in the catalogue among articles that are not withdrawn.
    pub link: Link,
    /// When it was published; never in the future once public.
    pub published: Instant,
    /// When it last changed in a way that counts.
    pub updated: Instant,
    /// When it became public here (news), or `published` (history); the feeds' order.
    pub released: Instant,
    /// The revision of its last bulletin; 0 where it never had one.
    pub revision: Revision,
    /// The highest lane that its bulletins ever used.
    pub lane: Option<Lane>,
    /// Whether it was held here (draft, embargo, hold, future date) since it was last public.
    pub held_here: bool,
    /// Whether it was ever public.
    pub was_public: bool,
    /// Whether its last change was marked minor.
    pub minor: bool,
    /// What selections look at.
    pub facts: Facts,
    /// The feeds whose selection it matches; it stands in them while it is public.
    pub feeds: Vec<FeedName>,
    /// When the desk must look at it again without any change of its file.
    pub due: Option<Instant>,
}

impl Entry {
    /// Its place in every feed's order.
    pub fn order(&self) -> Order {
        Order::new(self.released, self.published, self.id.clone())
    }
}

/// How to find catalogue entries.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EntryKey {
    /// By article id.
    Id(ArticleId),
    /// By the file's path.
    Path(SourcePath),
    /// By permalink, among those not withdrawn.
    Link(Link),
    /// By the permalink that it had, among those withdrawn: the page there says that it is gone.
    Gone(Link),
    /// By a permalink that it had while it was public and has left, unless another article has become public there since: the
    /// page there leads on to its present one.
    Past(Link),
    /// By the digest of the file's bytes, among those whose removal is pending.
    Vanished([u8; 16]),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newest_release_first_then_published_then_id() {
        let place = |released, published, id| {
            Order::new(Instant::from_millis(released), Instant::from_millis(published), ArticleId::parse(id).unwrap())
        };
        let mut places = [place(1, 9, "a"), place(2, 1, "b"), place(2, 3, "d"), place(2, 3, "c")];
        places.sort();
        let ids: Vec<&str> = places.iter().map(|place| place.id().as_str()).collect();
        assert_eq!(ids, ["c", "d", "b", "a"]);
    }
}
