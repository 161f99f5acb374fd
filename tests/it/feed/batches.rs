//! Articles made up at random → feeds → `feedparser`, many feeds in one process → the same articles.

use std::process::Command;

use newswire::article::Body;
use newswire::config::{Content, Format};
use newswire::instant::Instant;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use super::round_trip::{any_instant, article, line, unescaped};
use super::story::{Story, feed, many};

/// How many feeds are made and read at once.
const FEEDS: usize = 100;

/// Articles with any text and any date that `feedparser` can tell apart: it reads C1 controls as Windows-1252 does, and dates by the second.
fn stories() -> impl Strategy<Value = Vec<Story>> {
    prop::collection::vec((article(), any_instant(), 0_i64..1_000_000_000), 0..4).prop_map(|articles| {
        let made = articles.into_iter().enumerate().map(|(index, (mut article, published, later))| {
            let plain = |text: &str| text.chars().filter(|c| !('\u{80}'..='\u{9F}').contains(c)).collect::<String>();
            article.headline = plain(&article.headline);
            article.standfirst = article.standfirst.as_deref().map(plain);
            article.tags = article.tags.iter().map(|tag| plain(tag)).collect();
            article.correction = article.correction.as_deref().map(plain);
            article.body = match article.body {
                Body::Html(text) => Body::Html(plain(&text)),
                Body::Markdown(text) => Body::Markdown(plain(&text)),
                Body::Blocks(blocks) => Body::Blocks(blocks),
            };
            article.section = article.section.as_deref().map(plain);
            let (published, updated) = (Instant::from_millis(published), Instant::from_millis(published + later));
            Story::new(&article, &format!("story-{index}"), published, updated)
        });
        made.collect()
    })
}

/// What `feedparser` sees of these feeds.
fn read(feeds: &[(Format, Vec<u8>)]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let files = feeds.iter().enumerate().map(|(index, (format, bytes))| {
        let file = folder.path().join(format!("{index}.{}", format.extension()));
        std::fs::write(&file, bytes).unwrap();
        file
    });
    let python = std::env::var_os("NEWSWIRE_TEST_PYTHON").expect("NEWSWIRE_TEST_PYTHON is not set: run tests/all, which installs it");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/read_feeds.py");
    let output = Command::new(python).arg(script).args(files).env("PYTHONDONTWRITEBYTECODE", "1").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn check(format: Format, story: &Story, found: &Value) {
    let (entry, rendered) = (&story.entry, &story.rendered);
    let place = format!("{format:?}, {:?}", rendered.headline);
    let text = |value: &Value| line(value.as_str().unwrap_or_default());
    assert_eq!(found["id"], entry.id.as_str(), "{place}");
    assert_eq!(found["link"], entry.link.as_str(), "{place}");
    assert_eq!(text(&found["title"]), line(&rendered.headline), "{place}");
    let summary = found["summary"].as_str().unwrap_or_default();
    let summary = if format == Format::Rss { unescaped(summary) } else { summary.to_owned() };
    // Where there is none it shows the text in its place.
    if !line(&rendered.summary).is_empty() {
        assert_eq!(line(&summary), line(&rendered.summary), "{place}");
    }
    assert_eq!(text(&found["html"]), line(&rendered.html), "{place}");
    let seconds = |instant: Instant| instant.as_millis().div_euclid(1000);
    assert_eq!(found["published"], seconds(entry.published), "{place}");
    assert_eq!(found["updated"], seconds(entry.updated.max(entry.published)), "{place}");
    let names: Vec<&str> = rendered.authors.iter().map(|author| &*author.name).collect();
    assert_eq!(found["authors"], serde_json::json!(names), "{place}");
    let mut tags: Vec<String> = Vec::new();
    for tag in entry.facts.section.iter().chain(&entry.facts.tags).map(|tag| line(tag)).filter(|tag| !tag.is_empty()) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    assert_eq!(found["tags"], serde_json::json!(tags), "{place}");
}

#[test]
fn any_articles_come_back_from_feedparser_as_they_were() {
    let mut runner = TestRunner::deterministic();
    let made: Vec<Vec<Story>> = (0..FEEDS).map(|_| stories().new_tree(&mut runner).unwrap().current()).collect();
    let feeds: Vec<(Format, Vec<u8>)> =
        made.iter().flat_map(|stories| [Format::Rss, Format::Atom].map(|format| (format, feed(format, stories, Content::Full)))).collect();
    let seen = read(&feeds);
    assert_eq!(seen.len(), feeds.len());
    for ((format, bytes), (stories, seen)) in feeds.iter().zip(made.iter().flat_map(|stories| [stories; 2]).zip(&seen)) {
        assert_eq!(seen["bozo"], false, "{format:?}: {}: {}", seen["why"], String::from_utf8_lossy(bytes));
        let entries = seen["entries"].as_array().unwrap();
        assert_eq!(entries.len(), stories.len(), "{format:?}");
        for (story, found) in stories.iter().zip(entries) {
            check(*format, story, found);
        }
    }
    assert!(made.iter().any(Vec::is_empty) && made.iter().flatten().count() > FEEDS, "some feeds are empty, most are not");
}

#[test]
fn ten_thousand_entries_come_back_from_feedparser() {
    let stories = many(10_000);
    for seen in read(&[(Format::Atom, feed(Format::Atom, &stories, Content::Full))]) {
        assert_eq!(seen["bozo"], false, "{}", seen["why"]);
        let titles: Vec<&str> = seen["entries"].as_array().unwrap().iter().map(|entry| entry["title"].as_str().unwrap()).collect();
        assert_eq!(titles, stories.iter().map(|story| story.rendered.headline.as_str()).collect::<Vec<_>>());
    }
}
