//! The sitemap's chunks: which are to be made, and what was made.

use crate::instant::Instant;

/// One chunk of the sitemap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitemapChunk {
    /// Its number, from 1; part of its file's name.
    pub no: u64,
    /// When an article in it last changed.
    pub changed: Instant,
    /// Whether its file says what its articles are now.
    pub is_made: bool,
    /// When the file's bytes last changed.
    pub updated: Instant,
    /// How many articles the file lists.
    pub listed: u64,
}

/// A chunk's file as it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MadeChunk {
    /// The chunk.
    pub no: u64,
    /// [`SitemapChunk::changed`] as it was before its articles were asked for.
    pub changed: Instant,
    /// How many articles it lists.
    pub listed: u64,
    /// First half of the SHA-256 of its bytes.
    pub digest: [u8; 16],
}
