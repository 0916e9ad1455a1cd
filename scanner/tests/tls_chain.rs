//! Paths and names of certificates, without a server.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::IpAddr;

use jiff::{Timestamp, ToSpan};
use luytre_checks::fact::{ChainFact, PathFault, Tri, TrustVerdict};
use luytre_scanner::probe::chain::{Asked, ChainReader, Roots, RootsError, chain_from_ders};
use proptest::prelude::*;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CustomExtension, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, SanType, SignatureAlgorithm, date_time_ymd,
};

const NAME: &str = "mail.lamgiang.test";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn params(name: &str, names: &[&str]) -> CertificateParams {
    let mut params =
        CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2027, 1, 1);
    params.use_authority_key_identifier_extension = true;
    params
}

fn authority(name: &str) -> CertificateParams {
    let mut params = params(name, &[]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// A root, an authority below it, and a leaf below that, each bent by the caller.
struct Tree {
    root: Certificate,
    between: Certificate,
    leaf: Certificate,
}

fn tree(between: CertificateParams, leaf: impl std::borrow::Borrow<CertificateParams>) -> Tree {
    let keys: Vec<_> = (0..3).map(|_| KeyPair::generate().unwrap()).collect();
    let above = authority("Root");
    let root = above.self_signed(&keys[0]).unwrap();
    let above = Issuer::new(above, &keys[0]);
    let below = between.signed_by(&keys[1], &above).unwrap();
    let issuer = Issuer::new(between, &keys[1]);
    Tree {
        root,
        between: below,
        leaf: leaf.borrow().signed_by(&keys[2], &issuer).unwrap(),
    }
}

impl Tree {
    fn bundle(&self) -> Roots {
        Roots::from_pem("lamgiang", self.root.pem().as_bytes()).unwrap()
    }

    fn read(&self, asked: &Asked, when: &str) -> ChainFact {
        let ders = [self.leaf.der().to_vec(), self.between.der().to_vec()];
        chain_from_ders(&ders, asked, vec![self.bundle()], at(when))
    }
}

fn name() -> Asked {
    Asked::Name(NAME.parse().unwrap())
}

const NOW: &str = "2026-11-22T00:00:00Z";

fn usual() -> Tree {
    tree(authority("Between"), params("Leaf", &[NAME]))
}

fn verdicts(fact: &ChainFact) -> Vec<(&str, TrustVerdict, Option<PathFault>)> {
    fact.trust
        .iter()
        .map(|trust| (trust.store.as_str(), trust.verdict, trust.reason))
        .collect()
}

#[test]
fn a_good_path_is_trusted_by_its_own_roots_alone() {
    let fact = usual().read(&name(), NOW);
    assert_eq!(
        verdicts(&fact),
        [
            (
                "web",
                TrustVerdict::Untrusted,
                Some(PathFault::UnknownIssuer)
            ),
            ("lamgiang", TrustVerdict::Trusted, None),
        ]
    );
    assert_eq!(fact.name_match, Some(true));
    let leaf = fact.leaf().unwrap();
    assert_eq!(
        (leaf.subject.as_str(), leaf.issuer.as_str()),
        ("CN=Leaf", "CN=Between")
    );
    assert_eq!((leaf.ca, leaf.self_signed), (Tri::No, Tri::No));
    assert_eq!(leaf.names, [NAME]);
    assert_eq!(leaf.not_after, at("2027-01-01T00:00:00Z"));
    assert_eq!((leaf.key.kind.as_str(), leaf.key.bits), ("ec", 256));
    assert_eq!(leaf.key.curve.as_deref(), Some("secp256r1"));
    assert_eq!(leaf.signature, "ecdsa-with-SHA256");
    assert_eq!(fact.certificates[1].ca, Tri::Yes);
}

#[test]
fn an_expired_leaf_is_described_and_judged_at_its_own_time() {
    let fact = usual().read(&name(), "2031-01-01T00:00:00Z");
    assert_eq!(fact.trust[1].verdict, TrustVerdict::Trusted);
    assert_eq!(fact.leaf().unwrap().not_after, at("2027-01-01T00:00:00Z"));
}

#[test]
fn faults_of_a_path_are_told_apart() {
    let mut expired = authority("Between");
    expired.not_after = date_time_ymd(2026, 6, 1);
    let mut plain = authority("Between");
    plain.is_ca = IsCa::ExplicitNoCa;
    let mut narrow = authority("Between");
    narrow.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName("other.test".into())],
        excluded_subtrees: Vec::new(),
    });
    let mut client = params("Leaf", &[NAME]);
    client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let mut critical = params("Leaf", &[NAME]);
    let mut unknown = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99999], vec![5, 0]);
    unknown.set_criticality(true);
    critical.custom_extensions = vec![unknown];
    let mut above = params("Leaf", &[NAME]);
    above.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let leaf = || params("Leaf", &[NAME]);
    for (what, tree, fault) in [
        (
            "expired intermediate",
            tree(expired, leaf()),
            PathFault::ExpiredIntermediate,
        ),
        (
            "no authority",
            tree(plain, leaf()),
            PathFault::PathConstraint,
        ),
        (
            "name constraint",
            tree(narrow, leaf()),
            PathFault::NameConstraint,
        ),
        (
            "wrong use",
            tree(authority("Between"), client),
            PathFault::NotForServers,
        ),
        (
            "critical extension",
            tree(authority("Between"), critical),
            PathFault::UnknownCritical,
        ),
        (
            "authority as leaf",
            tree(authority("Between"), above),
            PathFault::PathConstraint,
        ),
    ] {
        let fact = tree.read(&name(), NOW);
        assert_eq!(fact.trust[1].verdict, TrustVerdict::Untrusted, "{what}");
        assert_eq!(fact.trust[1].reason, Some(fault), "{what}");
        assert_eq!(fact.name_match, Some(true), "{what}");
    }
}

#[test]
fn a_missing_intermediate_and_a_foreign_one_are_unknown_issuers() {
    let (one, other) = (usual(), usual());
    let alone = [one.leaf.der().to_vec()];
    let fact = chain_from_ders(&alone, &name(), vec![one.bundle()], at(NOW));
    assert_eq!(fact.trust[1].reason, Some(PathFault::UnknownIssuer));
    // Same names, another key: what looks like the issuer did not sign it.
    let foreign = [one.leaf.der().to_vec(), other.between.der().to_vec()];
    let fact = chain_from_ders(&foreign, &name(), vec![other.bundle()], at(NOW));
    assert_eq!(fact.trust[1].verdict, TrustVerdict::Untrusted);
    assert_eq!(fact.trust[1].reason, Some(PathFault::BadSignature));
}

#[test]
fn order_and_extras_do_not_matter() {
    let tree = usual();
    let ders = [
        tree.leaf.der().to_vec(),
        tree.root.der().to_vec(),
        usual().between.der().to_vec(),
        tree.between.der().to_vec(),
    ];
    let fact = chain_from_ders(&ders, &name(), vec![tree.bundle()], at(NOW));
    assert_eq!(fact.trust[1].verdict, TrustVerdict::Trusted);
    assert_eq!(fact.certificates[1].self_signed, Tri::Yes);
}

#[test]
fn names_and_addresses_match_only_their_own_kind() {
    let wild = "*.lamgiang.test";
    for (names, asked, expected) in [
        (&[NAME][..], NAME, true),
        (&[wild], NAME, true),
        (&[wild], "a.mail.lamgiang.test", false),
        (&["other.test"], NAME, false),
        (&["192.0.2.7"], "192.0.2.7", true),
        (&["192.0.2.7"], "192.0.2.8", false),
        (&["2001:db8::7"], "2001:db8::7", true),
        (&[NAME], "192.0.2.7", false),
        (&[], NAME, false),
    ] {
        // The common name never counts.
        let tree = tree(authority("Between"), params(asked, names));
        let asked = match asked.parse::<IpAddr>() {
            Ok(address) => Asked::Address(address),
            Err(_) => Asked::Name(asked.parse().unwrap()),
        };
        assert_eq!(
            tree.read(&asked, NOW).name_match,
            Some(expected),
            "{names:?} {asked:?}"
        );
    }
    let mut text = params("Leaf", &[]);
    text.subject_alt_names = vec![SanType::DnsName("192.0.2.7".try_into().unwrap())];
    let fact =
        tree(authority("Between"), text).read(&Asked::Address("192.0.2.7".parse().unwrap()), NOW);
    assert_eq!(fact.name_match, Some(false));
    assert_eq!(usual().read(&Asked::Nobody, NOW).name_match, None);
}

#[test]
fn self_signed_is_proved_by_the_signature() {
    let algorithms: [&'static SignatureAlgorithm; 4] = [
        &rcgen::PKCS_ECDSA_P256_SHA256,
        &rcgen::PKCS_ECDSA_P384_SHA384,
        &rcgen::PKCS_ED25519,
        &rcgen::PKCS_ECDSA_P521_SHA512,
    ];
    for algorithm in algorithms {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let certificate = params("Self", &[NAME]).self_signed(&key).unwrap();
        let read = |der: Vec<u8>| chain_from_ders(&[der], &name(), Vec::new(), at(NOW));
        let fact = read(certificate.der().to_vec());
        assert_eq!(fact.leaf().unwrap().self_signed, Tri::Yes, "{algorithm:?}");
        assert_eq!(fact.trust[0].reason, Some(PathFault::UnknownIssuer));
        let mut forged = certificate.der().to_vec();
        *forged.last_mut().unwrap() ^= 1;
        let forged = read(forged);
        assert!(
            forged.leaf().is_none_or(|leaf| leaf.self_signed == Tri::No),
            "{algorithm:?}"
        );
    }
}

#[test]
fn bundles_that_cannot_be_used_say_why() {
    assert!(matches!(
        Roots::from_pem("x", b""),
        Err(RootsError::Empty(_))
    ));
    let bad = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(matches!(
        Roots::from_pem("x", bad),
        Err(RootsError::Anchor(_, 1))
    ));
    let broken = b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n";
    assert!(matches!(
        Roots::from_pem("x", broken),
        Err(RootsError::Pem(..))
    ));
}

#[test]
fn a_far_future_is_clamped() {
    let mut params = params("Self", &[NAME]);
    params.not_after = date_time_ymd(9999, 12, 31);
    let der = params
        .self_signed(&KeyPair::generate().unwrap())
        .unwrap()
        .der()
        .to_vec();
    let fact = chain_from_ders(&[der], &name(), Vec::new(), at(NOW));
    assert!(fact.leaf().unwrap().not_after > at(NOW) + (24 * 365 * 1000).hours());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn reading_never_panics(ders in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 0..4)) {
        let fact = ChainReader::default().read(&ders, &name(), at(NOW));
        prop_assert_eq!(fact.certificates.len() + fact.unreadable.len(), ders.len());
    }

    #[test]
    fn bent_certificates_never_panic(place: prop::sample::Index, value: u8) {
        let mut der = usual().leaf.der().to_vec();
        let place = place.index(der.len());
        der[place] = value;
        let fact = ChainReader::default().read(&[der], &name(), at(NOW));
        prop_assert_eq!(fact.certificates.len() + fact.unreadable.len(), 1);
    }
}
