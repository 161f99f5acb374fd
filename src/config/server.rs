//! `[server]` and what belongs to it: where to listen, whom to believe, how much clients may take up.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

use super::Caching;

/// `[server]`, `[tls]`, `[access_log]` and `[limits]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// Where HTTP is spoken in cleartext; nothing is off.
    pub listen: Vec<Listen>,
    /// Who may connect to Unix sockets: their mode, as `chmod` takes it.
    pub socket_mode: u32,
    /// How long requests are still accepted once `/readyz` says that the server is about to stop.
    pub stop_delay: Duration,
    /// Who may say for whom it asks.
    pub proxies: Proxies,
    /// Where HTTP is spoken over TLS.
    pub tls: Option<Tls>,
    /// Where every request is noted.
    pub access_log: Option<AccessLog>,
    /// How much clients may take up.
    pub limits: Limits,
    /// How many clients may follow the stream of bulletins at once; zero is off.
    pub events: usize,
    /// The lines of `robots.txt`, without those that name sitemaps.
    pub robots: Vec<String>,
    /// What caches may do with feeds.
    pub caching: Caching,
}

impl Server {
    /// Whether it is reached and held as the other is: what is left is what answers say, which may change while it runs.
    pub fn opens_as(&self, other: &Self) -> bool {
        *self == Self { events: self.events, robots: self.robots.clone(), caching: self.caching, ..other.clone() }
    }

    /// The scheme and address at which the server can be reached without a proxy, if there is one.
    pub fn own_address(&self) -> Option<(&'static str, SocketAddr)> {
        let tcp = |listen: &Listen| match listen {
            Listen::Tcp(address) => Some(*address),
            Listen::Unix(_) => None,
        };
        let over_tls = || self.tls.iter().flat_map(|tls| &tls.listen).find_map(tcp).map(|address| ("https", address));
        self.listen.iter().find_map(tcp).map(|address| ("http", address)).or_else(over_tls)
    }
}

/// An address to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// An IP address and a port.
    Tcp(SocketAddr),
    /// A Unix socket, by its absolute path.
    Unix(PathBuf),
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// Proxies that are believed; what all others say of their clients is passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    /// Their addresses.
    pub networks: Vec<IpNet>,
    /// Whether whoever connects by a Unix socket is one.
    pub unix: bool,
    /// Which header fields they write.
    pub header: Forwarded,
    /// Whether their connections begin with a header of the PROXY protocol, version 1 or 2.
    pub protocol: bool,
}

/// Which header fields a proxy writes. Only one kind is read: the other would pass through a proxy as its client wrote it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Forwarded {
    /// `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host`.
    #[default]
    XForwarded,
    /// `Forwarded` (RFC 7239).
    Standard,
}

/// `[tls]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// Where TLS is spoken, beside the sockets that systemd calls `https`.
    pub listen: Vec<Listen>,
    /// The certificate and those that lead to its authority, PEM.
    pub certificate: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
    /// Whether cleartext requests are sent on to `site.url`.
    pub redirect: bool,
    /// How long browsers are told to come by TLS only (RFC 6797); zero tells them nothing.
    pub hsts: Duration,
}

/// `[access_log]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessLog {
    /// The file; `None` is standard output.
    pub path: Option<PathBuf>,
    /// How a request is written.
    pub format: LogFormat,
}

/// How a line of the access log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Apache's and nginx's combined format.
    Combined,
    /// A JSON object.
    Json,
}

/// `[limits]`: how much a client may take up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many connections may be open at once; further ones are closed as soon as they come.
    pub connections: usize,
    /// How many of them one client may have; proxies that are believed and this machine may have all.
    pub connections_per_client: usize,
    /// A request's line and header fields together, in bytes.
    pub header_size: usize,
    /// How long they may take to arrive, and a TLS handshake too.
    pub header: Duration,
    /// How long a connection may rest between two requests.
    pub idle: Duration,
    /// After how long a connection ends with the request that is under way.
    pub lifetime: Duration,
    /// How many requests may be under way at once on one HTTP/2 connection.
    pub streams: u32,
    /// How many requests a client may make.
    pub rate: Option<Rate>,
    /// How long making an answer may take; a ledger that hangs is answered 503.
    pub answer: Duration,
    /// How long a write may wait for a peer that does not read.
    pub stall: Duration,
    /// How long requests under way may take once the server is told to stop.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_240,
            connections_per_client: 1_024,
            header_size: 16_384,
            header: Duration::from_secs(30),
            idle: Duration::from_mins(1),
            lifetime: Duration::from_hours(1),
            streams: 100,
            rate: None,
            answer: Duration::from_secs(10),
            stall: Duration::from_secs(30),
            drain: Duration::from_secs(5),
        }
    }
}

/// How many requests a client may make in the long run, and how many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// In the long run; at least 1.
    pub per_minute: u32,
    /// At once, after a rest.
    pub burst: u32,
}
