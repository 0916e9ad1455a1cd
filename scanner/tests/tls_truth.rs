//! Facts against the truth on real servers. The truth is found by `openssl s_client`, one suite or one
//! group a connection, with nothing of ours in between.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, and says what it skips"
)]

mod tls_support;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::{Command, Stdio},
    sync::Mutex,
    time::Instant,
};

use luytre_checks::{
    Fact,
    fact::{ChainFact, Order, TlsFact, TlsVersion, Tri},
};
use luytre_scanner::probe::{chain::ChainReader, tls_and_chain};
use tls_support::{NAME, Server, engine, line, nginx, openssl, papers, s_server};

const LEGACY: &str = "ssl_certificate rsa.crt; ssl_certificate_key rsa.key;
    ssl_certificate ec.crt; ssl_certificate_key ec.key; ssl_dhparam dh1024;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:COMPLEMENTOFALL:@SECLEVEL=0;";

const INTERMEDIATE: &str = "ssl_protocols TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers off;
    ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305;";

const RSA: &str = "ssl_certificate rsa.crt; ssl_certificate_key rsa.key;";
const EC: &str = "ssl_certificate ec.crt; ssl_certificate_key ec.key;";

/// What one version offers, by IANA number and name.
#[derive(Debug, Default, PartialEq, Eq)]
struct Truth {
    suites: BTreeSet<u16>,
    groups: BTreeSet<&'static str>,
}

/// Groups of TLS as OpenSSL 3 calls them, and as IANA does.
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
    ("sect233k1", "sect233k1"),
    ("sect283k1", "sect283k1"),
    ("sect571r1", "sect571r1"),
    ("ffdhe2048", "ffdhe2048"),
    ("ffdhe3072", "ffdhe3072"),
    ("ffdhe4096", "ffdhe4096"),
    ("ffdhe6144", "ffdhe6144"),
    ("ffdhe8192", "ffdhe8192"),
];

const VERSIONS: &[(TlsVersion, &str)] = &[
    (TlsVersion::Tls10, "-tls1"),
    (TlsVersion::Tls11, "-tls1_1"),
    (TlsVersion::Tls12, "-tls1_2"),
    (TlsVersion::Tls13, "-tls1_3"),
];

/// Every suite that this OpenSSL can speak: name and number.
fn known_suites(folder: &Path) -> Vec<(String, u16)> {
    let listed = openssl(
        folder,
        &["ciphers", "-V", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"],
    );
    let row = |line: &str| {
        let mut words = line.split_whitespace();
        let (high, low) = words.next()?.split_once(',')?;
        let byte = |text: &str| u8::from_str_radix(text.trim_start_matches("0x"), 16).ok();
        let number = u16::from_be_bytes([byte(high)?, byte(low)?]);
        Some((words.nth(1)?.to_owned(), number))
    };
    listed.lines().filter_map(row).collect()
}

fn accepted(folder: &Path, port: u16, arguments: &[&str], mark: &str) -> bool {
    let output = Command::new("openssl")
        .args([
            "s_client",
            "-connect",
            &format!("127.0.0.1:{port}"),
            "-servername",
            NAME,
        ])
        .args(arguments)
        .current_dir(folder)
        .env("OPENSSL_CONF", "/dev/null")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.contains("SSL handshake has read") && text.contains(mark) && !text.contains("(NONE)")
}

/// One question: the version, the suite or else the group, the arguments, what s_client then prints.
type Job = (TlsVersion, Result<u16, &'static str>, Vec<String>, String);

/// What s_client prints when that group is used.
fn temporary_key(group: &str) -> String {
    let shown = match group {
        "X25519" | "X448" => group,
        "P-256" => "ECDH, prime256v1",
        "P-384" => "ECDH, secp384r1",
        "P-521" => "ECDH, secp521r1",
        "P-224" => "ECDH, secp224r1",
        "P-192" => "ECDH, prime192v1",
        field if field.starts_with("ffdhe") => "DH",
        curve => return format!("Server Temp Key: ECDH, {curve},"),
    };
    format!("Server Temp Key: {shown},")
}

/// A question for each suite of `some`; none if all of them together are refused.
fn suite_jobs(
    folder: &Path,
    port: u16,
    version: TlsVersion,
    flag: &str,
    some: &[(String, u16)],
) -> Vec<Job> {
    let modern = version == TlsVersion::Tls13;
    let fit = some
        .iter()
        .filter(|(name, _)| name.starts_with("TLS_") == modern);
    let arguments = |names: &str| -> Vec<String> {
        if modern {
            vec![flag.into(), "-ciphersuites".into(), names.into()]
        } else {
            vec![
                flag.into(),
                "-cipher".into(),
                format!("{names}:@SECLEVEL=0"),
            ]
        }
    };
    let names: Vec<_> = fit.clone().map(|(name, _)| name.as_str()).collect();
    let together = arguments(&names.join(":"));
    let together: Vec<_> = together.iter().map(String::as_str).collect();
    if names.is_empty() || !accepted(folder, port, &together, "") {
        return Vec::new();
    }
    fit.map(|(name, number)| {
        (
            version,
            Ok(*number),
            arguments(name),
            format!("Cipher is {name}"),
        )
    })
    .collect()
}

/// The truth, asked a handful of questions at a time.
///
/// `beside` is offered after each group: the curve of the certificate, where there is no other.
fn truth(folder: &Path, port: u16, beside: &str) -> BTreeMap<TlsVersion, Truth> {
    let suites = known_suites(folder);
    let mut jobs: Vec<Job> = Vec::new();
    for (version, flag) in VERSIONS {
        // A version that is refused with everything offered need not be asked suite by suite.
        if !accepted(
            folder,
            port,
            &[flag, "-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"],
            "",
        ) {
            continue;
        }
        for some in suites.chunks(12) {
            jobs.extend(suite_jobs(folder, port, *version, flag, some));
        }
        for (name, iana) in GROUPS {
            let mut arguments = vec![
                (*flag).to_owned(),
                "-groups".into(),
                if *name == "P-256" {
                    (*name).into()
                } else {
                    format!("{name}{beside}")
                },
            ];
            if *version != TlsVersion::Tls13 {
                arguments.extend(["-cipher".into(), "kEECDH:@SECLEVEL=0".into()]);
            }
            jobs.push((*version, Err(iana), arguments, temporary_key(name)));
        }
    }
    let found = Mutex::new(BTreeMap::<TlsVersion, Truth>::new());
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some((version, what, arguments, mark)) = jobs.get(place) else {
                        return;
                    };
                    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
                    if accepted(folder, port, &arguments, mark) {
                        let mut found = found.lock().unwrap();
                        let entry = found.entry(*version).or_default();
                        match what {
                            Ok(suite) => drop(entry.suites.insert(*suite)),
                            Err(group) => drop(entry.groups.insert(group)),
                        }
                    }
                }
            });
        }
    });
    found.into_inner().unwrap()
}

struct Seen {
    tls: TlsFact,
    chain: ChainFact,
    connections: u32,
}

fn look(server: &Server, name: Option<&str>) -> Seen {
    let line = line(server.port, name);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let begun = Instant::now();
    let (tls, chain) = runtime.block_on(tls_and_chain(&line, &ChainReader::default()));
    let wall = begun.elapsed();
    let (_, cost) = line.settle();
    eprintln!(
        "{} connections, {wall:?}, {} bytes in, {} out",
        cost.connections, cost.bytes_received, cost.bytes_sent
    );
    match (tls, chain) {
        (Ok(Fact::Tls(tls)), Ok(Fact::Chain(chain))) => Seen {
            tls,
            chain,
            connections: cost.connections,
        },
        other => panic!("{other:?}"),
    }
}

/// Kinds of keys of the leaves presented, in the order seen.
fn kinds(chain: &ChainFact) -> Vec<&str> {
    let all = std::iter::once(chain).chain(&chain.also);
    all.map(|chain| chain.leaf().unwrap().key.kind.as_str())
        .collect()
}

fn as_truth(fact: &TlsFact) -> BTreeMap<TlsVersion, Truth> {
    let offered = fact
        .versions
        .iter()
        .filter(|(_, fact)| fact.offered == Tri::Yes);
    offered
        .map(|(version, fact)| {
            assert_eq!(
                (fact.suites_complete, fact.groups_complete),
                (Tri::Yes, Tri::Yes),
                "{version}"
            );
            let truth = Truth {
                suites: fact
                    .suites
                    .iter()
                    .map(|suite| u16::try_from(suite.0).unwrap())
                    .collect(),
                groups: fact
                    .groups
                    .iter()
                    .map(|group| group.name().unwrap())
                    .collect(),
            };
            assert_eq!(truth.suites.len(), fact.suites.len());
            assert_eq!(truth.groups.len(), fact.groups.len());
            (*version, truth)
        })
        .collect()
}

/// Looks by name and by address, compares with the truth, and counts.
fn compare(server: &Server, truth: &BTreeMap<TlsVersion, Truth>, most: u32) -> Seen {
    let by_name = look(server, Some(NAME));
    let by_address = look(server, None);
    for seen in [&by_name, &by_address] {
        assert_eq!(as_truth(&seen.tls), *truth);
        for version in TlsVersion::ALL {
            let expected = Tri::from(truth.contains_key(&version));
            assert_eq!(seen.tls.offers(version), expected, "{version}");
            assert!(!seen.tls.versions[&version].refused_by_close);
        }
        assert_eq!(seen.chain.name_match, Some(true));
        assert_eq!(seen.chain.certificates.len(), 1);
        assert!(seen.connections <= most, "{} > {most}", seen.connections);
    }
    assert_eq!(by_name.tls.versions, by_address.tls.versions);
    assert_eq!(by_name.tls.server_name.as_deref(), Some(NAME));
    assert_eq!(by_address.tls.server_name, None);
    by_name
}

#[test]
fn everything_that_openssl_can() {
    if !(engine("nginx") && engine("openssl")) {
        return;
    }
    let folder = papers();
    let mut known = None;
    for order in [
        "ssl_prefer_server_ciphers off;",
        "ssl_prefer_server_ciphers on;",
    ] {
        let server = nginx(folder.path(), &format!("{LEGACY} {order}"));
        // Whose order counts changes nothing in what is taken one at a time.
        let known = known.get_or_insert_with(|| truth(folder.path(), server.port, ""));
        let seen = compare(&server, known, 145);
        // Both certificates come by, whichever is shown first.
        let mut kinds = kinds(&seen.chain);
        kinds.sort_unstable();
        assert_eq!(kinds, ["ec", "rsa"]);
        let pairs: usize = seen
            .tls
            .versions
            .values()
            .map(|fact| fact.suites.len())
            .sum();
        assert_eq!(pairs, 126);
        for (version, fact) in &seen.tls.versions {
            let custom = fact.offered == Tri::Yes && *version != TlsVersion::Tls13;
            assert_eq!(
                fact.dh_bits,
                if custom { vec![1024] } else { vec![] },
                "{version}"
            );
            if custom {
                let expected = if order.contains("on") {
                    Order::Server
                } else {
                    Order::Client
                };
                assert_eq!(fact.order, expected, "{version}");
            }
        }
    }
}

#[test]
fn mozilla_intermediate() {
    if !(engine("nginx") && engine("openssl")) {
        return;
    }
    let folder = papers();
    let field = &[(TlsVersion::Tls12, "ffdhe2048")][..];
    for (papers, more, beside, leaves) in [
        (
            format!("{RSA} ssl_dhparam ffdhe2048;"),
            field,
            "",
            &["rsa"][..],
        ),
        (format!("{RSA} {EC}"), &[], "", &["ec", "rsa"]),
        // The certificate's own curve must stay on offer here, or every suite hides.
        (EC.to_owned(), &[], ":P-256", &["ec"]),
    ] {
        let server = nginx(folder.path(), &format!("{papers} {INTERMEDIATE}"));
        let mut truth = truth(folder.path(), server.port, beside);
        for (version, group) in more {
            truth.get_mut(version).unwrap().groups.insert(group);
        }
        let seen = compare(&server, &truth, 24);
        assert_eq!(kinds(&seen.chain), leaves);
        assert_eq!(seen.tls.versions[&TlsVersion::Tls12].order, Order::Client);
        assert_eq!(seen.tls.versions[&TlsVersion::Tls13].order, Order::Client);
    }
}

#[test]
fn tls13_alone() {
    if !(engine("nginx") && engine("openssl")) {
        return;
    }
    let folder = papers();
    let server = nginx(folder.path(), &format!("{RSA} ssl_protocols TLSv1.3;"));
    let seen = compare(&server, &truth(folder.path(), server.port, ""), 15);
    let version = &seen.tls.versions[&TlsVersion::Tls13];
    assert_eq!((version.suites.len(), version.groups.len()), (3, 10));
}

#[test]
fn one_connection_at_a_time() {
    if !engine("openssl") {
        return;
    }
    let folder = papers();
    let server = s_server(
        folder.path(),
        &[
            "-cert",
            "rsa.crt",
            "-key",
            "rsa.key",
            "-cipher",
            "ECDHE-RSA-AES128-SHA:AES256-SHA:@SECLEVEL=0",
        ],
    );
    let seen = look(&server, Some(NAME));
    let names = |version| -> BTreeSet<String> {
        seen.tls.versions[&version]
            .suites
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    let expected: BTreeSet<String> = [
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        "TLS_RSA_WITH_AES_256_CBC_SHA",
    ]
    .map(Into::into)
    .into();
    for version in [TlsVersion::Tls10, TlsVersion::Tls11, TlsVersion::Tls12] {
        assert_eq!(names(version), expected, "{version}");
    }
    assert_eq!(names(TlsVersion::Tls13).len(), 3);
    assert_eq!(seen.tls.offers(TlsVersion::Ssl3), Tri::No);
}
