//! The desk itself: the config's rules, asked about one batch at a time.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::batch::Batch;
use super::decision::Decisions;
use super::house::{FeedsByRule, House};
use super::identity::Making;
use super::known::{Known, Missing};
use super::link::{self, Permalinks, Wanted};
use super::now::Now;
use super::observation::{Observation, Seen};
use super::selection::Selections;
use super::turn::Turn;
use crate::article::{Article, EntryKey, Facts, SourcePath};
use crate::config::Config;
use crate::instant::Instant;

/// The rules of the desk, from the config.
#[derive(Debug)]
pub struct Desk {
    authority: String,
    zone: TimeZone,
    pub(super) links: Permalinks,
    pub(super) selections: Selections,
    pub(super) announce_within: Duration,
    pub(super) removal_grace: Duration,
    pub(super) announce_expiry: bool,
    pub(super) house: Arc<House>,
    language: String,
    author: Option<String>,
}

impl Desk {
    /// The rules of this configuration, without any folder's defaults.
    pub fn new(config: &Config) -> Self {
        Self::of_house(config, Arc::new(House::new(config, Arc::default())))
    }

    /// The rules of this configuration and house.
    pub fn of_house(config: &Config, house: Arc<House>) -> Self {
        Self {
            house,
            authority: link::authority(&config.site.url),
            zone: config.site.timezone.clone(),
            links: Permalinks { site: config.site.url.clone(), pattern: config.articles.link.clone(), zone: config.site.timezone.clone() },
            selections: Selections::new(&config.feed, &config.families),
            announce_within: config.articles.announce_within,
            removal_grace: config.articles.removal_grace,
            announce_expiry: config.articles.announce_expiry,
            language: config.site.language.clone(),
            author: config.site.author.clone(),
        }
    }

    /// The catalogue entries that a batch certainly concerns, and those that it is likely to ask for.
    pub fn keys(&self, observations: &[Observation]) -> Vec<EntryKey> {
        let mut keys = Vec::new();
        for observation in observations {
            match observation {
                Observation::Seen(seen) => {
                    keys.push(EntryKey::Path(seen.path.clone()));
                    keys.push(EntryKey::Vanished(seen.digest));
                    keys.extend(seen.renamed_from.clone().map(EntryKey::Path));
                    keys.extend(self.guesses(seen));
                }
                Observation::Unusable(path) | Observation::Gone(path) => keys.push(EntryKey::Path(path.clone())),
                Observation::Due(id, _) | Observation::Again(id, _) => keys.push(EntryKey::Id(id.clone())),
            }
        }
        keys
    }

    /// A file that was seen, with the article as the house leaves it.
    pub(super) fn edited<'s>(&self, seen: &'s Seen) -> (Cow<'s, Seen>, FeedsByRule) {
        let edited = self.house.edit(&seen.path, &seen.article);
        let same = Arc::ptr_eq(&edited.article, &seen.article);
        let seen = if same { Cow::Borrowed(seen) } else { Cow::Owned(Seen { article: edited.article, ..seen.clone() }) };
        (seen, edited.feeds)
    }

    /// The id and the link that a file would have if it were a new article.
    fn guesses(&self, seen: &Seen) -> Vec<EntryKey> {
        let (seen, _) = self.edited(seen);
        let published = seen.article.published.map_or(seen.first_sight, |date| date.at);
        let id = seen.article.id.clone().unwrap_or_else(|| self.making(published, &seen.path).numbered(1));
        let link = match self.links.wanted(&seen.article, &seen.path, published) {
            Ok(Wanted::Explicit(link) | Wanted::Pattern(link)) => Some(EntryKey::Link(link)),
            Err(_) => None,
        };
        std::iter::once(EntryKey::Id(id)).chain(link).collect()
    }

    /// Decides a batch. In a `baseline` nothing is told.
    ///
    /// On [`Missing`], look the keys up, add them to `known`, which is as it was before this call, and call again.
    pub fn decide(
        &self,
        observations: &[Observation],
        known: &mut Known,
        now: impl Into<Now>,
        baseline: bool,
    ) -> Result<Decisions, Missing> {
        let decided = Turn::new(self, known, now.into(), baseline).decide(Batch::new(observations));
        if decided.is_err() {
            known.undo();
        }
        decided
    }

    pub(super) fn making<'a>(&'a self, published: Instant, path: &'a SourcePath) -> Making<'a> {
        Making { authority: &self.authority, zone: &self.zone, published, path }
    }

    pub(super) fn facts(&self, article: &Article) -> Facts {
        let mut authors: Vec<String> = article.authors.iter().map(|author| author.name.clone()).collect();
        if authors.is_empty() {
            authors.extend(self.author.clone());
        }
        Facts {
            headline: article.headline.clone(),
            authors,
            section: article.section.clone(),
            tags: article.tags.clone(),
            language: Some(article.language.clone().unwrap_or_else(|| self.language.clone())),
            breaking: article.breaking,
            comments: article.particulars.discussion.as_ref().and_then(|discussion| discussion.count),
            version: article.version,
        }
    }
}
