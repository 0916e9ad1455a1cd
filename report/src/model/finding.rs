//! Findings as a document shows them.

use jiff::civil::Date;
use luytre_checks::Severity;
use serde::{Deserialize, Serialize};

/// A finding (in documents: *tồn tại*).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Code people quote, such as `PH-0147`.
    pub code: String,
    /// Identifier of the check.
    pub check: String,
    /// Title, Vietnamese.
    pub title: String,
    /// Endpoint or system it concerns.
    pub target: String,
    /// Subject inside the target (port, suite, cookie); empty when the target says it all.
    #[serde(default)]
    pub subject: String,
    /// Severity set by policy.
    pub severity: Severity,
    /// State.
    pub state: FindingState,
    /// First seen, Vietnamese time.
    pub first_seen: Date,
    /// Last confirmed by a measurement, Vietnamese time.
    pub last_confirmed: Date,
    /// Day by which it should be mended.
    #[serde(default)]
    pub due: Option<Date>,
    /// Where the due date comes from; required when there is one.
    #[serde(default)]
    pub due_basis: Option<DueBasis>,
    /// Unit that can mend it; missing is shown as missing.
    #[serde(default)]
    pub mender: Option<String>,
    /// Why it matters, one or two sentences.
    #[serde(default)]
    pub risk: Option<String>,
    /// What to do.
    pub fix: String,
    /// Redacted evidence lines.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// Clauses it contradicts.
    #[serde(default)]
    pub clauses: Vec<String>,
}

/// State of a finding, derived from its events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum FindingState {
    /// Seen by a measurement, not yet confirmed by an officer.
    Open,
    /// Confirmed by an officer.
    Confirmed,
    /// The owner has been notified.
    Notified,
    /// Came back after it was closed.
    Reopened,
    /// Could not be measured again; still stands.
    Unreachable,
    /// The owner disagrees; still stands.
    Disputed,
    /// Risk accepted by the owner until a day; never counts as good.
    Accepted {
        /// Last day of the acceptance.
        until: Date,
    },
    /// Marked as a false positive until a day.
    FalsePositive {
        /// Last day of the mark.
        until: Date,
    },
    /// A covering measurement no longer saw it.
    Fixed {
        /// Day of that measurement.
        on: Date,
    },
    /// The endpoint left the inventory.
    Retired,
}

impl FindingState {
    /// Whether it still asks for work.
    pub fn open(&self) -> bool {
        matches!(
            self,
            Self::Open
                | Self::Confirmed
                | Self::Notified
                | Self::Reopened
                | Self::Unreachable
                | Self::Disputed
        )
    }
}

/// Where a due date comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum DueBasis {
    /// A legal provision, cited.
    Law(String),
    /// A demand or notice, cited.
    Request(String),
    /// The provincial plan, cited.
    Plan(String),
    /// The product's own default: never a legal term.
    ProductDefault,
}
