//! A document's own heading.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// A heading of the first level.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Heading {
    /// Its plain text; what looks like HTML stays as typed.
    pub(super) text: String,
    /// Its source, without its marks.
    pub(super) source: String,
    /// Where it stands in the body, in bytes.
    pub(super) range: Range<usize>,
}

/// The heading that stands for the document: the one that leads the body, else its only one of the first level.
pub(super) fn of_document(body: &str) -> Option<Heading> {
    if let Some(heading) = leading(body) {
        return Some(heading);
    }
    if !body.contains("# ") && !body.contains("\n=") {
        return None;
    }
    let mut found = None;
    for (event, range) in Parser::new_ext(body, Options::all() - Options::ENABLE_YAML_STYLE_METADATA_BLOCKS).into_offset_iter() {
        if let Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) = event
            && found.replace(range).is_some()
        {
            return None;
        }
    }
    heading(body, found?)
}

/// The heading that leads the body, if one does.
pub(super) fn leading(body: &str) -> Option<Heading> {
    let mut lines = body.split('\n');
    let first = lines.next()?.trim_start();
    let mut underlined = || lines.next().is_some_and(|line| line.starts_with('=') && line.trim_end().bytes().all(|byte| byte == b'='));
    if !first.starts_with("# ") && !underlined() {
        return None;
    }
    let events = Parser::new_ext(body, Options::ENABLE_HEADING_ATTRIBUTES).into_offset_iter();
    match events.take(1).next() {
        Some((Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }), range)) => heading(body, range),
        _ => None,
    }
}

fn heading(body: &str, range: Range<usize>) -> Option<Heading> {
    let whole = body.get(range.clone())?;
    let line = whole.trim().lines().next().unwrap_or_default().trim();
    let source = line.strip_prefix('#').unwrap_or(line).trim();
    let source = source.trim_end_matches('#').trim_end();
    let source = source.rsplit_once(" {#").map_or(source, |(text, _)| text.trim_end()).to_owned();
    let mut text = String::new();
    for event in Parser::new_ext(whole, Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Text(part) | Event::Code(part) | Event::InlineHtml(part) | Event::Html(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::End(TagEnd::Heading(_)) => break,
            _ => {}
        }
    }
    let text = text.trim().to_owned();
    (!text.is_empty()).then_some(Heading { text, source, range })
}

/// Takes a heading out of the body, and the blank lines that it leaves at the top.
pub(super) fn remove(body: &mut String, range: Range<usize>) {
    let leads = body.get(..range.start).is_some_and(|before| before.trim().is_empty());
    body.replace_range(range, "");
    if leads {
        let kept = super::trimmed(body).to_owned();
        *body = kept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_leading_heading_gives_its_plain_text() {
        for (body, text) in [
            ("# A *bold* `move` #\n\nText", "A bold move"),
            ("# AT&T, <head> & I <3 it", "AT&T, <head> & I <3 it"),
            ("A title\n=======\nText", "A title"),
            ("# With an id {#here}\n", "With an id"),
            ("# A [link](b.md)", "A link"),
        ] {
            assert_eq!(leading(body).map(|heading| heading.text).as_deref(), Some(text), "{body}");
        }
        for body in ["## Second level", "Text\n\n# Later", "#hashtag", "```\n# a\n```", "# ", "    # code"] {
            assert_eq!(leading(body), None, "{body}");
        }
    }

    #[test]
    fn a_later_heading_counts_where_it_is_the_only_one() {
        assert_eq!(of_document("![logo](a.png)\n\n# The name\n\nText").map(|heading| heading.text).as_deref(), Some("The name"));
        assert_eq!(of_document("Text\n\n# One\n\n# Two"), None);
        assert_eq!(of_document("Text\n\n```\n# not one\n```"), None);
    }

    #[test]
    fn removal_leaves_the_rest_as_it_was() {
        let mut body = "# A\n\n    code\n".to_owned();
        let range = leading(&body).unwrap().range;
        remove(&mut body, range);
        assert_eq!(body, "    code");
    }
}
