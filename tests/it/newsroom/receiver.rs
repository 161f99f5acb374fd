//! A webhook receiver: a real HTTP server that verifies what it gets.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::{Receiver as Channel, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use newswire::config::WebhookSecret;
use newswire::dispatch::webhook::signature;

use super::{PATIENCE, SECRET};

/// One request that came in.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) json: serde_json::Value,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }

    pub(crate) fn kind(&self) -> &str {
        self.json["type"].as_str().unwrap_or_default()
    }

    pub(crate) fn headline(&self) -> &str {
        self.json["data"]["headline"].as_str().unwrap_or_default()
    }

    pub(crate) fn id(&self) -> &str {
        self.header("webhook-id")
    }
}

/// Answers every request with a status, 204 at first, and hands on what it got.
pub(crate) struct Receiver {
    address: SocketAddr,
    status: Arc<AtomicU16>,
    received: Mutex<Channel<Received>>,
}

impl Receiver {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let status = Arc::new(AtomicU16::new(204));
        let (sender, received) = channel();
        let answer = status.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (sender, answer) = (sender.clone(), answer.clone());
                std::thread::spawn(move || serve(&stream, &sender, &answer));
            }
        });
        Self { address, status, received: Mutex::new(received) }
    }

    /// Where it listens; the path is a secret, as real receivers' are.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook/PATH-TOKEN", self.address)
    }

    pub(crate) fn answer_with(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    /// The next request.
    pub(crate) fn next(&self) -> Received {
        match self.received.lock().unwrap().recv_timeout(PATIENCE) {
            Ok(received) => received,
            Err(error) => panic!("no webhook came: {error}"),
        }
    }

    /// Awaits that nothing comes for a while. `fence` names what was done to know that the daemon is past it.
    pub(crate) fn nothing_more(&self, fence: &str, pause: Duration) {
        match self.received.lock().unwrap().recv_timeout(pause) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(more) => panic!("after {fence}: a webhook came that should not: {} {}", more.kind(), more.json),
            Err(RecvTimeoutError::Disconnected) => panic!("the receiver has ended"),
        }
    }

    /// Everything that comes until `done` says so.
    pub(crate) fn until(&self, done: impl Fn(&[Received]) -> bool) -> Vec<Received> {
        let mut all = Vec::new();
        let deadline = Instant::now() + PATIENCE;
        while !done(&all) {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(received) = self.received.lock().unwrap().recv_timeout(left) else {
                panic!("not all came; what did: {:?}", all.iter().map(|one| (one.kind(), one.headline())).collect::<Vec<_>>());
            };
            all.push(received);
        }
        all
    }
}

fn serve(stream: &TcpStream, sender: &Sender<Received>, status: &AtomicU16) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut headers = Vec::new();
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            match line.trim_end().split_once(": ") {
                Some((name, value)) => headers.push((name.to_owned(), value.to_owned())),
                None => break,
            }
        }
        let length =
            headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length")).map_or(0, |(_, value)| value.parse().unwrap());
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let secret = WebhookSecret::parse(SECRET).unwrap();
        let pairs = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        signature::verify(&[secret], pairs, &body, newswire::instant::Instant::now()).expect("every webhook is signed");
        let json = serde_json::from_slice(&body).expect("every webhook is JSON");
        let status = status.load(Ordering::SeqCst);
        let _ = sender.send(Received { headers, json });
        if (&mut &*stream).write_all(format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n").as_bytes()).is_err() {
            return;
        }
    }
}
