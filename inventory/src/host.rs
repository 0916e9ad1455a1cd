//! Host names and literal addresses, parsed once and strictly.
//!
//! Loose spellings of addresses (octal, hexadecimal, one big decimal, short forms) are how a
//! scanner is talked into contacting a host nobody authorised, so they are refused as names too.

use std::{fmt, net::IpAddr, str::FromStr};

use serde::{Deserialize, Serialize};

/// A DNS host name: lower case, A-labels, no trailing dot, never something that reads as an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostName(String);

/// Why a text is no host name or address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// Empty, too long, bad characters or bad IDN.
    #[error("`{0}` is not a host name")]
    Name(String),
    /// A spelling of an address that is not the canonical one.
    #[error("`{0}` looks like an address but is not written as one (use 192.0.2.1 or 2001:db8::1)")]
    LooseAddress(String),
    /// Not an IP address.
    #[error("`{0}` is not an IP address")]
    Address(String),
}

fn shown(text: &str) -> String {
    text.chars().take(100).filter(|c| !c.is_control()).collect()
}

impl HostName {
    /// The name as ASCII text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `self` is `parent` or lies under it.
    pub fn is_within(&self, parent: &Self) -> bool {
        self.0
            .strip_suffix(&parent.0)
            .is_some_and(|head| head.is_empty() || head.ends_with('.'))
    }
}

/// A name for people: one with A-labels (RFC 5890 2.3.2.1) has its own spelling behind it, like
/// `xn--tnh-dlz.test (tỉnh.test)`. The A-labels stay first, because look-alike letters can be told apart
/// in them alone. A text that is no such name comes back as it is.
pub fn spelled(name: &str) -> String {
    let (wildcard, rest) = match name.strip_prefix("*.") {
        Some(rest) => ("*.", rest),
        None => ("", name),
    };
    let encoded = rest.split('.').any(|label| {
        let head = label.get(..4);
        head.is_some_and(|head| head.eq_ignore_ascii_case("xn--"))
    });
    match idna::domain_to_unicode(rest) {
        (own, Ok(())) if encoded && own != rest => format!("{name} ({wildcard}{own})"),
        _ => name.to_owned(),
    }
}

impl FromStr for HostName {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        let bad = || HostError::Name(shown(text));
        let trimmed = text.strip_suffix('.').unwrap_or(text);
        if trimmed.is_empty() || trimmed.len() > 253 * 4 {
            return Err(bad());
        }
        let ascii = idna::domain_to_ascii(trimmed).map_err(|_| bad())?;
        if ascii.parse::<IpAddr>().is_ok() || ends_in_number(&ascii) {
            return Err(HostError::LooseAddress(shown(text)));
        }
        let labels_ok = ascii.len() <= 253
            && ascii.split('.').all(|label| {
                (1..=63).contains(&label.len())
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                    && !label.starts_with('-')
                    && !label.ends_with('-')
            });
        if labels_ok {
            Ok(Self(ascii))
        } else {
            Err(bad())
        }
    }
}

/// WHATWG URL "ends in a number": what a browser would read as an IPv4 address.
fn ends_in_number(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let hex = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    (!last.is_empty() && last.bytes().all(|b| b.is_ascii_digit()))
        || hex.is_some_and(|h| h.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Reads a literal address in its canonical spelling; IPv4-mapped IPv6 becomes IPv4.
pub fn parse_address(text: &str) -> Result<IpAddr, HostError> {
    text.parse::<IpAddr>()
        .map(|address| address.to_canonical())
        .map_err(|_| HostError::Address(shown(text)))
}

impl TryFrom<String> for HostName {
    type Error = HostError;

    fn try_from(text: String) -> Result<Self, HostError> {
        text.parse()
    }
}

impl From<HostName> for String {
    fn from(name: HostName) -> Self {
        name.0
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_labels_are_spelled_out() {
        for (name, expected) in [
            ("xn--tnh-dlz.test", "xn--tnh-dlz.test (tỉnh.test)"),
            ("*.xn--tnh-dlz.test", "*.xn--tnh-dlz.test (*.tỉnh.test)"),
            ("www.doiche.test", "www.doiche.test"),
            ("192.0.2.1", "192.0.2.1"),
            // What no label says, and what would turn the direction of writing.
            ("xn--\u{202e}.test", "xn--\u{202e}.test"),
            ("xn--999999999.test", "xn--999999999.test"),
            ("", ""),
        ] {
            assert_eq!(spelled(name), expected, "{name}");
        }
    }

    #[test]
    fn names_are_normalised() {
        for text in ["WWW.Doiche.TEST", "www.doiche.test."] {
            assert_eq!(
                text.parse::<HostName>().unwrap().as_str(),
                "www.doiche.test"
            );
        }
        let idn: HostName = "đồichè.test".parse().unwrap();
        assert!(idn.as_str().starts_with("xn--") && idn.is_within(&"test".parse().unwrap()));
    }

    #[test]
    fn loose_addresses_are_not_names() {
        for text in [
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "127.1",
            "0177.0.0.1",
            "127.0.0.1.",
            "1.2.3.4",
            "０x7f.1",
            "a.b.5",
            "",
            ".",
            "a..b",
            "-a.test",
            "a b.test",
            "user@host.test",
            "[::1]",
            "host.test/path",
            "host.test:80",
            "::1",
        ] {
            assert!(text.parse::<HostName>().is_err(), "{text}");
        }
    }

    #[test]
    fn within_respects_label_borders() {
        let parent: HostName = "doiche.test".parse().unwrap();
        let yes: HostName = "www.doiche.test".parse().unwrap();
        let no: HostName = "xdoiche.test".parse().unwrap();
        assert!(yes.is_within(&parent) && parent.is_within(&parent) && !no.is_within(&parent));
    }
}
