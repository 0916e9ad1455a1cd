//! Known faults of implementations: found where they are, not found where they are not, and unknown
//! where nothing is proved.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, and says what it skips"
)]

mod peer;
mod real;
#[path = "../tls_support/mod.rs"]
mod tls_support;
mod traps;
mod vulnerable;

use std::time::Duration;

use luytre_checks::{
    Evidence, Fact,
    fact::{TlsFact, Tri},
};
use luytre_inventory::ScanProfile;
use luytre_scanner::{
    Limits, Line,
    probe::{Probe, TlsProbe},
};

/// Patient, since these tests share a machine: no answer here is a matter of time.
fn patient() -> Limits {
    Limits {
        connect: Duration::from_mins(1),
        answer: Duration::from_mins(1),
        silence: Duration::from_mins(5),
        whole: Duration::from_mins(9),
        ..Limits::default()
    }
}

fn deep(port: u16, limits: Limits) -> Line {
    tls_support::line_with(ScanProfile::Deep, [127, 0, 0, 1].into(), port, None, limits)
}

/// What a deep look finds, with its evidence.
fn look_within(port: u16, limits: Limits) -> (Option<TlsFact>, Vec<Evidence>) {
    let line = deep(port, limits);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let fact = match runtime.block_on(TlsProbe.observe(&line)) {
        Ok(Fact::Tls(fact)) => Some(fact),
        Ok(other) => panic!("{other:?}"),
        Err(_) => None,
    };
    (fact, line.settle().0)
}

fn look(port: u16) -> (TlsFact, Vec<Evidence>) {
    let (fact, evidence) = look_within(port, patient());
    (fact.expect("a server to look at"), evidence)
}

/// Heartbleed, CCS injection, ROBOT, Ticketbleed.
fn four(fact: &TlsFact) -> [Tri; 4] {
    let flaws = &fact.flaws;
    [
        flaws.heartbleed,
        flaws.ccs_injection,
        flaws.robot,
        flaws.ticketbleed,
    ]
}
