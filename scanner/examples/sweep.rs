//! Which ports of loopback are open, without inventory, store or report: what port discovery alone
//! takes and finds.
//!
//! `cargo run --release -p luytre-scanner --example sweep -- 127.0.0.1 1-65535`, or a prefix; with the
//! name of a device behind it, by SYNs over that device.
#![allow(clippy::print_stdout, reason = "its answer")]

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

use ipnet::IpNet;
use jiff::Timestamp;
use luytre_checks::{Fact, FactKind, Reading, Subject, Vantage};
use luytre_inventory::{
    Authorisation, Grant, PortSet, ProbeClass, Route, ScanProfile, Scope, Target, Task, Zone,
};
use luytre_scanner::{
    Event, Guard, Probes, RunSettings, Stop, Syn,
    plan::{Job, Plan},
    run,
};
use tokio::sync::mpsc;
use uuid::Uuid;

const NUMBER: &str = "loopback";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let prefix = words.next().ok_or("which address or prefix of loopback?")?;
    let prefix: IpNet = match prefix.parse::<IpNet>() {
        Ok(prefix) => prefix,
        Err(_) => prefix.parse::<std::net::IpAddr>()?.into(),
    };
    let ports: PortSet = words.next().ok_or("which ports?")?.parse()?;
    let now = Timestamp::now();
    let paper = Authorisation {
        number: NUMBER.to_owned(),
        route: Route::AdHoc,
        date: now.to_zoned(jiff::tz::TimeZone::UTC).date(),
        ground: NUMBER.to_owned(),
        owner: None,
        grant: Grant {
            names: Vec::new(),
            prefixes: vec!["127.0.0.0/8".parse()?, "::1/128".parse()?],
            ports: PortSet::all(),
            classes: ProbeClass::every(),
            profile: ScanProfile::Deep,
            hours: None,
            connections_per_second: None,
        },
        from: now,
        until: now + Duration::from_hours(1),
        sources: Vec::new(),
        contact: None,
        revoked: None,
    };
    let mut guard = Guard::new(Scope::new(vec![paper], Vec::new()), Stop::default());
    if let Some(device) = words.next() {
        guard = guard.with_syn(Syn::open(&device)?);
    }
    let jobs = prefix.hosts().map(|address| job(address, &ports)).collect();
    let plan = Plan {
        jobs,
        skipped: Vec::new(),
    };
    let settings = RunSettings::new(Vantage {
        sensor: "example".to_owned(),
        zone: Zone::Local,
    });
    let (sink, mut events) = mpsc::channel(64);
    let begun = Instant::now();
    let running = tokio::spawn(run(
        plan,
        Arc::new(guard),
        Probes::standard("", Vec::new()),
        settings,
        sink,
    ));
    let (mut open, mut silent, mut undecided, mut unmeasured) = (0, 0, 0, 0);
    while let Some(event) = events.recv().await {
        let Event::Observed(observation) = event else {
            continue;
        };
        match &observation.reading {
            Reading::Measured {
                fact: Fact::Ports(fact),
            } => {
                open += fact.open.len();
                silent += fact.silent_ports.len();
                undecided += fact.undecided.len();
            }
            _ => unmeasured += 1,
        }
    }
    running.await?;
    println!(
        "{open} open, {silent} silent, {undecided} undecided, {unmeasured} hosts unmeasured, {:.2} s",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

fn job(address: std::net::IpAddr, ports: &PortSet) -> Job {
    let target = Target::Address {
        address,
        name: None,
    };
    let label = target.label(None);
    Job {
        task: Task {
            id: Uuid::now_v7(),
            system: None,
            endpoint: None,
            target,
            ports: ports.clone(),
            classes: BTreeSet::from([ProbeClass::Ports]),
            authorisation: NUMBER.to_owned(),
            profile: ScanProfile::Deep,
            fragile: false,
        },
        subject: Subject::Target(label.clone()),
        label,
        also: Vec::new(),
        declared: None,
        starttls: None,
        probes: vec![FactKind::Ports],
        connections: 0,
        before: BTreeMap::new(),
    }
}
