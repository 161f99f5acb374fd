//! Article pages: who sees what, and what is never seen.

use std::sync::atomic::Ordering;
use std::time::Duration;

use newswire::article::{Body, Holding, Link, Media, Person, State};
use newswire::config::Format;
use newswire::instant::Instant;
use newswire::server::Limits;

use super::stand_in::{Newsstand, article, document, live};

/// What a page says of its article to search engines.
fn linked_data(page: &str) -> serde_json::Value {
    let json = page.split_once("<script type=\"application/ld+json\">").unwrap().1.split_once("</script>").unwrap().0;
    serde_json::from_str(json).unwrap()
}

#[tokio::test]
async fn an_article_stands_at_its_permalink() {
    let stand = Newsstand::open().await;
    let mut harbour = article("Harbour reopens & ferries sail");
    harbour.standfirst = Some("After three weeks of repairs".into());
    harbour.authors = vec![
        Person { name: "Ada Reporter".into(), uri: Some("https://example.org/ada".into()), email: Some("ada@example.org".into()) },
        Person { name: "Bob Writer".into(), uri: Some("javascript:alert(1)".into()), email: None },
    ];
    harbour.section = Some("World".into());
    harbour.tags = vec!["ferries".into()];
    harbour.correction = Some("An earlier version named the wrong pier.".into());
    harbour.author_note = Some("Ada Reporter covers the coast.".into());
    harbour.media = vec![Media {
        url: "https://example.org/pier.jpg?a=1&b=2".into(),
        mime: Some("image/jpeg".into()),
        width: Some(1200),
        height: Some(800),
        alt: Some("A pier".into()),
        caption: Some("The pier".into()),
        credit: Some("Cal Photo".into()),
        ..Media::default()
    }];
    let mut row = live("harbour", harbour);
    row.0.updated = Instant::from_millis(1_795_525_200_000);
    stand.shelve(row);
    let page = stand.get("/articles/harbour?utm_source=reader", &[]).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let csp = page.header("content-security-policy").unwrap();
    assert!(csp.starts_with("default-src 'none'; style-src 'sha256-") && csp.contains("frame-src https://player.example;"), "{csp}");
    assert!(!csp.contains("script-src") && !csp.contains("unsafe-inline"));
    assert_eq!(page.header("referrer-policy"), Some("strict-origin-when-cross-origin"));
    let text = page.text();
    for expected in [
        "<html lang=\"en\" dir=\"ltr\">",
        "<title>Harbour reopens &amp; ferries sail · Example Times</title>",
        "<link rel=\"canonical\" href=\"https://example.org/articles/harbour\">",
        "<h1 dir=\"auto\">Harbour reopens &amp; ferries sail</h1>",
        "After three weeks of repairs",
        "<a rel=\"author\" href=\"https://example.org/ada\">Ada Reporter</a> and Bob Writer",
        "<time datetime=\"2026-11-24T11:00:00Z\">24 November 2026, 12:00 CET</time>",
        "<span lang=\"en\">Updated</span> <time datetime=\"2026-11-24T13:00:00Z\">24 November 2026, 14:00 CET</time>",
        "An earlier version named the wrong pier.",
        "Ada Reporter covers the coast.",
        "First words of the text.",
        "<meta property=\"og:type\" content=\"article\">",
        "<meta property=\"article:published_time\" content=\"2026-11-24T11:00:00Z\">",
        "<meta property=\"og:image:alt\" content=\"A pier\">",
        "width=\"1200\" height=\"800\"",
        "Cal Photo",
        "<link rel=\"alternate\" type=\"application/rss+xml\" title=\"Example Times (RSS)\" href=\"/feeds/all.rss\">",
        "href=\"/feeds/section/%C3%A9t%C3%A9.json\"",
        "ferries",
        "World",
    ] {
        assert!(text.contains(expected), "{expected} is missing in\n{text}");
    }
    for once in ["An earlier version", "covers the coast", "First words", "pier.jpg?a=1&amp;b=2\" alt"] {
        assert_eq!(text.split_once("<main").unwrap().1.matches(once).count(), 1, "{once}");
    }
    assert!(!text.contains("javascript:") && !text.contains("ada@example.org"), "{text}");
    let data = linked_data(text);
    assert_eq!((&data["@type"], &data["headline"]), (&"NewsArticle".into(), &"Harbour reopens & ferries sail".into()));
    assert_eq!(data["mainEntityOfPage"]["@id"], "https://example.org/articles/harbour");
    assert_eq!((&data["datePublished"], &data["dateModified"]), (&"2026-11-24T11:00:00Z".into(), &"2026-11-24T13:00:00Z".into()));
    assert_eq!(data["author"][0], serde_json::json!({ "@type": "Person", "name": "Ada Reporter", "url": "https://example.org/ada" }));
    assert_eq!(data["author"][1], serde_json::json!({ "@type": "Person", "name": "Bob Writer" }));
    assert_eq!((&data["image"][0]["width"], &data["image"][0]["height"]), (&1200.into(), &800.into()));
    assert_eq!((&data["publisher"]["name"], &data["publisher"]["url"]), (&"Example Times".into(), &"https://example.org/".into()));
}

#[tokio::test]
async fn what_is_not_public_is_not_there() {
    let stand = Newsstand::open().await;
    let nothing = stand.get("/articles/unknown", &[]).await;
    assert_eq!(nothing.status, 404);
    let states = [
        State::Held { why: Holding::Draft },
        State::Held { why: Holding::Embargo },
        State::Held { why: Holding::Future },
        State::Held { why: Holding::Hold },
        State::Expired,
    ];
    for state in states {
        let mut row = live("secret", article("Merger of the century"));
        row.0.state = state.clone();
        stand.shelve(row);
        let page = stand.get("/articles/secret", &[]).await;
        assert_eq!((page.status, page.text()), (404, nothing.text()), "{state:?}");
        assert_eq!(page.lasting_headers(), nothing.lasting_headers(), "{state:?}");
        let front = stand.get("/", &[]).await;
        assert!(!front.text().contains("Merger") && !front.text().contains("secret"), "{state:?}");
    }
}

#[tokio::test]
async fn a_page_once_made_goes_when_its_article_does() {
    let stand = Newsstand::open().await;
    stand.shelve(live("harbour", article("Harbour reopens")));
    assert_eq!(stand.get("/articles/harbour", &[]).await.status, 200);
    let mut row = live("harbour", article("Harbour reopens"));
    row.0.state = State::Withdrawn { at: Instant::from_millis(1_795_518_000_000), reason: Some("The <source> took it back".into()) };
    stand.shelve(row);
    let gone = stand.get("/articles/harbour", &[]).await;
    assert_eq!((gone.status, gone.header("cache-control")), (410, Some("no-cache")));
    assert!(gone.text().contains("The &lt;source&gt; took it back") && gone.text().contains("24 November 2026, 12:00 CET"));
    assert!(!gone.text().contains("Harbour") && !gone.text().contains("First words"));
    assert!(!stand.get("/", &[]).await.text().contains("Harbour"));
    // Its link may be used again.
    let mut again = live("harbour-2", article("A new harbour"));
    again.0.link = Link::parse("https://example.org/articles/harbour").unwrap();
    stand.shelve(again);
    let page = stand.get("/articles/harbour", &[]).await;
    assert!(page.status == 200 && page.text().contains("A new harbour"));
}

#[tokio::test]
async fn a_vanished_file_is_still_public_until_its_grace_is_over() {
    let stand = Newsstand::open().await;
    let mut row = live("harbour", article("Harbour reopens"));
    row.0.state = State::RemovalPending { until: Instant::MAX };
    stand.shelve(row);
    assert_eq!(stand.get("/articles/harbour", &[]).await.status, 200);
}

#[tokio::test]
async fn what_is_not_kept_yet_or_cannot_be_read_is_asked_for_later() {
    let stand = Newsstand::open().await;
    let mut row = live("harbour", article("Harbour reopens"));
    let source = row.1.take();
    stand.shelve(row.clone());
    let later = stand.get("/articles/harbour", &[]).await;
    assert_eq!((later.status, later.header("retry-after")), (503, Some("5")));
    // The front page shows what it knows and asks again.
    assert!(stand.get("/", &[]).await.text().contains("Harbour reopens"));
    row.1 = source;
    stand.shelve(row);
    assert_eq!(stand.get("/articles/harbour", &[]).await.status, 200);
    stand.catalogue.unavailable.store(true, Ordering::SeqCst);
    for target in ["/articles/harbour", "/"] {
        let away = stand.get(target, &[]).await;
        assert_eq!((away.status, away.header("retry-after")), (503, Some("5")), "{target}");
        assert!(!away.text().contains("disk"), "the fault's words are the log's");
    }
}

#[tokio::test]
async fn a_page_is_made_once_for_each_version() {
    let stand = Newsstand::open().await;
    stand.shelve(live("harbour", article("Harbour reopens")));
    for _ in 0..3 {
        assert_eq!(stand.get("/articles/harbour", &[]).await.status, 200);
    }
    assert_eq!(stand.catalogue.source_reads.load(Ordering::SeqCst), 1);
    let mut row = live("harbour", article("Harbour closed"));
    row.0.digest = [8; 16];
    stand.shelve(row);
    assert!(stand.get("/articles/harbour", &[]).await.text().contains("Harbour closed"));
}

#[tokio::test]
async fn markup_in_plain_fields_stays_text() {
    let stand = Newsstand::open().await;
    let evil = "</title></style><script>alert(1)</script><img src=x onerror=alert(2)>\"'";
    let mut hostile = article(evil);
    hostile.standfirst = Some(evil.into());
    hostile.section = Some(evil.into());
    hostile.tags = vec![evil.into()];
    hostile.correction = Some(evil.into());
    hostile.author_note = Some(evil.into());
    hostile.credits = vec![evil.into()];
    hostile.dateline = Some(evil.into());
    hostile.language = Some(evil.into());
    hostile.authors = vec![Person::named(evil)];
    hostile.media =
        vec![Media { url: format!("https://example.org/{evil}"), alt: Some(evil.into()), caption: Some(evil.into()), ..Media::default() }];
    hostile.body = Body::Html("<p>fine</p><script>alert(3)</script>".into());
    let mut row = live("hostile", hostile);
    row.0.facts.section = Some(evil.into());
    row.0.facts.language = Some(evil.into());
    stand.shelve(row);
    for target in ["/articles/hostile", "/"] {
        let page = stand.get(target, &[]).await;
        assert_eq!(page.status, 200);
        let text = page.text();
        // What stands in an article's page is its linked data, which runs nothing.
        assert_eq!(text.matches("<script").count(), text.matches("<script type=\"application/ld+json\">").count(), "{text}");
        assert!(!text.contains("<img src=x") && !text.contains("onerror=alert(2)>\"'"), "{text}");
        assert_eq!(text.matches("<style>").count(), 1, "{target}");
        assert!(text.contains("&lt;script&gt;"), "{target}");
        if target != "/" {
            assert_eq!(linked_data(text)["headline"], evil);
        }
    }
}

#[tokio::test]
async fn permalinks_of_any_form_lead_somewhere() {
    let stand = Newsstand::open_with("https://example.org/blog/", Limits::default()).await;
    for (slug, link, targets) in [
        ("a", "https://example.org/blog/2026/11/été/", &["/blog/2026/11/%C3%A9t%C3%A9/", "/blog/2026/11/%c3%a9t%c3%a9/"][..]),
        ("b", "https://example.org/?p=12", &["/?p=12"]),
        ("c", "https://example.org/index.php?id=3", &["/index.php?id=3"]),
        ("d", "https://example.org/feeds/notes", &["/feeds/notes"]),
    ] {
        let mut row = live(slug, article(&format!("Article {slug}")));
        row.0.link = Link::parse(link).unwrap();
        stand.shelve(row);
        for target in targets {
            let page = stand.get(target, &[]).await;
            assert!(
                page.status == 200 && page.text().contains(&format!("<h1 dir=\"auto\">Article {slug}</h1>")),
                "{target}: {}",
                page.status
            );
        }
    }
    // The same path on another host is another's article.
    let mut row = live("e", article("Elsewhere"));
    row.0.link = Link::parse("https://elsewhere.example/blog/e").unwrap();
    stand.shelve(row);
    assert_eq!(stand.get("/blog/e", &[]).await.status, 404);
}

#[tokio::test]
async fn a_footnote_leads_to_the_foot_of_the_same_page() {
    let stand = Newsstand::open().await;
    let mut noted = article("Noted");
    noted.body = Body::Markdown("Words.[^1]\n\n[^1]: A note.".into());
    stand.shelve(live("noted", noted));
    let page = stand.get("/articles/noted", &[]).await;
    let anchor = page
        .text()
        .split("href=\"#")
        .skip(1)
        .filter(|rest| !rest.starts_with("main\""))
        .map(|rest| &rest[..rest.find('"').unwrap()])
        .next();
    let anchor = anchor.expect("a link within the page");
    assert!(page.text().contains(&format!("id=\"{anchor}\"")), "{anchor}");
}

#[tokio::test]
async fn a_ledger_that_hangs_holds_up_pages_only_so_long_and_feeds_not_at_all() {
    let limits = Limits { answer: Duration::from_millis(500), ..Limits::default() };
    let stand = Newsstand::open_with("https://example.org/", limits).await;
    stand.shelf.put(vec![document("all", Format::Rss, "<rss/>", Instant::from_millis(0))]);
    stand.catalogue.hangs.store(true, Ordering::SeqCst);
    // The second waits for the first, which holds the front page.
    let (front, again, page) = tokio::join!(stand.get("/", &[]), stand.get("/", &[]), stand.get("/articles/harbour", &[]));
    assert_eq!([front.status, again.status, page.status], [503; 3]);
    assert_eq!(stand.get("/feeds/all.rss", &[]).await.status, 200);
    stand.catalogue.hangs.store(false, Ordering::SeqCst);
    assert_ne!(stand.get("/articles/harbour", &[]).await.status, 503);
}

#[tokio::test]
async fn a_link_that_was_left_leads_on() {
    let stand = Newsstand::open().await;
    let (entry, article) = live("harbour-reopens", article("Harbour reopens"));
    let (id, old) = (entry.id.clone(), Link::parse("https://example.org/articles/harbour").unwrap());
    stand.shelve((entry.clone(), article.clone()));
    stand.catalogue.past.lock().unwrap().insert(old.clone(), id);
    let moved = stand.get("/articles/harbour", &[]).await;
    assert_eq!((moved.status, moved.header("location")), (301, Some("/articles/harbour-reopens")));
    // Another article may come to stand here.
    assert_eq!(moved.header("cache-control"), Some("no-cache"));
    assert!(moved.text().contains("<a href=\"/articles/harbour-reopens\">") && !moved.text().contains("Harbour reopens"));
    let head = stand.send("HEAD", "/articles/harbour?utm_source=x", &[]).await;
    assert_eq!((head.status, head.header("location"), head.text().len()), (301, Some("/articles/harbour-reopens"), 0));

    // At another site it is named in full.
    let elsewhere = newswire::article::Entry { link: Link::parse("https://other.example/x?a=1&b=%22").unwrap(), ..entry };
    stand.catalogue.rows.lock().unwrap().clear();
    stand.shelve((elsewhere, article));
    let moved = stand.get("/articles/harbour", &[]).await;
    assert_eq!((moved.status, moved.header("location")), (301, Some("https://other.example/x?a=1&b=%22")));
    assert!(
        moved.text().contains("<a href=\"https:&#x2f;&#x2f;other.example&#x2f;x?a=1&amp;b=%22\">")
            || moved.text().contains("https://other.example/x?a=1&amp;b=%22"),
        "{}",
        moved.text()
    );

    // Whoever is public here comes first.
    let mut again = live("another", super::stand_in::article("A new harbour"));
    again.0.link = old;
    stand.shelve(again);
    assert_eq!(stand.get("/articles/harbour", &[]).await.status, 200);
}
