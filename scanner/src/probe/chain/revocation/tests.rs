//! Lists and answers made here, and bent.

use luytre_checks::fact::RevocationStatus::{self, Good, Revoked, Unknown};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType, IsCa, Issuer,
    KeyIdMethod, KeyPair, KeyUsagePurpose, RevocationReason, RevokedCertParams, SerialNumber,
    date_time_ymd,
};

use super::*;

struct Lab {
    key: KeyPair,
    params: CertificateParams,
    issuer: Vec<u8>,
    leaf: Vec<u8>,
}

fn lab() -> Lab {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, "CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let issuer = params.self_signed(&key).unwrap().der().to_vec();
    let mut leaf = CertificateParams::new(vec!["a.test".to_owned()]).unwrap();
    leaf.serial_number = Some(SerialNumber::from(77u64));
    leaf.distinguished_name.push(DnType::CommonName, "a");
    let signer = Issuer::new(params.clone(), &key);
    let leaf = leaf
        .signed_by(&KeyPair::generate().unwrap(), &signer)
        .unwrap();
    Lab {
        issuer,
        leaf: leaf.der().to_vec(),
        key,
        params,
    }
}

impl Lab {
    fn subject(&self) -> Subject<'_> {
        Subject {
            position: 0,
            certificate: &self.leaf,
            issuer: super::Issuer::Certificate(&self.issuer),
        }
    }

    fn list(&self, serials: &[u64]) -> Vec<u8> {
        let entry = |serial: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: date_time_ymd(2026, 6, 2),
            reason_code: Some(RevocationReason::KeyCompromise),
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2026, 6, 1),
            next_update: date_time_ymd(2026, 7, 1),
            crl_number: SerialNumber::from(1u64),
            issuing_distribution_point: None,
            revoked_certs: serials.iter().map(entry).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let signer = Issuer::new(self.params.clone(), &self.key);
        params.signed_by(&signer).unwrap().der().to_vec()
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const NOW: &str = "2026-06-15T00:00:00Z";

fn told(found: &Revocation) -> (RevocationStatus, Option<RevocationFault>) {
    (found.status, found.fault)
}

#[test]
fn a_list_says_who_is_revoked_and_since_when() {
    let lab = lab();
    let found = crl(&lab.subject(), &lab.list(&[5, 77, 9]), at(NOW));
    assert_eq!(told(&found), (Revoked, None));
    assert_eq!(found.since, Some(at("2026-06-02T00:00:00Z")));
    assert_eq!(found.next_update, Some(at("2026-07-01T00:00:00Z")));
    for others in [&[][..], &[5], &[7777]] {
        let found = crl(&lab.subject(), &lab.list(others), at(NOW));
        assert_eq!(told(&found), (Good, None), "{others:?}");
    }
}

#[test]
fn without_an_end_a_revocation_stands_and_a_good_answer_does_not() {
    let lab = lab();
    let found = |revoked| Found {
        revoked,
        since: None,
        this_update: Some(at("2026-06-01T00:00:00Z").as_second()),
        next_update: None,
    };
    let judged = |revoked| {
        fact(
            &lab.subject(),
            RevocationSource::Ocsp,
            Ok(found(revoked)),
            at(NOW),
        )
    };
    let fault = Some(RevocationFault::NoEnd);
    assert_eq!(told(&judged(true)), (Revoked, fault));
    assert_eq!(told(&judged(false)), (Unknown, fault));
}

#[test]
fn a_list_that_does_not_hold_says_nothing() {
    let (lab, other) = (lab(), lab());
    let list = lab.list(&[77]);
    let late = crl(&lab.subject(), &list, at("2026-07-02T00:00:00Z"));
    assert_eq!(told(&late), (Unknown, Some(RevocationFault::OutOfDate)));
    let early = crl(&lab.subject(), &list, at("2026-05-02T00:00:00Z"));
    assert_eq!(told(&early), (Unknown, Some(RevocationFault::Future)));
    // The same name, another key.
    let foreign = crl(&lab.subject(), &other.list(&[]), at(NOW));
    assert_eq!(
        told(&foreign),
        (Unknown, Some(RevocationFault::ListForeign))
    );
    let mixed = Subject {
        issuer: super::Issuer::Certificate(&other.issuer),
        ..lab.subject()
    };
    let found = crl(&mixed, &other.list(&[]), at(NOW));
    assert_eq!(
        told(&found),
        (Unknown, Some(RevocationFault::CertificateForeign))
    );
}

/// No bit of a list can be changed into "not revoked".
#[test]
fn a_bent_list_is_never_good() {
    let lab = lab();
    let list = lab.list(&[77]);
    for place in 0..list.len() {
        for bit in [1, 0x80] {
            let mut bent = list.clone();
            bent[place] ^= bit;
            let found = crl(&lab.subject(), &bent, at(NOW));
            assert_ne!(found.status, Good, "{place} {bit}");
        }
        assert_eq!(crl(&lab.subject(), &list[..place], at(NOW)).status, Unknown);
    }
}

use crate::probe::chain::{
    der::tag,
    profile::writing::{oids, sequence, tlv},
};

const SHA1: &[u8] = &[0x2B, 14, 3, 2, 26];

/// An OCSPResponse about serial number `serial`, signed by `key`, named as `responder`.
fn answer(
    lab: &Lab,
    serial: u8,
    status: &[u8],
    key: &KeyPair,
    responder: &[u8],
    chain: &[u8],
) -> Vec<u8> {
    use aws_lc_rs::digest;
    let issuer = View::of(&lab.issuer).unwrap();
    let hash = |bytes| digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
    let id = sequence(&[
        &oids(&[SHA1]),
        &tlv(tag::OCTET_STRING, &[hash(issuer.subject.raw).as_ref()]),
        &tlv(tag::OCTET_STRING, &[hash(issuer.key.bytes).as_ref()]),
        &tlv(tag::INTEGER, &[&[serial]]),
    ]);
    let when = |text: &str| tlv(tag::GENERALIZED_TIME, &[text.as_bytes()]);
    let next = tlv(tag::explicit(0), &[&when("20260701000000Z")]);
    let single = sequence(&[&id, status, &when("20260601000000Z"), &next]);
    let data = sequence(&[
        &tlv(tag::explicit(1), &[responder]),
        &when("20260601000000Z"),
        &sequence(&[&single]),
    ]);
    let signature = rcgen::SigningKey::sign(key, &data).unwrap();
    let algorithm = [0x30, 10, 6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2];
    let chain = if chain.is_empty() {
        Vec::new()
    } else {
        tlv(tag::explicit(0), &[&sequence(&[chain])])
    };
    let basic = sequence(&[
        &data,
        &algorithm,
        &tlv(tag::BIT_STRING, &[&[0], &signature]),
        &chain,
    ]);
    let typed = sequence(&[
        &tlv(tag::OID, &[&[0x2B, 6, 1, 5, 5, 7, 48, 1, 1]]),
        &tlv(tag::OCTET_STRING, &[&basic]),
    ]);
    sequence(&[&[tag::ENUMERATED, 1, 0], &tlv(tag::explicit(0), &[&typed])])
}

const GOOD: &[u8] = &[0x80, 0];

fn revoked() -> Vec<u8> {
    tlv(0xA1, &[&tlv(tag::GENERALIZED_TIME, &[b"20260602000000Z"])])
}

fn ask(lab: &Lab, der: &[u8]) -> Revocation {
    ocsp(&lab.subject(), RevocationSource::Staple, der, at(NOW))
}

#[test]
fn an_answer_of_the_issuer_counts() {
    let lab = lab();
    let name = View::of(&lab.issuer).unwrap().subject.raw.to_vec();
    let make = |serial, status: &[u8]| answer(&lab, serial, status, &lab.key, &name, &[]);
    assert_eq!(told(&ask(&lab, &make(77, GOOD))), (Good, None));
    let found = ask(&lab, &make(77, &revoked()));
    assert_eq!(told(&found), (Revoked, None));
    assert_eq!(found.since, Some(at("2026-06-02T00:00:00Z")));
    assert_eq!(
        told(&ask(&lab, &make(77, &[0x82, 0]))),
        (Unknown, Some(RevocationFault::ResponderIgnorant))
    );
    assert_eq!(
        told(&ask(&lab, &make(78, GOOD))),
        (Unknown, Some(RevocationFault::AnswerOfOther))
    );
    let late = ocsp(
        &lab.subject(),
        RevocationSource::Ocsp,
        &make(77, GOOD),
        at("2026-08-01T00:00:00Z"),
    );
    assert_eq!(told(&late), (Unknown, Some(RevocationFault::OutOfDate)));
}

#[test]
fn a_delegate_counts_only_with_its_purpose() {
    let lab = lab();
    let signer = Issuer::new(lab.params.clone(), &lab.key);
    for (purposes, expected) in [
        (
            vec![rcgen::ExtendedKeyUsagePurpose::OcspSigning],
            (Good, None),
        ),
        (
            vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth],
            (Unknown, Some(RevocationFault::SignerMayNot)),
        ),
    ] {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, "OCSP");
        params.extended_key_usages = purposes;
        let certificate = params.signed_by(&key, &signer).unwrap();
        let name = View::of(certificate.der()).unwrap().subject.raw.to_vec();
        let der = answer(&lab, 77, GOOD, &key, &name, certificate.der());
        assert_eq!(told(&ask(&lab, &der)), expected);
        // Without its certificate nobody known signed it.
        let bare = answer(&lab, 77, GOOD, &key, &name, &[]);
        assert_eq!(
            told(&ask(&lab, &bare)),
            (Unknown, Some(RevocationFault::AnswerForeign))
        );
    }
}

#[test]
fn a_bent_answer_is_never_good() {
    let lab = lab();
    let name = View::of(&lab.issuer).unwrap().subject.raw.to_vec();
    let der = answer(&lab, 77, &revoked(), &lab.key, &name, &[]);
    for place in 0..der.len() {
        let mut bent = der.clone();
        bent[place] ^= 1;
        assert_ne!(ask(&lab, &bent).status, Good, "{place}");
        assert_eq!(ask(&lab, &der[..place]).status, Unknown);
    }
    assert_eq!(
        told(&ask(&lab, &[0x30, 3, 10, 1, 3])),
        (Unknown, Some(RevocationFault::ResponderLater))
    );
}

#[test]
fn a_staple_becomes_part_of_the_fact() {
    let lab = lab();
    let name = View::of(&lab.issuer).unwrap().subject.raw.to_vec();
    let der = answer(&lab, 77, &revoked(), &lab.key, &name, &[]);
    let ders = [lab.leaf.clone(), lab.issuer.clone()];
    let mut fact = ChainFact::default();
    staple(&mut fact, &ders, Some(&der), at(NOW));
    assert_eq!((fact.staple, fact.timestamps.staple), (Tri::Yes, Some(0)));
    assert_eq!(told(&fact.revocation[0]), (Revoked, None));
    let mut alone = ChainFact::default();
    staple(&mut alone, &ders[..1], Some(&der), at(NOW));
    assert_eq!(
        told(&alone.revocation[0]),
        (Unknown, Some(RevocationFault::IssuerAbsent))
    );
    let mut none = ChainFact::default();
    staple(&mut none, &ders, None, at(NOW));
    assert_eq!((none.staple, none.revocation.len()), (Tri::No, 0));
}
