//! One version of one file of the feeds folder: what `publish` gives and `server` serves.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::article::{ArchiveName, FeedName};
use crate::config::Format;
use crate::instant::Instant;

/// What a file of the feeds folder is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The document that a feed's subscribers ask for.
    Feed(FeedName, Format),
    /// The same bytes in a file where a feed stood before it moved here: for static hosts alone.
    Copy(FeedName, Format),
    /// The list of all feeds for feed readers: OPML.
    Opml,
    /// The list of all feeds for programs: JSON.
    List,
    /// The page that stands for a feed in a browser: for static hosts alone, since the built-in server makes its own.
    Page(FeedName),
    /// The style sheet of feeds' XML.
    Style,
    /// A sitemap, or an index of sitemaps.
    Sitemap,
    /// What proves to search engines that whoever tells them of changes may do so: the key of `IndexNow`.
    Key,
    /// A part of a feed's history (RFC 5005 section 4).
    Archive(FeedName, ArchiveName, Format),
}

impl Kind {
    /// Its media type, as HTTP says it.
    pub const fn media_type(&self) -> &'static str {
        match self {
            Self::Feed(_, format) | Self::Copy(_, format) | Self::Archive(_, _, format) => match format {
                Format::Rss => "application/rss+xml; charset=utf-8",
                Format::Atom => "application/atom+xml; charset=utf-8",
                // RFC 8259 knows no charset: JSON is UTF-8.
                Format::Json => "application/feed+json",
            },
            Self::Opml => "text/x-opml; charset=utf-8",
            Self::List => "application/json",
            Self::Page(_) => "text/html; charset=utf-8",
            Self::Style => "text/css; charset=utf-8",
            Self::Sitemap => "application/xml; charset=utf-8",
            Self::Key => "text/plain; charset=utf-8",
        }
    }

    /// Whether the built-in server answers with its bytes, or has a better answer.
    pub const fn is_served(&self) -> bool {
        match self {
            Self::Feed(..) | Self::Opml | Self::List | Self::Style | Self::Sitemap | Self::Key => true,
            // Archives are read from the folder, for they are not all in memory.
            Self::Copy(..) | Self::Page(_) | Self::Archive(..) => false,
        }
    }
}

/// Where an entry, or a tombstone, stands in a feed's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryAt {
    /// The first eight bytes of the SHA-256 of the entry's bytes.
    pub digest: u64,
    /// Its bytes.
    pub range: Range<usize>,
}

/// The bytes of one file, with what caches need to know of them. Immutable; shared by `Arc`.
#[derive(Clone, Debug)]
pub struct Document {
    file: Arc<str>,
    kind: Kind,
    bytes: Bytes,
    updated: Instant,
    /// In the order of their places.
    entries: Arc<[EntryAt]>,
    /// Made when first asked for: a file is in place before anybody needs it.
    digest: Arc<OnceLock<[u8; 16]>>,
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.file == other.file && self.kind == other.kind && self.updated == other.updated && self.bytes == other.bytes
    }
}

impl Eq for Document {}

impl Document {
    /// A file of this kind at this path under the feeds folder; `updated` moves whenever the bytes do.
    pub fn new(file: impl Into<Arc<str>>, kind: Kind, bytes: Bytes, updated: Instant) -> Self {
        Self { file: file.into(), kind, bytes, updated, entries: Arc::default(), digest: Arc::default() }
    }

    /// A version of a feed's own file; `updated` is the feed's, which moves whenever its bytes do.
    pub fn of_feed(name: FeedName, format: Format, bytes: Bytes, updated: Instant) -> Self {
        Self::new(format!("{name}.{}", format.extension()), Kind::Feed(name, format), bytes, updated)
    }

    /// The same, with the places of its entries, in their order: whoever has an earlier version can then be sent what is new.
    #[must_use]
    pub fn with_entries(self, entries: Vec<EntryAt>) -> Self {
        Self { entries: entries.into(), ..self }
    }

    /// A version of an archive.
    pub fn of_archive(file: super::ArchiveFile, bytes: Bytes, updated: Instant) -> Self {
        Self::new(file.path(), Kind::Archive(file.feed, file.name, file.format), bytes, updated)
    }

    /// The same bytes as another file of the feeds folder.
    #[must_use]
    pub fn standing_at(&self, file: String, kind: Kind) -> Self {
        Self { file: file.into(), kind, ..self.clone() }
    }

    /// What it is.
    pub const fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The bytes themselves.
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Where its entries stand, in their order; empty where nobody said.
    pub fn entries(&self) -> &[EntryAt] {
        &self.entries
    }

    /// When its content last changed.
    pub const fn updated(&self) -> Instant {
        self.updated
    }

    /// First half of the SHA-256 of the bytes: equal digests mean equal files.
    pub fn digest(&self) -> [u8; 16] {
        *self.digest.get_or_init(|| {
            let hash = Sha256::digest(&self.bytes);
            std::array::from_fn(|index| hash[index])
        })
    }

    /// The opaque part of a strong entity tag (RFC 9110 section 8.8.3), without quotes: the digest in hexadecimal.
    pub fn tag(&self) -> String {
        self.digest().iter().fold(String::with_capacity(32), |tag, byte| tag + &format!("{byte:02x}"))
    }

    /// Its path under the feeds folder, parts separated by `/`: `tag/europe.rss`.
    pub fn file(&self) -> &str {
        &self.file
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bytes_have_equal_tags_whatever_their_date() {
        let document = |text: &'static str, millis| {
            Document::of_feed(
                FeedName::parse("tag/europe").unwrap(),
                Format::Atom,
                Bytes::from_static(text.as_bytes()),
                Instant::from_millis(millis),
            )
        };
        assert_eq!(document("a", 1).tag(), document("a", 2).tag());
        assert_ne!(document("a", 1).tag(), document("b", 1).tag());
        assert_eq!(document("a", 1).tag().len(), 32);
        assert_eq!(document("a", 1).file(), "tag/europe.atom");
    }
}
