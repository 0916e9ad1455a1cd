//! Agreement with sslscan and nmap. Every difference is in [`KNOWN`] with its reason, and
//! `docs/oracles.md` has the same table for people.

use std::{collections::BTreeSet, process::Command};

use luytre_checks::fact::{Suite, TlsVersion};

use crate::{
    Offer, differences, scanned,
    tls_support::{engine, nginx, papers},
};

const BOTH: &str = "ssl_certificate rsa.crt; ssl_certificate_key rsa.key;
    ssl_certificate ec.crt; ssl_certificate_key ec.key;";

/// The servers: a name, and the directives of nginx.
const SERVERS: &[(&str, &str)] = &[
    (
        "legacy",
        "ssl_dhparam dh1024; ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
        ssl_ciphers ALL:COMPLEMENTOFALL:@SECLEVEL=0;",
    ),
    (
        "modern",
        "ssl_dhparam ffdhe2048; ssl_protocols TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers off;
        ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305;",
    ),
    ("tls13", "ssl_protocols TLSv1.3;"),
];

/// What the oracle says (`+`) or does not say (`-`) beside what we say: server, version, groups.
/// Suites agree everywhere.
type Difference = (&'static str, char, TlsVersion, &'static [&'static str]);

const CURVES: &[&str] = &["secp256r1", "secp384r1", "secp521r1", "x25519", "x448"];

/// sslscan 2.0.7.
const KNOWN: &[Difference] = &[
    // It asks for groups in the newest two versions alone.
    ("legacy", '-', TlsVersion::Tls10, CURVES),
    ("legacy", '-', TlsVersion::Tls11, CURVES),
    // Its groups up to TLS 1.2 are curves, so the field of DHE is not seen.
    ("modern", '-', TlsVersion::Tls12, &["ffdhe2048"]),
];

fn number(word: &str) -> u16 {
    u16::from_str_radix(word.trim_start_matches("0x"), 16).unwrap()
}

fn version(word: &str) -> Option<TlsVersion> {
    let all = TlsVersion::ALL.into_iter();
    let mut found = all.filter(|version| version.to_string() == word);
    found.next()
}

fn sslscan(port: u16) -> Offer {
    let output = Command::new("sslscan")
        .args(["--no-colour", "--xml=-", &format!("127.0.0.1:{port}")])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut offer = Offer::new();
    for line in text.lines().map(str::trim) {
        let value = |key: &str| {
            let (_, rest) = line.split_once(&format!(" {key}=\""))?;
            Some(rest.split_once('"')?.0)
        };
        let (Some(spoken), Some(id)) = (value("sslversion").and_then(version), value("id")) else {
            continue;
        };
        if line.starts_with("<cipher ") {
            offer.entry(spoken).or_default().suites.insert(number(id));
        } else if line.starts_with("<group ") {
            offer.entry(spoken).or_default().groups.insert(number(id));
        }
    }
    offer
}

/// Suites alone: nmap does not ask for groups.
fn nmap(port: u16) -> Offer {
    let output = Command::new("nmap")
        .args(["-n", "-Pn", "--unprivileged", "-p", &port.to_string()])
        .args(["--script", "ssl-enum-ciphers", "127.0.0.1"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut offer = Offer::new();
    let mut current = None;
    for line in text.lines() {
        let line = line.trim_start_matches(['|', '_', ' ']);
        if let Some(found) = line.trim_end().strip_suffix(':').and_then(version) {
            current = Some(found);
        }
        let (Some(current), Some(name)) = (current, line.split_whitespace().next()) else {
            continue;
        };
        if name.starts_with("TLS_") {
            // It invents an exchange in the names of TLS 1.3.
            let name = name.replace("TLS_AKE_WITH_", "TLS_");
            let suite = Suite::parse(&name).unwrap_or_else(|| panic!("nmap says {name}"));
            let offered = offer.entry(current).or_default();
            offered.suites.insert(u16::try_from(suite.0).unwrap());
        }
    }
    offer
}

#[test]
fn sslscan_and_nmap_agree_but_for_what_is_known() {
    if !(["nginx", "openssl", "sslscan", "nmap"]
        .iter()
        .all(|program| engine(program)))
    {
        return;
    }
    let folder = papers();
    for (name, directives) in SERVERS {
        let server = nginx(folder.path(), &format!("{BOTH} {directives}"));
        let ours = scanned(server.port, None, &[]);
        let mut without_groups = ours.clone();
        for offered in without_groups.values_mut() {
            offered.groups.clear();
        }
        assert_eq!(
            differences(&nmap(server.port), &without_groups),
            [""; 0],
            "nmap, {name}"
        );

        let found: BTreeSet<_> = differences(&sslscan(server.port), &ours)
            .into_iter()
            .collect();
        let known = KNOWN.iter().filter(|row| row.0 == *name);
        let known = known.flat_map(|(_, sign, version, groups)| {
            groups
                .iter()
                .map(move |group| format!("{sign} {version} {group}"))
        });
        assert_eq!(found, known.collect(), "sslscan, {name}");
    }
}
