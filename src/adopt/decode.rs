//! Bytes → text: by the byte order mark, else what the server said, else the XML declaration, else UTF-8 (RFC 7303 section 3).

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

/// How far into a document its XML declaration may reach, in bytes.
const DECLARATION: usize = 256;

/// The text, and whether some bytes were none of its encoding and had to be replaced.
pub(super) fn decode<'b>(bytes: &'b [u8], charset: Option<&str>) -> (Cow<'b, str>, bool) {
    let named = charset.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    // Servers that are set to Latin-1 say so of everything; text of another encoding is hardly ever UTF-8 by accident.
    let named = named.filter(|named| !named.is_ascii_compatible() || std::str::from_utf8(bytes).is_err());
    let encoding = named.or_else(|| declared(bytes)).or_else(|| utf_16(bytes)).unwrap_or(UTF_8);
    // A byte order mark outranks all of them.
    let (text, _, damaged) = encoding.decode(bytes);
    (text, damaged)
}

/// What the XML declaration says; only encodings that agree with ASCII can say it so.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(DECLARATION)];
    let start = head.windows(5).position(|five| five == b"<?xml")?;
    let declaration = &head[start..];
    let declaration = &declaration[..declaration.iter().position(|byte| *byte == b'>')?];
    let text = String::from_utf8_lossy(declaration);
    let (_, value) = text.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let label = value[1..].split(quote).next()?;
    // What was read as ASCII is not UTF-16, whatever it says.
    Encoding::for_label(label.as_bytes()).map(|found| if found.is_ascii_compatible() { found } else { UTF_8 })
}

/// UTF-16 without a byte order mark: its first character is `<` or `{`.
fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0, b'<' | b'{', ..] => Some(encoding_rs::UTF_16BE),
        [b'<' | b'{', 0, ..] => Some(encoding_rs::UTF_16LE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_found() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><t>caf\xe9</t>";
        assert!(decode(latin, None).0.ends_with("<t>café</t>"));
        let windows = b"<?xml version=\"1.0\" encoding=\"windows-1252\"?>\x93x\x94";
        assert!(decode(windows, None).0.ends_with("“x”"));
        assert_eq!(decode(b"caf\xe9", Some("iso-8859-1")).0, "café");
        // A server that says Latin-1 of everything.
        assert_eq!(decode("café".as_bytes(), Some("iso-8859-1")).0, "café");
        // The mark outranks both.
        assert!(decode(b"\xef\xbb\xbf<?xml encoding='iso-8859-1'?>\xc3\xa9", Some("windows-1252")).0.ends_with('é'));
        assert!(decode(b"\xff\xfe<\0?\0", None).0.starts_with("<?"));
        assert!(decode(b"\0<\0?", None).0.starts_with("<?"));
        let (text, damaged) = decode(b"<?xml version='1.0'?>caf\xe9", None);
        assert!(damaged && text.ends_with('\u{fffd}'));
        assert!(decode(b"<?xml encoding='utf-16'?>a", None).0.ends_with('a'));
    }
}
