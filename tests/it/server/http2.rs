//! HTTP/2 by hand: what curl never does, and hostile clients do.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use newswire::config::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::stand_in::Newsstand;

const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const WHOLE: u8 = 0x4 | 0x1;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The fields of `GET path`, without compression.
fn get(path: &str) -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    [vec![0x82, 0x86, 0x04], text(path), vec![0x01], text("courier.example")].concat()
}

struct Connection(TcpStream);

#[derive(Debug)]
struct Frame {
    kind: u8,
    stream: u32,
    payload: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
        stream.write_all(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
        Self(stream)
    }

    /// The next frame; `None` where the server has closed.
    async fn next(&mut self) -> Option<Frame> {
        let read = async {
            let mut head = [0; 9];
            self.0.read_exact(&mut head).await.ok()?;
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let mut payload = vec![0; usize::try_from(length).unwrap()];
            self.0.read_exact(&mut payload).await.ok()?;
            Some(Frame { kind: head[3], stream: u32::from_be_bytes([head[5], head[6], head[7], head[8]]), payload })
        };
        tokio::time::timeout(Duration::from_secs(10), read).await.expect("a frame or the end comes in time")
    }

    /// Awaits a frame of this kind.
    async fn of_kind(&mut self, kind: u8) -> Frame {
        loop {
            let frame = self.next().await.expect("the server has not closed");
            if frame.kind == kind {
                return frame;
            }
        }
    }

    /// The error code of the GOAWAY with which the server closes.
    async fn farewell(&mut self) -> Option<u32> {
        let mut code = None;
        while let Some(frame) = self.next().await {
            if frame.kind == GOAWAY {
                code = Some(u32::from_be_bytes(frame.payload[4..8].try_into().unwrap()));
            }
        }
        code
    }
}

/// Whether somebody else is answered.
async fn others_are_answered(stand: &Newsstand) {
    assert_eq!(stand.get("/healthz", &[]).await.status, 200);
}

#[tokio::test]
async fn the_bounds_are_told() {
    let limits = Limits { streams: 7, header_size: 9000, ..Limits::default() };
    let stand = Newsstand::open_with("https://example.org/", limits).await;
    let mut connection = Connection::open(stand.address).await;
    let settings = connection.of_kind(SETTINGS).await;
    let setting = |id: u16| {
        let found = settings.payload.chunks(6).find(|one| one[..2] == id.to_be_bytes());
        found.map(|one| u32::from_be_bytes(one[2..6].try_into().unwrap()))
    };
    assert_eq!((setting(3), setting(6)), (Some(7), Some(9000)));
    connection.0.write_all(&frame(HEADERS, WHOLE, 1, &get("/healthz"))).await.unwrap();
    assert_eq!(connection.of_kind(HEADERS).await.stream, 1);
    assert_eq!(connection.of_kind(0).await.payload, b"ok\n");
}

#[tokio::test]
async fn requests_taken_back_at_once_end_the_connection() {
    let (stand, _) = Newsstand::with_feed().await;
    let connection = Connection::open(stand.address).await;
    let mut flood = Vec::new();
    for stream in (1..20_001).step_by(2) {
        flood.extend(frame(HEADERS, WHOLE, stream, &get("/feeds/all.rss")));
        flood.extend(frame(RESET, 0, stream, &8_u32.to_be_bytes()));
    }
    let begun = Instant::now();
    let (mut reader, mut writer) = connection.0.into_split();
    // The server may stop reading before all is written.
    let writing = tokio::spawn(async move {
        let _ = writer.write_all(&flood).await;
        writer
    });
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(10), reader.read_to_end(&mut answer)).await.expect("the server closes");
    let mut rest = answer.as_slice();
    let mut farewell = None;
    while let Some((head, after)) = rest.split_at_checked(9) {
        let length = usize::from(head[1]) * 256 + usize::from(head[2]);
        let Some((payload, after)) = after.split_at_checked(length) else { break };
        if head[3] == GOAWAY {
            farewell = Some(payload[4..8].to_vec());
        }
        rest = after;
    }
    // ENHANCE_YOUR_CALM.
    assert_eq!(farewell, Some(11_u32.to_be_bytes().to_vec()));
    assert!(answer.len() < 2_000_000 && begun.elapsed() < Duration::from_secs(10), "{} bytes", answer.len());
    drop(writing);
    others_are_answered(&stand).await;
}

#[tokio::test]
async fn header_fields_without_end_are_refused() {
    let (stand, _) = Newsstand::with_feed().await;
    let mut connection = Connection::open(stand.address).await;
    connection.0.write_all(&frame(HEADERS, 0x1, 1, &get("/"))).await.unwrap();
    // A literal field of 120 bytes, again and again, and never the end.
    let field = [vec![0x00, 1, b'a', 120], vec![b'x'; 120]].concat();
    let more = frame(CONTINUATION, 0, 1, &field.repeat(100));
    let flooding = async {
        let mut sent = 0;
        while sent < 50_000_000 && connection.0.write_all(&more).await.is_ok() {
            sent += more.len();
        }
        sent
    };
    let sent = tokio::time::timeout(Duration::from_secs(10), flooding).await.expect("the server stops it");
    assert!(sent < 20_000_000, "{sent} bytes were taken");
    others_are_answered(&stand).await;
}

#[tokio::test]
async fn pings_do_not_keep_a_connection_that_asks_nothing() {
    let limits = Limits { idle: Duration::from_millis(500), stall: Duration::from_millis(500), ..Limits::default() };
    let stand = Newsstand::open_with("https://example.org/", limits).await;
    let mut connection = Connection::open(stand.address).await;
    connection.0.write_all(&frame(HEADERS, WHOLE, 1, &get("/healthz"))).await.unwrap();
    let begun = Instant::now();
    let farewell = loop {
        let _ = connection.0.write_all(&frame(PING, 0, 0, &[7; 8])).await;
        match tokio::time::timeout(Duration::from_millis(50), connection.next()).await {
            Ok(Some(frame)) if frame.kind == GOAWAY => break frame,
            Ok(Some(_)) | Err(_) => {}
            Ok(None) => panic!("closed without a word"),
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "pings hold the connection open");
    };
    assert_eq!(&farewell.payload[4..8], [0; 4]);
    assert!(begun.elapsed() >= Duration::from_millis(450), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_stop_says_goodbye_and_ends_what_is_under_way() {
    let (stand, bytes) = Newsstand::with_feed().await;
    let mut connection = Connection::open(stand.address).await;
    connection.0.write_all(&frame(HEADERS, WHOLE, 1, &get("/healthz"))).await.unwrap();
    connection.of_kind(HEADERS).await;
    stand.shutdown.cancel();
    assert_eq!(connection.of_kind(GOAWAY).await.payload[4..8], [0; 4]);
    // What was on its way when the server said so is still answered.
    connection.0.write_all(&frame(HEADERS, WHOLE, 3, &get("/feeds/all.rss"))).await.unwrap();
    // The server asks by a ping which requests it may still see.
    let (mut content, mut answered) = (Vec::new(), false);
    while let Some(frame_) = connection.next().await {
        match frame_.kind {
            PING => connection.0.write_all(&frame(PING, 1, 0, &frame_.payload)).await.unwrap(),
            HEADERS if frame_.stream == 3 => answered = true,
            0 if frame_.stream == 3 => content.extend(frame_.payload),
            _ => {}
        }
    }
    assert!(answered);
    assert_eq!(content, bytes);
    tokio::time::timeout(Duration::from_secs(5), stand.task).await.expect("the server ended").unwrap();
}

#[tokio::test]
async fn a_fault_is_answered_with_its_code() {
    let (stand, _) = Newsstand::with_feed().await;
    let mut connection = Connection::open(stand.address).await;
    // A frame larger than allowed.
    connection.0.write_all(&frame(HEADERS, WHOLE, 1, &vec![0; 20_000])).await.unwrap();
    assert_eq!(connection.farewell().await, Some(6));
    others_are_answered(&stand).await;
}
