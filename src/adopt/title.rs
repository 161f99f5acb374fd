//! When two titles are the same.

use std::borrow::Cow;

use quick_xml::escape::unescape;

/// A title without what generators change in it: case, white space, punctuation, quotation marks, escapes, markup.
pub fn compared_title(title: &str) -> Option<String> {
    // Titles of RSS may be HTML, escaped once more.
    let title = unescaped(title);
    let mut text = String::with_capacity(title.len());
    let mut in_tag = false;
    let mut rest = title.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '<' if rest.peek().is_some_and(|next| next.is_ascii_alphabetic() || *next == '/') => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            c if c.is_alphanumeric() => text.extend(c.to_lowercase()),
            // An apostrophe joins, everything else parts.
            '\'' | '\u{2019}' | '\u{2bc}' | '\u{ad}' => {}
            _ if text.ends_with(' ') || text.is_empty() => {}
            _ => text.push(' '),
        }
    }
    text.truncate(text.trim_end().len());
    // Titles of nothing but signs compare as they are.
    if text.is_empty() {
        Some(title.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|title| !title.is_empty())
    } else {
        Some(text)
    }
}

/// Text that was escaped once more than it should be, as titles in HTML are. What is no escape stays as it is.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';').map_or(1, |end| end + 1);
        match &rest[..end] {
            "&nbsp;" => out.push(' '),
            "&lsquo;" | "&rsquo;" => out.push('\''),
            "&ldquo;" | "&rdquo;" => out.push('"'),
            "&ndash;" | "&mdash;" => out.push('-'),
            "&hellip;" => out.push('\u{2026}'),
            escape => out.push_str(&unescape(escape).unwrap_or(Cow::Borrowed(escape))),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typography_and_markup_do_not_count() {
        let same = compared_title("It\u{2019}s “here”: AT&T — part 2").unwrap();
        for other in [
            "it's \"here\" AT&amp;T - Part 2",
            "It&#8217;s <em>here</em>:  AT&amp;T – part 2",
            "It’s here AT T part 2!",
            "It&rsquo;s &ldquo;here&rdquo;&nbsp;AT&amp;T part 2",
        ] {
            assert_eq!(compared_title(other).as_ref(), Some(&same), "{other}");
        }
        assert_ne!(compared_title("Part 1"), compared_title("Part 2"));
        assert_eq!(compared_title("  \n"), None);
        assert_eq!(compared_title("…"), Some("…".to_owned()));
        assert_ne!(compared_title("3 < 4"), compared_title("3"));
    }
}
