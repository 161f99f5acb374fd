//! Keeps only what XML 1.0 can carry.

use std::borrow::Cow;

/// `text` without the characters that XML 1.0 (section 2.2) forbids, and without the control characters that it only
/// discourages (U+007F to U+009F, but for U+0085); tabs, line feeds and carriage returns stay. Borrowed where nothing is to go.
pub fn keep(text: &str) -> Cow<'_, str> {
    // In runs without a way out between, which compilers turn into vector instructions.
    let runs = text.as_bytes().chunks(128);
    if !runs.into_iter().any(|run| run.iter().fold(false, |found, &byte| found | may_begin_forbidden(byte))) {
        return Cow::Borrowed(text);
    }
    let Some((first, _)) = text.char_indices().find(|&(_, c)| !is_kept(c)) else {
        return Cow::Borrowed(text);
    };
    let (clean, rest) = text.split_at(first);
    let mut kept = String::with_capacity(text.len());
    kept.push_str(clean);
    kept.extend(rest.chars().filter(|&c| is_kept(c)));
    Cow::Owned(kept)
}

/// Whether XML 1.0 can carry `c` and it is no control character but a tab or a line's end.
pub const fn is_kept(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' | '\u{85}' => true,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => false,
        _ => true,
    }
}

/// Whether a forbidden character can begin with this byte; a cheap test that lets plain text pass at once.
const fn may_begin_forbidden(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || matches!(byte, 0x7f | 0xc2 | 0xef)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_xml_forbids_goes_and_all_else_stays() {
        assert_eq!(keep("a\u{c}b\0c\u{1b}[1m\u{fffe}\u{ffff}\u{7f}\u{9d}d"), "abc[1md");
        let rich = "\u{feff}“Grüße”\tشكرا 😀 «é»\r\n\u{85}\u{a0}\u{fffd}１";
        assert!(matches!(keep(rich), Cow::Borrowed(same) if same == rich));
        assert!(matches!(keep(""), Cow::Borrowed("")));
    }

    proptest! {
        #[test]
        fn nothing_forbidden_is_left_and_nothing_else_is_lost(text in any::<String>(), forbidden in "[\0-\u{1f}\u{7f}-\u{9f}]{0,3}") {
            let text = format!("{text}{forbidden}{text}");
            let kept = keep(&text);
            prop_assert!(kept.chars().all(is_kept));
            prop_assert_eq!(kept.into_owned(), text.chars().filter(|&c| is_kept(c)).collect::<String>());
        }
    }
}
