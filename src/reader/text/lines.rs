//! Lines as written → lines as meant: hard wraps joined, groups parted where an empty line stands.

use std::borrow::Cow;

use super::shape::{bare, begins_small, columns, ends_sentence, first_word_columns, is_list_item, is_wide};
use super::{byline, caption, contribution};

/// A line as meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// The file's line on which it begins, from 1.
    pub(super) first: u32,
    /// The file's line on which it ends.
    pub(super) last: u32,
    /// The text, without white space at its ends.
    pub(super) text: Cow<'a, str>,
    /// Lines with no empty line between them share a group.
    pub(super) group: usize,
}

/// A line as written.
struct Written<'a> {
    number: u32,
    text: &'a str,
    columns: usize,
    indent: usize,
    group: usize,
}

/// The widest line that a hard-wrapped text has, in columns, and the narrowest wrapping.
const WIDEST: usize = 100;
const NARROWEST: usize = 45;

/// The lines of `text`, whose first is the file's line `first`.
pub(super) fn split(text: &str, first: u32) -> Vec<Line<'_>> {
    let written = written(text, first);
    let width = wrapped_at(&written);
    let mut lines: Vec<Line<'_>> = Vec::with_capacity(written.len());
    let mut before: Option<&Written<'_>> = None;
    for line in &written {
        let joined = width.zip(before).is_some_and(|(width, before)| before.group == line.group && is_wrap(before, line, width));
        match lines.last_mut() {
            Some(last) if joined => {
                join(last.text.to_mut(), line.text);
                last.last = line.number;
            }
            _ => lines.push(Line { first: line.number, last: line.number, text: Cow::Borrowed(line.text), group: line.group }),
        }
        before = Some(line);
    }
    lines
}

fn written(text: &str, first: u32) -> Vec<Written<'_>> {
    let mut group = 0;
    let mut is_open = false;
    let mut written = Vec::new();
    for (number, raw) in (first..).zip(text.split('\n')) {
        let line = raw.trim();
        if bare(line).is_empty() {
            group += usize::from(is_open);
            is_open = false;
            continue;
        }
        is_open = true;
        let indent = raw.chars().take_while(|c| c.is_whitespace()).map(|c| if c == '\t' || c == '\u{3000}' { 4 } else { 1 }).sum();
        written.push(Written { number, text: line, columns: columns(line), indent, group });
    }
    written
}

/// The width at which the text was wrapped, if it was: hardly a line is wider, and most lines end in mid-sentence where the next
/// word would not have fitted.
fn wrapped_at(lines: &[Written<'_>]) -> Option<usize> {
    let wide = lines.iter().filter(|line| line.columns > WIDEST).count();
    if wide * 20 > lines.len() {
        return None;
    }
    // A list's items end where they end, whatever the width.
    let in_one = |a: &Written<'_>, b: &Written<'_>| a.group == b.group && !is_list_item(b.text);
    let pairs = || lines.windows(2).filter_map(move |pair| if let [a, b] = pair { in_one(a, b).then_some((a, b)) } else { None });
    let mut widths: Vec<usize> = pairs().map(|(line, _)| line.columns).filter(|width| *width <= WIDEST).collect();
    widths.sort_unstable();
    let width = *widths.get((widths.len() * 9 / 10).min(widths.len().checked_sub(1)?))?;
    let (mut all, mut full, mut open) = (0_usize, 0_usize, 0_usize);
    for (line, next) in pairs() {
        all += 1;
        full += usize::from(is_full(line, next, width));
        open += usize::from(
            is_full(line, next, width) && !ends_unit(line.text) && (all > 2 || begins_small(next.text) || !is_cased(next.text)),
        );
    }
    (width >= NARROWEST && full * 3 >= all * 2 && open * 2 > all).then_some(width)
}

fn is_cased(text: &str) -> bool {
    text.chars().find(|c| c.is_alphabetic()).is_some_and(|c| c.is_lowercase() || c.is_uppercase())
}

/// Whether the next line's first word would not have fitted on this one.
fn is_full(line: &Written<'_>, next: &Written<'_>, width: usize) -> bool {
    line.columns + 1 + first_word_columns(next.text) > width
}

fn ends_unit(text: &str) -> bool {
    ends_sentence(text) || text.ends_with([')', ':', ']'])
}

/// Whether the break between two lines of a wrapped text is a wrap rather than the writer's own.
fn is_wrap(line: &Written<'_>, next: &Written<'_>, width: usize) -> bool {
    if is_list_item(next.text) || byline::opened(next.text).is_some() {
        return false;
    }
    // A credit in brackets ends its caption, a line on contributors stands for itself.
    let is_whole = line.text.ends_with([')', '.']) && contribution::people(line.text).is_some();
    if is_whole || (line.text.ends_with(')') && caption::parse(line.text).is_some()) {
        return false;
    }
    // An indented first line begins a paragraph; a list item's further lines hang.
    if next.indent > line.indent + 1 && !is_list_item(line.text) {
        return false;
    }
    if is_full(line, next, width) {
        return true;
    }
    let mostly_full = line.columns * 5 >= width * 3 && (begins_small(next.text) || line.columns * 5 >= width * 4);
    mostly_full && !ends_unit(line.text)
}

/// A line after another: with a space, but for scripts without spaces and after a hyphen inside a word.
fn join(text: &mut String, next: &str) {
    let mut ending = text.chars().rev();
    let last = ending.next().unwrap_or(' ');
    let hyphenated = last == '-' && ending.next().is_some_and(char::is_alphanumeric);
    let unspaced = is_wide(last) && next.chars().next().is_some_and(is_wide);
    if !hyphenated && !unspaced {
        text.push(' ');
    }
    text.push_str(next);
}
