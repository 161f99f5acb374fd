//! A connection whose peer stops reading is closed: hyper does not bound the writing of its answers.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::time::{Sleep, sleep};

use super::pulse::Pulse;
use super::wire::Wire;

/// A stream on which no write may wait longer than a limit, and that notes what comes and goes. The timer exists only while a write waits.
pub(super) struct Stall {
    stream: TokioIo<Wire>,
    limit: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
    pulse: Arc<Pulse>,
}

impl Stall {
    pub(super) fn new(stream: Wire, limit: Duration, pulse: Arc<Pulse>) -> Self {
        Self { stream: TokioIo::new(stream), limit, waiting: None, pulse }
    }

    fn stream(&mut self) -> Pin<&mut TokioIo<Wire>> {
        Pin::new(&mut self.stream)
    }

    fn bounded<T>(&mut self, written: Poll<Result<T>>, context: &mut Context<'_>) -> Poll<Result<T>> {
        if written.is_ready() {
            if self.waiting.take().is_some() {
                self.pulse.wrote();
            }
            return written;
        }
        let limit = self.limit;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(limit)));
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the peer stopped reading")))
    }
}

impl Read for Stall {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: ReadBufCursor<'_>) -> Poll<Result<()>> {
        let read = self.stream().poll_read(context, buffer);
        if read.is_ready() {
            self.pulse.read();
        }
        read
    }
}

impl Write for Stall {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let written = self.stream().poll_write(context, bytes);
        self.bounded(written, context)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<Result<usize>> {
        let written = self.stream().poll_write_vectored(context, slices);
        self.bounded(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let flushed = self.stream().poll_flush(context);
        self.bounded(flushed, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let shut = self.stream().poll_shutdown(context);
        self.bounded(shut, context)
    }
}
