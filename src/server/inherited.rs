//! Sockets that the service manager opened for us (`sd_listen_fds(3)`), so that none of its clients is turned away while we start.

use std::env;
use std::os::unix::net::UnixListener as StdUnixListener;

use listenfd::ListenFd;
use tokio::net::{TcpListener, UnixListener};

use super::listen::{BindError, Listener, Socket};
use crate::config::Server;

/// The name (`FileDescriptorName=`) of sockets that speak TLS.
const TLS_NAME: &str = "https";

/// The sockets that were passed; none where nobody passed any.
pub(super) fn take(server: &Server) -> Result<Vec<Listener>, BindError> {
    let mut passed = ListenFd::from_env();
    let names = env::var("LISTEN_FDNAMES").unwrap_or_default();
    let mut names = names.split(':');
    let mut listeners = Vec::with_capacity(passed.len());
    for index in 0..passed.len() {
        let name = names.next().unwrap_or_default();
        let tls = name == TLS_NAME;
        if tls && server.tls.is_none() {
            return Err(BindError::NoCertificate);
        }
        let socket = socket(&mut passed, index).ok_or_else(|| BindError::NoListener { index, name: name.to_owned() })?;
        listeners.push(Listener { socket, tls, inherited: true, file: None });
    }
    Ok(listeners)
}

fn socket(passed: &mut ListenFd, index: usize) -> Option<Socket> {
    // A descriptor of the other kind is refused and left where it is.
    if let Ok(Some(listener)) = passed.take_tcp_listener(index) {
        listener.set_nonblocking(true).ok()?;
        return TcpListener::from_std(listener).ok().map(Socket::Tcp);
    }
    let listener: StdUnixListener = passed.take_unix_listener(index).ok()??;
    listener.set_nonblocking(true).ok()?;
    UnixListener::from_std(listener).ok().map(Socket::Unix)
}
