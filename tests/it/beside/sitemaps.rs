//! Sitemaps, as search engines find them, judged by schemas and read by a library that others wrote.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use newswire::instant::Instant;
use serde_json::{Value, json};

use crate::newsroom::{Newsroom, article, await_that, get, get_with};

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sitemap")
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; run tests/all, which installs it"))
}

/// Holds a file against a schema.
fn hold_against(schema: &str, file: &Path) {
    let output = run(Command::new("xmllint").args(["--nonet", "--noout", "--schema"]).arg(tests().join("schemas").join(schema)).arg(file));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What the npm package `sitemap` reads.
fn read(kind: &str, file: &Path) -> Vec<Value> {
    let output = run(Command::new("node").arg(tests().join("read.mjs")).arg(kind).arg(file));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn links(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["url"].as_str().unwrap()).collect()
}

fn says(newsroom: &Newsroom, file: &str, text: &str, is_said: bool) {
    newsroom.feed_that(file, &format!("{text}: {is_said}"), |sitemap| !sitemap.is_empty() && sitemap.contains(text) == is_said);
}

fn dated(headline: &str, date: Instant, more: &str) -> String {
    format!("---\ntitle: {headline}\ndate: {}\n{more}---\n\nText.\n", date.rfc3339())
}

#[test]
fn search_engines_find_every_public_article() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("storm.md", "---\ntitle: Storm & flood\nlanguage: de-AT\nimage: https://cdn.example.net/a.jpg?w=1&h=2\n---\n\nText ![of](https://cdn.example.net/b.png).\n");
    newsroom.drop_article("old.md", dated("Old", Instant::now().minus(Duration::from_hours(72)), ""));
    newsroom.drop_article("draft.md", "---\ntitle: Draft\ndraft: true\n---\n\nText.\n");
    newsroom.drop_article("elsewhere.md", "---\ntitle: Elsewhere\nlink: https://other.example/x\n---\n\nText.\n");
    let daemon = newsroom.start();
    says(&newsroom, "sitemap-1.xml", "https://example.org/articles/storm", true);
    let at = |file: &str| newsroom.path("feeds").join(file);
    says(&newsroom, "sitemap-news.xml", "articles/storm", true);

    let pages = read("items", &at("sitemap-1.xml"));
    let mut found = links(&pages);
    found.sort_unstable();
    assert_eq!(found, ["https://example.org/articles/old", "https://example.org/articles/storm"]);
    let storm = pages.iter().find(|page| page["url"] == "https://example.org/articles/storm").unwrap();
    let images: Vec<&str> = storm["img"].as_array().unwrap().iter().map(|image| image["url"].as_str().unwrap()).collect();
    assert_eq!(images, ["https://cdn.example.net/a.jpg?w=1&h=2", "https://cdn.example.net/b.png"]);
    assert!(storm["lastmod"].is_string());
    let news = read("items", &at("sitemap-news.xml"));
    assert_eq!(links(&news), ["https://example.org/articles/storm"], "what is older than two days is no news");
    assert_eq!(news[0]["news"]["title"], "Storm & flood");
    assert_eq!(news[0]["news"]["publication"], json!({"name": "Example Times", "language": "de"}));
    assert!(news[0]["news"]["publication_date"].is_string());

    // A static host has them in the feeds folder; the server has them at its root, where they need no leave of robots.txt.
    let index = read("index", &at("sitemap.xml"));
    assert_eq!(links(&index), ["https://example.org/feeds/sitemap-site.xml", "https://example.org/feeds/sitemap-1.xml"]);
    for (schema, files) in
        [("urlset.xsd", ["sitemap-1.xml", "sitemap-site.xml", "sitemap-news.xml"].as_slice()), ("siteindex.xsd", &["sitemap.xml"])]
    {
        for file in files {
            hold_against(schema, &at(file));
        }
    }
    let root = get(&daemon.url("/sitemap.xml"));
    assert_eq!((root.status, root.header("content-type")), (200, "application/xml; charset=utf-8"));
    assert!(root.body.contains("<loc>https://example.org/sitemap-1.xml</loc>") && !root.body.contains("/feeds/"));
    for path in ["/sitemap-1.xml", "/feeds/sitemap-1.xml", "/sitemap-site.xml", "/sitemap-news.xml", "/feeds/sitemap.xml"] {
        let answer = get(&daemon.url(path));
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/xml; charset=utf-8"), "{path}");
        let again = get_with(&daemon.url(path), &[("if-none-match", answer.header("etag"))]);
        assert_eq!(again.status, 304, "{path}");
    }
    assert_eq!(get(&daemon.url("/sitemap-1.xml")).body, newsroom.feed("sitemap-1.xml"));
    for path in ["/sitemap-2.xml", "/sitemap-01.xml", "/sitemap-../x.xml"] {
        assert_eq!(get(&daemon.url(path)).status, 404, "{path}");
    }
    let robots = get(&daemon.url("/robots.txt"));
    assert_eq!(robots.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(
        robots.body,
        "User-agent: *\nDisallow:\n\nSitemap: https://example.org/sitemap.xml\nSitemap: https://example.org/sitemap-news.xml\n"
    );
}

#[test]
fn a_change_rewrites_its_chunk_and_what_is_gone_leaves_it() {
    let newsroom = Newsroom::new();
    for no in 0..505 {
        newsroom
            .drop_article(&format!("a{no:03}.md"), dated(&format!("Number {no}"), Instant::from_millis(1_700_000_000_000 + no * 1000), ""));
    }
    let daemon = newsroom.start();
    says(&newsroom, "sitemap.xml", "sitemap-2.xml", true);
    let (first, second) = (newsroom.feed("sitemap-1.xml"), newsroom.feed("sitemap-2.xml"));
    assert_eq!((first.matches("<loc>").count(), second.matches("<loc>").count()), (500, 5));
    assert!(first.contains("/a000<") && second.contains("/a504<"), "the oldest first");
    assert_eq!(newsroom.feed("sitemap-news.xml").matches("<url>").count(), 0);

    let stamp = |file: &str| std::fs::metadata(newsroom.path("feeds").join(file)).unwrap().modified().unwrap();
    let (before, index) = (stamp("sitemap-1.xml"), newsroom.feed("sitemap.xml"));
    newsroom.drop_article("new.md", article("New", "Text."));
    says(&newsroom, "sitemap-2.xml", "/articles/new<", true);
    newsroom.feed_that("sitemap.xml", "says that a chunk changed", |text| text != index);
    // One that is withdrawn, and one that is put on hold.
    newsroom.drop_article("new.md", "---\ntitle: New\nwithdrawn: wrong\n---\n\nText.\n");
    newsroom.drop_article("a504.md", "---\ntitle: Number 504\nhold: checking\n---\n\nText.\n");
    says(&newsroom, "sitemap-2.xml", "/articles/new<", false);
    says(&newsroom, "sitemap-2.xml", "/a504<", false);
    assert_eq!(stamp("sitemap-1.xml"), before, "no other chunk was touched");
    assert_eq!(newsroom.feed("sitemap-1.xml"), first);
    // All of a chunk gone: no index names it, and no file is left.
    for no in 500..504 {
        newsroom.remove_article(&format!("a{no}.md"));
    }
    says(&newsroom, "sitemap.xml", "sitemap-2.xml", false);
    assert!(!newsroom.path("feeds/sitemap-2.xml").exists());
    assert_eq!(get(&daemon.url("/sitemap-2.xml")).status, 404);

    // What was lost, and what changed while nothing ran, is made again at the next start; the rest stays as it was.
    assert!(daemon.stop().success());
    std::fs::remove_file(newsroom.path("feeds/sitemap.xml")).unwrap();
    newsroom.drop_article("later.md", article("Later", "Text."));
    let _daemon = newsroom.start();
    says(&newsroom, "sitemap-2.xml", "/articles/later<", true);
    says(&newsroom, "sitemap.xml", "sitemap-2.xml", true);
    assert_eq!(stamp("sitemap-1.xml"), before);
}

#[test]
fn news_falls_out_by_time_alone() {
    let newsroom = Newsroom::new();
    let age = Duration::from_hours(48) - Duration::from_secs(12);
    newsroom.drop_article("fading.md", dated("Fading", Instant::now().minus(age), ""));
    newsroom.drop_article("fresh.md", article("Fresh", "Text."));
    let daemon = newsroom.start();
    says(&newsroom, "sitemap-news.xml", "/fading<", true);
    // Nothing happens here any more.
    says(&newsroom, "sitemap-news.xml", "/fading<", false);
    says(&newsroom, "sitemap-news.xml", "/fresh<", true);
    says(&newsroom, "sitemap-1.xml", "/fading<", true);
    await_that("the server has the same", || {
        (get(&daemon.url("/sitemap-news.xml")).body == newsroom.feed("sitemap-news.xml")).then_some(())
    });
}

#[test]
fn a_build_writes_them_and_the_config_decides() {
    let mut newsroom = Newsroom::new();
    newsroom.drop_article("storm.md", article("Storm", "Text."));
    newsroom.add_config("[sitemap]\nnews_name = \"The Times of Example\"\n[indexnow]\nkey = \"0123456789abcdef\"\n");
    newsroom.set("listen", "\"127.0.0.1:0\"\nrobots = [\"User-agent: BadBot\", \"Disallow: /\"]");
    assert!(newsroom.newswire(&["build"]).status.success());
    assert!(newsroom.feed("sitemap-1.xml").contains("/articles/storm<"));
    assert!(newsroom.feed("sitemap-news.xml").contains("<news:name>The Times of Example</news:name>"));
    assert_eq!(newsroom.feed("0123456789abcdef.txt"), "0123456789abcdef");
    let daemon = newsroom.start();
    let robots = get(&daemon.url("/robots.txt")).body;
    assert!(robots.starts_with("User-agent: BadBot\nDisallow: /\n\nSitemap: "), "{robots}");
    let key = get(&daemon.url("/0123456789abcdef.txt"));
    assert_eq!((key.status, key.body.as_str(), key.header("content-type")), (200, "0123456789abcdef", "text/plain; charset=utf-8"));
    drop(daemon);
    newsroom.set("news_name", "\"x\"\nenabled = false");
    let daemon = newsroom.start();
    assert_eq!(get(&daemon.url("/sitemap.xml")).status, 404);
    assert!(!get(&daemon.url("/robots.txt")).body.contains("Sitemap"));
}
