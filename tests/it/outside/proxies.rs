//! Caching proxies in front, as CDNs are: Varnish and nginx. What comes through them is the same, conditional requests work on both
//! sides of them, and tags match as they pass them on.

use std::io::Read as _;
use std::net::SocketAddr;
use std::process::Command;

use super::argued;
use super::http::{eventful, remarks};
use super::newsroom::Rich;
use super::programs::{self, Beside};
use crate::newsroom::{Answer, await_that, get_with};

/// A proxy in front of a newsroom.
struct Front {
    // Ends before its folder goes.
    _process: Beside,
    _folder: tempfile::TempDir,
    address: SocketAddr,
}

impl Front {
    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The answer to a GET through it, in this coding and under this condition.
    fn get(&self, path: &str, coding: &str, fields: &[(&'static str, &str)]) -> Answer {
        get_with(&self.url(path), &[&[("accept-encoding", coding)], fields].concat())
    }
}

fn port_of(rich: &Rich) -> u16 {
    url::Url::parse(&rich.daemon.url("/")).unwrap().port().unwrap()
}

/// Varnish as it comes. What it keeps grows stale at once, so that it asks again, and it says on demand what it did.
fn varnish(rich: &Rich) -> Front {
    let folder = tempfile::tempdir().unwrap();
    let address = programs::free_port();
    let vcl = folder.path().join("newswire.vcl");
    let port = port_of(rich);
    let text = format!(
        "vcl 4.1;\n\
         backend newswire {{ .host = \"127.0.0.1\"; .port = \"{port}\"; }}\n\
         sub vcl_recv {{ if (req.http.x-pass) {{ unset req.http.x-pass; return (pass); }} }}\n\
         sub vcl_backend_response {{\n\
             if (bereq.http.x-stale) {{ set beresp.ttl = 0.05s; set beresp.grace = 0s; set beresp.keep = 1h; }}\n\
             if (bereq.http.x-stale && beresp.was_304) {{ set beresp.http.x-revalidated = \"yes\"; }}\n\
         }}\n"
    );
    std::fs::write(&vcl, text).unwrap();
    let mut command = Command::new("varnishd");
    command.arg("-F").args(["-j", "none", "-s", "malloc,32m"]).arg("-n").arg(folder.path().join("work")).arg("-f").arg(&vcl);
    command.args(["-a", &address.to_string(), "-p", "thread_pools=1", "-p", "thread_pool_min=10", "-p", "vsl_space=4m"]);
    let process = Beside::listening(&mut command, address);
    Front { _process: process, _folder: folder, address }
}

/// nginx, which fetches everything uncoded and codes it by itself, as many set it up; with a cache or without one.
fn nginx(rich: &Rich, cache: &str) -> Front {
    let folder = tempfile::tempdir().unwrap();
    let address = programs::free_port();
    let port = port_of(rich);
    let here = folder.path().display();
    let text = format!(
        "user root;\nworker_processes 1;\npid {here}/pid;\nerror_log {here}/error.log;\nevents {{ worker_connections 64; }}\n\
         http {{\n\
           access_log off;\n\
           client_body_temp_path {here}/body;\nproxy_temp_path {here}/proxy;\nfastcgi_temp_path {here}/f;\nuwsgi_temp_path {here}/u;\nscgi_temp_path {here}/s;\n\
           proxy_cache_path {here}/cache keys_zone=feeds:1m;\n\
           gzip on; gzip_types application/rss+xml application/atom+xml application/feed+json; gzip_proxied any;\n\
           server {{\n\
             listen {address};\n\
             location / {{\n\
               proxy_pass http://127.0.0.1:{port};\n\
               proxy_http_version 1.1;\n\
               proxy_set_header Connection \"\";\n\
               proxy_set_header Accept-Encoding \"\";\n\
               {cache}\n\
             }}\n\
           }}\n\
         }}\n"
    );
    let config = folder.path().join("nginx.conf");
    std::fs::write(&config, text).unwrap();
    let mut command = Command::new("nginx");
    command.arg("-p").arg(folder.path()).arg("-c").arg(&config).args(["-e", &format!("{here}/error.log"), "-g", "daemon off;"]);
    let process = Beside::listening(&mut command, address);
    Front { _process: process, _folder: folder, address }
}

/// The body of an answer without its coding.
fn decoded(answer: &Answer) -> String {
    let mut text = String::new();
    match answer.header("content-encoding") {
        "" => text.clone_from(&answer.body),
        "gzip" => {
            flate2::read::GzDecoder::new(answer.bytes.as_slice()).read_to_string(&mut text).unwrap();
        }
        "br" => {
            brotli::Decompressor::new(answer.bytes.as_slice(), 4096).read_to_string(&mut text).unwrap();
        }
        other => panic!("{other}"),
    }
    text
}

const FEEDS: [&str; 4] = ["all.rss", "all.atom", "all.json", "nothing.atom"];

/// What every client gets through a proxy: the file's bytes in a coding that it takes, a tag, and 304 for that tag, however often.
fn same_and_conditional(rich: &Rich, front: &Front) {
    for file in FEEDS {
        let path = format!("/feeds/{file}");
        for coding in ["gzip", "identity", "br", "gzip, deflate, br, zstd"] {
            for _ in 0..2 {
                let whole = front.get(&path, coding, &[]);
                assert_eq!((whole.status, decoded(&whole)), (200, rich.newsroom.feed(file)), "{file} in {coding}");
                assert!(["", "gzip", "br"].contains(&whole.header("content-encoding")), "{file}");
                let coded = whole.header("content-encoding");
                assert!(coded.is_empty() || coding.contains(coded), "{file}: {coded} to a client that takes {coding}");
                assert!(whole.header("vary").to_ascii_lowercase().contains("accept-encoding"), "{file}: {}", whole.header("vary"));
                let tag = whole.header("etag").to_owned();
                assert!(tag.len() >= 34, "{file}: {tag}");
                for given in [tag.clone(), format!("W/{}", tag.trim_start_matches("W/"))] {
                    let unchanged = front.get(&path, coding, &[("if-none-match", &given)]);
                    assert_eq!((unchanged.status, unchanged.bytes.len()), (304, 0), "{file} in {coding} by {given}");
                    assert!(unchanged.header("cache-control").contains("max-age"), "a 304 repeats what caches need");
                }
                assert_eq!(front.get(&path, coding, &[("if-none-match", "\"other\"")]).status, 200, "{file}");
                let date = whole.header("last-modified").to_owned();
                assert_eq!(front.get(&path, coding, &[("if-modified-since", &date)]).status, 304, "{file} in {coding} by {date}");
            }
        }
    }
}

#[test]
fn varnish_hands_on_the_same_and_its_tags_match() {
    let rich = eventful();
    let front = varnish(&rich);
    same_and_conditional(&rich, &front);

    // Varnish keeps the coded form, and gives it out uncoded under a weak tag, as RFC 9110 asks of what codes.
    let coded = front.get("/feeds/all.rss", "gzip", &[]).header("etag").to_owned();
    let plain = front.get("/feeds/all.rss", "identity", &[]).header("etag").to_owned();
    assert_eq!(plain, format!("W/{coded}"));
    // Where it only passes requests on, that tag comes back to newswire, with either wish.
    for (coding, tag) in [("gzip", &coded), ("gzip", &plain)] {
        assert_eq!(front.get("/feeds/all.rss", coding, &[("x-pass", "yes"), ("if-none-match", tag)]).status, 304, "{tag} for {coding}");
    }
    let brotli = front.get("/feeds/all.rss", "br", &[("x-pass", "yes")]);
    assert_eq!((brotli.header("content-encoding"), decoded(&brotli)), ("br", rich.newsroom.feed("all.rss")));

    // What has grown stale it asks for with a condition, and hears that it has it.
    front.get("/feeds/short.atom", "gzip", &[("x-stale", "yes")]);
    let again = await_that("Varnish asks again", || {
        let answer = front.get("/feeds/short.atom", "gzip", &[("x-stale", "yes")]);
        Some(answer).filter(|answer| answer.header("x-revalidated") == "yes")
    });
    assert_eq!(decoded(&again), rich.newsroom.feed("short.atom"));
    // And of a new version it hears that, too.
    rich.newsroom.drop_article("later.md", "---\ntitle: Later\ndate: 2024-04-01\n---\nText.\n");
    rich.newsroom.feed_that("short.atom", "has the article", |feed| feed.contains("Later"));
    let fresh = await_that("the article through Varnish", || {
        let answer = front.get("/feeds/short.atom", "gzip", &[("x-stale", "yes")]);
        Some(answer).filter(|answer| decoded(answer).contains("Later"))
    });
    assert_ne!(fresh.header("etag"), again.header("etag"));
}

#[test]
fn nginx_hands_on_the_same_and_its_tags_match() {
    let rich = eventful();
    let front = nginx(&rich, "proxy_cache feeds; proxy_cache_revalidate on; proxy_cache_bypass $http_x_pass;");
    same_and_conditional(&rich, &front);
    // It codes by itself and weakens the tag; passed on to newswire, the tag matches.
    let coded = front.get("/feeds/all.rss", "gzip", &[]);
    assert_eq!(coded.header("content-encoding"), "gzip");
    let tag = coded.header("etag").to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    assert_eq!(front.get("/feeds/all.rss", "gzip", &[("x-pass", "yes"), ("if-none-match", &tag)]).status, 304);
    // Apache's way of marking what it coded.
    let marked = tag.trim_start_matches("W/").trim_end_matches('"').to_owned() + "-gzip\"";
    assert_eq!(get_with(&rich.daemon.url("/feeds/all.rss"), &[("if-none-match", &marked)]).status, 304, "{marked}");
}

/// The linter `redbot` through a proxy says what it says of newswire itself, and nothing else but what the proxy brought about.
fn redbot_says_the_same(front: &Front, rich: &Rich, of_the_proxy: &[&str]) {
    let found = remarks(&front.url(""), rich, |asked| !asked.is_for_the_origin);
    let argued = argued::names("### Remarks on answers that stay");
    let more: Vec<&String> = found.difference(&argued).filter(|remark| !of_the_proxy.contains(&remark.as_str())).collect();
    assert!(more.is_empty(), "{more:?}");
}

#[test]
fn redbot_has_nothing_more_to_say_through_varnish() {
    let rich = eventful();
    // It repeats all fields in a 304 but for the age of its date, and offers parts of what is shorter than they are, or
    // not there whole yet.
    redbot_says_the_same(&varnish(&rich), &rich, &["HEADER_SHOULD_NOT_BE_IN_304", "DATE_INCORRECT", "RANGE_CL_FULL", "RANGE_FULL"]);
}

#[test]
fn redbot_has_nothing_more_to_say_through_nginx() {
    let rich = eventful();
    redbot_says_the_same(&nginx(&rich, ""), &rich, &[]);
}

#[test]
fn parsers_read_the_same_through_varnish() {
    let rich = Rich::start();
    let front = varnish(&rich);
    let scratch = tempfile::tempdir().unwrap();
    let files: Vec<_> = FEEDS
        .iter()
        .filter(|file| !file.ends_with("json"))
        .map(|file| {
            let path = scratch.path().join(file);
            std::fs::write(&path, decoded(&front.get(&format!("/feeds/{file}"), "gzip", &[]))).unwrap();
            path
        })
        .collect();
    let seen = programs::json(programs::script("read_feeds.py").args(&files));
    for (file, seen) in files.iter().zip(seen.as_array().unwrap()) {
        assert_eq!(seen["bozo"], serde_json::json!(false), "{}: {}", file.display(), seen["why"]);
    }
}
