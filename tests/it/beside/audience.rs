//! Who reads, as `newswire status` says it.

use crate::newsroom::{Newsroom, article, get_with};

#[test]
fn status_says_who_reads_and_what_is_sent_in_vain() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("storm.md", article("Storm", "Text."));
    let daemon = newsroom.start();
    let url = daemon.url("/feeds/all.rss");
    let first = get_with(&url, &[("user-agent", "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers)")]);
    let tag = first.header("etag");
    assert_eq!(get_with(&url, &[("user-agent", "Careful/1"), ("if-none-match", tag)]).status, 304);
    // Each on a connection of its own, as pollers come.
    for _ in 0..3 {
        get_with(&url, &[("user-agent", "Careless/1")]);
    }
    get_with(&daemon.url("/feeds/all.atom"), &[("user-agent", "NewsBlur Feed Fetcher - 2 subscribers - http://www.newsblur.com/site/1")]);
    assert!(daemon.stop().success());

    let status = newsroom.status();
    let all = &status["audience"][0];
    assert_eq!((all["feed"].as_str(), all["subscribers"].as_u64()), (Some("all"), Some(18)), "{status:#}");
    assert_eq!(all["readers"][0]["name"], "Feedly");
    let day = &all["days"][0];
    assert_eq!((day["pollers"].as_u64(), day["requests"].as_u64(), day["not_modified"].as_u64()), (Some(4), Some(6), Some(1)));
    let length = newsroom.feed("all.rss").len() as u64;
    assert_eq!(day["bytes_ignoring_304"].as_u64(), Some(2 * length));
    assert_eq!(day["bytes"].as_u64(), Some(4 * length + newsroom.feed("all.atom").len() as u64));
    // Nobody's address is anywhere.
    for file in ["state/newswire.db", "state/newswire.db-wal"] {
        let bytes = std::fs::read(newsroom.path(file)).unwrap_or_default();
        assert!(!bytes.windows(9).any(|window| window == b"127.0.0.1") && !bytes.windows(8).any(|window| window == b"Careless"), "{file}");
    }
    let text = String::from_utf8(newsroom.newswire(&["status"]).stdout).unwrap();
    assert!(text.contains("audience    all: 18 subscribers reported (Feedly 16, NewsBlur Feed Fetcher 2); on "), "{text}");

    // The next run goes on from there.
    let daemon = newsroom.start();
    get_with(&daemon.url("/feeds/all.rss"), &[("user-agent", "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 20 subscribers)")]);
    assert!(daemon.stop().success());
    let all = &newsroom.status()["audience"][0];
    assert_eq!((all["subscribers"].as_u64(), all["days"][0]["requests"].as_u64()), (Some(22), Some(7)));
}
