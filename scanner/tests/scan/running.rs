//! Whole runs: what is planned is reported, whatever happens.

use std::{
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use luytre_checks::{Fact, FactKind, Reading, Unmeasured, fact::PortsFact};
use luytre_inventory::{ProbeClass, Protocol, ScanProfile};
use luytre_scanner::{
    Guard, Known, Line, Look, Probe, Probes, Readings, Stop,
    probe::{ChainProbe, TlsProbe},
};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::kit::{carry_out, endpoint, loopback, mute, paper, planned, scope, serve, system};

/// Connects, and panics if the port is in its list.
struct Fussy(Vec<u16>);

impl Look for Fussy {
    fn yields(&self) -> &[(FactKind, u16)] {
        &[(FactKind::Service, 7)]
    }

    fn look<'a>(
        &'a self,
        line: &'a Line,
        _known: &'a Known,
    ) -> Pin<Box<dyn Future<Output = Readings> + Send + 'a>> {
        Box::pin(async move {
            let connected = line.connect(ProbeClass::Greeting, line.port()).await;
            assert!(!self.0.contains(&line.port()), "as planned");
            let fact = Fact::Ports(PortsFact {
                complete: true,
                ..PortsFact::default()
            });
            vec![(FactKind::Service, connected.map(|_| fact))]
        })
    }
}

/// Talks for ever: one connection after the other.
struct Endless;

impl Look for Endless {
    fn yields(&self) -> &[(FactKind, u16)] {
        &[(FactKind::Service, 1)]
    }

    fn look<'a>(
        &'a self,
        line: &'a Line,
        _known: &'a Known,
    ) -> Pin<Box<dyn Future<Output = Readings> + Send + 'a>> {
        Box::pin(async move {
            loop {
                if let Err(reason) = line.connect(ProbeClass::Greeting, line.port()).await {
                    return vec![(FactKind::Service, Err(reason))];
                }
            }
        })
    }
}

fn outcomes(seen: &[luytre_checks::Observation]) -> Vec<Result<(), Unmeasured>> {
    let mut seen: Vec<_> = seen.iter().collect();
    seen.sort_by(|a, b| a.endpoint.cmp(&b.endpoint));
    seen.iter()
        .map(|o| match &o.reading {
            Reading::Measured { .. } | Reading::Confirmed { .. } => Ok(()),
            Reading::Unmeasured { reason } => Err(*reason),
        })
        .collect()
}

#[tokio::test]
async fn a_panicking_probe_stops_nobody_else() {
    let mut servers = Vec::new();
    for last in 1..=4 {
        servers.push(serve(&format!("127.66.0.{last}:0"), mute).await.0);
    }
    let guard = Arc::new(loopback(ScanProfile::Light));
    let endpoints = servers.iter().map(|to| endpoint(*to, None)).collect();
    let papers = vec![paper(&["127.0.0.0/8"], &[], ScanProfile::Light)];
    let everything = scope(&["127.0.0.0/8"], ScanProfile::Light);
    let plan = planned(
        vec![system("A", endpoints)],
        &everything,
        papers,
        &[FactKind::Service],
    );
    let probes = Probes::none().with(Fussy(vec![servers[1].port()]));
    let (seen, coverage) = carry_out(plan, guard, probes).await;
    let bug = Err(Unmeasured::Bug);
    assert_eq!(outcomes(&seen), [Ok(()), bug, Ok(()), Ok(())]);
    assert_eq!((coverage.planned(), coverage.measured()), (4, 3));
    assert!(
        seen.iter()
            .all(|o| o.probe_version == 7 && o.sensor == "thử")
    );
    assert_eq!(seen[0].cost.connections, 1);
}

#[tokio::test]
async fn everything_planned_is_in_the_coverage() {
    let here: SocketAddr = serve("127.66.1.1:0", mute).await.0;
    let outside: SocketAddr = "127.77.0.1:22".parse().unwrap();
    let papers = vec![paper(&["127.66.0.0/16"], &[], ScanProfile::Light)];
    let narrow = scope(&["127.66.0.0/16"], ScanProfile::Light);
    let mut homeless = endpoint(outside, Some(Protocol::Ssh));
    homeless.address = None;
    let systems = vec![system(
        "A",
        vec![endpoint(here, None), endpoint(outside, None), homeless],
    )];
    let plan = planned(systems, &narrow, papers, &[FactKind::Service]);
    let guard = Arc::new(Guard::new(narrow, Stop::default()));
    let (seen, coverage) = carry_out(plan, guard, Probes::none().with(Fussy(Vec::new()))).await;
    assert_eq!(seen.len(), 1);
    assert_eq!(
        (
            coverage.planned(),
            coverage.measured(),
            coverage.not_permitted()
        ),
        (3, 1, 1)
    );
    assert_eq!(coverage.unmeasured(), [(Unmeasured::Unresolved, 1)].into());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_switch_ends_a_run_within_a_second() {
    let (to, seen_by_server) = serve("127.66.2.1:0", mute).await;
    let second = serve("127.66.2.1:0", mute).await.0;
    let guard = Arc::new(loopback(ScanProfile::Light));
    let papers = vec![paper(&["127.0.0.0/8"], &[], ScanProfile::Light)];
    let everything = scope(&["127.0.0.0/8"], ScanProfile::Light);
    let endpoints = vec![endpoint(to, None), endpoint(second, None)];
    let plan = planned(
        vec![system("A", endpoints)],
        &everything,
        papers,
        &[FactKind::Service],
    );
    let stop = guard.stop().clone();
    let running = tokio::spawn(carry_out(plan, guard, Probes::none().with(Endless)));
    tokio::time::sleep(Duration::from_millis(700)).await;
    stop.throw();
    let thrown = Instant::now();
    let (seen, coverage) = running.await.unwrap();
    assert!(
        thrown.elapsed() < Duration::from_secs(1),
        "{:?}",
        thrown.elapsed()
    );
    assert_eq!(
        outcomes(&seen),
        [Err(Unmeasured::Cancelled)],
        "the second was never begun"
    );
    assert_eq!(coverage.unmeasured(), [(Unmeasured::Cancelled, 2)].into());
    let at_stop = seen_by_server.total();
    assert!(
        at_stop > 10 && seen_by_server.most() <= 2,
        "{seen_by_server:?}"
    );
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(seen_by_server.total(), at_stop);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_a_permit_ends_traffic_within_a_second() {
    let (to, seen_by_server) = serve("127.66.3.1:0", mute).await;
    let mut short = paper(&["127.0.0.0/8"], &[], ScanProfile::Light);
    short.until = jiff::Timestamp::now() + Duration::from_millis(1500);
    let until = Instant::now() + Duration::from_millis(1500);
    let narrow = luytre_inventory::Scope::new(vec![short.clone()], Vec::new());
    let systems = vec![system("A", vec![endpoint(to, None)])];
    let plan = planned(systems, &narrow, vec![short], &[FactKind::Service]);
    let guard = Arc::new(Guard::new(narrow, Stop::default()));
    let (seen, _) = carry_out(plan, guard, Probes::none().with(Endless)).await;
    assert!(until.elapsed() < Duration::from_secs(1));
    assert_eq!(outcomes(&seen), [Err(Unmeasured::Cancelled)]);
    let at_end = seen_by_server.total();
    assert!(at_end > 10);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(seen_by_server.total(), at_end);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_job_with_every_probe() {
    use FactKind::{Chain, Http, Service, Tls};
    use Unmeasured::{Protocol as Foreign, Refused, TimedOut};
    let text = "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nConnection: close\r\n\r\n";
    let web = serve("127.66.4.1:0", move |mut stream| async move {
        let _ = stream.read(&mut [0; 2048]).await;
        let _ = stream.write_all(text.as_bytes()).await;
    })
    .await
    .0;
    let ssh = serve("127.66.4.2:0", |mut stream| async move {
        let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2p1\r\n").await;
        mute(stream).await;
    })
    .await
    .0;
    let silent = serve("127.66.4.3:0", mute).await.0;
    let dead = serve("127.66.4.4:0", mute).await.0;
    let dead = SocketAddr::new("127.66.4.5".parse().unwrap(), dead.port());
    let endpoints = [web, ssh, silent, dead].map(|to| endpoint(to, None));
    let papers = vec![paper(&["127.0.0.0/8"], &[], ScanProfile::Light)];
    let everything = scope(&["127.0.0.0/8"], ScanProfile::Light);
    let kinds = [
        FactKind::Service,
        FactKind::Tls,
        FactKind::Chain,
        FactKind::Http,
    ];
    let plan = planned(
        vec![system("A", endpoints.into())],
        &everything,
        papers,
        &kinds,
    );
    let guard = Arc::new(loopback(ScanProfile::Light));
    let probes = Probes::standard("luytre test", Vec::new());
    let begun = Instant::now();
    let (seen, coverage) = carry_out(plan, guard, probes).await;
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    let of = |to: SocketAddr| {
        let here = seen.iter().filter(|o| o.endpoint == to.to_string());
        here.map(|o| {
            let reason = match &o.reading {
                Reading::Measured { .. } | Reading::Confirmed { .. } => None,
                Reading::Unmeasured { reason } => Some(*reason),
            };
            (o.probe, reason, o.cost.connections)
        })
        .collect::<Vec<_>>()
    };
    // TLS is not tried where something else was heard, nor HTTP.
    let no_tls = |web| {
        [
            (Service, None, 1),
            (Tls, Some(Foreign), 0),
            (Chain, Some(Foreign), 0),
            web,
        ]
    };
    assert_eq!(of(web), no_tls((Http, None, 1)));
    assert_eq!(of(ssh), no_tls((Http, Some(Foreign), 0)));
    let reasons = |to| {
        of(to)
            .into_iter()
            .map(|(_, reason, _)| reason)
            .collect::<Vec<_>>()
    };
    assert_eq!(reasons(silent), [Some(TimedOut); 4]);
    assert_eq!(reasons(dead), [Some(Refused); 4]);
    assert_eq!((coverage.planned(), coverage.measured()), (16, 3));
    let version = |probe| match probe {
        FactKind::Tls => TlsProbe::VERSION,
        FactKind::Chain => ChainProbe::VERSION,
        FactKind::Service => luytre_scanner::probe::ServiceProbe::VERSION,
        FactKind::Http => luytre_scanner::probe::HttpProbe::VERSION,
        _ => 1,
    };
    assert!(
        seen.iter().all(|o| o.probe_version == version(o.probe)
            && o.address.is_some()
            && o.port.is_some())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_nobody_hears_ends() {
    let (to, seen_by_server) = serve("127.66.5.1:0", mute).await;
    let guard = Arc::new(loopback(ScanProfile::Light));
    let papers = vec![paper(&["127.0.0.0/8"], &[], ScanProfile::Light)];
    let everything = scope(&["127.0.0.0/8"], ScanProfile::Light);
    let systems = vec![system("A", vec![endpoint(to, None)])];
    let plan = planned(systems, &everything, papers, &[FactKind::Service]);
    let (sink, events) = tokio::sync::mpsc::channel(1);
    let settings = luytre_scanner::RunSettings::new(luytre_checks::Vantage {
        sensor: "thử".into(),
        zone: luytre_inventory::Zone::Local,
    });
    let probes = Probes::none().with(Endless);
    let running = tokio::spawn(luytre_scanner::run(plan, guard, probes, settings, sink));
    tokio::time::sleep(Duration::from_millis(300)).await;
    drop(events);
    let coverage = tokio::time::timeout(Duration::from_secs(1), running).await;
    let coverage = coverage.unwrap().unwrap();
    assert_eq!(coverage.unmeasured(), [(Unmeasured::Cancelled, 1)].into());
    assert!(seen_by_server.total() > 5);
}

/// Answers with two addresses of this machine.
#[derive(Debug)]
struct Two;

impl luytre_scanner::Resolve for Two {
    fn resolve<'a>(&'a self, _: &'a luytre_inventory::HostName) -> luytre_scanner::Answer<'a> {
        let addresses = ["127.66.6.1", "127.66.6.2"].map(|text| text.parse().unwrap());
        Box::pin(async move { Ok(addresses.into()) })
    }
}

#[tokio::test]
async fn each_address_of_a_name_has_its_own_line() {
    let mut declared = endpoint("127.66.6.1:22".parse().unwrap(), Some(Protocol::Ssh));
    declared.address = None;
    declared.name = Some("www.doiche.test".parse().unwrap());
    let papers = vec![paper(&[], &["*.doiche.test"], ScanProfile::Light)];
    let named = luytre_inventory::Scope::new(papers.clone(), Vec::new());
    let plan = planned(
        vec![system("A", vec![declared])],
        &named,
        papers,
        &[FactKind::Service],
    );
    let guard = Arc::new(Guard::new(named, Stop::default()).with_resolver(Two));
    let (seen, coverage) = carry_out(plan, guard, Probes::none().with(Fussy(Vec::new()))).await;
    // Loopback is never reached through a name: both are refused, each by itself.
    let lines: Vec<_> = coverage
        .lines
        .iter()
        .map(|l| (l.address, l.failure))
        .collect();
    let refused = |text: &str| (text.parse().ok(), Some(Unmeasured::NotPermitted));
    assert_eq!(lines, [refused("127.66.6.1"), refused("127.66.6.2")]);
    assert_eq!(seen.len(), 2);
}
