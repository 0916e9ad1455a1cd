//! Servers that the examples of TLS checks and ratings are about.

use std::collections::BTreeMap;

use crate::{
    Fact, Tri,
    fact::{Features, Flaws, Group, SignatureScheme, Suite, TlsFact, TlsVersion, VersionFact},
};

/// A server that offers `names` in TLS 1.2 alone.
pub(crate) fn suites(names: &[&str], complete: Tri) -> Fact {
    let mut fact = nothing();
    fact.versions
        .insert(TlsVersion::Tls12, version(names, &[], complete));
    Fact::Tls(fact)
}

/// What a server offers, version by version.
pub(crate) fn offers(versions: &[(TlsVersion, Tri)]) -> Fact {
    let of = |offered| VersionFact {
        offered,
        ..VersionFact::default()
    };
    Fact::Tls(TlsFact {
        versions: versions.iter().map(|(v, tri)| (*v, of(*tri))).collect(),
        ..TlsFact::default()
    })
}

/// A server that offers nothing at all, and of which that is known.
pub(crate) fn nothing() -> TlsFact {
    let no = || VersionFact {
        offered: Tri::No,
        ..VersionFact::default()
    };
    let mut versions: BTreeMap<_, _> = TlsVersion::ALL.into_iter().map(|v| (v, no())).collect();
    versions.insert(TlsVersion::Ssl2, no());
    TlsFact {
        versions,
        ..TlsFact::default()
    }
}

/// A version that is offered with these suites and groups.
pub(crate) fn version(suites: &[&str], groups: &[&str], complete: Tri) -> VersionFact {
    VersionFact {
        offered: Tri::Yes,
        suites: suites.iter().map(|n| Suite::parse(n).unwrap()).collect(),
        suites_complete: complete,
        groups: groups.iter().map(|n| Group::parse(n).unwrap()).collect(),
        groups_complete: complete,
        ..VersionFact::default()
    }
}

/// A server with these versions, each wholly known, and no other.
pub(crate) fn server(versions: &[(TlsVersion, &[&str], &[&str])]) -> TlsFact {
    let mut fact = nothing();
    for (version_, suites, groups) in versions {
        fact.versions
            .insert(*version_, version(suites, groups, Tri::Yes));
    }
    fact
}

/// Suites and groups of Mozilla's modern configuration.
pub(crate) const MODERN: [&str; 3] = [
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
];

/// The groups that Mozilla's configurations name.
pub(crate) const CURVES: [&str; 3] = ["x25519", "secp256r1", "secp384r1"];

/// A server of Mozilla's modern configuration, of which everything was asked and nothing is wrong.
pub(crate) fn modern() -> TlsFact {
    let mut fact = server(&[(TlsVersion::Tls13, &MODERN, &CURVES)]);
    sound(&mut fact);
    fact
}

/// A server of Mozilla's intermediate configuration with an RSA certificate.
pub(crate) fn intermediate() -> TlsFact {
    const SUITES: [&str; 6] = [
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    ];
    let mut fact = server(&[
        (TlsVersion::Tls12, &SUITES, &CURVES),
        (TlsVersion::Tls13, &MODERN, &CURVES),
    ]);
    if let Some(found) = fact.versions.get_mut(&TlsVersion::Tls12) {
        found.dh_bits = vec![2048];
    }
    sound(&mut fact);
    fact
}

/// Answers every question about features and flaws, none badly.
pub(crate) fn sound(fact: &mut TlsFact) {
    let scheme = |name: &str| SignatureScheme::parse(name).unwrap();
    for found in fact.versions.values_mut() {
        if found.offered == Tri::Yes {
            found.signatures = vec![scheme("rsa_pss_rsae_sha256")];
            found.signatures_complete = Tri::Yes;
            found.order = crate::fact::Order::Server;
        }
    }
    // What belongs to another version has no answer.
    let up_to_12 = fact
        .versions
        .iter()
        .any(|(v, found)| *v < TlsVersion::Tls13 && found.offered == Tri::Yes);
    let old = |answer| if up_to_12 { answer } else { Tri::Unknown };
    let modern = fact.offers(TlsVersion::Tls13) == Tri::Yes;
    let new = |answer| if modern { answer } else { Tri::Unknown };
    fact.features = Features {
        compression: Tri::No,
        secure_renegotiation: old(Tri::Yes),
        client_renegotiation: old(Tri::No),
        resumption_id: old(Tri::No),
        resumption_ticket: old(Tri::Yes),
        resumption_psk: new(Tri::Yes),
        early_data: new(Tri::No),
        extended_master_secret: old(Tri::Yes),
        encrypt_then_mac: old(Tri::Yes),
        fallback_scsv: old(Tri::Yes),
        heartbeat: Tri::No,
        long_hello: Tri::Yes,
        short_hello: Tri::Yes,
        grease: Tri::Yes,
        ..Features::default()
    };
    fact.flaws = Flaws {
        heartbleed: Tri::No,
        ccs_injection: Tri::No,
        robot: Tri::No,
        ticketbleed: Tri::No,
        starttls_injection: Tri::No,
    };
}
