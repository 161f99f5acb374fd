//! Files that are known by their first bytes to be no text, whatever their name says.

/// First bytes, and what has them. Only marks that no text begins with.
const MARKS: [(&[u8], &str); 22] = [
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "a Rich Text document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"RIFF", "a WebP, WAV or AVI file"),
    (b"OggS", "an Ogg file"),
    (b"ID3\x03", "an MP3 file"),
    (b"ID3\x04", "an MP3 file"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM film"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh9", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"(\xb5/\xfd", "a Zstandard archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "an SQLite database"),
];

/// What the bytes are, if they are known to be no text.
pub(super) fn kind(bytes: &[u8]) -> Option<&'static str> {
    if bytes.get(4..8) == Some(b"ftyp") && bytes.first() == Some(&0) {
        return Some("an MP4 film or a HEIF picture");
    }
    // `RIFF` alone could begin a headline; the file's kind stands after its length.
    let riff = |mark: &[u8]| mark != b"RIFF" || matches!(bytes.get(8..12), Some(b"WEBP" | b"WAVE" | b"AVI "));
    MARKS.iter().find(|(mark, _)| bytes.starts_with(mark) && riff(mark)).map(|(_, kind)| *kind)
}
