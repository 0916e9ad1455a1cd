//! What moved between two scans: ports, services, versions, certificates, pages.
//!
//! A pure comparison of the newest whole look of each place. Something is gone only where the later
//! scan proved it; what the later scan could not see is said to be unknown, and a place that only one
//! of the two looked at is counted and not compared.

use std::{collections::BTreeMap, net::IpAddr};

use luytre_inventory::{Code, Text, Transport, Zone};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    Fact, FactKind, Observation, PortsDecided, Reading, Tri, Unmeasured,
    fact::{Certificate, ChainFact, PortsFact, ServiceFact, UdpFact},
};

mod page;

/// More ports of one host than this are said together.
const MANY: usize = 50;

/// What happened between the two scans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// A port answers that did not, or of which the earlier scan knew nothing (`before` is absent).
    PortOpened,
    /// A port that answered is proved closed.
    PortClosed,
    /// A port that answered could not be decided this time.
    PortUnknown,
    /// Something speaks where nothing listened.
    ServiceNew,
    /// Another protocol or product.
    ServiceChanged,
    /// The same product in another version.
    VersionMoved,
    /// What spoke could not be made out this time.
    ServiceUnknown,
    /// Another certificate.
    CertificateNew,
    /// The certificate could not be read this time.
    CertificateUnknown,
    /// The front page of a site is another one.
    PageChanged,
    /// The front page could not be read this time.
    PageUnknown,
}

impl ChangeKind {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::PortOpened,
        Self::PortClosed,
        Self::PortUnknown,
        Self::ServiceNew,
        Self::ServiceChanged,
        Self::VersionMoved,
        Self::ServiceUnknown,
        Self::CertificateNew,
        Self::CertificateUnknown,
        Self::PageChanged,
        Self::PageUnknown,
    ];

    /// For people.
    pub const fn text(self) -> Text {
        match self {
            Self::PortOpened => Text::new("Mở cổng", "Port opened"),
            Self::PortClosed => Text::new("Đóng cổng", "Port closed"),
            Self::PortUnknown => Text::new("Chưa rõ cổng còn mở không", "Port not decided"),
            Self::ServiceNew => Text::new("Dịch vụ mới", "New service"),
            Self::ServiceChanged => Text::new("Đổi dịch vụ", "Service changed"),
            Self::VersionMoved => Text::new("Đổi phiên bản", "Version moved"),
            Self::ServiceUnknown => Text::new("Chưa rõ dịch vụ", "Service not made out"),
            Self::CertificateNew => Text::new("Chứng thư số mới", "New certificate"),
            Self::CertificateUnknown => {
                Text::new("Chưa đọc được chứng thư số", "Certificate not read")
            }
            Self::PageChanged => Text::new("Trang chủ đổi khác", "Front page is another one"),
            Self::PageUnknown => Text::new("Chưa đọc được trang chủ", "Front page not read"),
        }
    }

    /// Whether it says that something is not known, rather than that it moved.
    pub const fn is_unknown(self) -> bool {
        matches!(
            self,
            Self::PortUnknown | Self::ServiceUnknown | Self::CertificateUnknown | Self::PageUnknown
        )
    }
}

/// One change at one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Change {
    /// Label of what was looked at.
    pub endpoint: String,
    /// The port; none for many ports of a host, or a host that could not be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// What happened.
    pub kind: ChangeKind,
    /// The address looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// From where.
    pub vantage: Zone,
    /// The system concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<Code>,
    /// What was there; absent where the earlier scan does not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What is there now; absent where the later scan does not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Why it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Unmeasured>,
    /// The observations compared: earlier and later.
    pub evidence: Vec<Uuid>,
}

/// Two scans side by side.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Comparison {
    /// What moved, or is not known any more, by place.
    pub changes: Vec<Change>,
    /// Places that both scans looked at, by probe and address.
    pub compared: u64,
    /// Places that only the earlier scan looked at: nothing is said of them.
    pub only_before: u64,
    /// Places that only the later scan learnt something of.
    pub only_after: u64,
}

impl Comparison {
    /// How many changes say that something moved.
    pub fn moved(&self) -> usize {
        let known = self
            .changes
            .iter()
            .filter(|change| !change.kind.is_unknown());
        known.count()
    }

    /// How many say that something is not known any more.
    pub fn unknown(&self) -> usize {
        self.changes.len() - self.moved()
    }
}

/// One place by one probe: what two scans can be compared at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    probe: FactKind,
    place: String,
    address: Option<IpAddr>,
    port: Option<u16>,
    vantage: Zone,
}

impl Key {
    fn of(observation: &Observation) -> Self {
        let label = || observation.endpoint.clone();
        Self {
            probe: observation.probe,
            place: observation
                .endpoint_id
                .map_or_else(label, |id| id.to_string()),
            address: observation.address,
            port: observation.port,
            vantage: observation.vantage,
        }
    }
}

/// Compares the observations of an earlier scan with those of a later one.
pub fn compare(before: &[Observation], after: &[Observation]) -> Comparison {
    let (old, new) = (newest(before), newest(after));
    let ports = Hosts::of(before);
    let mut out = Comparison::default();
    for (key, now) in &new {
        let then = old.get(key).copied().filter(|then| then.fact().is_some());
        match then {
            Some(then) => {
                out.compared += 1;
                look(then, now, &mut out.changes);
            }
            None => match service_on_a_closed_port(&ports, now) {
                Some(change) => out.changes.push(change),
                None if now.fact().is_some() => out.only_after += 1,
                None => {}
            },
        }
    }
    let gone = old
        .iter()
        .filter(|(key, then)| then.fact().is_some() && !new.contains_key(key));
    out.only_before = gone.count() as u64;
    out.changes.sort();
    out
}

/// The newest look of each place that says something of ports, services, certificates or pages: a whole one
/// where there is one.
fn newest(observations: &[Observation]) -> BTreeMap<Key, &Observation> {
    let mut newest: BTreeMap<Key, &Observation> = BTreeMap::new();
    let rank = |o: &Observation| (o.is_whole(), o.fact().is_some(), o.ended, o.id);
    let probes = [
        FactKind::Ports,
        FactKind::Service,
        FactKind::Udp,
        FactKind::Chain,
        FactKind::Http,
    ];
    for observation in observations.iter().filter(|o| probes.contains(&o.probe)) {
        newest
            .entry(Key::of(observation))
            .and_modify(|known| {
                if rank(observation) > rank(known) {
                    *known = observation;
                }
            })
            .or_insert(observation);
    }
    newest
}

/// What a scan decided of the ports of each address, from each vantage.
struct Hosts(BTreeMap<(IpAddr, Zone), (PortsDecided, Uuid)>);

impl Hosts {
    fn of(observations: &[Observation]) -> Self {
        let looks = observations.iter().filter_map(|observation| {
            let Reading::Measured {
                fact: Fact::Ports(fact),
            } = &observation.reading
            else {
                return None;
            };
            let place = (observation.address?, observation.vantage);
            Some((place, (PortsDecided::of(fact), observation.id)))
        });
        Self(looks.collect())
    }
}

fn service_on_a_closed_port(ports: &Hosts, now: &Observation) -> Option<Change> {
    let Some(Fact::Service(service)) = now.fact() else {
        return None;
    };
    service.protocol?;
    let (decided, look) = ports.0.get(&(now.address?, now.vantage))?;
    decided.closed.contains(service.port).then(|| Change {
        port: Some(service.port),
        after: Some(spoken(service)),
        evidence: vec![*look, now.id],
        ..blank(ChangeKind::ServiceNew, now)
    })
}

fn blank(kind: ChangeKind, now: &Observation) -> Change {
    Change {
        endpoint: now.endpoint.clone(),
        port: now.port,
        kind,
        address: now.address,
        vantage: now.vantage,
        system: now.system.clone(),
        before: None,
        after: None,
        reason: None,
        evidence: Vec::new(),
    }
}

/// Compares two looks at one place. A short look that confirmed an earlier one saw nothing move.
fn look(then: &Observation, now: &Observation, out: &mut Vec<Change>) {
    let Some(old) = then.fact() else {
        return;
    };
    let first = out.len();
    match (old, &now.reading) {
        (Fact::Ports(old), Reading::Unmeasured { reason }) if !old.open.is_empty() => {
            out.push(Change {
                before: Some(listed(&old.open)),
                reason: Some(*reason),
                ..blank(ChangeKind::PortUnknown, now)
            });
        }
        (Fact::Service(old), Reading::Unmeasured { reason }) if old.protocol.is_some() => {
            out.push(Change {
                before: Some(spoken(old)),
                reason: Some(*reason),
                ..blank(ChangeKind::ServiceUnknown, now)
            });
        }
        (Fact::Chain(old), Reading::Unmeasured { reason }) => out.push(Change {
            before: old.leaf().map(certificate),
            reason: Some(*reason),
            ..blank(ChangeKind::CertificateUnknown, now)
        }),
        (Fact::Http(old), Reading::Unmeasured { reason }) => {
            let before = old.page.as_ref().filter(|page| page.complete);
            out.extend(before.map(|before| Change {
                before: Some(page::shown(before)),
                reason: Some(*reason),
                ..blank(ChangeKind::PageUnknown, now)
            }));
        }
        (
            Fact::Http(old),
            Reading::Measured {
                fact: Fact::Http(new),
            },
        ) => {
            out.extend(page::page(old, new, now));
        }
        (
            Fact::Ports(old),
            Reading::Measured {
                fact: Fact::Ports(new),
            },
        ) => {
            ports(old, new, now, out);
        }
        (
            Fact::Service(old),
            Reading::Measured {
                fact: Fact::Service(new),
            },
        ) => {
            out.extend(service(old, new, now));
        }
        (
            Fact::Udp(old),
            Reading::Measured {
                fact: Fact::Udp(new),
            },
        ) => {
            out.extend(udp(old, new, now));
        }
        (Fact::Udp(old), Reading::Unmeasured { reason }) if old.protocol.is_some() => {
            out.push(Change {
                before: Some(spoken(&as_service(old))),
                reason: Some(*reason),
                ..blank(ChangeKind::ServiceUnknown, now)
            });
        }
        (
            Fact::Chain(old),
            Reading::Measured {
                fact: Fact::Chain(new),
            },
        ) => {
            out.extend(chain(old, new, now));
        }
        _ => {}
    }
    for change in &mut out[first..] {
        change.evidence = vec![then.id, now.id];
    }
}

fn ports(old: &PortsFact, new: &PortsFact, now: &Observation, out: &mut Vec<Change>) {
    let (was, is) = (PortsDecided::of(old), PortsDecided::of(new));
    let mut opened = Vec::new();
    for port in new.open.iter().filter(|port| !was.open.contains(**port)) {
        opened.push(Change {
            port: Some(*port),
            before: was.closed.contains(*port).then(|| "closed".to_owned()),
            after: Some("open".to_owned()),
            ..blank(ChangeKind::PortOpened, now)
        });
    }
    let mut gone = Vec::new();
    for port in old.open.iter().filter(|port| !is.open.contains(**port)) {
        let closed = is.closed.contains(*port);
        let kind = if closed {
            ChangeKind::PortClosed
        } else {
            ChangeKind::PortUnknown
        };
        gone.push(Change {
            port: Some(*port),
            before: Some("open".to_owned()),
            after: closed.then(|| "closed".to_owned()),
            ..blank(kind, now)
        });
    }
    for changes in [opened, gone] {
        together(changes, now, out);
    }
}

/// Too many ports of one host are said in one line a kind.
fn together(changes: Vec<Change>, now: &Observation, out: &mut Vec<Change>) {
    if changes.len() <= MANY {
        return out.extend(changes);
    }
    for kind in ChangeKind::ALL {
        let of_kind = changes.iter().filter(|change| change.kind == kind);
        let all: Vec<u16> = of_kind.filter_map(|change| change.port).collect();
        let said = || Some(listed(&all));
        match kind {
            _ if all.is_empty() => {}
            ChangeKind::PortOpened => out.push(Change {
                after: said(),
                ..blank(kind, now)
            }),
            _ => out.push(Change {
                before: said(),
                ..blank(kind, now)
            }),
        }
    }
}

/// Ports in words: the first few, and how many there are.
fn listed(ports: &[u16]) -> String {
    let first: Vec<String> = ports.iter().take(10).map(u16::to_string).collect();
    let more = if ports.len() > first.len() {
        ", …"
    } else {
        ""
    };
    format!("{} × open: {}{more}", ports.len(), first.join(", "))
}

fn service(old: &ServiceFact, new: &ServiceFact, now: &Observation) -> Option<Change> {
    let kind = match (old.protocol, new.protocol) {
        (None, None) => return None,
        (Some(_), None) => ChangeKind::ServiceUnknown,
        (None, Some(_)) => ChangeKind::ServiceNew,
        (Some(a), Some(b)) if a != b => ChangeKind::ServiceChanged,
        _ => match (&old.product, &new.product) {
            // What is made out better than before is no change of the server.
            (None, _) => return None,
            (Some(_), None) => ChangeKind::ServiceUnknown,
            (Some(a), Some(b)) if a != b => ChangeKind::ServiceChanged,
            _ => match (&old.version, &new.version) {
                (Some(a), Some(b)) if a != b => ChangeKind::VersionMoved,
                _ => return None,
            },
        },
    };
    let is_known = kind != ChangeKind::ServiceUnknown;
    Some(Change {
        port: Some(new.port),
        before: old.protocol.map(|_| spoken(old)),
        after: is_known.then(|| spoken(new)),
        ..blank(kind, now)
    })
}

/// A UDP port is gone only where the host says that it is closed; silence makes it unknown.
fn udp(old: &UdpFact, new: &UdpFact, now: &Observation) -> Option<Change> {
    let (was, is) = (as_service(old), as_service(new));
    let closed = || Some("closed".to_owned());
    match (old.answered, new.answered) {
        (Tri::Yes, Tri::No) => Some(Change {
            port: Some(new.port),
            before: Some(spoken(&was)),
            after: closed(),
            ..blank(ChangeKind::PortClosed, now)
        }),
        (Tri::No, Tri::Yes) => Some(Change {
            port: Some(new.port),
            before: closed(),
            after: Some(spoken(&is)),
            ..blank(ChangeKind::PortOpened, now)
        }),
        _ => service(&was, &is, now),
    }
}

/// What was spoken over UDP, as a service.
fn as_service(udp: &UdpFact) -> ServiceFact {
    ServiceFact {
        port: udp.port,
        transport: Transport::Udp,
        protocol: udp.protocol,
        tls: false,
        vendor: udp.vendor.clone(),
        product: udp.product.clone(),
        version: udp.version.clone(),
        os: udp.os.clone(),
        cpe: udp.cpe.clone(),
        banner: udp.banner.clone(),
        confidence: udp.confidence,
    }
}

/// A service in one line: protocol, product, version.
fn spoken(service: &ServiceFact) -> String {
    let protocol = service.protocol.map(|protocol| {
        use luytre_inventory::Worded;
        protocol.code().to_owned()
    });
    let parts = [protocol, service.product.clone(), service.version.clone()];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(" ")
}

/// The leaf that a server presents first decides. It is not new if the server presented it before to
/// clients of other means.
fn chain(old: &ChainFact, new: &ChainFact, now: &Observation) -> Option<Change> {
    let known = std::iter::once(old).chain(&old.also);
    let known: Vec<&str> = known
        .filter_map(ChainFact::leaf)
        .map(|leaf| &*leaf.sha256)
        .collect();
    let before = old.leaf().map(certificate);
    match new.leaf() {
        Some(leaf) if known.contains(&&*leaf.sha256) => None,
        Some(leaf) => Some(Change {
            before,
            after: Some(certificate(leaf)),
            ..blank(ChangeKind::CertificateNew, now)
        }),
        None => before.is_some().then(|| Change {
            before,
            ..blank(ChangeKind::CertificateUnknown, now)
        }),
    }
}

/// A certificate in one line: subject, last day, hash.
fn certificate(leaf: &Certificate) -> String {
    let last = leaf.not_after.strftime("%Y-%m-%d");
    format!("{} → {last} sha256:{}", leaf.subject, leaf.sha256)
}

#[cfg(test)]
mod tests;
