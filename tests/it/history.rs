//! A feed's whole history is reachable from the feed, at all times (RFC 5005).

mod changing;
mod reachable;
mod sequences;
mod walker;

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::newsroom::{Daemon, Newsroom, await_that, get};
use walker::Seen;

use walker::{ids, read, titles, walk};

const BASE: &str = "https://example.org/feeds/";

/// A newsroom whose feed shows few articles.
fn newsroom(limit: usize) -> Newsroom {
    let mut newsroom = Newsroom::new();
    newsroom.add_config(&format!("[[feed]]\nname = \"all\"\nlimit = {limit}\n"));
    newsroom
}

/// An article with a date: `day` counts from the first of January 2001.
fn dated(headline: &str, day: i64) -> String {
    let date = jiff::civil::date(2001, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
    format!("---\ntitle: {headline}\ndate: {date}T00:00:00Z\n---\n\nText of {headline}.\n")
}

/// Walks the feed as it is served.
fn served(daemon: &Daemon, extension: &str) -> Vec<Seen> {
    walk(&format!("{BASE}all.{extension}"), &|url| {
        let answer = get(&daemon.url(&format!("/feeds/{}", url.strip_prefix(BASE).unwrap())));
        assert_eq!(answer.status, 200, "{url}");
        answer.body
    })
}

/// Walks the feed as it stands in the folder.
fn standing(newsroom: &Newsroom, extension: &str) -> Vec<Seen> {
    walk(&format!("{BASE}all.{extension}"), &|url| {
        let file = newsroom.path("feeds").join(url.strip_prefix(BASE).unwrap());
        std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    })
}

/// Awaits that the feed and its archives have exactly these titles, in this order, in every format.
fn await_titles(newsroom: &Newsroom, expected: &[String]) {
    for extension in ["rss", "atom", "json"] {
        await_that(&format!("all.{extension} with its archives has {} articles", expected.len()), || {
            (titles(&standing(newsroom, extension)) == expected).then_some(())
        });
    }
}

/// Every archive file with what tells one version of it from another.
fn archives(newsroom: &Newsroom) -> BTreeMap<PathBuf, (u64, i64, i64)> {
    let folder = newsroom.path("feeds/all/archive");
    let stamp = |path: &Path| std::fs::metadata(path).map(|found| (found.ino(), found.mtime(), found.mtime_nsec())).unwrap();
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    files.filter(|path| !path.file_name().unwrap().to_string_lossy().starts_with('.')).map(|path| (path.clone(), stamp(&path))).collect()
}
