//! The whole way: build, look, adopt, run; and what a reader that knew the old feed then sees.

use std::collections::BTreeMap;
use std::process::Command;

use newswire::adopt;
use newswire::instant::Instant;
use serde_json::Value;

use super::old_site::{old_rss, serve};
use crate::newsroom::{Newsroom, article, get};

/// A site whose articles were moved here by hand: one with a date of its own, one with none, one under another link.
fn moved() -> Newsroom {
    let newsroom = Newsroom::new();
    newsroom.drop_article("ferry.md", "---\ntitle: The ferry is back\ndate: 2020-03-03\n---\n\nIt sails.\n");
    newsroom.drop_article("cafe.md", "---\ntitle: \"Café & quay re-open\"\ndate: 2020-03-01T09:00:00Z\n---\n\nCoffee.\n");
    newsroom.drop_article("lamps.md", article("Lamps", "They burn."));
    newsroom.drop_article("new.md", "---\ntitle: Only here\ndate: 2021-05-05\n---\n\nNew.\n");
    let built = newsroom.newswire(&["build"]);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    newsroom
}

fn adopt(newsroom: &Newsroom, arguments: &[&str]) -> Value {
    let output = newsroom.newswire(&[&["adopt", "--json"], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Every row of the ledger, whatever its file's bytes.
fn ledger_rows(newsroom: &Newsroom) -> BTreeMap<String, Vec<String>> {
    let connection = rusqlite::Connection::open(newsroom.path("state/newswire.db")).unwrap();
    let tables: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let rows = |table: &str| {
        let mut select = connection.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
        let columns = select.column_count();
        let one = |row: &rusqlite::Row<'_>| (0..columns).map(|at| Ok(format!("{:?}", row.get_ref(at)?))).collect::<Result<String, _>>();
        select.query_map([], one).unwrap().map(Result::unwrap).collect::<Vec<_>>()
    };
    tables.iter().map(|table| (table.clone(), rows(table))).collect()
}

/// Ids and dates of a feed as a parser that others wrote sees them.
fn seen(bytes: &[u8]) -> BTreeMap<String, Option<String>> {
    let feed = feed_rs::parser::parse(bytes).unwrap();
    feed.entries.into_iter().map(|entry| (entry.id, entry.published.map(|date| date.to_rfc3339()))).collect()
}

#[test]
fn a_reader_of_the_old_feed_sees_nothing_again() {
    let newsroom = moved();
    let site = serve("/blog/rss.xml", "text/xml", old_rss());
    let before = ledger_rows(&newsroom);
    let url = format!("http://{site}/moved");
    let plan = adopt(&newsroom, &[&url, "--alias", "/blog/rss.xml"]);
    assert_eq!(ledger_rows(&newsroom), before, "a look changes nothing");
    assert_eq!(plan["applied"], false);
    assert_eq!(plan["counts"]["take_over"], 3, "{plan:#}");
    assert_eq!(plan["counts"]["left_alone"], 1);
    assert_eq!(plan["items"][0]["by"], "link");
    assert_eq!(plan["items"][1]["by"], "title");
    assert_eq!(plan["items"][3]["reason"], "no-article");

    let done = adopt(&newsroom, &[&url, "--alias", "/blog/rss.xml", "--apply"]);
    assert_eq!(done["items"], plan["items"]);
    let after = ledger_rows(&newsroom);
    assert_ne!(after, before);
    // Once more changes nothing.
    let again = adopt(&newsroom, &[&url, "--alias", "/blog/rss.xml", "--apply"]);
    assert_eq!((&again["counts"]["take_over"], &again["counts"]["as_they_are"]), (&0.into(), &3.into()), "{again:#}");
    assert_eq!(ledger_rows(&newsroom), after);

    let daemon = newsroom.start();
    let expected = [
        ("12 at https://example.org", "2020-03-03T07:15:00+00:00"),
        ("https://example.org/?p=77", "2020-03-01T12:00:00+00:00"),
        ("https://example.org/articles/lamps", "2019-12-24T17:00:00+00:00"),
    ];
    for file in ["all.rss", "all.atom", "all.json"] {
        let text = newsroom.feed(file);
        let mut ids = seen(text.as_bytes());
        for (id, date) in expected {
            assert_eq!(ids.remove(id).flatten().as_deref(), Some(date), "{file}: {text}");
        }
        // What only the new site has is all that is new.
        assert_eq!(ids.len(), 1, "{file}: {ids:?}");
        let order: Vec<usize> =
            ["Only here", "The ferry is back", "quay re-open", "Lamps"].iter().map(|title| text.find(title).unwrap()).collect();
        assert!(order.is_sorted(), "{file}: by the old dates: {text}");
    }
    let rss = newsroom.feed("all.rss");
    assert!(rss.contains("<guid isPermaLink=\"false\">12 at https://example.org</guid>"), "{rss}");
    assert!(
        rss.contains("<guid>https://example.org/articles/lamps</guid>")
            || rss.contains("<guid isPermaLink=\"true\">https://example.org/articles/lamps"),
        "{rss}"
    );
    // None of them looks updated, either.
    assert!(!rss.contains("<atom:updated>"), "{rss}");

    // The old place sends readers on; the rest of the old site is not here.
    let moved = get(&daemon.url("/blog/rss.xml?x=1"));
    assert_eq!((moved.status, moved.header("location")), (301, "/feeds/all.rss"));
    assert_eq!(get(&daemon.url(moved.header("location"))).body, rss);
    assert_eq!(get(&daemon.url("/blog/atom.xml")).status, 404);
}

#[test]
fn feedparser_sees_no_new_entry() {
    let newsroom = moved();
    let file = newsroom.path("old.xml");
    std::fs::write(&file, old_rss()).unwrap();
    adopt(&newsroom, &[file.to_str().unwrap(), "--apply"]);
    assert!(newsroom.newswire(&["build"]).status.success());
    let python = std::env::var_os("NEWSWIRE_TEST_PYTHON").expect("NEWSWIRE_TEST_PYTHON is not set: run tests/all");
    for new in ["all.rss", "all.atom"] {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/new_entries.py");
        let output = Command::new(&python).arg(script).arg(&file).arg(newsroom.path("feeds").join(new)).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let titles: Vec<String> = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(titles, ["Only here"], "{new}");
    }
}

#[test]
fn older_pages_are_read_once_each() {
    let newsroom = moved();
    let first = "<rss xmlns:a='http://www.w3.org/2005/Atom'><channel><a:link rel='next' href='/page2'/><item><guid>g-1</guid></item></channel></rss>";
    let site = serve("/page1", "text/xml", first.into());
    let plan = adopt(&newsroom, &[&format!("http://{site}/page1")]);
    let ids: Vec<&str> = plan["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["g-1", "g-2"]);
}

#[test]
fn a_later_edit_keeps_id_and_date_until_the_file_gives_another_date() {
    let newsroom = moved();
    let file = newsroom.path("old.xml");
    std::fs::write(&file, old_rss()).unwrap();
    adopt(&newsroom, &[file.to_str().unwrap(), "--apply"]);
    let _daemon = newsroom.start();
    newsroom.drop_article("ferry.md", "---\ntitle: The ferry is really back\ndate: 2020-03-03\n---\n\nIt sails.\n");
    newsroom.all_formats("all", "The ferry is really back", true);
    let ids = seen(newsroom.feed("all.json").as_bytes());
    assert_eq!(ids["12 at https://example.org"].as_deref(), Some("2020-03-03T07:15:00+00:00"));
    newsroom.drop_article("ferry.md", "---\ntitle: The ferry is dated\ndate: 2020-03-05\n---\n\nIt sails.\n");
    newsroom.all_formats("all", "The ferry is dated", true);
    let ids = seen(newsroom.feed("all.json").as_bytes());
    assert_eq!(ids["12 at https://example.org"].as_deref(), Some("2020-03-05T00:00:00+00:00"));
}

#[test]
fn a_running_newswire_owns_the_ledger() {
    let newsroom = moved();
    let file = newsroom.path("old.xml");
    std::fs::write(&file, old_rss()).unwrap();
    let daemon = newsroom.start();
    let refused = newsroom.newswire(&["adopt", file.to_str().unwrap(), "--apply"]);
    assert_eq!(refused.status.code(), Some(3));
    let says = String::from_utf8(refused.stderr).unwrap();
    assert!(says.contains("nothing was changed") && says.contains("in use by another instance") && says.lines().count() == 1, "{says}");
    // A look is free.
    assert_eq!(adopt(&newsroom, &[file.to_str().unwrap()])["counts"]["take_over"], 3);
    assert!(daemon.stop().success());
}

#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    let newsroom = moved();
    let cases: [(&str, &[u8], i32, &str); 5] = [
        ("cut.xml", b"<rss><channel>\n<item><title>x</title>", 1, "cut.xml:2:23: "),
        ("page.html", b"<html><body>no</body></html>", 1, "an HTML page"),
        ("other.json", b"{\"version\": 1}", 1, "no JSON Feed"),
        ("bad.json", b"{\n  \"version\": \"https://jsonfeed.org/version/1\",\n  oops", 1, "bad.json:3:"),
        ("empty.xml", b"", 1, "it is empty"),
    ];
    for (name, bytes, code, says) in cases {
        std::fs::write(newsroom.path(name), bytes).unwrap();
        let output = newsroom.newswire(&["adopt", name]);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{name}: {error}");
        assert!(error.contains(says), "{name}: {error}");
    }
    assert_eq!(newsroom.newswire(&["adopt", "nowhere.xml"]).status.code(), Some(3));
    let site = serve("/x", "text/xml", Vec::new());
    let missing = newsroom.newswire(&["adopt", &format!("http://{site}/nothing")]);
    assert_eq!(missing.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("404"));
    assert_eq!(newsroom.newswire(&["adopt", "cut.xml", "--feed", "nope"]).status.code(), Some(1));
    // What never serves feeds is not asked, not even by who runs this command.
    let refused = newsroom.newswire(&["adopt", "http://169.254.169.254/latest/meta-data/"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("link-local"));
    std::fs::write(newsroom.path("old.xml"), old_rss()).unwrap();
    assert_eq!(newsroom.newswire(&["adopt", "old.xml", "--feed", "nope"]).status.code(), Some(2));
    assert_eq!(newsroom.newswire(&["adopt", "old.xml", "--alias", "relative"]).status.code(), Some(2));
    assert_eq!(newsroom.newswire(&["adopt", "old.xml", "--alias", "/feeds/all.rss"]).status.code(), Some(2));
    assert_eq!(newsroom.newswire(&["adopt", "old.xml", "--alias", "/articles/ferry"]).status.code(), Some(2));
}

#[test]
fn the_readable_table_says_what_would_happen() {
    let newsroom = moved();
    std::fs::write(newsroom.path("old.xml"), old_rss()).unwrap();
    let output = newsroom.newswire(&["adopt", "old.xml", "--alias", "https://example.org/blog/rss.xml"]);
    let text = String::from_utf8(output.stdout).unwrap();
    // Dates of files without one are those of this run.
    let text: Vec<&str> = text.lines().filter(|line| !line.contains("2019-12-24") && !line.contains("lamps")).collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn the_parser_tells_ids_as_they_are() {
    let old = adopt::parse(&old_rss(), None).unwrap();
    assert_eq!(old.title.as_deref(), Some("Old Café"));
    assert_eq!(old.items[2].published.map(Instant::rfc3339).as_deref(), Some("2019-12-24T17:00:00Z"));
}
