//! The characters that an XML 1.0 document may hold, even escaped (XML 1.0 section 2.2, production `Char`).

use std::borrow::Cow;

/// The text without the characters that XML 1.0 forbids; borrowed where there is none.
///
/// Forbidden are the C0 controls but tab, line feed and carriage return, and the non-characters U+FFFE and U+FFFF
/// (surrogates cannot stand in a `str`).
pub fn allowed(text: &str) -> Cow<'_, str> {
    match text.bytes().position(suspicious) {
        None => Cow::Borrowed(text),
        Some(_) if text.chars().all(is_allowed) => Cow::Borrowed(text),
        Some(_) => Cow::Owned(text.chars().filter(|c| is_allowed(*c)).collect()),
    }
}

/// Whether XML 1.0 allows this character.
pub const fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// A byte that may belong to a forbidden character: a control, or the first byte of U+F000 to U+FFFF.
const fn suspicious(byte: u8) -> bool {
    matches!(byte, 0..=8 | 0x0B | 0x0C | 0x0E..=0x1F | 0xEF)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ordinary_text_is_borrowed() {
        for text in ["", "plain\ttext\r\n", "“ünï” 🗞️ עברית", "full-width ａｂｃ \u{FFFD} \u{FEFF}"] {
            assert!(matches!(allowed(text), Cow::Borrowed(same) if same == text), "{text:?}");
        }
    }

    #[test]
    fn what_xml_forbids_goes() {
        assert_eq!(allowed("a\u{0}b\u{B}c\u{C}d\u{1F}e\u{FFFE}f\u{FFFF}g\u{7F}\u{85}"), "abcdefg\u{7F}\u{85}");
    }

    proptest! {
        #[test]
        fn nothing_else_goes(text in any::<String>()) {
            let kept = allowed(&text);
            prop_assert!(kept.chars().all(is_allowed));
            prop_assert_eq!(kept.chars().count(), text.chars().filter(|c| is_allowed(*c)).count());
        }
    }
}
