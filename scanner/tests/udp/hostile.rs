//! Peers that mean no good, and our own manners.

use std::{
    net::UdpSocket,
    sync::Arc,
    time::{Duration, Instant},
};

use luytre_checks::{Fact, Tri, Unmeasured, fact::UdpQuestion};
use luytre_inventory::{ProbeClass, Protocol, ScanProfile};
use luytre_scanner::{Probe, Stop, probe::UdpProbe};

use crate::kit::{Peer, ask, ask_on, guard, line};

const EVERY: [Protocol; 12] = [
    Protocol::Dns,
    Protocol::Ntp,
    Protocol::Snmp,
    Protocol::Ssdp,
    Protocol::Memcached,
    Protocol::Ldap,
    Protocol::Ipmi,
    Protocol::Sip,
    Protocol::Tftp,
    Protocol::Netbios,
    Protocol::Mdns,
    Protocol::Coap,
];

/// A memcached answer with the number of the question.
fn version(asked: &[u8]) -> Vec<u8> {
    let mut out = asked[..8].to_vec();
    out.extend(b"VERSION 1.6.18\r\n");
    out
}

#[tokio::test]
async fn rubbish_and_echoes_are_no_answer() {
    let rubbish = |asked: &[u8]| {
        vec![
            Vec::new(),
            vec![0xff],
            asked.to_vec(),
            asked[..asked.len() / 2].to_vec(),
            vec![0; 65_507],
            vec![0xff; 1_000],
            b"HTTP/1.1 200 OK\r\n\r\n".to_vec(),
        ]
    };
    let mut asking = tokio::task::JoinSet::new();
    for protocol in EVERY {
        asking.spawn(async move {
            let peer = Peer::new(rubbish);
            (protocol, ask(peer.to, protocol).await)
        });
    }
    while let Some(done) = asking.join_next().await {
        let (protocol, answer) = done.unwrap();
        assert!(
            matches!(answer, Err(Unmeasured::Protocol)),
            "{protocol:?}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn another_number_is_no_answer() {
    let peer = Peer::new(|asked| {
        let mut out = version(asked);
        out[0] ^= 0x80;
        vec![out]
    });
    let answer = ask(peer.to, Protocol::Memcached).await;
    assert_eq!(answer, Err(Unmeasured::Protocol));
}

/// Whoever else knows our port is not heard: not from another port, and where other ports are heard, not
/// from another host.
#[tokio::test]
async fn a_datagram_from_elsewhere_is_not_heard() {
    let peer = Peer::with(|_, asked, from| {
        let other = UdpSocket::bind("127.0.0.1:0").unwrap();
        other.send_to(&version(asked), from).unwrap();
    });
    let answer = ask(peer.to, Protocol::Memcached).await;
    assert_eq!(answer, Err(Unmeasured::TimedOut));

    let error = b"\0\x05\0\x01File not found\0";
    let elsewhere = Peer::with(move |_, _, from| {
        let other = UdpSocket::bind("127.0.0.2:0").unwrap();
        other.send_to(error, from).unwrap();
    });
    let answer = ask(elsewhere.to, Protocol::Tftp).await;
    assert_eq!(answer, Err(Unmeasured::TimedOut));

    let same_host = Peer::with(move |_, _, from| {
        let other = UdpSocket::bind("127.0.0.1:0").unwrap();
        other.send_to(error, from).unwrap();
    });
    let fact = ask(same_host.to, Protocol::Tftp).await.unwrap();
    assert_eq!(fact.banner.as_deref(), Some("TFTP error 1: File not found"));
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let flood = Peer::with(|socket, asked, from| {
        for _ in 0..2_000 {
            let _ = socket.send_to(&version(asked), from);
        }
    });
    let begun = Instant::now();
    let fact = ask(flood.to, Protocol::Memcached).await.unwrap();
    let exchange = fact.exchange(UdpQuestion::MemcachedVersion).unwrap();
    assert!(exchange.capped && exchange.datagrams == 128, "{exchange:?}");
    assert!(begun.elapsed() < Duration::from_secs(5));

    let huge = Peer::with(|socket, asked, from| {
        let mut datagram = version(asked);
        datagram.resize(65_507, b'x');
        for _ in 0..50 {
            let _ = socket.send_to(&datagram, from);
            std::thread::sleep(Duration::from_millis(2));
        }
    });
    let fact = ask(huge.to, Protocol::Memcached).await.unwrap();
    let exchange = fact.exchange(UdpQuestion::MemcachedVersion).unwrap();
    assert!(exchange.capped, "{exchange:?}");
    assert!((262_144..=400_000).contains(&exchange.answered_bytes));
    assert!(fact.banner.unwrap().len() <= 256);

    let babble = Peer::with(|socket, _, from| {
        for _ in 0..2_000 {
            let _ = socket.send_to(b"babble", from);
        }
    });
    let begun = Instant::now();
    let answer = ask(babble.to, Protocol::Memcached).await;
    assert_eq!(answer, Err(Unmeasured::Protocol));
    assert!(begun.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn hostile_words_stay_text() {
    let peer = Peer::new(|asked| {
        let mut out = asked[..8].to_vec();
        out.extend(b"VERSION \x1b]0;x\x07=cmd|' /C calc'!A0<script>\xff\xfe\r\n");
        vec![out]
    });
    let fact = ask(peer.to, Protocol::Memcached).await.unwrap();
    let banner = fact.banner.unwrap();
    assert!(!banner.chars().any(char::is_control), "{banner:?}");
    assert_eq!(fact.version, None);
}

/// Two ports of one host: the second is asked when the first has answered and a moment has passed.
#[tokio::test]
async fn one_question_to_a_host_at_a_time() {
    let slow = || {
        Peer::with(|socket, asked, from| {
            std::thread::sleep(Duration::from_millis(200));
            socket.send_to(&version(asked), from).unwrap();
        })
    };
    let (one, two) = (slow(), slow());
    let guard = guard(ScanProfile::Deep, Stop::default(), &[ProbeClass::Udp]);
    let [a, b] = [
        line(&guard, one.to.ip(), one.to.port()).await.unwrap(),
        line(&guard, two.to.ip(), two.to.port()).await.unwrap(),
    ];
    let (x, y) = tokio::join!(
        ask_on(&a, Protocol::Memcached),
        ask_on(&b, Protocol::Memcached)
    );
    assert!(x.is_ok() && y.is_ok());
    let at = |peer: &Peer| peer.heard.lock().unwrap()[0].0;
    let between = at(&two).max(at(&one)) - at(&two).min(at(&one));
    // The answer, the quiet after it, and the rest.
    assert!(between >= Duration::from_millis(250), "{between:?}");
    assert_eq!((one.count(), two.count()), (1, 1));
}

#[tokio::test]
async fn the_switch_ends_a_wait() {
    let silent = Peer::new(|_| Vec::new());
    let stop = Stop::default();
    let guard = guard(ScanProfile::Standard, stop.clone(), &[ProbeClass::Udp]);
    let line = line(&guard, silent.to.ip(), silent.to.port())
        .await
        .unwrap();
    let line = Arc::new(line);
    let on = Arc::clone(&line);
    let asking = tokio::spawn(async move { ask_on(&on, Protocol::Memcached).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let begun = Instant::now();
    stop.throw();
    let answer = asking.await.unwrap();
    assert_eq!(answer, Err(Unmeasured::Cancelled));
    assert!(begun.elapsed() < Duration::from_secs(1));
    let asked = silent.count();
    assert_eq!(
        ask_on(&line, Protocol::Memcached).await,
        Err(Unmeasured::Cancelled)
    );
    assert_eq!(silent.count(), asked);
}

/// A paper that grants everything but questions over UDP grants none.
#[tokio::test]
async fn no_permit_no_datagram() {
    let peer = Peer::new(|asked| vec![version(asked)]);
    let classes = [
        ProbeClass::Handshake,
        ProbeClass::Greeting,
        ProbeClass::Web,
        ProbeClass::Ports,
    ];
    let guard = guard(ScanProfile::Deep, Stop::default(), &classes);
    let line = line(&guard, peer.to.ip(), peer.to.port()).await.unwrap();
    let answer = ask_on(&line, Protocol::Memcached).await;
    assert_eq!(answer, Err(Unmeasured::NotPermitted));
    assert_eq!(peer.count(), 0);
}

/// Nobody declared it: silence and babble are then a fact that says nothing.
#[tokio::test]
async fn an_undeclared_port_may_keep_silent() {
    // A port whose number says what to ask; taken on an address of its own.
    let Ok(socket) = UdpSocket::bind("127.84.0.9:5683") else {
        eprintln!("SKIPPED: 127.84.0.9:5683 is taken");
        return;
    };
    let guard = guard(ScanProfile::Standard, Stop::default(), &[ProbeClass::Udp]);
    let probe = UdpProbe {
        declared: None,
        agent: String::new(),
    };
    let to = socket.local_addr().unwrap();
    let there = line(&guard, to.ip(), to.port()).await.unwrap();
    let Fact::Udp(fact) = probe.observe(&there).await.unwrap() else {
        panic!("another fact");
    };
    assert_eq!(
        (fact.answered, fact.asked),
        (Tri::Unknown, Some(Protocol::Coap))
    );
    drop(socket);
    let there = line(&guard, to.ip(), to.port()).await.unwrap();
    let Fact::Udp(fact) = probe.observe(&there).await.unwrap() else {
        panic!("another fact");
    };
    assert_eq!(fact.answered, Tri::No);
    // A number that says nothing: there is nothing to ask.
    let nowhere = line(&guard, to.ip(), 9).await.unwrap();
    assert_eq!(
        probe.observe(&nowhere).await.map(drop),
        Err(Unmeasured::Protocol)
    );
}
