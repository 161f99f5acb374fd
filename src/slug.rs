//! The last part of a link: lower case, no characters that a URL would have to escape but letters and digits of any script.

/// Longest slug made, in bytes.
pub const MAX: usize = 120;

/// Makes a slug of `text`: letters and digits in lower case, `.` and `_` kept inside, everything else one `-`.
/// `None` where nothing is left.
pub fn slugify(text: &str) -> Option<String> {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        // An apostrophe inside a word joins it: "Macron's" is "macrons".
        if matches!(c, '\'' | '’') {
            continue;
        }
        if c.is_alphanumeric() {
            slug.extend(c.to_lowercase());
        } else if matches!(c, '.' | '_') {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= MAX {
            break;
        }
    }
    let slug = slug.trim_matches(['-', '.', '_']);
    (!slug.is_empty()).then(|| slug.to_owned())
}

/// The slug of an article's file: its stem without a `YYYY-MM-DD-` prefix; for `index`, the name of its folder.
pub fn of_file(stem: &str, folder: Option<&str>) -> Option<String> {
    if stem.eq_ignore_ascii_case("index") {
        return folder.and_then(|folder| slugify(without_date(folder))).or_else(|| slugify(stem));
    }
    slugify(without_date(stem)).or_else(|| slugify(stem))
}

/// `name` without the date prefix that Jekyll and Zola give file names.
pub fn without_date(name: &str) -> &str {
    let digits = |range: std::ops::Range<usize>| name.as_bytes().get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let dash = |at: usize| name.as_bytes().get(at) == Some(&b'-');
    let separator = name.as_bytes().get(10).is_some_and(|byte| matches!(byte, b'-' | b'_' | b' '));
    if digits(0..4) && dash(4) && digits(5..7) && dash(7) && digits(8..10) && separator && name.len() > 11 { &name[11..] } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_read_like_the_name() {
        for (text, slug) in [
            ("Hello, World!", "hello-world"),
            ("Rust-1.88.0", "rust-1.88.0"),
            ("Macron’s visit", "macrons-visit"),
            ("élection présidentielle", "élection-présidentielle"),
            ("  --a--b--  ", "a-b"),
            ("../../etc/passwd", "etc-passwd"),
        ] {
            assert_eq!(slugify(text).as_deref(), Some(slug), "{text}");
        }
        assert_eq!(slugify("!!!"), None);
        assert_eq!(slugify(".."), None);
        assert!(slugify(&"é".repeat(500)).unwrap().len() <= MAX + 4);
    }

    #[test]
    fn a_file_gives_its_name_without_the_date() {
        assert_eq!(of_file("2026-11-24-hello", None).as_deref(), Some("hello"));
        assert_eq!(of_file("2026-11-24-", None).as_deref(), Some("2026-11-24"));
        assert_eq!(of_file("index", Some("2026-11-24-Paris")).as_deref(), Some("paris"));
        assert_eq!(of_file("index", None).as_deref(), Some("index"));
    }
}
