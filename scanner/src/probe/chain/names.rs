//! Whether a certificate stands for a name or an address (RFC 6125, RFC 9525).

use std::net::IpAddr;

use super::{
    Asked,
    der::tag,
    text::capped,
    view::{View, oid},
};

/// Kinds of general names (RFC 5280 4.2.1.6).
const DNS_NAME: u8 = tag::implicit(2);
const ADDRESS: u8 = tag::implicit(7);

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

/// Reads the names of a certificate and matches them with `asked`. The common name is no name of a
/// server (RFC 9525 section 2), so a certificate without a subject alternative name matches nothing; an
/// address is matched by an iPAddress alone (RFC 9525 section 6.5). Names are kept as they stand: a name
/// with letters beyond ASCII is an A-label (`xn--…`) or it is malformed and matches nothing.
pub(super) fn read(view: &View<'_>, asked: &Asked) -> Names {
    let mut names = Names {
        matched: (*asked != Asked::Nobody).then_some(false),
        ..Names::default()
    };
    let Some(list) = view.alternative_names() else {
        // Malformed as a whole: what it was meant to say is not known.
        if view.extension(oid::SUBJECT_ALT_NAME).is_some() {
            names.matched = None;
        }
        return names;
    };
    for name in list {
        let (text, hit) = match name.tag {
            DNS_NAME => {
                let text = String::from_utf8_lossy(name.value).into_owned();
                let hit = matches!(asked, Asked::Name(asked) if matches(&text, asked.as_str()));
                (text, hit)
            }
            ADDRESS => match address(name.value) {
                Some(address) => {
                    let hit =
                        matches!(asked, Asked::Address(asked) if asked.to_canonical() == address);
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
            // Lâm Giang in A-labels; a wildcard may stand for one.
            ("xn--lmgiang-uta.test", "xn--lmgiang-uta.test", true),
            ("*.test.vn", "xn--lmgiang-uta.test.vn", true),
            ("xn--*.test.vn", "xn--lmgiang-uta.test.vn", false),
            ("lâmgiang.test", "xn--lmgiang-uta.test", false),
            ("*.*.test", "a.lamgiang.test", false),
            ("*.test", "lamgiang.test", false),
            ("*", "test", false),
            ("", "", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
