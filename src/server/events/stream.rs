//! One client: where it is, and what it gets next.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream};
use tokio::sync::watch;
use tokio::time::Instant;

use super::frame::Frame;
use super::hub::{Events, Place};
use super::wanted::Wanted;
use crate::article::Sequence;

/// How long the stream is silent at most: proxies and browsers cut what is silent for longer, and one that is gone is noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long to wait when the ledger fails.
const RETRY: Duration = Duration::from_secs(1);
/// About how much is sent in one piece, in bytes.
const PIECE: usize = 64 * 1024;

/// A client of the stream.
pub(super) struct Client {
    events: Arc<Events>,
    progress: watch::Receiver<Sequence>,
    wanted: Wanted,
    /// Everything up to it was sent or is not for this client.
    at: Sequence,
    /// The last id that the client was given.
    told: Sequence,
    /// What is ready to be sent.
    ready: Vec<Arc<Frame>>,
    /// What is sent first.
    greeting: Option<Bytes>,
    beat: Instant,
    /// Given back when the client goes.
    _place: Place,
}

impl Client {
    /// A client that gets what comes after `at`.
    pub(super) fn new(events: Arc<Events>, place: Place, wanted: Wanted, at: Sequence, greeting: String) -> Self {
        let progress = events.progress();
        let beat = Instant::now() + HEARTBEAT;
        Self { events, progress, wanted, at, told: at, ready: Vec::new(), greeting: Some(greeting.into()), beat, _place: place }
    }

    /// What it gets, piece by piece, each made when it is ready for it.
    pub(super) fn stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static {
        stream::unfold(self, |mut client| async move { client.next().await.map(|piece| (Ok(piece), client)) })
    }

    /// The next piece; nothing once the server stops.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(greeting) = self.greeting.take() {
            return Some(greeting);
        }
        let shutdown = self.events.shutdown().clone();
        loop {
            if shutdown.is_cancelled() {
                return None;
            }
            if !self.ready.is_empty() {
                return Some(self.piece());
            }
            // Seen before it is asked for, so that no progress is missed in between.
            let latest = *self.progress.borrow_and_update();
            let wait = match self.events.after(self.at).await {
                Ok((frames, upto)) => {
                    self.at = upto;
                    self.ready = frames.into_iter().rev().filter(|frame| self.wanted.has(frame)).collect();
                    if upto < latest || !self.ready.is_empty() {
                        if Instant::now() >= self.beat && self.ready.is_empty() {
                            return Some(self.heartbeat());
                        }
                        continue;
                    }
                    HEARTBEAT
                }
                Err(_) => RETRY,
            };
            tokio::select! {
                () = shutdown.cancelled() => return None,
                () = tokio::time::sleep_until(self.beat) => return Some(self.heartbeat()),
                () = tokio::time::sleep(wait) => {}
                // The sender lives as long as the events, which this client holds.
                _ = self.progress.changed() => {}
            }
        }
    }

    /// Some of what is ready: one at least.
    fn piece(&mut self) -> Bytes {
        self.beat = Instant::now() + HEARTBEAT;
        let mut piece = BytesMut::new();
        while piece.len() < PIECE
            && let Some(frame) = self.ready.pop()
        {
            self.told = frame.sequence;
            if piece.is_empty() && (self.ready.is_empty() || frame.bytes.len() >= PIECE) {
                return frame.bytes.clone();
            }
            piece.extend_from_slice(&frame.bytes);
        }
        piece.freeze()
    }

    /// A comment; with it an id without an event, where the client was passed over by others, so that it resumes after them.
    fn heartbeat(&mut self) -> Bytes {
        self.beat = Instant::now() + HEARTBEAT;
        if self.at > self.told {
            self.told = self.at;
            return format!(":\nid: {}\n\n", self.at.0).into();
        }
        Bytes::from_static(b":\n\n")
    }
}
