//! The JSON of a finding, as the contract of the command line says.

use jiff::{Timestamp, civil::Date};
use luytre_inventory::Code;
use serde::Serialize;
use uuid::Uuid;

use super::{Finding, FindingId, State};
use crate::{PolicyStamp, Severity};

/// A finding as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingDocument<'a> {
    id: FindingId,
    check: &'a str,
    subject: &'a str,
    target: &'a str,
    system: Option<&'a Code>,
    owner: Option<&'a Code>,
    severity: Severity,
    state: State,
    first_seen: Timestamp,
    last_confirmed: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_basis: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    false_positive_until: Option<Timestamp>,
    clauses: &'a [String],
    policy: &'a PolicyStamp,
    message: Message<'a>,
    evidence: &'a [Uuid],
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Message<'a> {
    vi: &'a str,
    en: &'a str,
}

impl Finding {
    /// The finding as it is printed: its state at `now`, and `owner` as the inventory names it.
    pub fn document<'a>(&'a self, owner: Option<&'a Code>, now: Timestamp) -> FindingDocument<'a> {
        FindingDocument {
            id: self.id,
            check: &self.key.check,
            subject: &self.key.part,
            target: &self.target,
            system: self.system.as_ref(),
            owner,
            severity: self.severity,
            state: self.state(now),
            first_seen: self.first_seen,
            last_confirmed: self.last_confirmed,
            due: self.deadline.as_ref().map(|deadline| deadline.date),
            due_basis: self.deadline.as_ref().map(|deadline| &*deadline.basis),
            confirmed: self.confirmed,
            accepted_until: self.accepted_until,
            false_positive_until: self.false_positive_until,
            clauses: &self.clauses,
            policy: &self.policy,
            message: Message {
                vi: &self.message_vi,
                en: &self.message_en,
            },
            evidence: &self.evidence,
        }
    }
}
