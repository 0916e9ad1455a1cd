//! The transactions of [`Store`], each with the name of its failure.

use jiff::{Timestamp, civil::Date};
use luytre_checks::{Covered, Event, Finding, NewEvent, Observation, Subject};
use luytre_inventory::{Candidate, CandidateEvent, Code, Inventory, NewCandidateEvent};
use uuid::Uuid;

use super::{Sqlite, audit, inventory, scans};
use crate::{
    Admission, AuditCheck, AuditEntry, AuditFilter, AuditLine, Cause, Error, FindingFilter, Heard,
    InventoryVersion, LookFilter, NewScan, Picture, ScanEnd, ScanRecord, Sightings, Store,
    VerdictRun,
};

impl Store for Sqlite {
    async fn save_inventory(
        &self,
        inventory: &Inventory,
        at: Timestamp,
        actor: &str,
        note: &str,
    ) -> Result<InventoryVersion, Error> {
        self.save(inventory, at, actor, note)
            .await
            .map_err(Error::SaveInventory)
    }

    async fn inventory(
        &self,
        number: Option<i64>,
    ) -> Result<Option<(InventoryVersion, Inventory)>, Error> {
        let load = async {
            let mut tx = self.read().await?;
            inventory::load(&mut tx, number).await
        };
        load.await.map_err(Error::ReadInventory)
    }

    async fn inventory_versions(&self) -> Result<Vec<InventoryVersion>, Error> {
        self.versions().await.map_err(Error::ReadInventory)
    }

    async fn begin_scan(&self, scan: &NewScan) -> Result<(), Error> {
        self.begin(scan).await.map_err(Error::BeginScan)
    }

    async fn mark_tasks(
        &self,
        scan: Uuid,
        taken: &[Uuid],
        done: &[Uuid],
        at: Timestamp,
    ) -> Result<(), Error> {
        self.mark(scan, taken, done, at)
            .await
            .map_err(Error::MarkTask)
    }

    async fn add_observations(
        &self,
        scan: Uuid,
        observations: &[Observation],
    ) -> Result<(), Error> {
        self.add(scan, observations)
            .await
            .map_err(Error::AddObservations)
    }

    async fn finish_scan(&self, scan: Uuid, end: &ScanEnd) -> Result<bool, Error> {
        self.finish(scan, end).await.map_err(Error::FinishScan)
    }

    async fn interrupt_scans(&self, at: Timestamp) -> Result<Vec<Uuid>, Error> {
        self.interrupt(at).await.map_err(Error::InterruptScans)
    }

    async fn scans(&self, limit: u32) -> Result<Vec<ScanRecord>, Error> {
        self.records(limit).await.map_err(Error::ReadScans)
    }

    async fn last_scan(&self) -> Result<Option<ScanRecord>, Error> {
        let read = async {
            let mut tx = self.read().await?;
            scans::last(&mut tx).await
        };
        read.await.map_err(Error::ReadScans)
    }

    async fn observations_of_scan(&self, scan: Uuid) -> Result<Vec<Observation>, Error> {
        self.of_scan(scan).await.map_err(Error::ReadObservations)
    }

    async fn observation(&self, id: Uuid) -> Result<Option<Observation>, Error> {
        self.one(id).await.map_err(Error::ReadObservations)
    }

    async fn latest_looks(&self, filter: &LookFilter) -> Result<Vec<Observation>, Error> {
        self.newest(filter, false)
            .await
            .map_err(Error::ReadObservations)
    }

    async fn latest_measured(&self, filter: &LookFilter) -> Result<Vec<Observation>, Error> {
        self.newest(filter, true)
            .await
            .map_err(Error::ReadObservations)
    }

    async fn verdicts(&self, system: Option<&Code>) -> Result<Vec<VerdictRun>, Error> {
        self.current(system).await.map_err(Error::ReadVerdicts)
    }

    async fn verdict_history(
        &self,
        check: &str,
        subject: &Subject,
    ) -> Result<Vec<VerdictRun>, Error> {
        self.history(check, subject)
            .await
            .map_err(Error::ReadVerdicts)
    }

    async fn known_findings(&self) -> Result<Vec<Finding>, Error> {
        self.all_findings().await.map_err(Error::ReadFindings)
    }

    async fn findings(
        &self,
        filter: &FindingFilter,
        now: Timestamp,
        today: Date,
    ) -> Result<Vec<Finding>, Error> {
        self.list_findings(filter, now, today)
            .await
            .map_err(Error::ReadFindings)
    }

    async fn finding(&self, prefix: &str) -> Result<(Finding, Vec<Event>), Error> {
        self.find(prefix).await
    }

    async fn record_events(&self, events: &[NewEvent]) -> Result<(), Error> {
        self.decide(events).await.map_err(Error::RecordEvents)
    }

    async fn hear_source(&self, sightings: &Sightings) -> Result<Heard, Error> {
        self.hear(sightings).await.map_err(Error::HearSource)
    }

    async fn candidates(&self) -> Result<Vec<Candidate>, Error> {
        self.all_candidates().await.map_err(Error::ReadCandidates)
    }

    async fn candidate(&self, prefix: &str) -> Result<(Candidate, Vec<CandidateEvent>), Error> {
        self.find_candidate(prefix).await
    }

    async fn decide_candidates(&self, events: &[NewCandidateEvent]) -> Result<(), Error> {
        self.decide_on(events)
            .await
            .map_err(Error::DecideCandidates)
    }

    async fn admit_candidates(&self, admission: &Admission) -> Result<InventoryVersion, Error> {
        self.admit(admission).await.map_err(Error::DecideCandidates)
    }

    async fn coverage_of_scan(&self, scan: Uuid) -> Result<Vec<Covered>, Error> {
        self.lines_of(scan).await.map_err(Error::ReadCoverage)
    }

    async fn coverage_of_system(
        &self,
        system: &Code,
    ) -> Result<Option<(ScanRecord, Vec<Covered>)>, Error> {
        self.lines_of_system(system)
            .await
            .map_err(Error::ReadCoverage)
    }

    async fn append_audit(&self, entries: &[AuditEntry]) -> Result<(), Error> {
        let append = async {
            let mut tx = self.write().await?;
            audit::append(&mut tx, entries).await?;
            tx.commit().await.map_err(Cause::from)
        };
        append.await.map_err(Error::WriteAudit)
    }

    async fn audit(&self, filter: &AuditFilter) -> Result<Vec<AuditLine>, Error> {
        self.lines(filter).await.map_err(Error::ReadAudit)
    }

    async fn check_audit(&self) -> Result<AuditCheck, Error> {
        self.check_chain().await.map_err(Error::ReadAudit)
    }

    async fn picture(&self) -> Result<Picture, Error> {
        self.read_picture().await.map_err(Error::ReadPicture)
    }
}
