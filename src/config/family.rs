//! Families: one `[[feed]]` that stands for many, one for each tag, section, author or language.

use std::fmt;

use super::{Feed, Selection};
use crate::article::{ArchiveName, Facts, FeedName, is_label, label};

/// The longest value that stands in a title, in characters.
const LONGEST_TITLE: usize = 200;

/// What of an article a family has a feed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FamilyKey {
    /// Each of its tags.
    Tag,
    /// Its section.
    Section,
    /// Each of its authors.
    Author,
    /// Its language, and each wider one: `en-GB`, `en`.
    Language,
}

impl FamilyKey {
    /// Every key.
    pub const ALL: [Self; 4] = [Self::Tag, Self::Section, Self::Author, Self::Language];

    /// How a pattern names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Section => "section",
            Self::Author => "author",
            Self::Language => "language",
        }
    }

    /// What its feeds are called together.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Tag => "Tags",
            Self::Section => "Sections",
            Self::Author => "Authors",
            Self::Language => "Languages",
        }
    }

    /// The key of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.as_str() == name)
    }

    fn values(self, facts: &Facts) -> Vec<&str> {
        match self {
            Self::Tag => facts.tags.iter().map(String::as_str).collect(),
            Self::Section => facts.section.iter().map(String::as_str).collect(),
            Self::Author => facts.authors.iter().map(String::as_str).collect(),
            Self::Language => facts.language.iter().flat_map(|tag| ranges(tag)).collect(),
        }
    }

    /// The selection of those that have a value.
    fn selection(self, value: &str) -> Selection {
        let value = value.to_owned();
        match self {
            Self::Tag => Selection::Tag(value),
            Self::Section => Selection::Section(value),
            Self::Author => Selection::Author(value),
            Self::Language => Selection::Language(value),
        }
    }
}

/// A language tag and the wider ranges that it lies in (RFC 4647 section 3.3.1), the narrowest first.
fn ranges(tag: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(tag.trim()), |tag| tag.rsplit_once('-').map(|(wider, _)| wider))
}

/// The names of a family's feeds: `tag/{tag}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FamilyName {
    before: String,
    key: FamilyKey,
    after: String,
}

/// Why a text is no family's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFamily {
    /// There is a key that is none.
    #[error("may hold one of {{tag}}, {{section}}, {{author}} and {{language}}")]
    Key,
    /// It holds more than one.
    #[error("holds more than one of {{tag}}, {{section}}, {{author}} and {{language}}")]
    Several,
    /// A `*` of which nothing says what it stands for.
    #[error("has a '*' that does not stand alone after 'tag/', 'section/', 'author/' or 'language/'")]
    Star,
    /// What stands around it is no feed's name.
    #[error("{0}")]
    Around(&'static str),
    /// It would leave no room for values.
    #[error("is longer than 80 bytes beside its values")]
    Long,
}

impl FamilyName {
    /// The longest text beside a value, in bytes.
    const LONGEST: usize = 80;

    /// Whether a text is meant to be one.
    pub fn is_meant(text: &str) -> bool {
        text.contains(['{', '}', '*'])
    }

    /// Parses `tag/{tag}`; `tag/*` means the same.
    pub fn parse(text: &str) -> Result<Self, InvalidFamily> {
        let (before, key, after) = if let Some((before, after)) = text.split_once('*') {
            let word = before.strip_suffix('/').map(|before| before.rsplit('/').next().unwrap_or(before));
            let key = word.and_then(FamilyKey::parse).filter(|_| after.is_empty() || after.starts_with('/'));
            (before, key.ok_or(InvalidFamily::Star)?, after)
        } else {
            let (before, rest) = text.split_once('{').ok_or(InvalidFamily::Key)?;
            let (key, after) = rest.split_once('}').ok_or(InvalidFamily::Key)?;
            (before, FamilyKey::parse(key).ok_or(InvalidFamily::Key)?, after)
        };
        if Self::is_meant(before) || Self::is_meant(after) {
            return Err(InvalidFamily::Several);
        }
        if before.len() + after.len() > Self::LONGEST {
            return Err(InvalidFamily::Long);
        }
        let family = Self { before: before.to_owned(), key, after: after.to_owned() };
        // Any value makes a name where one does.
        FeedName::parse(&format!("{before}x{after}")).map_err(|error| InvalidFamily::Around(error.why))?;
        Ok(family)
    }

    /// What its feeds are for.
    pub const fn key(&self) -> FamilyKey {
        self.key
    }

    /// The name of a value's feed; nothing for an empty value.
    pub fn of(&self, value: &str) -> Option<FeedName> {
        self.with_label(&label(value)?)
    }

    fn with_label(&self, label: &str) -> Option<FeedName> {
        // A tag such as '000001' may not put a feed among another feed's archives.
        FeedName::parse(&format!("{}{label}{}", self.before, self.after)).ok().filter(|name| !ArchiveName::is_place(name))
    }

    /// What stands for the value in one of its feeds' names; nothing in any other name.
    pub fn label_in<'a>(&self, name: &'a str) -> Option<&'a str> {
        let label = name.strip_prefix(self.before.as_str())?.strip_suffix(self.after.as_str())?;
        (is_label(label) && self.with_label(label).is_some()).then_some(label)
    }

    /// The feed of this family that stands where another's stood.
    pub fn in_place_of(&self, other: &Self, name: &str) -> Option<FeedName> {
        self.with_label(other.label_in(name)?)
    }

    /// The feed of this family that somebody names: by its name, or with the value as typed in its place.
    pub fn named(&self, text: &str) -> Option<FeedName> {
        if self.label_in(text).is_some() {
            return FeedName::parse(text).ok();
        }
        self.of(text.strip_prefix(self.before.as_str())?.strip_suffix(self.after.as_str())?)
    }
}

impl fmt::Display for FamilyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{{{}}}{}", self.before, self.key.as_str(), self.after)
    }
}

/// `[[feed]]` with a family's name: a feed for each value that public articles have had.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    /// The names of its feeds.
    pub name: FamilyName,
    /// What its feeds have in common. In title and description `{tag}` stands for the value; `select` narrows all of them.
    pub common: Feed,
    /// How many feeds it may have.
    pub most: usize,
    /// Feeds of their own, or retired ones, that have a name of this family.
    pub without: Vec<FeedName>,
}

impl Family {
    /// The feeds of an article with these facts, each with its value as typed.
    pub fn feeds_of<'a>(&'a self, facts: &'a Facts) -> impl Iterator<Item = (FeedName, &'a str)> {
        let feed = |value: &'a str| Some((self.name.of(value)?, value));
        self.name.key.values(facts).into_iter().filter_map(feed).filter(|(name, _)| !self.without.contains(name))
    }

    /// The feed of this name that the family has, if it is one of its own.
    pub fn has(&self, name: &FeedName) -> bool {
        self.name.label_in(name.as_str()).is_some() && !self.without.contains(name)
    }

    /// One of its feeds, for a value as typed.
    pub fn feed(&self, name: FeedName, value: &str) -> Feed {
        let select = match &self.common.select {
            Selection::All => self.name.key.selection(value),
            narrowed => Selection::Every(vec![narrowed.clone(), self.name.key.selection(value)]),
        };
        let (title, description) = (self.filled(&self.common.title, value), self.filled(&self.common.description, value));
        Feed { name, title, description, select, ..self.common.clone() }
    }

    /// What a value is shown as where nobody has typed it yet.
    pub fn value_of(&self, name: &FeedName) -> String {
        let label = self.name.label_in(name.as_str()).unwrap_or_default();
        label.split_once("--").map_or(label, |(readable, _)| readable).replace('-', " ")
    }

    fn filled(&self, pattern: &str, value: &str) -> String {
        let value: String = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let shown = match value.char_indices().nth(LONGEST_TITLE) {
            Some((end, _)) => format!("{}…", &value[..end]),
            None => value,
        };
        pattern.replace(&format!("{{{}}}", self.name.key.as_str()), &shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_holds_one_key() {
        for (text, shown) in [
            ("tag/{tag}", "tag/{tag}"),
            ("tag/*", "tag/{tag}"),
            ("section/*", "section/{section}"),
            ("news/author/*", "news/author/{author}"),
            ("by-{language}", "by-{language}"),
            ("{tag}/latest", "{tag}/latest"),
            ("tag/*/latest", "tag/{tag}/latest"),
        ] {
            assert_eq!(FamilyName::parse(text).unwrap().to_string(), shown, "{text}");
        }
        for (text, why) in [
            ("tag/{}", InvalidFamily::Key),
            ("tag/{Tag}", InvalidFamily::Key),
            ("tag/{tag", InvalidFamily::Key),
            ("tag/tag}", InvalidFamily::Key),
            ("{tag}/{section}", InvalidFamily::Several),
            ("{tag}/*", InvalidFamily::Star),
            ("news/*", InvalidFamily::Star),
            ("tag/x*", InvalidFamily::Star),
            ("*", InvalidFamily::Star),
        ] {
            assert_eq!(FamilyName::parse(text), Err(why), "{text}");
        }
        assert!(matches!(FamilyName::parse("../{tag}"), Err(InvalidFamily::Around(_))));
        assert!(matches!(FamilyName::parse("a b/{tag}"), Err(InvalidFamily::Around(_))));
        assert_eq!(FamilyName::parse(&format!("{}/{{tag}}", "x".repeat(90))), Err(InvalidFamily::Long));
    }

    #[test]
    fn a_feed_is_named_by_name_or_by_value() {
        let family = FamilyName::parse("tag/{tag}").unwrap();
        for (text, name) in [
            ("tag/europe", Some("tag/europe")),
            ("tag/Middle East", Some("tag/middle-east")),
            ("section/europe", None),
            ("tag/", None),
            ("tag", None),
        ] {
            assert_eq!(family.named(text).as_ref().map(FeedName::as_str), name, "{text}");
        }
        let special = family.of("C++").unwrap();
        assert_eq!(family.named("tag/C++").as_ref(), Some(&special));
        assert_eq!(family.named(special.as_str()).as_ref(), Some(&special));
        assert_eq!(family.label_in("tag/a/b"), None);
    }

    #[test]
    fn a_language_lies_in_wider_ones() {
        let facts = Facts { language: Some("zh-Hant-TW".into()), ..Facts::default() };
        assert_eq!(FamilyKey::Language.values(&facts), ["zh-Hant-TW", "zh-Hant", "zh"]);
    }
}
