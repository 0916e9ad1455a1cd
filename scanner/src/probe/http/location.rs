//! Where we are and where a Location points.

use std::fmt;

use luytre_inventory::{HostName, parse_address};

use crate::{Hop, Line};

/// A web address without userinfo, query and fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url {
    pub(super) tls: bool,
    pub(super) host: Hop,
    pub(super) port: u16,
    pub(super) path: String,
}

/// What a Location means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A web address.
    Web(Url),
    /// Readable, but nothing that we may ever contact: another scheme, a loosely spelt address.
    Elsewhere,
    /// Not readable.
    Unreadable,
}

/// Longest path asked for.
const LONGEST_PATH: usize = 1024;

impl Url {
    /// The front page of the line's port.
    pub(super) fn front(line: &Line, tls: bool) -> Self {
        Self {
            tls,
            host: match line.name() {
                Some(name) => Hop::Name(name.clone()),
                None => Hop::Address(line.address()),
            },
            port: line.port(),
            path: "/".to_owned(),
        }
    }

    /// Whether `other` is of the same origin (RFC 6454 section 5).
    pub(super) fn is_beside(&self, other: &Self) -> bool {
        (self.tls, &self.host, self.port) == (other.tls, &other.host, other.port)
    }

    /// `path` on the same origin.
    pub(super) fn with_path(&self, path: &str) -> Self {
        Self {
            path: path.to_owned(),
            ..self.clone()
        }
    }

    /// `host` or `host:port`, as in the Host header (RFC 9110 section 7.2).
    pub(super) fn authority(&self) -> String {
        let host = match &self.host {
            Hop::Name(name) => name.to_string(),
            Hop::Address(std::net::IpAddr::V6(v6)) => format!("[{v6}]"),
            Hop::Address(v4) => v4.to_string(),
        };
        if self.port == usual_port(self.tls) {
            host
        } else {
            format!("{host}:{}", self.port)
        }
    }

    /// Resolves `location` against `self` (RFC 3986 section 5.2), strictly: what would need a
    /// browser's indulgence is unreadable.
    pub(super) fn join(&self, location: &str) -> Place {
        let location = location.trim_matches(' ');
        let odd = |c: char| !c.is_ascii_graphic() || c == '\\';
        if location.is_empty() || location.contains(odd) {
            return Place::Unreadable;
        }
        let (tls, rest) = if let Some(rest) = strip_scheme(location, "https:") {
            (true, rest)
        } else if let Some(rest) = strip_scheme(location, "http:") {
            (false, rest)
        } else if has_scheme(location) {
            return Place::Elsewhere;
        } else {
            (self.tls, location)
        };
        if let Some(rest) = rest.strip_prefix("//") {
            return absolute(tls, rest);
        }
        if rest.len() != location.len() {
            return Place::Unreadable;
        }
        let path = if rest.starts_with('/') {
            tidy_path(rest)
        } else {
            let folder = self.path.rfind('/').map_or("/", |at| &self.path[..=at]);
            tidy_path(&format!("{folder}{rest}"))
        };
        Place::Web(Self {
            path,
            ..self.clone()
        })
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority(), self.path)
    }
}

const fn usual_port(tls: bool) -> u16 {
    if tls { 443 } else { 80 }
}

fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let head = text.get(..scheme.len())?;
    head.eq_ignore_ascii_case(scheme)
        .then(|| &text[scheme.len()..])
}

fn has_scheme(text: &str) -> bool {
    let end = text.find([':', '/', '?', '#']);
    end.is_some_and(|at| at > 0 && text[at..].starts_with(':'))
}

fn absolute(tls: bool, rest: &str) -> Place {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host_port = authority.rsplit('@').next().unwrap_or(authority);
    let (host, port) = if let Some(literal) = host_port.strip_prefix('[') {
        let Some((host, port)) = literal.split_once(']') else {
            return Place::Unreadable;
        };
        (
            host,
            port.strip_prefix(':').or(port.is_empty().then_some("")),
        )
    } else {
        match host_port.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (host_port, Some("")),
        }
    };
    let port = match port {
        Some("") => Some(usual_port(tls)),
        Some(port) => port.parse().ok().filter(|port| *port > 0),
        None => None,
    };
    let Some(port) = port else {
        return Place::Unreadable;
    };
    let host = match (parse_address(host), host.parse::<HostName>()) {
        (Ok(address), _) => Hop::Address(address),
        (_, Ok(name)) => Hop::Name(name),
        _ => return Place::Elsewhere,
    };
    Place::Web(Url {
        tls,
        host,
        port,
        path: tidy_path(if path.starts_with('/') { path } else { "/" }),
    })
}

/// The path without query and fragment, its dot segments removed (RFC 3986 section 5.2.4), capped.
/// What a path may not hold (RFC 3986 section 3.3) is percent-encoded, so that it can stand between
/// quotes in a command.
fn tidy_path(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or("/");
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.trim_start_matches('/').split('/').peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            other => kept.push(other),
        }
    }
    let mut tidy = String::from("/");
    for c in kept.join("/").chars() {
        match c {
            '-' | '.' | '_' | '~' | '!' | '$' | '&' | '(' | ')' | '*' | '+' | ',' | ';' | '='
            | ':' | '@' | '/' | '%' => tidy.push(c),
            c if c.is_ascii_alphanumeric() => tidy.push(c),
            c => tidy.extend(c.to_string().bytes().map(|byte| format!("%{byte:02X}"))),
        }
    }
    tidy.truncate(tidy.floor_char_boundary(LONGEST_PATH));
    tidy
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn base() -> Url {
        Url {
            tls: false,
            host: Hop::Name("www.doiche.test".parse().unwrap()),
            port: 8080,
            path: "/a/b".to_owned(),
        }
    }

    fn joined(location: &str) -> String {
        match base().join(location) {
            Place::Web(url) => url.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn table() {
        for (location, expected) in [
            ("/login?next=secret#x", "http://www.doiche.test:8080/login"),
            ("login", "http://www.doiche.test:8080/a/login"),
            ("../x/./y/..", "http://www.doiche.test:8080/x/"),
            ("../../../../etc", "http://www.doiche.test:8080/etc"),
            ("//other.test/p", "http://other.test/p"),
            ("https://www.doiche.test", "https://www.doiche.test/"),
            ("HTTPS://WWW.doiche.test:443/", "https://www.doiche.test/"),
            (
                "https://user:pw@www.doiche.test:8443/x",
                "https://www.doiche.test:8443/x",
            ),
            (
                "/';reboot;'\"<x>|",
                "http://www.doiche.test:8080/%27;reboot;%27%22%3Cx%3E%7C",
            ),
            ("http://127.0.0.1/", "http://127.0.0.1/"),
            ("http://[::1]:81/", "http://[::1]:81/"),
            ("http://[::ffff:127.0.0.1]/", "http://127.0.0.1/"),
            ("http://2130706433/", "Elsewhere"),
            ("http://0x7f.1/", "Elsewhere"),
            ("http://0177.0.0.1/", "Elsewhere"),
            ("http://127.0.0.1./", "Elsewhere"),
            ("http:///x", "Elsewhere"),
            ("http://[fe80::1%25eth0]/", "Elsewhere"),
            ("ftp://www.doiche.test/", "Elsewhere"),
            ("javascript:alert(1)", "Elsewhere"),
            ("file:///etc/passwd", "Elsewhere"),
            ("http://a.test:99999/", "Unreadable"),
            ("http://a.test:0/", "Unreadable"),
            ("http://[::1/", "Unreadable"),
            ("http:\\\\a.test", "Unreadable"),
            ("http:x", "Unreadable"),
            ("/a b", "Unreadable"),
            ("/đ", "Unreadable"),
            ("", "Unreadable"),
        ] {
            assert_eq!(joined(location), expected, "{location}");
        }
    }

    proptest! {
        #[test]
        fn any_location_is_survived(location in "\\PC{0,200}") {
            if let Place::Web(url) = base().join(&location) {
                let shown = url.to_string();
                prop_assert!(!shown.contains(['?', '#', ' ']));
                prop_assert!(url.path.starts_with('/') && url.path.len() <= LONGEST_PATH);
                prop_assert_eq!(url.join(&shown), Place::Web(url));
            }
        }
    }
}
