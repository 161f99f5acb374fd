//! The words that a headline begins with.

/// What follows `words` at the beginning of a text, without regard to case; nothing where it does not begin with them. They end where a
/// word ends: `URGENT` does not open `Urgently needed`.
pub(super) fn after<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let text = text.trim_start();
    let mut rest = text.chars();
    for wanted in words.trim().chars() {
        let found = rest.next()?;
        if found != wanted && !found.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    let ends_in_word = words.trim_end().ends_with(char::is_alphanumeric);
    if ends_in_word && rest.clone().next().is_some_and(char::is_alphanumeric) {
        return None;
    }
    Some(rest.as_str())
}

/// A text without these words at its beginning, and without what parted them from the rest; nothing where it does not begin with them,
/// or has nothing else.
pub(super) fn strip<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let rest = after(text, words)?.trim_start();
    let rest = rest.strip_prefix([':', '-', '–', '—', '|', '/']).unwrap_or(rest).trim_start();
    (!rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_taken_off_with_what_parts_them() {
        for (text, words, rest) in [
            ("URGENT: Quake", "URGENT:", Some("Quake")),
            ("Urgent – Quake", "URGENT", Some("Quake")),
            ("  urgent:Quake", "URGENT:", Some("Quake")),
            ("ÉCLAIR: Séisme", "éclair:", Some("Séisme")),
            ("Urgently needed", "URGENT", None),
            ("URGENT:", "URGENT:", None),
            ("Quake", "URGENT:", None),
            ("UR", "URGENT:", None),
        ] {
            assert_eq!(strip(text, words), rest, "{text}");
        }
    }
}
