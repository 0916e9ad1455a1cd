//! Port discovery.

use std::{net::IpAddr, sync::Arc, time::Instant};

use luytre_checks::{Fact, Unmeasured, fact::PortsFact};
use luytre_inventory::{PortSet, ScanProfile};
use luytre_scanner::{Probe, probe::PortsProbe};
use tokio::net::TcpListener;

use crate::kit::{at, loopback, open, task};

async fn sweep(
    address: IpAddr,
    ports: PortSet,
    profile: ScanProfile,
) -> Result<PortsFact, Unmeasured> {
    let guard = Arc::new(loopback(profile));
    let line = open(&guard, &task(at(address), ports, profile))
        .await
        .unwrap();
    match PortsProbe.observe(&line).await {
        Ok(Fact::Ports(fact)) => Ok(fact),
        Ok(other) => panic!("{other:?}"),
        Err(reason) => Err(reason),
    }
}

/// Listeners on `count` free ports of `address`.
async fn listeners(address: IpAddr, count: usize) -> (Vec<TcpListener>, Vec<u16>) {
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(TcpListener::bind((address, 0)).await.unwrap());
    }
    let mut ports: Vec<u16> = all.iter().map(|l| l.local_addr().unwrap().port()).collect();
    ports.sort_unstable();
    (all, ports)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_65535_ports_in_repeated_runs() {
    let mut runs = tokio::task::JoinSet::new();
    for last in 1..=3 {
        runs.spawn(async move {
            let address = IpAddr::from([127, 65, 0, last]);
            let (_held, ports) = listeners(address, 200).await;
            let begun = Instant::now();
            let fact = sweep(address, PortSet::all(), ScanProfile::Deep)
                .await
                .unwrap();
            println!("1 x 65,535: {:.1} s", begun.elapsed().as_secs_f64());
            // Daemons of this machine that listen on every address are there too.
            let missed: Vec<_> = ports.iter().filter(|p| !fact.open.contains(p)).collect();
            assert_eq!(missed, Vec::<&u16>::new());
            assert!(
                fact.complete && fact.undecided.is_empty() && fact.silent == 0,
                "{fact:?}"
            );
            assert_eq!(fact.closed as usize + fact.open.len(), 65_535);
        });
    }
    while let Some(done) = runs.join_next().await {
        done.unwrap();
    }
}

#[tokio::test]
async fn open_and_closed_are_counted() {
    let address = IpAddr::from([127, 65, 1, 1]);
    let (held, open) = listeners(address, 5).await;
    let (gone, shut) = listeners(address, 5).await;
    drop(gone);
    let asked: PortSet = open.iter().chain(&shut).copied().collect();
    let fact = sweep(address, asked.clone(), ScanProfile::Light)
        .await
        .unwrap();
    drop(held);
    assert_eq!(
        fact,
        PortsFact {
            asked,
            open,
            closed: 5,
            silent: 0,
            undecided: PortSet::default(),
            complete: true,
        }
    );
}

#[tokio::test]
async fn a_host_that_answers_nothing_is_unmeasured() {
    // A listener with a full queue is silent: Linux drops further SYNs.
    let address = IpAddr::from([127, 65, 1, 2]);
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind((address, 0).into()).unwrap();
    let listener = socket.listen(1).unwrap();
    let to = listener.local_addr().unwrap();
    let mut fill = Vec::new();
    for _ in 0..8 {
        let connect = tokio::net::TcpStream::connect(to);
        if let Ok(stream) =
            tokio::time::timeout(std::time::Duration::from_millis(200), connect).await
        {
            fill.push(stream.unwrap());
        }
    }
    let ports: PortSet = [to.port()].into_iter().collect();
    let found = sweep(address, ports, ScanProfile::Light).await;
    assert_eq!(found, Err(Unmeasured::TimedOut));
    // With a port that answers beside it, the silent one is counted as such.
    let (held, open) = listeners(address, 1).await;
    let ports: PortSet = [to.port(), open[0]].into_iter().collect();
    let fact = sweep(address, ports, ScanProfile::Light).await.unwrap();
    drop(held);
    assert_eq!((fact.open, fact.silent, fact.complete), (open, 1, true));
}

#[tokio::test]
async fn stopping_leaves_ports_undecided() {
    let address = IpAddr::from([127, 65, 1, 3]);
    let guard = Arc::new(loopback(ScanProfile::Light));
    let (_held, _) = listeners(address, 1).await;
    let line = open(
        &guard,
        &task(at(address), PortSet::all(), ScanProfile::Light),
    )
    .await
    .unwrap();
    let stop = guard.stop().clone();
    tokio::spawn(async move {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        stop.throw();
    });
    let begun = Instant::now();
    let Ok(Fact::Ports(fact)) = PortsProbe.observe(&line).await else {
        panic!("closed ports were seen before the stop");
    };
    assert!(begun.elapsed().as_secs_f64() < 1.5);
    assert!(!fact.complete && fact.undecided.len() > 60_000, "{fact:?}");
}

/// The same test twice: the outer one runs the inner one in a process that may hold few sockets.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shortage_of_sockets_loses_no_port() {
    const INNER: &str = "LUYTRE_TEST_SHORTAGE";
    if std::env::var_os(INNER).is_none() {
        let this = std::env::current_exe().unwrap();
        let done = std::process::Command::new("/bin/sh")
            .args([
                "-c",
                "ulimit -n 64 && exec \"$0\" --exact \"$1\" --nocapture",
            ])
            .arg(this)
            .arg("ports::a_shortage_of_sockets_loses_no_port")
            .env(INNER, "1")
            .status();
        assert!(done.unwrap().success());
        return;
    }
    let address = IpAddr::from([127, 65, 1, 4]);
    let (_held, ports) = listeners(address, 20).await;
    // Silent ports keep their sockets: 128 at once are wanted, about 30 are to be had.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind((address, 0).into()).unwrap();
    let asked = PortSet::from_ranges([(20_000, 24_000)]);
    let asked: PortSet = asked.iter().chain(ports.iter().copied()).collect();
    let fact = sweep(address, asked, ScanProfile::Deep).await.unwrap();
    let missed: Vec<_> = ports.iter().filter(|p| !fact.open.contains(p)).collect();
    assert_eq!(missed, Vec::<&u16>::new());
    assert!(fact.complete, "{fact:?}");
}
