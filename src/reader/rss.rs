//! RSS 2.0 with the modules that feeds use (Dublin Core, content, Media RSS, itunes), and RSS 1.0: a feed, or one item.

use url::Url;

use super::findings::{Findings, Place};
use super::front_matter::{self, Value};
use super::items::{self, Draft};
use super::xml::tree::{Element, XML};
use super::{Context, Piece, atom, markup, media_rss};
use crate::article::{Body, Media};

const CONTENT: &str = "http://purl.org/rss/1.0/modules/content/";
const DUBLIN_CORE: &str = "http://purl.org/dc/elements/1.1/";
const DUBLIN_CORE_TERMS: &str = "http://purl.org/dc/terms/";
const ITUNES: &str = "http://www.itunes.com/dtds/podcast-1.0.dtd";
const MEDIA: &str = "http://search.yahoo.com/mrss/";
/// The namespace of RSS 1.0's own elements.
pub(super) const RSS_1: &str = "http://purl.org/rss/1.0/";
/// RSS 1.0's document element and what names its items.
pub(super) const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// Reads a feed document, `rss` or `RDF`.
pub(super) fn read_feed(root: &Element, context: Context<'_>, findings: &mut Findings<'_>) -> Vec<Piece> {
    let own = |element: &&Element| matches!(element.namespace.as_deref(), None | Some(RSS_1));
    let channel = root.elements().filter(own).find(|element| element.name == "channel");
    let Some(channel) = channel else {
        let place = Place::new(root.place.line, root.place.column);
        findings.fail(place, "no-items", "the feed has no 'channel', in which its articles stand", "add <channel> with its items");
        return Vec::new();
    };
    // RSS 1.0 has its items beside the channel.
    let items = channel.elements().chain(root.elements()).filter(own).filter(|element| element.name == "item");
    let home = channel.first("link").and_then(Element::line);
    let drafts = items.map(|item| draft(item, Some(channel), findings)).collect();
    items::several(drafts, home.as_deref(), context, findings)
}

/// Reads a document that is one item.
pub(super) fn read_item(item: &Element, context: Context<'_>, findings: &mut Findings<'_>) -> Vec<Piece> {
    let draft = draft(item, None, findings);
    items::one(draft, context, findings)
}

fn draft(item: &Element, channel: Option<&Element>, findings: &mut Findings<'_>) -> Draft {
    let mut draft = Draft::at(item.place);
    let line = |name| item.first(name).and_then(Element::line);
    let line_in = |namespace, name| item.first_in(namespace, name).and_then(Element::line);
    let base = base(item, channel);
    let resolve = |address: String| base.as_ref().and_then(|base| base.join(&address).ok()).map_or(address, String::from);
    address(&mut draft, item, resolve);
    // Without a base of its own, a text's addresses are relative to the item's page.
    let stated = item.attribute_in(XML, "base").or_else(|| channel?.attribute_in(XML, "base")).is_some();
    draft.base = base.filter(|_| stated || draft.link.is_none());

    let title = line("title").or_else(|| line_in(ITUNES, "title")).or_else(|| line_in(DUBLIN_CORE, "title"));
    draft.set_text("title", title.map(plain).unwrap_or_default());
    draft.set_text("date", line("pubDate").or_else(|| line_in(DUBLIN_CORE, "date")).unwrap_or_default());
    let updated = line_in(atom::NAMESPACE, "updated").or_else(|| line_in(DUBLIN_CORE_TERMS, "modified"));
    draft.set_text("updated", updated.unwrap_or_default());
    let language = line_in(DUBLIN_CORE, "language").or_else(|| item.lang().map(str::to_owned));
    let inherited = || channel.and_then(|channel| channel.first("language").and_then(Element::line).or(channel.lang().map(str::to_owned)));
    draft.set_text("language", language.or_else(inherited).unwrap_or_default());
    let rights = line_in(DUBLIN_CORE, "rights").or_else(|| line_in(MEDIA, "copyright"));
    let feeds = || channel.and_then(|channel| channel.first("copyright").and_then(Element::line));
    draft.set_text("rights", rights.or_else(feeds).unwrap_or_default());
    people(&mut draft, item, channel);
    tags(&mut draft, item);
    text(&mut draft, item);
    media(&mut draft, item, findings);
    episode(&mut draft, item);
    draft
}

/// What podcasts say of an episode.
fn episode(draft: &mut Draft, item: &Element) {
    for (name, key) in [("episode", "episode"), ("season", "season"), ("episodeType", "episodetype"), ("explicit", "explicit")] {
        draft.set_text(key, item.first_in(ITUNES, name).and_then(Element::line).unwrap_or_default());
    }
    let recording = draft.media.iter_mut().find(|medium| medium.mime.as_deref().is_some_and(|mime| !mime.starts_with("image/")));
    if let Some(recording) = recording {
        let duration = || front_matter::duration(&item.first_in(ITUNES, "duration").and_then(Element::line)?);
        recording.duration = recording.duration.or_else(duration);
    }
}

/// What relative addresses are relative to: `xml:base`, else the channel's page.
fn base(item: &Element, channel: Option<&Element>) -> Option<Url> {
    let page = channel.and_then(|channel| channel.first("link").and_then(Element::line));
    let mut base = page.and_then(|page| Url::parse(&page).ok());
    for written in [channel.and_then(|channel| channel.attribute_in(XML, "base")), item.attribute_in(XML, "base")].into_iter().flatten() {
        base = base.as_ref().map_or_else(|| Url::parse(written.trim()).ok(), |base| base.join(written.trim()).ok());
    }
    base
}

/// Its id and its page. A `guid` is a page's address unless it says that it is none.
fn address(draft: &mut Draft, item: &Element, resolve: impl Fn(String) -> String) {
    let guid = item.first("guid");
    draft.id = guid.and_then(Element::line).or_else(|| item.attribute_in(RDF, "about").map(str::to_owned));
    let is_page = guid.is_some_and(|guid| guid.attribute("isPermaLink").is_none_or(|flag| !flag.trim().eq_ignore_ascii_case("false")));
    let page = || draft.id.clone().filter(|id| is_page && (id.starts_with("http://") || id.starts_with("https://")));
    let atom_link = || {
        let links = item.all_in(atom::NAMESPACE, "link");
        let own = links.filter(|link| matches!(link.attribute("rel"), None | Some("alternate")));
        own.filter_map(|link| link.attribute("href")).map(str::to_owned).next()
    };
    let link = item.first("link").and_then(Element::line).or_else(page).or_else(atom_link);
    draft.link = link.map(resolve);
}

fn people(draft: &mut Draft, item: &Element, channel: Option<&Element>) {
    let named = |holder: &Element, namespace: &str, name: &str| {
        holder.all_in(namespace, name).filter_map(Element::line).map(|name| Value::Text(plain(name).into())).collect::<Vec<_>>()
    };
    let mut authors = named(item, DUBLIN_CORE, "creator");
    if authors.is_empty() {
        authors = item.all("author").filter_map(Element::line).map(|name| Value::Text(name.into())).collect();
    }
    for holder in [Some(item), channel].into_iter().flatten() {
        if authors.is_empty() {
            authors = named(holder, ITUNES, "author");
        }
    }
    draft.set_list("authors", authors);
    draft.set_list("contributors", named(item, DUBLIN_CORE, "contributor"));
}

fn tags(draft: &mut Draft, item: &Element) {
    let is_section = |category: &&Element| category.attribute("domain").is_some_and(items::names_sections);
    draft.set_text("section", item.all("category").find(is_section).and_then(Element::line).map(plain).unwrap_or_default());
    let categories = item.all("category").filter(|category| !is_section(category));
    let tags = categories.chain(item.all_in(DUBLIN_CORE, "subject")).filter_map(Element::line);
    draft.set_list("tags", tags.map(|tag| Value::Text(plain(tag).into())).collect());
    let phrases = [MEDIA, ITUNES].iter().find_map(|namespace| item.first_in(namespace, "keywords").and_then(Element::line));
    draft.set_text("keywords", phrases.unwrap_or_default());
}

/// The whole text stands in `content:encoded` where there is one, and `description` sums it up; else it is the text itself.
fn text(draft: &mut Draft, item: &Element) {
    let whole = |element: Option<&Element>| element.map(Element::text).filter(|text| !text.trim().is_empty());
    let description = whole(item.first("description"));
    let summary = || whole(item.first_in(ITUNES, "summary"));
    let subtitle = whole(item.first_in(ITUNES, "subtitle"));
    let (body, standfirst) = match whole(item.first_in(CONTENT, "encoded")) {
        Some(content) => (Some(content), description.or_else(summary).or(subtitle)),
        None => match description {
            Some(description) => (Some(description), subtitle),
            None => (summary().or(subtitle), None),
        },
    };
    if let Some(body) = body {
        let words = |text: &str| markup::words(text, text.len());
        // A summary that is the text once more, or its beginning, sums up nothing.
        if let Some(standfirst) = standfirst.map(|text| words(&text)).filter(|standfirst| *standfirst != words(&body)) {
            draft.set_text("summary", standfirst);
        }
        draft.body = if markup::is_html(&body) { Body::Html(body) } else { items::paragraphs(&body) };
    }
}

fn media(draft: &mut Draft, item: &Element, findings: &mut Findings<'_>) {
    media_rss::add(draft, item);
    for enclosure in item.all("enclosure") {
        let Some(url) = enclosure.attribute("url").map(str::trim).filter(|url| !url.is_empty()) else {
            findings.warn(
                enclosure.place,
                "not-a-medium",
                "an enclosure has no 'url'; it was left out",
                "write <enclosure url=… type=… length=…/>",
            );
            continue;
        };
        draft.add_medium(Media {
            url: url.to_owned(),
            mime: enclosure.attribute("type").map(str::trim).filter(|mime| mime.contains('/')).map(str::to_owned),
            length: enclosure.attribute("length").and_then(|length| length.trim().parse().ok()).filter(|length| *length > 0),
            ..Media::default()
        });
    }
    if let Some(url) = item.first_in(ITUNES, "image").and_then(|image| image.attribute("href")) {
        draft.add_medium(Media { url: url.to_owned(), ..Media::default() });
    }
}

/// A text that is plain by the standard, and HTML in many feeds.
fn plain(text: String) -> String {
    if markup::is_html(&text) { markup::words(&text, text.len()) } else { text }
}
