//! Whose word is taken for whom: what proxies say, what clients only claim. The access log shows whom the server took them for.

use std::net::SocketAddr;
use std::path::PathBuf;

use newswire::config::{AccessLog, Forwarded, Limits, Listen, LogFormat, Proxies, Rate, Server};
use newswire::server::{Gate, Listener};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};

use super::super::newsroom::await_that;
use super::client::{self, parse};
use super::stand_in::Newsstand;

struct Post {
    stand: Newsstand,
    folder: TempDir,
    socket: PathBuf,
}

impl Post {
    fn with(proxies: Proxies, limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = AccessLog { path: Some(folder.path().join("access.log")), format: LogFormat::Json };
        let server = Server { proxies, access_log: Some(log), limits, ..Server::default() };
        let socket = folder.path().join("http.sock");
        let listeners = [Listen::Tcp(([127, 0, 0, 1], 0).into()), Listen::Unix(socket.clone())];
        let listeners = listeners.iter().map(|listen| Listener::cleartext(listen).unwrap()).collect();
        let stand = Newsstand::open_at("https://example.org/", limits, listeners, Gate::of(&server, None, None).unwrap());
        Self { stand, folder, socket }
    }

    fn trusting(networks: &[&str]) -> Self {
        Self::with(proxies(networks), Limits::default())
    }

    fn address(&self) -> SocketAddr {
        self.stand.address
    }

    /// For whom the requests of the log were taken, once there are so many.
    async fn clients(&self, count: usize) -> Vec<Option<String>> {
        let path = self.folder.path().join("access.log");
        let read = move || {
            await_that("the log has its lines", || {
                let text = std::fs::read_to_string(&path).unwrap();
                (text.lines().count() >= count).then_some(text)
            })
        };
        let text = tokio::task::spawn_blocking(read).await.unwrap();
        let client = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["client"].as_str().map(str::to_owned);
        text.lines().map(client).collect()
    }
}

fn proxies(networks: &[&str]) -> Proxies {
    Proxies {
        networks: networks.iter().filter(|network| **network != "unix").map(|network| network.parse().unwrap()).collect(),
        unix: networks.contains(&"unix"),
        ..Proxies::default()
    }
}

const SPOOFED: [(&str, &str); 3] = [("X-Forwarded-For", "198.51.100.9"), ("Forwarded", "for=198.51.100.9"), ("X-Real-IP", "198.51.100.9")];

#[tokio::test]
async fn a_client_that_claims_to_be_another_is_taken_for_itself() {
    let post = Post::trusting(&["10.0.0.0/8"]);
    client::request(post.address(), "GET", "/healthz", &SPOOFED).await;
    // A header of the PROXY protocol from anyone is no HTTP.
    let announced = b"PROXY TCP4 198.51.100.9 203.0.113.7 1 80\r\nGET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert_eq!(parse(&client::raw(post.address(), announced).await).status, 400);
    let mut unix = UnixStream::connect(&post.socket).await.unwrap();
    unix.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.9\r\nConnection: close\r\n\r\n").await.unwrap();
    unix.read_to_end(&mut Vec::new()).await.unwrap();
    assert_eq!(post.clients(2).await, [Some("127.0.0.1".to_owned()), None]);
}

#[tokio::test]
async fn a_proxy_is_believed_and_what_its_client_wrote_is_not() {
    let post = Post::trusting(&["127.0.0.0/8", "10.0.0.0/8"]);
    client::request(post.address(), "GET", "/healthz", &SPOOFED).await;
    client::request(post.address(), "GET", "/healthz", &[("X-Forwarded-For", "192.0.2.1, 198.51.100.9, 10.0.0.3")]).await;
    client::request(post.address(), "GET", "/healthz", &[("Forwarded", "for=198.51.100.9")]).await;
    let clients = post.clients(3).await;
    assert_eq!(clients.iter().flatten().collect::<Vec<_>>(), ["198.51.100.9", "198.51.100.9", "127.0.0.1"]);
}

#[tokio::test]
async fn the_standard_field_is_believed_where_it_is_the_proxys() {
    let post = Post::with(Proxies { header: Forwarded::Standard, ..proxies(&["127.0.0.1/32"]) }, Limits::default());
    let fields = [("Forwarded", "for=\"[2001:db8::7]:443\";proto=https"), ("X-Forwarded-For", "198.51.100.9")];
    client::request(post.address(), "GET", "/healthz", &fields).await;
    assert_eq!(post.clients(1).await, [Some("2001:db8::7".to_owned())]);
}

#[tokio::test]
async fn a_proxy_on_this_machine_may_come_by_the_socket() {
    let post = Post::trusting(&["unix"]);
    let mut unix = UnixStream::connect(&post.socket).await.unwrap();
    unix.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.9\r\nConnection: close\r\n\r\n").await.unwrap();
    unix.read_to_end(&mut Vec::new()).await.unwrap();
    client::request(post.address(), "GET", "/healthz", &SPOOFED).await;
    assert_eq!(post.clients(2).await.iter().flatten().collect::<Vec<_>>(), ["198.51.100.9", "127.0.0.1"]);
}

#[tokio::test]
async fn the_proxy_protocol_is_asked_of_proxies() {
    let post = Post::with(Proxies { protocol: true, ..proxies(&["127.0.0.1/32"]) }, Limits::default());
    let request = "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.66\r\nConnection: close\r\n\r\n";
    let one = format!("PROXY TCP4 198.51.100.9 203.0.113.7 35646 80\r\n{request}");
    assert_eq!(parse(&client::raw(post.address(), one.as_bytes()).await).status, 200);
    let mut two = b"\r\n\r\n\0\r\nQUIT\n\x21\x21\x00\x24".to_vec();
    two.extend("2001:db8::7".parse::<std::net::Ipv6Addr>().unwrap().octets());
    two.extend([0; 20]);
    two.extend(request.as_bytes());
    // However it is cut into pieces.
    let mut stream = TcpStream::connect(post.address()).await.unwrap();
    stream.set_nodelay(true).unwrap();
    for piece in two.chunks(7) {
        stream.write_all(piece).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert_eq!(parse(&client::until_closed(&mut stream).await).status, 200);
    // HTTP/2 may follow, too: its settings come first.
    let h2 = b"PROXY UNKNOWN\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let mut stream = TcpStream::connect(post.address()).await.unwrap();
    stream.write_all(h2).await.unwrap();
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).await.unwrap();
    assert_eq!(frame[3], 4, "{frame:?}");
    // Whoever comes without one is not answered.
    assert_eq!(client::raw(post.address(), request.as_bytes()).await, b"");
    // The client that a header names is no proxy, whatever it writes.
    assert_eq!(post.clients(2).await.iter().flatten().collect::<Vec<_>>(), ["198.51.100.9", "2001:db8::7"]);
}

#[tokio::test]
async fn a_pace_is_kept_by_client_and_not_by_proxy() {
    let limits = Limits { rate: Some(Rate { per_minute: 1, burst: 5 }), ..Limits::default() };
    let post = Post::with(proxies(&["127.0.0.1/32"]), limits);
    let get = async |path: &str, client: Option<&str>| {
        let fields: Vec<(&str, &str)> = client.map(|client| ("X-Forwarded-For", client)).into_iter().collect();
        client::request(post.address(), "GET", path, &fields).await
    };
    for _ in 0..5 {
        assert_eq!(get("/feeds/none.rss", Some("198.51.100.9")).await.status, 404);
    }
    let refused = get("/feeds/none.rss", Some("198.51.100.9")).await;
    assert_eq!(refused.status, 429);
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(refused.header("cache-control"), Some("no-store"));
    // Another client is not held to account for it, nor is the same one's look at our health.
    assert_eq!(get("/feeds/none.rss", Some("198.51.100.10")).await.status, 404);
    assert_eq!(get("/healthz", Some("198.51.100.9")).await.status, 200);
    // Of a /64 all addresses are one client.
    for host in 1..=5 {
        assert_eq!(get("/feeds/none.rss", Some(&format!("2001:db8:1:2::{host}"))).await.status, 404);
    }
    assert_eq!(get("/feeds/none.rss", Some("2001:db8:1:2:ffff::1")).await.status, 429);
    assert_eq!(get("/feeds/none.rss", Some("2001:db8:1:3::1")).await.status, 404);
    // The proxy itself asks as often as it likes.
    for _ in 0..20 {
        assert_eq!(get("/feeds/none.rss", None).await.status, 404);
    }
}
