//! RSS and Atom, read by one walk that looks at ids, links, titles and dates only.
//!
//! The crates that write our feeds keep neither `rdf:about` nor where a mistake stands, and refuse feeds whose other parts
//! are wrong. No entity is expanded but the five of XML and references to characters.

use quick_xml::NsReader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::field::{Field, Fields};
use super::old_feed::{MOST_ITEMS, OldFeed, OldFormat, Unreadable};
use super::vocabulary::{Vocabulary, vocabulary};

/// How deep elements may lie in each other.
const DEEPEST: usize = 256;
/// The longest text of one element that is kept, in bytes; no id, link, title or date is longer.
const LONGEST: usize = 64 * 1024;

/// Which part of the feed the walk is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    /// Before the root.
    Nothing,
    /// In the root of RSS, beside the channel.
    Rss,
    /// In the channel, or in Atom's root.
    Feed,
    /// In an item.
    Item,
    /// In an element whose text is looked at.
    Field(Field),
    /// In something else.
    Other,
}

pub(super) fn parse(text: &str) -> Result<OldFeed, Unreadable> {
    let mut reader = NsReader::from_str(text);
    let config = reader.config_mut();
    // A lone `&` in a title is the commonest mistake of all, and every reader takes it for what it is.
    config.allow_dangling_amp = true;
    config.expand_empty_elements = true;
    let mut walk = Walk::new();
    loop {
        let event = match reader.read_resolved_event() {
            Ok((resolved, event)) => walk.event(vocabulary(&resolved), &event),
            Err(error) => {
                let at = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
                return Err(Unreadable::at(text, at, format!("this is not well-formed XML: {error}")));
            }
        };
        match event {
            Ok(true) => {}
            Ok(false) => break,
            Err(why) => {
                let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
                return Err(Unreadable::at(text, at, why));
            }
        }
        if walk.items.len() > MOST_ITEMS {
            return Err(Unreadable::too_many());
        }
    }
    walk.finish(text)
}

struct Walk {
    format: Option<OldFormat>,
    /// What the elements that are open are.
    open: Vec<Within>,
    head: Fields,
    own_url: Option<String>,
    next: Option<String>,
    item: Fields,
    text: String,
    items: Vec<super::old_feed::OldItem>,
}

impl Walk {
    fn new() -> Self {
        Self {
            format: None,
            open: Vec::new(),
            head: Fields::default(),
            own_url: None,
            next: None,
            item: Fields::default(),
            text: String::new(),
            items: Vec::new(),
        }
    }

    fn within(&self) -> Within {
        self.open.last().copied().unwrap_or(Within::Nothing)
    }

    /// Takes one step; `false` at the end.
    fn event(&mut self, of: Vocabulary, event: &Event<'_>) -> Result<bool, String> {
        match event {
            Event::Start(start) | Event::Empty(start) => self.start(of, start)?,
            Event::End(_) => self.end(),
            Event::Text(text) => self.say(text),
            Event::CData(text) => self.say(text),
            Event::GeneralRef(reference) => {
                let resolved = resolve_predefined_entity(reference).map(str::to_owned);
                let resolved = resolved.or_else(|| reference.resolve_char_ref().ok().flatten().map(String::from));
                self.say(&resolved.unwrap_or_else(|| format!("&{};", &**reference)));
            }
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
            Event::Eof => return Ok(false),
        }
        Ok(true)
    }

    fn say(&mut self, text: &str) {
        if matches!(self.within(), Within::Field(_)) && self.text.len().saturating_add(text.len()) <= LONGEST {
            self.text.push_str(text);
        }
    }

    fn start(&mut self, of: Vocabulary, start: &BytesStart<'_>) -> Result<(), String> {
        if self.open.len() >= DEEPEST {
            return Err(format!("elements lie in each other more than {DEEPEST} deep"));
        }
        let name = start.local_name().into_inner();
        let next = match self.within() {
            Within::Nothing => self.root(of, name)?,
            Within::Rss if of == Vocabulary::Rss && name.eq_ignore_ascii_case("channel") => {
                // RSS 1.0 has its channel's address in an attribute; nobody knows the feed by it.
                Within::Feed
            }
            Within::Rss | Within::Feed if self.is_item(of, name) => {
                self.item = Fields::default();
                if let Some(about) = attribute(start, "about") {
                    self.item.put(Field::Id, &about);
                }
                Within::Item
            }
            Within::Feed if of == Vocabulary::Atom && name == "link" => {
                let place = match attribute(start, "rel").as_deref() {
                    Some("self") => Some(&mut self.own_url),
                    Some("next" | "prev-archive") => Some(&mut self.next),
                    Some(_) | None => None,
                };
                if let Some(place) = place.filter(|place| place.is_none()) {
                    *place = attribute(start, "href");
                }
                Within::Other
            }
            Within::Item if of == Vocabulary::Atom && name == "link" => {
                if let Some(href) = attribute(start, "href") {
                    match attribute(start, "rel").as_deref() {
                        None | Some("alternate") => self.item.link(&href),
                        Some(_) => {}
                    }
                }
                Within::Other
            }
            Within::Feed | Within::Item => self.field(of, name, start).map_or(Within::Other, |field| {
                self.text.clear();
                Within::Field(field)
            }),
            Within::Field(field) => {
                // Markup within a title (`type="xhtml"`) is passed through; its text is the title.
                Within::Field(field)
            }
            Within::Rss | Within::Other => Within::Other,
        };
        self.open.push(next);
        Ok(())
    }

    fn root(&mut self, of: Vocabulary, name: &str) -> Result<Within, String> {
        match (of, name.to_ascii_lowercase().as_str()) {
            (Vocabulary::Rss, "rss") | (Vocabulary::Rdf, "rdf") => {
                self.format = Some(OldFormat::Rss);
                Ok(Within::Rss)
            }
            (Vocabulary::Atom, "feed") => {
                self.format = Some(OldFormat::Atom);
                Ok(Within::Feed)
            }
            (_, "html") => Err("this is an HTML page, not a feed; give the address of the feed itself".to_owned()),
            (_, other) => Err(format!("the root element is '{}', and so this is neither RSS nor Atom", brief(other))),
        }
    }

    fn is_item(&self, of: Vocabulary, name: &str) -> bool {
        match self.format {
            Some(OldFormat::Rss) => of == Vocabulary::Rss && name == "item",
            Some(OldFormat::Atom) => of == Vocabulary::Atom && name == "entry",
            Some(OldFormat::Json) | None => false,
        }
    }

    fn field(&self, of: Vocabulary, name: &str, start: &BytesStart<'_>) -> Option<Field> {
        let rss = self.format == Some(OldFormat::Rss);
        Some(match (of, name) {
            (Vocabulary::Rss, "guid") if rss => {
                let permanent = attribute(start, "isPermaLink").is_none_or(|value| !value.eq_ignore_ascii_case("false"));
                if permanent { Field::PermanentId } else { Field::Id }
            }
            (Vocabulary::Rss, "title") if rss => Field::Title,
            (Vocabulary::Rss, "link") if rss => Field::Link,
            (Vocabulary::Rss, "pubDate") if rss => Field::Published,
            (Vocabulary::Rss, "lastBuildDate") if rss => Field::Updated,
            (Vocabulary::Atom, "id" | "title") if rss => return None,
            (Vocabulary::Atom, "id") => Field::Id,
            (Vocabulary::Atom, "title") => Field::Title,
            (Vocabulary::Atom, "published" | "issued") => Field::Published,
            (Vocabulary::Atom, "updated" | "modified") | (Vocabulary::DublinCore, "modified") => Field::Updated,
            (Vocabulary::DublinCore, "date" | "issued" | "created") => Field::PublishedElse,
            (Vocabulary::FeedBurner, "origLink") => Field::OriginalLink,
            _ => return None,
        })
    }

    fn end(&mut self) {
        let Some(ended) = self.open.pop() else { return };
        match ended {
            Within::Field(field) => match self.within() {
                Within::Item => self.item.put(field, &std::mem::take(&mut self.text)),
                Within::Feed => self.head.put(field, &std::mem::take(&mut self.text)),
                // The end of markup within the field.
                Within::Nothing | Within::Rss | Within::Field(_) | Within::Other => {}
            },
            Within::Item => self.items.push(std::mem::take(&mut self.item).into_item()),
            Within::Nothing | Within::Rss | Within::Feed | Within::Other => {}
        }
    }

    fn finish(self, text: &str) -> Result<OldFeed, Unreadable> {
        let Some(format) = self.format else {
            return Err(Unreadable::NoFeed("it has no root element, and so is neither RSS nor Atom".to_owned()));
        };
        if !self.open.is_empty() {
            let why = format!("the document ends within its {} open elements: it was cut short", self.open.len());
            return Err(Unreadable::at(text, text.len(), why));
        }
        let (id, title, updated) = self.head.into_head();
        Ok(OldFeed { format, title, id, own_url: self.own_url, next: self.next, updated, items: self.items, damaged: false })
    }
}

/// An attribute's value, whatever its prefix.
fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    let found = attributes.with_checks(false).flatten().find(|attribute| attribute.key.local_name().into_inner() == name)?;
    let value = found.normalized_value(XmlVersion::Implicit1_0).map_or_else(|_| found.value.to_string(), std::borrow::Cow::into_owned);
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn brief(name: &str) -> String {
    name.chars().take(40).collect()
}
