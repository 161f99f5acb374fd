//! What agencies' formats have in common, whatever they write it in: ninjs, NITF, NewsML-G2.
//!
//! [`status`] knows the IPTC's publishing states and urgencies, [`dates`] its dates, [`credit`] bylines, [`rendition`] which file of
//! a picture the web wants, [`words`] bodies in HTML and plain text, [`particulars`] what is kept beside the article.

pub(super) mod credit;
pub(super) mod dates;
pub(super) mod particulars;
pub(super) mod rendition;
pub(super) mod status;
pub(super) mod words;

use super::findings::{Findings, Place};
use crate::article::{Article, ArticleId, Version};
use crate::instant::Dated;
use crate::slug::slugify;

/// The most tags, people or media that are taken from one item.
pub(super) const MOST: usize = 200;

/// Adds a tag, each once.
pub(super) fn add_tag(article: &mut Article, name: &str) {
    if article.tags.len() < MOST {
        super::front_matter::add_tag(&mut article.tags, name);
    }
}

/// Gives the article the identifier that its agency gave it, without the version.
pub(super) fn identify(article: &mut Article, id: &str, place: Place, findings: &mut Findings<'_>) {
    match ArticleId::parse(id) {
        Ok(id) => {
            // The next version comes in a file of another name and perhaps under another headline, and stands at the same link.
            article.slug = id.as_str().trim_end_matches(['/', ':']).rsplit([':', '/', '#', '?', '=']).next().and_then(slugify);
            article.id = Some(id);
        }
        Err(error) => {
            let message = format!("the item's identifier {error}; it is not used");
            findings.warn(place, "unusable-id", message, "have the item made with a URI as its identifier");
        }
    }
}

/// Notes which version of its item it is.
pub(super) fn number(article: &mut Article, version: Option<&str>, created: Option<Dated>) {
    let number = version.map(str::trim).and_then(|version| version.parse().ok());
    // A day alone cannot tell two versions of that day apart.
    article.version = Version::new(number, created.filter(|date| date.until == date.at).map(|date| date.at));
    if let Some(version) = version {
        particulars::keep(article, "version", version);
    }
}

/// The headline, or else an item without one: an error, but for what is withheld or canceled, which may say no more than its name.
pub(super) fn head(article: &mut Article, headline: Option<String>, other: Option<String>, place: Place, findings: &mut Findings<'_>) {
    let gone = article.withdrawn.is_some() || article.hold.is_some();
    let name = article.id.as_ref().map(ToString::to_string);
    match headline.or(other.filter(|_| gone)).or(name.filter(|_| gone)) {
        Some(headline) => article.headline = headline,
        None => findings.fail(place, "no-headline", "the item has no headline", "have it made with one"),
    }
}

/// Says that an item is no text.
pub(super) fn no_text(kind: &str, place: Place, findings: &mut Findings<'_>) {
    let kind: String = kind.chars().filter(|c| !c.is_control()).take(60).collect();
    let message = format!("this is an item of the kind '{kind}', and newswire makes articles of text items only; it was left out");
    findings.warn(place, "not-a-text-item", message, "drop the text item that goes with it, or list such files in [articles] ignore");
}
