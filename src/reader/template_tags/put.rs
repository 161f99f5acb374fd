//! Writes what tags stand for, or nothing where they stood.

use super::Page;
use super::destination::{Begun, INVALID};
use super::liquid::Outcome;
use super::tag::Tag;
use super::walk::Walk;
use crate::reader::findings::{Place, count};

/// Quotations inside quotations, no deeper.
const DEEPEST: u8 = 4;

/// How much longer than four times itself a body may become, in bytes.
const MOST_GROWTH: usize = 1024 * 1024;

impl<'b> Walk<'b, '_> {
    pub(super) fn put(&mut self, tag: &Tag<'_>, outcome: Outcome) {
        match outcome {
            // A tag of a few bytes may stand for a long value: a body full of them must not grow without bound.
            Outcome::Text(text) if self.out.len() + text.len() > MOST_GROWTH + 4 * self.body.len() => self.put(tag, Outcome::Unknown),
            Outcome::Text(text) => {
                self.trim_before(tag);
                self.out.push_str(&text);
                self.at += tag.length;
                self.trim_after(tag);
            }
            Outcome::Nothing => self.nothing(tag),
            Outcome::Unknown => {
                self.note(self.rest().get(..tag.length).unwrap_or_default());
                match Begun::at_end_of(&self.out) {
                    Some(begun) => {
                        self.at += tag.length;
                        self.at += begun.rest_in(self.rest());
                        self.out.truncate(begun.start);
                        if begun.is_autolink() && self.rest().starts_with('>') {
                            self.out.pop();
                            self.at += 1;
                        } else {
                            self.out.push_str(INVALID);
                        }
                    }
                    None => self.nothing(tag),
                }
            }
        }
    }

    /// Drops a tag, and its line where it has that to itself.
    pub(super) fn nothing(&mut self, tag: &Tag<'_>) {
        self.trim_before(tag);
        let own_line = self.own_line(tag.length).map(str::len);
        self.at += tag.length;
        if let Some(indent) = own_line {
            self.out.truncate(self.out.len() - indent);
            let line = self.rest().find('\n').map_or(self.rest().len(), |newline| newline + 1);
            self.at += line;
        }
        self.trim_after(tag);
    }

    fn trim_before(&mut self, tag: &Tag<'_>) {
        if tag.trims.0 {
            self.out.truncate(self.out.trim_end().len());
        }
    }

    fn trim_after(&mut self, tag: &Tag<'_>) {
        if tag.trims.1 {
            self.at += self.rest().len() - self.rest().trim_start().len();
        }
    }

    /// The indentation of the line that a tag of this length has to itself.
    pub(super) fn own_line(&self, length: usize) -> Option<&str> {
        let after = self.body.get(self.at + length..).unwrap_or_default().trim_start_matches([' ', '\t']);
        self.indentation().filter(|_| after.is_empty() || after.starts_with('\n'))
    }

    /// What is written of the last line, if that is white space only, and no more of it than a list would indent.
    fn indentation(&self) -> Option<&str> {
        let before = self.out.trim_end_matches([' ', '\t']);
        let indent = &self.out[before.len()..];
        ((before.is_empty() || before.ends_with('\n')) && indent.len() <= 64).then_some(indent)
    }

    pub(super) fn fenced(&mut self, tag: &Tag<'_>, language: &str, inner: &str) {
        let indent = self.begin_block();
        let longest = inner.split(|c| c != '`').map(str::len).max().unwrap_or_default();
        let fence = "`".repeat(longest.max(2) + 1);
        let language: String = language.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '#' | '.')).collect();
        let inner = inner.strip_prefix('\n').unwrap_or(inner).trim_end();
        for part in [&fence, &language, "\n", inner, "\n", &indent, &fence] {
            self.out.push_str(part);
        }
        self.end_block(tag.length);
    }

    /// The content's own tags are resolved before it is quoted.
    pub(super) fn quote(&mut self, tag: &Tag<'_>, start: usize, inner: &'b str, author: Option<&str>) {
        if self.depth == DEEPEST {
            self.note(self.rest().get(..tag.length).unwrap_or_default());
            return self.nothing(tag);
        }
        let mut walk = Walk::new(inner, Page { first_line: self.line_of(start), ..self.page });
        walk.depth = self.depth + 1;
        walk.run();
        let (text, left_out) = walk.finish();
        self.left_out.append(left_out);
        let indent = self.begin_block();
        let author = author.map(|author| format!("— {author}"));
        let lines = text.trim().lines().chain(author.iter().flat_map(|author| ["", author.as_str()]));
        let quoted: Vec<String> = lines.map(|line| format!("> {line}").trim_end().to_owned()).collect();
        self.out.push_str(&quoted.join(&format!("\n{indent}")));
        self.end_block(tag.length);
    }

    /// Goes to a line of its own and returns its indentation.
    fn begin_block(&mut self) -> String {
        if let Some(indent) = self.indentation() {
            return indent.to_owned();
        }
        self.out.push_str("\n\n");
        String::new()
    }

    fn end_block(&mut self, length: usize) {
        self.at += length;
        if !self.rest().is_empty() && !self.rest().starts_with('\n') {
            self.out.push_str("\n\n");
        }
    }

    /// Remembers that a tag was left out here.
    pub(super) fn note(&mut self, shown: &str) {
        let line = self.line_of(self.at);
        let shown: String = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        let shown = if shown.chars().count() > 80 { shown.chars().take(79).chain(['…']).collect() } else { shown };
        // Only the first of a kind is told with its column, so that a long line is measured only a few times.
        let column = if self.left_out.is_first(&shown) {
            let begins = self.body[..self.at].rfind('\n').map_or(0, |newline| newline + 1);
            count(self.body[begins..self.at].chars().count()).saturating_add(1)
        } else {
            1
        };
        self.left_out.add(shown, Place::new(line, column));
    }
}
