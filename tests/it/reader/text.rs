//! Plain-text articles in the forms that agencies, press offices and clippings give them; each snapshot was read.

use std::path::Path;

use jiff::tz::TimeZone;
use newswire::article::SourcePath;
use newswire::config::Text;
use newswire::reader::{Context, encoding, text};
use serde_json::{Value, json};

/// Reads one of the fixtures as the dispatcher would.
fn read(name: &str) -> text::Reading {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/text").join(name);
    let bytes = std::fs::read(&file).unwrap();
    let path = SourcePath::new(Path::new(name)).unwrap();
    let zone = TimeZone::get("Europe/Paris").unwrap();
    let rules = Text { furniture: Vec::new() };
    let decoded = encoding::decode(&bytes).unwrap();
    let mut reading = text::read(&decoded.text, Context { path: &path, zone: &zone, text: &rules });
    reading.diagnostics.extend(decoded.note.map(|note| note.diagnostic(&path)));
    reading
}

fn as_json(reading: &text::Reading) -> Value {
    let said: Vec<String> = reading.diagnostics.iter().map(|finding| format!("{} {}: {finding}", finding.severity, finding.rule)).collect();
    json!({ "article": reading.article, "diagnostics": said })
}

macro_rules! fixtures {
    ($($test:ident: $file:literal,)*) => {
        $(
            #[test]
            fn $test() {
                insta::assert_json_snapshot!(as_json(&read($file)));
            }
        )*
    };
}

fixtures! {
    agency_copy_with_a_dateline: "agency-dateline.txt",
    a_header_block: "header-block.txt",
    hard_wrapped_lines: "hard-wrapped.txt",
    one_paragraph_a_line: "line-per-paragraph.txt",
    a_press_release: "press-release.txt",
    an_interview: "interview.txt",
    windows_1252_with_curly_quotes: "windows-1252.txt",
    utf_16_german: "utf-16.txt",
    hebrew: "hebrew.txt",
    arabic: "arabic.txt",
    japanese: "japanese.txt",
    lists_and_verse: "list-like.txt",
    what_only_looks_like_something: "not-recognised.txt",
    a_clipped_page: "clipped-page.txt",
    a_wire_update_with_remarks: "wire-update.txt",
    a_headline_alone: "headline-only.txt",
}
