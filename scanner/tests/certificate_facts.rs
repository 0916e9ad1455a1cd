//! What the facts of a certificate say beyond its path.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use luytre_checks::fact::{ChainFact, Tri};
use luytre_scanner::probe::chain::{Asked, chain_from_ders, profile};
use rcgen::{
    CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose,
};

fn read(params: &CertificateParams) -> ChainFact {
    let key = KeyPair::generate().unwrap();
    let der = params.self_signed(&key).unwrap().der().to_vec();
    let at = "2026-11-22T00:00:00Z".parse().unwrap();
    chain_from_ders(&[der], &Asked::Nobody, Vec::new(), at)
}

fn params() -> CertificateParams {
    let mut params = CertificateParams::new(vec!["mail.lamgiang.test".to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "Leaf");
    params.not_before = rcgen::date_time_ymd(2026, 6, 1);
    params
}

#[test]
fn extensions_are_told_by_their_names() {
    let mut params = params();
    params.key_usages = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::KeyEncipherment,
    ];
    params.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsagePurpose::Other(vec![1, 3, 6, 1, 4, 1, 99_999]),
    ];
    let staple = vec![0x30, 3, 2, 1, 5];
    let mut odd = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99_999, 1], vec![5, 0]);
    odd.set_criticality(true);
    params.custom_extensions = vec![
        CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 24], staple),
        odd,
    ];
    let fact = read(&params);
    let extensions = fact.leaf().unwrap().extensions.as_ref().unwrap();
    assert_eq!(
        extensions.key_usage.as_deref(),
        Some(&["digitalSignature".to_owned(), "keyEncipherment".to_owned()][..])
    );
    assert_eq!(
        extensions.extended_key_usage.as_deref(),
        Some(&["serverAuth".to_owned(), "1.3.6.1.4.1.99999".to_owned()][..])
    );
    assert!(extensions.must_staple);
    assert_eq!(extensions.unknown_critical, ["1.3.6.1.4.1.99999.1"]);
    assert_eq!(
        (extensions.path_length, &extensions.crl),
        (None, &Vec::new())
    );
    assert_eq!(fact.timestamps.certificate, Some(0));
    assert_eq!(fact.staple, Tri::Unknown);
}

/// The rest of a certificate stands where one extension is malformed.
#[test]
fn a_malformed_extension_hides_nothing_else() {
    let mut params = params();
    // Policies that are no list of policies.
    params.custom_extensions = vec![CustomExtension::from_oid_content(
        &[2, 5, 29, 32],
        vec![0x30, 2, 5, 0],
    )];
    let fact = read(&params);
    let leaf = fact.leaf().unwrap();
    assert_eq!(leaf.names, ["mail.lamgiang.test"]);
    let broken = leaf.profile.as_ref().unwrap();
    assert!(
        broken.contains(&"rfc5280.extension_malformed".to_owned()),
        "{broken:?}"
    );
    for id in broken {
        assert!(profile::rule(id).is_some(), "{id}");
    }
}
