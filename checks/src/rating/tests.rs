//! Known servers, every policy, exact answers.

use std::collections::BTreeSet;

use super::*;
use crate::{
    Tri,
    examples::{chain, leaf, now},
    fact::{Order, TlsVersion, TrustVerdict},
    tls::samples::{CURVES, MODERN, intermediate, modern, server, sound, version},
};
use TlsVersion::{Ssl2, Ssl3, Tls10, Tls11, Tls12, Tls13};

/// A chain that is trusted, whole and for the right name, with an RSA key of 2,048 bits for a year.
fn rsa() -> ChainFact {
    let mut fact = chain(leaf());
    fact.message.missing_issuer = Tri::No;
    fact
}

/// The same with a P-256 key for ninety days.
fn p256() -> ChainFact {
    let mut fact = rsa();
    let leaf = &mut fact.certificates[0];
    leaf.key.kind = "ec".to_owned();
    leaf.key.bits = 256;
    leaf.key.curve = Some("secp256r1".to_owned());
    leaf.signature = "ecdsa-with-SHA256".to_owned();
    leaf.not_before = "2026-10-01T00:00:00Z".parse().unwrap();
    leaf.not_after = "2026-12-30T00:00:00Z".parse().unwrap();
    fact
}

/// Mozilla's old configuration with an RSA certificate.
fn old() -> TlsFact {
    let cbc = [
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
        "TLS_RSA_WITH_AES_128_CBC_SHA",
        "TLS_RSA_WITH_AES_256_CBC_SHA",
        "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
    ];
    let mut best = vec![
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    ];
    best.extend(cbc);
    let mut fact = server(&[
        (Tls10, &cbc, &CURVES),
        (Tls11, &cbc, &CURVES),
        (Tls12, &best, &CURVES),
        (Tls13, &MODERN, &CURVES),
    ]);
    sound(&mut fact);
    fact
}

/// A server of which everything was asked and nothing else is wrong.
fn asked(versions: &[(TlsVersion, &[&str], &[&str])]) -> TlsFact {
    let mut fact = server(versions);
    sound(&mut fact);
    fact
}

fn rating(policy: &str, tls: &TlsFact, chain: Option<&ChainFact>) -> Rating {
    let at = now();
    let all = rate(Rated { tls, chain, at });
    all.into_iter().find(|one| one.policy == policy).unwrap()
}

/// The verdict, or `≤ best` where it is not known.
fn short(answer: &Answer) -> String {
    match &answer.at_best {
        Some(best) => {
            assert_eq!(answer.verdict, UNKNOWN);
            format!("≤ {best}")
        }
        None => answer.verdict.clone(),
    }
}

fn labs(tls: &TlsFact, chain: Option<&ChainFact>) -> (String, String) {
    let rating = rating("ssl-labs", tls, chain);
    (short(&rating.with_trust), short(&rating.without_trust))
}

fn letter(tls: &TlsFact) -> String {
    labs(tls, Some(&rsa())).1
}

#[test]
fn every_policy_is_read_and_says_whence() {
    for text in EMBEDDED {
        Policy::parse(text).unwrap();
    }
    let list = policies();
    assert_eq!(list.len(), EMBEDDED.len());
    let ids: BTreeSet<_> = list.iter().map(|one| one.id).collect();
    assert_eq!(ids.len(), list.len());
    for one in list {
        assert!(!one.sources.is_empty(), "{}", one.id);
        for source in one.sources {
            assert!(source.url.starts_with("https://"), "{}", one.id);
            assert_eq!(source.repository.is_some(), source.commit.is_some());
            assert!(source.commit.as_ref().is_none_or(|id| id.len() == 40));
        }
        // A policy is no surer than the least sure of what it was read from.
        let least = one.sources.iter().map(|source| source.certainty).max();
        assert_eq!(least, Some(one.certainty), "{}", one.id);
    }
}

#[test]
fn every_suite_and_group_named_stands_in_the_registry() {
    let mut named = 0;
    for policy in all() {
        if let Kind::Tiers(tiers) = &policy.kind {
            let mut seen = BTreeSet::new();
            for suite in tiers.tier.iter().flat_map(|tier| &tier.suites) {
                assert!(suite.name().is_some(), "{}: {suite}", policy.id);
                assert!(seen.insert(*suite), "{}: {suite} twice", policy.id);
                named += 1;
            }
            for group in tiers.tier.iter().flat_map(|tier| &tier.groups) {
                assert!(group.name().is_some(), "{}: {group}", policy.id);
            }
        }
    }
    assert_eq!(named, 3 + 12 + 29 + 47);
}

#[test]
fn a_policy_that_makes_no_sense_is_refused() {
    let labs = EMBEDDED[4];
    for (from, to) in [
        ("source = \"2020\"", "source = \"memory\""),
        ("compression = true", "compression = false"),
        ("flaw = \"robot\"", "flaw = \"other\""),
        ("[letters]", "[letters]\nextra = 1"),
    ] {
        let broken = labs.replacen(from, to, 1);
        assert_ne!(broken, labs);
        assert!(Policy::parse(&broken).is_err(), "{to}");
    }
}

#[test]
fn known_servers_by_every_policy() {
    let mut rc4 = asked(&[(Ssl3, &["TLS_RSA_WITH_RC4_128_SHA"], &[])]);
    rc4.features.secure_renegotiation = Tri::No;
    let good = asked(&[(Tls13, &MODERN[1..], &CURVES)]);
    let mut strong = p256();
    strong.certificates[0].key.curve = Some("secp384r1".to_owned());
    strong.certificates[0].key.bits = 384;
    let [yes, no] = ["compliant", "not_compliant"];
    let rows = [
        (
            "modern",
            modern(),
            p256(),
            [yes, yes, no, "sufficient", "A"],
        ),
        (
            "intermediate",
            intermediate(),
            rsa(),
            [no, yes, yes, "insufficient", "A"],
        ),
        ("old", old(), rsa(), [no, no, yes, "insufficient", "B"]),
        (
            "SSLv3 and RC4",
            rc4,
            rsa(),
            [no, no, no, "insufficient", "F"],
        ),
        (
            "TLS 1.3, AES-256",
            good,
            strong,
            [yes, yes, no, "good", "A"],
        ),
    ];
    for (name, tls, chain, expected) in rows {
        let at = now();
        let chain = Some(&chain);
        let found: Vec<String> = rate(Rated {
            tls: &tls,
            chain,
            at,
        })
        .iter()
        .map(|one| short(&one.with_trust))
        .collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn a_reason_names_what_breaks_the_line() {
    let breaks = |policy, tls: &TlsFact| -> Vec<String> {
        let rating = rating(policy, tls, Some(&rsa()));
        rating.reasons.into_iter().map(|line| line.en).collect()
    };
    assert_eq!(
        breaks("mozilla-modern", &intermediate())[..2],
        [
            "version TLSv1.2",
            "suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
        ]
    );
    assert_eq!(breaks("ncsc-nl", &intermediate()), ["group DH 2048 bit"]);
    assert!(breaks("mozilla-intermediate", &intermediate()).is_empty());
    let mut weak = intermediate();
    weak.versions.get_mut(&Tls12).unwrap().dh_bits = vec![1024];
    assert_eq!(breaks("mozilla-intermediate", &weak), ["group DH 1024 bit"]);
    let mut squeezed = old();
    squeezed.features.compression = Tri::Yes;
    assert_eq!(
        breaks("ssl-labs", &squeezed),
        [
            "C: TLS compression (CRIME)",
            "B: TLS 1.0 offered",
            "B: TLS 1.1 offered"
        ]
    );
    let anon = asked(&[(Tls12, &["TLS_ECDH_anon_WITH_AES_256_CBC_SHA"], &CURVES)]);
    assert_eq!(
        breaks("ssl-labs", &anon)[0],
        "F: score 0 (versions 100, key exchange 0, ciphers 100)"
    );
    // Nine suites and more: the list ends with how many were left out.
    assert_eq!(breaks("mozilla-modern", &old()).len(), REASONS + 1);
}

#[test]
fn scores_are_weighed_30_30_40() {
    let scores = |tls: &TlsFact, chain: &ChainFact| {
        let scores = rating("ssl-labs", tls, Some(chain)).scores.unwrap();
        [
            scores.protocol,
            scores.key_exchange,
            scores.cipher,
            scores.total,
        ]
    };
    assert_eq!(scores(&modern(), &p256()), [100, 90, 90, 93]);
    assert_eq!(scores(&old(), &rsa()), [95, 90, 90, 91]);
    let mut big = rsa();
    big.certificates[0].key.bits = 4096;
    let best = asked(&[(
        Tls12,
        &["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"],
        &["secp384r1"],
    )]);
    assert_eq!(scores(&best, &big), [100, 100, 100, 100]);
    let old = asked(&[(Ssl2, &["SSL_CK_RC4_128_EXPORT40_WITH_MD5"], &[])]);
    assert_eq!(scores(&old, &rsa())[0], 0);
    assert_eq!(scores(&old, &rsa())[3], 0);
    // Nobody proves who the server is: zero in one category is zero in all.
    let anon = asked(&[(Tls12, &["TLS_ECDH_anon_WITH_AES_256_CBC_SHA"], &CURVES)]);
    assert_eq!(scores(&anon, &rsa()), [100, 0, 100, 0]);
    assert_eq!(letter(&anon), "F");
}

#[test]
fn letters_are_capped() {
    let gcm = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
    let with = |version, suites: &[&str]| {
        let mut fact = intermediate();
        let found = crate::tls::samples::version(suites, &CURVES, Tri::Yes);
        fact.versions.insert(version, found);
        fact.versions.get_mut(&version).unwrap().order = Order::Server;
        fact
    };
    let rc4 = "TLS_RSA_WITH_RC4_128_SHA";
    let triple = "TLS_RSA_WITH_3DES_EDE_CBC_SHA";
    assert_eq!(letter(&intermediate()), "A");
    assert_eq!(letter(&with(Tls10, &[gcm])), "B");
    assert_eq!(letter(&with(Tls11, &[gcm])), "B");
    assert_eq!(letter(&with(Ssl2, &["SSL_CK_RC4_128_WITH_MD5"])), "F");
    assert_eq!(letter(&with(Ssl3, &[rc4])), "B");
    assert_eq!(letter(&with(Ssl3, &["TLS_RSA_WITH_AES_128_CBC_SHA"])), "C");
    assert_eq!(letter(&with(Tls12, &[gcm, rc4])), "C");
    assert_eq!(letter(&with(Tls10, &[rc4])), "B");
    assert_eq!(letter(&with(Tls12, &[gcm, triple])), "A");
    assert_eq!(letter(&with(Tls12, &[triple, gcm])), "C");
    assert_eq!(
        letter(&with(Tls12, &["TLS_RSA_WITH_AES_128_GCM_SHA256"])),
        "B"
    );
    assert_eq!(
        letter(&with(Tls12, &["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"])),
        "B"
    );
    assert_eq!(
        letter(&with(Tls12, &[gcm, "TLS_RSA_EXPORT_WITH_RC4_40_MD5"])),
        "F"
    );
    assert_eq!(letter(&asked(&[(Tls12, &[gcm], &CURVES)])), "A-");
    assert_eq!(
        letter(&asked(&[(
            Tls11,
            &["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"],
            &CURVES
        )])),
        "C"
    );
    let field = |bits| {
        let mut fact = intermediate();
        fact.versions.get_mut(&Tls12).unwrap().dh_bits = vec![bits];
        fact
    };
    assert_eq!(letter(&field(1024)), "B");
    assert_eq!(letter(&field(512)), "F");
    let featured = |change: fn(&mut TlsFact)| {
        let mut fact = intermediate();
        change(&mut fact);
        letter(&fact)
    };
    assert_eq!(featured(|f| f.flaws.robot = Tri::Yes), "F");
    assert_eq!(featured(|f| f.flaws.heartbleed = Tri::Yes), "F");
    assert_eq!(featured(|f| f.features.compression = Tri::Yes), "C");
    assert_eq!(
        featured(|f| f.features.secure_renegotiation = Tri::No),
        "A-"
    );
    let open = |f: &mut TlsFact| {
        f.features.secure_renegotiation = Tri::No;
        f.features.client_renegotiation = Tri::Yes;
    };
    assert_eq!(featured(open), "F");
}

#[test]
fn trust_and_name_stand_beside_the_letter() {
    let both = |with: &str, without: &str| (with.to_owned(), without.to_owned());
    let changed = |change: fn(&mut ChainFact)| {
        let mut chain = rsa();
        change(&mut chain);
        labs(&intermediate(), Some(&chain))
    };
    assert_eq!(changed(|_| ()), both("A", "A"));
    let distrust = |chain: &mut ChainFact| chain.trust[0].verdict = TrustVerdict::Untrusted;
    assert_eq!(changed(distrust), both("T", "A"));
    assert_eq!(
        changed(|chain| chain.name_match = Some(false)),
        both("M", "A")
    );
    let late = |chain: &mut ChainFact| {
        chain.certificates[0].not_after = "2026-11-01T00:00:00Z".parse().unwrap();
    };
    assert_eq!(changed(late), both("T", "A"));
    let sha1 = |chain: &mut ChainFact| {
        "sha1WithRSAEncryption".clone_into(&mut chain.certificates[0].signature);
    };
    assert_eq!(changed(sha1), both("T", "A"));
    let unknown = |chain: &mut ChainFact| chain.trust[0].verdict = TrustVerdict::Unknown;
    assert_eq!(changed(unknown), both("≤ A", "A"));
    assert_eq!(
        changed(|chain| chain.message.missing_issuer = Tri::Yes),
        both("B", "B")
    );
    // NCSC-NL fails it, and says what it would be without.
    let mut chain = p256();
    chain.name_match = Some(false);
    let ncsc = rating("ncsc-nl", &modern(), Some(&chain));
    assert_eq!(short(&ncsc.with_trust), "insufficient");
    assert_eq!(short(&ncsc.without_trust), "sufficient");
}

/// A list that was cut short is never good, and what is bad already stays bad.
#[test]
fn what_is_not_known_never_makes_better() {
    let mut cut = intermediate();
    cut.versions.get_mut(&Tls12).unwrap().suites_complete = Tri::Unknown;
    let answers = |tls: &TlsFact, chain: Option<&ChainFact>| -> Vec<String> {
        let at = now();
        let all = rate(Rated { tls, chain, at });
        all.iter().map(|one| short(&one.with_trust)).collect()
    };
    let no = "not_compliant";
    assert_eq!(
        answers(&cut, Some(&rsa())),
        [no, "≤ compliant", "≤ compliant", "insufficient", "≤ A"]
    );
    let mut light = modern();
    light.features = crate::fact::Features::default();
    light.flaws = crate::fact::Flaws::default();
    assert_eq!(
        answers(&light, Some(&p256())),
        ["compliant", "compliant", no, "≤ sufficient", "≤ A"]
    );
    assert_eq!(
        answers(&modern(), None),
        [
            "≤ compliant",
            "≤ compliant",
            "≤ compliant",
            "≤ sufficient",
            "≤ A"
        ]
    );
    assert_eq!(
        answers(&TlsFact::default(), None),
        ["≤ compliant", "≤ compliant", "≤ compliant", "≤ good", "≤ A"]
    );
    // One bad thing decides, whatever else was not asked.
    let mut broken = TlsFact::default();
    broken.versions.insert(
        Ssl2,
        version(&["SSL_CK_DES_64_CBC_WITH_MD5"], &[], Tri::Unknown),
    );
    assert_eq!(answers(&broken, None), [no, no, no, "insufficient", "≤ F"]);
    assert_eq!(letter(&broken), "F");
    let mut capped = cut.clone();
    let rc4 = ["TLS_RSA_WITH_RC4_128_SHA"];
    capped
        .versions
        .insert(Tls11, version(&rc4, &[], Tri::Unknown));
    assert_eq!(letter(&capped), "≤ C");
    let reasons = rating("ssl-labs", &cut, Some(&rsa())).reasons;
    assert!(reasons[0].en.starts_with("not everything was asked"));
}
