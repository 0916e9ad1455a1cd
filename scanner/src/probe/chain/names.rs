//! Whether a certificate stands for a name or an address (RFC 6125, RFC 9525).

use std::net::IpAddr;

use x509_parser::{
    certificate::X509Certificate,
    extensions::{GeneralName, ParsedExtension},
};

use super::{Asked, text::capped};

/// Names kept of one certificate; all are counted and matched.
const MOST_KEPT: usize = 1000;

/// The dNSName and iPAddress entries of a certificate.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) kept: Vec<String>,
    pub(super) count: u32,
    /// Whether one of them is the name asked for; none if nobody was asked for.
    pub(super) matched: Option<bool>,
}

/// Reads the names of `certificate` and matches them with `asked`. The common name is no name of a
/// server (RFC 9525 section 2), so a certificate without a subject alternative name matches nothing.
pub(super) fn read(certificate: &X509Certificate<'_>, asked: &Asked) -> Names {
    let mut names = Names {
        matched: (*asked != Asked::Nobody).then_some(false),
        ..Names::default()
    };
    for extension in certificate.extensions() {
        let ParsedExtension::SubjectAlternativeName(list) = extension.parsed_extension() else {
            continue;
        };
        for name in &list.general_names {
            let (text, hit) = match (name, asked) {
                (GeneralName::DNSName(name), Asked::Name(asked)) => {
                    ((*name).to_owned(), matches(name, asked.as_str()))
                }
                (GeneralName::DNSName(name), _) => ((*name).to_owned(), false),
                (GeneralName::IPAddress(bytes), asked) => match address(bytes) {
                    Some(address) => {
                        let hit = matches!(asked, Asked::Address(asked) if asked.to_canonical() == address);
                        (address.to_string(), hit)
                    }
                    None => continue,
                },
                _ => continue,
            };
            names.count = names.count.saturating_add(1);
            if names.kept.len() < MOST_KEPT {
                names.kept.push(capped(&text, 255));
            }
            if hit {
                names.matched = Some(true);
            }
        }
    }
    names
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    <[u8; 4]>::try_from(bytes)
        .map(IpAddr::from)
        .or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from))
        .ok()
}

/// Whether the dNSName `pattern` of a certificate covers the DNS name `name`, both in A-labels. A
/// wildcard is the whole left-most label, stands for exactly one label, and never directly above a
/// top-level domain.
pub fn matches(pattern: &str, name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    match pattern.strip_prefix("*.") {
        None => !pattern.contains('*') && pattern.eq_ignore_ascii_case(name),
        Some(parent) => name.split_once('.').is_some_and(|(label, rest)| {
            !label.is_empty()
                && parent.contains('.')
                && !parent.contains('*')
                && rest.eq_ignore_ascii_case(parent)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_one_whole_label() {
        for (pattern, name, expected) in [
            ("a.lamgiang.test", "a.lamgiang.test", true),
            ("A.LamGiang.test", "a.lamgiang.test", true),
            ("a.lamgiang.test", "a.lamgiang.test.", true),
            ("a.lamgiang.test", "b.lamgiang.test", false),
            ("*.lamgiang.test", "a.lamgiang.test", true),
            ("*.lamgiang.test", "lamgiang.test", false),
            ("*.lamgiang.test", "a.b.lamgiang.test", false),
            ("*.lamgiang.test", ".lamgiang.test", false),
            ("a*.lamgiang.test", "ab.lamgiang.test", false),
            ("*a.lamgiang.test", "ba.lamgiang.test", false),
            ("b.*.test", "b.lamgiang.test", false),
            ("*.*.test", "a.lamgiang.test", false),
            ("*.test", "lamgiang.test", false),
            ("*", "test", false),
            ("", "", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
