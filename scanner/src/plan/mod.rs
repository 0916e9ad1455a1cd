//! From inventory and scope to jobs: who, what, how many connections, under which paper. Plain data;
//! no packet leaves.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use jiff::{Timestamp, civil::Date};
use luytre_checks::{FactKind, Subject, Unmeasured, fact::ServiceFact};

use luytre_inventory::{
    Code, Inventory, PortSet, ProbeClass, Protocol, ScanProfile, Scope, System, Task,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::probe::Before;

use crate::probe::Starttls;

mod draft;
mod ground;
mod ports;

use draft::Draft;

use crate::probe::{dns, ssh, tls, udp};

pub use ground::Ungranted;
pub use ports::RAW_PRINT;
pub(crate) use ports::WELL_KNOWN;

/// What a scan is asked to look at. Written down with the scan, but for its moment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    /// Only these systems; empty means all.
    pub systems: BTreeSet<Code>,
    /// Only systems of these owners; empty means all.
    pub owners: BTreeSet<Code>,
    /// How hard at most. Delicate systems and weaker grants get less.
    pub profile: ScanProfile,
    /// Only these probes; empty means all.
    pub only: BTreeSet<FactKind>,
    /// These ports instead of the profile's list.
    pub ports: Option<PortSet>,
    /// A short look suffices where a recent whole one is known and nothing differs from it.
    #[serde(default)]
    pub confirm: bool,
    /// The moment for which is planned.
    #[serde(skip)]
    pub now: Timestamp,
    /// The day in the province, on which owners and levels are read.
    #[serde(skip)]
    pub day: Date,
}

impl Request {
    /// Everything, lightly.
    pub fn new(now: Timestamp, day: Date) -> Self {
        Self {
            systems: BTreeSet::new(),
            owners: BTreeSet::new(),
            profile: ScanProfile::default(),
            only: BTreeSet::new(),
            ports: None,
            confirm: false,
            now,
            day,
        }
    }

    /// Whether it asks for `system`.
    pub fn wants(&self, system: &System) -> bool {
        let by_code = self.systems.is_empty() || self.systems.contains(&system.code);
        let by_owner = self.owners.is_empty()
            || system
                .owner(self.day)
                .is_some_and(|owner| self.owners.contains(owner));
        by_code && by_owner
    }

    /// Whether it asks for `probe`.
    pub fn asks(&self, probe: FactKind) -> bool {
        self.only.is_empty() || self.only.contains(&probe)
    }
}

/// A scan as planned.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// What will be done.
    pub jobs: Vec<Job>,
    /// What will not be done, and why.
    pub skipped: Vec<Skipped>,
}

impl Plan {
    /// Connections at most, over all jobs.
    pub fn connections(&self) -> u64 {
        self.jobs.iter().map(|job| u64::from(job.connections)).sum()
    }
}

/// One target with its probes in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Job {
    /// What crosses the queue; names the paper.
    pub task: Task,
    /// `host:port`, `host:port/udp`, or the host alone.
    pub label: String,
    /// What coverage and findings are about.
    pub subject: Subject,
    /// For a look at a host as a whole: the other endpoints of that host, for which it counts too.
    pub also: Vec<Subject>,
    /// What the owner says is spoken there; on a declared UDP port, failing that, what its number is
    /// for; in a further look, what was heard there.
    pub declared: Option<Protocol>,
    /// How TLS is to be begun, where that was asked for; else what is declared, customary and heard
    /// decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starttls: Option<Starttls>,
    /// Probes in order.
    pub probes: Vec<FactKind>,
    /// Connections at most, per address.
    pub connections: u32,
    /// Whole looks of before, by address: a short look that sees nothing else suffices there.
    #[serde(skip)]
    pub before: BTreeMap<IpAddr, Before>,
}

impl Job {
    /// The port, where the job is about one port.
    pub fn port(&self) -> Option<u16> {
        let of_host = self.probes == [FactKind::Ports];
        self.task.ports.iter().next().filter(|_| !of_host)
    }

    /// A further look at a port of the same host, under the same paper.
    #[must_use]
    pub fn further(&self, port: u16, probes: &[FactKind]) -> Self {
        let mut job = Self {
            task: Task {
                id: Uuid::now_v7(),
                ports: std::iter::once(port).collect(),
                classes: BTreeSet::new(),
                ..self.task.clone()
            },
            label: self.task.target.label(Some(port)),
            subject: self.subject.clone(),
            also: Vec::new(),
            declared: None,
            starttls: None,
            probes: Vec::new(),
            connections: 0,
            before: BTreeMap::new(),
        };
        for probe in probes {
            job.take_on(*probe, class_of(*probe).into_iter().collect());
        }
        job
    }

    /// A further look at a port where a service was `heard`, in its own words.
    #[must_use]
    pub fn further_into(&self, heard: &ServiceFact, probes: &[FactKind]) -> Self {
        Self {
            declared: if heard.tls {
                Some(Protocol::Tls)
            } else {
                heard.protocol
            },
            starttls: Starttls::after(Some(&Ok(heard.clone())), None, heard.port),
            ..self.further(heard.port, probes)
        }
    }

    fn take_on(&mut self, probe: FactKind, classes: BTreeSet<ProbeClass>) {
        // A probe without a class of its own sends nothing to the target, and rides along with others.
        if class_of(probe).is_some() || self.task.classes.is_empty() {
            self.task.classes.extend(classes);
        }
        self.probes.push(probe);
        self.connections += match probe {
            // Silent ports are asked twice.
            FactKind::Ports => u32::try_from(2 * self.task.ports.len()).unwrap_or(u32::MAX),
            other => connections_of(other, self.task.profile),
        };
    }
}

/// Something in the inventory that will not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The system.
    pub system: Option<Code>,
    /// `host:port`, or the host alone.
    pub label: String,
    /// What coverage is about.
    pub subject: Subject,
    /// The probes that fall away.
    pub probes: Vec<FactKind>,
    /// Why.
    pub reason: Skip,
}

/// Why something is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// No ground covers it now.
    Ungranted(Ungranted),
    /// The system is out of use.
    Retired,
    /// The endpoint has neither name nor address.
    NoTarget,
    /// It is fragile: a datagram that it does not expect is not sent to it.
    Fragile,
    /// No question over UDP is known for what is declared there.
    NoQuestion,
}

impl Skip {
    /// How it counts in coverage; none if it was never to be looked at.
    pub const fn failure(self) -> Option<Unmeasured> {
        match self {
            Self::Ungranted(_) => Some(Unmeasured::NotPermitted),
            // Never to be looked at.
            Self::Retired | Self::Fragile | Self::NoQuestion => None,
            Self::NoTarget => Some(Unmeasured::Unresolved),
        }
    }
}

/// Plans a scan of `inventory` under `scope`.
pub fn plan(inventory: &Inventory, scope: &Scope, request: &Request) -> Plan {
    let mut draft = Draft::new(inventory, scope, request);
    for system in inventory.systems.iter().filter(|s| request.wants(s)) {
        draft.system(system);
    }
    draft.done()
}

/// The kind of permission that a probe needs.
pub(crate) const fn class_of(probe: FactKind) -> Option<ProbeClass> {
    match probe {
        FactKind::Tls | FactKind::Chain | FactKind::Ssh => Some(ProbeClass::Handshake),
        FactKind::Service => Some(ProbeClass::Greeting),
        FactKind::Http => Some(ProbeClass::Web),
        FactKind::Ports => Some(ProbeClass::Ports),
        FactKind::Udp => Some(ProbeClass::Udp),
        FactKind::Dns | FactKind::Record => None,
    }
}

/// What is spoken, as far as the inventory suggests.
pub(crate) fn suggested(declared: Option<Protocol>, port: u16) -> Option<Protocol> {
    declared.or_else(|| Protocol::of_port(port))
}

/// The probes that fit what is declared. The service probe comes first: what it hears spares the
/// others a useless visit.
fn probes_for(declared: Option<Protocol>, port: u16) -> &'static [FactKind] {
    use FactKind::{Chain, Http, Service, Ssh, Tls};
    if Starttls::expected(declared, port).is_some() {
        return &[Service, Tls, Chain];
    }
    match suggested(declared, port) {
        Some(Protocol::Https) | None => &[Service, Tls, Chain, Http],
        Some(Protocol::Http) => &[Service, Http],
        Some(Protocol::Ssh) => &[Service, Ssh],
        Some(api) if api.is_web() => &[Service, Tls, Chain, Http],
        Some(Protocol::Tls | Protocol::Other) => &[Service, Tls, Chain],
        // Like IMAP on 993.
        Some(protocol) if Starttls::of(protocol).is_some() => &[Service, Tls, Chain],
        Some(_) => &[Service],
    }
}

/// The looks that what a service said calls for, whatever was declared: at SSH, and at TLS that it speaks
/// or may begin.
pub fn called_for(heard: &ServiceFact) -> &'static [FactKind] {
    match heard.protocol {
        _ if heard.tls => &[FactKind::Tls, FactKind::Chain],
        Some(Protocol::Ssh) => &[FactKind::Ssh],
        Some(protocol) if Starttls::of(protocol).is_some() => &[FactKind::Tls, FactKind::Chain],
        _ => &[],
    }
}

/// Whether `port` is known for a protocol: its silence is worth a longer wait than that of others.
pub fn is_customary(port: u16) -> bool {
    crate::probe::service::is_customary(port)
}

/// Connections that a probe makes at most to one address.
const fn connections_of(probe: FactKind, profile: ScanProfile) -> u32 {
    let flaws = if matches!(profile, ScanProfile::Deep) {
        tls::MOST_OF_FLAWS
    } else {
        0
    };
    match probe {
        FactKind::Tls => 150 + tls::most_connections(profile) + flaws,
        FactKind::Chain => 2,
        FactKind::Service => 3,
        FactKind::Http => 6,
        FactKind::Ssh => ssh::CONVERSATIONS,
        // They are datagrams.
        FactKind::Udp => udp::MOST_DATAGRAMS,
        FactKind::Dns => dns::CONVERSATIONS,
        FactKind::Ports | FactKind::Record => 0,
    }
}

#[cfg(test)]
mod tests;
