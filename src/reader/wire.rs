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
pub(super) fn identify(article: &mut Article, id: &str, place: impl Into<Place>, findings: &mut Findings<'_>) {
    match ArticleId::parse(id) {
        Ok(id) => {
            // The next version comes in a file of another name and perhaps under another headline, and stands at the same link.
            article.slug = slugify(tail(id.as_str()));
            article.id = Some(id);
        }
        Err(error) => {
            let message = format!("the item's identifier {error}; it is not used");
            findings.warn(place.into(), "unusable-id", message, "have the item made with a URI as its identifier");
        }
    }
}

/// The end of an identifier that tells it from its agency's others: its last parts, but not so few that many have the same.
fn tail(id: &str) -> &str {
    let id = id.split(['?', '#']).next().unwrap_or_default().trim_end_matches(['/', ':']);
    let parts = id.match_indices([':', '/']).map(|(at, _)| &id[at + 1..]);
    parts.rev().find(|tail| tail.len() >= 8).unwrap_or(id)
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
pub(super) fn head(
    article: &mut Article,
    headline: Option<String>,
    other: Option<String>,
    place: impl Into<Place>,
    findings: &mut Findings<'_>,
) {
    let gone = article.withdrawn.is_some() || article.hold.is_some();
    let name = article.id.as_ref().map(ToString::to_string);
    match headline.or(other.filter(|_| gone)).or(name.filter(|_| gone)) {
        Some(headline) => article.headline = headline,
        None => findings.fail(place.into(), "no-headline", "the item has no headline", "have it made with one"),
    }
}

/// The most items that are taken from one file.
const MOST_ITEMS: usize = 1_000;

/// Whether a file holds no more items than are taken from one; else it is an error.
pub(super) fn are_few(items: usize, findings: &mut Findings<'_>) -> bool {
    if items > MOST_ITEMS {
        let message = format!("this file holds {items} items, and newswire takes at most {MOST_ITEMS} from one");
        findings.fail(Place::new(1, 1), "too-many-items", message, "have them sent in several files");
    }
    items <= MOST_ITEMS
}

/// Says that an item is no text.
pub(super) fn no_text(kind: &str, place: impl Into<Place>, findings: &mut Findings<'_>) {
    let kind: String = kind.chars().filter(|c| !c.is_control()).take(60).collect();
    let message = format!("this is an item of the kind '{kind}', and newswire makes articles of text items only; it was left out");
    findings.warn(
        place.into(),
        "not-a-text-item",
        message,
        "drop the text item that goes with it, or list such files in [articles] ignore",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_an_identifier_is_the_end_of_the_link() {
        for (id, expected) in [
            ("urn:newsml:dpa.com:20090101:190510-99-167362", "190510-99-167362"),
            ("urn:newsml:acmenews.com:20161018:US-FINANCE-FED", "US-FINANCE-FED"),
            ("http://www.businesswire.com/news/home/20130731006140/en/", "20130731006140/en"),
            ("http://api.ap.org/media/v/content/8c9f92e2a4414c70?qt=H1K&et=0a3", "8c9f92e2a4414c70"),
            ("EA:flood", "EA:flood"),
            ("x", "x"),
        ] {
            assert_eq!(tail(id), expected);
        }
    }
}
