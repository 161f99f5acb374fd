//! What a browser gets where a feed stands, and what everybody else gets.

use std::sync::Arc;
use std::time::Duration;

use newswire::article::{FeedName, Link};
use newswire::config::Format;
use newswire::feed::{Teaser, View};
use newswire::instant::Instant;

use super::stand_in::{Newsstand, document};

const BROWSER: (&str, &str) = ("Sec-Fetch-Dest", "document");
const CHROME: (&str, &str) = ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");

fn view(name: &str, headlines: &[&str]) -> Arc<View> {
    let teaser = |headline: &&str| Teaser {
        link: Link::parse("https://example.org/articles/a").unwrap(),
        headline: (*headline).to_owned(),
        summary: "What it is about".into(),
        section: Some("World".into()),
        language: None,
        breaking: true,
        published: Instant::from_millis(1_795_518_000_000),
        authors: vec!["Ada Reporter".into()],
        picture: None,
    };
    Arc::new(View {
        name: FeedName::parse(name).unwrap(),
        title: format!("The feed {name}"),
        description: "All of it".into(),
        formats: Format::ALL.to_vec(),
        updated: Instant::from_millis(1_795_518_000_000),
        entries: headlines.iter().map(teaser).map(Arc::new).collect(),
    })
}

/// A newsstand with one feed and what people see of it.
async fn stand() -> Newsstand {
    let stand = Newsstand::open().await;
    let early = Instant::now().minus(Duration::from_hours(1));
    stand.shelf.put(Format::ALL.map(|format| document("all", format, format!("<{format:?}>"), early)).to_vec());
    stand.shelf.put_views(vec![view("all", &["Harbour & <reopens>"])]);
    stand
}

#[tokio::test]
async fn a_browser_gets_a_page_for_itself_alone() {
    let stand = stand().await;
    for (extension, label) in [("rss", "RSS"), ("atom", "Atom"), ("json", "JSON Feed")] {
        let target = format!("/feeds/all.{extension}");
        // Not every reader takes JSON.
        let taken = if extension == "json" { "rss" } else { extension };
        for asked in [&[BROWSER][..], &[BROWSER, CHROME], &[CHROME]] {
            let page = stand.get(&target, asked).await;
            assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")), "{target} {asked:?}");
            assert_eq!(page.header("cache-control"), Some("private, no-store"));
            assert_eq!((page.header("etag"), page.header("last-modified")), (None, None), "it is no version of the feed");
            assert_eq!(page.header("vary"), Some("Accept, Accept-Encoding, Sec-Fetch-Dest, User-Agent"));
            for expected in [
                format!("value=\"https://example.org/feeds/all.{extension}\""),
                format!("Address of the feed ({label})"),
                "Harbour &amp; &lt;reopens&gt;".to_owned(),
                format!("href=\"feed:https://example.org/feeds/all.{taken}\""),
                format!("https://www.inoreader.com/?add_feed=https%3A%2F%2Fexample.org%2Ffeeds%2Fall.{taken}"),
                "<link rel=\"canonical\" href=\"https://example.org/feeds/all.html\">".to_owned(),
            ] {
                assert!(page.text().contains(&expected), "{expected} is missing in\n{}", page.text());
            }
        }
    }
}

#[tokio::test]
async fn everybody_else_gets_the_feed() {
    let stand = stand().await;
    for asked in [
        &[][..],
        &[("Accept", "*/*")],
        &[("Accept", "application/rss+xml, text/html;q=0.9")],
        &[("Sec-Fetch-Dest", "empty"), CHROME],
        &[CHROME, ("User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")],
    ] {
        let feed = stand.get("/feeds/all.rss", asked).await;
        assert_eq!((feed.header("content-type"), feed.text()), (Some("application/rss+xml; charset=utf-8"), "<Rss>"), "{asked:?}");
        assert_eq!(feed.header("cache-control"), Some("public, max-age=60, stale-if-error=86400"));
    }
}

#[tokio::test]
async fn what_a_browser_holds_of_the_feed_says_nothing_of_its_page() {
    let stand = stand().await;
    let feed = stand.get("/feeds/all.rss", &[]).await;
    let (tag, modified) = (feed.header("etag").unwrap(), feed.header("last-modified").unwrap());
    for more in
        [("If-None-Match", tag), ("If-None-Match", "*"), ("If-Modified-Since", modified), ("If-Match", "\"x\""), ("Range", "bytes=0-9")]
    {
        let page = stand.get("/feeds/all.rss", &[BROWSER, more]).await;
        assert_eq!(page.status, 200, "{more:?}");
        assert!(page.text().ends_with("</html>\n") || page.text().ends_with("</html>"), "whole: {more:?}");
        assert_eq!(page.header("content-range"), None);
    }
    // The other way round, too.
    assert_eq!(stand.get("/feeds/all.rss", &[("If-None-Match", tag)]).await.status, 304);
}

#[tokio::test]
async fn head_and_codings_are_those_of_the_page() {
    let stand = stand().await;
    for coding in [&[BROWSER][..], &[BROWSER, ("Accept-Encoding", "gzip")], &[BROWSER, ("Accept-Encoding", "br")]] {
        let get = stand.get("/feeds/all.rss", coding).await;
        let head = stand.send("HEAD", "/feeds/all.rss", coding).await;
        assert_eq!((head.status, head.lasting_headers()), (get.status, get.lasting_headers()), "{coding:?}");
        assert!(head.body.is_empty() && !get.body.is_empty());
        assert_eq!(get.header("content-encoding"), coding.get(1).map(|(_, value)| *value));
    }
}

#[tokio::test]
async fn the_page_of_its_own_is_a_page_like_any_other() {
    let stand = stand().await;
    let page = stand.get("/feeds/all.html", &[]).await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(page.header("cache-control"), Some("public, max-age=60"));
    let tag = page.header("etag").unwrap().to_owned();
    assert_eq!(stand.get("/feeds/all.html", &[("If-None-Match", &tag)]).await.status, 304);
    // A new version of the feed is a new version of its page.
    stand.shelf.put_views(vec![view("all", &["Something new"])]);
    let newer = stand.get("/feeds/all.html", &[("If-None-Match", &tag)]).await;
    assert!(newer.status == 200 && newer.text().contains("Something new"));
    assert!(stand.get("/feeds/all.rss", &[BROWSER]).await.text().contains("Something new"));
    assert_eq!(stand.get("/feeds/none.html", &[BROWSER]).await.status, 404);
    stand.shelf.remove(&FeedName::parse("all").unwrap());
    assert_eq!(stand.get("/feeds/all.html", &[]).await.status, 410);
    assert_eq!(stand.get("/feeds/all.rss", &[BROWSER]).await.status, 410);
}

#[tokio::test]
async fn its_one_script_runs_and_nothing_else_does() {
    let stand = stand().await;
    let page = stand.get("/feeds/all.html", &[]).await;
    let policy = page.header("content-security-policy").unwrap();
    let script = page.text().split_once("<script>").unwrap().1.split_once("</script>").unwrap().0;
    let hash = {
        use base64::Engine as _;
        use sha2::Digest as _;
        base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(script))
    };
    assert!(policy.contains(&format!("script-src 'sha256-{hash}';")), "{policy}");
    assert!(policy.starts_with("default-src 'none'; ") && policy.ends_with("form-action 'none'; frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"));
    // Where nobody sends a header, the page says the same of itself.
    let within = policy.strip_suffix("; frame-ancestors 'none'").unwrap().replace('\'', "&#39;");
    assert!(page.text().contains(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{within}\">")), "{}", page.text());
    // Other pages run none.
    assert!(!stand.get("/", &[]).await.header("content-security-policy").unwrap().contains("script-src"));
}

#[tokio::test]
async fn a_feed_whose_page_is_not_known_yet_is_a_feed() {
    let stand = Newsstand::open().await;
    stand.shelf.put(vec![document("all", Format::Rss, "<rss/>", Instant::now().minus(Duration::from_hours(1)))]);
    let feed = stand.get("/feeds/all.rss", &[BROWSER]).await;
    assert_eq!((feed.status, feed.text()), (200, "<rss/>"));
}
