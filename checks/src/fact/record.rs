//! What the inventory says of a system, as a fact that checks can judge.

use jiff::civil::Date;
use luytre_inventory::{ChangeKind, DossierState, Level, Lifecycle, System};
use serde::{Deserialize, Serialize};

use super::Tri;

/// The record of one system on one day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordFact {
    /// Approved level in force.
    pub level: Option<Level>,
    /// Date of its decision.
    pub decided: Option<Date>,
    /// Whether the decision carries a number.
    pub decision_numbered: bool,
    /// State of the dossier.
    pub dossier: Option<DossierState>,
    /// Where the system stands in its life.
    pub lifecycle: Lifecycle,
    /// Go-live date.
    pub go_live: Option<Date>,
    /// Start of the investment project.
    pub investment_start: Option<Date>,
    /// Changes recorded, with their dates.
    pub changes: Vec<(Date, ChangeKind)>,
    /// What is missing (thiếu thông tin).
    pub gaps: Vec<RecordGap>,
    /// Whether the record names an owner, an operator and at least one endpoint.
    pub scannable: Tri,
}

/// A field that a record lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordGap {
    /// Chủ quản.
    Owner,
    /// Đơn vị vận hành.
    Operator,
    /// Cấp độ được phê duyệt.
    ApprovedLevel,
    /// Số, ngày quyết định phê duyệt.
    Decision,
    /// Địa chỉ hoặc tên miền.
    Endpoint,
    /// Loại hình và loại thông tin.
    Profile,
    /// Quy chế bảo đảm an ninh mạng.
    Regulation,
    /// Ngày đưa vào vận hành.
    GoLive,
}

impl RecordFact {
    /// The record of `system` on `day`.
    pub fn of(system: &System, day: Date) -> Self {
        let approved = system.approved_level(day);
        let mut gaps = Vec::new();
        let mut lacks = |missing: bool, gap| {
            if missing {
                gaps.push(gap);
            }
        };
        let no_operator = system
            .holders(luytre_inventory::RoleKind::Operator, day)
            .next()
            .is_none();
        lacks(system.owner(day).is_none(), RecordGap::Owner);
        lacks(no_operator, RecordGap::Operator);
        lacks(approved.is_none(), RecordGap::ApprovedLevel);
        lacks(
            approved.is_some_and(|a| a.decision.number.is_none() || a.decision.date.is_none()),
            RecordGap::Decision,
        );
        lacks(system.endpoints.is_empty(), RecordGap::Endpoint);
        lacks(system.profile.is_none(), RecordGap::Profile);
        lacks(system.regulation.is_none(), RecordGap::Regulation);
        lacks(system.go_live.is_none(), RecordGap::GoLive);
        Self {
            level: approved.map(|a| a.level),
            decided: approved.and_then(|a| a.decision.date),
            decision_numbered: approved.is_some_and(|a| a.decision.number.is_some()),
            dossier: system.dossier,
            lifecycle: system.lifecycle,
            go_live: system.go_live,
            investment_start: system.investment_start,
            changes: system.changes.iter().map(|c| (c.date, c.kind)).collect(),
            scannable: Tri::from(
                system.owner(day).is_some() && !no_operator && !system.endpoints.is_empty(),
            ),
            gaps,
        }
    }
}
