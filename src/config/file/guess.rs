//! What an error may show of a file that could not be parsed: its lines are judged by their looks, and hidden when in doubt.

use std::ops::Range;

use super::mask::{PLAIN_OF_WEBHOOK, PLAIN_TABLES, resembles_secret};
use super::nearest::nearest;
use crate::config::key::KEYS;

/// What a line looks like.
enum Look<'l> {
    /// `[table]`, by the table's name.
    Header(&'l str),
    /// `key = value`, by its key and value.
    Pair(&'l str, &'l str),
    /// Something that begins with a bracket but is no header that we know: what follows may belong to anything.
    Bracket,
    /// What goes on from the line before.
    Rest,
}

/// What must be hidden of the line at `line`: usually nothing, or all behind its `=`.
pub(super) fn hidden(text: &str, line: Range<usize>) -> Option<Range<usize>> {
    let mut table = Some("");
    let mut plain = false;
    let mut after_secret = false;
    let mut strings_over_lines = false;
    for earlier in text[..line.end].split_inclusive('\n') {
        strings_over_lines |= earlier.contains("\"\"\"") || earlier.contains("\'\'\'");
        match look(earlier.trim()) {
            Look::Header(name) => (table, plain, after_secret) = (Some(name), false, false),
            Look::Bracket => (table, plain) = (None, false),
            // Within a secret's list, `key =` may be another secret and its padding.
            Look::Pair(key, _) if after_secret && !is_known(key) => {}
            Look::Pair(key, value) => {
                plain = table.is_some_and(|table| is_plain(table, key, value));
                after_secret |= !plain;
            }
            Look::Rest => {}
        }
    }
    let written = &text[line.clone()];
    let shown = match look(written.trim()) {
        // A text over several lines can look like anything.
        _ if strings_over_lines => 0,
        Look::Header(_) => return None,
        // The site's own addresses are public; any other may be a webhook's in the wrong place.
        Look::Pair(..) | Look::Rest if plain => match written.find("://") {
            Some(at) if !matches!(table, Some("site" | "feeds")) => at + 3,
            _ => return None,
        },
        Look::Pair(key, _) if is_known(key) => written.find('=').map_or(0, |at| at + 1),
        Look::Pair(..) | Look::Bracket | Look::Rest => 0,
    };
    let space = written[shown..].len() - written[shown..].trim_start().len();
    let hidden = line.start + shown + space..line.end;
    (!hidden.is_empty()).then_some(hidden)
}

fn look(line: &str) -> Look<'_> {
    let is_name =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b' '));
    if line.starts_with('[') {
        let name = line.split('#').next().unwrap_or_default().trim().trim_start_matches('[').trim_end_matches(']').trim();
        let first = name.split('.').next().unwrap_or_default().trim();
        let tables = KEYS.iter().map(|key| key.table);
        return if is_name(name) && nearest(first, tables).is_some() { Look::Header(first) } else { Look::Bracket };
    }
    match line.split_once('=') {
        Some((key, value)) if is_name(key.trim().trim_matches(['"', '\''])) => Look::Pair(key.trim().trim_matches(['"', '\'']), value),
        _ => Look::Rest,
    }
}

/// Whether what stands behind this key is fit to be shown.
fn is_plain(table: &str, key: &str, value: &str) -> bool {
    let first = key.split('.').next().unwrap_or_default().trim();
    let known = match table {
        "" => PLAIN_TABLES.contains(&first),
        "webhook" => PLAIN_OF_WEBHOOK.contains(&first) && !value.contains('='),
        "ledger" => first == "path",
        table => PLAIN_TABLES.contains(&table),
    };
    known && !resembles_secret(key) && !resembles_secret(value)
}

/// Whether a key is one of ours, or nearly; what is not may be a secret that ends in `=`.
fn is_known(key: &str) -> bool {
    key.split('.').all(|part| {
        let part = part.trim();
        resembles_secret(part) || nearest(part, KEYS.iter().flat_map(|key| [key.name, key.table])).is_some()
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn broken_files_are_judged_by_their_looks() {
        let hidden = |text: &str, line: &str| {
            let start = text.find(line).unwrap();
            super::hidden(text, start..start + line.len()).map(|range| text[range].to_owned())
        };
        assert_eq!(hidden("[site]\ntitle = \"a\nurl = 5", "title = \"a"), None);
        assert_eq!(hidden("[[webhook]]\nsecret = \"hunter2\nname = 'a'", "secret = \"hunter2"), Some("\"hunter2".into()));
        assert_eq!(hidden("[[webhook]]\nname = 'a", "name = 'a"), None);
        assert_eq!(hidden("[[webhook]]\nsecret = [\n 'hunter2'\n 'x']", " 'hunter2'"), Some("'hunter2'".into()));
        assert_eq!(hidden("[[webhook]]\nsecret = '''\nname = hunter2", "name = hunter2"), Some("name = hunter2".into()));
        assert_eq!(hidden("webhook = [{secret = 'hunter2", "webhook = [{secret = 'hunter2"), Some("[{secret = 'hunter2".into()));
        assert_eq!(hidden("secret = 'hunter2", "secret = 'hunter2"), Some("'hunter2".into()));
        assert_eq!(hidden("[[webhook]] # a = b\nurl = 'https://h/hunter2", "url = 'https://h/hunter2"), Some("'https://h/hunter2".into()));
        assert_eq!(hidden("[[webhook]]\nsecret = [\n\"hunter2==\" 5", "\"hunter2==\" 5"), Some("\"hunter2==\" 5".into()));
        assert_eq!(hidden("[[webhook]]\nsecret = [\nhunter2==", "hunter2=="), Some("hunter2==".into()));
        assert_eq!(hidden("[[webhook]]\nsecret = [\n['hunter2' 5", "['hunter2' 5"), Some("['hunter2' 5".into()));
        assert_eq!(hidden("[[webhook]]\nsecret = [\n[hunter2", "[hunter2"), Some("[hunter2".into()));
        assert_eq!(hidden("[delivery]\nsecret = [\n\"hunter2==\" 5", "\"hunter2==\" 5"), Some("\"hunter2==\" 5".into()));
        assert_eq!(hidden("[site]\n[\"webhook\"]\nname = 'hunter2", "name = 'hunter2"), Some("'hunter2".into()));
        assert_eq!(hidden("[site", "[site"), None);
        assert_eq!(hidden("hunter2", "hunter2"), Some("hunter2".into()));
        assert_eq!(hidden("[delivery]\nurl = 'https://h/hunter2", "url = 'https://h/hunter2"), Some("h/hunter2".into()));
        assert_eq!(hidden("[site]\nurl = 'https://h/", "url = 'https://h/"), None);
        assert_eq!(hidden("[[feed]]\nselect = { tag = 'a' ", "select = { tag = 'a' "), None);
    }
}
