//! Articles → bytes. One file a format; `extension` is the one place that writes what the format crates cannot.
//!
//! A feed is assembled from fragments: one entry's bytes in one format, rendered once for each version of an article and
//! shared by every feed that shows it.

mod document;

pub use document::Document;

use bytes::Bytes;
use url::Url;

use crate::article::{ArticleId, Entry, FeedName};
use crate::config::{Content, Format};
use crate::instant::Instant;
use crate::render::Rendered;

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
}

impl Channel {
    /// Where this feed is public in a format.
    pub fn url(&self, format: Format) -> String {
        let _ = format;
        todo!("feed")
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
    let _ = (format, item);
    todo!("feed")
}

/// A whole feed's bytes: the channel's head with `updated`, the fragments in order, the foot.
pub fn assemble(format: Format, channel: &Channel, updated: Instant, fragments: &[Fragment]) -> Vec<u8> {
    let _ = (format, channel, updated, fragments);
    todo!("feed")
}
