//! `luytre certificate check`: what it reads, what it says, how it ends.

use std::{fs, path::Path};

use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use serde_json::Value;

use super::documents::obeys;
use crate::support::{folder, luytre};

const NAME: &str = "www.doiche.test";

/// Writes `root.pem`, `chain.pem`, the same between other text and lines of another system, and in DER.
fn write(folder: &Path) {
    let keys = [(); 2].map(|()| KeyPair::generate().expect("a key"));
    let mut above = CertificateParams::default();
    above.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    above.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let mut below = CertificateParams::new([NAME.to_owned()]).expect("a name");
    below
        .distinguished_name
        .push(rcgen::DnType::OrganizationName, "Mẫu");
    below.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    below.use_authority_key_identifier_extension = true;
    for params in [&mut above, &mut below] {
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2027, 1, 1);
    }
    let root = above.self_signed(&keys[0]).expect("a root");
    let issuer = Issuer::new(above, &keys[0]);
    let leaf = below.signed_by(&keys[1], &issuer).expect("a leaf");
    let chain = leaf.pem() + &root.pem();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).expect("written");
    put("root.pem", root.pem().as_bytes());
    put("chain.pem", chain.as_bytes());
    let text = format!("Chủ thể: Mẫu\n{}\nrồi gốc\n{}cuối", leaf.pem(), root.pem());
    put("text.pem", text.replace('\n', "\r\n").as_bytes());
    put("leaf.der", leaf.der());
    put("both.der", &[leaf.der().as_ref(), root.der()].concat());
    put("cut.der", &leaf.der()[..100]);
    put("junk.pem", b"khong phai chung thu");
    put(
        "broken.pem",
        b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n",
    );
    let bare = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    put("bare.pem", bare.as_bytes());
}

fn check(folder: &Path, args: &[&str]) -> Value {
    let mut command = luytre(folder);
    command
        .args(["certificate", "check", "--json", "-"])
        .args(args);
    let output = command.assert().code(0).get_output().stdout.clone();
    let document = serde_json::from_slice(&output).expect("JSON");
    obeys("certificate-check.json", &document);
    document
}

/// A file, options, and why it is not trusted.
type Case<'a> = (&'a str, &'a [&'a [&'a str]], Option<&'a str>);

#[test]
fn what_is_trusted_and_why_not() {
    let place = folder();
    write(place.path());
    let roots = ["--roots", "root.pem"];
    let at = ["--at", "2026-11-25T00:00:00Z"];
    let named = ["--name", NAME];
    let cases: [Case<'_>; 15] = [
        ("chain.pem", &[&roots, &at], None),
        ("chain.pem", &[&roots, &at, &named], None),
        ("text.pem", &[&roots, &at, &named], None),
        ("leaf.der", &[&roots, &at, &named], None),
        ("both.der", &[&roots, &at, &named], None),
        ("chain.pem", &[&at, &named], Some("unknown_issuer")),
        ("chain.pem", &[&["--roots", "leaf.der"], &at], None),
        (
            "chain.pem",
            &[&["--roots", "bare.pem"], &at],
            Some("unknown_issuer"),
        ),
        (
            "chain.pem",
            &[&roots, &at, &["--name", "a.doiche.test"]],
            Some("name_mismatch"),
        ),
        (
            "chain.pem",
            &[&roots, &at, &["--name", "192.0.2.1"]],
            Some("name_mismatch"),
        ),
        (
            "chain.pem",
            &[&roots, &["--at", "2027-06-01T00:00:00+07:00"]],
            Some("expired"),
        ),
        (
            "chain.pem",
            &[&roots, &["--at", "2025-06-01T00:00:00Z"]],
            Some("not_yet_valid"),
        ),
        ("cut.der", &[&roots, &at], Some("unreadable")),
        ("junk.pem", &[&roots, &at], Some("unreadable")),
        ("broken.pem", &[&roots, &at], Some("unreadable")),
    ];
    for (file, args, reason) in cases {
        let args = [&[file][..], &args.concat()].concat();
        let document = check(place.path(), &args);
        assert_eq!(
            document["trusted"],
            reason.is_none(),
            "{args:?}: {document}"
        );
        assert_eq!(document["reason"].as_str(), reason, "{args:?}: {document}");
    }
    let document = check(place.path(), &["chain.pem"]);
    assert_eq!(document["position"], 0);
    assert_eq!(document["certificates"].as_array().map(Vec::len), Some(2));
    assert!(
        document["verdicts"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    );
}

#[test]
fn a_file_that_is_not_there_is_a_failure() {
    let place = folder();
    write(place.path());
    let cases: [&[&str]; 4] = [
        &["none.pem"],
        &["chain.pem", "--roots", "none.pem"],
        &["chain.pem", "--roots", "junk.pem"],
        &["chain.pem", "--at", "hôm qua"],
    ];
    for args in cases {
        let mut command = luytre(place.path());
        let assert = command.args(["certificate", "check"]).args(args).assert();
        assert.code(2).stdout("");
    }
}
