//! The front page and what stands beside it.

use newswire::article::{Body, Media, Person};
use newswire::server::{Limits, Readiness};

use super::stand_in::{Newsstand, article, live, site};

#[tokio::test]
async fn the_front_page_lists_articles_and_feeds() {
    let stand = Newsstand::open().await;
    let mut harbour = article("Harbour & reopens");
    harbour.standfirst = Some("After three weeks".into());
    harbour.media = vec![Media { url: "https://example.org/pier.jpg".into(), ..Media::default() }];
    stand.shelve(live("harbour", harbour));
    let mut newer = live("newer", article("A newer one"));
    newer.0.released = newer.0.released.plus(std::time::Duration::from_mins(1));
    stand.shelve(newer);
    let page = stand.get("/", &[]).await;
    let text = page.text();
    assert_eq!(page.status, 200);
    for expected in [
        "<h1 class=\"name\" dir=\"auto\"><a href=\"/\">Example Times</a></h1>",
        "News of nowhere",
        "<a href=\"/articles/harbour\">Harbour &amp; reopens</a>",
        "After three weeks",
        "<img src=\"https://example.org/pier.jpg\" alt=\"\"",
        "<link rel=\"alternate\" type=\"application/rss+xml\" title=\"Example Times (RSS)\" href=\"/feeds/all.rss\">",
        "<link rel=\"alternate\" type=\"application/feed+json\" title=\"Summer (JSON Feed)\" href=\"/feeds/section/%C3%A9t%C3%A9.json\">",
        "<a class=\"skip\" href=\"#main\"",
        "<main id=\"main\"",
    ] {
        assert!(text.contains(expected), "{expected} is missing in\n{text}");
    }
    assert!(text.find("A newer one").unwrap() < text.find("After three weeks").unwrap(), "newest first");
    assert!(!text.contains("<script"));
}

#[tokio::test]
async fn an_empty_site_tells_a_newcomer_what_to_do() {
    let stand = Newsstand::open().await;
    let page = stand.get("/", &[]).await;
    assert!(page.status == 200 && page.text().contains("Nothing is published yet") && page.text().contains("articles folder"));
    stand.readiness.send_replace(Readiness { ready: false, reasons: vec!["the first scan is under way".into()] });
    assert!(stand.get("/", &[]).await.text().contains("being read for the first time"));
}

#[tokio::test]
async fn a_reloaded_config_shows_at_once() {
    let stand = Newsstand::open().await;
    stand.shelve(live("harbour", article("Harbour reopens")));
    for target in ["/", "/articles/harbour"] {
        assert!(stand.get(target, &[]).await.text().contains("Example Times"));
    }
    let mut renamed = site("https://example.org/");
    renamed.title = "Other Times".into();
    stand.site.send_replace(renamed.into());
    for target in ["/", "/articles/harbour"] {
        assert!(stand.get(target, &[]).await.text().contains("Other Times"), "{target}");
    }
}

#[tokio::test]
async fn a_site_below_a_path_has_its_front_page_there() {
    let stand = Newsstand::open_with("https://example.org/blog/", Limits::default()).await;
    for target in ["/", "/blog/"] {
        let page = stand.get(target, &[]).await;
        assert_eq!(page.status, 200, "{target}");
        assert!(page.text().contains("href=\"/blog/favicon.svg\""));
    }
    let moved = stand.get("/blog", &[]).await;
    assert_eq!((moved.status, moved.header("location")), (308, Some("/blog/")));
    assert_eq!(stand.get("/blog/favicon.svg", &[]).await.header("content-type"), Some("image/svg+xml"));
}

#[tokio::test]
async fn health_and_readiness() {
    let stand = Newsstand::open().await;
    let alive = stand.get("/healthz", &[]).await;
    assert_eq!((alive.status, alive.text(), alive.header("cache-control")), (200, "ok\n", Some("no-store")));
    assert_eq!(stand.get("/readyz", &[]).await.text(), "ready\n");
    let reasons = vec!["the feeds folder cannot be written".to_owned(), "two\nlines".to_owned()];
    stand.readiness.send_replace(Readiness { ready: false, reasons });
    let waiting = stand.get("/readyz", &[]).await;
    assert_eq!(waiting.status, 503);
    assert_eq!(waiting.text(), "not ready\nthe feeds folder cannot be written\ntwo lines\n");
    assert_eq!(stand.get("/healthz", &[]).await.status, 200);
}

#[tokio::test]
async fn head_of_pages_and_notices_has_no_body() {
    let stand = Newsstand::open().await;
    stand.shelve(live("harbour", article("Harbour reopens")));
    for target in ["/", "/articles/harbour", "/articles/unknown", "/healthz", "/readyz", "/favicon.ico", "/favicon.svg"] {
        let get = stand.get(target, &[]).await;
        let head = stand.send("HEAD", target, &[]).await;
        assert_eq!((head.status, head.lasting_headers()), (get.status, get.lasting_headers()), "{target}");
        assert!(head.body.is_empty(), "{target}");
    }
}

/// A page without its style sheet.
fn without_style(page: &str) -> String {
    let (before, rest) = page.split_once("<style>").unwrap();
    let (_, after) = rest.split_once("</style>").unwrap();
    format!("{before}<style></style>{after}")
}

#[tokio::test]
async fn pages_as_they_are_written() {
    let stand = Newsstand::open().await;
    let mut harbour = article("Harbour reopens & ferries sail");
    harbour.standfirst = Some("After three weeks".into());
    harbour.authors = vec![Person::named("Ada Reporter"), Person::named("Bob Writer"), Person::named("Cy Third")];
    harbour.contributors = vec![Person::named("The Coastal Press")];
    harbour.section = Some("World".into());
    harbour.breaking = true;
    harbour.dateline = Some("PORT ELLEN (CP)".into());
    harbour.tags = vec!["ferries".into(), "R&D".into()];
    harbour.correction = Some("It was built in 1921.".into());
    harbour.author_note = Some("Ada Reporter covers the coast.".into());
    harbour.credits = vec!["The Coastal Press contributed to this report.".into()];
    harbour.media = vec![
        Media {
            url: "pier.jpg".into(),
            mime: Some("image/jpeg".into()),
            caption: Some("The pier".into()),
            credit: Some("Cal".into()),
            ..Media::default()
        },
        Media { url: "/tide.mp3".into(), mime: Some("audio/mpeg".into()), caption: Some("The tide".into()), ..Media::default() },
    ];
    harbour.body = Body::Markdown("First *words*.\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n".into());
    stand.shelve(live("harbour", harbour));
    let mut arabic = article("عودة العبارات");
    arabic.language = Some("ar".into());
    arabic.authors = vec![Person::named("ليلى حداد"), Person::named("سامي")];
    let mut row = live("ar", arabic);
    row.0.facts.language = Some("ar".into());
    stand.shelve(row);
    for (name, target) in
        [("article", "/articles/harbour"), ("article_rtl", "/articles/ar"), ("front", "/"), ("missing", "/articles/unknown")]
    {
        insta::assert_snapshot!(name, without_style(stand.get(target, &[]).await.text()));
    }
}
