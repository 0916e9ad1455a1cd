//! The audit log: who did what, to which address, on what ground.

use std::net::IpAddr;

use jiff::Timestamp;
use luytre_inventory::Denied;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who: an account, or the program for what it does by itself.
    pub actor: String,
    /// What.
    pub action: Action,
    /// Label of what was acted on: an endpoint, a scan, a finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The address contacted or refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// Number of the authorisation, or the ground in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// More, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A host was contacted.
    Contact,
    /// A permit was denied; nothing was sent.
    Denied(Denied),
    /// A scan began (written by the store).
    ScanBegun,
    /// A scan ended (written by the store).
    ScanFinished,
    /// A scan was found interrupted (written by the store).
    ScanInterrupted,
    /// A version of the inventory was saved (written by the store).
    InventorySaved,
    /// Someone decided on a finding (written by the store).
    FindingDecided,
    /// A source showed endpoints that nobody declared (written by the store).
    CandidatesFound,
    /// Someone decided on a candidate (written by the store).
    CandidateDecided,
    /// An authorisation was recorded.
    AuthorityRecorded,
    /// An authorisation was withdrawn.
    AuthorityRevoked,
    /// The kill switch was set.
    Stopped,
    /// The kill switch was released.
    Released,
}

/// An entry as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditLine {
    /// Its number.
    pub seq: i64,
    /// The entry.
    #[serde(flatten)]
    pub entry: AuditEntry,
    /// SHA-256 over the hash before it and the entry, lower-case hexadecimal.
    pub hash: String,
}

/// Which entries to read; the newest come first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not after.
    pub until: Option<Timestamp>,
    /// About this address.
    pub address: Option<IpAddr>,
    /// At most so many; none means 1,000.
    pub limit: Option<u32>,
}

/// What checking the chain found. A log whose newest lines were cut off is not told from a whole
/// one: keep the last hash elsewhere (in a printed report) to notice that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditCheck {
    /// So many lines, all in order.
    Whole(u64),
    /// The line of this number does not follow from those before it.
    Broken(i64),
}

/// The hash of the line `seq` with `body` after `previous`.
pub(crate) fn link(previous: &str, seq: i64, body: &str) -> String {
    hex(&Sha256::new()
        .chain_update(previous)
        .chain_update(seq.to_be_bytes())
        .chain_update(body)
        .finalize())
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
