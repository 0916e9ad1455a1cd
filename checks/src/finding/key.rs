//! Identity of a finding: stable keys only, so that a rescan, a new address, a renamed host or a
//! reworded message never makes a second finding of the same fault.

use std::{fmt, str::FromStr};

use luytre_inventory::Zone;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Subject;

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FindingKey {
    /// Id of the check.
    pub check: String,
    /// The subject: an endpoint by its id, a system or owner by its code.
    pub subject: Subject,
    /// The part at fault; empty for the whole.
    pub part: String,
    /// From where it is seen, for exposure checks only.
    pub vantage: Option<Zone>,
}

/// Identity of a finding: UUID v5 over its key and incarnation.
///
/// The first finding of a key has incarnation 1. While it is open, or closed for at most 90 days,
/// every sighting belongs to it. A sighting after that begins incarnation 2 with an id and a first
/// date of its own; the old one stays as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FindingId(Uuid);

/// Namespace of finding ids. Never change it: every id ever handed out follows from it.
const NAMESPACE: Uuid = Uuid::from_u128(0x6c75_7974_7265_5f66_696e_6469_6e67_0001);

/// A text that is no finding id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a finding id")]
pub struct FindingIdError(String);

impl FindingId {
    /// The id of `incarnation` of `key`.
    pub fn of(key: &FindingKey, incarnation: u32) -> Self {
        let (kind, subject) = key.subject.parts();
        let vantage = key.vantage.map_or("", zone_name);
        // Lengths in front, so that no two keys give the same bytes.
        let mut bytes = Vec::new();
        for field in [&*key.check, kind, &*subject, &*key.part, vantage] {
            bytes.extend((field.len() as u64).to_be_bytes());
            bytes.extend(field.as_bytes());
        }
        bytes.extend(incarnation.to_be_bytes());
        Self(Uuid::new_v5(&NAMESPACE, &bytes))
    }

    /// The first eight digits, for people; any unique prefix names a finding.
    pub fn short(self) -> String {
        self.0.simple().to_string()[..8].to_owned()
    }
}

/// Name of a zone inside an id; independent of how a zone is printed or serialised.
const fn zone_name(zone: Zone) -> &'static str {
    match zone {
        Zone::Internet => "internet",
        Zone::Wan => "wan",
        Zone::Local => "local",
        Zone::Unknown => "unknown",
    }
}

impl Subject {
    /// Kind and value as text, the way they are hashed and stored.
    pub fn parts(&self) -> (&'static str, String) {
        match self {
            Self::Endpoint(id) => ("endpoint", id.hyphenated().to_string()),
            Self::Target(label) => ("target", label.clone()),
            Self::System(code) => ("system", code.to_string()),
            Self::Owner(code) => ("owner", code.to_string()),
        }
    }
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

impl FromStr for FindingId {
    type Err = FindingIdError;

    fn from_str(text: &str) -> Result<Self, FindingIdError> {
        text.parse()
            .map(Self)
            .map_err(|_| FindingIdError(text.chars().take(80).collect()))
    }
}
