//! Two feed readers subscribe to a running newsroom: Python's `reader`, and Debian's `newsboat`. They show its articles, and what
//! becomes of them.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::newsroom::{ARTICLES, Rich, Told};
use super::programs;
use crate::newsroom::{await_that, get};

const NEW: &str = "---\ntitle: News for subscribers\ndate: 2024-05-01T08:00:00Z\nauthor: Ann Roe\n---\n\nA *first* text.\n";

/// Awaits that the server has it in every format, which is a moment after the files have it.
fn served(rich: &Rich, said: &str) {
    for ending in ["rss", "atom", "json"] {
        let url = rich.daemon.url(&format!("/feeds/all.{ending}"));
        await_that("the feed as served", || Some(()).filter(|()| get(&url).body.contains(said)));
    }
}

/// An entry that a reader shows, by the end of its link.
fn entry<'a>(entries: &'a Value, slug: &str, link: &str) -> &'a Value {
    let found = entries.as_array().unwrap().iter().filter(|entry| entry[link].as_str().unwrap().ends_with(&format!("/articles/{slug}")));
    let found: Vec<&Value> = found.collect();
    assert_eq!(found.len(), 1, "{slug} in {entries}");
    found[0]
}

/// Whether that names an author of the article: readers with room for one take the last of several.
fn is_author(article: &Told, shown: &Value) -> bool {
    article.authors.iter().any(|author| shown.as_str().unwrap().contains(author))
}

/// `reader`, subscribed to some feeds.
struct Reader {
    child: Child,
    commands: ChildStdin,
    says: BufReader<ChildStdout>,
    _folder: tempfile::TempDir,
}

impl Reader {
    fn subscribed(urls: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = programs::script("subscribe.py");
        command.arg(folder.path().join("reader.db")).args(urls).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        Self { commands: child.stdin.take().unwrap(), says: BufReader::new(child.stdout.take().unwrap()), child, _folder: folder }
    }

    /// Fetches all feeds; gives how each was answered, and what is shown of it.
    fn update(&mut self) -> Value {
        self.commands.write_all(b"update\n").unwrap();
        let mut line = String::new();
        self.says.read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("reader: {error}: {line}"));
        assert_eq!(said["failures"], json!({}));
        said
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What `reader` shows of an article, as given.
fn shown_by_reader(article: &Told, entries: &Value, ending: &str) {
    let shown = entry(entries, article.slug, "link");
    let expected = article.entry();
    for field in ["id", "title", "link", "published", "updated"] {
        // It takes an RSS item for updated only where that has a date for it.
        let same_date = ending != "atom" && field == "updated" && expected["updated"] == expected["published"];
        if !(same_date && shown[field].is_null()) {
            assert_eq!(shown[field], expected[field], "{ending}: {}: {field}", article.slug);
        }
    }
    assert!(is_author(article, &shown["author"]), "{ending}: {shown}");
    let html = shown["html"].as_str().unwrap_or_default();
    assert!(!html.contains("<script") && !html.contains("onclick"), "{html}");
    assert_eq!(html.is_empty(), article.html.is_empty(), "{ending}: {}", article.slug);
    if article.html.len() < 120 && !article.html.contains("id=") && ending != "json" && !matches!(article.slug, "markup" | "structure") {
        assert!(html.starts_with(article.html), "{ending}: {}: {html}", article.slug);
    }
}

#[test]
fn reader_subscribes_and_shows_what_becomes_of_articles() {
    let rich = Rich::start();
    let urls: Vec<String> = ["rss", "atom", "json"].iter().map(|ending| rich.daemon.url(&format!("/feeds/all.{ending}"))).collect();
    let mut reader = Reader::subscribed(&urls);
    let first = reader.update();
    for url in &urls {
        assert_eq!(first["fetches"][url][0], 200, "{url}");
        assert_eq!(first["entries"][url].as_array().unwrap().len(), ARTICLES.len(), "{url}");
        for article in &ARTICLES {
            shown_by_reader(article, &first["entries"][url], url.rsplit_once('.').unwrap().1);
        }
    }

    let second = reader.update();
    for url in &urls {
        assert_eq!(second["fetches"][url][0], 304, "{url} is as it was");
        assert_eq!(second["entries"][url], first["entries"][url]);
    }

    rich.newsroom.drop_article("news.md", NEW);
    served(&rich, "News for subscribers");
    let third = reader.update();
    for url in &urls {
        // The whole feed, or only what is new of it (RFC 3229), which is for the reader to merge.
        let [status, manipulation] = [&third["fetches"][url][0], &third["fetches"][url][1]];
        assert!(*status == 200 || (*status == 226 && manipulation.as_str().unwrap().contains("feed")), "{url}: {status}");
        assert_eq!(third["entries"][url].as_array().unwrap().len(), ARTICLES.len() + 1, "{url}: the others are still there");
        let shown = entry(&third["entries"][url], "news", "link");
        assert_eq!((&shown["title"], &shown["author"]), (&"News for subscribers".into(), &"Ann Roe".into()));
        assert!(shown["html"].as_str().unwrap().contains("<em>first</em>"));
    }

    rich.newsroom.drop_article("news.md", NEW.replace("*first*", "*second*").replace("for subscribers", "to all"));
    served(&rich, "News to all");
    let fourth = reader.update();
    for url in &urls {
        let shown = entry(&fourth["entries"][url], "news", "link");
        assert_eq!(shown["title"], "News to all", "{url}");
        assert!(shown["html"].as_str().unwrap().contains("<em>second</em>"), "{url}: {shown}");
        assert_eq!(shown["id"], entry(&third["entries"][url], "news", "link")["id"], "{url}: the same article");
        assert_eq!(fourth["entries"][url].as_array().unwrap().len(), ARTICLES.len() + 1, "{url}");
    }
}

/// `newsboat`, subscribed to some feeds.
struct Newsboat {
    folder: tempfile::TempDir,
}

impl Newsboat {
    fn subscribed(urls: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("urls"), urls.join("\n") + "\n").unwrap();
        std::fs::write(folder.path().join("config"), "cleanup-on-quit no\n").unwrap();
        Self { folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, commands: &[&str]) -> String {
        let mut command = Command::new("newsboat");
        command.env("HOME", self.folder.path()).env("LANG", "C.UTF-8").env("LC_ALL", "C.UTF-8");
        command.arg("-q").arg("-u").arg(self.file("urls")).arg("-c").arg(self.file("cache.db")).arg("-C").arg(self.file("config"));
        command.arg("-x").args(commands);
        String::from_utf8(programs::output(&mut command).stdout).unwrap()
    }

    /// Fetches all feeds; gives what is shown of them.
    fn update(&self) -> Value {
        self.run(&["reload"]);
        programs::json(programs::script("newsboat_shows.py").arg(self.file("cache.db")))
    }
}

#[test]
fn newsboat_subscribes_and_shows_what_becomes_of_articles() {
    let rich = Rich::start();
    let url = |file: &str| rich.daemon.url(&format!("/feeds/{file}"));
    // One newsboat a format: it knows an item by its id alone, and these are the same articles.
    let boats: Vec<(String, Newsboat)> = ["all.rss", "all.atom"]
        .map(url)
        .into_iter()
        .map(|feed| (feed.clone(), Newsboat::subscribed(&[feed, url("nothing.rss")])))
        .collect();
    let first: Vec<Value> = boats.iter().map(|(_, newsboat)| newsboat.update()).collect();
    for ((feed, newsboat), first) in boats.iter().zip(&first) {
        assert_eq!(newsboat.run(&["print-unread"]).trim(), format!("{} unread articles", ARTICLES.len()), "{feed}");
        assert_eq!(first[url("nothing.rss")]["entries"], json!([]));
        assert_eq!(first[feed]["title"], "Example Times & Sons <AT&T> ]]>", "{feed}");
        let entries = &first[feed]["entries"];
        for article in &ARTICLES {
            let shown = entry(entries, article.slug, "url");
            let expected = article.entry();
            assert_eq!((&shown["guid"], &shown["title"]), (&expected["id"], &expected["title"]), "{feed}");
            assert!(is_author(article, &shown["author"]), "{feed}: {shown}");
            assert!(shown["content"].as_str().unwrap().starts_with(article.html), "{feed}: {}: {}", article.slug, shown["content"]);
        }
        let storm = entry(entries, "storm", "url");
        assert!(storm["enclosure_url"].as_str().unwrap().ends_with("/interview.mp3"), "{feed}: {storm}");
        assert_eq!(storm["enclosure_type"], "audio/mpeg", "{feed}");
        assert_eq!(newsboat.update(), *first, "{feed}: nothing is new");
    }

    rich.newsroom.drop_article("news.md", NEW);
    served(&rich, "News for subscribers");
    for (feed, newsboat) in &boats {
        let entries = &newsboat.update()[feed]["entries"];
        assert_eq!(entries.as_array().unwrap().len(), ARTICLES.len() + 1, "{feed}: the others are still there");
        assert_eq!(entry(entries, "news", "url")["title"], "News for subscribers");
    }
    rich.newsroom.drop_article("news.md", NEW.replace("*first*", "*second*").replace("for subscribers", "to all"));
    served(&rich, "News to all");
    for (feed, newsboat) in &boats {
        let after = newsboat.update();
        let shown = entry(&after[feed]["entries"], "news", "url");
        assert_eq!(shown["title"], "News to all", "{feed}");
        assert!(shown["content"].as_str().unwrap().contains("<em>second</em>"), "{feed}: {shown}");
    }
}
