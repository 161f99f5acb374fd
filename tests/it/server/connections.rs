//! Connections: limits, hostile clients, an orderly end.

use std::time::Duration;

use newswire::config::Format;
use newswire::instant::Instant;
use newswire::server::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::client::{parse, raw, until_closed};
use super::stand_in::{Newsstand, document};

#[tokio::test]
async fn a_header_that_never_ends_is_not_waited_for() {
    let limits = Limits { header: Duration::from_millis(300), ..Limits::default() };
    let stand = Newsstand::open_with("https://example.org/", limits).await;
    let mut trickle = TcpStream::connect(stand.address).await.unwrap();
    trickle.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ").await.unwrap();
    let mut silent = TcpStream::connect(stand.address).await.unwrap();
    // A byte now and then does not win time.
    let (mut reader, mut writer) = trickle.split();
    let mut answer = Vec::new();
    let dripping = async {
        loop {
            tokio::time::sleep(Duration::from_millis(40)).await;
            if writer.write_all(b"a").await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        () = dripping => unreachable!(),
        closed = tokio::time::timeout(Duration::from_secs(10), reader.read_to_end(&mut answer)) => {
            let _ = closed.expect("closed in time");
        }
    }
    assert!(!answer.starts_with(b"HTTP/1.1 200"));
    assert!(until_closed(&mut silent).await.is_empty());
}

#[tokio::test]
async fn a_peer_that_stops_reading_is_let_go() {
    let limits = Limits { stall: Duration::from_millis(300), connections: 1, ..Limits::default() };
    let stand = Newsstand::open_with("https://example.org/", limits).await;
    // More than the two sockets' buffers hold together.
    let large = vec![b'x'; 64 * 1024 * 1024];
    stand.shelf.put(vec![document("all", Format::Rss, large, Instant::from_millis(0))]);
    let mut deaf = TcpStream::connect(stand.address).await.unwrap();
    deaf.write_all(b"GET /feeds/all.rss HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    // The only place is free again once the deaf one is let go.
    let served = async {
        loop {
            let mut next = TcpStream::connect(stand.address).await.unwrap();
            let sent = next.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
            let mut answer = Vec::new();
            if sent.is_ok() && next.read_to_end(&mut answer).await.is_ok() && answer.starts_with(b"HTTP/1.1 200") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(15), served).await.expect("the deaf connection was let go");
}

#[tokio::test]
async fn connections_beyond_the_limit_are_closed_at_once() {
    let limits = Limits { connections: 2, ..Limits::default() };
    let stand = Newsstand::open_with("https://example.org/", limits).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(stand.address).await.unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut start = [0; 12];
        stream.read_exact(&mut start).await.unwrap();
        assert_eq!(&start, b"HTTP/1.1 200");
        held.push(stream);
    }
    let mut third = TcpStream::connect(stand.address).await.unwrap();
    assert!(until_closed(&mut third).await.is_empty());
}

#[tokio::test]
async fn requests_that_are_none_get_one_clear_answer() {
    let (stand, _) = Newsstand::with_feed().await;
    let long_path = format!("GET /{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "a".repeat(5000));
    let many_fields = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X-A: b\r\n".repeat(200));
    let large_field = format!("GET / HTTP/1.1\r\nHost: x\r\nX-A: {}\r\n\r\n", "a".repeat(40_000));
    let table: &[(&str, u16)] = &[
        ("nonsense\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", 413),
        ("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\nhello", 405),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n", 405),
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 413),
        ("GET / HTTP/1.0\r\n\r\n", 200),
        ("GET http://example.org/feeds/all.rss HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n", 200),
        (&long_path, 414),
        (&many_fields, 431),
        (&large_field, 431),
    ];
    for (request, status) in table {
        let answer = raw(stand.address, request.as_bytes()).await;
        assert_eq!(parse(&answer).status, *status, "{}", request.chars().take(90).collect::<String>());
    }
}

#[tokio::test]
async fn ten_readers_ask_again_and_again_on_one_connection_each() {
    let (stand, bytes) = Newsstand::with_feed().await;
    let readers = (0..10).map(|_| {
        let (address, bytes) = (stand.address, bytes.clone());
        tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            for _ in 0..20 {
                stream.write_all(b"GET /feeds/all.rss HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
                let mut answer = Vec::new();
                let mut byte = [0];
                while !answer.ends_with(b"\r\n\r\n") {
                    stream.read_exact(&mut byte).await.unwrap();
                    answer.push(byte[0]);
                }
                let head = parse(&answer);
                let length: usize = head.header("content-length").unwrap().parse().unwrap();
                let mut body = vec![0; length];
                stream.read_exact(&mut body).await.unwrap();
                assert_eq!(body, bytes);
            }
        })
    });
    for reader in readers.collect::<Vec<_>>() {
        reader.await.unwrap();
    }
}

#[tokio::test]
async fn requests_sent_together_are_answered_in_order() {
    let (stand, bytes) = Newsstand::with_feed().await;
    let both = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /feeds/all.rss HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answer = raw(stand.address, both).await;
    let text = String::from_utf8(answer).unwrap();
    assert_eq!(text.matches("HTTP/1.1 200 OK").count(), 2);
    assert!(text.find("ok\n").unwrap() < text.find("<rss>").unwrap());
    assert!(text.ends_with(std::str::from_utf8(&bytes).unwrap()));
}

#[tokio::test]
async fn told_to_stop_it_ends_what_is_under_way_and_no_more() {
    let limits = Limits { drain: Duration::from_secs(5), ..Limits::default() };
    let stand = Newsstand::open_with("https://example.org/", limits).await;
    let large = vec![b'x'; 32 * 1024 * 1024];
    stand.shelf.put(vec![document("all", Format::Rss, large.clone(), Instant::from_millis(0))]);
    // One connection in mid-answer, one at rest.
    let mut busy = TcpStream::connect(stand.address).await.unwrap();
    busy.write_all(b"GET /feeds/all.rss HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut start = [0; 1024];
    busy.read_exact(&mut start).await.unwrap();
    let mut resting = TcpStream::connect(stand.address).await.unwrap();
    resting.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    resting.read_exact(&mut [0; 12]).await.unwrap();
    let begun = std::time::Instant::now();
    stand.shutdown.cancel();
    until_closed(&mut resting).await;
    let mut answer = start.to_vec();
    answer.extend(until_closed(&mut busy).await);
    assert_eq!(parse(&answer).body.len(), large.len());
    tokio::time::timeout(Duration::from_secs(5), stand.task).await.expect("the server ended").unwrap();
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert!(TcpStream::connect(stand.address).await.is_err(), "no longer listening");
}

#[tokio::test]
async fn what_does_not_end_in_time_is_cut() {
    let limits = Limits { drain: Duration::from_millis(200), ..Limits::default() };
    let stand = Newsstand::open_with("https://example.org/", limits).await;
    stand.shelf.put(vec![document("all", Format::Rss, vec![b'x'; 64 * 1024 * 1024], Instant::from_millis(0))]);
    let mut deaf = TcpStream::connect(stand.address).await.unwrap();
    deaf.write_all(b"GET /feeds/all.rss HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    deaf.read_exact(&mut [0; 12]).await.unwrap();
    stand.shutdown.cancel();
    tokio::time::timeout(Duration::from_secs(5), stand.task).await.expect("the server ended").unwrap();
}
