//! Dates in front matter.

use jiff::tz::TimeZone;

use super::value::Node;
use crate::instant::{Dated, parse_dated};
use crate::reader::findings::Findings;

/// The date of a key. What cannot be read is an error: a guess would publish too early, or at the wrong place of an archive.
pub(super) fn date(key: &str, node: &Node<'_>, zone: &TimeZone, findings: &mut Findings<'_>) -> Option<Dated> {
    let text = node.value.scalar().unwrap_or_default();
    match parse_dated(text, zone) {
        Ok(dated) => Some(dated),
        Err(_) => {
            let shown = if text.is_empty() { node.value.kind().to_owned() } else { format!("'{}'", super::labels::shortened(text)) };
            let what = if looks_like_a_date(text) { "names a day or an hour that does not exist" } else { "is not a date" };
            findings.fail(
                node.place,
                "impossible-date",
                format!("'{key}' is {shown}, which {what}"),
                "write 2026-11-24, 2026-11-24 17:30, or 2026-11-24T17:30:00+01:00",
            );
            None
        }
    }
}

fn looks_like_a_date(text: &str) -> bool {
    let bytes = text.trim().as_bytes();
    bytes.len() >= 10 && bytes.iter().take(10).enumerate().all(|(at, byte)| if matches!(at, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() })
}
