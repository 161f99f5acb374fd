//! NITF 3.x, the News Industry Text Format: one text item a document.
//!
//! [`docdata`] reads what the head says of the item, [`head`] what stands above the text, [`content`] makes HTML of the text and
//! gathers its [`media`]. NewsML-G2 and ninjs carry NITF inside: they take [`body`] alone.

use super::findings::Findings;
use super::wire::{self, particulars};
use super::xml::tree::Element;
use super::{Context, Piece};
use crate::article::{Article, Body};

mod content;
mod docdata;
mod head;
mod media;

/// Whether a document's element is NITF's, of whatever version: documents made by the DTD have no namespace, and inside of other
/// documents some are left in the other's.
pub(super) fn is_nitf(element: &Element) -> bool {
    element.name == "nitf"
}

/// Reads a document.
pub(super) fn read(root: &Element, context: Context<'_>, findings: &mut Findings<'_>) -> Vec<Piece> {
    let mut article = Article::default();
    let title = root.first("head").and_then(|head| head.first("title")).and_then(Element::line);
    if let Some(head) = root.first("head") {
        docdata::read(head, &mut article, context, findings);
    }
    article.language = root.lang().or_else(|| root.first("body").and_then(Element::lang)).map(str::to_owned);
    body(root, &mut article);
    let place = root.place;
    let headline = std::mem::take(&mut article.headline);
    wire::head(&mut article, Some(headline).filter(|headline| !headline.is_empty()).or(title), None, place, findings);
    particulars::tidy(&mut article);
    vec![Piece { part: None, article }]
}

/// Adds what a document's `body` says to what is known from elsewhere, which it does not overrule; its text becomes the body.
pub(super) fn body(root: &Element, article: &mut Article) {
    let Some(body) = root.first("body") else { return };
    if let Some(above) = body.first("body.head") {
        head::read(above, article);
    }
    if let Some(text) = body.first("body.content") {
        let html = content::html(text);
        if !html.is_empty() {
            article.body = Body::Html(html);
        }
        media::gather(text, article);
    }
    if let Some(end) = body.first("body.end") {
        for line in end.all("tagline").filter_map(Element::line).take(wire::MOST) {
            article.credits.push(line);
        }
    }
    wire::words::drop_repeated_dateline(article);
}
