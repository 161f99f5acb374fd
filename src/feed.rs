//! Articles → bytes. One file a format; `extension` is the one place that writes what the format crates cannot.
//!
//! A feed is assembled from fragments: one entry's bytes in one format, rendered once for each version of an article and
//! shared by every feed that shows it.
//!
//! - `rss`, `atom`, `json_feed`: an entry and an empty document in each format; the XML by the crates of the same names
//! - `extension`: the XML that those crates cannot write; `splice` puts it where it belongs
//! - `tombstone`: what Atom says of an article that is gone
//! - `history`: which part of a feed's history a document is (RFC 5005)
//! - `item`: what the formats say of an entry alike; `licence`: how they can say under which licence it may be used

mod atom;
mod document;
mod extension;
mod history;
mod item;
mod json_feed;
mod licence;
mod rss;
mod splice;
mod tombstone;

pub use document::{Document, Kind};
pub use history::{ArchiveFile, Part};
pub use tombstone::tombstone;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use url::Url;

use crate::article::{ArticleId, Entry, FeedName};
use crate::config::{self, Config, Content, Format};
use crate::instant::Instant;
use crate::render::Rendered;

/// What feeds say made them. Without a version, so that a new one changes no feed.
const GENERATOR: &str = "newswire";

/// A feed's own facts.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Its name.
    pub name: FeedName,
    /// Its own identifier.
    pub id: ArticleId,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// The page it belongs to: the site.
    pub site: Url,
    /// The folder where feeds are public; ends with `/`. A format's own URL is this, the name and the extension.
    pub base: Url,
    /// The formats it is written in, each linked from the others.
    pub formats: Vec<Format>,
    /// Its language.
    pub language: String,
    /// The author where entries name none.
    pub author: Option<String>,
    /// Which part of the feed this document is.
    pub part: Part,
}

impl Channel {
    /// The facts of a configured feed under its identifier.
    pub fn new(config: &Config, feed: &config::Feed, id: ArticleId) -> Self {
        Self {
            name: feed.name.clone(),
            id,
            title: feed.title.clone(),
            description: feed.description.clone(),
            site: config.site.url.clone(),
            base: config.feeds.url.clone(),
            formats: config.feeds.formats.clone(),
            language: config.site.language.clone(),
            author: config.site.author.clone(),
            part: Part::default(),
        }
    }

    /// Where this document is public in a format.
    pub fn url(&self, format: Format) -> String {
        match &self.part {
            Part::Subscription(_) | Part::Complete => self.current_url(format),
            Part::Archive { name, .. } => self.public(&history::path(&self.name, *name, format)),
        }
    }

    /// Where the feed's subscription document is public in a format.
    pub fn current_url(&self, format: Format) -> String {
        self.public(&format!("{}.{}", self.name, format.extension()))
    }

    /// Where a file of the feeds folder is public.
    fn public(&self, file: &str) -> String {
        // A feed's name is a relative path of plain parts, so it can always be joined.
        self.base.join(file).map_or_else(|_| format!("{}{file}", self.base), Into::into)
    }
}

/// One entry as every format sees it.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// Its catalogue row.
    pub entry: &'a Entry,
    /// Its text.
    pub rendered: &'a Rendered,
    /// The language where the entry names none.
    pub language: &'a str,
    /// Whole text or summary.
    pub content: Content,
}

/// One entry's bytes in one format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// `<item>…</item>`, `<entry>…</entry>` or a JSON object.
    pub bytes: Bytes,
    /// First half of the SHA-256 of the bytes.
    pub digest: [u8; 16],
}

/// Renders one entry in one format.
pub fn fragment(format: Format, item: Item<'_>) -> Fragment {
    let bytes = match format {
        Format::Rss => rss::item(item),
        Format::Atom => atom::entry(item),
        Format::Json => json_feed::item(item),
    };
    let hash = Sha256::digest(&bytes);
    let mut digest = [0; 16];
    digest.copy_from_slice(&hash[..16]);
    Fragment { bytes: bytes.into(), digest }
}

/// A whole feed's bytes: the channel's head with `updated`, the fragments in order, the foot. Each entry begins a line.
pub fn assemble(format: Format, channel: &Channel, updated: Instant, fragments: &[Fragment]) -> Vec<u8> {
    let (envelope, foot, first, between) = match format {
        Format::Rss => (rss::envelope(channel, updated), rss::FOOT, "\n", "\n"),
        Format::Atom => (atom::envelope(channel, updated), atom::FOOT, "\n", "\n"),
        Format::Json => (json_feed::envelope(channel), json_feed::FOOT, "\n", ",\n"),
    };
    let head = &envelope[..envelope.len().saturating_sub(foot.len())];
    let mark = match format {
        Format::Rss | Format::Atom => history::mark(&channel.part),
        Format::Json => "",
    };
    let size =
        head.len() + mark.len() + foot.len() + 1 + fragments.iter().map(|fragment| fragment.bytes.len() + between.len()).sum::<usize>();
    let mut out = Vec::with_capacity(size);
    out.extend_from_slice(head);
    out.extend_from_slice(mark.as_bytes());
    for (index, fragment) in fragments.iter().enumerate() {
        out.extend_from_slice(if index == 0 { first } else { between }.as_bytes());
        out.extend_from_slice(&fragment.bytes);
    }
    if !fragments.is_empty() {
        out.push(b'\n');
    }
    out.extend_from_slice(foot.as_bytes());
    out
}
