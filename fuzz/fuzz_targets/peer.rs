//! Any bytes as what a peer on loopback says, another slice to each connection: the whole probe,
//! from its hellos to its facts, as it looks at a real server. It ends, and never claims that a
//! version is offered whose list of suites is empty.

#![no_main]

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener},
    sync::{Arc, Mutex, OnceLock},
    thread,
    time::Duration,
};

use jiff::{Timestamp, ToSpan};
use libfuzzer_sys::fuzz_target;
use luytre_inventory::{
    Authorisation, Grant, PortSet, ProbeClass, Route, ScanProfile, Scope, Target, Task,
};
use luytre_scanner::{Guard, Limits, Opened, Stop, probe::ChainReader, probe::tls_and_chain};

/// What is said next, by connection.
type Script = Arc<Mutex<Vec<Vec<u8>>>>;

static PEER: OnceLock<(u16, Script)> = OnceLock::new();
static READER: OnceLock<ChainReader> = OnceLock::new();

/// Answers each connection with the next piece of the script, again from its start when it ends.
fn peer() -> (u16, Script) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let script = Script::default();
    let said = Arc::clone(&script);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let piece = {
                let mut pieces = said.lock().expect("no panic holds it");
                if pieces.is_empty() {
                    continue;
                }
                pieces.rotate_left(1);
                pieces.last().cloned().unwrap_or_default()
            };
            let _ = stream.set_read_timeout(Some(Duration::from_millis(50)));
            let _ = stream.read(&mut [0; 8192]);
            let _ = stream.write_all(&piece);
        }
    });
    (port, script)
}

fn task(port: u16) -> Task {
    Task {
        id: uuid::Uuid::nil(),
        system: None,
        endpoint: None,
        target: Target::Address {
            address: Ipv4Addr::LOCALHOST.into(),
            name: Some("www.lamgiang.test".parse().expect("a name")),
        },
        ports: std::iter::once(port).collect(),
        classes: [ProbeClass::Handshake].into(),
        authorisation: "01/TB".into(),
        profile: ScanProfile::Deep,
        fragile: false,
    }
}

fn scope() -> Scope {
    let now = Timestamp::now();
    let paper = Authorisation {
        number: "01/TB".into(),
        route: Route::MonitoringNotice,
        date: "2026-11-01".parse().expect("a date"),
        ground: "fuzz".into(),
        owner: None,
        grant: Grant {
            names: Vec::new(),
            prefixes: vec!["127.0.0.0/8".parse().expect("a prefix")],
            ports: PortSet::all(),
            classes: ProbeClass::every(),
            profile: ScanProfile::Deep,
            hours: None,
            connections_per_second: Some(u16::MAX),
        },
        from: now - 24.hours(),
        until: now + 24.hours(),
        sources: Vec::new(),
        contact: None,
        revoked: None,
    };
    Scope::new(vec![paper], Vec::new())
}

fuzz_target!(|pieces: Vec<Vec<u8>>| {
    let (port, script) = PEER.get_or_init(peer);
    *script.lock().expect("no panic holds it") = pieces;
    let limits = Limits {
        connect: Duration::from_millis(200),
        answer: Duration::from_millis(200),
        silence: Duration::from_millis(400),
        whole: Duration::from_secs(2),
        ..Limits::default()
    };
    let guard = Arc::new(Guard::new(scope(), Stop::default()).with_limits(limits));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let Some(Opened::Line(line)) = guard.open(&task(*port)).await.pop() else {
            panic!("no line to loopback");
        };
        let reader = READER.get_or_init(ChainReader::default);
        let (tls, _) = tls_and_chain(&line, reader).await;
        if let Ok(luytre_checks::Fact::Tls(tls)) = tls {
            for (version, fact) in &tls.versions {
                let offered = fact.offered == luytre_checks::fact::Tri::Yes;
                assert!(!offered || !fact.suites.is_empty(), "{version}: {fact:?}");
            }
        }
    });
});
