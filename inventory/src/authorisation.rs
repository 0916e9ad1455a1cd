//! The right to look (căn cứ quét) and its limits.

use std::{collections::BTreeSet, fmt, str::FromStr};

use ipnet::IpNet;
use jiff::{Timestamp, civil::Time};
use serde::{Deserialize, Serialize};

use crate::{Code, HostError, HostName, PortSet, ProbeClass, ScanProfile};

/// A written ground for looking at systems. Scanning without one is unlawful (Luật 116/2025 Điều
/// 7.3, 7.5); the routes are those of the law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorisation {
    /// Number and symbol of the paper; unique in an inventory.
    pub number: String,
    /// On what route.
    pub route: Route,
    /// Date of the paper.
    pub date: jiff::civil::Date,
    /// Ground in words: article, plan, request.
    pub ground: String,
    /// The owner whose systems it covers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Code>,
    /// What it grants.
    pub grant: Grant,
    /// First moment.
    pub from: Timestamp,
    /// Last moment.
    pub until: Timestamp,
    /// Addresses we announced to come from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<IpNet>,
    /// Whom to call on the owner's side when something breaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// Set when withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Revocation>,
}

/// Withdrawal of an authorisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// When.
    pub at: Timestamp,
    /// By whom (position or account).
    pub by: String,
    /// Why.
    pub reason: String,
}

/// What an authorisation grants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Names, each exact or with everything under it (`*.` in front).
    #[serde(default)]
    pub names: Vec<NamePattern>,
    /// Prefixes. A special prefix counts only for addresses written literally in the task.
    #[serde(default)]
    pub prefixes: Vec<IpNet>,
    /// Ports.
    #[serde(default = "PortSet::all")]
    pub ports: PortSet,
    /// Kinds of probe.
    #[serde(default = "ProbeClass::every")]
    pub classes: BTreeSet<ProbeClass>,
    /// Strongest profile.
    #[serde(default)]
    pub profile: ScanProfile,
    /// Hours of the day, local time of the province; none means any hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// New connections per second to one host at most; none means the profile's own limit. It
    /// lowers the rates of every profile. A higher one than the deep profile's rate of port
    /// discovery lets answers in time raise that rate so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connections_per_second: Option<u16>,
}

/// Hours of the day in Asia/Ho_Chi_Minh, `from` inclusive, `to` exclusive; may pass midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// First minute.
    pub from: Time,
    /// First minute after.
    pub to: Time,
}

/// Route of an authorisation (Luật 116/2025 Điều 12; NĐ 331/2026 Điều 32.5; NĐ 333/2026 Điều 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Request of the owner (Luật 116/2025 Điều 12.1.b).
    OwnerRequest,
    /// Monitoring after written notice (NĐ 333/2026 Điều 7.5).
    MonitoringNotice,
    /// The owner's specialised unit together with the operator (NĐ 331/2026 Điều 32.5).
    SpecialisedUnit,
    /// Inspection for cause (Luật 116/2025 Điều 12.1.a).
    Cause,
    /// Emergency of national security; written notice within 24 hours after (NĐ 333/2026 Điều 7.5).
    Emergency,
    /// One run on literal targets by a named actor on a stated authority (`luytre probe`).
    AdHoc,
}

/// A granted or excluded name: exact, or with everything under it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NamePattern {
    name: HostName,
    subtree: bool,
}

impl NamePattern {
    /// Exactly this name.
    pub const fn exact(name: HostName) -> Self {
        Self {
            name,
            subtree: false,
        }
    }

    /// Whether some name is meant by both.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.matches(&other.name)
            || other.matches(&self.name)
            || (self.subtree
                && other.subtree
                && (self.name.is_within(&other.name) || other.name.is_within(&self.name)))
    }

    /// Whether `name` is meant.
    pub fn matches(&self, name: &HostName) -> bool {
        *name == self.name || (self.subtree && name.is_within(&self.name))
    }
}

impl FromStr for NamePattern {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        let (text, subtree) = match text.strip_prefix("*.") {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let name: HostName = text.parse()?;
        // `*.vn` would be no scope at all.
        if subtree && !name.as_str().contains('.') {
            return Err(HostError::Name(format!("*.{name}")));
        }
        Ok(Self { name, subtree })
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.subtree { "*." } else { "" }, self.name)
    }
}

impl TryFrom<String> for NamePattern {
    type Error = HostError;

    fn try_from(text: String) -> Result<Self, HostError> {
        text.parse()
    }
}

impl From<NamePattern> for String {
    fn from(pattern: NamePattern) -> Self {
        pattern.to_string()
    }
}

/// Something that must not be touched. Deny wins over every authorisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// Name for people. For a classified network this is all that is ever recorded.
    pub name: String,
    /// Why.
    pub kind: ExclusionKind,
    /// Names shut out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<NamePattern>,
    /// Prefixes shut out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefixes: Vec<IpNet>,
    /// Systems shut out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub systems: Vec<Code>,
    /// Last moment; ignored for statutory kinds, which never end by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Exclusion {
    /// Whether it binds at `now`.
    pub fn binds(&self, now: Timestamp) -> bool {
        self.kind.is_statutory() || self.until.is_none_or(|until| now <= until)
    }
}

/// Why something is excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExclusionKind {
    /// Network or system with state secrets (NĐ 331/2026 Điều 26.3-4; NĐ 333/2026 Điều 7.4).
    StateSecret,
    /// Military system: Bộ Quốc phòng.
    Military,
    /// Cryptographic system: Ban Cơ yếu Chính phủ.
    Cryptographic,
    /// The owner asked.
    OwnerRequest,
    /// Known to break under probes.
    Fragile,
    /// Any other reason.
    Other,
}

impl ExclusionKind {
    /// Whether the law, not a person, shuts it out.
    pub const fn is_statutory(self) -> bool {
        matches!(
            self,
            Self::StateSecret | Self::Military | Self::Cryptographic
        )
    }
}
