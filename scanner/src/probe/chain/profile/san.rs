//! The subject alternative name: RFC 5280 4.2.1.6 and the baseline's rules for names of servers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use jiff::civil::{Date, date};

use super::{BR, BR2, On, RFC5280, Rule, row};
use crate::probe::chain::{
    der::{Tlv, tag},
    view::{View, oid},
};

const ANY: (Date, On) = (RFC5280, On::Any);
const SERVER: (Date, On) = (BR, On::Server);
/// Until then names and addresses of closed networks were allowed if the certificate ended by that day
/// (BR 1.6.5, 1.2.2 and 7.1.4.2.1).
const NO_INTERNAL_NAMES: Date = date(2015, 11, 1);

const EMAIL: u8 = tag::implicit(1);
const DNS: u8 = tag::implicit(2);
const URI: u8 = tag::implicit(6);
const ADDRESS: u8 = tag::implicit(7);

/// Last labels that no public name ends in (RFC 6761, RFC 6762, RFC 8375, ICANN's list of collisions).
#[rustfmt::skip]
const INTERNAL: [&str; 12] = [
    "local", "localhost", "localdomain", "internal", "intranet", "lan", "home", "corp", "private",
    "test", "example", "invalid",
];

pub(super) const RULES: &[Rule] = &[
    row(
        "br.san_missing",
        "BR 7.1.2.7.12",
        SERVER,
        (
            "không có subjectAltName",
            "there is no subject alternative name",
        ),
        |view| view.extension(oid::SUBJECT_ALT_NAME).is_none(),
    ),
    row(
        "rfc5280.san_empty",
        "RFC 5280 4.2.1.6",
        ANY,
        (
            "subjectAltName rỗng",
            "the subject alternative name is empty",
        ),
        |view| view.alternative_names().is_some_and(|names| names.done()),
    ),
    row(
        "rfc5280.san_not_critical",
        "RFC 5280 4.1.2.6",
        ANY,
        (
            "chủ thể rỗng mà subjectAltName không critical",
            "the subject is empty and the subject alternative name not critical",
        ),
        |view| view.subject.is_empty() && !view.critical(oid::SUBJECT_ALT_NAME),
    ),
    row(
        "br.san_critical",
        "BR 7.1.2.7.12",
        (BR2, On::Server),
        (
            "chủ thể có tên mà subjectAltName là critical",
            "there is a subject and the subject alternative name is critical",
        ),
        |view| !view.subject.is_empty() && view.critical(oid::SUBJECT_ALT_NAME),
    ),
    row(
        "br.san_kind",
        "BR 7.1.2.7.12",
        SERVER,
        (
            "subjectAltName có loại tên khác dNSName và iPAddress",
            "an alternative name is neither dNSName nor iPAddress",
        ),
        |view| some(view, |name| ![DNS, ADDRESS].contains(&name.tag)),
    ),
    row(
        "rfc5280.san_not_ascii",
        "RFC 5280 4.2.1.6",
        ANY,
        (
            "tên miền, thư hoặc URI có ký tự ngoài ASCII",
            "a DNS name, mailbox or URI is not ASCII",
        ),
        |view| {
            some(view, |name| {
                [EMAIL, DNS, URI].contains(&name.tag) && !name.value.is_ascii()
            })
        },
    ),
    row(
        "rfc5280.san_address_length",
        "RFC 5280 4.2.1.6",
        ANY,
        (
            "iPAddress không phải 4 hoặc 16 byte",
            "an iPAddress is not 4 or 16 octets",
        ),
        |view| {
            some(view, |name| {
                name.tag == ADDRESS && ![4, 16].contains(&name.value.len())
            })
        },
    ),
    row(
        "rfc5280.san_email_form",
        "RFC 5280 4.2.1.6, RFC 2821 4.1.2",
        ANY,
        ("địa chỉ thư sai dạng", "a mailbox is malformed"),
        |view| some(view, |name| name.of(EMAIL).is_some_and(|v| !mailbox(v))),
    ),
    row(
        "rfc5280.san_uri_form",
        "RFC 5280 4.2.1.6",
        ANY,
        (
            "URI thiếu lược đồ hoặc phần sau lược đồ",
            "a URI lacks its scheme or what follows it",
        ),
        |view| some(view, |name| name.of(URI).is_some_and(|v| !absolute(v))),
    ),
    row(
        "rfc5280.dns_name_blank",
        "RFC 5280 4.2.1.6",
        ANY,
        (
            "tên miền rỗng hoặc là dấu cách",
            "a DNS name is empty or a blank",
        ),
        |view| dns(view, |name| name.trim().is_empty()),
    ),
    row(
        "rfc5280.dns_name_too_long",
        "RFC 5280 4.2.1.6, RFC 1035 2.3.4",
        ANY,
        (
            "tên miền quá 253 ký tự",
            "a DNS name is over 253 characters",
        ),
        |view| dns(view, |name| name.len() > 253),
    ),
    row(
        "rfc5280.dns_label_too_long",
        "RFC 5280 4.2.1.6, RFC 1035 2.3.4",
        ANY,
        (
            "một nhãn của tên miền quá 63 ký tự",
            "a label of a DNS name is over 63 characters",
        ),
        |view| label(view, |label| label.len() > 63),
    ),
    row(
        "rfc5280.dns_label_empty",
        "RFC 5280 4.2.1.6, RFC 1034 3.5",
        ANY,
        (
            "tên miền có nhãn rỗng hoặc dấu chấm ở đầu hay cuối",
            "a DNS name has an empty label or a dot at an end",
        ),
        |view| {
            dns(view, |name| {
                !name.trim().is_empty() && name.split('.').any(str::is_empty)
            })
        },
    ),
    row(
        "br.dns_label_hyphen",
        "BR 7.1.2.7.12, RFC 1034 3.5",
        SERVER,
        (
            "nhãn của tên miền bắt đầu hoặc kết thúc bằng gạch nối",
            "a label of a DNS name begins or ends with a hyphen",
        ),
        |view| label(view, |label| label.starts_with('-') || label.ends_with('-')),
    ),
    row(
        "br.dns_name_character",
        "BR 7.1.2.7.12, RFC 1034 3.5",
        SERVER,
        (
            "tên miền có ký tự không được phép",
            "a DNS name has characters that are not allowed",
        ),
        |view| {
            dns(view, |name| {
                name.bytes()
                    .any(|b| !b.is_ascii_alphanumeric() && !b"-._*".contains(&b))
            })
        },
    ),
    row(
        "br.dns_name_underscore",
        "BR 7.1.2.7.12",
        (date(2019, 4, 1), On::Server),
        ("tên miền có dấu gạch dưới", "a DNS name has an underscore"),
        |view| dns(view, |name| name.contains('_')),
    ),
    row(
        "br.wildcard_form",
        "BR 1.6.1, 3.2.2.6",
        SERVER,
        (
            "dấu * không đứng một mình ở nhãn đầu",
            "a wildcard is not the whole first label",
        ),
        |view| {
            dns(view, |name| {
                name.strip_prefix("*.").unwrap_or(name).contains('*')
            })
        },
    ),
    row(
        "br.wildcard_above_top",
        "BR 3.2.2.6",
        SERVER,
        (
            "dấu * đứng ngay trên tên miền cấp cao nhất",
            "a wildcard stands right above a top-level domain",
        ),
        |view| {
            dns(view, |name| {
                name.strip_prefix("*.")
                    .is_some_and(|parent| !parent.contains('.'))
            })
        },
    ),
    row(
        "br.reserved_label",
        "BR 7.1.2.7.12, RFC 5890 2.3.1",
        (date(2021, 10, 1), On::Server),
        (
            "nhãn có gạch nối ở vị trí 3 và 4 mà không phải xn--",
            "a label has hyphens in places 3 and 4 and is not xn--",
        ),
        |view| {
            label(view, |label| {
                label.get(2..4) == Some("--")
                    && !label.get(..2).is_some_and(|p| p.eq_ignore_ascii_case("xn"))
            })
        },
    ),
    row(
        "br.internal_name",
        "BR 4.2.2, 7.1.2.7.12",
        (NO_INTERNAL_NAMES, On::Server),
        (
            "có tên nội bộ, không thuộc tên miền công cộng",
            "a DNS name is internal: no public domain holds it",
        ),
        |view| dns(view, internal),
    ),
    row(
        "br.address_as_dns_name",
        "BR 7.1.2.7.12",
        SERVER,
        (
            "địa chỉ IP được ghi như tên miền",
            "an IP address is written as a DNS name",
        ),
        |view| {
            dns(view, |name| {
                name.parse::<Ipv4Addr>().is_ok() || name.parse::<Ipv6Addr>().is_ok()
            })
        },
    ),
    row(
        "br.reserved_address",
        "BR 4.2.2",
        (NO_INTERNAL_NAMES, On::Server),
        (
            "có địa chỉ IP dành riêng, không công cộng",
            "an IP address is reserved, not public",
        ),
        |view| {
            some(view, |name| {
                name.of(ADDRESS).and_then(address).is_some_and(reserved)
            })
        },
    ),
    row(
        "br.common_name_not_in_san",
        "BR 7.1.4.3",
        SERVER,
        (
            "commonName không có trong subjectAltName",
            "the common name is not among the alternative names",
        ),
        |view| {
            view.subject
                .of_kind(3)
                .any(|name| !listed(view, name.value.value))
        },
    ),
];

fn some(view: &View<'_>, bad: impl Fn(&Tlv<'_>) -> bool) -> bool {
    view.alternative_names()
        .is_some_and(|mut names| names.any(|name| bad(&name)))
}

/// Whether one of the DNS names is such. Bytes beyond ASCII have a rule of their own.
fn dns(view: &View<'_>, bad: impl Fn(&str) -> bool) -> bool {
    some(view, |name| {
        let text = name
            .of(DNS)
            .and_then(|value| std::str::from_utf8(value).ok());
        text.is_some_and(&bad)
    })
}

fn label(view: &View<'_>, bad: impl Fn(&str) -> bool) -> bool {
    dns(view, |name| name.split('.').any(&bad))
}

fn mailbox(value: &[u8]) -> bool {
    let text = std::str::from_utf8(value).unwrap_or_default();
    let mut parts = text.split('@');
    let [local, host] = [parts.next(), parts.next()].map(Option::unwrap_or_default);
    let plain = !text.contains(['<', '>', ' ']) && parts.next().is_none();
    plain && !local.is_empty() && !host.is_empty()
}

/// A scheme, a colon, and something behind it (RFC 3986 3).
fn absolute(value: &[u8]) -> bool {
    let text = String::from_utf8_lossy(value);
    text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
            && !rest.trim_start_matches('/').is_empty()
    })
}

fn internal(name: &str) -> bool {
    let name = name.strip_prefix("*.").unwrap_or(name);
    let last = name
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let blank = name.trim().is_empty();
    !blank
        && (!name.contains('.')
            || INTERNAL.contains(&last.as_str())
            || name.to_ascii_lowercase().ends_with(".home.arpa"))
}

fn address(value: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(value) {
        return Some(four.into());
    }
    <[u8; 16]>::try_from(value).ok().map(IpAddr::from)
}

/// In IANA's registries of special addresses, and not globally reachable.
fn reserved(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_documentation()
                || v4.is_multicast()
                || a == 0
                || a >= 240
                || (a == 100 && b & 0xC0 == 64)
                || (a == 198 && b & 0xFE == 18)
        }
        IpAddr::V6(v6) => {
            let first = v6.segments()[0];
            v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || first & 0xFE00 == 0xFC00
                || first & 0xFFC0 == 0xFE80
                || v6.segments().starts_with(&[0x2001, 0xDB8])
        }
    }
}

/// Whether the common name `text` is one of the alternative names: a DNS name without regard to case,
/// or the text of an address.
fn listed(view: &View<'_>, text: &[u8]) -> bool {
    some(view, |name| match name.tag {
        DNS => name.value.eq_ignore_ascii_case(text),
        ADDRESS => {
            let asked = std::str::from_utf8(text)
                .ok()
                .and_then(|text| text.parse().ok());
            asked.is_some() && address(name.value) == asked
        }
        _ => false,
    })
}
