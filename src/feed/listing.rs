//! Every feed of a site in one list: OPML 2.0 (<http://opml.org/spec2.opml>) for feed readers, plain JSON for programs.

use serde::Serialize;
use url::Url;

use super::extension::Writer;
use super::item::one_line;
use crate::article::FeedName;
use crate::config::Format;

/// The file of the OPML list under the feeds folder.
pub const OPML_FILE: &str = "feeds.opml";

/// The file of the JSON list under the feeds folder; no feed's name begins with a dot.
pub const LIST_FILE: &str = ".well-known/feeds";

/// A feed in the list.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// Its name.
    pub name: &'a FeedName,
    /// Its title.
    pub title: &'a str,
    /// Its description.
    pub description: &'a str,
    /// For a feed of a family: what it is for.
    pub value: Option<&'a str>,
}

/// The feeds of one family, or, without one, those that are none's.
#[derive(Debug)]
pub struct Group<'a> {
    /// The family's name and what its feeds are called together.
    pub family: Option<(String, &'a str)>,
    /// They, in their order.
    pub feeds: Vec<Listed<'a>>,
}

/// The site that the feeds are of.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its page.
    pub url: &'a Url,
    /// Its language.
    pub language: &'a str,
    /// Where the feeds folder is public.
    pub base: &'a Url,
    /// The formats of every feed.
    pub formats: &'a [Format],
}

impl Site<'_> {
    fn address(&self, name: &FeedName, format: Format) -> String {
        let file = format!("{name}.{}", format.extension());
        self.base.join(&file).map_or_else(|_| format!("{}{file}", self.base), Into::into)
    }
}

/// How OPML calls a format's version: the specification names RSS's; for the others what readers write.
const fn version(format: Format) -> &'static str {
    match format {
        Format::Rss => "RSS2",
        Format::Atom => "ATOM1",
        Format::Json => "JSON1",
    }
}

/// The list as a subscription list of OPML 2.0: each feed once, in the first of its formats, those of a family under its outline.
pub fn opml(site: Site<'_>, groups: &[Group<'_>]) -> Vec<u8> {
    let mut out = b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".to_vec();
    let title = one_line(site.title);
    Writer::new(&mut out).parent("opml", &[("version", Some("2.0"))], |writer| {
        writer.line();
        writer.parent("head", &[], |writer| {
            writer.element("title", &[], &title);
            writer.element("docs", &[], "http://opml.org/spec2.opml");
        });
        writer.line();
        writer.parent("body", &[], |writer| {
            for group in groups {
                match &group.family {
                    None => group.feeds.iter().for_each(|feed| outline(writer, site, feed)),
                    Some((_, text)) => {
                        writer.line();
                        writer.parent("outline", &[("text", Some(&one_line(text)))], |writer| {
                            group.feeds.iter().for_each(|feed| outline(writer, site, feed));
                            writer.line();
                        });
                    }
                }
            }
            writer.line();
        });
        writer.line();
    });
    out.push(b'\n');
    out
}

fn outline(writer: &mut Writer<'_>, site: Site<'_>, feed: &Listed<'_>) {
    let Some(format) = site.formats.first().copied() else { return };
    let (title, description, address) = (one_line(feed.title), one_line(feed.description), site.address(feed.name, format));
    writer.line();
    writer.empty(
        "outline",
        &[
            ("type", Some("rss")),
            ("text", Some(&title)),
            ("title", Some(&title)),
            ("description", Some(&description).filter(|text| !text.is_empty()).map(|text| &**text)),
            ("version", Some(version(format))),
            ("language", Some(site.language)),
            ("xmlUrl", Some(&address)),
            ("htmlUrl", Some(site.url.as_str())),
        ],
    );
}

/// One feed of the JSON list.
#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    title: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    atom: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    json: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
}

/// The list as plain JSON: an array of objects, one a line.
pub fn json_list(site: Site<'_>, groups: &[Group<'_>]) -> Vec<u8> {
    let mut out = b"[".to_vec();
    let feeds = groups.iter().flat_map(|group| group.feeds.iter().map(move |feed| (group, feed)));
    for (at, (group, feed)) in feeds.enumerate() {
        let address = |format| site.formats.contains(&format).then(|| site.address(feed.name, format));
        let row = Row {
            name: feed.name.as_str(),
            title: feed.title,
            description: feed.description,
            rss: address(Format::Rss),
            atom: address(Format::Atom),
            json: address(Format::Json),
            family: group.family.as_ref().map(|(name, _)| name.as_str()),
            value: feed.value,
        };
        out.extend_from_slice(if at == 0 { b"\n" } else { b",\n" });
        // Plain data serialises always.
        out.extend(serde_json::to_vec(&row).unwrap_or_default());
    }
    out.extend_from_slice(b"\n]\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed<'a>(name: &'a FeedName, title: &'a str, value: Option<&'a str>) -> Listed<'a> {
        Listed { name, title, description: "News & more", value }
    }

    #[test]
    fn both_lists_as_they_are_written() {
        let names = ["all", "tag/c--0123456789", "tag/été"].map(|name| FeedName::parse(name).unwrap());
        let (url, base) = (Url::parse("https://example.org/").unwrap(), Url::parse("https://example.org/feeds/").unwrap());
        let site = Site { title: "Example <Times>", url: &url, language: "en", base: &base, formats: &Format::ALL };
        let groups = [
            Group { family: None, feeds: vec![listed(&names[0], "Example <Times>", None)] },
            Group {
                family: Some(("tag/{tag}".to_owned(), "Tags")),
                feeds: vec![listed(&names[1], "News about \"C++\"", Some("C++")), listed(&names[2], "Été\u{1}", Some("Été"))],
            },
        ];
        insta::assert_snapshot!("opml", String::from_utf8(opml(site, &groups)).unwrap());
        insta::assert_snapshot!("json_list", String::from_utf8(json_list(site, &groups)).unwrap());
        let none = String::from_utf8(json_list(Site { formats: &[Format::Atom], ..site }, &[])).unwrap();
        assert_eq!(serde_json::from_str::<Vec<serde_json::Value>>(&none).unwrap().len(), 0);
    }
}
