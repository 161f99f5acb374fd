//! One tag of any HTML, read as the standard's tokeniser reads it.

use crate::html_attributes::attributes;

/// How many attributes of a tag are looked at.
const MAX_ATTRIBUTES: usize = 48;

/// A tag as it stands in the source.
pub(super) struct Tag<'a> {
    pub(super) name: &'a str,
    pub(super) is_end: bool,
    /// Whether it ends in `/>`.
    pub(super) closes_itself: bool,
    inner: &'a str,
    /// From `<` to `>`, in bytes.
    pub(super) length: usize,
}

impl<'a> Tag<'a> {
    /// The tag at the start of `html` (`<` or `</`, then a letter); `None` where it never ends.
    pub(super) fn scan(html: &'a str) -> Option<Self> {
        let bytes = html.as_bytes();
        let is_end = bytes.get(1) == Some(&b'/');
        let start = if is_end { 2 } else { 1 };
        let name_end = start + bytes[start..].iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))?;
        let mut at = name_end;
        // A quote opens a value only after an equals sign; elsewhere it is part of a name.
        let mut after_equals = false;
        loop {
            match *bytes.get(at)? {
                b'>' => break,
                quote @ (b'"' | b'\'') if after_equals => {
                    at += 1 + bytes[at + 1..].iter().position(|b| *b == quote)?;
                    after_equals = false;
                }
                b'=' => after_equals = true,
                b if b.is_ascii_whitespace() => {}
                _ => after_equals = false,
            }
            at += 1;
        }
        let inner = &html[name_end..at];
        Some(Self { name: &html[start..name_end], is_end, closes_itself: inner.ends_with('/'), inner, length: at + 1 })
    }

    /// The first attributes, names as written, values raw.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        attributes(self.inner).take(MAX_ATTRIBUTES)
    }
}
