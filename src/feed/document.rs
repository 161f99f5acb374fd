//! One version of one feed file: what `publish` gives and `server` serves.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::article::FeedName;
use crate::config::Format;
use crate::instant::Instant;

/// The bytes of one feed in one format, with what caches need to know of them. Immutable; shared by `Arc`.
#[derive(Clone, Debug)]
pub struct Document {
    name: FeedName,
    format: Format,
    bytes: Bytes,
    updated: Instant,
    /// Where it stands, if not under its own name.
    copy: Option<Arc<str>>,
    /// Made when first asked for: a file is in place before anybody needs it.
    digest: Arc<OnceLock<[u8; 16]>>,
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.format == other.format
            && self.updated == other.updated
            && self.copy == other.copy
            && self.bytes == other.bytes
    }
}

impl Eq for Document {}

impl Document {
    /// A version made of these bytes; `updated` is the feed's own, which moves whenever its bytes do.
    pub fn new(name: FeedName, format: Format, bytes: Bytes, updated: Instant) -> Self {
        Self { name, format, bytes, updated, copy: None, digest: Arc::default() }
    }

    /// The same bytes in another file of the feeds folder.
    #[must_use]
    pub fn standing_at(&self, file: String) -> Self {
        Self { copy: Some(file.into()), ..self.clone() }
    }

    /// Whether it stands in another file than its own.
    pub const fn is_copy(&self) -> bool {
        self.copy.is_some()
    }

    /// Whose bytes these are.
    pub const fn name(&self) -> &FeedName {
        &self.name
    }

    /// In which format.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The bytes themselves.
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// When the feed's content last changed.
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
    pub fn file(&self) -> String {
        self.copy.as_deref().map_or_else(|| format!("{}.{}", self.name, self.format.extension()), str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bytes_have_equal_tags_whatever_their_date() {
        let document = |text: &'static str, millis| {
            Document::new(
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
