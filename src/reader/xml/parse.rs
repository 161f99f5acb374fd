//! XML text → its tree, bounded, or the place and the reason why there is none.
//!
//! A DOCTYPE is passed over: nothing that it declares is used, and nothing is ever fetched. So no entity is known but the five of
//! XML itself, and no document can grow by being read.

use quick_xml::Reader;
use quick_xml::errors::{IllFormedError, SyntaxError};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::attributes::Attribute as Written;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::namespaces::Namespaces;
use super::tree::{Attribute, Element, Node};
use crate::reader::findings::{Fault, Place, count};

/// How deep elements may nest.
const DEPTH: usize = 128;
/// How many elements and texts a document may have.
const NODES: usize = 200_000;
/// How many attributes an element may have.
const ATTRIBUTES: usize = 256;
/// The longest attribute value, in bytes.
const VALUE: usize = 64 * 1024;
/// The longest name, in bytes.
const NAME: usize = 1024;
/// The longest text of one element, in bytes.
const TEXT: usize = 8 * 1024 * 1024;

/// Reads a document; its lines count from 1.
pub(in crate::reader) fn parse(text: &str) -> Result<Element, Fault> {
    let mut reader = Reader::from_str(text);
    let mut growing = Growing { source: Places::new(text), open: Vec::new(), root: None, namespaces: Namespaces::new(), nodes: 0 };
    loop {
        let before = offset(reader.buffer_position());
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                let at = offset(reader.error_position()).max(before.min(text.len()));
                return Err(ill_formed(growing.source.at(at), &error));
            }
        };
        match event {
            Event::Start(start) => growing.start(&start, before, false)?,
            Event::Empty(start) => growing.start(&start, before, true)?,
            Event::End(_) => growing.end(),
            Event::Text(words) => growing.text(&words, before)?,
            Event::CData(words) => growing.text(&words, before)?,
            Event::GeneralRef(reference) => growing.reference(&reference, before)?,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            Event::Eof => return growing.finish(text.len()),
        }
    }
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// The tree while the document is read.
struct Growing<'t> {
    source: Places<'t>,
    /// The elements that have begun and not ended, the root first.
    open: Vec<Element>,
    root: Option<Element>,
    namespaces: Namespaces,
    nodes: usize,
}

impl Growing<'_> {
    fn start(&mut self, start: &BytesStart<'_>, at: usize, is_empty: bool) -> Result<(), Fault> {
        let place = self.source.at(at);
        if self.open.is_empty() && self.root.is_some() {
            return Err(not_xml(place, "a second element stands after the document's end"));
        }
        if self.open.len() >= DEPTH {
            return Err(too_large(place, format!("elements nest deeper than {DEPTH} levels")));
        }
        self.count(place)?;
        self.namespaces.open();
        let mut written = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| not_xml(place, &format!("an attribute is not well-formed ({error})")))?;
            if written.len() >= ATTRIBUTES {
                return Err(too_large(place, format!("an element has more than {ATTRIBUTES} attributes")));
            }
            let value = value(&attribute, place)?;
            let key = attribute.key.as_ref();
            if let Some(prefix) = key.strip_prefix("xmlns:").or((key == "xmlns").then_some("")) {
                let declared = self.namespaces.declare(prefix, value.trim());
                declared.map_err(|_| too_large(place, format!("more than {} namespaces are declared at once", Namespaces::MOST)))?;
            } else {
                written.push((key.to_owned(), value));
            }
        }
        let (prefix, name) = prefix_and_name(start.name().into_inner(), place)?;
        let namespace = self.namespaces.of(prefix).map_err(|()| undeclared(place, prefix))?;
        let mut attributes = Vec::with_capacity(written.len());
        for (key, value) in written {
            let (prefix, name) = prefix_and_name(&key, place)?;
            let namespace = if prefix.is_empty() { None } else { self.namespaces.of(prefix).map_err(|()| undeclared(place, prefix))? };
            attributes.push(Attribute { namespace, name: name.to_owned(), value });
        }
        self.open.push(Element { namespace, name: name.to_owned(), attributes, children: Vec::new(), place });
        if is_empty {
            self.end();
        }
        Ok(())
    }

    fn end(&mut self) {
        self.namespaces.close();
        let Some(element) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            None => self.root = Some(element),
        }
    }

    fn text(&mut self, words: &str, at: usize) -> Result<(), Fault> {
        if words.is_empty() {
            return Ok(());
        }
        let place = self.source.at(at);
        let Some(element) = self.open.last_mut() else {
            // What stands around the root may only be white space; a byte order mark may have been left in a text.
            return match words.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}') {
                "" => Ok(()),
                _ => Err(not_xml(place, "text stands outside of the document's element")),
            };
        };
        match element.children.last_mut() {
            Some(Node::Text(text)) if text.len() + words.len() <= TEXT => text.push_str(words),
            Some(Node::Text(_)) => return Err(too_large(place, format!("a text is longer than {TEXT} bytes"))),
            Some(Node::Element(_)) | None if words.len() > TEXT => {
                return Err(too_large(place, format!("a text is longer than {TEXT} bytes")));
            }
            Some(Node::Element(_)) | None => {
                element.children.push(Node::Text(words.to_owned()));
                self.count(place)?;
            }
        }
        Ok(())
    }

    fn reference(&mut self, reference: &BytesRef<'_>, at: usize) -> Result<(), Fault> {
        let name = reference.xml10_content();
        let Some(character) = character(&name) else { return Err(unknown_entity(self.source.at(at), &name)) };
        self.text(character.encode_utf8(&mut [0; 4]), at)
    }

    fn count(&mut self, place: Place) -> Result<(), Fault> {
        self.nodes += 1;
        if self.nodes > NODES { Err(too_large(place, format!("the document has more than {NODES} elements and texts"))) } else { Ok(()) }
    }

    fn finish(mut self, end: usize) -> Result<Element, Fault> {
        if let Some(element) = self.open.pop() {
            return Err(not_xml(element.place, &format!("the element '{}' that begins here does not end", element.name)));
        }
        self.root.take().ok_or_else(|| not_xml(self.source.at(end), "there is no element in this file"))
    }
}

/// An attribute's value with its references resolved.
fn value(attribute: &Written<'_>, place: Place) -> Result<String, Fault> {
    let raw = attribute.value.as_ref();
    if raw.len() > VALUE {
        return Err(too_large(place, format!("an attribute's value is longer than {VALUE} bytes")));
    }
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        value.push_str(before);
        let (name, after) = after
            .split_once(';')
            .ok_or_else(|| not_xml(place, "an attribute's value has an '&' that begins no reference; write '&amp;'"))?;
        value.push(character(name).ok_or_else(|| unknown_entity(place, name))?);
        rest = after;
    }
    value.push_str(rest);
    // XML 1.0 section 3.3.3. What was written as a reference would be kept; here it is no loss.
    Ok(if value.contains(['\n', '\t']) { value.replace(['\n', '\t'], " ") } else { value })
}

/// What a reference stands for: a character by its number, or one of the five of XML 1.0 section 4.6.
fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |hex| (hex, 16));
        // `from_str_radix` would take a sign.
        let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        return u32::from_str_radix(digits, radix).ok().filter(|_| plain).and_then(char::from_u32).filter(|c| *c != '\0');
    }
    resolve_xml_entity(name)?.chars().next()
}

fn prefix_and_name(name: &str, place: Place) -> Result<(&str, &str), Fault> {
    if name.len() > NAME {
        return Err(too_large(place, format!("a name is longer than {NAME} bytes")));
    }
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    if local.is_empty() || local.contains(':') || local.contains(['<', '&']) || (prefix.is_empty() && name.contains(':')) {
        return Err(not_xml(place, &format!("'{}' is not a name", shown(name))));
    }
    Ok((prefix, local))
}

/// Lines and columns of rising offsets, each part of the text looked at once.
struct Places<'t> {
    text: &'t str,
    seen: usize,
    place: Place,
}

impl<'t> Places<'t> {
    const fn new(text: &'t str) -> Self {
        Self { text, seen: 0, place: Place::new(1, 1) }
    }

    fn at(&mut self, offset: usize) -> Place {
        let Some(part) = self.text.get(self.seen..offset) else { return self.place };
        self.seen = offset;
        let lines = part.bytes().filter(|byte| *byte == b'\n').count();
        let last = part.rfind('\n').map_or(part, |newline| &part[newline + 1..]);
        let columns = count(last.chars().count());
        self.place = Place {
            line: self.place.line.saturating_add(count(lines)),
            column: if lines == 0 { self.place.column.saturating_add(columns) } else { columns.saturating_add(1) },
        };
        self.place
    }
}

fn ill_formed(place: Place, error: &quick_xml::Error) -> Fault {
    use quick_xml::Error;
    let what = match error {
        Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
            format!("'</{}>' stands where '</{}>' was expected", shown(found), shown(expected))
        }
        Error::IllFormed(IllFormedError::UnmatchedEndTag(name)) => format!("'</{}>' ends nothing that has begun", shown(name)),
        Error::IllFormed(IllFormedError::UnclosedReference) => "an '&' begins no reference; write '&amp;'".to_owned(),
        Error::Syntax(SyntaxError::UnclosedTag) => "a tag does not end".to_owned(),
        Error::Syntax(SyntaxError::UnclosedComment) => "a comment does not end".to_owned(),
        Error::Syntax(SyntaxError::UnclosedCData) => "a CDATA section does not end".to_owned(),
        Error::Syntax(SyntaxError::UnclosedDoctype) => "the DOCTYPE does not end".to_owned(),
        other => shown(&other.to_string()),
    };
    not_xml(place, &what)
}

fn not_xml(place: Place, what: &str) -> Fault {
    Fault {
        place,
        rule: "xml",
        message: format!("this is not well-formed XML: {what}"),
        remedy: "mend it where the file is made; an XML checker shows the place too".to_owned(),
    }
}

fn undeclared(place: Place, prefix: &str) -> Fault {
    not_xml(place, &format!("the prefix '{}' is not declared", shown(prefix)))
}

fn unknown_entity(place: Place, name: &str) -> Fault {
    Fault {
        place,
        rule: "xml-entity",
        message: format!("the reference '&{};' is none that XML knows, and newswire takes no entities from a DOCTYPE", shown(name)),
        remedy: "write the character itself, or its number (&#160; for a no-break space)".to_owned(),
    }
}

fn too_large(place: Place, what: String) -> Fault {
    Fault { place, rule: "xml-too-large", message: what, remedy: "split the file, or keep it out of the articles folder".to_owned() }
}

/// A text of the file for a message: one line, at most 60 characters.
fn shown(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(60).collect();
    if line.len() < text.len() { format!("{line}…") } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (u32, u32, &'static str, String) {
        let fault = parse(text).unwrap_err();
        (fault.place.line, fault.place.column, fault.rule, fault.message)
    }

    #[test]
    fn names_and_namespaces() {
        let root = parse("<a xmlns='urn:x' xmlns:p='urn:y' xml:lang=' fr '><p:b p:c='1' c='2'/><d xmlns=''><e/></d><f/></a>").unwrap();
        assert!(root.is("urn:x", "a") && root.lang() == Some("fr"));
        let b = root.first_in("urn:y", "b").unwrap();
        assert_eq!((b.attribute_in("urn:y", "c"), b.attribute("c")), (Some("1"), Some("2")));
        let d = root.elements().nth(1).unwrap();
        assert!(d.namespace.is_none() && d.first("e").is_some() && root.first("f").is_some());
        assert!(root.first("b").is_none() && root.first("d").is_none());
    }

    #[test]
    fn texts_join_over_references_cdata_and_comments() {
        let root = parse("<a b='&lt;&#x41;\n&quot;'>1 &amp; <!-- no --> 2<![CDATA[ <3> ]]>&#233;<?pi?></a>").unwrap();
        assert_eq!(root.children, [Node::Text("1 &  2 <3> é".to_owned())]);
        assert_eq!(root.attribute("b"), Some("<A \""));
        assert_eq!(root.line().as_deref(), Some("1 & 2 <3> é"));
    }

    #[test]
    fn places_count_lines_and_characters() {
        let root = parse("<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'a.dtd'>\n<a>\n é<b/>\n</a>").unwrap();
        assert_eq!(root.place, Place::new(3, 1));
        assert_eq!(root.first("b").unwrap().place, Place::new(4, 3));
    }

    #[test]
    fn what_is_not_xml_is_refused_at_its_place() {
        assert_eq!(
            fault("<a>\n <b></c></a>"),
            (2, 5, "xml", "this is not well-formed XML: '</c>' stands where '</b>' was expected".into())
        );
        assert_eq!(fault("<a>\n <b>").0, 2);
        assert_eq!(fault("").2, "xml");
        assert_eq!(fault("  text").2, "xml");
        assert_eq!(fault("<a/>\n<b/>").0, 2);
        assert_eq!(fault("<a>\n<p:b/></a>"), (2, 1, "xml", "this is not well-formed XML: the prefix 'p' is not declared".into()));
        assert_eq!(fault("<a>\n AT&T</a>").0, 2);
        assert_eq!(fault("<a b='1' b='2'/>").2, "xml");
        assert_eq!(fault("<a b='A & B'/>").2, "xml");
    }

    #[test]
    fn no_entity_is_expanded() {
        let bomb = "<!DOCTYPE a [\n<!ENTITY l 'lol'>\n<!ENTITY m '&l;&l;&l;&l;&l;&l;&l;&l;'>\n]>\n<a>x &m;</a>";
        let (line, column, rule, message) = fault(bomb);
        assert_eq!((line, column, rule), (5, 6, "xml-entity"), "{message}");
        assert_eq!(fault("<!DOCTYPE a [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><a>&f;</a>").2, "xml-entity");
        assert_eq!(fault("<!DOCTYPE a [<!ENTITY f 'x'>]><a b='&f;'/>").2, "xml-entity");
        for none in ["&#0;", "&#xD800;", "&#x110000;", "&#+65;", "&#;", "&nbsp;"] {
            assert_eq!(fault(&format!("<a>{none}</a>")).2, "xml-entity", "{none}");
        }
    }

    #[test]
    fn every_size_is_bounded() {
        let deep = |levels: usize| format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
        assert!(parse(&deep(DEPTH)).is_ok());
        assert_eq!(fault(&deep(DEPTH + 1)).2, "xml-too-large");
        assert_eq!(fault(&"<a>".repeat(100_000)).2, "xml-too-large");
        let many = |number: usize| format!("<a>{}</a>", "<b/>".repeat(number));
        assert!(parse(&many(NODES - 1)).is_ok());
        assert_eq!(fault(&many(NODES)).2, "xml-too-large");
        let attributes: String = (0..=ATTRIBUTES).fold(String::new(), |all, number| all + &format!(" a{number}=''"));
        assert_eq!(fault(&format!("<a{attributes}/>")).2, "xml-too-large");
        assert_eq!(fault(&format!("<a b='{}'/>", "x".repeat(VALUE + 1))).2, "xml-too-large");
        assert_eq!(fault(&format!("<{}/>", "x".repeat(NAME + 1))).2, "xml-too-large");
        assert_eq!(fault(&format!("<a>{}</a>", "x".repeat(TEXT + 1))).2, "xml-too-large");
        let declared: String = (0..=Namespaces::MOST).fold(String::new(), |all, number| all + &format!(" xmlns:p{number}='urn:{number}'"));
        assert_eq!(fault(&format!("<a{declared}/>")).2, "xml-too-large");
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in "[<>/a-c:&;='\"!?\\[\\]\\-#x0-9 \n]{0,80}") {
            let _ = parse(&text);
        }
    }
}
