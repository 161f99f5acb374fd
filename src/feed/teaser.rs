//! What people see of a feed, for the page that stands for it in a browser.

use std::sync::Arc;

use super::item::is_image;
use super::{Channel, Item};
use crate::article::{FeedName, Link, Media};
use crate::config::Format;
use crate::instant::Instant;

/// One entry's line: what tells a reader whether to read on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Teaser {
    /// Where the article stands.
    pub link: Link,
    /// Its headline.
    pub headline: String,
    /// Its summary; may be empty.
    pub summary: String,
    /// Its section as typed.
    pub section: Option<String>,
    /// The language it is in, where that is another than the feed's.
    pub language: Option<String>,
    /// Whether it is breaking news.
    pub breaking: bool,
    /// When it was published.
    pub published: Instant,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Its leading picture.
    pub picture: Option<Media>,
}

impl Item<'_> {
    /// What people see of this entry.
    pub fn teaser(&self) -> Teaser {
        let (entry, rendered) = (self.entry, self.rendered);
        Teaser {
            link: entry.link.clone(),
            headline: rendered.headline.clone(),
            summary: rendered.summary.clone(),
            section: entry.facts.section.clone(),
            language: self.own_language().map(str::to_owned),
            breaking: entry.facts.breaking,
            published: entry.published,
            authors: rendered.authors.iter().map(|author| author.name.clone()).collect(),
            picture: rendered.media.iter().find(|medium| is_image(medium) && medium.url.starts_with("http")).cloned(),
        }
    }
}

/// One version of a feed as people see it. Cheap to make: its entries are shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The feed's name.
    pub name: FeedName,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// The formats it is written in.
    pub formats: Vec<Format>,
    /// When its content last changed.
    pub updated: Instant,
    /// Its latest entries, newest first.
    pub entries: Vec<Arc<Teaser>>,
}

impl View {
    /// How many entries it shows: whoever wants more subscribes, or goes to the site.
    pub const MOST_ENTRIES: usize = 20;

    /// A feed with these entries; those beyond [`View::MOST_ENTRIES`] are left out.
    pub fn new(channel: &Channel, updated: Instant, entries: impl Iterator<Item = Arc<Teaser>>) -> Self {
        Self {
            name: channel.name.clone(),
            title: channel.title.clone(),
            description: channel.description.clone(),
            formats: channel.formats.clone(),
            updated,
            entries: entries.take(Self::MOST_ENTRIES).collect(),
        }
    }

    /// The file of its page, beside the feed's own files.
    pub fn file(&self) -> String {
        format!("{}.{}", self.name, Self::EXTENSION)
    }

    /// What the name of its page ends with, without the dot.
    pub const EXTENSION: &'static str = "html";
}
