//! The header of the PROXY protocol of `HAProxy`, versions 1 and 2, with which some proxies begin a connection: for whom it is.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What the bytes so far say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parsed {
    /// The header is not complete.
    More,
    /// It is, and takes so many bytes.
    Done {
        /// For whom the connection is; `None` where the proxy asks for itself, or does not say.
        source: Option<IpAddr>,
        /// The header's length.
        length: usize,
    },
    /// This is no such header.
    Wrong,
}

const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";
/// A version 1 line with its end.
const LONGEST_LINE: usize = 107;
/// What follows the signature and has a fixed place: version and command, family and transport, length.
const FIXED: usize = 16;
/// The longest header that is read: addresses and a proxy's notes.
pub(super) const LONGEST: usize = 4096;

/// Reads the header at the beginning of these bytes.
pub(super) fn parse(bytes: &[u8]) -> Parsed {
    if begins(bytes, SIGNATURE) {
        binary(bytes)
    } else if begins(bytes, b"PROXY ") {
        line(bytes)
    } else {
        Parsed::Wrong
    }
}

/// Whether these are that beginning, or a part of it.
fn begins(bytes: &[u8], beginning: &[u8]) -> bool {
    let common = bytes.len().min(beginning.len());
    bytes[..common] == beginning[..common]
}

fn line(bytes: &[u8]) -> Parsed {
    let Some(end) = bytes.iter().take(LONGEST_LINE).position(|byte| *byte == b'\n') else {
        return if bytes.len() < LONGEST_LINE { Parsed::More } else { Parsed::Wrong };
    };
    let length = end + 1;
    let Some(text) = bytes[..length].strip_suffix(b"\r\n").and_then(|text| std::str::from_utf8(text).ok()) else {
        return Parsed::Wrong;
    };
    let words: Vec<&str> = text.split(' ').collect();
    let source = match words.as_slice() {
        ["PROXY", "UNKNOWN", ..] => return Parsed::Done { source: None, length },
        ["PROXY", "TCP4", source, to, from_port, to_port] if ports(from_port, to_port) && to.parse::<Ipv4Addr>().is_ok() => {
            source.parse::<Ipv4Addr>().ok().map(IpAddr::V4)
        }
        ["PROXY", "TCP6", source, to, from_port, to_port] if ports(from_port, to_port) && to.parse::<Ipv6Addr>().is_ok() => {
            source.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
        }
        _ => None,
    };
    source.map_or(Parsed::Wrong, |source| Parsed::Done { source: Some(source), length })
}

fn ports(from: &str, to: &str) -> bool {
    [from, to].iter().all(|port| port.parse::<u16>().is_ok())
}

fn binary(bytes: &[u8]) -> Parsed {
    let Some((fixed, rest)) = bytes.split_first_chunk::<FIXED>() else { return Parsed::More };
    let [.., command, family, high, low] = *fixed;
    let length = usize::from(u16::from_be_bytes([high, low]));
    if FIXED + length > LONGEST {
        return Parsed::Wrong;
    }
    let Some(addresses) = rest.get(..length) else { return Parsed::More };
    let source = match (command, family) {
        // LOCAL: the proxy looks whether we live.
        (0x20, _) => None,
        // PROXY, by TCP over IPv4 or IPv6.
        (0x21, 0x11) => match addresses.first_chunk::<4>() {
            Some(source) if length >= 12 => Some(IpAddr::from(*source)),
            Some(_) | None => return Parsed::Wrong,
        },
        (0x21, 0x21) => match addresses.first_chunk::<16>() {
            Some(source) if length >= 36 => Some(IpAddr::from(*source)),
            Some(_) | None => return Parsed::Wrong,
        },
        // Unix sockets, datagrams, what is not said.
        (0x21, _) => None,
        (_, _) => return Parsed::Wrong,
    };
    Parsed::Done { source, length: FIXED + length }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn done(source: &str, length: usize) -> Parsed {
        Parsed::Done { source: source.parse().ok(), length }
    }

    fn version_2(command: u8, family: u8, addresses: &[u8]) -> Vec<u8> {
        let length = u16::try_from(addresses.len()).unwrap().to_be_bytes();
        [SIGNATURE.as_slice(), &[command, family], &length, addresses].concat()
    }

    #[test]
    fn lines_are_read() {
        let line = b"PROXY TCP4 198.51.100.9 203.0.113.7 35646 80\r\n";
        assert_eq!(parse(line), done("198.51.100.9", line.len()));
        assert_eq!(parse(&[line.as_slice(), b"GET / HTTP/1.1\r\n"].concat()), done("198.51.100.9", line.len()));
        let line = b"PROXY TCP6 2001:db8::1 2001:db8::2 35646 443\r\n";
        assert_eq!(parse(line), done("2001:db8::1", line.len()));
        assert_eq!(parse(b"PROXY UNKNOWN\r\n"), done("", 15));
        assert_eq!(parse(b"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n"), done("", 35));
        for wrong in [
            "GET / HTTP/1.1\r\n",
            "PROXY TCP4 198.51.100.9 203.0.113.7 35646 80\n",
            "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
            "PROXY TCP4 198.51.100.9 203.0.113.7 65536 80\r\n",
            "PROXY TCP4 198.51.100.9\r\n",
            "PROXY UDP4 198.51.100.9 203.0.113.7 1 80\r\n",
            "proxy TCP4 198.51.100.9 203.0.113.7 1 80\r\n",
        ] {
            assert_eq!(parse(wrong.as_bytes()), Parsed::Wrong, "{wrong:?}");
        }
        assert_eq!(parse(format!("PROXY UNKNOWN {}", "x".repeat(100)).as_bytes()), Parsed::Wrong);
    }

    #[test]
    fn binary_headers_are_read() {
        let addresses = [198, 51, 100, 9, 203, 0, 113, 7, 0x12, 0x34, 0, 80];
        assert_eq!(parse(&version_2(0x21, 0x11, &addresses)), done("198.51.100.9", 28));
        // Notes may follow the addresses.
        assert_eq!(parse(&version_2(0x21, 0x11, &[addresses.as_slice(), &[4, 0, 1, 0]].concat())), done("198.51.100.9", 32));
        let mut addresses = [0; 36];
        addresses[..16].copy_from_slice(&"2001:db8::1".parse::<Ipv6Addr>().unwrap().octets());
        assert_eq!(parse(&version_2(0x21, 0x21, &addresses)), done("2001:db8::1", 52));
        assert_eq!(parse(&version_2(0x20, 0x00, &[])), done("", 16));
        assert_eq!(parse(&version_2(0x21, 0x31, &[0; 216])), done("", 232));
        assert_eq!(parse(&version_2(0x21, 0x11, &[0; 11])), Parsed::Wrong);
        assert_eq!(parse(&version_2(0x31, 0x11, &[0; 12])), Parsed::Wrong);
        assert_eq!(parse(&version_2(0x22, 0x11, &[0; 12])), Parsed::Wrong);
        assert_eq!(parse(&version_2(0x21, 0x00, &[0; 5000])), Parsed::Wrong);
    }

    proptest! {
        #[test]
        fn a_part_of_a_header_waits_for_the_rest(family in prop_oneof![Just(0x11_u8), Just(0x21)], more in proptest::collection::vec(any::<u8>(), 36..200)) {
            let whole = version_2(0x21, family, &more);
            for length in 0..whole.len() {
                prop_assert_eq!(parse(&whole[..length]), Parsed::More);
            }
            let is_done = matches!(parse(&whole), Parsed::Done { source: Some(_), length } if length == whole.len());
            prop_assert!(is_done);
        }

        #[test]
        fn whatever_comes_is_judged(bytes in proptest::collection::vec(any::<u8>(), 0..300), signed in any::<bool>()) {
            let bytes = if signed { [SIGNATURE.as_slice(), &bytes].concat() } else { [b"PROXY ", bytes.as_slice()].concat() };
            if let Parsed::Done { length, .. } = parse(&bytes) {
                prop_assert!(length <= bytes.len());
            }
        }
    }
}
