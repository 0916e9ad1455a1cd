//! Requirements and how they stand.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A requirement of a policy pack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Clause, such as `TCVN 11930:2017, 6.2.1`.
    pub clause: String,
    /// Title.
    pub title: String,
    /// Group for totals.
    pub group: String,
    /// A measurement can only contradict it, never prove it.
    pub contradict_only: bool,
    /// How it stands.
    pub state: RequirementState,
}

/// State of a requirement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum RequirementState {
    /// *Đáp ứng*.
    Met {
        /// What shows it.
        basis: Basis,
        /// Document or measurement, in words.
        source: String,
    },
    /// *Chưa đáp ứng*.
    NotMet {
        /// What shows it.
        basis: Basis,
        /// Finding codes or document, in words.
        source: String,
    },
    /// *Không áp dụng*.
    NotApplicable {
        /// Why.
        reason: String,
    },
    /// *Chưa có bằng chứng*.
    NoEvidence(NoEvidence),
}

/// What shows that a requirement stands as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// A measurement.
    Scan,
    /// Imported data.
    Import,
    /// A document or statement of the owner.
    Attestation,
}

impl Basis {
    /// The basis in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scan => "Kết quả đo",
            Self::Import => "Số liệu nhập",
            Self::Attestation => "Hồ sơ, xác nhận",
        }
    }
}

/// The two kinds of *Chưa có bằng chứng*.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum NoEvidence {
    /// *Cần hồ sơ*: nothing against it was seen, but only a document can confirm it.
    NeedsRecord {
        /// Last measurement that saw nothing against it, if there was one.
        #[serde(default)]
        scanned: Option<Date>,
        /// Document to send.
        document: String,
    },
    /// *Chưa kiểm tra được*.
    NotMeasured {
        /// Why.
        reason: String,
    },
}
