//! Why an item is left alone: for people, and by a short name for programs.

use std::fmt;

use crate::article::{ArticleId, SourcePath};

/// Why an item is left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// No article stands at its link or has its title.
    NoArticle,
    /// One article has its title, but another date.
    OtherDate(SourcePath),
    /// It could be any of these.
    SeveralArticles(Vec<SourcePath>),
    /// So many items could be this article.
    SeveralItems(SourcePath, usize),
    /// Another item is this article, by more certain signs.
    BetterItem(SourcePath),
    /// Other items of the old feed have the same id.
    RepeatedId,
    /// It has neither id nor link.
    NoId,
    /// Its id cannot be carried by a feed unharmed.
    UnusableId(&'static str),
    /// Its id is that of this other article.
    TakenId(SourcePath),
    /// The article's source gives it another id.
    OwnId(SourcePath, ArticleId),
    /// Endpoints know the article by its present id, and a withdrawal must reach them under that.
    Told(SourcePath),
    /// The article is held.
    Held(SourcePath),
    /// The article is withdrawn.
    Withdrawn(SourcePath),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoArticle => write!(f, "no article stands at its link or has its title"),
            Self::OtherDate(path) => write!(f, "{path} has its title, but another date; set that article's date, or its link"),
            Self::SeveralArticles(paths) => {
                let names: Vec<String> = paths.iter().take(5).map(ToString::to_string).collect();
                let more = if paths.len() > 5 { ", …" } else { "" };
                write!(f, "it could be any of {}{more}; give one of them its link", names.join(", "))
            }
            Self::SeveralItems(path, count) => write!(f, "{count} items of the old feed could be {path}"),
            Self::BetterItem(path) => write!(f, "another item of the old feed is {path} more certainly"),
            Self::RepeatedId => write!(f, "other items of the old feed have the same id"),
            Self::NoId => write!(f, "it has neither an id nor a link that readers could know it by"),
            Self::UnusableId(why) => write!(f, "its id {why}"),
            Self::TakenId(path) => write!(f, "its id is already that of {path}"),
            Self::OwnId(path, id) => write!(f, "{path} gives itself the id '{id}'; take that out, or write the old one there"),
            Self::Told(path) => write!(f, "webhooks told of {path} under its present id, and know it by that"),
            Self::Held(path) => write!(f, "{path} is not public; adopt again once it is"),
            Self::Withdrawn(path) => write!(f, "{path} is withdrawn"),
        }
    }
}

impl Why {
    /// A short name for programs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NoArticle => "no-article",
            Self::OtherDate(_) => "other-date",
            Self::SeveralArticles(_) => "several-articles",
            Self::SeveralItems(..) => "several-items",
            Self::BetterItem(_) => "better-item",
            Self::RepeatedId => "repeated-id",
            Self::NoId => "no-id",
            Self::UnusableId(_) => "unusable-id",
            Self::TakenId(_) => "taken-id",
            Self::OwnId(..) => "own-id",
            Self::Told(_) => "told",
            Self::Held(_) => "held",
            Self::Withdrawn(_) => "withdrawn",
        }
    }
}
