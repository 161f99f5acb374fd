//! NewsML-G2: news items that carry a text, alone or several in a message.
//!
//! [`meta`] reads what an item says of itself, [`content`] its text; [`names`] finds out what codes are called. Items of other
//! kinds (packages, concepts, pictures) are no articles.

use super::findings::Findings;
use super::wire::{self, no_text};
use super::xml::tree::Element;
use super::{Context, Piece};
use crate::article::{Article, Part};

mod content;
mod item;
mod meta;
mod names;

/// The namespace's beginning: NAR, the news architecture that all G2 standards share.
const NAMESPACE: &str = "http://iptc.org/std/nar/";

/// Whether a document's element is NewsML-G2's.
pub(super) fn is_g2(element: &Element) -> bool {
    element.namespace.as_deref().is_some_and(|namespace| namespace.starts_with(NAMESPACE))
}

/// Reads a document: an item, or a message of items.
pub(super) fn read(root: &Element, context: Context<'_>, findings: &mut Findings<'_>) -> Vec<Piece> {
    if root.name != "newsMessage" {
        return one(root, context, findings).into_iter().collect();
    }
    let items: Vec<&Element> = root.all("itemSet").flat_map(Element::elements).filter(|item| item.namespace == root.namespace).collect();
    if let [only] = items[..] {
        return one(only, context, findings).into_iter().collect();
    }
    if items.is_empty() {
        findings.warn(root.place, "no-items", "this message holds no item", "");
    }
    let mut pieces: Vec<Piece> = Vec::new();
    if !wire::are_few(items.len(), findings) {
        return pieces;
    }
    for (number, item) in (1..).zip(items) {
        let Some(Piece { article, .. }) = one(item, context, findings) else { continue };
        let part = item.attribute("guid").and_then(Part::new).unwrap_or_else(|| Part::at(number));
        let piece = Piece { part: Some(part), article };
        // Of two versions of one item in a message the higher one counts, and of equals the last.
        match pieces.iter_mut().find(|known| known.part == piece.part) {
            Some(known) if is_newer(&known.article, &piece.article) => {}
            Some(known) => *known = piece,
            None => pieces.push(piece),
        }
    }
    pieces
}

fn is_newer(one: &Article, other: &Article) -> bool {
    one.version.zip(other.version).is_some_and(|(one, other)| one.is_newer_than(&other))
}

fn one(item: &Element, context: Context<'_>, findings: &mut Findings<'_>) -> Option<Piece> {
    if item.name == "newsItem" {
        return item::read(item, context, findings);
    }
    no_text(&item.name, item.place, findings);
    None
}
