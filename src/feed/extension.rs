//! The one place that writes XML which the format crates cannot: modules, `xml:lang` on entries, attributes of other namespaces.
//!
//! What is written goes into an element that a crate wrote, before its end tag or into its start tag. Names and namespace
//! prefixes are fixed; values are escaped here, and hold only characters that XML allows.

use super::modules::Modules;
use crate::xml_chars;

/// A small XML writer: elements with attributes and text, nothing else. It notes which modules are used.
pub(super) struct Writer<'a> {
    /// What was written so far.
    pub(super) out: &'a mut Vec<u8>,
    used: Modules,
}

impl<'a> Writer<'a> {
    /// Writes behind what stands there.
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, used: Modules::default() }
    }

    /// The modules that were used.
    pub(super) const fn used(&self) -> Modules {
        self.used
    }

    /// `<name attributes`, without those attributes that have no value; the caller closes it.
    fn open(&mut self, name: &str, attributes: &[(&str, Option<&str>)]) {
        self.used.note(name);
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
        self.used.note(name);
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
        self.close(name);
    }

    /// The same where there is text.
    pub(super) fn optional(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.element(name, &[], text);
        }
    }

    /// An element that holds others, which `children` writes; one without content where it writes none.
    pub(super) fn parent(&mut self, name: &str, attributes: &[(&str, Option<&str>)], children: impl FnOnce(&mut Writer<'_>)) {
        self.open(name, attributes);
        let before = self.out.len();
        self.raw(">");
        children(self);
        if self.out.len() == before + 1 {
            self.out.truncate(before);
            self.raw("/>");
        } else {
            self.close(name);
        }
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

    fn close(&mut self, name: &str) {
        self.raw("</");
        self.raw(name);
        self.raw(">");
    }

    fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_modules_noted() {
        let mut out = Vec::new();
        let mut writer = Writer::new(&mut out);
        writer.element("geo:lat", &[("a", Some("\"<2>\"&\t")), ("b", None)], "1 & <2> ]]>\u{0}\u{10FFFF}\u{1F600}");
        writer.parent("media:content", &[("url", Some("x"))], |_| ());
        writer.parent("x", &[], |writer| writer.optional("y", Some("z")));
        let used = writer.used();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "<geo:lat a=\"&quot;&lt;2&gt;&quot;&amp;&#9;\">1 &amp; &lt;2&gt; ]]&gt;\u{10FFFF}\u{1F600}</geo:lat><media:content \
             url=\"x\"/><x><y>z</y></x>"
        );
        assert_eq!(used.declared().map(|module| module.prefix).collect::<Vec<_>>(), ["geo"]);
    }
}
