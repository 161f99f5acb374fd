//! The stream of bulletins: who may follow it, how far it goes, and what becomes of those that are slow.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use newswire::article::{ArticleId, Bulletin, BulletinId, BulletinKind, FeedName, Lane, Revision, Sequence};
use newswire::instant::Instant;
use newswire::server::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::stand_in::Newsstand;

/// A bulletin of an article in the feed `all`.
fn bulletin(sequence: u64, text: &str) -> Arc<Bulletin> {
    let article = ArticleId::parse("tag:example.org,2026:a").unwrap();
    Arc::new(Bulletin {
        sequence: Sequence(sequence),
        id: BulletinId::of(&article, Revision(1), BulletinKind::Published),
        article,
        revision: Revision(1),
        kind: BulletinKind::Published,
        lane: Lane::Ordinary,
        at: Instant::from_millis(1_795_518_000_000),
        feeds: vec![FeedName::parse("all").unwrap()],
        breaking: false,
        data: format!("{{\"headline\":\"{text}\"}}").into(),
    })
}

/// A client that reads what it is sent.
struct Client {
    stream: TcpStream,
    got: String,
}

impl Client {
    async fn open(address: SocketAddr, target: &str, more: &str) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(format!("GET {target} HTTP/1.1\r\nHost: example.org\r\n{more}\r\n").as_bytes()).await.unwrap();
        Self { stream, got: String::new() }
    }

    /// One that has been greeted, and so has its place.
    async fn greeted(address: SocketAddr, target: &str, more: &str) -> Self {
        let mut client = Self::open(address, target, more).await;
        client.until("retry: ").await;
        client
    }

    /// Everything so far, once it says this.
    async fn until(&mut self, said: &str) -> &str {
        // Heartbeats are no progress: all of it has its time, not each reading.
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        // What was looked through is not looked through again: there may be much of it.
        let mut from = 0;
        while !self.got[from..].contains(said) {
            from = self.got.len().saturating_sub(said.len());
            let mut bytes = vec![0; 64 * 1024];
            let read = tokio::time::timeout_at(deadline, self.stream.read(&mut bytes)).await;
            let read = read.unwrap_or_else(|_| panic!("{said:?} never came: {}", self.got)).unwrap();
            assert!(read > 0, "it ended before {said:?}: {}", self.got);
            self.got.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
        &self.got
    }

    async fn ends(mut self) -> String {
        let mut rest = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(20), self.stream.read_to_end(&mut rest)).await;
        let _ = read.expect("it ends");
        self.got + &String::from_utf8_lossy(&rest)
    }
}

fn tell(stand: &Newsstand, bulletins: impl IntoIterator<Item = Arc<Bulletin>>) {
    stand.catalogue.told.lock().unwrap().extend(bulletins);
}

fn stands(stand: &Newsstand, upto: u64) {
    stand.floor.send_replace(Sequence(upto));
}

#[tokio::test]
async fn nothing_is_streamed_before_its_feeds_stand() {
    let stand = Newsstand::open().await;
    tell(&stand, [bulletin(1, "of an earlier run")]);
    stands(&stand, 1);
    let mut client = Client::greeted(stand.address, "/events", "").await;
    let head = client.until("retry: ").await.to_ascii_lowercase();
    for header in
        ["200 ok", "content-type: text/event-stream", "cache-control: no-store", "access-control-allow-origin: *", "x-accel-buffering: no"]
    {
        assert!(head.contains(header), "{header}: {head}");
    }
    tell(&stand, [bulletin(2, "first"), bulletin(3, "second"), bulletin(4, "committed only")]);
    stands(&stand, 3);
    let got = client.until("second").await;
    let expected = "id: 2\nevent: article.published\ndata: {\"type\":\"article.published\",\"timestamp\":\"2026-11-24T11:00:00Z\",\"sequence\":2,\"data\":{\"headline\":\"first\"}}\n\n";
    assert!(got.contains(expected), "{got}");
    assert!(!got.contains("earlier run") && !got.contains("committed only"), "{got}");
    stands(&stand, 4);
    client.until("committed only").await;
    // At the site's own root, too, and for those who ask for the head alone.
    let head = stand.send("HEAD", "/events", &[]).await;
    assert_eq!((head.status, head.header("content-type")), (200, Some("text/event-stream")));
}

#[tokio::test]
async fn a_client_resumes_after_what_it_has() {
    let stand = Newsstand::open().await;
    tell(&stand, (1..=90).map(|no| bulletin(no, &format!("number {no}."))));
    stands(&stand, 90);
    let mut client = Client::greeted(stand.address, "/events", "Last-Event-ID: 3\r\n").await;
    let got = client.until("number 90.").await;
    assert!(!got.contains("number 3.") && !got.contains("event: gap"), "{got}");
    assert_eq!(got.matches("event: article.published").count(), 87);
    assert_eq!(Client::greeted(stand.address, "/events?last_event_id=89", "").await.until("number 90.").await.matches("id: ").count(), 1);
    // What it has is of another ledger, or is no longer kept: it is told so, and goes on with what there is.
    stand.catalogue.told.lock().unwrap().drain(..50);
    for (last, next) in [("3", 91), ("1000", 92)] {
        let mut client = Client::greeted(stand.address, "/events", &format!("Last-Event-ID: {last}\r\n")).await;
        client.until(&format!("event: gap\ndata: {{\"after\":{last}}}\n\n")).await;
        tell(&stand, [bulletin(next, "one more")]);
        stands(&stand, next);
        client.until("one more").await;
    }
}

#[tokio::test]
async fn places_are_bounded_and_given_back() {
    let stand = Newsstand::open().await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(Client::greeted(stand.address, "/events", "").await);
    }
    let full = stand.get("/events", &[]).await;
    assert_eq!((full.status, full.header("retry-after"), full.header("content-type")), (503, Some("30"), Some("application/problem+json")));
    drop(clients.pop());
    // The server learns that it is gone when it next writes.
    tell(&stand, [bulletin(1, "one")]);
    stands(&stand, 1);
    a_place_is_free(&stand).await;
}

/// Awaits that a client may come.
async fn a_place_is_free(stand: &Newsstand) {
    let began = std::time::Instant::now();
    loop {
        let mut client = Client::open(stand.address, "/events", "Connection: close\r\n").await;
        if client.until("\r\n\r\n").await.starts_with("HTTP/1.1 200") {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "no place is given back");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_said() {
    let stand = Newsstand::open().await;
    for (target, headers, status) in [
        ("/events?feed=nothing", &[][..], 404),
        ("/events?breaking_only=perhaps", &[], 400),
        ("/events?events=article.lost", &[], 400),
        ("/events", &[("last-event-id", "x")], 400),
    ] {
        let answer = stand.get(target, headers).await;
        assert_eq!((answer.status, answer.header("content-type")), (status, Some("application/problem+json")), "{target}");
    }
    Client::greeted(stand.address, "/events?feed=section%2F%C3%A9t%C3%A9&feed=all", "").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_slow_holds_up_nobody_and_is_cut_off() {
    let limits = Limits { stall: Duration::from_millis(400), ..Limits::default() };
    let stand = Newsstand::open_with("https://example.org/", limits).await;
    let slow = Client::greeted(stand.address, "/events", "").await;
    let mut quick = Client::greeted(stand.address, "/events", "").await;
    let _third = Client::greeted(stand.address, "/events?events=article.withdrawn", "").await;
    // Far more than the two sockets hold.
    let text = "x".repeat(200_000);
    for no in 1..=100 {
        tell(&stand, [bulletin(no, &format!("{text} number {no}."))]);
        stands(&stand, no);
        quick.until(&format!("number {no}.")).await;
        quick.got.clear();
    }
    a_place_is_free(&stand).await;
    let got = slow.ends().await;
    assert!(!got.contains("number 100."), "it was cut off");
    // And it goes on where it was.
    let last =
        got.rsplit("\nid: ").find_map(|part| part.contains("}}\n\n").then(|| part.split('\n').next().unwrap())).unwrap_or("0").to_owned();
    let mut again = Client::greeted(stand.address, "/events", &format!("Last-Event-ID: {last}\r\n")).await;
    assert!(!again.until("number 100.").await.contains("event: gap"));
}

#[tokio::test]
async fn streams_end_when_the_server_stops() {
    let stand = Newsstand::open().await;
    let client = Client::greeted(stand.address, "/events", "").await;
    let began = std::time::Instant::now();
    stand.shutdown.cancel();
    let Newsstand { task, .. } = stand;
    task.await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert!(client.ends().await.ends_with("0\r\n\r\n"), "it ends as a whole answer does");
}
