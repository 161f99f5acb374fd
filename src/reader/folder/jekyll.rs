//! Jekyll's `_config.yml` at the top of the articles folder: its `defaults`, each with a scope and values.

use globset::Glob;

use super::{Reading, fault, glob};
use crate::article::FolderDefault;
use crate::reader::findings::{Fault, Findings};
use crate::reader::front_matter::{self, Block, Format, Table, Value, lookup};

/// What it gives, in the order in which it counts: the longer path first, then the later one.
pub(super) fn read(reading: Reading<'_>, text: &str, findings: &mut Findings<'_>) -> Result<Vec<FolderDefault>, Fault> {
    let table = front_matter::parse(&Block { format: Format::Yaml, source: text, line: 1 })?;
    let Some(defaults) = lookup(&table, "defaults") else { return Ok(Vec::new()) };
    let Value::List(items) = &defaults.value else {
        return Err(fault(defaults.place, "'defaults' is not a list".to_owned(), "write '- scope:' and 'values:' below it"));
    };
    let mut found: Vec<(usize, FolderDefault)> = Vec::new();
    for item in items {
        let Value::Table(item_table) = &item.value else { continue };
        let Some(values) = part(item_table, "values") else { continue };
        let mut default = FolderDefault::of(reading.quiet_preset(values));
        let scope = part(item_table, "scope");
        let said = |key: &str| scope.and_then(|scope| lookup(scope, key)?.value.scalar()).unwrap_or_default();
        let (path, kind) = (said("path").trim_matches('/'), said("type"));
        let folders: Vec<String> = kinds(kind, &mut default.unless);
        default.only = within(path, &folders);
        if default.only.is_empty() && !(path.is_empty() && folders.is_empty()) {
            findings.warn(
                item.place,
                "defaults-scope",
                format!("the scope '{path}' is no path; its values were left out"),
                "correct its path",
            );
            continue;
        }
        if !default.preset.is_empty() {
            found.push((path.len(), default));
        }
    }
    found.reverse();
    found.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
    Ok(found.into_iter().map(|(_, default)| default).collect())
}

fn part<'t, 'a>(table: &'t Table<'a>, key: &str) -> Option<&'t Table<'a>> {
    match &lookup(table, key)?.value {
        Value::Table(table) => Some(table),
        _ => None,
    }
}

/// The folders in which a type of document lies: posts in `_posts`, a collection's in a folder of its name, pages in none of those.
fn kinds(kind: &str, unless: &mut Vec<Glob>) -> Vec<String> {
    match kind {
        "" => Vec::new(),
        "page" | "pages" => {
            unless.extend(glob("{_*,**/_*}/**"));
            Vec::new()
        }
        "post" | "posts" => vec!["_posts".to_owned()],
        "draft" | "drafts" => vec!["_drafts".to_owned()],
        other => vec![format!("_{}", globset::escape(other))],
    }
}

/// Globs for what lies under a path, which may be a glob itself, and in one of these folders.
fn within(path: &str, folders: &[String]) -> Vec<Glob> {
    let mut patterns = Vec::new();
    let wild = path.contains('*');
    let base = if wild { path.to_owned() } else { globset::escape(path) };
    match (path.is_empty(), folders) {
        (true, []) => {}
        (false, []) => patterns.extend([base.clone(), format!("{base}/**")]),
        (true, folders) => {
            for folder in folders {
                patterns.extend([format!("{folder}/**"), format!("**/{folder}/**")]);
            }
        }
        (false, folders) => {
            for folder in folders {
                patterns.extend([format!("{base}/{folder}/**"), format!("{base}/**/{folder}/**"), format!("{folder}/{base}/**")]);
                // A path into the folder itself, such as _posts/world.
                if path.split('/').any(|part| part == folder) {
                    patterns.extend([base.clone(), format!("{base}/**")]);
                }
            }
        }
    }
    patterns.iter().filter_map(|pattern| glob(pattern)).collect()
}
