//! Addresses that must never be reached by accident.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether `address` is anything but ordinary global unicast: loopback, private, shared (RFC 6598),
/// link-local (cloud metadata lives there), multicast, unspecified, documentation, benchmarking,
/// reserved, unique local, or an IPv6 form that carries an IPv4 address inside (RFC 6890 registry).
///
/// Such an address is permitted only where an authorisation writes it literally, never through a
/// name or a redirect.
pub fn is_special(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => special_v4(v4),
        IpAddr::V6(v6) => special_v6(v6),
    }
}

fn special_v4(a: Ipv4Addr) -> bool {
    let [x, y, z, _] = a.octets();
    x == 0
        || x == 127
        || a.is_private()
        || a.is_link_local()
        || (x == 100 && (64..128).contains(&y))
        || (x == 192 && y == 0 && (z == 0 || z == 2))
        || (x == 192 && y == 88 && z == 99)
        || (x == 198 && (18..20).contains(&y))
        || (x == 198 && y == 51 && z == 100)
        || (x == 203 && y == 0 && z == 113)
        || x >= 224
}

fn special_v6(a: Ipv6Addr) -> bool {
    let s = a.segments();
    // Global unicast is 2000::/3 (RFC 4291 2.4); everything else is special by definition.
    let global = (s[0] & 0xe000) == 0x2000;
    let documentation = (s[0] == 0x2001 && s[1] == 0x0db8) || (s[0] == 0x3fff && s[1] < 0x1000);
    let six_to_four = s[0] == 0x2002;
    let teredo_or_orchid = s[0] == 0x2001 && s[1] < 0x0200;
    !global || documentation || six_to_four || teredo_or_orchid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        for text in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "192.168.1.1",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8.",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "2001::1",
        ] {
            if let Ok(address) = text.parse() {
                assert!(is_special(address), "{text}");
            }
        }
        for text in [
            "1.1.1.1",
            "203.162.4.190",
            "2606:4700::1111",
            "::ffff:1.1.1.1",
        ] {
            assert!(!is_special(text.parse().unwrap()), "{text}");
        }
    }
}
