//! Which part of a representation a request asks for (RFC 9110 section 14).

use axum::http::HeaderValue;

/// What is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it: no range, one that is not understood, or several, which nobody here needs to have parted.
    All,
    /// From the first to the last byte, counted from 0.
    Part {
        /// The first byte.
        first: u64,
        /// The last byte.
        last: u64,
    },
    /// A part that does not exist (416).
    Nothing,
}

/// What a `Range` field asks of a representation of this length.
pub(super) fn wanted(range: &HeaderValue, length: u64) -> Wanted {
    understood(range, length).unwrap_or(Wanted::All)
}

fn understood(range: &HeaderValue, length: u64) -> Option<Wanted> {
    let (unit, set) = range.to_str().ok()?.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") || set.contains(',') {
        return None;
    }
    let (first, last) = set.trim().split_once('-')?;
    let number = |text: &str| -> Option<u64> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // A number beyond all numbers lies beyond the end.
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    if first.is_empty() {
        let count = number(last)?;
        let none = count == 0 || length == 0;
        return Some(if none { Wanted::Nothing } else { Wanted::Part { first: length.saturating_sub(count), last: length - 1 } });
    }
    let first = number(first)?;
    let last = if last.is_empty() { u64::MAX } else { number(last)? };
    if last < first {
        return None;
    }
    Some(if first >= length { Wanted::Nothing } else { Wanted::Part { first, last: last.min(length - 1) } })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ranges_as_players_ask_for_them() {
        let part = |first, last| Wanted::Part { first, last };
        for (range, expected) in [
            ("bytes=0-", part(0, 9)),
            ("bytes=0-1", part(0, 1)),
            ("bytes=3-3", part(3, 3)),
            ("bytes=8-100", part(8, 9)),
            ("bytes=-4", part(6, 9)),
            ("bytes=-400", part(0, 9)),
            ("Bytes=0-0", part(0, 0)),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=99999999999999999999-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=5-2", Wanted::All),
            ("bytes=0-1,4-5", Wanted::All),
            ("bytes=a-b", Wanted::All),
            ("bytes=--1", Wanted::All),
            ("items=0-1", Wanted::All),
            ("bytes", Wanted::All),
        ] {
            assert_eq!(wanted(&HeaderValue::from_static(range), 10), expected, "{range}");
        }
        assert_eq!(wanted(&HeaderValue::from_static("bytes=0-"), 0), Wanted::Nothing);
    }

    proptest! {
        #[test]
        fn no_part_leaves_the_whole(text in "bytes=[0-9,-]{0,30}", length in 0_u64..50) {
            if let Wanted::Part { first, last } = wanted(&HeaderValue::try_from(text).unwrap(), length) {
                prop_assert!(first <= last && last < length);
            }
        }
    }
}
