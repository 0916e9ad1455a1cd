//! What a store can do, in whole transactions.

use jiff::{Timestamp, civil::Date};
use luytre_checks::{Covered, Event, Finding, NewEvent, Observation, Subject};
use luytre_inventory::{Candidate, CandidateEvent, Code, Inventory, NewCandidateEvent};
use uuid::Uuid;

use crate::{
    Admission, AuditCheck, AuditEntry, AuditFilter, AuditLine, Error, FindingFilter, Heard,
    InventoryVersion, LookFilter, NewScan, Picture, ScanEnd, ScanRecord, Sightings, VerdictRun,
};

/// The memory of a workspace. Every method is one transaction: it happens whole or not at all.
pub trait Store: Send + Sync {
    /// Saves `inventory` as the next version. The bytes of the latest version are not saved twice:
    /// that version is given back.
    fn save_inventory(
        &self,
        inventory: &Inventory,
        at: Timestamp,
        actor: &str,
        note: &str,
    ) -> impl Future<Output = Result<InventoryVersion, Error>> + Send;

    /// The inventory of version `number`, or the latest; none if there is none.
    fn inventory(
        &self,
        number: Option<i64>,
    ) -> impl Future<Output = Result<Option<(InventoryVersion, Inventory)>, Error>> + Send;

    /// All versions, newest first.
    fn inventory_versions(
        &self,
    ) -> impl Future<Output = Result<Vec<InventoryVersion>, Error>> + Send;

    /// Begins a scan. Only the holder of [`crate::ScannerLock`] may.
    fn begin_scan(&self, scan: &NewScan) -> impl Future<Output = Result<(), Error>> + Send;

    /// Marks tasks as taken, and tasks as done; all of them or, if one is not of the scan, none.
    fn mark_tasks(
        &self,
        scan: Uuid,
        taken: &[Uuid],
        done: &[Uuid],
        at: Timestamp,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Adds observations to a running scan. They stay even if the scan never finishes. An
    /// observation that is there already is left as it is.
    fn add_observations(
        &self,
        scan: Uuid,
        observations: &[Observation],
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Finishes a running scan: coverage first, then verdicts, then what follows for the findings.
    /// False, with nothing written, if it was finished already.
    fn finish_scan(
        &self,
        scan: Uuid,
        end: &ScanEnd,
    ) -> impl Future<Output = Result<bool, Error>> + Send;

    /// Marks every running scan as interrupted. Only the holder of [`crate::ScannerLock`] may,
    /// before it begins a scan of its own.
    fn interrupt_scans(
        &self,
        at: Timestamp,
    ) -> impl Future<Output = Result<Vec<Uuid>, Error>> + Send;

    /// The newest scans, newest first.
    fn scans(&self, limit: u32) -> impl Future<Output = Result<Vec<ScanRecord>, Error>> + Send;

    /// The newest finished scan.
    fn last_scan(&self) -> impl Future<Output = Result<Option<ScanRecord>, Error>> + Send;

    /// The observations of one scan, in the order stored.
    fn observations_of_scan(
        &self,
        scan: Uuid,
    ) -> impl Future<Output = Result<Vec<Observation>, Error>> + Send;

    /// One observation.
    fn observation(
        &self,
        id: Uuid,
    ) -> impl Future<Output = Result<Option<Observation>, Error>> + Send;

    /// The newest look of each place, probe and vantage, at each address and port of its newest
    /// scan.
    fn latest_looks(
        &self,
        filter: &LookFilter,
    ) -> impl Future<Output = Result<Vec<Observation>, Error>> + Send;

    /// The same of looks that succeeded: the facts to judge again without a packet.
    fn latest_measured(
        &self,
        filter: &LookFilter,
    ) -> impl Future<Output = Result<Vec<Observation>, Error>> + Send;

    /// The current verdicts of a system, or of all.
    fn verdicts(
        &self,
        system: Option<&Code>,
    ) -> impl Future<Output = Result<Vec<VerdictRun>, Error>> + Send;

    /// All runs of one check on one subject, oldest first.
    fn verdict_history(
        &self,
        check: &str,
        subject: &Subject,
    ) -> impl Future<Output = Result<Vec<VerdictRun>, Error>> + Send;

    /// Every finding, of any state and incarnation: what reconcile needs.
    fn known_findings(&self) -> impl Future<Output = Result<Vec<Finding>, Error>> + Send;

    /// Findings that pass `filter` at `now` on `today`, worst first, then oldest first.
    fn findings(
        &self,
        filter: &FindingFilter,
        now: Timestamp,
        today: Date,
    ) -> impl Future<Output = Result<Vec<Finding>, Error>> + Send;

    /// The finding whose id begins with `prefix` (at least four hexadecimal digits), with its
    /// events.
    fn finding(
        &self,
        prefix: &str,
    ) -> impl Future<Output = Result<(Finding, Vec<Event>), Error>> + Send;

    /// Records what a person or the inventory did to findings.
    fn record_events(&self, events: &[NewEvent]) -> impl Future<Output = Result<(), Error>> + Send;

    /// Writes down what one source showed that nobody declared. What the same source (by its origin)
    /// said before is left out, so that reading a file twice changes nothing.
    fn hear_source(
        &self,
        sightings: &Sightings,
    ) -> impl Future<Output = Result<Heard, Error>> + Send;

    /// Every candidate, of any state.
    fn candidates(&self) -> impl Future<Output = Result<Vec<Candidate>, Error>> + Send;

    /// The candidate whose id begins with `prefix` (at least four hexadecimal digits), with its
    /// events.
    fn candidate(
        &self,
        prefix: &str,
    ) -> impl Future<Output = Result<(Candidate, Vec<CandidateEvent>), Error>> + Send;

    /// Records what a person decided on candidates.
    fn decide_candidates(
        &self,
        events: &[NewCandidateEvent],
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Saves the inventory with what was admitted and records the decision: both or neither.
    fn admit_candidates(
        &self,
        admission: &Admission,
    ) -> impl Future<Output = Result<InventoryVersion, Error>> + Send;

    /// The lines of coverage of one scan, in the order stored.
    fn coverage_of_scan(
        &self,
        scan: Uuid,
    ) -> impl Future<Output = Result<Vec<Covered>, Error>> + Send;

    /// The newest scan that covered `system`, with its lines for that system; none if none did.
    fn coverage_of_system(
        &self,
        system: &Code,
    ) -> impl Future<Output = Result<Option<(ScanRecord, Vec<Covered>)>, Error>> + Send;

    /// Appends to the audit log.
    fn append_audit(
        &self,
        entries: &[AuditEntry],
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Reads the audit log, newest first.
    fn audit(
        &self,
        filter: &AuditFilter,
    ) -> impl Future<Output = Result<Vec<AuditLine>, Error>> + Send;

    /// Checks the chain of the audit log.
    fn check_audit(&self) -> impl Future<Output = Result<AuditCheck, Error>> + Send;

    /// One consistent picture for metrics.
    fn picture(&self) -> impl Future<Output = Result<Picture, Error>> + Send;
}
