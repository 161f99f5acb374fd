//! Atom 1.0 (RFC 4287), written by the `atom_syndication` crate.

use atom_syndication::{Category, Content as Body, Entry, Feed, FixedDateTime, Generator, Link, Person, Text, WriteConfig};

use super::extension::Writer;
use super::item::{is_language_tag, one_line};
use super::modules::Modules;
use super::{Channel, GENERATOR, Item, media_rss, splice, surroundings, xhtml};
use crate::article;
use crate::config::{AtomContent, Format};
use crate::instant::Instant;

/// What ends every document; the entries go before it.
pub(super) const FOOT: &str = "</feed>";

/// `<entry>…</entry>`
pub(super) fn entry(item: Item<'_>) -> (Vec<u8>, Modules) {
    let (entry, rendered) = (item.entry, item.rendered);
    let (published, updated) = item.dates();
    let licence = item.licence();
    let mut links = vec![link("alternate", entry.link.as_str(), Some("text/html"))];
    links.extend(item.attached().map(|medium| Link {
        length: medium.length.map(|length| length.to_string()),
        title: medium.caption.clone().or_else(|| medium.alt.clone()),
        ..link("enclosure", &medium.url, medium.mime.as_deref())
    }));
    links.extend(licence.as_ref().and_then(|licence| licence.url.as_deref()).map(|url| link("license", url, None)));
    let origin = rendered.particulars.origin.as_ref();
    if let Some(page) = origin.and_then(|origin| origin.page.as_deref()) {
        links.push(Link { title: origin.and_then(|origin| origin.name.clone()), ..link("via", page, None) });
    }
    links.extend(origin.and_then(|origin| origin.canonical.as_deref()).map(|url| link("canonical", url, None)));
    let made = Entry {
        title: Text::plain(rendered.headline.clone()),
        id: one_line(entry.id.as_str()).into_owned(),
        updated: date(updated),
        authors: rendered.authors.iter().map(person).collect(),
        contributors: rendered.contributors.iter().map(person).collect(),
        categories: item
            .categories()
            .into_iter()
            .map(|category| Category {
                scheme: Some(item.scheme(category.vocabulary)),
                label: Some(category.name.clone()),
                term: category.name,
            })
            .collect(),
        links,
        published: Some(date(published)),
        rights: licence.and_then(|licence| licence.words).map(|words| Text::plain(words.into_owned())),
        summary: Some(item.summary().into_owned()).filter(|text| !text.is_empty()).map(Text::plain),
        content: item.has_text().then(|| content(item)),
        ..Entry::default()
    };
    let size = rendered.html.len() + rendered.html.len() / 4 + rendered.summary.len() + 2048;
    let document = write(&Feed { entries: vec![made], ..Feed::default() }, size);
    splice::entry(&document, "entry", FOOT, item, |writer| {
        source(writer, item);
        replies(writer, item);
        surroundings::place(writer, item);
    })
}

fn content(item: Item<'_>) -> Body {
    let html = &item.rendered.html;
    let elements = match item.style.atom_content {
        AtomContent::Html => None,
        AtomContent::Xhtml => xhtml::element(html),
    };
    let kind = if elements.is_some() { "xhtml" } else { "html" };
    Body { value: Some(elements.unwrap_or_else(|| html.clone())), content_type: Some(kind.to_owned()), ..Body::default() }
}

/// The feed that it was taken from (section 4.2.11). When that feed changed is not known, and not made up.
fn source(writer: &mut Writer<'_>, item: Item<'_>) {
    let Some(origin) = &item.rendered.particulars.origin else { return };
    let Some(feed) = &origin.feed else { return };
    writer.parent("source", &[], |writer| {
        writer.element("id", &[], feed);
        writer.optional("title", origin.name.as_deref());
        writer.empty("link", &[("rel", Some("self")), ("href", Some(feed))]);
    });
}

/// Where it is discussed, and how much (RFC 4685).
fn replies(writer: &mut Writer<'_>, item: Item<'_>) {
    let Some(discussion) = &item.rendered.particulars.discussion else { return };
    let count = discussion.count.map(|count| count.to_string());
    // Of which type a feed of comments is, nobody said.
    for (url, mime) in [(&discussion.page, Some("text/html")), (&discussion.feed, None)] {
        if let Some(url) = url {
            writer.empty("link", &[("rel", Some("replies")), ("type", mime), ("href", Some(url)), ("thr:count", count.as_deref())]);
        }
    }
    writer.optional("thr:total", count.as_deref());
}

/// The document without entries, declaring what these use.
pub(super) fn envelope(channel: &Channel, updated: Instant, used: Modules) -> Vec<u8> {
    let mut links = vec![
        link("self", &channel.url(Format::Atom), Some(Format::Atom.media_type())),
        link("alternate", channel.site.as_str(), Some("text/html")),
    ];
    let others = channel.formats.iter().filter(|format| **format != Format::Atom);
    links.extend(others.map(|format| link("alternate", &channel.url(*format), Some(format.media_type()))));
    links.extend(channel.hubs.iter().map(|hub| link("hub", hub.as_str(), None)));
    links.extend(channel.relations(Format::Atom).into_iter().map(|(rel, href)| link(rel, &href, Some(Format::Atom.media_type()))));
    let title = one_line(&channel.title).into_owned();
    // RFC 4287 section 4.1.1 wants an author in the feed unless every entry has one.
    let author = channel.author.as_deref().map(one_line).filter(|name| !name.is_empty()).map_or_else(|| title.clone(), Into::into);
    let mut made = Feed {
        id: one_line(channel.id.as_str()).into_owned(),
        updated: date(updated),
        authors: vec![Person { name: author, ..Person::default() }],
        generator: Some(Generator { value: GENERATOR.to_owned(), ..Generator::default() }),
        icon: channel.look.icon.as_ref().map(ToString::to_string),
        logo: channel.look.logo.as_ref().map(ToString::to_string),
        links,
        rights: channel.rights.as_deref().map(|rights| Text::plain(one_line(rights).into_owned())),
        subtitle: Some(one_line(&channel.description).into_owned()).filter(|text| !text.is_empty()).map(Text::plain),
        title: Text::plain(title),
        lang: Some(channel.language.clone()).filter(|language| is_language_tag(language)),
        ..Feed::default()
    };
    let write = |used: Modules| {
        let declared = used.declared().map(|module| (module.prefix.to_owned(), module.namespace.to_owned()));
        made.namespaces = std::iter::once(("media".to_owned(), media_rss::NAMESPACE.to_owned())).chain(declared).collect();
        // The crate's own declaration names no encoding.
        let declaration = b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
        [declaration, self::write(&made, 4096).as_slice()].concat()
    };
    splice::head(FOOT, used, write, |writer| channel.webfeeds(writer))
}

fn write(feed: &Feed, size: usize) -> Vec<u8> {
    let bare = WriteConfig { write_document_declaration: false, indent_size: None };
    // The only errors are the sink's, and a vector has none.
    feed.write_with_config(Vec::with_capacity(size), bare).unwrap_or_default()
}

fn link(rel: &str, href: &str, mime: Option<&str>) -> Link {
    Link { rel: rel.to_owned(), href: href.to_owned(), mime_type: mime.map(str::to_owned), ..Link::default() }
}

fn person(person: &article::Person) -> Person {
    Person { name: person.name.clone(), email: person.email.clone(), uri: person.uri.clone(), ..Person::default() }
}

/// The crate's own notion of a date; every instant is within its range.
fn date(instant: Instant) -> FixedDateTime {
    instant.rfc3339().parse().unwrap_or_default()
}
