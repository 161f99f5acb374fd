//! What kind of address an address is, by IANA's special-purpose registries.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whom an address reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Anyone.
    Public,
    /// This machine.
    Loopback,
    /// The operator's own network (RFC 1918, RFC 4193).
    Private,
    /// A carrier's or overlay's shared space (RFC 6598).
    Shared,
    /// The link, where clouds keep their metadata services (RFC 3927, RFC 4291).
    LinkLocal,
    /// A cloud's metadata service outside the link-local range.
    Metadata,
    /// No address at all, which some systems take for this machine.
    Unspecified,
    /// Many.
    Multicast,
    /// Documentation and benchmarks (RFC 5737, RFC 3849, RFC 9637, RFC 2544).
    Example,
    /// A tunnel that hides an IPv4 address (6to4, Teredo, IPv4-compatible, local NAT64).
    Transition,
    /// No one yet.
    Reserved,
}

/// IPv4 ranges that are not public: network, prefix length, reach. The first that matches counts.
const IPV4: &[([u8; 4], u32, Reach)] = &[
    ([0, 0, 0, 0], 8, Reach::Unspecified),
    ([10, 0, 0, 0], 8, Reach::Private),
    ([100, 64, 0, 0], 10, Reach::Shared),
    ([127, 0, 0, 0], 8, Reach::Loopback),
    // Azure's platform service, a public address that answers inside virtual machines only.
    ([168, 63, 129, 16], 32, Reach::Metadata),
    ([169, 254, 0, 0], 16, Reach::LinkLocal),
    ([172, 16, 0, 0], 12, Reach::Private),
    // Protocol assignments; Oracle's metadata service is 192.0.0.192.
    ([192, 0, 0, 0], 24, Reach::Reserved),
    ([192, 0, 2, 0], 24, Reach::Example),
    ([192, 88, 99, 0], 24, Reach::Transition),
    ([192, 168, 0, 0], 16, Reach::Private),
    ([198, 18, 0, 0], 15, Reach::Example),
    ([198, 51, 100, 0], 24, Reach::Example),
    ([203, 0, 113, 0], 24, Reach::Example),
    ([224, 0, 0, 0], 4, Reach::Multicast),
    ([240, 0, 0, 0], 4, Reach::Reserved),
];

/// IPv6 ranges, likewise. What none matches is reserved: only `2000::/3` is given out.
const IPV6: &[([u16; 8], u32, Reach)] = &[
    ([0, 0, 0, 0, 0, 0, 0, 0], 128, Reach::Unspecified),
    ([0, 0, 0, 0, 0, 0, 0, 1], 128, Reach::Loopback),
    ([0, 0, 0, 0, 0, 0, 0, 0], 96, Reach::Transition),
    ([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48, Reach::Transition),
    // Teredo (2001::/32), benchmarking (2001:2::/48), ORCHID: no receiver lives here.
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 32, Reach::Transition),
    ([0x2001, 2, 0, 0, 0, 0, 0, 0], 48, Reach::Example),
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, Reach::Reserved),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, Reach::Example),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, Reach::Transition),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, Reach::Example),
    ([0x2000, 0, 0, 0, 0, 0, 0, 0], 3, Reach::Public),
    ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, Reach::Private),
    ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, Reach::LinkLocal),
    // Site-local, deprecated by RFC 3879 and still routed inside some networks.
    ([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, Reach::Private),
    ([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, Reach::Multicast),
];

/// Addresses inside the private ranges that are metadata services (Amazon's and Alibaba's).
const METADATA: [IpAddr; 2] =
    [IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)), IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200))];

impl Reach {
    /// Whom this address reaches. An IPv4 address mapped into IPv6 (`::ffff:0:0/96`) or translated (`64:ff9b::/96`, which
    /// networks without IPv4 use for the whole public internet) counts as the IPv4 address that it stands for.
    pub fn of(address: IpAddr) -> Self {
        if METADATA.contains(&address) {
            return Self::Metadata;
        }
        match address {
            IpAddr::V4(address) => v4(address),
            IpAddr::V6(address) => match address.segments() {
                [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
                    let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
                    Self::of(IpAddr::V4(Ipv4Addr::new(a, b, c, d)))
                }
                _ => v6(address),
            },
        }
    }

    /// In words, after "is".
    pub(super) const fn describe(self) -> &'static str {
        match self {
            Self::Public => "a public address",
            Self::Loopback => "this machine itself",
            Self::Private => "a private address",
            Self::Shared => "an address shared within a carrier's network",
            Self::LinkLocal => "a link-local address, where clouds keep their credentials",
            Self::Metadata => "a cloud's metadata service",
            Self::Unspecified => "no address to send to",
            Self::Multicast => "a multicast address",
            Self::Example => "an address for documentation and benchmarks",
            Self::Transition => "a tunnel's address that hides another",
            Self::Reserved => "an address that is reserved",
        }
    }

    /// What the operator can do, if anything.
    pub(super) const fn remedy(self) -> &'static str {
        match self {
            Self::Loopback | Self::Private | Self::Shared => "; set allow_private = true on this endpoint if it is meant",
            Self::Public
            | Self::LinkLocal
            | Self::Metadata
            | Self::Unspecified
            | Self::Multicast
            | Self::Example
            | Self::Transition
            | Self::Reserved => "",
        }
    }
}

fn v4(address: Ipv4Addr) -> Reach {
    let bits = address.to_bits();
    let within = |network: [u8; 4], prefix: u32| (bits ^ Ipv4Addr::from(network).to_bits()).leading_zeros() >= prefix;
    IPV4.iter().find(|(network, prefix, _)| within(*network, *prefix)).map_or(Reach::Public, |(_, _, reach)| *reach)
}

fn v6(address: Ipv6Addr) -> Reach {
    let bits = address.to_bits();
    let within = |network: [u16; 8], prefix: u32| (bits ^ Ipv6Addr::from(network).to_bits()).leading_zeros() >= prefix;
    IPV6.iter().find(|(network, prefix, _)| within(*network, *prefix)).map_or(Reach::Reserved, |(_, _, reach)| *reach)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_and_last_of_every_range_and_its_neighbours() {
        let table = [
            ("0.0.0.0", Reach::Unspecified),
            ("0.255.255.255", Reach::Unspecified),
            ("1.0.0.0", Reach::Public),
            ("9.255.255.255", Reach::Public),
            ("10.0.0.0", Reach::Private),
            ("10.255.255.255", Reach::Private),
            ("11.0.0.0", Reach::Public),
            ("100.63.255.255", Reach::Public),
            ("100.64.0.0", Reach::Shared),
            ("100.127.255.255", Reach::Shared),
            ("100.128.0.0", Reach::Public),
            ("100.100.100.200", Reach::Metadata),
            ("126.255.255.255", Reach::Public),
            ("127.0.0.0", Reach::Loopback),
            ("127.255.255.255", Reach::Loopback),
            ("128.0.0.0", Reach::Public),
            ("168.63.129.15", Reach::Public),
            ("168.63.129.16", Reach::Metadata),
            ("169.253.255.255", Reach::Public),
            ("169.254.0.0", Reach::LinkLocal),
            ("169.254.169.254", Reach::LinkLocal),
            ("169.255.0.0", Reach::Public),
            ("172.15.255.255", Reach::Public),
            ("172.16.0.0", Reach::Private),
            ("172.31.255.255", Reach::Private),
            ("172.32.0.0", Reach::Public),
            ("192.0.0.192", Reach::Reserved),
            ("192.0.1.0", Reach::Public),
            ("192.0.2.1", Reach::Example),
            ("192.88.99.1", Reach::Transition),
            ("192.167.255.255", Reach::Public),
            ("192.168.0.0", Reach::Private),
            ("192.168.255.255", Reach::Private),
            ("192.169.0.0", Reach::Public),
            ("198.17.255.255", Reach::Public),
            ("198.18.0.0", Reach::Example),
            ("198.19.255.255", Reach::Example),
            ("198.20.0.0", Reach::Public),
            ("198.51.100.7", Reach::Example),
            ("203.0.113.7", Reach::Example),
            ("223.255.255.255", Reach::Public),
            ("224.0.0.0", Reach::Multicast),
            ("239.255.255.255", Reach::Multicast),
            ("240.0.0.0", Reach::Reserved),
            ("255.255.255.255", Reach::Reserved),
            ("8.8.8.8", Reach::Public),
            ("::", Reach::Unspecified),
            ("::1", Reach::Loopback),
            ("::2", Reach::Transition),
            ("::127.0.0.1", Reach::Transition),
            ("::8.8.8.8", Reach::Transition),
            ("::ffff:10.0.0.1", Reach::Private),
            ("::ffff:8.8.8.8", Reach::Public),
            ("::ffff:100.100.100.200", Reach::Metadata),
            ("::ffff:0:127.0.0.1", Reach::Reserved),
            ("64:ff9b::7f00:1", Reach::Loopback),
            ("64:ff9b::808:808", Reach::Public),
            ("64:ff9b:1::a00:1", Reach::Transition),
            ("64:ff9b:2::1", Reach::Reserved),
            ("100::1", Reach::Reserved),
            ("2001::7f00:1", Reach::Transition),
            ("2001:0:ffff::1", Reach::Transition),
            ("2001:2::1", Reach::Example),
            ("2001:20::1", Reach::Reserved),
            ("2001:1ff:ffff::1", Reach::Reserved),
            ("2001:200::1", Reach::Public),
            ("2001:db8::1", Reach::Example),
            ("2001:db9::1", Reach::Public),
            ("2002:7f00:1::", Reach::Transition),
            ("2002:808:808::1", Reach::Transition),
            ("2003::1", Reach::Public),
            ("3fff::1", Reach::Example),
            ("3fff:1000::1", Reach::Public),
            ("2606:4700::1111", Reach::Public),
            ("4000::1", Reach::Reserved),
            ("5f00::1", Reach::Reserved),
            ("fbff::1", Reach::Reserved),
            ("fc00::1", Reach::Private),
            ("fdff::1", Reach::Private),
            ("fd00:ec2::254", Reach::Metadata),
            ("fe00::1", Reach::Reserved),
            ("fe80::1", Reach::LinkLocal),
            ("febf::1", Reach::LinkLocal),
            ("fec0::1", Reach::Private),
            ("ff02::1", Reach::Multicast),
        ];
        for (address, reach) in table {
            assert_eq!(Reach::of(address.parse().unwrap()), reach, "{address}");
        }
    }
}
