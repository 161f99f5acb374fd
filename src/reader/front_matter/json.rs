//! JSON front matter: an object that begins the file.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::value::{Node, Table, Value};
use crate::reader::findings::{Fault, Place, count};

/// Whether a file begins with a JSON object, and not with a template tag or an attribute list.
pub(super) fn begins(text: &str) -> bool {
    text.strip_prefix('{').is_some_and(|inside| inside.trim_start().starts_with(['"', '}']))
}

/// Where the object that begins `text` ends, in bytes.
pub(super) fn end(text: &str, first_line: u32) -> Result<usize, Fault> {
    // The same bound as for the other notations, so that a huge file is not read through to find the closing brace.
    let mut within = text.len().min(super::LARGEST + 1024);
    while !text.is_char_boundary(within) {
        within -= 1;
    }
    let mut stream = serde_json::Deserializer::from_str(&text[..within]).into_iter::<serde::de::IgnoredAny>();
    match stream.next() {
        Some(Ok(_)) => Ok(stream.byte_offset()),
        Some(Err(error)) if error.is_eof() && within < text.len() => Err(Fault {
            place: Place::new(first_line, 1),
            rule: "front-matter-too-large",
            message: format!("the JSON front matter that opens here does not end within {} kB", super::LARGEST / 1024),
            remedy: "close the brace, or move the text below it".to_owned(),
        }),
        Some(Err(error)) => Err(fault(&error, first_line)),
        None => Ok(0),
    }
}

pub(super) fn parse(source: &str, first_line: u32) -> Result<Table<'static>, Fault> {
    let not_an_object = || Fault {
        place: Place::new(first_line, 1),
        rule: "front-matter",
        message: "the JSON front matter is not an object".to_owned(),
        remedy: "put the keys between { and }".to_owned(),
    };
    if source.trim().is_empty() {
        return Ok(Table::new());
    }
    match serde_json::from_str(source) {
        Ok(Json::Object(object)) => {
            let places = places_of_values(source);
            let place_of = |key: &str| {
                let offset = places.iter().rev().find(|(name, _)| name == key).map_or(0, |(_, offset)| *offset);
                Place::after(source.get(..offset).unwrap_or_default(), first_line)
            };
            Ok(object
                .into_iter()
                .map(|(key, value)| {
                    let place = place_of(&key);
                    (Cow::Owned(key), node(value, place))
                })
                .collect())
        }
        Ok(_) => Err(not_an_object()),
        Err(error) => Err(fault(&error, first_line)),
    }
}

/// A value inside another stands where its top-level value stands: JSON's parser tells no places.
pub(in crate::reader) fn node(value: Json, place: Place) -> Node<'static> {
    let value = match value {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Flag(flag),
        Json::Number(number) => Value::Number(Cow::Owned(number.to_string())),
        Json::String(text) => Value::Text(Cow::Owned(text)),
        Json::Array(items) => Value::List(items.into_iter().map(|item| node(item, place)).collect()),
        Json::Object(object) => Value::Table(object.into_iter().map(|(key, item)| (Cow::Owned(key), node(item, place))).collect()),
    };
    Node { place, value }
}

/// The keys of the outermost object and where their values begin, in bytes; the text is valid JSON.
fn places_of_values(source: &str) -> Vec<(String, usize)> {
    let bytes = source.as_bytes();
    let (mut places, mut depth, mut at) = (Vec::new(), 0_usize, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let end = string_end(bytes, at);
                let after = skip_space(bytes, end);
                if depth == 1 && bytes.get(after) == Some(&b':') {
                    let key = source.get(at..end).and_then(|quoted| serde_json::from_str(quoted).ok()).unwrap_or_default();
                    places.push((key, skip_space(bytes, after + 1)));
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    places
}

/// The offset after the closing quote of the string that opens at `at`.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'\\' => end += 2,
            b'"' => return end + 1,
            _ => end += 1,
        }
    }
    bytes.len()
}

fn skip_space(bytes: &[u8], at: usize) -> usize {
    let space = bytes.iter().skip(at).take_while(|byte| byte.is_ascii_whitespace()).count();
    at + space
}

fn fault(error: &serde_json::Error, first_line: u32) -> Fault {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text).to_owned();
    let remedy = if error.is_eof() {
        "close every brace, bracket and quote"
    } else if what.contains("trailing comma") {
        "remove the comma before the closing bracket"
    } else {
        "mend the JSON: double quotes around keys and text, commas between the pairs, none after the last"
    };
    Fault {
        place: Place::new(first_line.saturating_add(count(error.line().saturating_sub(1))), count(error.column().max(1))),
        rule: "front-matter",
        message: format!("the front matter is not valid JSON: {what}"),
        remedy: remedy.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_object_ends_where_its_brace_does() {
        let text = "{\"a\": \"}\", \"b\": {\"c\": 1}}\nBody }";
        assert_eq!(&text[..end(text, 1).unwrap()], "{\"a\": \"}\", \"b\": {\"c\": 1}}");
    }

    #[test]
    fn values_know_their_places() {
        let table = parse("{\n  \"title\": \"é: \\\"date\\\": 1\",\n  \"date\" :\n    5\n}", 1).unwrap();
        assert_eq!(table[0].1.place, Place::new(2, 12));
        assert_eq!(table[1].1.place, Place::new(4, 5));
    }

    #[test]
    fn a_fault_names_its_place() {
        let fault = parse("{\n  \"a\": 1,\n  \"b\": oops\n}", 3).unwrap_err();
        assert_eq!((fault.place.line, fault.rule), (5, "front-matter"));
    }
}
