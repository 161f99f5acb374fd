//! Who asks: the other end of a connection, or whoever a believed proxy asks for.

use std::net::IpAddr;

use axum::http::HeaderMap;

use super::forwarded;
use crate::config::Proxies;

/// The other end of a connection, as the system or the PROXY protocol names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Peer {
    /// By its address; IPv4 never as IPv6.
    Net(IpAddr),
    /// Somebody on this machine.
    Local,
}

impl Peer {
    pub(super) const fn of(address: IpAddr) -> Self {
        Self::Net(address.to_canonical())
    }

    /// Whether it may say for whom it asks.
    pub(super) fn is_believed(self, proxies: &Proxies) -> bool {
        match self {
            Self::Net(address) => is_proxy(address, proxies),
            Self::Local => proxies.unix,
        }
    }
}

/// Whether this is the address of a proxy that is believed.
pub(super) fn is_proxy(address: IpAddr, proxies: &Proxies) -> bool {
    proxies.networks.iter().any(|network| network.contains(&address))
}

/// The other end of one connection and what is known of it, found out once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Caller {
    pub(super) peer: Peer,
    /// Whether it may say for whom it asks.
    pub(super) believed: bool,
    /// Whether this connection is over TLS.
    pub(super) tls: bool,
}

/// For whom one request is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Client {
    /// Its address, where that is known.
    pub(super) address: Option<IpAddr>,
    /// Whether it came over TLS, here or to a proxy.
    pub(super) https: bool,
}

impl Caller {
    /// The other end's address, where it has one.
    pub(super) const fn address(&self) -> Option<IpAddr> {
        match self.peer {
            Peer::Net(address) => Some(address),
            Peer::Local => None,
        }
    }

    /// For whom a request is made: the other end, or the one that a believed proxy names.
    pub(super) fn client(&self, headers: &HeaderMap, proxies: &Proxies) -> Client {
        let own = match self.peer {
            Peer::Net(address) => Some(address),
            Peer::Local => None,
        };
        if !self.believed {
            return Client { address: own, https: self.tls };
        }
        let told = forwarded::read(headers, proxies);
        Client { address: told.address.or(own), https: told.https.unwrap_or(self.tls) }
    }
}

/// A client as limits count it: an IPv4 address, or the /64 of an IPv6 one, which is what one subscriber has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key(pub(super) u64);

impl Key {
    pub(super) const fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            // Addresses that begin with 0xffffffff are multicast, and nobody's.
            IpAddr::V4(address) => Self(0xffff_ffff_0000_0000 | address.to_bits() as u64),
            IpAddr::V6(address) => Self((address.to_bits() >> 64) as u64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(address: &str) -> Key {
        Key::of(address.parse().unwrap())
    }

    #[test]
    fn a_subscriber_is_one_client() {
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("192.0.2.7"), key("::ffff:192.0.2.7"));
        assert_ne!(key("192.0.2.7"), key("192.0.2.8"));
        assert_ne!(key("0.0.0.1"), key("::1"));
    }

    #[test]
    fn only_a_believed_proxy_speaks_for_others() {
        let proxies = Proxies { networks: vec!["10.0.0.0/8".parse().unwrap()], ..Proxies::default() };
        let headers: HeaderMap = [("x-forwarded-for", "198.51.100.9"), ("x-forwarded-proto", "https")]
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .into_iter()
            .collect();
        let client = |peer: &str| {
            let peer = Peer::of(peer.parse().unwrap());
            Caller { peer, believed: peer.is_believed(&proxies), tls: false }.client(&headers, &proxies)
        };
        assert_eq!(client("10.1.2.3"), Client { address: Some("198.51.100.9".parse().unwrap()), https: true });
        assert_eq!(client("::ffff:10.1.2.3"), client("10.1.2.3"));
        assert_eq!(client("203.0.113.5"), Client { address: Some("203.0.113.5".parse().unwrap()), https: false });
        let local = Caller { peer: Peer::Local, believed: Peer::Local.is_believed(&proxies), tls: false };
        assert_eq!(local.client(&headers, &proxies), Client { address: None, https: false });
    }
}
