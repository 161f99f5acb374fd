//! What the benchmarks stand on: a folder of articles, the real binary over it, and figures.

#![allow(dead_code, reason = "each benchmark takes what it needs")]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::event::{ModifyKind, RenameMode};
use notify::{EventKind, RecursiveMode, Watcher as _};
use tempfile::TempDir;

/// How long anything may take before the benchmark gives up.
pub(crate) const PATIENCE: Duration = Duration::from_mins(3);

/// A newsroom in a temporary folder on the disk of the build: articles, feeds, a ledger, a config file.
pub(crate) struct Ground {
    root: TempDir,
}

impl Ground {
    /// Lays it out, with so many articles of about 4 kB in so many folders.
    pub(crate) fn new(articles: usize, folders: usize) -> Self {
        let root = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder");
        let ground = Self { root };
        fs::create_dir(ground.path("elsewhere")).expect("a folder");
        for folder in 0..folders {
            fs::create_dir_all(ground.articles().join(format!("desk-{folder:03}"))).expect("a folder");
        }
        for no in 0..articles {
            let file = ground.articles().join(format!("desk-{:03}/article-{no:06}.md", no % folders));
            fs::write(file, article(no, Some(no))).expect("an article");
        }
        let config = "[site]\ntitle = \"Example Times\"\nurl = \"https://example.org/\"\n\n[articles]\npath = \"articles\"\n\n\
                      [feeds]\npath = \"feeds\"\n\n[[feed]]\nname = \"all\"\nlimit = 50\n\n[server]\nlisten = \"off\"\n\n\
                      [ledger]\npath = \"state/newswire.db\"\n";
        fs::write(ground.path("newswire.toml"), config).expect("a config");
        ground
    }

    /// A path inside it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Where its articles lie.
    pub(crate) fn articles(&self) -> PathBuf {
        self.path("articles")
    }

    /// Where its feeds are written.
    pub(crate) fn feeds(&self) -> PathBuf {
        self.path("feeds")
    }

    /// Forgets every earlier run.
    pub(crate) fn forget_runs(&self) {
        for folder in ["feeds", "state"] {
            if let Err(error) = fs::remove_dir_all(self.path(folder)) {
                assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{error}");
            }
        }
    }

    /// Starts the daemon.
    pub(crate) fn start(&self) -> Daemon {
        let began = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_newswire"))
            .args(["run", "--log", "json", "--config"])
            .arg(self.path("newswire.toml"))
            .current_dir(self.root.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the daemon starts");
        let stderr = child.stderr.take().expect("its log");
        let (sender, log) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if sender.send((Instant::now(), line)).is_err() {
                    return;
                }
            }
        });
        Daemon { child, log, began }
    }
}

/// A running daemon; it is ended with the benchmark.
pub(crate) struct Daemon {
    child: Child,
    log: Receiver<(Instant, String)>,
    began: Instant,
}

impl Daemon {
    /// Waits until its log says something, and gives how long after its start that was.
    pub(crate) fn says(&mut self, what: &str) -> Duration {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.log.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok((at, line)) if line.contains(what) => return at - self.began,
                Ok((_, line)) if line.contains("\"ERROR\"") => panic!("the daemon fails: {line}"),
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => panic!("the daemon never said {what}"),
            }
        }
    }

    /// Waits until it is ready.
    pub(crate) fn ready(&mut self) -> Duration {
        self.says("\"message\":\"ready\"")
    }

    /// The most memory that it has held so far, in MB.
    pub(crate) fn peak_memory(&self) -> f64 {
        self.megabytes("VmHWM:")
    }

    /// The memory that it holds now, in MB.
    pub(crate) fn memory(&self) -> f64 {
        self.megabytes("VmRSS:")
    }

    fn megabytes(&self, field: &str) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("its status");
        let line = status.lines().find_map(|line| line.strip_prefix(field)).expect("its memory");
        let kib: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kib * 1024.0 / 1e6
    }

    /// User and system time that it has taken so far.
    pub(crate) fn cpu(&self) -> Duration {
        cpu_of(self.child.id())
    }

    /// Stops it in order.
    pub(crate) fn stop(mut self) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("a signal");
        self.child.wait().expect("its end");
    }
}

/// User and system time that a process has taken so far.
pub(crate) fn cpu_of(process: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("its counters");
    let after_name = stat.rsplit_once(") ").expect("its name").1;
    // Fields 14 and 15 of proc(5), in hundredths of a second; the first after the name is the third.
    let ticks: u64 = after_name.split(' ').skip(11).take(2).map(|field| field.parse::<u64>().expect("a number")).sum();
    Duration::from_millis(ticks * 10)
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Every rename into a folder of feeds, with what a clock said when it was heard of.
pub(crate) fn renames<T: Copy + Send + 'static>(feeds: &Path, now: fn() -> T) -> (Receiver<(T, PathBuf)>, notify::RecommendedWatcher) {
    let (sender, events) = channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let at = now();
        let event = event.expect("the feeds folder can be watched");
        if event.kind == EventKind::Modify(ModifyKind::Name(RenameMode::To)) {
            for path in event.paths {
                let _ = sender.send((at, path));
            }
        }
    })
    .expect("a watcher");
    watcher.watch(feeds, RecursiveMode::NonRecursive).expect("a watch");
    (events, watcher)
}

/// An article of about 4 kB of Markdown. `age` dates it so many quarters of an hour back; without, it counts from first sight.
pub(crate) fn article(no: usize, age: Option<usize>) -> String {
    const WORDS: &str = "harbour council *vote* evening the of minister budget **repair** bridge said people from and \
         [report](https://example.org/report) after storm region a schools Tuesday with plans north";
    let words: Vec<&str> = WORDS.split(' ').collect();
    let mut text = format!("---\ntitle: Council number {no} votes on the bridge\n");
    if let Some(age) = age {
        let minutes = age * 15;
        let (days, minute) = (minutes / 1440, minutes % 1440);
        // Plain months of 28 days are enough for dates that differ.
        let (year, month, day) = (2024 - days / 336, 12 - (days / 28) % 12, 28 - days % 28);
        let _ = writeln!(text, "date: {year}-{month:02}-{day:02}T{:02}:{:02}:00Z", minute / 60, minute % 60);
    }
    let _ = write!(
        text,
        "author: Reporter {}\nsection: desk {}\ntags: [town, topic {}]\nsummary: What the council decided in case {no}.\n---\n",
        no % 40,
        no % 10,
        no % 25
    );
    let mut state = no as u64 * 2_654_435_761 + 1;
    let mut sentence = 0;
    while text.len() < 4_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push_str(words[(state >> 33) as usize % words.len()]);
        sentence += 1;
        text.push_str(match sentence % 70 {
            0 => ".\n\n",
            14 | 28 | 42 | 56 => ". ",
            _ => " ",
        });
    }
    text.push('\n');
    text
}

/// The middle of some durations, in milliseconds.
pub(crate) fn median(samples: &[Duration]) -> f64 {
    quantile(samples, 0.5)
}

/// A quantile of some durations, in milliseconds, by nearest rank.
pub(crate) fn quantile(samples: &[Duration], share: f64) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a few hundred samples")]
    let rank = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len());
    sorted[rank - 1].as_secs_f64() * 1e3
}

/// What a ratio comes to against its target.
pub(crate) fn verdict(ratio: f64, target: f64) -> &'static str {
    if ratio <= target { "met" } else { "NOT met" }
}

/// The machine and what else keeps it busy, so that figures can be judged.
pub(crate) fn say_load(when: &str) {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split(' ').take(3).collect();
    println!("{when}: {cores} cores, load averages {}", load.join(" "));
}

/// The benchmark's own arguments that are numbers, in order; cargo adds others.
pub(crate) fn numbers() -> Vec<usize> {
    std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect()
}

/// Runs a line of shell and gives how long it took.
pub(crate) fn shell(line: &str, folder: &Path) -> Duration {
    let began = Instant::now();
    let status = Command::new("sh").args(["-c", line]).current_dir(folder).status().expect("sh runs");
    let took = began.elapsed();
    assert!(status.success(), "{line}: {status}");
    took
}
