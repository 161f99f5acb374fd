//! `select = { … }` and `when = { … }`: which articles a feed has, and which a rule is for.

use std::collections::BTreeMap;

use toml::Spanned;

use super::articles::glob;
use super::findings::Report;
use super::mask::shown;
use super::site::language;
use super::written::{Scalar, Select};
use crate::config::{Pattern, Selection};

/// How deep selections may lie in each other.
const DEEPEST: usize = 8;

/// Most keys of front matter that one selection looks at.
const MOST_KEYS: usize = 50;

/// What is selected for, and under which key: what each can look at differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A feed's `select`: what the catalogue keeps of an article.
    Feed,
    /// A rule's `when`: all of the article.
    Rule,
}

impl Purpose {
    const fn key(self) -> &'static str {
        match self {
            Self::Feed => "select",
            Self::Rule => "when",
        }
    }
}

/// Several keys in one table mean all of them. `None` where something was reported.
pub(super) fn selection(written: Spanned<Select>, purpose: Purpose, report: &mut Report<'_>) -> Option<Selection> {
    at_depth(written, purpose, DEEPEST, report)
}

fn at_depth(written: Spanned<Select>, purpose: Purpose, depth: usize, report: &mut Report<'_>) -> Option<Selection> {
    let named = |key: &str| format!("{}.{key}", purpose.key());
    let span = written.span();
    let Some(below) = depth.checked_sub(1) else {
        report.refuse(span, format!("selections lie in each other more than {DEEPEST} deep"), "write them flatter");
        return None;
    };
    let before = report.refused();
    let written = written.into_inner();
    let mut parts = Vec::new();
    parts.extend(written.breaking.map(Selection::Breaking));
    parts.extend(report.text(&named("section"), written.section).map(Selection::Section));
    parts.extend(report.text(&named("tag"), written.tag).map(Selection::Tag));
    parts.extend(report.text(&named("author"), written.author).map(Selection::Author));
    parts.extend(written.language.and_then(|tag| language(&named("language"), &tag, report)).map(Selection::Language));
    parts.extend(written.path.and_then(|path| glob(&named("path"), &path, report)).map(Selection::Path));
    parts.extend(report.text(&named("headline"), written.headline).map(Selection::Headline));
    parts.extend(
        written.headline_matches.and_then(|text| pattern(&named("headline_matches"), &text, report)).map(Selection::HeadlineMatches),
    );
    parts.extend(written.keys.into_iter().flat_map(|keys| of_keys(keys, purpose, report)));
    parts.extend(written.any.and_then(|list| several("any", list, purpose, below, report)).map(Selection::Any));
    // What holds for all of a list, and for all keys of a table, is one and the same.
    parts.extend(written.all.and_then(|list| several("all", list, purpose, below, report)).into_iter().flatten());
    parts.extend(written.not.and_then(|inner| at_depth(*inner, purpose, below, report)).map(|inner| Selection::Not(Box::new(inner))));
    if report.refused() > before {
        return None;
    }
    match parts.len() {
        0 => {
            report.refuse(span, "this selection is empty", format!("leave '{}' out to have every article", purpose.key()));
            None
        }
        1 => parts.pop(),
        _ => Some(Selection::Every(parts)),
    }
}

/// A regular expression.
pub(super) fn pattern(what: &str, written: &super::written::Text, report: &mut Report<'_>) -> Option<Pattern> {
    Pattern::parse(written.get_ref())
        .map_err(|error| {
            let message = format!("{what}: '{}' is no regular expression that can be used: {error}", shown(written.get_ref()));
            report.refuse(written.span(), message, "write one as in '^(URGENT|ALERT): ', in single quotes so that backslashes stay");
        })
        .ok()
}

fn of_keys(written: Spanned<BTreeMap<super::written::Text, Scalar>>, purpose: Purpose, report: &mut Report<'_>) -> Vec<Selection> {
    let span = written.span();
    match purpose {
        Purpose::Feed => {
            let remedy = "write a [[rule]] with when = { keys = … } that gives the article a tag, or puts it into the feed by feeds = […]";
            report.refuse(span, "a feed cannot select by further keys of front matter", remedy);
            return Vec::new();
        }
        Purpose::Rule => {}
    }
    let keys = written.into_inner();
    if keys.is_empty() || keys.len() > MOST_KEYS {
        report.refuse(span, format!("when.keys is empty or has more than {MOST_KEYS} keys"), "write, for example, { desk = \"foreign\" }");
        return Vec::new();
    }
    keys.into_iter().map(|(key, value)| Selection::Key(key.into_inner(), value.0)).collect()
}

fn several(
    key: &str,
    list: Spanned<Vec<Spanned<Select>>>,
    purpose: Purpose,
    depth: usize,
    report: &mut Report<'_>,
) -> Option<Vec<Selection>> {
    if list.get_ref().is_empty() {
        let key = format!("{}.{key}", purpose.key());
        report.refuse(list.span(), format!("{key} is an empty list"), "put selections into it, such as { tag = \"europe\" }");
        return None;
    }
    Some(list.into_inner().into_iter().filter_map(|inner| at_depth(inner, purpose, depth, report)).collect())
}
