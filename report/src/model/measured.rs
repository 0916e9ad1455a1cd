//! What was measured, and what was not.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// How the measurement was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// Profile in words (`Nhẹ: mỗi máy chủ một phiên kết nối`).
    pub profile: String,
    /// Probes used, in words.
    pub probes: Vec<String>,
    /// Sensors used.
    #[serde(default)]
    pub sensors: Vec<String>,
    /// What was deliberately not done.
    pub not_done: Vec<String>,
    /// Editions of the data used besides the packs (root stores, feeds), in words.
    #[serde(default)]
    pub editions: Vec<String>,
}

/// An endpoint of the system.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    /// `host:port`, a host, or an address.
    pub endpoint: String,
    /// Addresses measured.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// What it is for.
    #[serde(default)]
    pub purpose: Option<String>,
    /// Measured or not.
    pub state: AssetState,
}

/// Whether an endpoint was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum AssetState {
    /// Every planned measurement succeeded.
    Measured {
        /// Last success.
        at: Timestamp,
    },
    /// Some succeeded.
    Partly {
        /// Last success.
        at: Timestamp,
        /// What failed and why, in words.
        reason: String,
    },
    /// None succeeded.
    Unmeasured {
        /// Why, in words.
        reason: String,
    },
}

/// Measurements planned and made. A figure without it says nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// Measurements planned (endpoint × address × check × vantage).
    pub planned: u64,
    /// Of these, made.
    pub measured: u64,
    /// Those not made, by reason.
    #[serde(default)]
    pub unmeasured: Vec<Unmeasured>,
    /// Not planned because no authorisation covers them.
    #[serde(default)]
    pub not_permitted: u64,
    /// Percentage of `planned` below which no overall statement is made.
    pub threshold_percent: u8,
}

impl Coverage {
    /// Whether an overall statement may be made; never when nothing was measured, whatever the threshold.
    pub fn sufficient(&self) -> bool {
        self.measured > 0
            && u128::from(self.measured) * 100
                >= u128::from(self.threshold_percent) * u128::from(self.planned)
    }
}

/// Count of measurements that failed for one reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unmeasured {
    /// The reason, in words.
    pub reason: String,
    /// How many.
    pub count: u64,
}

/// Verdicts by outcome; all five are shown, none is folded into another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeCounts {
    /// Nothing against the requirement was seen.
    pub pass: u64,
    /// A fault was seen.
    pub fail: u64,
    /// The requirement does not apply.
    pub not_applicable: u64,
    /// The requirement is not in force on the day.
    pub not_in_force: u64,
    /// Could not be told.
    pub inconclusive: u64,
}

impl OutcomeCounts {
    /// All verdicts.
    pub fn total(&self) -> u64 {
        self.pass + self.fail + self.not_applicable + self.not_in_force + self.inconclusive
    }
}

/// A certificate served by an endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Where it is served.
    pub endpoint: String,
    /// Subject, as the certificate says.
    pub subject: String,
    /// Issuer, as the certificate says.
    pub issuer: String,
    /// First day of validity, Vietnamese time.
    pub not_before: Date,
    /// Last day of validity, Vietnamese time.
    pub not_after: Date,
    /// Whether the chain leads to a trusted root.
    pub trust: Trust,
}

/// Verdict on a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Leads to a root of the stores used.
    Trusted,
    /// Does not.
    Untrusted,
    /// Could not be told.
    Unknown,
}

impl Trust {
    /// The verdict in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trusted => "Tin cậy",
            Self::Untrusted => "Không tin cậy",
            Self::Unknown => "Chưa xác định",
        }
    }
}

/// A service that answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Host or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protocol spoken, such as `ssh`.
    pub protocol: String,
    /// Product and version as announced.
    #[serde(default)]
    pub product: Option<String>,
    /// Declared in the inventory.
    pub declared: bool,
}
