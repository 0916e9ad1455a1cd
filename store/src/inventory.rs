//! Versions of the inventory.

use jiff::Timestamp;
use serde::Serialize;

/// One stored version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InventoryVersion {
    /// Its number, from 1, without gaps in meaning: a later version has a higher number.
    pub number: i64,
    /// SHA-256 of its JSON, lower-case hexadecimal.
    pub sha256: String,
    /// When it was saved.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
    /// Why, in words.
    pub note: String,
}
