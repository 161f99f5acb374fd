//! ninjs, the IPTC's news in JSON: versions 1, 2 and 3, told apart by nothing but how their properties are spelt.
//!
//! [`object`] finds properties whatever their spelling; [`texts`] chooses among headlines, descriptions and bodies, [`media`] reads
//! associations and renditions, [`labels`] subjects and genres.

use serde_json::Value;

use super::findings::{Findings, Place};
use super::wire::{self, MOST, credit, dates, particulars, status};
use super::{Context, Piece};
use crate::article::{Article, Part};

mod labels;
mod media;
mod object;
mod texts;

use object::Item;

/// Whether a JSON value is a ninjs item, or a list of them.
pub(super) fn is_ninjs(value: &Value) -> bool {
    match value {
        Value::Array(items) => !items.is_empty() && items.iter().all(is_item),
        other => is_item(other),
    }
}

/// Its `uri` is all that every version asks for; with it stands at least one property that no other format has.
fn is_item(value: &Value) -> bool {
    const MARKS: [&str; 14] = [
        "versioncreated",
        "firstcreated",
        "contentcreated",
        "pubstatus",
        "headlines",
        "bodies",
        "body_text",
        "body_xhtml",
        "body_html5",
        "description_text",
        "representationtype",
        "renditions",
        "associations",
        "eventdetails",
    ];
    let Value::Object(object) = value else { return false };
    let item = Item(object);
    let is_standard = ["standard", "$standard"].iter().filter_map(|name| item.get(name)?.get("name")?.as_str());
    item.text("uri").is_some() && (MARKS.iter().any(|mark| item.get(mark).is_some()) || is_standard.into_iter().any(|name| name == "ninjs"))
}

/// Reads an item, or a list of items; `source` is the file's text, in which places are looked for.
pub(super) fn read(value: &Value, source: &str, context: Context<'_>, findings: &mut Findings<'_>) -> Vec<Piece> {
    match value {
        Value::Array(items) if items.len() != 1 => {
            let mut pieces: Vec<Piece> = Vec::new();
            if !wire::are_few(items.len(), findings) {
                return pieces;
            }
            for (number, value) in (1..).zip(items) {
                let Some(article) = one(value, source, context, findings) else { continue };
                let part = article.id.as_ref().and_then(|id| Part::new(id.as_str())).unwrap_or_else(|| Part::at(number));
                let piece = Piece { part: Some(part), article };
                match pieces.iter_mut().find(|known| known.part == piece.part) {
                    // Of one item's versions the later in the list counts.
                    Some(known) => *known = piece,
                    None => pieces.push(piece),
                }
            }
            pieces
        }
        Value::Array(items) => items.iter().filter_map(|value| alone(value, source, context, findings)).collect(),
        other => alone(other, source, context, findings).into_iter().collect(),
    }
}

fn alone(value: &Value, source: &str, context: Context<'_>, findings: &mut Findings<'_>) -> Option<Piece> {
    one(value, source, context, findings).map(|article| Piece { part: None, article })
}

fn one(value: &Value, source: &str, context: Context<'_>, findings: &mut Findings<'_>) -> Option<Article> {
    let item = Item(value.as_object()?);
    let uri = item.text("uri").unwrap_or_default();
    let place = |text| Spot { source, text };
    let has_text = texts::has_body(item);
    match item.text("type").map(str::to_ascii_lowercase).as_deref() {
        Some("text") => {}
        // A composite that has a text of its own is a story with its pictures.
        Some("composite") | None if has_text || (item.text("type").is_none() && item.get("eventdetails").is_none()) => {}
        kind => {
            wire::no_text(kind.unwrap_or("event"), place(uri), findings);
            return None;
        }
    }
    let mut article = Article { language: item.text("language").map(str::to_owned), ..Article::default() };
    wire::identify(&mut article, uri, place(uri), findings);
    let mut date = |name: &str| {
        let text = item.text(name)?;
        dates::date(name, text, place(text), context, findings)
    };
    let (first, this) = (date("firstcreated"), date("versioncreated"));
    let made = item.text("contentcreated").and_then(|text| dates::loose(text, context));
    article.published = first.or(made).or(this);
    article.updated = this.filter(|this| article.published.is_some_and(|first| this.at >= first.at));
    article.embargo = date("embargoed");
    article.expires = date("expires");
    wire::number(&mut article, item.scalar("version").as_deref(), this);
    if let Some(code) = item.text("pubstatus") {
        status::publishing(&mut article, code, place(code), findings);
    }
    if let Some(urgency) = item.scalar("urgency") {
        status::urgency(&mut article, &urgency);
    }
    let headline = texts::headline(item, article.language.as_deref());
    article.standfirst = texts::description(item, article.language.as_deref());
    article.headline = headline.clone().unwrap_or_default();
    for line in item.each_text("by").chain(item.each_text("byline")).take(MOST) {
        credit::byline(&mut article, line);
    }
    for source in item.objects("infosources").chain(item.objects("infosource")).take(MOST) {
        credit::contributor(&mut article, source.text("name").unwrap_or_default());
    }
    texts::body(item, &mut article);
    labels::read(item, &mut article);
    media::read(item, &mut article);
    particular(item, &mut article);
    let headline = headline.or_else(|| Some(std::mem::take(&mut article.headline)).filter(|headline| !headline.is_empty()));
    let title = item.text("title").map(wire::words::one_line);
    // A title is for machines and desks; it is better than none.
    wire::head(&mut article, headline.or(title), None, place(uri), findings);
    particulars::tidy(&mut article);
    Some(article)
}

/// What is kept beside the article.
fn particular(item: Item<'_>, article: &mut Article) {
    const NAMES: [(&str, &str); 10] = [
        ("urgency", "urgency"),
        ("priority", "priority"),
        ("copyrightholder", "copyright_holder"),
        ("copyrightnotice", "copyright"),
        ("usageterms", "usage_terms"),
        ("ednote", "ed_note"),
        ("slugline", "slugline"),
        ("located", "located"),
        ("profile", "profile"),
        ("representationtype", "representation_type"),
    ];
    for (property, name) in NAMES {
        if let Some(text) = item.scalar(property) {
            particulars::keep(article, name, &text);
        }
    }
    article.correction = item.text("correction").map(wire::words::one_line).filter(|note| !note.is_empty());
    let page = item.text("url").filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    article.link = page.map(str::to_owned);
}

/// A text of a JSON file, to be looked for only when something is to be said of it.
#[derive(Clone, Copy)]
struct Spot<'s> {
    source: &'s str,
    text: &'s str,
}

impl From<Spot<'_>> for Place {
    /// Where the text stands, if it stands there once and as it is; else the file's beginning.
    fn from(spot: Spot<'_>) -> Self {
        let quoted = serde_json::to_string(spot.text).unwrap_or_default();
        let mut found = spot.source.match_indices(&quoted).map(|(at, _)| at);
        match (found.next(), found.next()) {
            (Some(at), None) if !spot.text.is_empty() => Self::after(&spot.source[..at], 1),
            _ => Self::new(1, 1),
        }
    }
}
