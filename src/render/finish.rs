//! Sanitised HTML → what is published: URLs absolute, lazy pictures restored, headings in their place; and its plain text and
//! pictures.
//!
//! The input is the sanitiser's output, which is regular: every tag complete, every attribute `name="value"`, text escaped. Only
//! attribute values and heading levels are changed here, and whole elements left out, so that what was safe stays safe.

use std::borrow::Cow;

use super::Policy;
use super::address::Base;
use super::balance::{MORE, SEAM};
use super::blocks::escape_into;
use super::elements::is_void;
use super::figure::Figure;
use super::markdown::BACK;
use super::plain::Plain;
use crate::article::Media;
use crate::media_type::by_name;
use crate::xml_chars;

/// The most pictures of a body that are listed as its media.
const MAX_IMAGES: usize = 100;

/// What there is to publish of a body.
#[derive(Debug, Default)]
pub(super) struct Finished {
    pub(super) html: String,
    pub(super) plain: Plain,
    /// The body's pictures and recordings in order.
    pub(super) images: Vec<Media>,
}

/// Goes through sanitised HTML once. `prefix` begins the ids that may stay.
pub(super) fn finish(html: &str, base: &Base, policy: &Policy, prefix: &str) -> Finished {
    let shift = html.contains("<h1>") || html.contains("<h1 ");
    let mut finisher = Finisher {
        base,
        policy,
        prefix,
        shift,
        done: Finished { html: String::with_capacity(html.len() + html.len() / 8), ..Finished::default() },
        dropped_frame: false,
        note_link: false,
        figure: Figure::default(),
        last_image: None,
        player: None,
    };
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        finisher.text(&rest[..at]);
        rest = &rest[at + 1..];
        let Some((tag, after)) = split_tag(rest) else {
            break;
        };
        rest = after;
        match tag.strip_prefix('/') {
            Some(name) => finisher.end(name),
            None => finisher.start(tag),
        }
    }
    finisher.text(rest);
    finisher.done
}

/// What stands between `<` and its `>`, and what comes after. A `>` in an attribute is escaped by the sanitiser; should it ever
/// not be, quotes are heeded.
fn split_tag(html: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let end = html.bytes().position(|b| {
        quoted ^= b == b'"';
        b == b'>' && !quoted
    })?;
    Some((&html[..end], &html[end + 1..]))
}

struct Finisher<'a> {
    base: &'a Base<'a>,
    policy: &'a Policy,
    prefix: &'a str,
    /// Whether headings go down by one level, because the source uses the level of the headline.
    shift: bool,
    done: Finished,
    dropped_frame: bool,
    /// Whether the text is the number of a note.
    note_link: bool,
    figure: Figure,
    /// The last picture and how much text stood before it.
    last_image: Option<(String, usize)>,
    /// The player that is open and has no recording yet.
    player: Option<&'static str>,
}

/// An attribute of a tag: its name and its value as written, still escaped.
type Attribute<'h> = (&'h str, &'h str);

impl Finisher<'_> {
    fn text(&mut self, escaped: &str) {
        if escaped.is_empty() {
            return;
        }
        if escaped.contains("&nbsp;") {
            self.done.html.push_str(&escaped.replace("&nbsp;", "\u{A0}"));
        } else {
            self.done.html.push_str(escaped);
        }
        let text = unescape(escaped);
        let text = if text.ends_with(SEAM) { Cow::Owned(text.trim_end_matches(SEAM).to_owned()) } else { text };
        if text.trim() == BACK {
            return;
        }
        if self.note_link {
            self.done.plain.note_number(text.trim());
            return;
        }
        let mut pieces = text.split(MORE);
        if let Some(first) = pieces.next() {
            self.done.plain.push(&xml_chars::allowed(first));
        }
        for piece in pieces {
            self.done.plain.mark_more();
            self.done.plain.push(&xml_chars::allowed(piece));
        }
    }

    fn end(&mut self, name: &str) {
        if name == "iframe" && std::mem::take(&mut self.dropped_frame) {
            return;
        }
        match name {
            "a" => self.note_link = false,
            "audio" | "video" => self.player = None,
            _ => {}
        }
        self.figure.close(name, &self.done.plain.text, &mut self.done.images);
        let out = &mut self.done.html;
        out.extend(["</", shifted(name, self.shift), ">"]);
        self.done.plain.close(name);
    }

    fn start(&mut self, tag: &str) {
        if tag == "wbr" && self.done.html.ends_with(SEAM) {
            self.done.html.pop();
            return;
        }
        let (name, rest) = tag.split_once(' ').unwrap_or((tag, ""));
        let attributes: Vec<Attribute<'_>> = Attributes(rest).collect();
        let kept = match name {
            "img" => self.image(&attributes),
            "source" | "track" => {
                let made = self.source(&attributes);
                self.recording(&attributes);
                made
            }
            "iframe" => self.frame(&attributes),
            "audio" | "video" => {
                self.player = Some(if name == "audio" { "audio/" } else { "video/" });
                let made = self.player(&attributes);
                self.recording(&attributes);
                Some(made)
            }
            _ => Some(String::new()),
        };
        let Some(made) = kept else {
            return;
        };
        self.figure.open(name, self.done.plain.text.len(), self.done.images.len());
        let out = &mut self.done.html;
        out.extend(["<", shifted(name, self.shift), &made]);
        for (attribute, value) in &attributes {
            match *attribute {
                "src" | "srcset" | "poster" | "data-src" | "data-srcset" | "data-poster" | "data-original" | "data-lazy-src"
                | "data-lazy-srcset" => {}
                "href" | "cite" => {
                    if let Some(url) = self.base.link(&unescape(value)) {
                        write_attribute(out, attribute, &url);
                    }
                }
                "id" => {
                    if value.starts_with(self.prefix) {
                        out.extend([" id=\"", value, "\""]);
                        match name {
                            "a" => self.note_link = true,
                            "li" => self.done.plain.mark_notes(),
                            _ => {}
                        }
                    }
                }
                _ => {
                    out.extend([" ", attribute, "=\""]);
                    out.push_str(&value.replace("&nbsp;", "\u{A0}"));
                    out.push('"');
                }
            }
        }
        out.push('>');
        let first = attributes.iter().find(|(name, _)| *name == "start").and_then(|(_, value)| value.parse().ok());
        self.done.plain.open(name, first);
        if is_void(name) && name != "br" {
            self.done.plain.close(name);
        }
    }

    /// The attributes of a picture with its true address; `None` where it has none, or is the fallback of the one just seen.
    fn image(&mut self, attributes: &[Attribute<'_>]) -> Option<String> {
        let set = self.set_of(attributes);
        let src = ["data-src", "data-lazy-src", "data-original", "src"]
            .into_iter()
            .filter_map(|name| value_of(attributes, name))
            .find_map(|value| self.base.medium(&value))
            .map(String::from)
            .or_else(|| set.as_deref()?.split(' ').next().map(|first| first.trim_end_matches(',').to_owned()))?;
        let place = (src, self.done.plain.text.len());
        if self.last_image.as_ref() == Some(&place) {
            return None;
        }
        let mut made = String::new();
        write_attribute(&mut made, "src", &place.0);
        if let Some(set) = set {
            write_attribute(&mut made, "srcset", &set);
        }
        if self.done.images.len() < MAX_IMAGES {
            self.done.images.push(Media {
                url: place.0.clone(),
                width: pixels(attributes, "width"),
                height: pixels(attributes, "height"),
                alt: words(attributes, "alt"),
                // A caption around it, where there is one, takes its place.
                caption: words(attributes, "title"),
                ..Media::default()
            });
        }
        self.last_image = Some(place);
        Some(made)
    }

    fn set_of(&self, attributes: &[Attribute<'_>]) -> Option<String> {
        ["data-srcset", "data-lazy-srcset", "srcset"]
            .into_iter()
            .filter_map(|name| value_of(attributes, name))
            .find_map(|value| self.base.srcset(&value))
    }

    /// Lists the first recording of a player, where its type is known: by what is written, else by its name.
    fn recording(&mut self, attributes: &[Attribute<'_>]) {
        let Some(kind) = self.player else { return };
        let src = ["data-src", "src"].into_iter().filter_map(|name| value_of(attributes, name)).find_map(|value| self.base.medium(&value));
        let Some(src) = src.filter(|_| self.done.images.len() < MAX_IMAGES) else { return };
        let written = value_of(attributes, "type").map(|mime| mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
        let mime = written.filter(|mime| mime.starts_with(kind)).or_else(|| Some(by_name(src.path())?.mime.to_owned()));
        if let Some(mime) = mime.filter(|mime| !mime.starts_with("image/")) {
            self.player = None;
            self.done.images.push(Media { url: src.into(), mime: Some(mime), ..Media::default() });
        }
    }

    fn source(&self, attributes: &[Attribute<'_>]) -> Option<String> {
        let mut made = String::new();
        let src = ["data-src", "src"].into_iter().filter_map(|name| value_of(attributes, name)).find_map(|value| self.base.medium(&value));
        if let Some(src) = src {
            write_attribute(&mut made, "src", src.as_str());
        }
        if let Some(set) = self.set_of(attributes) {
            write_attribute(&mut made, "srcset", &set);
        }
        (!made.is_empty()).then_some(made)
    }

    fn player(&self, attributes: &[Attribute<'_>]) -> String {
        let mut made = self.source(attributes).unwrap_or_default();
        let poster = ["data-poster", "poster"].into_iter().filter_map(|name| value_of(attributes, name));
        if let Some(poster) = poster.into_iter().find_map(|value| self.base.medium(&value)) {
            write_attribute(&mut made, "poster", poster.as_str());
        }
        // Nothing plays by itself in a feed reader; without controls nothing would play at all.
        made.push_str(" controls=\"\"");
        made
    }

    fn frame(&mut self, attributes: &[Attribute<'_>]) -> Option<String> {
        let src = ["data-src", "src"]
            .into_iter()
            .filter_map(|name| value_of(attributes, name))
            .find_map(|value| self.base.frame(&value))
            .filter(|url| url.host_str().is_some_and(|host| self.policy.frames_host(host)));
        self.dropped_frame = src.is_none();
        let mut made = String::new();
        write_attribute(&mut made, "src", src?.as_str());
        Some(made)
    }
}

struct Attributes<'h>(&'h str);

impl<'h> Iterator for Attributes<'h> {
    type Item = Attribute<'h>;

    fn next(&mut self) -> Option<Self::Item> {
        let (name, rest) = self.0.trim_start().split_once("=\"")?;
        let (value, rest) = rest.split_once('"')?;
        self.0 = rest;
        Some((name, value))
    }
}

fn value_of<'h>(attributes: &[Attribute<'h>], name: &str) -> Option<Cow<'h, str>> {
    attributes.iter().find(|(attribute, _)| *attribute == name).map(|(_, value)| unescape(value))
}

/// An attribute's text on one line, where there is any.
fn words(attributes: &[Attribute<'_>], name: &str) -> Option<String> {
    value_of(attributes, name).map(|text| one_line(&text)).filter(|text| !text.is_empty())
}

/// A dimension in pixels, as far as it is a plain number.
fn pixels(attributes: &[Attribute<'_>], name: &str) -> Option<u32> {
    let value = value_of(attributes, name)?;
    value.trim().trim_end_matches("px").parse().ok().filter(|pixels| (1..=100_000).contains(pixels))
}

fn write_attribute(out: &mut String, name: &str, value: &str) {
    out.extend([" ", name, "=\""]);
    escape_into(out, value);
    out.push('"');
}

/// The heading's name one level down, if it is one.
fn shifted(name: &str, shift: bool) -> &str {
    match name {
        "h1" if shift => "h2",
        "h2" if shift => "h3",
        "h3" if shift => "h4",
        "h4" if shift => "h5",
        "h5" if shift => "h6",
        same => same,
    }
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the sanitiser escaped, as characters.
fn unescape(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", "\u{A0}")];
        let (entity, character) = known.into_iter().find(|(entity, _)| rest.starts_with(entity)).unwrap_or(("&", "&"));
        out.push_str(character);
        rest = &rest[entity.len()..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}
