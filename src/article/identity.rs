//! Names that a parse makes once, at the edge, and that are right from then on.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::label::is_word;

/// A name that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("'{name}' {why}")]
pub struct InvalidName {
    /// What was given.
    pub name: String,
    /// What is wrong with it.
    pub why: &'static str,
}

fn refuse<T>(name: &str, why: &'static str) -> Result<T, InvalidName> {
    Err(InvalidName { name: name.chars().take(120).collect(), why })
}

macro_rules! text_newtype {
    ($name:ident, $kept:ident) => {
        impl $name {
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                Self::$kept(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0.as_ref().to_owned()
            }
        }
    };
}

/// An article's identifier: a `tag:` URI (RFC 4151) or whatever front matter gave; never changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ArticleId(Arc<str>);

impl ArticleId {
    /// Longest identifier accepted, in bytes.
    pub const MAX: usize = 1024;

    /// The identifier, if it is not empty, not too long, and free of white space and control characters.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let text = text.trim();
        if text.is_empty() {
            return refuse(text, "is empty: an id needs at least one character");
        }
        if text.len() > Self::MAX {
            return refuse(text, "is longer than 1024 bytes");
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return refuse(text, "contains white space or a control character");
        }
        Ok(Self(text.into()))
    }

    /// An identifier that another program gave and readers know, byte for byte; single spaces within it are left (Drupal's are
    /// `12 at https://example.org`), since feeds carry them unharmed.
    pub fn taken_over(text: &str) -> Result<Self, InvalidName> {
        if text.is_empty() {
            return refuse(text, "is empty: an id needs at least one character");
        }
        if text.len() > Self::MAX {
            return refuse(text, "is longer than 1024 bytes");
        }
        let odd = |c: char| c != ' ' && (c.is_control() || c.is_whitespace());
        if text.contains(odd) || text.contains("  ") || text.starts_with(' ') || text.ends_with(' ') {
            return refuse(text, "contains white space that a feed cannot carry unharmed, or a control character");
        }
        // What XML 1.0 section 2.2 does not allow even as a reference.
        if text.contains(['\u{fffe}', '\u{ffff}']) {
            return refuse(text, "contains a character that XML forbids");
        }
        Ok(Self(text.into()))
    }
}

text_newtype!(ArticleId, taken_over);

/// A feed's name: the path of its files under the feeds folder, without extension (`all`, `tag/europe`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FeedName(Arc<str>);

impl FeedName {
    /// Longest name accepted, in bytes.
    pub const MAX: usize = 200;

    /// The name, if each of its parts is a plain file name: letters with their marks, digits, `-`, `_` and `.`, no leading dot.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        if text.is_empty() || text.len() > Self::MAX {
            return refuse(text, "is empty or longer than 200 bytes");
        }
        for part in text.split('/') {
            if part.is_empty() || part.starts_with('.') {
                return refuse(text, "has a part that is empty or begins with a dot");
            }
            if !part.chars().all(|c| is_word(c) || matches!(c, '-' | '_' | '.')) {
                return refuse(text, "may hold letters, digits, '-', '_', '.' and '/' only");
            }
        }
        Ok(Self(text.into()))
    }
}

text_newtype!(FeedName, parse);

/// Where an article stands on the web: an absolute http or https URL.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Link(Arc<str>);

impl Link {
    /// The URL in its normal form, if it is absolute, http or https, without user name or password, at most 2048 bytes.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let Ok(url) = url::Url::parse(text.trim()) else {
            return refuse(text, "is not an absolute URL");
        };
        Self::of_url(url)
    }

    /// A URL that was parsed already, under the same conditions.
    pub fn of_url(url: url::Url) -> Result<Self, InvalidName> {
        if !matches!(url.scheme(), "http" | "https") {
            return refuse(url.as_str(), "is not an http or https URL");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse(url.as_str(), "carries a user name or password");
        }
        let text = String::from(url);
        if text.len() > 2048 { refuse(&text, "is longer than 2048 bytes") } else { Ok(Self(text.into())) }
    }

    /// The URL's path, percent-encoded, as a server sees it.
    pub fn path(&self) -> String {
        url::Url::parse(&self.0).map_or_else(|_| "/".to_owned(), |url| url.path().to_owned())
    }
}

text_newtype!(Link, parse);

/// Rises with each bulletin of an article; a higher one supersedes all lower ones. The first is 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub u32);

impl Revision {
    /// The revision after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// A bulletin's place in the ledger; rises by the bulletin, the first is 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sequence(pub u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feed_names_are_safe_paths() {
        for good in ["all", "tag/europe", "section/été", "a.b-c_d"] {
            assert!(FeedName::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "/all", "all/", "../x", "a//b", ".hidden", "a b", "a\0", "tag/..", "a\\b"] {
            assert!(FeedName::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn links_are_absolute_http() {
        assert_eq!(Link::parse("https://example.org/é").unwrap().as_str(), "https://example.org/%C3%A9");
        for bad in ["/a", "ftp://example.org/", "https://user:pass@example.org/", "javascript:alert(1)"] {
            assert!(Link::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_have_no_white_space() {
        assert!(ArticleId::parse("tag:example.org,2026-11-24:a/b").is_ok());
        assert!(ArticleId::parse("a b").is_err());
        assert!(ArticleId::parse(" ").is_err());
        assert!(ArticleId::parse("12 at https://example.org").is_err());
    }

    #[test]
    fn ids_taken_over_are_left_as_they_are() {
        for good in ["12 at https://example.org", "https://example.org/?p=12", "5f3c", "é"] {
            assert_eq!(ArticleId::taken_over(good).unwrap().as_str(), good);
            assert!(ArticleId::try_from(good.to_owned()).is_ok(), "{good}");
        }
        for bad in ["", " a", "a ", "a  b", "a\tb", "a\u{3000}b", "a\u{ffff}b", "a\nb"] {
            assert!(ArticleId::taken_over(bad).is_err(), "{bad:?}");
        }
    }
}
