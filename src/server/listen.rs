//! Taking the address, and saying why it could not be taken.

use std::io::ErrorKind;
use std::net::SocketAddr;

use thiserror::Error;
use tokio::net::TcpListener;

/// The address cannot be listened on; each case says how to mend it.
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
    Other(SocketAddr, std::io::Error),
}

/// Takes the address. Done before anything else is started, so that a port in use is said at once.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, BindError> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => BindError::InUse(address),
        ErrorKind::PermissionDenied => BindError::Forbidden(address),
        ErrorKind::AddrNotAvailable => BindError::NotOurs(address),
        _ => BindError::Other(address, error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_in_use_is_said_with_its_remedy() {
        let first = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = first.local_addr().unwrap();
        let error = bind(address).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("port {} on 127.0.0.1 is in use: stop the other program or set server.listen", address.port())
        );
    }

    #[tokio::test]
    async fn an_address_of_another_machine_is_said() {
        let error = bind("192.0.2.1:8080".parse().unwrap()).await.unwrap_err();
        assert!(error.to_string().starts_with("192.0.2.1 is not an address of this machine"), "{error}");
    }
}
