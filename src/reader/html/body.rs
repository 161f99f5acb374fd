//! Writes the article's text: the source as typed, without what was cut, without the attributes that only its page had a use for,
//! AMP's elements as those of HTML that they stand for.

use std::borrow::Cow;
use std::ops::Range;

use super::base::Base;
use super::page::{Page, Region};
use super::scan::{Kind, Scanner, attributes};

/// The HTML of a region without `cuts` (in order, none inside another).
pub(super) fn write(page: &Page<'_>, region: &Region, cuts: &[Range<usize>], base: &Base, xml: bool) -> String {
    let mut writer = Writer { out: String::with_capacity(region.source.len()), base, empty: Vec::new() };
    let mut from = region.source.start;
    for cut in cuts {
        writer.piece(page.source.get(from..cut.start.max(from)).unwrap_or_default(), xml);
        from = cut.end.max(from);
    }
    writer.piece(page.source.get(from..region.source.end).unwrap_or_default(), xml);
    let out = writer.out;
    let trimmed = out.trim();
    if trimmed.len() == out.len() { out } else { trimmed.to_owned() }
}

/// Whether HTML shows nothing: no text, no picture, no sound, no film.
pub(super) fn is_blank(html: &str) -> bool {
    let mut at = 0;
    for token in Scanner::new(html, false) {
        if html.get(at..token.range.start).is_some_and(|text| !text.trim().is_empty()) {
            return false;
        }
        at = token.range.end;
        if let Kind::Start { name, .. } = &token.kind
            && matches!(&**name, "img" | "video" | "audio" | "iframe")
        {
            return false;
        }
    }
    html.get(at..).is_none_or(|text| text.trim().is_empty())
}

struct Writer<'b> {
    out: String,
    base: &'b Base,
    /// Start tags that nothing but white space follows yet: what was cut may leave an element empty.
    empty: Vec<(usize, String)>,
}

/// Elements of which nobody sees that they are empty.
const UNSEEN: [&str; 14] = ["div", "section", "header", "footer", "hgroup", "center", "font", "span", "p", "ul", "ol", "li", "small", "em"];

impl Writer<'_> {
    fn piece(&mut self, source: &str, xml: bool) {
        let mut at = 0;
        let mut scanner = Scanner::new(source, xml);
        for token in scanner.by_ref() {
            self.text(source.get(at..token.range.start).unwrap_or_default());
            at = token.range.end;
            let written = source.get(token.range).unwrap_or_default();
            match token.kind {
                Kind::Comment => self.comment(written),
                Kind::Raw => self.text(written),
                Kind::End { name } => self.end(&name, written),
                Kind::Start { name, attributes, closes_itself } => self.start(&name, attributes, xml && closes_itself),
            }
        }
        let end = scanner.unfinished().filter(|from| *from >= at).unwrap_or(source.len());
        self.text(source.get(at..end).unwrap_or_default());
    }

    fn text(&mut self, text: &str) {
        if !text.trim_ascii().is_empty() {
            self.empty.clear();
        }
        self.out.push_str(text);
    }

    /// Of comments only the mark between summary and rest says something; of CDATA sections, in XML, the text.
    fn comment(&mut self, written: &str) {
        if let Some(text) = written.strip_prefix("<![CDATA[").and_then(|text| text.strip_suffix("]]>")) {
            self.text(&text.replace('&', "&amp;").replace('<', "&lt;"));
        }
        let inside = written.strip_prefix("<!--").and_then(|text| text.strip_suffix("-->")).unwrap_or_default();
        // WordPress says the same in its own words.
        if matches!(inside.trim(), "more" | "wp:more") {
            self.text("<!-- more -->");
        }
    }

    fn end(&mut self, name: &str, written: &str) {
        match self.empty.pop() {
            Some((at, open)) if open == name => return self.out.truncate(at),
            Some(_) | None => self.empty.clear(),
        }
        match name {
            "html" | "head" | "body" => {}
            "amp-img" | "amp-anim" | "amp-youtube" | "amp-vimeo" | "amp-dailymotion" => {}
            "amp-video" => self.out.push_str("</video>"),
            "amp-audio" => self.out.push_str("</audio>"),
            "amp-iframe" => self.out.push_str("</iframe>"),
            _ => self.out.push_str(written),
        }
    }

    fn start(&mut self, name: &str, written: &str, is_empty: bool) {
        let value = |wanted: &str| attributes(written).find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value);
        let video = |site: &str, id: Option<&str>| {
            Some((format!("{site}{}", id.filter(|id| id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')))?), "video"))
        };
        let link = match name {
            "amp-youtube" => video("https://www.youtube.com/watch?v=", value("data-videoid")),
            "amp-vimeo" => video("https://vimeo.com/", value("data-videoid")),
            "amp-dailymotion" => video("https://www.dailymotion.com/video/", value("data-videoid")),
            _ => None,
        };
        if let Some((href, words)) = link {
            self.empty.clear();
            self.out.extend(["<p><a href=\"", &href, "\">", words, "</a></p>"]);
            return;
        }
        let name = match name {
            "amp-img" | "amp-anim" => "img",
            "amp-video" => "video",
            "amp-audio" => "audio",
            "amp-iframe" => "iframe",
            "amp-youtube" | "amp-vimeo" | "amp-dailymotion" | "html" | "head" | "body" => return,
            same => same,
        };
        if UNSEEN.contains(&name) {
            self.empty.push((self.out.len(), name.to_owned()));
        } else {
            self.empty.clear();
        }
        self.out.extend(["<", name]);
        for (attribute, value) in attributes(written) {
            self.attribute(&attribute.to_ascii_lowercase(), value);
        }
        self.out.push('>');
        if is_empty && !super::structure::is_void(name) {
            self.out.extend(["</", name, ">"]);
        }
    }

    /// Writes an attribute, unless only the page had a use for it: such names change whenever the page's design does, and the
    /// article does not.
    fn attribute(&mut self, name: &str, value: &str) {
        let value = match name {
            "class" => match value.split_ascii_whitespace().find(|class| class.starts_with("language-")) {
                Some(language) => Cow::Borrowed(language),
                None => return,
            },
            "style" if !value.contains("text-align") => return,
            "id" | "rel" | "target" | "role" | "loading" | "decoding" | "fetchpriority" | "referrerpolicy" | "nonce" | "integrity"
            | "tabindex" | "slot" | "part" | "is" | "itemscope" | "itemprop" | "itemtype" | "itemid" | "itemref" | "contenteditable"
            | "draggable" | "spellcheck" | "accesskey" | "xmlns" | "layout" | "jsname" | "jscontroller" => return,
            name if name.starts_with("on") || name.starts_with("aria-") || PAGES_OWN.iter().any(|own| name.starts_with(own)) => return,
            "srcset" | "data-srcset" | "data-lazy-srcset" if self.base.is_given() => {
                Cow::Owned(self.base.srcset(&super::references::decode(value, true)).replace('&', "&amp;"))
            }
            "href" | "src" | "poster" | "cite" | "data-src" | "data-lazy-src" | "data-original" | "data-poster" if self.base.is_given() => {
                Cow::Owned(self.base.address(&super::references::decode(value, true)).replace('&', "&amp;"))
            }
            _ => Cow::Borrowed(value),
        };
        self.out.extend([" ", name, "=\""]);
        if value.contains('"') {
            self.out.push_str(&value.replace('"', "&quot;"));
        } else {
            self.out.push_str(&value);
        }
        self.out.push('"');
    }
}

/// What begins the names of attributes that frameworks, trackers and stylesheets write.
const PAGES_OWN: [&str; 13] = [
    "data-v-",
    "data-astro-",
    "data-react",
    "data-svelte",
    "data-gtm",
    "data-ga-",
    "data-track",
    "data-testid",
    "data-test-",
    "data-wp-",
    "data-amp-",
    "data-hydrate",
    "ng-",
];
