//! From an article's rename into place to the third feed file with it in place, beside a bare loop that makes as much durable.
//!
//! `cargo bench --bench rename_to_feed [-- ARTICLES…]`; without numbers, over 1,000 and over 100,000 articles.

#![allow(clippy::expect_used, reason = "a benchmark ends where something is not as it should be")]

mod ground;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use ground::{Ground, PATIENCE, article, median, numbers, quantile, renames, say_load, verdict};
use rusqlite::{Connection, params};

const ROUNDS: usize = 200;
const WARM_UP: usize = 20;
/// The quiet before each sample, so that neither pays for what the other left to the disk.
const QUIET: Duration = Duration::from_millis(20);
const FILES: [&str; 3] = ["all.rss", "all.atom", "all.json"];

fn main() {
    let asked = numbers();
    for articles in if asked.is_empty() { vec![1_000, 100_000] } else { asked } {
        measure(articles);
    }
}

fn measure(articles: usize) {
    println!("\n{articles} articles, {ROUNDS} rounds");
    say_load("before");
    let ground = Ground::new(articles, 100.min(articles));
    let mut daemon = ground.start();
    daemon.ready();
    // What a first scan leaves for later is not what is measured.
    daemon.says("kept the sources");
    let (events, _watch) = renames(&ground.feeds(), Instant::now);
    let mut plain = Bare::new(&ground);
    let (mut real, mut base, mut gentle) = (Vec::new(), Vec::new(), Vec::new());
    let busy = daemon.cpu();
    for round in 0..WARM_UP + ROUNDS {
        settle(&ground);
        let sample = rename(&ground, &events, articles + round);
        let sizes = FILES.map(|file| usize::try_from(fs::metadata(ground.feeds().join(file)).expect("a feed").len()).expect("a size"));
        settle(&ground);
        let other = plain.once(&sizes, Freeing::AtOnce);
        settle(&ground);
        let easier = plain.once(&sizes, Freeing::Later);
        if round >= WARM_UP {
            real.push(sample);
            base.push(other);
            gentle.push(easier);
        }
    }
    let busy = daemon.cpu().saturating_sub(busy);
    say_load("after");
    let line = |name: &str, samples: &[Duration]| {
        println!(
            "{name:<16} median {:>6.2} ms, p90 {:>6.2} ms, p99 {:>6.2} ms, least {:>6.2} ms",
            median(samples),
            quantile(samples, 0.9),
            quantile(samples, 0.99),
            quantile(samples, 0.0)
        );
    };
    line("rename to feed", &real);
    line("bare loop", &base);
    line("  freeing later", &gentle);
    println!("the daemon's CPU: {:.2} ms a round", busy.as_secs_f64() * 1e3 / f64::from(u32::try_from(WARM_UP + ROUNDS).expect("small")));
    for (name, base) in [("the bare loop's", &base), ("the bare loop's that frees later", &gentle)] {
        let (middle, tail) = (median(&real) / median(base), quantile(&real, 0.99) / median(base));
        println!("median: {middle:.2}x of {name} median (target 1.5x: {})", verdict(middle, 1.5));
        println!("p99:    {tail:.2}x of {name} median (target 3x: {})", verdict(tail, 3.0));
    }
    daemon.stop();
}

/// A quiet disk and a pause, so that no sample pays for what another left behind.
fn settle(ground: &Ground) {
    let root = File::open(ground.path("")).expect("the folder");
    rustix::fs::syncfs(&root).expect("a sync");
    std::thread::sleep(QUIET);
}

type Placed = Receiver<(Instant, PathBuf)>;

/// Drops one article in, and waits until all three files show it.
fn rename(ground: &Ground, events: &Placed, no: usize) -> Duration {
    let written = ground.path("elsewhere").join("article.md");
    let mut file = File::create(&written).expect("an article");
    file.write_all(article(no, None).as_bytes()).expect("its text");
    drop(file);
    let place = ground.articles().join(format!("desk-000/article-{no:06}.md"));
    while events.try_recv().is_ok() {}
    let began = Instant::now();
    fs::rename(written, place).expect("a rename");
    let headline = format!("Council number {no} votes on the bridge");
    let mut awaited: BTreeSet<PathBuf> = FILES.iter().map(|file| ground.feeds().join(file)).collect();
    loop {
        let (at, path) = events.recv_timeout(PATIENCE).expect("the feeds change");
        awaited.remove(&path);
        // Looked into only once the third has come, so that looking holds up nothing.
        if awaited.is_empty() {
            for file in FILES {
                let feed = fs::read_to_string(ground.feeds().join(file)).expect("a feed");
                assert!(feed.contains(&headline), "{file} does not show the new article");
            }
            return at - began;
        }
    }
}

/// When the blocks of the files that were replaced are given back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Freeing {
    /// By the rename, as a plain loop does it.
    AtOnce,
    /// After the last: the old files are held open until then.
    Later,
}

/// What making an article durable takes at least: a row in SQLite, three files written, synced and renamed.
struct Bare {
    folder: PathBuf,
    connection: Connection,
    count: usize,
}

impl Bare {
    fn new(ground: &Ground) -> Self {
        let folder = ground.path("bare");
        fs::create_dir(&folder).expect("a folder");
        let connection = Connection::open(folder.join("bare.db")).expect("a database");
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE article (id INTEGER PRIMARY KEY, text TEXT)")
            .expect("a table");
        Self { folder, connection, count: 0 }
    }

    fn once(&mut self, sizes: &[usize; 3], freeing: Freeing) -> Duration {
        self.count += 1;
        let text = article(self.count, None);
        let contents = sizes.map(|size| vec![b'x'; size]);
        let mut old = Vec::new();
        let began = Instant::now();
        self.connection
            .prepare_cached("INSERT INTO article (text) VALUES (?1)")
            .and_then(|mut insert| insert.execute(params![text]))
            .expect("a row");
        for (name, content) in FILES.iter().zip(&contents) {
            let temporary = self.folder.join(format!(".{name}.tmp"));
            let mut file = File::create(&temporary).expect("a file");
            file.write_all(content).expect("its bytes");
            file.sync_data().expect("a sync");
            drop(file);
            let place = self.folder.join(name);
            if freeing == Freeing::Later {
                old.extend(File::open(&place));
            }
            fs::rename(&temporary, place).expect("a rename");
        }
        let took = began.elapsed();
        drop(old);
        took
    }
}
