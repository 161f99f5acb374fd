//! Where the front matter begins and ends, and which notation it is in.

use super::json;
use crate::reader::findings::{Fault, Place, count};

/// A front matter's notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reader) enum Format {
    Yaml,
    Toml,
    Json,
}

/// The block between the fences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reader) struct Block<'a> {
    pub(in crate::reader) format: Format,
    /// What stands between the fences.
    pub(in crate::reader) source: &'a str,
    /// The line on which `source` begins, from 1.
    pub(in crate::reader) line: u32,
}

/// A file's two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reader) struct Split<'a> {
    pub(in crate::reader) block: Option<Block<'a>>,
    pub(in crate::reader) body: &'a str,
    /// The line on which `body` begins, from 1.
    pub(in crate::reader) body_line: u32,
}

/// Parts a text into front matter and body; lines end with `\n`. A text without front matter is all body.
///
/// # Errors
/// Where the front matter has no end, or is in a notation that cannot be read.
pub(in crate::reader) fn split(text: &str) -> Result<Split<'_>, Fault> {
    let head = text.trim_start();
    let blank = text.len() - head.len();
    let line = lines_in(&text[..blank]) + 1;
    // Only whole blank lines may stand before the fence.
    let none = Split { block: None, body: text, body_line: 1 };
    if !text[..blank].is_empty() && !text[..blank].ends_with('\n') {
        return Ok(none);
    }
    let (first, rest) = head.split_once('\n').unwrap_or((head, ""));
    match first.trim_end() {
        "---" | "---yaml" | "---yml" | "--- yaml" => fenced(Format::Yaml, "---", first, rest, line),
        "---toml" | "--- toml" => fenced(Format::Toml, "---", first, rest, line),
        "---json" | "--- json" => fenced(Format::Json, "---", first, rest, line),
        "---js" | "---javascript" | "--- js" => Err(Fault {
            place: Place::new(line, 4),
            rule: "front-matter",
            message: "the front matter is a JavaScript program, which is not run here".to_owned(),
            remedy: "write it as YAML (---), TOML (+++) or JSON ({), or point newswire at the site's built HTML".to_owned(),
        }),
        "+++" => fenced(Format::Toml, "+++", first, rest, line),
        _ if json::begins(head) => {
            let end = json::end(head, line)?;
            let (source, body) = head.split_at(end);
            let (tail, body) = body.split_once('\n').unwrap_or((body, ""));
            let body_line = line.saturating_add(lines_in(source)).saturating_add(1);
            if !tail.trim().is_empty() {
                return Err(Fault {
                    place: Place::after(source, line),
                    rule: "front-matter",
                    message: "text follows the closing brace of the JSON front matter on the same line".to_owned(),
                    remedy: "begin the text on a new line".to_owned(),
                });
            }
            Ok(Split { block: Some(Block { format: Format::Json, source, line }), body, body_line })
        }
        _ => Ok(none),
    }
}

fn fenced<'a>(format: Format, fence: &str, first: &'a str, rest: &'a str, line: u32) -> Result<Split<'a>, Fault> {
    let mut at = 0;
    for (number, candidate) in rest.split_inclusive('\n').enumerate() {
        let shown = candidate.trim_end();
        // YAML's own end of a document closes Jekyll's front matter too.
        if shown == fence || (format == Format::Yaml && shown == "...") {
            return Ok(Split {
                block: Some(Block { format, source: &rest[..at], line: line.saturating_add(1) }),
                body: &rest[at + candidate.len()..],
                body_line: line.saturating_add(2).saturating_add(count(number)),
            });
        }
        at += candidate.len();
    }
    Err(Fault {
        place: Place::new(line, 1),
        rule: "front-matter-unclosed",
        message: format!("the front matter that opens here with '{}' is never closed", first.trim_end()),
        remedy: format!("put '{fence}' on a line of its own after the last key, or remove this line if there is no front matter"),
    })
}

/// Whether a block holds keys: what tells front matter from a plain text that happens to begin with a rule.
pub(in crate::reader) fn looks_like_keys(block: &Block<'_>) -> bool {
    let first = block.source.lines().map(str::trim_start).find(|line| !line.is_empty() && !line.starts_with('#'));
    let Some(first) = first else { return false };
    let name = first.trim_start_matches(['"', '\'']);
    let rest = name.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\''));
    match block.format {
        Format::Yaml => name.len() > rest.len() && (rest == ":" || rest.starts_with(": ")),
        Format::Toml => first.starts_with('[') || (name.len() > rest.len() && rest.trim_start().starts_with('=')),
        Format::Json => true,
    }
}

fn lines_in(text: &str) -> u32 {
    count(text.bytes().filter(|byte| *byte == b'\n').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (Option<(Format, &str, u32)>, &str, u32) {
        let split = split(text).unwrap();
        (split.block.map(|block| (block.format, block.source, block.line)), split.body, split.body_line)
    }

    #[test]
    fn each_notation_is_told_by_its_fence() {
        assert_eq!(parts("---\na: b\n---\nBody"), (Some((Format::Yaml, "a: b\n", 2)), "Body", 4));
        assert_eq!(parts("---\na: b\n...\nBody"), (Some((Format::Yaml, "a: b\n", 2)), "Body", 4));
        assert_eq!(parts("\n\n+++ \na = 1\n+++\n"), (Some((Format::Toml, "a = 1\n", 4)), "", 6));
        assert_eq!(parts("{\n\"a\": 1\n}\n\nBody"), (Some((Format::Json, "{\n\"a\": 1\n}", 1)), "\nBody", 4));
        assert_eq!(parts("---json\n{}\n---\nBody"), (Some((Format::Json, "{}\n", 2)), "Body", 4));
        assert_eq!(parts("---\n---\nBody"), (Some((Format::Yaml, "", 2)), "Body", 3));
    }

    #[test]
    fn what_has_no_fence_is_all_body() {
        for text in ["Body", "----\na\n----", "  ---\na: b\n---", "{{< figure >}}\n", "{: .note}\n", "{% raw %}", "# A\n---\n"] {
            assert_eq!(parts(text), (None, text, 1), "{text}");
        }
    }

    #[test]
    fn an_open_fence_is_an_error_at_its_line() {
        let fault = split("\n---\ntitle: A\n\nBody\n").unwrap_err();
        assert_eq!((fault.rule, fault.place), ("front-matter-unclosed", Place::new(2, 1)));
    }
}
