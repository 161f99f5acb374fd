//! Atom 1.0 (RFC 4287), written by the `atom_syndication` crate.

use atom_syndication::{Category, Content as Body, Entry, Feed, FixedDateTime, Generator, Link, Person, Text};

use super::extension::MEDIA_NAMESPACE;
use super::item::{is_language_tag, one_line};
use super::{Channel, GENERATOR, Item, splice};
use crate::article;
use crate::config::Format;
use crate::instant::Instant;

/// What ends every document; the entries go before it.
pub(super) const FOOT: &str = "</feed>";

/// `<entry>…</entry>`
pub(super) fn entry(item: Item<'_>) -> Vec<u8> {
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
    let made = Entry {
        title: Text::plain(rendered.headline.clone()),
        id: one_line(entry.id.as_str()).into_owned(),
        updated: date(updated),
        authors: rendered.authors.iter().map(person).collect(),
        contributors: rendered.contributors.iter().map(person).collect(),
        categories: item.categories().into_iter().map(|term| Category { term, ..Category::default() }).collect(),
        links,
        published: Some(date(published)),
        rights: licence.and_then(|licence| licence.words).map(|words| Text::plain(words.into_owned())),
        summary: Some(item.summary().into_owned()).filter(|text| !text.is_empty()).map(Text::plain),
        content: item.has_text().then(|| Body {
            value: Some(rendered.html.clone()),
            content_type: Some("html".to_owned()),
            ..Body::default()
        }),
        ..Entry::default()
    };
    let size = rendered.html.len() + rendered.html.len() / 4 + rendered.summary.len() + 2048;
    let document = write(&Feed { entries: vec![made], ..Feed::default() }, size);
    splice::entry(&document, "entry", FOOT, item, |_| ())
}

/// The document without entries.
pub(super) fn envelope(channel: &Channel, updated: Instant) -> Vec<u8> {
    let mut links = vec![
        link("self", &channel.url(Format::Atom), Some(Format::Atom.media_type())),
        link("alternate", channel.site.as_str(), Some("text/html")),
    ];
    let others = channel.formats.iter().filter(|format| **format != Format::Atom);
    links.extend(others.map(|format| link("alternate", &channel.url(*format), Some(format.media_type()))));
    links.extend(channel.relations(Format::Atom).into_iter().map(|(rel, href)| link(rel, &href, Some(Format::Atom.media_type()))));
    let title = one_line(&channel.title).into_owned();
    // RFC 4287 section 4.1.1 wants an author in the feed unless every entry has one.
    let author = channel.author.as_deref().map(one_line).filter(|name| !name.is_empty()).map_or_else(|| title.clone(), Into::into);
    let made = Feed {
        id: one_line(channel.id.as_str()).into_owned(),
        updated: date(updated),
        authors: vec![Person { name: author, ..Person::default() }],
        generator: Some(Generator { value: GENERATOR.to_owned(), ..Generator::default() }),
        links,
        subtitle: Some(one_line(&channel.description).into_owned()).filter(|text| !text.is_empty()).map(Text::plain),
        title: Text::plain(title),
        namespaces: [("media".to_owned(), MEDIA_NAMESPACE.to_owned())].into(),
        lang: Some(channel.language.clone()).filter(|language| is_language_tag(language)),
        ..Feed::default()
    };
    write(&made, 2048)
}

fn write(feed: &Feed, size: usize) -> Vec<u8> {
    // The only errors are the sink's, and a vector has none.
    feed.write_to(Vec::with_capacity(size)).unwrap_or_default()
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
