//! Goes through a body once, from tag to tag, past code.

use super::Page;
use super::code::{Blocks, Spans};
use super::destination::ARTICLE;
use super::ending::{end_of, hugo_end, zola_end};
use super::left_out::LeftOut;
use super::liquid::{self, Content, Outcome};
use super::shortcode::{self, Wrapping};
use super::tag::{Kind, Tag};
use crate::reader::findings::count;

/// Finds where the content of a shortcode of this name ends and where its end tag does.
type FindEnd = fn(&str, &str) -> Option<(usize, usize)>;

pub(super) struct Walk<'b, 'p> {
    pub(super) body: &'b str,
    pub(super) page: Page<'p, 'p>,
    pub(super) at: usize,
    pub(super) out: String,
    blocks: Blocks,
    spans: Spans,
    pub(super) left_out: LeftOut,
    /// How far lines are counted: an offset and its line.
    counted: (usize, u32),
    /// Tags that were found to have no end from here on, so that each is looked for once.
    endless: Vec<&'b str>,
    pub(super) depth: u8,
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

    pub(super) fn rest(&self) -> &'b str {
        self.body.get(self.at..).unwrap_or_default()
    }

    pub(super) fn copy(&mut self, length: usize) {
        let rest = self.rest();
        self.out.push_str(rest.get(..length).unwrap_or(rest));
        self.at += length;
    }

    /// Copies code up to `end` as typed, but for `raw` tags and the generators' escapes.
    fn code(&mut self, end: usize) {
        let whole = self.body.get(..end).unwrap_or(self.body);
        // Once a `raw` has no end within this code, none has.
        let mut endless = false;
        while let Some(rest) = whole.get(self.at..).filter(|rest| !rest.is_empty()) {
            let Some(next) = rest.find('{') else {
                self.copy(rest.len());
                break;
            };
            self.copy(next);
            let rest = &rest[next..];
            match Tag::at(rest) {
                Some(tag) if tag.length <= rest.len() && self.shows(&tag) => {}
                Some(tag) if self.page.liquid && !endless && tag.is_liquid("raw") => match end_of("raw", &rest[tag.length..], false) {
                    Some((inner, after)) => self.raw(&rest[tag.length..tag.length + inner], tag.length + after),
                    None => endless = true,
                },
                _ => self.copy(1),
            }
        }
        self.at = self.at.max(end);
    }

    /// Writes an escaped tag as the article shows it.
    pub(super) fn shows(&mut self, tag: &Tag<'_>) -> bool {
        let Kind::Escaped { open, inner, close } = tag.kind else { return false };
        for part in [open, inner, close] {
            self.out.push_str(part);
        }
        self.at += tag.length;
        true
    }

    /// Writes what stands between `raw` tags; a tag with the line to itself takes the line with it.
    pub(super) fn raw(&mut self, inner: &str, length: usize) {
        let own_line = self.out.is_empty() || self.out.ends_with('\n');
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
            Kind::Zola { name, arguments, has_body } => self.shortcode(&tag, name, arguments, has_body.then_some(zola_end)),
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
            self.nothing(tag);
        } else {
            self.shortcode(tag, name, arguments, Some(hugo_end));
        }
    }

    /// A shortcode, and how to find the end of its content where it may have some. The end is looked for only where the content is
    /// consumed with it, so that no part of a body is gone through twice.
    fn shortcode(&mut self, tag: &Tag<'b>, name: &'b str, arguments: &str, find: Option<FindEnd>) {
        let start = self.at + tag.length;
        let after = self.body.get(start..).unwrap_or_default();
        let wrapping = shortcode::wrapping(name, arguments);
        let mut end = || self.ending(name, |name| find.and_then(|find| find(name, after)));
        let content = match &wrapping {
            Wrapping::Kept => return self.nothing(tag),
            Wrapping::Unknown => None,
            Wrapping::Code(_) | Wrapping::Quote(_) | Wrapping::Silent => end(),
        };
        let Some((inner, length)) = content else {
            let indent = self.own_line(tag.length).map(str::to_owned);
            let outcome = shortcode::plain(name, arguments, indent.as_deref(), self.page.keys);
            return self.put(tag, outcome);
        };
        let inner = after.get(..inner).unwrap_or_default();
        let whole = Tag { length: tag.length + length, ..tag.clone() };
        match wrapping {
            Wrapping::Code(language) => self.fenced(&whole, &language, inner),
            Wrapping::Quote(author) => self.quote(&whole, start, inner, author.as_deref()),
            Wrapping::Silent | Wrapping::Kept | Wrapping::Unknown => self.nothing(&whole),
        }
    }

    /// Looks for an end once for each name: what has none here has none further on.
    pub(super) fn ending(&mut self, name: &'b str, find: impl FnOnce(&str) -> Option<(usize, usize)>) -> Option<(usize, usize)> {
        if self.endless.contains(&name) {
            return None;
        }
        let end = find(name);
        if end.is_none() {
            self.endless.push(name);
        }
        end
    }

    /// kramdown's attributes belong to what they touch, or to the block that their line follows or precedes.
    fn attributes(&mut self, tag: &Tag<'_>) {
        let attached = self.out.ends_with([')', ']', '`', '*', '_', '>', '"']);
        let after = self.body.get(self.at + tag.length..).unwrap_or_default();
        let ends_line = after.trim_start_matches(' ').starts_with('\n') || after.trim().is_empty();
        if self.page.liquid && (attached || ends_line) {
            self.nothing(tag);
        } else {
            self.copy(tag.length);
        }
    }

    /// The line of an offset; offsets only rise.
    pub(super) fn line_of(&mut self, offset: usize) -> u32 {
        let (from, line) = self.counted;
        let newlines = self.body.as_bytes().get(from..offset).unwrap_or_default().split(|byte| *byte == b'\n').count() - 1;
        self.counted = (offset.max(from), line.saturating_add(count(newlines)));
        self.counted.1
    }
}
