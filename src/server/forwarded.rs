//! What a believed proxy says of the client it asks for: `X-Forwarded-For` and its companions, or `Forwarded` (RFC 7239).
//!
//! Proxies append, so that the list is read from its end: the first address that is not itself a believed proxy's is the client's, and all
//! before it is whatever that client wrote.

use std::net::{IpAddr, SocketAddr};

use axum::http::header::FORWARDED;
use axum::http::{HeaderMap, HeaderValue};

use super::client::is_proxy;
use crate::config::{Forwarded, Proxies};

/// How many hops are looked at, from the nearest one on.
const MOST_HOPS: usize = 32;

/// What was said and is believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// The client's address.
    pub(super) address: Option<IpAddr>,
    /// Whether the client came over TLS.
    pub(super) https: Option<bool>,
}

pub(super) fn read(headers: &HeaderMap, proxies: &Proxies) -> Told {
    match proxies.header {
        Forwarded::XForwarded => {
            let hops = from_the_end(headers, "x-forwarded-for").map(|node| Hop { node: address(node), https: None });
            let https = from_the_end(headers, "x-forwarded-proto").next().and_then(is_https);
            Told { address: client(hops, proxies).and_then(|hop| hop.node), https }
        }
        Forwarded::Standard => {
            let mut hops = Vec::new();
            for value in headers.get_all(FORWARDED) {
                let field = String::from_utf8_lossy(value.as_bytes());
                match elements(&field) {
                    Some(more) => hops.extend(more),
                    // A client may have begun a quote that never ends, to hide what a proxy appended. What it may have followed is not
                    // believed, and what stands after the last comma is the proxy's.
                    None => hops = field.rsplit(',').next().and_then(elements).unwrap_or_default(),
                }
            }
            let hop = client(hops.into_iter().rev(), proxies);
            Told { address: hop.and_then(|hop| hop.node), https: hop.and_then(|hop| hop.https) }
        }
    }
}

/// One proxy's entry: for whom it asked, and how it was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Hop {
    node: Option<IpAddr>,
    https: Option<bool>,
}

/// The entry that names the client; entries begin with the nearest proxy's. Where one names nobody, the last believed proxy is the
/// nearest to the client that is known.
fn client(hops: impl Iterator<Item = Hop>, proxies: &Proxies) -> Option<Hop> {
    let mut nearest = None;
    for hop in hops.take(MOST_HOPS) {
        let Some(address) = hop.node else { break };
        nearest = Some(hop);
        if !is_proxy(address, proxies) {
            break;
        }
    }
    nearest
}

/// The entries of a list over all its fields, the last one first. One that is no text names nobody, and hides no other.
fn from_the_end<'h>(headers: &'h HeaderMap, name: &'static str) -> impl Iterator<Item = &'h str> {
    let fields: Vec<&[u8]> = headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
    let entries = fields.into_iter().rev().flat_map(|field| field.rsplit(|byte| *byte == b','));
    entries.map(|entry| std::str::from_utf8(entry).unwrap_or_default().trim())
}

fn is_https(scheme: &str) -> Option<bool> {
    match scheme {
        _ if scheme.eq_ignore_ascii_case("https") => Some(true),
        _ if scheme.eq_ignore_ascii_case("http") => Some(false),
        _ => None,
    }
}

/// An address, with or without a port.
fn address(node: &str) -> Option<IpAddr> {
    let address = node
        .parse::<IpAddr>()
        .ok()
        .or_else(|| node.parse::<SocketAddr>().ok().map(|address| address.ip()))
        .or_else(|| node.strip_prefix('[')?.strip_suffix(']')?.parse().ok())?;
    Some(address.to_canonical())
}

/// The elements of one `Forwarded` field; `None` where it is not of the form that RFC 7239 section 4 gives.
fn elements(field: &str) -> Option<Vec<Hop>> {
    let mut hops = vec![Hop::default()];
    let mut rest = field.trim();
    while !rest.is_empty() {
        if let Some(more) = rest.strip_prefix(',') {
            hops.push(Hop::default());
            rest = more.trim_start();
            continue;
        }
        if let Some(more) = rest.strip_prefix(';') {
            rest = more.trim_start();
            continue;
        }
        let (name, after) = rest.split_once('=')?;
        let (value, after) = value(after)?;
        let hop = hops.last_mut()?;
        match name.trim() {
            name if name.eq_ignore_ascii_case("for") => {
                // A port may be obfuscated too.
                hop.node = address(&value).or_else(|| address(value.rsplit_once(':')?.0));
            }
            name if name.eq_ignore_ascii_case("proto") => hop.https = is_https(&value),
            name if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)) => {
                return None;
            }
            _ => {}
        }
        rest = after.trim_start();
        if !(rest.is_empty() || rest.starts_with([',', ';'])) {
            return None;
        }
    }
    Some(hops)
}

/// A token or a quoted text at the beginning, and what follows it.
fn value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ';', ' ', '\t', '"']).unwrap_or(text.len());
        return Some((text[..end].to_owned(), &text[end..]));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &quoted[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;
    use proptest::prelude::*;

    fn proxies(header: Forwarded) -> Proxies {
        let networks = ["10.0.0.0/8", "2001:db8:feed::/48"].map(|network| network.parse().unwrap());
        Proxies { networks: networks.to_vec(), header, ..Proxies::default() }
    }

    fn headers(fields: &[(&str, &str)]) -> HeaderMap {
        let field =
            |(name, value): &(&str, &str)| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        fields.iter().map(field).collect()
    }

    fn told(fields: &[(&str, &str)]) -> (Option<String>, Option<bool>) {
        let header = if fields.iter().any(|(name, _)| *name == "forwarded") { Forwarded::Standard } else { Forwarded::XForwarded };
        let told = read(&headers(fields), &proxies(header));
        (told.address.map(|address| address.to_string()), told.https)
    }

    #[test]
    fn the_list_is_read_from_its_end() {
        let of = |list: &str| told(&[("x-forwarded-for", list)]).0;
        assert_eq!(of("198.51.100.9").as_deref(), Some("198.51.100.9"));
        // What the client itself wrote stands before its address.
        assert_eq!(of("127.0.0.1, 192.0.2.1, 198.51.100.9").as_deref(), Some("198.51.100.9"));
        assert_eq!(of("127.0.0.1, 198.51.100.9, 10.0.0.7,10.0.0.8").as_deref(), Some("198.51.100.9"));
        assert_eq!(of("10.9.9.9, 198.51.100.9, 10.0.0.7").as_deref(), Some("198.51.100.9"));
        // All of them proxies: the one farthest away.
        assert_eq!(of("10.0.0.9, 10.0.0.7").as_deref(), Some("10.0.0.9"));
        assert_eq!(of("198.51.100.9:4711").as_deref(), Some("198.51.100.9"));
        assert_eq!(of("[2001:db8::1]:4711").as_deref(), Some("2001:db8::1"));
        assert_eq!(of("2001:db8::1").as_deref(), Some("2001:db8::1"));
        assert_eq!(of("::ffff:198.51.100.9").as_deref(), Some("198.51.100.9"));
        // What names nobody is not passed over: before it, nothing is believed.
        assert_eq!(of("198.51.100.9, unknown"), None);
        assert_eq!(of("198.51.100.9, unknown, 10.0.0.7").as_deref(), Some("10.0.0.7"));
        assert_eq!(of(""), None);
    }

    #[test]
    fn several_fields_are_one_list() {
        let fields = [("x-forwarded-for", "127.0.0.1"), ("x-forwarded-for", "198.51.100.9, 10.0.0.7")];
        assert_eq!(told(&fields).0.as_deref(), Some("198.51.100.9"));
        assert_eq!(told(&[("x-forwarded-proto", "http, https")]).1, Some(true));
        assert_eq!(told(&[("x-forwarded-proto", "gopher")]).1, None);
    }

    #[test]
    fn the_standard_field_is_read() {
        let of = |field: &str| told(&[("forwarded", field)]);
        let known = |address: &str, https| (Some(address.to_owned()), https);
        assert_eq!(of("for=192.0.2.43"), known("192.0.2.43", None));
        assert_eq!(of("For=\"[2001:db8:cafe::17]:4711\""), known("2001:db8:cafe::17", None));
        assert_eq!(of("for=192.0.2.60;proto=https;by=203.0.113.43"), known("192.0.2.60", Some(true)));
        assert_eq!(of("for=127.0.0.1, for=198.51.100.17;proto=http, for=10.0.0.1;proto=https"), known("198.51.100.17", Some(false)));
        assert_eq!(of("for=\"198.51.100.17:_port\""), known("198.51.100.17", None));
        assert_eq!(of("for=198.51.100.17;host=\"a,b;c=d\""), known("198.51.100.17", None));
        assert_eq!(of("for=_hidden, for=10.0.0.1"), known("10.0.0.1", None));
        assert_eq!(of("for=192.0.2.1;x=\", for=\"[2001:db8::7]\""), known("2001:db8::7", None));
        for unreadable in ["for=\"198.51.100.17", "for", "for=198.51.100.17 x", "=198.51.100.17", "f or=1"] {
            assert_eq!(of(unreadable), (None, None), "{unreadable}");
        }
    }

    #[test]
    fn only_the_configured_field_is_read() {
        let both = headers(&[("x-forwarded-for", "198.51.100.9"), ("forwarded", "for=192.0.2.1")]);
        assert_eq!(read(&both, &proxies(Forwarded::XForwarded)).address, "198.51.100.9".parse().ok());
        assert_eq!(read(&both, &proxies(Forwarded::Standard)).address, "192.0.2.1".parse().ok());
    }

    proptest! {
        #[test]
        fn nothing_that_a_client_writes_hides_its_address(spoofed in "[ -~é]{0,80}", standard in any::<bool>()) {
            let (header, name, mine) = if standard {
                (Forwarded::Standard, "forwarded", "for=198.51.100.9")
            } else {
                (Forwarded::XForwarded, "x-forwarded-for", "198.51.100.9")
            };
            // As proxies that write a field of their own, and as those that append to the client's.
            let apart = read(&headers(&[(name, &spoofed), (name, mine)]), &proxies(header));
            prop_assert_eq!(apart.address, "198.51.100.9".parse().ok());
            let appended = read(&headers(&[(name, &format!("{spoofed}, {mine}"))]), &proxies(header));
            prop_assert_eq!(appended.address, "198.51.100.9".parse().ok());
        }
    }
}
