//! The beginning of a text, cut where a reader would cut it.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

/// The text on one line, shortened to about `limit` characters (graphemes): at the end of a sentence where one ends in the
/// last two fifths, else at a word boundary, else between graphemes; what was cut off in mid-sentence is marked with `…`.
///
/// Directional embeddings, overrides and isolates (Unicode Standard Annex 9) that the cut leaves open are closed, so that they
/// do not turn around what follows the excerpt.
pub fn excerpt(text: &str, limit: usize) -> String {
    let line = one_line(text, limit);
    let Some((cut, _)) = line.grapheme_indices(true).nth(limit) else {
        return line.into_owned();
    };
    let window = &line[..cut];
    let early = window.grapheme_indices(true).nth(limit * 3 / 5).map_or(cut, |(at, _)| at);
    let mut short = if let Some(end) = sentence_end(&line, early, cut) {
        line[..end].to_owned()
    } else {
        let end = word_end(&line, early, cut).unwrap_or(cut);
        let words = line[..end].trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '–' | '—'));
        format!("{words}…")
    };
    close_directions(&mut short);
    short
}

/// White space collapsed; no more than what an excerpt of `limit` graphemes can need (a grapheme of more than 32 characters is
/// nobody's writing).
fn one_line(text: &str, limit: usize) -> Cow<'_, str> {
    let budget = limit.saturating_add(2).saturating_mul(32);
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > budget {
            let mut end = budget;
            while !line.is_char_boundary(end) {
                end -= 1;
            }
            line.truncate(end);
            break;
        }
    }
    if line == text { Cow::Borrowed(text) } else { Cow::Owned(line) }
}

/// Where the last sentence that ends between `early` and `cut` ends, closing quotes and brackets included.
fn sentence_end(line: &str, early: usize, cut: usize) -> Option<usize> {
    let mut found = None;
    let mut stop = false;
    for (at, c) in line[..cut].char_indices().chain(line[cut..].chars().next().map(|c| (cut, c))) {
        let wide = matches!(c, '。' | '！' | '？');
        if (stop && c == ' ') || (wide && at + c.len_utf8() <= cut) {
            let end = if wide { at + c.len_utf8() } else { at };
            if end > early && end <= cut {
                found = Some(end);
            }
        }
        stop = match c {
            '.' | '!' | '?' | '…' | '؟' | '۔' | '।' => !(c == '.' && is_abbreviation(&line[..at])),
            '"' | '\'' | '”' | '’' | '»' | ')' | ']' => stop,
            _ => false,
        };
    }
    found
}

/// Whether a full stop here more likely belongs to an initial or an abbreviation (`J.`, `U.S.`, `Mr.`).
fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit([' ', '(', '“', '"']).next().unwrap_or_default();
    let initial = word.rsplit('.').next().is_some_and(|part| part.chars().count() == 1 && part.chars().all(char::is_uppercase));
    initial
        || matches!(word, "Mr" | "Mrs" | "Ms" | "Dr" | "Prof" | "St" | "Gen" | "Lt" | "Col" | "Sgt" | "Sen" | "Rep" | "Gov" | "vs" | "No")
}

/// Where the last word that ends between `early` and `cut` ends.
fn word_end(line: &str, early: usize, cut: usize) -> Option<usize> {
    if line[cut..].starts_with(' ') {
        return Some(cut);
    }
    line[..cut].rfind(' ').filter(|at| *at > early.min(cut / 2))
}

/// Appends what closes the directional formatting characters that are still open.
fn close_directions(text: &mut String) {
    let mut open = Vec::new();
    for c in text.chars() {
        match c {
            '\u{202A}' | '\u{202B}' | '\u{202D}' | '\u{202E}' => open.push('\u{202C}'),
            '\u{2066}'..='\u{2068}' => open.push('\u{2069}'),
            '\u{202C}' | '\u{2069}' if open.last() == Some(&c) => {
                open.pop();
            }
            _ => {}
        }
    }
    text.extend(open.into_iter().rev());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_short_text_stays_whole() {
        assert_eq!(excerpt("One line.\n\nAnother  line", 280), "One line. Another line");
        assert_eq!(excerpt("", 280), "");
    }

    #[test]
    fn a_sentence_is_kept_whole_where_one_ends_late_enough() {
        assert_eq!(excerpt("It rained all night. Then it stopped raining at last", 24), "It rained all night.");
        assert_eq!(excerpt("He said: “It is over.” Nobody in the hall believed him", 30), "He said: “It is over.”");
    }

    #[test]
    fn else_a_word_is() {
        assert_eq!(excerpt("The quick brown fox jumps over the lazy dog", 22), "The quick brown fox…");
        assert_eq!(excerpt("Ministers met in the capital, then left again", 29), "Ministers met in the capital…");
    }

    #[test]
    fn an_initial_ends_no_sentence() {
        assert_eq!(excerpt("The president of the U.S. said so on Tuesday", 28), "The president of the U.S.…");
    }

    #[test]
    fn scripts_without_spaces_are_cut_between_graphemes() {
        assert_eq!(excerpt("今日は雨が降りました。明日は晴れるでしょう。", 14), "今日は雨が降りました。");
        assert_eq!(excerpt("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 2), "👨‍👩‍👧👨‍👩‍👧…");
    }

    #[test]
    fn open_directions_are_closed() {
        let cut = excerpt("He wrote \u{2067}שלום עולם שלום עולם\u{2069} to them", 20);
        assert!(cut.ends_with('\u{2069}'), "{cut:?}");
        assert_eq!(cut.matches('\u{2067}').count(), cut.matches('\u{2069}').count());
    }

    proptest! {
        #[test]
        fn never_much_longer_than_asked_and_always_a_beginning(text in "\\PC{0,200}", limit in 1usize..80) {
            let cut = excerpt(&text, limit);
            let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let body = cut.trim_end_matches(['…', '\u{202C}', '\u{2069}']);
            prop_assert!(line.starts_with(body));
            prop_assert!(body.graphemes(true).count() <= limit);
        }
    }
}
