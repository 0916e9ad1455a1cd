//! What happens to a finding. Events are only ever appended.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use luytre_inventory::Code;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{FindingId, FindingKey};
use crate::{Grade, PolicyStamp, Severity, Unmeasured, policy::Due};

/// One event in the life of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// By whom: a person's account, or the program's name for what a run brings.
    pub actor: String,
    /// The run that brought it; none where a person decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scan: Option<Uuid>,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The observation that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Uuid>,
}

/// Kinds of event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EventKind {
    /// Seen for the first time.
    Opened(Sighting),
    /// Seen again.
    Seen(Sighting),
    /// Seen again after it was closed.
    Reopened(Sighting),
    /// Could not be measured again.
    Unreachable {
        /// Why.
        failure: Unmeasured,
    },
    /// A covering measurement succeeded and did not show it.
    Fixed,
    /// Its subject is gone from the inventory.
    Retired,
    /// No pack asks for it any more, or the check does not concern the subject any more.
    RuleChanged,
    /// A person confirmed it.
    Confirmed,
    /// The risk is accepted.
    AcceptedUntil {
        /// Last moment.
        until: Timestamp,
    },
    /// It is said to be wrong.
    FalsePositiveUntil {
        /// Last moment.
        until: Timestamp,
    },
}

impl EventKind {
    /// Name in JSON and tables.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::Seen(_) => "seen",
            Self::Reopened(_) => "reopened",
            Self::Unreachable { .. } => "unreachable",
            Self::Fixed => "fixed",
            Self::Retired => "retired",
            Self::RuleChanged => "rule_changed",
            Self::Confirmed => "confirmed",
            Self::AcceptedUntil { .. } => "accepted_until",
            Self::FalsePositiveUntil { .. } => "false_positive_until",
        }
    }
}

/// What one run saw of a fault, over all addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// When the last look that showed it ended.
    pub observed: Timestamp,
    /// The observation of that look.
    pub observation: Option<Uuid>,
    /// Label of the subject.
    pub target: String,
    /// The system concerned.
    pub system: Option<Code>,
    /// Ports at which it was seen.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub ports: BTreeSet<u16>,
    /// Worst severity.
    pub severity: Severity,
    /// Worst grade.
    pub grade: Grade,
    /// Vietnamese message.
    pub message_vi: String,
    /// English message.
    pub message_en: String,
    /// Clauses concerned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<String>,
    /// The policy that ruled.
    pub policy: PolicyStamp,
    /// Until when it is to be mended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Deadline>,
}

/// Until when a finding is to be mended, and on what basis. Kept as policy gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Last day.
    pub date: Date,
    /// Basis in Vietnamese words: a law, a plan, or that it is a default of the product.
    pub basis: String,
    /// The pack that set it.
    pub pack: String,
    /// Whether a law set it. A product default must never turn into a demand by itself.
    pub statutory: bool,
}

impl From<Due> for Deadline {
    fn from(due: Due) -> Self {
        Self {
            date: due.date,
            basis: due.basis.vi,
            pack: due.pack,
            statutory: due.statutory,
        }
    }
}

/// An event about to be stored, with the finding it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The finding.
    pub finding: FindingId,
    /// Its key.
    pub key: FindingKey,
    /// Its incarnation.
    pub incarnation: u32,
    /// What happened.
    pub event: Event,
}
