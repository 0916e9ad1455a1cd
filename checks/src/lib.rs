//! Opinions about facts: facts, checks, policy, verdicts, findings.
//!
//! This crate never looks: no clock, no socket, no SQL. Everything a judgement needs comes in as
//! arguments, so last month's facts can be judged again without touching a server.

#[macro_use]
mod about;
pub mod cert;
mod change;
mod check;
mod coverage;
mod discovery;
pub mod dns;
mod docs;
mod evidence;
#[cfg(test)]
mod examples;
pub mod fact;
mod finding;
mod judge;
pub mod mail;
mod message;
mod observation;
mod outcome;
pub mod policy;
pub mod rating;
mod reconcile;
pub mod record;
pub mod registry;
pub mod service;
mod severity;
pub mod ssh;
pub mod tls;
pub mod udp;
mod unmeasured;
mod verdict;
pub mod web;

pub use change::{Change, ChangeKind, Comparison, compare};
pub use check::{
    About, AnyFleetFact, Area, Check, Context, Entry, FleetCheck, FleetEntry, FleetFact, Judge,
    Kind, Look,
};
pub use coverage::{Coverage, CoverageCounts, Covered, PortsDecided};
pub use discovery::{Shown, discovered};
pub use docs::docs;
pub use evidence::{Evidence, Excerpt};
pub use fact::{Fact, FactKind, Tri};
pub use finding::{
    Deadline, Event, EventKind, Finding, FindingDocument, FindingId, FindingIdError, FindingKey,
    NewEvent, Sighting, State,
};
pub use judge::{judge, judge_fleet};
pub use observation::{Cost, Observation, Reading, Vantage};
pub use outcome::{Fault, Grade, Outcome, Reason};
pub use policy::{Policy, PolicyError};
pub use reconcile::{Rule, Run, port_of, reconcile, retire};
pub use severity::{Exposure, Severity};
pub use unmeasured::Unmeasured;
pub use verdict::{PolicyStamp, Ruling, Subject, Verdict};
