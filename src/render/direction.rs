//! Which way a text runs, by its letters: a language tag is often that of the site, and says nothing of a text in Latin letters.

/// How many letters decide.
const ENOUGH: usize = 500;

/// Whether most of the first letters run from right to left.
pub(super) fn is_right_to_left(headline: &str, text: &str) -> bool {
    // Every letter that runs so begins with one of these bytes.
    let may = |text: &str| text.bytes().any(|byte| byte >= 0xD6);
    if !may(headline) && !may(text) {
        return false;
    }
    let (mut left, mut right) = (0_usize, 0_usize);
    for c in headline.chars().chain(text.chars()).filter(|c| c.is_alphabetic()).take(ENOUGH) {
        if runs_left(c) { left += 1 } else { right += 1 }
    }
    left > right
}

/// Whether a letter runs from right to left: the blocks that Unicode keeps for such scripts (bidirectional classes R and AL).
const fn runs_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_letters_decide() {
        for (text, right_to_left) in [
            ("", false),
            ("2026", false),
            ("The storm", false),
            ("هبت العاصفة", true),
            ("הסערה הגיעה", true),
            ("The word العاصفة means storm", false),
            ("نشرت newswire خبرا عن العاصفة", true),
            ("ދިވެހި", true),
            ("Été à Zürich, 張小明", false),
        ] {
            assert_eq!(is_right_to_left("", text), right_to_left, "{text}");
            assert_eq!(is_right_to_left(text, ""), right_to_left, "{text}");
        }
    }
}
