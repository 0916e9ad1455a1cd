//! A verdict (kết quả đối chiếu): one check applied to one subject.

use jiff::Timestamp;
use luytre_inventory::{Code, Zone};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Grade, Severity};

/// What a verdict or finding is about: where, and which part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A declared endpoint, by its id.
    Endpoint(Uuid),
    /// A target of an ad hoc probe, by its label; never stored.
    Target(String),
    /// A system.
    System(Code),
    /// An owner.
    Owner(Code),
}

/// One check applied to one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Id of the check.
    pub check: String,
    /// What it is about.
    pub subject: Subject,
    /// Label of that for people and JSON: `host:port`, or a code.
    pub target: String,
    /// The part at fault; empty for the whole.
    pub part: String,
    /// The system concerned, if any.
    pub system: Option<Code>,
    /// From where it was seen, for checks whose answer depends on that.
    pub vantage: Option<Zone>,
    /// The observation judged.
    pub observation: Option<Uuid>,
    /// When the look that was judged ended.
    pub observed: Timestamp,
    /// The ruling.
    pub ruling: Ruling,
    /// Clauses concerned, `pack:clause`.
    pub clauses: Vec<String>,
    /// The policy that ruled.
    pub policy: PolicyStamp,
    /// Vietnamese message.
    pub message_vi: String,
    /// English message.
    pub message_en: String,
}

/// The five answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Ruling {
    /// The fault is absent.
    Pass,
    /// The fault is there.
    Fail {
        /// Grade the check gave.
        grade: Grade,
        /// Severity the policy made of it.
        severity: Severity,
    },
    /// The check does not concern the subject.
    NotApplicable {
        /// Why (Vietnamese, English).
        reason: [String; 2],
    },
    /// No pack in force asks for it.
    NotInForce,
    /// Could not be decided. Never good.
    Inconclusive {
        /// Why (Vietnamese, English).
        reason: [String; 2],
    },
}

impl Ruling {
    /// Name in JSON and tables.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail { .. } => "fail",
            Self::NotApplicable { .. } => "not_applicable",
            Self::NotInForce => "not_in_force",
            Self::Inconclusive { .. } => "inconclusive",
        }
    }
}

/// Which policy ruled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PolicyStamp {
    /// Id of the pack that decided the severity.
    pub id: String,
    /// Its version.
    pub version: String,
    /// SHA-256 over all packs in force, hexadecimal.
    pub sha256: String,
}
