//! How a publication shows itself in readers, and what it says of its rights.

use url::Url;

/// Pictures and colour by which readers show a publication.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// A square picture.
    pub icon: Option<Url>,
    /// A small square picture.
    pub favicon: Option<Url>,
    /// A wide picture with the name.
    pub logo: Option<Url>,
    /// A large picture behind the name.
    pub cover: Option<Url>,
    /// A colour as six hexadecimal digits, without `#`.
    pub accent_color: Option<String>,
}

/// `[rsl]`: the terms under which machines may use the articles, by RSL 1.0 (<https://rslstandard.org/rsl>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rsl {
    /// What is allowed, in the words of [`Rsl::USAGES`].
    pub permits: Vec<&'static str>,
    /// What is forbidden, likewise.
    pub prohibits: Vec<&'static str>,
    /// What is asked in return, one of [`Rsl::PAYMENTS`].
    pub payment: Option<&'static str>,
    /// The licence server that hands out licences.
    pub server: Option<Url>,
    /// Where the terms can be read.
    pub terms: Option<Url>,
}

impl Rsl {
    /// Kinds of use (section 3.4.1).
    pub const USAGES: [&'static str; 6] = ["all", "ai-all", "ai-train", "ai-input", "ai-index", "search"];
    /// Kinds of payment (section 3.7).
    pub const PAYMENTS: [&'static str; 8] = ["free", "attribution", "contribution", "purchase", "subscription", "training", "crawl", "use"];
}
