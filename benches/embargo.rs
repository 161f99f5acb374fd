//! From an embargo's instant to the third feed file in place with its article, as heard from the kernel.
//!
//! `cargo bench --bench embargo [-- ARTICLES…]`; without numbers, over 1,000 articles.

#![allow(clippy::expect_used, reason = "a benchmark ends where something is not as it should be")]

mod ground;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use ground::{Ground, PATIENCE, article, median, numbers, quantile, renames, say_load, verdict};
use newswire::instant::Instant;

const EMBARGOES: usize = 100;
/// Before the first, so that all are read by then.
const AHEAD: Duration = Duration::from_secs(5);
/// Between two of them; no whole number of seconds, so that they fall anywhere in one.
const APART: Duration = Duration::from_millis(137);
const FILES: [&str; 3] = ["all.rss", "all.atom", "all.json"];
/// From an embargo's time to its article in the feeds, in milliseconds.
const TARGET: f64 = 100.0;

fn main() {
    let asked = numbers();
    for articles in if asked.is_empty() { vec![1_000] } else { asked } {
        measure(articles);
    }
}

fn measure(articles: usize) {
    println!("\n{EMBARGOES} embargoes over {articles} articles");
    say_load("before");
    let ground = Ground::new(articles, 100.min(articles));
    let mut daemon = ground.start();
    daemon.ready();
    daemon.says("kept the sources");
    let first = Instant::now().plus(AHEAD);
    let mut at = first;
    let mut embargoes = Vec::new();
    for no in 0..EMBARGOES {
        let text = article(articles + no, None).replacen("---\n", &format!("---\nembargo: {at}\n"), 1);
        let written = ground.path("elsewhere").join("article.md");
        fs::write(&written, text).expect("an article");
        fs::rename(written, ground.articles().join(format!("desk-000/embargoed-{no:03}.md"))).expect("a rename");
        embargoes.push((at, format!("Council number {} votes on the bridge", articles + no)));
        at = at.plus(APART);
    }
    assert!(Instant::now() < first, "dropping the articles in took too long");
    let (events, _watch) = renames(&ground.feeds(), Instant::now);
    let before = daemon.cpu();
    let late: Vec<Duration> = embargoes.iter().map(|(at, headline)| await_release(&ground, &events, *at, headline)).collect();
    let busy = daemon.cpu().saturating_sub(before);
    say_load("after");
    println!(
        "embargo to feed: median {:.2} ms, p90 {:.2} ms, p99 {:.2} ms, most {:.2} ms",
        median(&late),
        quantile(&late, 0.9),
        quantile(&late, 0.99),
        quantile(&late, 1.0)
    );
    println!("the daemon's CPU: {:.2} ms an embargo", busy.as_secs_f64() * 1e3 / f64::from(u32::try_from(EMBARGOES).expect("small")));
    println!("most: target {TARGET} ms: {}", verdict(quantile(&late, 1.0), TARGET));
    daemon.stop();
}

type Placed = Receiver<(Instant, PathBuf)>;

/// Waits until all three files show an article; gives how long after its instant that was.
fn await_release(ground: &Ground, events: &Placed, at: Instant, headline: &str) -> Duration {
    let mut awaited: BTreeSet<PathBuf> = FILES.iter().map(|file| ground.feeds().join(file)).collect();
    loop {
        let (heard, path) = events.recv_timeout(PATIENCE).expect("the feeds change");
        awaited.remove(&path);
        if awaited.is_empty() {
            for file in FILES {
                let feed = fs::read_to_string(ground.feeds().join(file)).expect("a feed");
                assert!(feed.contains(headline), "{file} does not show '{headline}', whose embargo was {at}, at {heard}");
            }
            assert!(heard >= at, "'{headline}' stood in the feeds at {heard}, before {at}");
            return heard.since(at);
        }
    }
}
