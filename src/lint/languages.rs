//! Feeds whose articles are in several languages, though a feed says one.

use std::collections::BTreeMap;

use super::Finding;
use crate::article::{FeedName, SourcePath};
use crate::diagnostic::Severity;

/// What languages each feed's articles are in: how many are in each, and the first of them.
#[derive(Debug, Default)]
pub struct Languages(BTreeMap<FeedName, BTreeMap<String, (usize, SourcePath)>>);

impl Languages {
    /// Counts an article in a feed. `en` and `en-GB` are one language.
    pub fn count(&mut self, feed: &FeedName, language: &str, path: &SourcePath) {
        let primary = language.split('-').next().unwrap_or(language).to_ascii_lowercase();
        let seen = self.0.entry(feed.clone()).or_default();
        seen.entry(primary).and_modify(|(count, _)| *count += 1).or_insert_with(|| (1, path.clone()));
    }

    /// One finding for each feed with several, at the first article in the rarest of them.
    pub fn findings(&self) -> Vec<Finding> {
        let several = self.0.iter().filter(|(_, languages)| languages.len() > 1);
        let finding = |(feed, languages): (&FeedName, &BTreeMap<String, (usize, SourcePath)>)| {
            let (_, first) = languages.values().min_by_key(|(count, _)| *count)?;
            let counts: Vec<String> = languages.iter().map(|(language, (count, _))| format!("{language} ({count})")).collect();
            let message = format!("the feed '{feed}' has articles in several languages: {}", counts.join(", "));
            let remedy = "give each language a feed of its own with `select = { language = \"…\" }`";
            Some(Finding::new(Severity::Note, "several-languages", first, message).mend(remedy))
        };
        several.filter_map(finding).collect()
    }
}
