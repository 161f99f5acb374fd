//! An article's language and its place on the web.

use super::fields::Said;
use super::labels::shortened;
use super::value::Value;
use crate::article::Link;
use crate::reader::findings::Findings;

/// A language tag in the form of BCP 47, `en_GB` brought to `en-GB`.
pub(super) fn language(said: Said<'_, '_>, findings: &mut Findings<'_>) -> Option<String> {
    // POSIX locales name a character set after a dot.
    let text = said.node.value.scalar()?.trim().split('.').next()?.replace('_', "-");
    let mut parts = text.split('-');
    let primary = parts.next().unwrap_or_default();
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let rest = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if (2..=3).contains(&primary.len()) && letters(primary) && parts.all(rest) {
        return Some(text);
    }
    if !text.is_empty() {
        findings.warn(
            said.node.place,
            "not-a-language",
            format!("'{}' is '{}', which is no language tag; the site's language is used", said.key, shortened(&text)),
            "write a BCP 47 tag such as en, en-GB or pt-BR",
        );
    }
    None
}

/// An absolute URL or a path; nothing where a generator's switch stands there (`permalink: false`).
pub(super) fn link(said: Said<'_, '_>) -> Result<Option<String>, &'static str> {
    let Some(text) = said.node.value.scalar().map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    if matches!(said.node.value, Value::Flag(_)) {
        return Ok(None);
    }
    if text.contains("/:") || text.starts_with(':') || text.contains("{{") || matches!(text, "pretty" | "date" | "ordinal" | "none") {
        return Err("is a generator's pattern, not an address");
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err("contains white space");
    }
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    let absolute =
        scheme.is_some_and(|scheme| !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)));
    if absolute {
        return match Link::parse(text) {
            Ok(_) => Ok(Some(text.to_owned())),
            Err(error) => Err(error.why),
        };
    }
    if text.starts_with("//") || text.split('/').any(|part| part == "..") {
        return Err("leads outside the site");
    }
    Ok(Some(text.to_owned()))
}
