//! Pages that say why there is nothing to show.

use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use bytes::Bytes;
use http_body_util::Full;
use serde::Serialize;
use url::Url;

use super::pages::{HTML, Moment, guards};
use super::representation::{Answer, brief};
use super::site::Site;
use super::site_view::SiteView;
use super::theme::Page;
use crate::article::Link;
use crate::instant::Instant;

/// Why there is nothing to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// Nothing public stands here: unknown, or held, or expired. One answer for all, so that nothing is betrayed.
    Missing,
    /// An article stood here and was withdrawn.
    Withdrawn {
        /// When.
        at: Instant,
        /// The reason its source gave.
        reason: Option<String>,
    },
    /// An article stood here and stands elsewhere now.
    Moved {
        /// Where.
        to: Link,
    },
    /// A feed stood here and was retired.
    Retired,
    /// It will stand here in a moment: the first scan is still under way.
    NotYet,
    /// The ledger cannot be read just now.
    Unavailable,
    /// A page could not be made.
    Broken,
}

#[derive(Serialize)]
struct View<'a> {
    site: SiteView<'a>,
    title: &'static str,
    text: &'static str,
    reason: Option<&'a str>,
    at: Option<Moment>,
    location: Option<&'a str>,
}

/// A link as this site's pages write it, so that it also leads on at the address where they are tried out.
fn place(site: &Site, link: &Link) -> String {
    Url::parse(link.as_str()).map_or_else(|_| link.to_string(), |url| site.href(&url))
}

impl Notice {
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::Missing => StatusCode::NOT_FOUND,
            Self::Moved { .. } => StatusCode::MOVED_PERMANENTLY,
            Self::Withdrawn { .. } | Self::Retired => StatusCode::GONE,
            Self::NotYet | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub(super) const fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Missing => ("Page not found", "There is no article at this address. It may have moved, or the link may be mistyped."),
            Self::Withdrawn { .. } => ("Article withdrawn", "The article that stood here has been withdrawn."),
            Self::Moved { .. } => ("Article moved", "The article that stood here has moved."),
            Self::Retired => ("Feed retired", "The feed that stood here is no longer published."),
            Self::NotYet => ("One moment", "The articles are being read for the first time. This page will be here shortly."),
            Self::Unavailable => ("Back in a moment", "The articles cannot be reached just now. Please try again shortly."),
            Self::Broken => ("This page could not be made", "The fault is ours and has been noted."),
        }
    }

    /// The page, with its status.
    pub(super) fn answer(&self, site: &Site, method: &Method) -> Answer {
        let (title, text) = self.words();
        let (reason, at) = match self {
            Self::Withdrawn { at, reason } => (reason.as_deref(), Some(Moment::of(*at, false, &site.zone, &site.language))),
            Self::Moved { .. } | Self::Missing | Self::Retired | Self::NotYet | Self::Unavailable | Self::Broken => (None, None),
        };
        let location = match self {
            Self::Moved { to } => Some(place(site, to)),
            Self::Withdrawn { .. } | Self::Missing | Self::Retired | Self::NotYet | Self::Unavailable | Self::Broken => None,
        };
        let view = View { site: SiteView::of(site), title, text, reason, at, location: location.as_deref() };
        let Some(page) = site.theme.fill(Page::Notice, &view) else {
            return brief(self.status(), "This page could not be made.\n");
        };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HTML);
        headers.insert(CONTENT_LENGTH, page.len().into());
        if let Some(location) = location.and_then(|to| HeaderValue::try_from(to).ok()) {
            headers.insert(LOCATION, location);
        }
        // An embargo may end and a withdrawn article come back at any time.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.extend(guards(site, Page::Notice));
        if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        let body = if method == Method::HEAD { Bytes::new() } else { Bytes::from(page) };
        let mut answer = Response::new(Full::new(body));
        *answer.status_mut() = self.status();
        *answer.headers_mut() = headers;
        answer
    }
}

/// A notice that is made up, to try templates on.
pub(super) fn specimen(site: &Site, at: Instant, full: bool) -> serde_json::Value {
    let (title, text) = Notice::Missing.words();
    let at = full.then(|| Moment::of(at, false, &site.zone, &site.language));
    let view = View { site: SiteView::of(site), title, text, reason: full.then_some("Why"), at, location: full.then_some("/elsewhere") };
    serde_json::to_value(view).unwrap_or_default()
}
