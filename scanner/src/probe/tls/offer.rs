//! What is offered, in which order.

use std::{cmp::Reverse, sync::LazyLock};

use luytre_checks::fact::{
    Suite, TlsVersion,
    iana::{GROUPS, SUITES},
};

use crate::wire::{ClientHello, Exchange, KeyExchange, Share};

/// Suites that only TLS 1.3 knows.
pub(super) const MODERN: &[u16] = &[
    0x1301, 0x1302, 0x1303, 0x1304, 0x1305, 0x1306, 0x1307, 0x00C6, 0x00C7, 0xC0B4, 0xC0B5, 0xC103,
    0xC104, 0xC105, 0xC106,
];

/// The suites nearly every server has one of, for servers that choke on long lists.
pub(super) const POPULAR: &[u16] = &[
    0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0x009E, 0x009F, 0xC009, 0xC013, 0xC00A, 0xC014,
    0xC023, 0xC027, 0xC024, 0xC028, 0x0033, 0x0039, 0x0067, 0x006B, 0x009C, 0x009D, 0x003C, 0x003D,
    0x002F, 0x0035, 0xC008, 0xC012, 0x0016, 0x000A, 0xC007, 0xC011, 0x0005, 0x0004, 0x0032, 0x0038,
    0x0013, 0x0015, 0x0009, 0x0014, 0x0008, 0x0006, 0x0003, 0x0064, 0x0062,
];

/// The groups nearly every server has one of.
pub(super) const POPULAR_GROUPS: &[u16] = &[0x1D, 0x17, 0x18, 0x19, 0x1E, 0x0100];

/// Every suite up to TLS 1.2. Common ones stand first, so that a server that reads only the start of
/// a long list still sees them; fresh keys on curves before the rest, so that suites and groups can
/// be found together; modern ones before old ones, as a browser offers them; falling numbers, because
/// few servers prefer that and so their own order shows. ChaCha20 does not stand first: some servers
/// give up their order for clients that want it most. ECDSA stands before RSA: it hides once the curve
/// of its certificate has been found and taken off.
pub(super) static OLD: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut suites: Vec<_> = SUITES
        .iter()
        .filter(|(number, _)| !MODERN.contains(number))
        .map(|(number, name)| (rank(*number, name), *number))
        .collect();
    suites.sort_unstable();
    suites.into_iter().map(|(_, number)| number).collect()
});

/// Every group, in the order of the registry behind the common ones.
pub(super) static ALL_GROUPS: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut groups = POPULAR_GROUPS.to_vec();
    groups.extend(GROUPS.iter().map(|row| row.0));
    let mut seen = std::collections::BTreeSet::new();
    groups.retain(|group| seen.insert(*group));
    groups
});

/// The groups of [`ALL_GROUPS`] that a client of TLS 1.3 may offer. RFC 8446 section 4.2.7 forbids the
/// curves that it dropped (1 to 22, 26 to 28, and explicit ones) to a client that offers nothing
/// older. A strict server, like tlslite-ng, refuses such a hello altogether; a lax one, like GnuTLS,
/// may use one of them.
pub(super) static MODERN_GROUPS: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let dropped = |group: &u16| matches!(*group, 1..=22 | 26..=28 | 0xFF01 | 0xFF02);
    let groups = ALL_GROUPS.iter().copied();
    groups.filter(|group| !dropped(group)).collect()
});

/// Sorts suites as said at [`OLD`].
fn rank(number: u16, name: &str) -> (u8, u8, bool, bool, bool, Reverse<u16>) {
    const RARE: &[&str] = &[
        "ARIA",
        "CAMELLIA",
        "SEED",
        "IDEA",
        "PSK",
        "SRP",
        "KRB5",
        "GOST",
        "ECCPWD",
        "TLS_DH_DSS",
        "TLS_DH_RSA",
        "TLS_ECDH_ECDSA",
        "TLS_ECDH_RSA",
        "_RMD",
        "_OLD",
        "FIPS",
        "EXPORT1024",
    ];
    let rare = if name.contains("_NULL_") {
        // Last: whoever takes everything takes these, and so shows that it reads to the end.
        2
    } else {
        u8::from(RARE.iter().any(|part| name.contains(part)))
    };
    let exchange = match Exchange::of(number) {
        Exchange::Curve { .. } if name.contains("_anon_") => 1,
        Exchange::Curve { .. } => 0,
        Exchange::Field { .. } => 2,
        Exchange::Other => 3,
    };
    let sealed = ["GCM", "CCM", "POLY1305"]
        .iter()
        .any(|part| name.contains(part));
    (
        rare,
        exchange,
        !sealed,
        name.contains("CHACHA20"),
        !name.contains("_ECDSA_"),
        Reverse(number),
    )
}

/// Whether `suite` makes a fresh key on a curve.
pub(super) fn on_curve(suite: u16) -> bool {
    matches!(Exchange::of(suite), Exchange::Curve { .. })
}

/// Whether `suite` makes a fresh key in a finite field.
pub(super) fn in_field(suite: u16) -> bool {
    matches!(Exchange::of(suite), Exchange::Field { .. })
}

/// Whether `suite` is signed by an elliptic key, so that the curve of the certificate must be offered.
pub(super) fn by_elliptic_key(suite: u16) -> bool {
    let name = Suite::from(suite).name().unwrap_or_default();
    name.contains("_ECDSA_")
}

/// Whether `suite` is one of ChaCha20, for whose sake some servers give up their own order.
pub(super) fn is_chacha(suite: u16) -> bool {
    Suite::from(suite)
        .name()
        .is_some_and(|name| name.contains("CHACHA20"))
}

/// Whether `group` is a finite field of the registry.
pub(super) fn is_finite(group: u16) -> bool {
    KeyExchange::is_finite(group)
}

/// `all` without `found`.
pub(super) fn left(all: &[u16], found: &[u16]) -> Vec<u16> {
    all.iter()
        .copied()
        .filter(|number| !found.contains(number))
        .collect()
}

/// A hello. For TLS 1.3 without key shares, so that the server need not sign.
pub(super) fn hello(
    name: Option<&str>,
    version: TlsVersion,
    suites: Vec<u16>,
    groups: Vec<u16>,
) -> ClientHello {
    ClientHello {
        version: version.wire(),
        suites,
        groups,
        server_name: name.map(str::to_owned),
        shares: Vec::new(),
        extensions: true,
    }
}

/// A short hello of TLS 1.2 whose every suite comes with a certificate.
pub(super) fn certified(name: Option<&str>) -> ClientHello {
    let groups = POPULAR_GROUPS.to_vec();
    hello(name, TlsVersion::Tls12, POPULAR.to_vec(), groups)
}

/// Key shares that any curve implementation takes, for servers that cannot ask for another hello: a
/// point of x25519 (every 32 bytes are one) and the base point of P-256 (SEC 2 section 2.4.2).
pub(super) fn shares(groups: &[u16]) -> Vec<Share> {
    const X25519: [u8; 32] = [9; 32];
    const P256: &[u8; 65] = b"\x04\x6B\x17\xD1\xF2\xE1\x2C\x42\x47\xF8\xBC\xE6\xE5\x63\xA4\x40\xF2\
        \x77\x03\x7D\x81\x2D\xEB\x33\xA0\xF4\xA1\x39\x45\xD8\x98\xC2\x96\
        \x4F\xE3\x42\xE2\xFE\x1A\x7F\x9B\x8E\xE7\xEB\x4A\x7C\x0F\x9E\x16\
        \x2B\xCE\x33\x57\x6B\x31\x5E\xCE\xCB\xB6\x40\x68\x37\xBF\x51\xF5";
    [(0x1D, &X25519[..]), (0x17, &P256[..])]
        .into_iter()
        .filter(|(group, _)| groups.contains(group))
        .map(|(group, key)| Share {
            group,
            key: key.to_vec(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_registered_suite_and_group_is_offered_once() {
        let mut offered = [OLD.as_slice(), MODERN].concat();
        offered.sort_unstable();
        let registered: Vec<_> = SUITES.iter().map(|row| row.0).collect();
        assert_eq!(offered, registered);
        let mut groups = ALL_GROUPS.clone();
        groups.sort_unstable();
        assert_eq!(groups, GROUPS.iter().map(|row| row.0).collect::<Vec<_>>());
    }

    #[test]
    fn popular_suites_are_registered_and_come_early() {
        for suite in POPULAR {
            let place = OLD.iter().position(|s| s == suite);
            let place = place.unwrap_or_else(|| panic!("{suite:04x}"));
            assert!(
                place < 128 || *suite == 0x0062 || *suite == 0x0064,
                "{suite:04x} {place}"
            );
        }
    }
}
