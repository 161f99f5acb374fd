//! JSON Feed 1.1, <https://www.jsonfeed.org/version/1.1/>.
//!
//! What it has no member for stands in extension objects, as its section "Extensions" allows: `_rights`, and `_newswire`, whose members
//! are called like the keys of front matter, so that the reader of JSON Feed reads them back.

use std::borrow::Cow;

use serde::Serialize;

use super::item::{Vocabulary, is_language_tag, one_line};
use super::{Channel, Item};
use crate::article::{Discussion, Location, Media, Origin, Person, Transcript};
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
    icon: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    favicon: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub<'a>>,
    #[serde(rename = "_rights", skip_serializing_if = "Option::is_none")]
    rights: Option<Rights>,
    items: [(); 0],
}

#[derive(Serialize)]
struct Hub<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    url: &'a str,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    external_url: Option<&'a str>,
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
    #[serde(rename = "_rights", skip_serializing_if = "Option::is_none")]
    rights: Option<Rights>,
    #[serde(rename = "_newswire", skip_serializing_if = "Further::is_empty")]
    further: Further<'a>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_in_seconds: Option<u32>,
}

/// What the other formats say and JSON Feed has no member for.
#[derive(Default, PartialEq, Serialize)]
struct Further<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<String>,
    #[serde(skip_serializing_if = "<[Person]>::is_empty")]
    contributors: &'a [Person],
    /// The lead image with what is said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a Media>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Place<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Whence<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    canonical_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comments: Option<Comments<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explicit: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    season: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    episode: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    episode_type: Option<&'static str>,
    #[serde(skip_serializing_if = "<[Transcript]>::is_empty")]
    transcripts: &'a [Transcript],
    #[serde(skip_serializing_if = "Option::is_none")]
    chapters: Option<&'a str>,
    #[serde(skip_serializing_if = "<[Person]>::is_empty")]
    guests: &'a [Person],
}

#[derive(PartialEq, Serialize)]
struct Place<'a> {
    latitude: f64,
    longitude: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

#[derive(PartialEq, Serialize)]
struct Whence<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed: Option<&'a str>,
}

#[derive(PartialEq, Serialize)]
struct Comments<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed: Option<&'a str>,
}

impl<'a> Further<'a> {
    fn of(item: &Item<'a>) -> Self {
        let rendered = item.rendered;
        let particulars = &rendered.particulars;
        let said = |image: &&Media| image.alt.is_some() || image.caption.is_some() || image.credit.is_some();
        let section = item.categories().into_iter().find(|category| category.vocabulary == Vocabulary::Section);
        let own = Self {
            section: section.map(|section| section.name),
            contributors: &rendered.contributors,
            image: rendered.lead_image().filter(said),
            location: particulars.location.as_ref().map(Place::of),
            source: particulars.origin.as_ref().and_then(Whence::of),
            canonical_url: particulars.origin.as_ref().and_then(|origin| origin.canonical.as_deref()),
            comments: particulars.discussion.as_ref().map(Comments::of),
            explicit: particulars.explicit,
            ..Self::default()
        };
        match &particulars.episode {
            None => own,
            Some(episode) => Self {
                season: episode.season,
                episode: episode.number,
                episode_type: episode.kind.map(crate::article::EpisodeKind::as_str),
                transcripts: &episode.transcripts,
                chapters: episode.chapters.as_deref(),
                guests: &episode.guests,
                ..own
            },
        }
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl<'a> Place<'a> {
    fn of(location: &'a Location) -> Self {
        Self { latitude: location.latitude(), longitude: location.longitude(), name: location.name.as_deref() }
    }
}

impl<'a> Whence<'a> {
    fn of(origin: &'a Origin) -> Option<Self> {
        let known = Self { name: origin.name.as_deref(), url: origin.page.as_deref(), feed: origin.feed.as_deref() };
        (known.url.is_some() || known.feed.is_some()).then_some(known)
    }
}

impl<'a> Comments<'a> {
    fn of(discussion: &'a Discussion) -> Self {
        Self { count: discussion.count, url: discussion.page.as_deref(), feed: discussion.feed.as_deref() }
    }
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
        external_url: item.elsewhere(),
        title: &rendered.headline,
        content_html,
        content_text,
        summary: &summary,
        image: rendered.lead_image().map(|image| image.url.as_str()),
        date_published: published.rfc3339(),
        date_modified: updated.rfc3339(),
        authors: rendered.authors.iter().map(author).collect(),
        tags: item.categories().into_iter().map(|category| category.name).collect(),
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
                    duration_in_seconds: medium.duration,
                })
            })
            .collect(),
        further: Further::of(&item),
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
        icon: channel.look.icon.as_ref().map(url::Url::as_str),
        favicon: channel.look.favicon.as_ref().map(url::Url::as_str),
        language: Some(channel.language.as_str()).filter(|language| is_language_tag(language)),
        authors: name.map(|name| Author { name, url: None }).into_iter().collect(),
        hubs: channel.hubs.iter().map(|hub| Hub { kind: "WebSub", url: hub.as_str() }).collect(),
        rights: channel.rights.as_deref().map(|rights| Rights { text: Some(one_line(rights).into_owned()), url: None }),
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
