//! RSS 2.0 with the RSS Advisory Board's profile, written by the `rss` crate.
//!
//! <https://www.rssboard.org/rss-specification>, <https://www.rssboard.org/rss-profile>

use rss::extension::atom::{AtomExtension, Link};
use rss::extension::dublincore::DublinCoreExtension;
use rss::{Category, Enclosure, Guid};

use super::extension::MEDIA_NAMESPACE;
use super::item::{is_language_tag, one_line};
use super::{Channel, GENERATOR, Item, licence, splice};
use crate::config::Format;
use crate::instant::Instant;

/// Prefixes and names of the namespaces that items use; declared once, on the root.
const NAMESPACES: [(&str, &str); 4] = [
    ("atom", "http://www.w3.org/2005/Atom"),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("media", MEDIA_NAMESPACE),
];

/// What ends every document; the items go before it.
pub(super) const FOOT: &str = "</channel></rss>";

/// `<item>…</item>`
pub(super) fn item(item: Item<'_>) -> Vec<u8> {
    let (entry, rendered) = (item.entry, item.rendered);
    let (published, updated) = item.dates();
    let licence = item.licence();
    let names = |people: &[crate::article::Person]| people.iter().map(|person| person.name.clone()).collect::<Vec<_>>();
    let made = rss::Item {
        title: Some(rendered.headline.clone()),
        link: Some(entry.link.to_string()),
        description: Some(as_html(&item.summary())).filter(|text| !text.is_empty()),
        categories: item.categories().into_iter().map(|name| Category { name, domain: None }).collect(),
        enclosure: item.enclosed().map(|(medium, mime, length)| Enclosure {
            url: medium.url.clone(),
            length: length.to_string(),
            mime_type: mime.to_owned(),
        }),
        guid: Some(Guid { value: one_line(entry.id.as_str()).into_owned(), permalink: entry.id.as_str() == entry.link.as_str() }),
        pub_date: Some(published.rfc822()),
        content: item.has_text().then(|| rendered.html.clone()),
        dublin_core_ext: Some(DublinCoreExtension {
            creators: names(&rendered.authors),
            contributors: names(&rendered.contributors),
            rights: licence.iter().map(|licence| licence.text().to_owned()).collect(),
            languages: item.own_language().map(str::to_owned).into_iter().collect(),
            ..DublinCoreExtension::default()
        }),
        ..rss::Item::default()
    };
    let size = rendered.html.len() + rendered.summary.len() + 2048;
    let document = write(&rss::Channel { items: vec![made], ..rss::Channel::default() }, size);
    splice::entry(&document, "item", FOOT, item, |writer| {
        if updated > published {
            writer.element("atom:updated", &[], &updated.rfc3339());
        }
        if let Some(url) = licence.as_ref().and_then(licence::Licence::creative_commons) {
            // Few feeds have one: it brings its namespace with it.
            writer.element("creativeCommons:license", &[("xmlns:creativeCommons", Some(licence::NAMESPACE))], url);
        }
    })
}

/// The document without items.
pub(super) fn envelope(channel: &Channel, updated: Instant) -> Vec<u8> {
    let to = |rel: &str, format: Format, href: String| Link {
        href,
        rel: rel.to_owned(),
        mime_type: Some(format.media_type().to_owned()),
        ..Link::default()
    };
    let link = |rel: &str, format: Format| to(rel, format, channel.url(format));
    let mut links = vec![link("self", Format::Rss)];
    links.extend(channel.formats.iter().filter(|format| **format != Format::Rss).map(|format| link("alternate", *format)));
    links.extend(channel.relations(Format::Rss).into_iter().map(|(rel, href)| to(rel, Format::Rss, href)));
    let author = channel.author.as_deref().map(one_line).filter(|name| !name.is_empty()).map(String::from);
    let made = rss::Channel {
        title: one_line(&channel.title).into_owned(),
        link: channel.site.to_string(),
        description: one_line(&channel.description).into_owned(),
        language: Some(channel.language.clone()).filter(|language| is_language_tag(language)),
        last_build_date: Some(updated.rfc822()),
        generator: Some(GENERATOR.to_owned()),
        docs: Some("https://www.rssboard.org/rss-specification".to_owned()),
        atom_ext: Some(AtomExtension { links }),
        dublin_core_ext: author.map(|author| DublinCoreExtension { creators: vec![author], ..DublinCoreExtension::default() }),
        namespaces: NAMESPACES.iter().map(|(prefix, name)| ((*prefix).to_owned(), (*name).to_owned())).collect(),
        ..rss::Channel::default()
    };
    write(&made, 2048)
}

fn write(channel: &rss::Channel, size: usize) -> Vec<u8> {
    // The only errors are the sink's, and a vector has none.
    channel.write_to(Vec::with_capacity(size)).unwrap_or_default()
}

/// Plain text in a place that the specification fills with HTML.
fn as_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (index, paragraph) in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()).enumerate() {
        if index > 0 {
            out.push_str("<br><br>");
        }
        for c in paragraph.trim().chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '\n' => out.push_str("<br>"),
                other => out.push(other),
            }
        }
    }
    out
}
