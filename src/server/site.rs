//! What the operator decided that pages and paths depend on; swapped whole when the config is read again.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use url::Url;

use super::address;
use super::theme::Theme;
use crate::article::{FeedName, Published};
use crate::config::{self, Config, Format};
use crate::desk::House;
use crate::feed::View;
use crate::render::Policy;

/// The publication as its pages show it.
pub struct Site {
    /// Its name.
    pub title: String,
    /// One sentence about it.
    pub description: String,
    /// Permalinks are made under it; ends with `/`.
    pub url: Url,
    /// The language of its articles where they name none.
    pub language: String,
    /// The zone in which dates are shown.
    pub zone: TimeZone,
    /// The author where an article names none.
    pub author: Option<String>,
    /// Where the feeds folder is public; ends with `/`.
    pub feeds_url: Url,
    /// Its feeds, the most important first.
    pub feeds: Vec<FeedLink>,
    /// Hosts whose frames sanitising lets through.
    pub frames: Vec<String>,
    /// What may pass into a page.
    pub policy: Arc<Policy>,
    /// What every article is shown by.
    pub house: Arc<House>,
    /// How pages look.
    pub theme: Arc<Theme>,
    /// What search engines are told.
    pub searched: Searched,
    /// How many clients may follow the stream of bulletins at once; zero is off.
    pub events: usize,
}

/// What search engines are told of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Searched {
    /// Its sitemaps.
    pub sitemap: config::Sitemap,
    /// The lines of its robots.txt, without those that name sitemaps.
    pub robots: Vec<String>,
    /// The key of its pings by `IndexNow`.
    pub key: Option<String>,
}

impl Searched {
    /// What a configuration says.
    pub fn of(config: &Config) -> Self {
        Self {
            sitemap: config.sitemap.clone(),
            robots: config.server.robots.clone(),
            key: config.indexnow.as_ref().map(|indexnow| indexnow.key.clone()),
        }
    }
}

/// A feed as pages link it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLink {
    /// Its name.
    pub name: FeedName,
    /// Its title.
    pub title: String,
    /// The formats it is served in.
    pub formats: Vec<Format>,
}

/// The theme of these files; they were tried when the configuration was read.
fn theme(files: &BTreeMap<String, String>) -> Theme {
    if files.is_empty() {
        return Theme::default();
    }
    Theme::of(files).unwrap_or_else(|faults| {
        for fault in &faults {
            tracing::error!("the theme is not used: {fault}");
        }
        Theme::default()
    })
}

impl Site {
    /// The site of a configuration and house.
    pub fn of(config: &Config, house: Arc<House>) -> Self {
        let feeds = config.feed.iter().map(|feed| FeedLink {
            name: feed.name.clone(),
            title: feed.title.clone(),
            formats: config.feeds.formats.clone(),
        });
        Self {
            title: config.site.title.clone(),
            description: config.site.description.clone(),
            url: config.site.url.clone(),
            language: config.site.language.clone(),
            zone: config.site.timezone.clone(),
            author: config.site.author.clone(),
            feeds_url: config.feeds.url.clone(),
            feeds: feeds.collect(),
            frames: config.html.frames.clone(),
            policy: Arc::new(Policy::new(&config.html)),
            house,
            theme: Arc::new(theme(&config.theme.files)),
            searched: Searched::of(config),
            events: config.server.events,
        }
    }

    /// The path of the front page: `/`, or the path of a site that lies deeper.
    pub(super) fn home(&self) -> &str {
        self.url.path()
    }

    /// A URL as a page of this site links it: by its path where it lies under the same origin, so that pages also work at the
    /// address where they are tried out.
    pub(super) fn href(&self, url: &Url) -> String {
        if url.origin() == self.url.origin() { url[url::Position::BeforePath..].to_owned() } else { url.as_str().to_owned() }
    }

    /// Where a feed is public in a format; `None` where the name makes no URL.
    pub(super) fn feed_url(&self, name: &FeedName, format: Format) -> Option<Url> {
        self.feeds_url.join(&format!("{name}.{}", format.extension())).ok()
    }

    /// Where a feed's page is public; `None` where the name makes no URL.
    pub(super) fn page_url(&self, name: &FeedName) -> Option<Url> {
        self.feeds_url.join(&format!("{name}.{}", View::EXTENSION)).ok()
    }

    /// The path under the feeds folder that a decoded request path names, if it names one: below the feeds' own URL where that
    /// is of this origin, and always below `/feeds/`.
    pub(super) fn feed_file<'a>(&self, path: &'a str) -> Option<&'a str> {
        let own = if self.feeds_url.origin() == self.url.origin() { address::decoded(self.feeds_url.path()) } else { None };
        own.and_then(|own| path.strip_prefix(own.as_ref())).or_else(|| path.strip_prefix("/feeds/"))
    }

    /// The published file that a decoded request path names, if it names one.
    pub(super) fn published(&self, path: &str) -> Option<Published> {
        let place = self.feed_file(path)?.strip_prefix(Published::FOLDER)?.strip_prefix('/')?;
        Published::parse(place).ok()
    }

    /// Whether the config has a feed with this file.
    pub(super) fn has_feed_file(&self, file: &str) -> bool {
        let Some((name, extension)) = file.rsplit_once('.') else {
            return false;
        };
        self.feeds.iter().any(|feed| feed.name.as_str() == name && feed.formats.iter().any(|format| format.extension() == extension))
    }
}
