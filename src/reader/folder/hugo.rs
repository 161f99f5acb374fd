//! Hugo's `_index.md`: the `cascade` of its front matter, a table, or a list of tables with a target each.

use super::{Reading, fault, glob};
use crate::article::FolderDefault;
use crate::reader::findings::{Fault, Findings};
use crate::reader::front_matter::{self, Table, Value, lookup};

/// What it cascades, in the order in which it counts: Hugo lets the first that concerns a page decide.
pub(super) fn read(reading: Reading<'_>, text: &str, findings: &mut Findings<'_>) -> Result<Vec<FolderDefault>, Fault> {
    let split = front_matter::split(text)?;
    let Some(block) = &split.block else { return Ok(Vec::new()) };
    let table = front_matter::parse(block)?;
    let Some(cascade) = lookup(&table, "cascade") else { return Ok(Vec::new()) };
    match &cascade.value {
        Value::Table(table) => Ok(one(reading, table, findings).into_iter().collect()),
        Value::List(items) => Ok(items
            .iter()
            .filter_map(|item| match &item.value {
                Value::Table(table) => one(reading, table, findings),
                _ => None,
            })
            .collect()),
        Value::Null => Ok(Vec::new()),
        Value::Flag(_) | Value::Number(_) | Value::Text(_) => {
            Err(fault(cascade.place, "'cascade' is neither a table nor a list of tables".to_owned(), "write keys below it"))
        }
    }
}

fn one(reading: Reading<'_>, table: &Table<'_>, findings: &mut Findings<'_>) -> Option<FolderDefault> {
    let target = ["_target", "target"].into_iter().find_map(|key| match &lookup(table, key)?.value {
        Value::Table(target) => Some(target),
        _ => None,
    });
    let values: Table<'_> =
        table.iter().filter(|(key, _)| !matches!(key.as_ref(), "_target" | "target" | "_build" | "build")).cloned().collect();
    let mut default = FolderDefault::of(reading.quiet_preset(&values));
    let Some(target) = target else { return Some(default).filter(|default| !default.preset.is_empty()) };
    let said = |key: &str| lookup(target, key).and_then(|node| node.value.scalar());
    // Articles are what Hugo calls pages, and what is published is its production.
    if said("kind").is_some_and(|kind| !matches_word(kind, "page"))
        || said("environment").is_some_and(|name| !matches_word(name, "production"))
    {
        return None;
    }
    default.language = said("lang").map(str::to_owned);
    if let Some(node) = lookup(target, "path")
        && let Some(pattern) = node.value.scalar()
    {
        default.only = globs(pattern);
        if default.only.is_empty() {
            findings.warn(
                node.place,
                "cascade-path",
                format!("'{pattern}' is no glob; what it is for was left out"),
                "write, for example, /posts/**",
            );
            return None;
        }
    }
    Some(default).filter(|default| !default.preset.is_empty())
}

/// A word, or a glob of words such as `{page,section}`.
fn matches_word(pattern: &str, word: &str) -> bool {
    glob(pattern).is_some_and(|glob| glob.compile_matcher().is_match(word))
}

/// Hugo matches the page's path without extension, from the content folder on, with a slash before it.
fn globs(pattern: &str) -> Vec<globset::Glob> {
    let relative = pattern.trim().replace("{/", "{").replace(",/", ",");
    let relative = relative.trim_start_matches('/');
    if relative.ends_with("**") {
        return glob(relative).into_iter().collect();
    }
    let forms = [relative.to_owned(), format!("{relative}.*"), format!("{relative}/index.*")];
    forms.iter().filter_map(|form| glob(form)).collect()
}
