//! One tag as written.

/// A tag at the head of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag<'b> {
    pub(super) kind: Kind<'b>,
    /// Its length in the source, in bytes.
    pub(super) length: usize,
    /// Whether space before and after it is to go (Liquid's hyphens).
    pub(super) trims: (bool, bool),
}

/// What a tag is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind<'b> {
    /// `{{ expression }}`
    Output(&'b str),
    /// `{% name arguments %}`
    Liquid { name: &'b str, arguments: &'b str },
    /// A tag that an article shows rather than uses: `{{</* x */>}}`.
    Escaped { open: &'b str, inner: &'b str, close: &'b str },
    /// `{{< name arguments >}}`, `{{% name arguments %}}`
    Hugo { name: &'b str, arguments: &'b str, closing: bool },
    /// `{{ name(arguments) }}`, or with a body `{% name(arguments) %} … {% end %}`
    Zola { name: &'b str, arguments: &'b str, has_body: bool },
    /// `{% end %}`
    ZolaEnd,
    /// `{# … #}`
    Comment,
    /// kramdown's `{: .class }`
    Attributes,
}

/// A longer tag is none.
const LONGEST: usize = 4096;

impl<'b> Tag<'b> {
    /// The tag that begins `text`.
    pub(super) fn at(text: &'b str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix("{{<") {
            return hugo("{{<", rest, ">}}");
        }
        if let Some(rest) = text.strip_prefix("{{%") {
            return hugo("{{%", rest, "%}}");
        }
        if let Some(rest) = text.strip_prefix("{{") {
            let inner = until(rest, "{{", "}}")?;
            return Some(other("{{", inner, "}}", |trimmed| match call(trimmed) {
                Some((name, arguments)) => Kind::Zola { name, arguments, has_body: false },
                None => Kind::Output(trimmed),
            }));
        }
        if let Some(rest) = text.strip_prefix("{%") {
            let inner = until(rest, "{%", "%}")?;
            return Some(other("{%", inner, "%}", |trimmed| match call(trimmed) {
                Some((name, arguments)) => Kind::Zola { name, arguments, has_body: true },
                None if trimmed == "end" => Kind::ZolaEnd,
                None => {
                    let (name, arguments) = split_name(trimmed);
                    Kind::Liquid { name, arguments }
                }
            }));
        }
        if let Some(rest) = text.strip_prefix("{#").filter(|rest| rest.starts_with([' ', '\n'])) {
            let inner = until(rest, "{#", "#}")?;
            return Some(Self { kind: Kind::Comment, length: inner.len() + 4, trims: (false, false) });
        }
        let rest = text.strip_prefix("{:")?;
        let inner = until(rest, "{", "}").filter(|inner| !inner.contains('\n'))?;
        Some(Self { kind: Kind::Attributes, length: inner.len() + 3, trims: (false, false) })
    }

    /// Whether this is the Liquid tag of that name.
    pub(super) fn is_liquid(&self, wanted: &str) -> bool {
        matches!(self.kind, Kind::Liquid { name, .. } if name == wanted)
    }
}

/// What stands before the tag's closing mark. Where another tag opens first, this one is none: that bounds the time that a body full
/// of openings takes.
fn until<'b>(text: &'b str, open: &str, close: &str) -> Option<&'b str> {
    let bytes = text.as_bytes();
    let (open, close) = (open.as_bytes(), close.as_bytes());
    for at in 0..bytes.len().min(LONGEST) {
        let rest = bytes.get(at..)?;
        if rest.starts_with(close) {
            return text.get(..at);
        }
        if rest.starts_with(open) {
            return None;
        }
    }
    None
}

fn escaped<'b>(open: &'b str, inner: &'b str, close: &'b str) -> Option<Kind<'b>> {
    let shown = inner.trim().strip_prefix("/*")?.strip_suffix("*/")?;
    Some(Kind::Escaped { open, inner: shown, close })
}

fn hugo<'b>(open: &'b str, rest: &'b str, close: &'b str) -> Option<Tag<'b>> {
    let inner = until(rest, "{{", close)?;
    let length = open.len() + inner.len() + close.len();
    let kind = escaped(open, inner, close).unwrap_or_else(|| {
        let trimmed = inner.trim();
        let closing = trimmed.strip_prefix('/');
        let (name, arguments) = split_name(closing.unwrap_or(trimmed).trim());
        Kind::Hugo { name, arguments: arguments.trim_end_matches('/').trim_end(), closing: closing.is_some() }
    });
    Some(Tag { kind, length, trims: (false, false) })
}

fn other<'b>(open: &'b str, inner: &'b str, close: &'b str, kind: impl FnOnce(&'b str) -> Kind<'b>) -> Tag<'b> {
    let length = open.len() + inner.len() + close.len();
    if let Some(kind) = escaped(open, inner, close) {
        return Tag { kind, length, trims: (false, false) };
    }
    let (before, inside) = inner.strip_prefix('-').map_or((false, inner), |rest| (true, rest));
    let (after, inside) = inside.strip_suffix('-').map_or((false, inside), |rest| (true, rest));
    Tag { kind: kind(inside.trim()), length, trims: (before, after) }
}

fn split_name(text: &str) -> (&str, &str) {
    text.split_once(char::is_whitespace).map_or((text, ""), |(name, rest)| (name, rest.trim()))
}

/// `name(arguments)`
fn call(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once('(')?;
    let name = name.trim_end();
    let named =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'/' | b'.' | b':'));
    Some((name, rest.strip_suffix(')')?)).filter(|_| named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Option<Kind<'_>> {
        Tag::at(text).map(|tag| tag.kind)
    }

    #[test]
    fn each_notation_is_told_from_the_others() {
        assert_eq!(kind("{{ page.title }} x"), Some(Kind::Output("page.title")));
        assert_eq!(kind("{%- post_url a -%}"), Some(Kind::Liquid { name: "post_url", arguments: "a" }));
        assert_eq!(kind("{{< figure src=\"a\" />}}"), Some(Kind::Hugo { name: "figure", arguments: "src=\"a\"", closing: false }));
        assert_eq!(kind("{{% /notice %}}"), Some(Kind::Hugo { name: "notice", arguments: "", closing: true }));
        assert_eq!(kind("{{ youtube(id=\"a\") }}"), Some(Kind::Zola { name: "youtube", arguments: "id=\"a\"", has_body: false }));
        assert_eq!(kind("{% quote(author=\"a\") %}"), Some(Kind::Zola { name: "quote", arguments: "author=\"a\"", has_body: true }));
        assert_eq!(kind("{% end %}"), Some(Kind::ZolaEnd));
        assert_eq!(kind("{{</* ref \"a\" */>}}"), Some(Kind::Escaped { open: "{{<", inner: " ref \"a\" ", close: ">}}" }));
        assert_eq!(kind("{: .note }"), Some(Kind::Attributes));
        assert_eq!(kind("{# a #}"), Some(Kind::Comment));
        for text in ["{ {", "{{ never closed", "{#id}", "{%", "{a}"] {
            assert_eq!(kind(text), None, "{text}");
        }
    }

    #[test]
    fn hyphens_trim() {
        assert_eq!(Tag::at("{{- a -}}").map(|tag| (tag.trims, tag.length)), Some(((true, true), 9)));
    }
}
