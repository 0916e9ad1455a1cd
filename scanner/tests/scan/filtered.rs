//! Port discovery behind filters and under shortage: whatever happens, no port is lost in silence.

use std::{net::IpAddr, time::Duration};

use luytre_checks::{Unmeasured, fact::PortsFact};
use luytre_inventory::{PortSet, ScanProfile};
use tokio::net::TcpListener;

use crate::{
    apart::{in_own_network, inner},
    ports::{sweep, sweep_noting},
};

const HERE: &str = "127.0.0.1";

pub(crate) fn set(text: &str) -> PortSet {
    text.parse().unwrap()
}

/// Listeners on the ports of `text`; nobody else is in this network.
pub(crate) async fn listen(address: IpAddr, text: &str) -> Vec<TcpListener> {
    let mut all = Vec::new();
    for port in set(text).iter() {
        all.push(TcpListener::bind((address, port)).await.unwrap());
    }
    all
}

/// Every asked port stands in exactly one place, and each of `open` in none that is wrong.
pub(crate) fn accounts_for(fact: &PortsFact, open: &PortSet) {
    let found: PortSet = fact.open.iter().copied().collect();
    assert_eq!(found.len(), fact.open.len());
    assert_eq!(fact.silent_ports.len(), fact.silent as usize);
    let named = [&found, &fact.silent_ports, &fact.undecided];
    for (n, a) in named.iter().enumerate() {
        for b in &named[n + 1..] {
            assert!(a.intersection(b).is_empty(), "{a} and {b}");
        }
    }
    let counted: usize = named.iter().map(|set| set.len()).sum();
    assert_eq!(counted + fact.closed as usize, fact.asked.len());
    assert_eq!(fact.complete, fact.undecided.is_empty());
    let told: PortSet = found.iter().chain(fact.undecided.iter()).collect();
    assert!(
        told.contains_all(open),
        "lost in silence: open {found} of {open}, undecided {}",
        fact.undecided
    );
    assert!(open.contains_all(&found));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filtered_host_is_told_port_by_port() {
    const NAME: &str = "filtered::a_filtered_host_is_told_port_by_port";
    if !inner() {
        in_own_network(NAME, "true", "tcp dport 1000-4999 drop");
        return;
    }
    for address in [HERE, "::1"] {
        let address: IpAddr = address.parse().unwrap();
        let _held = listen(address, "500,700,5000,5001").await;
        let fact = sweep(address, set("500-5500"), ScanProfile::Deep)
            .await
            .unwrap();
        accounts_for(&fact, &set("500,700,5000,5001"));
        assert_eq!(fact.open, [500, 700, 5000, 5001]);
        assert_eq!(fact.silent_ports, set("1000-4999"));
        assert!(fact.complete, "{fact:?}");
    }
}

/// A device that lets so many packets through and then shuts us out: what came after is not known.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_shuts_us_out_leaves_ports_undecided() {
    const NAME: &str = "filtered::a_host_that_shuts_us_out_leaves_ports_undecided";
    if !inner() {
        in_own_network(
            NAME,
            "true",
            "tcp flags & (syn | ack) == syn quota over 60000 bytes drop",
        );
        return;
    }
    let address: IpAddr = HERE.parse().unwrap();
    let _held = listen(address, "300,4000").await;
    let fact = sweep(address, set("1-5000"), ScanProfile::Deep)
        .await
        .unwrap();
    accounts_for(&fact, &set("300,4000"));
    assert!(!fact.complete && fact.undecided.contains(4000), "{fact:?}");
    // A handful is asked before it is noticed, not the rest.
    assert_eq!(fact.silent, 0, "{fact:?}");
}

/// A host that answers so many attempts a second and loses the others: slower, and once more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_loses_answers_is_asked_again() {
    const NAME: &str = "filtered::a_host_that_loses_answers_is_asked_again";
    if !inner() {
        in_own_network(
            NAME,
            "true",
            "tcp flags & (syn | ack) == syn limit rate over 1500/second burst 100 packets drop",
        );
        return;
    }
    let address: IpAddr = HERE.parse().unwrap();
    let open = PortSet::from_ranges((0..100).map(|n| (1000 + n * 30, 1000 + n * 30)));
    let _held = listen(address, &open.to_string()).await;
    let fact = sweep(address, set("1000-3999"), ScanProfile::Deep)
        .await
        .unwrap();
    accounts_for(&fact, &open);
    assert_eq!(
        fact.open.len() + fact.undecided.intersection(&open).len(),
        100
    );
    assert!(fact.open.len() > 90, "{fact:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_answers_nothing_is_left_early_and_that_is_told() {
    const NAME: &str = "filtered::a_host_that_answers_nothing_is_left_early_and_that_is_told";
    if !inner() {
        in_own_network(NAME, "true", "tcp flags & (syn | ack) == syn drop");
        return;
    }
    let address: IpAddr = HERE.parse().unwrap();
    let (found, evidence, cost) = sweep_noting(address, PortSet::all(), ScanProfile::Light).await;
    assert_eq!(found, Err(Unmeasured::TimedOut));
    assert_eq!(cost.connections, 128);
    let told: Vec<&str> = evidence.iter().map(|e| e.excerpt.as_str()).collect();
    assert_eq!(told, ["128 of 65535 ports asked, none answered"]);
}

/// Runs of [`overload`] in each of the two tests below.
const RUNS: usize = 10;

/// Three sweeps of one half-filtered host at once, in a process that lacks something once its listeners
/// stand.
async fn overload(meanwhile: impl FnOnce()) {
    let address: IpAddr = HERE.parse().unwrap();
    let open = PortSet::from_ranges((0..40).map(|n| (10_000 + n * 25, 10_000 + n * 25)));
    let _held = listen(address, &open.to_string()).await;
    meanwhile();
    for run in 0..RUNS {
        let mut sweeps = tokio::task::JoinSet::new();
        for _ in 0..3 {
            let asked = set("10000-11000,20000-20099,40000-40009");
            sweeps.spawn(sweep(address, asked, ScanProfile::Deep));
        }
        while let Some(fact) = sweeps.join_next().await {
            let fact = fact.unwrap().unwrap();
            accounts_for(&fact, &open);
            let (lost, silent) = (fact.undecided.len(), fact.silent);
            println!("run {run}: {silent} silent, {lost} undecided");
            assert!(
                set("20000-20099").contains_all(&fact.silent_ports),
                "{fact:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn few_descriptors_lose_no_port() {
    const NAME: &str = "filtered::few_descriptors_lose_no_port";
    if !inner() {
        in_own_network(NAME, "ulimit -n 256", "tcp dport 20000-20999 drop");
        return;
    }
    // Something else in the process takes every descriptor there is, again and again.
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let mut hog = None;
    overload(|| {
        hog = Some(std::thread::spawn(move || {
            let mut waves = 0;
            while stopped.try_recv() != Err(std::sync::mpsc::TryRecvError::Disconnected) {
                let taken: Vec<_> =
                    std::iter::from_fn(|| std::fs::File::open("/dev/null").ok()).collect();
                waves += usize::from(!taken.is_empty());
                std::thread::sleep(Duration::from_millis(20));
                drop(taken);
                std::thread::sleep(Duration::from_millis(40));
            }
            waves
        }));
    })
    .await;
    drop(stop);
    assert!(hog.unwrap().join().unwrap() > 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn few_source_ports_lose_no_port() {
    const NAME: &str = "filtered::few_source_ports_lose_no_port";
    if !inner() {
        // Two source ports: two sweeps of one port use both, the third finds none.
        in_own_network(
            NAME,
            "echo '40000 40001' > /proc/sys/net/ipv4/ip_local_port_range",
            "tcp dport 20000-20999 drop",
        );
        return;
    }
    overload(|| ()).await;
}
