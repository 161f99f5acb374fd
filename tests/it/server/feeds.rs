//! Feeds: types, caching headers, codings, methods, paths.

use std::io::Read as _;
use std::time::Duration;

use newswire::article::FeedName;
use newswire::config::Format;
use newswire::instant::Instant;

use super::stand_in::{Newsstand, document, site};

#[tokio::test]
async fn each_format_has_its_type_and_what_caches_need() {
    let stand = Newsstand::open().await;
    let updated = Instant::from_millis(1_795_518_000_400);
    for (format, content_type) in [
        (Format::Rss, "application/rss+xml; charset=utf-8"),
        (Format::Atom, "application/atom+xml; charset=utf-8"),
        (Format::Json, "application/feed+json"),
    ] {
        let early = updated.minus(Duration::from_secs(100_000_000));
        stand.shelf.put(vec![document("all", format, format!("{format:?}"), early)]);
        let reply = stand.get(&format!("/feeds/all.{}", format.extension()), &[]).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("content-type"), Some(content_type));
        assert_eq!(reply.header("cache-control"), Some("public, max-age=60, stale-if-error=86400"));
        assert_eq!(reply.header("vary"), Some("Accept-Encoding"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("content-encoding"), None);
        assert_eq!(reply.header("last-modified"), Some(early.round_up_to_second().http_date().as_str()));
        assert_eq!(reply.header("content-length"), Some(reply.body.len().to_string().as_str()));
        assert!(reply.header("date").is_some());
        let tag = reply.header("etag").unwrap();
        assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() == 34, "strong, quoted: {tag}");
        assert_eq!(reply.text(), format!("{format:?}"));
    }
}

#[tokio::test]
async fn codings_decode_to_the_same_bytes_under_tags_of_their_own() {
    let (stand, bytes) = Newsstand::with_feed().await;
    let plain = stand.get("/feeds/all.rss", &[]).await;
    let gzip = stand.get("/feeds/all.rss", &[("Accept-Encoding", "gzip")]).await;
    let brotli = stand.get("/feeds/all.rss", &[("Accept-Encoding", "gzip, br")]).await;
    assert_eq!(plain.body, bytes);
    let mut decoded = Vec::new();
    flate2::read::GzDecoder::new(gzip.body.as_slice()).read_to_end(&mut decoded).unwrap();
    assert_eq!(decoded, bytes);
    decoded.clear();
    brotli::Decompressor::new(brotli.body.as_slice(), 4096).read_to_end(&mut decoded).unwrap();
    assert_eq!(decoded, bytes);
    assert_eq!(gzip.header("content-encoding"), Some("gzip"));
    assert_eq!(brotli.header("content-encoding"), Some("br"));
    let zstd = stand.get("/feeds/all.rss", &[("Accept-Encoding", "gzip, zstd")]).await;
    assert_eq!(zstd::decode_all(zstd.body.as_slice()).unwrap(), bytes);
    assert_eq!(zstd.header("content-encoding"), Some("zstd"));
    assert_ne!(zstd.header("etag"), brotli.header("etag"));
    let tags = [&plain, &gzip, &brotli].map(|reply| reply.header("etag").unwrap());
    assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2], "{tags:?}");
    for reply in [&gzip, &brotli] {
        assert_eq!(reply.header("content-length"), Some(reply.body.len().to_string().as_str()));
        assert_eq!(reply.header("vary"), Some("Accept-Encoding"));
        assert_eq!(reply.header("content-type"), plain.header("content-type"));
        assert_eq!(reply.header("last-modified"), plain.header("last-modified"));
    }
    // The same version keeps its coded bytes and their tag.
    let again = stand.get("/feeds/all.rss", &[("Accept-Encoding", "gzip")]).await;
    assert_eq!((again.header("etag"), &again.body), (gzip.header("etag"), &gzip.body));
}

#[tokio::test]
async fn refusing_every_coding_is_answered_406() {
    let (stand, _) = Newsstand::with_feed().await;
    for (accept, status) in [("identity;q=0", 406), ("*;q=0", 406), ("identity;q=0, gzip", 200), ("gzip;q=0", 200)] {
        assert_eq!(stand.get("/feeds/all.rss", &[("Accept-Encoding", accept)]).await.status, status, "{accept}");
    }
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let (stand, _) = Newsstand::with_feed().await;
    for headers in [&[][..], &[("Accept-Encoding", "gzip")], &[("Accept-Encoding", "br")]] {
        let get = stand.get("/feeds/all.rss", headers).await;
        let head = stand.send("HEAD", "/feeds/all.rss", headers).await;
        assert_eq!(head.lasting_headers(), get.lasting_headers());
        assert_eq!((head.status, head.body.len()), (200, 0));
        assert!(!get.body.is_empty());
    }
}

#[tokio::test]
async fn other_methods_are_told_what_is_allowed() {
    let (stand, _) = Newsstand::with_feed().await;
    for target in ["/feeds/all.rss", "/", "/articles/x", "/healthz"] {
        for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"] {
            let reply = stand.send(method, target, &[]).await;
            assert_eq!((reply.status, reply.header("allow")), (405, Some("GET, HEAD, OPTIONS")), "{method} {target}");
        }
        let reply = stand.send("OPTIONS", target, &[]).await;
        assert_eq!((reply.status, reply.header("allow")), (204, Some("GET, HEAD, OPTIONS")), "{target}");
    }
    assert_eq!(stand.send("OPTIONS", "*", &[]).await.status, 204);
}

#[tokio::test]
async fn last_modified_is_neither_sent_nor_matched_before_its_second() {
    let stand = Newsstand::open().await;
    // A version of the next hour: its second has not come.
    let updated = Instant::now().plus(Duration::from_hours(1));
    stand.shelf.put(vec![document("all", Format::Rss, "<rss/>", updated)]);
    let reply = stand.get("/feeds/all.rss", &[]).await;
    assert_eq!((reply.status, reply.header("last-modified")), (200, None));
    let since = updated.round_up_to_second().http_date();
    assert_eq!(stand.get("/feeds/all.rss", &[("If-Modified-Since", &since)]).await.status, 200);
    // Its tag counts at once.
    let tag = reply.header("etag").unwrap();
    let unchanged = stand.get("/feeds/all.rss", &[("If-None-Match", tag)]).await;
    assert_eq!((unchanged.status, unchanged.header("last-modified")), (304, None));
}

#[tokio::test]
async fn names_in_every_script_and_paths_that_are_none() {
    let stand = Newsstand::open().await;
    stand.shelf.put(vec![document("section/été", Format::Atom, "<feed/>", Instant::from_millis(0))]);
    for target in ["/feeds/section/%C3%A9t%C3%A9.atom", "/feeds/section/%c3%a9t%c3%a9.atom", "/feeds/%73ection%2F%C3%A9t%C3%A9.atom"] {
        assert_eq!(stand.get(target, &[]).await.status, 200, "{target}");
    }
    for target in [
        "/feeds/../feeds/nothing.atom",
        "/feeds/%2e%2e/Cargo.toml",
        "/feeds/..%2f..%2fetc/passwd",
        "/feeds/section/%25C3%25A9t%25C3%25A9.atom",
        "/feeds/section/%E9t%E9.atom",
        "/feeds/%00.rss",
        "/feeds/",
        "/feeds/unknown.rss",
        "//feeds/all.rss",
    ] {
        assert_eq!(stand.get(target, &[]).await.status, 404, "{target}");
    }
}

#[tokio::test]
async fn a_feed_that_is_coming_is_503_and_a_retired_one_410() {
    let stand = Newsstand::open().await;
    let coming = stand.get("/feeds/all.rss", &[]).await;
    assert_eq!((coming.status, coming.header("retry-after")), (503, Some("5")));
    stand.shelf.put(vec![document("all", Format::Rss, "<rss/>", Instant::from_millis(0))]);
    assert_eq!(stand.get("/feeds/all.rss", &[]).await.status, 200);
    stand.shelf.remove(&FeedName::parse("all").unwrap());
    assert_eq!(stand.get("/feeds/all.rss", &[]).await.status, 410);
}

#[tokio::test]
async fn feeds_stand_at_their_own_url_and_always_below_feeds() {
    let stand = Newsstand::open().await;
    stand.shelf.put(vec![document("all", Format::Rss, "<rss/>", Instant::from_millis(0))]);
    let mut elsewhere = site("https://example.org/");
    elsewhere.feeds_url = "https://example.org/wire/".parse().unwrap();
    stand.site.send_replace(elsewhere.into());
    assert_eq!(stand.get("/wire/all.rss", &[]).await.status, 200);
    assert_eq!(stand.get("/feeds/all.rss", &[]).await.status, 200);
    let mut other_host = site("https://example.org/");
    other_host.feeds_url = "https://cdn.example/wire/".parse().unwrap();
    stand.site.send_replace(other_host.into());
    assert_eq!(stand.get("/wire/all.rss", &[]).await.status, 404);
    assert_eq!(stand.get("/feeds/all.rss", &[]).await.status, 200);
}
