//! Files of several articles: what becomes of each when the file changes, moves, breaks or goes.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use serde_json::{Value, json};

use crate::newsroom::{Newsroom, Received, Receiver, article};

/// A JSON Feed of these items: id, title, text.
fn feed(items: &[(&str, &str, &str)]) -> String {
    let items: Vec<Value> = items.iter().map(|(id, title, text)| json!({"id": id, "title": title, "content_text": text})).collect();
    let feed = json!({"version": "https://jsonfeed.org/version/1.1", "title": "Wire", "items": items});
    serde_json::to_string_pretty(&feed).unwrap()
}

const THREE: [(&str, &str, &str); 3] = [
    ("tag:wire.example,2026:one", "First story", "One."),
    ("tag:wire.example,2026:two", "Second story", "Two."),
    ("tag:wire.example,2026:three", "Third story", "Three."),
];

/// Ids by headline, as a feed reader finds them.
fn ids(newsroom: &Newsroom) -> BTreeMap<String, String> {
    let feed = feed_rs::parser::parse(newsroom.feed("all.atom").as_bytes()).unwrap();
    feed.entries.into_iter().map(|entry| (entry.title.unwrap().content, entry.id)).collect()
}

fn live(newsroom: &Newsroom, count: u64) {
    newsroom.status_that(&format!("{count} live"), |status| status["articles"]["live"] == count);
}

/// Drops an article of its own and awaits that it is told: whatever else was to be told came before it.
fn nothing_but_a_fence(newsroom: &Newsroom, receiver: &Receiver, name: &str) {
    newsroom.drop_article(&format!("{name}.md"), article(name, "Text."));
    let one = receiver.next();
    assert_eq!((one.kind(), one.headline()), ("article.published", name), "something else was told: {}", one.json);
}

fn three_came(receiver: &Receiver) -> Vec<Received> {
    let told = receiver.until(|told| told.len() == 3);
    assert!(told.iter().all(|one| one.kind() == "article.published"));
    let mut headlines: Vec<&str> = told.iter().map(Received::headline).collect();
    headlines.sort_unstable();
    assert_eq!(headlines, ["First story", "Second story", "Third story"]);
    told
}

#[test]
fn a_feed_of_three_becomes_three_articles_each_with_a_life_of_its_own() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let _daemon = newsroom.start();
    newsroom.drop_article("wire/feed.json", feed(&THREE));
    three_came(&receiver);
    for headline in ["First story", "Second story", "Third story"] {
        newsroom.all_formats("all", headline, true);
    }
    let before = ids(&newsroom);
    assert_eq!(before["Second story"], "tag:wire.example,2026:two", "an item keeps the id that it has");
    assert!(newsroom.feed("all.atom").contains("https://example.org/articles/second-story"), "the headline makes the link");

    // Another order, and white space.
    let mut other = THREE;
    other.reverse();
    newsroom.drop_article("wire/feed.json", feed(&other).replace("  ", "\t"));
    nothing_but_a_fence(&newsroom, &receiver, "Fence one");

    // One item edited.
    other[1].2 = "Two, and more.";
    newsroom.drop_article("wire/feed.json", feed(&other));
    let updated = receiver.next();
    assert_eq!((updated.kind(), updated.headline()), ("article.updated", "Second story"));
    assert_eq!(updated.json["data"]["changed"], json!(["body"]));
    newsroom.all_formats("all", "Two, and more.", true);

    // Its headline changes, its link does not.
    other[1].1 = "Second story, corrected";
    newsroom.drop_article("wire/feed.json", feed(&other));
    let updated = receiver.next();
    assert_eq!(updated.json["data"]["link"], "https://example.org/articles/second-story", "{}", updated.json);

    // One item removed.
    newsroom.drop_article("wire/feed.json", feed(&other[..2]));
    let withdrawn = receiver.next();
    assert_eq!((withdrawn.kind(), withdrawn.headline()), ("article.withdrawn", "First story"));
    assert_eq!(withdrawn.json["data"]["advisory"], "deleted");
    newsroom.all_formats("all", "First story", false);
    newsroom.all_formats("all", "Third story", true);

    // It comes back as who it was.
    newsroom.drop_article("wire/feed.json", feed(&other));
    let restored = receiver.next();
    assert_eq!((restored.kind(), restored.json["data"]["id"].as_str()), ("article.published", Some("tag:wire.example,2026:one")));

    // The file goes, and its articles with it: three of four, which is neither all nor many.
    newsroom.remove_article("wire/feed.json");
    let gone = receiver.until(|told| told.len() == 3);
    assert!(gone.iter().all(|one| one.kind() == "article.withdrawn"));
    live(&newsroom, 1);
}

#[test]
fn a_file_that_moves_takes_its_articles_along() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.set("removal_grace", "\"1s\"");
    // Without ids of their own: the ids that were made for them must stay.
    let text = "{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [{\"title\": \"A\", \"content_text\": \"a\"}, {\"title\": \"B\", \"content_text\": \"b\"}]}";
    newsroom.drop_article("one/feed.json", text);
    let daemon = newsroom.start();
    live(&newsroom, 2);
    let before = ids(&newsroom);
    fs::create_dir(newsroom.path("articles/two")).unwrap();
    fs::rename(newsroom.path("articles/one/feed.json"), newsroom.path("articles/two/wire.json")).unwrap();
    nothing_but_a_fence(&newsroom, &receiver, "Fence");
    // The grace is over, and nothing went.
    receiver.nothing_more("the grace", Duration::from_millis(1500));
    live(&newsroom, 3);
    let mut after = ids(&newsroom);
    after.remove("Fence");
    assert_eq!(after, before);

    // The same while nobody looks.
    assert!(daemon.stop().success());
    fs::rename(newsroom.path("articles/two/wire.json"), newsroom.path("articles/third.json")).unwrap();
    let _daemon = newsroom.start();
    nothing_but_a_fence(&newsroom, &receiver, "Fence two");
    receiver.nothing_more("the grace", Duration::from_millis(1500));
    let mut after = ids(&newsroom);
    after.retain(|headline, _| !headline.starts_with("Fence"));
    assert_eq!(after, before);
}

#[test]
fn a_restart_tells_only_what_changed_meanwhile() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.drop_article("feed.json", feed(&THREE));
    let daemon = newsroom.start();
    live(&newsroom, 3);
    // A first scan keeps no texts: they are read again for the feeds.
    for text in ["One.", "Two.", "Three."] {
        newsroom.all_formats("all", text, true);
    }
    assert!(daemon.stop().success());
    let before = newsroom.feed("all.atom");

    let daemon = newsroom.start();
    assert_eq!(newsroom.feed("all.atom"), before);
    nothing_but_a_fence(&newsroom, &receiver, "Fence");
    assert!(daemon.stop().success());

    // One edited, one gone, one new.
    let changed = [THREE[0], (THREE[1].0, THREE[1].1, "Two, edited."), ("tag:wire.example,2026:four", "Fourth story", "Four.")];
    newsroom.drop_article("feed.json", feed(&changed));
    let _daemon = newsroom.start();
    let told = receiver.until(|told| told.len() == 3);
    let told: BTreeMap<&str, &str> = told.iter().map(|one| (one.headline(), one.kind())).collect();
    let expected = [("Second story", "article.updated"), ("Third story", "article.withdrawn"), ("Fourth story", "article.published")];
    assert_eq!(told, BTreeMap::from(expected));
    receiver.nothing_more("the three", Duration::from_millis(500));
}

#[test]
fn a_broken_file_keeps_what_stood_in_it_and_a_broken_item_keeps_only_itself() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.drop_article("feed.json", feed(&THREE));
    let mut daemon = newsroom.start();
    live(&newsroom, 3);
    let whole = feed(&THREE);
    newsroom.drop_article("feed.json", &whole[..whole.len() / 2]);
    daemon.await_log("feed.json:");
    nothing_but_a_fence(&newsroom, &receiver, "Fence one");
    receiver.nothing_more("the grace", Duration::from_millis(600));
    live(&newsroom, 4);
    newsroom.status_that("names it", |status| status["diagnostics"].to_string().contains("\"path\":\"feed.json\""));

    // One item that cannot be read, one that was edited.
    let edited = whole
        .replace("\"One.\"", "\"One, edited.\"")
        .replace("\"title\": \"Second story\"", "\"title\": \"Second\", \"date_published\": \"soon\"");
    newsroom.drop_article("feed.json", &edited);
    let one = receiver.next();
    assert_eq!((one.kind(), one.headline()), ("article.updated", "First story"));
    let said = daemon.await_log("'date_published' is 'soon'");
    assert!(said.contains("feed.json:") && said.contains("tag:wire.example,2026:two"), "{said}");
    nothing_but_a_fence(&newsroom, &receiver, "Fence two");
    receiver.nothing_more("the grace", Duration::from_millis(600));
    newsroom.all_formats("all", "Second story", true);

    // Mended, nothing is left to say.
    newsroom.drop_article("feed.json", &whole);
    assert_eq!(receiver.next().headline(), "First story");
    newsroom.status_that("is clean", |status| !status["diagnostics"].to_string().contains("feed.json"));
}

#[test]
fn an_emptied_feed_withdraws_its_articles_and_an_empty_file_does_not() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.drop_article("other.md", article("Another story", "Text."));
    newsroom.drop_article("feed.json", feed(&THREE[..2]));
    let _daemon = newsroom.start();
    live(&newsroom, 3);
    newsroom.drop_article("feed.json", "");
    nothing_but_a_fence(&newsroom, &receiver, "Fence");
    receiver.nothing_more("the grace", Duration::from_millis(600));
    live(&newsroom, 4);
    newsroom.drop_article("feed.json", feed(&[]));
    let gone = receiver.until(|told| told.len() == 2);
    assert!(gone.iter().all(|one| one.kind() == "article.withdrawn"));
    live(&newsroom, 2);
}

#[test]
fn all_articles_of_the_only_file_are_not_withdrawn_unasked() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.drop_article("feed.json", feed(&THREE));
    let mut daemon = newsroom.start();
    live(&newsroom, 3);
    newsroom.remove_article("feed.json");
    daemon.await_log("newswire confirm");
    live(&newsroom, 3);
    assert!(newsroom.newswire(&["confirm"]).status.success());
    let gone = receiver.until(|told| told.len() == 3);
    assert!(gone.iter().all(|one| one.kind() == "article.withdrawn"));
}

#[test]
fn a_file_of_one_may_become_a_file_of_several_and_back() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let item = |text: &str| json!({"id": THREE[0].0, "title": THREE[0].1, "content_text": text}).to_string();
    newsroom.drop_article("wire.json", item("One."));
    let _daemon = newsroom.start();
    live(&newsroom, 1);
    newsroom.drop_article("wire.json", feed(&THREE[..2]));
    let one = receiver.next();
    assert_eq!((one.kind(), one.headline()), ("article.published", "Second story"));
    nothing_but_a_fence(&newsroom, &receiver, "Fence");
    receiver.nothing_more("the grace", Duration::from_millis(600));
    newsroom.drop_article("wire.json", item("One, edited."));
    let told = receiver.until(|told| told.len() == 2);
    let told: BTreeMap<&str, &str> = told.iter().map(|one| (one.headline(), one.kind())).collect();
    assert_eq!(told, BTreeMap::from([("First story", "article.updated"), ("Second story", "article.withdrawn")]));
}

#[test]
fn an_id_in_two_files_is_said_of_the_second_and_cleared_with_it() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("a.json", feed(&THREE[..1]));
    let mut daemon = newsroom.start();
    newsroom.drop_article("b.json", feed(&THREE));
    let said = daemon.await_log("is already that of");
    assert!(said.contains("b.json:1:1:") && said.contains("a.json"), "{said}");
    live(&newsroom, 3);
    let noted = |status: &Value| status["diagnostics"].as_array().unwrap().iter().any(|one| one["path"] == "b.json");
    newsroom.status_that("says so", noted);
    newsroom.drop_article("b.json", feed(&THREE[1..]));
    newsroom.status_that("is clean", |status| !noted(status));
    live(&newsroom, 3);
}

#[test]
fn a_feed_that_newswire_wrote_is_read_back_as_it_was() {
    let first = Newsroom::new();
    first.drop_article(
        "ferry.md",
        "---\ntitle: Ferries & <locks>\nsummary: A summary.\nauthors: [Ada Marin, Ben Lund]\ntags: [Sea, night boats]\nsection: Harbour\n\
         date: 2026-11-01T10:00:00Z\nupdated: 2026-11-02T10:00:00Z\nlanguage: de\nimage: {url: /a.jpg, type: image/jpeg, caption: Quay}\n---\n\n\
         Text with a [link](other) & *more*.\n\n> Quoted.\n",
    );
    first.drop_article("bridge.md", "---\ntitle: Bridge\nid: urn:x:bridge\ndate: 2026-10-01\n---\n\nOne line.\n");
    assert!(first.newswire(&["build"]).status.success());
    let entries = |newsroom: &Newsroom| serde_json::from_str::<Value>(&newsroom.feed("all.json")).unwrap()["items"].clone();
    assert_eq!(entries(&first).as_array().unwrap().len(), 2);
    for extension in ["json", "atom", "rss"] {
        let second = Newsroom::new();
        let file = format!("all.{extension}");
        second.drop_article(&file, first.feed(&file));
        assert!(second.newswire(&["build"]).status.success());
        assert_eq!(entries(&second), entries(&first), "{extension}");
    }
}

#[test]
fn a_mail_that_is_saved_into_the_folder_is_told_without_its_sender_s_address() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let _daemon = newsroom.start();
    let mail = "From: Ada Marin <ada@secret.example>\r\nSubject: =?utf-8?q?Caf=C3=A9?= closes\r\nMessage-ID: <1@secret.example>\r\n\
                Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nThe caf=E9 closes.\r\n";
    newsroom.drop_article("desk/cafe.eml", mail);
    let told = receiver.next();
    assert_eq!((told.kind(), told.headline()), ("article.published", "Café closes"));
    assert_eq!(
        (told.json["data"]["text"].as_str(), told.json["data"]["authors"][0]["name"].as_str()),
        (Some("The café closes."), Some("Ada Marin"))
    );
    newsroom.all_formats("all", "The café closes.", true);
    assert!(!told.json.to_string().contains("secret.example"), "{}", told.json);
    for feed in ["all.rss", "all.atom", "all.json"] {
        assert!(!newsroom.feed(feed).contains("secret.example"), "{feed}");
    }
}

#[test]
fn check_and_preview_show_every_article_of_a_file() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("feed.json", feed(&THREE));
    newsroom.drop_article("package.json", "{\"name\": \"theme\", \"version\": \"1.0.0\"}");
    let checked = newsroom.newswire(&["check"]);
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success(), "a data file among articles is no error: {said}");
    let shown = newsroom.newswire(&["preview", newsroom.path("articles/feed.json").to_str().unwrap()]);
    let text = String::from_utf8_lossy(&shown.stdout).into_owned();
    for (id, headline, body) in THREE {
        assert!(text.contains(id) && text.contains(headline) && text.contains(body), "{text}");
    }
    newsroom.drop_article("empty.json", feed(&[]));
    let shown = newsroom.newswire(&["preview", newsroom.path("articles/empty.json").to_str().unwrap()]);
    let said = String::from_utf8_lossy(&shown.stderr).into_owned();
    assert!(!shown.status.success() && said.contains("no items") && !said.contains("no such file"), "{said}");
}
