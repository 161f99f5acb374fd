//! What Python's `feedparser`, `xmllint` and Python's own JSON reader make of the feeds.

use std::path::PathBuf;
use std::process::Command;

use newswire::config::{Content, Format};
use serde_json::{Value, json};

use super::story::{Story, channel, feed, nasty, rich};

/// The interpreter that `tests/all` sets up, with the packages of `tests/requirements.txt`.
pub(super) fn python() -> PathBuf {
    std::env::var_os("NEWSWIRE_TEST_PYTHON")
        .map(PathBuf::from)
        .expect("NEWSWIRE_TEST_PYTHON is not set: run tests/all, which makes a Python environment for the tests and names it there")
}

fn on_disk(format: Format, stories: &[Story], content: Content) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(&format!(".{}", format.extension())).tempfile().unwrap();
    std::fs::write(file.path(), feed(format, stories, content)).unwrap();
    file
}

fn read_by_feedparser(format: Format, stories: &[Story], content: Content) -> Value {
    let file = on_disk(format, stories, content);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/read_feed.py");
    let output = Command::new(python()).arg(script).arg(file.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let seen: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(seen["bozo"], json!(false), "{format:?}: {}", seen["why"]);
    seen
}

#[test]
fn feedparser_reads_every_field() {
    let story = rich();
    for (format, version) in [(Format::Rss, "rss20"), (Format::Atom, "atom10")] {
        let seen = read_by_feedparser(format, std::slice::from_ref(&story), Content::Full);
        assert_eq!(seen["version"], version);
        assert_eq!(seen["title"], channel().title);
        assert_eq!(seen["subtitle"], channel().description);
        assert_eq!(seen["link"], channel().site.as_str());
        assert_eq!(seen["language"], "en");
        assert_eq!(seen["updated"], json!([2026, 11, 24, 12, 0, 0]));
        assert_eq!(seen["generator"], "newswire");
        let links = seen["links"].as_array().unwrap();
        assert!(links.contains(&json!(["self", format.media_type(), channel().url(format)])), "{links:?}");
        for other in Format::ALL.into_iter().filter(|other| *other != format) {
            assert!(links.contains(&json!(["alternate", other.media_type(), channel().url(other)])), "{links:?}");
        }

        let entry = &seen["entries"][0];
        assert_eq!(entry["id"], story.entry.id.as_str());
        assert_eq!(entry["link"], story.entry.link.as_str());
        assert_eq!(entry["title"], "Storm reaches AT&T's <head> office");
        assert_eq!(entry["content"][0], story.rendered.html);
        assert_eq!(entry["published"], json!([2026, 11, 24, 10, 0, 0]));
        assert_eq!(entry["updated"], json!([2026, 11, 24, 11, 0, 0]));
        assert_eq!(entry["authors"], json!(["Jo Doe", "Ann Roe"]));
        assert_eq!(entry["contributors"], json!(["Wire Agency"]));
        assert_eq!(entry["tags"], json!(["World", "Weather & sea", "Été", "weather"]));
        assert_eq!(entry["language"], "en-GB");
        assert_eq!(entry["credits"], json!(["Jack \"J\" Guest/WA"]));
        assert_eq!(entry["thumbnails"], json!(["https://cdn.example.net/storm.jpg?w=1200&h=800"]));
        let image = json!(["https://cdn.example.net/storm.jpg?w=1200&h=800", "image/jpeg", "123456"]);
        let audio = json!(["https://example.org/audio/storm.mp3", "audio/mpeg", "9876543"]);
        match format {
            Format::Rss => {
                assert_eq!(entry["summary"], "I &lt;3 rain &amp; wind: 40 % of it fell in an hour.");
                assert_eq!(entry["enclosures"], json!([audio]));
            }
            Format::Atom | Format::Json => {
                assert_eq!(entry["summary"], "I <3 rain & wind: 40 % of it fell in an hour.");
                assert_eq!(entry["enclosures"], json!([image, audio]));
            }
        }
    }
}

#[test]
fn feedparser_reads_what_is_empty_short_or_nasty() {
    for format in [Format::Rss, Format::Atom] {
        assert_eq!(read_by_feedparser(format, &[], Content::Full)["entries"], json!([]));
        let short = read_by_feedparser(format, &[rich()], Content::Summary);
        assert_eq!(short["entries"][0]["content"], json!([]));
        let seen = read_by_feedparser(format, &nasty(), Content::Full);
        let entries = seen["entries"].as_array().unwrap();
        assert_eq!(entries.len(), nasty().len());
        for (story, entry) in nasty().iter().zip(entries) {
            assert_eq!(entry["id"], story.entry.id.as_str());
            if !story.rendered.html.is_empty() {
                assert_eq!(entry["content"][0].as_str().unwrap().trim(), story.rendered.html.trim());
            }
        }
    }
}

#[test]
fn xmllint_finds_nothing() {
    for format in [Format::Rss, Format::Atom] {
        for stories in [vec![], vec![rich()], nasty()] {
            let file = on_disk(format, &stories, Content::Full);
            let output = Command::new("xmllint")
                .args(["--noout", "--nonet"])
                .arg(file.path())
                .output()
                .expect("xmllint: run tests/all, which installs it");
            assert!(output.status.success() && output.stderr.is_empty(), "{format:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

#[test]
fn pythons_json_reader_agrees() {
    let file = on_disk(Format::Json, &nasty(), Content::Full);
    let output = Command::new(python())
        .args(["-c", "import json, sys; print(len(json.load(open(sys.argv[1], encoding='utf-8'))['items']))"])
        .arg(file.path())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), nasty().len().to_string(), "{}", String::from_utf8_lossy(&output.stderr));
}
