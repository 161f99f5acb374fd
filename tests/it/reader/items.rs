//! JSON Feed, Atom and RSS: whole feeds and single items; each snapshot was read.

use newswire::article::{ArticleId, Body};
use newswire::diagnostic::Severity;
use proptest::prelude::*;
use serde_json::json;

use super::files::{fixture, fixtures, is_consistent, read_as, said};

fixtures! { "items":
    a_json_feed: "feed.json",
    an_old_json_feed: "feed-1.0.json",
    a_json_item: "item.json",
    what_is_doubtful: "doubtful.json",
    a_data_file: "package.json",
    a_broken_feed: "broken-feed.json",
    a_broken_data_file: "broken-settings.json",
    a_key_twice: "twice.json",
    an_atom_feed: "atom.xml",
    an_atom_entry: "entry.atom",
    an_rss_feed: "rss.xml",
    a_podcast: "podcast.rss",
    an_rss_item: "item.rss",
    an_rss_1_0_feed: "rdf.xml",
    a_sitemap: "sitemap.xml",
    a_broken_rss_feed: "broken.rss",
}

const ALL: [&str; 16] = [
    "feed.json",
    "feed-1.0.json",
    "item.json",
    "doubtful.json",
    "package.json",
    "broken-feed.json",
    "broken-settings.json",
    "twice.json",
    "atom.xml",
    "entry.atom",
    "rss.xml",
    "podcast.rss",
    "item.rss",
    "rdf.xml",
    "sitemap.xml",
    "broken.rss",
];

#[test]
fn the_same_item_in_three_formats_is_the_same_article() {
    let json = r#"{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "urn:x:1", "url": "https://a.example/1", "title": "A & B",
        "content_html": "<p>Text.</p>", "date_published": "2026-11-24T10:00:00Z", "authors": [{"name": "Ada Marin"}], "tags": ["Sea"]}]}"#;
    let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:x:1</id><link href="https://a.example/1"/><title>A &amp; B</title>
        <content type="html">&lt;p>Text.&lt;/p></content><published>2026-11-24T10:00:00Z</published><author><name>Ada Marin</name></author>
        <category term="Sea"/></entry></feed>"#;
    let rss = r#"<rss version="2.0"><channel><item><guid isPermaLink="false">urn:x:1</guid><link>https://a.example/1</link>
        <title>A &amp; B</title><description>&lt;p>Text.&lt;/p></description><pubDate>Tue, 24 Nov 2026 10:00:00 GMT</pubDate>
        <author>Ada Marin</author><category>Sea</category></item></channel></rss>"#;
    let readings = [read_as("a.json", json.as_bytes()), read_as("a.xml", atom.as_bytes()), read_as("a.rss", rss.as_bytes())];
    for reading in &readings {
        assert!(reading.diagnostics.is_empty(), "{:?}", said(reading));
        assert_eq!(reading.articles, readings[0].articles);
    }
    let article = &readings[0].articles[0].article;
    assert_eq!(article.id, Some(ArticleId::parse("urn:x:1").unwrap()));
    assert_eq!(article.body, Body::Html("<p>Text.</p>".into()));
}

#[test]
fn a_feed_has_its_bounds() {
    let items = |count: usize| {
        let items: Vec<_> = (0..count).map(|number| json!({"id": number, "content_text": "Text."})).collect();
        json!({"version": "https://jsonfeed.org/version/1.1", "items": items}).to_string()
    };
    assert_eq!(read_as("a.json", items(2000).as_bytes()).articles.len(), 2000);
    let reading = read_as("a.json", items(2001).as_bytes());
    assert!(reading.articles.is_empty() && !reading.emptied);
    assert!(said(&reading)[0].contains("2001 items; at most 2000"), "{:?}", said(&reading));
    let rss = format!("<rss><channel>{}</channel></rss>", "<item><title>A</title></item>".repeat(2001));
    assert_eq!(read_as("a.rss", rss.as_bytes()).diagnostics[0].rule, "too-many-items");
    let media: Vec<_> = (0..200).map(|number| json!({"url": format!("https://a.example/{number}")})).collect();
    let item = json!({"id": "a", "title": "A", "content_text": "Text.", "attachments": media}).to_string();
    let reading = read_as("a.json", item.as_bytes());
    assert_eq!(reading.articles[0].article.media.len(), 100);
    assert!(said(&reading)[0].contains("the last 100 were left out"));
}

#[test]
fn an_item_alone_that_cannot_be_used_fails_its_file() {
    let reading = read_as("a.json", br#"{"id": "a", "title": "A", "content_text": "Text.", "date_published": "soon"}"#);
    assert!(reading.articles.is_empty() && reading.refused.is_empty());
    assert_eq!(reading.diagnostics[0].severity, Severity::Error);
}

#[test]
fn an_empty_feed_says_so_and_a_blank_file_nothing() {
    for (name, text) in [
        ("a.json", r#"{"version": "https://jsonfeed.org/version/1.1", "items": []}"#),
        ("a.atom", "<feed xmlns='http://www.w3.org/2005/Atom'/>"),
        ("a.rss", "<rss><channel/></rss>"),
    ] {
        let reading = read_as(name, text.as_bytes());
        assert!(reading.emptied && reading.articles.is_empty(), "{name}");
        assert_eq!(reading.diagnostics[0].severity, Severity::Note);
    }
    for name in ["a.json", "a.xml"] {
        let reading = read_as(name, b" \n");
        assert!(!reading.emptied && reading.articles.is_empty() && reading.diagnostics.is_empty(), "{name}");
    }
}

#[test]
fn what_is_no_article_weighs_more_where_the_name_promised_one() {
    for (name, text, severity) in [
        ("a.json", "{}", Severity::Note),
        ("a.json", "[1, 2]", Severity::Note),
        ("a.jsonfeed", "{}", Severity::Warning),
        ("a.xml", "<svg xmlns='http://www.w3.org/2000/svg'/>", Severity::Note),
        ("a.rss", "<html/>", Severity::Warning),
        ("a.json", "{\"a\": }", Severity::Warning),
        ("a.jsonfeed", "{\"a\": }", Severity::Error),
        ("a.json", "{\"content_text\": }", Severity::Error),
    ] {
        let reading = read_as(name, text.as_bytes());
        assert_eq!(reading.diagnostics.iter().map(|one| one.severity).collect::<Vec<_>>(), [severity], "{name} {text}");
    }
}

#[test]
fn items_keep_their_parts_when_others_come_above_them() {
    let parts = |text: &str| {
        let reading = read_as("a.rss", format!("<rss><channel>{text}</channel></rss>").as_bytes());
        reading.articles.into_iter().map(|piece| piece.part.unwrap().as_str().to_owned()).collect::<Vec<_>>()
    };
    let one = "<item><title>One</title><description>x</description></item>";
    let two = "<item><link>https://a.example/2</link><description>y</description></item>";
    assert_eq!(parts(&format!("{one}{two}")), ["One", "https://a.example/2"]);
    assert_eq!(parts(&format!("<item><guid>z</guid><title>New</title></item>{two}{one}")), ["z", "https://a.example/2", "One"]);
}

#[test]
fn hostile_files_take_no_time_to_speak_of() {
    let item = |body: &str| json!({"id": "a", "title": "A", "content_html": body}).to_string();
    for (name, text) in [
        ("a.json", "[".repeat(900_000)),
        ("a.json", format!("{{\"items\": [{}]}}", "{},".repeat(100_000))),
        ("a.json", format!("{{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [{}0]}}", "{},".repeat(100_000))),
        ("a.json", item(&"<div><a href='x' srcset='".repeat(40_000))),
        ("a.json", json!({"content_html": "&".repeat(900_000)}).to_string()),
        ("a.rss", format!("<rss><channel><item><description>{}</description></item></channel></rss>", "&lt;b ".repeat(100_000))),
        ("a.rss", format!("<rss><channel><item><title>{}</title></item></channel></rss>", "&amp;a".repeat(100_000))),
        ("a.xml", "<a>".repeat(300_000)),
    ] {
        let begun = std::time::Instant::now();
        read_as(name, text.as_bytes());
        assert!(begun.elapsed().as_secs() < 20, "{name}: {}", &text[..60]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for name in ["a.json", "a.xml"] {
            is_consistent(&read_as(name, &bytes), &bytes)?;
        }
    }

    #[test]
    fn damaged_files_are_survived(file in 0..ALL.len(), cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, "[\\PC\"<>{}\\[\\],:&;/\n]{0,6}"), 1..4)) {
        let mut text = String::from_utf8(fixture("items", ALL[file])).unwrap();
        for (at, length, put) in cuts {
            let mut begins = at.index(text.len());
            let mut ends = (begins + length).min(text.len());
            while !text.is_char_boundary(begins) { begins -= 1; }
            while !text.is_char_boundary(ends) { ends += 1; }
            text.replace_range(begins..ends, &put);
        }
        is_consistent(&read_as(ALL[file], text.as_bytes()), text.as_bytes())?;
    }

    #[test]
    fn any_item_becomes_an_article_with_what_it_says(title in "\\PC{1,60}", text in "\\PC{1,200}", id in "[!-~]{1,60}") {
        prop_assume!(!title.trim().is_empty() && !text.trim().is_empty());
        let item = json!({"id": id, "title": title, "content_text": text});
        let reading = read_as("a.json", item.to_string().as_bytes());
        let article = reading.clone().into_article();
        prop_assert!(article.is_some(), "{:?}", said(&reading));
        let article = article.unwrap();
        prop_assert_eq!(article.id.as_ref().map(ArticleId::as_str), Some(id.as_str()));
        prop_assert_eq!(article.headline.split_whitespace().collect::<Vec<_>>(), title.split_whitespace().collect::<Vec<_>>());
    }
}
