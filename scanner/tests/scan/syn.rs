//! Port discovery by SYNs alone: it finds what connections find, asks the same gate, and leaves by the
//! device that was named or not at all.

use std::{io::ErrorKind, net::IpAddr, time::Duration};

use luytre_checks::Unmeasured;
use luytre_inventory::{PortSet, ScanProfile};
use luytre_scanner::{Guard, Stop, Syn};

use crate::{
    apart::{in_own_network, inner, without_rights},
    filtered::{accounts_for, listen, set},
    kit::{loopback, scope},
    ports::{look, sweep},
};

fn by_syn() -> Guard {
    loopback(ScanProfile::Deep).with_syn(Syn::open("lo").unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_finds_what_connections_find() {
    const NAME: &str = "syn::it_finds_what_connections_find";
    if !inner() {
        in_own_network(NAME, "true", "tcp dport 1000-3999 drop");
        return;
    }
    for (address, ports) in [
        ("127.0.0.1", "1-6000"),
        ("127.9.9.9", "1-1500"),
        ("::1", "1-5000"),
    ] {
        let address: IpAddr = address.parse().unwrap();
        let _held = listen(address, "22,500,700,4000,4001").await;
        let (fact, _, cost) = look(by_syn(), address, set(ports), ScanProfile::Deep).await;
        let fact = fact.unwrap();
        accounts_for(
            &fact,
            &set("22,500,700,4000,4001").intersection(&set(ports)),
        );
        assert!(fact.complete, "{fact:?}");
        assert!(cost.connections as usize >= fact.asked.len());
        assert_eq!(
            fact,
            sweep(address, set(ports), ScanProfile::Deep).await.unwrap()
        );
    }
}

/// Not one connection comes about: a program that listens sees nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_sees_a_connection() {
    const NAME: &str = "syn::nobody_sees_a_connection";
    if !inner() {
        in_own_network(NAME, "true", "tcp dport 9 accept");
        return;
    }
    let address: IpAddr = "127.0.0.1".parse().unwrap();
    let listeners = listen(address, "300-363").await;
    let (fact, _, _) = look(by_syn(), address, set("300-400"), ScanProfile::Deep).await;
    assert_eq!(fact.unwrap().open.len(), 64);
    for listener in listeners {
        let accepted = tokio::time::timeout(Duration::from_millis(5), listener.accept()).await;
        assert!(accepted.is_err(), "{accepted:?}");
    }
}

/// A host that loses what comes too fast, over which three sweeps go at once: whatever is not found is
/// named.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_lost_is_named() {
    const NAME: &str = "syn::what_is_lost_is_named";
    if !inner() {
        in_own_network(
            NAME,
            "true",
            "tcp flags & (syn | ack) == syn limit rate over 3000/second burst 100 packets drop",
        );
        return;
    }
    let address: IpAddr = "127.0.0.1".parse().unwrap();
    let open = PortSet::from_ranges((0..100).map(|n| (1000 + n * 30, 1000 + n * 30)));
    let _held = listen(address, &open.to_string()).await;
    let mut looks = tokio::task::JoinSet::new();
    for _ in 0..3 {
        looks.spawn(look(by_syn(), address, set("1000-3999"), ScanProfile::Deep));
    }
    while let Some(looked) = looks.join_next().await {
        let fact = looked.unwrap().0.unwrap();
        accounts_for(&fact, &open);
    }
}

#[tokio::test]
async fn without_the_right_it_is_refused() {
    if !inner() {
        without_rights("syn::without_the_right_it_is_refused");
        return;
    }
    let refused = Syn::open("lo").unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::PermissionDenied, "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn packets_leave_by_the_device_that_was_named_or_not_at_all() {
    const NAME: &str = "syn::packets_leave_by_the_device_that_was_named_or_not_at_all";
    if !inner() {
        let wires = "ip link add v0 type veth peer name v1 && ip link set v0 up && ip link set v1 up \
            && ip addr add 192.0.2.1/24 dev v0 && ip addr add 198.51.100.1/24 dev v1";
        in_own_network(NAME, wires, "tcp dport 9 accept");
        return;
    }
    for name in ["", "no-such", "lo-and-a-name-that-is-too-long"] {
        let refused = Syn::open(name).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotFound, "{name}: {refused}");
    }
    let everywhere = [
        "127.0.0.0/8",
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
    ];
    let guard = || Guard::new(scope(&everywhere, ScanProfile::Deep), Stop::default());
    for (device, to) in [
        ("v0", "127.0.0.1"),
        // Ours: it would not leave at all.
        ("v0", "192.0.2.1"),
        ("v0", "198.51.100.9"),
        ("lo", "192.0.2.9"),
        ("v1", "192.0.2.9"),
        // Nowhere.
        ("v0", "203.0.113.1"),
    ] {
        let guard = guard().with_syn(Syn::open(device).unwrap());
        let looked = look(guard, to.parse().unwrap(), set("1-100"), ScanProfile::Deep).await;
        let (found, evidence, cost) = looked;
        assert_eq!(
            (found, cost.connections),
            (Err(Unmeasured::NoRoute), 0),
            "{to} over {device}"
        );
        let told: Vec<&str> = evidence.iter().map(|e| e.excerpt.as_str()).collect();
        assert_eq!(told, [format!("no route to {to} over {device}")]);
    }
    // By the right one they leave; nobody is there, so nothing answers.
    let guard = guard().with_syn(Syn::open("v0").unwrap());
    let looked = look(
        guard,
        "192.0.2.9".parse().unwrap(),
        set("1-8"),
        ScanProfile::Deep,
    )
    .await;
    assert_eq!(
        (looked.0, looked.2.connections),
        (Err(Unmeasured::TimedOut), 16)
    );
}
