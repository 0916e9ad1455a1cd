//! Servers that do what no server should, between us and a real one.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    time::Duration,
};

use luytre_checks::fact::{Features, Tri};
use luytre_inventory::ScanProfile;
use luytre_scanner::Limits;

use crate::{
    EC, INTERMEDIATE, No, Unknown, Yes, look_with, patient,
    tls_support::{Peer, engine, nginx, papers, record_from, relay, reset},
    with_rsa,
};

/// The first record of a client; none if it does not begin with a handshake record, as SSL 2.0 does
/// not: then everything is passed on to `port`.
fn hello_from(stream: &mut TcpStream, port: u16) -> Option<Vec<u8>> {
    let mut kind = [0];
    if !matches!(stream.peek(&mut kind), Ok(1)) {
        return None;
    }
    if kind == [22] {
        return Some(record_from(stream)).filter(|record| !record.is_empty());
    }
    relay(stream.try_clone().unwrap(), &[], port);
    None
}

/// A peer that relays to `port` until its `each` has done with a connection.
fn between(
    port: u16,
    each: impl Fn(usize, &[u8], &TcpStream) -> bool + Send + Sync + 'static,
) -> Peer {
    Peer::new(move |count, mut stream| {
        let Some(first) = hello_from(&mut stream, port) else {
            return;
        };
        if each(count, &first, &stream) {
            relay(stream, &first, port);
        }
    })
}

/// Passes a handshake on, and closes as soon as the client says a third time something behind it.
fn closing(mut client: TcpStream, first: &[u8], port: u16, at_once: bool) {
    let mut server = TcpStream::connect(("127.0.0.1", port)).unwrap();
    server.write_all(first).unwrap();
    let (mut back, mut from) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let pump = std::thread::spawn(move || {
        let mut finished = false;
        loop {
            let record = record_from(&mut from);
            if record.is_empty() || back.write_all(&record).is_err() {
                break;
            }
            // The server's Finished ends the handshake.
            if finished && at_once {
                let _ = back.shutdown(Shutdown::Both);
                break;
            }
            finished = record[0] == 20;
        }
    });
    let mut changed = 0;
    loop {
        let record = record_from(&mut client);
        // ChangeCipherSpec, Finished, and then what is no longer borne.
        changed += u8::from(changed > 0 || record.first() == Some(&20));
        let handshake = record.first() == Some(&22);
        if record.is_empty() || (changed > 2 && handshake) || server.write_all(&record).is_err() {
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
    let _ = pump.join();
}

#[test]
fn a_server_that_closes_after_any_handshake_says_nothing_of_renegotiation() {
    let folder = papers();
    let server = with_rsa(folder.path(), &["-tls1_2", "-client_renegotiation"]);
    for (at_once, wanted) in [(true, Unknown), (false, No)] {
        let port = server.port;
        let peer = Peer::new(move |_, mut stream| {
            if let Some(first) = hello_from(&mut stream, port) {
                closing(stream, &first, port, at_once);
            }
        });
        let seen = look_with(ScanProfile::Standard, patient(), peer.port);
        let features = seen.features();
        assert_eq!(features.client_renegotiation, wanted, "{at_once}");
        assert_eq!(features.compression, No);
    }
}

/// The first record of a hello that breaks what some stacks bear: by length, or by what nobody knows.
fn is_long(first: &[u8]) -> bool {
    first.len() > 1400
}

fn has_grease(first: &[u8]) -> bool {
    // The first suite behind version, random and session id.
    let session = usize::from(first[43]);
    first.get(46 + session..48 + session) == Some(&[0x0A, 0x0A])
}

type Kind = fn(&[u8]) -> bool;

#[test]
fn hellos_that_are_not_borne() {
    let folder = papers();
    let server = with_rsa(folder.path(), &["-tls1_2"]);
    let kinds: [(Kind, [Tri; 3]); 3] = [
        (is_long, [No, Yes, Yes]),
        (|first| first.len() < 5 + 256, [Yes, No, Yes]),
        (has_grease, [Yes, Yes, No]),
    ];
    for (refused, wanted) in kinds {
        for by_reset in [false, true] {
            let peer = between(server.port, move |_, first, mut stream| {
                let bad = first.len() > 48 && refused(first);
                if bad && by_reset {
                    reset(stream);
                } else if bad {
                    let _ = stream.write_all(&[21, 3, 1, 0, 2, 2, 40]);
                }
                !bad
            });
            let seen = look_with(ScanProfile::Standard, patient(), peer.port);
            let features = seen.features();
            let answers = [features.long_hello, features.short_hello, features.grease];
            // The survey's own hellos are long; a peer that bears none is asked with short ones.
            assert_eq!(answers, wanted, "reset: {by_reset}");
            assert_eq!(features.compression, No);
            assert_eq!(features.secure_renegotiation, Yes);
        }
    }
}

/// What a peer does once it has had enough of us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Enough {
    Silent,
    Reset,
    Close,
    Garbage,
    Warnings,
}

impl Enough {
    fn act(self, stream: &TcpStream) {
        let mut stream = stream.try_clone().unwrap();
        match self {
            Self::Reset => reset(&stream),
            Self::Close => {}
            Self::Silent => {
                let mut nothing = [0; 64];
                while stream.read(&mut nothing).is_ok_and(|count| count > 0) {}
            }
            Self::Garbage => while stream.write_all(&[0x5A; 4096]).is_ok() {},
            Self::Warnings => while stream.write_all(&[21, 3, 3, 0, 2, 1, 112]).is_ok() {},
        }
    }
}

#[test]
fn a_peer_that_has_had_enough_leaves_the_rest_unknown() {
    let folder = papers();
    if !engine("nginx") {
        return;
    }
    let server = nginx(folder.path(), &format!("{EC} {INTERMEDIATE}"));
    let light = look_with(ScanProfile::Light, patient(), server.port).connections;
    for (how, more) in [
        (Enough::Silent, 0),
        (Enough::Silent, 2),
        (Enough::Reset, 0),
        (Enough::Reset, 3),
        (Enough::Close, 1),
        (Enough::Garbage, 1),
        (Enough::Warnings, 1),
    ] {
        let last = usize::try_from(light + more).unwrap();
        let peer = between(server.port, move |count, _, stream| {
            if count >= last {
                how.act(stream);
            }
            count < last
        });
        let limits = Limits {
            answer: Duration::from_secs(5),
            silence: Duration::from_secs(12),
            ..patient()
        };
        let seen = look_with(ScanProfile::Deep, limits, peer.port);
        assert!(seen.connections < light + 20, "{}", seen.connections);
        let features = seen.features();
        for (name, feature) in [
            ("fallback", features.fallback_scsv),
            ("early data", features.early_data),
            ("psk", features.resumption_psk),
            ("id", features.resumption_id),
            ("renegotiation", features.client_renegotiation),
        ] {
            assert_eq!(feature, Unknown, "{name}, {how:?} after {more} more");
        }
        if more == 0 {
            assert_eq!(*features, Features::default());
            assert_eq!(seen.chain.staple, Unknown);
        } else {
            assert_eq!(features.secure_renegotiation, Yes, "{how:?}");
        }
    }
}

/// Relays with a change to the first record of either side.
fn changed(
    port: u16,
    hello: impl Fn(&mut Vec<u8>) + Send + Sync + 'static,
    choice: impl Fn(&mut Vec<u8>) + Send + Sync + 'static,
) -> Peer {
    Peer::new(move |_, mut client| {
        let Some(mut first) = hello_from(&mut client, port) else {
            return;
        };
        hello(&mut first);
        let mut server = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let _ = server.write_all(&first);
        let mut answer = record_from(&mut server);
        choice(&mut answer);
        let _ = client.write_all(&answer);
        let (mut back, mut from) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        let pump = std::thread::spawn(move || {
            let _ = std::io::copy(&mut from, &mut back);
            let _ = back.shutdown(Shutdown::Both);
        });
        let _ = std::io::copy(&mut client, &mut server);
        let _ = server.shutdown(Shutdown::Both);
        let _ = pump.join();
    })
}

#[test]
fn answers_that_no_server_of_today_gives() {
    let folder = papers();
    let versions = ["-cipher", "ALL:@SECLEVEL=0", "-no_tls1_3"];
    let server = with_rsa(folder.path(), &versions);
    let zipping = |answer: &mut Vec<u8>| {
        // The compression method stands behind version, random, session id and suite.
        if answer.first() == Some(&22) {
            let session = usize::from(answer[43]);
            answer[46 + session] = 1;
        }
    };
    let peer = changed(server.port, |_| (), zipping);
    let seen = look_with(ScanProfile::Standard, patient(), peer.port);
    assert_eq!(seen.features().compression, Yes);
    assert_eq!(seen.features().fallback_scsv, Yes);
    let resumption = seen.features().resumption_id;
    assert_eq!(resumption, Unknown, "no handshake of ours compresses");
    // A server that does not know the signal of a fallback passes over it.
    let deaf = |hello: &mut Vec<u8>| {
        let place = hello.windows(4).position(|four| four == [0x56, 0, 1, 0]);
        if let Some(place) = place {
            hello[place] = 0xEE;
        }
    };
    let peer = changed(server.port, deaf, |_| ());
    let seen = look_with(ScanProfile::Standard, patient(), peer.port);
    assert_eq!(seen.features().fallback_scsv, No);
    assert_eq!(seen.features().compression, No);
}
