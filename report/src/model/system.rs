//! What the inventory and the papers say of the system.

use jiff::civil::Date;
use luytre_inventory::{Level, Route, Zone};
use serde::{Deserialize, Serialize};

/// Facts of the system; a missing one is shown as *thiếu thông tin*, never guessed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// Code in the inventory.
    pub code: String,
    /// Full name.
    pub name: String,
    /// Owner (chủ quản hệ thống thông tin).
    #[serde(default)]
    pub owner: Option<String>,
    /// Operator (đơn vị vận hành).
    #[serde(default)]
    pub operator: Option<String>,
    /// Service provider (nhà cung cấp dịch vụ).
    #[serde(default)]
    pub provider: Option<String>,
    /// Using units.
    #[serde(default)]
    pub using_units: Vec<String>,
    /// Kind of system, in words (phục vụ người dân, doanh nghiệp …).
    #[serde(default)]
    pub kind: Option<String>,
    /// Kinds of information handled, in words.
    #[serde(default)]
    pub information: Vec<String>,
    /// Level and the decision that approved it.
    #[serde(default)]
    pub approval: Option<Approval>,
    /// Level the product proposes, with reasons.
    #[serde(default)]
    pub proposal: Option<Proposal>,
    /// Quy chế bảo đảm an ninh mạng of the system.
    #[serde(default)]
    pub regulation: Option<Decision>,
    /// Where and by whom it is hosted.
    #[serde(default)]
    pub hosting: Option<String>,
    /// Connection to central monitoring (Luật 116/2025/QH15 Điều 40.1.b).
    #[serde(default)]
    pub monitoring: Option<String>,
    /// Systems it exchanges data with.
    #[serde(default)]
    pub interconnections: Vec<String>,
    /// Day it went into operation.
    #[serde(default)]
    pub live_since: Option<Date>,
}

/// The approved level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Approved level.
    pub level: Level,
    /// The decision; a level without one is shown as claimed, not approved.
    #[serde(default)]
    pub decision: Option<Decision>,
}

/// A decision or regulation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Number and symbol.
    pub number: String,
    /// Date.
    #[serde(default)]
    pub date: Option<Date>,
    /// Issuing authority.
    #[serde(default)]
    pub authority: Option<String>,
}

/// A proposed level; advisory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// Proposed level; none when no criterion matched.
    #[serde(default)]
    pub level: Option<Level>,
    /// Reasons, with their articles.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// What was assumed.
    #[serde(default)]
    pub assumptions: Vec<String>,
    /// A person has to decide.
    #[serde(default)]
    pub needs_human: bool,
}

/// A paper that allowed the measurement (regulation: Luật 116/2025/QH15 Điều 12, NĐ 331 Điều 32.5, NĐ 333 Điều 7.5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authorisation {
    /// By which route.
    pub route: Route,
    /// Number and symbol.
    pub number: String,
    /// Date.
    #[serde(default)]
    pub date: Option<Date>,
    /// Scope in words.
    pub scope: String,
    /// Last day it is valid.
    #[serde(default)]
    pub until: Option<Date>,
    /// From where it was measured: only from the Internet may exposure be claimed.
    pub vantage: Zone,
}

/// A policy pack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Identifier, such as `vn-nd331-2026`.
    pub id: String,
    /// Version.
    pub version: String,
    /// Title in words.
    pub title: String,
    /// How sure its content is, in words (`Đã đọc toàn văn`, `Nguồn thứ cấp` …).
    pub certainty: String,
}

/// A missing inventory field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The field, in words.
    pub field: String,
    /// What cannot be done without it.
    pub consequence: String,
    /// Who can supply it.
    #[serde(default)]
    pub supplier: Option<String>,
}
