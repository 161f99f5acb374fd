//! Pings to search engines, received on loopback.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::newsroom::{Newsroom, PATIENCE, article};

const KEY: &str = "0123456789abcdef";

/// A search engine: answers with a status, and hands on what it was told.
struct Engine {
    port: u16,
    status: Arc<AtomicU16>,
    told: Mutex<Receiver<(u16, Value)>>,
    last: AtomicU16,
}

impl Engine {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let status = Arc::new(AtomicU16::new(200));
        let (sender, told) = channel();
        let answer = status.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut length = 0;
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).unwrap_or(0) == 0 || line == "\r\n" {
                        break;
                    }
                    if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
                        length = value.trim().parse().unwrap();
                    }
                }
                let mut body = vec![0; length];
                if reader.read_exact(&mut body).is_err() || body.is_empty() {
                    continue;
                }
                let status = answer.load(Ordering::SeqCst);
                let _ = write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                if sender.send((status, serde_json::from_slice(&body).unwrap())).is_err() {
                    return;
                }
            }
        });
        Self { port, status, told: Mutex::new(told), last: AtomicU16::new(0) }
    }

    fn newsroom(&self) -> Newsroom {
        let mut newsroom = Newsroom::new();
        let port = self.port;
        newsroom
            .add_config(&format!("[indexnow]\nkey = \"{KEY}\"\nendpoint = \"http://127.0.0.1:{port}/indexnow\"\nallow_private = true\n"));
        newsroom
    }

    fn next(&self) -> Value {
        let (status, told) = self.told.lock().unwrap().recv_timeout(PATIENCE).expect("no ping came");
        self.last.store(status, Ordering::SeqCst);
        told
    }

    /// Whether the last one was taken.
    fn taken(&self) -> bool {
        self.last.load(Ordering::SeqCst) < 300
    }

    fn silent(&self, pause: Duration) {
        if let Ok((_, told)) = self.told.lock().unwrap().recv_timeout(pause) {
            panic!("a ping came that should not: {told}");
        }
    }
}

#[test]
fn search_engines_are_told_of_what_changes() {
    let engine = Engine::open();
    let newsroom = engine.newsroom();
    newsroom.drop_article("before.md", article("Before", "Text."));
    let _daemon = newsroom.start();
    newsroom.drop_article("one.md", article("One", "Text."));
    newsroom.drop_article("two.md", article("Two", "Text."));
    newsroom.all_formats("all", "Two", true);
    let mut told = engine.next();
    let mut pages: Vec<String> = serde_json::from_value(told["urlList"].take()).unwrap();
    pages.sort_unstable();
    assert_eq!(pages, ["https://example.org/articles/one", "https://example.org/articles/two"], "together, and nothing of the baseline");
    let key_location = format!("https://example.org/{KEY}.txt");
    assert_eq!(told, json!({"host": "example.org", "key": KEY, "keyLocation": key_location, "urlList": null}));
    // Both an update and a withdrawal are told, and no page twice in one ping.
    newsroom.drop_article("one.md", article("One, corrected", "Text."));
    newsroom.all_formats("all", "One, corrected", true);
    newsroom.drop_article("one.md", article("One, corrected again", "Text."));
    newsroom.all_formats("all", "One, corrected again", true);
    newsroom.drop_article("two.md", "---\ntitle: Two\nwithdrawn: wrong\n---\n\nText.\n");
    let mut pages: Vec<String> = serde_json::from_value(engine.next()["urlList"].take()).unwrap();
    pages.sort_unstable();
    assert_eq!(pages, ["https://example.org/articles/one", "https://example.org/articles/two"]);
}

#[test]
fn a_ping_that_fails_is_sent_again_even_by_the_next_run() {
    let engine = Engine::open();
    let newsroom = engine.newsroom();
    let mut daemon = newsroom.start();
    engine.status.store(503, Ordering::SeqCst);
    newsroom.drop_article("one.md", article("One", "Text."));
    let first = engine.next();
    daemon.await_log("search engines were not told of 1 pages");
    assert_eq!(engine.next(), first);
    daemon.kill();
    engine.status.store(202, Ordering::SeqCst);
    let mut daemon = newsroom.start();
    daemon.await_log("told search engines");
    // What was sent before the kill may have come, too.
    loop {
        assert_eq!(engine.next(), first);
        if engine.taken() {
            break;
        }
    }
    assert!(daemon.stop().success());
    let _daemon = newsroom.start();
    // Nothing is owed: it is silent for longer than what changes is gathered.
    engine.silent(Duration::from_secs(4));
}

#[test]
fn nobody_is_told_unless_asked_for() {
    let newsroom = Newsroom::new();
    let said = |more: &str| {
        newsroom.configure(&format!("{}{more}", newsroom.config_text()));
        let output = newsroom.newswire(&["check"]);
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
    };
    assert!(said("[indexnow]\nkey = \"short\"\n").contains("indexnow.key is not 8 to 128 letters"));
    assert!(said("[indexnow]\nendpoint = \"https://example.net/indexnow\"\n").contains("but no indexnow.key"));
    assert!(said("[indexnow]\nkey = \"0123456789\"\nendpoint = \"http://127.0.0.1:1/\"\n").contains("allow_private"));
}
