//! What one article is asked for: its date, its headline's length, the house's tags and sections, and aggregators' demands.

use super::{Finding, Shown, profile};
use crate::article::{Article, SourcePath};
use crate::config::Config;
use crate::config::file::nearest;
use crate::diagnostic::Severity;
use crate::instant::Instant;

/// What there is to say of an article as rules and folders' defaults leave it.
pub fn article(config: &Config, path: &SourcePath, article: &Article, shown: Shown<'_>, now: Instant) -> Vec<Finding> {
    let check = &config.check;
    let mut found = Vec::new();
    // A notice that an article is gone, or one still being written, is not measured.
    if article.withdrawn.is_some() {
        return found;
    }
    let length = article.headline.chars().count();
    if length > check.headline_limit {
        let message = format!("the headline has {length} characters; at most {} are asked for", check.headline_limit);
        let finding = Finding::new(Severity::Warning, "long-headline", path, message).at(&article.headline);
        found.push(finding.mend("shorten it, or raise `headline_limit` under [check]"));
    }
    if !article.draft {
        found.extend(date(path, article, now));
    }
    for tag in &article.tags {
        found.extend(vocabulary("unknown-tag", "tag", "tags", path, tag, &check.tags));
    }
    if let Some(section) = &article.section {
        found.extend(vocabulary("unknown-section", "section", "sections", path, section, &check.sections));
    }
    if !article.draft {
        found.extend(profile::demands(config, path, article, shown, now));
    }
    found
}

fn date(path: &SourcePath, article: &Article, now: Instant) -> Option<Finding> {
    match (article.published, article.embargo) {
        (None, None) => {
            let message = "it has no date: it counts as published when its file is first seen";
            Some(Finding::new(Severity::Note, "no-date", path, message).mend("give its date, as in `date: 2026-11-24T10:00:00Z`"))
        }
        (Some(date), None) if date.at > now => {
            let message = format!("its date, {}, is to come: it is held until then", date.at.rfc3339());
            let finding = Finding::new(Severity::Note, "future-date", path, message).at("date");
            Some(finding.mend("correct the date; if it is meant to be held, say so by `embargo`"))
        }
        (Some(_), _) | (None, Some(_)) => None,
    }
}

fn vocabulary(rule: &'static str, what: &str, key: &str, path: &SourcePath, word: &str, known: &[String]) -> Option<Finding> {
    let folded = word.to_lowercase();
    if known.is_empty() || known.iter().any(|one| one.to_lowercase() == folded) {
        return None;
    }
    let remedy = match nearest(word, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("use one that there is, or add it to `{key}` under [check]"),
    };
    Some(Finding::new(Severity::Warning, rule, path, format!("there is no {what} '{word}'")).at(word).mend(remedy))
}
