//! What search engines are told: sitemaps, and pings when something changes.

use url::Url;

/// `[sitemap]`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sitemap {
    /// Whether sitemaps are made.
    pub enabled: bool,
    /// Whether one of them is for Google News.
    pub news: bool,
    /// The publication's name as Google News knows it.
    pub news_name: String,
}

/// `[indexnow]`, <https://www.indexnow.org/documentation>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexNow {
    /// What proves that whoever pings may do so. Public: it is served under its own name.
    pub key: String,
    /// Where pings go.
    pub endpoint: Url,
    /// Whether that may be a private or loopback address.
    pub allow_private: bool,
}
