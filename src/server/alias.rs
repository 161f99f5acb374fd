//! Where feeds stood before they moved here: the server sends readers on, for good, so that they keep the new address.
//!
//! A redirect rather than the same bytes: a reader that keeps the new address asks only once more, and no cache holds two copies.

use std::collections::HashMap;

use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, LOCATION};
use axum::http::{HeaderValue, Response, StatusCode};
use bytes::Bytes;
use http_body_util::Full;
use url::Url;

use super::representation::Answer;
use super::site::Site;
use super::{address, cors};
use crate::ledger::Alias;

/// Places of old feeds, decoded, and what stands for each.
#[derive(Default)]
pub(super) struct Aliases(HashMap<String, Alias>);

impl Aliases {
    pub(super) fn of(aliases: Vec<Alias>) -> Self {
        let keyed = aliases.into_iter().filter_map(|alias| Some((address::decoded(&alias.place)?.into_owned(), alias)));
        Self(keyed.collect())
    }

    /// What stands for this path and query: as sent, without the query, each with or without a slash at the end.
    pub(super) fn find(&self, path: &str, query: Option<&str>) -> Option<&Alias> {
        if self.0.is_empty() {
            return None;
        }
        let path = address::decoded(path)?;
        let other = match path.strip_suffix('/') {
            Some("") => None,
            Some(without) => Some(without.to_owned()),
            None => Some(format!("{path}/")),
        };
        let with = query.and_then(address::decoded).and_then(|query| self.0.get(&format!("{path}?{query}")));
        with.or_else(|| self.0.get(path.as_ref())).or_else(|| self.0.get(&other?))
    }
}

/// The answer that sends a reader on; `None` where the feed has no URL.
pub(super) fn moved(site: &Site, alias: &Alias) -> Option<Answer> {
    moved_to(site, &site.feed_url(&alias.feed, alias.format)?)
}

/// The same for what stands anywhere.
pub(super) fn moved_to(site: &Site, url: &Url) -> Option<Answer> {
    let mut answer = Response::new(Full::new(Bytes::new()));
    *answer.status_mut() = StatusCode::MOVED_PERMANENTLY;
    let headers = answer.headers_mut();
    headers.insert(LOCATION, HeaderValue::from_str(&site.href(url)).ok()?);
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    // A script is led on only where each step lets it.
    headers.extend([cors::ANYBODY]);
    // For good, but not for ever: an alias may be given to another feed.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    Some(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::FeedName;
    use crate::config::Format;

    #[test]
    fn a_place_is_found_however_it_is_asked_for() {
        let alias = |place: &str| Alias { place: place.into(), feed: FeedName::parse("all").unwrap(), format: Format::Rss };
        let aliases = Aliases::of(["/feed/", "/?feed=rss2", "/caf%C3%A9.xml"].map(alias).to_vec());
        let found = |path: &str, query: Option<&str>| aliases.find(path, query).map(|alias| alias.place.as_str());
        assert_eq!(found("/feed/", None), Some("/feed/"));
        assert_eq!(found("/feed", Some("utm_source=x")), Some("/feed/"));
        assert_eq!(found("/", Some("feed=rss2")), Some("/?feed=rss2"));
        assert_eq!(found("/caf%c3%a9.xml", None), Some("/caf%C3%A9.xml"));
        for (path, query) in [("/", None), ("/", Some("feed=atom")), ("/feed/x", None), ("/%FF", None), ("//", None)] {
            assert_eq!(found(path, query), None, "{path} {query:?}");
        }
    }
}
