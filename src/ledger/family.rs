//! Families' feeds, and where in their files each entry lies.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::article::{FeedName, Order};
use crate::config::Format;

/// One feed of a family: it is there from the first article that has its value on, and never goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FamilyFeed {
    /// Its name.
    pub name: FeedName,
    /// The name of its family: `tag/{tag}`.
    pub family: String,
    /// Its value as it was first typed.
    pub value: String,
}

/// What the ledger has of families.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Families {
    /// For each family, by its name, the hash of what decides which articles are in its feeds, as they were last placed.
    pub selections: BTreeMap<String, [u8; 16]>,
    /// Every feed of every family there ever was, by name.
    pub feeds: Vec<FamilyFeed>,
}

/// Where in a feed's files each entry lies, so that the next version can be made of them without any article's text.
///
/// It may be lost, or be that of another version than stands: whoever uses it holds every entry against its `check`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The files' formats, in the order of each entry's spans.
    pub formats: Vec<Format>,
    /// Whether articles may stand in the feed below the last entry.
    pub more: bool,
    /// The entries, in the feed's order.
    pub entries: Vec<LaidOut>,
}

/// One entry of a [`Layout`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaidOut {
    /// Whose it is, and its place in the feed.
    pub order: Order,
    /// Where it lies in each file.
    pub spans: Vec<Span>,
}

/// Some bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first of them.
    pub start: u32,
    /// How many they are.
    pub length: u32,
    /// The first eight bytes of their SHA-256.
    pub check: u64,
    /// Which modules they use, as feeds' formats number them; another version may number them otherwise.
    #[serde(default)]
    pub modules: u16,
}
