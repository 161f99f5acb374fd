//! The permalink pattern: a path under the site's URL with placeholders.

use super::nearest::nearest;

/// What a pattern may hold between braces.
const PLACEHOLDERS: [&str; 6] = ["slug", "path", "section", "year", "month", "day"];

/// Why a text is no permalink pattern: what is wrong, and the remedy.
pub(super) fn problem(pattern: &str) -> Option<(String, String)> {
    let fault = |message: &str, remedy: &str| Some((message.to_owned(), remedy.to_owned()));
    if pattern.is_empty() || pattern.len() > 500 {
        return fault("is empty or longer than 500 bytes", "write, for example, \"articles/{slug}\"");
    }
    if pattern.starts_with('/') || pattern.contains("://") {
        return fault("is not relative to site.url", "write what stands after site.url only: \"articles/{slug}\"");
    }
    if pattern.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '?' | '#' | '\\' | '%' | '"' | '<' | '>')) {
        return fault("holds a character that has no place in a path", "use letters, digits, '-', '_', '.', '/' and placeholders");
    }
    let path = pattern.strip_suffix('/').unwrap_or(pattern);
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return fault("has a part that is empty, '.' or '..'", "part folders by single slashes");
    }
    let mut names = Vec::new();
    let mut rest = pattern;
    while let Some(open) = rest.find(['{', '}']) {
        let inside = &rest[open + 1..];
        let close = inside.find(['{', '}']);
        match close {
            Some(close) if rest[open..].starts_with('{') && inside[close..].starts_with('}') => {
                names.push(&inside[..close]);
                rest = &inside[close + 1..];
            }
            _ => return fault("has a brace without its counterpart", "write placeholders like {slug}"),
        }
    }
    if let Some(unknown) = names.iter().find(|name| !PLACEHOLDERS.contains(name)) {
        let message = format!("holds the unknown placeholder '{{{}}}'", super::shown(unknown));
        let remedy = match nearest(unknown, PLACEHOLDERS) {
            Some(near) => format!("did you mean '{{{near}}}'?"),
            None => "known are {slug}, {path}, {section}, {year}, {month} and {day}".to_owned(),
        };
        return Some((message, remedy));
    }
    if !names.iter().any(|name| matches!(*name, "slug" | "path")) {
        return fault("would give many articles the same link", "put {slug} or {path} into it");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_lead_to_one_article_each() {
        for good in ["articles/{slug}", "{path}", "{year}/{month}/{day}/{slug}/", "{section}/{slug}.html"] {
            assert_eq!(problem(good), None, "{good}");
        }
        for (bad, why) in [
            ("", "empty"),
            ("/articles/{slug}", "relative"),
            ("https://example.org/{slug}", "relative"),
            ("articles", "same link"),
            ("{year}/{month}", "same link"),
            ("{slugg}", "unknown placeholder '{slugg}'"),
            ("a//{slug}", "part"),
            ("../{slug}", "part"),
            ("{slug", "brace"),
            ("slug}", "brace"),
            ("{{slug}}", "brace"),
            ("a b/{slug}", "character"),
            ("a?b={slug}", "character"),
        ] {
            let (message, remedy) = problem(bad).unwrap();
            assert!(message.contains(why), "{bad}: {message}");
            assert!(!remedy.is_empty());
        }
        assert_eq!(problem("{slugg}").unwrap().1, "did you mean '{slug}'?");
    }
}
