//! Reading where a system can be reached, as people write it.

use std::net::{IpAddr, SocketAddr};

use crate::{Endpoint, HostName, Protocol, Text, Transport, Zone, parse_address};

/// Why a text is no place of a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Misread {
    /// What is wrong.
    pub(crate) problem: Text,
    /// What to write instead.
    pub(crate) fix: Text,
}

/// A place without identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) name: Option<HostName>,
    pub(crate) address: Option<IpAddr>,
    pub(crate) transport: Transport,
    pub(crate) port: Option<u16>,
    pub(crate) protocol: Option<Protocol>,
}

impl Spot {
    pub(crate) fn with_id(self, id: uuid::Uuid) -> Endpoint {
        Endpoint {
            id,
            name: self.name,
            address: self.address,
            transport: self.transport,
            port: self.port,
            protocol: self.protocol,
            zone: Zone::Unknown,
            fragile: false,
        }
    }
}

const FIX: Text = Text::new(
    "ghi dạng https://www.ten-mien.vn, ten-mien.vn:443 hoặc 192.0.2.1:443",
    "write https://www.name.vn, name.vn:443 or 192.0.2.1:443",
);

const fn wrong(vi: &'static str, en: &'static str) -> Misread {
    Misread {
        problem: Text::new(vi, en),
        fix: FIX,
    }
}

/// Reads a URL, a name or an address, each with or without a port. Path and query are dropped: an
/// endpoint is a host and a port. `/udp` right behind a port is no path, it says what carries it.
pub(crate) fn parse_spot(text: &str) -> Result<Spot, Misread> {
    let text = text
        .trim()
        .trim_matches(['<', '>', '"', '“', '”', '(', ')'])
        .trim();
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme_of(scheme)?), rest),
        None => (None, text),
    };
    if scheme.is_none() && is_prefix(rest) {
        return Err(wrong(
            "là dải mạng, không phải một máy",
            "is a network prefix, not one host",
        ));
    }
    let (rest, transport) = match rest.strip_suffix("/udp") {
        Some(place) if scheme.is_none() && !place.contains('/') => (place, Transport::Udp),
        _ => (rest, Transport::Tcp),
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
    if authority.contains('@') {
        return Err(wrong(
            "có tài khoản hoặc là địa chỉ thư",
            "carries an account or is a mail address",
        ));
    }
    let (host, port) = split_port(authority)?;
    // Without a port there is nothing that UDP could carry.
    let transport = port.map_or(Transport::Tcp, |_| transport);
    let (name, address) = match parse_address(host) {
        Ok(address) => (None, Some(address)),
        Err(_) => (
            Some(
                host.parse::<HostName>()
                    .ok()
                    .filter(|n| n.as_str().contains('.'))
                    .ok_or(wrong(
                        "không phải tên miền hay địa chỉ IP",
                        "is neither a host name nor an IP address",
                    ))?,
            ),
            None,
        ),
    };
    Ok(Spot {
        name,
        address,
        transport,
        port: port.or(scheme.map(|s| s.1)),
        protocol: scheme.map(|s| s.0),
    })
}

fn is_prefix(text: &str) -> bool {
    text.parse::<ipnet::IpNet>().is_ok()
}

fn scheme_of(scheme: &str) -> Result<(Protocol, u16), Misread> {
    Ok(match scheme.trim().to_ascii_lowercase().as_str() {
        "http" => (Protocol::Http, 80),
        "https" => (Protocol::Https, 443),
        "ftp" => (Protocol::Ftp, 21),
        "ssh" | "sftp" => (Protocol::Ssh, 22),
        "rdp" => (Protocol::Rdp, 3389),
        _ => {
            return Err(wrong(
                "có giao thức lạ trước ://",
                "has an unknown scheme before ://",
            ));
        }
    })
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), Misread> {
    let bad = wrong("có số cổng sai (1–65535)", "has a wrong port (1–65535)");
    if let Ok(socket) = authority.parse::<SocketAddr>()
        && socket.port() == 0
    {
        return Err(bad);
    }
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, tail) = rest.split_once(']').ok_or(bad)?;
        return match tail.strip_prefix(':') {
            None if tail.is_empty() => Ok((host, None)),
            None => Err(bad),
            Some(port) => Ok((host, Some(port_number(port).ok_or(bad)?))),
        };
    }
    match authority.split_once(':') {
        Some((host, port)) if !port.contains(':') => {
            Ok((host, Some(port_number(port).ok_or(bad)?)))
        }
        _ => Ok((authority, None)),
    }
}

pub(crate) fn port_number(text: &str) -> Option<u16> {
    text.trim().parse().ok().filter(|port| *port > 0)
}

/// The pieces of a cell that lists several places. Commas and the word "và" part them too, because
/// neither can stand in a name.
pub(crate) fn pieces(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(['\n', ';', ',', ' ', '|'])
        .map(str::trim)
        .filter(|piece| !piece.is_empty() && !["và", "và", "-", "+", "hoặc"].contains(piece))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spots() {
        let name = |text: &str| parse_spot(text).unwrap().name.unwrap().to_string();
        assert_eq!(name("https://WWW.Doiche.test/trang?x=1"), "www.doiche.test");
        let spot = parse_spot("http://www.doiche.test").unwrap();
        assert_eq!((spot.port, spot.protocol), (Some(80), Some(Protocol::Http)));
        assert_eq!(parse_spot("doiche.test").unwrap().port, None);
        assert_eq!(parse_spot("doiche.test:8443").unwrap().port, Some(8443));
        let spot = parse_spot("[2001:db8::1]:443").unwrap();
        assert_eq!(spot.address, Some("2001:db8::1".parse().unwrap()));
        assert_eq!(spot.port, Some(443));
        assert_eq!(parse_spot("2001:db8::1").unwrap().port, None);
        for (text, transport, port) in [
            ("[2001:db8::1]:53/udp", Transport::Udp, Some(53)),
            ("ns.doiche.test:53/udp", Transport::Udp, Some(53)),
            ("ns.doiche.test:53/x/udp", Transport::Tcp, Some(53)),
            ("ns.doiche.test/udp", Transport::Tcp, None),
            ("https://www.doiche.test/udp", Transport::Tcp, Some(443)),
        ] {
            let spot = parse_spot(text).unwrap();
            assert_eq!((spot.transport, spot.port), (transport, port), "{text}");
        }
        assert_eq!(parse_spot("192.0.2.1").unwrap().name, None);
        for text in [
            "",
            "chưa có",
            "đang xây dựng",
            "10.0.0.0/24",
            "https://u:p@x.test",
            "a@x.test",
            "x.test:0",
            "x.test:99999",
            "javascript://x.test",
            "0x7f000001",
            "2130706433",
            "[::1",
            "localhost",
        ] {
            assert!(parse_spot(text).is_err(), "{text}");
        }
    }
}
