//! Verdicts run-length: since when a ruling holds and when it was last confirmed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use luytre_checks::{PolicyStamp, Ruling, Subject, Verdict, port_of};
use luytre_inventory::Zone;
use serde::Serialize;

/// A ruling that lasted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerdictRun {
    /// The verdict as last confirmed.
    pub verdict: Verdict,
    /// When the look that first gave this ruling ended.
    pub since: Timestamp,
    /// When the look that last gave it ended.
    pub last_confirmed: Timestamp,
    /// When another ruling took its place; none while it is current.
    pub ended: Option<Timestamp>,
}

impl VerdictRun {
    /// Whether `verdict` prolongs this run: same ruling under the same policy. Messages may change
    /// with the day ("expires in 13 days") and do not break a run.
    pub(crate) fn is_prolonged_by(&self, verdict: &Verdict) -> bool {
        let (a, b): ((&Ruling, &PolicyStamp), _) = (
            (&self.verdict.ruling, &self.verdict.policy),
            (&verdict.ruling, &verdict.policy),
        );
        a == b
    }
}

/// What is judged as one: a check at one place of a subject, seen from one vantage. All parts of a
/// place are answered together, so that a part no longer mentioned ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cell<'a> {
    pub(crate) check: &'a str,
    pub(crate) subject: &'a Subject,
    pub(crate) port: Option<u16>,
    pub(crate) vantage: Option<Zone>,
}

/// The verdicts of a cell by part.
pub(crate) type Parts<'a> = BTreeMap<&'a str, &'a Verdict>;

/// Verdicts of one run by cell and part. Where addresses disagree the worse counts: a fault at one
/// address is a fault, and what could not be decided is never good. A passing answer on the whole
/// is dropped beside a fault of a part. Ad hoc targets are left out.
pub(crate) fn by_cell(verdicts: &[Verdict]) -> BTreeMap<Cell<'_>, Parts<'_>> {
    let mut cells: BTreeMap<Cell<'_>, Parts<'_>> = BTreeMap::new();
    for verdict in verdicts {
        if matches!(verdict.subject, Subject::Target(_)) {
            continue;
        }
        let cell = Cell {
            check: &verdict.check,
            subject: &verdict.subject,
            port: port_of(&verdict.target),
            vantage: verdict.vantage,
        };
        let parts = cells.entry(cell).or_default();
        match parts.get(&*verdict.part) {
            Some(other) if rank(other) >= rank(verdict) => {}
            _ => {
                parts.insert(&verdict.part, verdict);
            }
        }
    }
    for parts in cells.values_mut() {
        let worst = parts.values().map(|verdict| rank(verdict).0).max();
        parts.retain(|part, verdict| {
            !part.is_empty() || rank(verdict).0 >= FAULTY || worst < Some(FAULTY)
        });
    }
    cells
}

/// From here on an answer is not good.
const FAULTY: u8 = 3;

type Rank<'a> = (
    u8,
    Option<luytre_checks::Severity>,
    Timestamp,
    Option<uuid::Uuid>,
    &'a str,
);

fn rank(verdict: &Verdict) -> Rank<'_> {
    let (rank, severity) = match &verdict.ruling {
        Ruling::NotInForce => (0, None),
        Ruling::NotApplicable { .. } => (1, None),
        Ruling::Pass => (2, None),
        Ruling::Inconclusive { .. } => (FAULTY, None),
        Ruling::Fail { severity, .. } => (FAULTY + 1, Some(*severity)),
    };
    (
        rank,
        severity,
        verdict.observed,
        verdict.observation,
        &verdict.message_vi,
    )
}
