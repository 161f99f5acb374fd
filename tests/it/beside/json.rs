//! An article as JSON, at its permalink with `.json`.

use serde_json::Value;

use crate::newsroom::{Newsroom, article, await_that, get, get_with};

#[test]
fn an_article_is_there_for_programs_too() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("storm.md", "---\ntitle: Storm\ntags: [weather]\nauthor: Jo Doe\n---\n\nText of *it*.\n");
    let daemon = newsroom.start();
    let page = get(&daemon.url("/articles/storm"));
    assert!(page.body.contains(r#"<link rel="alternate" type="application/json" href="/articles/storm.json">"#), "{}", page.body);
    let url = daemon.url("/articles/storm.json");
    let answer = get(&url);
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("link"), "<https://example.org/articles/storm>; rel=\"canonical\"");
    let item: Value = serde_json::from_str(&answer.body).unwrap();
    // The same as in the feed, and the language that the feed says for all of its items.
    let feed: Value = serde_json::from_str(&newsroom.feed("all.json")).unwrap();
    let mut expected = feed["items"][0].clone();
    expected["language"] = feed["language"].clone();
    assert_eq!(item, expected);
    assert_eq!((item["title"].as_str(), item["content_html"].as_str()), (Some("Storm"), Some("<p>Text of <em>it</em>.</p>")));
    assert_eq!(get_with(&url, &[("if-none-match", answer.header("etag"))]).status, 304);

    // A correction is another version; a new name leads on; a withdrawal is told with its reason.
    newsroom.drop_article("storm.md", article("Storm, corrected", "Text."));
    await_that("the correction", || get(&url).body.contains("corrected").then_some(()));
    std::fs::rename(newsroom.path("articles/storm.md"), newsroom.path("articles/gale.md")).unwrap();
    let moved = await_that("the new place", || Some(get(&url)).filter(|answer| answer.status == 301));
    assert_eq!(moved.header("location"), "/articles/gale.json");
    newsroom.drop_article("gale.md", "---\ntitle: Storm\nwithdrawn: It was no storm.\n---\n\nText.\n");
    let gone = await_that("the withdrawal", || Some(get(&daemon.url("/articles/gale.json"))).filter(|answer| answer.status == 410));
    assert_eq!(gone.header("content-type"), "application/problem+json");
    let problem: Value = serde_json::from_str(&gone.body).unwrap();
    assert_eq!(problem["status"], 410);
    assert!(problem["detail"].as_str().unwrap().ends_with("It was no storm."), "{problem}");
    assert_eq!(get(&daemon.url("/articles/nothing.json")).status, 404);
}

#[test]
fn an_article_whose_own_link_ends_so_is_a_page() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("data.md", "---\ntitle: Data\nlink: /data.json\n---\n\nText.\n");
    newsroom.drop_article("held.md", "---\ntitle: Held\ndraft: true\n---\n\nText.\n");
    let daemon = newsroom.start();
    let page = get(&daemon.url("/data.json"));
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert_eq!(get(&daemon.url("/data.json.json")).header("content-type"), "application/json");
    assert_eq!(get(&daemon.url("/articles/held.json")).status, 404, "what is held is not betrayed");
}
