//! GnuTLS: `gnutls-serv`, whose priority string `gnutls-cli --list` spells out.

use std::{collections::BTreeSet, path::Path, process::Command};

use luytre_checks::fact::{Suite, TlsVersion};

use crate::{
    Offer, Offered, assert_same, assert_scan_is, groups,
    learn::{learn, learnable},
    stack::Stack,
    tls_support::{engine, free_port, papers},
};

/// What the library itself says that a priority string means.
fn configured(priority: &str) -> Offer {
    let output = Command::new("gnutls-cli")
        .args(["--list", "--priority", priority])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let list = |start: &str| -> BTreeSet<String> {
        let line = text.lines().find_map(|line| line.strip_prefix(start));
        let words = line.unwrap().split(',').map(|word| word.trim().to_owned());
        words.collect()
    };
    let protocols = list("Protocols: ");
    let (curves, fields): (Vec<_>, Vec<_>) = list("Groups: ")
        .iter()
        .map(|name| name.strip_prefix("GROUP-").unwrap().to_lowercase())
        .partition(|name| !name.starts_with("ffdhe"));
    let number = |names: &[String]| groups(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let suites: Vec<_> = text.lines().filter_map(suite).collect();

    let mut offer = Offer::new();
    for (version, word) in [
        (TlsVersion::Tls10, "TLS1.0"),
        (TlsVersion::Tls11, "TLS1.1"),
        (TlsVersion::Tls12, "TLS1.2"),
        (TlsVersion::Tls13, "TLS1.3"),
    ] {
        if !protocols.contains(&format!("VERS-{word}")) {
            continue;
        }
        let modern = version == TlsVersion::Tls13;
        let mut offered = Offered::default();
        for (number, since) in &suites {
            // Suites are listed with the version that brought them; TLS 1.3 has its own.
            if (*since == "TLS1.3") == modern && *since <= word {
                offered.suites.insert(*number);
            }
        }
        let names: Vec<_> = offered
            .suites
            .iter()
            .map(|n| Suite::from(*n).to_string())
            .collect();
        let any = |start: &str| modern || names.iter().any(|name| name.starts_with(start));
        if any("TLS_ECDHE_") {
            offered.groups.extend(number(&curves));
        }
        if any("TLS_DHE_") {
            offered.groups.extend(number(&fields));
        }
        offer.insert(version, offered);
    }
    offer
}

/// A line of the list: name, two bytes, the version that brought it.
fn suite(line: &str) -> Option<(u16, &str)> {
    let mut words = line.strip_prefix("TLS_")?.split_whitespace().skip(1);
    let mut byte =
        || u8::from_str_radix(words.next()?.strip_prefix("0x")?.trim_end_matches(','), 16).ok();
    Some((u16::from_be_bytes([byte()?, byte()?]), words.next()?))
}

/// A server with an RSA and an ECDSA certificate.
pub(crate) fn serve(folder: &Path, priority: &str) -> Stack {
    let port = free_port();
    let mut command = Command::new("gnutls-serv");
    command
        .args(["--quiet", "--http", "--port", &port.to_string()])
        .args(["--priority", priority, "--disable-client-cert"])
        .args(["--x509certfile", "rsa.crt", "--x509keyfile", "rsa.key"])
        .args(["--x509certfile", "ec.crt", "--x509keyfile", "ec.key"])
        .current_dir(folder);
    Stack::on(port, &mut command)
}

/// Every priority string that is tried, with the versions whose groups cannot be proved whole.
pub(crate) const PRIORITIES: &[(&str, &[TlsVersion])] = &[
    ("NORMAL", &[]),
    (
        // The curve of the ECDSA certificate is not among its groups; the RSA suites alone tell
        // where those end.
        "SECURE256:%SERVER_PRECEDENCE:-VERS-ALL:+VERS-TLS1.2",
        &[],
    ),
    (
        "LEGACY:+VERS-TLS1.3:+ARCFOUR-128:+3DES-CBC:+MD5:+SHA256:+SHA384:+CAMELLIA-128-CBC\
         :+CAMELLIA-256-GCM:+AES-128-CCM-8:+GROUP-SECP224R1",
        &[],
    ),
    (
        "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-FFDHE3072:+GROUP-X448",
        &[],
    ),
];

#[test]
fn gnutls_by_priority_string() {
    if !(engine("gnutls-serv") && engine("openssl")) {
        return;
    }
    let folder = papers();
    for (priority, open) in PRIORITIES {
        let truth = configured(priority);
        let server = serve(folder.path(), priority);
        let learnt = learn(folder.path(), server.port);
        let known = learnable(folder.path(), &truth);
        assert_same(&format!("s_client, {priority}"), &learnt, &known);
        assert_scan_is(server.port, &truth, open);
    }
}
