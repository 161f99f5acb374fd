//! Environment variables that override keys: `NEWSWIRE_SECTION__KEY`.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::Surroundings;
use crate::config::file::{Document, Origin, nearest};
use crate::config::key::{KEYS, Key};

const PREFIX: &str = "NEWSWIRE_";

/// Lays the environment's variables over the document. Those whose names are in `secrets` are not overrides, nor are those that are
/// empty, as compose files hand them on when they were never set. Returns warnings.
pub(super) fn apply<'a>(document: &mut Document<'a>, surroundings: &'a Surroundings, secrets: &BTreeSet<String>) -> Vec<String> {
    let mut warnings = Vec::new();
    let known: Vec<(String, &'static Key)> = KEYS.iter().filter_map(|key| Some((key.variable()?, key))).collect();
    for (name, value) in &surroundings.env {
        let Some(rest) = name.strip_prefix(PREFIX) else { continue };
        if secrets.contains(name) || value.is_empty() {
            continue;
        }
        let Some((table, _)) = rest.split_once("__") else {
            if let Some((meant, _)) = known.iter().find(|(variable, _)| variable.replace("__", "_") == *name) {
                warnings.push(format!("{name}: is ignored; the variable for that setting is {meant}, with two underscores"));
            }
            continue;
        };
        let origin = Origin::Variable(name.clone());
        match (known.iter().find(|(variable, _)| variable == name), value.to_str()) {
            (Some((_, key)), Some(text)) => document.set(key, text, origin),
            (Some(_), None) => document.fault(origin, "its value is not UTF-8 text", "set it to UTF-8 text, or unset it"),
            (None, _) if matches!(table, "FEED" | "WEBHOOK") => {
                let message = format!("[[{}]] cannot be set by environment variables: there can be several", table.to_lowercase());
                document.fault(origin, message, "write it into the config file, and unset the variable");
            }
            (None, _) => {
                let remedy = match nearest(name, known.iter().map(|(variable, _)| variable.as_str())) {
                    Some(near) => format!("did you mean {near}?"),
                    None => of_table(table, &known).into_owned(),
                };
                document.fault(origin, "there is no setting of this name", remedy);
            }
        }
    }
    warnings
}

fn of_table(table: &str, known: &[(String, &'static Key)]) -> Cow<'static, str> {
    let names: Vec<&str> =
        known.iter().filter(|(_, key)| key.table.eq_ignore_ascii_case(table)).map(|(variable, _)| variable.as_str()).collect();
    if names.is_empty() {
        "unset it; the settings are listed in docs/configuration.md".into()
    } else {
        format!("known are {}", names.join(", ")).into()
    }
}
