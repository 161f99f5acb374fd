//! Which feeds an article belongs to.

use globset::GlobMatcher;

use crate::article::{Facts, FeedName, SourcePath};
use crate::config::{Feed, Selection};

/// A selection ready to be asked.
#[derive(Debug)]
enum Matcher {
    All,
    Breaking(bool),
    Section(String),
    Tag(String),
    Author(String),
    Language(String),
    Path(GlobMatcher),
    Any(Vec<Matcher>),
    Every(Vec<Matcher>),
    Not(Box<Matcher>),
}

impl Matcher {
    fn new(selection: &Selection) -> Self {
        match selection {
            Selection::All => Self::All,
            Selection::Breaking(wanted) => Self::Breaking(*wanted),
            Selection::Section(name) => Self::Section(fold(name)),
            Selection::Tag(name) => Self::Tag(fold(name)),
            Selection::Author(name) => Self::Author(fold(name)),
            Selection::Language(tag) => Self::Language(fold(tag)),
            Selection::Path(glob) => Self::Path(glob.compile_matcher()),
            Selection::Any(parts) => Self::Any(parts.iter().map(Self::new).collect()),
            Selection::Every(parts) => Self::Every(parts.iter().map(Self::new).collect()),
            Selection::Not(part) => Self::Not(Box::new(Self::new(part))),
        }
    }

    fn selects(&self, facts: &Facts, path: &SourcePath) -> bool {
        match self {
            Self::All => true,
            Self::Breaking(wanted) => facts.breaking == *wanted,
            Self::Section(name) => facts.section.as_deref().is_some_and(|section| fold(section) == *name),
            Self::Tag(name) => facts.tags.iter().any(|tag| fold(tag) == *name),
            Self::Author(name) => facts.authors.iter().any(|author| fold(author) == *name),
            Self::Language(range) => facts.language.as_deref().is_some_and(|tag| in_range(&fold(tag), range)),
            Self::Path(glob) => glob.is_match(path.as_path()),
            Self::Any(parts) => parts.iter().any(|part| part.selects(facts, path)),
            Self::Every(parts) => parts.iter().all(|part| part.selects(facts, path)),
            Self::Not(part) => !part.selects(facts, path),
        }
    }
}

fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Basic filtering of RFC 4647 section 3.3.1.
fn in_range(tag: &str, range: &str) -> bool {
    tag.strip_prefix(range).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Every feed's selection, in the config's order.
#[derive(Debug)]
pub(super) struct Selections(Vec<(FeedName, Matcher)>);

impl Selections {
    pub(super) fn new(feeds: &[Feed]) -> Self {
        Self(feeds.iter().map(|feed| (feed.name.clone(), Matcher::new(&feed.select))).collect())
    }

    /// The feeds that select an article with these facts at this path.
    pub(super) fn feeds(&self, facts: &Facts, path: &SourcePath) -> Vec<FeedName> {
        self.0.iter().filter(|(_, matcher)| matcher.selects(facts, path)).map(|(name, _)| name.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn selects(selection: &Selection) -> bool {
        let facts = Facts {
            section: Some("World".into()),
            tags: vec!["Diplomacy".into(), "France".into()],
            authors: vec!["A. Writer".into()],
            language: Some("en-GB".into()),
            ..Facts::default()
        };
        Matcher::new(selection).selects(&facts, &SourcePath::new(Path::new("world/paris.md")).unwrap())
    }

    #[test]
    fn every_kind_of_selection() {
        let tag = |name: &str| Selection::Tag(name.into());
        let path = |glob: &str| Selection::Path(globset::Glob::new(glob).unwrap());
        for (selection, expected) in [
            (Selection::All, true),
            (Selection::Breaking(true), false),
            (Selection::Breaking(false), true),
            (Selection::Section("world".into()), true),
            (Selection::Section("sport".into()), false),
            (tag("france"), true),
            (tag("fran"), false),
            (Selection::Author("a. writer".into()), true),
            (Selection::Language("en".into()), true),
            (Selection::Language("e".into()), false),
            (path("world/**"), true),
            (path("sport/**"), false),
            (Selection::Any(vec![tag("x"), tag("france")]), true),
            (Selection::Every(vec![tag("x"), tag("france")]), false),
            (Selection::Any(vec![]), false),
            (Selection::Every(vec![]), true),
            (Selection::Not(Box::new(tag("x"))), true),
        ] {
            assert_eq!(selects(&selection), expected, "{selection:?}");
        }
    }
}
