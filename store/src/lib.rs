//! Remembers: inventory versions, scans, observations, verdicts, findings, coverage, the audit log.
//!
//! [`Store`] speaks in whole transactions and in our own words; [`Sqlite`] is its backend. Nothing
//! here reads the clock: times are passed in, and kept to the microsecond.

mod audit;
mod candidate;
mod error;
mod inventory;
mod lock;
mod metrics;
mod scan;
mod sqlite;
mod store;
mod verdict;

pub use audit::{Action, AuditCheck, AuditEntry, AuditFilter, AuditLine};
pub use candidate::{Admission, Heard, Sightings};
pub use error::{Cause, Error};
pub use inventory::InventoryVersion;
pub use lock::{Holder, LockError, ScannerLock};
pub use metrics::{Counters, Look, Picture, SystemCoverage};
pub use scan::{FindingFilter, LookFilter, NewScan, ScanEnd, ScanRecord, ScanState, TaskCounts};
pub use sqlite::Sqlite;
pub use store::Store;
pub use verdict::VerdictRun;
