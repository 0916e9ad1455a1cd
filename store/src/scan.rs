//! Scans and the questions asked of what they brought.

use jiff::Timestamp;
use luytre_checks::{Coverage, NewEvent, Severity, State, Verdict};
use luytre_inventory::{Code, Task};
use serde::Serialize;
use uuid::Uuid;

/// A scan about to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewScan {
    /// Identity, UUID v7.
    pub id: Uuid,
    /// When it began.
    pub started: Timestamp,
    /// Who began it.
    pub actor: String,
    /// Why, in words.
    pub reason: String,
    /// The version of the inventory it works from.
    pub inventory: Option<i64>,
    /// What it was asked for, in the words of whoever asks: given back as it is.
    pub request: serde_json::Value,
    /// The scan that it takes up again.
    pub resumes: Option<Uuid>,
    /// What it is going to do.
    pub tasks: Vec<Task>,
}

/// What a scan brings when it ends, besides its observations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanEnd {
    /// When it ended.
    pub ended: Timestamp,
    /// What it covered.
    pub coverage: Coverage,
    /// What its facts say.
    pub verdicts: Vec<Verdict>,
    /// What follows for the findings.
    pub events: Vec<NewEvent>,
}

/// A stored scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScanRecord {
    /// Identity.
    pub id: Uuid,
    /// When it began.
    pub started: Timestamp,
    /// When it ended or was found interrupted.
    pub ended: Option<Timestamp>,
    /// Where it stands.
    pub state: ScanState,
    /// Who began it.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// The version of the inventory it worked from.
    pub inventory: Option<i64>,
    /// What it was asked for; none in scans of older programs.
    pub request: Option<serde_json::Value>,
    /// The scan that it took up again.
    pub resumes: Option<Uuid>,
    /// How far its tasks came.
    pub tasks: TaskCounts,
}

/// Where a scan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScanState {
    /// Running, or its process died and nobody has noticed yet.
    Running,
    /// Ended with coverage and verdicts.
    Finished,
    /// Died on the way; its observations are kept, it closed nothing.
    Interrupted,
}

/// How far the tasks of a scan came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct TaskCounts {
    /// All tasks.
    pub planned: i64,
    /// Begun.
    pub taken: i64,
    /// Ended.
    pub done: i64,
}

/// Which looks to read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LookFilter {
    /// Of one system only.
    pub system: Option<Code>,
    /// Of one declared endpoint only.
    pub endpoint: Option<Uuid>,
}

/// Which findings to read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FindingFilter {
    /// Of one system.
    pub system: Option<Code>,
    /// Of the systems that one body owns on the day asked, by the latest inventory.
    pub owner: Option<Code>,
    /// At least so severe.
    pub severity: Option<Severity>,
    /// In this state at the moment asked.
    pub state: Option<State>,
    /// Of one check.
    pub check: Option<String>,
}
