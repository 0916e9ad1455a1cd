//! How bad a finding is. Never chosen by a check, always by policy.

use luytre_inventory::{Text, Zone};
use serde::{Deserialize, Serialize};

/// Severity, the bands used in Vietnamese reports (CVSS v3.1/v4.0 bands).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Thông tin.
    Info,
    /// Thấp.
    Low,
    /// Trung bình.
    Medium,
    /// Cao.
    High,
    /// Nghiêm trọng.
    Critical,
}

impl Severity {
    /// All, mildest first.
    pub const ALL: [Self; 5] = [
        Self::Info,
        Self::Low,
        Self::Medium,
        Self::High,
        Self::Critical,
    ];

    /// Name in JSON and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// For people.
    pub const fn text(self) -> Text {
        match self {
            Self::Info => Text::new("Thông tin", "Info"),
            Self::Low => Text::new("Thấp", "Low"),
            Self::Medium => Text::new("Trung bình", "Medium"),
            Self::High => Text::new("Cao", "High"),
            Self::Critical => Text::new("Nghiêm trọng", "Critical"),
        }
    }
}

/// From where the fault is known to be reachable. Only an Internet vantage proves exposure to the
/// Internet (architecture rule 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exposure {
    /// Seen from inside only, and not declared as public.
    Internal,
    /// Declared as public, not seen from the Internet.
    Declared,
    /// Seen from an Internet vantage.
    Internet,
}

impl Exposure {
    /// The exposure of what was seen from `vantage` and is declared for `zone`. A zone nobody declared
    /// is not "declared as public".
    pub fn of(vantage: Zone, zone: Option<Zone>) -> Self {
        match (vantage, zone) {
            (Zone::Internet, _) => Self::Internet,
            (_, Some(Zone::Internet)) => Self::Declared,
            _ => Self::Internal,
        }
    }
}
