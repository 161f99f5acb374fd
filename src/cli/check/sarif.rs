//! SARIF 2.1.0 (OASIS), for code scanning. Section numbers are those of the standard.

use std::io::{self, Write};
use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::format::{Report, Shown};
use crate::diagnostic::RULES;

/// What a path may hold in a URI besides letters and digits (RFC 3986 section 3.3), without the colon, which would make its first
/// part a scheme.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

pub(super) fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let rules: Vec<Value> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.name,
                "shortDescription": { "text": rule.finds },
                "defaultConfiguration": { "level": rule.severity.to_string() },
            })
        })
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "newswire",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            // Columns count characters, not UTF-16 units (3.14.27).
            "columnKind": "unicodeCodePoints",
            "results": report.findings.iter().map(result).collect::<Vec<_>>(),
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn result(shown: &Shown) -> Value {
    let finding = &shown.finding;
    let mut result = json!({
        "ruleId": finding.rule,
        "level": finding.severity.to_string(),
        "message": { "text": shown.said() },
    });
    if let Some(at) = RULES.iter().position(|rule| rule.name == finding.rule) {
        result["ruleIndex"] = at.into();
    }
    if let Some(file) = &shown.file {
        result["locations"] = json!([{ "physicalLocation": {
            "artifactLocation": { "uri": uri(file) },
            "region": { "startLine": finding.line, "startColumn": finding.column },
        } }]);
    }
    result
}

/// A file's URI: relative where its path is (3.4.3).
fn uri(file: &str) -> String {
    let encoded = utf8_percent_encode(file.strip_prefix("./").unwrap_or(file), PATH).to_string();
    if Path::new(file).is_absolute() { format!("file://{encoded}") } else { encoded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_encoded() {
        assert_eq!(uri("./articles/a b:ü%.md"), "articles/a%20b%3A%C3%BC%25.md");
        assert_eq!(uri("/srv/a.md"), "file:///srv/a.md");
    }
}
