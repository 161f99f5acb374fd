//! Whom adopting tells: no one; and what it leaves alone because somebody was told.

use std::time::Duration;

use crate::newsroom::{Newsroom, Receiver, article};

#[test]
fn nobody_is_told_and_what_was_told_keeps_its_id() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.drop_article("old.md", "---\ntitle: Old\ndate: 2020-01-01\n---\n\nOld.\n");
    let daemon = newsroom.start();
    newsroom.drop_article("news.md", article("News", "Told."));
    let told = receiver.next();
    let id = told.json["data"]["id"].as_str().unwrap().to_owned();
    assert!(daemon.stop().success());
    let item = |name: &str, guid: &str| {
        format!("<item><title>{name}</title><link>https://example.org/articles/{name}</link><guid>{guid}</guid></item>")
    };
    let rss = format!("<rss version='2.0'><channel><title>x</title>{}{}</channel></rss>", item("old", "g-1"), item("news", "g-2"));
    std::fs::write(newsroom.path("old.xml"), rss).unwrap();
    let output = newsroom.newswire(&["adopt", "old.xml", "--apply", "--json"]);
    let plan: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(plan["items"][0]["outcome"], "take-over");
    assert_eq!(plan["items"][1]["reason"], "told");

    let daemon = newsroom.start();
    newsroom.all_formats("all", "g-1", true);
    receiver.nothing_more("adopting", Duration::from_millis(300));
    // The withdrawal of what was told reaches the receiver under the id that it knows.
    newsroom.remove_article("news.md");
    let withdrawn = receiver.next();
    assert_eq!((withdrawn.kind(), withdrawn.json["data"]["id"].as_str().unwrap()), ("article.withdrawn", id.as_str()));
    // What took an id over is told under that from then on.
    newsroom.drop_article("old.md", "---\ntitle: Old, corrected\ndate: 2020-01-01\n---\n\nOld.\n");
    let updated = receiver.next();
    assert_eq!((updated.kind(), updated.json["data"]["id"].as_str().unwrap()), ("article.updated", "g-1"));
    assert!(daemon.stop().success());
}
