//! The switch and the end of a permit reach every wait.

use std::{sync::Arc, time::Duration};

use luytre_checks::Unmeasured;
use luytre_inventory::{HostName, PortSet, ProbeClass, ScanProfile, Scope, Target};
use luytre_scanner::{Answer, Guard, Opened, Resolve, Stop};

use crate::kit::{at, mute, open, paper, serve, task};

/// A resolver that never answers.
#[derive(Debug)]
struct Mute;

impl Resolve for Mute {
    fn resolve<'a>(&'a self, _name: &'a HostName) -> Answer<'a> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_switch_ends_every_wait() {
    let (to, _) = serve("127.82.0.5:0", mute).await;
    let paper = paper(&["127.82.0.0/24"], &["*.doiche.test"], ScanProfile::Light);
    let scope = Scope::new(vec![paper], Vec::new());
    let guard = Arc::new(Guard::new(scope, Stop::default()).with_resolver(Mute));
    let ports: PortSet = std::iter::once(to.port()).collect();
    let here = task(at(to.ip()), ports.clone(), ScanProfile::Light);
    let line = Arc::new(open(&guard, &here).await.unwrap());
    // One conversation holds the only place and waits for words; a second waits for the place; a
    // third waits for its name.
    let mut held = line.connect(ProbeClass::Web, to.port()).await.unwrap();
    let reading = tokio::spawn(async move { held.receive(&mut Vec::new(), 10).await.err() });
    let second = Arc::clone(&line);
    let placing =
        tokio::spawn(async move { second.connect(ProbeClass::Web, second.port()).await.err() });
    let named = task(
        Target::Name("www.doiche.test".parse().unwrap()),
        ports,
        ScanProfile::Light,
    );
    let resolving = Arc::clone(&guard);
    let naming = tokio::spawn(async move {
        match resolving.open(&named).await.remove(0) {
            Opened::Line(_) => None,
            Opened::Shut { reason, .. } => Some(reason),
        }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    guard.stop().throw();
    let ended = async { (reading.await, placing.await, naming.await) };
    let ended = tokio::time::timeout(Duration::from_secs(1), ended)
        .await
        .unwrap();
    for reason in [ended.0, ended.1, ended.2] {
        assert_eq!(reason.unwrap(), Some(Unmeasured::Cancelled));
    }
    let after = line.connect(ProbeClass::Web, to.port()).await.err();
    assert_eq!(after, Some(Unmeasured::Cancelled));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_a_permit_ends_every_wait() {
    let (to, _) = serve("127.82.0.6:0", mute).await;
    let mut short = paper(&["127.82.0.0/24"], &[], ScanProfile::Light);
    short.until = jiff::Timestamp::now() + Duration::from_secs(1);
    let guard = Arc::new(Guard::new(
        Scope::new(vec![short], Vec::new()),
        Stop::default(),
    ));
    let ports: PortSet = std::iter::once(to.port()).collect();
    let line = open(&guard, &task(at(to.ip()), ports, ScanProfile::Light))
        .await
        .unwrap();
    let mut held = line.connect(ProbeClass::Web, to.port()).await.unwrap();
    let mut words = Vec::new();
    let waits = async {
        tokio::join!(
            held.receive(&mut words, 10),
            line.connect(ProbeClass::Web, to.port())
        )
    };
    let (read, placed) = tokio::time::timeout(Duration::from_secs(2), waits)
        .await
        .unwrap();
    assert_eq!(read.err(), Some(Unmeasured::Cancelled));
    assert_eq!(placed.err(), Some(Unmeasured::Cancelled));
}

#[tokio::test]
async fn waiting_for_a_place_is_not_the_peers_time() {
    let (to, _) = serve("127.82.0.7:0", mute).await;
    let paper = paper(&["127.82.0.0/24"], &[], ScanProfile::Light);
    let limits = luytre_scanner::Limits {
        whole: Duration::from_millis(500),
        ..luytre_scanner::Limits::default()
    };
    let guard = Guard::new(Scope::new(vec![paper], Vec::new()), Stop::default());
    let guard = Arc::new(guard.with_limits(limits));
    let ports: PortSet = std::iter::once(to.port()).collect();
    let job = || task(at(to.ip()), ports.clone(), ScanProfile::Light);
    let (first, second) = (
        open(&guard, &job()).await.unwrap(),
        open(&guard, &job()).await.unwrap(),
    );
    let held = first.connect(ProbeClass::Web, to.port()).await.unwrap();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(900)).await;
        drop(held);
    });
    assert!(second.connect(ProbeClass::Web, to.port()).await.is_ok());
}
