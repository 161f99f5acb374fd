//! What the configuration says of every entry alike.

use url::Url;

use crate::config::{AtomContent, Config, Rsl};

/// What every entry's bytes depend on beside its article.
#[derive(Clone, Debug)]
pub struct Style {
    /// The language where an article names none.
    pub language: String,
    /// The site: terms hold for its pages alone.
    pub site: Url,
    /// The IRI that names the site's sections. Nothing stands there: it tells a section from a tag of the same name.
    pub sections: String,
    /// The IRI that names the site's tags.
    pub tags: String,
    /// How Atom carries a text.
    pub atom_content: AtomContent,
    /// The terms for machines.
    pub rsl: Option<Rsl>,
}

impl Style {
    /// What this configuration says.
    pub fn new(config: &Config) -> Self {
        Self::plain(&config.site.url, &config.site.language).with(config)
    }

    /// What is said where only the site and its language are known.
    pub fn plain(site: &Url, language: &str) -> Self {
        let vocabulary = |name| {
            let mut iri = site.clone();
            iri.set_query(None);
            iri.set_fragment(Some(name));
            String::from(iri)
        };
        Self {
            language: language.to_owned(),
            sections: vocabulary("section"),
            tags: vocabulary("tag"),
            site: site.clone(),
            atom_content: AtomContent::default(),
            rsl: None,
        }
    }

    fn with(self, config: &Config) -> Self {
        Self { atom_content: config.feeds.atom_content, rsl: config.rsl.clone(), ..self }
    }
}
