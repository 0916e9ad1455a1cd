//! Port discovery.

use std::{net::IpAddr, sync::Arc, time::Instant};

use luytre_checks::{
    Cost, Evidence, Fact, FactKind, Reading, Subject, Unmeasured, fact::PortsFact,
};
use luytre_inventory::{PortSet, ScanProfile, Target, Task};
use luytre_scanner::{
    Guard, Probe, Probes, Syn,
    plan::{Job, Plan},
    probe::PortsProbe,
};
use tokio::net::TcpListener;

use crate::{
    apart,
    kit::{at, carry_out, loopback, mute, open, serve, task},
};

pub(crate) async fn sweep(
    address: IpAddr,
    ports: PortSet,
    profile: ScanProfile,
) -> Result<PortsFact, Unmeasured> {
    sweep_noting(address, ports, profile).await.0
}

/// The same, with what was noted and what it cost.
pub(crate) async fn sweep_noting(
    address: IpAddr,
    ports: PortSet,
    profile: ScanProfile,
) -> (Result<PortsFact, Unmeasured>, Vec<Evidence>, Cost) {
    look(loopback(profile), address, ports, profile).await
}

/// The same, under `guard`.
pub(crate) async fn look(
    guard: Guard,
    address: IpAddr,
    ports: PortSet,
    profile: ScanProfile,
) -> (Result<PortsFact, Unmeasured>, Vec<Evidence>, Cost) {
    let guard = Arc::new(guard);
    let line = open(&guard, &task(at(address), ports, profile))
        .await
        .unwrap();
    let found = match PortsProbe.observe(&line).await {
        Ok(Fact::Ports(fact)) => Ok(fact),
        Ok(other) => panic!("{other:?}"),
        Err(reason) => Err(reason),
    };
    let (evidence, cost) = line.settle();
    (found, evidence, cost)
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
            silent_ports: PortSet::default(),
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
    assert_eq!(fact.silent_ports, std::iter::once(to.port()).collect());
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

#[tokio::test]
async fn ipv6_as_well() {
    let address: IpAddr = "::1".parse().unwrap();
    let (_held, ports) = listeners(address, 20).await;
    let asked: PortSet = ports.iter().copied().chain(1..=500).collect();
    let fact = sweep(address, asked, ScanProfile::Deep).await.unwrap();
    assert!(ports.iter().all(|port| fact.open.contains(port)));
    assert!(fact.complete && fact.silent == 0, "{fact:?}");
}

/// A process that may hold few sockets.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shortage_of_sockets_loses_no_port() {
    if !apart::inner() {
        apart::alone("ports::a_shortage_of_sockets_loses_no_port", "ulimit -n 64");
        return;
    }
    let address = IpAddr::from([127, 65, 1, 4]);
    let (_held, ports) = listeners(address, 20).await;
    let asked = PortSet::from_ranges([(20_000, 24_000)]);
    let asked: PortSet = asked.iter().chain(ports.iter().copied()).collect();
    let fact = sweep(address, asked, ScanProfile::Deep).await.unwrap();
    let missed: Vec<_> = ports.iter().filter(|p| !fact.open.contains(p)).collect();
    assert_eq!(missed, Vec::<&u16>::new());
    assert!(fact.complete, "{fact:?}");
}

/// Discovery at each of `hosts`, as one plan.
pub(crate) fn plan_of(
    hosts: impl Iterator<Item = IpAddr>,
    ports: &PortSet,
    profile: ScanProfile,
) -> Plan {
    let job = |address| {
        let target: Target = at(address);
        let label = target.label(None);
        let task: Task = task(target, ports.clone(), profile);
        Job {
            task,
            subject: Subject::Target(label.clone()),
            label,
            also: Vec::new(),
            declared: None,
            starttls: None,
            probes: vec![FactKind::Ports],
            connections: 0,
            before: std::collections::BTreeMap::new(),
        }
    };
    Plan {
        jobs: hosts.map(job).collect(),
        skipped: Vec::new(),
    }
}

/// The kernel counts, in a network where nobody else is: half of the ports are silent, so that some
/// attempts are under way when the switch is thrown.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_switch_stops_the_traffic_of_a_large_scan_within_a_second() {
    const NAME: &str = "ports::the_switch_stops_the_traffic_of_a_large_scan_within_a_second";
    if !apart::inner() {
        apart::in_own_network(NAME, "true", "tcp dport 2000-32000 drop");
        return;
    }
    stopped_in_the_middle(loopback(ScanProfile::Deep)).await;
    stopped_in_the_middle(loopback(ScanProfile::Deep).with_syn(Syn::open("lo").unwrap())).await;
}

async fn stopped_in_the_middle(guard: Guard) {
    let hosts = (1..=8).map(|last| IpAddr::from([127, 66, 0, last]));
    let guard = Arc::new(guard);
    let stop = guard.stop().clone();
    let plan = plan_of(hosts, &PortSet::all(), ScanProfile::Deep);
    let before = packets();
    let running = tokio::spawn(carry_out(plan, guard, Probes::standard("", Vec::new())));
    let second = std::time::Duration::from_secs(1);
    while packets() < before + 20_000 {
        assert!(!running.is_finished());
        tokio::time::sleep(second / 200).await;
    }
    stop.throw();
    tokio::time::sleep(second).await;
    let then = packets();
    let (seen, coverage) = running.await.unwrap();
    tokio::time::sleep(second).await;
    assert_eq!(packets(), then, "packets after a second");
    // What had been begun says what is not decided; what had not, that it was not looked at.
    assert_eq!((coverage.planned(), coverage.measured()), (8, 0));
    assert!(seen.iter().all(|observation| match &observation.reading {
        Reading::Measured {
            fact: Fact::Ports(fact),
        } => !fact.complete && fact.silent == 0 && !fact.undecided.is_empty(),
        other => matches!(
            other,
            Reading::Unmeasured {
                reason: Unmeasured::Cancelled
            }
        ),
    }));
}

/// Packets of IPv4 that everybody in this network has sent (RFC 4293).
fn packets() -> u64 {
    let all = std::fs::read_to_string("/proc/thread-self/net/snmp").unwrap();
    let mut lines = all.lines().filter_map(|line| line.strip_prefix("Ip: "));
    let names = lines.next().unwrap().split(' ');
    let mut both = names.zip(lines.next().unwrap().split(' '));
    both.find(|(this, _)| *this == "OutRequests")
        .unwrap()
        .1
        .parse()
        .unwrap()
}

#[tokio::test]
async fn no_permit_no_packet() {
    let (to, heard) = serve("127.66.1.1:0", mute).await;
    let ports: PortSet = std::iter::once(to.port()).collect();
    let here = task(at(to.ip()), ports.clone(), ScanProfile::Deep);
    // The switch, the paper's end and a port outside the permit each shut the gate.
    let guard = Arc::new(loopback(ScanProfile::Deep));
    let line = open(&guard, &here).await.unwrap();
    let beside = to.port() ^ 1;
    let patience = std::time::Duration::from_millis(100);
    assert_eq!(
        line.knock(beside, patience).await,
        Err(Unmeasured::NotPermitted)
    );
    guard.stop().throw();
    assert_eq!(
        line.knock(to.port(), patience).await,
        Err(Unmeasured::Cancelled)
    );
    assert_eq!(PortsProbe.observe(&line).await, Err(Unmeasured::Cancelled));
    assert_eq!((heard.total(), line.settle().1.connections), (0, 0));
}

/// Ten thousand hosts in bounded memory, in a process that does nothing else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_hosts_fit_into_little_memory() {
    if !apart::inner() {
        apart::alone("ports::ten_thousand_hosts_fit_into_little_memory", "true");
        return;
    }
    let before = high_water();
    let hosts = (0..10_000_u16).map(|n| {
        let [high, low] = n.to_be_bytes();
        IpAddr::from([127, 100, high, low])
    });
    let ports: PortSet = "1-2".parse().unwrap();
    let plan = plan_of(hosts, &ports, ScanProfile::Light);
    let guard = Arc::new(loopback(ScanProfile::Light));
    let (seen, coverage) = carry_out(plan, guard, Probes::standard("", Vec::new())).await;
    assert_eq!((seen.len(), coverage.measured()), (10_000, 10_000));
    let grown = high_water() - before;
    println!("10,000 hosts: {grown} KiB");
    assert!(grown < 64 << 10, "{grown} KiB");
}

/// Hosts that answer nothing are all waiting: many wait side by side, and with no more than a few are
/// conversations held meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silent_hosts_are_waited_for_side_by_side() {
    const NAME: &str = "ports::silent_hosts_are_waited_for_side_by_side";
    if !apart::inner() {
        apart::in_own_network(NAME, "true", "ip daddr 127.101.0.0/16 drop");
        return;
    }
    let (to, talkers) = serve("0.0.0.0:0", |mut stream| async move {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"SSH-2.0-test\r\n").await;
        mute(stream).await;
    })
    .await;
    let port: PortSet = std::iter::once(to.port()).collect();
    let silent = (1..=200).map(|last| IpAddr::from([127, 101, 0, last]));
    let mut plan = plan_of(silent, &"1-4".parse().unwrap(), ScanProfile::Light);
    let talking = (1..=96).map(|last| IpAddr::from([127, 102, 0, last]));
    let mut others = plan_of(talking, &port, ScanProfile::Light);
    for job in &mut others.jobs {
        job.probes = vec![FactKind::Service];
    }
    plan.jobs.extend(others.jobs);
    let guard = Arc::new(loopback(ScanProfile::Light));
    let (seen, coverage) = carry_out(plan, guard, Probes::standard("", Vec::new())).await;
    assert_eq!((coverage.planned(), coverage.measured()), (296, 96));
    let mut moments: Vec<_> = seen
        .iter()
        .filter(|observation| observation.probe == FactKind::Ports)
        .flat_map(|observation| [(observation.started, 1), (observation.ended, -1)])
        .collect();
    moments.sort_unstable();
    let at_once = moments.iter().scan(0, |now, (_, step)| {
        *now += step;
        Some(*now)
    });
    assert!(at_once.max() > Some(150));
    // 32 of the settings.
    assert!((8..=32).contains(&talkers.most()), "{}", talkers.most());
}

/// The most memory this process had resident, in KiB.
fn high_water() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap()
}
