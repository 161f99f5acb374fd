//! Dates as feeds write them: RFC 822, RFC 3339, and the shorter forms of W3C-DTF.

use jiff::tz::TimeZone;

use crate::instant::{Instant, parse_dated};

/// The moment, where it is one; without an offset, in UTC.
pub(super) fn parse(text: &str) -> Option<Instant> {
    let text = text.trim();
    if let Ok(dated) = parse_dated(text, &TimeZone::UTC) {
        return Some(dated.at);
    }
    let digits = |part: &str, len: usize| part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole = match text.split_once('-') {
        None if digits(text, 4) => format!("{text}-01-01"),
        Some((year, month)) if digits(year, 4) && digits(month, 2) => format!("{text}-01"),
        _ => return None,
    };
    parse_dated(&whole, &TimeZone::UTC).ok().map(|dated| dated.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_dates_are_read() {
        for (text, expected) in [
            ("Tue, 24 Nov 2020 17:30:00 +0100", "2020-11-24T16:30:00Z"),
            ("Tue, 24 Nov 2020 17:30:00 GMT", "2020-11-24T17:30:00Z"),
            ("Tue, 24 Nov 2020 12:30:00 EST", "2020-11-24T17:30:00Z"),
            ("24 Nov 20 17:30 UT", "2020-11-24T17:30:00Z"),
            ("2020-11-24T17:30:00.250Z", "2020-11-24T17:30:00.250Z"),
            ("2020-11-24T17:30+01:00", "2020-11-24T16:30:00Z"),
            ("2020-11-24", "2020-11-24T00:00:00Z"),
            ("2020-11", "2020-11-01T00:00:00Z"),
            ("2020", "2020-01-01T00:00:00Z"),
        ] {
            assert_eq!(parse(text).map(Instant::rfc3339).as_deref(), Some(expected), "{text}");
        }
        for bad in ["", "yesterday", "0", "2020-", "202a", "2020-13"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
