//! `[[rule]]`: what is done to articles as they come in.

use toml::Spanned;

use super::articles::bounded;
use super::feeds::Named;
use super::findings::Report;
use super::mask::shown;
use super::selection::{Purpose, pattern, selection};
use super::site::language;
use super::written::{self, Text, Texts};
use crate::article::{FeedName, Person, Preset};
use crate::config::{Replacement, Rule, Selection};

/// Most rules of one file: every article is held against each.
const MOST_RULES: usize = 500;
/// Most replacements of one rule.
const MOST_REPLACEMENTS: usize = 50;
/// Longest replacement, in bytes.
const LONGEST_REPLACEMENT: usize = 500;
/// Words of front matter's `priority`, and IPTC's urgencies, with whether they mean breaking news.
const PRIORITIES: [(&str, bool); 17] = [
    ("breaking", true),
    ("urgent", true),
    ("flash", true),
    ("bulletin", true),
    ("alert", true),
    ("1", true),
    ("2", true),
    ("normal", false),
    ("routine", false),
    ("low", false),
    ("3", false),
    ("4", false),
    ("5", false),
    ("6", false),
    ("7", false),
    ("8", false),
    ("9", false),
];

/// The rules in their order. Feeds that could not be understood are not held against them.
pub(super) fn rules(written: Option<Vec<Spanned<written::Rule>>>, feeds: &Named, broken_feeds: bool, report: &mut Report<'_>) -> Vec<Rule> {
    let written = written.unwrap_or_default();
    if let Some(first) = written.get(MOST_RULES) {
        report.refuse(first.span(), format!("there are more than {MOST_RULES} rules"), "put several conditions into one, with 'any'");
    }
    let known = (!broken_feeds).then_some(feeds);
    written.into_iter().take(MOST_RULES).enumerate().filter_map(|(at, rule)| one(at + 1, rule, known, report)).collect()
}

fn one(number: usize, written: Spanned<written::Rule>, feeds: Option<&Named>, report: &mut Report<'_>) -> Option<Rule> {
    let span = written.span();
    let before = report.refused();
    let written = written.into_inner();
    let name = report.text("rule.name", written.name).unwrap_or_else(|| format!("rule {number}"));
    let when = match written.when {
        None => Some(Selection::All),
        Some(when) => selection(when, Purpose::Rule, report),
    };
    let rule = Rule {
        name,
        when: when.unwrap_or(Selection::All),
        set: written.set.map(|set| preset("set", set.into_inner(), report)).unwrap_or_default(),
        force: written.force.map(|set| preset("force", set.into_inner(), report)).unwrap_or_default(),
        add_tags: texts("rule.add_tags", written.add_tags, report),
        feeds: named("rule.feeds", written.feeds, feeds, report),
        not_feeds: named("rule.not_feeds", written.not_feeds, feeds, report),
        strip: texts("rule.strip", written.strip, report),
        replace: written.replace.map(|list| replacements(list, report)).unwrap_or_default(),
        cut: texts("rule.cut", written.cut, report),
    };
    if report.refused() > before {
        return None;
    }
    let idle = Rule { name: rule.name.clone(), when: rule.when.clone(), ..nothing() };
    if rule == idle {
        let remedy = "give it one of set, force, add_tags, feeds, not_feeds, strip, replace and cut, or take it out";
        report.refuse(span, format!("'{}' does nothing", shown(&rule.name)), remedy);
        return None;
    }
    if let Some(both) = rule.feeds.iter().find(|name| rule.not_feeds.contains(name)) {
        report.refuse(
            span,
            format!("'{}' both puts articles into '{both}' and keeps them out of it", shown(&rule.name)),
            "take one of them out",
        );
        return None;
    }
    if rule.when.is_impossible() {
        report.warn(span, &format!("'{}' can never match: its conditions rule each other out", shown(&rule.name)));
    }
    Some(rule)
}

fn nothing() -> Rule {
    Rule {
        name: String::new(),
        when: Selection::All,
        set: Preset::default(),
        force: Preset::default(),
        add_tags: Vec::new(),
        feeds: Vec::new(),
        not_feeds: Vec::new(),
        strip: Vec::new(),
        replace: Vec::new(),
        cut: Vec::new(),
    }
}

fn preset(table: &str, written: written::Set, report: &mut Report<'_>) -> Preset {
    let named = |key: &str| format!("{table}.{key}");
    let priority = written.priority.and_then(|written| report.choice("priority", &written, &PRIORITIES));
    Preset {
        section: report.text(&named("section"), written.section),
        tags: texts(&named("tags"), written.tags, report),
        language: written.language.and_then(|tag| language(&named("language"), &tag, report)),
        authors: report.text(&named("author"), written.author).map(|name| Person::named(&name)).into_iter().collect(),
        licence: report.text(&named("licence"), written.licence),
        breaking: written.breaking.or(priority),
        minor: written.minor,
        announce: written.announce,
        draft: written.draft,
        ..Preset::default()
    }
}

/// Texts of one line each.
fn texts(what: &str, written: Option<Texts>, report: &mut Report<'_>) -> Vec<String> {
    let list = written.map(|list| bounded(what, list, report)).unwrap_or_default();
    list.into_iter().filter_map(|text| report.text(&format!("{what}: an entry"), Some(text))).collect()
}

/// Names of feeds that there are.
fn named(what: &str, written: Option<Texts>, feeds: Option<&Named>, report: &mut Report<'_>) -> Vec<FeedName> {
    let list = written.map(|list| bounded(what, list, report)).unwrap_or_default();
    list.into_iter().filter_map(|name| feed(what, &name, feeds?, report)).collect()
}

fn feed(what: &str, written: &Text, feeds: &Named, report: &mut Report<'_>) -> Option<FeedName> {
    let found = feeds.find(written.get_ref());
    if found.is_none() {
        report.refuse(written.span(), format!("{what}: there is no feed '{}'", shown(written.get_ref())), feeds.nearest(written.get_ref()));
    }
    found
}

fn replacements(written: Spanned<Vec<Spanned<written::Replace>>>, report: &mut Report<'_>) -> Vec<Replacement> {
    if written.get_ref().len() > MOST_REPLACEMENTS {
        report.refuse(written.span(), format!("rule.replace has more than {MOST_REPLACEMENTS} entries"), "leave some out");
        return Vec::new();
    }
    written.into_inner().into_iter().filter_map(|written| replacement(written, report)).collect()
}

fn replacement(written: Spanned<written::Replace>, report: &mut Report<'_>) -> Option<Replacement> {
    let span = written.span();
    let written = written.into_inner();
    let Some(expression) = written.pattern else {
        report.refuse(span, "this replacement has no pattern", "write, for example, { pattern = '^Re: ', with = '' }");
        return None;
    };
    let with = written.with.map(Spanned::into_inner).unwrap_or_default();
    if with.len() > LONGEST_REPLACEMENT || with.chars().any(char::is_control) {
        let message = format!("replace.with holds a line break or is longer than {LONGEST_REPLACEMENT} bytes");
        report.refuse(span, message, "a headline is one line");
        return None;
    }
    Some(Replacement { pattern: pattern("replace.pattern", &expression, report)?, with })
}
