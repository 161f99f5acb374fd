//! The one place that writes XML which the format crates cannot: Media RSS, `atom:updated` in RSS, `xml:lang` on entries.
//!
//! What is written goes into an element that a crate wrote, before its end tag or into its start tag. Names and namespace
//! prefixes are fixed; values are escaped here, and hold only characters that XML allows.

use crate::article::Media;
use crate::xml_chars;

/// Media RSS, <https://www.rssboard.org/media-rss>.
pub(super) const MEDIA_NAMESPACE: &str = "http://search.yahoo.com/mrss/";

/// A small XML writer: elements with attributes and text, nothing else.
pub(super) struct Writer<'a>(pub(super) &'a mut Vec<u8>);

impl Writer<'_> {
    /// `<name attributes>`, without those attributes that have no value; the caller closes it.
    fn open(&mut self, name: &str, attributes: &[(&str, Option<&str>)]) {
        self.raw("<");
        self.raw(name);
        for (attribute, value) in attributes {
            if let Some(value) = value {
                self.attribute(attribute, value);
            }
        }
    }

    /// ` name="value"`, escaped.
    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.raw(" ");
        self.raw(name);
        self.raw("=\"");
        self.escaped(value);
        self.raw("\"");
    }

    /// An element that holds text only.
    pub(super) fn element(&mut self, name: &str, attributes: &[(&str, Option<&str>)], text: &str) {
        self.open(name, attributes);
        self.raw(">");
        self.escaped(text);
        self.raw("</");
        self.raw(name);
        self.raw(">");
    }

    /// An element that holds others, which `children` writes.
    pub(super) fn parent(&mut self, name: &str, attributes: &[(&str, Option<&str>)], children: impl FnOnce(&mut Writer<'_>)) {
        self.open(name, attributes);
        self.raw(">");
        children(self);
        self.raw("</");
        self.raw(name);
        self.raw(">");
    }

    /// Begins a line.
    pub(super) fn line(&mut self) {
        self.raw("\n");
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, Option<&str>)]) {
        self.open(name, attributes);
        self.raw("/>");
    }

    /// One medium as `media:content`, with its credit and, if `described`, its caption or its text for those who do not see it.
    ///
    /// Widely used readers take a description in here for the entry's own text where it has no other, so that an entry without
    /// text does better without.
    pub(super) fn medium(&mut self, medium: &Media, described: bool) {
        let number = |value: Option<u64>| value.map(|value| value.to_string());
        let (length, width, height) = (number(medium.length), number(medium.width.map(u64::from)), number(medium.height.map(u64::from)));
        let attributes = [
            ("url", Some(medium.url.as_str())),
            ("type", medium.mime.as_deref()),
            ("medium", kind(medium)),
            ("fileSize", length.as_deref()),
            ("width", width.as_deref()),
            ("height", height.as_deref()),
        ];
        self.open("media:content", &attributes);
        let mut children = Children { writer: self, any: false };
        let description = medium.caption.as_deref().or(medium.alt.as_deref()).filter(|_| described);
        children.text("media:description", &[("type", Some("plain"))], description);
        children.text("media:credit", &[], medium.credit.as_deref());
        let any = children.any;
        self.raw(if any { "</media:content>" } else { "/>" });
    }

    /// The picture that stands for an item.
    pub(super) fn thumbnail(&mut self, image: &Media) {
        let number = |value: Option<u32>| value.map(|value| value.to_string());
        let (width, height) = (number(image.width), number(image.height));
        self.empty("media:thumbnail", &[("url", Some(&image.url)), ("width", width.as_deref()), ("height", height.as_deref())]);
    }

    fn raw(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Text or an attribute's value. White space other than spaces is written by number, for a parser would turn it into spaces.
    fn escaped(&mut self, text: &str) {
        let text = xml_chars::allowed(text);
        let mut rest = text.as_ref();
        while let Some(at) = rest.find(['&', '<', '>', '"', '\t', '\n', '\r']) {
            self.raw(&rest[..at]);
            self.raw(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                b'\t' => "&#9;",
                b'\n' => "&#10;",
                _ => "&#13;",
            });
            rest = &rest[at + 1..];
        }
        self.raw(rest);
    }
}

/// The children of an element whose start tag is still open.
struct Children<'w, 'a> {
    writer: &'w mut Writer<'a>,
    any: bool,
}

impl Children<'_, '_> {
    fn text(&mut self, name: &str, attributes: &[(&str, Option<&str>)], text: Option<&str>) {
        if let Some(text) = text {
            if !self.any {
                self.writer.raw(">");
            }
            self.any = true;
            self.writer.element(name, attributes, text);
        }
    }
}

/// What `media:content` calls the kind of a medium, where its type says so.
fn kind(medium: &Media) -> Option<&'static str> {
    let kind = medium.mime.as_deref()?.split('/').next()?;
    ["image", "audio", "video"].into_iter().find(|known| *known == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Writer<'_>)) -> String {
        let mut out = Vec::new();
        write(&mut Writer(&mut out));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn values_are_escaped() {
        let medium = Media {
            url: "https://example.org/a.jpg?b=1&c=\"<2>\"".into(),
            caption: Some("Rain & <wind>\u{0}".into()),
            credit: Some("A \"B\"".into()),
            ..Media::default()
        };
        assert_eq!(
            written(|writer| writer.medium(&medium, true)),
            "<media:content url=\"https://example.org/a.jpg?b=1&amp;c=&quot;&lt;2&gt;&quot;\"><media:description type=\"plain\">Rain &amp; \
             &lt;wind&gt;</media:description><media:credit>A &quot;B&quot;</media:credit></media:content>"
        );
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        let medium = Media { url: "https://example.org/a".into(), ..Media::default() };
        assert_eq!(written(|writer| writer.medium(&medium, true)), "<media:content url=\"https://example.org/a\"/>");
        assert_eq!(written(|writer| writer.thumbnail(&medium)), "<media:thumbnail url=\"https://example.org/a\"/>");
    }
}
