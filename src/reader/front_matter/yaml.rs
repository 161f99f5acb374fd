//! YAML front matter of any kind, by the full parser, within bounds.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::{AliasLimits, NonFiniteFloatPolicy};
use serde_saphyr::{Location, Options, Spanned};

use super::value::{Node, Table, Value};
use crate::reader::findings::{Fault, Place};

/// Reads a block.
pub(super) fn parse(source: &str, first_line: u32) -> Result<Table<'static>, Fault> {
    let says_something = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    if !source.lines().any(says_something) {
        return Ok(Table::new());
    }
    let reading = Reading { source, first_line };
    match serde_saphyr::from_str_with_options::<Spanned<Raw>>(source, options()) {
        Ok(root) => match reading.node(root) {
            Node { value: Value::Table(table), .. } => Ok(table),
            Node { value: Value::Null, .. } => Ok(Table::new()),
            Node { place, value } => Err(Fault {
                place,
                rule: "front-matter",
                message: format!("the front matter is {}, not a list of keys", value.kind()),
                remedy: "write each key as 'key: value' on a line of its own, or remove the fences".to_owned(),
            }),
        },
        Err(error) => Err(reading.fault(&error)),
    }
}

/// Bounds that no article's front matter comes near, and YAML 1.2's own idea of a boolean, so that `language: no` is Norwegian.
fn options() -> Options {
    let mut aliases = AliasLimits::default();
    aliases.max_total_replayed_events = 10_000;
    aliases.max_replay_stack_depth = 16;
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: 32,
            flow_nesting_limit: 32,
            max_nodes: 50_000,
            max_events: 150_000,
            max_aliases: 1_000,
            max_anchors: 1_000,
            max_recorded_anchor_events: 50_000,
            max_recorded_anchor_bytes: 4 * 1024 * 1024,
            max_total_scalar_bytes: 4 * 1024 * 1024,
            max_merge_keys: 100,
            max_documents: 2,
        },
        alias_limits: aliases,
        strict_booleans: true,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    }
}

/// A value as the parser hands it on, before its text is fetched from the source.
enum Raw {
    Null,
    /// A number or a boolean: what was typed counts, not what the parser made of it.
    Typed,
    Text(String),
    List(Vec<Spanned<Raw>>),
    Table(Vec<(String, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Raw, E> {
        Ok(Raw::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut table = Vec::new();
        while let Some(entry) = map.next_entry()? {
            table.push(entry);
        }
        Ok(Raw::Table(table))
    }
}

struct Reading<'a> {
    source: &'a str,
    first_line: u32,
}

impl Reading<'_> {
    fn node(&self, raw: Spanned<Raw>) -> Node<'static> {
        let value = match raw.value {
            Raw::Null => Value::Null,
            Raw::Typed => Value::plain(self.typed(raw.defined)).into_owned(),
            Raw::Text(text) if self.is_plain(raw.defined) => match Value::plain(&text) {
                Value::Text(_) => Value::Text(Cow::Owned(text)),
                other => other.into_owned(),
            },
            Raw::Text(text) => Value::Text(Cow::Owned(text)),
            Raw::List(items) => Value::List(items.into_iter().map(|item| self.node(item)).collect()),
            Raw::Table(table) => Value::Table(table.into_iter().map(|(key, item)| (Cow::Owned(key), self.node(item))).collect()),
        };
        Node { place: self.place(raw.referenced), value }
    }

    fn place(&self, location: Location) -> Place {
        let line = u32::try_from(location.line()).unwrap_or(u32::MAX);
        let column = u32::try_from(location.column()).unwrap_or(u32::MAX);
        Place::new(self.first_line.saturating_add(line.max(1) - 1), column.max(1))
    }

    /// The scalar as it stands in the source.
    fn typed(&self, location: Location) -> &str {
        let span = location.span();
        let at = |offset: Option<u64>| offset.and_then(|offset| usize::try_from(offset).ok());
        let (Some(begin), Some(length)) = (at(span.byte_offset()), at(span.byte_len())) else { return "" };
        self.source.get(begin..begin.saturating_add(length)).unwrap_or_default().trim()
    }

    fn is_plain(&self, location: Location) -> bool {
        !self.typed(location).starts_with(['"', '\'', '|', '>'])
    }

    fn fault(&self, error: &serde_saphyr::Error) -> Fault {
        let place = error.location().map_or(Place::new(self.first_line, 1), |location| self.place(location));
        let said = error.without_snippet().to_string();
        // The parser's own place counts from the fence, not from the file's first line.
        let said = said.lines().next().unwrap_or_default();
        let said = said.split(" at line ").next().unwrap_or(said);
        let line = place.line.saturating_sub(self.first_line);
        let line = self.source.lines().nth(usize::try_from(line).unwrap_or(usize::MAX)).unwrap_or_default();
        Fault { place, rule: "front-matter", message: format!("the front matter is not valid YAML: {said}"), remedy: remedy(said, line) }
    }
}

fn remedy(said: &str, line: &str) -> String {
    let value = line.split_once(": ").map_or("", |(_, value)| value.trim());
    if said.contains("duplicate") {
        "keep one of the two".to_owned()
    } else if line.starts_with('\t') || line.trim_start_matches(' ').starts_with('\t') {
        "indent with spaces; YAML allows no tab here".to_owned()
    } else if !value.starts_with(['"', '\'', '[', '{'])
        && (value.contains(": ") || value.starts_with(['@', '`', '%', '*', '&', '!', '|', '>']))
    {
        format!("put the value in quotes: \"{}\"", value.chars().take(60).collect::<String>().replace('"', "\\\""))
    } else if !line.is_empty() && !line.contains(':') {
        "write each key as 'key: value' on a line of its own".to_owned()
    } else {
        "end every quote and bracket, and put text that holds ': ', '#' or quotes in double quotes".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(source: &str) -> Fault {
        parse(source, 2).unwrap_err()
    }

    #[test]
    fn what_was_typed_is_kept() {
        let table = parse("a: 1.10\nb: 2026-11-24\nc: no\nd: |\n  two\n  lines\ne: \"5\"\nf: {g: [1, true]}\n", 2).unwrap();
        let values: Vec<_> = table.iter().map(|(_, node)| node.value.clone()).collect();
        assert_eq!(values[0], Value::Number("1.10".into()));
        assert_eq!(values[1], Value::Text("2026-11-24".into()));
        assert_eq!(values[2], Value::Text("no".into()));
        assert_eq!(values[3], Value::Text("two\nlines\n".into()));
        assert_eq!(values[4], Value::Text("5".into()));
        assert_eq!(table[0].1.place, Place::new(2, 4));
        let Value::Table(inner) = &values[5] else { panic!("{values:?}") };
        let Value::List(items) = &inner[0].1.value else { panic!("{inner:?}") };
        assert_eq!((items[1].place, &items[1].value), (Place::new(9, 12), &Value::Flag(true)));
    }

    #[test]
    fn an_unquoted_colon_is_answered_with_the_quoted_value() {
        let fault = fault("date: 2026-11-24\ntitle: Paris: a city\n");
        assert_eq!(fault.place.line, 3);
        assert_eq!(fault.remedy, "put the value in quotes: \"Paris: a city\"");
    }

    #[test]
    fn a_list_at_the_top_is_no_front_matter() {
        assert!(fault("- a\n- b\n").message.contains("is a list"));
    }

    #[test]
    fn a_key_given_twice_is_an_error_at_the_second() {
        let fault = fault("title: a\ntitle: b\n");
        assert_eq!((fault.place.line, fault.remedy.as_str()), (3, "keep one of the two"));
    }

    #[test]
    fn bombs_are_refused() {
        let level = |level: usize| format!("a{}: &a{} [{}]\n", level, level, vec![format!("*a{}", level - 1); 8].join(", "));
        let bomb: Vec<String> = ["a0: &a0 [x, x, x]\n".to_owned()].into_iter().chain((1..9).map(level)).collect();
        let bomb = bomb.concat();
        assert!(parse(&bomb, 2).is_err());
        assert!(parse(&format!("a: {}", "[".repeat(5000)), 2).is_err());
    }
}
