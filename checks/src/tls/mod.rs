//! Checks on TLS: versions, suites, parameters, features, flaws.

use luytre_inventory::Text;

use crate::{
    Outcome, Tri,
    fact::{TlsFact, TlsVersion, VersionFact},
};

pub mod addresses_differ;
pub mod client_order;
pub mod client_renegotiation;
pub mod compression;
pub mod drown;
pub mod early_data;
pub(crate) mod group;
pub mod hello_intolerance;
pub mod implementation_flaw;
pub mod insecure_renegotiation;
pub mod key_reused;
pub mod known_attack;
pub mod legacy_version;
pub mod no_aead;
pub mod no_extended_master_secret;
pub mod no_fallback_scsv;
pub mod no_forward_secrecy;
pub mod no_newest_version;
pub mod no_post_quantum;
pub(crate) mod parts;
pub mod starttls_injection;
pub mod starttls_missing;
pub mod weak_dh;
pub mod weak_group;
pub mod weak_signature_scheme;
pub mod weak_suite;

use parts::Parts;

/// Nothing is asked in the clear before TLS.
const TLS_FIRST: Outcome = Outcome::not_applicable(
    "mã hóa có ngay từ đầu kết nối, không qua STARTTLS",
    "TLS comes first, without STARTTLS",
);

/// Why a list of suites does not tell everything, if so: a version that was not decided, a list that is
/// not whole, or a suite that no registry knows. A version that was never asked may be offered too.
fn undecided(fact: &TlsFact, nameless: bool) -> Option<Text> {
    if nameless {
        return Some(Text::new(
            "có bộ mật mã không nằm trong danh mục đã biết",
            "a cipher suite is in no registry we know",
        ));
    }
    let whole = TlsVersion::ALL.iter().all(|version| {
        match (fact.offers(*version), fact.versions.get(version)) {
            (Tri::No, _) => true,
            (Tri::Yes, Some(found)) => found.suites_complete == Tri::Yes,
            _ => false,
        }
    });
    (!whole).then_some(NOT_WHOLE)
}

/// A list of suites was cut short.
const NOT_WHOLE: Text = Text::new(
    "chưa lấy được đủ danh sách bộ mật mã",
    "the list of cipher suites is not whole",
);

/// A feature was not asked for: the scan was a light one, or the answer decided nothing.
const NOT_ASKED: Text = Text::new(
    "chưa hỏi được máy chủ về tính năng này (cần mức quét standard trở lên)",
    "the server was not asked for this feature (it takes the standard profile or above)",
);

/// Nothing but TLS 1.3 is offered, and the matter ends with TLS 1.2.
const ONLY_TLS13: Text = Text::new(
    "máy chủ chỉ dùng TLS 1.3, vốn không còn cơ chế này",
    "the server speaks TLS 1.3 alone, which knows no such thing",
);

/// Versions in which an old client's hello can end, oldest first.
pub(crate) const UP_TO_TLS12: [TlsVersion; 4] = [
    TlsVersion::Ssl3,
    TlsVersion::Tls10,
    TlsVersion::Tls11,
    TlsVersion::Tls12,
];

/// Versions that negotiate with groups, AEAD and the client's order: all but SSL 2.0.
pub(crate) const NEGOTIATED: [TlsVersion; 5] = [
    TlsVersion::Ssl3,
    TlsVersion::Tls10,
    TlsVersion::Tls11,
    TlsVersion::Tls12,
    TlsVersion::Tls13,
];

/// Whether each of `versions` is known to be offered or not.
pub(crate) fn all_decided(fact: &TlsFact, versions: &[TlsVersion]) -> bool {
    versions
        .iter()
        .all(|version| fact.offers(*version) != Tri::Unknown)
}

/// Whether any of `versions` is offered.
pub(crate) fn any_offered(fact: &TlsFact, versions: &[TlsVersion]) -> Tri {
    any(versions.iter().map(|version| fact.offers(*version)))
}

/// Whether one holds: yes if one surely does, no if none can.
pub(crate) fn any(all: impl IntoIterator<Item = Tri>) -> Tri {
    all.into_iter().fold(Tri::No, |sum, one| match (sum, one) {
        (Tri::Yes, _) | (_, Tri::Yes) => Tri::Yes,
        (Tri::No, Tri::No) => Tri::No,
        _ => Tri::Unknown,
    })
}

/// The versions that are offered, with what was found in them.
pub(crate) fn offered(fact: &TlsFact) -> impl Iterator<Item = (TlsVersion, &VersionFact)> {
    let yes = |(_, found): &(_, &VersionFact)| found.offered == Tri::Yes;
    fact.versions
        .iter()
        .map(|(v, found)| (*v, found))
        .filter(yes)
}

/// The first suite of `versions` that is as `wanted`, with its version; else whether there can be one.
pub(crate) fn find_suite(
    fact: &TlsFact,
    versions: &[TlsVersion],
    wanted: impl Fn(&Parts) -> bool,
) -> Result<(TlsVersion, Parts), Tri> {
    let mut whole = true;
    for version in versions {
        let (said, found) = (fact.offers(*version), fact.versions.get(version));
        let suites = found.map_or(&[][..], |found| &found.suites);
        for suite in suites {
            match Parts::of(*suite) {
                Some(parts) if wanted(&parts) => return Ok((*version, parts)),
                Some(_) => {}
                None => whole = false,
            }
        }
        whole &= match said {
            Tri::No => true,
            Tri::Yes => found.is_some_and(|found| found.suites_complete == Tri::Yes),
            Tri::Unknown => false,
        };
    }
    Err(if whole { Tri::No } else { Tri::Unknown })
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
use samples::{offers, suites};

/// A server with TLS 1.2 behind STARTTLS in `protocol`, or TLS first.
#[cfg(test)]
fn starttls(protocol: Option<&str>, offered: Tri, injection: Tri) -> crate::Fact {
    let crate::Fact::Tls(mut fact) = offers(&[(crate::fact::TlsVersion::Tls12, Tri::Yes)]) else {
        unreachable!("offers makes a TLS fact")
    };
    fact.starttls = protocol.map(str::to_owned);
    fact.starttls_offered = offered;
    fact.flaws.starttls_injection = injection;
    crate::Fact::Tls(fact)
}
