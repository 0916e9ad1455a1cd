//! Addresses of lists and responders, as certificates and redirects write them.

use std::fmt;

use luytre_checks::fact::RevocationFault;
use luytre_inventory::{HostName, Target, parse_address};

/// Longest address that is asked.
const LONGEST: usize = 1024;

/// A place that is asked over HTTP. RFC 5280 4.2.1.13 and RFC 6960 A.1 have lists and answers fetched so:
/// they are signed, and TLS would need an answer about another certificate first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) host: Target,
    pub(super) port: u16,
    /// Path and query, in the characters that a request line may have.
    pub(super) path: String,
}

/// Why an address is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotAsked {
    /// HTTPS, LDAP and others.
    Scheme,
    /// No address, or one that would need a browser's indulgence.
    Unreadable,
}

impl NotAsked {
    /// The fault of a fact.
    pub(super) const fn fault(self) -> RevocationFault {
        match self {
            Self::Scheme => RevocationFault::AddressKind,
            Self::Unreadable => RevocationFault::AddressUnreadable,
        }
    }
}

impl Address {
    /// Reads an address in full.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, NotAsked> {
        let text = std::str::from_utf8(bytes).map_err(|_| NotAsked::Unreadable)?;
        let odd =
            |c: char| !c.is_ascii_graphic() || matches!(c, '\\' | '"' | '\'' | '<' | '>' | '`');
        if text.len() > LONGEST || text.contains(odd) {
            return Err(NotAsked::Unreadable);
        }
        let (scheme, rest) = text.split_once(':').ok_or(NotAsked::Unreadable)?;
        if !scheme.eq_ignore_ascii_case("http") {
            return Err(NotAsked::Scheme);
        }
        let rest = rest.strip_prefix("//").ok_or(NotAsked::Unreadable)?;
        let rest = rest.split('#').next().unwrap_or(rest);
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (host, port) = host_and_port(authority).ok_or(NotAsked::Unreadable)?;
        let path = if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("/{path}")
        };
        Ok(Self { host, port, path })
    }

    /// Where a redirect points.
    pub(super) fn join(&self, location: &[u8]) -> Result<Self, NotAsked> {
        match location {
            [b'/', b'/', ..] => Self::read(&[b"http:", location].concat()),
            [b'/', ..] => {
                let origin = format!("http://{}", self.authority());
                Self::read(&[origin.as_bytes(), location].concat())
            }
            _ => Self::read(location),
        }
    }

    /// `host` or `host:port`, as in the Host header (RFC 9110 section 7.2).
    pub(super) fn authority(&self) -> String {
        let host = match &self.host {
            Target::Name(name) => name.to_string(),
            Target::Address { address, .. } if address.is_ipv6() => format!("[{address}]"),
            Target::Address { address, .. } => address.to_string(),
        };
        if self.port == 80 {
            host
        } else {
            format!("{host}:{}", self.port)
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}{}", self.authority(), self.path)
    }
}

fn host_and_port(authority: &str) -> Option<(Target, u16)> {
    // Whoever signs in somewhere is not asked what he calls himself.
    if authority.contains('@') {
        return None;
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(literal) => {
            let (host, port) = literal.split_once(']')?;
            (host, port)
        }
        None => match authority.find(':') {
            Some(colon) => authority.split_at(colon),
            None => (authority, ""),
        },
    };
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => 80,
        None => return None,
        Some("") => 80,
        Some(port) => port.parse().ok().filter(|port| *port > 0)?,
    };
    let host = match parse_address(host) {
        Ok(address) => Target::Address {
            address: address.to_canonical(),
            name: None,
        },
        Err(_) => Target::Name(host.parse::<HostName>().ok()?),
    };
    Some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match Address::read(text.as_bytes()) {
            Ok(address) => address.to_string(),
            Err(refused) => format!("{refused:?}"),
        }
    }

    #[test]
    fn table() {
        for (text, expected) in [
            (
                "http://crl.doiche.test/a.crl",
                "http://crl.doiche.test/a.crl",
            ),
            ("HTTP://crl.doiche.test:80", "http://crl.doiche.test/"),
            (
                "http://crl.doiche.test:8080?x=1#y",
                "http://crl.doiche.test:8080/?x=1",
            ),
            ("http://[2001:db8::1]:81/", "http://[2001:db8::1]:81/"),
            ("http://192.0.2.1/x", "http://192.0.2.1/x"),
            ("https://crl.doiche.test/", "Scheme"),
            ("ldap:///CN=x?certificateRevocationList", "Scheme"),
            ("file:///etc/passwd", "Scheme"),
            ("http://a@crl.doiche.test/", "Unreadable"),
            ("http://0177.0.0.1/", "Unreadable"),
            ("http://2130706433/", "Unreadable"),
            ("http:///x", "Unreadable"),
            ("http://a.test:0/", "Unreadable"),
            ("http://a.test:99999/", "Unreadable"),
            ("http://[::1/", "Unreadable"),
            ("http:a.test", "Unreadable"),
            ("http://a.test/ b", "Unreadable"),
            ("http://a.test/\r\nX: y", "Unreadable"),
            ("a.test", "Unreadable"),
            ("", "Unreadable"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(
            read(&format!("http://a.test/{}", "x".repeat(LONGEST))),
            "Unreadable"
        );
    }

    #[test]
    fn redirects_are_read_as_strictly() {
        let here = Address::read(b"http://a.test:8080/x/y").unwrap();
        let join = |to: &str| here.join(to.as_bytes()).map(|to| to.to_string());
        assert_eq!(join("/z").as_deref(), Ok("http://a.test:8080/z"));
        assert_eq!(join("//b.test/z").as_deref(), Ok("http://b.test/z"));
        assert_eq!(
            join("http://127.0.0.1/").as_deref(),
            Ok("http://127.0.0.1/")
        );
        assert_eq!(join("https://a.test/"), Err(NotAsked::Scheme));
        assert_eq!(join("z"), Err(NotAsked::Unreadable));
    }
}
