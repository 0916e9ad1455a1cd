//! Peers of our own: each protocol, each way of refusing, each hostile one.

use std::{
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use luytre_checks::{
    Unmeasured,
    fact::{TlsVersion, Tri},
};
use luytre_scanner::probe::{ChainReader, Starttls, tls_and_chain};

use crate::{
    line_of, look,
    peer::{Leftover, MYSQL, Said, before, forgetful, only, play, script},
    tls_support::{NAME, Peer, engine, line, nginx, papers, relay},
};

const TLS: &str =
    "ssl_certificate rsa.crt; ssl_certificate_key rsa.key; ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384;";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_protocol_leads_to_the_same_tls() {
    if !engine("nginx") {
        return;
    }
    let folder = papers();
    let server = nginx(folder.path(), TLS);
    let direct = look(&line(server.port, Some(NAME))).await.unwrap();
    assert_eq!(direct.starttls, None);
    assert_eq!(direct.starttls_offered, Tri::Unknown);
    assert_eq!(direct.versions[&TlsVersion::Tls12].suites.len(), 2);
    for protocol in Starttls::ALL {
        let peer = before(protocol, server.port);
        let line = line_of(peer.port, protocol);
        let (tls, chain) = tls_and_chain(&line, &ChainReader::default()).await;
        let Ok(luytre_checks::Fact::Tls(tls)) = tls else {
            panic!("{protocol}: {tls:?}");
        };
        assert_eq!(tls.versions, direct.versions, "{protocol}");
        assert_eq!(tls.starttls.as_deref(), Some(protocol.as_str()));
        assert_eq!(tls.starttls_offered, Tri::Yes, "{protocol}");
        assert!(chain.is_ok(), "{protocol}: {chain:?}");
        let (evidence, _) = line.settle();
        let told = format!("-starttls {protocol} ");
        let commands: Vec<_> = evidence.iter().filter_map(|e| e.command.as_ref()).collect();
        assert!(
            !commands.is_empty() && commands.iter().all(|command| command.contains(&told)),
            "{commands:?}"
        );
    }
}

/// A server that speaks the protocol and does not offer TLS is an answer: two conversations, no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_starttls_is_an_answer() {
    use Said::{Bytes, Line, Until};
    const PLAIN: &[u8] = b"<stream:stream xmlns:stream='http://etherx.jabber.org/streams' id='1'>\
        <stream:features><mechanisms/></stream:features>";
    let mut bare: Vec<u8> = MYSQL.to_vec();
    bare[26] = 0xf7;
    let bare: &'static [u8] = bare.leak();
    let refusals: [(Starttls, (&'static [u8], &'static [(Said, &'static [u8])])); 14] = [
        (
            Starttls::Smtp,
            (b"220 x\r\n", &[(Line("EHLO"), b"250-x\r\n250 SIZE\r\n")]),
        ),
        (
            Starttls::Smtp,
            (b"220 x\r\n", &[(Line("EHLO"), b"500 what?\r\n")]),
        ),
        (
            Starttls::Imap,
            (
                b"* OK x\r\n",
                &[
                    (Line("a1 STARTTLS"), b"a1 BAD what?\r\n"),
                    (
                        Line("a2 CAPABILITY"),
                        b"* CAPABILITY IMAP4rev1\r\na2 OK x\r\n",
                    ),
                ],
            ),
        ),
        (
            Starttls::Pop3,
            (
                b"+OK x\r\n",
                &[
                    (Line("STLS"), b"-ERR what?\r\n"),
                    (Line("CAPA"), b"+OK\r\nUSER\r\n.\r\n"),
                ],
            ),
        ),
        (
            Starttls::Ftp,
            (
                b"220 x\r\n",
                &[
                    (
                        Line("AUTH TLS"),
                        b"530 Please login with USER and PASS.\r\n",
                    ),
                    (
                        Line("FEAT"),
                        b"211-Features:\r\n EPRT\r\n UTF8\r\n211 End\r\n",
                    ),
                ],
            ),
        ),
        (
            Starttls::Ftp,
            (
                b"220 x\r\n",
                &[
                    (Line("AUTH TLS"), b"500 what?\r\n"),
                    (Line("FEAT"), b"500 what?\r\n"),
                ],
            ),
        ),
        (
            Starttls::Ldap,
            (
                b"",
                &[(
                    Bytes(31),
                    b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x02\x04\0\x04\0",
                )],
            ),
        ),
        (Starttls::Postgres, (b"", &[(Bytes(8), b"N")])),
        (Starttls::Mysql, (bare, &[])),
        (Starttls::Xmpp, (b"", &[(Until("version='1.0'>"), PLAIN)])),
        (
            Starttls::Nntp,
            (
                b"201 x\r\n",
                &[
                    (Line("STARTTLS"), b"580 no\r\n"),
                    (Line("CAPABILITIES"), b"101 x\r\nVERSION 2\r\n.\r\n"),
                ],
            ),
        ),
        (Starttls::Sieve, (b"\"SASL\" \"PLAIN\"\r\nOK\r\n", &[])),
        (
            Starttls::Rdp,
            (b"", &[(Bytes(19), b"\x03\0\0\x0b\x06\xd0\0\0\x12\x34\0")]),
        ),
        (
            Starttls::Rdp,
            (
                b"",
                &[(
                    Bytes(19),
                    b"\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x03\0\x08\0\x02\0\0\0",
                )],
            ),
        ),
    ];
    for (protocol, script) in refusals {
        let peer = only(script);
        let line = line_of(peer.port, protocol);
        let (tls, chain) = tls_and_chain(&line, &ChainReader::default()).await;
        let Ok(luytre_checks::Fact::Tls(fact)) = tls else {
            panic!("{protocol}: {tls:?}");
        };
        assert_eq!(fact.starttls_offered, Tri::No, "{protocol}");
        assert_eq!(fact.flaws.starttls_injection, Tri::Unknown);
        assert!(
            TlsVersion::ALL
                .iter()
                .all(|version| fact.offers(*version) == Tri::No)
        );
        assert!(chain.is_err(), "{protocol}");
        assert_eq!(line.settle().1.connections, 2, "{protocol}");
    }
}

/// Nothing that turns us away, announces and breaks off, or is foreign says *not offered*.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_tells_nothing_is_unmeasured() {
    use Said::{Bytes, Line};
    let cases: [(
        Starttls,
        (&'static [u8], &'static [(Said, &'static [u8])]),
        Unmeasured,
    ); 12] = [
        (
            Starttls::Smtp,
            (b"421 too many connections\r\n", &[]),
            Unmeasured::Throttled,
        ),
        (
            Starttls::Smtp,
            (b"554 too many errors\r\n", &[]),
            Unmeasured::Throttled,
        ),
        (
            Starttls::Smtp,
            (b"554 go away\r\n", &[]),
            Unmeasured::Refused,
        ),
        (
            Starttls::Smtp,
            (b"220 x\r\n", &[(Line("EHLO"), b"421 slow down\r\n")]),
            Unmeasured::Throttled,
        ),
        (
            Starttls::Smtp,
            (
                b"220 x\r\n",
                &[
                    (Line("EHLO"), b"250 STARTTLS\r\n"),
                    (Line("STARTTLS"), b"454 not now\r\n"),
                ],
            ),
            Unmeasured::Handshake,
        ),
        (
            Starttls::Smtp,
            (b"SSH-2.0-OpenSSH_9.2\r\n", &[]),
            Unmeasured::Protocol,
        ),
        // A server that goes on talking in the clear.
        (
            Starttls::Pop3,
            (b"+OK\r\n", &[(Line("STLS"), b"+OK go\r\n+OK injected\r\n")]),
            Unmeasured::Protocol,
        ),
        (
            Starttls::Imap,
            (b"* BYE too many connections\r\n", &[]),
            Unmeasured::Throttled,
        ),
        (
            Starttls::Ftp,
            (b"421 too many\r\n", &[]),
            Unmeasured::Throttled,
        ),
        (
            Starttls::Mysql,
            (b"\x17\0\0\0\xff\x10\x04Too many connections", &[]),
            Unmeasured::Throttled,
        ),
        (
            Starttls::Ldap,
            (
                b"",
                &[(
                    Bytes(31),
                    b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x34\x04\0\x04\0",
                )],
            ),
            Unmeasured::Handshake,
        ),
        (
            Starttls::Rdp,
            (b"", &[(Bytes(19), b"HTTP/1.1 400 Bad Request\r\n\r\n")]),
            Unmeasured::Protocol,
        ),
    ];
    for (protocol, script, reason) in cases {
        let peer = only(script);
        let found = look(&line_of(peer.port, protocol)).await;
        assert_eq!(found, Err(reason), "{protocol} {:?}", script.0);
    }
}

/// A throttler costs three visits, with rests between them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_throttler_is_left_alone() {
    let peer = only((b"421 4.7.0 too many connections\r\n", &[]));
    let line = line_of(peer.port, Starttls::Smtp);
    assert_eq!(look(&line).await, Err(Unmeasured::Throttled));
    assert_eq!(line.settle().1.connections, 3);
}

/// A server that throttles in the middle: what is not known is unknown, never *no*.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn throttled_in_the_middle_hides_no_version() {
    if !engine("nginx") {
        return;
    }
    let folder = papers();
    let server = nginx(folder.path(), TLS);
    let port = server.port;
    for hangs_up in [false, true] {
        let peer = Peer::new(move |count, mut stream| {
            if count < 4 {
                if play(&mut stream, script(Starttls::Smtp)) {
                    relay(stream, b"", port);
                }
            } else if !hangs_up {
                let _ = stream.write_all(b"421 enough\r\n");
            }
        });
        let fact = look(&line_of(peer.port, Starttls::Smtp)).await.unwrap();
        assert_eq!(fact.starttls_offered, Tri::Yes);
        assert_eq!(fact.offers(TlsVersion::Tls12), Tri::Yes);
        assert!(
            fact.versions
                .values()
                .all(|version| version.offered != Tri::No),
            "{fact:?}"
        );
    }
}

/// Silent, endless lines, an endless line, a drip: bounded, and never an answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_peers_end() {
    type Talk = fn(&mut std::net::TcpStream) -> std::io::Result<()>;
    let endless: Talk = |stream| loop {
        stream.write_all(b"220-more\r\n")?;
    };
    let long: Talk = |stream| loop {
        stream.write_all(&[b'x'; 512])?;
    };
    let silent: Talk = |stream| std::io::copy(stream, &mut std::io::sink()).map(drop);
    let drip: Talk = |stream| loop {
        stream.write_all(b"2")?;
        std::thread::sleep(Duration::from_millis(300));
    };
    let lines = &[
        Starttls::Smtp,
        Starttls::Imap,
        Starttls::Sieve,
        Starttls::Ftp,
    ][..];
    for (talk, reason, protocols) in [
        (endless, Unmeasured::TooLarge, lines),
        (long, Unmeasured::TooLarge, lines),
        // These two cost the whole patience of a line.
        (silent, Unmeasured::TimedOut, &[Starttls::Postgres]),
        (drip, Unmeasured::TimedOut, &[Starttls::Smtp]),
    ] {
        let peer = Peer::new(move |_, mut stream| drop(talk(&mut stream)));
        for protocol in protocols {
            let begun = Instant::now();
            let found = look(&line_of(peer.port, *protocol)).await;
            let foreign = found == Err(Unmeasured::Protocol) && reason == Unmeasured::TooLarge;
            assert!(
                found == Err(reason) || foreign,
                "{protocol} {found:?} {reason:?}"
            );
            assert!(begun.elapsed() < Duration::from_mins(1), "{protocol}");
        }
    }
}

/// Commands behind STARTTLS: carried out, forgotten, or answered by hanging up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn injection_is_seen_and_not_imagined() {
    for protocol in [
        Starttls::Smtp,
        Starttls::Imap,
        Starttls::Pop3,
        Starttls::Ftp,
        Starttls::Nntp,
        Starttls::Sieve,
    ] {
        for (leftover, verdict) in [
            (Leftover::Kept, Tri::Yes),
            (Leftover::Dropped, Tri::No),
            (Leftover::HungUp, Tri::No),
        ] {
            let peer = forgetful(protocol, leftover);
            let line = line_of(peer.port, protocol);
            let fact = look(&line).await.unwrap();
            assert_eq!(
                fact.flaws.starttls_injection, verdict,
                "{protocol} {leftover:?}"
            );
            let (evidence, _) = line.settle();
            let noted = evidence.iter().any(|e| e.what == "starttls_injection");
            assert_eq!(noted, verdict == Tri::Yes, "{protocol} {leftover:?}");
        }
    }
}

/// One answer too many on one connection alone proves nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_changes_its_mind_is_unknown() {
    let faulty = forgetful(Starttls::Smtp, Leftover::Kept).port;
    let sound = forgetful(Starttls::Smtp, Leftover::Dropped).port;
    let injected = Arc::new(AtomicUsize::new(0));
    let peer = Peer::new(move |_, client| {
        // The first conversation with a command behind STARTTLS meets the faulty one.
        let mut ahead = [0; 64];
        let to = std::net::TcpStream::connect(("127.0.0.1", faulty)).unwrap();
        drop(to);
        let mut stream = client;
        if stream.write_all(b"220 ready\r\n").is_err() {
            return;
        }
        let Ok(_) = std::io::Read::read(&mut stream, &mut ahead) else {
            return;
        };
        let _ = stream.write_all(b"250 STARTTLS\r\n");
        let Ok(count) = std::io::Read::read(&mut stream, &mut ahead) else {
            return;
        };
        let said = &ahead[..count];
        let behind = said.len() > 10;
        let to = if behind && injected.fetch_add(1, Ordering::SeqCst) == 0 {
            faulty
        } else {
            sound
        };
        let Ok(mut server) = std::net::TcpStream::connect(("127.0.0.1", to)) else {
            return;
        };
        let mut skipped = [0; 64];
        let _ = std::io::Read::read(&mut server, &mut skipped);
        let _ = server.write_all(b"EHLO x\r\n");
        let _ = std::io::Read::read(&mut server, &mut skipped);
        let _ = server.write_all(said);
        let (Ok(mut back), Ok(mut from)) = (stream.try_clone(), server.try_clone()) else {
            return;
        };
        std::thread::spawn(move || drop(std::io::copy(&mut from, &mut back)));
        let _ = std::io::copy(&mut stream, &mut server);
    });
    let fact = look(&line_of(peer.port, Starttls::Smtp)).await.unwrap();
    assert_eq!(fact.flaws.starttls_injection, Tri::Unknown);
}
