//! The page at an article's permalink.

use std::sync::Arc;

use axum::http::HeaderValue;
use serde::Serialize;
use url::Url;

use super::address;
use super::article_json;
use super::linked_data;
use super::notice::Notice;
use super::pages::{Moment, Pages, direction, is_english, page};
use super::representation::Shared;
use super::site::Site;
use super::site_view::SiteView;
use super::theme::Page;
use crate::article::{Article, Body, Entry, Link, Media, Person, References, State};
use crate::instant::Instant;
use crate::ledger::{self, EntryKey};
use crate::render::{self, Place, Rendered};

/// As long as a feed may be kept: a correction should not take longer to reach readers than subscribers.
pub(super) const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// The page for a request's path, or why there is none.
pub(super) async fn find(pages: &Pages, path: &str, query: Option<&str>) -> Result<Shared, Notice> {
    let site = pages.site();
    let entry = entry_at(pages, &site, path, query).await?;
    if let Some(kept) = pages.cache.get(&site, &entry) {
        return Ok(kept);
    }
    // Many ask for a new article at once; whoever waited for a place finds it made.
    let place = pages.coder.place().await.ok_or(Notice::Broken)?;
    if let Some(kept) = pages.cache.get(&site, &entry) {
        return Ok(kept);
    }
    let (article, references) = article_of(pages, &site, &entry).await?;
    let (made_for, row) = (Arc::clone(&site), entry.clone());
    let made = place.work(move || make(&made_for, &row, &article, &references)).await.flatten().ok_or(Notice::Broken)?;
    pages.cache.put(&site, entry, Arc::clone(&made));
    Ok(made)
}

/// The public article at a request's path.
pub(super) async fn entry_at(pages: &Pages, site: &Site, path: &str, query: Option<&str>) -> Result<Entry, Notice> {
    let links = address::links(&site.url, path, query);
    if links.is_empty() {
        return Err(Notice::Missing);
    }
    let keys = links.iter().flat_map(|link| [EntryKey::Link(link.clone()), EntryKey::Gone(link.clone()), EntryKey::Past(link.clone())]);
    let entries = pages.state.ledger.entries(keys.collect()).await.map_err(|fault| pages.unavailable(&fault))?;
    choose(entries, &links)
}

/// An article as the house leaves it, and where what it links to stands.
pub(super) async fn article_of(pages: &Pages, site: &Site, entry: &Entry) -> Result<(Arc<Article>, References), Notice> {
    let sources = pages.state.ledger.sources(vec![entry.id.clone()]).await.map_err(|fault| pages.unavailable(&fault))?;
    let Some((_, article)) = sources.into_iter().find(|(id, _)| *id == entry.id) else {
        return Err(Notice::NotYet);
    };
    let article = site.house.edit(&entry.path, &article).article;
    let references = ledger::references(&*pages.state.ledger, &entry.path, render::references(&article));
    let references = references.await.map_err(|fault| pages.unavailable(&fault))?;
    Ok((article, references))
}

/// The public article among what stands at these links; else where the last that stood there has moved to; else what was
/// withdrawn there last. What is held is not betrayed.
fn choose(entries: Vec<Entry>, links: &[Link]) -> Result<Entry, Notice> {
    let mut gone: Option<(Instant, Option<String>)> = None;
    let mut public: Option<(usize, Entry)> = None;
    let mut moved: Option<Link> = None;
    for entry in entries {
        let place = links.iter().position(|link| *link == entry.link);
        match &entry.state {
            State::Live | State::RemovalPending { .. } => match place {
                Some(place) if public.as_ref().is_none_or(|(best, _)| place < *best) => public = Some((place, entry)),
                Some(_) => {}
                // Found by a link that it has left.
                None => moved = moved.or(Some(entry.link)),
            },
            State::Withdrawn { at, reason } => {
                if gone.as_ref().is_none_or(|(latest, _)| at > latest) {
                    gone = Some((*at, reason.clone()));
                }
            }
            State::Held { .. } | State::Expired => {}
        }
    }
    match (public, moved, gone) {
        (Some((_, entry)), _, _) => Ok(entry),
        (None, Some(to), _) => Err(Notice::Moved { to }),
        (None, None, Some((at, reason))) => Err(Notice::Withdrawn { at, reason }),
        (None, None, None) => Err(Notice::Missing),
    }
}

#[derive(Serialize)]
pub(super) struct View<'a> {
    site: SiteView<'a>,
    language: &'a str,
    direction: &'static str,
    english: bool,
    canonical: &'a str,
    headline: &'a str,
    description: &'a str,
    standfirst: Option<&'a str>,
    breaking: bool,
    section: Option<&'a str>,
    authors: Vec<PersonView<'a>>,
    contributors: Vec<PersonView<'a>>,
    published: Moment,
    updated: Option<Moment>,
    published_iso: String,
    updated_iso: String,
    correction: Option<&'a str>,
    note_label: &'static str,
    dateline: Option<&'a str>,
    lead: Option<&'a Media>,
    recordings: Vec<RecordingView<'a>>,
    html: &'a str,
    author_note: Option<&'a str>,
    credits: &'a [String],
    tags: &'a [String],
    picture: Option<&'a Media>,
    linked_data: String,
    json: Option<String>,
}

#[derive(Serialize)]
struct PersonView<'a> {
    name: &'a str,
    uri: Option<&'a str>,
}

impl<'a> PersonView<'a> {
    fn of(person: &'a Person) -> Self {
        Self { name: &person.name, uri: person.uri.as_deref().filter(|uri| is_web(uri)) }
    }
}

#[derive(Serialize)]
struct RecordingView<'a> {
    kind: &'static str,
    media: &'a Media,
}

fn make(site: &Site, entry: &Entry, article: &Article, references: &References) -> Option<Shared> {
    let rendered = render::render_text_alone(
        &body_alone(article),
        Place::of(entry, references).with_files(&site.feeds_url),
        site.author.as_deref(),
        &site.policy,
    );
    let html = with_own_anchors(&rendered.html, &entry.link);
    let text = site.theme.fill(Page::Article, &view(site, entry, article, &rendered, &html))?;
    Some(page(site, Page::Article, text, CACHE_CONTROL))
}

/// The article without what the page shows in places of its own, and what rendering would put around the body.
fn body_alone(article: &Article) -> Article {
    // Plain text keeps its dateline: it opens the first paragraph.
    let dateline = article.dateline.clone().filter(|_| matches!(article.body, Body::Blocks(_)));
    Article { correction: None, author_note: None, credits: Vec::new(), dateline, ..article.clone() }
}

/// Links from the page to a place on itself (footnotes), as such: rendering makes every link absolute, which would leave the
/// address where a site is tried out.
fn with_own_anchors(html: &str, link: &Link) -> String {
    html.replace(&format!("href=\"{}#", link.as_str().replace('&', "&amp;")), "href=\"#")
}

pub(super) fn view<'a>(site: &'a Site, entry: &'a Entry, article: &'a Article, rendered: &'a Rendered, html: &'a str) -> View<'a> {
    let language = article.language.as_deref().unwrap_or(&site.language);
    let day_only = article.published.is_some_and(|dated| dated.at != dated.until && dated.at == entry.published);
    let published = Moment::of(entry.published, day_only, &site.zone, language);
    let updated = (entry.updated > entry.published).then(|| Moment::of(entry.updated, false, &site.zone, language));
    let picture = rendered.media.iter().find(|media| is_image(media));
    View {
        language,
        direction: direction(language),
        english: is_english(language),
        canonical: entry.link.as_str(),
        headline: &rendered.headline,
        description: &rendered.summary,
        standfirst: article.standfirst.as_deref(),
        breaking: article.breaking,
        section: article.section.as_deref(),
        authors: rendered.authors.iter().map(PersonView::of).collect(),
        contributors: rendered.contributors.iter().map(PersonView::of).collect(),
        // An update shown to the same minute as the publication says nothing.
        updated: updated.filter(|updated| *updated != published && entry.updated.since(entry.published).as_secs() >= 60),
        published,
        published_iso: entry.published.rfc3339(),
        updated_iso: entry.updated.rfc3339(),
        correction: article.correction.as_deref(),
        note_label: article.note.label(),
        dateline: article.dateline.as_deref().filter(|_| !matches!(article.body, Body::Blocks(_))),
        lead: picture.filter(|media| !shows(&rendered.html, &media.url)),
        recordings: recordings(rendered),
        html,
        author_note: article.author_note.as_deref(),
        credits: &article.credits,
        tags: &article.tags,
        picture,
        linked_data: linked_data::news_article(site, entry, article, rendered, &pictures(rendered)),
        json: article_json::address(&entry.link).and_then(|address| Some(site.href(&Url::parse(&address).ok()?))),
        site: SiteView::of(site),
    }
}

/// The pictures that a search engine may show with it: the leading one, and at most two others.
fn pictures(rendered: &Rendered) -> Vec<&Media> {
    rendered.media.iter().filter(|media| is_image(media)).take(3).collect()
}

fn recordings(rendered: &Rendered) -> Vec<RecordingView<'_>> {
    let kind = |media: &Media| match media.mime.as_deref()?.split('/').next()? {
        "audio" => Some("audio"),
        "video" => Some("video"),
        _ => None,
    };
    let unseen = rendered.media.iter().filter(|media| is_web(&media.url) && !shows(&rendered.html, &media.url));
    unseen.filter_map(|media| Some(RecordingView { kind: kind(media)?, media })).collect()
}

/// Whether a medium is a picture: by its type, else because nothing says otherwise.
pub(super) fn is_image(media: &Media) -> bool {
    is_web(&media.url) && media.mime.as_deref().is_none_or(|mime| mime.starts_with("image/"))
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// Whether the body shows this medium itself.
fn shows(html: &str, url: &str) -> bool {
    html.contains(url) || html.contains(&url.replace('&', "&amp;"))
}
