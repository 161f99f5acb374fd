//! A built page dropped into the folder: its article stands in every format, without the page around it.

use std::fs;
use std::path::Path;

use crate::newsroom::Newsroom;

fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/html").join(name)).unwrap()
}

#[test]
fn a_page_becomes_an_entry_in_three_formats_and_is_corrected_and_withdrawn() {
    let newsroom = Newsroom::new();
    let mut daemon = newsroom.start();
    newsroom.drop_article("ferry.html", fixture("wordpress.html"));
    newsroom.all_formats("all", "two ships are in dry dock", true);

    for extension in ["rss", "atom", "json"] {
        let text = newsroom.feed(&format!("all.{extension}"));
        let feed = feed_rs::parser::parse(text.as_bytes()).unwrap_or_else(|error| panic!("all.{extension}: {error}\n{text}"));
        let entry = &feed.entries[0];
        assert_eq!(entry.title.as_ref().unwrap().content, "Ferry sailings halved from Monday", "{extension}");
        assert_eq!(entry.authors[0].name.as_deref(), Some("Maren Aldous"), "{extension}");
        assert_eq!(entry.published.unwrap().to_rfc3339(), "2026-11-20T06:30:00+00:00", "{extension}");
        assert_eq!(entry.links[0].href, "https://courier.example/2026/11/ferry-sailings-halved/", "{extension}");
        let body = entry.content.as_ref().and_then(|content| content.body.clone()).unwrap();
        assert!(body.contains("<h2>What changes</h2>") && body.contains("Ilse Brandt"), "{extension}: {body}");
        // The picture that the page loads late, relative to the article's own link.
        assert!(body.contains("src=\"https://courier.example/wp-content/uploads/2026/11/dock-800x450.jpg\""), "{extension}: {body}");
        for chrome in ["Skip to content", "Posted on", "Read also", "Sign up", "Share this", "Older post", "First!", "not text"] {
            assert!(!text.contains(chrome), "{extension}: {chrome}");
        }
    }

    // newswire's own keys, in the page itself.
    let page = String::from_utf8(fixture("wordpress.html")).unwrap();
    let with = |key: &str, value: &str| page.replace("<style>", &format!("<meta name=\"newswire:{key}\" content=\"{value}\"><style>"));
    newsroom.drop_article("ferry.html", with("correction", "Sailings are halved from Tuesday."));
    newsroom.all_formats("all", "Sailings are halved from Tuesday.", true);
    newsroom.drop_article("ferry.html", with("withdrawn", "published in error"));
    newsroom.all_formats("all", "two ships are in dry dock", false);

    // A page that is no article is told of, once, and shown nowhere.
    newsroom.drop_article("news/index.html", fixture("list.html"));
    let said = daemon.await_log("news/index.html");
    assert!(said.contains("a list of 3 articles"), "{said}");
    assert!(!newsroom.feed("all.rss").contains("The first of the stories"));
}
