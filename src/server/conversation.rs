//! One connection, from its first byte to its last: for whom it is, what is spoken on it, and how it ends.

use std::future::poll_fn;
use std::io::{Error, ErrorKind, Result as IoResult};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::client::{Caller, Key, Peer};
use super::crowd::{Crowd, Place};
use super::front::Front;
use super::gate::Gate;
use super::listen::Accepted;
use super::porter::{Porter, Watched};
use super::proxy_protocol::{self, Parsed};
use super::pulse::{Over, Pulse};
use super::stall::Stall;
use super::wire::{Raw, Socket, Wire};
use crate::config::Limits;

/// What HTTP/2 begins with (RFC 9113 section 3.4), also where a client knows beforehand that we speak it.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// How long a connection that rests is kept when the server stops, for the request that may be on its way.
const LINGER: Duration = Duration::from_millis(500);
/// What a peer may send before we take it: requests have no content.
const WINDOW: u32 = 65_535;
/// Requests that a client took back before they were begun (CVE-2023-44487), and faults of its that we answer by taking one back.
const TAKEN_BACK: usize = 20;
const FAULTS: usize = 100;
/// How much of an HTTP/2 answer waits in our memory.
const SEND_BUFFER: usize = 64 * 1024;

/// What all connections share.
pub(super) struct House {
    pub(super) front: Front,
    pub(super) gate: Gate,
    pub(super) limits: Limits,
    pub(super) crowd: Arc<Crowd>,
    pub(super) stop: CancellationToken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spoken {
    Http1,
    Http2,
}

/// Holds a connection until it ends.
pub(super) async fn hold(accepted: Accepted, tls: bool, house: Arc<House>) {
    let (socket, peer) = match accepted {
        Accepted::Tcp(stream, address) => {
            // An answer is one or two writes; waiting to fill a segment only delays it. Failing to set it costs speed, not truth.
            let _ = stream.set_nodelay(true);
            (Socket::Tcp(stream), Peer::of(address.ip()))
        }
        Accepted::Unix(stream) => (Socket::Unix(stream), Peer::Local),
    };
    // On the heap while it lasts: what comes after is what most connections are in.
    let beginning = Box::pin(begin(Raw::new(socket), peer, tls, &house));
    let begun = tokio::select! {
        begun = timeout(house.limits.header, beginning) => begun,
        () = lingering(&house.stop) => return,
    };
    let (wire, spoken, caller, place) = match begun {
        Ok(Ok(begun)) => begun,
        Ok(Err(error)) => return tracing::debug!(%error, "a connection did not begin"),
        Err(_) => return tracing::debug!("a connection did not begin in time"),
    };
    let pulse = Pulse::new(spoken == Spoken::Http2);
    let porter = Arc::new(Porter::new(house.front.clone(), Arc::clone(&house.gate.parts), caller, Arc::clone(&pulse)));
    let service = service_fn(move |request: Request<Incoming>| Arc::clone(&porter).answer(request));
    let stream = Stall::new(wire, house.limits.stall, Arc::clone(&pulse));
    // On the heap: here, a connection would have a place for each kind, twice.
    let ended = match spoken {
        Spoken::Http1 => follow(Box::pin(http1(&house.limits).serve_connection(stream, service)), &pulse, &house).await,
        Spoken::Http2 => follow(Box::pin(http2(&house.limits).serve_connection(stream, service)), &pulse, &house).await,
    };
    drop(place);
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "a connection ended early"),
        Err(over) => tracing::debug!(?over, "a connection was ended"),
    }
}

fn http1(limits: &Limits) -> http1::Builder {
    let mut http = http1::Builder::new();
    // `Pulse` bounds the time for a header, and the rest between two.
    http.header_read_timeout(None).max_buf_size(limits.header_size);
    http
}

fn http2(limits: &Limits) -> http2::Builder<TokioExecutor> {
    let mut http = http2::Builder::new(TokioExecutor::new());
    http.timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(u32::try_from(limits.header_size).unwrap_or(u32::MAX))
        .initial_connection_window_size(WINDOW)
        .initial_stream_window_size(WINDOW)
        .max_pending_accept_reset_streams(TAKEN_BACK)
        .max_local_error_reset_streams(FAULTS)
        .max_send_buf_size(SEND_BUFFER);
    http
}

/// Returns some time after a stop: whoever has connected may have asked already.
async fn lingering(stop: &CancellationToken) {
    stop.cancelled().await;
    sleep(LINGER).await;
}

/// For whom the connection is and what is spoken on it. A client that may have no further connection is an error.
async fn begin(mut raw: Raw, peer: Peer, tls: bool, house: &House) -> IoResult<(Wire, Spoken, Caller, Option<Place>)> {
    let proxies = &house.gate.parts.proxies;
    let believed = peer.is_believed(proxies);
    let peer = if believed && proxies.protocol { announced(&mut raw).await?.map_or(peer, Peer::of) } else { peer };
    let caller = Caller { peer, believed: peer.is_believed(proxies), tls };
    let place = match peer {
        Peer::Net(address) if !caller.believed && !address.is_loopback() => {
            let place = house.crowd.enter(Key::of(address), house.limits.connections_per_client);
            Some(place.ok_or_else(|| Error::new(ErrorKind::ConnectionRefused, "its client has too many open"))?)
        }
        Peer::Net(_) | Peer::Local => None,
    };
    let Some(tls) = house.gate.parts.tls.as_ref().filter(|_| tls) else {
        let spoken = preface(&mut raw).await?;
        return Ok((Wire::Clear(raw), spoken, caller, place));
    };
    let stream = tls.acceptor().accept(raw).await?;
    let spoken = if stream.get_ref().1.alpn_protocol() == Some(b"h2") { Spoken::Http2 } else { Spoken::Http1 };
    Ok((Wire::Tls(Box::new(stream)), spoken, caller, place))
}

/// The header of the PROXY protocol, which must be there: without it, anyone behind the proxy could write one.
async fn announced(raw: &mut Raw) -> IoResult<Option<std::net::IpAddr>> {
    loop {
        match proxy_protocol::parse(raw.ahead()) {
            Parsed::Done { source, length } => {
                raw.take(length);
                return Ok(source);
            }
            Parsed::More if raw.ahead().len() <= proxy_protocol::LONGEST => {
                if !raw.read_ahead().await? {
                    return Err(Error::from(ErrorKind::UnexpectedEof));
                }
            }
            Parsed::More | Parsed::Wrong => {
                return Err(Error::new(ErrorKind::InvalidData, "a trusted proxy sent no header of the PROXY protocol"));
            }
        }
    }
}

/// Which HTTP a client speaks in cleartext, by the first bytes.
async fn preface(raw: &mut Raw) -> IoResult<Spoken> {
    loop {
        let ahead = raw.ahead();
        let common = ahead.len().min(PREFACE.len());
        if ahead[..common] != PREFACE[..common] {
            return Ok(Spoken::Http1);
        }
        if common == PREFACE.len() {
            return Ok(Spoken::Http2);
        }
        if !raw.read_ahead().await? {
            return Ok(Spoken::Http1);
        }
    }
}

/// A connection of either HTTP.
trait Connection: Future<Output = hyper::Result<()>> {
    /// Whether requests travel beside each other, and the peer learns which of them were taken.
    const MULTIPLEXED: bool;

    /// Takes no request beyond those under way.
    fn finish(self: Pin<&mut Self>);
}

impl<S> Connection for http1::Connection<Stall, S>
where
    S: hyper::service::Service<Request<Incoming>, Response = Response<Watched>>,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    const MULTIPLEXED: bool = false;

    fn finish(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

impl<S> Connection for http2::Connection<Stall, S, TokioExecutor>
where
    S: hyper::service::Service<Request<Incoming>, Response = Response<Watched>>,
    S::Future: Send + 'static,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    const MULTIPLEXED: bool = true;

    fn finish(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

/// Drives a connection until it ends or is over.
async fn follow<C: Connection>(mut connection: Pin<Box<C>>, pulse: &Pulse, house: &House) -> Result<hyper::Result<()>, Over> {
    let limits = &house.limits;
    let mut armed = pulse.due(limits);
    let mut timer = pin!(sleep_until(armed));
    let mut stopping = pin!(house.stop.cancelled());
    let mut stopped = false;
    // When a connection that rests at the stop is let go, and when one that was asked to end is cut.
    let mut last_chance: Option<Instant> = None;
    let mut asked_to_end: Option<Over> = None;
    let next = |chance: Option<Instant>| chance.map_or_else(|| pulse.due(limits), |chance| chance.min(pulse.due(limits)));
    poll_fn(|context| {
        loop {
            if !stopped && stopping.as_mut().poll(context).is_ready() {
                stopped = true;
                pulse.leave();
                if C::MULTIPLEXED {
                    connection.as_mut().finish();
                } else {
                    // Answers say now that they are the last; a request may be on its way already.
                    last_chance = Some(Instant::now() + LINGER);
                }
            }
            if let Poll::Ready(ended) = connection.as_mut().poll(context) {
                return Poll::Ready(Ok(ended));
            }
            // While an answer is under way, nothing is due before what was due already.
            if !pulse.is_busy() || last_chance.is_some() {
                let due = next(last_chance);
                if due < armed {
                    armed = due;
                    timer.as_mut().reset(due);
                }
            }
            if timer.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            if last_chance.is_some_and(|chance| chance <= Instant::now()) {
                last_chance = None;
                connection.as_mut().finish();
                armed = pulse.due(limits);
                timer.as_mut().reset(armed);
                continue;
            }
            match (pulse.judge(limits), asked_to_end) {
                (Ok(()), _) => armed = next(last_chance),
                // Nothing is owed to a request that is not whole, and whoever was asked to end has had its time.
                (Err(Over::Slow), _) | (Err(Over::Idle), Some(_)) => return Poll::Ready(Err(asked_to_end.unwrap_or(Over::Slow))),
                (Err(over), _) => {
                    asked_to_end = Some(over);
                    pulse.leave();
                    if over == Over::Idle || C::MULTIPLEXED {
                        connection.as_mut().finish();
                    }
                    armed = Instant::now() + limits.stall;
                }
            }
            timer.as_mut().reset(armed);
        }
    })
    .await
}
