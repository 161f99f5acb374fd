//! 304: who has it already.

use newswire::config::Format;
use newswire::instant::Instant;

use super::stand_in::{Newsstand, article, document, live};

#[tokio::test]
async fn what_a_client_has_is_not_sent_again() {
    let (stand, _) = Newsstand::with_feed().await;
    let plain = stand.get("/feeds/all.rss", &[]).await;
    let gzip = stand.get("/feeds/all.rss", &[("Accept-Encoding", "gzip")]).await;
    let tag = plain.header("etag").unwrap();
    let bare = tag.trim_matches('"');
    let coded = gzip.header("etag").unwrap();
    let modified = plain.header("last-modified").unwrap();
    let old = "Sun, 09 Sep 2001 01:46:40 GMT";
    let table: &[(&[(&str, &str)], u16)] = &[
        (&[("If-None-Match", tag)], 304),
        (&[("If-None-Match", &format!("W/{tag}"))], 304),
        (&[("If-None-Match", &format!("\"x\", {tag}"))], 304),
        (&[("If-None-Match", "\"x\""), ("If-None-Match", tag)], 304),
        (&[("If-None-Match", "*")], 304),
        (&[("If-None-Match", &format!("\"{bare}-gzip\""))], 304),
        (&[("If-None-Match", &format!("W/\"{bare}-br\""))], 304),
        (&[("If-None-Match", &format!("\"{bare};gzip\""))], 304),
        (&[("If-None-Match", "\"x\"")], 200),
        (&[("If-None-Match", "")], 200),
        // The tag stands over the date.
        (&[("If-None-Match", "\"x\""), ("If-Modified-Since", modified)], 200),
        (&[("If-None-Match", tag), ("If-Modified-Since", old)], 304),
        (&[("If-Modified-Since", modified)], 304),
        (&[("If-Modified-Since", old)], 200),
        (&[("If-Modified-Since", "never")], 200),
        // Each coding is a representation of its own.
        (&[("If-None-Match", coded)], 200),
        (&[("If-None-Match", coded), ("Accept-Encoding", "gzip")], 304),
        (&[("If-None-Match", tag), ("Accept-Encoding", "gzip")], 200),
        (&[("If-Match", tag)], 200),
        (&[("If-Match", "\"x\"")], 412),
        (&[("If-Unmodified-Since", old)], 412),
    ];
    for (headers, status) in table {
        for method in ["GET", "HEAD"] {
            assert_eq!(stand.send(method, "/feeds/all.rss", headers).await.status, *status, "{method} {headers:?}");
        }
    }
}

#[tokio::test]
async fn a_304_repeats_what_caches_keep() {
    let (stand, _) = Newsstand::with_feed().await;
    for accept in ["identity", "gzip", "br"] {
        let whole = stand.get("/feeds/all.rss", &[("Accept-Encoding", accept)]).await;
        let tag = whole.header("etag").unwrap();
        let unchanged = stand.get("/feeds/all.rss", &[("Accept-Encoding", accept), ("If-None-Match", tag)]).await;
        assert_eq!((unchanged.status, unchanged.body.len()), (304, 0));
        for name in ["etag", "cache-control", "vary", "last-modified"] {
            assert_eq!(unchanged.header(name), whole.header(name), "{name}");
            assert!(unchanged.header(name).is_some(), "{name}");
        }
        for name in ["content-type", "content-encoding", "content-location"] {
            assert_eq!(unchanged.header(name), None, "{name}");
        }
    }
}

#[tokio::test]
async fn a_new_version_has_new_validators() {
    let stand = Newsstand::open().await;
    let mut seen = Vec::new();
    // The second and third were made in one second, and the third came after that second could have been seen.
    for (text, millis) in [("<rss>1</rss>", 1000), ("<rss>2</rss>", 2500), ("<rss>3</rss>", 2600)] {
        stand.shelf.put(vec![document("all", Format::Rss, text, Instant::from_millis(millis))]);
        let reply = stand.get("/feeds/all.rss", &[]).await;
        assert_eq!(reply.text(), text);
        seen.push((reply.header("etag").unwrap().to_owned(), reply.header("last-modified").unwrap().to_owned()));
    }
    for pair in seen.windows(2) {
        let [(before_tag, before_date), (_, date)] = pair else { unreachable!() };
        assert_ne!(before_date, date);
        assert_eq!(stand.get("/feeds/all.rss", &[("If-None-Match", before_tag)]).await.status, 200);
        assert_eq!(stand.get("/feeds/all.rss", &[("If-Modified-Since", before_date)]).await.status, 200);
    }
}

#[tokio::test]
async fn pages_have_tags_too() {
    let stand = Newsstand::open().await;
    stand.shelve(live("harbour", article("Harbour reopens")));
    for target in ["/", "/articles/harbour"] {
        for accept in ["identity", "gzip", "br"] {
            let page = stand.get(target, &[("Accept-Encoding", accept)]).await;
            assert_eq!(page.status, 200, "{target}");
            let tag = page.header("etag").unwrap();
            let again = stand.get(target, &[("Accept-Encoding", accept), ("If-None-Match", tag)]).await;
            assert_eq!((again.status, again.header("etag")), (304, Some(tag)), "{target} {accept}");
        }
    }
}
