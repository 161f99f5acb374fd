//! `[server]`, `[tls]`, `[access_log]` and `[limits]`: where newswire listens, whom it believes, and what clients may take up.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::time::Duration;

use ipnet::IpNet;
use toml::Spanned;

use super::beside;
use super::findings::Report;
use super::mask::shown;
use super::paths::Bases;
use super::written::{self, DurationText, Several, Text, Texts};
use crate::config::{AccessLog, Caching, Forwarded, Limits, Listen, LogFormat, Proxies, Rate, Server, Tls};

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
const DEFAULT_MODE: u32 = 0o660;
const MOST_ADDRESSES: usize = 16;
const MOST_PROXIES: usize = 500;
/// What the kernel takes as a Unix socket's path, in bytes.
const LONGEST_SOCKET: usize = 107;
const DEFAULT_BURST: u64 = 10;
/// Readers fetch a few feeds of one site at once.
const LEAST_BURST: u64 = 5;
const SECOND: Duration = Duration::from_secs(1);

/// The tables as written.
pub(super) struct Wish {
    pub(super) server: written::Server,
    pub(super) tls: written::Tls,
    pub(super) access_log: written::AccessLog,
    pub(super) limits: written::Limits,
}

pub(super) fn server(wish: Wish, bases: Bases<'_>, report: &mut Report<'_>) -> Server {
    let Wish { server, tls, access_log, limits } = wish;
    let listen = match server.listen {
        Some(written) => addresses("server.listen", written, bases, report),
        None => vec![Listen::Tcp(DEFAULT_LISTEN)],
    };
    let events = report.number("server.events", server.events, DEFAULT_EVENTS, &(0..=100_000));
    let longest_delay = Duration::from_mins(5);
    Server {
        stop_delay: report.duration("server.stop_delay", server.stop_delay, Duration::ZERO, &(Duration::ZERO..=longest_delay)),
        socket_mode: server.socket_mode.map_or(DEFAULT_MODE, |written| mode(&written, report)),
        proxies: Proxies {
            header: server
                .proxy_header
                .and_then(|written| report.choice("proxy_header", &written, &HEADERS))
                .unwrap_or(Forwarded::XForwarded),
            protocol: server.proxy_protocol.unwrap_or(false),
            ..proxies(server.trusted_proxies, report)
        },
        tls: self::tls(tls, &listen, bases, report),
        access_log: self::access_log(&access_log, bases, report),
        limits: self::limits(limits, report),
        caching: caching([server.max_age, server.stale_while_revalidate, server.stale_if_error], report),
        events: usize::try_from(events).unwrap_or(usize::MAX),
        robots: server.robots.map_or_else(|| DEFAULT_ROBOTS.map(str::to_owned).to_vec(), |lines| beside::robots(lines, report)),
        listen,
    }
}

/// How many clients may follow the stream of bulletins at once.
const DEFAULT_EVENTS: u64 = 1000;
/// Everything may be read (RFC 9309 section 2.2.2).
const DEFAULT_ROBOTS: [&str; 2] = ["User-agent: *", "Disallow:"];

/// `max_age`, `stale_while_revalidate` and `stale_if_error` as written.
type Lifetimes = [Option<Spanned<DurationText>>; 3];

fn caching(written: Lifetimes, report: &mut Report<'_>) -> Caching {
    let default = Caching::default();
    let bounds = Duration::ZERO..=MOST_CACHED;
    let [max_age, stale_while_revalidate, stale_if_error] = written;
    Caching {
        max_age: report.duration("server.max_age", max_age, default.max_age, &bounds),
        stale_while_revalidate: report.duration(
            "server.stale_while_revalidate",
            stale_while_revalidate,
            default.stale_while_revalidate,
            &bounds,
        ),
        stale_if_error: report.duration("server.stale_if_error", stale_if_error, default.stale_if_error, &bounds),
    }
}

/// What a cache may be told to keep for, at most.
const MOST_CACHED: Duration = Duration::from_hours(365 * 24);

const HEADERS: [(&str, Forwarded); 2] = [("x-forwarded-for", Forwarded::XForwarded), ("forwarded", Forwarded::Standard)];
const FORMATS: [(&str, LogFormat); 2] = [("combined", LogFormat::Combined), ("json", LogFormat::Json)];

/// The addresses of a list; `off` alone is none.
fn addresses(what: &str, written: Spanned<Several>, bases: Bases<'_>, report: &mut Report<'_>) -> Vec<Listen> {
    let whole = written.span();
    let texts = written.into_inner().0;
    if let [only] = texts.as_slice()
        && only.get_ref().trim() == "off"
    {
        return Vec::new();
    }
    if texts.is_empty() {
        report.refuse(whole.clone(), format!("{what} names no address"), "name one, or write \"off\"");
    }
    if texts.len() > MOST_ADDRESSES {
        report.refuse(whole.clone(), format!("{what} has more than {MOST_ADDRESSES} addresses"), "leave some out");
    }
    let mut found: Vec<Listen> = Vec::new();
    for text in texts.into_iter().take(MOST_ADDRESSES) {
        // A text that stands alone has no place of its own.
        let span = Some(text.span()).filter(|span| !span.is_empty()).unwrap_or_else(|| whole.clone());
        let Some(address) = address(what, text.get_ref().trim(), &span, bases, report) else { continue };
        if found.contains(&address) && !matches!(address, Listen::Tcp(tcp) if tcp.port() == 0) {
            report.refuse(span, format!("{what} names {address} twice"), "leave one of them out");
            continue;
        }
        found.push(address);
    }
    found
}

fn address(what: &str, text: &str, span: &Range<usize>, bases: Bases<'_>, report: &mut Report<'_>) -> Option<Listen> {
    if let Some(path) = text.strip_prefix("unix:") {
        let path = bases.given(report, what, &Spanned::new(span.clone(), path.to_owned()))?;
        if path.as_os_str().len() > LONGEST_SOCKET {
            let message = format!("{what}: a Unix socket's path has at most {LONGEST_SOCKET} bytes");
            report.refuse(span.clone(), message, "choose a shorter one, such as \"unix:/run/newswire/http.sock\"");
            return None;
        }
        return Some(Listen::Unix(path));
    }
    if let Ok(address) = text.parse() {
        return Some(Listen::Tcp(address));
    }
    if let Some(Ok(port)) = text.strip_prefix("localhost:").map(str::parse) {
        return Some(Listen::Tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, port))));
    }
    let remedy = match text.strip_prefix(':') {
        Some(port) if port.parse::<u16>().is_ok() => {
            format!("write \"0.0.0.0:{port}\" to listen on every address, \"127.0.0.1:{port}\" on this machine only")
        }
        _ if text == "off" => "write \"off\" alone, or leave it out".to_owned(),
        _ => "write an IP address and a port, such as \"127.0.0.1:8080\" or \"[::1]:8080\", \"unix:/path\", or \"off\"".to_owned(),
    };
    report.refuse(span.clone(), format!("{what}: '{}' is not an address", shown(text)), remedy);
    None
}

fn mode(written: &Text, report: &mut Report<'_>) -> u32 {
    let text = written.get_ref().trim();
    let digits = text.strip_prefix("0o").unwrap_or(text);
    match u32::from_str_radix(digits, 8) {
        Ok(mode) if mode <= 0o777 && digits.len() >= 3 => mode,
        _ => {
            report.refuse(
                written.span(),
                format!("server.socket_mode: '{}' is no mode", shown(text)),
                "write three or four octal digits, such as \"0660\"",
            );
            DEFAULT_MODE
        }
    }
}

fn proxies(written: Option<Texts>, report: &mut Report<'_>) -> Proxies {
    let mut proxies = Proxies::default();
    let Some(written) = written else { return proxies };
    if written.get_ref().len() > MOST_PROXIES {
        report.refuse(
            written.span(),
            format!("server.trusted_proxies has more than {MOST_PROXIES} entries"),
            "write networks in place of addresses",
        );
    }
    for entry in written.into_inner().into_iter().take(MOST_PROXIES) {
        let text = entry.get_ref().trim();
        if text == "unix" {
            proxies.unix = true;
        } else if let Some(network) = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from)) {
            proxies.networks.push(network.trunc());
        } else {
            let message = format!("server.trusted_proxies: '{}' is neither an address nor a network", shown(text));
            report.refuse(entry.span(), message, "write an IP address, a network such as \"10.0.0.0/8\", or \"unix\"");
        }
    }
    proxies
}

fn tls(written: written::Tls, cleartext: &[Listen], bases: Bases<'_>, report: &mut Report<'_>) -> Option<Tls> {
    let place = written.listen.as_ref().map(Spanned::span);
    let listen = written.listen.map(|written| addresses("tls.listen", written, bases, report)).unwrap_or_default();
    if let Some(twice) =
        listen.iter().find(|address| cleartext.contains(address) && !matches!(address, Listen::Tcp(tcp) if tcp.port() == 0))
    {
        report.refuse(
            place.clone(),
            format!("{twice} stands in server.listen and in tls.listen"),
            "an address speaks one of the two: leave it out of the other",
        );
    }
    let hsts = report.duration("tls.hsts", written.hsts, Duration::ZERO, &(Duration::ZERO..=Duration::from_hours(24 * 730)));
    let Some(certificate) = &written.certificate else {
        if let Some(place) = place.filter(|_| !listen.is_empty()) {
            report.refuse(place, "tls.listen is set without tls.certificate", "name the PEM files with tls.certificate and tls.key");
        } else if let Some(key) = &written.key {
            report.refuse(key.span(), "tls.key is set without tls.certificate", "name the certificate's PEM file with tls.certificate");
        }
        return None;
    };
    if listen.is_empty() {
        report.warn(
            certificate.span(),
            "tls.listen names no address: TLS is spoken only on sockets that systemd passes under the name https",
        );
    }
    let certificate = bases.given(report, "tls.certificate", certificate)?;
    // Some write both into one file.
    let key = written.key.as_ref().map_or_else(|| Some(certificate.clone()), |key| bases.given(report, "tls.key", key))?;
    Some(Tls { listen, certificate, key, redirect: written.redirect.is_some_and(Spanned::into_inner), hsts })
}

fn access_log(written: &written::AccessLog, bases: Bases<'_>, report: &mut Report<'_>) -> Option<AccessLog> {
    let format = written.format.as_ref().and_then(|written| report.choice("format", written, &FORMATS)).unwrap_or(LogFormat::Combined);
    let path = written.path.as_ref()?;
    if path.get_ref() == "-" {
        return Some(AccessLog { path: None, format });
    }
    bases.given(report, "access_log.path", path).map(|path| AccessLog { path: Some(path), format })
}

fn limits(written: written::Limits, report: &mut Report<'_>) -> Limits {
    let default = Limits::default();
    let wide = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let usize_of = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let u32_of = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let connections = report.number("limits.connections", written.connections, wide(default.connections), &(1..=1_000_000));
    let per_client = wide(default.connections_per_client);
    let per_client = report.number("limits.connections_per_client", written.connections_per_client, per_client, &(1..=1_000_000));
    let header_size = report.size("limits.header_size", written.header_size, wide(default.header_size), &(8192..=1_048_576));
    let hours = |hours| Duration::from_hours(hours);
    let header = report.duration("limits.header_time", written.header_time, default.header, &(SECOND..=hours(1)));
    let idle = report.duration("limits.idle_time", written.idle_time, default.idle, &(SECOND..=hours(24)));
    let lifetime = report.duration("limits.connection_time", written.connection_time, default.lifetime, &(SECOND..=hours(720)));
    let streams = report.number("limits.streams", written.streams, u64::from(default.streams), &(1..=10_000));
    let per_minute = report.number("limits.requests_per_minute", written.requests_per_minute, 0, &(0..=1_000_000));
    let burst = report.number("limits.burst", written.burst, DEFAULT_BURST, &(LEAST_BURST..=1_000_000));
    Limits {
        connections: usize_of(connections),
        connections_per_client: usize_of(per_client),
        header_size: usize_of(header_size),
        header,
        idle,
        lifetime,
        streams: u32_of(streams),
        rate: (per_minute > 0).then(|| Rate { per_minute: u32_of(per_minute), burst: u32_of(burst) }),
        ..default
    }
}
