//! From one system to its jobs.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use luytre_checks::{FactKind, Subject};
use luytre_inventory::{
    Denied, Endpoint, HostName, Inventory, Lifecycle, LookupKind, PortSet, Protocol, ScanProfile,
    Scope, System, Target, Task, Transport,
};
use uuid::Uuid;

use super::{
    Job, Plan, Request, Skip, Skipped,
    ground::{Granted, Grounds, Ungranted},
    ports, probes_for,
};

mod datagrams;

/// A plan in the making.
pub(super) struct Draft<'a> {
    inventory: &'a Inventory,
    scope: &'a Scope,
    request: &'a Request,
    /// Whether records are to be asked of our resolvers.
    names_asked: bool,
    plan: Plan,
}

/// A host of a system, as far as it is known before any look-up.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum HostKey {
    Address(IpAddr),
    Name(HostName),
}

/// What the endpoints of one host say together.
struct HostOf {
    target: Target,
    /// Declarations without a port first: the first one stands for the host.
    endpoints: BTreeSet<(bool, Uuid)>,
    declared: Vec<u16>,
    declared_udp: BTreeSet<u16>,
    fragile: bool,
}

/// What is asked of one target, before a paper is found.
struct Wish {
    task: Task,
    label: String,
    subject: Subject,
    also: Vec<Subject>,
    declared: Option<Protocol>,
    /// Declared ports of the host, where the whole host is meant.
    of_host: Option<PortSet>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(inventory: &'a Inventory, scope: &'a Scope, request: &'a Request) -> Self {
        Self {
            inventory,
            scope,
            request,
            names_asked: scope.lookups().kinds.contains(&LookupKind::Dns),
            plan: Plan::default(),
        }
    }

    pub(super) fn done(self) -> Plan {
        self.plan
    }

    /// Adds what is to be done for `system`.
    pub(super) fn system(&mut self, system: &System) {
        let mut hosts: BTreeMap<HostKey, HostOf> = BTreeMap::new();
        for endpoint in &system.endpoints {
            let Some(target) = endpoint.target() else {
                let probes = match endpoint.transport {
                    Transport::Tcp => probes_for(endpoint.protocol, endpoint.port.unwrap_or(0)),
                    Transport::Udp => &[FactKind::Udp],
                };
                let asked = probes.iter().filter(|probe| self.request.asks(**probe));
                let probes: Vec<FactKind> = asked.copied().collect();
                self.skip(
                    system,
                    endpoint.label(),
                    about(endpoint),
                    &probes,
                    Skip::NoTarget,
                );
                continue;
            };
            match endpoint.transport {
                Transport::Tcp => self.endpoint(system, endpoint, &target),
                Transport::Udp => self.udp_endpoint(system, endpoint, &target),
            }
            let key = match &target {
                Target::Address { address, .. } => HostKey::Address(address.to_canonical()),
                Target::Name(name) => HostKey::Name(name.clone()),
            };
            let host = hosts.entry(key).or_insert_with(|| HostOf {
                target,
                endpoints: BTreeSet::new(),
                declared: Vec::new(),
                declared_udp: BTreeSet::new(),
                fragile: false,
            });
            host.endpoints
                .insert((endpoint.port.is_some(), endpoint.id));
            match endpoint.transport {
                Transport::Tcp => host.declared.extend(endpoint.port),
                Transport::Udp => host.declared_udp.extend(endpoint.port),
            }
            host.fragile |= endpoint.fragile;
        }
        for host in hosts.values() {
            self.host(system, host);
        }
        self.nowhere(system);
    }

    /// A system of which no endpoint is known is not scanned, and that must be seen.
    fn nowhere(&mut self, system: &System) {
        let remote = [
            FactKind::Ports,
            FactKind::Service,
            FactKind::Tls,
            FactKind::Chain,
            FactKind::Http,
            FactKind::Ssh,
            FactKind::Udp,
        ];
        let asked = remote.into_iter().find(|probe| self.request.asks(*probe));
        if let Some(probe) = asked
            && system.endpoints.is_empty()
            && system.lifecycle != Lifecycle::Retired
        {
            let subject = Subject::System(system.code.clone());
            self.skip(
                system,
                system.code.to_string(),
                subject,
                &[probe],
                Skip::NoTarget,
            );
        }
    }

    fn endpoint(&mut self, system: &System, endpoint: &Endpoint, target: &Target) {
        // Without a port there is nothing to look at but the host, which has its own job.
        let Some(port) = endpoint.port else { return };
        let task = Task {
            endpoint: Some(endpoint.id),
            ..self.task(
                system,
                target,
                std::iter::once(port).collect(),
                endpoint.fragile,
            )
        };
        let wish = Wish {
            task,
            label: endpoint.label(),
            subject: about(endpoint),
            also: Vec::new(),
            declared: endpoint.protocol,
            of_host: None,
        };
        let mut probes = probes_for(endpoint.protocol, port).to_vec();
        let names = speaks_for_its_name(system, endpoint);
        if names && self.names_asked {
            probes.push(FactKind::Dns);
        } else if names && self.request.only.contains(&FactKind::Dns) {
            let unwanted = Skip::Ungranted(Ungranted::Denied(Denied::NotWanted));
            self.skip(
                system,
                wish.label.clone(),
                wish.subject.clone(),
                &[FactKind::Dns],
                unwanted,
            );
        }
        self.add(system, &wish, &probes);
    }

    fn host(&mut self, system: &System, host: &HostOf) {
        let declared = host.declared.iter().copied().collect();
        let profile = self.profile(system, host.fragile);
        let ports = ports::asked(profile, self.request.ports.as_ref(), &declared);
        // Findings about a host hang on the endpoint that stands for it; the look counts for all.
        let mut endpoints = host.endpoints.iter().map(|(_, id)| *id);
        let Some(first) = endpoints.next() else {
            return;
        };
        let wish = Wish {
            task: Task {
                endpoint: Some(first),
                ..self.task(system, &host.target, ports, host.fragile)
            },
            label: host.target.label(None),
            subject: Subject::Endpoint(first),
            also: endpoints.map(Subject::Endpoint).collect(),
            declared: None,
            of_host: Some(declared),
        };
        self.add(system, &wish, &[FactKind::Ports]);
        self.undeclared_udp(system, host, first);
    }

    /// Architecture rule 7: levels 4 and 5, industrial control and whatever is fragile get the light
    /// profile whatever was asked.
    fn profile(&self, system: &System, fragile: bool) -> ScanProfile {
        if fragile || system.is_delicate(self.request.day) {
            ScanProfile::Light
        } else {
            self.request.profile
        }
    }

    fn task(&self, system: &System, target: &Target, ports: PortSet, fragile: bool) -> Task {
        let fragile = fragile || system.fragile;
        Task {
            id: Uuid::now_v7(),
            system: Some(system.code.clone()),
            endpoint: None,
            target: target.clone(),
            ports,
            classes: BTreeSet::new(),
            authorisation: String::new(),
            profile: self.profile(system, fragile),
            fragile,
        }
    }

    /// Adds the probes of one target, each under the paper that grants it; one job per paper.
    fn add(&mut self, system: &System, wish: &Wish, probes: &[FactKind]) {
        let asked = probes.iter().filter(|probe| self.request.asks(**probe));
        let asked: Vec<_> = asked.copied().collect();
        let skip = |draft: &mut Self, probes: &[FactKind], reason| {
            draft.skip(
                system,
                wish.label.clone(),
                wish.subject.clone(),
                probes,
                reason,
            );
        };
        if system.lifecycle == Lifecycle::Retired {
            skip(self, &asked, Skip::Retired);
            return;
        }
        let owner = system.owner(self.request.day);
        let grounds = Grounds::of(self.inventory, self.scope, &wish.task, owner);
        let mut jobs: Vec<Job> = Vec::new();
        for probe in asked {
            let granted = match grounds.choose(self.scope, &wish.task, probe, self.request.now) {
                Ok(granted) => granted,
                Err(reason) => {
                    skip(self, &[probe], Skip::Ungranted(reason));
                    continue;
                }
            };
            let same_paper = |job: &Job| job.task.authorisation == granted.authorisation;
            let place = jobs.iter().position(same_paper).unwrap_or_else(|| {
                jobs.push(self.job(wish, &granted));
                jobs.len() - 1
            });
            jobs[place].take_on(probe, granted.classes);
        }
        self.plan.jobs.extend(jobs);
    }

    /// A job without probes yet, no harder than its paper grants.
    fn job(&self, wish: &Wish, granted: &Granted) -> Job {
        let asked = wish
            .of_host
            .as_ref()
            .map(|declared| ports::asked(granted.profile, self.request.ports.as_ref(), declared));
        let asked = asked.as_ref().unwrap_or(&wish.task.ports);
        Job {
            task: Task {
                id: Uuid::now_v7(),
                authorisation: granted.authorisation.clone(),
                ports: asked.intersection(&granted.ports),
                profile: granted.profile,
                ..wish.task.clone()
            },
            label: wish.label.clone(),
            subject: wish.subject.clone(),
            also: wish.also.clone(),
            declared: wish.declared,
            starttls: None,
            probes: Vec::new(),
            connections: 0,
            before: BTreeMap::new(),
        }
    }

    fn skip(
        &mut self,
        system: &System,
        label: String,
        subject: Subject,
        probes: &[FactKind],
        reason: Skip,
    ) {
        let same =
            self.plan.skipped.last_mut().filter(|last| {
                last.label == label && last.subject == subject && last.reason == reason
            });
        if let Some(last) = same {
            last.probes.extend(probes);
        } else if !probes.is_empty() {
            self.plan.skipped.push(Skipped {
                system: Some(system.code.clone()),
                label,
                subject,
                probes: probes.to_vec(),
                reason,
            });
        }
    }
}

/// Whether `endpoint` is the one of its name at the least port: records around a name are read once.
fn speaks_for_its_name(system: &System, endpoint: &Endpoint) -> bool {
    let Some(name) = &endpoint.name else {
        return false;
    };
    let same = system
        .endpoints
        .iter()
        .filter(|e| e.name.as_ref() == Some(name));
    let ports = same.filter_map(|e| Some((e.port?, e.id)));
    ports.min() == endpoint.port.map(|port| (port, endpoint.id))
}

fn about(endpoint: &Endpoint) -> Subject {
    Subject::Endpoint(endpoint.id)
}
