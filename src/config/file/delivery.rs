//! `[server]`, `[ledger]` and `[delivery]`: where newswire listens, remembers, and how it sends.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::findings::Report;
use super::mask::shown;
use super::paths::Bases;
use super::written::{self, Text};
use crate::config::{Caching, Delivery, LedgerPlace, Server};

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
/// What a cache may be told to keep for, at most.
const MOST_CACHED: Duration = Duration::from_hours(365 * 24);
/// Waits after the first, second, … failed attempt.
const DEFAULT_RETRY: [Duration; 7] = [
    Duration::from_secs(5),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(10),
];
const MOST_RETRIES: usize = 50;
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(15);
/// More at once is slower against fast receivers; slow ones are kept apart.
const DEFAULT_CONCURRENCY: u64 = 64;

pub(super) fn server(written: written::Server, report: &mut Report<'_>) -> Server {
    Server {
        listen: written.listen.as_ref().map_or(Some(DEFAULT_LISTEN), |written| listen(written, report)),
        caching: caching(written, report),
    }
}

fn caching(written: written::Server, report: &mut Report<'_>) -> Caching {
    let default = Caching::default();
    let bounds = Duration::ZERO..=MOST_CACHED;
    Caching {
        max_age: report.duration("server.max_age", written.max_age, default.max_age, &bounds),
        stale_while_revalidate: report.duration(
            "server.stale_while_revalidate",
            written.stale_while_revalidate,
            default.stale_while_revalidate,
            &bounds,
        ),
        stale_if_error: report.duration("server.stale_if_error", written.stale_if_error, default.stale_if_error, &bounds),
    }
}

fn listen(written: &Text, report: &mut Report<'_>) -> Option<SocketAddr> {
    let text = written.get_ref().trim();
    if text == "off" {
        return None;
    }
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Some(Ok(port)) = text.strip_prefix("localhost:").map(str::parse) {
        return Some(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    }
    let remedy = match text.strip_prefix(':') {
        Some(port) if port.parse::<u16>().is_ok() => {
            format!("write \"0.0.0.0:{port}\" to listen on every address, \"127.0.0.1:{port}\" on this machine only")
        }
        _ => "write an IP address and a port, such as \"127.0.0.1:8080\" or \"[::1]:8080\", or \"off\"".to_owned(),
    };
    report.refuse(written.span(), format!("server.listen: '{}' is not an address", shown(text)), remedy);
    Some(DEFAULT_LISTEN)
}

pub(super) fn ledger(written: &written::Ledger, bases: Bases<'_>, report: &mut Report<'_>) -> LedgerPlace {
    if let Some(url) = &written.url {
        let message = "ledger.url is not supported: only the embedded ledger exists in this version";
        report.refuse(url.span(), message, "give a file with ledger.path, or leave both out for ./state/newswire.db");
    }
    LedgerPlace::Path(bases.resolve(report, "ledger.path", written.path.as_ref(), "state/newswire.db"))
}

pub(super) fn delivery(written: written::Delivery, report: &mut Report<'_>) -> Delivery {
    let retry = match written.retry {
        None => DEFAULT_RETRY.to_vec(),
        Some(list) if list.get_ref().len() > MOST_RETRIES => {
            report.refuse(list.span(), format!("delivery.retry has more than {MOST_RETRIES} waits"), "leave some out");
            Vec::new()
        }
        Some(list) => list
            .into_inner()
            .into_iter()
            .map(|wait| {
                let bounds = Duration::from_millis(1)..=Duration::from_hours(30 * 24);
                report.duration("delivery.retry: a wait", Some(wait), DEFAULT_TIMEOUT, &bounds)
            })
            .collect(),
    };
    let timeouts = Duration::from_millis(10)..=Duration::from_mins(10);
    let concurrency = report.number("delivery.concurrency", written.concurrency, DEFAULT_CONCURRENCY, &(1..=4096));
    Delivery {
        retry,
        timeout: report.duration("delivery.timeout", written.timeout, DEFAULT_TIMEOUT, &timeouts),
        concurrency: usize::try_from(concurrency).unwrap_or(usize::MAX),
    }
}
