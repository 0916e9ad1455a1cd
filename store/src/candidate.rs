//! What is asked of and told to the store about candidates.

use jiff::Timestamp;
use luytre_inventory::{Discovery, Inventory, NewCandidateEvent, Spot};

/// What one source showed, to be written down at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sightings {
    /// When it is written down.
    pub at: Timestamp,
    /// Who reads the source: a person's account, or the program for a scan.
    pub actor: String,
    /// The source for the audit log: kind, name and SHA-256 of a file, or the id of a scan.
    pub source: String,
    /// What it showed.
    pub spots: Vec<(Spot, Discovery)>,
}

/// What became of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Heard {
    /// Candidates that nobody knew of.
    pub new: u64,
    /// Candidates known before, of which this source speaks for the first time.
    pub again: u64,
    /// Sightings that stood here already: the source was read before.
    pub repeated: u64,
}

/// A candidate that becomes a part of the inventory: both in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// The version of the inventory that `inventory` was made from; none if there was none. If a newer
    /// one was saved meanwhile, nothing is written.
    pub base: Option<i64>,
    /// The inventory with the new endpoint.
    pub inventory: Inventory,
    /// The events of the candidates admitted.
    pub events: Vec<NewCandidateEvent>,
}
