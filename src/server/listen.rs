//! Taking the addresses, and saying why one could not be taken.

use std::fmt;
use std::io::{Error, ErrorKind, Result as IoResult};
use std::net::{SocketAddr, TcpListener as StdTcpListener};
use std::path::{Path, PathBuf};

use socket2::{Domain, Protocol, Socket as RawSocket, Type};
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

use super::inherited;
use super::unix_socket::{self, SocketFile};
use crate::config::{Listen, Server};

/// An address cannot be listened on; each case says how to mend it.
#[derive(Debug, Error)]
pub enum BindError {
    /// Another program has it.
    #[error("port {} on {} is in use: stop the other program or set server.listen", .0.port(), .0.ip())]
    InUse(SocketAddr),
    /// The system reserves it.
    #[error("this user may not listen on port {} of {}: set server.listen to a port above 1023", .0.port(), .0.ip())]
    Forbidden(SocketAddr),
    /// It is not one of this machine's.
    #[error("{} is not an address of this machine: set server.listen to one that is, or to 0.0.0.0:{}", .0.ip(), .0.port())]
    NotOurs(SocketAddr),
    /// Anything else, as the system says it.
    #[error("cannot listen on {0}: {1}; set server.listen to another address")]
    Other(SocketAddr, Error),
    /// Another program listens there.
    #[error("another program listens on the socket {}: stop it or set server.listen", .0.display())]
    SocketInUse(PathBuf),
    /// Something is there that is no socket.
    #[error("{} is there and is no socket: remove it or set server.listen to another path", .0.display())]
    NoSocket(PathBuf),
    /// The socket's folder, its permissions, or anything else.
    #[error("cannot listen on the socket {}: {why}; its folder must be there and writable for this user", path.display())]
    Socket {
        /// The socket.
        path: PathBuf,
        /// What the system said.
        why: Error,
    },
    /// A socket for TLS was passed, and there is no certificate.
    #[error("systemd passes a socket named https, and there is no certificate: set tls.certificate and tls.key")]
    NoCertificate,
    /// What was passed cannot be listened on.
    #[error("systemd passes descriptor {} ('{name}'), which is no listening stream socket: use ListenStream= in its unit", index + 3)]
    NoListener {
        /// Which of the descriptors, from 0.
        index: usize,
        /// Its name.
        name: String,
    },
}

/// A socket that connections are accepted from.
pub struct Listener {
    pub(super) socket: Socket,
    pub(super) tls: bool,
    /// Whether the service manager opened it, and keeps it open.
    pub(super) inherited: bool,
    /// Removed when nobody listens any more.
    pub(super) file: Option<SocketFile>,
}

pub(super) enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

/// A connection as it was accepted.
pub(super) enum Accepted {
    Tcp(TcpStream, SocketAddr),
    Unix(UnixStream),
}

impl Listener {
    /// Every socket that the configuration names, or those that the service manager passed in their place. Done before anything else is
    /// started, so that a port in use is said at once.
    pub fn open(server: &Server) -> Result<Vec<Self>, BindError> {
        let inherited = inherited::take(server)?;
        if !inherited.is_empty() {
            return Ok(inherited);
        }
        let over_tls = server.tls.iter().flat_map(|tls| &tls.listen);
        let all: Vec<&Listen> = server.listen.iter().chain(over_tls.clone()).collect();
        let cleartext = server.listen.iter().map(|address| (address, false));
        cleartext
            .chain(over_tls.map(|address| (address, true)))
            .map(|(address, tls)| Self::bind(address, tls, server.socket_mode, &all))
            .collect()
    }

    /// One socket in cleartext.
    pub fn cleartext(address: &Listen) -> Result<Self, BindError> {
        Self::bind(address, false, 0o600, &[])
    }

    /// One socket over TLS.
    pub fn over_tls(address: &Listen) -> Result<Self, BindError> {
        Self::bind(address, true, 0o600, &[])
    }

    fn bind(address: &Listen, tls: bool, mode: u32, others: &[&Listen]) -> Result<Self, BindError> {
        match address {
            Listen::Tcp(address) => {
                // `[::]` takes IPv4 as well, unless somebody else is to have it.
                let alone = !others.iter().any(
                    |other| matches!(other, Listen::Tcp(other) if other.is_ipv4() && other.port() == address.port() && address.port() != 0),
                );
                let socket = tcp(*address, alone).map_err(|error| refused(*address, error))?;
                Ok(Self { socket: Socket::Tcp(socket), tls, inherited: false, file: None })
            }
            Listen::Unix(path) => {
                let (socket, file) = unix(path, mode).map_err(|error| refused_socket(path, error))?;
                Ok(Self { socket: Socket::Unix(socket), tls, inherited: false, file: Some(file) })
            }
        }
    }

    /// Its IP address and port, where it has them.
    pub fn address(&self) -> Option<SocketAddr> {
        match &self.socket {
            Socket::Tcp(listener) => listener.local_addr().ok(),
            Socket::Unix(_) => None,
        }
    }

    pub(super) async fn accept(&self) -> IoResult<Accepted> {
        match &self.socket {
            Socket::Tcp(listener) => listener.accept().await.map(|(stream, peer)| Accepted::Tcp(stream, peer)),
            Socket::Unix(listener) => listener.accept().await.map(|(stream, _)| Accepted::Unix(stream)),
        }
    }
}

/// How people reach it: `http://127.0.0.1:8080/`, `unix:/run/newswire.sock`.
impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        match &self.socket {
            Socket::Tcp(listener) => match listener.local_addr() {
                Ok(address) => write!(f, "{scheme}://{address}/"),
                Err(_) => write!(f, "{scheme}"),
            },
            Socket::Unix(listener) => {
                let own = self.file.as_ref().map(|file| file.path().to_owned());
                let path = own.or_else(|| listener.local_addr().ok()?.as_pathname().map(Path::to_owned));
                write!(f, "unix:{}", path.unwrap_or_default().display())?;
                if self.tls { f.write_str(" (TLS)") } else { Ok(()) }
            }
        }
    }
}

/// How many connections may wait to be accepted; the kernel has a bound of its own.
const WAITING: i32 = 4096;

fn tcp(address: SocketAddr, alone: bool) -> IoResult<TcpListener> {
    let socket = RawSocket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() && !alone {
        socket.set_only_v6(true)?;
    }
    // A restart need not wait until the connections of the run before are forgotten.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(WAITING)?;
    TcpListener::from_std(StdTcpListener::from(socket))
}

fn unix(path: &Path, mode: u32) -> IoResult<(UnixListener, SocketFile)> {
    let (listener, file) = unix_socket::bind(path, mode)?;
    listener.set_nonblocking(true)?;
    Ok((UnixListener::from_std(listener)?, file))
}

fn refused(address: SocketAddr, error: Error) -> BindError {
    match error.kind() {
        ErrorKind::AddrInUse => BindError::InUse(address),
        ErrorKind::PermissionDenied => BindError::Forbidden(address),
        ErrorKind::AddrNotAvailable => BindError::NotOurs(address),
        _ => BindError::Other(address, error),
    }
}

fn refused_socket(path: &Path, why: Error) -> BindError {
    let path = path.to_owned();
    match why.kind() {
        ErrorKind::AddrInUse => BindError::SocketInUse(path),
        ErrorKind::AlreadyExists => BindError::NoSocket(path),
        _ => BindError::Socket { path, why },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bind(address: &str) -> Result<Listener, BindError> {
        Listener::cleartext(&Listen::Tcp(address.parse().unwrap()))
    }

    #[tokio::test]
    async fn a_port_in_use_is_said_with_its_remedy() {
        let first = bind("127.0.0.1:0").unwrap();
        let address = first.address().unwrap();
        let error = bind(&address.to_string()).err().unwrap();
        assert_eq!(
            error.to_string(),
            format!("port {} on 127.0.0.1 is in use: stop the other program or set server.listen", address.port())
        );
    }

    #[tokio::test]
    async fn an_address_of_another_machine_is_said() {
        let error = bind("192.0.2.1:8080").err().unwrap();
        assert!(error.to_string().starts_with("192.0.2.1 is not an address of this machine"), "{error}");
    }

    #[tokio::test]
    async fn both_families_may_have_one_port() {
        let port = bind("127.0.0.1:0").unwrap().address().unwrap().port();
        let listen = [format!("0.0.0.0:{port}"), format!("[::]:{port}")].map(|address| Listen::Tcp(address.parse().unwrap()));
        let server = Server { listen: listen.to_vec(), ..Server::default() };
        let listeners = Listener::open(&server).unwrap();
        assert_eq!(listeners.iter().map(ToString::to_string).collect::<Vec<_>>(), listen.map(|address| format!("http://{address}/")));
    }
}
