//! Writes what tags stand for, or nothing where they stood.

use super::Page;
use super::destination::{Begun, INVALID};
use super::liquid::Outcome;
use super::tag::Tag;
use super::walk::Walk;
use crate::reader::findings::{Place, count};

/// Quotations inside quotations, no deeper.
const DEEPEST: u8 = 4;

impl<'b> Walk<'b, '_> {
    pub(super) fn put(&mut self, tag: &Tag<'_>, outcome: Outcome) {
        match outcome {
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
        let line = self.out.rfind('\n').map_or(self.out.as_str(), |newline| &self.out[newline + 1..]);
        let after = self.body.get(self.at + length..).unwrap_or_default();
        let after = after.split('\n').next().unwrap_or_default();
        (line.trim().is_empty() && after.trim().is_empty()).then_some(line)
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
        let line = self.line_of(start);
        let text = if self.depth < DEEPEST {
            let mut walk = Walk::new(inner, Page { first_line: line, ..self.page });
            walk.depth = self.depth + 1;
            walk.run();
            let (text, left_out) = walk.finish();
            self.left_out.append(left_out);
            text
        } else {
            inner.replace(['{', '}'], "")
        };
        let indent = self.begin_block();
        let author = author.map(|author| format!("— {author}"));
        let lines = text.trim().lines().chain(author.iter().flat_map(|author| ["", author.as_str()]));
        let quoted: Vec<String> = lines.map(|line| format!("> {line}").trim_end().to_owned()).collect();
        self.out.push_str(&quoted.join(&format!("\n{indent}")));
        self.end_block(tag.length);
    }

    /// Goes to a line of its own and returns its indentation.
    fn begin_block(&mut self) -> String {
        let line = self.out.rfind('\n').map_or(self.out.as_str(), |newline| &self.out[newline + 1..]);
        if line.trim().is_empty() {
            return line.to_owned();
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

    pub(super) fn note(&mut self, shown: &str) {
        let line = self.line_of(self.at);
        let begins = self.body[..self.at].rfind('\n').map_or(0, |newline| newline + 1);
        let column = count(self.body[begins..self.at].chars().count()).saturating_add(1);
        let shown: String = if shown.chars().count() > 80 { shown.chars().take(79).chain(['…']).collect() } else { shown.to_owned() };
        self.left_out.add(&shown, Place::new(line, column));
    }
}
