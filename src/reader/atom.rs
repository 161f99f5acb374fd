//! Atom (RFC 4287): a feed, or one entry document.

use url::Url;

use super::findings::Findings;
use super::front_matter::Value;
use super::items::{self, Draft};
use super::xml::markup::inner_html;
use super::xml::tree::{Element, XHTML, XML};
use super::{Context, Piece, markup, media_rss};
use crate::article::{Body, Media};

/// Atom's namespace.
pub(super) const NAMESPACE: &str = "http://www.w3.org/2005/Atom";
/// The publishing protocol's (RFC 5023 section 13.1).
const CONTROL: &str = "http://www.w3.org/2007/app";

/// What an entry takes from what stands around it.
#[derive(Clone, Default)]
struct Around<'a> {
    base: Option<Url>,
    language: Option<&'a str>,
    feed: Option<&'a Element>,
}

impl<'a> Around<'a> {
    /// The same inside of an element (RFC 4287 section 2).
    fn within(mut self, element: &'a Element) -> Self {
        if let Some(written) = element.attribute_in(XML, "base") {
            self.base = match &self.base {
                Some(base) => base.join(written.trim()).ok(),
                None => Url::parse(written.trim()).ok(),
            };
        }
        self.language = element.lang().or(self.language);
        self
    }

    fn resolve(&self, address: &str) -> String {
        let resolved = self.base.as_ref().and_then(|base| base.join(address.trim()).ok());
        resolved.map_or_else(|| address.trim().to_owned(), String::from)
    }
}

/// Reads a feed document.
pub(super) fn read_feed(feed: &Element, context: Context<'_>, findings: &mut Findings<'_>) -> Vec<Piece> {
    let around = Around { feed: Some(feed), ..Around::default() }.within(feed);
    let home = alternate(feed).map(|link| around.resolve(link));
    let drafts = feed.all("entry").map(|entry| draft(entry, &around, findings)).collect();
    items::several(drafts, home.as_deref(), context, findings)
}

/// Reads a document that is one entry.
pub(super) fn read_entry(entry: &Element, context: Context<'_>, findings: &mut Findings<'_>) -> Vec<Piece> {
    let draft = draft(entry, &Around::default(), findings);
    items::one(draft, context, findings)
}

fn draft<'a>(entry: &'a Element, around: &Around<'a>, findings: &mut Findings<'_>) -> Draft {
    let around = around.clone().within(entry);
    let mut draft = Draft::at(entry.place);
    let line = |name| entry.first(name).and_then(Element::line);
    draft.id = line("id");
    draft.link = alternate(entry).map(|link| around.resolve(link));
    draft.base.clone_from(&around.base);
    draft.set_text("title", entry.first("title").map(words).unwrap_or_default());
    let updated = line("updated");
    // An entry that says only when it was changed was published then, as far as anybody knows.
    draft.set_text("date", line("published").or_else(|| updated.clone()).unwrap_or_default());
    draft.set_text("updated", updated.unwrap_or_default());
    draft.set_text("language", around.language.unwrap_or_default());
    people(&mut draft, entry, &around);
    tags(&mut draft, entry);
    let rights = entry.first("rights").or_else(|| around.feed?.first("rights"));
    draft.set_text("rights", rights.map(words).unwrap_or_default());
    if entry.first_in(CONTROL, "control").and_then(|control| control.first("draft")?.line()).as_deref() == Some("yes") {
        draft.set("draft", Value::Flag(true));
    }
    text(&mut draft, entry, &around, findings);
    media_rss::add(&mut draft, entry);
    links(&mut draft, entry, &around);
    draft
}

/// Who wrote it: its own authors, else those of the feed that it was taken from, else the feed's (RFC 4287 section 4.2.1).
fn people(draft: &mut Draft, entry: &Element, around: &Around<'_>) {
    let place = draft.place;
    let of = |holder: &Element, name: &str| {
        let person = |person: &Element| {
            let field = |name| person.first(name).and_then(Element::line);
            let uri = field("uri").map(|uri| around.resolve(&uri));
            items::person(place, field("name")?, field("email"), uri)
        };
        holder.all(name).filter_map(person).collect::<Vec<_>>()
    };
    let mut authors = of(entry, "author");
    for holder in [entry.first("source"), around.feed].into_iter().flatten() {
        if authors.is_empty() {
            authors = of(holder, "author");
        }
    }
    draft.set_list("authors", authors);
    draft.set_list("contributors", of(entry, "contributor"));
}

fn tags(draft: &mut Draft, entry: &Element) {
    let tag = |category: &Element| {
        let said = |name| category.attribute(name).map(str::trim).filter(|text| !text.is_empty());
        said("label").or_else(|| said("term")).map(|tag| Value::Text(tag.to_owned().into()))
    };
    let is_section = |category: &&Element| category.attribute("scheme").is_some_and(items::names_sections);
    if let Some(section) = entry.all("category").find(is_section).and_then(tag) {
        draft.set("section", section);
    }
    draft.set_list("tags", entry.all("category").filter(|category| !is_section(category)).filter_map(tag).collect());
}

/// Content and summary. Where there is no content, the summary is the text.
fn text(draft: &mut Draft, entry: &Element, around: &Around<'_>, findings: &mut Findings<'_>) {
    let summary = entry.first("summary");
    let content = entry.first("content");
    if let Some(content) = content {
        let inside = around.clone().within(content);
        draft.base.clone_from(&inside.base);
        if let Some(address) = content.attribute("src") {
            let mime = content.attribute("type").map(str::to_owned);
            // A page elsewhere is no medium.
            if mime.as_deref().is_some_and(|mime| ["image/", "audio/", "video/"].iter().any(|kind| mime.starts_with(kind))) {
                draft.add_medium(Media { url: inside.resolve(address), mime, ..Media::default() });
            } else {
                let message = format!("the entry's text stands elsewhere ({}), which is not fetched", shown(address));
                findings.warn(content.place, "content-elsewhere", message, "put the text into the entry");
            }
        } else if let Some(body) = body(content) {
            draft.body = body;
        } else {
            let kind = shown(content.attribute("type").unwrap_or_default());
            let message = format!("the entry's content is {kind}, which is no text; it was left out");
            findings.warn(content.place, "content-not-read", message, "give the content as text, html or xhtml");
        }
    }
    let Some(summary) = summary else { return };
    if is_blank(&draft.body) {
        draft.base = around.clone().within(summary).base;
        draft.body = body(summary).unwrap_or_default();
    } else {
        draft.set_text("summary", words(summary));
    }
}

fn is_blank(body: &Body) -> bool {
    match body {
        Body::Html(text) | Body::Markdown(text) => text.trim().is_empty(),
        Body::Blocks(blocks) => blocks.is_empty(),
    }
}

/// The text that stands in a content or text construct (RFC 4287 sections 3.1 and 4.1.3.3).
fn body(construct: &Element) -> Option<Body> {
    Some(match construct.attribute("type").map_or("text", str::trim) {
        "text" | "text/plain" => items::paragraphs(&construct.text()),
        "html" | "text/html" => Body::Html(construct.text()),
        "xhtml" | "application/xhtml+xml" => Body::Html(inner_html(construct.first_in(XHTML, "div").unwrap_or(construct))),
        _ => return None,
    })
}

/// A text construct's words.
fn words(construct: &Element) -> String {
    match construct.attribute("type").map(str::trim) {
        Some("html" | "text/html") => {
            let text = construct.text();
            markup::words(&text, text.len())
        }
        Some(_) | None => construct.line().unwrap_or_default(),
    }
}

/// The page of an entry or a feed: the first `alternate` link, a web page rather than another format.
fn alternate(holder: &Element) -> Option<&str> {
    let links = || {
        let rel = |link: &&Element| matches!(link.attribute("rel").map_or("alternate", str::trim), "alternate" | "");
        holder.all("link").filter(rel).filter(|link| link.attribute("href").is_some_and(|href| !href.trim().is_empty()))
    };
    let page = |link: &Element| link.attribute("type").is_none_or(|mime| mime.contains("html"));
    links().find(|link| page(link)).or_else(|| links().next())?.attribute("href")
}

/// Enclosures become media; what is related is kept.
fn links(draft: &mut Draft, entry: &Element, around: &Around<'_>) {
    let mut related = Vec::new();
    for link in entry.all("link") {
        let Some(href) = link.attribute("href") else { continue };
        let around = around.clone().within(link);
        match link.attribute("rel").map(str::trim) {
            Some("enclosure") => draft.add_medium(Media {
                url: around.resolve(href),
                mime: link.attribute("type").map(str::to_owned),
                length: link.attribute("length").and_then(|length| length.trim().parse().ok()).filter(|length| *length > 0),
                caption: link.attribute("title").map(str::to_owned),
                ..Media::default()
            }),
            Some("related" | "via") => related.push(Value::Text(around.resolve(href).into())),
            Some(_) | None => {}
        }
    }
    draft.set_list("related", related);
}

fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}
