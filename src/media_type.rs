//! What a picture, a sound or a film is: by its first bytes, and by its name.

/// A kind of medium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A picture.
    Image,
    /// A sound.
    Audio,
    /// A film.
    Video,
}

/// A media type that is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaType {
    /// Its kind.
    pub kind: Kind,
    /// Its name, `image/jpeg` for instance.
    pub mime: &'static str,
    /// The endings of its files in lower case; the first is the usual one.
    pub endings: &'static [&'static str],
}

/// How many bytes of a file [`by_content`] looks at.
pub const LOOKED_AT: usize = 4096;

const fn image(mime: &'static str, endings: &'static [&'static str]) -> MediaType {
    MediaType { kind: Kind::Image, mime, endings }
}

const fn audio(mime: &'static str, endings: &'static [&'static str]) -> MediaType {
    MediaType { kind: Kind::Audio, mime, endings }
}

const fn video(mime: &'static str, endings: &'static [&'static str]) -> MediaType {
    MediaType { kind: Kind::Video, mime, endings }
}

const JPEG: MediaType = image("image/jpeg", &["jpg", "jpeg", "jpe", "jfif"]);
const PNG: MediaType = image("image/png", &["png", "apng"]);
const GIF: MediaType = image("image/gif", &["gif"]);
const WEBP: MediaType = image("image/webp", &["webp"]);
const AVIF: MediaType = image("image/avif", &["avif"]);
const HEIC: MediaType = image("image/heic", &["heic", "heif"]);
const JXL: MediaType = image("image/jxl", &["jxl"]);
const SVG: MediaType = image("image/svg+xml", &["svg"]);
const BMP: MediaType = image("image/bmp", &["bmp"]);
const ICO: MediaType = image("image/x-icon", &["ico"]);
const MP3: MediaType = audio("audio/mpeg", &["mp3"]);
const M4A: MediaType = audio("audio/mp4", &["m4a", "m4b"]);
const AAC: MediaType = audio("audio/aac", &["aac"]);
const OGG_AUDIO: MediaType = audio("audio/ogg", &["ogg", "oga", "opus"]);
const FLAC: MediaType = audio("audio/flac", &["flac"]);
const WAV: MediaType = audio("audio/wav", &["wav"]);
const MP4: MediaType = video("video/mp4", &["mp4", "m4v"]);
const QUICKTIME: MediaType = video("video/quicktime", &["mov"]);
const WEBM: MediaType = video("video/webm", &["webm"]);
const WEBM_AUDIO: MediaType = audio("audio/webm", &["weba"]);
const OGG_VIDEO: MediaType = video("video/ogg", &["ogv"]);

/// Every type that is published. Nothing here can run as a page but SVG, which is served so that it cannot.
pub const ALL: [MediaType; 21] = [
    JPEG, PNG, GIF, WEBP, AVIF, HEIC, JXL, SVG, BMP, ICO, MP3, M4A, AAC, OGG_AUDIO, FLAC, WAV, MP4, QUICKTIME, WEBM, WEBM_AUDIO, OGG_VIDEO,
];

impl MediaType {
    /// The usual ending of its files.
    pub fn ending(&self) -> &'static str {
        self.endings.first().copied().unwrap_or("bin")
    }

    /// Whether it is the type of SVG, which can hold scripts.
    pub fn is_svg(&self) -> bool {
        self.mime == SVG.mime
    }
}

/// The type that files of this name have, by what follows its last dot, in any case.
pub fn by_name(name: &str) -> Option<MediaType> {
    let (_, ending) = name.rsplit_once('.')?;
    ALL.into_iter().find(|media| media.endings.iter().any(|known| known.eq_ignore_ascii_case(ending)))
}

/// The type that a file's first bytes say it has. Where they leave sound or film open (Ogg, `WebM`), `name` decides.
pub fn by_content(head: &[u8], name: &str) -> Option<MediaType> {
    let named = by_name(name);
    let at = |offset: usize, bytes: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(bytes));
    if at(0, b"\xFF\xD8\xFF") {
        Some(JPEG)
    } else if at(0, b"\x89PNG\r\n\x1A\n") {
        Some(PNG)
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        Some(GIF)
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        Some(WEBP)
    } else if at(0, b"RIFF") && at(8, b"WAVE") {
        Some(WAV)
    } else if at(4, b"ftyp") {
        Some(by_brand(head.get(8..12).unwrap_or_default(), named))
    } else if at(0, b"\xFF\x0A") || at(0, b"\0\0\0\x0CJXL \r\n\x87\n") {
        Some(JXL)
    } else if at(0, b"BM") && named == Some(BMP) {
        Some(BMP)
    } else if at(0, b"\0\0\x01\0") && named == Some(ICO) {
        Some(ICO)
    } else if at(0, b"OggS") {
        // The codec's name stands at the beginning of the first packet.
        let first = head.get(28..).unwrap_or_default();
        let film = first.starts_with(b"\x80theora") || first.starts_with(b"fishead\0") && named != Some(OGG_AUDIO);
        Some(if film { OGG_VIDEO } else { OGG_AUDIO })
    } else if at(0, b"fLaC") {
        Some(FLAC)
    } else if at(0, b"\x1A\x45\xDF\xA3") {
        let webm = head.get(..64).unwrap_or(head).windows(4).any(|part| part == b"webm");
        webm.then_some(if named == Some(WEBM_AUDIO) { WEBM_AUDIO } else { WEBM })
    } else if at(0, b"ID3") {
        Some(if named == Some(AAC) { AAC } else { MP3 })
    } else if head.len() > 2 && head[0] == 0xFF && head[1] & 0xE0 == 0xE0 {
        // A frame of MPEG audio: layer 0 is that of AAC's own framing.
        match head[1] & 0x06 {
            0 => (head[1] & 0xF0 == 0xF0).then_some(AAC),
            2 | 4 => Some(MP3),
            _ => None,
        }
    } else if is_svg(head) {
        Some(SVG)
    } else {
        None
    }
}

/// What a file of ISO's base media format is, by its major brand.
fn by_brand(brand: &[u8], named: Option<MediaType>) -> MediaType {
    match brand {
        b"avif" | b"avis" => AVIF,
        b"heic" | b"heix" | b"hevc" | b"mif1" | b"msf1" => HEIC,
        b"M4A " | b"M4B " | b"M4P " => M4A,
        b"qt  " => QUICKTIME,
        // The common brands say nothing of whether there is a picture.
        _ if named == Some(M4A) => M4A,
        _ => MP4,
    }
}

/// Whether a text's first element is `svg`, after declarations and comments.
fn is_svg(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // What was cut off within a character.
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    };
    let mut rest = text.trim_start();
    loop {
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map(|at| at + 3)
        } else if rest.starts_with("<?") {
            rest.find("?>").map(|at| at + 2)
        } else if rest.starts_with("<!DOCTYPE") {
            rest.find('>').map(|at| at + 1)
        } else {
            break;
        };
        let Some(end) = end else { return false };
        rest = rest[end..].trim_start();
    }
    rest.strip_prefix("<svg").is_some_and(|after| after.starts_with(|c: char| c.is_whitespace() || c == '>' || c == '/'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn content_comes_before_the_name() {
        for (head, name, mime) in [
            (&b"\xFF\xD8\xFF\xE0\0\x10JFIF"[..], "a.png", "image/jpeg"),
            (b"\x89PNG\r\n\x1A\n", "a.jpg", "image/png"),
            (b"GIF89a", "a", "image/gif"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "a.webp", "image/webp"),
            (b"\0\0\0\x1CftypavifAAAA", "a.jpg", "image/avif"),
            (b"\0\0\0\x1CftypM4A ", "a.mp4", "audio/mp4"),
            (b"\0\0\0\x1Cftypisom", "a.m4a", "audio/mp4"),
            (b"\0\0\0\x1Cftypisom", "a.mp4", "video/mp4"),
            (b"ID3\x04", "a.mp3", "audio/mpeg"),
            (b"\xFF\xFB\x90\x64", "a.mp3", "audio/mpeg"),
            (b"\xFF\xF1\x50\x80", "a.aac", "audio/aac"),
            (b"\x1A\x45\xDF\xA3\x9FB\x86\x81\x01\x42\x82\x84webm", "a.webm", "video/webm"),
            (b"<?xml version=\"1.0\"?>\n<!-- x -->\n<svg xmlns=\"", "a.png", "image/svg+xml"),
        ] {
            assert_eq!(by_content(head, name).map(|media| media.mime), Some(mime), "{name}");
        }
    }

    #[test]
    fn a_page_is_no_picture() {
        for head in [&b"<html><svg></svg>"[..], b"<!DOCTYPE html><html>", b"<svgx>", b"PK\x03\x04", b"%PDF-1.7", b""] {
            assert_eq!(by_content(head, "a.jpg"), None, "{}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn names_end_in_any_case() {
        assert_eq!(by_name("A.B.JPEG").map(|media| media.mime), Some("image/jpeg"));
        assert_eq!(by_name("a.html"), None);
        assert_eq!(by_name("jpg"), None);
        assert!(ALL.iter().all(|media| by_name(&format!("a.{}", media.ending())) == Some(*media)));
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd(head: Vec<u8>, name in ".{0,20}") {
            let _ = by_content(&head, &name);
        }
    }
}
