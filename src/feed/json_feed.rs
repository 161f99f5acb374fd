//! JSON Feed 1.1, <https://www.jsonfeed.org/version/1.1/>.

use std::borrow::Cow;

use serde::Serialize;

use super::item::{is_language_tag, one_line};
use super::{Channel, Item};
use crate::article::Person;
use crate::config::{Content, Format};

/// What ends every document; the items go before it.
pub(super) const FOOT: &str = "]}";

#[derive(Serialize)]
struct Head<'a> {
    version: &'static str,
    title: Cow<'a, str>,
    home_page_url: &'a str,
    feed_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    items: [(); 0],
}

#[derive(Serialize)]
struct Author<'a> {
    name: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: Cow<'a, str>,
    url: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: String,
    date_modified: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment<'a>>,
    /// An extension object, as section "Extensions" allows.
    #[serde(rename = "_rights", skip_serializing_if = "Option::is_none")]
    rights: Option<Rights>,
}

#[derive(Serialize)]
struct Rights {
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Attachment<'a> {
    url: &'a str,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
}

/// One object of `items`.
pub(super) fn item(item: Item<'_>) -> Vec<u8> {
    let (entry, rendered) = (item.entry, item.rendered);
    let (published, updated) = item.dates();
    let summary = item.summary();
    // One of the two contents must be there.
    let (content_html, content_text) = match item.content {
        Content::Full => (Some(rendered.html.as_str()), None),
        Content::Summary => (None, Some(summary.as_ref())),
    };
    let made = Entry {
        id: one_line(entry.id.as_str()),
        url: entry.link.as_str(),
        title: &rendered.headline,
        content_html,
        content_text,
        summary: &summary,
        image: item.lead_image().map(|image| image.url.as_str()),
        date_published: published.rfc3339(),
        date_modified: updated.rfc3339(),
        authors: rendered.authors.iter().map(author).collect(),
        tags: item.categories(),
        language: item.own_language(),
        rights: item.licence().map(|licence| Rights { text: licence.words.map(Cow::into_owned), url: licence.url }),
        attachments: item
            .attached()
            .filter_map(|medium| {
                Some(Attachment {
                    url: &medium.url,
                    mime_type: medium.mime.as_deref()?,
                    title: medium.caption.as_deref().or(medium.alt.as_deref()),
                    size_in_bytes: medium.length,
                })
            })
            .collect(),
    };
    write(&made, rendered.html.len() + rendered.html.len() / 8 + rendered.summary.len() + 1024)
}

/// The document without items.
pub(super) fn envelope(channel: &Channel) -> Vec<u8> {
    let name = channel.author.as_deref().map(one_line).filter(|name| !name.is_empty());
    let made = Head {
        version: "https://jsonfeed.org/version/1.1",
        title: one_line(&channel.title),
        home_page_url: channel.site.as_str(),
        // It is what readers know the feed by, in every page of it.
        feed_url: channel.current_url(Format::Json),
        next_url: channel.next_url(),
        description: one_line(&channel.description),
        language: Some(channel.language.as_str()).filter(|language| is_language_tag(language)),
        authors: name.map(|name| Author { name, url: None }).into_iter().collect(),
        items: [],
    };
    write(&made, 1024)
}

fn author(person: &Person) -> Author<'_> {
    Author { name: Cow::Borrowed(&person.name), url: person.uri.as_deref() }
}

fn write(value: &impl Serialize, size: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(size);
    // Plain data into a vector cannot fail to serialise.
    let _ = serde_json::to_writer(&mut out, value);
    out
}
