//! Units (cơ quan, đơn vị): every body that has a role towards a system.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Code;

/// A body: a people's committee, department, commune, hospital, provider of hosting. Dated, so that
/// last year's report still names last year's body after a merger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Stable short code.
    pub code: Code,
    /// Official name, NFC.
    pub name: String,
    /// Kind of body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<UnitKind>,
    /// The body above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Code>,
    /// First day of its existence, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day of its existence (merged or dissolved).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The body that took over its work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<Code>,
    /// Older names and spellings under which sheets still call it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Representative, address and contact (Mẫu số 08 part 2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
}

impl Unit {
    /// A unit of which only code and name are known.
    pub fn new(code: Code, name: impl Into<String>) -> Self {
        Self {
            code,
            name: name.into(),
            kind: None,
            parent: None,
            from: None,
            until: None,
            successor: None,
            aliases: Vec::new(),
            contact: None,
        }
    }
}

/// How to reach a unit. Positions, not private persons, wherever possible.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Contact {
    /// Document that gives the unit its mandate (Mẫu số 08 part 2).
    pub mandate: Option<String>,
    /// Representative and position.
    pub representative: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// Telephone number as written.
    pub telephone: Option<String>,
    /// Official e-mail.
    pub email: Option<String>,
}

/// Kind of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// UBND tỉnh.
    Province,
    /// Sở, ban, ngành cấp tỉnh.
    Department,
    /// UBND cấp xã.
    Commune,
    /// Đơn vị sự nghiệp công lập (hospital, school, centre).
    PublicService,
    /// Doanh nghiệp cung cấp dịch vụ.
    Company,
    /// Cơ quan Đảng, đoàn thể.
    Party,
    /// Anything else.
    Other,
}
