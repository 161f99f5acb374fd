//! The stream of bulletins, as a program sees it that others wrote for such streams.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use crate::newsroom::{Newsroom, PATIENCE, article, get};

/// Python's `sseclient`, following a stream.
struct Follower {
    child: Child,
    events: Mutex<Receiver<Value>>,
}

impl Follower {
    fn of(url: &str, last: Option<&str>) -> Self {
        let python = std::env::var("NEWSWIRE_TEST_PYTHON")
            .expect("NEWSWIRE_TEST_PYTHON names a Python that has tests/requirements.txt; run tests/all, which installs one");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/follow_events.py");
        let mut child = Command::new(python).arg(script).arg(url).args(last).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, events) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if sender.send(serde_json::from_str(&line).unwrap()).is_err() {
                    return;
                }
            }
        });
        let follower = Self { child, events: Mutex::new(events) };
        let open = follower.next();
        assert_eq!((open["open"].as_u64(), open["type"].as_str()), (Some(200), Some("text/event-stream")), "{open}");
        follower
    }

    fn next(&self) -> Value {
        self.events.lock().unwrap().recv_timeout(PATIENCE).expect("no event came")
    }

    fn silent(&self, pause: Duration) {
        if let Ok(event) = self.events.lock().unwrap().recv_timeout(pause) {
            panic!("an event came that should not: {event}");
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn headline(event: &Value) -> &str {
    event["data"]["data"]["headline"].as_str().unwrap_or_default()
}

#[test]
fn bulletins_come_as_they_are_told_and_what_was_missed_comes_later() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("before.md", article("Before", "Text."));
    let daemon = newsroom.start();
    let follower = Follower::of(&daemon.url("/events"), None);
    newsroom.drop_article("storm.md", article("Storm", "Text of it."));
    let told = follower.next();
    // The feeds stand when it comes.
    assert!(get(&daemon.url("/feeds/all.rss")).body.contains("Storm"));
    assert_eq!((told["event"].as_str(), headline(&told)), (Some("article.published"), "Storm"));
    let body = &told["data"];
    assert_eq!((body["type"].as_str(), body["sequence"].to_string()), (Some("article.published"), told["id"].as_str().unwrap().to_owned()));
    assert!(body["data"]["html"].as_str().unwrap().contains("Text of it."));
    assert!(body["timestamp"].is_string());

    newsroom.drop_article("storm.md", "---\ntitle: Storm\nwithdrawn: wrong\n---\n\nText of it.\n");
    let gone = follower.next();
    assert_eq!((gone["event"].as_str(), gone["data"]["data"]["reason"].as_str()), (Some("article.withdrawn"), Some("wrong")));
    assert!(!gone.to_string().contains("Text of it."), "{gone}");
    let last = gone["id"].as_str().unwrap().to_owned();

    // What happens while the client, and then the server, is away.
    drop(follower);
    newsroom.drop_article("missed.md", article("Missed", "Text."));
    newsroom.all_formats("all", "Missed", true);
    daemon.kill();
    newsroom.drop_article("asleep.md", article("Asleep", "Text."));
    let daemon = newsroom.start();
    let follower = Follower::of(&daemon.url("/events"), Some(&last));
    assert_eq!([headline(&follower.next()), headline(&follower.next())], ["Missed", "Asleep"]);
    follower.silent(Duration::from_millis(300));
    // A stream that is followed does not hold up the end.
    let asked = std::time::Instant::now();
    assert!(daemon.stop().success());
    assert!(asked.elapsed() < Duration::from_secs(4), "{:?}", asked.elapsed());
}

#[test]
fn a_client_gets_what_it_asks_for_and_every_withdrawal() {
    let mut newsroom = Newsroom::new();
    newsroom.add_config("[[feed]]\nname = \"all\"\n[[feed]]\nname = \"world\"\nselect = { section = \"world\" }\n");
    let daemon = newsroom.start();
    let world = Follower::of(&daemon.url("/events?feed=world&breaking_only=true"), None);
    newsroom.drop_article("home.md", "---\ntitle: Home\nsection: home\nbreaking: true\n---\n\nText.\n");
    newsroom.all_formats("all", "Home", true);
    newsroom.drop_article("calm.md", "---\ntitle: Calm\nsection: world\n---\n\nText.\n");
    newsroom.all_formats("all", "Calm", true);
    newsroom.drop_article("storm.md", "---\ntitle: Storm\nsection: world\nbreaking: true\n---\n\nText.\n");
    assert_eq!(headline(&world.next()), "Storm");
    newsroom.drop_article("calm.md", "---\ntitle: Calm\nsection: world\nwithdrawn: wrong\n---\n\nText.\n");
    let gone = world.next();
    assert_eq!((gone["event"].as_str(), headline(&gone)), (Some("article.withdrawn"), "Calm"));
}
