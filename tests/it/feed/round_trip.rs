//! An article → each format → a parser of another project → the same article.

use feed_rs::model;
use newswire::article::{Article, Body, Person};
use newswire::config::{Content, Format};
use newswire::instant::Instant;
use proptest::prelude::*;

use super::story::{Story, at, channel, feed, many, nasty, rich};

/// Parses a feed with `feed-rs`, and its XML with `quick-xml` too, which minds what `feed-rs` forgives.
fn parsed(format: Format, bytes: &[u8]) -> model::Feed {
    if format != Format::Json {
        let mut reader = quick_xml::Reader::from_reader(bytes);
        reader.config_mut().check_comments = true;
        let mut depth = 0_i32;
        loop {
            match reader.read_event().expect("well-formed XML") {
                quick_xml::events::Event::Start(tag) => {
                    depth += 1;
                    tag.attributes().for_each(|attribute| {
                        attribute
                            .expect("a well-formed attribute")
                            .normalized_value(quick_xml::XmlVersion::default())
                            .expect("known entities");
                    });
                }
                quick_xml::events::Event::End(_) => depth -= 1,
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0);
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(text.chars().all(newswire::xml_chars::is_allowed), "characters that XML forbids");
    }
    feed_rs::parser::Builder::new().sanitize_content(false).build().parse(bytes).expect("a feed")
}

pub(super) fn line(text: &str) -> String {
    newswire::xml_chars::allowed(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A summary of RSS as text; one that runs from right to left says so.
pub(super) fn unescaped(html: &str) -> String {
    let bare = html.strip_prefix("<div dir=\"rtl\">").and_then(|rest| rest.strip_suffix("</div>"));
    let html = bare.unwrap_or(html);
    html.replace("<br>", "\n").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Everything that the parser's model has a place for.
fn check(format: Format, story: &Story, found: &model::Entry) {
    let (entry, rendered) = (&story.entry, &story.rendered);
    assert_eq!(found.id, entry.id.as_str());
    assert_eq!(
        found.links.iter().filter(|link| link.rel.as_deref() != Some("enclosure")).map(|link| &*link.href).next(),
        Some(entry.link.as_str())
    );
    assert_eq!(found.title.as_ref().map(|title| &*title.content), Some(&*rendered.headline));
    let summary = found.summary.as_ref().map_or_else(String::new, |summary| match format {
        Format::Rss => unescaped(&summary.content),
        Format::Atom | Format::Json => summary.content.clone(),
    });
    assert_eq!(summary.replace("\n\n", "\n").trim(), rendered.summary.replace("\n\n", "\n").trim());
    let content = found.content.as_ref().and_then(|content| content.body.as_deref()).unwrap_or_default();
    assert_eq!(content.trim(), rendered.html.trim());
    let published = entry.published.as_millis();
    let updated = entry.updated.as_millis().max(published);
    let (found_published, found_updated) = (found.published.unwrap().timestamp_millis(), found.updated.unwrap().timestamp_millis());
    match format {
        Format::Rss => {
            assert_eq!(found_published, published - published.rem_euclid(1000));
            assert_eq!(found_updated, if updated > published { updated } else { found_published });
        }
        Format::Atom | Format::Json => assert_eq!((found_published, found_updated), (published, updated)),
    }
    let names: Vec<&str> = found.authors.iter().filter_map(|author| author.name.as_deref()).collect();
    assert_eq!(names, rendered.authors.iter().map(|author| &*author.name).collect::<Vec<_>>());
    let tags: Vec<&str> = found.categories.iter().map(|category| &*category.term).collect();
    let mut expected: Vec<String> = Vec::new();
    for tag in entry.facts.section.iter().chain(&entry.facts.tags).map(|tag| line(tag)).filter(|tag| !tag.is_empty()) {
        if !expected.contains(&tag) {
            expected.push(tag);
        }
    }
    assert_eq!(tags, expected);
}

fn check_feed(stories: &[Story]) {
    for format in Format::ALL {
        let found = parsed(format, &feed(format, stories, Content::Full));
        assert_eq!(found.title.map(|title| title.content), Some(channel().title));
        assert_eq!(found.description.map(|text| text.content), Some(channel().description));
        assert_eq!(found.language.as_deref(), Some("en"));
        assert!(found.links.iter().any(|link| link.href == channel().url(format)));
        assert!(found.links.iter().any(|link| link.href == channel().site.as_str()));
        if format != Format::Json {
            assert_eq!(found.updated.map(|date| date.timestamp_millis()), Some(at(7200).as_millis()));
            assert_eq!(found.generator.map(|generator| generator.content).as_deref(), Some("newswire"));
        }
        assert_eq!(found.entries.len(), stories.len());
        for (story, entry) in stories.iter().zip(&found.entries) {
            check(format, story, entry);
        }
    }
}

#[test]
fn a_feed_without_entries() {
    check_feed(&[]);
}

#[test]
fn a_rich_article() {
    check_feed(&[rich(), rich()]);
    for format in Format::ALL {
        let found = parsed(format, &feed(format, &[rich()], Content::Full)).entries.remove(0);
        let contributors: Vec<_> = found.contributors.iter().filter_map(|person| person.name.as_deref()).collect();
        match format {
            Format::Atom => assert_eq!(contributors, ["Wire Agency"]),
            // The parser has no place for `dc:contributor`, JSON Feed none for contributors.
            Format::Rss | Format::Json => {}
        }
        if format != Format::Json {
            let urls: Vec<_> = found
                .media
                .iter()
                .flat_map(|media| &media.content)
                .filter_map(|content| content.url.as_ref())
                .map(url::Url::as_str)
                .collect();
            assert!(urls.contains(&"https://cdn.example.net/storm.jpg?w=1200&h=800"), "{urls:?}");
            assert!(urls.contains(&"https://example.org/audio/storm.mp3"), "{urls:?}");
            let credits: Vec<_> = found.media.iter().flat_map(|media| &media.credits).map(|credit| &*credit.entity).collect();
            assert_eq!(credits, ["Jack \"J\" Guest/WA"]);
        }
    }
}

#[test]
fn what_tries_to_break_out() {
    for format in Format::ALL {
        let found = parsed(format, &feed(format, &nasty(), Content::Full));
        assert_eq!(found.entries.len(), nasty().len());
        for (story, entry) in nasty().iter().zip(&found.entries) {
            let title = entry.title.as_ref().map_or("", |title| &*title.content);
            assert_eq!(title.trim(), story.rendered.headline.trim());
        }
    }
}

/// Any text without what a parser is free to trim or to read as an e-mail address.
fn words() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => any::<String>().prop_map(|text| text.chars().take(12).collect::<String>()),
        1 => prop::sample::select(vec!["]]>", "<![CDATA[", "&amp;", "&", "<", ">", "\"", "'", "</p>", "<b>", "<!--", "-->", "\u{0}", "\u{FFFE}", "\r\n", "\t", "<item>", "</entry>", "&#0;", "&nbsp;", "<table>", "<td>", "</table>", "<script>", "</script>", "<svg>", "<style>", "<img src=x>", "<a href='y'>", "<pre>"]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 1..5).prop_map(|pieces| pieces.join(" "))
}

pub(super) fn article() -> impl Strategy<Value = Article> {
    let name = "[A-Z][a-zé]{1,8}( [A-Z<&\"'][a-z]{1,8})?";
    (
        words(),
        prop::option::of(words()),
        prop::collection::vec(name, 0..3),
        prop_oneof![words().prop_map(Body::Html), words().prop_map(Body::Markdown)],
        prop::collection::vec(words(), 0..4),
        prop::option::of(words()),
        prop::option::of(words()),
    )
        .prop_map(|(headline, standfirst, names, body, tags, section, correction)| Article {
            headline: format!("H {headline}"),
            standfirst,
            authors: names.into_iter().map(Person::named).collect(),
            body,
            tags,
            section,
            correction,
            ..Article::default()
        })
}

/// Any instant of the years 1 to 9999, in milliseconds: most of them of our time, some at the ends.
pub(super) fn any_instant() -> impl Strategy<Value = i64> {
    prop_oneof![
        3 => 0_i64..4_000_000_000_000,
        1 => FIRST..LAST,
        1 => prop::sample::select(vec![FIRST, LAST, -1, 0, 999, 951_782_399_999, 2_147_483_647_999, 2_147_483_648_000]),
    ]
}

/// The first of January of the year 1, and the last day that an instant can be.
const FIRST: i64 = -62_135_596_800_000;
const LAST: i64 = 253_402_207_199_999;

#[test]
fn ten_thousand_entries() {
    check_feed(&many(10_000));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_article_comes_back_as_it_was(
        articles in prop::collection::vec((article(), any_instant(), -1000_i64..1_000_000_000), 0..3)
    ) {
        let stories: Vec<Story> = articles
            .iter()
            .enumerate()
            .map(|(index, (article, published, later))| {
                let updated = Instant::from_millis(published + later);
                Story::new(article, &format!("story-{index}"), Instant::from_millis(*published), updated)
            })
            .collect();
        check_feed(&stories);
    }
}
