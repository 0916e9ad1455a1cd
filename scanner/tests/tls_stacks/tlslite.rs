//! tlslite-ng: SSL 3.0, RC4 and 3DES, and a ServerName that is an address is refused.

use std::{collections::BTreeMap, path::Path, process::Command};

use luytre_checks::fact::TlsVersion;

use crate::{
    Offer, Offered, assert_scan_is, groups,
    stack::{Stack, fetched, source},
    suites,
    tls_support::{engine, papers},
};

/// Where `tests/run` puts it.
const PYTHON: &str = "python/bin/python3";

/// Everything that it can be told to offer with an RSA certificate.
pub(crate) const EVERYTHING: &str = r#"{"minVersion": [3, 0], "maxVersion": [3, 4],
    "cipherNames": ["chacha20-poly1305", "aes256gcm", "aes128gcm", "aes256ccm", "aes128ccm",
    "aes256", "aes128", "3des", "rc4", "null"],
    "macNames": ["sha", "sha256", "sha384", "aead", "md5"]}"#;

const FEW: &str = r#"{"minVersion": [3, 0], "maxVersion": [3, 1], "cipherNames": ["3des", "rc4"],
    "keyExchangeNames": ["rsa", "ecdhe_rsa"], "macNames": ["sha"], "eccCurves": ["secp256r1",
    "secp384r1"], "keyShares": ["secp256r1"]}"#;

/// Without extensions nobody can ask for a group, so nobody knows whether there are more.
const SILENT: &[TlsVersion] = &[TlsVersion::Ssl3];

pub(crate) fn serve(python: &Path, folder: &Path, options: &str) -> Stack {
    let mut command = Command::new(python);
    command
        .arg(source("stack.py"))
        .arg("serve")
        .arg(folder)
        .arg(options);
    Stack::that_tells(&mut command)
}

pub(crate) fn python() -> Option<std::path::PathBuf> {
    fetched(PYTHON)
}

/// What hellos made and read by tlslite-ng itself learn, by version as the wire numbers it.
fn learn(python: &Path, port: u16) -> Offer {
    let output = Command::new(python)
        .arg(source("stack.py"))
        .args(["ask", &port.to_string()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    // {"3.0": {"suites": [5, 4], "groups": [23]}, …}
    let lists = |part: &str| -> Vec<u16> {
        let inside = part.split_once(": [").unwrap().1.split_once(']').unwrap().0;
        inside.split(", ").filter_map(|n| n.parse().ok()).collect()
    };
    let mut offer = Offer::new();
    for part in text.split("\"3.").skip(1) {
        let wire = 0x0300 + part[..1].parse::<u16>().unwrap();
        let mut all = TlsVersion::ALL.into_iter();
        let version = all.rfind(|version| version.wire() == wire).unwrap();
        let (suites, groups) = part.split_once("\"groups\"").unwrap();
        let offered = Offered {
            suites: lists(suites.split_once("\"suites\"").unwrap().1)
                .into_iter()
                .collect(),
            groups: lists(groups).into_iter().collect(),
        };
        offer.insert(version, offered);
    }
    offer
}

#[test]
fn tlslite_with_everything() {
    let Some(python) = python() else { return };
    if !engine("openssl") {
        return;
    }
    let folder = papers();
    let server = serve(&python, folder.path(), EVERYTHING);
    let mut truth = learn(&python, server.port);
    for version in [TlsVersion::Tls10, TlsVersion::Tls11, TlsVersion::Tls12] {
        // Its messages ask for curves; finite fields up to TLS 1.2 are its default, all of them.
        let fields = [
            "ffdhe2048",
            "ffdhe3072",
            "ffdhe4096",
            "ffdhe6144",
            "ffdhe8192",
        ];
        truth
            .get_mut(&version)
            .unwrap()
            .groups
            .extend(groups(&fields));
    }
    let pairs: usize = truth.values().map(|offered| offered.suites.len()).sum();
    let by_version: BTreeMap<_, _> = truth.iter().map(|(v, o)| (*v, o.suites.len())).collect();
    assert!(pairs > 75, "{by_version:?}");
    assert_scan_is(server.port, &truth, SILENT);
}

#[test]
fn tlslite_with_little() {
    let Some(python) = python() else { return };
    if !engine("openssl") {
        return;
    }
    let folder = papers();
    let server = serve(&python, folder.path(), FEW);
    let old = suites(&["TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_RSA_WITH_RC4_128_SHA"]);
    let curved = suites(&[
        "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
    ]);
    let of = |curves| Offered {
        suites: &old | &curved,
        groups: groups(curves),
    };
    let truth: Offer = [
        // In SSL 3.0 a client cannot say which curves it knows; this server goes on with its first.
        (TlsVersion::Ssl3, of(&["secp256r1"])),
        (TlsVersion::Tls10, of(&["secp256r1", "secp384r1"])),
    ]
    .into();
    crate::assert_same("its own messages", &learn(&python, server.port), &truth);
    assert_scan_is(server.port, &truth, SILENT);
}
