//! Checks on TLS: versions and suites.

use luytre_inventory::Text;

use crate::{Tri, fact::TlsFact};

pub mod legacy_version;
pub mod no_forward_secrecy;
pub mod weak_suite;

/// Why a list of suites does not tell everything, if so: a version that was not decided, a list that is
/// not whole, or a suite that no registry knows. A version that was never asked may be offered too.
fn undecided(fact: &TlsFact, nameless: bool) -> Option<Text> {
    if nameless {
        return Some(Text::new(
            "có bộ mật mã không nằm trong danh mục đã biết",
            "a cipher suite is in no registry we know",
        ));
    }
    let whole = crate::fact::TlsVersion::ALL.iter().all(|version| {
        match (fact.offers(*version), fact.versions.get(version)) {
            (Tri::No, _) => true,
            (Tri::Yes, Some(found)) => found.suites_complete == Tri::Yes,
            _ => false,
        }
    });
    (!whole).then_some(Text::new(
        "chưa lấy được đủ danh sách bộ mật mã",
        "the list of cipher suites is not whole",
    ))
}

/// A server that offers `suites` in TLS 1.2 alone.
#[cfg(test)]
fn suites(names: &[&str], complete: Tri) -> crate::Fact {
    use crate::fact::{Suite, TlsVersion, VersionFact};

    let mut versions: std::collections::BTreeMap<_, _> = TlsVersion::ALL
        .into_iter()
        .map(|version| {
            (
                version,
                VersionFact {
                    offered: Tri::No,
                    ..VersionFact::default()
                },
            )
        })
        .collect();
    let offered = VersionFact {
        offered: Tri::Yes,
        suites: names
            .iter()
            .map(|name| Suite::parse(name).unwrap())
            .collect(),
        suites_complete: complete,
        ..VersionFact::default()
    };
    versions.insert(TlsVersion::Tls12, offered);
    crate::Fact::Tls(TlsFact {
        versions,
        ..TlsFact::default()
    })
}

/// What a server offers, version by version.
#[cfg(test)]
fn offers(versions: &[(crate::fact::TlsVersion, Tri)]) -> crate::Fact {
    let of = |offered| crate::fact::VersionFact {
        offered,
        ..Default::default()
    };
    crate::Fact::Tls(TlsFact {
        versions: versions.iter().map(|(v, tri)| (*v, of(*tri))).collect(),
        ..TlsFact::default()
    })
}
