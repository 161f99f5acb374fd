//! The line an error is about, with a mark under the place.

use std::fmt;
use std::ops::Range;

use super::mask;

/// How much of a line is shown, in characters.
const WIDTH: usize = 100;
/// How much of a line around the place is looked at, in bytes to either side; enough for `WIDTH` characters.
const REACH: usize = 4 * WIDTH;

/// One line of the file, fit to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    number: u32,
    line: String,
    before: usize,
    width: usize,
}

/// Line and column of a byte of `text`, both from 1, the column in characters.
pub(super) fn position(text: &str, at: usize) -> (u32, u32) {
    let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[..at].bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = text[start..at].chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

impl Excerpt {
    /// The line where `span` begins, without what `hidden` covers.
    pub(super) fn new(text: &str, span: &Range<usize>, hidden: &[Range<usize>]) -> Self {
        let line = line_around(text, span.start);
        let mut hidden: Vec<Range<usize>> =
            hidden.iter().filter(|range| range.start < line.end && range.end > line.start).cloned().collect();
        if let Some(last) = hidden.iter().map(|range| range.end).max() {
            // A remark behind a secret may well be another one.
            let comment = text.get(last..line.end).and_then(|rest| rest.find('#'));
            hidden.extend(comment.map(|at| last + at + 1..line.end));
        }
        hidden.extend(mask::patterns(&text[line.clone()]).into_iter().map(|range| line.start + range.start..line.start + range.end));

        let near = near(text, &line, span.start);
        hidden.retain(|range| range.start < near.end && range.end > near.start);

        let mut shown: Vec<char> = if near.start > line.start { vec!['…'] } else { Vec::new() };
        let mut before = None;
        let mut after = None;
        let mut inside = false;
        for (offset, c) in text[near.clone()].char_indices() {
            let at = near.start + offset;
            if at >= span.start && before.is_none() {
                before = Some(shown.len());
            }
            if at >= span.end && after.is_none() {
                after = Some(shown.len());
            }
            if hidden.iter().any(|range| range.contains(&at)) {
                if !inside {
                    shown.push('…');
                }
                inside = true;
            } else {
                inside = false;
                shown.push(if c == '\t' {
                    ' '
                } else if c.is_control() {
                    '\u{fffd}'
                } else {
                    c
                });
            }
        }
        let before = before.unwrap_or(shown.len()).min(shown.len());
        let after = after.unwrap_or(shown.len());
        let (number, _) = position(text, line.start);
        Self::window(number, &shown, before, after.saturating_sub(before))
    }

    fn window(number: u32, shown: &[char], before: usize, width: usize) -> Self {
        let from = if shown.len() <= WIDTH || before < WIDTH / 2 { 0 } else { before - WIDTH / 4 };
        let to = shown.len().min(from + WIDTH);
        let mut line: String = if from > 0 { "…".into() } else { String::new() };
        line.extend(&shown[from..to]);
        if to < shown.len() {
            line.push('…');
        }
        let before = before - from + usize::from(from > 0);
        Self { number, line: line.trim_end().to_owned(), before, width: width.clamp(1, WIDTH.saturating_sub(before).max(1)) }
    }
}

/// What of the line is looked at: all of it, unless it is very long.
fn near(text: &str, line: &Range<usize>, at: usize) -> Range<usize> {
    let boundary = |from: usize, to: usize| (from..to).find(|at| text.is_char_boundary(*at)).unwrap_or(to);
    let start = boundary(line.start.max(at.saturating_sub(REACH)), line.end);
    start..boundary(line.end.min(at.saturating_add(REACH)), line.end).max(start)
}

/// The line around a byte, without its line break.
pub(super) fn line_around(text: &str, at: usize) -> Range<usize> {
    let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    let end = if text[start..end].ends_with('\r') { end - 1 } else { end };
    start..end.max(start)
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number.to_string();
        let gutter = " ".repeat(number.len());
        writeln!(f, " {number} | {}", self.line)?;
        write!(f, " {gutter} | {}{}", " ".repeat(self.before), "^".repeat(self.width))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_stands_under_the_place() {
        let text = "a = 1\r\n\tbé = 'x'\r\n";
        let at = text.find("'x'").unwrap();
        assert_eq!(position(text, at), (2, 7));
        assert_eq!(Excerpt::new(text, &(at..at + 3), &[]).to_string(), " 2 |  bé = 'x'\n   |       ^^^");
    }

    #[test]
    fn what_is_hidden_shifts_the_mark() {
        let text = "s = ['hunter2', 5] # hunter3";
        let hidden = 5..14;
        assert_eq!(Excerpt::new(text, &(16..17), std::slice::from_ref(&hidden)).to_string(), " 1 | s = […, 5] #…\n   |         ^");
        assert_eq!(Excerpt::new(text, &(5..14), std::slice::from_ref(&hidden)).to_string(), " 1 | s = […, 5] #…\n   |      ^");
    }

    #[test]
    fn long_lines_show_a_window() {
        let text = format!("{}HERE{}", "x".repeat(500), "y".repeat(500));
        let shown = Excerpt::new(&text, &(500..504), &[]).to_string();
        assert!(shown.contains("xHEREy") && shown.len() < 300, "{shown}");
        assert_eq!(shown.lines().next().unwrap().find("HERE").map(|at| at - "…".len() + 1), shown.lines().nth(1).unwrap().find("^^^^"));
    }

    #[test]
    fn a_very_long_line_hides_what_began_before_the_window() {
        let text = format!("a = 'whsec_{}' b", "x".repeat(1_000_000));
        let shown = Excerpt::new(&text, &(text.len() - 1..text.len()), &[]).to_string();
        assert_eq!(shown, " 1 | ……' b\n   |     ^");
        let hidden: Vec<Range<usize>> = (0..100_000).map(|at| at * 10..at * 10 + 5).collect();
        let shown = Excerpt::new(&text, &(500_000..500_001), &hidden).to_string();
        assert!(shown.len() < 2 * WIDTH + 400, "{shown}");
    }

    #[test]
    fn any_place_can_be_shown() {
        for text in ["", "\n", "é", "a\n\n"] {
            for start in 0..5 {
                let _ = Excerpt::new(text, &(start..start + 2), &[]).to_string();
                let _ = position(text, start);
            }
        }
    }
}
