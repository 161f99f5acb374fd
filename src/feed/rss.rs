//! RSS 2.0 with the RSS Advisory Board's profile, written by the `rss` crate.
//!
//! <https://www.rssboard.org/rss-specification>, <https://www.rssboard.org/rss-profile>

use std::time::Duration;

use rss::extension::atom::{AtomExtension, Link};
use rss::extension::dublincore::DublinCoreExtension;
use rss::{Category, Enclosure, Guid, Image, Source};

use super::extension::Writer;
use super::item::{is_language_tag, one_line};
use super::licence::Licence;
use super::modules::Modules;
use super::{Channel, GENERATOR, Item, media_rss, podcast, rsl, splice, surroundings};
use crate::article::{Origin, Person};
use crate::config::Format;
use crate::instant::Instant;

/// Prefixes and names of the namespaces that nearly every feed uses; declared on the root of each.
const NAMESPACES: [(&str, &str); 4] = [
    ("atom", "http://www.w3.org/2005/Atom"),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("media", media_rss::NAMESPACE),
];

/// What ends every document; the items go before it.
pub(super) const FOOT: &str = "</channel></rss>";

/// `<item>…</item>`
pub(super) fn item(item: Item<'_>) -> (Vec<u8>, Modules) {
    let (entry, rendered) = (item.entry, item.rendered);
    let particulars = &rendered.particulars;
    let (published, updated) = item.dates();
    let licence = item.licence();
    let names = |people: &[Person]| people.iter().map(|person| person.name.clone()).collect::<Vec<_>>();
    let made = rss::Item {
        title: Some(rendered.headline.clone()),
        link: Some(entry.link.to_string()),
        description: Some(as_html(&item.summary(), rendered.right_to_left)).filter(|text| !text.is_empty()),
        categories: item
            .categories()
            .into_iter()
            .map(|category| Category { domain: Some(item.scheme(category.vocabulary)), name: category.name })
            .collect(),
        comments: particulars.discussion.as_ref().and_then(|discussion| discussion.page.clone()),
        enclosure: item.enclosed().map(|(medium, mime, length)| Enclosure {
            url: medium.url.clone(),
            length: length.to_string(),
            mime_type: mime.to_owned(),
        }),
        guid: Some(Guid { value: one_line(entry.id.as_str()).into_owned(), permalink: entry.id.as_str() == entry.link.as_str() }),
        pub_date: Some(published.rfc822()),
        // RSS's own source is a feed; a page alone goes into a link.
        source: particulars.origin.as_ref().and_then(source),
        content: item.has_text().then(|| rendered.html.clone()),
        dublin_core_ext: Some(DublinCoreExtension {
            creators: names(&rendered.authors),
            contributors: names(&rendered.contributors),
            rights: licence.iter().map(|licence| licence.text().to_owned()).collect(),
            languages: item.own_language().map(str::to_owned).into_iter().collect(),
            sources: item.elsewhere().map(str::to_owned).into_iter().collect(),
            ..DublinCoreExtension::default()
        }),
        ..rss::Item::default()
    };
    let size = rendered.html.len() + rendered.summary.len() + 2048;
    let document = write(&rss::Channel { items: vec![made], ..rss::Channel::default() }, size);
    splice::entry(&document, "item", FOOT, item, |writer| {
        if updated > published {
            let updated = updated.rfc3339();
            writer.element("atom:updated", &[], &updated);
            writer.element("dcterms:modified", &[], &updated);
        }
        origin(writer, item);
        discussion(writer, item);
        match (licence.as_ref().and_then(Licence::creative_commons), licence.as_ref().and_then(|licence| licence.url.as_deref())) {
            (Some(url), _) => writer.element("creativeCommons:license", &[], url),
            (None, Some(url)) => writer.element("dcterms:license", &[], url),
            (None, None) => {}
        }
        surroundings::place(writer, item);
        podcast::episode(writer, item);
        rsl::terms(writer, item);
    })
}

/// Where it was published before.
fn origin(writer: &mut Writer<'_>, item: Item<'_>) {
    let Some(origin) = &item.rendered.particulars.origin else { return };
    for (rel, url, title) in [("via", &origin.page, origin.name.as_deref()), ("canonical", &origin.canonical, None)] {
        if let Some(url) = url {
            writer.empty("atom:link", &[("rel", Some(rel)), ("href", Some(url)), ("title", title)]);
        }
    }
}

/// The feed that it was taken from; where nobody said whose it is, its host, for RSS wants a name.
fn source(origin: &Origin) -> Option<Source> {
    let url = origin.feed.clone()?;
    let host = || url::Url::parse(&url).ok()?.host_str().map(str::to_owned);
    Some(Source { title: origin.name.clone().or_else(host), url })
}

/// How much it is discussed, and the comments' own feed.
fn discussion(writer: &mut Writer<'_>, item: Item<'_>) {
    let Some(discussion) = &item.rendered.particulars.discussion else { return };
    writer.optional("slash:comments", discussion.count.map(|count| count.to_string()).as_deref());
    if let Some(feed) = &discussion.feed {
        writer.empty("atom:link", &[("rel", Some("replies")), ("href", Some(feed))]);
    }
}

/// The document without items, declaring what these use.
pub(super) fn envelope(channel: &Channel, updated: Instant, used: Modules) -> Vec<u8> {
    let to = |rel: &str, format: Format, href: String| Link {
        href,
        rel: rel.to_owned(),
        mime_type: Some(format.media_type().to_owned()),
        ..Link::default()
    };
    let link = |rel: &str, format: Format| to(rel, format, channel.url(format));
    let mut links = vec![link("self", Format::Rss)];
    links.extend(channel.formats.iter().filter(|format| **format != Format::Rss).map(|format| link("alternate", *format)));
    links.extend(channel.hubs.iter().map(|hub| Link { href: hub.to_string(), rel: "hub".to_owned(), ..Link::default() }));
    links.extend(channel.relations(Format::Rss).into_iter().map(|(rel, href)| to(rel, Format::Rss, href)));
    let author = channel.author.as_deref().map(one_line).filter(|name| !name.is_empty()).map(String::from);
    let title = one_line(&channel.title).into_owned();
    let mut made = rss::Channel {
        link: channel.site.to_string(),
        description: one_line(&channel.description).into_owned(),
        language: Some(channel.language.clone()).filter(|language| is_language_tag(language)),
        copyright: channel.rights.as_deref().map(one_line).map(String::from),
        last_build_date: Some(updated.rfc822()),
        generator: Some(GENERATOR.to_owned()),
        docs: Some("https://www.rssboard.org/rss-specification".to_owned()),
        ttl: channel.update_interval.map(|interval| (interval.as_secs() / 60).max(1).to_string()),
        image: image(channel, &title),
        atom_ext: Some(AtomExtension { links }),
        dublin_core_ext: author.map(|author| DublinCoreExtension { creators: vec![author], ..DublinCoreExtension::default() }),
        title,
        ..rss::Channel::default()
    };
    let write = |used: Modules| {
        let declared = used.declared().map(|module| (module.prefix.to_owned(), module.namespace.to_owned()));
        let every = NAMESPACES.iter().map(|(prefix, name)| ((*prefix).to_owned(), (*name).to_owned()));
        made.namespaces = every.chain(declared).collect();
        self::write(&made, 4096)
    };
    splice::head(FOOT, used, write, |writer| {
        if let Some(interval) = channel.update_interval {
            syndication(writer, interval);
        }
        channel.webfeeds(writer);
        if let Some(show) = &channel.podcast {
            podcast::show(writer, channel, show);
        }
    })
}

/// The channel's picture. RSS takes GIF, JPEG and PNG.
fn image(channel: &Channel, title: &str) -> Option<Image> {
    let drawn = |url: &&url::Url| !url.path().to_ascii_lowercase().ends_with(".svg");
    let url = channel.look.logo.iter().chain(&channel.look.icon).find(drawn)?;
    Some(Image { url: url.to_string(), title: title.to_owned(), link: channel.site.to_string(), ..Image::default() })
}

/// How often to look, by the syndication module: so many times in a period.
fn syndication(writer: &mut Writer<'_>, interval: Duration) {
    const HOUR: u64 = 3600;
    let periods = [("hourly", HOUR), ("daily", 24 * HOUR), ("weekly", 7 * 24 * HOUR), ("monthly", 30 * 24 * HOUR)];
    let interval = interval.as_secs().max(1);
    let (name, period) = periods.into_iter().find(|(_, period)| interval <= *period).unwrap_or(periods[3]);
    writer.element("sy:updatePeriod", &[], name);
    writer.element("sy:updateFrequency", &[], &((period + interval / 2) / interval).max(1).to_string());
}

fn write(channel: &rss::Channel, size: usize) -> Vec<u8> {
    // The only errors are the sink's, and a vector has none.
    channel.write_to(Vec::with_capacity(size)).unwrap_or_default()
}

/// Plain text in a place that the specification fills with HTML.
fn as_html(text: &str, right_to_left: bool) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    if right_to_left && !text.trim().is_empty() {
        out.push_str("<div dir=\"rtl\">");
    }
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
    if right_to_left && !out.is_empty() {
        out.push_str("</div>");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_often_to_look_is_a_number_of_times_in_a_period() {
        for (minutes, period, times) in [
            (1, "hourly", "60"),
            (15, "hourly", "4"),
            (60, "hourly", "1"),
            (90, "daily", "16"),
            (1440, "daily", "1"),
            (43_200, "monthly", "1"),
        ] {
            let mut out = Vec::new();
            syndication(&mut Writer::new(&mut out), Duration::from_mins(minutes));
            let expected = format!("<sy:updatePeriod>{period}</sy:updatePeriod><sy:updateFrequency>{times}</sy:updateFrequency>");
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{minutes}");
        }
    }
}
