//! SSL 2.0. No server in use still speaks it, so the peers here are ours: one that speaks nothing
//! else, and a real server behind a relay that takes the old packet for itself.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, and says what it skips"
)]

mod tls_support;

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use luytre_checks::{
    Evidence, Fact, Unmeasured,
    fact::{ChainFact, Order, TlsFact, TlsVersion, Tri},
};
use luytre_scanner::{
    Limits,
    probe::{ChainReader, tls_and_chain},
};
use tls_support::{NAME, Peer, engine, line_at, nginx, papers, relay, reset};

const TWO_KINDS: [u8; 6] = [1, 0, 0x80, 7, 0, 0xC0];

type Answer = fn(usize, &mut TcpStream);

struct Seen {
    tls: Result<TlsFact, Unmeasured>,
    chain: Result<ChainFact, Unmeasured>,
    evidence: Vec<Evidence>,
    connections: u32,
}

fn look(port: u16, limits: Limits) -> Seen {
    let line = line_at([127, 0, 0, 1].into(), port, Some(NAME), limits);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (tls, chain) = runtime.block_on(tls_and_chain(&line, &ChainReader::default()));
    let (evidence, cost) = line.settle();
    Seen {
        tls: tls.map(|fact| match fact {
            Fact::Tls(fact) => fact,
            other => panic!("{other:?}"),
        }),
        chain: chain.map(|fact| match fact {
            Fact::Chain(fact) => fact,
            other => panic!("{other:?}"),
        }),
        evidence,
        connections: cost.connections,
    }
}

/// Reads a CLIENT-HELLO of SSL 2.0, if that is what comes; else the bytes read so far.
fn hello_from(stream: &mut TcpStream) -> Result<Vec<u8>, Vec<u8>> {
    let mut head = [0; 2];
    if stream.read_exact(&mut head).is_err() {
        return Err(Vec::new());
    }
    if head[0] & 0x80 == 0 {
        return Err(head.to_vec());
    }
    let mut body = vec![0; usize::from(u16::from_be_bytes(head) & 0x7FFF)];
    stream.read_exact(&mut body).unwrap();
    assert_eq!(body[..3], [1, 0, 2]);
    Ok(body)
}

fn record(body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap() | 0x8000;
    [&length.to_be_bytes()[..], body].concat()
}

fn server_hello(certificate: &[u8], kinds: &[u8]) -> Vec<u8> {
    let short = |bytes: &[u8]| u16::try_from(bytes.len()).unwrap().to_be_bytes();
    let mut body = vec![4, 0, 1, 0, 2];
    for part in [certificate, kinds, &[5; 16]] {
        body.extend(short(part));
    }
    body.extend(certificate);
    body.extend(kinds);
    body.extend([5; 16]);
    record(&body)
}

fn certificate() -> Vec<u8> {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec![NAME.to_owned()]).unwrap();
    params.self_signed(&key).unwrap().der().to_vec()
}

/// A real server behind a relay that answers the packet of SSL 2.0 itself; the count is that of the
/// connection.
fn beside(behind: u16, answer: impl Fn(usize, &mut TcpStream) + Send + Sync + 'static) -> Peer {
    Peer::new(move |count, mut stream| match hello_from(&mut stream) {
        Ok(_) => answer(count, &mut stream),
        Err(first) => relay(stream, &first, behind),
    })
}

const SERVER: &str = "ssl_certificate rsa.crt; ssl_certificate_key rsa.key;
    ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0;";

#[test]
fn a_server_of_ssl2_alone_is_measured_with_its_certificate() {
    for (what, kinds, expected) in [
        (
            "two kinds",
            &TWO_KINDS[..],
            &[
                "SSL_CK_RC4_128_WITH_MD5",
                "SSL_CK_DES_192_EDE3_CBC_WITH_MD5",
            ][..],
        ),
        ("no kind in common", &[], &[]),
        ("a kind without a name", &[8, 0, 0x80], &["0x80080"]),
    ] {
        let der = certificate();
        let peer = Peer::new(move |_, mut stream| {
            // Whatever else comes is closed on, as such servers do.
            if hello_from(&mut stream).is_ok() {
                let _ = stream.write_all(&server_hello(&der, kinds));
                let _ = stream.read(&mut [0; 16]);
            }
        });
        let seen = look(peer.port, Limits::default());
        let tls = seen.tls.unwrap();
        let fact = &tls.versions[&TlsVersion::Ssl2];
        let found: Vec<_> = fact.suites.iter().map(ToString::to_string).collect();
        assert_eq!(
            (fact.offered, found),
            (Tri::Yes, expected.iter().map(|k| (*k).to_owned()).collect()),
            "{what}"
        );
        assert_eq!(
            (fact.suites_complete, fact.groups_complete),
            (Tri::Yes, Tri::Yes)
        );
        assert_eq!(fact.order == Order::Client, expected.len() > 1, "{what}");
        for version in TlsVersion::ALL.into_iter().skip(1) {
            let fact = &tls.versions[&version];
            // Its own hello was answered around each close.
            assert_eq!(
                (fact.offered, fact.refused_by_close),
                (Tri::No, true),
                "{what} {version}"
            );
        }
        assert_eq!(seen.chain.unwrap().name_match, Some(true), "{what}");
        assert!(seen.evidence.iter().any(|e| e.what == "sslv2_hello"));
        assert!(seen.connections < 60, "{what}: {}", seen.connections);
    }
}

#[test]
fn what_answers_the_old_packet_changes_nothing_in_the_rest() {
    if !(engine("nginx") && engine("openssl")) {
        return;
    }
    let folder = papers();
    let server = nginx(folder.path(), SERVER);
    let alone = look(server.port, Limits::default());
    let alone = (alone.tls.unwrap(), alone.connections);
    assert_eq!(alone.0.offers(TlsVersion::Ssl2), Tri::No);
    assert!(!alone.0.versions[&TlsVersion::Ssl2].refused_by_close);
    let quick = Limits {
        answer: Duration::from_secs(2),
        ..Limits::default()
    };
    let cases: &[(&str, Tri, bool, Answer)] = &[
        ("speaks it", Tri::Yes, false, |_, stream| {
            let _ = stream.write_all(&server_hello(&[], &TWO_KINDS));
            let _ = stream.read(&mut [0; 16]);
        }),
        ("drips it", Tri::Yes, false, |_, stream| {
            for byte in server_hello(&[], &TWO_KINDS) {
                let _ = stream.write_all(&[byte]);
            }
            let _ = stream.read(&mut [0; 16]);
        }),
        ("decode_error", Tri::No, false, |_, stream| {
            let _ = stream.write_all(&[21, 3, 3, 0, 2, 2, 50]);
        }),
        ("closes", Tri::No, true, |_, _| ()),
        ("resets", Tri::No, true, |_, stream| reset(stream)),
        // Trouble inside a server says nothing of what was asked.
        ("internal_error", Tri::Unknown, false, |_, stream| {
            let _ = stream.write_all(&[21, 3, 3, 0, 2, 2, 80]);
        }),
        ("silent", Tri::Unknown, false, |_, stream| {
            let _ = stream.read(&mut [0; 16]);
        }),
        (
            "closes now and then",
            Tri::Unknown,
            false,
            |count, stream| {
                if count % 2 == 0 {
                    let _ = stream.read(&mut [0; 16]);
                }
            },
        ),
        ("ERROR of SSL 2.0", Tri::Unknown, false, |_, stream| {
            let _ = stream.write_all(&record(&[0, 0, 1]));
        }),
        ("HTTP", Tri::Unknown, false, |_, stream| {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }),
        ("another version in it", Tri::Unknown, false, |_, stream| {
            let _ = stream.write_all(&record(&[4, 0, 1, 0, 3, 0, 0, 0, 0, 0, 0]));
        }),
        ("lies about lengths", Tri::Unknown, false, |_, stream| {
            let _ = stream.write_all(&record(&[4, 0, 1, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0]));
        }),
        ("endless", Tri::Unknown, false, |_, stream| {
            while stream.write_all(&[4; 4096]).is_ok() {}
        }),
        ("a ServerHello of TLS", Tri::Unknown, false, |_, stream| {
            let hello = [
                &[22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1][..],
                &[7; 32],
                &[0, 0, 0x2F, 0],
            ]
            .concat();
            let _ = stream.write_all(&hello);
            let _ = stream.read(&mut [0; 16]);
        }),
    ];
    for (what, offered, by_close, answer) in cases {
        let peer = beside(server.port, *answer);
        let seen = look(peer.port, quick);
        let mut tls = seen.tls.unwrap();
        let ssl2 = tls.versions.remove(&TlsVersion::Ssl2).unwrap();
        assert_eq!(
            (ssl2.offered, ssl2.refused_by_close),
            (*offered, *by_close),
            "{what}"
        );
        let mut expected = alone.0.clone();
        expected.versions.remove(&TlsVersion::Ssl2);
        assert_eq!(tls, expected, "{what}");
        assert!(seen.chain.is_ok(), "{what}");
        let closes = seen
            .evidence
            .iter()
            .filter(|e| e.what == "refused_by_close");
        assert_eq!(closes.count(), usize::from(*by_close), "{what}");
        assert!(seen.connections <= alone.1 + 7, "{what}");
    }
}

#[test]
fn a_throttle_never_refuses_ssl2() {
    if !(engine("nginx") && engine("openssl")) {
        return;
    }
    let folder = papers();
    let server = nginx(folder.path(), SERVER);
    let whole = look(server.port, Limits::default()).connections;
    // From some connection on everything is reset, wherever the survey then stands.
    for calm in (whole as usize - 4)..=whole as usize + 2 {
        let behind = server.port;
        let peer = Peer::new(move |count, mut stream| match hello_from(&mut stream) {
            _ if count >= calm => reset(&stream),
            Ok(_) => reset(&stream),
            Err(first) => relay(stream, &first, behind),
        });
        let seen = look(peer.port, Limits::default());
        let tls = seen.tls.unwrap();
        assert_ne!(tls.offers(TlsVersion::Ssl2), Tri::No, "{calm}");
    }
}
