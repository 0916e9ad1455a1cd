//! A candidate (ứng viên): an endpoint that was discovered and that nobody declared, folded from its
//! events. A person says what it is; nothing is admitted, and nothing vanishes, by itself.

use std::{collections::BTreeSet, fmt, net::IpAddr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Code, Endpoint, HostName, Protocol, Text, Transport, Zone};

mod event;
mod suggest;
#[cfg(test)]
mod tests;

pub use event::{
    CandidateEvent, CandidateEventKind, Discovery, NewCandidateEvent, Role as SpotRole, SourceKind,
};
pub use suggest::{Basis, Clues, Suggestion};

/// Where something was discovered: a host, and a port when one was seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Spot {
    /// The host.
    pub host: Host,
    /// Over what the port is reached.
    #[serde(rename = "transport")]
    pub carrier: Carrier,
    /// The port; none when only the host is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
}

/// A host by name or by address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Host {
    /// By name.
    Name(HostName),
    /// By address, in its canonical form.
    Address(IpAddr),
}

/// What carries a discovered service.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// TCP.
    #[default]
    Tcp,
    /// UDP.
    Udp,
}

impl From<Carrier> for Transport {
    fn from(carrier: Carrier) -> Self {
        match carrier {
            Carrier::Tcp => Self::Tcp,
            Carrier::Udp => Self::Udp,
        }
    }
}

impl From<Transport> for Carrier {
    fn from(transport: Transport) -> Self {
        match transport {
            Transport::Tcp => Self::Tcp,
            Transport::Udp => Self::Udp,
        }
    }
}

impl Spot {
    /// A host of which no port is known.
    pub const fn host(host: Host) -> Self {
        Self {
            host,
            carrier: Carrier::Tcp,
            port: None,
        }
    }

    /// A TCP port of a host.
    pub const fn tcp(host: Host, port: u16) -> Self {
        Self {
            host,
            carrier: Carrier::Tcp,
            port: Some(port),
        }
    }

    /// A UDP port of a host.
    pub const fn udp(host: Host, port: u16) -> Self {
        Self {
            host,
            carrier: Carrier::Udp,
            port: Some(port),
        }
    }

    /// The spot as an endpoint of an inventory.
    pub fn endpoint(&self, id: Uuid, protocol: Option<Protocol>) -> Endpoint {
        let (name, address) = match &self.host {
            Host::Name(name) => (Some(name.clone()), None),
            Host::Address(address) => (None, Some(*address)),
        };
        Endpoint {
            id,
            name,
            address,
            transport: self.carrier.into(),
            port: self.port,
            protocol,
            zone: Zone::Unknown,
            fragile: false,
        }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.host, self.port) {
            (Host::Address(IpAddr::V6(v6)), Some(_)) => write!(f, "[{v6}]")?,
            (Host::Address(address), _) => address.fmt(f)?,
            (Host::Name(name), _) => name.fmt(f)?,
        }
        match (self.port, self.carrier) {
            (None, _) => Ok(()),
            (Some(port), Carrier::Tcp) => write!(f, ":{port}"),
            (Some(port), Carrier::Udp) => write!(f, ":{port}/udp"),
        }
    }
}

/// Identity of a candidate: UUID v5 over its spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CandidateId(Uuid);

/// Namespace of candidate ids. Never change it: every id ever handed out follows from it.
const NAMESPACE: Uuid = Uuid::from_u128(0x6c75_7974_7265_5f63_616e_6469_6461_7465);

impl CandidateId {
    /// The id of what is at `spot`.
    pub fn of(spot: &Spot) -> Self {
        // No two spots are shown alike: an address in brackets is no name, a suffix marks UDP.
        Self(Uuid::new_v5(&NAMESPACE, spot.to_string().as_bytes()))
    }

    /// The first eight digits, for people; any unique prefix names a candidate.
    pub fn short(self) -> String {
        self.0.simple().to_string()[..8].to_owned()
    }
}

impl fmt::Display for CandidateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

/// Where a candidate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CandidateState {
    /// Waits for a person.
    Candidate,
    /// In the inventory, by a person's word.
    Admitted,
    /// Not the province's, but something of the province's leans on it.
    Dependency,
    /// Out of use, by a person's word.
    Retired,
    /// Somebody else's, by a person's word.
    NotOurs,
}

impl CandidateState {
    /// All states.
    pub const ALL: [Self; 5] = [
        Self::Candidate,
        Self::Admitted,
        Self::Dependency,
        Self::Retired,
        Self::NotOurs,
    ];

    /// Name in JSON and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Admitted => "admitted",
            Self::Dependency => "dependency",
            Self::Retired => "retired",
            Self::NotOurs => "not_ours",
        }
    }

    /// The state called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// For people.
    pub const fn text(self) -> Text {
        match self {
            Self::Candidate => Text::new("Chờ xác định", "Waits for a person"),
            Self::Admitted => Text::new("Đã đưa vào danh mục", "Admitted"),
            Self::Dependency => Text::new("Dịch vụ phụ thuộc của bên khác", "Dependency"),
            Self::Retired => Text::new("Đã ngừng sử dụng", "Retired"),
            Self::NotOurs => Text::new("Không thuộc phạm vi quản lý", "Not ours"),
        }
    }
}

/// Discoveries kept in the folded state: the newest. All stand in the events.
const DISCOVERIES: usize = 16;

/// Names, addresses and protocols kept of one candidate. A certificate may carry a thousand names.
const HINTS: usize = 32;

/// A discovered endpoint that nobody declared, from its first sighting on.
///
/// Built only by [`Candidate::fold`], [`Candidate::first`] and [`Candidate::apply`]. The order of the
/// events does not matter, nor whether one comes twice: decisions count by their time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Identity.
    pub id: CandidateId,
    /// Where it is.
    pub spot: Spot,
    /// When a source first saw it.
    pub first_seen: Timestamp,
    /// When a source last saw it.
    pub last_seen: Timestamp,
    /// The newest discoveries, newest first.
    pub discoveries: Vec<Discovery>,
    /// Every kind of source that ever showed it.
    pub sources: BTreeSet<SourceKind>,
    /// Names seen with it: of its certificate, of an alias, of a lease.
    pub names: BTreeSet<HostName>,
    /// Addresses seen with it.
    pub addresses: BTreeSet<IpAddr>,
    /// Protocols that it spoke or was said to speak.
    pub protocols: BTreeSet<Protocol>,
    /// The newest decision of a person.
    decision: Option<Decision>,
    /// When it was last written down as not declared.
    recorded: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Decision {
    at: Timestamp,
    kind: DecisionKind,
    actor: String,
    reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DecisionKind {
    Reconsidered,
    Admitted { system: Code, endpoint: Uuid },
    Dependency { system: Option<Code> },
    Retired,
    NotOurs,
}

impl Candidate {
    /// The candidate that `event` begins; none if it is no sighting.
    pub fn first(spot: Spot, event: &CandidateEvent) -> Option<Self> {
        let CandidateEventKind::Seen(discovery) = &event.kind else {
            return None;
        };
        let mut candidate = Self {
            id: CandidateId::of(&spot),
            spot,
            first_seen: discovery.first,
            last_seen: discovery.last,
            discoveries: Vec::new(),
            sources: BTreeSet::new(),
            names: BTreeSet::new(),
            addresses: BTreeSet::new(),
            protocols: BTreeSet::new(),
            decision: None,
            recorded: event.at,
        };
        candidate.apply(event);
        Some(candidate)
    }

    /// Folds a whole list of events, in any order; none if nothing was seen.
    pub fn fold(spot: &Spot, events: &[CandidateEvent]) -> Option<Self> {
        let mut candidate = events
            .iter()
            .find_map(|event| Self::first(spot.clone(), event))?;
        for event in events {
            candidate.apply(event);
        }
        Some(candidate)
    }

    /// Applies an event.
    pub fn apply(&mut self, event: &CandidateEvent) {
        let kind = match &event.kind {
            CandidateEventKind::Seen(discovery) => {
                self.recorded = self.recorded.max(event.at);
                return self.see(discovery);
            }
            CandidateEventKind::Admitted { system, endpoint } => DecisionKind::Admitted {
                system: system.clone(),
                endpoint: *endpoint,
            },
            CandidateEventKind::Dependency { system } => DecisionKind::Dependency {
                system: system.clone(),
            },
            CandidateEventKind::Retired => DecisionKind::Retired,
            CandidateEventKind::NotOurs => DecisionKind::NotOurs,
            CandidateEventKind::Reconsidered => DecisionKind::Reconsidered,
        };
        let decision = Decision {
            at: event.at,
            kind,
            actor: event.actor.clone(),
            reason: event.reason.clone(),
        };
        if self.decision.as_ref().is_none_or(|old| *old < decision) {
            self.decision = Some(decision);
        }
    }

    fn see(&mut self, discovery: &Discovery) {
        self.first_seen = self.first_seen.min(discovery.first);
        self.last_seen = self.last_seen.max(discovery.last);
        self.sources.insert(discovery.source);
        keep_first(&mut self.names, &discovery.names);
        keep_first(&mut self.addresses, &discovery.addresses);
        keep_first(&mut self.protocols, &discovery.protocol);
        if !self.discoveries.contains(discovery) {
            self.discoveries.push(discovery.clone());
            self.discoveries
                .sort_by(|a, b| b.last.cmp(&a.last).then_with(|| b.cmp(a)));
            self.discoveries.truncate(DISCOVERIES);
        }
    }

    /// Where it stands.
    ///
    /// A decision that a later look contradicts does not hide it: what was retired and was seen
    /// again, and what was admitted and was written down as not declared after that, waits for a
    /// person again.
    pub fn state(&self) -> CandidateState {
        let Some(decision) = &self.decision else {
            return CandidateState::Candidate;
        };
        match decision.kind {
            DecisionKind::Reconsidered => CandidateState::Candidate,
            DecisionKind::Admitted { .. } if self.recorded > decision.at => {
                CandidateState::Candidate
            }
            DecisionKind::Admitted { .. } => CandidateState::Admitted,
            DecisionKind::Dependency { .. } => CandidateState::Dependency,
            DecisionKind::Retired if self.last_seen > decision.at => CandidateState::Candidate,
            DecisionKind::Retired => CandidateState::Retired,
            DecisionKind::NotOurs => CandidateState::NotOurs,
        }
    }

    /// The system that a person named for it.
    pub fn system(&self) -> Option<&Code> {
        match &self.decision.as_ref()?.kind {
            DecisionKind::Admitted { system, .. }
            | DecisionKind::Dependency {
                system: Some(system),
            } => Some(system),
            _ => None,
        }
    }

    /// When and by whom it was last decided on, and why.
    pub fn decided(&self) -> Option<(Timestamp, &str, Option<&str>)> {
        let decision = self.decision.as_ref()?;
        Some((decision.at, &decision.actor, decision.reason.as_deref()))
    }

    /// The protocol it speaks, if all sources agree.
    pub fn protocol(&self) -> Option<Protocol> {
        let mut all = self.protocols.iter();
        all.next().copied().filter(|_| all.next().is_none())
    }
}

/// Adds `more` and keeps the first [`HINTS`]: the same whatever the order in which they come.
fn keep_first<'a, T: Ord + Clone + 'a>(
    set: &mut BTreeSet<T>,
    more: impl IntoIterator<Item = &'a T>,
) {
    for item in more {
        set.insert(item.clone());
        if set.len() > HINTS {
            set.pop_last();
        }
    }
}
