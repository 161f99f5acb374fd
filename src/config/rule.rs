//! `[[rule]]`: what is done to articles as they come in.

use super::{Pattern, Selection};
use crate::article::{FeedName, Preset};

/// One rule. Rules apply in their order, each to what those before it made of the article.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// How it is called: its own name, else `rule 3`.
    pub name: String,
    /// Which articles it is for.
    pub when: Selection,
    /// What it gives where the article has nothing of its own.
    pub set: Preset,
    /// What it gives in any case.
    pub force: Preset,
    /// Tags that it adds to those that the article has.
    pub add_tags: Vec<String>,
    /// Feeds that the article is put into, whatever they select.
    pub feeds: Vec<FeedName>,
    /// Feeds that the article is kept out of, whatever they select.
    pub not_feeds: Vec<FeedName>,
    /// What is taken off the headline's beginning.
    pub strip: Vec<String>,
    /// What is replaced in the headline, in this order.
    pub replace: Vec<Replacement>,
    /// Paragraphs that begin with one of these are left out of the body.
    pub cut: Vec<String>,
}

/// What is replaced in a headline, and with what.
#[derive(Clone, Debug, PartialEq)]
pub struct Replacement {
    /// What is replaced.
    pub pattern: Pattern,
    /// What stands in its place; `$1` and `${name}` stand for groups.
    pub with: String,
}

impl Selection {
    /// Whether no article whatever can be selected, as far as its form tells.
    pub fn is_impossible(&self) -> bool {
        match self {
            Self::Every(parts) => parts.iter().any(Self::is_impossible) || pairs(parts).any(|(a, b)| a.excludes(b)),
            Self::Any(parts) => parts.iter().all(Self::is_impossible),
            Self::Not(inner) => **inner == Self::All,
            Self::All
            | Self::Breaking(_)
            | Self::Section(_)
            | Self::Tag(_)
            | Self::Author(_)
            | Self::Language(_)
            | Self::Path(_)
            | Self::Headline(_)
            | Self::HeadlineMatches(_)
            | Self::Key(..) => false,
        }
    }

    /// Whether what the one selects the other never does: both ask for the one value that an article can have.
    fn excludes(&self, other: &Self) -> bool {
        let differ = |a: &str, b: &str| a.trim().to_lowercase() != b.trim().to_lowercase();
        match (self, other) {
            (Self::Breaking(a), Self::Breaking(b)) => a != b,
            (Self::Section(a), Self::Section(b)) => differ(a, b),
            (Self::Not(inner), other) | (other, Self::Not(inner)) => **inner == *other,
            _ => false,
        }
    }
}

fn pairs(parts: &[Selection]) -> impl Iterator<Item = (&Selection, &Selection)> {
    parts.iter().enumerate().flat_map(|(at, a)| parts[at + 1..].iter().map(move |b| (a, b)))
}
