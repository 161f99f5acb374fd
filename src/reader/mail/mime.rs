//! Which of a message's parts is its text (RFC 2045, 2046, 2183). Depth, number and the length of heads are bounded; a message
//! inside the message is an attachment and is not looked into.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{ContentType, HeaderName, Message, MessageParser, MessagePart, MimeHeaders as _};

use super::plain;
use crate::reader::findings::{Fault, Findings, Place, count};

/// The longest head of a message or a part, in bytes.
const HEAD: usize = 256 * 1024;
/// How deep parts may stand in each other.
const DEPTH: usize = 16;
/// How many parts are looked at.
const PARTS: usize = 500;
/// The longest boundary (RFC 2046 section 5.1.1).
const BOUNDARY: usize = 70;

/// A message or a part of one: its head, and where its body lies in the file.
pub(super) struct Entity<'a> {
    pub(super) head: Message<'static>,
    body: &'a [u8],
    /// Where the body begins, in bytes from the beginning of the file.
    offset: usize,
}

/// A text as it is to be read.
pub(super) enum Text {
    Html(String),
    Plain(String),
}

/// What is in a message.
#[derive(Default)]
pub(super) struct Found {
    pub(super) text: Option<Text>,
    /// Where the text, or else the body, begins in the file, in bytes.
    pub(super) offset: usize,
    /// What the parts are called that are no text.
    pub(super) left_out: Vec<String>,
    /// There is something that only its receiver can read.
    pub(super) is_secret: bool,
}

/// A part of a file and where it begins in it.
#[derive(Clone, Copy)]
pub(super) struct Slice<'a> {
    bytes: &'a [u8],
    offset: usize,
}

/// The one message of a file. Programs that save it as a mailbox put a line `From …` before it.
pub(super) fn single(bytes: &[u8]) -> Result<Slice<'_>, Fault> {
    if !bytes.starts_with(b"From ") {
        return Ok(Slice { bytes, offset: 0 });
    }
    let offset = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |newline| newline + 1);
    let mut before_blank = false;
    let mut at = offset;
    for line in bytes[offset..].split_inclusive(|byte| *byte == b'\n') {
        if before_blank && line.starts_with(b"From ") && begins_a_head(&bytes[at + line.len()..]) {
            return Err(Fault {
                place: Place::new(self::line(bytes, at), 1),
                rule: "several-messages",
                message: "the file is a mailbox: a second message begins here".to_owned(),
                remedy: "save each message as a file of its own".to_owned(),
            });
        }
        before_blank = line.trim_ascii().is_empty();
        at += line.len();
    }
    Ok(Slice { bytes: &bytes[offset..], offset })
}

/// Whether a field begins here.
fn begins_a_head(bytes: &[u8]) -> bool {
    let name = bytes.iter().take(80).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
    name > 0 && bytes.get(name) == Some(&b':')
}

/// The line on which a byte of the file stands.
pub(super) fn line(bytes: &[u8], offset: usize) -> u32 {
    count(bytes.iter().take(offset).filter(|byte| **byte == b'\n').count()).saturating_add(1)
}

/// Parts a message into head and body.
pub(super) fn entity(slice: Slice<'_>) -> Result<Entity<'_>, Fault> {
    let entity = part(slice).ok_or_else(|| Fault {
        place: Place::new(1, 1),
        rule: "mail-too-large",
        message: format!("the message's head is longer than {} kB", HEAD / 1024),
        remedy: "keep the file out of the articles folder".to_owned(),
    })?;
    if entity.head.headers().is_empty() {
        return Err(Fault {
            place: Place::new(1, 1),
            rule: "not-a-message",
            message: "this is no e-mail: it does not begin with fields such as 'Subject:' and 'From:'".to_owned(),
            remedy: "save the message as a whole (“original”, “source” or “.eml”)".to_owned(),
        });
    }
    Ok(entity)
}

/// Head and body; `None` where the head is too long.
fn part(slice: Slice<'_>) -> Option<Entity<'_>> {
    let Slice { bytes, offset } = slice;
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if at > HEAD {
            return None;
        }
        let blank = line.trim_ascii().is_empty();
        if blank {
            return Some(Entity { head: head(&bytes[..at]), body: &bytes[at + line.len()..], offset: offset + at + line.len() });
        }
        at += line.len();
    }
    (at <= HEAD).then(|| Entity { head: head(bytes), body: &[], offset: offset + bytes.len() })
}

fn head(bytes: &[u8]) -> Message<'static> {
    let bytes = bytes.trim_ascii_end();
    // Fields are ASCII, or UTF-8 (RFC 6532); old programs write what their system has.
    let bytes = match std::str::from_utf8(bytes) {
        Ok(_) => Cow::Borrowed(bytes),
        Err(_) => Cow::Owned(WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned().into_bytes()),
    };
    let whole = [&*bytes, b"\r\n\r\n"].concat();
    let parsed = MessageParser::new().parse_headers(&whole).map(Message::into_owned).filter(|head| !head.parts.is_empty());
    // The parser's questions are asked of the first part, which a head without fields has not.
    parsed.unwrap_or_else(|| Message { parts: vec![MessagePart::default()], ..Message::default() })
}

/// Finds the text.
pub(super) fn text(message: &Entity<'_>, findings: &mut Findings<'_>) -> Found {
    let mut walk = Walk { found: Found::default(), left: PARTS, broken: None };
    let text = walk.entity(message, 0);
    let begins = text.as_ref().map_or(message.offset, |(_, offset)| *offset);
    if walk.left == 0 {
        let message = format!("the message has more than {PARTS} parts; the rest was left out");
        findings.warn(Place::new(1, 1), "mail-too-large", message, "send the text without so many attachments");
    }
    if let Some(what) = walk.broken {
        findings.warn(Place::new(1, 1), "broken-mail", what, "save the message again from the mail program");
    }
    Found { text: text.map(|(text, _)| text), offset: begins, ..walk.found }
}

struct Walk {
    found: Found,
    left: usize,
    broken: Option<String>,
}

/// A text and where it begins.
type Begun = (Text, usize);

impl Walk {
    fn entity(&mut self, entity: &Entity<'_>, depth: usize) -> Option<Begun> {
        self.left = self.left.checked_sub(1)?;
        let head = &entity.head;
        let content_type = head.header(HeaderName::ContentType).and_then(|value| value.as_content_type());
        let kind = content_type.map_or_else(|| "text/plain".to_owned(), mime);
        if let Some(subtype) = kind.strip_prefix("multipart/") {
            if subtype == "encrypted" {
                self.found.is_secret = true;
                return None;
            }
            let boundary = content_type.and_then(|kind| kind.attribute("boundary")).filter(|boundary| boundary.len() <= BOUNDARY);
            if let Some(boundary) = boundary.filter(|boundary| !boundary.is_empty() && depth < DEPTH) {
                return self.parts(entity, boundary, subtype == "alternative", depth);
            }
            let why = if depth < DEPTH { "have no boundary" } else { "stand too deep in each other" };
            self.broken.get_or_insert_with(|| format!("parts of the message {why}; they were left out"));
            return None;
        }
        let disposition = head.header(HeaderName::ContentDisposition).and_then(|value| value.as_content_type());
        let attached = disposition.is_some_and(ContentType::is_attachment);
        match kind.as_str() {
            "text/plain" | "text/html" if !attached => {
                let text = self.decoded(entity, content_type)?;
                if text.trim().is_empty() {
                    return None;
                }
                let text = match (kind.as_str(), content_type) {
                    ("text/html", _) => Text::Html(inside_of_body(&text).to_owned()),
                    (_, Some(kind)) if kind.attribute("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed")) => {
                        let delete = kind.attribute("delsp").is_some_and(|delete| delete.eq_ignore_ascii_case("yes"));
                        Text::Plain(plain::unflowed(&text, delete))
                    }
                    _ => Text::Plain(text),
                };
                Some((text, entity.offset))
            }
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
                self.found.is_secret = true;
                None
            }
            // A signature says nothing to readers.
            "application/pgp-signature" | "application/pkcs7-signature" | "application/x-pkcs7-signature" => None,
            _ => {
                let name = head.attachment_name().map(|name| name.chars().filter(|c| !c.is_control()).take(80).collect::<String>());
                self.found.left_out.push(name.filter(|name| !name.trim().is_empty()).unwrap_or(kind));
                None
            }
        }
    }

    fn parts(&mut self, entity: &Entity<'_>, boundary: &str, alternative: bool, depth: usize) -> Option<Begun> {
        let mut whole: Option<Begun> = None;
        let delimiter = [b"--", boundary.as_bytes()].concat();
        let mut parts = Parts { bytes: entity.body, delimiter: &delimiter, at: 0, ended: false };
        parts.next_delimiter();
        while self.left > 0
            && let Some((begins, ends)) = parts.next_part()
        {
            let slice = Slice { bytes: &entity.body[begins..ends], offset: entity.offset + begins };
            let Some(part) = part(slice) else {
                self.broken.get_or_insert_with(|| "a part's head is too long; the part was left out".to_owned());
                continue;
            };
            let Some(text) = self.entity(&part, depth + 1) else { continue };
            whole = Some(match whole {
                None => text,
                Some(known) if alternative => better(known, text),
                Some(known) => joined(known, text),
            });
        }
        whole
    }

    /// The text of a part, its transfer coding and its character set undone.
    fn decoded(&mut self, entity: &Entity<'_>, content_type: Option<&ContentType<'_>>) -> Option<String> {
        let coding = entity.head.content_transfer_encoding().unwrap_or_default().trim().to_ascii_lowercase();
        let bytes = match coding.as_str() {
            "base64" => base64_decode(entity.body),
            "quoted-printable" => quoted_printable_decode(entity.body),
            _ => Some(entity.body.to_vec()),
        };
        let Some(bytes) = bytes else {
            self.broken.get_or_insert_with(|| format!("a text is not the {coding} that it claims to be; it was left out"));
            return None;
        };
        let named = content_type.and_then(|kind| kind.attribute("charset")).and_then(|name| Encoding::for_label(name.trim().as_bytes()));
        let encoding = match named {
            // What is called ASCII is often more than that.
            Some(encoding) if encoding != WINDOWS_1252 => encoding,
            Some(_) | None if std::str::from_utf8(&bytes).is_ok() => UTF_8,
            Some(_) | None => WINDOWS_1252,
        };
        let (text, broken) = encoding.decode_with_bom_removal(&bytes);
        if broken {
            self.broken.get_or_insert_with(|| format!("the text is not all {}; what could not be read shows as \u{fffd}", encoding.name()));
        }
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        Some(text.replace('\0', ""))
    }
}

fn mime(kind: &ContentType<'_>) -> String {
    format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_ascii_lowercase()
}

/// Of two versions of one text the later counts (RFC 2046 section 5.1.4), HTML above all.
fn better(known: Begun, other: Begun) -> Begun {
    match (&known.0, &other.0) {
        (Text::Html(_), Text::Plain(_)) => known,
        (Text::Html(_) | Text::Plain(_), Text::Html(_)) | (Text::Plain(_), Text::Plain(_)) => other,
    }
}

/// Two texts of which the second follows the first.
fn joined(first: Begun, second: Begun) -> Begun {
    let text = match (first.0, second.0) {
        (Text::Plain(first), Text::Plain(second)) => Text::Plain(format!("{}\n\n{second}", first.trim_end())),
        (Text::Html(first), Text::Html(second)) => Text::Html(format!("{first}\n{second}")),
        (Text::Html(first), Text::Plain(second)) => Text::Html(format!("{first}\n{}", as_html(&second))),
        (Text::Plain(first), Text::Html(second)) => Text::Html(format!("{}\n{second}", as_html(&first))),
    };
    (text, first.1)
}

fn as_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 64);
    for paragraph in text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
        let escaped = paragraph.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        html.extend(["<p>", &escaped.replace('\n', "<br>"), "</p>\n"]);
    }
    html
}

/// What stands in a page's body.
fn inside_of_body(html: &str) -> &str {
    let lower = html.to_ascii_lowercase();
    let tag_end = |from: usize| lower[from..].find('>').map(|at| from + at + 1);
    let begins = lower.find("<body").and_then(tag_end).or_else(|| lower.find("</head>").and_then(tag_end)).unwrap_or(0);
    let ends = lower.rfind("</body").or_else(|| lower.rfind("</html")).filter(|ends| *ends >= begins).unwrap_or(html.len());
    &html[begins..ends]
}

/// The parts between the lines that begin with the boundary's delimiter.
struct Parts<'a> {
    bytes: &'a [u8],
    delimiter: &'a [u8],
    at: usize,
    ended: bool,
}

impl Parts<'_> {
    /// Steps over the next delimiter line; gives where what stands before it ends.
    fn next_delimiter(&mut self) -> usize {
        while let Some(rest) = self.bytes.get(self.at..).filter(|rest| !rest.is_empty()) {
            let length = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |newline| newline + 1);
            let begins = self.at;
            self.at += length;
            let Some(after) = rest[..length].strip_prefix(self.delimiter) else { continue };
            match after.trim_ascii() {
                b"" => {}
                b"--" => self.ended = true,
                _ => continue,
            }
            // The line break before a delimiter belongs to it.
            let before = &self.bytes[..begins];
            return before.strip_suffix(b"\r\n").or_else(|| before.strip_suffix(b"\n")).map_or(begins, <[u8]>::len);
        }
        self.ended = true;
        self.bytes.len()
    }

    /// Where the next part begins and ends. A message that was cut off ends its last part.
    fn next_part(&mut self) -> Option<(usize, usize)> {
        if self.ended {
            return None;
        }
        let begins = self.at;
        let ends = self.next_delimiter();
        Some((begins, ends.max(begins)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(body: &[u8]) -> Vec<String> {
        let mut parts = Parts { bytes: body, delimiter: b"--x", at: 0, ended: false };
        parts.next_delimiter();
        let mut all = Vec::new();
        while let Some((begins, ends)) = parts.next_part() {
            all.push(String::from_utf8_lossy(&body[begins..ends]).into_owned());
        }
        all
    }

    #[test]
    fn parts_stand_between_delimiters() {
        assert_eq!(split(b"preamble\r\n--x\r\n\r\none\r\n--x \r\ntwo\r\n\r\n--x--\r\nepilogue"), ["\r\none", "two\r\n"]);
        assert_eq!(split(b"--x\none\n--xy\n--x"), ["one\n--xy", ""]);
        assert_eq!(split(b"--x\ncut off"), ["cut off"]);
        assert_eq!(split(b"no delimiter"), Vec::<String>::new());
    }

    #[test]
    fn a_page_gives_what_stands_in_its_body() {
        assert_eq!(inside_of_body("<html><head><title>x</title></head><BODY class=a>É<p>y</BODY></html>"), "É<p>y");
        assert_eq!(inside_of_body("<p>x"), "<p>x");
        assert_eq!(inside_of_body("</body><body>"), "");
    }
}
