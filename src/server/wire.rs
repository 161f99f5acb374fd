//! A connection's bytes, whatever they travel by: TCP or a Unix socket, in cleartext or over TLS.

use std::io::{ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::server::TlsStream;

/// A socket, and what was read from it to learn what will be spoken.
pub(super) struct Raw {
    socket: Socket,
    ahead: Vec<u8>,
    taken: usize,
}

pub(super) enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// How much is read ahead at once.
const CHUNK: usize = 512;

impl Raw {
    pub(super) const fn new(socket: Socket) -> Self {
        Self { socket, ahead: Vec::new(), taken: 0 }
    }

    /// What was read ahead and is not taken yet.
    pub(super) fn ahead(&self) -> &[u8] {
        &self.ahead[self.taken..]
    }

    /// Takes bytes that were read ahead: nobody else will see them.
    pub(super) fn take(&mut self, length: usize) {
        self.taken = (self.taken + length).min(self.ahead.len());
    }

    /// Reads more ahead; `false` where the peer has ended.
    pub(super) async fn read_ahead(&mut self) -> Result<bool> {
        loop {
            match &self.socket {
                Socket::Tcp(stream) => stream.ready(Interest::READABLE).await?,
                Socket::Unix(stream) => stream.ready(Interest::READABLE).await?,
            };
            match self.try_read() {
                Ok(length) => return Ok(length > 0),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The buffer lives no longer than this call, so that a connection that waits holds none.
    fn try_read(&mut self) -> Result<usize> {
        let mut chunk = [0; CHUNK];
        let length = match &self.socket {
            Socket::Tcp(stream) => stream.try_read(&mut chunk)?,
            Socket::Unix(stream) => stream.try_read(&mut chunk)?,
        };
        self.ahead.extend_from_slice(&chunk[..length]);
        Ok(length)
    }
}

impl AsyncRead for Raw {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        if self.taken < self.ahead.len() {
            let length = buffer.remaining().min(self.ahead.len() - self.taken);
            buffer.put_slice(&self.ahead[self.taken..self.taken + length]);
            self.taken += length;
            if self.taken == self.ahead.len() {
                self.ahead = Vec::new();
                self.taken = 0;
            }
            return Poll::Ready(Ok(()));
        }
        match &mut self.socket {
            Socket::Tcp(stream) => Pin::new(stream).poll_read(context, buffer),
            Socket::Unix(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Raw {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        match &mut self.socket {
            Socket::Tcp(stream) => Pin::new(stream).poll_write(context, bytes),
            Socket::Unix(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<Result<usize>> {
        match &mut self.socket {
            Socket::Tcp(stream) => Pin::new(stream).poll_write_vectored(context, slices),
            Socket::Unix(stream) => Pin::new(stream).poll_write_vectored(context, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        // What was written to a socket is on its way.
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        match &mut self.socket {
            Socket::Tcp(stream) => Pin::new(stream).poll_shutdown(context),
            Socket::Unix(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

/// What HTTP is spoken over. One type for all, so that HTTP's own code is there once.
pub(super) enum Wire {
    Clear(Raw),
    Tls(Box<TlsStream<Raw>>),
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        match &mut *self {
            Self::Clear(raw) => Pin::new(raw).poll_read(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        match &mut *self {
            Self::Clear(raw) => Pin::new(raw).poll_write(context, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<Result<usize>> {
        match &mut *self {
            Self::Clear(raw) => Pin::new(raw).poll_write_vectored(context, slices),
            Self::Tls(stream) => Pin::new(stream).poll_write_vectored(context, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Clear(raw) => raw.is_write_vectored(),
            Self::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        match &mut *self {
            Self::Clear(raw) => Pin::new(raw).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        match &mut *self {
            Self::Clear(raw) => Pin::new(raw).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
