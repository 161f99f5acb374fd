//! After a lost ledger: ids and dates come back from the feeds as they were last written.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::newsroom::{Newsroom, article};

/// Id, dates and link of each item of a JSON Feed, by title.
fn items(newsroom: &Newsroom) -> BTreeMap<String, Value> {
    let feed: Value = serde_json::from_str(&newsroom.feed("all.json")).unwrap();
    let kept = |item: &Value| {
        let keys = ["id", "url", "date_published", "date_modified"];
        (item["title"].as_str().unwrap().to_owned(), keys.iter().map(|key| item[*key].clone()).collect())
    };
    feed["items"].as_array().unwrap().iter().map(kept).collect()
}

fn atom_id(newsroom: &Newsroom) -> String {
    let atom = newsroom.feed("all.atom");
    atom.split("<id>").nth(1).and_then(|rest| rest.split("</id>").next()).unwrap().to_owned()
}

#[test]
fn a_lost_ledger_is_made_anew_from_our_own_feeds() {
    let mut newsroom = Newsroom::new();
    newsroom.drop_article("first.md", article("First", "No date of its own."));
    newsroom.drop_article("moved.md", "---\ntitle: Moved\ndate: 2024-02-02\n---\n\nText.\n");
    let daemon = newsroom.start();
    newsroom.drop_article("live.md", article("Live", "Told."));
    newsroom.all_formats("all", "Live", true);
    // Renamed: its id still says the old name.
    let articles = newsroom.path("articles");
    std::fs::rename(articles.join("moved.md"), articles.join("renamed.md")).unwrap();
    newsroom.all_formats("all", "articles/renamed", true);
    newsroom.drop_article("live.md", article("Live", "Told and edited."));
    newsroom.all_formats("all", "Told and edited.", true);
    assert!(daemon.stop().success());
    let (before, feed_id) = (items(&newsroom), atom_id(&newsroom));
    // Whoever restores articles from a backup has other times on their files.
    newsroom.drop_article("first.md", article("First", "No date of its own."));
    newsroom.drop_article("elsewhere.md", "---\ntitle: Elsewhere\ndate: 2023-01-01\n---\n\nNever published.\n");
    std::fs::remove_file(articles.join("live.md")).unwrap();
    newsroom.drop_article("live.md", article("Live", "Told and edited."));

    let whole = newsroom.newswire(&["ledger", "rebuild"]);
    assert_eq!(whole.status.code(), Some(3), "a ledger that is there is not lost");
    std::fs::remove_dir_all(newsroom.path("state")).unwrap();
    // What an earlier try left does not matter.
    std::fs::create_dir(newsroom.path("state")).unwrap();
    std::fs::write(newsroom.path("state/newswire.db.rebuilding"), "half").unwrap();
    let rebuilt = newsroom.newswire(&["ledger", "rebuild", "--json"]);
    assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stderr));
    let report: Value = serde_json::from_slice(&rebuilt.stdout).unwrap();
    assert_eq!((&report["brought_back"], &report["articles"]), (&3.into(), &4.into()), "{report:#}");
    assert_eq!(report["left_alone"], Value::Array(Vec::new()));
    assert!(report["not_brought_back"].to_string().contains("revisions") && report["not_brought_back"].to_string().contains("1 articles"));

    let mut left: Vec<_> = std::fs::read_dir(newsroom.path("state")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["newswire.db", "newswire.db.lock"]);

    let mut after = items(&newsroom);
    assert!(after.remove("Elsewhere").is_some());
    assert_eq!(after, before);
    assert_eq!(atom_id(&newsroom), feed_id);
    // It goes on as if nothing had been: nothing is new, nothing is told.
    newsroom.set("removal_grace", "\"100ms\"");
    let mut daemon = newsroom.start();
    assert!(!daemon.log().contains("first start"));
    assert_eq!(newsroom.status()["articles"]["live"], 4);
    assert!(daemon.stop().success());
}

#[test]
fn without_feeds_there_is_nothing_to_bring_back() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("a.md", article("A", "x"));
    let refused = newsroom.newswire(&["ledger", "rebuild"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("there are no feeds"));
    assert!(!newsroom.path("state/newswire.db").exists());
    // A log without its ledger would be taken for the new one's.
    std::fs::create_dir_all(newsroom.path("state")).unwrap();
    std::fs::write(newsroom.path("state/newswire.db-wal"), "left").unwrap();
    let refused = newsroom.newswire(&["ledger", "rebuild"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("newswire.db-wal is there"));
}

#[test]
fn ids_of_articles_that_stand_in_archives_alone_come_back() {
    let mut newsroom = Newsroom::new();
    newsroom.add_config("[[feed]]\nname = \"all\"\nlimit = 2\n");
    newsroom.drop_article("moved.md", "---\ntitle: Moved\ndate: 2001-02-02\n---\n\nText.\n");
    let daemon = newsroom.start();
    // Its id says the old name.
    std::fs::rename(newsroom.path("articles/moved.md"), newsroom.path("articles/renamed.md")).unwrap();
    newsroom.all_formats("all", "articles/renamed", true);
    for number in 0..6 {
        newsroom.drop_article(&format!("n{number}.md"), article(&format!("News {number}"), "Text."));
        newsroom.all_formats("all", &format!("News {number}"), true);
    }
    assert!(!newsroom.feed("all.json").contains("Moved"));
    let id = "tag:example.org,2001-02-02:moved";
    let archived = |newsroom: &Newsroom| {
        let files = std::fs::read_dir(newsroom.path("feeds/all/archive")).unwrap().map(|file| file.unwrap().path());
        let json = files.filter(|file| file.extension().is_some_and(|extension| extension == "json"));
        json.filter(|file| std::fs::read_to_string(file).unwrap().contains(id)).count()
    };
    assert_eq!(archived(&newsroom), 1);
    assert!(daemon.stop().success());
    std::fs::remove_dir_all(newsroom.path("state")).unwrap();
    let rebuilt = newsroom.newswire(&["ledger", "rebuild", "--json"]);
    assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stderr));
    let report: Value = serde_json::from_slice(&rebuilt.stdout).unwrap();
    assert_eq!((&report["brought_back"], &report["articles"]), (&7.into(), &7.into()), "{report:#}");
    // What is led to from now on says it under a number that no reader has met.
    let daemon = newsroom.start();
    assert_eq!(archived(&newsroom), 1, "archives of the lost ledger are gone");
    let feed: Value = serde_json::from_str(&newsroom.feed("all.json")).unwrap();
    let older = feed["next_url"].as_str().unwrap().rsplit('/').next().unwrap().trim_end_matches(".json").parse::<u32>().unwrap();
    assert!(older > 1, "{older}");
    assert!(daemon.stop().success());
}
