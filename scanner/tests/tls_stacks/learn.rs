//! What `openssl s_client` learns of a server, one suite or one group a connection.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::{Command, Stdio},
};

use luytre_checks::fact::TlsVersion;

use crate::{Offer, Offered, groups, tls_support};

/// Versions by the flag of `s_client`. Debian builds it without SSL 3.0.
const VERSIONS: &[(TlsVersion, &str)] = &[
    (TlsVersion::Tls10, "-tls1"),
    (TlsVersion::Tls11, "-tls1_1"),
    (TlsVersion::Tls12, "-tls1_2"),
    (TlsVersion::Tls13, "-tls1_3"),
];

/// Groups by the name of OpenSSL 3.0, with their name in the registry.
const GROUPS: &[(&str, &str)] = &[
    ("X25519", "x25519"),
    ("X448", "x448"),
    ("P-256", "secp256r1"),
    ("P-384", "secp384r1"),
    ("P-521", "secp521r1"),
    ("secp256k1", "secp256k1"),
    ("P-224", "secp224r1"),
    ("P-192", "secp192r1"),
    ("brainpoolP256r1", "brainpoolP256r1"),
    ("brainpoolP384r1", "brainpoolP384r1"),
    ("brainpoolP512r1", "brainpoolP512r1"),
    ("ffdhe2048", "ffdhe2048"),
    ("ffdhe3072", "ffdhe3072"),
    ("ffdhe4096", "ffdhe4096"),
    ("ffdhe6144", "ffdhe6144"),
    ("ffdhe8192", "ffdhe8192"),
];

/// Everything that OpenSSL's client and the server can agree on. Finite fields up to TLS 1.2 are not
/// in it: this client cannot ask for one of them there.
pub(crate) fn learn(folder: &Path, port: u16) -> Offer {
    let mut offer = Offer::new();
    for (version, flag) in VERSIONS {
        let mut left = known(folder, *version);
        let mut offered = Offered::default();
        // What was agreed on is left out of the next question, until the server refuses.
        while let Some(chosen) = agreed(port, flag, &left) {
            offered.suites.insert(left.remove(&chosen).unwrap());
        }
        if offered.suites.is_empty() {
            continue;
        }
        for (own, name) in GROUPS {
            if can_ask(*version, name) && takes_group(port, flag, own) {
                offered.groups.extend(groups(&[name]));
            }
        }
        offer.insert(*version, offered);
    }
    offer
}

/// The part of `offer` that [`learn`] could find.
pub(crate) fn learnable(folder: &Path, offer: &Offer) -> Offer {
    let mut out = offer.clone();
    out.remove(&TlsVersion::Ssl3);
    for (version, offered) in &mut out {
        let suites: BTreeSet<_> = known(folder, *version).into_values().collect();
        offered.suites.retain(|suite| suites.contains(suite));
        let mut names: Vec<_> = GROUPS.iter().map(|row| row.1).collect();
        names.retain(|name| can_ask(*version, name));
        let known = groups(&names);
        offered.groups.retain(|group| known.contains(group));
    }
    out
}

/// Whether `s_client` can offer the group `name` in `version`. Up to TLS 1.2 a field would be passed
/// over and some other one used; in TLS 1.3 it knows no curves but the common ones.
fn can_ask(version: TlsVersion, name: &str) -> bool {
    if version == TlsVersion::Tls13 {
        let common = ["x25519", "x448", "secp256r1", "secp384r1", "secp521r1"];
        common.contains(&name) || name.starts_with("ffdhe")
    } else {
        // Stacks have one list of curves for the versions before; asking once saves seconds.
        version == TlsVersion::Tls12 && !name.starts_with("ffdhe")
    }
}

/// Suites that this OpenSSL can speak in `version`: its own name, and the number.
fn known(folder: &Path, version: TlsVersion) -> BTreeMap<String, u16> {
    let every = ["ciphers", "-V", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"];
    let listed = tls_support::openssl(folder, &every);
    let modern = version == TlsVersion::Tls13;
    let row = |line: &str| {
        let mut words = line.split_whitespace();
        let (high, low) = words.next()?.split_once(',')?;
        let byte = |text: &str| u8::from_str_radix(text.trim_start_matches("0x"), 16).ok();
        let number = u16::from_be_bytes([byte(high)?, byte(low)?]);
        let name = words.nth(1)?.to_owned();
        (name.starts_with("TLS_") == modern).then_some((name, number))
    };
    listed.lines().filter_map(row).collect()
}

/// The suite that the server picks out of `offer`; none if it refuses them all.
fn agreed(port: u16, flag: &str, offer: &BTreeMap<String, u16>) -> Option<String> {
    if offer.is_empty() {
        return None;
    }
    let list = offer.keys().cloned().collect::<Vec<_>>().join(":");
    let text = if flag == "-tls1_3" {
        ask(port, &[flag, "-ciphersuites", &list])
    } else {
        ask(port, &[flag, "-cipher", &format!("{list}:@SECLEVEL=0")])
    };
    let mut rows = text.lines();
    let row = rows.find_map(|line| line.strip_prefix("New, ")?.split_once("Cipher is "));
    row.map(|(_, chosen)| chosen.trim().to_owned())
        .filter(|chosen| chosen != "(NONE)")
}

/// Whether a handshake is agreed on with `group` alone on offer.
fn takes_group(port: u16, flag: &str, group: &str) -> bool {
    let mut arguments = vec![flag, "-groups", group];
    if flag != "-tls1_3" {
        // Curves of certificates are on offer through this list too, so RSA alone.
        arguments.extend(["-cipher", "kEECDH+aRSA:@SECLEVEL=0"]);
    }
    let text = ask(port, &arguments);
    text.contains("Server Temp Key: ") && !text.contains("Cipher is (NONE)")
}

fn ask(port: u16, arguments: &[&str]) -> String {
    let output = Command::new("openssl")
        .args(["s_client", "-connect", &format!("127.0.0.1:{port}")])
        .args(["-servername", tls_support::NAME])
        .args(arguments)
        .env("OPENSSL_CONF", "/dev/null")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    // A refusal is an alert, or in mbedTLS without a curve in common a close in mid-flight. Anything
    // else would be no answer, and no truth.
    let refused = errors.contains("alert") || errors.contains("unexpected eof while reading");
    let answered = refused || text.contains("SSL handshake has read") && !text.contains("(NONE)");
    assert!(answered, "{arguments:?}: {output:?}");
    text
}
