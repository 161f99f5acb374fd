//! The everyday kind of YAML front matter, read line by line: `key: value`, quoted text, `[a, b]`, and lists of `- item`.
//!
//! Reading a hundred thousand articles spends most of its time here, and the full parser takes some twenty times as long. What this
//! one does not know for certain it leaves to that one; where it answers, both agree (a property test holds them to it).

use std::borrow::Cow;

use super::value::{Node, Table, Value};
use crate::reader::findings::{Place, count};

/// The table, or nothing where the block holds anything out of the ordinary, or an error.
pub(super) fn parse(source: &str, first_line: u32) -> Option<Table<'_>> {
    if !ordinary_characters(source) {
        return None;
    }
    let mut table = Table::with_capacity(12);
    let mut lines = Lines { rest: source, next: first_line };
    while let Some((number, line)) = lines.take() {
        let (key, value) = key(line)?;
        if table.iter().any(|(known, _)| known == key) {
            return None;
        }
        let node = if is_blank_or_comment(value) {
            block_list(&mut lines, number, key.len() + 2)?
        } else {
            let column = line.len() - value.len() + 1;
            Node { place: Place::new(number, count(column)), value: inline(value, number, count(column))? }
        };
        table.push((Cow::Borrowed(key), node));
    }
    Some(table)
}

/// Lines that say something, with their numbers; blank ones and comments at the margin are passed over.
struct Lines<'a> {
    rest: &'a str,
    next: u32,
}

impl<'a> Lines<'a> {
    fn peek(&mut self) -> Option<&'a str> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let line = self.rest.split('\n').next().unwrap_or_default();
            if !line.starts_with('#') && !line.bytes().all(|byte| byte == b' ') {
                return Some(line);
            }
            self.skip(line);
        }
    }

    fn take(&mut self) -> Option<(u32, &'a str)> {
        let line = self.peek()?;
        let number = self.next;
        self.skip(line);
        Some((number, line))
    }

    fn skip(&mut self, line: &str) {
        self.rest = self.rest.get(line.len() + 1..).unwrap_or_default();
        self.next = self.next.saturating_add(1);
    }
}

/// No tab, no control character, and nothing that YAML takes for a line break or a byte order mark.
fn ordinary_characters(source: &str) -> bool {
    if source.bytes().any(|byte| (byte < b' ' && byte != b'\n') || byte == 0x7f) {
        return false;
    }
    source.is_ascii()
        || source.chars().all(|c| !matches!(c, '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'))
}

/// A key at the margin and what follows it, its leading spaces removed.
fn key(line: &str) -> Option<(&str, &str)> {
    let end = line.bytes().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')))?;
    let (key, rest) = line.split_at(end);
    let value = rest.strip_prefix(':')?;
    let begins = key.bytes().next()?;
    let spaced = value.is_empty() || value.starts_with(' ');
    let plain = (begins.is_ascii_alphabetic() || begins == b'_') && !key.eq_ignore_ascii_case("null");
    (spaced && plain).then(|| (key, value.trim_start_matches(' ')))
}

fn is_blank_or_comment(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('#')
}

fn inline(text: &str, line: u32, column: u32) -> Option<Value<'_>> {
    if text.starts_with('[') { flow_list(text, line, column) } else { scalar(text) }
}

/// A scalar that ends with its line.
fn scalar(text: &str) -> Option<Value<'_>> {
    if text.starts_with(['"', '\'']) {
        let (value, rest) = quoted(text)?;
        return ends(rest).then_some(value);
    }
    let text = text.split(" #").next().unwrap_or(text).trim_end_matches(' ');
    if text.contains(": ") || text.ends_with(':') || !begins_plain(text) {
        return None;
    }
    Some(Value::plain(text))
}

/// Whether unquoted text begins as such: with none of YAML's indicators, and no mark of a list.
fn begins_plain(text: &str) -> bool {
    match text.as_bytes() {
        [b'-', next, ..] => next.is_ascii_alphanumeric(),
        [first, ..] => {
            first.is_ascii_alphanumeric() || !first.is_ascii() || matches!(first, b'/' | b'(' | b'.' | b'+' | b'$' | b'_' | b'<' | b'~')
        }
        [] => false,
    }
}

/// Quoted text and what follows its closing quote.
fn quoted(text: &str) -> Option<(Value<'_>, &str)> {
    let mark = text.as_bytes().first()?;
    let inside = text.get(1..)?;
    let bytes = inside.as_bytes();
    let mut escapes = false;
    let mut at = 0;
    loop {
        match bytes.get(at)? {
            b'\\' if *mark == b'"' => {
                if !matches!(bytes.get(at + 1)?, b'"' | b'\\') {
                    return None;
                }
                escapes = true;
                at += 2;
            }
            b'\'' if *mark == b'\'' && bytes.get(at + 1) == Some(&b'\'') => {
                escapes = true;
                at += 2;
            }
            byte if byte == mark => break,
            _ => at += 1,
        }
    }
    let content = inside.get(..at)?;
    let content = if !escapes {
        Cow::Borrowed(content)
    } else if *mark == b'"' {
        Cow::Owned(unescaped(content))
    } else {
        Cow::Owned(content.replace("''", "'"))
    };
    Some((Value::Text(content), inside.get(at + 1..)?))
}

/// `\"` and `\\` resolved; no other escape comes here.
fn unescaped(content: &str) -> String {
    let mut out = String::with_capacity(content.len());
    let mut characters = content.chars();
    while let Some(c) = characters.next() {
        out.push(if c == '\\' { characters.next().unwrap_or(c) } else { c });
    }
    out
}

/// Whether nothing but a comment follows.
fn ends(rest: &str) -> bool {
    let trimmed = rest.trim_start_matches(' ');
    trimmed.is_empty() || (trimmed.starts_with('#') && trimmed.len() < rest.len())
}

/// `[a, "b, c", d]` on one line, scalars only.
fn flow_list(text: &str, line: u32, column: u32) -> Option<Value<'_>> {
    let mut items = Vec::new();
    let mut rest = text.strip_prefix('[')?.trim_start_matches(' ');
    while !rest.starts_with(']') {
        let before = &text[..text.len() - rest.len()];
        let place = Place::new(line, column.saturating_add(count(before.chars().count())));
        let (value, after) = if rest.starts_with(['"', '\'']) {
            quoted(rest)?
        } else {
            let end = rest.find([',', ']'])?;
            let item = rest[..end].trim_end_matches(' ');
            let unusual =
                |byte: u8| matches!(byte, b'[' | b'{' | b'}' | b':' | b'#' | b'"' | b'\'' | b'&' | b'*' | b'!' | b'|' | b'>' | b'?');
            if item.bytes().any(unusual) || !begins_plain(item) {
                return None;
            }
            (Value::plain(item), &rest[end..])
        };
        items.push(Node { place, value });
        let after = after.trim_start_matches(' ');
        rest = match after.strip_prefix(',') {
            Some(next) => next.trim_start_matches(' '),
            None if after.starts_with(']') => after,
            None => return None,
        };
    }
    ends(&rest[1..]).then_some(Value::List(items))
}

/// What stands below a key without a value: lines of `- item` at one depth, or nothing at all.
fn block_list<'a>(lines: &mut Lines<'a>, key_line: u32, key_column: usize) -> Option<Node<'a>> {
    let nothing = Node { place: Place::new(key_line, count(key_column)), value: Value::Null };
    let Some(first) = lines.peek() else { return Some(nothing) };
    let depth = first.len() - first.trim_start_matches(' ').len();
    if !first[depth..].starts_with("- ") {
        return (depth == 0).then_some(nothing);
    }
    let mut items: Vec<Node<'_>> = Vec::new();
    let begins = Place::new(lines.next, count(depth + 1));
    while let Some(line) = lines.peek() {
        let Some(item) = line.get(depth..).and_then(|rest| rest.strip_prefix("- ")).filter(|_| line[..depth].bytes().all(|b| b == b' '))
        else {
            break;
        };
        let item = item.trim_start_matches(' ');
        if is_blank_or_comment(item) {
            return None;
        }
        let place = Place::new(lines.next, count(line.len() - item.len() + 1));
        items.push(Node { place, value: scalar(item)? });
        lines.take();
    }
    // A list at its key's own margin begins, for the full parser, with its first item.
    let place = items.first().filter(|_| depth == 0).map_or(begins, |item| item.place);
    Some(Node { place, value: Value::List(items) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::reader::front_matter::yaml;

    /// A value that is nothing has no place worth comparing.
    fn without_places_of_nothing(mut table: Table<'_>) -> Table<'_> {
        for (_, node) in &mut table {
            if node.value == Value::Null {
                node.place = Place::new(0, 0);
            }
        }
        table
    }

    /// Whether the fast reader answered; where it did, the full parser must say the same.
    fn agrees(source: &str) -> bool {
        let Some(fast) = parse(source, 2) else { return false };
        let full = yaml::parse(source, 2);
        assert_eq!(Ok(without_places_of_nothing(fast)), full.map(without_places_of_nothing), "{source}");
        true
    }

    #[test]
    fn everyday_front_matter_is_read_here() {
        for source in [
            "title: A plain headline\ndate: 2026-11-24 17:30:00 +0100\ndraft: false\n",
            "title: \"Quoted: with a colon\"\n\n# a comment\nauthor: 'It''s me'   # who else\n",
            "title: \"She said \\\"no\\\" \\\\ and left\"\ntags: [a, \"b, c\", 'd', 5, true,]\nempty: []\n",
            "tags:\n  - one\n  - \"two\"\n  - 3\ncategories:\n- a b\n- c\nnext: ~\nlast:\n",
            "title: AT&T, <head> & I <3 it\nversion: 1.10\nempty:   # nothing\nurl: https://example.org/a?b=c#d\n",
            "title: 10 % of «all» — 日本\nn: -5\nlist: [é, ö]\n",
            "",
        ] {
            assert!(agrees(source), "{source}");
        }
    }

    #[test]
    fn what_is_out_of_the_ordinary_is_left_to_the_full_parser() {
        for source in [
            "summary: >\n  folded\n",
            "title: a\n  continued\n",
            "a: {b: c}\n",
            "a: [b,\n c]\n",
            "a: &x b\n",
            "a: *x\n",
            "a: b: c\n",
            "a:\n  b: c\n",
            "a:\n  - b: c\n",
            "a:\n  - [b]\n",
            "a: 1\na: 2\n",
            "a: \"b\\n\"\n",
            "a: \"b\" c\n",
            "a: 'b\n",
            "a\tb: c\n",
            "- a\n",
            "a: @b\n",
            "a: [b: c]\n",
            "null: a\n",
            "a: !!str 5\n",
        ] {
            assert!(parse(source, 2).is_none(), "{source}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

        #[test]
        fn both_parsers_agree_on_what_looks_like_front_matter(
            lines in prop::collection::vec(
                (
                    "[a-z_]{1,4}|title|null|y",
                    prop_oneof![
                        Just(": ".to_owned()), Just(":".to_owned()), Just(":  ".to_owned()), Just(" : ".to_owned())
                    ],
                    prop_oneof![
                        "[ -~]{0,16}",
                        "\"[ -~é]{0,10}\"( #x)?",
                        "'[ -~é]{0,10}'",
                        "\\[[ -~é,]{0,12}\\]",
                        "[a-zé0-9 .:#'\"\\[\\],-]{0,12}",
                        "[-+0-9.eE:]{1,8}",
                        "\n(  )?- [ -~]{0,8}\n(  )?- [a-z]{0,3}",
                        "\n  [a-z]+: [a-z]+",
                    ],
                ),
                0..5,
            ),
        ) {
            let source: String = lines.iter().flat_map(|(key, colon, value)| [key, colon, value, "\n"]).collect();
            agrees(&source);
        }

        #[test]
        fn both_parsers_agree_on_anything(source in "(?s)([ -~\n]|\n- |: |é|\u{85}|\u{feff}|\t){0,40}") {
            agrees(&source);
        }
    }
}
