//! What pages are made from, and the one way in which all of them are made.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use axum::http::{HeaderName, HeaderValue};
use bytes::Bytes;
use jiff::tz::TimeZone;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::archive::Archives;
use super::audience::Audience;
use super::events::Events;
use super::feed_page::FeedPages;
use super::front_page::FrontPage;
use super::health::Readiness;
use super::negotiation::Coder;
use super::notice::Notice;
use super::page_cache::PageCache;
use super::representation::{Made, Representation, Shared};
use super::searched::Sitemaps;
use super::seldom::Seldom;
use super::shelf::{Found, Shelf};
use super::site::Site;
use super::theme::Page;
use crate::config::Limits;
use crate::instant::Instant;
use crate::ledger::{Fault, Ledger};

/// What the server serves from.
#[derive(Clone)]
pub struct State {
    /// The feeds.
    pub shelf: Arc<Shelf>,
    /// The articles.
    pub ledger: Arc<dyn Ledger>,
    /// The config's part, swapped when it is read again.
    pub site: watch::Receiver<Arc<Site>>,
    /// For `/readyz`.
    pub readiness: watch::Receiver<Readiness>,
    /// The feeds folder, for the files that articles show.
    pub folder: PathBuf,
    /// How much clients may take up.
    pub limits: Limits,
    /// What is counted of feeds' readers.
    pub audience: Arc<Audience>,
    /// The stream of bulletins.
    pub events: Arc<Events>,
}

/// Pages that were made lately may take this much memory, in bytes.
const CACHE_BYTES: usize = 16 * 1024 * 1024;

/// How long a request for a feed waits while the daemon starts, and how often it looks.
const PATIENCE: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(20);

/// Everything that answers need.
pub(super) struct Pages {
    pub(super) state: State,
    pub(super) coder: Coder,
    pub(super) cache: PageCache,
    /// Articles as JSON, kept as pages are.
    pub(super) json: PageCache,
    pub(super) sitemaps: Sitemaps,
    pub(super) archives: Archives,
    pub(super) front: FrontPage,
    pub(super) feeds: FeedPages,
    faults: Seldom,
    stopping: CancellationToken,
}

impl Pages {
    /// `stopping` is cancelled once the server is told to stop.
    pub(super) fn new(state: State, stopping: CancellationToken) -> Self {
        Self {
            state,
            stopping,
            coder: Coder::new(),
            cache: PageCache::new(CACHE_BYTES),
            json: PageCache::new(CACHE_BYTES / 4),
            sitemaps: Sitemaps::default(),
            archives: Archives::default(),
            front: FrontPage::default(),
            feeds: FeedPages::default(),
            faults: Seldom::default(),
        }
    }

    pub(super) fn site(&self) -> Arc<Site> {
        Arc::clone(&self.state.site.borrow())
    }

    /// What to answer when the ledger cannot be read. The fault's words are the operator's.
    pub(super) fn unavailable(&self, fault: &Fault) -> Notice {
        if self.faults.due() {
            tracing::warn!(%fault, "pages cannot be looked up and are answered 503; feeds are served on");
        }
        Notice::Unavailable
    }

    /// What to answer when a page took too long.
    pub(super) fn too_late(&self) -> Notice {
        if self.faults.due() {
            tracing::warn!("pages take longer than {:?} and are answered 503; feeds are served on", self.state.limits.answer);
        }
        Notice::Unavailable
    }

    /// Whether the server was told to stop, and still answers what comes.
    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.is_cancelled()
    }

    pub(super) fn readiness(&self) -> Readiness {
        self.state.readiness.borrow().clone()
    }

    /// What stands at a feed's file, once it stands there: a start makes the feeds within moments, and whoever asks meanwhile need not
    /// be sent away.
    pub(super) async fn awaited(&self, file: &str) -> Found {
        let mut readiness = self.state.readiness.clone();
        let deadline = Instant::now().plus(PATIENCE);
        loop {
            let found = self.state.shelf.find(file);
            let ready = readiness.borrow_and_update().ready;
            if ready || self.is_stopping() || Instant::now() >= deadline || !matches!(found, Found::Nothing) {
                return found;
            }
            // The shelf tells nobody what is put on it.
            let _ = tokio::time::timeout(LOOK, readiness.changed()).await;
        }
    }
}

/// The headers that keep every page from doing what it has no need to do.
pub(super) fn guards(site: &Site, page: Page) -> [(HeaderName, HeaderValue); 2] {
    [
        (CONTENT_SECURITY_POLICY, site.theme.content_security_policy(site, page)),
        (REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin")),
    ]
}

/// The media type of pages.
pub(super) const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// A page's text as it is served.
pub(super) fn page(site: &Site, page: Page, text: String, cache_control: HeaderValue) -> Shared {
    let hash = Sha256::digest(&text);
    let tag = hash[..16].iter().fold(String::with_capacity(32), |tag, byte| tag + &format!("{byte:02x}"));
    Arc::new(Representation::new(Made {
        bytes: Bytes::from(text),
        tag,
        content_type: HTML,
        cache_control,
        modified: None,
        lasting: Vec::new(),
        delta: None,
        further: guards(site, page).to_vec(),
    }))
}

/// A moment for machines and for people.
#[derive(Serialize, PartialEq, Eq)]
pub(super) struct Moment {
    iso: String,
    text: String,
}

impl Moment {
    /// The moment in the site's zone: to the minute, or the day alone where its source gave no time. English names its months,
    /// all others get the order of ISO 8601, which needs no words.
    pub(super) fn of(instant: Instant, day_only: bool, zone: &TimeZone, language: &str) -> Self {
        let local = instant.in_zone(zone);
        let format = match (is_english(language), day_only) {
            (true, false) => "%-d %B %Y, %H:%M %Z",
            (true, true) => "%-d %B %Y",
            (false, false) => "%Y-%m-%d %H:%M %Z",
            (false, true) => "%Y-%m-%d",
        };
        let iso = if day_only { local.strftime("%Y-%m-%d").to_string() } else { instant.rfc3339() };
        Self { iso, text: local.strftime(format).to_string() }
    }
}

/// The primary subtag of a BCP 47 language tag.
fn primary(language: &str) -> &str {
    language.split(['-', '_']).next().unwrap_or(language)
}

/// Whether a page in this language may join names with English words.
pub(super) fn is_english(language: &str) -> bool {
    primary(language).eq_ignore_ascii_case("en")
}

/// Languages that are written from right to left.
const RIGHT_TO_LEFT: [&str; 12] = ["ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"];

/// The value of `dir` for text in this language.
pub(super) fn direction(language: &str) -> &'static str {
    let right_to_left = RIGHT_TO_LEFT.iter().any(|known| primary(language).eq_ignore_ascii_case(known));
    if right_to_left { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_shown_in_the_sites_zone() {
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let moment = |day_only, language| Moment::of(Instant::from_millis(1_764_025_200_000), day_only, &paris, language);
        assert_eq!(moment(false, "en-GB").text, "25 November 2025, 00:00 CET");
        assert_eq!(moment(false, "en").iso, "2025-11-24T23:00:00Z");
        assert_eq!(moment(true, "en").text, "25 November 2025");
        assert_eq!(moment(true, "en").iso, "2025-11-25");
        assert_eq!(moment(false, "fr").text, "2025-11-25 00:00 CET");
        assert_eq!(moment(true, "é").text, "2025-11-25");
        assert_eq!(moment(true, "enm").text, "2025-11-25");
    }

    #[test]
    fn text_runs_as_its_language_does() {
        assert_eq!(
            [direction("ar-EG"), direction("HE"), direction("en"), direction("arn"), direction("")],
            ["rtl", "rtl", "ltr", "ltr", "ltr"]
        );
    }
}
