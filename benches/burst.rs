//! Ten thousand articles unpacked into the watched folder at once, beside a build over the same tree; and how soon a breaking
//! article stands that is dropped in meanwhile. The articles lie in memory (`/dev/shm`), so that unpacking takes no longer than it must;
//! ledger and feeds are on the disk of the build.
//!
//! `cargo bench --bench burst [-- ARTICLES [ROUNDS]]`; without numbers, 10,000 articles and 5 rounds.

#![allow(clippy::expect_used, reason = "a benchmark ends where something is not as it should be")]

mod ground;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use ground::{Ground, PATIENCE, article, median, numbers, quantile, say_load, shell, verdict};

/// How long after the unpacking's beginning each breaking article is dropped in.
const DROPS: [Duration; 4] =
    [Duration::from_millis(50), Duration::from_millis(150), Duration::from_millis(250), Duration::from_millis(350)];

fn main() {
    let asked = numbers();
    let articles = asked.first().copied().unwrap_or(10_000);
    let rounds = asked.get(1).copied().unwrap_or(5);
    println!("{articles} articles of 4 kB in 100 folders, {rounds} rounds in turn");
    say_load("before");
    let source = Ground::new(articles, 100);
    shell("tar cf all.tar articles", &source.path(""));
    let memory = in_memory();
    shell(&format!("tar xf {}", source.path("all.tar").display()), memory.path());
    move_articles(&source, memory.path());
    let (mut built, mut published, mut breaking, mut peak) = (Vec::new(), Vec::new(), Vec::new(), 0_f64);
    for _ in 0..rounds {
        source.forget_runs();
        shell("sync", &source.path(""));
        built.push(build(&source));
        let (took, soon, memory) = burst(&source, articles);
        published.push(took);
        breaking.extend(soon);
        peak = peak.max(memory);
    }
    say_load("after");
    let ratio = median(&published) / median(&built);
    println!("newswire build    median {:.0} ms", median(&built));
    println!("all published     median {:.0} ms after the unpacking began", median(&published));
    println!("burst: {ratio:.2}x of a build (target 1.5x: {})", verdict(ratio, 1.5));
    let worst = quantile(&breaking, 1.0);
    println!(
        "breaking meanwhile: median {:.0} ms, worst {worst:.0} ms of {} (target 250 ms: {})",
        median(&breaking),
        breaking.len(),
        verdict(worst, 250.0)
    );
    println!("peak memory: {peak:.0} MB (target 150 MB: {})", verdict(peak, 150.0));
}

fn build(ground: &Ground) -> Duration {
    let began = Instant::now();
    let done = Command::new(env!("CARGO_BIN_EXE_newswire"))
        .args(["build", "--config"])
        .arg(ground.path("newswire.toml"))
        .output()
        .expect("newswire runs");
    let took = began.elapsed();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    took
}

fn in_memory() -> TempDir {
    tempfile::tempdir_in("/dev/shm").expect("a folder in memory")
}

/// Makes the articles folder one that lies elsewhere, and leaves out what is made beside the feeds: a build waits for that, a daemon makes
/// it later.
fn move_articles(ground: &Ground, elsewhere: &Path) {
    let config = fs::read_to_string(ground.path("newswire.toml")).expect("the config");
    let config = config.replace("[feeds]\n", "[feeds]\narchives = false\n") + "\n[sitemap]\nenabled = false\n";
    let config = config.replace("path = \"articles\"", &format!("path = \"{}\"", elsewhere.join("articles").display()));
    fs::write(ground.path("newswire.toml"), config).expect("the config");
}

/// Unpacks into a watched, empty folder. Gives when all were published, how long each breaking article took, and peak memory.
fn burst(source: &Ground, articles: usize) -> (Duration, Vec<Duration>, f64) {
    let (ground, memory) = (Ground::new(1, 1), in_memory());
    fs::create_dir(memory.path().join("articles")).expect("a folder");
    move_articles(&ground, memory.path());
    let mut config = fs::read_to_string(ground.path("newswire.toml")).expect("the config");
    config.push_str("\n[[feed]]\nname = \"breaking\"\nselect = { breaking = true }\n");
    fs::write(ground.path("newswire.toml"), config).expect("the config");
    let mut daemon = ground.start();
    daemon.ready();
    let began = Instant::now();
    let mut tar =
        Command::new("tar").args(["xf".as_ref(), source.path("all.tar").as_os_str()]).current_dir(memory.path()).spawn().expect("tar runs");
    // Beside the count, which would else wait for the last of them.
    let dropping = std::thread::spawn({
        let (feed, folder) = (ground.feeds().join("breaking.json"), memory.path().to_owned());
        move || {
            let drop = |(no, wait): (usize, &Duration)| {
                std::thread::sleep(wait.saturating_sub(began.elapsed()));
                drop_breaking(&feed, &folder, no)
            };
            DROPS.iter().enumerate().map(drop).collect::<Vec<_>>()
        }
    });
    assert!(tar.wait().expect("tar ends").success());
    let all = i64::try_from(articles).expect("a count");
    let took = loop {
        let live = live(&ground);
        if live >= all {
            break began.elapsed();
        }
        assert!(began.elapsed() < PATIENCE, "{live} of {all} articles were published");
        std::thread::sleep(Duration::from_millis(10));
    };
    let soon = dropping.join().expect("all were dropped in");
    let peak = daemon.peak_memory();
    daemon.stop();
    (took, soon, peak)
}

fn drop_breaking(feed: &Path, memory: &Path, no: usize) -> Duration {
    let headline = format!("Breaking number {no}");
    let text = article(no, None).replacen("title:", &format!("breaking: true\ntitle: {headline} "), 1);
    let aside = memory.join("breaking.md");
    fs::write(&aside, text).expect("an article");
    let began = Instant::now();
    fs::rename(&aside, memory.join(format!("articles/breaking-{no}.md"))).expect("a rename");
    while !holds(feed, &headline) {
        assert!(began.elapsed() < PATIENCE, "{headline} never stood in its feed");
        std::thread::sleep(Duration::from_millis(1));
    }
    began.elapsed()
}

fn holds(feed: &Path, headline: &str) -> bool {
    fs::read_to_string(feed).is_ok_and(|text| text.contains(headline))
}

fn live(ground: &Ground) -> i64 {
    let ledger = rusqlite::Connection::open_with_flags(ground.path("state/newswire.db"), rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY);
    let count = ledger.and_then(|ledger| {
        ledger.query_row("SELECT count(*) FROM article WHERE path NOT LIKE 'breaking%' AND state = 0", [], |row| row.get(0))
    });
    count.expect("the ledger answers")
}
