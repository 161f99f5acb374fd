//! Dates of agencies: RFC 3339, and ISO 8601's basic format, which NITF asks for (`20261124T173000+0100`).

use std::time::Duration;

use crate::instant::{Dated, parse_dated};
use crate::reader::Context;
use crate::reader::findings::{Findings, Place};

/// The date of a field. One that cannot be read is an error: a guess would publish too early, or at the wrong place of an archive.
pub(in crate::reader) fn date(
    name: &str,
    text: &str,
    place: impl Into<Place>,
    context: Context<'_>,
    findings: &mut Findings<'_>,
) -> Option<Dated> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let dated = loose(text, context);
    if dated.is_none() {
        let shown: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
        let message = format!("'{name}' is '{shown}', which is not a date");
        findings.fail(place.into(), "impossible-date", message, "have it made as 2026-11-24T17:30:00+01:00");
    }
    dated
}

/// The date, if it is one.
pub(in crate::reader) fn loose(text: &str, context: Context<'_>) -> Option<Dated> {
    let text = text.trim();
    let Some(extended) = extended(text) else { return parse_dated(text, context.zone).ok() };
    match extended {
        Extended::Moment(text) => parse_dated(&text, context.zone).ok(),
        Extended::Day { midnight } => {
            let at = parse_dated(&midnight, context.zone).ok()?.at;
            Some(Dated { at, until: at.plus(Duration::from_millis(24 * 60 * 60 * 1000 - 1)) })
        }
    }
}

enum Extended {
    /// In a form that [`parse_dated`] reads.
    Moment(String),
    /// A day somewhere on earth.
    Day {
        /// Its first instant.
        midnight: String,
    },
}

/// The basic format in the extended one; `None` for any other.
fn extended(text: &str) -> Option<Extended> {
    if text.len() > 40 || !text.is_ascii() || text.len() < 8 || !text.as_bytes()[..8].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let day = format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..8]);
    let rest = &text[8..];
    let (time, zone) = rest.strip_prefix(['T', 't']).map_or(("", rest), |rest| {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ':'))).unwrap_or(rest.len());
        rest.split_at(end)
    });
    let zone = match zone {
        "" => String::new(),
        "Z" | "z" => "Z".to_owned(),
        other if other.len() == 5 && other.starts_with(['+', '-']) => format!("{}:{}", &other[..3], &other[3..]),
        other => other.to_owned(),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let time = match (time.len(), time.get(..6)) {
        (0, _) if zone.is_empty() => return Some(Extended::Moment(day)),
        (0, _) => return Some(Extended::Day { midnight: format!("{day}T00:00:00{zone}") }),
        (4, _) if digits(time) => format!("{}:{}:00", &time[..2], &time[2..]),
        (6.., Some(clock)) if digits(clock) => format!("{}:{}:{}{}", &clock[..2], &clock[2..4], &clock[4..], &time[6..]),
        _ => time.to_owned(),
    };
    Some(Extended::Moment(format!("{day}T{time}{zone}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::SourcePath;
    use crate::config::Text;

    #[test]
    fn the_basic_format_is_read() {
        let path = SourcePath::new(std::path::Path::new("a.xml")).unwrap();
        let zone = jiff::tz::TimeZone::get("Europe/Paris").unwrap();
        let text = Text::default();
        let at = |written: &str| {
            let dated = loose(written, Context { path: &path, zone: &zone, text: &text })?;
            Some((dated.at.rfc3339(), dated.until == dated.at))
        };
        let some = |at: &str, exact: bool| Some((at.to_owned(), exact));
        assert_eq!(at("20261124T173005+0100"), some("2026-11-24T16:30:05Z", true));
        assert_eq!(at("20261124T1730Z"), some("2026-11-24T17:30:00Z", true));
        assert_eq!(at("20261124T173005.250Z"), some("2026-11-24T17:30:05.250Z", true));
        assert_eq!(at("20261124T173000"), some("2026-11-24T16:30:00Z", true));
        assert_eq!(at("20261124"), some("2026-11-23T23:00:00Z", false));
        assert_eq!(at("20261124-0500"), some("2026-11-24T05:00:00Z", false));
        assert_eq!(at("2026-11-24T17:30:00-05:00"), some("2026-11-24T22:30:00Z", true));
        for none in ["20261324", "20261124T99", "2026", "20261124T173005+99999", "20261124Tx", ""] {
            assert_eq!(at(none), None, "{none}");
        }
    }
}
