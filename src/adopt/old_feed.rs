//! What is looked at of an old feed.

use std::fmt;

use thiserror::Error;

use super::{decode, json, xml};
use crate::instant::Instant;

/// The most items that one feed may have.
pub const MOST_ITEMS: usize = 100_000;

/// What a feed is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OldFormat {
    /// RSS, of any version.
    Rss,
    /// Atom 0.3 or 1.0.
    Atom,
    /// JSON Feed.
    Json,
}

impl fmt::Display for OldFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rss => "RSS",
            Self::Atom => "Atom",
            Self::Json => "JSON Feed",
        })
    }
}

/// Where an item's id was found; readers fall back in this order, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdFrom {
    /// `guid`, `atom:id`, `rdf:about`, `id`.
    Id,
    /// It has none, so that readers know it by its link.
    Link,
}

/// An item as the old feed gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldItem {
    /// What readers know it by, as written; empty where it has neither id nor link.
    pub id: String,
    /// Where that was found.
    pub id_from: IdFrom,
    /// Where it stood, the likeliest address first.
    pub links: Vec<String>,
    /// Its title as plain text.
    pub title: Option<String>,
    /// When it was published.
    pub published: Option<Instant>,
    /// When it was last updated.
    pub updated: Option<Instant>,
    /// A date that could not be read, as written.
    pub unreadable_date: Option<String>,
}

/// An old feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldFeed {
    /// What it is written in.
    pub format: OldFormat,
    /// Its title.
    pub title: Option<String>,
    /// Its own id, where its format has one (Atom).
    pub id: Option<String>,
    /// Where it says that it stands.
    pub own_url: Option<String>,
    /// Where its older items are (RFC 5005 sections 3 and 4).
    pub next: Option<String>,
    /// When it says that it was last updated.
    pub updated: Option<Instant>,
    /// Its items, in its order.
    pub items: Vec<OldItem>,
    /// Whether bytes had to be replaced because they are not of its encoding.
    pub damaged: bool,
}

/// Why a feed cannot be read. Says line and column where there is one place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// Its text breaks the rules of XML or JSON.
    #[error("{line}:{column}: {why}")]
    Broken {
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
        /// What is wrong.
        why: String,
    },
    /// It is something else.
    #[error("{0}")]
    NoFeed(String),
}

impl Unreadable {
    pub(super) fn at(text: &str, offset: usize, why: impl Into<String>) -> Self {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self::Broken { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1, why: why.into() }
    }

    pub(super) fn too_many() -> Self {
        Self::NoFeed(format!("it has more than {MOST_ITEMS} items; split it into several files, each a feed"))
    }
}

/// Reads RSS, Atom or JSON Feed. `charset` is what the server said of the encoding, if it said anything.
pub fn parse(bytes: &[u8], charset: Option<&str>) -> Result<OldFeed, Unreadable> {
    let (text, damaged) = decode::decode(bytes, charset);
    let mut feed = match text.trim_start().chars().next() {
        None => return Err(Unreadable::NoFeed("it is empty".to_owned())),
        Some('{' | '[') => json::parse(&text)?,
        Some('<') => xml::parse(&text)?,
        Some(_) => return Err(Unreadable::NoFeed("it is neither XML nor JSON, and so no RSS, Atom or JSON Feed".to_owned())),
    };
    feed.damaged = damaged;
    Ok(feed)
}
