//! mbedTLS 2.28 as Debian has it, behind a small server of our own that the C compiler makes here.

use std::{collections::BTreeSet, path::Path, process::Command};

use luytre_checks::fact::{Suite, TlsVersion};

use crate::{
    Offer, Offered, assert_same, assert_scan_is, groups,
    learn::{learn, learnable},
    stack::{Stack, source},
    suites,
    tls_support::{engine, papers},
};

/// All that Debian's build knows and an RSA key serves, but DHE: its prime is no group.
const SUITES: &[&str] = &[
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_CAMELLIA_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_128_CCM_8",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA",
];

const CURVES: &[&str] = &["x25519", "secp256r1", "secp256k1", "brainpoolP384r1"];

fn numbers(numbers: &BTreeSet<u16>) -> String {
    let words: Vec<_> = numbers.iter().map(ToString::to_string).collect();
    words.join(",")
}

pub(crate) fn serve(folder: &Path) -> Stack {
    let program = folder.join("mbedtls");
    let built = Command::new("cc")
        .args(["-O1", "-o"])
        .arg(&program)
        .arg(source("mbedtls.c"))
        .args(["-lmbedtls", "-lmbedx509", "-lmbedcrypto"])
        .output()
        .unwrap();
    assert!(built.status.success(), "{built:?}");
    let mut command = Command::new(program);
    command
        .args(["rsa.crt", "rsa.key"])
        .args([numbers(&suites(SUITES)), numbers(&groups(CURVES))])
        .current_dir(folder);
    Stack::that_tells(&mut command)
}

pub(crate) fn there() -> bool {
    // The header stands for the package.
    let there = Path::new("/usr/include/mbedtls/ssl.h").exists();
    let no_skip = std::env::var("LUYTRE_NO_SKIP");
    assert!(
        there || no_skip.as_deref() != Ok("1"),
        "libmbedtls-dev is missing"
    );
    if !there {
        eprintln!("SKIPPED: libmbedtls-dev is missing");
    }
    there && engine("cc") && engine("openssl")
}

#[test]
fn mbedtls_as_configured() {
    if !there() {
        return;
    }
    let folder = papers();
    let server = serve(folder.path());
    let mut truth = Offer::new();
    for version in [TlsVersion::Tls10, TlsVersion::Tls11, TlsVersion::Tls12] {
        let mut offered = Offered {
            suites: suites(SUITES),
            groups: groups(CURVES),
        };
        // Suites with a hash or a mode in their name came with TLS 1.2 (RFC 5246 section 1.2).
        let old = |suite: &u16| Suite::from(*suite).to_string().ends_with("CBC_SHA");
        offered
            .suites
            .retain(|suite| version == TlsVersion::Tls12 || old(suite));
        // X25519 is a curve like the others to it, in every version.
        truth.insert(version, offered);
    }
    let learnt = learn(folder.path(), server.port);
    assert_same("s_client", &learnt, &learnable(folder.path(), &truth));
    // Without a curve in common it chooses a suite, shows its certificate and closes: no alert says
    // that there is no other curve.
    let old = [TlsVersion::Tls10, TlsVersion::Tls11, TlsVersion::Tls12];
    assert_scan_is(server.port, &truth, &old);
}
