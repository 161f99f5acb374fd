//! Receivers that do what they should not: each costs its own delivery at most, and no other's.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use newswire::article::BulletinKind::Published;
use newswire::config::Delivery;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::memory_ledger::MemoryLedger;
use super::newsroom::{Newsroom, bulletin, delivery, webhook};
use super::receiver::Receiver;

#[derive(Clone, Copy, Debug)]
enum Manners {
    /// Takes the connection and never reads.
    NeverReads,
    /// Closes at once.
    Closes,
    /// Answers with what is no HTTP.
    Garbage,
    /// Header fields without end.
    EndlessHeaders,
    /// Interim answers without end.
    EndlessContinue,
    /// A byte of the status line every 50 ms.
    Drips,
    /// 200, and a body without end.
    EndlessBody,
    /// 200, and a body of which nothing comes.
    SilentBody,
    /// 200, and closes in mid-body.
    ClosesInBody,
}

const REFUSED: [Manners; 6] =
    [Manners::NeverReads, Manners::Closes, Manners::Garbage, Manners::EndlessHeaders, Manners::EndlessContinue, Manners::Drips];
const ACCEPTED: [Manners; 3] = [Manners::EndlessBody, Manners::SilentBody, Manners::ClosesInBody];

async fn behave(mut stream: TcpStream, manners: Manners) -> std::io::Result<()> {
    if matches!(manners, Manners::NeverReads) {
        return std::future::pending().await;
    }
    if matches!(manners, Manners::Closes) {
        return Ok(());
    }
    let mut request = [0; 8192];
    let _ = stream.read(&mut request).await?;
    let pour = async |stream: &mut TcpStream, bytes: &[u8]| -> std::io::Result<()> {
        loop {
            stream.write_all(bytes).await?;
        }
    };
    match manners {
        Manners::NeverReads | Manners::Closes => Ok(()),
        Manners::Garbage => stream.write_all(b"\x16\x03\x01 SSH-2.0 220 hello\r\n\r\n").await,
        Manners::EndlessHeaders => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
            pour(&mut stream, b"x-more: and more, and more\r\n").await
        }
        Manners::EndlessContinue => pour(&mut stream, b"HTTP/1.1 102 Processing\r\n\r\n").await,
        Manners::Drips => {
            for byte in b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" {
                stream.write_all(&[*byte]).await?;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Ok(())
        }
        Manners::EndlessBody => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n").await?;
            pour(&mut stream, &[b'x'; 4096]).await
        }
        Manners::SilentBody => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n").await?;
            std::future::pending().await
        }
        Manners::ClosesInBody => stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nx").await,
    }
}

async fn start(manners: Manners) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(behave(stream, manners));
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_speaks_and_everything_else_is_bounded() {
    let receiver = Receiver::start().await;
    let mut webhooks = vec![webhook("well", &receiver.url("/wire"))];
    for manners in REFUSED.into_iter().chain(ACCEPTED) {
        webhooks.push(webhook(&format!("{manners:?}"), &format!("http://{}/", start(manners).await)));
    }
    // A port at which nobody listens.
    let nobody = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap();
    webhooks.push(webhook("Nobody", &format!("http://{nobody}/")));
    let impatient = Delivery { retry: Vec::new(), timeout: Duration::from_millis(1500), ..delivery() };
    let newsroom = Newsroom::open(Arc::new(MemoryLedger::new()), &webhooks, &impatient).await;
    let began = Instant::now();
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    assert!(receiver.next().await.at - began < Duration::from_millis(500));
    newsroom.settled().await;
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    let attempts = newsroom.attempts("a").await;
    let of = |manners: &str| attempts.iter().find(|attempt| attempt.endpoint == format!("webhook:{manners}")).unwrap();
    for manners in ACCEPTED {
        assert_eq!(of(&format!("{manners:?}")).status, Some(200), "{manners:?}");
    }
    for manners in REFUSED {
        let attempt = of(&format!("{manners:?}"));
        assert_eq!(attempt.status, None, "{manners:?}");
        assert!(attempt.error.as_deref().is_some_and(|error| !error.is_empty() && error.len() <= 500), "{attempt:?}");
    }
    assert!(of("Nobody").error.as_deref().unwrap().starts_with("could not connect: "), "{:?}", of("Nobody"));
    assert_eq!(newsroom.summary().await.dead, 7);
}
