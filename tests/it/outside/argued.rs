//! What docs/feeds.md says of validators: which remarks stay and why, and which rules are held.

use std::collections::BTreeSet;

/// The rows of the table under a heading of docs/feeds.md, cell by cell.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/feeds.md")).unwrap();
    let after = text.lines().skip_while(|line| *line != heading).skip(1).take_while(|line| !line.starts_with('#'));
    let rows: Vec<Vec<String>> = after
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect())
        .collect();
    assert!(!rows.is_empty(), "docs/feeds.md has no table under '{heading}'");
    rows
}

/// The names in the first column of that table, without their quotes.
pub(super) fn names(heading: &str) -> BTreeSet<String> {
    let rows = rows(heading);
    assert!(rows.iter().all(|cells| cells.last().unwrap().len() > 20), "every remark that stays has its reason: {rows:?}");
    rows.iter().map(|cells| cells[0].trim_matches('`').to_owned()).collect()
}

/// Every name in code quotes in the first column of that table: a row may have several.
pub(super) fn all_names(heading: &str) -> BTreeSet<String> {
    rows(heading).iter().flat_map(|cells| cells[0].split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()).collect()
}
