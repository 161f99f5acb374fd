//! Drafts, embargoes, holds, kills and corrections, as a newsroom does them.

mod clocks;
mod redirects;
mod tombstones;

use std::time::{Duration, Instant};

use newswire::instant::Instant as Moment;

use crate::newsroom::{Newsroom, Received, Receiver, article, get};

fn with(fields: &str) -> String {
    format!("---\ntitle: The story\n{fields}\n---\n\nText.\n")
}

fn told(one: &Received) -> (&str, u64, &serde_json::Value) {
    (one.kind(), one.json["data"]["revision"].as_u64().unwrap(), &one.json["data"]["advisory"])
}

#[test]
fn from_draft_to_kill() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let _daemon = newsroom.start();
    let null = &serde_json::Value::Null;

    newsroom.drop_article("a.md", with("draft: true"));
    newsroom.status_that("held", |status| status["articles"]["held"] == 1);
    newsroom.drop_article("a.md", with("date: 2001-01-01"));
    assert_eq!(told(&receiver.next()), ("article.published", 1, null), "released from a draft, it is news however old");
    newsroom.drop_article("a.md", with("date: 2001-01-01\nhold: Legal"));
    let held = receiver.next();
    assert_eq!(told(&held), ("article.withdrawn", 2, &"hold".into()));
    assert_eq!(held.json["data"]["reason"], "Legal");
    newsroom.all_formats("all", "The story", false);
    newsroom.drop_article("a.md", with("date: 2001-01-01"));
    assert_eq!(told(&receiver.next()), ("article.published", 3, null));
    newsroom.drop_article("a.md", with("date: 2001-01-01\ncorrection: An earlier version misspelt a name."));
    let corrected = receiver.next();
    assert_eq!(told(&corrected), ("article.updated", 4, null));
    assert_eq!(corrected.json["data"]["correction"], "An earlier version misspelt a name.");
    newsroom.all_formats("all", "misspelt", true);
    newsroom.drop_article("a.md", with("date: 2001-01-01\nwithdrawn: Wrong in substance"));
    let killed = receiver.next();
    assert_eq!(told(&killed), ("article.withdrawn", 5, &"kill".into()));
    assert_eq!(killed.json["data"]["reason"], "Wrong in substance");
    newsroom.all_formats("all", "The story", false);
}

#[test]
fn an_embargo_lifts_by_itself_also_over_a_restart() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let daemon = newsroom.start();
    let at = Moment::now().plus(Duration::from_millis(1500));
    newsroom.drop_article("a.md", with(&format!("embargo: {at}")));
    newsroom.status_that("held", |status| status["articles"]["held"] == 1);
    assert!(!newsroom.feed("all.atom").contains("The story"), "nothing shows before its hour");
    daemon.kill();
    let _daemon = newsroom.start();
    let one = receiver.next();
    let now = Moment::now();
    assert!(now >= at, "told {now} before {at}");
    assert!(now.since(at) < Duration::from_secs(1), "told {now} for {at}");
    assert_eq!(one.kind(), "article.published");
    newsroom.all_formats("all", "The story", true);
}

#[test]
fn a_note_stands_on_top_wherever_the_article_does() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.add_config("[[feed]]\nname = \"all\"\n[[feed]]\nname = \"brief\"\ncontent = \"summary\"\n");
    let daemon = newsroom.start();
    newsroom.drop_article("a.md", with("summary: In short"));
    assert_eq!(receiver.next().kind(), "article.published");
    for (keys, name, note) in
        [("update: Adds an answer", "Update", "Adds an answer"), ("correction: It was Tuesday", "Correction", "It was Tuesday")]
    {
        newsroom.drop_article("a.md", with(&format!("summary: In short\n{keys}")));
        let told = receiver.next();
        assert_eq!((told.kind(), told.json["data"]["correction"].as_str()), ("article.updated", Some(note)));
        let on_top = format!("<p><strong>{name}:</strong> {note}</p>\n<p>Text.");
        assert!(told.json["data"]["html"].as_str().unwrap().starts_with(&on_top), "{}", told.json);
        for feed in ["all", "brief"] {
            newsroom.all_formats(feed, note, true);
        }
        let entry = |file: &str| feed_rs::parser::parse(newsroom.feed(file).as_bytes()).unwrap().entries.remove(0);
        for extension in ["rss", "atom", "json"] {
            let whole = entry(&format!("all.{extension}")).content.unwrap().body.unwrap();
            assert!(whole.starts_with(&on_top), "{extension}: {whole}");
            let brief = entry(&format!("brief.{extension}")).summary.unwrap().content;
            assert!(brief.starts_with(&format!("{name}: {note}")) && brief.ends_with("In short"), "{extension}: {brief}");
        }
        let page = get(&daemon.url("/articles/a")).body;
        let (note_at, text_at) = (page.find(&format!("{name}</strong> {note}")).unwrap(), page.find("<p>Text.").unwrap());
        assert!(note_at < text_at, "{page}");
    }
}

#[test]
fn minor_changes_and_history_tell_no_one() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.drop_article("a.md", article("A story", "Before."));
    let mut daemon = newsroom.start();
    newsroom.drop_article("a.md", "---\ntitle: A story\nminor: true\n---\n\nA comma, moved.\n");
    newsroom.all_formats("all", "A comma, moved.", true);
    newsroom.drop_article("old.md", "---\ntitle: From the archive\ndate: 2010-05-05\n---\n\nText.\n");
    newsroom.all_formats("all", "From the archive", true);
    let line = daemon.await_log("old.md:1:1:");
    assert!(line.contains("announce"), "the log says how to tell it all the same: {line}");
    newsroom.drop_article("loud.md", "---\ntitle: Old but told\ndate: 2010-05-05\nannounce: true\n---\n\nText.\n");
    assert_eq!(receiver.next().headline(), "Old but told");
    let feed = newsroom.feed("all.json");
    let place = |headline: &str| feed.find(headline).unwrap_or_else(|| panic!("{headline} is missing"));
    assert!(place("Old but told") < place("A story") && place("A story") < place("From the archive"), "what is told stands on top");
}

#[test]
fn breaking_news_stands_in_its_feed() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::new();
    newsroom.add_webhook("urgent", &receiver.url(), "breaking_only = true");
    let _daemon = newsroom.start();
    newsroom.drop_article("calm.md", article("Calm news", "Text."));
    newsroom.all_formats("all", "Calm news", true);
    newsroom.drop_article("urgent.md", with("breaking: true"));
    assert_eq!(receiver.next().headline(), "The story");
    newsroom.all_formats("breaking", "The story", true);
    assert!(!newsroom.feed("breaking.atom").contains("Calm news"));
    // The withdrawal of what was sent passes the filter, though the article is no longer breaking.
    newsroom.drop_article("urgent.md", with("withdrawn: Not so"));
    assert_eq!(receiver.next().kind(), "article.withdrawn");
}

#[test]
fn an_editor_s_delete_and_recreate_is_one_update() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.set("removal_grace", "\"3s\"");
    newsroom.drop_article("a.md", article("A story", "Before."));
    let _daemon = newsroom.start();
    newsroom.remove_article("a.md");
    newsroom.drop_article("fence.md", article("Fence", "Text."));
    assert_eq!(receiver.next().headline(), "Fence");
    newsroom.all_formats("all", "A story", true);
    newsroom.drop_article("a.md", article("A story", "After."));
    assert_eq!(receiver.next().kind(), "article.updated");
    let began = Instant::now();
    receiver.nothing_more("the grace would be over", Duration::from_secs(4));
    assert!(began.elapsed() >= Duration::from_secs(4));
}

#[test]
fn a_rename_keeps_the_id_and_tells_no_one() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.drop_article("old-name.md", article("A story", "Text."));
    let daemon = newsroom.start();
    let id = |feed: &str| feed_rs::parser::parse(feed.as_bytes()).unwrap().entries[0].id.clone();
    let before = id(&newsroom.feed("all.atom"));
    std::fs::rename(newsroom.path("articles/old-name.md"), newsroom.path("articles/new-name.md")).unwrap();
    newsroom.all_formats("all", "articles/new-name", true);
    assert_eq!(id(&newsroom.feed("all.atom")), before);
    receiver.nothing_more("the rename", Duration::from_millis(500));
    drop(daemon);
}

#[test]
fn a_reload_takes_a_good_config_and_refuses_a_bad_one() {
    let (first, second) = (Receiver::start(), Receiver::start());
    let mut newsroom = Newsroom::telling(&[("first", &first)]);
    newsroom.drop_article("a.md", article("A story", "Text."));
    let mut daemon = newsroom.start();
    newsroom.configure("[site]\nurl = 3\n");
    daemon.signal(rustix::process::Signal::HUP);
    daemon.await_log("refused");
    newsroom.drop_article("b.md", article("Still running", "Text."));
    assert_eq!(first.next().headline(), "Still running");

    newsroom.add_webhook("second", &second.url(), "");
    newsroom.add_config("[[feed]]\nname = \"all\"\ntitle = \"A new title\"\n[[feed]]\nname = \"tagged\"\nselect = { tag = \"x\" }\n");
    daemon.signal(rustix::process::Signal::HUP);
    daemon.await_log("read again");
    newsroom.all_formats("all", "A new title", true);
    newsroom.feed_that("tagged.rss", "is there", |text| text.contains("<rss"));
    newsroom.drop_article("c.md", "---\ntitle: For both\ntags: [x]\n---\n\nText.\n");
    assert_eq!(first.next().headline(), "For both");
    assert_eq!(second.next().headline(), "For both", "a new endpoint counts from when it was added");
    newsroom.all_formats("tagged", "For both", true);
}

#[test]
fn links_between_files_lead_to_their_pages() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("_posts/2026-01-05-first.md", article("First", "Text."));
    newsroom.drop_article(
        "_posts/2026-01-06-second.md",
        article("Second", "See [it]({% post_url 2026-01-05-first %}#part) or [none]({% post_url 2020-01-01-gone %})."),
    );
    let _daemon = newsroom.start();
    newsroom.all_formats("all", "https://example.org/articles/first#part", true);
    newsroom.drop_article("prose.md", article("Prose", "The prefix article:x is a part; [plain](_posts/2026-01-05-first.md) is a link."));
    newsroom.all_formats("all", "The prefix article:x is a part", true);
    newsroom.drop_article("_posts/2026-01-07-third.md", article("Third", "See [that]({% post_url 2026-01-06-second %})."));
    newsroom.all_formats("all", "https://example.org/articles/second", true);
    assert!(!newsroom.feed("all.rss").contains("\"article:"), "{}", newsroom.feed("all.rss"));
    assert!(!newsroom.feed("all.rss").contains("01-05-first.md"), "{}", newsroom.feed("all.rss"));
}

#[test]
fn a_date_in_the_name_is_the_date_in_every_format() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("2024-02-03-plain.txt", "A plain headline\n\nA first paragraph of text that is long enough.\n");
    newsroom.drop_article("2024-02-04-marked.md", article("A marked one", "Text."));
    let _daemon = newsroom.start();
    newsroom.feed_that("all.json", "has both dates", |text| text.contains("2024-02-03T00:00:00Z") && text.contains("2024-02-04T00:00:00Z"));
}

#[test]
fn a_feed_taken_out_of_the_config_is_gone_for_good() {
    let mut newsroom = Newsroom::new();
    newsroom.drop_article("a.md", "---\ntitle: A story\ntags: [x]\n---\n\nText.\n");
    let before = newsroom.config_text().to_owned();
    newsroom.add_config("[[feed]]\nname = \"all\"\n[[feed]]\nname = \"old\"\nselect = { tag = \"x\" }\n");
    let daemon = newsroom.start();
    let status = |daemon: &crate::newsroom::Daemon, path: &str| crate::newsroom::get(&daemon.url(path)).status;
    assert_eq!(status(&daemon, "/feeds/old.rss"), 200);
    newsroom.configure(&before);
    let mut daemon = daemon;
    daemon.signal(rustix::process::Signal::HUP);
    daemon.await_log("read again");
    crate::newsroom::await_that("410", || (status(&daemon, "/feeds/old.rss") == 410).then_some(()));
    assert!(daemon.stop().success());
    let daemon = newsroom.start();
    assert_eq!(status(&daemon, "/feeds/old.rss"), 410, "also after a restart");
}

#[test]
fn yesterday_becomes_today_and_nothing_is_left_behind() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.drop_article("today.md", article("Monday", "Monday's text."));
    newsroom.drop_article("yesterday.md", article("Sunday", "Sunday's text."));
    let _daemon = newsroom.start();
    std::fs::rename(newsroom.path("articles/today.md"), newsroom.path("articles/yesterday.md")).unwrap();
    newsroom.drop_article("today.md", article("Tuesday", "Tuesday's text."));
    newsroom.all_formats("all", "Tuesday", true);
    newsroom.all_formats("all", "Sunday", false);
    let status = newsroom.status_that("two are live", |status| status["articles"]["live"] == 2);
    assert_eq!(status["articles"]["withdrawn"], 0);
    newsroom.drop_article("today.md", with("withdrawn: libel"));
    newsroom.all_formats("all", "Tuesday", false);
    newsroom.all_formats("all", "Monday", true);
    assert_eq!(newsroom.status()["articles"]["live"], 1);
}

#[test]
fn an_article_that_moves_down_makes_room_for_the_one_between() {
    let mut newsroom = Newsroom::new();
    newsroom.add_config("[[feed]]\nname = \"all\"\nlimit = 2\n");
    for (name, date) in [("a", "2020-03-01"), ("b", "2020-02-01"), ("c", "2020-01-01")] {
        newsroom.drop_article(&format!("{name}.md"), format!("---\ntitle: Story {name}.\ndate: {date}\n---\n\nText.\n"));
    }
    let _daemon = newsroom.start();
    newsroom.all_formats("all", "Story a.", true);
    newsroom.drop_article("a.md", "---\ntitle: Story a.\ndate: 2019-01-01\n---\n\nText.\n");
    newsroom.all_formats("all", "Story c.", true);
    newsroom.all_formats("all", "Story a.", false);
}
