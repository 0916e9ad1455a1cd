//! The truth about a TLS server: what OpenSSL's own client is able to agree on with it. Each suite
//! that was agreed on is left out of the next offer, until the server refuses.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    process::{Command, Stdio},
};

use crate::support::{program, run};

/// Version and suite, in the names of the IANA registry.
pub(crate) type Pairs = BTreeSet<(String, String)>;

/// What the intermediate configuration with an RSA certificate offers.
pub(crate) const MODERN: &[(&str, &[&str])] = &[
    (
        "TLSv1.2",
        &[
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        ],
    ),
    TLS13[0],
];

/// What OpenSSL offers in TLS 1.3.
pub(crate) const TLS13: &[(&str, &[&str])] = &[(
    "TLSv1.3",
    &[
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
    ],
)];

/// A table as pairs.
pub(crate) fn pairs(table: &[(&str, &[&str])]) -> Pairs {
    table
        .iter()
        .flat_map(|(version, suites)| {
            suites
                .iter()
                .map(|suite| ((*version).to_owned(), (*suite).to_owned()))
        })
        .collect()
}

/// Everything OpenSSL and the server at `at` can agree on.
pub(crate) fn accepted(at: SocketAddr) -> Pairs {
    let versions = [
        ("TLSv1.0", "-tls1"),
        ("TLSv1.1", "-tls1_1"),
        ("TLSv1.2", "-tls1_2"),
        ("TLSv1.3", "-tls1_3"),
    ];
    let mut found = Pairs::new();
    for (version, flag) in versions {
        // By OpenSSL's own name, since that is how it is asked and how it answers.
        let mut left = suites(flag);
        while let Some(chosen) = agreed(at, flag, &left) {
            let standard = left.remove(&chosen).expect("a suite that was offered");
            found.insert((version.to_owned(), standard));
        }
    }
    found
}

/// Suites that OpenSSL knows for a version: its own name, and the name in the registry.
fn suites(flag: &str) -> BTreeMap<String, String> {
    let output = run(Command::new(program("openssl"))
        .args(["ciphers", "-stdname", "-s", flag])
        .arg("ALL:COMPLEMENTOFALL:@SECLEVEL=0"));
    String::from_utf8(output)
        .expect("openssl prints ASCII")
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let (standard, _dash, own) = (words.next()?, words.next()?, words.next()?);
            Some((own.to_owned(), standard.to_owned()))
        })
        .collect()
}

/// The suite that the server picks out of `offer`; none if it refuses them all.
fn agreed(at: SocketAddr, flag: &str, offer: &BTreeMap<String, String>) -> Option<String> {
    if offer.is_empty() {
        return None;
    }
    let list = offer.keys().cloned().collect::<Vec<_>>().join(":");
    let mut command = Command::new(program("openssl"));
    command.args(["s_client", "-connect", &at.to_string(), flag]);
    if flag == "-tls1_3" {
        command.args(["-ciphersuites", &list]);
    } else {
        command.args(["-cipher", &format!("{list}:@SECLEVEL=0")]);
    }
    let output = command.stdin(Stdio::null()).output().expect("openssl runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let chosen = text
        .lines()
        .find_map(|line| line.strip_prefix("New, ")?.split_once("Cipher is "))
        .map(|(_, chosen)| chosen.trim().to_owned())
        .filter(|chosen| chosen != "(NONE)");
    // A refusal is an alert. Anything else would be no answer, and no truth.
    let refused = String::from_utf8_lossy(&output.stderr).contains("alert");
    assert!(chosen.is_some() || refused, "{at} {flag}: {output:?}");
    chosen
}
