//! Which addresses an endpoint may have, so that nobody makes this daemon knock at doors inside the operator's network.
//!
//! The rule is applied twice, since neither place sees everything: to every address that a name resolves to (`resolver`), so
//! that a name that changes its mind between two attempts gains nothing; and to the URL's host before each attempt, because
//! an address written literally, in whatever spelling, never reaches a resolver.

mod address;
mod resolver;

use std::net::IpAddr;

use thiserror::Error;
use url::{Host, Url};

pub use address::Reach;
pub(crate) use resolver::GuardedResolver;

/// Whom an endpoint may reach. One HTTP client and pool of connections is kept for each, so that a connection opened under one
/// never serves the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NetworkPolicy {
    /// Public addresses only.
    Public,
    /// Public, private and loopback addresses (`allow_private = true`). Link-local ones, where clouds keep their metadata
    /// services, and those that are no one's stay refused.
    AllowPrivate,
}

/// Why an address is not sent to.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// The address itself.
    #[error("{address} is {}{}", .reach.describe(), .reach.remedy())]
    Address {
        /// The address.
        address: IpAddr,
        /// What kind it is.
        reach: Reach,
    },
    /// A name that stands for this machine.
    #[error("{0} is this machine itself; set allow_private = true on this endpoint if it is meant")]
    LocalName(String),
    /// Another scheme than http and https, or no host.
    #[error("the URL is not an http or https URL with a host")]
    Url,
}

impl NetworkPolicy {
    /// Whether an address may be sent to.
    pub fn check(self, address: IpAddr) -> Result<(), Refused> {
        let reach = Reach::of(address);
        let allowed = match reach {
            Reach::Public => true,
            Reach::Loopback | Reach::Private | Reach::Shared => self == Self::AllowPrivate,
            Reach::LinkLocal
            | Reach::Metadata
            | Reach::Unspecified
            | Reach::Multicast
            | Reach::Example
            | Reach::Transition
            | Reach::Reserved => false,
        };
        if allowed { Ok(()) } else { Err(Refused::Address { address, reach }) }
    }

    /// Whether a URL's host, as it is written, may be sent to. A name is checked again once it is resolved.
    pub fn check_host(self, url: &Url) -> Result<(), Refused> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refused::Url);
        }
        match url.host().ok_or(Refused::Url)? {
            Host::Ipv4(address) => self.check(address.into()),
            Host::Ipv6(address) => self.check(address.into()),
            Host::Domain(name) => {
                let plain = name.trim_end_matches('.').to_ascii_lowercase();
                let local = plain == "localhost" || plain.ends_with(".localhost");
                if local && self == Self::Public { Err(Refused::LocalName(plain)) } else { Ok(()) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(policy: NetworkPolicy, host: &str) -> Result<(), Refused> {
        policy.check_host(&Url::parse(&format!("http://{host}/x")).unwrap())
    }

    #[test]
    fn this_machine_in_every_spelling() {
        let spellings = [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "2130706433",
            "0x7f.1",
            "0x7f000001",
            "0177.0.0.1",
            "017700000001",
            "127.0.0.1.",
            "127.255.255.254",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "１２７.０.０.１",
            "①②⑦.⓪.⓪.①",
            "127。0。0。1",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
            "%6c%6f%63alhost",
            "%31%32%37.0.0.1",
        ];
        for spelling in spellings {
            assert!(host(NetworkPolicy::Public, spelling).is_err(), "{spelling}");
            assert!(host(NetworkPolicy::AllowPrivate, spelling).is_ok(), "{spelling}");
        }
    }

    #[test]
    fn what_even_private_endpoints_may_not_reach() {
        for spelling in [
            "169.254.169.254",
            "[fe80::1]",
            "[::ffff:169.254.169.254]",
            "[64:ff9b::a9fe:a9fe]",
            "168.63.129.16",
            "0.0.0.0",
            "[::]",
            "224.0.0.1",
            "0",
        ] {
            assert!(host(NetworkPolicy::AllowPrivate, spelling).is_err(), "{spelling}");
        }
    }

    #[test]
    fn the_public_internet_is_open() {
        for spelling in [
            "example.org",
            "93.184.215.14",
            "[2606:4700::1111]",
            "[::ffff:8.8.8.8]",
            "[64:ff9b::808:808]",
            "localhost.example.org",
            "notlocalhost",
        ] {
            assert_eq!(host(NetworkPolicy::Public, spelling), Ok(()), "{spelling}");
        }
        assert_eq!(NetworkPolicy::Public.check_host(&Url::parse("ftp://example.org/").unwrap()), Err(Refused::Url));
        assert_eq!(NetworkPolicy::Public.check_host(&Url::parse("data:text/plain,x").unwrap()), Err(Refused::Url));
    }

    #[test]
    fn the_refusal_says_how_to_mend_it() {
        let why = host(NetworkPolicy::Public, "10.1.2.3").unwrap_err().to_string();
        assert_eq!(why, "10.1.2.3 is a private address; set allow_private = true on this endpoint if it is meant");
        let why = host(NetworkPolicy::AllowPrivate, "169.254.169.254").unwrap_err().to_string();
        assert_eq!(why, "169.254.169.254 is a link-local address, where clouds keep their credentials");
    }
}
