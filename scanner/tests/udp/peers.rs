//! Peers built from the specifications: RFC 1035, 5905, 9327, 3411-3418, 4511, 1002, 3261, 1350, 7252,
//! 6762, the `UPnP` device architecture, IPMI v2.0, and the header of ntpd's private messages.

use std::net::UdpSocket;

use luytre_checks::{
    Tri, Unmeasured,
    fact::{Confidence, UdpQuestion},
};
use luytre_inventory::{Protocol, ScanProfile};

use crate::kit::{Peer, ask, ask_as, nobody};

/// An answer to the DNS question `asked`: flags, answers in the header, and what follows.
fn dns(asked: &[u8], flags: [u8; 2], answers: u8, rest: &[u8]) -> Vec<u8> {
    let mut out = asked[..2].to_vec();
    out.extend(flags);
    out.extend([0, 1, 0, answers, 0, 0, 0, 0]);
    out.extend(&asked[12..]);
    out.extend(rest);
    out
}

#[tokio::test]
async fn a_resolver_and_a_server_of_its_own_zones() {
    let open = Peer::new(|asked| vec![dns(asked, [0x81, 0x80], 13, &[7; 211])]);
    let fact = ask(open.to, Protocol::Dns).await.unwrap();
    assert_eq!((fact.answered, fact.recursion), (Tri::Yes, Tri::Yes));
    let root = fact.exchange(UdpQuestion::DnsRoot).unwrap();
    assert_eq!((root.asked_bytes, root.answered_bytes), (17, 228));
    assert_eq!(fact.amplification_percent, Some(22_800 / 17));
    // A root name, recursion desired, and nothing else.
    let heard = open.questions();
    assert_eq!(heard[0][2..], *b"\x01\0\0\x01\0\0\0\0\0\0\0\0\x02\0\x01");
    assert_eq!(heard.len(), 2);

    let own = Peer::new(|asked| vec![dns(asked, [0x81, 0x05], 0, &[])]);
    let fact = ask(own.to, Protocol::Dns).await.unwrap();
    assert_eq!((fact.answered, fact.recursion), (Tri::Yes, Tri::No));
    assert_eq!(fact.amplification_percent, Some(100));
}

fn time(asked: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 48];
    out[0] = 0x24;
    out[1] = 2;
    out[24..32].copy_from_slice(&asked[40..48]);
    out
}

fn is_time(asked: &[u8]) -> bool {
    asked.len() == 48 && asked[0] & 7 == 3
}

#[tokio::test]
async fn silence_between_answers_is_a_refusal() {
    let server = Peer::new(|asked| {
        if is_time(asked) {
            vec![time(asked)]
        } else {
            Vec::new()
        }
    });
    let fact = ask(server.to, Protocol::Ntp).await.unwrap();
    assert_eq!((fact.answered, fact.mode_six), (Tri::Yes, Tri::No));
    assert_eq!(fact.monlist, Tri::Unknown, "only the deep profile asks");
    let control = fact.exchange(UdpQuestion::NtpVariables).unwrap();
    assert_eq!((control.answered, control.answered_bytes), (Tri::No, 0));
    let heard = server.heard.lock().unwrap();
    assert!(heard.iter().all(|(_, asked)| asked[0] & 7 != 7));
    // Two rounds of two sendings, and the time three times.
    assert_eq!(heard.len(), 7);
}

#[tokio::test]
async fn a_server_that_falls_silent_proves_nothing() {
    let server = Peer::with({
        let told = std::sync::atomic::AtomicBool::new(false);
        move |socket, asked, from| {
            if is_time(asked) && !told.swap(true, std::sync::atomic::Ordering::Relaxed) {
                socket.send_to(&time(asked), from).unwrap();
            }
        }
    });
    let fact = ask(server.to, Protocol::Ntp).await.unwrap();
    assert_eq!((fact.answered, fact.mode_six), (Tri::Yes, Tri::Unknown));
}

#[tokio::test]
async fn an_old_time_server_gives_everything() {
    let server = Peer::new(|asked| match asked[0] & 7 {
        3 => vec![time(asked)],
        6 => {
            let words =
                br#"version="ntpd 4.2.6p5@1.2349-o Mon Jan 1 00:00:00 UTC 2024 (1)", stratum=2"#;
            let mut out = vec![0x16, 0x82, asked[2], asked[3], 0, 0, 0, 0, 0, 0, 0];
            out.push(u8::try_from(words.len()).unwrap());
            out.extend(words);
            vec![out]
        }
        _ => (0..10)
            .map(|n| {
                let mut out = vec![0x97, n, 3, 42, 0, 6, 0, 72];
                out.resize(440, 0);
                out
            })
            .collect(),
    });
    let fact = ask_as(server.to, Protocol::Ntp, ScanProfile::Deep)
        .await
        .unwrap();
    assert_eq!((fact.mode_six, fact.monlist), (Tri::Yes, Tri::Yes));
    let list = fact.exchange(UdpQuestion::NtpMonlist).unwrap();
    assert_eq!((list.asked_bytes, list.answered_bytes), (8, 4400));
    assert_eq!((list.datagrams, list.capped), (10, false));
    assert_eq!(fact.amplification_percent, Some(55_000));
    assert_eq!(fact.product.as_deref(), Some("ntpd"));
    assert_eq!(fact.version.as_deref(), Some("4.2.6p5"));
    assert_eq!(fact.confidence, Confidence::Version);
    assert_eq!(
        fact.cpe.as_deref(),
        Some("cpe:2.3:a:ntp:ntp:4.2.6:p5:*:*:*:*:*:*")
    );
}

#[tokio::test]
async fn a_search_is_answered_from_another_port() {
    let device = Peer::with(|_, asked, from| {
        assert!(asked.starts_with(b"M-SEARCH * HTTP/1.1\r\n"));
        let other = UdpSocket::bind("127.0.0.1:0").unwrap();
        for kind in [
            "upnp:rootdevice",
            "uuid:1",
            "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
        ] {
            let said = format!(
                "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nEXT:\r\nLOCATION: http://127.0.0.1/x\r\n\
                 SERVER: Debian/12 UPnP/1.1 MiniUPnPd/2.3.1\r\nST: {kind}\r\nUSN: uuid:1::{kind}\r\n\r\n"
            );
            other.send_to(said.as_bytes(), from).unwrap();
        }
    });
    let fact = ask(device.to, Protocol::Ssdp).await.unwrap();
    assert_eq!(fact.exchanges[0].datagrams, 3);
    assert_eq!(fact.product.as_deref(), Some("MiniUPnPd"));
    assert_eq!(fact.version.as_deref(), Some("2.3.1"));
    assert!(fact.amplification_percent.unwrap() > 500);
}

#[tokio::test]
async fn a_directory_tells_its_root() {
    let controller = Peer::new(|asked| {
        // The number stands behind the two heads.
        let length = usize::from(asked[3]);
        let number = &asked[2..4 + length];
        let attribute = b"\x30\x1a\x04\x13forestFunctionality\x31\x03\x04\x017";
        let entry = [&[0x64, 4 + 26 + 2, 4, 0, 0x30, 28][..], attribute].concat();
        let done = [0x65, 7, 0x0a, 1, 0, 4, 0, 4, 0];
        let wrap = |operation: &[u8]| {
            let content = [number, operation].concat();
            [&[0x30, u8::try_from(content.len()).unwrap()][..], &content].concat()
        };
        vec![[wrap(&entry), wrap(&done)].concat()]
    });
    let fact = ask(controller.to, Protocol::Ldap).await.unwrap();
    assert_eq!(fact.banner.as_deref(), Some("forestFunctionality: 7"));
    assert_eq!(fact.product.as_deref(), Some("Active Directory"));
}

/// A response of a management controller: to the console, with both checksums.
fn ipmi(asked: &[u8], data: &[u8]) -> Vec<u8> {
    let sum = |bytes: &[u8]| bytes.iter().fold(0_u8, |sum, b| sum.wrapping_sub(*b));
    let head = [0x81, 0x1c];
    let mut body = vec![0x20, asked[18], asked[19]];
    body.extend(data);
    let mut message = head.to_vec();
    message.push(sum(&head));
    message.extend(&body);
    message.push(sum(&body));
    let mut out = vec![6, 0, 0xff, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    out.push(u8::try_from(message.len()).unwrap());
    out.extend(message);
    out
}

#[tokio::test]
async fn a_controller_that_lets_everybody_in() {
    let controller = Peer::new(|asked| {
        vec![match asked[19] {
            0x38 => ipmi(asked, &[0, 1, 0x97, 0x07, 3, 0, 0, 0, 0]),
            _ => ipmi(
                asked,
                &[0, 1, 0xc0, 0, 0, 0x40, 0x80, 0xc0, 3, 1, 0x41, 0x81],
            ),
        }]
    });
    let fact = ask(controller.to, Protocol::Ipmi).await.unwrap();
    let access = fact.ipmi.unwrap();
    assert_eq!((access.anonymous, access.null_user), (Tri::Yes, Tri::Yes));
    assert_eq!(access.no_authentication, Tri::Yes);
    assert_eq!(access.cipher_zero, Tri::Yes);
    assert_eq!(fact.banner.as_deref(), Some("IPMI 2.0"));

    let sound = Peer::new(|asked| {
        vec![match asked[19] {
            0x38 => ipmi(asked, &[0, 1, 0x94, 0x04, 3, 0, 0, 0, 0]),
            _ => ipmi(asked, &[0, 1, 0xc0, 17, 3, 0x44, 0x81]),
        }]
    });
    let access = ask(sound.to, Protocol::Ipmi).await.unwrap().ipmi.unwrap();
    assert_eq!((access.anonymous, access.cipher_zero), (Tri::No, Tri::No));
}

#[tokio::test]
async fn a_telephone_exchange_answers_our_call_only() {
    let exchange = Peer::new(|asked| {
        let asked = String::from_utf8(asked.to_vec()).unwrap();
        assert!(asked.starts_with("OPTIONS sip:127.0.0.1 SIP/2.0\r\n"));
        let call = asked.lines().find(|l| l.starts_with("Call-ID")).unwrap();
        vec![
            format!("SIP/2.0 200 OK\r\n{call}\r\nServer: Asterisk PBX 18.10.0\r\nContent-Length: 0\r\n\r\n")
                .into_bytes(),
        ]
    });
    let fact = ask(exchange.to, Protocol::Sip).await.unwrap();
    assert_eq!(fact.product.as_deref(), Some("Asterisk"));
    assert_eq!(fact.version.as_deref(), Some("18.10.0"));
}

#[tokio::test]
async fn names_and_things() {
    let host = Peer::new(|asked| {
        let mut out = asked[..2].to_vec();
        out.extend([0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
        out.extend(&asked[12..50]);
        out.extend([0, 0, 0, 0, 0, 25, 1]);
        out.extend(b"MAY-CHU        \0\x04\0");
        out.extend([0; 6]);
        vec![out]
    });
    let fact = ask(host.to, Protocol::Netbios).await.unwrap();
    assert_eq!(fact.banner.as_deref(), Some("names: MAY-CHU"));

    let responder = Peer::new(|asked| vec![dns(asked, [0x84, 0], 3, &[0; 30])]);
    let fact = ask(responder.to, Protocol::Mdns).await.unwrap();
    assert_eq!(fact.banner.as_deref(), Some("services: 3"));

    let thing = Peer::new(|asked| {
        assert_eq!(asked[0] & 0x30, 0x10, "nothing that wants confirmation");
        let mut out = vec![0x54, 0x45, 1, 2];
        out.extend(&asked[4..8]);
        out.extend(b"\xc1\x28\xff</sensors/temp>;rt=\"temperature\"");
        vec![out]
    });
    let fact = ask(thing.to, Protocol::Coap).await.unwrap();
    assert_eq!(
        fact.banner.as_deref(),
        Some("</sensors/temp>;rt=\"temperature\"")
    );
}

/// A question that gets lost is asked once more, and counted once.
#[tokio::test]
async fn a_lost_datagram_is_sent_again() {
    let server = Peer::with({
        let lost = std::sync::atomic::AtomicBool::new(false);
        move |socket, asked, from| {
            if lost.swap(true, std::sync::atomic::Ordering::Relaxed) {
                let answer = dns(asked, [0x81, 0x80], 1, &[]);
                socket.send_to(&answer, from).unwrap();
            }
        }
    });
    let fact = ask(server.to, Protocol::Dns).await.unwrap();
    let root = fact.exchange(UdpQuestion::DnsRoot).unwrap();
    assert_eq!((root.asked_bytes, root.datagrams), (17, 1));
    // Another number, so that no late answer to the first is taken for one to the second.
    let heard = server.heard.lock().unwrap();
    assert_ne!(heard[0].1[..2], heard[1].1[..2]);
    assert_eq!(heard[0].1[2..], heard[1].1[2..]);
}

#[tokio::test]
async fn nobody_listens() {
    for protocol in [
        Protocol::Dns,
        Protocol::Snmp,
        Protocol::Ssdp,
        Protocol::Tftp,
    ] {
        let fact = ask(nobody(), protocol).await.unwrap();
        assert_eq!((fact.answered, fact.protocol), (Tri::No, None));
        assert_eq!(fact.amplification_percent, None);
    }
    let silent = Peer::new(|_| Vec::new());
    let declared = ask(silent.to, Protocol::Memcached).await;
    assert_eq!(declared, Err(Unmeasured::TimedOut));
    assert_eq!(silent.count(), 2, "two sendings, no more");
}
