//! Peers and papers.

use std::{
    net::{IpAddr, SocketAddr, UdpSocket},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use luytre_checks::{Fact, Unmeasured, fact::UdpFact};
use luytre_inventory::{
    Authorisation, Grant, PortSet, ProbeClass, Protocol, Route, ScanProfile, Scope, Target, Task,
};
use luytre_scanner::{Guard, Line, Opened, Probe, Stop, probe::UdpProbe};
use uuid::Uuid;

/// A service over UDP that answers each datagram with those that `answer` makes of it.
pub(crate) struct Peer {
    pub(crate) to: SocketAddr,
    /// When each question came.
    pub(crate) heard: Arc<Mutex<Vec<(Instant, Vec<u8>)>>>,
    over: Arc<AtomicBool>,
}

impl Peer {
    pub(crate) fn new(answer: impl Fn(&[u8]) -> Vec<Vec<u8>> + Send + 'static) -> Self {
        Self::with(move |socket, question, from| {
            for datagram in answer(question) {
                socket.send_to(&datagram, from).unwrap();
            }
        })
    }

    /// The same with the socket in hand.
    pub(crate) fn with(answer: impl Fn(&UdpSocket, &[u8], SocketAddr) + Send + 'static) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket
            .set_read_timeout(Some(Duration::from_millis(50)))
            .unwrap();
        let to = socket.local_addr().unwrap();
        let (heard, over) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let (noted, ended) = (Arc::clone(&heard), Arc::clone(&over));
        thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while !ended.load(Ordering::Relaxed) {
                let Ok((length, from)) = socket.recv_from(&mut buffer) else {
                    continue;
                };
                let question = &buffer[..length];
                let noted: &Mutex<Vec<(Instant, Vec<u8>)>> = &noted;
                noted
                    .lock()
                    .unwrap()
                    .push((Instant::now(), question.to_vec()));
                answer(&socket, question, from);
            }
        });
        Self { to, heard, over }
    }

    /// The questions that came.
    pub(crate) fn questions(&self) -> Vec<Vec<u8>> {
        let heard = self.heard.lock().unwrap();
        heard.iter().map(|(_, question)| question.clone()).collect()
    }

    /// How many questions came.
    pub(crate) fn count(&self) -> usize {
        self.heard.lock().unwrap().len()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

pub(crate) fn guard(profile: ScanProfile, stop: Stop, classes: &[ProbeClass]) -> Arc<Guard> {
    let now = Timestamp::now();
    let paper = Authorisation {
        number: "01/TB".into(),
        route: Route::MonitoringNotice,
        date: "2026-11-01".parse().unwrap(),
        ground: "NĐ 333/2026 Điều 7.5".into(),
        owner: None,
        grant: Grant {
            names: Vec::new(),
            prefixes: vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
            ports: PortSet::all(),
            classes: classes.iter().copied().collect(),
            profile,
            hours: None,
            connections_per_second: None,
        },
        from: now - Duration::from_hours(1),
        until: now + Duration::from_hours(1),
        sources: Vec::new(),
        contact: None,
        revoked: None,
    };
    Arc::new(Guard::new(Scope::new(vec![paper], Vec::new()), stop))
}

pub(crate) async fn line(guard: &Arc<Guard>, address: IpAddr, port: u16) -> Option<Line> {
    let task = Task {
        id: Uuid::now_v7(),
        system: None,
        endpoint: None,
        target: Target::Address {
            address,
            name: None,
        },
        ports: std::iter::once(port).collect(),
        classes: ProbeClass::every(),
        authorisation: "01/TB".into(),
        profile: ScanProfile::Deep,
        fragile: false,
    };
    guard.open(&task).await.into_iter().find_map(|o| match o {
        Opened::Line(line) => Some(*line),
        Opened::Shut { .. } => None,
    })
}

pub(crate) async fn ask_on(line: &Line, declared: Protocol) -> Result<UdpFact, Unmeasured> {
    let probe = UdpProbe {
        declared: Some(declared),
        agent: "luytre/0 (test)".to_owned(),
    };
    probe.observe(line).await.map(|fact| match fact {
        Fact::Udp(fact) => fact,
        other => panic!("{other:?}"),
    })
}

/// What comes of asking `to` in `protocol`, by the standard profile.
pub(crate) async fn ask(to: SocketAddr, protocol: Protocol) -> Result<UdpFact, Unmeasured> {
    ask_as(to, protocol, ScanProfile::Standard).await
}

pub(crate) async fn ask_as(
    to: SocketAddr,
    protocol: Protocol,
    profile: ScanProfile,
) -> Result<UdpFact, Unmeasured> {
    let guard = guard(profile, Stop::default(), &[ProbeClass::Udp]);
    let line = line(&guard, to.ip(), to.port()).await.unwrap();
    ask_on(&line, protocol).await
}

/// A port on which nobody listens.
pub(crate) fn nobody() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap()
}
