//! The `data` member of a bulletin's body.

use std::sync::Arc;

use serde::Serialize;
use url::Url;

use crate::article::{Advisory, Article, Bulletin, BulletinId, BulletinKind, Entry, Field, Media, Person, Sequence};
use crate::config::Format;
use crate::desk::{Decision, Telling};
use crate::instant::Instant;
use crate::render::Rendered;

/// Where feeds are public, to name those that carry an article.
pub(super) struct FeedPlaces<'a> {
    pub(super) base: &'a Url,
    pub(super) formats: &'a [Format],
}

impl FeedPlaces<'_> {
    fn urls(&self, entry: &Entry) -> Vec<String> {
        let url = |name: &str, format: &Format| self.base.join(&format!("{name}.{}", format.extension())).map(String::from);
        entry.feeds.iter().flat_map(|name| self.formats.iter().filter_map(|format| url(name.as_str(), format).ok())).collect()
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Data<'a> {
    Article(Box<Carried<'a>>),
    Gone(Gone<'a>),
}

#[derive(Serialize)]
struct Carried<'a> {
    id: &'a str,
    revision: u32,
    link: &'a str,
    headline: &'a str,
    summary: &'a str,
    html: &'a str,
    text: &'a str,
    authors: &'a [Person],
    contributors: &'a [Person],
    section: Option<&'a str>,
    tags: &'a [String],
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    licence: Option<&'a str>,
    breaking: bool,
    published: String,
    updated: String,
    media: Vec<Told<'a>>,
    feeds: Vec<String>,
    source: String,
    #[serde(flatten)]
    update: Option<Update<'a>>,
}

/// What an update says beyond the article.
#[derive(Serialize)]
struct Update<'a> {
    changed: &'a [Field],
    correction: Option<&'a str>,
}

#[derive(Serialize)]
struct Told<'a> {
    url: &'a str,
    #[serde(rename = "type")]
    mime: Option<&'a str>,
    length: Option<u64>,
    width: Option<u32>,
    height: Option<u32>,
    caption: Option<&'a str>,
    credit: Option<&'a str>,
}

#[derive(Serialize)]
struct Gone<'a> {
    id: &'a str,
    revision: u32,
    link: &'a str,
    headline: &'a str,
    reason: Option<&'a str>,
    advisory: Option<Advisory>,
}

/// The bulletin that tells of a decision. `shown` is the article with its text; a withdrawal carries none.
pub(super) fn bulletin(
    decision: &Decision,
    telling: &Telling,
    shown: Option<(&Article, &Rendered)>,
    places: &FeedPlaces<'_>,
    at: Instant,
) -> Bulletin {
    let entry = &decision.after;
    let data = match (telling.kind, shown) {
        (BulletinKind::Published | BulletinKind::Updated, Some((article, rendered))) => {
            Data::Article(Box::new(carried(entry, telling, article, rendered, places)))
        }
        (BulletinKind::Withdrawn, _) | (_, None) => Data::Gone(Gone {
            id: entry.id.as_str(),
            revision: entry.revision.0,
            link: entry.link.as_str(),
            headline: &entry.facts.headline,
            reason: telling.reason.as_deref(),
            advisory: telling.advisory,
        }),
    };
    let before = decision.before.as_ref();
    let mut feeds = entry.feeds.clone();
    for name in before.iter().flat_map(|entry| &entry.feeds) {
        if !feeds.contains(name) {
            feeds.push(name.clone());
        }
    }
    Bulletin {
        sequence: Sequence(0),
        id: BulletinId::of(&entry.id, entry.revision, telling.kind),
        article: entry.id.clone(),
        revision: entry.revision,
        kind: telling.kind,
        lane: telling.lane,
        at,
        feeds,
        breaking: entry.facts.breaking || before.is_some_and(|entry| entry.facts.breaking),
        // Plain data serialises always.
        data: Arc::from(serde_json::to_string(&data).unwrap_or_default()),
    }
}

fn carried<'a>(
    entry: &'a Entry,
    telling: &'a Telling,
    article: &'a Article,
    rendered: &'a Rendered,
    places: &FeedPlaces<'_>,
) -> Carried<'a> {
    let update = telling.kind == BulletinKind::Updated;
    Carried {
        id: entry.id.as_str(),
        revision: entry.revision.0,
        link: entry.link.as_str(),
        headline: &rendered.headline,
        summary: &rendered.summary,
        html: &rendered.html,
        text: &rendered.text,
        authors: &rendered.authors,
        contributors: &article.contributors,
        section: entry.facts.section.as_deref(),
        tags: &entry.facts.tags,
        language: entry.facts.language.as_deref(),
        licence: rendered.licence.as_deref(),
        breaking: entry.facts.breaking,
        published: entry.published.rfc3339(),
        updated: entry.updated.rfc3339(),
        media: rendered.media.iter().map(told).collect(),
        feeds: places.urls(entry),
        source: entry.path.to_string(),
        update: update.then(|| Update { changed: &telling.changed, correction: article.correction.as_deref() }),
    }
}

fn told(media: &Media) -> Told<'_> {
    Told {
        url: &media.url,
        mime: media.mime.as_deref(),
        length: media.length,
        width: media.width,
        height: media.height,
        caption: media.caption.as_deref(),
        credit: media.credit.as_deref(),
    }
}
