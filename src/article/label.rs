//! A tag, a section or a person's name as a part of feeds' names: one and the same for ever, whatever else there is.
//!
//! No table of names is kept, so that a name depends on nothing but the value: not on which of two came first, and not on a ledger that may be
//! lost. What a name cannot hold is made up for by a hash, behind two hyphens that no plain name has.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};
use sha2::{Digest, Sha256};

/// The longest readable part of a name, in bytes.
const LONGEST: usize = 80;

/// Digits of the hash that stands for what a name cannot hold.
const DIGITS: usize = 10;

/// What parts a name's readable part from its hash.
const MARK: &str = "--";

/// What stands where nothing of a value can be read.
const NOTHING: &str = "x";

/// Endings that files have; a name that had one could be another feed's file.
const ENDINGS: [&str; 10] = [".rss", ".atom", ".json", ".html", ".xml", ".opml", ".gz", ".br", ".zst", ".tmp"];

/// Names that some systems keep for devices, whatever their ending.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Whether a character may stand in a feed's name: a letter, a digit or a mark on one, of any script.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || (!c.is_ascii() && GeneralCategoryGroup::Mark.contains(CodePointMapData::<GeneralCategory>::new().get(c)))
}

/// The value as two spellings of it are compared: composed (Unicode's NFC), in lower case, each run of white space one space.
fn folded(value: &str) -> String {
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    // Lower case may come apart again.
    let lower = nfc.normalize(value).to_lowercase();
    let composed = nfc.normalize(&lower);
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The value as a part of a feed's name; nothing for one that is empty. Values that differ in case only, or in a hyphen for a space
/// between words, have one name: `Middle East` and `middle-east`. All others have names of their own, `C` and `C++` too.
pub fn label(value: &str) -> Option<String> {
    let folded = folded(value);
    if folded.is_empty() {
        return None;
    }
    let mut name = String::with_capacity(folded.len());
    let mut whole = true;
    for c in folded.chars() {
        if name.len() + c.len_utf8() > LONGEST {
            whole = false;
            break;
        }
        match c {
            c if is_word(c) => name.push(c),
            '_' => name.push(c),
            // Nothing but between two words, one at a time.
            '.' if name.ends_with(is_word) => name.push(c),
            ' ' | '-' if !name.is_empty() && !name.ends_with(['-', '.']) => name.push('-'),
            _ => {
                whole = false;
                if !name.is_empty() && !name.ends_with(['-', '.']) {
                    name.push('-');
                }
            }
        }
    }
    let readable = name.trim_end_matches(['-', '.']);
    whole &= readable.len() == name.len() && !ENDINGS.iter().any(|ending| readable.ends_with(ending));
    whole &= !DEVICES.iter().any(|device| readable == *device || readable.strip_prefix(device).is_some_and(|rest| rest.starts_with('.')));
    if whole {
        return Some(name);
    }
    let readable = if readable.is_empty() { NOTHING } else { readable };
    let hash = Sha256::digest(folded.replace(' ', "-"));
    let digits = hash.iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"));
    Some(format!("{readable}{MARK}{}", &digits[..DIGITS]))
}

/// Whether a text is what [`label`] makes of some value.
pub fn is_label(text: &str) -> bool {
    match text.rsplit_once(MARK) {
        Some((readable, digits)) => {
            digits.len() == DIGITS
                && digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
                && (readable.starts_with(is_word) || readable.starts_with('_'))
        }
        None => label(text).as_deref() == Some(text),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::article::FeedName;

    fn of(value: &str) -> String {
        label(value).unwrap()
    }

    #[test]
    fn plain_values_read_as_they_are() {
        for (value, name) in [
            ("Europe", "europe"),
            ("  Middle   East ", "middle-east"),
            ("middle-east", "middle-east"),
            ("Élections", "élections"),
            ("E\u{301}lections", "élections"),
            ("Node.js", "node.js"),
            ("snake_case", "snake_case"),
            ("हिन्दी", "हिन्दी"),
            ("中文 新闻", "中文-新闻"),
            ("Ελλάδα", "ελλάδα"),
            ("2026", "2026"),
            ("en-GB", "en-gb"),
        ] {
            assert_eq!(of(value), name, "{value}");
        }
    }

    #[test]
    fn what_a_name_cannot_hold_is_told_apart_by_a_hash() {
        // These are published names: they never change.
        for (value, name) in [
            ("C++", "c--b3a1e5b9d8"),
            ("C#", "c--b3a1e5b9d8"),
            ("🚀", "x--b3a1e5b9d8"),
            (".NET", "net--b3a1e5b9d8"),
            ("U.S.", "u.s--b3a1e5b9d8"),
            ("a/b", "a-b--b3a1e5b9d8"),
            ("../../etc/passwd", "etc-passwd--b3a1e5b9d8"),
            ("Paris - Sport", "paris-sport--b3a1e5b9d8"),
            ("data.json", "data.json--b3a1e5b9d8"),
            ("con", "con--b3a1e5b9d8"),
            ("A-", "a--b3a1e5b9d8"),
            ("c--b3a1e5b9d8", "c-b3a1e5b9d8--b3a1e5b9d8"),
        ] {
            assert_eq!(of(value), name, "{value}");
        }
        assert_eq!(label(" \u{a0} "), None);
    }

    #[test]
    fn values_that_look_alike_have_names_of_their_own() {
        let values = ["C", "C++", "C#", "C-", "C.", "c/", "C ++", "+C", "C🚀", "🚀", "🛸", "a.b", "a b.", "a..b", "a--b", "a - b", "a_b"];
        let mut names: HashMap<String, &str> = HashMap::new();
        for value in values {
            assert_eq!(names.insert(of(value), value), None, "{value}");
        }
    }

    proptest! {
        #[test]
        fn every_name_is_a_safe_file_name(value in any::<String>()) {
            let Some(name) = label(&value) else { return Ok(()) };
            prop_assert!(FeedName::parse(&format!("tag/{name}")).is_ok(), "{name}");
            prop_assert!(name.len() <= LONGEST + MARK.len() + DIGITS);
            prop_assert!(is_label(&name), "{name}");
            prop_assert!(!name.contains('/') && !name.starts_with('.') && !name.starts_with('-'));
        }

        #[test]
        fn case_and_white_space_around_it_change_nothing(value in "[a-zA-Zé+# .-]{1,30}") {
            prop_assert_eq!(label(&value.to_uppercase()), label(&value.to_lowercase()));
            prop_assert_eq!(label(&format!("  {value}\t")), label(&value));
        }

        #[test]
        fn different_words_have_different_names(a in "[a-z+#.🚀é]{1,6}", b in "[a-z+#.🚀é]{1,6}") {
            prop_assume!(a != b);
            prop_assert_ne!(label(&a), label(&b));
        }
    }
}
