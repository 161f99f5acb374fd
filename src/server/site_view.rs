//! What every template knows of the site.

use serde::Serialize;
use url::Url;

use super::pages::{Moment, direction};
use super::site::{FeedLink, Site};
use crate::article::Media;
use crate::config::Format;
use crate::feed::OPML_FILE;

/// Where a page stands, and so how it links to the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    /// On the built-in server: by paths, so that pages also work at the address where they are tried out.
    Served,
    /// In a file on any host: by whole URLs.
    File,
}

/// The site.
#[derive(Serialize)]
pub(super) struct SiteView<'a> {
    title: &'a str,
    description: &'a str,
    language: &'a str,
    direction: &'static str,
    home: &'a str,
    url: &'a str,
    icon: String,
    feeds: Vec<FeedView<'a>>,
    /// The list of all feeds, families' too.
    opml: Option<String>,
}

#[derive(Serialize)]
struct FeedView<'a> {
    title: &'a str,
    page: Option<String>,
    links: Vec<FormatView>,
}

/// One format of a feed, as pages link it.
#[derive(Serialize)]
pub(super) struct FormatView {
    label: &'static str,
    #[serde(rename = "type")]
    media_type: &'static str,
    href: String,
}

impl FormatView {
    pub(super) fn new(format: Format, href: String) -> Self {
        Self { label: label(format), media_type: format.media_type(), href }
    }
}

/// What people call a format.
pub(super) const fn label(format: Format) -> &'static str {
    match format {
        Format::Rss => "RSS",
        Format::Atom => "Atom",
        Format::Json => "JSON Feed",
    }
}

/// So many feeds are linked from a page at most; a reader's menu is no place for thousands.
const LINKED_FEEDS: usize = 40;

impl Ground {
    /// A URL as a page on this ground links it.
    pub(super) fn href(self, site: &Site, url: &Url) -> String {
        match self {
            Self::Served => site.href(url),
            Self::File => url.as_str().to_owned(),
        }
    }
}

impl<'a> SiteView<'a> {
    /// For a page that the built-in server serves.
    pub(super) fn of(site: &'a Site) -> Self {
        Self::on(Ground::Served, site)
    }

    pub(super) fn on(ground: Ground, site: &'a Site) -> Self {
        let view = |feed: &'a FeedLink| FeedView {
            title: &feed.title,
            page: site.page_url(&feed.name).map(|url| ground.href(site, &url)),
            links: feed
                .formats
                .iter()
                .filter_map(|format| Some(FormatView::new(*format, ground.href(site, &site.feed_url(&feed.name, *format)?))))
                .collect(),
        };
        Self {
            title: &site.title,
            description: if site.description == site.title { "" } else { &site.description },
            language: &site.language,
            direction: direction(&site.language),
            home: match ground {
                Ground::Served => site.home(),
                Ground::File => site.url.as_str(),
            },
            url: site.url.as_str(),
            icon: match ground {
                Ground::Served => format!("{}favicon.svg", site.home()),
                Ground::File => site.theme.icon_within(),
            },
            feeds: site.feeds.iter().take(LINKED_FEEDS).map(view).collect(),
            opml: site.feeds_url.join(OPML_FILE).ok().map(|url| ground.href(site, &url)),
        }
    }
}

/// An article in a list: on the front page, and on a feed's.
#[derive(Serialize)]
pub(super) struct ItemView<'a> {
    pub(super) href: String,
    pub(super) language: Option<&'a str>,
    pub(super) direction: &'static str,
    pub(super) headline: &'a str,
    pub(super) section: Option<&'a str>,
    pub(super) breaking: bool,
    pub(super) published: Moment,
    pub(super) authors: &'a [String],
    pub(super) summary: &'a str,
    pub(super) picture: Option<&'a Media>,
}
