//! Switches, reasons and priorities.

use super::fields::Said;
use super::labels::{shortened, text};
use super::value::Value;
use crate::reader::findings::Findings;

/// `true` and its relatives, as YAML 1.1 and people write them.
pub(super) fn flag(value: &Value<'_>) -> Option<bool> {
    match value {
        Value::Flag(flag) => Some(*flag),
        Value::Text(text) | Value::Number(text) => {
            let is = |known: &[&str]| known.iter().any(|word| text.trim().eq_ignore_ascii_case(word));
            if is(&["true", "yes", "on", "y", "1"]) { Some(true) } else { is(&["false", "no", "off", "n", "0", ""]).then_some(false) }
        }
        Value::Null | Value::List(_) | Value::Table(_) => None,
    }
}

pub(super) fn not_a_flag(said: Said<'_, '_>, findings: &mut Findings<'_>, heavy: bool) {
    let shown = said.node.value.scalar().map_or_else(|| said.node.value.kind().to_owned(), |text| format!("'{}'", shortened(text)));
    let message = format!("'{}' is {shown} where true or false was expected", said.key);
    let (place, rule, remedy) = (said.node.place, "not-a-switch", format!("write '{}: true' or '{}: false'", said.key, said.key));
    if heavy { findings.fail(place, rule, message, remedy) } else { findings.warn(place, rule, message + "; it was left out", remedy) }
}

/// A reason, or just the fact; a false one is none.
pub(super) fn reason(said: Said<'_, '_>, findings: &mut Findings<'_>) -> Option<String> {
    match flag(&said.node.value) {
        Some(false) => None,
        Some(true) => Some(String::new()),
        // Even a reason that cannot be read is one: what was to be withheld must not go out.
        None => Some(text(said.key, said.node, findings).unwrap_or_default()),
    }
}

/// IPTC's urgency 1 and 2, and the words for it.
pub(super) fn is_urgent(said: Said<'_, '_>, findings: &mut Findings<'_>) -> bool {
    let text = said.node.value.scalar().unwrap_or_default().trim().to_ascii_lowercase();
    match text.as_str() {
        "1" | "2" | "breaking" | "urgent" | "flash" | "bulletin" | "alert" => true,
        // Sitemaps have a priority between 0.0 and 1.0.
        "high" | "normal" | "medium" | "regular" | "routine" | "low" | "deferred" | "" => false,
        number if number.parse::<f64>().is_ok() => false,
        other => {
            findings.warn(
                said.node.place,
                "unknown-priority",
                format!("'{}' is '{}', which is no known priority; the article is not breaking", said.key, shortened(other)),
                "write breaking, urgent, normal, or an IPTC urgency from 1 to 9",
            );
            false
        }
    }
}
