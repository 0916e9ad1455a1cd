//! What the level function must know of a system (NĐ 85/2016 Điều 6-11; NĐ 331/2026 Điều 9-15).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::Level;

/// Profile of a system for the proposal of its level. `None` means unknown and is listed as an
/// assumption, never guessed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Kind of system (NĐ 331/2026 Điều 9.2).
    pub kind: Option<SystemKind>,
    /// Kinds of information processed (NĐ 331/2026 Điều 9.1).
    pub info: BTreeSet<InfoKind>,
    /// Data subjects whose basic personal data is processed.
    pub subjects_basic: Option<u64>,
    /// Data subjects whose sensitive personal data is processed.
    pub subjects_sensitive: Option<u64>,
    /// Users with private or personal data (wording of NĐ 85/2016).
    pub users_personal: Option<u64>,
    /// How the subjects were counted: the decree defines no method.
    pub counting: Option<String>,
    /// Handles administrative procedures (giải quyết thủ tục hành chính).
    pub handles_admin_procedures: Option<bool>,
    /// Degree of online public service.
    pub public_service_degree: Option<ServiceDegree>,
    /// Service in a conditional line of business (Luật Đầu tư, Phụ lục IV).
    pub conditional_business: Option<bool>,
    /// Whom a shared infrastructure serves.
    pub infra_scope: Option<InfrastructureScope>,
    /// Must run day and night without unplanned stop.
    pub needs_24x7: Option<bool>,
    /// National e-government system (NĐ 85/2016 Điều 10).
    pub national_egov: Option<bool>,
    /// Grade of the construction under industrial control.
    pub ics_grade: Option<ControlGrade>,
    /// Serves defence or security.
    pub serves_defence_security: Option<bool>,
    /// Harm to national security if damaged.
    pub harm_to_national_security: Option<DefenceHarm>,
    /// Central storage of especially important national data.
    pub central_especially_important_data: Option<bool>,
    /// Level set by decision of the Prime Minister.
    pub pm_decision_level: Option<Level>,
    /// Component systems; the level of the whole is the highest of theirs.
    pub components: Vec<Profile>,
}

/// Kind of system (NĐ 85/2016 Điều 6.2; NĐ 331/2026 Điều 9.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemKind {
    /// Phục vụ hoạt động nội bộ.
    Internal,
    /// Phục vụ người dân, doanh nghiệp.
    CitizenBusiness,
    /// Cơ sở hạ tầng thông tin.
    Infrastructure,
    /// Điều khiển công nghiệp.
    IndustrialControl,
    /// Hệ thống khác.
    Other,
}

/// Kind of information by confidentiality (NĐ 331/2026 Điều 9.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InfoKind {
    /// Thông tin công cộng.
    Public,
    /// Thông tin riêng.
    Private,
    /// Dữ liệu cá nhân cơ bản (Luật 91/2025/QH15 Điều 2).
    PersonalBasic,
    /// Dữ liệu cá nhân nhạy cảm (NĐ 356/2025 Điều 4).
    PersonalSensitive,
    /// Bí mật nhà nước.
    StateSecret,
}

/// Degree of online public service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceDegree {
    /// No public service.
    None,
    /// Information only (formerly mức độ 1, 2).
    InfoOnly,
    /// Một phần (NĐ 42/2022).
    MotPhan,
    /// Toàn trình (NĐ 42/2022).
    ToanTrinh,
}

/// Whom an infrastructure serves (NĐ 331/2026 Điều 12-15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InfrastructureScope {
    /// One body.
    OneBody,
    /// One ministry, one sector, one province or some provinces.
    MinistrySectorProvince,
    /// The whole country.
    Nationwide,
    /// Interconnects Viet Nam with the world.
    InternationalInterconnect,
}

/// Grade of a construction under industrial control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlGrade {
    /// Cấp II, III, IV.
    #[serde(rename = "II_III_IV")]
    Lower,
    /// Cấp I.
    #[serde(rename = "I")]
    First,
    /// Cấp đặc biệt, or important to national security.
    #[serde(rename = "special_or_natsec")]
    SpecialOrNatsec,
}

/// Harm to national security.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefenceHarm {
    /// None.
    None,
    /// Harm.
    Harm,
    /// Serious harm.
    Serious,
    /// Especially serious harm.
    EspeciallySerious,
}
