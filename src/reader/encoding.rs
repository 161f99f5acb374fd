//! Bytes → text: which encoding a file is in, and whether it is text at all.

use std::borrow::Cow;

use crate::article::SourcePath;
use crate::diagnostic::{Diagnostic, Severity};

mod binary;

/// A file's text, its lines ended by `\n` alone, without a byte order mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text; borrowed where the bytes were clean UTF-8.
    pub text: Cow<'a, str>,
    /// What there is to say of the encoding.
    pub note: Option<Finding>,
}

/// What there is to say of a file's encoding, before its path is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How heavy it weighs.
    pub severity: Severity,
    /// The rule's name, as in [`Diagnostic`].
    pub rule: &'static str,
    /// Line and column, both from 1, the column in characters.
    pub place: (u32, u32),
    /// What was found and what was expected.
    pub message: String,
    /// How to mend it.
    pub remedy: &'static str,
}

impl Finding {
    /// The finding as a diagnostic about `path`.
    pub fn diagnostic(self, path: &SourcePath) -> Diagnostic {
        let (line, column) = self.place;
        Diagnostic::new(self.severity, self.rule, path.to_string(), self.message).at(line, column).mend(self.remedy)
    }
}

const SAVE_AS_UTF_8: &str = "save the file as UTF-8";

/// Reads UTF-8 with or without a byte order mark, UTF-16 with one, and Windows-1252 where that is what the bytes are.
///
/// # Errors
/// A finding of error weight: the file is binary, holds broken UTF-8 or UTF-16, or is in an encoding that cannot be told.
pub fn decode(bytes: &[u8]) -> Result<Decoded<'_>, Finding> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => eight_bit(rest),
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        _ => eight_bit(bytes),
    }
}

/// Reads bytes in an encoding that the file itself declares. Where they do not read so, and where they read as UTF-8 although
/// another encoding is declared, [`decode`] decides.
///
/// # Errors
/// As for [`decode`].
pub(super) fn decode_declared<'a>(bytes: &'a [u8], declared: Option<&'static encoding_rs::Encoding>) -> Result<Decoded<'a>, Finding> {
    let told = decode(bytes);
    let Some(declared) = declared.filter(|declared| *declared != encoding_rs::UTF_8 && !declared.name().starts_with("UTF-16")) else {
        return told;
    };
    let is_certain = match &told {
        // Of the encodings that a file can declare only this one has letters that look like ASCII's.
        Ok(decoded) => decoded.note.is_none() && declared != encoding_rs::ISO_2022_JP,
        Err(finding) => finding.rule == "binary-file",
    };
    if is_certain {
        return told;
    }
    match declared.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) if !text.contains('\0') => Ok(Decoded { text: Cow::Owned(line_feeds(&text).into_owned()), note: None }),
        Some(_) | None => told,
    }
}

fn eight_bit(bytes: &[u8]) -> Result<Decoded<'_>, Finding> {
    if let Some(kind) = binary::kind(bytes) {
        return Err(refused(
            "binary-file",
            (1, 1),
            format!("this is {kind}, not text"),
            "keep it out of the articles folder, or give the article as text",
        ));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            refuse_nul(text)?;
            Ok(Decoded { text: line_feeds(text), note: None })
        }
        Err(error) => not_utf_8(bytes, error.valid_up_to()),
    }
}

/// Bytes that are not all UTF-8: Windows-1252 if they read as that throughout, else an error at the first bad byte.
fn not_utf_8(bytes: &[u8], first_bad: usize) -> Result<Decoded<'_>, Finding> {
    let place = place_after(&bytes[..first_bad]);
    if let Some(nul) = bytes.iter().position(|&byte| byte == 0) {
        return Err(nul_found(place_after(&bytes[..nul])));
    }
    let bad = bytes.get(first_bad).copied().unwrap_or_default();
    // A consistent Windows-1252 text hardly ever holds a sequence that is valid in UTF-8; a damaged UTF-8 text is full of them.
    let (sequences, broken) = census(bytes);
    if sequences > 0 && sequences.saturating_mul(4) > broken {
        let message = format!("the byte 0x{bad:02X} is not valid UTF-8, though the rest of the file is");
        return Err(refused("broken-utf-8", place, message, "restore the damaged character and save the file as UTF-8"));
    }
    if !is_western(bytes) {
        let message = format!("the byte 0x{bad:02X} is not valid UTF-8, and the file does not read as Windows-1252 either");
        return Err(refused("unknown-encoding", place, message, SAVE_AS_UTF_8));
    }
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
    let text = match text {
        Cow::Borrowed(text) => line_feeds(text),
        Cow::Owned(text) => Cow::Owned(line_feeds(&text).into_owned()),
    };
    let note = Finding {
        severity: Severity::Note,
        rule: "windows-1252",
        place,
        message: "the file is not UTF-8; it was read as Windows-1252".to_owned(),
        remedy: SAVE_AS_UTF_8,
    };
    Ok(Decoded { text, note: Some(note) })
}

/// How many characters beyond ASCII are valid UTF-8, and how many bytes are not.
fn census(bytes: &[u8]) -> (usize, usize) {
    bytes.utf8_chunks().fold((0, 0), |(sequences, broken), chunk| {
        let beyond = chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        (sequences + beyond, broken + chunk.invalid().len())
    })
}

/// Whether bytes read as Windows-1252: none that it leaves undefined, hardly a control character, and no more accented letters
/// than a Western European language has (a Cyrillic or Greek text of eight bits a letter has little else).
fn is_western(bytes: &[u8]) -> bool {
    let (mut plain, mut accented, mut control) = (0_usize, 0_usize, 0_usize);
    for byte in bytes {
        match byte {
            0x81 | 0x8d | 0x8f | 0x90 | 0x9d => return false,
            b'a'..=b'z' | b'A'..=b'Z' => plain += 1,
            0x8a | 0x8c | 0x8e | 0x9a | 0x9c | 0x9e | 0xc0..=0xff => accented += 1,
            b'\t' | b'\n' | b'\r' | b'\x0c' => {}
            0..=0x1f | 0x7f => control += 1,
            _ => {}
        }
    }
    control <= bytes.len() / 100 && (accented <= plain / 2 || accented < 4)
}

fn utf_16<'a>(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Decoded<'a>, Finding> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut broken = !odd.is_empty();
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let Ok(character) = character else {
            broken = true;
            break;
        };
        text.push(character);
    }
    if broken {
        let message = "this UTF-16 text holds half a character".to_owned();
        return Err(refused("broken-utf-16", place_after(text.as_bytes()), message, SAVE_AS_UTF_8));
    }
    refuse_nul(&text)?;
    let text = if text.contains('\r') { line_feeds(&text).into_owned() } else { text };
    Ok(Decoded { text: Cow::Owned(text), note: None })
}

fn refuse_nul(text: &str) -> Result<(), Finding> {
    memchr::memchr(0, text.as_bytes()).map_or(Ok(()), |nul| Err(nul_found(place_after(&text.as_bytes()[..nul]))))
}

fn nul_found(place: (u32, u32)) -> Finding {
    let message = "a NUL character stands here: the file is binary, or UTF-16 or UTF-32 without its byte order mark".to_owned();
    refused("binary-file", place, message, "save the article as UTF-8 text, or keep the file out of the articles folder")
}

fn refused(rule: &'static str, place: (u32, u32), message: String, remedy: &'static str) -> Finding {
    Finding { severity: Severity::Error, rule, place, message, remedy }
}

/// CR LF and lone CR become LF, so that lines count alike everywhere.
fn line_feeds(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\r', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('\r');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push('\n');
        out.push_str(part.strip_prefix('\n').unwrap_or(part));
    }
    Cow::Owned(out)
}

/// The line and column of what follows `before`.
fn place_after(before: &[u8]) -> (u32, u32) {
    let (mut line, mut begins) = (1_u32, 0);
    for (index, byte) in before.iter().enumerate() {
        if *byte == b'\n' || (*byte == b'\r' && before.get(index + 1) != Some(&b'\n')) {
            line = line.saturating_add(1);
            begins = index + 1;
        }
    }
    let column = String::from_utf8_lossy(&before[begins..]).chars().count();
    (line, u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1))
}

#[cfg(test)]
mod tests;
