//! How far the data of a system carry (users.md §4): scanning, Mẫu số 08, proposing a level.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::units_of;
use crate::{
    Authorisation, Code, InfoKind, Inventory, Profile, RoleKind, Scope, System, SystemKind, Text,
    dates::zone,
};

/// What the data of a system are good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// *Quét được*: a host name or address, and an authorisation that covers one of them.
    Scan,
    /// *Mẫu 08*: owner, operator, level, state of the dossier.
    Form08,
    /// *Đề xuất cấp độ*: kind, kinds of information, number of subjects and how they were counted.
    Propose,
}

impl Tier {
    /// All tiers.
    pub const ALL: [Self; 3] = [Self::Scan, Self::Form08, Self::Propose];

    /// The name for people.
    pub const fn text(self) -> Text {
        match self {
            Self::Scan => Text::new("Quét được", "Can be scanned"),
            Self::Form08 => Text::new("Mẫu 08", "Mẫu 08"),
            Self::Propose => Text::new("Đề xuất cấp độ", "Level can be proposed"),
        }
    }

    /// The fields it asks for.
    pub const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Scan => &["endpoints", "authorisation"],
            Self::Form08 => &["owner", "operator", "level", "dossier"],
            Self::Propose => &["kind", "info", "subjects", "counting"],
        }
    }
}

/// Of a unit's systems, how many are complete for each tier.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TierCount {
    /// Systems it owns, operates or uses.
    pub systems: usize,
    /// Complete systems by tier.
    pub complete: BTreeMap<Tier, usize>,
}

/// Counts complete systems by unit as of `day`.
pub fn tiers(inventory: &Inventory, day: Date) -> BTreeMap<Code, TierCount> {
    let mut out: BTreeMap<Code, TierCount> = BTreeMap::new();
    for system in &inventory.systems {
        let complete: Vec<Tier> = Tier::ALL
            .into_iter()
            .filter(|tier| missing(inventory, system, *tier, day).is_empty())
            .collect();
        for unit in units_of(system, day) {
            let count = out.entry(unit).or_default();
            count.systems += 1;
            for tier in &complete {
                *count.complete.entry(*tier).or_default() += 1;
            }
        }
    }
    out
}

/// What a system lacks for a tier (*thiếu thông tin*), as field and words.
pub fn missing(
    inventory: &Inventory,
    system: &System,
    tier: Tier,
    day: Date,
) -> Vec<(&'static str, Text)> {
    let needs = match tier {
        Tier::Scan => for_scan(inventory, system, day),
        Tier::Form08 => for_form08(system, day),
        Tier::Propose => for_proposal(system),
    };
    needs
        .into_iter()
        .filter(|need| !need.0)
        .map(|(_, field, words)| (field, words))
        .collect()
}

/// Whether it is there, the field, and what to say when it is not.
type Need = (bool, &'static str, Text);

fn for_scan(inventory: &Inventory, system: &System, day: Date) -> Vec<Need> {
    vec![
        (
            system.endpoints.iter().any(|e| e.target().is_some()),
            "endpoints",
            Text::new("chưa có tên miền hay địa chỉ", "no host name or address"),
        ),
        (
            authorised(inventory, system, day),
            "authorisation",
            Text::new(
                "chưa có căn cứ quét còn hiệu lực",
                "no authorisation in force",
            ),
        ),
    ]
}

fn for_form08(system: &System, day: Date) -> Vec<Need> {
    let held = |kind| system.holders(kind, day).next().is_some();
    vec![
        (
            held(RoleKind::Owner),
            "owner",
            Text::new("chưa rõ chủ quản", "owner unknown"),
        ),
        (
            held(RoleKind::Operator),
            "operator",
            Text::new("chưa rõ đơn vị vận hành", "operator unknown"),
        ),
        (
            system.proposed_level.is_some() || system.approved_level(day).is_some(),
            "level",
            Text::new(
                "chưa có cấp độ đề xuất hay được phê duyệt",
                "no proposed or approved level",
            ),
        ),
        (
            system.dossier.is_some(),
            "dossier",
            Text::new("chưa rõ tình trạng hồ sơ", "state of the dossier unknown"),
        ),
    ]
}

fn for_proposal(system: &System) -> Vec<Need> {
    let empty = Profile::default();
    let profile = system.profile.as_ref().unwrap_or(&empty);
    let personal = [InfoKind::PersonalBasic, InfoKind::PersonalSensitive];
    // Only online services are judged by the number of subjects.
    let counts = profile.kind == Some(SystemKind::CitizenBusiness)
        && (profile.info.is_empty() || personal.iter().any(|k| profile.info.contains(k)));
    let counted = profile
        .subjects_basic
        .or(profile.subjects_sensitive)
        .or(profile.users_personal);
    vec![
        (
            profile.kind.is_some(),
            "kind",
            Text::new("chưa rõ loại hình hệ thống", "kind unknown"),
        ),
        (
            !profile.info.is_empty(),
            "info",
            Text::new("chưa rõ loại thông tin", "kinds of information unknown"),
        ),
        (
            !counts || counted.is_some(),
            "subjects",
            Text::new("chưa rõ số chủ thể dữ liệu", "number of subjects unknown"),
        ),
        (
            !counts || profile.counting.is_some(),
            "counting",
            Text::new("chưa ghi cách đếm", "counting method unknown"),
        ),
    ]
}

/// Whether an authorisation in force at some moment of `day` covers a target that nothing excludes.
fn authorised(inventory: &Inventory, system: &System, day: Date) -> bool {
    let Ok(start) = day.to_zoned(zone()).map(|z| z.timestamp()) else {
        return false;
    };
    let end = start
        .saturating_add(jiff::SignedDuration::from_hours(24))
        .unwrap_or(start);
    let in_time = |a: &&Authorisation| a.revoked.is_none() && a.from < end && a.until >= start;
    let papers: Vec<Authorisation> = inventory
        .authorisations
        .iter()
        .filter(in_time)
        .cloned()
        .collect();
    if papers.is_empty() {
        return false;
    }
    let scope = Scope::new(papers, Vec::new());
    system.endpoints.iter().any(|endpoint| {
        endpoint.target().is_some_and(|target| {
            !crate::authority::excluded(inventory, system, endpoint, start)
                && !scope.grounds(&target).is_empty()
        })
    })
}
