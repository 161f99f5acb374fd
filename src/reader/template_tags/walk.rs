//! Goes through a body once, from tag to tag, past code.

use super::Page;
use super::code::{Blocks, Spans};
use super::destination::{ARTICLE, Begun, INVALID};
use super::left_out::LeftOut;
use super::liquid::{self, Content, Outcome};
use super::shortcode::{self, Wrapping};
use super::tag::{Kind, Tag};
use crate::reader::findings::{Place, count};

/// Quotations inside quotations, no deeper.
const DEEPEST: u8 = 4;

pub(super) struct Walk<'b, 'p> {
    body: &'b str,
    page: Page<'p, 'p>,
    at: usize,
    out: String,
    blocks: Blocks,
    spans: Spans,
    left_out: LeftOut,
    /// How far lines are counted: an offset and its line.
    counted: (usize, u32),
    /// Tags that were found to have no end from here on, so that each is looked for once.
    endless: Vec<&'b str>,
    depth: u8,
}

impl<'b, 'p> Walk<'b, 'p> {
    pub(super) fn new(body: &'b str, page: Page<'p, 'p>) -> Self {
        Self {
            body,
            page,
            at: 0,
            out: String::with_capacity(body.len()),
            blocks: Blocks::new(),
            spans: Spans::new(),
            left_out: LeftOut::default(),
            counted: (0, page.first_line),
            endless: Vec::new(),
            depth: 0,
        }
    }

    pub(super) fn finish(self) -> (String, LeftOut) {
        (self.out, self.left_out)
    }

    pub(super) fn run(&mut self) {
        while self.at < self.body.len() {
            let begins_line = self.at == 0 || self.body.as_bytes().get(self.at - 1) == Some(&b'\n');
            if begins_line && let Some(end) = self.blocks.code_block(self.body, self.at) {
                self.code(end);
                continue;
            }
            let rest = self.rest();
            let Some(next) = rest.bytes().position(|byte| matches!(byte, b'\n' | b'`' | b'{' | b'\\' | b'@')) else {
                self.copy(rest.len());
                return;
            };
            self.copy(next);
            match self.body.as_bytes().get(self.at) {
                Some(b'`') => match self.spans.span(self.body, self.at) {
                    (_, Some(end)) => self.code(end),
                    (length, None) => self.copy(length),
                },
                Some(b'{') => self.brace(),
                Some(b'@') => self.internal_link(),
                Some(b'\\') if self.rest().starts_with("\\`") => self.copy(2),
                _ => self.copy(1),
            }
        }
    }

    fn rest(&self) -> &'b str {
        self.body.get(self.at..).unwrap_or_default()
    }

    fn copy(&mut self, length: usize) {
        let rest = self.rest();
        self.out.push_str(rest.get(..length).unwrap_or(rest));
        self.at += length;
    }

    /// Copies code up to `end` as typed, but for `raw` tags and the generators' escapes.
    fn code(&mut self, end: usize) {
        let whole = self.body.get(..end).unwrap_or(self.body);
        while let Some(rest) = whole.get(self.at..).filter(|rest| !rest.is_empty()) {
            let Some(next) = rest.find('{') else {
                self.copy(rest.len());
                break;
            };
            self.copy(next);
            let rest = &rest[next..];
            match Tag::at(rest) {
                Some(tag) if tag.length <= rest.len() && self.shows(&tag) => {}
                Some(tag) if self.page.liquid && tag.is_liquid("raw") => {
                    match end_of("raw", &rest[tag.length..], false).filter(|(_, after)| tag.length + after <= rest.len()) {
                        Some((inner, after)) => {
                            self.raw(&rest[tag.length..tag.length + inner], tag.length + after);
                        }
                        None => self.copy(1),
                    }
                }
                _ => self.copy(1),
            }
        }
        self.at = self.at.max(end);
    }

    /// Writes an escaped tag as the article shows it.
    fn shows(&mut self, tag: &Tag<'_>) -> bool {
        let Kind::Escaped { open, inner, close } = tag.kind else { return false };
        for part in [open, inner, close] {
            self.out.push_str(part);
        }
        self.at += tag.length;
        true
    }

    /// Writes what stands between `raw` tags; a tag with the line to itself takes the line with it.
    fn raw(&mut self, inner: &str, length: usize) {
        let own_line = self.out.is_empty() || self.out.ends_with('\n');
        let inner = inner.strip_prefix('-').unwrap_or(inner);
        let inner = if own_line { inner.strip_prefix('\n').unwrap_or(inner) } else { inner };
        self.out.push_str(inner);
        self.at += length;
        if own_line && self.out.ends_with('\n') && self.rest().starts_with('\n') {
            self.at += 1;
        }
    }

    /// Zola's links to other pages begin with `@/`.
    fn internal_link(&mut self) {
        let before = self.out.trim_end_matches([' ', '<']);
        let is_destination = before.ends_with("](") || (before.ends_with("]:") && self.out.ends_with([' ', '<'])) || {
            self.out.ends_with("href=\"") || self.out.ends_with("href='")
        };
        if is_destination && self.rest().starts_with("@/") {
            self.out.push_str(ARTICLE);
            self.at += 2;
        } else {
            self.copy(1);
        }
    }

    fn brace(&mut self) {
        let Some(tag) = Tag::at(self.rest()) else {
            self.copy(1);
            return;
        };
        let liquid = self.page.liquid;
        match tag.kind {
            Kind::Escaped { .. } => drop(self.shows(&tag)),
            Kind::Attributes => self.attributes(&tag),
            Kind::Comment if liquid => self.nothing(&tag),
            Kind::Output(expression) if liquid => {
                let outcome = liquid::output(expression, self.page.keys);
                self.put(&tag, outcome);
            }
            Kind::Liquid { name, arguments } if liquid => self.liquid(&tag, name, arguments),
            Kind::Hugo { name, arguments, closing } => self.hugo(&tag, name, arguments, closing),
            Kind::Zola { name, arguments, has_body: false } => self.shortcode(&tag, name, arguments),
            Kind::Zola { name, arguments, has_body: true } => {
                let after = self.body.get(self.at + tag.length..).unwrap_or_default();
                let end = self.ending("", |_| zola_end(after));
                self.wrapped(&tag, name, arguments, end);
            }
            Kind::ZolaEnd => self.nothing(&tag),
            Kind::Comment | Kind::Output(_) | Kind::Liquid { .. } => self.copy(tag.length),
        }
    }

    fn liquid(&mut self, tag: &Tag<'b>, name: &'b str, arguments: &str) {
        let Some(content) = liquid::content(name) else {
            let outcome = match liquid::tag(name, arguments) {
                Outcome::Unknown => match super::embed::link(name, &super::arguments::Arguments::parse(arguments)) {
                    Some(link) => Outcome::Text(link),
                    None => Outcome::Unknown,
                },
                known => known,
            };
            return self.put(tag, outcome);
        };
        let after = self.body.get(self.at + tag.length..).unwrap_or_default();
        let nests = matches!(content, Content::Conditional | Content::Silent);
        let Some((inner, length)) = self.ending(name, |name| end_of(name, after, nests)) else {
            let outcome = if content == Content::Conditional { Outcome::Unknown } else { Outcome::Nothing };
            return self.put(tag, outcome);
        };
        let inner = after.get(..inner).unwrap_or_default();
        let whole = Tag { length: tag.length + length, ..tag.clone() };
        match content {
            Content::Raw => self.raw(inner, whole.length),
            Content::Code => self.fenced(&whole, arguments.split_whitespace().next().unwrap_or_default(), inner),
            Content::Silent => self.nothing(&whole),
            Content::Conditional => {
                self.note(self.rest().get(..tag.length).unwrap_or_default());
                self.nothing(&whole);
            }
        }
    }

    fn hugo(&mut self, tag: &Tag<'b>, name: &'b str, arguments: &str, closing: bool) {
        if closing {
            return self.nothing(tag);
        }
        let after = self.body.get(self.at + tag.length..).unwrap_or_default();
        match self.ending(name, |name| hugo_end(name, after)) {
            Some(end) => self.wrapped(tag, name, arguments, Some(end)),
            None => self.shortcode(tag, name, arguments),
        }
    }

    /// Looks for an end once for each name: what has none here has none further on.
    fn ending(&mut self, name: &'b str, find: impl FnOnce(&str) -> Option<(usize, usize)>) -> Option<(usize, usize)> {
        if self.endless.contains(&name) {
            return None;
        }
        let end = find(name);
        // Beyond this many names a body is not an article's.
        if end.is_none() && self.endless.len() < 200 {
            self.endless.push(name);
        }
        end
    }

    /// A shortcode without content.
    fn shortcode(&mut self, tag: &Tag<'b>, name: &str, arguments: &str) {
        let indent = self.own_line(tag.length).map(str::to_owned);
        let outcome = shortcode::plain(name, arguments, indent.as_deref(), self.page.keys);
        self.put(tag, outcome);
    }

    /// A shortcode with content between two tags.
    fn wrapped(&mut self, tag: &Tag<'b>, name: &str, arguments: &str, end: Option<(usize, usize)>) {
        let Some((inner, length)) = end else { return self.put(tag, Outcome::Unknown) };
        let start = self.at + tag.length;
        let inner = self.body.get(start..start + inner).unwrap_or_default();
        let whole = Tag { length: tag.length + length, ..tag.clone() };
        match shortcode::wrapping(name, arguments) {
            Wrapping::Code(language) => self.fenced(&whole, &language, inner),
            Wrapping::Quote(author) => self.quote(&whole, start, inner, author.as_deref()),
            Wrapping::Silent => self.nothing(&whole),
            Wrapping::Kept => self.nothing(tag),
            Wrapping::Unknown => self.put(tag, Outcome::Unknown),
        }
    }

    fn put(&mut self, tag: &Tag<'_>, outcome: Outcome) {
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
    fn nothing(&mut self, tag: &Tag<'_>) {
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
    fn own_line(&self, length: usize) -> Option<&str> {
        let line = self.out.rfind('\n').map_or(self.out.as_str(), |newline| &self.out[newline + 1..]);
        let after = self.body.get(self.at + length..).unwrap_or_default();
        let after = after.split('\n').next().unwrap_or_default();
        (line.trim().is_empty() && after.trim().is_empty()).then_some(line)
    }

    fn attributes(&mut self, tag: &Tag<'_>) {
        let attached = self.out.ends_with([')', ']', '`', '*', '_', '>', '"']);
        if self.page.liquid && (attached || self.own_line(tag.length).is_some()) {
            self.nothing(tag);
        } else {
            self.copy(tag.length);
        }
    }

    fn fenced(&mut self, tag: &Tag<'_>, language: &str, inner: &str) {
        let indent = self.begin_block();
        let longest = inner.split(|c| c != '`').map(str::len).max().unwrap_or_default();
        let fence = "`".repeat(longest.max(2) + 1);
        let language: String = language.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '#' | '.')).collect();
        let inner = inner.strip_prefix('\n').unwrap_or(inner).trim_end();
        self.out.push_str(&format!("{fence}{language}\n{inner}\n{indent}{fence}"));
        self.end_block(tag.length);
    }

    /// The content's own tags are resolved before it is quoted.
    fn quote(&mut self, tag: &Tag<'_>, start: usize, inner: &'b str, author: Option<&str>) {
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

    fn note(&mut self, shown: &str) {
        let line = self.line_of(self.at);
        let begins = self.body[..self.at].rfind('\n').map_or(0, |newline| newline + 1);
        let column = count(self.body[begins..self.at].chars().count()).saturating_add(1);
        let shown: String = if shown.chars().count() > 80 { shown.chars().take(79).chain(['…']).collect() } else { shown.to_owned() };
        self.left_out.add(&shown, Place::new(line, column));
    }

    /// The line of an offset; offsets only rise.
    fn line_of(&mut self, offset: usize) -> u32 {
        let (from, line) = self.counted;
        let newlines = self.body.as_bytes().get(from..offset).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count();
        self.counted = (offset.max(from), line.saturating_add(count(newlines)));
        self.counted.1
    }
}

/// Where the content of a Liquid tag ends and where its end tag does, in bytes.
fn end_of(name: &str, text: &str, nests: bool) -> Option<(usize, usize)> {
    let (mut at, mut open) = (0, 1_usize);
    while let Some(next) = text.get(at..)?.find("{%") {
        at += next;
        let Some(tag) = Tag::at(&text[at..]) else {
            at += 2;
            continue;
        };
        if let Kind::Liquid { name: other, .. } = tag.kind {
            if other.strip_prefix("end") == Some(name) {
                open -= 1;
                if open == 0 {
                    return Some((at, at + tag.length));
                }
            } else if nests && other == name {
                open += 1;
            }
        }
        // What looks like a long tag may hold the end tag that is looked for.
        at += if matches!(tag.kind, Kind::Liquid { .. }) { tag.length } else { 2 };
    }
    None
}

/// The same for Hugo's `{{< /name >}}`.
fn hugo_end(name: &str, text: &str) -> Option<(usize, usize)> {
    let mut at = 0;
    while let Some(next) = text.get(at..)?.find("{{") {
        at += next;
        if let Some(Tag { kind: Kind::Hugo { name: other, closing: true, .. }, length, .. }) = Tag::at(&text[at..])
            && other == name
        {
            return Some((at, at + length));
        }
        at += 2;
    }
    None
}

/// The same for Zola's `{% end %}`.
fn zola_end(text: &str) -> Option<(usize, usize)> {
    let (mut at, mut open) = (0, 1_usize);
    while let Some(next) = text.get(at..)?.find("{%") {
        at += next;
        let tag = Tag::at(&text[at..]);
        match tag.as_ref().map(|tag| &tag.kind) {
            Some(Kind::ZolaEnd) => open -= 1,
            Some(Kind::Zola { has_body: true, .. }) => open += 1,
            _ => {}
        }
        if open == 0 {
            return Some((at, at + tag.map_or(2, |tag| tag.length)));
        }
        at += 2;
    }
    None
}
