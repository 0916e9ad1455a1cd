//! Information systems: the minimum model of Mẫu số 08 (NĐ 331/2026) and what the law adds.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Code, Endpoint, Level, Profile};

/// An information system. Only `code`, `name` and one role are certain to be there; everything
/// else may be missing and is then counted as *thiếu thông tin*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct System {
    /// Stable short code; generated at import when the sheet has none.
    pub code: Code,
    /// Official name, NFC.
    pub name: String,
    /// Bodies with a role towards the system, each with the time of the role.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// Approved levels, oldest first; the last one in force on a date counts.
    #[serde(default)]
    pub levels: Vec<ApprovedLevel>,
    /// Level put forward in the dossier (Mẫu số 08 column 5).
    #[serde(default)]
    pub proposed_level: Option<Level>,
    /// State of the level dossier (column 6).
    #[serde(default)]
    pub dossier: Option<DossierState>,
    /// Expected date of approval (column 9).
    #[serde(default)]
    pub expected_approval: Option<Date>,
    /// Quy chế bảo đảm an ninh mạng (column 8).
    #[serde(default)]
    pub regulation: Option<Paper>,
    /// How far the approved plan is deployed (column 10).
    #[serde(default)]
    pub plan: Option<PlanState>,
    /// Expected full deployment (column 11).
    #[serde(default)]
    pub expected_deployment: Option<Date>,
    /// Checks done (column 12).
    #[serde(default)]
    pub checks_done: BTreeSet<CheckDone>,
    /// Where it stands in its life.
    #[serde(default)]
    pub lifecycle: Lifecycle,
    /// What the level function needs to know.
    #[serde(default)]
    pub profile: Option<Profile>,
    /// Where it runs.
    #[serde(default)]
    pub hosting: Option<Hosting>,
    /// Day it went live.
    #[serde(default)]
    pub go_live: Option<Date>,
    /// Day the investment project began, for the transition of NĐ 331/2026 Điều 39.1.
    #[serde(default)]
    pub investment_start: Option<Date>,
    /// Day its level was last reviewed (rà soát).
    #[serde(default)]
    pub level_review: Option<Date>,
    /// Day of the check before operation (NĐ 331/2026 Điều 28.3).
    #[serde(default)]
    pub pre_operation_check: Option<Date>,
    /// Day of the last assessment with a report or minutes.
    #[serde(default)]
    pub last_assessment: Option<Date>,
    /// Connected to the monitoring centre (Luật 116/2025 Điều 40.1.b).
    #[serde(default)]
    pub monitored: Option<bool>,
    /// Important in the sense of the provincial plan (row II.9).
    #[serde(default)]
    pub important: Option<bool>,
    /// Old or delicate: scanned with the light profile only, one connection at a time.
    #[serde(default)]
    pub fragile: bool,
    /// Changes that may call for a new determination of the level (NĐ 331/2026 Điều 10.2).
    #[serde(default)]
    pub changes: Vec<Change>,
    /// Where it can be reached.
    #[serde(default)]
    pub endpoints: Vec<Endpoint>,
    /// Cells that could not be read, by field, as they stood: nothing is lost.
    #[serde(default)]
    pub unread: BTreeMap<String, String>,
}

impl System {
    /// A system of which only code and name are known.
    pub fn new(code: Code, name: impl Into<String>) -> Self {
        Self {
            code,
            name: name.into(),
            roles: Vec::new(),
            levels: Vec::new(),
            proposed_level: None,
            dossier: None,
            expected_approval: None,
            regulation: None,
            plan: None,
            expected_deployment: None,
            checks_done: BTreeSet::new(),
            lifecycle: Lifecycle::default(),
            profile: None,
            hosting: None,
            go_live: None,
            investment_start: None,
            level_review: None,
            pre_operation_check: None,
            last_assessment: None,
            monitored: None,
            important: None,
            fragile: false,
            changes: Vec::new(),
            endpoints: Vec::new(),
            unread: BTreeMap::new(),
        }
    }

    /// Units holding `kind` on `day`, in the order recorded.
    pub fn holders(&self, kind: RoleKind, day: Date) -> impl Iterator<Item = &Code> {
        self.roles
            .iter()
            .filter(move |role| role.kind == kind && role.covers(day))
            .map(|role| &role.unit)
    }

    /// The owner (chủ quản) on `day`. A system has one owner (NĐ 331/2026 Điều 8.1).
    pub fn owner(&self, day: Date) -> Option<&Code> {
        self.holders(RoleKind::Owner, day).next()
    }

    /// The approved level in force on `day`.
    pub fn approved_level(&self, day: Date) -> Option<&ApprovedLevel> {
        self.levels.iter().rfind(|level| level.in_force(day))
    }

    /// Whether only the light profile may touch it (architecture rule 7).
    pub fn is_delicate(&self, day: Date) -> bool {
        self.fragile
            || self
                .approved_level(day)
                .is_some_and(|approved| approved.level >= Level::Four)
            || self
                .profile
                .as_ref()
                .is_some_and(|p| p.kind == Some(crate::SystemKind::IndustrialControl))
    }
}

/// A role of a unit towards a system, with its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Which role.
    pub kind: RoleKind,
    /// The unit.
    pub unit: Code,
    /// First day; unknown means "as far back as we know".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day; none while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl Role {
    /// Whether the role holds on `day`.
    pub fn covers(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// Kinds of role (NĐ 331/2026 Điều 3, 4, 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleKind {
    /// Chủ quản hệ thống thông tin.
    Owner,
    /// Đơn vị vận hành.
    Operator,
    /// Đơn vị sử dụng.
    UsingUnit,
    /// Nhà cung cấp dịch vụ.
    Provider,
    /// Đơn vị chuyên trách về an ninh mạng.
    Specialised,
}

/// A level approved by decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovedLevel {
    /// The level.
    pub level: Level,
    /// Number, date and body of the decision (Mẫu số 08 column 7).
    #[serde(default)]
    pub decision: Paper,
    /// Last day it counts, when withdrawn or replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl ApprovedLevel {
    /// Whether the level counts on `day`. A decision without a date counts: the gap is a finding of
    /// data quality, not a reason to drop the level.
    pub fn in_force(&self, day: Date) -> bool {
        self.decision.date.is_none_or(|date| date <= day)
            && self.until.is_none_or(|until| day <= until)
    }
}

/// An official paper.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Paper {
    /// Number and symbol, as written.
    pub number: Option<String>,
    /// Date of issue.
    pub date: Option<Date>,
    /// Issuing body.
    pub authority: Option<String>,
}

/// State of the level dossier, the words of Mẫu số 08 column 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DossierState {
    /// Đang dự thảo.
    Drafting,
    /// Đã gửi thẩm định.
    Sent,
    /// Đã thẩm định.
    Appraised,
    /// Đã được phê duyệt.
    Approved,
}

/// How far the approved plan is deployed, the words of Mẫu số 08 column 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanState {
    /// Chưa triển khai.
    None,
    /// Đã triển khai một số hạng mục.
    Partial,
    /// Đã triển khai đầy đủ.
    Full,
}

/// Checks done, the words of Mẫu số 08 column 12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckDone {
    /// Trước khi đưa vào sử dụng.
    BeforeUse,
    /// Định kỳ.
    Periodic,
}

/// Where a system stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lifecycle {
    /// Under investment, not yet in use.
    Planned,
    /// In operation.
    #[default]
    Operating,
    /// Out of use.
    Retired,
}

/// Where a system runs (indicator I-18).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hosting {
    /// Trung tâm dữ liệu quốc gia.
    NationalDataCentre,
    /// Trung tâm dữ liệu tỉnh.
    ProvincialDataCentre,
    /// Rented cloud or hosting.
    Commercial,
    /// The unit's own rooms.
    OnSite,
}

/// A change of the system since an approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// When.
    pub date: Date,
    /// What kind.
    pub kind: ChangeKind,
    /// In words.
    #[serde(default)]
    pub note: Option<String>,
}

/// Triggers for determining the level again (NĐ 331/2026 Điều 10.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Function or scope.
    Function,
    /// Users or their number.
    Users,
    /// Kinds of information.
    Information,
    /// Technology or architecture.
    Technology,
    /// Integration, interconnection or sharing of data.
    Interconnection,
    /// Serious incident or high risk.
    Incident,
    /// Request of a competent authority.
    Request,
}
