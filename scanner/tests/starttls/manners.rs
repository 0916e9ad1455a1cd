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
    deep_line_of, line_of, look,
    peer::{Leftover, before, forgetful, only, play, script},
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
            let line = deep_line_of(peer.port, protocol);
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
    let fact = look(&deep_line_of(peer.port, Starttls::Smtp))
        .await
        .unwrap();
    assert_eq!(fact.flaws.starttls_injection, Tri::Unknown);
}
