//! Which articles a feed has, or a rule is for.

use globset::GlobMatcher;

use super::house::FeedsByRule;
use super::{key, opening};
use crate::article::{Article, Facts, FeedName, Person, SourcePath};
use crate::config::{Family, Feed, Pattern, Selection};

/// What a selection looks at: a row of the catalogue, or an article on its way in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    headline: &'a str,
    section: Option<&'a str>,
    tags: &'a [String],
    authors: Authors<'a>,
    language: Option<&'a str>,
    breaking: bool,
    path: &'a SourcePath,
    /// The article itself, where its front matter can be asked.
    article: Option<&'a Article>,
}

#[derive(Clone, Copy, Debug)]
enum Authors<'a> {
    Names(&'a [String]),
    People(&'a [Person]),
}

impl Authors<'_> {
    fn any(self, is: impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Names(names) => names.iter().any(|name| is(name)),
            Self::People(people) => people.iter().any(|person| is(&person.name)),
        }
    }
}

/// What the site says where an article says nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct SiteFacts {
    pub(super) author: Vec<String>,
    pub(super) language: String,
}

impl<'a> Subject<'a> {
    /// An entry's facts, its file's path.
    pub(super) fn of_facts(facts: &'a Facts, path: &'a SourcePath) -> Self {
        Self {
            headline: &facts.headline,
            section: facts.section.as_deref(),
            tags: &facts.tags,
            authors: Authors::Names(&facts.authors),
            language: facts.language.as_deref(),
            breaking: facts.breaking,
            path,
            article: None,
        }
    }

    /// An article, its file's path, and what the site says for it.
    pub(super) fn of_article(article: &'a Article, path: &'a SourcePath, site: &'a SiteFacts) -> Self {
        Self {
            headline: &article.headline,
            section: article.section.as_deref(),
            tags: &article.tags,
            authors: if article.authors.is_empty() { Authors::Names(&site.author) } else { Authors::People(&article.authors) },
            language: Some(article.language.as_deref().unwrap_or(&site.language)),
            breaking: article.breaking,
            path,
            article: Some(article),
        }
    }
}

/// A selection ready to be asked.
#[derive(Debug)]
pub(super) enum Matcher {
    All,
    Breaking(bool),
    Section(String),
    Tag(String),
    Author(String),
    Language(String),
    Path(GlobMatcher),
    Headline(String),
    HeadlineMatches(Pattern),
    Key(String, String),
    Any(Vec<Matcher>),
    Every(Vec<Matcher>),
    Not(Box<Matcher>),
}

impl Matcher {
    pub(super) fn new(selection: &Selection) -> Self {
        match selection {
            Selection::All => Self::All,
            Selection::Breaking(wanted) => Self::Breaking(*wanted),
            Selection::Section(name) => Self::Section(fold(name)),
            Selection::Tag(name) => Self::Tag(fold(name)),
            Selection::Author(name) => Self::Author(fold(name)),
            Selection::Language(tag) => Self::Language(fold(tag)),
            Selection::Path(glob) => Self::Path(glob.compile_matcher()),
            Selection::Headline(words) => Self::Headline(words.clone()),
            Selection::HeadlineMatches(pattern) => Self::HeadlineMatches(pattern.clone()),
            Selection::Key(key, value) => Self::Key(key.clone(), fold(value)),
            Selection::Any(parts) => Self::Any(parts.iter().map(Self::new).collect()),
            Selection::Every(parts) => Self::Every(parts.iter().map(Self::new).collect()),
            Selection::Not(part) => Self::Not(Box::new(Self::new(part))),
        }
    }

    pub(super) fn selects(&self, subject: Subject<'_>) -> bool {
        match self {
            Self::All => true,
            Self::Breaking(wanted) => subject.breaking == *wanted,
            Self::Section(name) => subject.section.is_some_and(|section| fold(section) == *name),
            Self::Tag(name) => subject.tags.iter().any(|tag| fold(tag) == *name),
            Self::Author(name) => subject.authors.any(|author| fold(author) == *name),
            Self::Language(range) => subject.language.is_some_and(|tag| in_range(&fold(tag), range)),
            Self::Path(glob) => glob.is_match(subject.path.as_path()),
            Self::Headline(words) => opening::after(subject.headline, words).is_some(),
            Self::HeadlineMatches(pattern) => pattern.matches(subject.headline),
            Self::Key(key, value) => subject.article.is_some_and(|article| key::has(article, key, |own| fold(own) == *value)),
            Self::Any(parts) => parts.iter().any(|part| part.selects(subject)),
            Self::Every(parts) => parts.iter().all(|part| part.selects(subject)),
            Self::Not(part) => !part.selects(subject),
        }
    }

    /// Whether it looks at further keys of front matter.
    pub(super) fn reads_keys(&self) -> bool {
        match self {
            Self::Key(..) => true,
            Self::Any(parts) | Self::Every(parts) => parts.iter().any(Self::reads_keys),
            Self::Not(part) => part.reads_keys(),
            Self::All
            | Self::Breaking(_)
            | Self::Section(_)
            | Self::Tag(_)
            | Self::Author(_)
            | Self::Language(_)
            | Self::Path(_)
            | Self::Headline(_)
            | Self::HeadlineMatches(_) => false,
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

/// Every feed's selection, in the config's order, then those of families.
#[derive(Debug)]
pub(super) struct Selections {
    feeds: Vec<(FeedName, Matcher)>,
    families: Vec<(Family, Matcher)>,
}

impl Selections {
    pub(super) fn new(feeds: &[Feed], families: &[Family]) -> Self {
        Self {
            feeds: feeds.iter().map(|feed| (feed.name.clone(), Matcher::new(&feed.select))).collect(),
            families: families.iter().map(|family| (family.clone(), Matcher::new(&family.common.select))).collect(),
        }
    }

    /// The feeds that select an article with these facts at this path, or that rules put it into; without those that rules keep it
    /// out of.
    pub(super) fn feeds(&self, facts: &Facts, path: &SourcePath, ruled: &FeedsByRule) -> Vec<FeedName> {
        let subject = Subject::of_facts(facts, path);
        let has =
            |name: &FeedName, matcher: &Matcher| !ruled.out_of.contains(name) && (ruled.into.contains(name) || matcher.selects(subject));
        let mut feeds: Vec<FeedName> =
            self.feeds.iter().filter(|(name, matcher)| has(name, matcher)).map(|(name, _)| name.clone()).collect();
        for (family, matcher) in &self.families {
            // By the article's own values: however many feeds there are, only its own are looked at.
            let selected = matcher.selects(subject).then(|| family.feeds_of(facts).map(|(name, _)| name)).into_iter().flatten();
            let ruled_into = ruled.into.iter().filter(|name| family.has(name)).cloned();
            for name in selected.chain(ruled_into) {
                if !ruled.out_of.contains(&name) && !feeds.contains(&name) {
                    feeds.push(name);
                }
            }
        }
        feeds
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn selects(selection: &Selection) -> bool {
        let facts = Facts {
            headline: "URGENT: Quake".into(),
            section: Some("World".into()),
            tags: vec!["Diplomacy".into(), "France".into()],
            authors: vec!["A. Writer".into()],
            language: Some("en-GB".into()),
            ..Facts::default()
        };
        let path = SourcePath::new(Path::new("world/paris.md")).unwrap();
        Matcher::new(selection).selects(Subject::of_facts(&facts, &path))
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
            (Selection::Headline("urgent:".into()), true),
            (Selection::Headline("quake".into()), false),
            (Selection::HeadlineMatches(Pattern::parse("(?i)quake$").unwrap()), true),
            (Selection::HeadlineMatches(Pattern::parse("^Quake").unwrap()), false),
            (Selection::Any(vec![tag("x"), tag("france")]), true),
            (Selection::Every(vec![tag("x"), tag("france")]), false),
            (Selection::Any(vec![]), false),
            (Selection::Every(vec![]), true),
            (Selection::Not(Box::new(tag("x"))), true),
        ] {
            assert_eq!(selects(&selection), expected, "{selection:?}");
        }
    }
    #[test]
    fn an_article_can_be_asked_for_any_key() {
        let metadata = serde_json::json!({"desk": "Foreign", "extra": {"wire": ["AP", "AFP"]}, "weight": 3, "ready": true});
        let serde_json::Value::Object(metadata) = metadata else { panic!("an object") };
        let article = Article { metadata, dateline: Some("PARIS".into()), ..Article::default() };
        let path = SourcePath::new(Path::new("a.md")).unwrap();
        let site = SiteFacts { author: vec!["Example Times".into()], language: "en".into() };
        let selects = |selection: Selection| Matcher::new(&selection).selects(Subject::of_article(&article, &path, &site));
        for (key, value, expected) in [
            ("desk", "foreign", true),
            ("Desk", "foreign", true),
            ("desk", "home", false),
            ("wire", "afp", true),
            ("extra.wire", "ap", true),
            ("weight", "3", true),
            ("ready", "true", true),
            ("dateline", "paris", true),
            ("nothing", "", false),
        ] {
            assert_eq!(selects(Selection::Key(key.into(), value.into())), expected, "{key} = {value}");
        }
        assert!(selects(Selection::Author("example times".into())), "the site's, where it names none");
        assert!(selects(Selection::Language("en".into())));
    }
}
