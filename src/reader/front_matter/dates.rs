//! Dates in front matter.

use jiff::tz::TimeZone;

use super::labels::shortened;
use super::value::Node;
use crate::instant::{Dated, parse_dated};
use crate::reader::findings::Findings;

/// What hangs on a date, and so what to do where only its beginning can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// A place in an archive: the beginning will do, with a warning.
    Day,
    /// The hour at which something becomes public, or ceases to be.
    Hour,
}

/// The date of a key. What cannot be read is an error: a guess would publish too early, or at the wrong place of an archive.
pub(super) fn date(key: &str, node: &Node<'_>, weight: Weight, zone: &TimeZone, findings: &mut Findings<'_>) -> Option<Dated> {
    let text = node.value.scalar().unwrap_or_default().trim();
    if let Ok(dated) = parse_dated(text, zone) {
        return Some(dated);
    }
    let shown = if text.is_empty() { node.value.kind().to_owned() } else { format!("'{}'", shortened(text)) };
    if let Some((begins, dated)) = beginning(text, zone).filter(|_| weight == Weight::Day) {
        let message = format!("'{key}' is {shown}, of which only the beginning is a date; it was taken as {begins}");
        findings.warn(node.place, "half-a-date", message, FORMS);
        return Some(dated);
    }
    let what = if is_in_the_form_of_a_date(text) { "a day or an hour that does not exist" } else { "which is not a date" };
    findings.fail(node.place, "impossible-date", format!("'{key}' is {shown}, {what}"), FORMS);
    None
}

const FORMS: &str = "write 2026-11-24, 2026-11-24 17:30, or 2026-11-24T17:30:00+01:00";

/// The longest beginning, by words, that is a date. An hour that cannot be read spoils it: that would not be what was meant.
fn beginning<'t>(text: &'t str, zone: &TimeZone) -> Option<(&'t str, Dated)> {
    if !is_in_the_form_of_a_date(text) || text.len() > 60 {
        return None;
    }
    let ends = text.char_indices().rev().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at);
    let (begins, dated) = ends.map(|at| text[..at].trim_end()).find_map(|begins| Some((begins, parse_dated(begins, zone).ok()?)))?;
    (!text[begins.len()..].contains(':')).then_some((begins, dated))
}

/// Whether a text begins as `YYYY-MM-DD` does.
fn is_in_the_form_of_a_date(text: &str) -> bool {
    let form = |day: &str| day.bytes().enumerate().all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
    text.get(..10).is_some_and(form)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::SourcePath;
    use crate::diagnostic::Severity;
    use crate::reader::findings::Place;
    use crate::reader::front_matter::Value;

    /// Whether there is a date, and how heavy the finding weighs.
    fn read(text: &str, weight: Weight) -> (bool, Option<Severity>) {
        let path = SourcePath::new(std::path::Path::new("a.md")).unwrap();
        let mut findings = Findings::new(&path);
        let node = Node { place: Place::new(1, 1), value: Value::Text(text.into()) };
        let dated = date("date", &node, weight, &TimeZone::UTC, &mut findings);
        (dated.is_some(), findings.into_diagnostics().first().map(|diagnostic| diagnostic.severity))
    }

    #[test]
    fn a_beginning_is_enough_where_no_hour_hangs_on_it() {
        let garbled = "2026-01-29 18:30:22 2026 -0800";
        assert_eq!(read(garbled, Weight::Day), (true, Some(Severity::Warning)));
        assert_eq!(read(garbled, Weight::Hour), (false, Some(Severity::Error)));
        assert_eq!(read("2026-01-29 18:30", Weight::Hour), (true, None));
    }

    #[test]
    fn a_day_that_does_not_exist_is_an_error() {
        for text in ["2026-02-30", "2026-13-01 10:00", "2026-12-01 25:00", "soon", "2026", ""] {
            assert_eq!(read(text, Weight::Day), (false, Some(Severity::Error)), "{text}");
        }
    }
}
