//! Whether a request for a feed is a person's, who opened it in a browser, or a program's, which wants the feed itself.

use axum::http::header::{ACCEPT, USER_AGENT};
use axum::http::{HeaderMap, HeaderName};

/// What a browser wants the answer for (Fetch Metadata). Sent to secure and local addresses by every browser since 2023.
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Whether this is a browser's top-level navigation. Where no browser says so, it is one that prefers HTML and names no form of the feed
/// itself before it; no `Accept` at all is a program's.
pub(super) fn is_by_browser(headers: &HeaderMap) -> bool {
    match headers.get(SEC_FETCH_DEST) {
        Some(wanted) => wanted == "document",
        None => prefers_html(headers) && !is_program(headers),
    }
}

/// What programs that gather feeds call themselves, besides the address of a page about them, which no browser names. Many of them ask
/// as browsers do (search engines read feeds as lists of new pages), and must get what they came for.
const PROGRAMS: [&str; 6] = ["http:", "https:", "bot", "feed", "rss", "subscriber"];

fn is_program(headers: &HeaderMap) -> bool {
    headers.get(USER_AGENT).is_some_and(|agent| {
        let agent = String::from_utf8_lossy(agent.as_bytes()).to_ascii_lowercase();
        PROGRAMS.iter().any(|name| agent.contains(name))
    })
}

/// The most media ranges that are looked at.
const MOST_RANGES: usize = 64;

/// Whether `text/html` is named with a quality that no form of the feed exceeds, and before all of these.
fn prefers_html(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok());
    let mut ranges = lines.flat_map(|line| line.split(',')).take(MOST_RANGES).filter_map(understood);
    let html = ranges.by_ref().find_map(|(range, quality)| {
        let is_html = range.eq_ignore_ascii_case("text/html");
        (is_html || is_feeds(range)).then_some(if is_html { quality } else { 0 })
    });
    html.is_some_and(|html| html > 0 && ranges.all(|(range, quality)| quality <= html || !is_feeds(range)))
}

/// Whether a media range names a form of the feed: XML, JSON, or what newer forms of both are called. XHTML is a page.
fn is_feeds(range: &str) -> bool {
    let range = range.to_ascii_lowercase();
    let xhtml = range == "application/xhtml+xml";
    !xhtml && (range.ends_with("/xml") || range.ends_with("+xml") || range.ends_with("/json") || range.ends_with("+json"))
}

/// A media range and its quality in thousandths (RFC 9110 section 12.4.2); what is no quality counts as none at all.
fn understood(element: &str) -> Option<(&str, u16)> {
    let mut parts = element.split(';').map(str::trim);
    let range = parts.next().filter(|range| !range.is_empty())?;
    let quality = parts.find_map(|parameter| parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q=")));
    let thousandths = match quality {
        None => 1000,
        Some(text) => {
            let number: f32 = text.trim().parse().ok().filter(|number| (0.0..=1.0).contains(number))?;
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
            let thousandths = (number * 1000.0) as u16;
            thousandths
        }
    };
    Some((range, thousandths))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn asked(fields: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        is_by_browser(&headers)
    }

    const CHROME: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
    const SAFARI_13: &str =
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15";

    #[test]
    fn browsers_that_say_what_for() {
        assert!(asked(&[("sec-fetch-dest", "document"), ("accept", CHROME)]));
        assert!(asked(&[("sec-fetch-dest", "document")]));
        for other in ["empty", "iframe", "image", "script", "", "Document"] {
            assert!(!asked(&[("sec-fetch-dest", other), ("accept", CHROME)]), "{other}");
        }
    }

    #[test]
    fn browsers_that_do_not() {
        for accept in [
            CHROME,
            "text/html, text/plain, text/sgml, text/css, application/xhtml+xml, */*;q=0.01",
            "text/html, text/*;q=0.5, image/*",
            "text/html",
            "application/xhtml+xml,text/html;q=0.9,*/*;q=0.1",
            "TEXT/HTML ; q=0.5",
        ] {
            assert!(asked(&[("accept", accept)]), "{accept}");
            assert!(asked(&[("accept", accept), ("user-agent", SAFARI_13)]), "{accept}");
        }
        assert!(asked(&[("accept", "image/png"), ("accept", "text/html")]), "in two lines");
    }

    #[test]
    fn programs_get_the_feed() {
        for accept in [
            "",
            "*/*",
            "application/rss+xml, application/atom+xml;q=0.9, text/html;q=0.8",
            "application/xml, application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, text/html, */*;q=0.9",
            "application/atom+xml,application/rdf+xml,application/rss+xml,application/x-netcdf,application/xml;q=0.9,text/xml;q=0.2,*/*;q=0.1",
            "application/xml,application/xhtml+xml,text/html;q=0.9,text/plain;q=0.8,image/png,*/*;q=0.5",
            "text/xml, text/html",
            "application/xml;q=0.3, text/html;q=0.9",
            "application/feed+json, text/html",
            "text/html;q=0.8, application/rss+xml",
            "text/html;q=0",
            "text/html;q=2",
            "text/html;q=x",
            "text/*",
            "text/plain",
        ] {
            assert!(!asked(&[("accept", accept)]), "{accept}");
        }
        assert!(!asked(&[]) && !asked(&[("user-agent", SAFARI_13)]));
    }

    #[test]
    fn programs_that_ask_as_browsers_do_get_the_feed() {
        for agent in [
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html) Chrome/130.0 Safari/537.36",
            "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers; like FeedFetcher-Google)",
            "NewsBlur Feed Fetcher - 3 subscribers",
            "Some RSS Reader",
            "Mozilla/5.0 (compatible; +https://reader.example/about)",
        ] {
            assert!(!asked(&[("accept", CHROME), ("user-agent", agent)]), "{agent}");
        }
    }

    proptest! {
        #[test]
        fn any_header_is_understood_or_passed_over(line in "[ -~\t]{0,200}") {
            // Whoever does not name HTML never gets it.
            prop_assert!(!asked(&[("accept", &line)]) || line.to_ascii_lowercase().contains("text/html"));
        }

        #[test]
        fn what_stands_first_wins_where_both_are_as_good(quality in 1_u16..=1000) {
            let quality = f32::from(quality) / 1000.0;
            prop_assert!(asked(&[("accept", &format!("text/html;q={quality}, application/rss+xml;q={quality}"))]), "html first");
            prop_assert!(!asked(&[("accept", &format!("application/rss+xml;q={quality}, text/html;q={quality}"))]), "feed first");
        }
    }
}
