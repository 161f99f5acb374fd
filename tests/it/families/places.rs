//! Where families' feeds are listed: OPML, JSON, the front page.

use serde_json::Value;

use super::{newsroom, tagged};
use crate::newsroom::{get, get_with};

#[test]
fn every_feed_is_listed_and_the_lists_change_with_them_alone() {
    let newsroom = newsroom("title = \"About {tag}\"");
    newsroom.drop_article("a.md", tagged("First", "Europe, \"R&D <x>\""));
    let daemon = newsroom.start();
    let opml = newsroom.feed("feeds.opml");
    assert!(opml.contains("<opml version=\"2.0\">"), "{opml}");
    assert!(opml.contains("text=\"About Europe\"") && opml.contains("text=\"About R&amp;D &lt;x&gt;\""), "{opml}");
    assert!(opml.contains("xmlUrl=\"https://example.org/feeds/tag/europe.rss\""), "{opml}");

    let list = |accept: &str| get_with(&daemon.url("/.well-known/feeds"), &[("accept", accept)]);
    let answer = list("*/*");
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let feeds: Vec<Value> = serde_json::from_str(&answer.body).unwrap();
    let names: Vec<&str> = feeds.iter().map(|feed| feed["name"].as_str().unwrap()).collect();
    assert_eq!(names[..2], ["all", "tag/europe"]);
    assert_eq!(feeds[1]["family"], "tag/{tag}");
    assert_eq!(feeds[1]["value"], "Europe");
    assert_eq!(feeds[1]["json"], "https://example.org/feeds/tag/europe.json");
    assert_eq!(answer.body, newsroom.feed(".well-known/feeds"));
    let as_opml = list("text/x-opml, application/xml");
    assert_eq!((as_opml.header("content-type"), as_opml.body.as_str()), ("text/x-opml; charset=utf-8", opml.as_str()));
    assert!(as_opml.header("vary").to_lowercase().contains("accept"));
    assert_eq!(get(&daemon.url("/feeds/feeds.opml")).body, opml);

    // The front page links what is configured, and the list for the rest.
    let front = get(&daemon.url("/")).body;
    assert!(front.contains("<link rel=\"alternate\" type=\"text/x-opml\""), "{front}");
    assert!(!front.contains("tag/europe.rss"), "{front}");

    // An article without a new tag leaves the lists alone; one with a new tag does not.
    newsroom.drop_article("b.md", tagged("Second", "europe"));
    newsroom.all_formats("tag/europe", "Second", true);
    assert_eq!(newsroom.feed("feeds.opml"), opml);
    newsroom.drop_article("c.md", tagged("Third", "asia"));
    newsroom.all_formats("tag/asia", "Third", true);
    assert!(newsroom.feed("feeds.opml").contains("About asia"));
    assert!(list("application/json").body.contains("tag/asia"));
}

#[test]
fn the_other_keys_and_a_narrowed_family() {
    let mut newsroom = crate::newsroom::Newsroom::new();
    newsroom.add_config(
        "[[feed]]\nname = \"section/*\"\n[[feed]]\nname = \"author/{author}\"\n[[feed]]\nname = \"language/{language}\"\n\
         [[feed]]\nname = \"breaking/{section}\"\nselect = { breaking = true }\n\
         [[feed]]\nname = \"section/world\"\nselect = { tag = \"diplomacy\" }\n",
    );
    let article = |headline: &str, more: &str| format!("---\ntitle: {headline}\n{more}---\n\nText.\n");
    newsroom.drop_article("a.md", article("One", "section: Sport\nauthors: [A. Writer, Émile Zola]\nlanguage: en-GB\n"));
    newsroom.drop_article("b.md", article("Two", "section: Sport\nauthor: A. Writer\nlanguage: en\nbreaking: true\n"));
    newsroom.drop_article("c.md", article("Three", "section: World\nlanguage: fr\n"));
    let daemon = newsroom.start();
    for (feed, headline, there) in [
        ("section/sport", "One", true),
        ("section/sport", "Two", true),
        ("author/a-writer", "Two", true),
        ("author/émile-zola", "One", true),
        ("language/en-gb", "One", true),
        ("language/en-gb", "Two", false),
        ("language/en", "One", true),
        ("language/en", "Two", true),
        ("language/fr", "Three", true),
        ("breaking/sport", "Two", true),
        ("breaking/sport", "One", false),
        // The one that is named itself wins.
        ("section/world", "Three", false),
    ] {
        newsroom.all_formats(feed, headline, there);
    }
    assert!(!newsroom.path("feeds/breaking/world.rss").exists());
    assert_eq!(get(&daemon.url("/feeds/author/%C3%A9mile-zola.rss")).status, 200);
    let preview = newsroom.newswire(&["preview", newsroom.path("articles/a.md").to_str().unwrap()]);
    let preview = String::from_utf8(preview.stdout).unwrap();
    assert!(preview.contains("section/sport, author/a-writer, author/émile-zola, language/en-gb, language/en"), "{preview}");
}
