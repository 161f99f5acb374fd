//! What stands for a feed in a browser: what it is, how to follow it, and its latest entries.
//!
//! At the feed's own address a browser gets it in place of the feed, for itself alone: caches that many share often ignore `Vary` and must
//! only ever hold the feed. At an address of its own (`NAME.html`, as in the feeds folder) it is a page like any other.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::header::{ACCEPT_ENCODING, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue, Method};
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use url::Url;

use super::navigation::is_by_browser;
use super::notice::Notice;
use super::pages::{Moment, Pages, direction, page};
use super::representation::{Answer, Shared};
use super::site::Site;
use super::site_view::{FormatView, Ground, ItemView, SiteView, label};
use super::theme::Page;
use crate::config::Format;
use crate::feed::{Document, Kind, Teaser, View};
use crate::instant::Instant;

/// In place of the feed: kept by nobody, so that whoever asks for the feed next gets the feed.
const FOR_ONE: HeaderValue = HeaderValue::from_static("private, no-store");
/// At its own address: as long as the feed itself.
const FOR_ALL: HeaderValue = HeaderValue::from_static("public, max-age=60");
/// What decides which of the two is at the feed's address.
const DECIDES: HeaderValue = HeaderValue::from_static("Accept, Accept-Encoding, Sec-Fetch-Dest, User-Agent");

/// Readers that take a feed by a link: their names and what stands before its encoded address.
const READERS: [(&str, &str); 5] = [
    ("Feedly", "https://feedly.com/i/subscription/feed%2F"),
    ("Inoreader", "https://www.inoreader.com/?add_feed="),
    ("NewsBlur", "https://www.newsblur.com/?url="),
    ("The Old Reader", "https://theoldreader.com/feeds/subscribe?url="),
    ("Feedbin", "https://feedbin.com/?subscribe="),
];

/// What `encodeURIComponent` leaves as it is.
const COMPONENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'!').remove(b'~').remove(b'*').remove(b'(').remove(b')');

/// Whether a request may be for a feed's page. Asked for every feed that is sent, so it costs nothing.
pub(super) fn is_wanted(path: &str, headers: &HeaderMap) -> bool {
    is_of_its_own(path) || is_by_browser(headers)
}

/// Whether this is the address of a page rather than of a feed.
fn is_of_its_own(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| extension == View::EXTENSION)
}

/// The page for a request that may be for one; `None` leaves it to the feed, or to whatever else stands there.
pub(super) async fn answer(pages: &Pages, file: &str, method: &Method, headers: &HeaderMap) -> Option<Answer> {
    let (view, format) = pages.state.shelf.view(file)?;
    let site = pages.site();
    let Some(made) = pages.feeds.page(&site, file, &view, format) else {
        return Some(Notice::Broken.answer(&site, method));
    };
    if is_of_its_own(file) {
        return Some(made.answer(method, headers, Instant::now(), &pages.coder).await);
    }
    // Whatever version of the feed the browser may hold, it has none of this page: preconditions and ranges are the feed's.
    let mut asked = HeaderMap::new();
    headers.get_all(ACCEPT_ENCODING).iter().for_each(|value| {
        asked.append(ACCEPT_ENCODING, value.clone());
    });
    let mut answer = made.answer(method, &asked, Instant::now(), &pages.coder).await;
    answer.headers_mut().remove(ETAG);
    answer.headers_mut().insert(VARY, DECIDES);
    Some(answer)
}

/// The page as a file of the feeds folder; `None` where it cannot be made.
pub fn document(site: &Site, view: &View) -> Option<Document> {
    let text = site.theme.fill(Page::Feed, &self::view(Ground::File, site, view, None))?;
    Some(Document::new(view.file(), Kind::Page(view.name.clone()), Bytes::from(text), view.updated))
}

/// How many pages are kept.
const KEPT: usize = 64;

/// Pages that were made lately.
#[derive(Default)]
pub(super) struct FeedPages {
    kept: Mutex<HashMap<String, Kept>>,
}

struct Kept {
    site: Arc<Site>,
    view: Arc<View>,
    page: Shared,
    used: Instant,
}

impl FeedPages {
    /// The page of this version under this config, made where it is not kept.
    fn page(&self, site: &Arc<Site>, file: &str, view: &Arc<View>, format: Option<Format>) -> Option<Shared> {
        let now = Instant::now();
        if let Some(kept) = self.kept().get_mut(file).filter(|kept| Arc::ptr_eq(&kept.site, site) && Arc::ptr_eq(&kept.view, view)) {
            kept.used = now;
            return Some(Arc::clone(&kept.page));
        }
        let text = site.theme.fill(Page::Feed, &self::view(Ground::Served, site, view, format))?;
        let made = page(site, Page::Feed, text, if format.is_some() { FOR_ONE } else { FOR_ALL });
        let mut kept = self.kept();
        if kept.len() >= KEPT && !kept.contains_key(file) {
            let oldest = kept.iter().min_by_key(|(_, kept)| kept.used).map(|(file, _)| file.clone());
            oldest.and_then(|oldest| kept.remove(&oldest));
        }
        kept.insert(file.to_owned(), Kept { site: Arc::clone(site), view: Arc::clone(view), page: Arc::clone(&made), used: now });
        Some(made)
    }

    // Every change is one insertion or removal, so what a panicking thread left is whole.
    fn kept(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Serialize)]
pub(super) struct FeedPageView<'a> {
    site: SiteView<'a>,
    title: &'a str,
    description: &'a str,
    updated: Moment,
    format: &'static str,
    address: String,
    feed_link: String,
    canonical: String,
    policy: String,
    readers: Vec<ReaderView>,
    formats: Vec<FormatView>,
    items: Vec<ItemView<'a>>,
}

#[derive(Serialize)]
struct ReaderView {
    name: &'static str,
    href: String,
}

/// The template's variables. `format` is the one whose address was opened; the page of its own shows the first.
pub(super) fn view<'a>(ground: Ground, site: &'a Site, view: &'a View, format: Option<Format>) -> FeedPageView<'a> {
    let format = format.or_else(|| view.formats.first().copied()).unwrap_or(Format::Rss);
    let url = |format| site.feed_url(&view.name, format).map_or_else(String::new, String::from);
    let address = url(format);
    // Not every reader takes JSON.
    let xml = [format].into_iter().chain(view.formats.iter().copied()).find(|format| *format != Format::Json);
    let for_readers = url(xml.unwrap_or(format));
    let encoded = utf8_percent_encode(&for_readers, COMPONENT).to_string();
    FeedPageView {
        title: &view.title,
        description: if view.description == view.title { "" } else { &view.description },
        updated: Moment::of(view.updated, false, &site.zone, &site.language),
        format: label(format),
        feed_link: format!("feed:{for_readers}"),
        canonical: site.page_url(&view.name).map_or_else(String::new, String::from),
        policy: site.theme.policy_within(site, Page::Feed),
        readers: READERS.iter().map(|(name, before)| ReaderView { name, href: format!("{before}{encoded}") }).collect(),
        // Whole addresses, to be copied: a link that is opened leads to this page again.
        formats: view.formats.iter().map(|format| FormatView::new(*format, url(*format))).collect(),
        items: view.entries.iter().map(|teaser| item(ground, site, teaser)).collect(),
        address,
        site: SiteView::on(ground, site),
    }
}

fn item<'a>(ground: Ground, site: &'a Site, teaser: &'a Teaser) -> ItemView<'a> {
    // The site's own name under each headline says nothing.
    let own = |name: &String| Some(name) == site.author.as_ref();
    let midnight = teaser.published.in_zone(&site.zone).strftime("%H:%M:%S").to_string() == "00:00:00";
    ItemView {
        href: Url::parse(teaser.link.as_str()).map_or_else(|_| teaser.link.to_string(), |url| ground.href(site, &url)),
        language: teaser.language.as_deref(),
        direction: direction(teaser.language.as_deref().unwrap_or(&site.language)),
        headline: &teaser.headline,
        section: teaser.section.as_deref(),
        breaking: teaser.breaking,
        // A day without a time stands at its first instant.
        published: Moment::of(teaser.published, midnight, &site.zone, &site.language),
        authors: if teaser.authors.iter().all(own) { &[] } else { &teaser.authors },
        summary: &teaser.summary,
        picture: teaser.picture.as_ref(),
    }
}
