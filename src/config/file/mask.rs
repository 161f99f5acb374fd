//! What an error may show of a config file: never a secret, never more of a webhook's URL than its origin.
//!
//! Where the file could be parsed, the places of secrets are known exactly, and every value that stands where a secret may have been
//! meant is hidden too (an unknown key of a webhook, a key called something like `token`). `guess` is for files that could not.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use url::Url;

use super::nearest::nearest;
use crate::config::key::Key;

/// Keys of a webhook that hold nothing secret.
pub(super) const PLAIN_OF_WEBHOOK: [&str; 5] = ["name", "events", "breaking_only", "feed", "allow_private"];
/// Tables that hold nothing secret under the keys that newswire knows.
pub(super) const PLAIN_TABLES: [&str; 13] =
    ["rsl", "site", "articles", "feeds", "feed", "rule", "server", "tls", "access_log", "limits", "delivery", "text", "html"];

/// A text from the file as a message may quote it: short, without control characters, secrets and URLs' user names masked.
pub(crate) fn shown(text: &str) -> String {
    let hidden = patterns(text);
    let mut out = String::new();
    for (at, c) in text.char_indices().take(80) {
        match hidden.iter().find(|range| range.contains(&at)) {
            Some(range) if range.start == at => out.push('…'),
            Some(_) => {}
            None if c.is_control() => out.push('\u{fffd}'),
            None => out.push(c),
        }
    }
    if text.chars().nth(80).is_some() {
        out.push('…');
    }
    out
}

/// What looks secret wherever it stands: the text after `whsec_`, and a URL's user name and password.
pub(super) fn patterns(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, prefix) in text.match_indices("whsec_") {
        let start = at + prefix.len();
        let length = text[start..].find(|c: char| !(c.is_ascii_alphanumeric() || "+/=_-".contains(c))).unwrap_or(text.len() - start);
        found.push(start..start + length);
    }
    for (at, separator) in text.match_indices("://") {
        let start = at + separator.len();
        let rest = &text[start..];
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).unwrap_or(rest.len());
        if let Some(sign) = rest[..end].rfind('@') {
            found.push(start..start + sign);
        }
    }
    found.retain(|range| !range.is_empty());
    found
}

/// Where secrets stand in a file that could be parsed.
pub(super) fn places(text: &str, table: &DeTable<'_>) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        match value.get_ref() {
            DeValue::Table(inner) => of_table(text, name, inner, &mut places),
            DeValue::Array(list) if list.iter().any(|value| value.get_ref().is_table()) => {
                for value in list {
                    match value.get_ref() {
                        DeValue::Table(inner) => of_table(text, name, inner, &mut places),
                        _ => leaves(value, &mut places),
                    }
                }
            }
            _ if resembles_secret(name) || name == "webhook" => leaves(value, &mut places),
            _ => stray_url(text, value, &mut places),
        }
    }
    places
}

fn of_table(text: &str, name: &str, table: &DeTable<'_>, places: &mut Vec<Range<usize>>) {
    let plain = PLAIN_TABLES.contains(&name);
    for (key, value) in table {
        let key = key.get_ref().as_ref();
        match (name, key) {
            ("webhook" | "ledger", "url") => url_tail(text, value, places),
            ("webhook", "secret") => secret(value, places),
            ("webhook", key) if PLAIN_OF_WEBHOOK.contains(&key) => {}
            ("ledger", "path") => {}
            // The key itself in place of its file's name.
            ("tls", "key") if value.get_ref().as_str().is_some_and(|text| text.contains("-----")) => leaves(value, places),
            _ if plain && Key::find(name, key).is_some() => nested(value, places),
            _ if plain && !resembles_secret(key) => stray_url(text, value, places),
            _ => leaves(value, places),
        }
    }
}

/// Within a plain value, only what is called like a secret.
fn nested(value: &Spanned<DeValue<'_>>, places: &mut Vec<Range<usize>>) {
    match value.get_ref() {
        DeValue::Table(table) => {
            for (key, value) in table {
                if resembles_secret(key.get_ref()) { leaves(value, places) } else { nested(value, places) }
            }
        }
        DeValue::Array(list) => list.iter().for_each(|value| nested(value, places)),
        DeValue::String(_) | DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {}
    }
}

/// The value of an unknown key: a URL may be a webhook's in the wrong place.
fn stray_url(text: &str, value: &Spanned<DeValue<'_>>, places: &mut Vec<Range<usize>>) {
    match value.get_ref() {
        DeValue::String(written) if written.contains("://") => url_tail(text, value, places),
        DeValue::Array(list) => list.iter().for_each(|value| stray_url(text, value, places)),
        _ => nested(value, places),
    }
}

/// A webhook's `secret`: all but the name of a variable or file.
fn secret(value: &Spanned<DeValue<'_>>, places: &mut Vec<Range<usize>>) {
    match value.get_ref() {
        DeValue::Array(list) => list.iter().for_each(|value| secret(value, places)),
        DeValue::Table(table) => {
            for (key, value) in table {
                match (key.get_ref().as_ref(), value.get_ref().as_str()) {
                    ("env", Some(name)) if is_variable(name) => {}
                    ("file", Some(_)) => {}
                    _ => leaves(value, places),
                }
            }
        }
        DeValue::String(_) | DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
            places.push(value.span());
        }
    }
}

/// A URL that may carry a token: all but its origin, and all of it where it is no plain URL.
fn url_tail(text: &str, value: &Spanned<DeValue<'_>>, places: &mut Vec<Range<usize>>) {
    let span = value.span();
    let origin = value.get_ref().as_str().and_then(|written| {
        let url = Url::parse(written).ok().filter(|url| url.username().is_empty() && url.password().is_none() && url.has_host())?;
        let authority = written.find("://")? + 3;
        let tail = written[authority..].find(['/', '?', '#']).map_or(written.len(), |at| authority + at);
        matches!(url.scheme(), "http" | "https").then_some(&written[..tail])
    });
    let shown = origin.and_then(|origin| Some(text.get(span.clone())?.find(origin)? + origin.len()));
    match shown {
        Some(length) if span.start + length < span.end => places.push(span.start + length..span.end - 1),
        _ => leaves(value, places),
    }
}

fn leaves(value: &Spanned<DeValue<'_>>, places: &mut Vec<Range<usize>>) {
    match value.get_ref() {
        DeValue::Array(list) => list.iter().for_each(|value| leaves(value, places)),
        DeValue::Table(table) => table.values().for_each(|value| leaves(value, places)),
        DeValue::String(_) | DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
            places.push(value.span());
        }
    }
}

/// Whether a text can be an environment variable's name; what cannot may be the secret itself, put into the wrong place.
pub(super) fn is_variable(name: &str) -> bool {
    name.len() <= 200
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !name.starts_with("whsec_")
}

/// Whether a key is called like something secret.
pub(super) fn resembles_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    ["secret", "token", "passw", "apikey", "api_key", "whsec"].iter().any(|word| name.contains(word))
        || nearest(&name, ["secret", "secrets", "password"]).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> String {
        let table = DeTable::parse(text).unwrap();
        let mut hidden = places(text, table.get_ref());
        hidden.sort_by_key(|range| range.start);
        let mut out = text.to_owned();
        for range in hidden.into_iter().rev() {
            out.replace_range(range, "…");
        }
        out
    }

    #[test]
    fn secrets_and_the_tails_of_webhook_urls_are_hidden() {
        let text = "[[webhook]]\nname = 'a'\nurl = \"https://h.example:8443/T0/B1?x=y\"\nsecret = [\n 'hunter2', { env = \"NAME\" }, { evn = 'oops' },\n]\n";
        assert_eq!(
            exact(text),
            "[[webhook]]\nname = 'a'\nurl = \"https://h.example:8443…\"\nsecret = [\n …, { env = \"NAME\" }, { evn = … },\n]\n"
        );
        assert_eq!(exact("webhook = [{ url = 'https://u:p@h/' }]"), "webhook = [{ url = … }]");
        assert_eq!(exact("[ledger]\nurl = 'postgres://u:p@h/db'"), "[ledger]\nurl = …");
    }

    #[test]
    fn what_may_have_been_meant_as_a_secret_is_hidden() {
        assert_eq!(exact("[[webhook]]\nsecert = 'hunter2'"), "[[webhook]]\nsecert = …");
        assert_eq!(exact("[webhooks]\nkey = 'hunter2'"), "[webhooks]\nkey = …");
        assert_eq!(exact("[site]\ntoken = 'hunter2'\ntitel = 'x'"), "[site]\ntoken = …\ntitel = 'x'");
        assert_eq!(exact("secret = 12345678"), "secret = …");
    }

    #[test]
    fn quoted_texts_are_short_and_clean() {
        assert_eq!(shown("a\u{1b}[31m"), "a\u{fffd}[31m");
        assert_eq!(shown("x whsec_abc+/= y"), "x whsec_… y");
        assert_eq!(shown("https://user:pass@example.org/a"), "https://…@example.org/a");
        assert_eq!(shown(&"é".repeat(90)).chars().count(), 81);
    }
}
