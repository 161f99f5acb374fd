//! HTTP as its standards say it, a row for each clause.

use std::time::Duration;

use newswire::article::FeedName;
use newswire::config::Format;
use newswire::feed::{Document, EntryAt};
use newswire::instant::Instant;

use super::client::Reply;
use super::stand_in::{Newsstand, document};

/// What a request is, and what its answer must be.
struct Row<'a> {
    clause: &'static str,
    method: &'static str,
    target: &'static str,
    send: &'a [(&'a str, &'a str)],
    status: u16,
    has: &'a [(&'a str, &'a str)],
    lacks: &'a [&'a str],
}

const GET: Row<'_> = Row { clause: "", method: "GET", target: "/feeds/all.rss", send: &[], status: 200, has: &[], lacks: &[] };

async fn hold(stand: &Newsstand, rows: &[Row<'_>]) {
    for row in rows {
        let reply = stand.send(row.method, row.target, row.send).await;
        let said = format!("{}: {} {} {:?}", row.clause, row.method, row.target, row.send);
        assert_eq!(reply.status, row.status, "{said}");
        for (name, value) in row.has {
            assert_eq!(reply.header(name), Some(*value), "{said}: {name}");
        }
        for name in row.lacks {
            assert_eq!(reply.header(name), None, "{said}: {name}");
        }
        if row.method == "HEAD" || matches!(row.status, 204 | 304) {
            assert!(reply.body.is_empty(), "{said}: RFC 9112 section 6.3 leaves no room for content");
        }
    }
}

#[tokio::test]
#[allow(clippy::too_many_lines, reason = "a row for each clause")]
async fn what_the_clauses_ask_of_a_feed() {
    let (stand, bytes) = Newsstand::with_feed().await;
    let plain = stand.get("/feeds/all.rss", &[]).await;
    let tag = plain.header("etag").unwrap();
    let bare = tag.trim_matches('"');
    let modified = plain.header("last-modified").unwrap();
    let length = bytes.len().to_string();
    let gzip = stand.get("/feeds/all.rss", &[("Accept-Encoding", "gzip")]).await;
    let gzip_tag = gzip.header("etag").unwrap();
    let (weak, weak_gzip) = (format!("W/{tag}"), format!("W/{gzip_tag}"));
    let (by_apache, by_apache_now, by_jetty) = (format!("\"{bare}-gzip\""), format!("\"{bare};gzip\""), format!("\"{bare}--gzip\""));
    let caching = "public, max-age=60, stale-if-error=86400";
    let two_tags = format!("\"x\", {tag}");
    hold(
        &stand,
        &[
            Row { clause: "RFC 9110 section 8.8.3, a strong tag", has: &[("etag", tag)], ..GET },
            Row { clause: "RFC 9110 section 8.8.2, the date of the version", has: &[("last-modified", modified)], ..GET },
            Row { clause: "RFC 9110 section 8.6", has: &[("content-length", &length)], ..GET },
            Row { clause: "RFC 9110 section 8.3", has: &[("content-type", "application/rss+xml; charset=utf-8")], ..GET },
            Row { clause: "RFC 9110 section 12.5.5", has: &[("vary", "Accept-Encoding")], ..GET },
            Row { clause: "RFC 9111 section 5.2.2 and RFC 5861", has: &[("cache-control", caching)], ..GET },
            Row { clause: "RFC 9110 section 9.3.2", method: "HEAD", has: &[("etag", tag), ("content-length", &length)], ..GET },
            Row { clause: "RFC 9110 section 9.3.7", method: "OPTIONS", status: 204, has: &[("allow", "GET, HEAD, OPTIONS")], ..GET },
            Row { clause: "RFC 9110 section 15.5.6", method: "PUT", status: 405, has: &[("allow", "GET, HEAD, OPTIONS")], ..GET },
            Row {
                clause: "RFC 9110 section 14.2, ranges are optional",
                send: &[("Range", "bytes=0-9")],
                has: &[("content-length", &length)],
                ..GET
            },
            Row { clause: "RFC 9110 section 13.1.2", send: &[("If-None-Match", tag)], status: 304, ..GET },
            Row { clause: "RFC 9110 section 13.1.2, any", send: &[("If-None-Match", "*")], status: 304, ..GET },
            Row { clause: "RFC 9110 section 13.1.2, a list", send: &[("If-None-Match", &two_tags)], status: 304, ..GET },
            Row { clause: "RFC 9110 section 8.8.3.2, weak comparison", send: &[("If-None-Match", &weak)], status: 304, ..GET },
            Row { clause: "a proxy weakened it", send: &[("If-None-Match", &weak), ("Accept-Encoding", "gzip")], status: 304, ..GET },
            Row { clause: "a proxy decoded it", send: &[("If-None-Match", &weak_gzip)], status: 304, ..GET },
            Row { clause: "Apache's mod_deflate", send: &[("If-None-Match", &by_apache), ("Accept-Encoding", "gzip")], status: 304, ..GET },
            Row { clause: "a proxy's ;gzip", send: &[("If-None-Match", &by_apache_now)], status: 304, ..GET },
            Row { clause: "Jetty's --gzip", send: &[("If-None-Match", &by_jetty)], status: 304, ..GET },
            Row { clause: "RFC 9110 section 8.8.3.3, another form's strong tag", send: &[("If-None-Match", gzip_tag)], ..GET },
            Row {
                clause: "RFC 9110 section 13.2.2, tags stand over dates",
                send: &[("If-None-Match", "\"x\""), ("If-Modified-Since", modified)],
                ..GET
            },
            Row { clause: "RFC 9110 section 13.1.3", send: &[("If-Modified-Since", modified)], status: 304, ..GET },
            Row { clause: "RFC 9110 section 13.1.3, no date", send: &[("If-Modified-Since", "soon")], ..GET },
            Row {
                clause: "RFC 9110 section 13.1.1",
                send: &[("If-Match", "\"x\"")],
                status: 412,
                has: &[("cache-control", "no-store")],
                ..GET
            },
            Row { clause: "RFC 9110 section 13.1.1, strong comparison", send: &[("If-Match", &weak)], status: 412, ..GET },
            Row {
                clause: "RFC 9110 section 13.1.4",
                send: &[("If-Unmodified-Since", "Sun, 09 Sep 2001 01:46:40 GMT")],
                status: 412,
                ..GET
            },
            Row {
                clause: "RFC 9110 section 15.4.5, what a 304 repeats and what not",
                send: &[("If-None-Match", tag)],
                status: 304,
                has: &[("etag", tag), ("cache-control", caching), ("vary", "Accept-Encoding"), ("last-modified", modified)],
                lacks: &["content-type", "content-encoding", "content-security-policy", "link"],
                ..GET
            },
            Row {
                clause: "RFC 9110 section 12.5.3",
                send: &[("Accept-Encoding", "zstd, gzip;q=0.9")],
                has: &[("content-encoding", "zstd")],
                ..GET
            },
            Row {
                clause: "RFC 9110 section 12.4.2",
                send: &[("Accept-Encoding", "br;q=0, gzip")],
                has: &[("content-encoding", "gzip")],
                ..GET
            },
            Row { clause: "RFC 9110 section 15.5.7", send: &[("Accept-Encoding", "identity;q=0")], status: 406, ..GET },
            Row { clause: "Fetch, nosniff", has: &[("x-content-type-options", "nosniff")], ..GET },
            Row { clause: "Fetch, CORS", has: &[("access-control-allow-origin", "*")], ..GET },
            Row {
                clause: "Fetch, CORS of an answer to a script's own question",
                send: &[("If-None-Match", tag), ("Origin", "https://reader.example")],
                status: 304,
                has: &[("access-control-allow-origin", "*"), ("access-control-expose-headers", "ETag, Last-Modified, Link")],
                ..GET
            },
            Row {
                clause: "Fetch, CORS preflight",
                method: "OPTIONS",
                send: &[
                    ("Origin", "https://reader.example"),
                    ("Access-Control-Request-Method", "GET"),
                    ("Access-Control-Request-Headers", "if-none-match"),
                ],
                status: 204,
                has: &[
                    ("access-control-allow-origin", "*"),
                    ("access-control-allow-methods", "GET, HEAD"),
                    ("access-control-max-age", "86400"),
                ],
                ..GET
            },
            Row {
                clause: "Fetch, pages are not for other origins' scripts",
                method: "OPTIONS",
                target: "/",
                send: &[("Origin", "https://reader.example"), ("Access-Control-Request-Method", "GET")],
                status: 204,
                lacks: &["access-control-allow-origin"],
                ..GET
            },
            Row {
                clause: "RFC 9111 section 3, what failed is not kept",
                target: "/feeds/x.rss",
                status: 404,
                has: &[("cache-control", "no-cache")],
                ..GET
            },
        ],
    )
    .await;
}

/// A feed of these entries.
fn feed(entries: &[&str], updated: Instant) -> std::sync::Arc<Document> {
    let mut bytes = b"<feed>\n".to_vec();
    let mut places = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            bytes.push(b'\n');
        }
        let start = bytes.len();
        bytes.extend_from_slice(entry.as_bytes());
        places.push(EntryAt { digest: entry.bytes().fold(1, |digest, byte| digest * 31 + u64::from(byte)), range: start..bytes.len() });
    }
    bytes.extend_from_slice(b"\n</feed>");
    let name = FeedName::parse("all").unwrap();
    Document::of_feed(name, Format::Atom, bytes.into(), updated).with_entries(places).into()
}

#[tokio::test]
async fn who_asks_for_new_entries_gets_those() {
    let stand = Newsstand::open().await;
    let since = Instant::now().minus(Duration::from_hours(1));
    let put = |entries: &[&str], minutes: u64| stand.shelf.put(vec![feed(entries, since.plus(Duration::from_mins(minutes)))]);
    let ask = async |tag: &str, more: &[(&str, &str)]| -> Reply {
        stand.get("/feeds/all.atom", &[&[("A-IM", "feed"), ("If-None-Match", tag)], more].concat()).await
    };
    put(&["a"], 1);
    let first = stand.get("/feeds/all.atom", &[("A-IM", "feed")]).await;
    assert_eq!((first.status, first.header("im")), (200, None), "without a version there is nothing to differ from");
    let old = first.header("etag").unwrap();
    assert_eq!(ask(old, &[]).await.status, 304);

    put(&["c", "b", "a"], 2);
    let whole = stand.get("/feeds/all.atom", &[]).await;
    let part = ask(old, &[]).await;
    assert_eq!((part.status, part.text()), (226, "<feed>\nc\nb\n</feed>"), "RFC 3229 section 10.4.1");
    assert_eq!(part.header("im"), Some("feed"), "RFC 3229 section 10.5.2");
    assert_eq!(part.header("delta-base"), Some(old), "RFC 3229 section 10.5.1");
    assert_eq!(part.header("etag"), whole.header("etag"), "RFC 3229 section 5: the tag of the whole as it is now");
    assert_eq!(part.header("cache-control"), Some("no-store, im"), "RFC 3229 section 10.8.1");
    assert_eq!(part.header("vary"), Some("A-IM, If-None-Match, Accept-Encoding"));
    assert_eq!(part.header("content-length"), Some(part.body.len().to_string().as_str()));
    assert_eq!(part.header("content-type"), whole.header("content-type"));
    assert_eq!(whole.header("vary"), Some("Accept-Encoding"), "caches keep one whole for everybody");
    let head = stand.send("HEAD", "/feeds/all.atom", &[("A-IM", "feed"), ("If-None-Match", old)]).await;
    assert_eq!((head.status, head.body.len(), head.lasting_headers()), (226, 0, part.lasting_headers()));

    // Coded, under the coded whole's tag, so that the next question is understood.
    let coded = ask(old, &[("Accept-Encoding", "gzip")]).await;
    assert_eq!((coded.status, coded.header("content-encoding")), (226, Some("gzip")));
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(coded.body.as_slice()), &mut text).unwrap();
    assert_eq!(text, part.text());
    assert_eq!(ask(coded.header("etag").unwrap(), &[("Accept-Encoding", "gzip")]).await.status, 304);

    // Who does not ask, or names a version that nobody remembers, gets the whole.
    assert_eq!(stand.get("/feeds/all.atom", &[("If-None-Match", old)]).await.status, 200);
    assert_eq!(ask("\"00000000000000000000000000000000\"", &[]).await.status, 200);
    assert_eq!(stand.get("/feeds/all.atom", &[("A-IM", "feed;q=0"), ("If-None-Match", old)]).await.status, 200);
    assert_eq!(stand.get("/feeds/all.atom", &[("A-IM", "feed"), ("If-None-Match", old), ("If-Match", "\"x\"")]).await.status, 412);

    // A file that does not say where its entries are has no parts.
    stand.shelf.put(vec![document("other", Format::Rss, "<rss/>", since)]);
    assert_eq!(stand.get("/feeds/other.rss", &[("A-IM", "feed"), ("If-None-Match", "\"x\"")]).await.status, 200);
}
