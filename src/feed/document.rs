//! One version of one feed file.

use std::path::PathBuf;

use bytes::Bytes;

use crate::article::FeedName;
use crate::config::Format;
use crate::instant::Instant;

/// A feed in one format, as it is written and served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Whose it is.
    pub name: FeedName,
    /// In which format.
    pub format: Format,
    /// The file's bytes.
    pub bytes: Bytes,
    /// The version's instant; `Last-Modified` is this rounded up to the next second.
    pub updated: Instant,
}

impl Document {
    /// The file's path under the feeds folder: the name and the format's ending.
    pub fn file(&self) -> PathBuf {
        PathBuf::from(format!("{}.{}", self.name, self.format.extension()))
    }
}
