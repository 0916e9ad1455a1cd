//! Open ports that nobody declared: what is spoken there.

use std::collections::{BTreeMap, BTreeSet};

use luytre_checks::{Fact, FactKind, Observation};
use luytre_inventory::{Endpoint, Inventory, ProbeClass, Target};
use luytre_scanner::plan::{Job, Plan};
use uuid::Uuid;

/// Undeclared ports of one host that are asked. A host with more is a matter of its own, and every
/// question is one more conversation with it.
const MOST: usize = 16;

/// A look at the greeting of each open port found by `observations` that its system does not declare
/// on that host, under the paper of the look that found it. Its findings hang on the endpoint that
/// stands for the host.
pub(super) fn follow_up(jobs: &[Job], observations: &[Observation], inventory: &Inventory) -> Plan {
    let mut plan = Plan::default();
    for observation in observations {
        let Some(Fact::Ports(ports)) = observation.fact() else {
            continue;
        };
        let found_by = |job: &&Job| {
            job.probes == [FactKind::Ports]
                && job.label == observation.endpoint
                && job.task.system == observation.system
        };
        let Some(job) = jobs.iter().find(found_by) else {
            continue;
        };
        let declared = declared(job, inventory);
        let undeclared = ports.open.iter().filter(|port| !declared.contains(port));
        plan.jobs
            .extend(undeclared.take(MOST).map(|port| ask(job, *port)));
    }
    plan
}

/// Ports that the system declares on the host of `job`.
fn declared(job: &Job, inventory: &Inventory) -> BTreeSet<u16> {
    let system = job
        .task
        .system
        .as_ref()
        .and_then(|code| inventory.system(code));
    let host = key(&job.task.target);
    let of_host = |endpoint: &&Endpoint| endpoint.target().is_some_and(|t| key(&t) == host);
    let endpoints = system.into_iter().flat_map(|system| &system.endpoints);
    endpoints
        .filter(of_host)
        .filter_map(|endpoint| endpoint.port)
        .collect()
}

/// What makes two targets one host, as the planner sees it: the address if one is written, else the
/// name.
fn key(target: &Target) -> String {
    match target {
        Target::Address { address, .. } => address.to_canonical().to_string(),
        Target::Name(name) => name.to_string(),
    }
}

fn ask(found_by: &Job, port: u16) -> Job {
    let mut task = found_by.task.clone();
    task.id = Uuid::now_v7();
    task.ports = std::iter::once(port).collect();
    task.classes = [ProbeClass::Greeting].into();
    Job {
        label: task.target.label(Some(port)),
        task,
        subject: found_by.subject.clone(),
        also: Vec::new(),
        declared: None,
        starttls: None,
        probes: vec![FactKind::Service],
        connections: 3,
        before: BTreeMap::new(),
    }
}
