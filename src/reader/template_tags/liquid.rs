//! Liquid, as Jekyll and Eleventy have it: what can be known without the site.

use super::destination;
use crate::reader::front_matter::{Table, lookup};

/// What becomes of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// This stands in its place.
    Text(String),
    /// It prints nothing.
    Nothing,
    /// Only the generator knows.
    Unknown,
}

/// Tags whose content runs to an end tag, and what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Shown as typed.
    Raw,
    /// Code in a language.
    Code,
    /// Prints nothing.
    Silent,
    /// Hangs on a condition or a loop, so that it goes with its tag.
    Conditional,
}

/// Whether a tag has content, and of what kind.
pub(super) fn content(name: &str) -> Option<Content> {
    match name {
        "raw" | "verbatim" => Some(Content::Raw),
        "highlight" => Some(Content::Code),
        "comment" | "capture" | "macro" => Some(Content::Silent),
        "if" | "ifchanged" | "unless" | "for" | "case" | "tablerow" => Some(Content::Conditional),
        _ => None,
    }
}

/// What a tag without content prints.
pub(super) fn tag(name: &str, arguments: &str) -> Outcome {
    match name {
        "assign" | "set" | "#" | "" | "import" => Outcome::Nothing,
        "post_url" | "link" if !arguments.is_empty() => Outcome::Text(destination::article(arguments.trim_matches(['"', '\'']))),
        // An end without its beginning, which was dealt with before.
        _ if name.starts_with("end") || name == "#" || name.starts_with('#') => Outcome::Nothing,
        _ => Outcome::Unknown,
    }
}

/// What `{{ expression }}` prints: a literal or a value of this article's front matter, through filters that change nothing here.
pub(super) fn output(expression: &str, keys: &Table<'_>) -> Outcome {
    let mut parts = split_filters(expression);
    let subject = parts.next().unwrap_or_default().trim();
    if !parts.all(|filter| matches!(filter.trim(), "relative_url" | "absolute_url" | "url" | "safe" | "strip" | "escape" | "escape_once")) {
        return Outcome::Unknown;
    }
    for mark in ['"', '\''] {
        if let Some(literal) = subject.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark))
            && !literal.contains(mark)
        {
            return Outcome::Text(literal.to_owned());
        }
    }
    match subject {
        "" => Outcome::Nothing,
        // Links without them are made absolute under the site's URL.
        "site.url" | "site.baseurl" | "site.base_url" => Outcome::Text(String::new()),
        _ => {
            let key = subject.strip_prefix("page.").unwrap_or(subject);
            let value = lookup(keys, key).and_then(|node| node.value.scalar());
            value.map_or(Outcome::Unknown, |text| Outcome::Text(text.to_owned()))
        }
    }
}

/// Parts an expression at the bars that stand outside quotes.
fn split_filters(expression: &str) -> impl Iterator<Item = &str> {
    let mut quote = None;
    expression.split(move |c| match (quote, c) {
        (None, '"' | '\'') => {
            quote = Some(c);
            false
        }
        (Some(open), c) if open == c => {
            quote = None;
            false
        }
        (None, '|') => true,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::findings::Place;
    use crate::reader::front_matter::Value;

    #[test]
    fn values_of_the_article_are_known() {
        let place = Place::new(1, 1);
        let keys: Table<'_> = vec![("title".into(), crate::reader::front_matter::Node { place, value: Value::Text("A | b".into()) })];
        let text = |text: &str| Outcome::Text(text.to_owned());
        assert_eq!(output("page.title", &keys), text("A | b"));
        assert_eq!(output("title | escape", &keys), text("A | b"));
        assert_eq!(output("\"/a|b/\" | relative_url", &keys), text("/a|b/"));
        assert_eq!(output("site.baseurl", &keys), text(""));
        assert_eq!(output("page.title | upcase", &keys), Outcome::Unknown);
        assert_eq!(output("site.repository", &keys), Outcome::Unknown);
    }

    #[test]
    fn links_to_articles_keep_their_path() {
        assert_eq!(tag("post_url", "2020-01-01-name"), Outcome::Text("article:2020-01-01-name".into()));
        assert_eq!(tag("link", "_posts/a b.md"), Outcome::Text("article:_posts/a%20b.md".into()));
        assert_eq!(tag("include", "a.html"), Outcome::Unknown);
    }
}
