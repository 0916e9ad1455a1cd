//! Ports that accept and say nothing.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use luytre_checks::{Fact, Unmeasured};
use luytre_inventory::{Protocol, ScanProfile};
use luytre_scanner::{Line, Probe as _, probe::ServiceProbe};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Mutex,
};

use crate::kit;

/// Listens; says `greeting` if there is one; keeps what it hears.
async fn listen(greeting: &'static [u8]) -> (u16, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let kept = Arc::clone(&kept);
            tokio::spawn(async move {
                let _ = stream.write_all(greeting).await;
                let mut buffer = [0; 512];
                while let Ok(count @ 1..) = stream.read(&mut buffer).await {
                    kept.lock().await.extend_from_slice(&buffer[..count]);
                }
            });
        }
    });
    (port, heard)
}

const GREETING: &[u8] = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n";

/// Greets so long after a connection is accepted.
async fn greet(after: Duration) -> u16 {
    let talk = move |mut stream: TcpStream| async move {
        tokio::time::sleep(after).await;
        let _ = stream.write_all(GREETING).await;
        kit::mute(stream).await;
    };
    kit::serve("127.0.0.1:0", talk).await.0.port()
}

fn probe(declared: Option<Protocol>) -> ServiceProbe {
    ServiceProbe {
        declared,
        agent: "luytre test".into(),
    }
}

/// Lines to `ports` of one host, which the light profile talks to one at a time.
async fn lines(ports: &[u16]) -> Vec<Line> {
    let guard = Arc::new(kit::loopback(ScanProfile::Light));
    let mut lines = Vec::new();
    for port in ports {
        let ports = std::iter::once(*port).collect();
        let task = kit::task(kit::at([127, 0, 0, 1].into()), ports, ScanProfile::Light);
        lines.push(kit::open(&guard, &task).await.unwrap());
    }
    lines
}

fn version(found: Result<Fact, Unmeasured>) -> Option<String> {
    match found {
        Ok(Fact::Service(fact)) => fact.version,
        other => panic!("{other:?}"),
    }
}

/// Opens connections, and neither speaks nor ever ends one.
fn deaf() -> (std::net::TcpListener, u16) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// The limit is a promise of the product (nmap's service detection takes 165 s); a busy machine takes
/// part of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_silent_ports_do_not_hold_up_their_host() {
    let silent: Vec<_> = (0..10).map(|_| deaf()).collect();
    let mut ports: Vec<u16> = silent.iter().map(|(_, port)| *port).collect();
    ports.push(listen(GREETING).await.0);
    let lines = lines(&ports).await;
    let begun = Instant::now();
    for line in &lines[..10] {
        assert_eq!(probe(None).observe(line).await, Err(Unmeasured::TimedOut));
    }
    let took = begun.elapsed();
    println!("ten silent ports: {:.2} s", took.as_secs_f64());
    assert!(took < Duration::from_secs(8), "{took:?}");
    assert_eq!(
        version(probe(None).observe(&lines[10]).await).as_deref(),
        Some("9.2p1")
    );
}

/// A server of which the owner says that it is there gets the time of a busy one, whatever the other
/// ports did; and a host that was late once gets more time everywhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_first_word_is_waited_for_behind_silent_ports() {
    let ports = [
        listen(b"").await.0,
        listen(b"").await.0,
        greet(Duration::from_millis(1600)).await,
        greet(Duration::from_millis(800)).await,
    ];
    let lines = lines(&ports).await;
    for line in &lines[..2] {
        assert_eq!(probe(None).observe(line).await, Err(Unmeasured::TimedOut));
    }
    let declared = probe(Some(Protocol::Ssh)).observe(&lines[2]).await;
    assert_eq!(version(declared).as_deref(), Some("9.2p1"));
    let unknown = probe(None).observe(&lines[3]).await;
    assert_eq!(version(unknown).as_deref(), Some("9.2p1"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_a_byte_is_said_to_what_is_declared_delicate() {
    let delicate = [
        Protocol::Modbus,
        Protocol::S7,
        Protocol::Bacnet,
        Protocol::Iec104,
        Protocol::Dnp3,
        Protocol::Opcua,
        Protocol::EthernetIp,
        Protocol::Fox,
        Protocol::Printer,
    ];
    for declared in delicate {
        let (port, heard) = listen(b"").await;
        let line = kit::line_to(([127, 0, 0, 1], port).into()).await;
        let found = probe(Some(declared)).observe(&line).await;
        assert_eq!(found, Err(Unmeasured::TimedOut));
        assert_eq!(line.settle().1.connections, 1);
        assert!(heard.lock().await.is_empty(), "{declared:?}");
    }
}

/// Every opening with a declaration of its own reaches the port, and no conversation is had too many.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_declared_protocol_is_addressed_in_its_own_words() {
    let table: [(Protocol, &[u8]); 12] = [
        (Protocol::Memcached, b"version\r\n"),
        (Protocol::Redis, b"PING\r\n"),
        (Protocol::Amqp, b"AMQP\0\0\x09\x01"),
        (Protocol::Zookeeper, b"srvr"),
        (Protocol::Jdwp, b"JDWP-Handshake"),
        (Protocol::Sip, b"OPTIONS sip:"),
        (Protocol::Rtsp, b"OPTIONS * RTSP/1.0"),
        (Protocol::Zabbix, b"ZBXD\x01"),
        (Protocol::Docker, b"GET /version HTTP/1.0"),
        (
            Protocol::Prometheus,
            b"GET /api/v1/status/buildinfo HTTP/1.0",
        ),
        (Protocol::Winrm, b"GET /wsman HTTP/1.0"),
        (Protocol::Xmpp, b"<?xml version='1.0'?><stream:stream"),
    ];
    let mut looks = tokio::task::JoinSet::new();
    for (protocol, words) in table {
        looks.spawn(async move {
            let (port, heard) = listen(b"").await;
            let line = kit::line_to(([127, 0, 0, 1], port).into()).await;
            let _ = probe(Some(protocol)).observe(&line).await;
            assert!(line.settle().1.connections <= 3);
            let heard = heard.lock().await;
            assert!(
                heard.starts_with(words),
                "{protocol:?} {}",
                heard.escape_ascii()
            );
        });
    }
    while let Some(done) = looks.join_next().await {
        done.unwrap();
    }
}
