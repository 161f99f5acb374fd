use proptest::prelude::*;

use super::*;

fn text(bytes: &[u8]) -> String {
    decode(bytes).unwrap_or_else(|finding| panic!("{finding:?}")).text.into_owned()
}

fn refusal(bytes: &[u8]) -> (&'static str, (u32, u32)) {
    let finding = decode(bytes).unwrap_err();
    assert_eq!(finding.severity, Severity::Error);
    (finding.rule, finding.place)
}

#[test]
fn utf_8_with_and_without_its_mark() {
    assert_eq!(text("Exposé “here”".as_bytes()), "Exposé “here”");
    assert_eq!(text(b"\xef\xbb\xbfA\r\nB\rC\nD"), "A\nB\nC\nD");
    assert!(matches!(decode(b"plain").unwrap().text, Cow::Borrowed("plain")));
    assert_eq!(text(b""), "");
    assert_eq!(text(b"\r"), "\n");
}

#[test]
fn utf_16_with_its_mark() {
    let little: Vec<u8> = [0xff, 0xfe].into_iter().chain("שלום 😀\r\n“x”".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let big: Vec<u8> = [0xfe, 0xff].into_iter().chain("שלום 😀\r\n“x”".encode_utf16().flat_map(u16::to_be_bytes)).collect();
    assert_eq!(text(&little), "שלום 😀\n“x”");
    assert_eq!(text(&big), "שלום 😀\n“x”");
    assert_eq!(refusal(b"\xff\xfea\0\n\0b\0\x00\xd8c\0"), ("broken-utf-16", (2, 2)));
    assert_eq!(refusal(b"\xff\xfea\0b"), ("broken-utf-16", (1, 2)));
}

#[test]
fn windows_1252_is_recognised_and_said() {
    let decoded = decode(b"First line\nThe caf\xe9 \x96 \x93open\x94 \x85 \x80 5").unwrap();
    assert_eq!(decoded.text, "First line\nThe café – “open” … € 5");
    let note = decoded.note.unwrap();
    assert_eq!((note.severity, note.place), (Severity::Note, (2, 8)));
    assert!(decode(b"Caf\xe9").unwrap().note.is_some());
}

#[test]
fn damaged_utf_8_is_an_error_at_the_first_bad_byte() {
    let mut bytes = "Exposé “one”\r\nnaïve: “two” ".to_owned().into_bytes();
    bytes.extend(b"\xe2\x80 three");
    assert_eq!(refusal(&bytes), ("broken-utf-8", (2, 14)));
}

#[test]
fn other_eight_bit_encodings_are_not_guessed() {
    // KOI8-R, and bytes that Windows-1252 leaves undefined.
    assert_eq!(refusal(b"\xf0\xd2\xc9\xd7\xc5\xd4, \xcd\xc9\xd2 now").0, "unknown-encoding");
    assert_eq!(refusal(b"plain words \x81 and more").0, "unknown-encoding");
}

#[test]
fn binaries_are_refused() {
    for bytes in
        [&b"%PDF-1.7\n"[..], b"\x89PNG\r\n\x1a\n", b"PK\x03\x04abc", b"\0\0\0\x18ftypmp42", b"RIFF\x10\x20\x30\x40WEBPVP8 ", b"{\\rtf1 x}"]
    {
        assert_eq!(refusal(bytes), ("binary-file", (1, 1)), "{bytes:?}");
    }
    assert_eq!(refusal(b"one\ntwo\0three"), ("binary-file", (2, 4)));
    assert_eq!(refusal(b"caf\xe9\n\0"), ("binary-file", (2, 1)));
    assert_eq!(refusal(b"a\0b\0c\0"), ("binary-file", (1, 2)));
    assert_eq!(text(b"RIFF on a theme"), "RIFF on a theme");
}

proptest! {
    #[test]
    fn never_panics_and_never_leaves_a_carriage_return(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        match decode(&bytes) {
            Ok(decoded) => prop_assert!(!decoded.text.contains(['\r', '\0'])),
            Err(finding) => prop_assert!(finding.place.0 >= 1 && finding.place.1 >= 1),
        }
    }

    #[test]
    fn text_in_any_of_the_encodings_comes_out_as_it_was(written in "[a-zé“”א-ת😀 \n]{0,60}") {
        let little: Vec<u8> = [0xff, 0xfe].into_iter().chain(written.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        prop_assert_eq!(text(&little), written.clone());
        prop_assert_eq!(text(written.as_bytes()), written);
    }
}
