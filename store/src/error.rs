//! What can go wrong, one variant per operation.

use std::{io, path::PathBuf};

use crate::LockError;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder or file could not be made private to its owner.
    #[error("cannot prepare {path}")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The database could not be opened.
    #[error("cannot open the database {path}")]
    Open {
        /// Which.
        path: PathBuf,
        /// Why.
        source: Cause,
    },
    /// The database was written by a newer program.
    #[error(
        "the database {path} has schema version {found}, this program knows only up to {known}: \
         use the newer program"
    )]
    Newer {
        /// Which.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The database needs an upgrade while a scanner holds the workspace.
    #[error("cannot upgrade the database {path}")]
    Upgrade {
        /// Which.
        path: PathBuf,
        /// Who holds it.
        source: LockError,
    },
    /// Saving an inventory.
    #[error("cannot save the inventory")]
    SaveInventory(#[source] Cause),
    /// Reading an inventory.
    #[error("cannot read the inventory")]
    ReadInventory(#[source] Cause),
    /// Beginning a scan.
    #[error("cannot begin the scan")]
    BeginScan(#[source] Cause),
    /// Marking a task.
    #[error("cannot mark the task")]
    MarkTask(#[source] Cause),
    /// Adding observations.
    #[error("cannot store the observations")]
    AddObservations(#[source] Cause),
    /// Finishing a scan.
    #[error("cannot finish the scan")]
    FinishScan(#[source] Cause),
    /// Marking scans that were interrupted.
    #[error("cannot mark interrupted scans")]
    InterruptScans(#[source] Cause),
    /// Reading scans.
    #[error("cannot read the scans")]
    ReadScans(#[source] Cause),
    /// Reading observations.
    #[error("cannot read the observations")]
    ReadObservations(#[source] Cause),
    /// Reading verdicts.
    #[error("cannot read the verdicts")]
    ReadVerdicts(#[source] Cause),
    /// Reading findings.
    #[error("cannot read the findings")]
    ReadFindings(#[source] Cause),
    /// A prefix that fits no finding, or many.
    #[error("`{prefix}` fits {matches} findings")]
    NoSuchFinding {
        /// What was asked.
        prefix: String,
        /// How many it fits; counted up to two.
        matches: usize,
    },
    /// Recording what happened to findings.
    #[error("cannot record the finding's event")]
    RecordEvents(#[source] Cause),
    /// Writing down what a source showed.
    #[error("cannot write down what was discovered")]
    HearSource(#[source] Cause),
    /// Reading candidates.
    #[error("cannot read the candidates")]
    ReadCandidates(#[source] Cause),
    /// A prefix that fits no candidate, or many.
    #[error("`{prefix}` fits {matches} candidates")]
    NoSuchCandidate {
        /// What was asked.
        prefix: String,
        /// How many it fits; counted up to two.
        matches: usize,
    },
    /// Recording what a person decided on candidates.
    #[error("cannot record the decision")]
    DecideCandidates(#[source] Cause),
    /// Reading coverage.
    #[error("cannot read the coverage")]
    ReadCoverage(#[source] Cause),
    /// Appending to the audit log.
    #[error("cannot write the audit log")]
    WriteAudit(#[source] Cause),
    /// Reading the audit log.
    #[error("cannot read the audit log")]
    ReadAudit(#[source] Cause),
    /// Reading the figures for metrics.
    #[error("cannot read the figures")]
    ReadPicture(#[source] Cause),
}

/// Why an operation failed.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// SQL.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    /// Migration.
    #[error(transparent)]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// JSON that does not read or write.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A stored value that no version of this program writes.
    #[error("the database holds an impossible value: {0}")]
    Corrupt(String),
    /// The inventory was changed since it was read.
    #[error("the inventory was changed meanwhile; nothing was written")]
    Moved,
    /// A scan that is not running.
    #[error("scan {0} is not running")]
    NotRunning(uuid::Uuid),
}
