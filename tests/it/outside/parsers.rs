//! Every feed of the rich newsroom, read by parsers of three languages: all fields come out as the articles have them.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::newsroom::{ARTICLES, Rich, Told};
use super::programs;

/// Whether a feed of the family is an article's: by its name alone, for a parser sees no more.
fn is_tagged(article: &Told, feed: &str) -> bool {
    let family = newswire::config::FamilyName::parse("tag/{tag}").unwrap();
    article.tags.iter().filter_map(|tag| family.of(tag)).any(|own| own.as_str() == feed)
}

/// Which articles a feed carries, newest first.
fn carried(feed: &str) -> Vec<&'static Told> {
    ARTICLES
        .iter()
        .filter(|article| match feed {
            "all" | "short" => true,
            "breaking" | "section/welt-é" => article.slug == "storm",
            "nothing" => false,
            of_family if of_family.starts_with("tag/") => is_tagged(article, of_family),
            other => panic!("the feed {other} is not known here"),
        })
        .collect()
}

/// The feed's name and ending of a path under the feeds folder.
fn name(rich: &Rich, path: &Path) -> (String, String) {
    let file = path.strip_prefix(rich.newsroom.path("feeds")).unwrap().to_str().unwrap().to_owned();
    let (name, ending) = file.rsplit_once('.').unwrap();
    (name.to_owned(), ending.to_owned())
}

/// The URL of a feed's file as it stands in the file, percent-encoded.
fn url(name: &str, ending: &str) -> String {
    let base = url::Url::parse("https://example.org/feeds/").unwrap();
    base.join(&format!("{name}.{ending}")).unwrap().into()
}

/// Plain text as HTML has it, in which RSS gives its descriptions.
fn plain(html: &str) -> String {
    html.replace("<br>", "\n").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// What a parser does not read, or a format has no member for.
fn not_read(parser: &str, ending: &str) -> &'static [&'static str] {
    match (parser, ending) {
        ("feed-rs", "json") => &["language", "contributors", "rights", "credits"],
        (_, "json") => &["contributors", "rights", "credits"],
        ("feed-rs", "rss") => &["language", "contributors", "rights"],
        ("feed-rs", _) => &["language"],
        _ => &[],
    }
}

/// One feed as a parser saw it, against what its articles say.
fn check(parser: &str, feed: &str, ending: &str, seen: &Value, html: &HashMap<String, String>) {
    let place = format!("{parser}, {feed}.{ending}");
    let title = match feed {
        "all" => "Example Times & Sons <AT&T> ]]>".to_owned(),
        "section/welt-é" => "World <&> ]]> \"news\"".to_owned(),
        of_family if of_family.starts_with("tag/") => "By tag".to_owned(),
        other => format!("Example Times & Sons <AT&T> ]]>: {other}"),
    };
    assert_eq!(seen["title"], title, "{place}");
    assert_eq!(seen["description"], "All that is <fit> & more", "{place}");
    assert_eq!(seen["link"], "https://example.org/", "{place}");
    assert_eq!(seen["self"], url(feed, ending), "{place}");
    assert_eq!(seen["language"], "en", "{place}");
    if ending != "json" {
        assert!(seen["updated"].as_i64().unwrap() > 1_700_000_000, "{place}: {}", seen["updated"]);
    }
    let entries = seen["entries"].as_array().unwrap();
    let told = carried(feed);
    assert_eq!(entries.len(), told.len(), "{place}");
    for (article, entry) in told.into_iter().zip(entries) {
        let mut expected = article.entry();
        let mut seen = entry.clone();
        let place = format!("{place}: {}", article.slug);
        if ending == "rss" {
            let summary = plain(seen["summary"].as_str().unwrap());
            // A summary that runs from right to left says so.
            let bare = summary.strip_prefix("<div dir=\"rtl\">").and_then(|rest| rest.strip_suffix("</div>"));
            seen["summary"] = bare.unwrap_or(&summary).into();
        }
        if feed == "short" && !article.text.contains("correction:") {
            assert!(seen["summary"].as_str().unwrap().ends_with(article.summary), "{place}");
        }
        if article.slug == "astral" || feed == "short" {
            // The beginning of the text, or with a note on top: the other feeds and the other articles hold it.
            expected["summary"] = seen["summary"].clone();
        }
        if parser == "feedparser" && seen["language"] == "en" {
            // It gives an entry without a language of its own its feed's.
            seen["language"] = Value::Null;
        }
        for field in not_read(parser, ending) {
            seen[field] = expected[field].clone();
        }
        for (field, wanted) in expected.as_object().unwrap() {
            assert_eq!(&seen[field], wanted, "{place}: {field}");
        }
        let content = seen["html"].as_str().unwrap_or_default();
        if feed == "short" {
            // JSON Feed must have a text: it is the summary there.
            assert!(content.is_empty() || (ending == "json" && seen["summary"] == content), "{place}: {content}");
        } else {
            assert!(content.starts_with(article.html), "{place}: {content}");
            assert_eq!(content.trim(), html[article.slug].trim(), "{place}: the same in every format");
        }
        media(article, ending, &seen, &place);
    }
}

/// What goes with it: in RSS one enclosure at most, and the rest as Media RSS; in the others all of it.
fn media(article: &Told, ending: &str, seen: &Value, place: &str) {
    let address = |name: &str| name.starts_with("https:").then(|| name.to_owned());
    let is_it = |found: &Value, (name, kind, length): &(&str, &str, u64)| {
        let url = found[0].as_str().unwrap();
        let at_home = || url.starts_with("https://example.org/feeds/media/") && url.ends_with(name);
        address(name).map_or_else(at_home, |address| url == address)
            // `feedparser` takes Atom's links without a type for pages.
            && found[1].as_str().filter(|found| *found != "text/html").unwrap_or_default() == *kind
            && found[2].as_u64().unwrap_or_default() == *length
    };
    let expected: Vec<_> = match ending {
        "rss" => article.media.iter().rfind(|(_, kind, length)| !kind.is_empty() && *length > 0).into_iter().collect(),
        "json" => article.media.iter().filter(|(_, kind, _)| !kind.is_empty()).collect(),
        _ => article.media.iter().collect(),
    };
    if let Some(enclosures) = seen["enclosures"].as_array() {
        assert_eq!(enclosures.len(), expected.len(), "{place}: {enclosures:?}");
        for (found, expected) in enclosures.iter().zip(expected) {
            assert!(is_it(found, expected), "{place}: {found} is not {expected:?}");
        }
    }
    if let Some(all) = seen["media"].as_array() {
        assert_eq!(all.len(), article.media.len(), "{place}: {all:?}");
        assert!(all.iter().zip(article.media).all(|(found, expected)| is_it(found, expected)), "{place}: {all:?}");
    }
}

/// The HTML of each article by its slug, as Rust's own JSON parser reads it.
fn html(rich: &Rich) -> HashMap<String, String> {
    let feed: Value = serde_json::from_str(&rich.newsroom.feed("all.json")).unwrap();
    let slug = |item: &Value| item["url"].as_str().unwrap().rsplit_once('/').unwrap().1.to_owned();
    feed["items"].as_array().unwrap().iter().map(|item| (slug(item), item["content_html"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn feedparser_gives_every_field_of_every_feed() {
    let rich = Rich::start();
    let files = rich.files(&["rss", "atom"]);
    let seen = programs::json(programs::script("read_feeds.py").args(&files));
    for (file, seen) in files.iter().zip(seen.as_array().unwrap()) {
        let (feed, ending) = name(&rich, file);
        assert_eq!(seen["bozo"], json!(false), "{feed}.{ending}: {}", seen["why"]);
        assert_eq!(seen["version"], if ending == "rss" { "rss20" } else { "atom10" });
        check("feedparser", &feed, &ending, seen, &html(&rich));
        assert!(seen["entries"].as_array().unwrap().iter().all(|entry| entry["title_type"] == "text/plain"), "{feed}.{ending}");
    }
}

#[test]
fn feedsmith_gives_every_field_of_every_feed() {
    let rich = Rich::start();
    let files = rich.files(&["rss", "atom", "json"]);
    let seen = programs::json(programs::node("read_feeds.mjs").args(&files));
    for (file, seen) in files.iter().zip(seen.as_array().unwrap()) {
        let (feed, ending) = name(&rich, file);
        check("feedsmith", &feed, &ending, seen, &html(&rich));
    }
}

#[test]
fn feed_rs_gives_every_field_of_every_feed() {
    let rich = Rich::start();
    for file in rich.files(&["rss", "atom", "json"]) {
        let (feed, ending) = name(&rich, &file);
        let bytes = fs::read(&file).unwrap();
        let parsed = feed_rs::parser::Builder::new().sanitize_content(false).build().parse(bytes.as_slice()).unwrap();
        check("feed-rs", &feed, &ending, &shape(&ending, &url(&feed, &ending), parsed), &html(&rich));
    }
}

/// What `feed-rs` found, in the shape that the scripts print.
fn shape(ending: &str, own: &str, feed: feed_rs::model::Feed) -> Value {
    let text = |text: Option<feed_rs::model::Text>| text.map(|text| text.content);
    let names = |people: &[feed_rs::model::Person]| people.iter().filter_map(|person| person.name.clone()).collect::<Vec<_>>();
    let entries: Vec<Value> = feed
        .entries
        .into_iter()
        .map(|entry| {
            let of_content = |one: &feed_rs::model::MediaContent| {
                json!([one.url.as_ref().map(url::Url::as_str), one.content_type.as_ref().map(ToString::to_string), one.size])
            };
            let media: Vec<Value> = entry.media.iter().flat_map(|media| &media.content).map(of_content).collect();
            let links: Vec<Value> = entry
                .links
                .iter()
                .filter(|link| link.rel.as_deref() == Some("enclosure"))
                .map(|link| json!([link.href, link.media_type, link.length]))
                .collect();
            json!({
                "id": entry.id,
                "link": entry.links.iter().find(|link| link.rel.as_deref() != Some("enclosure")).map(|link| link.href.clone()),
                "title": text(entry.title),
                "summary": text(entry.summary).unwrap_or_default(),
                "html": entry.content.and_then(|content| content.body),
                "published": entry.published.map(|date| date.timestamp()),
                "updated": entry.updated.map(|date| date.timestamp()),
                "authors": names(&entry.authors),
                "contributors": names(&entry.contributors),
                "tags": entry.categories.iter().map(|category| category.term.clone()).collect::<Vec<_>>(),
                "language": entry.language,
                "rights": text(entry.rights),
                "credits": entry.media.iter().flat_map(|media| &media.credits).map(|credit| credit.entity.clone()).collect::<Vec<_>>(),
                // Of RSS it takes the enclosure only where there is no Media RSS, of JSON Feed no attachments.
                "enclosures": if ending == "atom" { links.into() } else { Value::Null },
                "media": if ending == "json" { Value::Null } else { media.into() },
            })
        })
        .collect();
    json!({
        "title": text(feed.title),
        "description": text(feed.description),
        "link": feed.links.iter().find(|link| link.href == "https://example.org/").map(|link| link.href.clone()),
        "self": feed.links.iter().find(|link| link.href == own).map(|link| link.href.clone()),
        "language": feed.language,
        "updated": feed.updated.map(|date| date.timestamp()),
        "entries": entries,
    })
}
