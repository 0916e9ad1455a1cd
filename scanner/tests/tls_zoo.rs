//! Hostile and odd servers: each look ends in time, with the promised reason, and claims nothing that
//! was not proved.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, and says what it skips"
)]

mod tls_support;

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use luytre_checks::{
    Fact, Unmeasured,
    fact::{ChainFact, TlsFact, TlsVersion, Tri, TrustVerdict},
};
use luytre_scanner::{
    Limits,
    probe::{ChainReader, Probe, chain::ChainProbe, tls_and_chain},
    wire::{ClientHello, Incoming, Records},
};
use tls_support::{
    NAME, Peer, engine, line_at, nginx, papers, record_from, relay, reset, s_server,
};

/// The defaults, ten times as impatient.
fn quick() -> Limits {
    let usual = Limits::default();
    Limits {
        connect: usual.connect / 10,
        answer: usual.answer / 10,
        silence: usual.silence / 10,
        whole: usual.whole / 10,
        ..usual
    }
}

type Both = (Result<TlsFact, Unmeasured>, Result<ChainFact, Unmeasured>);

fn look(port: u16, limits: Limits) -> (Both, Duration, u32) {
    let line = line_at([127, 0, 0, 1].into(), port, Some(NAME), limits);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let begun = Instant::now();
    let (tls, chain) = runtime.block_on(tls_and_chain(&line, &ChainReader::default()));
    let wall = begun.elapsed();
    let tls = tls.map(|fact| match fact {
        Fact::Tls(fact) => fact,
        other => panic!("{other:?}"),
    });
    let chain = chain.map(|fact| match fact {
        Fact::Chain(fact) => fact,
        other => panic!("{other:?}"),
    });
    ((tls, chain), wall, line.settle().1.connections)
}

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    [&[kind, 3, 3, length[0], length[1]][..], body].concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&[kind][..], &length[1..], body].concat()
}

fn server_hello(version: u16, suite: u16) -> Vec<u8> {
    let mut body = version.to_be_bytes().to_vec();
    body.extend([7; 32]);
    body.push(0);
    body.extend(suite.to_be_bytes());
    body.push(0);
    record(22, &message(2, &body))
}

fn hello_from(stream: &mut TcpStream) -> Option<ClientHello> {
    hello_in(&record_from(stream))
}

fn hello_in(bytes: &[u8]) -> Option<ClientHello> {
    let mut records = Records::default();
    records.push(bytes);
    match records.message() {
        Ok(Some(Incoming::Handshake { kind: 1, body })) => ClientHello::read(&body).ok(),
        _ => None,
    }
}

/// Certificates in a flight of TLS 1.2 with TLS_RSA_WITH_AES_128_CBC_SHA.
fn presenting(ders: Vec<Vec<u8>>) -> Peer {
    Peer::new(move |_, mut stream| {
        let Some(hello) = hello_from(&mut stream) else {
            return;
        };
        let old = hello.version == 0x0303 && hello.suites.contains(&0x002F);
        if !old {
            let _ = stream.write_all(&record(
                21,
                &[2, if hello.version == 0x0303 { 40 } else { 70 }],
            ));
            return;
        }
        let mut list: Vec<u8> = Vec::new();
        for der in &ders {
            list.extend(&u32::try_from(der.len()).unwrap().to_be_bytes()[1..]);
            list.extend(der);
        }
        let mut body = u32::try_from(list.len()).unwrap().to_be_bytes()[1..].to_vec();
        body.extend(list);
        let mut out = server_hello(0x0303, 0x002F);
        for piece in message(11, &body).chunks(1 << 14) {
            out.extend(record(22, piece));
        }
        out.extend(record(22, &message(14, &[])));
        let _ = stream.write_all(&out);
        let _ = stream.read(&mut [0; 16]);
    })
}

#[test]
fn the_usual_limits_end_a_silent_look_in_ten_seconds() {
    let limits = Limits::default();
    // Answers are given up on until the silence allowed is used up; the last may begin just before.
    assert!(limits.silence + limits.answer <= Duration::from_secs(12));
    let answers = limits
        .silence
        .as_millis()
        .div_ceil(limits.answer.as_millis());
    let connects = limits
        .silence
        .as_millis()
        .div_ceil(limits.connect.as_millis());
    assert!(answers * limits.answer.as_millis() <= 10_000);
    assert!(connects * limits.connect.as_millis() <= 10_000);
    assert!(limits.line_bytes <= 64 << 20 && limits.connection_bytes <= 4 << 20);
}

#[test]
fn nothing_is_learnt_from_peers_that_do_not_speak() {
    type Behave = fn(usize, TcpStream);
    let zoo: &[(&str, Unmeasured, Behave)] = &[
        ("silent", Unmeasured::TimedOut, |_, mut stream| {
            while stream.read(&mut [0; 4096]).is_ok_and(|count| count > 0) {}
        }),
        ("closes at once", Unmeasured::Closed, |_, mut stream| {
            let _ = record_from(&mut stream);
        }),
        ("resets", Unmeasured::Reset, |_, mut stream| {
            let _ = record_from(&mut stream);
            reset(&stream);
        }),
        ("garbage", Unmeasured::Protocol, |_, mut stream| {
            let _ = stream.write_all(&[0x5A; 4096]);
            let _ = stream.read(&mut [0; 4096]);
        }),
        ("endless garbage", Unmeasured::Protocol, |_, mut stream| {
            while stream.write_all(&[0xC3; 4096]).is_ok() {}
        }),
        ("a byte a while", Unmeasured::TimedOut, |_, mut stream| {
            let drip = server_hello(0x0303, 0x002F);
            for byte in drip.iter().cycle() {
                thread::sleep(Duration::from_millis(100));
                if stream.write_all(&[*byte]).is_err() {
                    return;
                }
            }
        }),
        ("endless warnings", Unmeasured::Protocol, |_, mut stream| {
            while stream.write_all(&record(21, &[1, 90])).is_ok() {}
        }),
        (
            "endless empty records",
            Unmeasured::Protocol,
            |_, mut stream| {
                while stream.write_all(&record(22, &[])).is_ok() {}
            },
        ),
        ("endless message", Unmeasured::Protocol, |_, mut stream| {
            let _ = stream.write_all(&record(22, &[2, 0xff, 0xff, 0xff]));
            while stream.write_all(&record(22, &[0; 1024])).is_ok() {}
        }),
        ("HTTP", Unmeasured::Protocol, |_, mut stream| {
            let _ = record_from(&mut stream);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }),
        (
            "refuses everything",
            Unmeasured::Handshake,
            |_, mut stream| {
                let _ = record_from(&mut stream);
                let _ = stream.write_all(&record(21, &[2, 40]));
            },
        ),
        (
            "refuses every version",
            Unmeasured::Handshake,
            |_, mut stream| {
                let _ = record_from(&mut stream);
                let _ = stream.write_all(&record(21, &[2, 70]));
            },
        ),
        (
            "an alert that means nothing",
            Unmeasured::Handshake,
            |_, mut stream| {
                let _ = record_from(&mut stream);
                let _ = stream.write_all(&record(21, &[2, 80]));
            },
        ),
    ];
    for (what, reason, behave) in zoo {
        let peer = Peer::new(*behave);
        let ((tls, chain), wall, connections) = look(peer.port, quick());
        assert_eq!(tls, Err(*reason), "{what}");
        assert_eq!(chain, Err(*reason), "{what}");
        assert!(wall < Duration::from_secs(5), "{what}: {wall:?}");
        assert!(connections <= 12, "{what}: {connections}");
    }
}

#[test]
fn a_closed_port_is_refused_after_one_attempt() {
    let port = tls_support::free_port();
    let ((tls, chain), _, connections) = look(port, quick());
    assert_eq!(
        (tls, chain),
        (Err(Unmeasured::Refused), Err(Unmeasured::Refused))
    );
    assert_eq!(connections, 1);
}

#[test]
fn another_version_each_time_proves_nothing_whole() {
    let peer = Peer::new(|count, mut stream| {
        let _ = record_from(&mut stream);
        let version = 0x0300 + u16::try_from(count % 5).unwrap();
        let _ = stream.write_all(&server_hello(version, 0x002F));
        thread::sleep(Duration::from_millis(20));
    });
    let ((tls, _), wall, connections) = look(peer.port, quick());
    assert!(
        wall < Duration::from_secs(10) && connections < 100,
        "{wall:?} {connections}"
    );
    for fact in tls.iter().flat_map(|fact| fact.versions.values()) {
        assert_ne!(fact.suites_complete, Tri::Yes);
        assert_ne!(fact.groups_complete, Tri::Yes);
    }
}

/// nginx behind a relay that lets a hello through or not.
fn guarded(
    pass: impl Fn(usize, &ClientHello) -> bool + Send + Sync + 'static,
    behind: u16,
) -> Peer {
    Peer::new(move |count, mut stream| {
        let first = record_from(&mut stream);
        let Some(hello) = hello_in(&first) else {
            // Not ours: rustls, for the certificates of TLS 1.3.
            return relay(stream, &first, behind);
        };
        if pass(count, &hello) {
            relay(stream, &first, behind);
        } else {
            reset(&stream);
        }
    })
}

const SERVER: &str = "ssl_certificate rsa.crt; ssl_certificate_key rsa.key; ssl_dhparam dh1024;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-SHA:@SECLEVEL=0;";

#[test]
fn a_version_refused_by_reset_is_told_apart() {
    if !(engine("nginx") && engine("openssl")) {
        return;
    }
    let folder = papers();
    let server = nginx(folder.path(), SERVER);
    let peer = guarded(|_, hello| hello.version >= 0x0303, server.port);
    let line = line_at(
        [127, 0, 0, 1].into(),
        peer.port,
        Some(NAME),
        Limits::default(),
    );
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (tls, chain) = runtime.block_on(tls_and_chain(&line, &ChainReader::default()));
    let (Ok(Fact::Tls(tls)), Ok(Fact::Chain(_))) = (tls, chain) else {
        panic!("not measured");
    };
    for version in [TlsVersion::Tls10, TlsVersion::Tls11] {
        assert_eq!(tls.offers(version), Tri::No, "{version}");
        assert!(tls.versions[&version].refused_by_close, "{version}");
    }
    for version in [TlsVersion::Tls12, TlsVersion::Tls13] {
        let fact = &tls.versions[&version];
        assert_eq!(
            (fact.suites_complete, fact.groups_complete),
            (Tri::Yes, Tri::Yes)
        );
        assert!(!fact.refused_by_close);
    }
    let (evidence, _) = line.settle();
    let closes: Vec<_> = evidence
        .iter()
        .filter(|e| e.what == "refused_by_close")
        .collect();
    assert!(closes.len() >= 2);
    assert!(
        closes[0]
            .command
            .as_ref()
            .unwrap()
            .starts_with("openssl s_client -connect 127.0.0.1:")
    );
}

#[test]
fn a_peer_that_resets_now_and_then_proves_nothing_by_it() {
    if !(engine("nginx") && engine("openssl")) {
        return;
    }
    let folder = papers();
    let server = nginx(folder.path(), SERVER);
    // Steps through patterns, so that a chance agreement with rule 1 cannot hide.
    let mut measured = 0;
    for every in 2..6 {
        let peer = guarded(move |count, _| count % every != every - 1, server.port);
        let ((tls, _), ..) = look(peer.port, Limits::default());
        let Ok(tls) = tls else { continue };
        measured += 1;
        for (version, fact) in &tls.versions {
            let truly = *version > TlsVersion::Ssl3;
            assert!(!fact.refused_by_close, "{every} {version}");
            assert!(!truly || fact.offered != Tri::No, "{every} {version}");
            if fact.suites_complete == Tri::Yes {
                let expected = match version {
                    TlsVersion::Tls12 | TlsVersion::Tls13 => 3,
                    _ => 2,
                };
                assert_eq!(fact.suites.len(), expected, "{every} {version}");
            }
        }
    }
    assert!(measured > 1);
}

#[test]
fn one_version_alone_behind_resets_is_measured_whole() {
    if !(engine("nginx") && engine("openssl")) {
        return;
    }
    let folder = papers();
    let server = nginx(folder.path(), SERVER);
    for only in [TlsVersion::Tls10, TlsVersion::Tls12] {
        let peer = guarded(move |_, hello| hello.version == only.wire(), server.port);
        let ((tls, chain), _, connections) = look(peer.port, Limits::default());
        let tls = tls.unwrap();
        assert!(chain.is_ok());
        for (version, fact) in &tls.versions {
            let expected = if *version == only { Tri::Yes } else { Tri::No };
            assert_eq!(fact.offered, expected, "{only}: {version}");
            // SSL 3.0 too: its control goes without extensions, and nginx answers that.
            // The packet of SSL 2.0 goes through, and nginx answers it with an alert.
            let by_close = *version != only && *version != TlsVersion::Ssl2;
            assert_eq!(fact.refused_by_close, by_close, "{only}: {version}");
        }
        assert_eq!(tls.versions[&only].suites_complete, Tri::Yes);
        assert!(connections < 70, "{connections}");
    }
}

#[test]
fn a_server_that_closes_instead_of_alerting_is_measured_whole() {
    if !(engine("nginx") && engine("openssl")) {
        return;
    }
    let folder = papers();
    let server = nginx(folder.path(), SERVER);
    let behind = server.port;
    // What nginx answers with an alert becomes a close.
    let peer = Peer::new(move |_, mut stream| {
        let first = record_from(&mut stream);
        let mut to = TcpStream::connect(("127.0.0.1", behind)).unwrap();
        let _ = to.write_all(&first);
        let answer = record_from(&mut to);
        if answer.first() == Some(&22) {
            let _ = stream.write_all(&answer);
            let mut to_back = to.try_clone().unwrap();
            let mut from = stream.try_clone().unwrap();
            thread::spawn(move || std::io::copy(&mut from, &mut to_back));
            let _ = std::io::copy(&mut to, &mut stream);
        }
    });
    let ((tls, _), ..) = look(peer.port, Limits::default());
    let tls = tls.unwrap();
    for (version, suites) in [
        (TlsVersion::Tls10, 2),
        (TlsVersion::Tls11, 2),
        (TlsVersion::Tls12, 3),
        (TlsVersion::Tls13, 3),
    ] {
        let fact = &tls.versions[&version];
        assert_eq!(fact.suites.len(), suites, "{version}");
        assert_eq!(
            (fact.suites_complete, fact.groups_complete),
            (Tri::Yes, Tri::Yes),
            "{version}"
        );
    }
    assert_eq!(tls.offers(TlsVersion::Ssl3), Tri::No);
}

#[test]
fn a_server_that_chokes_on_long_lists_is_asked_in_pieces() {
    if !(engine("nginx") && engine("openssl")) {
        return;
    }
    let folder = papers();
    let server = nginx(folder.path(), SERVER);
    let behind = server.port;
    for choke in ["alert", "close", "hang"] {
        let choked = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&choked);
        let peer = Peer::new(move |_, mut stream| {
            let first = record_from(&mut stream);
            if hello_in(&first).is_none_or(|hello| hello.suites.len() <= 128) {
                return relay(stream, &first, behind);
            }
            seen.fetch_add(1, Ordering::Relaxed);
            match choke {
                "alert" => drop(stream.write_all(&record(21, &[2, 40]))),
                "hang" => drop(stream.read(&mut [0; 16])),
                _ => {}
            }
        });
        let limits = Limits {
            answer: Duration::from_millis(700),
            ..Limits::default()
        };
        let ((tls, _), ..) = look(peer.port, limits);
        let tls = tls.unwrap();
        let fact = &tls.versions[&TlsVersion::Tls12];
        assert_eq!(fact.suites.len(), 3, "{choke}");
        assert_eq!(
            (fact.suites_complete, fact.groups_complete),
            (Tri::Yes, Tri::Yes),
            "{choke}"
        );
        for version in [TlsVersion::Tls10, TlsVersion::Tls11] {
            let fact = &tls.versions[&version];
            assert_eq!(fact.suites.len(), 2, "{choke} {version}");
            assert_eq!(fact.suites_complete, Tri::Yes, "{choke} {version}");
        }
        assert!(choked.load(Ordering::Relaxed) > 0);
    }
}

#[test]
fn a_server_that_refuses_newer_versions_by_alert_is_found() {
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
            "AES128-SHA:@SECLEVEL=0",
            "-tls1",
        ],
    );
    let behind = server.port;
    // It does not negotiate down as it should, but refuses what it does not know.
    let peer = Peer::new(move |_, mut stream| {
        let first = record_from(&mut stream);
        if hello_in(&first).is_some_and(|hello| hello.version <= 0x0301) {
            relay(stream, &first, behind);
        } else {
            let _ = stream.write_all(&record(21, &[2, 70]));
        }
    });
    let ((tls, chain), ..) = look(peer.port, Limits::default());
    let tls = tls.unwrap();
    assert!(chain.is_ok());
    for (version, expected) in [
        (TlsVersion::Tls13, Tri::No),
        (TlsVersion::Tls12, Tri::No),
        (TlsVersion::Tls11, Tri::No),
        (TlsVersion::Tls10, Tri::Yes),
        (TlsVersion::Ssl3, Tri::No),
    ] {
        assert_eq!(tls.offers(version), expected, "{version}");
    }
}

#[test]
fn a_throttle_in_the_middle_leaves_the_rest_unknown() {
    if !(engine("nginx") && engine("openssl")) {
        return;
    }
    let folder = papers();
    let server = nginx(folder.path(), SERVER);
    let peer = guarded(|count, _| count < 4, server.port);
    let ((tls, chain), _, connections) = look(peer.port, quick());
    let tls = tls.unwrap();
    assert!(chain.is_ok());
    assert!(connections < 20, "{connections}");
    for (version, fact) in &tls.versions {
        assert_ne!(fact.offered, Tri::No, "{version}");
        assert_ne!(fact.suites_complete, Tri::Yes, "{version}");
    }
}

#[test]
fn chains_of_any_shape_are_described() {
    let many = many_names(10_000);
    let ((tls, chain), wall, _) = look(presenting(vec![many]).port, Limits::default());
    assert!(wall < Duration::from_secs(10), "{wall:?}");
    assert_eq!(tls.unwrap().offers(TlsVersion::Tls12), Tri::Yes);
    let chain = chain.unwrap();
    assert_eq!(
        (
            chain.certificates[0].name_count,
            chain.certificates[0].names.len()
        ),
        (10_000, 1000)
    );
    assert_eq!(chain.name_match, Some(false));

    let mut truncated = many_names(1);
    truncated.truncate(200);
    let ((_, chain), ..) = look(
        presenting(vec![truncated, many_names(2)]).port,
        Limits::default(),
    );
    let chain = chain.unwrap();
    assert_eq!((chain.unreadable.len(), chain.certificates.len()), (1, 1));
    assert_eq!((chain.unreadable[0].position, chain.leaf()), (0, None));
    assert_eq!(chain.name_match, None);
    assert_eq!(chain.trust[0].verdict, TrustVerdict::Unknown);

    let deep: Vec<_> = (0..50).map(|_| many_names(1)).collect();
    let ((_, chain), wall, _) = look(presenting(deep).port, Limits::default());
    assert_eq!(chain.unwrap().certificates.len(), 50);
    assert!(wall < Duration::from_secs(10), "{wall:?}");

    let ((_, chain), ..) = look(presenting(Vec::new()).port, Limits::default());
    assert!(chain.unwrap().certificates.is_empty());
}

#[test]
fn a_huge_key_is_measured_and_not_computed_with() {
    let der = |tag: u8, parts: &[&[u8]]| -> Vec<u8> {
        let body = parts.concat();
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&[tag, 0x83][..], &length[1..], &body].concat()
    };
    let modulus = [&[0][..], &[0xC7; 2048]].concat();
    let key = der(0x30, &[&der(2, &[&modulus]), &[2, 3, 1, 0, 1]]);
    let rsa = [
        0x30, 13, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 13, 1, 1, 1, 5, 0,
    ];
    let signature = [
        0x30, 13, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 13, 1, 1, 11, 5, 0,
    ];
    let name = [
        0x30, 13, 0x31, 11, 0x30, 9, 6, 3, 0x55, 4, 3, 12, 2, b'l', b'g',
    ];
    let times = der(0x30, &[b"\x17\x0D260101000000Z", b"\x17\x0D270101000000Z"]);
    let spki = der(0x30, &[&rsa, &der(3, &[&[0], &key])]);
    let body = der(0x30, &[&[2, 1, 7], &signature, &name, &times, &name, &spki]);
    let certificate = der(0x30, &[&body, &signature, &der(3, &[&[0], &[0x55; 2048]])]);
    let begun = Instant::now();
    let ((_, chain), ..) = look(presenting(vec![certificate]).port, Limits::default());
    let chain = chain.unwrap();
    assert_eq!(chain.unreadable, []);
    let leaf = chain.leaf().unwrap();
    assert_eq!((leaf.key.kind.as_str(), leaf.key.bits), ("rsa", 16_384));
    assert_eq!(
        (leaf.self_signed, leaf.subject.as_str()),
        (Tri::Unknown, "CN=lg")
    );
    assert!(begun.elapsed() < Duration::from_secs(5));
}

fn many_names(count: usize) -> Vec<u8> {
    let names: Vec<_> = (0..count).map(|n| format!("h{n}.lamgiang.test")).collect();
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(names).unwrap();
    params.self_signed(&key).unwrap().der().to_vec()
}

#[test]
fn the_chain_alone_costs_little() {
    if !(engine("nginx") && engine("openssl")) {
        return;
    }
    let folder = papers();
    for (versions, most) in [("TLSv1.2 TLSv1.3", 1), ("TLSv1.3", 3)] {
        let server = nginx(
            folder.path(),
            &format!(
                "ssl_certificate ec.crt; ssl_certificate_key ec.key; ssl_protocols {versions};"
            ),
        );
        let line = line_at([127, 0, 0, 1].into(), server.port, None, Limits::default());
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let Ok(Fact::Chain(chain)) = runtime.block_on(ChainProbe::default().observe(&line)) else {
            panic!("{versions}");
        };
        let leaf = chain.leaf().unwrap();
        assert_eq!(chain.name_match, Some(true));
        assert_eq!((leaf.key.kind.as_str(), leaf.key.bits), ("ec", 256));
        assert_eq!(leaf.self_signed, Tri::Yes);
        assert_eq!(leaf.subject, format!("CN={NAME},O=Tỉnh Lam Giang"));
        assert!(line.settle().1.connections <= most, "{versions}");
    }
}

#[test]
fn a_key_that_libraries_refuse_is_measured() {
    if !engine("openssl") {
        return;
    }
    let folder = papers();
    // 512 bits: quick to make, and below what any library here takes.
    tls_support::must(
        folder.path(),
        &[
            "req", "-x509", "-nodes", "-newkey", "rsa:512", "-days", "1", "-subj", "/CN=w", "-out",
            "weak.crt", "-keyout", "weak.key",
        ],
    );
    let server = s_server(
        folder.path(),
        &[
            "-cert",
            "weak.crt",
            "-key",
            "weak.key",
            "-cipher",
            "AES128-SHA:@SECLEVEL=0",
            "-tls1_2",
        ],
    );
    let ((_, chain), ..) = look(server.port, Limits::default());
    let chain = chain.unwrap();
    let leaf = chain.leaf().unwrap();
    assert_eq!((leaf.key.kind.as_str(), leaf.key.bits), ("rsa", 512));
    assert_eq!(
        (leaf.self_signed, chain.name_match),
        (Tri::Unknown, Some(false))
    );
}
