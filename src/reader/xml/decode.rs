//! Bytes of an XML file → text, in the encoding that it declares (XML 1.0 section 4.3.3 and appendix F).

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::reader::Context;
use crate::reader::encoding;
use crate::reader::findings::{Findings, Place};

/// The text, its lines ended by `\n`; nothing where it cannot be had, which is an error, or where the file is blank.
pub(in crate::reader) fn decode(bytes: &[u8], context: Context<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let marked = bytes.starts_with(b"\xef\xbb\xbf") || bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let declared = if marked { None } else { declared(bytes) };
    let text = match declared {
        None => as_text(bytes, context, findings)?,
        Some(Declared::Known(encoding)) if encoding == UTF_8 => as_text(bytes, context, findings)?,
        Some(Declared::Known(encoding)) => in_encoding(bytes, encoding, findings)?,
        Some(Declared::Unknown(name)) => {
            let message = format!("the file declares the encoding '{name}', which newswire does not know");
            findings.fail(Place::new(1, 1), "unknown-encoding", message, "save the file as UTF-8 and declare that");
            return None;
        }
    };
    (!text.trim().is_empty()).then_some(text)
}

enum Declared {
    Known(&'static Encoding),
    Unknown(String),
}

/// The encoding that the XML declaration names, or that its first characters show. `None` where nothing is said.
fn declared(bytes: &[u8]) -> Option<Declared> {
    match bytes {
        [b'<', 0, b'?', 0, ..] => return Some(Declared::Known(UTF_16LE)),
        [0, b'<', 0, b'?', ..] => return Some(Declared::Known(UTF_16BE)),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(256)];
    let start = head.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let declaration = head[start..].strip_prefix(b"<?xml")?;
    let end = declaration.windows(2).position(|pair| pair == b"?>")?;
    let declaration = String::from_utf8_lossy(&declaration[..end]).into_owned();
    let (_, after) = declaration.split_once("encoding")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let name = value[1..].split(quote).next()?;
    Some(match Encoding::for_label(name.as_bytes()) {
        // Whoever could read the declaration so far did not read UTF-16.
        Some(known) if known == UTF_16LE || known == UTF_16BE => Declared::Known(UTF_8),
        Some(known) => Declared::Known(known),
        None => Declared::Unknown(name.chars().filter(|c| !c.is_control()).take(40).collect()),
    })
}

fn as_text(bytes: &[u8], context: Context<'_>, findings: &mut Findings<'_>) -> Option<String> {
    match encoding::decode(bytes) {
        Ok(decoded) => {
            if let Some(note) = decoded.note {
                findings.push(note.diagnostic(context.path));
            }
            Some(decoded.text.into_owned())
        }
        Err(finding) => {
            findings.push(finding.diagnostic(context.path));
            None
        }
    }
}

fn in_encoding(bytes: &[u8], encoding: &'static Encoding, findings: &mut Findings<'_>) -> Option<String> {
    // Hardly any text of one byte a character is UTF-8 by chance once it goes beyond ASCII.
    if encoding.is_single_byte() && !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok() {
        let message = format!("the file declares the encoding {}, but its bytes are UTF-8; it was read as that", encoding.name());
        findings.warn(Place::new(1, 1), "encoding-mismatch", message, "declare encoding=\"UTF-8\"");
        return Some(line_feeds(Cow::Borrowed(std::str::from_utf8(bytes).unwrap_or_default())));
    }
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if broken {
        let place = text.find('\u{fffd}').map_or(Place::new(1, 1), |at| Place::after(&text[..at], 1));
        let message = format!("the file declares the encoding {}, and here it is not that", encoding.name());
        findings.fail(place, "broken-encoding", message, "save the file as UTF-8 and declare that");
        return None;
    }
    Some(line_feeds(text))
}

/// CR LF and lone CR become LF (XML 1.0 section 2.11).
fn line_feeds(text: Cow<'_, str>) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::SourcePath;
    use crate::config::Text;

    fn read(bytes: &[u8]) -> (Option<String>, Vec<String>) {
        let path = SourcePath::new(std::path::Path::new("a.xml")).unwrap();
        let mut findings = Findings::new(&path);
        let context = Context { path: &path, zone: &jiff::tz::TimeZone::UTC, text: &Text::default() };
        let text = decode(bytes, context, &mut findings);
        (text, findings.into_diagnostics().into_iter().map(|finding| finding.rule.into_owned()).collect())
    }

    fn with(encoding: &str, rest: &[u8]) -> Vec<u8> {
        [format!("<?xml version='1.0' encoding='{encoding}'?>\r\n").as_bytes(), rest].concat()
    }

    #[test]
    fn the_declared_encoding_counts() {
        for (name, bytes) in [
            ("ISO-8859-1", b"<a>\xe9</a>"),
            ("windows-1252", b"<a>\xe9</a>"),
            ("iso-8859-15", b"<a>\xe9</a>"),
            ("windows-1251", b"<a>\xe9</a>"),
        ] {
            let (text, said) = read(&with(name, bytes));
            let expected = if name == "windows-1251" { "й" } else { "é" };
            assert!(text.unwrap().ends_with(&format!("?>\n<a>{expected}</a>")) && said.is_empty(), "{name}");
        }
        assert!(read(&with("ISO-8859-15", b"<a>\xa4</a>")).0.unwrap().contains('€'));
        assert!(read(&with("UTF-8", "<a>é</a>".as_bytes())).0.unwrap().contains('é'));
        assert!(read("<a>é</a>".as_bytes()).0.unwrap().contains('é'));
    }

    #[test]
    fn utf_16_with_and_without_its_mark() {
        let text = "<?xml version='1.0' encoding='UTF-16'?><a>é</a>";
        let (little, big): (Vec<u8>, Vec<u8>) =
            (text.encode_utf16().flat_map(u16::to_le_bytes).collect(), text.encode_utf16().flat_map(u16::to_be_bytes).collect());
        for bytes in [little.clone(), big.clone(), [b"\xff\xfe", &little[..]].concat(), [b"\xfe\xff", &big[..]].concat()] {
            assert_eq!(read(&bytes), (Some(text.to_owned()), vec![]));
        }
        assert_eq!(read(text.as_bytes()).0.as_deref(), Some(text), "somebody saved it as UTF-8");
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(read(&with("ISO-8859-1", "<a>é</a>".as_bytes())).1, ["encoding-mismatch"]);
        assert_eq!(read(&with("EBCDIC-CP-US", b"<a/>")), (None, vec!["unknown-encoding".to_owned()]));
        assert_eq!(read(&with("Shift_JIS", b"<a>\x80\xff</a>")), (None, vec!["broken-encoding".to_owned()]));
        assert_eq!(read(b" \r\n "), (None, vec![]));
        assert_eq!(read(b"\x89PNG\r\n\x1a\n"), (None, vec!["binary-file".to_owned()]));
    }
}
