//! Accepting connections, within limits, and letting them go in order.

use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioTimer;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::front::Front;
use super::pages::State;
use super::seldom::Seldom;
use super::stall::Stall;

/// How much a client may take up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many connections may be open at once; further ones are closed as soon as they come.
    pub connections: usize,
    /// How long a request's header may take to arrive, and how long a connection may rest between two requests.
    pub header: Duration,
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
            header: Duration::from_secs(30),
            answer: Duration::from_secs(10),
            stall: Duration::from_secs(30),
            drain: Duration::from_secs(5),
        }
    }
}

/// The request line and header fields together, in bytes; hyper answers 431 beyond it, and beyond 100 fields.
const HEADER_BYTES: usize = 16 * 1024;
/// How long to rest when the system has no more file descriptors to accept with.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// Serves until `shutdown`; then accepts no more, lets requests under way end, and returns within [`Limits::drain`].
pub async fn serve(listener: TcpListener, state: State, shutdown: CancellationToken) {
    let limits = state.limits;
    let front = Front::new(state);
    let room = Arc::new(Semaphore::new(limits.connections));
    let connections = TaskTracker::new();
    let abort = CancellationToken::new();
    let full = Seldom::default();
    loop {
        let stream = tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            stream = accept(&listener) => stream,
        };
        let Ok(place) = Arc::clone(&room).try_acquire_owned() else {
            if full.due() {
                tracing::warn!(open = limits.connections, "every connection is taken; closing new ones until some end");
            }
            continue;
        };
        let (front, stop, abort) = (front.clone(), shutdown.clone(), abort.clone());
        connections.spawn(async move {
            abort.run_until_cancelled(hold(stream, front, limits, stop)).await;
            drop(place);
        });
    }
    drop(listener);
    connections.close();
    if tokio::time::timeout(limits.drain, connections.wait()).await.is_err() {
        tracing::warn!(open = connections.len(), "closing connections that did not end within {:?}", limits.drain);
        abort.cancel();
        connections.wait().await;
    }
}

/// The next connection; faults (one that is gone already, no file descriptor left) are waited out, never fatal.
async fn accept(listener: &TcpListener) -> TcpStream {
    let failing = Seldom::default();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) => {
                if failing.due() {
                    tracing::warn!(%error, "cannot accept a connection; trying again (raise the limit of open files if it says so)");
                }
                tokio::time::sleep(ACCEPT_REST).await;
            }
        }
    }
}

/// One connection, from its first request to its last.
async fn hold(stream: TcpStream, front: Front, limits: Limits, stop: CancellationToken) {
    // An answer is one or two writes; waiting to fill a segment only delays it. Failing to set it costs speed, not truth.
    let _ = stream.set_nodelay(true);
    // Counted for this connection alone, so that requests of several do not wait for each other's counters.
    let front = Arc::new(front);
    let service = service_fn(move |request| {
        let front = Arc::clone(&front);
        async move { front.answer(request).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(Stall::new(stream, limits.stall), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
