//! What a line looks like, apart from what it says: its width, its words, how it ends.

/// Characters that show nothing: direction marks, joiners, a stray byte order mark.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The text without white space and invisible characters at its ends.
pub(super) fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Whether a character takes two columns: the East Asian scripts and their punctuation.
pub(super) const fn is_wide(c: char) -> bool {
    c >= '\u{1100}'
        && matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}')
}

/// The width in columns of a fixed-width screen, nearly.
pub(super) fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum() }
}

/// The width of what must stay together at the beginning: the first word, or one wide character.
pub(super) fn first_word_columns(text: &str) -> usize {
    match text.chars().next() {
        Some(c) if is_wide(c) => 2,
        _ => columns(text.split_whitespace().next().unwrap_or_default()),
    }
}

/// Whether the text holds more than `limit` characters, without counting further than that.
pub(super) fn longer_than(text: &str, limit: usize) -> bool {
    // A character has four bytes at most.
    text.len() > limit && (text.len() > limit * 4 || text.is_ascii() || text.chars().nth(limit).is_some())
}

/// The number of words; where words are not parted by spaces, two characters count as one.
pub(super) fn words(text: &str) -> usize {
    let wide = text.chars().filter(|&c| is_wide(c)).count();
    text.split_whitespace().count() + wide / 2
}

const fn is_closing_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | '«' | '“' | '‘' | '›' | '」' | '』' | ')' | ']' | '）' | '*' | '_')
}

const fn is_full_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '．' | '؟' | '۔' | '।' | '։' | '｡')
}

fn last_of(text: &str) -> Option<char> {
    bare(text).trim_end_matches(is_closing_quote).chars().next_back()
}

/// Whether the text ends as a sentence does, quotes and brackets after the stop set aside.
pub(super) fn ends_sentence(text: &str) -> bool {
    last_of(text).is_some_and(is_full_stop)
}

/// Whether the text ends with any punctuation that closes or announces: a stop, a comma, a colon.
pub(super) fn is_closed(text: &str) -> bool {
    last_of(text).is_some_and(|c| is_full_stop(c) || matches!(c, ',' | ';' | ':' | '、' | '，' | '；' | '：' | '،' | '؛' | '-' | '–' | '—'))
}

/// Whether a sentence ends before the text does: a stop, then white space, then a capital (or a letter of a script without case).
pub(super) fn has_inner_sentence(text: &str) -> bool {
    let mut rest = text;
    while let Some(stop) = rest.find(is_full_stop) {
        let (before, from) = rest.split_at(stop);
        let mark = from.chars().next().unwrap_or('.');
        rest = &from[mark.len_utf8()..];
        let after = rest.trim_start_matches(is_closing_quote);
        if is_wide(mark) && !after.is_empty() {
            return true;
        }
        // "U.S. Senate" and "J. Doe" are no ends of sentences.
        let initial = mark == '.' && last_word(before) <= 2;
        let next = after.trim_start().chars().find(|c| !is_closing_quote(*c));
        if !initial && after.starts_with(char::is_whitespace) && next.is_some_and(|c| c.is_alphabetic() && !c.is_lowercase()) {
            return true;
        }
    }
    false
}

fn last_word(text: &str) -> usize {
    text.chars().rev().take(3).take_while(|c| c.is_alphanumeric()).count()
}

/// Whether the first letter is a small one.
pub(super) fn begins_small(text: &str) -> bool {
    text.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_lowercase)
}

/// Whether all letters are capitals and there are at least `least` of them.
pub(super) fn is_upper(text: &str, least: usize) -> bool {
    let mut letters = 0;
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        if !c.is_uppercase() {
            return false;
        }
        letters += 1;
    }
    letters >= least
}

/// Whether the line begins an item of a list: a bullet or a number, then text.
pub(super) fn is_list_item(text: &str) -> bool {
    let text = bare(text);
    if let Some(rest) = text.strip_prefix(['•', '‣', '◦', '▪', '●', '–', '-', '*', '+', '·', '→', '►', '✓', '—']) {
        return rest.starts_with([' ', '\t', '\u{a0}']) && !bare(rest).is_empty();
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits) && text[digits..].strip_prefix(['.', ')']).is_some_and(|rest| rest.starts_with([' ', '\t']))
}

/// `prefix` in any case of ASCII letters, taken off.
pub(super) fn strip_ci<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// Where `needle` (in small ASCII letters) first stands in `text`, in any case of ASCII letters.
pub(super) fn find_ci(text: &str, needle: &str) -> Option<usize> {
    text.as_bytes().windows(needle.len().max(1)).position(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
}
