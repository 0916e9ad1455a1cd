//! What a scan found and nobody declared: open ports, and on them SSH and TLS.

use std::collections::BTreeSet;

use luytre_checks::{Fact, FactKind, Observation};
use luytre_inventory::{Endpoint, Inventory, Target, Transport};
use luytre_scanner::plan::{Job, Plan, Request, called_for, is_customary};

/// Undeclared ports of one host that are asked. A host with more is a matter of its own, and every
/// question is one more conversation with it.
const MOST: usize = 16;

/// A look at the greeting of each open port found by `observations` that its system does not declare
/// on that host, under the paper of the look that found it. Its findings hang on the endpoint that
/// stands for the host.
pub(super) fn undeclared(
    jobs: &[Job],
    observations: &[Observation],
    inventory: &Inventory,
) -> Plan {
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
        let mut undeclared: Vec<u16> = ports.open.clone();
        undeclared.retain(|port| !declared.contains(port));
        // Silent ports share the time of their host: those that are likely to speak come first.
        undeclared.sort_by_key(|port| !is_customary(*port));
        let ask = |port| job.further(port, &[FactKind::Service]);
        plan.jobs.extend(undeclared.into_iter().take(MOST).map(ask));
    }
    plan
}

/// What the services heard call for and no job has had: a look at SSH or TLS that was not declared, under
/// the paper of the look that heard it.
pub(super) fn deeper(jobs: &[Job], observations: &[Observation], request: &Request) -> Plan {
    let mut plan = Plan::default();
    for observation in observations {
        let Some(Fact::Service(heard)) = observation.fact() else {
            continue;
        };
        let of_place = |job: &&Job| {
            job.label == observation.endpoint
                && job.task.system == observation.system
                && job.port() == Some(heard.port)
        };
        let listened = |job: &&Job| of_place(job) && job.probes.contains(&FactKind::Service);
        let Some(source) = jobs.iter().find(listened) else {
            continue;
        };
        let is_new = |probe: &FactKind| {
            let had = |job: &Job| job.probes.contains(probe);
            let mut here = jobs.iter().chain(&plan.jobs).filter(of_place);
            request.asks(*probe) && !here.any(had)
        };
        let called = called_for(heard).iter().copied().filter(is_new);
        let called: Vec<FactKind> = called.collect();
        if !called.is_empty() {
            plan.jobs.push(source.further_into(heard, &called));
        }
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
        .filter(|endpoint| endpoint.transport == Transport::Tcp)
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
