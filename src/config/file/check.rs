//! `[check]`: rules' weights, profiles and vocabularies. A name that nobody knows is refused, so that no rule is off by a slip.

use std::collections::BTreeMap;

use super::articles::bounded;
use super::findings::Report;
use super::mask::shown;
use super::nearest::nearest;
use super::written::{self, Text, Texts};
use crate::config::{Check, Profile, Weight};
use crate::diagnostic::RULES;

/// What Google asked of a headline's length for years, and many tools still do.
const DEFAULT_HEADLINE_LIMIT: u64 = 110;

pub(super) fn check(written: written::Check, report: &mut Report<'_>) -> Check {
    let mut rules = BTreeMap::new();
    for (name, weight) in written.rules.unwrap_or_default() {
        if let Some(weight) = rule(&name, &weight, report) {
            rules.insert(name.into_inner(), weight);
        }
    }
    let profiles = written.profiles.map(|list| bounded("check.profiles", list, report)).unwrap_or_default();
    let limit = report.number("check.headline_limit", written.headline_limit, DEFAULT_HEADLINE_LIMIT, &(10..=1000));
    Check {
        rules,
        profiles: profiles.iter().filter_map(|name| profile(name, report)).collect(),
        headline_limit: usize::try_from(limit).unwrap_or(usize::MAX),
        tags: words("check.tags", written.tags, report),
        sections: words("check.sections", written.sections, report),
    }
}

fn rule(name: &Text, weight: &Text, report: &mut Report<'_>) -> Option<Weight> {
    let known = RULES.iter().any(|rule| rule.name == name.get_ref());
    if !known {
        let message = format!("check.rules: there is no rule '{}'", shown(name.get_ref()));
        let remedy = did_you_mean(name.get_ref(), RULES.iter().map(|rule| rule.name), "docs/check.md lists them all");
        report.refuse(name.span(), message, remedy);
    }
    let understood = Weight::parse(weight.get_ref());
    if understood.is_none() {
        let message = format!("check.rules: '{}' is no severity", shown(weight.get_ref()));
        let remedy = did_you_mean(weight.get_ref(), Weight::WORDS, "write \"off\", \"note\", \"warning\" or \"error\"");
        report.refuse(weight.span(), message, remedy);
    }
    understood.filter(|_| known)
}

fn profile(name: &Text, report: &mut Report<'_>) -> Option<Profile> {
    let known = Profile::parse(name.get_ref());
    if known.is_none() {
        let message = format!("check.profiles: there is no profile '{}'", shown(name.get_ref()));
        let every = Profile::ALL.map(Profile::as_str);
        let remedy = did_you_mean(name.get_ref(), every, &format!("there are: {}", every.join(", ")));
        report.refuse(name.span(), message, remedy);
    }
    known
}

fn words(what: &str, written: Option<Texts>, report: &mut Report<'_>) -> Vec<String> {
    let list = written.map(|list| bounded(what, list, report)).unwrap_or_default();
    list.into_iter().map(|word| word.into_inner().trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

fn did_you_mean<'c>(typed: &str, candidates: impl IntoIterator<Item = &'c str>, otherwise: &str) -> String {
    nearest(typed, candidates).map_or_else(|| otherwise.to_owned(), |near| format!("did you mean '{near}'?"))
}
