//! What the TOML parser and serde say, in words that help: unknown keys with the nearest known one, wrong types without the value.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mask::shown;
use super::nearest::nearest;
use crate::config::key::KEYS;

/// How deep values may lie in each other; what uses them allows far less.
pub(super) const DEEPEST: usize = 40;

/// The place of a value that lies deeper than serde's own recursion should go.
pub(super) fn too_deep(table: &DeTable<'_>) -> Option<Range<usize>> {
    table.values().find_map(|value| deeper(value, DEEPEST))
}

fn deeper(value: &Spanned<DeValue<'_>>, left: usize) -> Option<Range<usize>> {
    let Some(left) = left.checked_sub(1) else { return Some(value.span()) };
    match value.get_ref() {
        DeValue::Array(list) => list.iter().find_map(|value| deeper(value, left)),
        DeValue::Table(table) => table.values().find_map(|value| deeper(value, left)),
        DeValue::String(_) | DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => None,
    }
}

/// Message and remedy for an error of the parser: the text is no TOML.
pub(super) fn syntax(error: &toml::de::Error) -> (String, String) {
    let message = error.message().trim();
    let remedy = if message.contains("duplicate key") {
        "give each key once; a table's keys stand together under its header"
    } else if message.contains("quote") || message.contains("string") {
        "put texts into quotes, \"like this\", and close them on the same line"
    } else {
        "a line is a key, '=' and a value, or a table's [header]"
    };
    let message = match message {
        "invalid basic string, expected `\"`" | "invalid literal string, expected `'`" => "a text has no closing quote",
        _ => message.strip_suffix(", expected literal string").unwrap_or(message),
    };
    (format!("this is not valid TOML: {message}"), remedy.to_owned())
}

/// Message and remedy for an error of serde: an unknown key or a value of the wrong type.
pub(super) fn mismatch(error: &toml::de::Error, table: &DeTable<'_>) -> (String, String) {
    let message = error.message().trim();
    let path = error.span().and_then(|span| path_to(table, &span)).unwrap_or_default();
    if let Some(rest) = message.strip_prefix("unknown field `") {
        return unknown_key(rest, &path);
    }
    let repeated_in_vain =
        matches!(path.as_slice(), [Step::Key(name), Step::Index] if !matches!(name.as_str(), "feed" | "rule" | "webhook"));
    if repeated_in_vain || message.starts_with("invalid length") {
        return ("expected a table, found a list".to_owned(), table_remedy(&path));
    }
    for prefix in ["invalid type: ", "invalid value: "] {
        if let Some((found, expected)) = message.strip_prefix(prefix).and_then(|rest| rest.rsplit_once(", expected ")) {
            let message = format!("expected {}, found {}", plainly(expected), kind_of(found));
            return (message, table_remedy(&path));
        }
    }
    // Whatever else serde or toml may say may quote a value.
    ("this value cannot be understood".to_owned(), table_remedy(&path))
}

fn unknown_key(rest: &str, path: &[Step]) -> (String, String) {
    let (name, known) = match rest.rsplit_once("`, expected ") {
        Some((name, known)) => (name, known.split('`').skip(1).step_by(2).collect()),
        None => (rest.split('`').next().unwrap_or_default(), Vec::new()),
    };
    let place = header(path.split_last().map_or(&[][..], |(_, parents)| parents));
    let remedy = if let Some(near) = nearest(name, known.iter().copied()) {
        format!("did you mean '{near}'?")
    } else if let Some(key) = KEYS.iter().find(|key| key.name == name && key.variable().is_some()) {
        format!("'{name}' belongs under [{}]", key.table)
    } else {
        format!("known here: {}", known.join(", "))
    };
    (format!("unknown key '{}' {place}", shown(name)), remedy)
}

fn plainly(expected: &str) -> &str {
    match expected {
        "a string" => "a text",
        "a sequence" => "a list",
        "a boolean" => "true or false",
        "u64" => "a whole number, 0 or more",
        "a map" => "a table",
        other => other,
    }
}

fn kind_of(found: &str) -> &'static str {
    match found.split([' ', '`']).next().unwrap_or_default() {
        "string" => "a text",
        "integer" => "a whole number",
        "floating" => "a number with a fraction",
        "boolean" => "true or false",
        "sequence" => "a list",
        "map" => "a table",
        _ => "something else",
    }
}

fn table_remedy(path: &[Step]) -> String {
    match path {
        [Step::Key(name)] if matches!(name.as_str(), "feed" | "rule" | "webhook") => {
            format!("write [[{name}]], with two brackets: there can be several")
        }
        [Step::Key(name)] => format!("write [{name}] and its keys below it"),
        [Step::Key(name), Step::Index] if !matches!(name.as_str(), "feed" | "rule" | "webhook") => {
            format!("write [{name}], with one bracket: there is only one")
        }
        _ => String::new(),
    }
}

/// One step on the way from the file's top to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index,
}

/// How to speak of a table.
fn header(path: &[Step]) -> String {
    match path {
        [] => "at the top level".to_owned(),
        [Step::Key(table), Step::Index, rest @ ..] => format!("in [[{}]]{}", shown(table), tail(rest)),
        [Step::Key(table), rest @ ..] => format!("in [{}]{}", shown(table), tail(rest)),
        [Step::Index, rest @ ..] => format!("in{}", tail(rest)),
    }
}

fn tail(rest: &[Step]) -> String {
    let keys: Vec<String> = rest
        .iter()
        .filter_map(|step| match step {
            Step::Key(name) => Some(shown(name)),
            Step::Index => None,
        })
        .collect();
    if keys.is_empty() { String::new() } else { format!(" {}", keys.join(".")) }
}

/// The way to the key or value that stands at `span`.
fn path_to(table: &DeTable<'_>, span: &Range<usize>) -> Option<Vec<Step>> {
    table.iter().find_map(|(key, value)| {
        let below = if key.span() == *span { Some(Vec::new()) } else { path_into(value, span) };
        below.map(|mut path| {
            path.insert(0, Step::Key(key.get_ref().to_string()));
            path
        })
    })
}

fn path_into(value: &Spanned<DeValue<'_>>, span: &Range<usize>) -> Option<Vec<Step>> {
    if let DeValue::Array(list) = value.get_ref()
        && let Some(mut path) = list.iter().find_map(|value| path_into(value, span))
    {
        path.insert(0, Step::Index);
        return Some(path);
    }
    if let DeValue::Table(inner) = value.get_ref()
        && let Some(path) = path_to(inner, span)
    {
        return Some(path);
    }
    (value.span() == *span).then(Vec::new)
}
