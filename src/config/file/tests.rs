//! The table of keys and the structs that serde fills say the same.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Bases, Document};
use crate::config::key::KEYS;

/// What serde knows in a table, from its own error about a key that it does not know.
fn known(text: &str) -> BTreeSet<String> {
    let error = toml::from_str::<super::written::File>(text).err().unwrap();
    let (_, list) = error.message().rsplit_once("expected ").unwrap();
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn keys_and_structs_agree() {
    let mut tables = BTreeSet::new();
    for (table, text) in [
        ("site", "[site]\nx-x = 1"),
        ("articles", "[articles]\nx-x = 1"),
        ("feeds", "[feeds]\nx-x = 1"),
        ("feed", "[[feed]]\nx-x = 1"),
        ("select", "[[feed]]\nselect = { x-x = 1 }"),
        ("podcast", "[[feed]]\npodcast = { x-x = 1 }"),
        ("rule", "[[rule]]\nx-x = 1"),
        ("set", "[[rule]]\nset = { x-x = 1 }"),
        ("set", "[[rule]]\nforce = { x-x = 1 }"),
        ("select", "[[rule]]\nwhen = { x-x = 1 }"),
        ("replace", "[[rule]]\nreplace = [{ x-x = 1 }]"),
        ("server", "[server]\nx-x = 1"),
        ("tls", "[tls]\nx-x = 1"),
        ("access_log", "[access_log]\nx-x = 1"),
        ("limits", "[limits]\nx-x = 1"),
        ("sitemap", "[sitemap]\nx-x = 1"),
        ("indexnow", "[indexnow]\nx-x = 1"),
        ("ledger", "[ledger]\nx-x = 1"),
        ("delivery", "[delivery]\nx-x = 1"),
        ("webhook", "[[webhook]]\nx-x = 1"),
        ("secret", "[[webhook]]\nsecret = { x-x = 1 }"),
        ("text", "[text]\nx-x = 1"),
        ("html", "[html]\nx-x = 1"),
        ("rsl", "[rsl]\nx-x = 1"),
        ("check", "[check]\nx-x = 1"),
        ("theme", "[theme]\nx-x = 1"),
    ] {
        let listed: BTreeSet<String> = KEYS.iter().filter(|key| key.table == table).map(|key| key.name.to_owned()).collect();
        assert_eq!(known(text), listed, "[{table}]");
        tables.insert(table.to_owned());
    }
    assert_eq!(KEYS.iter().map(|key| key.table.to_owned()).collect::<BTreeSet<_>>(), tables);
    for inner in ["select", "podcast", "set", "replace", "secret"] {
        tables.remove(inner);
    }
    assert_eq!(known("x-x = 1"), tables);
}

#[test]
fn many_findings_are_counted() {
    let text = "[[webhook]]\n".repeat(10_000);
    let document = Document::parse("n.toml", &text).unwrap();
    let bases = Bases { file: Path::new("/c"), working: Path::new("/w") };
    let error = document.understand(bases, &|_| Err(String::new())).unwrap_err().to_string();
    assert_eq!(error.matches("\nn.toml:").count() + 1, 20);
    assert!(error.ends_with("… and 29980 more"), "{error}");
}
