//! Markdown → HTML, not yet sanitised.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

use crate::article::References;
use pulldown_cmark::{BlockQuoteKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// What leads from a footnote back to its mention; the text of an article leaves it out.
pub(super) const BACK: &str = "↩\u{FE0E}";

pub(super) const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_GFM);

/// The paths of other articles that the links of a text refer to, each once.
pub(super) fn references(markdown: &str) -> Vec<String> {
    let markdown = &bounded(markdown);
    let mut targets: Vec<String> = Parser::new_ext(markdown, OPTIONS)
        .filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. }) => References::target(&dest_url).map(str::to_owned),
            _ => None,
        })
        .collect();
    targets.sort_unstable();
    targets.dedup();
    targets
}

/// Renders CommonMark with tables, footnotes, strikethrough, task lists, alerts and heading attributes. `prefix` begins every
/// footnote's id, so that several articles on one page do not clash.
pub(super) fn to_html(markdown: &str, prefix: &str) -> String {
    let markdown = &bounded(markdown);
    let mut notes = Notes { prefix, numbers: HashMap::new(), order: Vec::new(), definitions: HashMap::new() };
    let body = notes.divert(Parser::new_ext(markdown, OPTIONS));
    let mut out = String::with_capacity(markdown.len() + markdown.len() / 4);
    let body = notes.refer(body);
    html::push_html(&mut out, body.into_iter());
    notes.append(&mut out);
    out
}

/// Footnotes: taken out where they are defined, numbered in the order of their first mention, listed at the end.
struct Notes<'a, 'p> {
    prefix: &'p str,
    /// Number and count of mentions by label.
    numbers: HashMap<CowStr<'a>, (usize, usize)>,
    /// Labels by number.
    order: Vec<CowStr<'a>>,
    definitions: HashMap<CowStr<'a>, Vec<Event<'a>>>,
}

impl<'a> Notes<'a, '_> {
    /// Parts the definitions from the rest.
    fn divert(&mut self, events: impl Iterator<Item = Event<'a>>) -> Vec<Event<'a>> {
        let mut body = Vec::new();
        let mut under: Vec<(CowStr<'a>, Vec<Event<'a>>)> = Vec::new();
        for event in events {
            match event {
                Event::Start(Tag::FootnoteDefinition(label)) => under.push((label, Vec::new())),
                Event::End(TagEnd::FootnoteDefinition) => {
                    if let Some((label, events)) = under.pop() {
                        self.definitions.entry(label).or_insert(events);
                    }
                }
                other => under.last_mut().map_or(&mut body, |(_, events)| events).push(plain(other)),
            }
        }
        body
    }

    /// Puts numbers and links in the place of references.
    fn refer(&mut self, events: Vec<Event<'a>>) -> Vec<Event<'a>> {
        let mut done = Vec::with_capacity(events.len());
        for event in events {
            match event {
                Event::FootnoteReference(label) if self.definitions.contains_key(&label) => {
                    let (number, mention) = self.number(label);
                    let mark = mention_suffix(mention);
                    let prefix = self.prefix;
                    done.push(Event::InlineHtml(
                        format!(r##"<sup><a href="#{prefix}fn-{number}" id="{prefix}fnref-{number}{mark}">{number}</a></sup>"##).into(),
                    ));
                }
                Event::FootnoteReference(label) => done.push(Event::Text(format!("[^{label}]").into())),
                other => done.push(other),
            }
        }
        done
    }

    fn number(&mut self, label: CowStr<'a>) -> (usize, usize) {
        let next = self.order.len() + 1;
        let (number, mentions) = self.numbers.entry(label.clone()).or_insert((next, 0));
        *mentions += 1;
        let found = (*number, *mentions);
        if found.0 == next {
            self.order.push(label);
        }
        found
    }

    /// Writes the list; a note that mentions another one may make it longer while it is written.
    fn append(&mut self, out: &mut String) {
        let mut at = 0;
        while let Some(label) = self.order.get(at).cloned() {
            at += 1;
            if at == 1 {
                out.push_str("<hr>\n<ol>\n");
            }
            let events = self.definitions.get(&label).cloned().unwrap_or_default();
            let events = self.refer(events);
            let prefix = self.prefix;
            let back = format!(r##" <a href="#{prefix}fnref-{at}" title="Back to the text">{BACK}</a>"##);
            // Writing into a String cannot fail.
            let _ = write!(out, r#"<li id="{prefix}fn-{at}">"#);
            let mut note = String::new();
            html::push_html(&mut note, events.into_iter());
            let note = note.trim_end();
            match note.strip_suffix("</p>") {
                Some(text) => out.extend([text, &back, "</p>"]),
                None => out.extend([note, &back]),
            }
            out.push_str("</li>\n");
        }
        if at > 0 {
            out.push_str("</ol>\n");
        }
    }
}

/// How many quotes and list items may begin on one line; the parser's cost for every line after grows with their number.
const MAX_MARKERS: usize = 128;

/// The source with a backslash before the first marker too many of a line.
pub(super) fn bounded(markdown: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut start = 0;
    for line in markdown.split_inclusive('\n') {
        if line.len() > MAX_MARKERS
            && let Some(at) = marker_too_many(line)
        {
            out.push_str(&markdown[copied..start + at]);
            out.push('\\');
            copied = start + at;
        }
        start += line.len();
    }
    if copied == 0 {
        return Cow::Borrowed(markdown);
    }
    out.push_str(&markdown[copied..]);
    Cow::Owned(out)
}

/// Where a line has one marker more than it may have.
fn marker_too_many(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let mut at = 0;
    let mut markers = 0;
    loop {
        at += bytes[at..].iter().position(|b| !matches!(b, b' ' | b'\t'))?;
        let digits = bytes[at..].iter().take(9).take_while(|b| b.is_ascii_digit()).count();
        let end = match bytes[at + digits..] {
            [b'>', ..] | [b'-' | b'+' | b'*', b' ' | b'\t', ..] if digits == 0 => at + 1,
            [b'.' | b')', b' ' | b'\t', ..] if digits > 0 => at + digits + 1,
            // A footnote's definition nests like an item.
            [b'[', b'^', ..] => at + 2 + bytes[at + 2..].iter().take(200).position(|b| *b == b':')? + 1,
            _ => return None,
        };
        markers += 1;
        if markers > MAX_MARKERS {
            return Some(at + digits);
        }
        at = end;
    }
}

fn mention_suffix(mention: usize) -> String {
    if mention == 1 { String::new() } else { format!("-{mention}") }
}

/// What the HTML writer would say with classes and form fields, in words and plain elements.
fn plain(event: Event<'_>) -> Event<'_> {
    match event {
        Event::TaskListMarker(done) => Event::Text(if done { "☑ " } else { "☐ " }.into()),
        Event::Start(Tag::BlockQuote(Some(kind))) => {
            let name = match kind {
                BlockQuoteKind::Note => "Note",
                BlockQuoteKind::Tip => "Tip",
                BlockQuoteKind::Important => "Important",
                BlockQuoteKind::Warning => "Warning",
                BlockQuoteKind::Caution => "Caution",
            };
            Event::Html(format!("<blockquote>\n<p><strong>{name}</strong></p>\n").into())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footnotes_are_numbered_by_first_mention_and_listed_at_the_end() {
        let html = to_html("One[^b], two[^a], again[^b].\n\n[^a]: First.\n\n[^b]: Second, see[^c].\n\n[^c]: Third.\n", "x-");
        insta::assert_snapshot!(html);
    }

    #[test]
    fn a_reference_without_a_note_stays_as_typed() {
        assert_eq!(to_html("Odd[^1].", "x-"), "<p>Odd[^1].</p>\n");
    }

    #[test]
    fn a_note_nobody_mentions_is_not_shown() {
        assert_eq!(to_html("Text.\n\n[^1]: Unused.\n", "x-"), "<p>Text.</p>\n");
    }

    #[test]
    fn notes_that_mention_each_other_end() {
        let html = to_html("A[^1].\n\n[^1]: See[^2].\n\n[^2]: See[^1].\n", "x-");
        assert_eq!(html.matches("<li id=").count(), 2);
    }

    #[test]
    fn extensions() {
        let source =
            "## Head {#anchor .big}\n\n~~old~~\n\n| a | b |\n|:-:|--:|\n| 1 | 2 |\n\n- [x] done\n- [ ] open\n\n> [!WARNING]\n> Mind.\n";
        insta::assert_snapshot!(to_html(source, "x-"));
    }

    #[test]
    fn a_line_may_begin_only_so_many_quotes_and_items() {
        let fine = "> > - 1. text\n\n- - -\n\n".repeat(50);
        assert!(matches!(bounded(&fine), Cow::Borrowed(_)));
        let deep = format!("before\n{}x\nafter > >\n", "> - ".repeat(100));
        let escaped = bounded(&deep);
        assert_eq!(escaped.len(), deep.len() + 1);
        assert!(escaped.starts_with(&format!("before\n{}\\> - ", "> - ".repeat(64))), "{escaped}");
        assert_eq!(to_html(&deep, "x-").matches("<blockquote>").count(), 64);
    }
}
