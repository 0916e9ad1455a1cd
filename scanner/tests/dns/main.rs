//! Records around a name: BIND with sound and faulty zones, compared with `dig` and `delv`, and
//! resolvers that mean no good.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::type_complexity,
    reason = "a test that cannot go on fails, and says what it skips; tables"
)]

mod hostile;
mod lab;
mod truth;

#[path = "../tls_support/mod.rs"]
mod tls_support;

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use jiff::Timestamp;
use luytre_checks::{
    Context, Fact, FactKind, Outcome, Policy, Unmeasured, fact::DnsFact, policy::day_of,
    registry::CHECKS,
};
use luytre_inventory::{
    Authorisation, Grant, LookupKind, LookupRules, PortSet, ProbeClass, Route, ScanProfile, Scope,
    Target, Task, Zone,
};
use luytre_scanner::{
    Guard, Line, Opened, Probe, Stop,
    probe::{ChainProbe, ChainReader, DnsProbe},
};

/// A line to the port of `name` on loopback; records are asked of `resolvers`, if there are any.
async fn line(name: &str, port: u16, resolvers: &[SocketAddr]) -> Line {
    let now = Timestamp::now();
    let paper = Authorisation {
        number: "01/TB".into(),
        route: Route::MonitoringNotice,
        date: "2026-11-01".parse().unwrap(),
        ground: "NĐ 333/2026 Điều 7.5".into(),
        owner: None,
        grant: Grant {
            names: Vec::new(),
            prefixes: vec!["127.0.0.0/8".parse().unwrap()],
            ports: PortSet::all(),
            classes: ProbeClass::every(),
            profile: ScanProfile::Deep,
            hours: None,
            connections_per_second: None,
        },
        from: now - Duration::from_hours(24),
        until: now + Duration::from_hours(24),
        sources: Vec::new(),
        contact: None,
        revoked: None,
    };
    let task = Task {
        id: uuid::Uuid::nil(),
        system: None,
        endpoint: None,
        target: Target::Address {
            address: [127, 0, 0, 1].into(),
            name: Some(name.parse().unwrap()),
        },
        ports: std::iter::once(port).collect(),
        classes: [ProbeClass::Handshake, ProbeClass::Greeting].into(),
        authorisation: "01/TB".into(),
        profile: ScanProfile::Light,
        fragile: false,
    };
    let rules = LookupRules {
        kinds: if resolvers.is_empty() {
            [].into()
        } else {
            [LookupKind::Dns].into()
        },
        resolvers: resolvers.to_vec(),
        special: Vec::new(),
    };
    let scope = Scope::new(vec![paper], Vec::new()).with_lookups(rules);
    let guard = Arc::new(Guard::new(scope, Stop::default()));
    match guard.open(&task).await.pop() {
        Some(Opened::Line(line)) => *line,
        other => panic!("{other:?}"),
    }
}

/// What a look at `name` brings.
async fn look(name: &str, resolver: SocketAddr) -> Result<DnsFact, Unmeasured> {
    let line = line(name, 443, &[resolver]).await;
    match DnsProbe::default().observe(&line).await? {
        Fact::Dns(fact) => Ok(fact),
        other => panic!("{other:?}"),
    }
}

/// The certificates at `port`, with what pins them to `name`.
async fn pinned(name: &str, port: u16, resolvers: &[SocketAddr]) -> Fact {
    let line = line(name, port, resolvers).await;
    let reader = ChainReader::default().naming(Some(DnsProbe::default()));
    ChainProbe(reader).observe(&line).await.unwrap()
}

/// What the checks on records say of a fact, by id.
fn judged(fact: &Fact) -> BTreeMap<&'static str, Outcome> {
    let now = Timestamp::now();
    let policy = Policy::on(day_of(now), &[]).unwrap();
    let context = Context {
        system: None,
        endpoint: None,
        port: Some(443),
        vantage: Zone::Internet,
        declared: &[],
        parameters: policy.parameters(),
    };
    let ours = CHECKS
        .iter()
        .filter(|entry| entry.fact == fact.kind())
        .filter(|entry| fact.kind() == FactKind::Dns || entry.about.id == "cert.dane_mismatch");
    ours.map(|entry| (entry.about.id, (entry.judge)(fact, &context, now)))
        .collect()
}
