//! Agencies' formats: ninjs, NITF, NewsML-G2; each snapshot was read.

use std::path::Path;

use jiff::tz::TimeZone;
use newswire::article::SourcePath;
use newswire::config::Text;
use newswire::diagnostic::Severity;
use newswire::reader::{Context, Reading, read};
use proptest::prelude::*;
use serde_json::{Value, json};

fn read_as(name: &str, bytes: &[u8]) -> Reading {
    let path = SourcePath::new(Path::new(name)).unwrap();
    let zone = TimeZone::get("Europe/Brussels").unwrap();
    read(bytes, Context { path: &path, zone: &zone, text: &Text::default() })
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wire").join(name)).unwrap()
}

/// What came of a fixture, dates as people read them.
fn fixture(name: &str) -> Value {
    let reading = read_as(name, &bytes(name));
    let said: Vec<String> = reading.diagnostics.iter().map(|finding| format!("{} {}: {finding}", finding.severity, finding.rule)).collect();
    let articles: Vec<Value> = reading
        .articles
        .iter()
        .map(|piece| {
            let mut article = json!(piece.article);
            for (name, date) in [
                ("published", piece.article.published),
                ("updated", piece.article.updated),
                ("embargo", piece.article.embargo),
                ("expires", piece.article.expires),
            ] {
                if let Some(date) = date {
                    article[name] = json!(date.at.rfc3339());
                }
            }
            json!({ "part": piece.part.as_ref().map(|part| part.as_str().to_owned()), "article": article })
        })
        .collect();
    json!({ "articles": articles, "diagnostics": said })
}

macro_rules! fixtures {
    ($($test:ident: $file:literal,)*) => {
        const FIXTURES: &[&str] = &[$($file),*];
        $(
            #[test]
            fn $test() {
                insta::assert_json_snapshot!(fixture($file));
            }
        )*
    };
}

fixtures! {
    ninjs_3: "ninjs-3.json",
    ninjs_2_under_embargo: "ninjs-2.json",
    ninjs_1: "ninjs-1.json",
    ninjs_with_nitf_inside: "ninjs-nitf.json",
    ninjs_canceled: "ninjs-canceled.json",
    ninjs_list: "ninjs-list.json",
    ninjs_that_is_wrong: "ninjs-wrong.json",
    nitf: "story.nitf",
    nitf_in_latin_1: "latin-1.nitf",
    nitf_killed_by_its_message: "killed.nitf",
    g2_with_nitf: "g2-nitf.xml",
    g2_with_xhtml: "g2-xhtml.xml",
    g2_message: "message.newsml",
    an_entity_bomb: "bomb.xml",
}

#[test]
fn a_blank_file_is_not_yet_an_article() {
    for name in ["a.json", "a.xml"] {
        let reading = read_as(name, b" \n");
        assert!(reading.articles.is_empty() && reading.diagnostics.is_empty(), "{reading:?}");
    }
}

#[test]
fn what_is_broken_is_said_at_its_place() {
    for (name, text, place) in [
        ("a.ninjs", "{\n  \"uri\": \"x\",\n  \"bodies\": [}", (3, 14)),
        ("a.xml", "<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/'>\n</newsitem>", (2, 1)),
        ("a.xml", "<nitf>\n <body>", (2, 2)),
    ] {
        let reading = read_as(name, text.as_bytes());
        let [finding] = &reading.diagnostics[..] else { panic!("{reading:?}") };
        assert_eq!((finding.severity, finding.line, finding.column), (Severity::Error, place.0, place.1), "{finding}");
    }
}

#[test]
fn nesting_is_bounded() {
    let deep = format!("<nitf><body><body.content>{}", "<block>".repeat(100_000));
    let json = format!("{{\"uri\": \"x\", \"bodies\": {}", "[".repeat(100_000));
    for (name, text) in [("a.xml", deep), ("a.json", json)] {
        let reading = read_as(name, text.as_bytes());
        assert_eq!(reading.diagnostics.len(), 1, "{:?}", reading.diagnostics);
        assert!(reading.articles.is_empty());
    }
}

/// What is made of a file never is much larger than the file.
fn is_bounded(name: &str, bytes: &[u8]) {
    let reading = read_as(name, bytes);
    let made: usize = reading.articles.iter().map(|piece| serde_json::to_string(&piece.article).unwrap().len()).sum();
    assert!(made <= bytes.len() * 12 + 4_000, "{made} bytes of {}", bytes.len());
    assert!(reading.diagnostics.len() <= 60);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for name in ["a.xml", "a.json"] {
            is_bounded(name, &bytes);
        }
    }

    #[test]
    fn damaged_items_are_taken(which in 0..FIXTURES.len(), cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_usize..40), 1..6)) {
        let name = FIXTURES[which];
        let mut bytes = bytes(name);
        for (at, byte, length) in cuts {
            let at = at.index(bytes.len());
            if length == 0 {
                bytes[at] = byte;
            } else {
                let end = (at + length).min(bytes.len());
                let cut: Vec<u8> = bytes.drain(at..end).collect();
                // What was cut out turns up elsewhere.
                if byte & 1 == 1 {
                    let to = usize::from(byte) * bytes.len() / 256;
                    bytes.splice(to..to, cut);
                }
                if bytes.is_empty() {
                    return Ok(());
                }
            }
        }
        is_bounded(name, &bytes);
    }
}
