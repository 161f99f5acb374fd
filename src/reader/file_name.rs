//! What a file's name says: a date before the name, as Jekyll and Zola have it, and a headline where there is no other.

use crate::article::SourcePath;

/// A name's two parts, `2026-11-24` and `a-name`.
pub(super) struct FileName {
    pub(super) date: Option<String>,
    pub(super) name: String,
}

impl FileName {
    /// The file's name without extension, for `index.*` the folder's.
    pub(super) fn of(path: &SourcePath) -> Self {
        let stem = path.stem();
        let whole = if stem == "index" { path.folder_name().filter(|name| !name.is_empty()).unwrap_or(stem) } else { stem };
        match dated(&whole) {
            Some((date, name)) => Self { date: Some(date.to_owned()), name: name.to_owned() },
            None => Self { date: None, name: whole },
        }
    }

    /// The name as a headline: hyphens and underscores become spaces, the first letter a capital.
    pub(super) fn headline(&self) -> String {
        let words = self.name.split(['-', '_', ' ']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        let mut characters = words.chars();
        if self.date.as_ref() == Some(&self.name) {
            return self.name.clone();
        }
        match characters.next() {
            Some(first) => first.to_uppercase().chain(characters).collect(),
            None => self.name.clone(),
        }
    }
}

/// `YYYY-MM-DD-name`, or `YYYY-MM-DD_name`.
fn dated(name: &str) -> Option<(&str, &str)> {
    let (date, rest) = (name.get(..10)?, name.get(10..)?);
    let form = date.bytes().enumerate().all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
    // A file that is named for its day only keeps that as its name.
    let name = if rest.is_empty() { date } else { rest.strip_prefix(['-', '_', ' '])? };
    form.then_some((date, if name.is_empty() { date } else { name }))
}

/// The day that a permalink's path names (`2026/11/24/a-name`).
pub(super) fn date_in_link(link: &str) -> Option<String> {
    let path = link.split_once("://").map_or(link, |(_, rest)| rest);
    let parts: Vec<&str> = path.split('/').take(12).collect();
    let digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.windows(4).find_map(|window| match window {
        [year, month, day, name] if digits(year, 4) && digits(month, 2) && digits(day, 2) && !name.is_empty() => {
            Some(format!("{year}-{month}-{day}"))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn of(path: &str) -> (Option<String>, String) {
        let name = FileName::of(&SourcePath::new(Path::new(path)).unwrap());
        (name.date.clone(), name.headline())
    }

    #[test]
    fn a_name_gives_date_and_headline() {
        assert_eq!(of("a/2026-11-24-a-new_day.md"), (Some("2026-11-24".into()), "A new day".into()));
        assert_eq!(of("world/élan-vital.md"), (None, "Élan vital".into()));
        assert_eq!(of("2026-11-24-fair/index.md"), (Some("2026-11-24".into()), "Fair".into()));
        assert_eq!(of("index.md"), (None, "Index".into()));
        assert_eq!(of("2026-11-24.md"), (Some("2026-11-24".into()), "2026-11-24".into()));
        assert_eq!(of("---.md"), (None, "---".into()));
        assert_eq!(of("2026-11-24x.md"), (None, "2026 11 24x".into()));
    }

    #[test]
    fn a_dated_permalink_names_its_day() {
        assert_eq!(date_in_link("2017/06/27/reach").as_deref(), Some("2017-06-27"));
        assert_eq!(date_in_link("https://example.org/blog/2017/06/27/reach.html").as_deref(), Some("2017-06-27"));
        assert_eq!(date_in_link("2017/06/reach"), None);
        assert_eq!(date_in_link("a/1/2/3"), None);
    }
}
