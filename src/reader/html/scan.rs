//! A page's source, tag by tag, as the standard's tokeniser reads it (HTML, section 13.2.5).
//!
//! What stands in the page stays where it is: a token is a range of the source, so that places are exact and the text can be
//! carried on as typed. Each byte is looked at a bounded number of times, whatever the page.

use std::borrow::Cow;
use std::ops::Range;

use crate::html_attributes;

/// A tag or a comment.
pub(super) struct Token<'a> {
    pub(super) kind: Kind<'a>,
    /// From `<` to `>`, in bytes of the source.
    pub(super) range: Range<usize>,
}

pub(super) enum Kind<'a> {
    Start {
        /// In lower case.
        name: Cow<'a, str>,
        /// What follows the name, as written.
        attributes: &'a str,
        /// Whether it ends in `/>`.
        closes_itself: bool,
    },
    End {
        name: Cow<'a, str>,
    },
    /// A comment, a document type, a processing instruction.
    Comment,
    /// The content of an element that holds characters only.
    Raw,
}

/// Goes through a source.
pub(super) struct Scanner<'a> {
    source: &'a str,
    at: usize,
    /// Whether `<script/>` has no content, as in XML.
    xml: bool,
    /// The element of characters whose content comes next.
    raw: Option<Cow<'a, str>>,
    /// Names of elements of characters that have no end from here on.
    endless: Vec<Cow<'a, str>>,
    /// Where a tag or comment begins that never ends, if one does.
    unfinished: Option<usize>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(source: &'a str, xml: bool) -> Self {
        Self { source, at: 0, xml, raw: None, endless: Vec::new(), unfinished: None }
    }

    /// Where the first tag, comment or element of characters begins that has no end.
    pub(super) const fn unfinished(&self) -> Option<usize> {
        self.unfinished
    }

    fn bytes(&self) -> &'a [u8] {
        self.source.as_bytes()
    }

    /// The content of an element of characters, where it has an end.
    fn raw(&mut self, name: &Cow<'a, str>) -> Option<Token<'a>> {
        if self.endless.contains(name) {
            return None;
        }
        let bytes = self.bytes();
        let mut from = self.at;
        while let Some(next) = self.source.get(from..).and_then(|rest| rest.find("</")) {
            let start = from + next + 2;
            let end = start + name.len();
            let ends = bytes.get(start..end).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
            if ends && bytes.get(end).is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>')) {
                let range = self.at..start - 2;
                self.at = range.end;
                return Some(Token { kind: Kind::Raw, range });
            }
            from = start;
        }
        self.unfinished = self.unfinished.or(Some(self.at));
        self.endless.push(name.clone());
        None
    }

    fn comment(&self, start: usize) -> usize {
        let rest = self.source.get(start..).unwrap_or_default();
        let end_at = |end: Option<usize>| end.map_or(self.source.len(), |end| start + end);
        let Some(body) = rest.strip_prefix("<!--") else {
            // CDATA holds text in XML only; in HTML, where it is none, what stands there looks like a comment to a parser.
            let cdata = self.xml && rest.starts_with("<![CDATA[");
            return end_at(if cdata { rest.find("]]>").map(|end| end + 3) } else { rest.find('>').map(|end| end + 1) });
        };
        if body.starts_with('>') {
            return start + 5;
        }
        if body.starts_with("->") {
            return start + 6;
        }
        let mut from = 0;
        while let Some(next) = body.get(from..).and_then(|rest| rest.find("--")) {
            let after = body.get(from + next + 2..).unwrap_or_default();
            let dashes = start + 4 + from + next;
            if after.starts_with('>') {
                return dashes + 3;
            }
            if after.starts_with("!>") {
                return dashes + 4;
            }
            from += next + 1;
        }
        self.source.len()
    }

    /// The tag at `start`; `None` where it never ends.
    fn tag(&self, start: usize) -> Option<Token<'a>> {
        let bytes = self.bytes();
        let is_end = bytes.get(start + 1) == Some(&b'/');
        let name_start = start + if is_end { 2 } else { 1 };
        let ends_name = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
        let name_end = name_start + bytes.get(name_start..)?.iter().position(ends_name)?;
        let mut at = name_end;
        // A quote opens a value only after an equals sign; elsewhere it is part of a name.
        let mut after_equals = false;
        loop {
            match *bytes.get(at)? {
                b'>' => break,
                quote @ (b'"' | b'\'') if after_equals => {
                    at += 1 + bytes.get(at + 1..)?.iter().position(|byte| *byte == quote)?;
                    after_equals = false;
                }
                b'=' => after_equals = true,
                byte if byte.is_ascii_whitespace() => {}
                _ => after_equals = false,
            }
            at += 1;
        }
        let name = lower(self.source.get(name_start..name_end)?);
        let attributes = self.source.get(name_end..at)?;
        let kind = if is_end {
            Kind::End { name }
        } else {
            let closes_itself = attributes.ends_with('/');
            Kind::Start { name, attributes: attributes.strip_suffix('/').unwrap_or(attributes), closes_itself }
        };
        Some(Token { kind, range: start..at + 1 })
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(name) = self.raw.take()
            && let Some(raw) = self.raw(&name)
        {
            return Some(raw);
        }
        loop {
            let start = self.at + self.source.get(self.at..)?.find('<')?;
            let token = match (self.bytes().get(start + 1), self.bytes().get(start + 2)) {
                (Some(b'/'), Some(byte)) | (Some(byte), _) if byte.is_ascii_alphabetic() => {
                    let tag = self.tag(start);
                    if tag.is_none() {
                        // To its end the page is one tag, as every browser has it.
                        self.unfinished = self.unfinished.or(Some(start));
                        self.at = self.source.len();
                    }
                    tag?
                }
                (Some(b'!' | b'?'), _) | (Some(b'/'), Some(_)) => Token { kind: Kind::Comment, range: start..self.comment(start) },
                _ => {
                    self.at = start + 1;
                    continue;
                }
            };
            self.at = token.range.end;
            if let Kind::Start { name, closes_itself, .. } = &token.kind
                && is_raw(name)
                && !(self.xml && *closes_itself)
            {
                self.raw = Some(name.clone());
            }
            return Some(token);
        }
    }
}

/// Elements whose content is characters up to their own end tag.
fn is_raw(name: &str) -> bool {
    matches!(name, "script" | "style" | "title" | "textarea" | "iframe" | "noembed" | "noframes" | "xmp")
}

fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) }
}

/// How many attributes of a tag are looked at.
const MAX_ATTRIBUTES: usize = 64;

/// The attributes of a tag: names as written, values still with their character references.
pub(super) fn attributes(written: &str) -> impl Iterator<Item = (&str, &str)> {
    html_attributes::attributes(written).take(MAX_ATTRIBUTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(source: &str) -> Vec<String> {
        let show = |token: Token<'_>| match token.kind {
            Kind::Start { name, attributes, .. } => format!("<{name}{attributes}"),
            Kind::End { name } => format!("/{name}"),
            Kind::Comment => format!("!{}", &source[token.range]),
            Kind::Raw => format!("={}", &source[token.range]),
        };
        Scanner::new(source, false).map(show).collect()
    }

    #[test]
    fn tags_comments_and_characters_are_told_apart() {
        assert_eq!(tokens("a < b <P Class='x>y'>t</P >"), ["<p Class='x>y'", "/p"]);
        assert_eq!(tokens("<!doctype html><!-- <p> --><br/>"), ["!<!doctype html>", "!<!-- <p> -->", "<br"]);
        assert_eq!(tokens("<script>if (a</b>) '<p>'</script><i>"), ["<script", "=if (a</b>) '<p>'", "/script", "<i"]);
        assert_eq!(tokens("<!--><b><!--->"), ["!<!-->", "<b", "!<!--->"]);
        assert_eq!(tokens("<title>a <b>"), ["<title", "<b"]);
    }

    #[test]
    fn what_never_ends_is_remembered() {
        let mut scanner = Scanner::new("ab<p class=\"x>text", false);
        assert!(scanner.next().is_none());
        assert_eq!(scanner.unfinished(), Some(2));
    }

    #[test]
    fn attributes_are_read_as_browsers_do() {
        let all: Vec<_> = attributes(" a=1 b = '2 3' c \"d\"=\"x\"y=z /").collect();
        assert_eq!(all, [("a", "1"), ("b", "2 3"), ("c", ""), ("\"d\"", "x"), ("y", "z")]);
        assert_eq!(attributes(&" x".repeat(1000)).count(), MAX_ATTRIBUTES);
    }
}
