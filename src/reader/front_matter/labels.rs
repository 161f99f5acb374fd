//! Tags, and other short texts.

use super::keys::Labels;
use super::value::{Node, Value};
use crate::reader::findings::Findings;

/// Adds the tags of one key to those that others gave; each once, without regard to case.
pub(super) fn add(tags: &mut Vec<String>, key: &str, node: &Node<'_>, how: Labels, findings: &mut Findings<'_>) {
    match &node.value {
        Value::Null => {}
        Value::List(items) => {
            for item in items {
                match item.value.scalar() {
                    Some(text) => add_one(tags, text),
                    None if item.value == Value::Null => {}
                    None => refuse(key, item, findings),
                }
            }
        }
        Value::Text(text) => split(text, how).for_each(|tag| add_one(tags, tag)),
        Value::Number(text) => add_one(tags, text),
        Value::Flag(_) | Value::Table(_) => refuse(key, node, findings),
    }
    if tags.len() >= MOST {
        let message = format!("there are {MOST} tags by the end of '{key}'; what came after them was left out");
        findings.warn(node.place, "not-a-tag", message, "keep the tags that readers look for");
    }
}

fn split(text: &str, how: Labels) -> impl Iterator<Item = &str> {
    let commas = text.contains(',');
    text.split(move |c: char| match how {
        Labels::Many if !commas => c.is_whitespace(),
        Labels::Many | Labels::Phrases => c == ',',
        Labels::One => false,
    })
}

/// The most tags that an article has; more are no help to anybody, and each is compared with all before it.
const MOST: usize = 500;

/// Adds a tag, once, without regard to case.
pub(in crate::reader) fn add_one(tags: &mut Vec<String>, tag: &str) {
    if tags.len() >= MOST {
        return;
    }
    let tag = tag.trim();
    let same =
        |known: &String| known == tag || known.eq_ignore_ascii_case(tag) || (!tag.is_ascii() && known.to_lowercase() == tag.to_lowercase());
    if !tag.is_empty() && !tags.iter().any(same) {
        tags.push(one_line(tag));
    }
}

fn refuse(key: &str, node: &Node<'_>, findings: &mut Findings<'_>) {
    findings.warn(
        node.place,
        "not-a-tag",
        format!("'{key}' holds {}, which is no tag; it was left out", node.value.kind()),
        "write tags as text: [europe, \"climate change\"]",
    );
}

/// The text of a scalar key on one line; nothing where it is empty, a warning where it is no scalar.
pub(super) fn text(key: &str, node: &Node<'_>, findings: &mut Findings<'_>) -> Option<String> {
    if let Some(text) = node.value.scalar() {
        return Some(one_line(text)).filter(|text| !text.is_empty());
    }
    if node.value != Value::Null {
        findings.warn(
            node.place,
            "not-text",
            format!("'{key}' is {} where text was expected; it was left out", node.value.kind()),
            "write it as text in quotes",
        );
    }
    None
}

/// The text without space at its ends, its lines joined.
pub(super) fn one_line(text: &str) -> String {
    let text = text.trim();
    if text.contains(['\n', '\t']) { text.split_whitespace().collect::<Vec<_>>().join(" ") } else { text.to_owned() }
}

/// A value for a message: one line, at most 60 characters.
pub(super) fn shortened(text: &str) -> String {
    let line = one_line(text);
    if line.chars().count() <= 60 { line } else { line.chars().take(59).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::SourcePath;
    use crate::reader::findings::Place;

    fn tags(values: &[(&str, Labels)]) -> Vec<String> {
        let path = SourcePath::new(std::path::Path::new("a.md")).unwrap();
        let mut findings = Findings::new(&path);
        let mut tags = Vec::new();
        for (text, how) in values {
            let node = Node { place: Place::new(1, 1), value: Value::Text((*text).into()) };
            add(&mut tags, "tags", &node, *how, &mut findings);
        }
        tags
    }

    #[test]
    fn one_string_may_hold_several_tags() {
        assert_eq!(tags(&[("a b  c", Labels::Many)]), ["a", "b", "c"]);
        assert_eq!(tags(&[("climate change, Europe,", Labels::Many)]), ["climate change", "Europe"]);
        assert_eq!(tags(&[("world news", Labels::One)]), ["world news"]);
        assert_eq!(tags(&[("rising seas", Labels::Phrases)]), ["rising seas"]);
    }

    #[test]
    fn very_many_are_cut_at_once() {
        let many = (0..200_000).map(|number| format!("é{number}")).collect::<Vec<_>>().join(" ");
        let begun = std::time::Instant::now();
        assert_eq!(tags(&[(&many, Labels::Many)]).len(), MOST);
        assert!(begun.elapsed().as_secs() < 5, "they are not each compared with all others");
    }

    #[test]
    fn each_tag_comes_once_as_first_typed() {
        assert_eq!(tags(&[("Europe, ÉTÉ", Labels::Many), ("europe été Paris", Labels::Many)]), ["Europe", "ÉTÉ", "Paris"]);
    }
}
