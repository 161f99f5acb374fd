//! What clients may take up: time, connections, and no more.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use newswire::config::{Limits, Listen, Proxies, Rate, Server};
use newswire::server::{Gate, Listener};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::super::newsroom::issue;
use super::client::{self, until_closed};
use super::stand_in::Newsstand;

const ASK: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

async fn asked(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    ask(&mut stream).await;
    stream
}

async fn ask(stream: &mut TcpStream) {
    stream.write_all(ASK).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\nok\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).await.unwrap();
        answer.push(byte[0]);
    }
}

async fn stand(limits: Limits) -> Newsstand {
    Newsstand::open_with("https://example.org/", limits).await
}

#[tokio::test]
async fn a_connection_may_rest_longer_than_a_header_may_take() {
    let limits = Limits { header: Duration::from_millis(200), idle: Duration::from_millis(1200), ..Limits::default() };
    let stand = stand(limits).await;
    let mut resting = asked(stand.address).await;
    let begun = Instant::now();
    tokio::time::sleep(Duration::from_millis(600)).await;
    ask(&mut resting).await;
    assert_eq!(until_closed(&mut resting).await, b"");
    assert!(begun.elapsed() >= Duration::from_millis(1700), "{:?}", begun.elapsed());
    // A second request that does not become whole has the time of a header, not of a rest.
    let mut slow = asked(stand.address).await;
    let begun = Instant::now();
    slow.write_all(b"GET / HT").await.unwrap();
    assert_eq!(until_closed(&mut slow).await, b"");
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn an_old_connection_ends_with_an_answer_that_says_so() {
    let limits = Limits { lifetime: Duration::from_millis(300), ..Limits::default() };
    let stand = stand(limits).await;
    let mut stream = asked(stand.address).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    stream.write_all(ASK).await.unwrap();
    let answer = String::from_utf8(until_closed(&mut stream).await).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("connection: close\r\n"), "{answer}");
}

#[tokio::test]
async fn one_client_does_not_take_all_connections() {
    let limits = Limits { connections_per_client: 2, ..Limits::default() };
    let proxies = Proxies { networks: vec!["127.0.0.1/32".parse().unwrap()], protocol: true, ..Proxies::default() };
    let server = Server { proxies, limits, ..Server::default() };
    let listener = Listener::cleartext(&Listen::Tcp(([127, 0, 0, 1], 0).into())).unwrap();
    let stand = Newsstand::open_at("https://example.org/", limits, vec![listener], Gate::of(&server, None, None).unwrap());
    let connect = async |client: &str| {
        let mut stream = TcpStream::connect(stand.address).await.unwrap();
        stream.write_all(format!("PROXY TCP4 {client} 203.0.113.7 1 80\r\n").as_bytes()).await.unwrap();
        stream
    };
    let mut first = connect("198.51.100.9").await;
    ask(&mut first).await;
    let mut second = connect("198.51.100.9").await;
    ask(&mut second).await;
    let mut third = connect("198.51.100.9").await;
    assert_eq!(until_closed(&mut third).await, b"");
    ask(&mut connect("198.51.100.10").await).await;
    // The proxy's own looks are not counted.
    for _ in 0..4 {
        let mut own = TcpStream::connect(stand.address).await.unwrap();
        own.write_all(b"PROXY UNKNOWN\r\n").await.unwrap();
        ask(&mut own).await;
        std::mem::forget(own);
    }
    // A place is free again once its connection has ended.
    drop(first);
    let again = async {
        loop {
            let mut stream = connect("198.51.100.9").await;
            if stream.write_all(ASK).await.is_ok() && stream.read_u8().await.is_ok() {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), again).await.expect("the place is free again");
}

#[tokio::test]
async fn beginnings_that_never_end_are_not_waited_for() {
    let limits = Limits { header: Duration::from_millis(300), ..Limits::default() };
    let folder = tempfile::tempdir().unwrap();
    issue(folder.path(), 90);
    let tls = newswire::config::Tls {
        listen: Vec::new(),
        certificate: folder.path().join("cert.pem"),
        key: folder.path().join("key.pem"),
        redirect: false,
        hsts: Duration::ZERO,
    };
    let server = Server { tls: Some(tls), limits, ..Server::default() };
    let any = Listen::Tcp(([127, 0, 0, 1], 0).into());
    let (clear, secure) = (Listener::cleartext(&any).unwrap(), Listener::over_tls(&any).unwrap());
    let (clear_address, secure_address) = (clear.address().unwrap(), secure.address().unwrap());
    let _stand = Newsstand::open_at("https://example.org/", limits, vec![clear, secure], Gate::of(&server, None, None).unwrap());
    for (address, beginning) in [
        (clear_address, b"".as_slice()),
        (clear_address, b"PRI * HTTP/2.0\r\n"),
        // HTTP/2 whose settings never come.
        (clear_address, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        (secure_address, b""),
        (secure_address, b"\x16\x03\x01\x02\x00"),
    ] {
        let begun = Instant::now();
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(beginning).await.unwrap();
        until_closed(&mut stream).await;
        assert!(begun.elapsed() >= Duration::from_millis(250) && begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn five_at_once_are_polite_and_many_are_not() {
    let limits = Limits { rate: Some(Rate { per_minute: 60, burst: 5 }), ..Limits::default() };
    let server = Server { limits, ..Server::default() };
    let listener = Listener::cleartext(&Listen::Tcp(([127, 0, 0, 1], 0).into())).unwrap();
    let stand = Newsstand::open_at("https://example.org/", limits, vec![listener], Gate::of(&server, None, None).unwrap());
    let get = async || client::request(stand.address, "GET", "/feeds/none.rss", &[]).await;
    for _ in 0..5 {
        assert_eq!(get().await.status, 404);
    }
    let refused = loop {
        // On a slow machine, the sixth may come a second later.
        let answer = get().await;
        if answer.status != 404 {
            break answer;
        }
    };
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")));
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(get().await.status, 404);
}
