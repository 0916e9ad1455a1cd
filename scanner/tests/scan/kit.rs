//! Papers, plans and servers for the tests.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use luytre_checks::{Coverage, FactKind, Observation, Vantage};
use luytre_inventory::{
    Authorisation, Endpoint, Grant, Inventory, PortSet, ProbeClass, Protocol, Route, ScanProfile,
    Scope, System, Target, Task, Transport, Zone,
};
use luytre_scanner::{
    Event, Guard, Line, Opened, Probes, RunSettings, Stop,
    plan::{Plan, Request, plan},
    run,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use uuid::Uuid;

pub(crate) fn paper(prefixes: &[&str], names: &[&str], profile: ScanProfile) -> Authorisation {
    let now = Timestamp::now();
    Authorisation {
        number: "01/TB".into(),
        route: Route::MonitoringNotice,
        date: "2026-11-01".parse().unwrap(),
        ground: "NĐ 333/2026 Điều 7.5".into(),
        owner: None,
        grant: Grant {
            names: names.iter().map(|n| n.parse().unwrap()).collect(),
            prefixes: prefixes.iter().map(|p| p.parse().unwrap()).collect(),
            ports: PortSet::all(),
            classes: ProbeClass::every(),
            profile,
            hours: None,
            connections_per_second: None,
        },
        from: now - Duration::from_hours(1),
        until: now + Duration::from_hours(1),
        sources: Vec::new(),
        contact: None,
        revoked: None,
    }
}

pub(crate) fn scope(prefixes: &[&str], profile: ScanProfile) -> Scope {
    Scope::new(vec![paper(prefixes, &[], profile)], Vec::new())
}

/// A guard under which all of loopback may be looked at.
pub(crate) fn loopback(profile: ScanProfile) -> Guard {
    Guard::new(scope(&["127.0.0.0/8", "::1/128"], profile), Stop::default())
}

pub(crate) fn at(address: IpAddr) -> Target {
    Target::Address {
        address,
        name: None,
    }
}

pub(crate) fn task(target: Target, ports: PortSet, profile: ScanProfile) -> Task {
    Task {
        id: Uuid::now_v7(),
        system: None,
        endpoint: None,
        target,
        ports,
        classes: ProbeClass::every(),
        authorisation: "01/TB".into(),
        profile,
        fragile: false,
    }
}

pub(crate) async fn open(guard: &Arc<Guard>, task: &Task) -> Option<Line> {
    guard.open(task).await.into_iter().find_map(|o| match o {
        Opened::Line(line) => Some(*line),
        Opened::Shut { .. } => None,
    })
}

/// A line to one port of loopback, with the standard profile and default limits.
pub(crate) async fn line_to(to: SocketAddr) -> Line {
    let guard = Arc::new(loopback(ScanProfile::Standard));
    let ports = std::iter::once(to.port()).collect();
    let task = task(at(to.ip()), ports, ScanProfile::Standard);
    open(&guard, &task).await.unwrap()
}

/// What a server saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) total: AtomicUsize,
    pub(crate) now: AtomicUsize,
    pub(crate) most: AtomicUsize,
}

impl Seen {
    pub(crate) fn total(&self) -> usize {
        self.total.load(Ordering::SeqCst)
    }

    pub(crate) fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}

/// Serves every connection to `address` with `talk`; counts them.
pub(crate) async fn serve<F, T>(address: &str, talk: F) -> (SocketAddr, Arc<Seen>)
where
    F: Fn(TcpStream) -> T + Send + Sync + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind(address).await.unwrap();
    let local = listener.local_addr().unwrap();
    let seen = Arc::new(Seen::default());
    let counted = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.total.fetch_add(1, Ordering::SeqCst);
            let now = counted.now.fetch_add(1, Ordering::SeqCst) + 1;
            counted.most.fetch_max(now, Ordering::SeqCst);
            let talking = talk(stream);
            let counted = Arc::clone(&counted);
            tokio::spawn(async move {
                talking.await;
                counted.now.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    (local, seen)
}

/// Reads until the peer ends, says nothing.
pub(crate) async fn mute(mut stream: TcpStream) {
    let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
}

pub(crate) fn endpoint(to: SocketAddr, protocol: Option<Protocol>) -> Endpoint {
    Endpoint {
        id: Uuid::new_v5(&Uuid::NAMESPACE_URL, to.to_string().as_bytes()),
        name: None,
        address: Some(to.ip()),
        transport: Transport::Tcp,
        port: Some(to.port()),
        protocol,
        zone: Zone::Unknown,
        fragile: false,
    }
}

pub(crate) fn system(code: &str, endpoints: Vec<Endpoint>) -> System {
    System {
        endpoints,
        ..System::new(code.parse().unwrap(), code)
    }
}

pub(crate) fn planned(
    systems: Vec<System>,
    scope: &Scope,
    papers: Vec<Authorisation>,
    only: &[FactKind],
) -> Plan {
    let inventory = Inventory {
        systems,
        authorisations: papers,
        ..Inventory::default()
    };
    let day = "2026-11-20".parse().unwrap();
    let request = Request {
        only: only.iter().copied().collect(),
        ..Request::new(Timestamp::now(), day)
    };
    plan(&inventory, scope, &request)
}

/// Runs `plan` and gathers everything.
pub(crate) async fn carry_out(
    plan: Plan,
    guard: Arc<Guard>,
    probes: Probes,
) -> (Vec<Observation>, Coverage) {
    let (sink, mut events) = mpsc::channel(16);
    let vantage = Vantage {
        sensor: "thử".into(),
        zone: Zone::Local,
    };
    let running = tokio::spawn(run(plan, guard, probes, RunSettings::new(vantage), sink));
    let mut seen = Vec::new();
    while let Some(event) = events.recv().await {
        if let Event::Observed(observation) = event {
            seen.push(*observation);
        }
    }
    (seen, running.await.unwrap())
}

/// Small, repeatable randomness (SplitMix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }
}
