//! Preconditions (RFC 9110 section 13): whether the client has it already.

use axum::http::header::{IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::instant::Instant;

/// What to answer a GET or HEAD with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The representation.
    Send,
    /// 304: it has it.
    Unchanged,
    /// 412: it wants another version only.
    Failed,
}

/// What the selected representation is known by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Validators<'a> {
    /// The opaque part of its strong entity tag, without quotes.
    pub(super) tag: &'a str,
    /// `Last-Modified`; `None` where there is none, or where its second has not come yet.
    pub(super) modified: Option<Instant>,
}

/// Evaluates the preconditions in the order of RFC 9110 section 13.2.2. `If-Range` needs no answer, as ranges have none.
pub(super) fn evaluate(headers: &HeaderMap, current: Validators<'_>, now: Instant) -> Verdict {
    if headers.contains_key(IF_MATCH) {
        if !any_tag(headers, &IF_MATCH, |given| given.any || (!given.weak && given.opaque == current.tag.as_bytes())) {
            return Verdict::Failed;
        }
    } else if let (Some(since), Some(modified)) = (date(headers, &IF_UNMODIFIED_SINCE), current.modified)
        && modified > since
    {
        return Verdict::Failed;
    }
    if headers.contains_key(IF_NONE_MATCH) {
        if any_tag(headers, &IF_NONE_MATCH, |given| given.any || names(given, current.tag)) {
            return Verdict::Unchanged;
        }
        return Verdict::Send;
    }
    match (date(headers, &IF_MODIFIED_SINCE), current.modified) {
        // A date in the future says nothing of what the client has, only that its clock is wrong.
        (Some(since), Some(modified)) if since >= modified && since <= now => Verdict::Unchanged,
        _ => Verdict::Send,
    }
}

/// What proxies that code an answer by themselves add to its tag.
/// Longer ones before those that they end in.
const PROXY_SUFFIXES: [&str; 9] = ["--gzip", "-gzip", "-br", "-zstd", "-deflate", ";gzip", ";br", ":gzip", "_gzip"];
/// What tells our own forms of one version apart.
const FORM_SUFFIXES: [&str; 3] = [".gz", ".br", ".zst"];

/// Weak comparison (RFC 9110 section 8.8.3.2). A strong tag names one form of a version. What a proxy coded by itself, or weakened because
/// it may code it, names the version in whichever form: what the client has means the same, and its bytes are the proxy's anyway.
fn names(given: &Given<'_>, tag: &str) -> bool {
    if given.opaque == tag.as_bytes() {
        return true;
    }
    let plain = without(given.opaque, &PROXY_SUFFIXES);
    let recoded = plain.len() < given.opaque.len();
    (given.weak || recoded) && without(plain, &FORM_SUFFIXES) == without(tag.as_bytes(), &FORM_SUFFIXES)
}

fn without<'a>(tag: &'a [u8], suffixes: &[&str]) -> &'a [u8] {
    suffixes.iter().find_map(|suffix| tag.strip_suffix(suffix.as_bytes())).unwrap_or(tag)
}

/// What `If-None-Match` names: each tag as it was given, and the version that it means, in whichever form.
pub(super) fn versions(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    let given = headers.get_all(IF_NONE_MATCH).iter().flat_map(|value| tags(value.as_bytes()));
    given.filter(|given| !given.any).map(|given| (given.opaque, without(without(given.opaque, &PROXY_SUFFIXES), &FORM_SUFFIXES)))
}

/// One element of a list of entity tags.
struct Given<'a> {
    any: bool,
    weak: bool,
    opaque: &'a [u8],
}

fn any_tag(headers: &HeaderMap, name: &HeaderName, matches: impl Fn(&Given<'_>) -> bool) -> bool {
    headers.get_all(name).iter().any(|value| tags(value.as_bytes()).any(|given| matches(&given)))
}

/// Reads a list of entity tags. What is no tag is passed over up to the next comma; a tag without its quotes, as some clients
/// send it, is taken as one.
fn tags(mut rest: &[u8]) -> impl Iterator<Item = Given<'_>> {
    std::iter::from_fn(move || {
        while let [b' ' | b'\t' | b',', tail @ ..] = rest {
            rest = tail;
        }
        if rest.is_empty() {
            return None;
        }
        let weak = rest.starts_with(b"W/") || rest.starts_with(b"w/");
        if weak {
            rest = &rest[2..];
        }
        let (opaque, any) = if let [b'"', tail @ ..] = rest {
            let end = tail.iter().position(|byte| *byte == b'"').unwrap_or(tail.len());
            rest = tail.get(end + 1..).unwrap_or_default();
            (&tail[..end], false)
        } else {
            let end = rest.iter().position(|byte| *byte == b',').unwrap_or(rest.len());
            let bare = rest[..end].trim_ascii_end();
            rest = &rest[end..];
            (bare, !weak && bare == b"*")
        };
        Some(Given { any, weak, opaque })
    })
}

/// A date header with exactly one valid value.
fn date(headers: &HeaderMap, name: &HeaderName) -> Option<Instant> {
    let mut values = headers.get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    parse_date(value)
}

fn parse_date(value: &HeaderValue) -> Option<Instant> {
    httpdate::parse_http_date(value.to_str().ok()?.trim()).ok().map(Instant::from_system)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TAG: &str = "5d41402abc4b2a76";

    fn second(second: i64) -> Instant {
        Instant::from_millis(second * 1000)
    }

    fn verdict(fields: &[(HeaderName, &str)], modified: Option<Instant>) -> Verdict {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        evaluate(&headers, Validators { tag: TAG, modified }, second(2_000_000_000))
    }

    #[test]
    fn tags_that_match_and_those_that_do_not() {
        for (given, expected) in [
            ("\"5d41402abc4b2a76\"", true),
            ("W/\"5d41402abc4b2a76\"", true),
            ("w/\"5d41402abc4b2a76\"", true),
            ("\"5d41402abc4b2a76-gzip\"", true),
            ("W/\"5d41402abc4b2a76;gzip\"", true),
            ("\"5d41402abc4b2a76--gzip\"", true),
            ("*", true),
            ("\"other\", \"5d41402abc4b2a76\"", true),
            ("\"a,b\",,\t\"5d41402abc4b2a76\"", true),
            ("5d41402abc4b2a76", true),
            ("\"\", W/\"5d41402abc4b2a76\"", true),
            ("\"5d41402abc4b2a76", true),
            ("\"5d41402abc4b2a76.br-gzip\"", true),
            ("W/\"5d41402abc4b2a76.gz\"", true),
            // Another form's strong tag: that client has other bytes.
            ("\"5d41402abc4b2a76.gz\"", false),
            ("\"5d41402abc4b2a7\"", false),
            ("\"*\"", false),
            ("W/*", false),
            ("", false),
            (",", false),
            ("W/", false),
            ("\"x 5d41402abc4b2a76\"", false),
        ] {
            let expected = if expected { Verdict::Unchanged } else { Verdict::Send };
            assert_eq!(verdict(&[(IF_NONE_MATCH, given)], None), expected, "{given}");
        }
    }

    #[test]
    fn tags_stand_over_dates() {
        let modified = Some(second(1_000_000_000));
        let same = second(1_000_000_000).http_date();
        assert_eq!(verdict(&[(IF_NONE_MATCH, "\"x\""), (IF_MODIFIED_SINCE, &same)], modified), Verdict::Send);
        assert_eq!(verdict(&[(IF_MODIFIED_SINCE, &same)], modified), Verdict::Unchanged);
        assert_eq!(verdict(&[(IF_MATCH, "\"5d41402abc4b2a76\""), (IF_NONE_MATCH, "*")], modified), Verdict::Unchanged);
    }

    #[test]
    fn dates_earlier_equal_later_future_and_broken() {
        let modified = Some(second(1_000_000_000));
        for (since, expected) in [
            ("Sun, 09 Sep 2001 01:46:39 GMT", Verdict::Send),
            ("Sun, 09 Sep 2001 01:46:40 GMT", Verdict::Unchanged),
            ("Sunday, 09-Sep-01 01:46:40 GMT", Verdict::Unchanged),
            ("Sun Sep  9 01:46:40 2001", Verdict::Unchanged),
            ("Sun, 09 Sep 2001 02:00:00 GMT", Verdict::Unchanged),
            ("Sat, 01 Jan 2100 00:00:00 GMT", Verdict::Send),
            ("yesterday", Verdict::Send),
            ("", Verdict::Send),
        ] {
            assert_eq!(verdict(&[(IF_MODIFIED_SINCE, since)], modified), expected, "{since}");
            assert_eq!(verdict(&[(IF_MODIFIED_SINCE, since)], None), Verdict::Send, "{since}, not modified yet");
        }
        let twice = [(IF_MODIFIED_SINCE, "Sun, 09 Sep 2001 01:46:40 GMT"), (IF_MODIFIED_SINCE, "Sun, 09 Sep 2001 01:46:40 GMT")];
        assert_eq!(verdict(&twice, modified), Verdict::Send);
    }

    #[test]
    fn a_client_may_insist_on_a_version() {
        let modified = Some(second(1_000_000_000));
        assert_eq!(verdict(&[(IF_MATCH, "\"5d41402abc4b2a76\"")], modified), Verdict::Send);
        assert_eq!(verdict(&[(IF_MATCH, "*")], modified), Verdict::Send);
        assert_eq!(verdict(&[(IF_MATCH, "W/\"5d41402abc4b2a76\"")], modified), Verdict::Failed);
        assert_eq!(verdict(&[(IF_MATCH, "\"other\"")], modified), Verdict::Failed);
        assert_eq!(verdict(&[(IF_UNMODIFIED_SINCE, "Sun, 09 Sep 2001 01:46:39 GMT")], modified), Verdict::Failed);
        assert_eq!(verdict(&[(IF_UNMODIFIED_SINCE, "Sun, 09 Sep 2001 01:46:40 GMT")], modified), Verdict::Send);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_their_end(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            // Each element takes at least one byte, so the list ends.
            prop_assert!(tags(&bytes).count() <= bytes.len());
        }

        #[test]
        fn a_tag_is_found_wherever_it_stands(before in "[a-z]{0,8}", after in "[a-z]{0,8}", weak: bool) {
            let list = format!("\"{before}\" , {}\"{TAG}\",\"{after}\"", if weak { "W/" } else { "" });
            prop_assert_eq!(verdict(&[(IF_NONE_MATCH, &list)], None), Verdict::Unchanged);
        }
    }
}
