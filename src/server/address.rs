//! From a request's path to what it may name. Decoded once; never a path on disk.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::article::Link;

/// The longest path and query, in bytes: a link holds at most 2048, of which the query may be as long again.
pub(super) const MAX: usize = 4096;

/// The path, percent-decoded once; `None` where what comes out is not UTF-8 or holds a control character.
pub(super) fn decoded(path: &str) -> Option<Cow<'_, str>> {
    if !path.contains('%') {
        return Some(Cow::Borrowed(path));
    }
    let text = percent_decode_str(path).decode_utf8().ok()?;
    (!text.chars().any(char::is_control)).then_some(text)
}

/// The links that a request for this path and query may mean under the site's origin, likeliest first.
///
/// As sent; in the normal form of RFC 3986 section 6.2.2 (hexadecimal in capitals, unreserved characters as themselves); and each
/// without its query, which belongs to whoever shared the link.
pub(super) fn links(site: &Url, path: &str, query: Option<&str>) -> Vec<Link> {
    let mut links = Vec::with_capacity(2);
    let mut offer = |text: String| {
        let url = site.join(&text).ok().filter(|url| url.origin() == site.origin());
        if let Some(link) = url.and_then(|url| Link::parse(url.as_str()).ok())
            && !links.contains(&link)
        {
            links.push(link);
        }
    };
    // `//host/…` would be another host's; a path that begins so is none of ours.
    if !path.starts_with('/') || path.starts_with("//") {
        return Vec::new();
    }
    if let Some(query) = query {
        offer(format!("{path}?{query}"));
    }
    offer(path.to_owned());
    offer(normal(path));
    links
}

/// A percent sign that begins no escape is escaped itself, so that decoding gives the same text before and after.
fn normal(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        text.push_str(&rest[..at]);
        let escape = rest.get(at + 1..at + 3).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let Some((digits, byte)) = escape.and_then(|digits| Some((digits, u8::from_str_radix(digits, 16).ok()?))) else {
            text.push_str("%25");
            rest = &rest[at + 1..];
            continue;
        };
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push('%');
            text.push_str(&digits.to_ascii_uppercase());
        }
        rest = &rest[at + 3..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn meant(path: &str, query: Option<&str>) -> Vec<String> {
        links(&Url::parse("https://example.org/blog/").unwrap(), path, query).into_iter().map(String::from).collect()
    }

    #[test]
    fn one_page_however_its_path_is_written() {
        assert_eq!(meant("/blog/a", None), ["https://example.org/blog/a"]);
        assert_eq!(meant("/blog/%C3%A9", None), ["https://example.org/blog/%C3%A9"]);
        assert!(meant("/blog/%c3%a9", None).contains(&"https://example.org/blog/%C3%A9".to_owned()));
        assert!(meant("/blog/%7Ea%2d", None).contains(&"https://example.org/blog/~a-".to_owned()));
        assert_eq!(meant("/p", Some("id=3")), ["https://example.org/p?id=3", "https://example.org/p"]);
    }

    #[test]
    fn no_path_leaves_the_site() {
        for path in ["//evil.example/x", "", "*", "https://evil.example/"] {
            assert!(meant(path, None).is_empty(), "{path}");
        }
        assert!(meant("/%2F%2Fevil.example", None).iter().all(|link| link.starts_with("https://example.org/")));
    }

    #[test]
    fn decoding_happens_once() {
        assert_eq!(decoded("/a%2Fb").unwrap(), "/a/b");
        assert_eq!(decoded("/a%252Fb").unwrap(), "/a%2Fb");
        assert_eq!(decoded("/%zz").unwrap(), "/%zz");
        assert!(decoded("/%00").is_none());
        assert!(decoded("/%ff").is_none());
    }

    proptest! {
        #[test]
        fn whatever_is_sent_stays_within_the_site(path in "/[ -~]{0,60}", query in proptest::option::of("[ -~]{0,20}")) {
            for link in meant(&path, query.as_deref()) {
                prop_assert!(link.starts_with("https://example.org/"), "{}", link);
            }
        }

        #[test]
        fn the_normal_form_means_the_same_and_is_its_own(path in "/([a-z%+]|%[0-9a-fA-F]{2}|é){0,12}") {
            let once = normal(&path);
            let bytes = |text: &str| percent_decode_str(text).collect::<Vec<u8>>();
            prop_assert_eq!(bytes(&once), bytes(&path));
            prop_assert_eq!(normal(&once), once);
        }
    }
}
