//! The frozen presentation model of one annual assessment.
//!
//! Everything a document shows is in [`Assessment`]; rendering reads no clock, no store and no network, so the same
//! value gives the same bytes. The caller fills it from a snapshot of the store; a test fills it from JSON.

mod finding;
mod measured;
mod office;
mod requirement;
mod system;

pub use finding::{DueBasis, Finding, FindingState};
pub use measured::{
    Asset, AssetState, Certificate, Coverage, Method, OutcomeCounts, Service, Trust, Unmeasured,
};
pub use office::{Assessor, Issue, Letterhead, SecrecyMark};
pub use requirement::{Basis, NoEvidence, Requirement, RequirementState};
pub use system::{Approval, Authorisation, Decision, Gap, Pack, Proposal, System};

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// The annual assessment of one system, frozen (NĐ 331/2026/NĐ-CP Điều 27).
///
/// Strings may hold anything a scanned server or a spreadsheet said: they are cleaned and shortened before they are
/// set, and never read as markup.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    /// Where the figures come from.
    pub snapshot: Snapshot,
    /// Names and symbols of the issuing office.
    pub letterhead: Letterhead,
    /// Draft, or issued under a number and a date.
    pub issue: Issue,
    /// Secrecy or circulation mark; chosen by a person for every export, so there is no default.
    pub secrecy: SecrecyMark,
    /// Who assessed, and by what right.
    pub assessor: Assessor,
    /// Legal bases, one per line, without the closing `;`: `Căn cứ Luật An ninh mạng số …`.
    pub legal_bases: Vec<String>,
    /// The system under assessment.
    pub system: System,
    /// First and last day of the period assessed.
    pub period: Period,
    /// Instant up to which the figures run.
    pub as_of: Timestamp,
    /// Papers that allowed the measurements.
    pub authorisations: Vec<Authorisation>,
    /// Policy packs the facts were judged by.
    pub packs: Vec<Pack>,
    /// How it was measured.
    pub method: Method,
    /// Endpoints of the system, measured or not.
    pub assets: Vec<Asset>,
    /// Measurements planned and made.
    pub coverage: Coverage,
    /// Verdicts by outcome.
    pub outcomes: OutcomeCounts,
    /// Every finding of the period, closed and accepted ones too.
    pub findings: Vec<Finding>,
    /// Certificates served by the endpoints.
    pub certificates: Vec<Certificate>,
    /// Services that answered.
    pub services: Vec<Service>,
    /// Requirements of the packs and how they stand.
    pub requirements: Vec<Requirement>,
    /// Inventory fields that are missing (*thiếu thông tin*).
    pub gaps: Vec<Gap>,
}

/// The frozen data a document was made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// Identifier in the store.
    pub id: String,
    /// SHA-256 of the snapshot, lower-case hexadecimal.
    pub sha256: String,
    /// When it was frozen; becomes the creation time of the document.
    pub taken: Timestamp,
    /// Version of the inventory it was made with.
    pub inventory_version: u64,
    /// Version of the program.
    pub program: String,
}

/// Days from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl Assessment {
    /// Day on which the figures end, in Vietnamese time; due dates are compared with it.
    pub fn as_of_day(&self) -> Date {
        crate::words::local(self.as_of).date()
    }

    /// Findings that still stand, most serious first, then the earliest due, then by code.
    pub fn open_findings(&self) -> Vec<&Finding> {
        let mut open: Vec<&Finding> = self.findings.iter().filter(|f| f.state.open()).collect();
        open.sort_by(|a, b| {
            let due = |f: &Finding| f.due.unwrap_or(Date::MAX);
            b.severity
                .cmp(&a.severity)
                .then(due(a).cmp(&due(b)))
                .then(a.code.cmp(&b.code))
        });
        open
    }
}
