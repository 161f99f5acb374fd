//! Feeds that are no longer published, and what stands in their place.

use url::Url;

use super::{FamilyName, Format};
use crate::article::FeedName;

/// `[[feed]]` with `retired`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retired {
    /// What is retired.
    pub name: RetiredName,
    /// Where its subscribers are sent; nowhere: it is gone.
    pub to: Option<Successor>,
}

/// What is retired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RetiredName {
    /// One feed.
    Feed(FeedName),
    /// A family of them.
    Family(FamilyName),
}

/// What stands in the place of a retired feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Successor {
    /// Another feed, in the same format where it is written.
    Feed(FeedName),
    /// For each feed of a family the one of another with the same value.
    Family(FamilyName),
    /// A URL elsewhere; `{format}` in it stands for the ending.
    Elsewhere(String),
}

/// Where somebody who asks for a retired feed is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Onward {
    /// To this feed here.
    Feed(FeedName),
    /// To this URL.
    Url(Url),
    /// Nowhere.
    Gone,
}

impl Retired {
    /// What became of a feed of this name, asked for in a format; nothing where it is another.
    pub fn onward(&self, name: &FeedName, format: Format) -> Option<Onward> {
        let family = match &self.name {
            RetiredName::Feed(own) if own == name => None,
            RetiredName::Family(family) if family.label_in(name.as_str()).is_some() => Some(family),
            RetiredName::Feed(_) | RetiredName::Family(_) => return None,
        };
        Some(match &self.to {
            None => Onward::Gone,
            Some(Successor::Feed(to)) => Onward::Feed(to.clone()),
            Some(Successor::Family(to)) => {
                family.and_then(|family| to.in_place_of(family, name.as_str())).map_or(Onward::Gone, Onward::Feed)
            }
            Some(Successor::Elsewhere(text)) => successor_url(text, format).map_or(Onward::Gone, Onward::Url),
        })
    }

    /// Whether it is this feed that is retired.
    pub fn is_of(&self, name: &FeedName) -> bool {
        match &self.name {
            RetiredName::Feed(own) => own == name,
            RetiredName::Family(family) => family.label_in(name.as_str()).is_some(),
        }
    }
}

/// A successor's URL in a format.
pub(super) fn successor_url(text: &str, format: Format) -> Option<Url> {
    let url = Url::parse(&text.replace("{format}", format.extension())).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty() && url.password().is_none()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_followed_value_by_value() {
        let retired = Retired {
            name: RetiredName::Family(FamilyName::parse("tag/{tag}").unwrap()),
            to: Some(Successor::Family(FamilyName::parse("topic/{tag}").unwrap())),
        };
        let name = |text| FeedName::parse(text).unwrap();
        assert_eq!(retired.onward(&name("tag/europe"), Format::Rss), Some(Onward::Feed(name("topic/europe"))));
        assert_eq!(retired.onward(&name("all"), Format::Rss), None);
        let elsewhere = Retired {
            name: RetiredName::Feed(name("all")),
            to: Some(Successor::Elsewhere("https://example.net/feed.{format}".to_owned())),
        };
        let url = Url::parse("https://example.net/feed.atom").unwrap();
        assert_eq!(elsewhere.onward(&name("all"), Format::Atom), Some(Onward::Url(url)));
        assert_eq!(successor_url("javascript:alert(1)", Format::Rss), None);
    }
}
