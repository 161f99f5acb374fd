//! The linter `redbot`, which knows HTTP's rules by heart, looks at every kind of answer: it finds nothing to say but what is argued.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};

use super::newsroom::Rich;
use super::{argued, programs};
use crate::newsroom::{await_that, get};

/// What is asked, and the answer's status; `redbot`'s further requests are made where there is a representation.
pub(super) struct Asked {
    name: String,
    /// Whether only newswire itself answers so: a proxy takes the request for its own.
    pub(super) is_for_the_origin: bool,
    method: &'static str,
    path: String,
    fields: Vec<(&'static str, String)>,
    status: u16,
}

fn ask(method: &'static str, path: &str, fields: &[(&'static str, &str)], status: u16) -> Asked {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let shown: Vec<String> = fields.iter().map(|(name, value)| format!(" {name}: {value}")).collect();
    let is_for_the_origin = matches!(status, 405 | 406 | 412 | 416) || method == "OPTIONS";
    Asked { name: format!("{method} {path}{}", shown.concat()), is_for_the_origin, method, path: path.to_owned(), fields, status }
}

/// A newsroom in which something has moved, something is gone, and a feed is retired.
pub(super) fn eventful() -> Rich {
    let rich = Rich::start();
    rich.newsroom.drop_article("moving.md", "---\ntitle: Moving\nslug: before\ndate: 2024-01-02\n---\nText.\n");
    rich.newsroom.feed_that("all.atom", "has what moves", |feed| feed.contains("articles/before"));
    rich.newsroom.drop_article("moving.md", "---\ntitle: Moving\nslug: after\ndate: 2024-01-02\n---\nText.\n");
    rich.newsroom.feed_that("all.atom", "has what moved", |feed| feed.contains("articles/after"));
    let without = rich.newsroom.config_text().replace("[[feed]]\nname = \"breaking\"\nselect = { breaking = true }\n", "");
    rich.newsroom.configure(&without);
    rich.daemon.signal(rustix::process::Signal::HUP);
    await_that("the feed is retired", || Some(()).filter(|()| get(&rich.daemon.url("/feeds/breaking.rss")).status == 410));
    // A date is neither sent nor matched before its second has come.
    for file in ["all.rss", "all.atom", "all.json", "nothing.atom", "short.atom"] {
        let url = rich.daemon.url(&format!("/feeds/{file}"));
        await_that("the feed has a date", || Some(()).filter(|()| !get(&url).header("last-modified").is_empty()));
    }
    rich
}

/// Every kind of answer that the server gives, with the tag and date that it has at `base`.
fn everything(base: &str, rich: &Rich) -> Vec<Asked> {
    let feed: Value = serde_json::from_str(&rich.newsroom.feed("all.json")).unwrap();
    let picture =
        feed["items"].as_array().unwrap().iter().find_map(|item| item["image"].as_str()?.strip_prefix("https://example.org")).unwrap();
    let first = get(&format!("{base}/feeds/all.rss"));
    let (tag, date) = (first.header("etag"), first.header("last-modified"));
    let mut all: Vec<Asked> = ["all.rss", "all.atom", "all.json", "nothing.atom", "section/welt-%C3%A9.rss"]
        .iter()
        .flat_map(|file| {
            let path = format!("/feeds/{file}");
            [ask("GET", &path, &[], 200), ask("HEAD", &path, &[], 200)]
        })
        .collect();
    for coding in ["gzip", "br", "identity", "gzip;q=0.5, br;q=0.4"] {
        all.push(ask("GET", "/feeds/all.rss", &[("accept-encoding", coding)], 200));
        all.push(ask("GET", "/articles/storm", &[("accept-encoding", coding)], 200));
    }
    for page in ["/", "/articles/storm", "/articles/hebrew", "/favicon.svg", "/healthz", "/readyz", picture] {
        all.push(ask("GET", page, &[], 200));
        all.push(ask("HEAD", page, &[], 200));
    }
    all.extend([
        ask("GET", "/feeds/all.rss", &[("if-none-match", tag)], 304),
        ask("GET", "/feeds/all.rss", &[("if-modified-since", date)], 304),
        ask("HEAD", "/feeds/all.rss", &[("if-none-match", &format!("W/{}", tag.trim_start_matches("W/")))], 304),
        ask("GET", "/feeds/all.rss", &[("if-match", "\"another\"")], 412),
        ask("GET", "/feeds/all.rss", &[("accept-encoding", "identity;q=0, *;q=0")], 406),
        ask("GET", picture, &[("range", "bytes=0-9")], 206),
        ask("GET", picture, &[("range", "bytes=9999999-")], 416),
        ask("GET", "/articles/gone", &[], 410),
        ask("GET", "/feeds/breaking.rss", &[], 410),
        ask("GET", "/articles/before", &[], 301),
        ask("GET", "/articles/never-was", &[], 404),
        ask("GET", "/feeds/never-was.rss", &[], 404),
        ask("HEAD", "/articles/never-was", &[], 404),
        ask("OPTIONS", "/feeds/all.rss", &[], 204),
        ask("POST", "/feeds/all.rss", &[], 405),
        ask("DELETE", "/articles/storm", &[], 405),
    ]);
    all
}

/// What `redbot` says of these answers of the server at `base`.
fn look(base: &str, all: &[Asked]) -> Vec<Value> {
    let wanted: Vec<Value> = all
        .iter()
        .map(|one| {
            let active = one.method == "GET" && one.status == 200 && one.fields.is_empty();
            json!({"name": one.name, "url": format!("{base}{}", one.path), "method": one.method, "fields": one.fields, "active": active})
        })
        .collect();
    let mut child = programs::script("lint_http.py").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(Value::from(wanted).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The remarks that `redbot` makes on those answers that are `wanted`: warnings and errors, by their names.
pub(super) fn remarks(base: &str, rich: &Rich, wanted: impl Fn(&Asked) -> bool) -> BTreeSet<String> {
    let all: Vec<Asked> = everything(base, rich).into_iter().filter(wanted).collect();
    let seen = look(base, &all);
    assert_eq!(seen.len(), all.len());
    let mut found = BTreeSet::new();
    for (asked, seen) in all.iter().zip(&seen) {
        assert_eq!(seen["error"], Value::Null, "{}", asked.name);
        assert_eq!(seen["status"], asked.status, "{}: {seen}", asked.name);
        for note in seen["notes"].as_array().unwrap() {
            let text = |key: &str| note[key].as_str().unwrap();
            if matches!(text("level"), "warning" | "bad") {
                eprintln!("{base}: {}: {} {}: {}", asked.name, text("level"), text("id"), text("says"));
                found.insert(text("id").to_owned());
            }
        }
    }
    found
}

#[test]
fn redbot_has_nothing_to_say_but_what_is_argued() {
    let rich = eventful();
    let found = remarks(&rich.daemon.url(""), &rich, |_| true);
    assert_eq!(found, argued::names("### Remarks on answers that stay"));
}
