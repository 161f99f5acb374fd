//! A first start over a large folder beside `find | xargs cat`, and a restart with nothing changed beside `find -printf`.
//!
//! `cargo bench --bench first_scan [-- ARTICLES [ROUNDS]]`; without numbers, 100,000 articles and 5 rounds.

#![allow(clippy::expect_used, reason = "a benchmark ends where something is not as it should be")]

mod ground;

use std::time::Duration;

use ground::{Ground, median, numbers, say_load, shell, verdict};

const CAT: &str = "find articles -name '*.md' | xargs cat > /dev/null";
const FIND: &str = "find articles -printf '%T@ %s\\n' > /dev/null";

fn main() {
    let asked = numbers();
    let articles = asked.first().copied().unwrap_or(100_000);
    let rounds = asked.get(1).copied().unwrap_or(5);
    let ground = Ground::new(articles, 100);
    let root = ground.path("");
    shell("sync", &root);
    shell(CAT, &root);
    println!("{articles} articles of 4 kB in 100 folders, {rounds} rounds in turn, warm page cache");
    say_load("before");

    let (mut cat, mut first, mut busy, mut peak) = (Vec::new(), Vec::new(), Vec::new(), 0_f64);
    for round in 1..=rounds {
        ground.forget_runs();
        shell("sync", &root);
        cat.push(shell(CAT, &root));
        let mut daemon = ground.start();
        first.push(daemon.ready());
        busy.push(daemon.cpu());
        peak = peak.max(daemon.peak_memory());
        if round == rounds {
            daemon.says("kept the sources");
        }
        daemon.stop();
    }
    say_load("after the first starts");
    let ratio = median(&first) / median(&cat);
    println!("find | xargs cat {}", all(&cat));
    println!("first start      {}", all(&first));
    println!("  its CPU        {}", all(&busy));
    println!("first start: {ratio:.2}x (target 1.0x: {})", verdict(ratio, 1.0));
    println!("peak memory at ready: {peak:.0} MB (target 100 MB: {})", verdict(peak, 100.0));

    let (mut find, mut again, mut busy, mut peak) = (Vec::new(), Vec::new(), Vec::new(), 0_f64);
    for _ in 0..rounds {
        shell("sync", &root);
        find.push(shell(FIND, &root));
        let mut daemon = ground.start();
        again.push(daemon.ready());
        busy.push(daemon.cpu());
        peak = peak.max(daemon.peak_memory());
        daemon.stop();
    }
    say_load("after the restarts");
    let ratio = median(&again) / median(&find);
    println!("find -printf     {}", all(&find));
    println!("restart          {}", all(&again));
    println!("  its CPU        {}", all(&busy));
    println!("restart: {ratio:.2}x (target 1.5x: {}), peak memory {peak:.0} MB", verdict(ratio, 1.5));
}

fn all(samples: &[Duration]) -> String {
    let each: Vec<String> = samples.iter().map(|sample| format!("{:.2}", sample.as_secs_f64())).collect();
    format!("median {:.2} s of {}", median(samples) / 1e3, each.join(", "))
}
