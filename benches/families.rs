//! An article in 3 of thousands of tag feeds: from its rename into place to the last of their files, beside the same with 3 configured feeds.
//!
//! `cargo bench --bench families [-- FEEDS ARTICLES]`; without numbers, 5,000 feeds of 5,000 articles.

#![allow(clippy::expect_used, reason = "a benchmark ends where something is not as it should be")]

mod ground;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use ground::{Daemon, Ground, PATIENCE, article, median, numbers, quantile, renames, say_load, verdict};

const ROUNDS: usize = 100;
const WARM_UP: usize = 10;
/// The quiet before each sample, so that neither pays for what the other left to the disk.
const QUIET: Duration = Duration::from_millis(20);
const FORMATS: [&str; 3] = ["rss", "atom", "json"];
/// What an article in three of them may take, in milliseconds.
const TARGET: f64 = 15.0;

fn main() {
    let asked = numbers();
    let feeds = asked.first().copied().unwrap_or(5_000);
    let articles = asked.get(1).copied().unwrap_or(5_000);
    println!("{feeds} tag feeds of {articles} articles, 3 tags each, {ROUNDS} rounds");
    say_load("before");
    let many = Wire::start(feeds, articles, "[[feed]]\nname = \"tag/{tag}\"\n", articles * 3 > feeds * 50);
    let three = (0..3)
        .fold(String::new(), |text, no| text + &format!("[[feed]]\nname = \"tag/topic-{no}\"\nselect = {{ tag = \"topic {no}\" }}\n"));
    let few = Wire::start(feeds, articles, &three, true);
    let (mut real, mut base) = (Vec::new(), Vec::new());
    for round in 0..WARM_UP + ROUNDS {
        // Others each time, and none again: those that are warm already would tell too little.
        let topics = [0, 1, 2].map(|at| (round * 7 + at * (feeds / 3) + 3) % feeds);
        let sample = many.rename(articles + round, topics);
        let other = few.rename(articles + round, [0, 1, 2]);
        if round >= WARM_UP {
            real.push(sample);
            base.push(other);
        }
    }
    say_load("after");
    for (name, samples) in [("3 of a family", &real), ("3 configured", &base)] {
        println!(
            "{name:<14} median {:>6.2} ms, p90 {:>6.2} ms, p99 {:>6.2} ms, least {:>6.2} ms",
            median(samples),
            quantile(samples, 0.9),
            quantile(samples, 0.99),
            quantile(samples, 0.0)
        );
    }
    println!("median: {:.2}x of the same with 3 configured feeds", median(&real) / median(&base));
    println!("median: {:.2} ms (target {TARGET} ms: {})", median(&real), verdict(median(&real) / TARGET, 1.0));
    for (name, wire) in [("family", &many), ("3 configured", &few)] {
        println!("{name}: first start {:.2} s, most memory {:.0} MB", wire.began.as_secs_f64(), wire.daemon.peak_memory());
    }
    let Wire { ground, daemon, .. } = many;
    daemon.stop();
    let mut daemon = ground.start();
    let again = daemon.ready();
    println!("family: next start {:.2} s, most memory {:.0} MB", again.as_secs_f64(), daemon.peak_memory());
    daemon.stop();
    let Wire { ground, daemon, .. } = few;
    daemon.stop();
    let mut daemon = ground.start();
    println!("3 configured: next start {:.2} s, most memory {:.0} MB", daemon.ready().as_secs_f64(), daemon.peak_memory());
}

/// A newsroom under way.
struct Wire {
    ground: Ground,
    daemon: Daemon,
    began: Duration,
    placed: Receiver<(Instant, PathBuf)>,
    _watch: notify::RecommendedWatcher,
}

impl Wire {
    fn start(feeds: usize, articles: usize, config: &str, left: bool) -> Self {
        let ground = Ground::new(0, 100);
        for no in 0..articles {
            let file = ground.articles().join(format!("desk-{:03}/article-{no:06}.md", no % 100));
            let topics = [0, 1, 2].map(|at| (no + at * (feeds / 3)) % feeds);
            fs::write(file, tagged(no, Some(no), topics)).expect("an article");
        }
        let file = ground.path("newswire.toml");
        let text = fs::read_to_string(&file).expect("the config").replace("[[feed]]\nname = \"all\"\nlimit = 50\n", config);
        fs::write(file, text).expect("the config");
        let mut daemon = ground.start();
        let began = daemon.ready();
        // What a first scan leaves for later is not what is measured; where feeds show every article, it leaves nothing.
        if left {
            daemon.says("kept the sources");
        }
        let (placed, watch) = renames(&ground.feeds().join("tag"), Instant::now);
        Self { ground, daemon, began, placed, _watch: watch }
    }

    /// Drops one article in, and waits until all files of its three feeds show it; nothing else is written.
    fn rename(&self, no: usize, topics: [usize; 3]) -> Duration {
        settle(&self.ground);
        let written = self.ground.path("elsewhere").join("article.md");
        fs::write(&written, tagged(no, None, topics)).expect("an article");
        let place = self.ground.articles().join(format!("desk-000/article-{no:06}.md"));
        while self.placed.try_recv().is_ok() {}
        let files = topics.iter().flat_map(|topic| FORMATS.map(|format| self.ground.feeds().join(format!("tag/topic-{topic}.{format}"))));
        let all: BTreeSet<PathBuf> = files.collect();
        let mut awaited = all.clone();
        let began = Instant::now();
        fs::rename(written, place).expect("a rename");
        loop {
            let (at, path) = self.placed.recv_timeout(PATIENCE).expect("the feeds change");
            assert!(all.contains(&path), "{} is none of the article's feeds", path.display());
            awaited.remove(&path);
            if awaited.is_empty() {
                shows(&all, no);
                return at - began;
            }
        }
    }
}

fn shows(files: &BTreeSet<PathBuf>, no: usize) {
    let headline = format!("Council number {no} votes on the bridge");
    for file in files {
        let feed = fs::read_to_string(file as &Path).expect("a feed");
        assert!(feed.contains(&headline), "{} does not show the new article", file.display());
    }
}

/// An article in these topics.
fn tagged(no: usize, age: Option<usize>, topics: [usize; 3]) -> String {
    let mut tags = String::new();
    for topic in topics {
        let _ = write!(tags, "{}topic {topic}", if tags.is_empty() { "" } else { ", " });
    }
    let text = article(no, age);
    let (before, after) = text.split_once("tags: [").expect("tags");
    let (_, after) = after.split_once(']').expect("their end");
    format!("{before}tags: [{tags}]{after}")
}

/// A quiet disk and a pause, so that no sample pays for what another left behind.
fn settle(ground: &Ground) {
    let root = File::open(ground.path("")).expect("the folder");
    rustix::fs::syncfs(&root).expect("a sync");
    std::thread::sleep(QUIET);
}
