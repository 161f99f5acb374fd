//! Numbers that tasks keep between two runs.

/// Whose number it is, and what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    /// The sequence up to which search engines were told by `IndexNow`.
    IndexNow,
    /// What the sitemap's files were last made by, as a hash.
    SitemapForm,
    /// Whether every public article stands in a chunk of the sitemap: 1.
    SitemapFilled,
    /// Up to which release the articles of the feed `all` stand in a chunk, while they are put into chunks.
    SitemapFilledAll,
    /// The same for those that are not in it.
    SitemapFilledOthers,
}

impl Mark {
    /// The name under which it is kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IndexNow => "indexnow",
            Self::SitemapForm => "sitemap-form",
            Self::SitemapFilled => "sitemap-filled",
            Self::SitemapFilledAll => "sitemap-filled-all",
            Self::SitemapFilledOthers => "sitemap-filled-others",
        }
    }
}
