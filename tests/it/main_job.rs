//! The main job: an article file becomes feeds and a signed webhook; a change and a removal are told, too.

use std::time::{Duration, Instant};

use feed_rs::model::Entry;

use crate::newsroom::{Newsroom, Receiver, article, get};

/// A clipping in the form that agencies and web pages give it; people and places are invented.
const WIRE: &str = "Harbour authority officials ‘inspect’ Northwind Ferries after audit leak\n\
\n\
Visit comes as minister travels to Eastport, after reports that passengers and crews were among those overcharged\n\
\n\
Maren Aldous is The Eastport Courier's maritime correspondent.\n\
\n\
In this file photo taken on August 28, 2025, a crew member walks past the terminal housing Northwind Ferries, in Eastport. (Ilse Brandt/AFP)\n\
In this file photo taken on August 28, 2025, a crew member walks past the terminal housing Northwind Ferries, in Eastport. (Ilse Brandt/AFP)\n\
\n\
The harbour authority said on Wednesday that a number of officials had visited the offices of Northwind Ferries to look into the claims of a recent audit.\n\
\n\
“Representatives of several departments were there to check what has been reported,” the authority said in a statement.\n\
\n\
Harbour minister Tor Vass, left, greets Captain Edda Lind in Eastport, on July 28, 2025. (Ariane Holm/Harbour Ministry)\n\
\n\
Harbour authority probe\n\
\n\
After the audit was published, the authority said that it would take “appropriate action” if terms & conditions had been broken.\n\
\n\
The Associated Press contributed to this report.\n\
\n\
read more:\n\
Never miss breaking news on Eastport\n\
Get notifications to stay updated\n\
You're subscribed\n";

fn entries(newsroom: &Newsroom, extension: &str) -> Vec<Entry> {
    let text = newsroom.feed(&format!("all.{extension}"));
    feed_rs::parser::parse(text.as_bytes()).unwrap_or_else(|error| panic!("all.{extension}: {error}\n{text}")).entries
}

#[test]
fn a_clipping_stands_in_three_formats_and_is_told_once() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let _daemon = newsroom.start();

    let dropped = Instant::now();
    newsroom.drop_article("ferries.txt", WIRE);
    newsroom.all_formats("all", "Northwind", true);
    assert!(dropped.elapsed() < Duration::from_secs(1), "in the feeds after {:?}", dropped.elapsed());

    for extension in ["rss", "atom", "json"] {
        let entries = entries(&newsroom, extension);
        assert_eq!(entries.len(), 1);
        let entry = &entries[0];
        assert_eq!(entry.title.as_ref().unwrap().content, "Harbour authority officials ‘inspect’ Northwind Ferries after audit leak");
        assert!(entry.summary.as_ref().unwrap().content.starts_with("Visit comes as minister"), "{extension}");
        assert_eq!(entry.authors[0].name.as_deref(), Some("Maren Aldous"), "{extension}");
        let body = entry.content.as_ref().and_then(|content| content.body.clone()).unwrap();
        assert_eq!(body.matches("a crew member walks past").count(), 1, "{extension}: the caption stands once");
        assert!(body.contains("Ilse Brandt/AFP") && body.contains("Ariane Holm/Harbour Ministry"), "{extension}: {body}");
        assert!(body.contains("<h2>Harbour authority probe</h2>"), "{extension}: {body}");
        assert!(body.contains("The Associated Press"), "{extension}");
        for furniture in ["read more", "Never miss", "Get notifications", "subscribed"] {
            assert!(!body.contains(furniture), "{extension}: {furniture}");
        }
    }

    let published = receiver.next();
    assert_eq!(published.kind(), "article.published");
    let data = &published.json["data"];
    assert_eq!(data["headline"], "Harbour authority officials ‘inspect’ Northwind Ferries after audit leak");
    assert_eq!(data["authors"][0]["name"], "Maren Aldous");
    assert_eq!(data["contributors"][0]["name"], "The Associated Press");
    assert_eq!(data["revision"], 1);
    assert_eq!(data["source"], "ferries.txt");
    assert_eq!(data["link"], "https://example.org/articles/ferries");
    assert!(data["feeds"].as_array().unwrap().contains(&"https://example.org/feeds/all.atom".into()), "{data}");
    assert_eq!(published.json["sequence"], 1);

    newsroom.drop_article("ferries.txt", WIRE.replace("appropriate action", "every step"));
    let updated = receiver.next();
    assert_eq!(updated.kind(), "article.updated");
    assert_eq!(updated.json["data"]["changed"], serde_json::json!(["body"]));
    assert_eq!(updated.json["data"]["revision"], 2);
    assert_eq!(updated.json["data"]["id"], data["id"]);
    newsroom.all_formats("all", "every step", true);

    newsroom.remove_article("ferries.txt");
    let withdrawn = receiver.next();
    assert_eq!(withdrawn.kind(), "article.withdrawn");
    let gone = &withdrawn.json["data"];
    assert_eq!((&gone["advisory"], &gone["reason"], &gone["id"]), (&"deleted".into(), &serde_json::Value::Null, &data["id"]));
    assert!(gone.get("html").is_none() && gone.get("text").is_none(), "a withdrawal carries no text: {gone}");
    newsroom.all_formats("all", "Northwind", false);
    for extension in ["rss", "atom", "json"] {
        assert_eq!(entries(&newsroom, extension).len(), 0);
    }
    receiver.nothing_more("the withdrawal", Duration::from_millis(300));
    let ids = [published.id(), updated.id(), withdrawn.id()].map(str::to_owned);
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2], "{ids:?}");
}

#[test]
fn feeds_stand_before_anyone_is_told() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let _daemon = newsroom.start();
    for n in 0..20 {
        newsroom.drop_article(&format!("a{n}.md"), article(&format!("Headline number {n}."), "Text."));
        let told = receiver.next();
        for extension in ["rss", "atom", "json"] {
            assert!(newsroom.feed(&format!("all.{extension}")).contains(told.headline()), "{extension} lacks {}", told.headline());
        }
    }
}

#[test]
fn typed_headlines_come_out_as_typed_everywhere() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let daemon = newsroom.start();
    for (name, headline) in [("a", "AT&T buys <head> & co"), ("b", "I <3 it"), ("c", "5 > 3 &amp; \"quotes\" ]]>")] {
        newsroom.drop_article(&format!("{name}.md"), format!("+++\ntitle = '''{headline}'''\n+++\nText.\n"));
        assert_eq!(receiver.next().headline(), headline);
        for extension in ["rss", "atom", "json"] {
            let found = entries(&newsroom, extension);
            assert!(found.iter().any(|entry| entry.title.as_ref().unwrap().content == headline), "{extension}: {headline}");
        }
    }
    let page = get(&daemon.url("/articles/a"));
    assert!(page.body.contains("AT&amp;T buys &lt;head&gt; &amp; co"), "{}", page.body);
}

#[test]
fn the_server_shows_what_the_feeds_say() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("welcome.md", article("Welcome to the wire", "Hello **readers**."));
    let daemon = newsroom.start();
    assert_eq!(get(&daemon.url("/readyz")).status, 200);
    assert_eq!(get(&daemon.url("/healthz")).status, 200);
    for (file, kind) in [
        ("all.rss", "application/rss+xml"),
        ("all.atom", "application/atom+xml"),
        ("all.json", "application/feed+json"),
        ("breaking.rss", "application/rss+xml"),
    ] {
        let answer = get(&daemon.url(&format!("/feeds/{file}")));
        assert_eq!(answer.status, 200, "{file}");
        assert!(answer.header("content-type").starts_with(kind), "{file}: {}", answer.header("content-type"));
        assert_eq!(answer.body, newsroom.feed(file), "{file}: the server's bytes are the file's");
    }
    let page = get(&daemon.url("/articles/welcome"));
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<strong>readers</strong>"), "{}", page.body);
    let front = get(&daemon.url("/"));
    assert!(front.body.contains("Welcome to the wire") && front.body.contains("application/atom+xml"), "{}", front.body);

    newsroom.drop_article("welcome.md", "---\ntitle: Welcome to the wire\nwithdrawn: Sent by mistake.\n---\nHello.\n");
    newsroom.all_formats("all", "Welcome to the wire", false);
    let gone = get(&daemon.url("/articles/welcome"));
    assert_eq!(gone.status, 410);
    assert!(gone.body.contains("Sent by mistake."), "{}", gone.body);
    assert_eq!(get(&daemon.url("/articles/never-was")).status, 404);
}
