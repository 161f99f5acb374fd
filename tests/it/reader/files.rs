//! Reading whole files of any format: fixtures as they are told in snapshots, and what must hold whatever a file holds.

use std::collections::HashSet;
use std::path::Path;

use jiff::tz::TimeZone;
use newswire::article::SourcePath;
use newswire::config::Text;
use newswire::diagnostic::Severity;
use newswire::reader::{Context, Reading, read};
use proptest::prelude::{TestCaseError, prop_assert};
use serde_json::{Value, json};

/// Reads bytes as a file of that name in a site that keeps Paris time.
pub(super) fn read_as(name: &str, bytes: &[u8]) -> Reading {
    let path = SourcePath::new(Path::new(name)).unwrap();
    let zone = TimeZone::get("Europe/Paris").unwrap();
    read(bytes, Context { path: &path, zone: &zone, text: &Text::default() })
}

pub(super) fn fixture(folder: &str, name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder).join(name)).unwrap()
}

/// All that came of a fixture.
pub(super) fn shown(folder: &str, name: &str) -> Value {
    let reading = read_as(name, &fixture(folder, name));
    let articles: Vec<Value> = reading
        .articles
        .iter()
        .map(|piece| json!({ "part": piece.part.as_ref().map(newswire::article::Part::as_str), "article": piece.article }))
        .collect();
    let refused: Vec<&str> = reading.refused.iter().map(newswire::article::Part::as_str).collect();
    json!({ "articles": articles, "refused": refused, "said": said(&reading) })
}

pub(super) fn said(reading: &Reading) -> Vec<String> {
    reading.diagnostics.iter().map(|finding| format!("{} {}: {finding}", finding.severity, finding.rule)).collect()
}

/// What holds of every reading: findings have places in the file, each part is there once, no headline is blank.
pub(super) fn is_consistent(reading: &Reading, bytes: &[u8]) -> Result<(), TestCaseError> {
    // A line may end with CR alone, and UTF-16 has twice the bytes.
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
    for finding in &reading.diagnostics {
        prop_assert!(finding.line >= 1 && finding.line as usize <= lines && finding.column >= 1, "{finding}");
        prop_assert!(!finding.message.is_empty() && (!finding.remedy.is_empty() || finding.severity == Severity::Note), "{finding}");
    }
    let parts: HashSet<_> = reading.articles.iter().map(|piece| piece.part.as_ref()).chain(reading.refused.iter().map(Some)).collect();
    prop_assert!(parts.len() == reading.articles.len() + reading.refused.len(), "a part stands twice");
    prop_assert!(reading.articles.len() < 2 || !parts.contains(&None), "one of several has no part");
    for piece in &reading.articles {
        prop_assert!(!piece.article.headline.trim().is_empty());
    }
    prop_assert!(!reading.emptied || reading.articles.is_empty());
    Ok(())
}

macro_rules! fixtures {
    ($folder:literal: $($test:ident: $file:literal,)*) => {
        $(
            #[test]
            fn $test() {
                insta::assert_json_snapshot!(super::files::shown($folder, $file));
            }
        )*
    };
}
pub(super) use fixtures;
