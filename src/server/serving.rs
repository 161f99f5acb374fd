//! What feeds are served with beside their bytes, as the operator decided it.

use axum::http::header::{CONTENT_SECURITY_POLICY, LINK};
use axum::http::{HeaderName, HeaderValue};
use url::Url;

use crate::config::{Caching, Config};
use crate::feed::{Document, Kind};

/// What no feed needs in a browser that shows it: scripts, forms, frames. Its style sheet may stand beside it.
const GUARD: (HeaderName, HeaderValue) = (
    CONTENT_SECURITY_POLICY,
    HeaderValue::from_static("default-src 'none'; style-src 'self'; img-src http: https: data:; frame-ancestors 'none'; sandbox"),
);

/// What feeds are served with; swapped when the config is read again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Serving {
    caching: Caching,
    /// Where the feeds folder is public; ends with `/`.
    base: Option<Url>,
    /// Hubs that tell subscribers of what is new (WebSub section 4), where there are any.
    hubs: Vec<Url>,
    /// The path of `base`, where that is on the site's own host.
    path: Option<String>,
}

impl Serving {
    /// What this configuration says.
    pub fn of(config: &Config) -> Self {
        let base = &config.feeds.url;
        let path = (base.origin() == config.site.url.origin()).then(|| base.path().to_owned());
        Self { caching: config.server.caching, base: Some(base.clone()), hubs: config.feeds.hubs.clone(), path }
    }

    /// Nothing but how long caches may keep feeds.
    #[cfg(test)]
    pub(super) fn with(caching: Caching) -> Self {
        Self { caching, ..Self::default() }
    }

    /// The path under the feeds folder that a request's path names, undecoded: below the feeds' own URL, and always below `/feeds/`.
    pub(super) fn file<'a>(&self, path: &'a str) -> Option<&'a str> {
        let own = self.path.as_deref().and_then(|own| path.strip_prefix(own));
        own.or_else(|| path.strip_prefix("/feeds/"))
    }

    /// `Cache-Control` of every feed (RFC 9111 section 5.2.2, RFC 5861).
    pub(super) fn cache_control(&self) -> HeaderValue {
        let Caching { max_age, stale_while_revalidate, stale_if_error } = self.caching;
        let said = [
            ("max-age", max_age, true),
            ("stale-while-revalidate", stale_while_revalidate, false),
            ("stale-if-error", stale_if_error, false),
        ];
        let said = said.into_iter().filter(|(_, time, always)| *always || time.as_secs() > 0);
        let text = said.fold("public".to_owned(), |text, (name, time, _)| text + &format!(", {name}={}", time.as_secs()));
        // Words and digits are always a header value.
        HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("no-cache"))
    }

    /// What stands in a 200 only: where the feed itself is public, and who tells of it (RFC 8288; WebSub section 4).
    pub(super) fn further(&self, document: &Document) -> Vec<(HeaderName, HeaderValue)> {
        if !matches!(document.kind(), Kind::Feed(..)) {
            return Vec::new();
        }
        let mut fields = vec![GUARD];
        let own = self.base.as_ref().and_then(|base| base.join(document.file()).ok());
        let links = self.hubs.iter().map(|hub| (hub, "hub")).chain(own.as_ref().map(|own| (own, "self")));
        // URLs are written in ASCII without angle brackets.
        let list: Vec<String> = links.map(|(url, rel)| format!("<{url}>; rel=\"{rel}\"")).collect();
        if !list.is_empty()
            && let Ok(value) = HeaderValue::try_from(list.join(", "))
        {
            fields.push((LINK, value));
        }
        fields
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;

    use super::*;
    use crate::article::FeedName;
    use crate::config::Format;
    use crate::instant::Instant;

    #[test]
    fn what_is_zero_is_not_said() {
        let said = |max_age, stale_while_revalidate, stale_if_error| {
            let [max_age, stale_while_revalidate, stale_if_error] =
                [max_age, stale_while_revalidate, stale_if_error].map(Duration::from_secs);
            let serving = Serving::with(Caching { max_age, stale_while_revalidate, stale_if_error });
            serving.cache_control().to_str().unwrap().to_owned()
        };
        assert_eq!(said(0, 0, 0), "public, max-age=0");
        assert_eq!(said(60, 30, 86400), "public, max-age=60, stale-while-revalidate=30, stale-if-error=86400");
    }

    #[test]
    fn links_name_the_hub_and_the_feed_where_it_is_public() {
        let serving = Serving {
            base: Some("https://example.org/wire/".parse().unwrap()),
            hubs: vec!["https://hub.example/?a=1".parse().unwrap()],
            ..Serving::default()
        };
        let name = FeedName::parse("section/été").unwrap();
        let document = Document::of_feed(name, Format::Rss, Bytes::new(), Instant::from_millis(0));
        let fields = serving.further(&document);
        let link = fields.iter().find(|(name, _)| name == LINK).unwrap().1.to_str().unwrap();
        assert_eq!(link, "<https://hub.example/?a=1>; rel=\"hub\", <https://example.org/wire/section/%C3%A9t%C3%A9.rss>; rel=\"self\"");
        assert!(!Serving::default().further(&document).iter().any(|(name, _)| name == LINK));
    }
}
