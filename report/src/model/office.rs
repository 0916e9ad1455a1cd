//! The office that issues the document.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Settings of the heading, the recipients and the signature block (NĐ 30/2020/NĐ-CP, Phụ lục I).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letterhead {
    /// Superior body (cơ quan chủ quản trực tiếp).
    pub superior_body: String,
    /// Issuing body.
    pub issuing_body: String,
    /// Place name before the date, such as `Lam Giang`.
    pub place: String,
    /// Symbol after the number and the slash, such as `BC-PA05`.
    pub number_symbol: String,
    /// `Kính gửi:`; empty when the report goes to nobody above.
    #[serde(default)]
    pub addressees: Vec<String>,
    /// `Nơi nhận:` without the archive line, each without its closing `;`.
    #[serde(default)]
    pub recipients: Vec<String>,
    /// Unit that keeps the copy, in `Lưu: VT, <unit>.`
    pub archive_unit: String,
    /// Authority line above the position (`KT. TRƯỞNG PHÒNG`), if any.
    #[serde(default)]
    pub signing_authority: Option<String>,
    /// Position of the signatory (`TRƯỞNG PHÒNG`). No name and no signature image is ever drawn.
    pub signing_position: String,
}

/// Whether the document has been issued.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Issue {
    /// Number and day stay blank and `DỰ THẢO` is shown.
    Draft,
    /// Entered in the document ledger.
    Issued {
        /// Running number of the year.
        number: u32,
        /// Date of issue.
        date: Date,
    },
}

/// The mark a person chose for this export.
///
/// *Mật* and above exist so that the choice can be refused with its reason: such documents do not belong on a machine
/// connected to the Internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecrecyMark {
    /// No mark.
    Unmarked,
    /// Circulation limit `LƯU HÀNH NỘI BỘ` (NĐ 30/2020/NĐ-CP, Phụ lục I, Phần I, III.2).
    Internal,
    /// *Mật*: refused.
    Mat,
    /// *Tối mật*: refused.
    ToiMat,
    /// *Tuyệt mật*: refused.
    TuyetMat,
}

impl SecrecyMark {
    /// The mark in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unmarked => "Không đóng dấu",
            Self::Internal => "Lưu hành nội bộ",
            Self::Mat => "Mật",
            Self::ToiMat => "Tối mật",
            Self::TuyetMat => "Tuyệt mật",
        }
    }

    /// Whether it is a degree of state secrecy.
    pub fn state_secret(self) -> bool {
        matches!(self, Self::Mat | Self::ToiMat | Self::TuyetMat)
    }
}

/// The assessing unit (NĐ 331/2026/NĐ-CP Điều 31.2.c).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessor {
    /// Name of the unit.
    pub name: String,
    /// Its legal basis: independent unit, licensed, public body, designated. Missing is shown as missing.
    #[serde(default)]
    pub legal_basis: Option<String>,
    /// Statement of independence from the operator.
    #[serde(default)]
    pub independence: Option<String>,
}
