//! An orderly end: nobody who asked in time is turned away.

use std::io::Write as _;
use std::time::Duration;

use newswire::config::{Limits, Listen, Server};
use newswire::server::{Gate, Listener};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::client::{parse, until_closed};
use super::stand_in::Newsstand;

const LAST: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn balancers_hear_of_it_before_the_door_is_closed() {
    let server = Server { stop_delay: Duration::from_millis(700), ..Server::default() };
    let listener = Listener::cleartext(&Listen::Tcp(([127, 0, 0, 1], 0).into())).unwrap();
    let stand = Newsstand::open_at("https://example.org/", Limits::default(), vec![listener], Gate::of(&server, None, None).unwrap());
    assert_eq!(stand.get("/readyz", &[]).await.status, 200);
    stand.shutdown.cancel();
    let ready = stand.get("/readyz", &[]).await;
    assert_eq!(ready.status, 503);
    assert!(ready.text().starts_with("not ready\nstopping: "), "{}", ready.text());
    assert_eq!(stand.get("/healthz", &[]).await.status, 200);
    let address = stand.address;
    tokio::time::timeout(Duration::from_secs(5), stand.task).await.expect("the server ended").unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_request_on_its_way_to_a_resting_connection_is_answered_as_the_last() {
    let stand = Newsstand::open().await;
    let mut resting = TcpStream::connect(stand.address).await.unwrap();
    resting.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    resting.read_exact(&mut [0; 12]).await.unwrap();
    let mut silent = TcpStream::connect(stand.address).await.unwrap();
    stand.shutdown.cancel();
    // The server has heard of it.
    while stand.shutdown.is_cancelled() && TcpStream::connect(stand.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    for stream in [&mut resting, &mut silent] {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    }
    for stream in [&mut resting, &mut silent] {
        let answer = String::from_utf8(until_closed(stream).await).unwrap();
        assert!(answer.contains("connection: close\r\n") && answer.ends_with("\r\n\r\nok\n"), "{answer}");
    }
}

#[tokio::test]
async fn who_waits_at_the_door_is_let_in_before_it_is_closed() {
    let stand = Newsstand::open().await;
    // This runtime has one thread: while it connects, nobody accepts.
    let waiting: Vec<std::net::TcpStream> = (0..20)
        .map(|_| {
            let mut stream = std::net::TcpStream::connect(stand.address).unwrap();
            stream.write_all(LAST).unwrap();
            stream.set_nonblocking(true).unwrap();
            stream
        })
        .collect();
    stand.shutdown.cancel();
    for stream in waiting {
        let mut stream = TcpStream::from_std(stream).unwrap();
        assert_eq!(parse(&until_closed(&mut stream).await).status, 200);
    }
    tokio::time::timeout(Duration::from_secs(5), stand.task).await.expect("the server ended").unwrap();
}
