//! `[articles]` and `[text]`: where articles come from and how they are read.

use std::time::Duration;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use super::findings::Report;
use super::link_pattern;
use super::mask::shown;
use super::paths::Bases;
use super::written::{self, Text, Texts};
use crate::config::{Articles, Text as TextRules, Watch};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const WATCHES: [(&str, Watch); 3] = [("auto", Watch::Auto), ("events", Watch::Events), ("poll", Watch::Poll)];
/// Most entries of a list of rules.
const MOST_RULES: usize = 500;

pub(super) fn articles(written: written::Articles, bases: Bases<'_>, report: &mut Report<'_>) -> Articles {
    let ignore_patterns = written.ignore.iter().flat_map(toml::Spanned::get_ref).map(|glob| glob.get_ref().clone()).collect();
    Articles {
        ignore_patterns,
        path: bases.resolve(report, "articles.path", written.path.as_ref(), "articles"),
        ignore: written.ignore.map_or_else(GlobSet::empty, |globs| ignore(globs, report)),
        link: written.link.and_then(|written| link(&written, report)).unwrap_or_else(|| "articles/{slug}".to_owned()),
        settle: report.duration("articles.settle", written.settle, Duration::ZERO, &(Duration::ZERO..=HOUR)),
        announce_within: report.duration("articles.announce_within", written.announce_within, 7 * DAY, &(Duration::ZERO..=36_500 * DAY)),
        removal_grace: report.duration(
            "articles.removal_grace",
            written.removal_grace,
            Duration::from_secs(3),
            &(Duration::ZERO..=24 * HOUR),
        ),
        announce_expiry: written.announce_expiry.unwrap_or(false),
        max_size: report.size("articles.max_size", written.max_size, 1_000_000, &(1000..=1_000_000_000)),
        watch: written.watch.and_then(|written| report.choice("articles.watch", &written, &WATCHES)).unwrap_or(Watch::Auto),
        poll_interval: report.duration(
            "articles.poll_interval",
            written.poll_interval,
            Duration::from_secs(2),
            &(Duration::from_millis(100)..=HOUR),
        ),
        audit_interval: report.duration("articles.audit_interval", written.audit_interval, HOUR, &(Duration::ZERO..=30 * DAY)),
        follow_links_outside: written.follow_links_outside.unwrap_or(false),
        max_media_size: report.size("articles.max_media_size", written.max_media_size, 100_000_000, &(1000..=10_000_000_000)),
    }
}

fn link(written: &Text, report: &mut Report<'_>) -> Option<String> {
    let pattern = written.get_ref().trim();
    match link_pattern::problem(pattern) {
        None => Some(pattern.to_owned()),
        Some((problem, remedy)) => {
            report.refuse(written.span(), format!("articles.link {problem}"), remedy);
            None
        }
    }
}

fn ignore(written: Texts, report: &mut Report<'_>) -> GlobSet {
    let span = written.span();
    let mut set = GlobSetBuilder::new();
    for pattern in bounded("articles.ignore", written, report) {
        if let Some(glob) = glob("articles.ignore", &pattern, report) {
            set.add(glob);
        }
    }
    set.build().unwrap_or_else(|error| {
        report.refuse(span, format!("articles.ignore: {}", error.kind()), "use fewer or simpler globs");
        GlobSet::empty()
    })
}

/// A glob over paths relative to the articles folder; `*` does not cross a slash, `**` does.
pub(super) fn glob(what: &str, written: &Text, report: &mut Report<'_>) -> Option<Glob> {
    let text = written.get_ref();
    if text.trim().is_empty() || text.len() > 500 {
        report.refuse(written.span(), format!("{what}: a glob is empty or longer than 500 bytes"), "write, for example, \"drafts/**\"");
        return None;
    }
    if text.starts_with('/') || text.starts_with("./") || text.starts_with("../") {
        let message = format!("{what}: '{}' matches nothing: globs are relative to the articles folder", shown(text));
        report.refuse(written.span(), message, "begin with the name of a file or folder in it, or with \"**/\"");
        return None;
    }
    let built = GlobBuilder::new(text).literal_separator(true).build();
    let compiled = built.and_then(|glob| GlobSet::builder().add(glob.clone()).build().map(|_| glob));
    compiled
        .map_err(|error| {
            let message = format!("{what}: '{}' is not a glob: {}", shown(text), error.kind());
            report.refuse(written.span(), message, "write, for example, \"drafts/**\" or \"**/*.bak.md\"");
        })
        .ok()
}

pub(super) fn text(written: written::TextRules, report: &mut Report<'_>) -> TextRules {
    let rules = written.furniture.map(|rules| bounded("text.furniture", rules, report)).unwrap_or_default();
    TextRules { furniture: rules.into_iter().filter_map(|rule| report.text("text.furniture: a rule", Some(rule))).collect() }
}

/// A list's entries, if there are not too many.
pub(super) fn bounded(what: &str, written: Texts, report: &mut Report<'_>) -> Vec<Text> {
    if written.get_ref().len() > MOST_RULES {
        report.refuse(written.span(), format!("{what} has more than {MOST_RULES} entries"), "leave some out");
        return Vec::new();
    }
    written.into_inner()
}
