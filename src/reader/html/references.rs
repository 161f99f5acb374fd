//! Character references (HTML, section 13.2.5.72): `&amp;`, `&#8217;`, `&copy` → characters.

use std::borrow::Cow;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// The longest name of a character, in bytes.
const LONGEST: usize = 32;

/// Text as a reader sees it. `in_attribute` follows the rule that a query's `&copy=1` is no reference.
pub(super) fn decode(written: &str, in_attribute: bool) -> Cow<'_, str> {
    let Some(first) = written.find('&') else { return Cow::Borrowed(written) };
    let (before, mut rest) = written.split_at(first);
    let mut out = String::with_capacity(written.len());
    out.push_str(before);
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at(at);
        out.push_str(before);
        let length = match reference.strip_prefix("&#") {
            Some(number) => numeric(number, &mut out).map(|length| length + 2),
            None => named(&reference[1..], in_attribute, &mut out).map(|length| length + 1),
        };
        let length = length.unwrap_or_else(|| {
            out.push('&');
            1
        });
        rest = reference.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Writes the character of a number and returns how long that was.
fn numeric(text: &str, out: &mut String) -> Option<usize> {
    let (prefix, radix) = if text.starts_with(['x', 'X']) { (1, 16) } else { (0, 10) };
    let digits = text.get(prefix..)?;
    let length = digits.bytes().take_while(|byte| char::from(*byte).is_digit(radix)).count();
    if length == 0 {
        return None;
    }
    let number = u32::from_str_radix(digits.get(..length)?, radix).unwrap_or(u32::MAX);
    // The standard gives the numbers of C1 controls the characters that Windows-1252 has there.
    let replaced = number.checked_sub(0x80).and_then(|at| *C1_REPLACEMENTS.get(usize::try_from(at).ok()?)?);
    let character = replaced.or_else(|| char::from_u32(number)).filter(|c| *c != '\0');
    out.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
    let semicolon = usize::from(digits.as_bytes().get(length) == Some(&b';'));
    Some(prefix + length + semicolon)
}

/// Writes the characters of a name, the longest that is one, and returns how long that was.
fn named(text: &str, in_attribute: bool, out: &mut String) -> Option<usize> {
    let bytes = text.as_bytes();
    let letters = bytes.iter().take(LONGEST).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let with_semicolon = (bytes.get(letters) == Some(&b';')).then_some(letters + 1);
    for length in with_semicolon.into_iter().chain((2..=letters).rev()) {
        let name = text.get(..length)?;
        let Some(&(first, second)) = NAMED_ENTITIES.get(name).filter(|(first, _)| *first != 0) else { continue };
        let more = bytes.get(length).is_some_and(|next| *next == b'=' || next.is_ascii_alphanumeric());
        if in_attribute && !name.ends_with(';') && more {
            return None;
        }
        out.extend(char::from_u32(first));
        if second != 0 {
            out.extend(char::from_u32(second));
        }
        return Some(length);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_characters() {
        for (written, shown) in [
            ("AT&amp;T &lt;b&gt;", "AT&T <b>"),
            ("it&#8217;s&nbsp;&#x20ac;5", "it’s\u{a0}€5"),
            ("&#147;x&#148; &#150;", "“x” –"),
            ("&copy 2026 &notit; &NotEqualTilde;", "© 2026 ¬it; ≂\u{338}"),
            ("a & b && &; &x; &#; &#xZ;", "a & b && &; &x; &#; &#xZ;"),
            ("&#0; &#xD800; &#99999999999;", "\u{fffd} \u{fffd} \u{fffd}"),
        ] {
            assert_eq!(decode(written, false), shown, "{written}");
        }
    }

    #[test]
    fn a_query_in_an_attribute_stays_a_query() {
        assert_eq!(decode("?a=1&copy=2&amp;lt=3&lt", true), "?a=1&copy=2&lt=3<");
    }
}
