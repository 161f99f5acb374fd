//! The front page: the latest articles and the feeds.

use std::collections::HashMap;
use std::sync::Arc;

use axum::http::HeaderValue;
use serde::Serialize;
use tokio::sync::Mutex;
use url::Url;

use super::article_page::is_image;
use super::notice::Notice;
use super::pages::{Moment, Pages, direction, page};
use super::representation::Shared;
use super::site::Site;
use super::site_view::{ItemView, SiteView};
use super::theme::Page;
use crate::article::{Article, ArticleId, Entry, Media, References};
use crate::ledger::{ListPage, Listing};
use crate::render::{Place, render};

/// How many articles it lists.
const LATEST: usize = 50;

/// Caches ask each time; the answer is nearly always that nothing changed.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("public, no-cache");

/// The page as last made, and what it was made of.
#[derive(Default)]
pub(super) struct FrontPage {
    kept: Mutex<Option<Kept>>,
}

struct Kept {
    site: Arc<Site>,
    /// `None` where an article's source was not kept yet: it will come without a change of its row.
    entries: Option<Vec<Entry>>,
    ready: bool,
    teasers: Teasers,
    page: Shared,
}

/// What an article's own text gives to its line, by the version of its file.
type Teasers = HashMap<(ArticleId, [u8; 16]), Arc<Teaser>>;

#[derive(Default, Serialize)]
struct Teaser {
    headline: Option<String>,
    summary: String,
    authors: Vec<String>,
    picture: Option<Media>,
    #[serde(skip)]
    day_only: bool,
}

/// The front page as of now. One at a time: whoever comes while it is being made gets the same.
pub(super) async fn find(pages: &Pages) -> Result<Shared, Notice> {
    let site = pages.site();
    let ready = pages.readiness().ready;
    let mut kept = pages.front.kept.lock().await;
    let listing = pages.state.ledger.list(Listing::Live { after: None }, LATEST).await.map_err(|fault| pages.unavailable(&fault))?;
    let mut entries = match listing {
        ListPage::Live(entries) => entries,
        ListPage::Attempts(_) => Vec::new(),
    };
    entries.retain(|entry| entry.state.is_public());
    let mut teasers = Teasers::new();
    if let Some(kept) = kept.as_mut()
        && Arc::ptr_eq(&kept.site, &site)
    {
        if kept.entries.as_ref() == Some(&entries) && kept.ready == ready {
            return Ok(Arc::clone(&kept.page));
        }
        teasers = std::mem::take(&mut kept.teasers);
    }
    teasers.retain(|(id, digest), _| entries.iter().any(|entry| entry.id == *id && entry.digest == *digest));
    let unknown = entries.iter().filter(|entry| !teasers.contains_key(&(entry.id.clone(), entry.digest)));
    let unknown: Vec<ArticleId> = unknown.map(|entry| entry.id.clone()).collect();
    let sources = if unknown.is_empty() {
        Vec::new()
    } else {
        pages.state.ledger.sources(unknown).await.map_err(|fault| pages.unavailable(&fault))?
    };
    let made_for = Arc::clone(&site);
    let made = pages.coder.place().await.ok_or(Notice::Broken)?.work(move || {
        for (id, article) in sources {
            if let Some(entry) = entries.iter().find(|entry| entry.id == id) {
                teasers.insert((id, entry.digest), Arc::new(teaser(&made_for, entry, &article)));
            }
        }
        let text = made_for.theme.fill(Page::Front, &view(&made_for, &entries, &teasers, ready))?;
        Some((page(&made_for, Page::Front, text, CACHE_CONTROL), entries, teasers))
    });
    let (page, entries, teasers) = made.await.flatten().ok_or(Notice::Broken)?;
    let complete = entries.iter().all(|entry| teasers.contains_key(&(entry.id.clone(), entry.digest)));
    *kept = Some(Kept { site, ready, entries: complete.then_some(entries), teasers, page: Arc::clone(&page) });
    Ok(page)
}

fn teaser(site: &Site, entry: &Entry, article: &Article) -> Teaser {
    // A teaser shows no links.
    let none = References::default();
    let rendered = render(article, Place::of(entry, &none).with_files(&site.feeds_url), site.author.as_deref(), &site.policy);
    Teaser {
        picture: rendered.media.iter().find(|media| is_image(media)).cloned(),
        headline: Some(rendered.headline),
        summary: rendered.summary,
        // The site's own name under each headline says nothing.
        authors: if article.authors.is_empty() { Vec::new() } else { rendered.authors.into_iter().map(|person| person.name).collect() },
        day_only: article.published.is_some_and(|dated| dated.at != dated.until && dated.at == entry.published),
    }
}

#[derive(Serialize)]
struct View<'a> {
    site: SiteView<'a>,
    ready: bool,
    items: Vec<ItemView<'a>>,
}

fn view<'a>(site: &'a Site, entries: &'a [Entry], teasers: &'a Teasers, ready: bool) -> View<'a> {
    let item = |entry: &'a Entry| {
        let teaser = teasers.get(&(entry.id.clone(), entry.digest));
        let link = entry.link.as_str();
        ItemView {
            href: Url::parse(link).map_or_else(|_| link.to_owned(), |url| site.href(&url)),
            language: entry.facts.language.as_deref().filter(|language| *language != site.language),
            direction: direction(entry.facts.language.as_deref().unwrap_or(&site.language)),
            headline: teaser.and_then(|teaser| teaser.headline.as_deref()).unwrap_or(&entry.facts.headline),
            section: entry.facts.section.as_deref(),
            breaking: entry.facts.breaking,
            published: Moment::of(entry.published, teaser.is_some_and(|teaser| teaser.day_only), &site.zone, &site.language),
            authors: teaser.map_or(&entry.facts.authors[..], |teaser| &teaser.authors[..]),
            summary: teaser.map_or("", |teaser| &teaser.summary),
            picture: teaser.and_then(|teaser| teaser.picture.as_ref()),
        }
    };
    View { site: SiteView::of(site), ready, items: entries.iter().map(item).collect() }
}

/// A front page that is made up, to try templates on.
pub(super) fn specimen(site: &Site, entry: &Entry, article: &Article, full: bool) -> serde_json::Value {
    let teaser = Teaser {
        headline: Some(article.headline.clone()),
        summary: article.standfirst.clone().unwrap_or_default(),
        authors: article.authors.iter().map(|author| author.name.clone()).collect(),
        picture: article.media.first().cloned(),
        day_only: false,
    };
    let teasers = Teasers::from([((entry.id.clone(), entry.digest), Arc::new(teaser))]);
    let entries = if full { vec![entry.clone(), entry.clone()] } else { Vec::new() };
    serde_json::to_value(view(site, &entries, &teasers, full)).unwrap_or_default()
}
