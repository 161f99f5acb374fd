//! What the configuration says of every entry alike.

use url::Url;

use crate::config::{AtomContent, Config, Rsl};

/// What every entry's bytes depend on beside its article.
#[derive(Clone, Debug)]
pub struct Style {
    /// The language where an article names none.
    pub language: String,
    /// The site: categories are its own, and terms hold for its pages alone.
    pub site: Url,
    /// How Atom carries a text.
    pub atom_content: AtomContent,
    /// The terms for machines.
    pub rsl: Option<Rsl>,
}

impl Style {
    /// What this configuration says.
    pub fn new(config: &Config) -> Self {
        Self {
            language: config.site.language.clone(),
            site: config.site.url.clone(),
            atom_content: config.feeds.atom_content,
            rsl: config.rsl.clone(),
        }
    }
}
