//! What happens to a candidate. Events are only ever appended.

use std::{collections::BTreeSet, net::IpAddr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CandidateId, Spot};
use crate::{Code, HostName, Protocol, Text, Zone};

/// One event in the life of a candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CandidateEvent {
    /// When it was written down.
    pub at: Timestamp,
    /// By whom: a person's account, or the program for what a scan brings.
    pub actor: String,
    /// What happened.
    #[serde(flatten)]
    pub kind: CandidateEventKind,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Kinds of event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum CandidateEventKind {
    /// A source showed it while nobody had declared it.
    Seen(Discovery),
    /// A person put it into the inventory.
    Admitted {
        /// The system it belongs to.
        system: Code,
        /// The endpoint made of it.
        endpoint: Uuid,
    },
    /// A person said that it is somebody else's and that the province leans on it.
    Dependency {
        /// The system that leans on it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        system: Option<Code>,
    },
    /// A person said that it is out of use.
    Retired,
    /// A person said that it is somebody else's.
    NotOurs,
    /// A person took the last decision back.
    Reconsidered,
}

impl CandidateEventKind {
    /// Name in JSON and tables.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Seen(_) => "seen",
            Self::Admitted { .. } => "admitted",
            Self::Dependency { .. } => "dependency",
            Self::Retired => "retired",
            Self::NotOurs => "not_ours",
            Self::Reconsidered => "reconsidered",
        }
    }
}

/// An event to be appended to what is at a spot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCandidateEvent {
    /// Where.
    pub spot: Spot,
    /// The event.
    pub event: CandidateEvent,
}

impl NewCandidateEvent {
    /// The candidate concerned.
    pub fn candidate(&self) -> CandidateId {
        CandidateId::of(&self.spot)
    }
}

/// What one source said of a spot. The evidence: a doubter can open the file at the line, or the
/// observation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Discovery {
    /// Kind of source.
    pub source: SourceKind,
    /// The source itself: the scan, or the SHA-256 of the file.
    pub origin: String,
    /// The source for people: the name of the file; empty for a scan.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// When the source first saw it.
    pub first: Timestamp,
    /// When the source last saw it.
    pub last: Timestamp,
    /// How often it stands in the source: rows, or looks.
    pub count: u64,
    /// First line of the file that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// The observation that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observation: Option<Uuid>,
    /// From where it was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vantage: Option<Zone>,
    /// In what role: `mx`, `ns`, `cname`, `srv`, `certificate`, `redirect`, `port` …
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<Role>,
    /// Names seen with it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub names: BTreeSet<HostName>,
    /// Addresses seen with it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub addresses: BTreeSet<IpAddr>,
    /// What it speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Protocol>,
}

impl Discovery {
    /// A discovery of which only source and time are known.
    pub fn new(source: SourceKind, origin: &str, at: Timestamp) -> Self {
        Self {
            source,
            origin: origin.to_owned(),
            label: String::new(),
            first: at,
            last: at,
            count: 1,
            row: None,
            observation: None,
            vantage: None,
            roles: BTreeSet::new(),
            names: BTreeSet::new(),
            addresses: BTreeSet::new(),
            protocol: None,
        }
    }

    /// Takes in what the same source says again of the same spot.
    pub fn join(&mut self, other: &Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.count = self.count.saturating_add(other.count);
        self.row = match (self.row, other.row) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.observation = self.observation.or(other.observation);
        self.vantage = self.vantage.or(other.vantage);
        self.roles.extend(&other.roles);
        super::keep_first(&mut self.names, &other.names);
        super::keep_first(&mut self.addresses, &other.addresses);
        self.protocol = self.protocol.or(other.protocol);
    }
}

/// In what role a spot stands in its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// An address record.
    Address,
    /// Takes mail of a zone.
    Mx,
    /// Serves a zone.
    Ns,
    /// Has an alias, or is meant by one.
    Cname,
    /// Is named by a service record.
    Srv,
    /// Stands in a certificate.
    Certificate,
    /// Is where a page sends its readers.
    Redirect,
    /// An open port.
    Port,
    /// A lease.
    Lease,
    /// Took part in a flow.
    Flow,
}

/// Kinds of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A scan of ours.
    Scan,
    /// A zone file.
    Zone,
    /// Leases of a DHCP server.
    Dhcp,
    /// An export of a firewall.
    Firewall,
    /// An export of flows.
    Netflow,
    /// A dump of certificate-transparency logs.
    Ct,
}

impl SourceKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::Scan,
        Self::Zone,
        Self::Dhcp,
        Self::Firewall,
        Self::Netflow,
        Self::Ct,
    ];

    /// Name in JSON and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scan => "scan",
            Self::Zone => "zone",
            Self::Dhcp => "dhcp",
            Self::Firewall => "firewall",
            Self::Netflow => "netflow",
            Self::Ct => "ct",
        }
    }

    /// For people.
    pub const fn text(self) -> Text {
        match self {
            Self::Scan => Text::new("lượt quét", "scan"),
            Self::Zone => Text::new("tệp vùng DNS", "zone file"),
            Self::Dhcp => Text::new("cấp phát DHCP", "DHCP leases"),
            Self::Firewall => Text::new("nhật ký tường lửa", "firewall log"),
            Self::Netflow => Text::new("luồng mạng", "network flows"),
            Self::Ct => Text::new("nhật ký minh bạch chứng thư", "certificate transparency"),
        }
    }
}
