//! Primes of finite-field Diffie-Hellman, named where they are published.
#![allow(
    clippy::format_collect,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, and says what it skips"
)]

mod tls_support;

use std::{fs, path::Path, process::Command};

use luytre_checks::{
    Fact,
    fact::{DhPrime, TlsVersion, Tri, VersionFact},
};
use luytre_inventory::ScanProfile;
use luytre_scanner::{
    Limits, Line,
    probe::{Probe, TlsProbe},
};
use sha2::{Digest, Sha256};
use tls_support::{NAME, engine, line, line_with, must, nginx, papers, s_server};

/// The prime of RFC 2409 section 6.2.
const OAKLEY: &str = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74\
    020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437\
    4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
    EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF";

/// TLS 1.2 of the server on `port`, as surveyed.
fn found(port: u16) -> VersionFact {
    seen(&line(port, Some(NAME)))
}

fn seen(line: &Line) -> VersionFact {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match runtime.block_on(TlsProbe.observe(line)) {
        Ok(Fact::Tls(mut fact)) => fact.versions.remove(&TlsVersion::Tls12).unwrap(),
        other => panic!("{other:?}"),
    }
}

/// The parameters in `file` as OpenSSL prints them: the prime, big-endian without leading zeros.
fn prime(folder: &Path, file: &str) -> Vec<u8> {
    let arguments = ["asn1parse", "-in", file];
    let output = Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let whole = text.lines().find(|line| line.contains("INTEGER")).unwrap();
    bytes(whole.rsplit(':').next().unwrap().trim())
}

fn bytes(hex: &str) -> Vec<u8> {
    let pair = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(pair).collect()
}

fn digest(prime: &[u8]) -> String {
    let digest = Sha256::digest(prime);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes `prime` with the generator 2 as parameters (PKCS #3).
fn parameters(folder: &Path, file: &str, prime: &[u8]) {
    let text = format!(
        "asn1=SEQUENCE:p\n[p]\na=INTEGER:0x{}\nb=INTEGER:2\n",
        prime.iter().map(|b| format!("{b:02X}")).collect::<String>()
    );
    fs::write(folder.join("parameters"), text).unwrap();
    let make = ["asn1parse", "-genconf", "parameters", "-noout", "-out"];
    must(folder, &[&make[..], &["parameters.der"]].concat());
    let convert = ["dhparam", "-inform", "DER", "-in", "parameters.der", "-out"];
    must(folder, &[&convert[..], &[file]].concat());
}

#[test]
fn a_prime_is_named_if_it_is_published() {
    if !(engine("nginx") && engine("openssl")) {
        return;
    }
    let papers = papers();
    let folder = papers.path();
    let generate = ["genpkey", "-genparam", "-algorithm"];
    for (file, arguments) in [
        ("rfc3526", ["DH", "-pkeyopt", "group:modp_2048"]),
        ("rfc5114", ["DHX", "-pkeyopt", "dh_rfc5114:3"]),
    ] {
        must(
            folder,
            &[&generate[..], &arguments, &["-out", file]].concat(),
        );
    }
    parameters(folder, "oakley", &bytes(OAKLEY));
    for (file, bits, known) in [
        ("dh1024", 1024, None),
        ("rfc3526", 2048, Some("RFC 3526 group 14")),
        ("rfc5114", 2048, Some("RFC 5114 group 24")),
        ("oakley", 1024, Some("RFC 2409 group 2")),
    ] {
        let prime = prime(folder, file);
        let expected = DhPrime {
            bits,
            sha256: digest(&prime),
            known: known.map(str::to_owned),
        };
        let directives = format!(
            "ssl_certificate rsa.crt; ssl_certificate_key rsa.key; ssl_protocols TLSv1.2;
            ssl_ciphers DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0; ssl_dhparam {file};"
        );
        let found = found(nginx(folder, &directives).port);
        assert_eq!(found.dh_bits, [bits], "{file}");
        assert_eq!(found.dh_primes, [expected], "{file}");
    }
}

#[test]
fn a_field_of_the_registry_is_a_group() {
    if !engine("openssl") {
        return;
    }
    let papers = papers();
    let arguments = [
        "-cert",
        "rsa.crt",
        "-key",
        "rsa.key",
        "-dhparam",
        "ffdhe2048",
    ];
    let suites = ["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"];
    let server = s_server(papers.path(), &[&arguments[..], &suites].concat());
    let found = found(server.port);
    assert_eq!(found.groups[0].name(), Some("ffdhe2048"));
    assert_eq!((found.dh_bits.len(), found.dh_primes.len()), (0, 0));
}

#[test]
fn openssl_makes_a_key_for_each_handshake() {
    if !engine("nginx") || !engine("openssl") {
        return;
    }
    let papers = papers();
    let group = ["-pkeyopt", "group:ffdhe2048", "-out", "dh"];
    must(
        papers.path(),
        &[&["genpkey", "-genparam", "-algorithm", "DH"][..], &group].concat(),
    );
    let directives = "ssl_certificate rsa.crt; ssl_certificate_key rsa.key; ssl_protocols TLSv1.2;
        ssl_ciphers DHE+AESGCM:ECDHE+AESGCM; ssl_dhparam dh;";
    let server = nginx(papers.path(), directives);
    let found = seen(&line_with(
        ScanProfile::Standard,
        [127, 0, 0, 1].into(),
        server.port,
        Some(NAME),
        Limits::default(),
    ));
    assert_eq!(
        (found.dh_key_reused, found.ecdh_key_reused),
        (Tri::No, Tri::No)
    );
}
