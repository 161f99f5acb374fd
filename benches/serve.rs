//! A feed of 50 entries over HTTP, beside nginx on the same files with as many workers; and 10,000 connections that rest.
//!
//! `cargo bench --bench serve [-- SECONDS [ROUNDS]]`. Needs Debian's `nginx-light` and `wrk`. Both servers take turns under the same
//! load, so that what else keeps the machine busy meets both; what each took of the processor for a request says more than requests
//! per second where the machine is not quiet.

#![allow(clippy::expect_used, reason = "a benchmark ends where something is not as it should be")]
#![allow(clippy::cast_precision_loss, reason = "counts of requests and bytes")]

mod ground;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ground::{Daemon, Ground, cpu_of, numbers, say_load, verdict};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

const CONNECTIONS: usize = 32;
const RESTING: usize = 10_000;
/// What the daemon may hold with all of them open, in MB.
const MOST_MEMORY: f64 = 150.0;
const FEED: &str = "/feeds/all.rss";

fn main() {
    let asked = numbers();
    let (seconds, rounds) = (asked.first().copied().unwrap_or(4), asked.get(1).copied().unwrap_or(7));
    let most = getrlimit(Resource::Nofile).maximum;
    assert!(most.is_none_or(|most| most > 2 * RESTING as u64 - 1), "raise the hard limit of open files to twice {RESTING}");
    setrlimit(Resource::Nofile, Rlimit { current: most, maximum: most }).expect("a limit within the hard one");
    let ground = Ground::new(60, 10);
    let (own, other) = (free_port(), free_port());
    let config = fs::read_to_string(ground.path("newswire.toml")).expect("the config");
    // An archive that is cut once there is time would make another version of the feed meanwhile.
    let config =
        config.replace("listen = \"off\"", &format!("listen = \"127.0.0.1:{own}\"")).replace("[feeds]\n", "[feeds]\narchives = false\n");
    fs::write(ground.path("newswire.toml"), config).expect("a config");
    let mut daemon = ground.start();
    daemon.ready();
    let gzip = fetch(own, "Accept-Encoding: gzip\r\n");
    // The same coded bytes for both.
    fs::write(ground.feeds().join("all.rss.gz"), &gzip.body).expect("a sibling");
    let nginx = Nginx::start(&ground, other);
    let plain = fetch(own, "");
    assert_eq!(plain.body, fetch(other, "").body, "both serve the same feed");
    println!(
        "{} bytes, {} as gzip; {} workers each; {CONNECTIONS} connections, {seconds} s, {rounds} rounds",
        plain.body.len(),
        gzip.body.len(),
        workers()
    );
    say_load("before");
    for (name, own_field, other_field) in [
        ("plain", String::new(), String::new()),
        ("gzip", "Accept-Encoding: gzip".to_owned(), "Accept-Encoding: gzip".to_owned()),
        ("304", format!("If-None-Match: {}", plain.tag), format!("If-None-Match: {}", fetch(other, "").tag)),
    ] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            ours.push(load(own, &own_field, seconds, || daemon.cpu()));
            theirs.push(load(other, &other_field, seconds, || nginx.cpu()));
        }
        compare(name, &ours, &theirs);
    }
    say_load("after");
    drop(nginx);
    rest(&daemon, own, &plain.tag);
    daemon.stop();
}

/// What one run showed.
struct Run {
    per_second: f64,
    p99: f64,
    /// The server's processor time for one request, in µs.
    cost: f64,
}

fn compare(name: &str, ours: &[Run], theirs: &[Run]) {
    let middle = |runs: &[Run], of: fn(&Run) -> f64| {
        let mut values: Vec<f64> = runs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    for (server, runs) in [("newswire", ours), ("nginx", theirs)] {
        let [rate, p99, cost] = [middle(runs, |run| run.per_second), middle(runs, |run| run.p99), middle(runs, |run| run.cost)];
        println!("{name:<6} {server:<9} {rate:>9.0} requests/s, p99 {p99:>7.2} ms, {cost:>6.2} µs of processor a request");
    }
    let ratio = |of: fn(&Run) -> f64| middle(ours, of) / middle(theirs, of);
    let (rate, p99, cost) = (ratio(|run| run.per_second), ratio(|run| run.p99), ratio(|run| run.cost));
    println!("{name:<6} requests/s {rate:.2}x of nginx (target at least 1x: {})", verdict(1.0, rate));
    println!("{name:<6} p99 {p99:.2}x of nginx (target at most 1.5x: {}); processor {cost:.2}x", verdict(p99, 1.5));
}

/// One run of `wrk`.
fn load(port: u16, field: &str, seconds: usize, cpu: impl Fn() -> Duration) -> Run {
    let before = cpu();
    let mut wrk = Command::new("wrk");
    wrk.args(["-t1", &format!("-c{CONNECTIONS}"), &format!("-d{seconds}s"), "--latency"]);
    if !field.is_empty() {
        wrk.args(["-H", field]);
    }
    let output = wrk.arg(format!("http://127.0.0.1:{port}{FEED}")).output().expect("wrk runs: apt-get install wrk");
    let busy = cpu().saturating_sub(before);
    let text = String::from_utf8_lossy(&output.stdout);
    let after = |what: &str| text.lines().find_map(|line| line.trim().strip_prefix(what)).map(|rest| rest.trim().to_owned());
    assert!(!text.contains("Non-2xx or 3xx") && !text.contains("Socket errors"), "{text}");
    let requests: f64 =
        text.lines().find_map(|line| line.split_once(" requests in ")).and_then(|(count, _)| count.trim().parse().ok()).expect("a count");
    Run {
        per_second: after("Requests/sec:").and_then(|rate| rate.parse().ok()).expect("a rate"),
        p99: after("99%").map(|text| milliseconds(&text)).expect("a latency"),
        cost: busy.as_secs_f64() * 1e6 / requests,
    }
}

fn milliseconds(text: &str) -> f64 {
    for (unit, factor) in [("us", 1e-3), ("ms", 1.0), ("s", 1e3)] {
        if let Some(Ok(number)) = text.strip_suffix(unit).map(str::parse::<f64>) {
            return number * factor;
        }
    }
    panic!("wrk says {text}")
}

fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

/// nginx as Debian configures it, over the same folder.
struct Nginx {
    child: Child,
    port: u16,
}

impl Nginx {
    fn start(ground: &Ground, port: u16) -> Self {
        let own = ground.path("nginx");
        fs::create_dir(&own).expect("a folder");
        let (feeds, own, workers) = (ground.feeds().display().to_string(), own.display().to_string(), workers());
        let user = if rustix::process::geteuid().is_root() { "user root;" } else { "" };
        let config = format!(
            "daemon off; {user} worker_processes {workers}; pid {own}/pid; error_log stderr;\nevents {{ worker_connections 768; }}\nhttp {{\n\
             access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; gzip_static on;\n\
             client_body_temp_path {own}/a; proxy_temp_path {own}/b; fastcgi_temp_path {own}/c; uwsgi_temp_path {own}/d; scgi_temp_path {own}/e;\n\
             server {{\nlisten 127.0.0.1:{port};\nlocation /feeds/ {{\nalias {feeds}/;\ntypes {{ application/rss+xml rss; }}\n\
             add_header Cache-Control \"public, max-age=60\";\nadd_header Access-Control-Allow-Origin \"*\";\n\
             add_header X-Content-Type-Options nosniff;\n}}\n}}\n}}\n"
        );
        let file: PathBuf = ground.path("nginx/nginx.conf");
        fs::write(&file, config).expect("a config");
        let child = Command::new("nginx").arg("-c").arg(file).args(["-e", "stderr"]).stderr(Stdio::null()).spawn();
        let nginx = Self { child: child.expect("nginx runs: apt-get install nginx-light"), port };
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(("127.0.0.1", nginx.port)).is_err() {
            assert!(Instant::now() < deadline, "nginx listens");
            std::thread::sleep(Duration::from_millis(10));
        }
        nginx
    }

    /// Its workers' processor time.
    fn cpu(&self) -> Duration {
        let master = self.child.id();
        let children = fs::read_to_string(format!("/proc/{master}/task/{master}/children")).expect("its workers");
        children.split_whitespace().filter_map(|worker| worker.parse().ok()).map(cpu_of).sum()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its workers end with it only where it is asked to end.
        let _ = rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }
}

struct Fetched {
    tag: String,
    body: Vec<u8>,
}

fn fetch(port: u16, fields: &str) -> Fetched {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    write!(stream, "GET {FEED} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{fields}\r\n").expect("a request");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let tag = head.lines().find_map(|line| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("etag"))).expect("a tag").1;
    Fetched { tag: tag.to_owned(), body: answer[end + 4..].to_vec() }
}

/// Opens very many connections, asks once on each, and lets them rest.
fn rest(daemon: &Daemon, port: u16, tag: &str) {
    let before = daemon.memory();
    let mut resting = Vec::with_capacity(RESTING);
    let began = Instant::now();
    for _ in 0..RESTING {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
        write!(stream, "GET {FEED} HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: {tag}\r\n\r\n").expect("a request");
        let mut lines = BufReader::new(&stream).lines();
        let status = lines.next().and_then(Result::ok).expect("an answer");
        assert!(status.starts_with("HTTP/1.1 304"), "{status}");
        assert!(lines.map_while(Result::ok).any(|line| line.is_empty()), "the answer's end");
        resting.push(stream);
    }
    let opened = began.elapsed();
    let open = daemon.memory();
    std::thread::sleep(Duration::from_secs(10));
    let later = daemon.memory();
    println!(
        "{RESTING} connections opened in {:.1} s: {before:.0} MB before, {open:.0} MB with them, {later:.0} MB ten seconds later",
        opened.as_secs_f64()
    );
    println!("memory with {RESTING} connections: {later:.0} MB (target {MOST_MEMORY:.0} MB: {})", verdict(later, MOST_MEMORY));
    println!("growth while they rest: {:.2}x (target 1.05x: {})", later / open, verdict(later / open, 1.05));
}
