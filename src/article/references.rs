//! Links from one article to another by its file.

use std::collections::BTreeMap;

/// Where an article's references to other files lead: the path as the source writes it (without fragment) → the link on the web.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References(BTreeMap<String, String>);

impl References {
    /// What readers put before a reference that a generator's tag made (`{% post_url … %}`, `@/…`).
    pub const SCHEME: &str = "article:";

    /// The path that a link's destination refers to, without fragment; `None` where it is no reference. A plain relative path to a
    /// Markdown file is one, too.
    pub fn target(written: &str) -> Option<&str> {
        let target = |path: &'_ str| path.find(['#', '?']).unwrap_or(path.len());
        if let Some(path) = written.strip_prefix(Self::SCHEME) {
            return Some(&path[..target(path)]);
        }
        let path = &written[..target(written)];
        let relative = !path.starts_with('/') && !path.contains(':');
        let markdown = path.rsplit_once('.').is_some_and(|(_, extension)| matches!(extension, "md" | "markdown"));
        (relative && markdown).then_some(path)
    }

    /// Where a path leads.
    pub fn get(&self, target: &str) -> Option<&str> {
        self.0.get(target).map(String::as_str)
    }
}

impl FromIterator<(String, String)> for References {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_from_other_links() {
        for (written, target) in [
            ("article:2020-01-01-name#part", Some("2020-01-01-name")),
            ("b.md", Some("b.md")),
            ("../x/b.markdown#a", Some("../x/b.markdown")),
            ("https://example.org/b.md", None),
            ("/b.md", None),
            ("#b.md", None),
            ("b.html", None),
            ("mailto:b.md", None),
        ] {
            assert_eq!(References::target(written), target, "{written}");
        }
    }
}
