//! Requirement by requirement. A clean scan is never compliance.

use luytre_checks::{
    Ruling, Verdict,
    policy::{Requirement, Stance, UNKNOWN_LEVEL, day_of},
};
use luytre_inventory::Language;
use luytre_report as report;

use super::Material;

/// The clauses of the standards and decrees in force for the approved level. Without one, those of
/// the level that judgements use for it, so that nothing is left out.
pub(super) fn requirements(material: &Material<'_>) -> Vec<report::Requirement> {
    let approved = material.system.approved_level(material.day());
    let level = approved.map_or(UNKNOWN_LEVEL, |approved| approved.level);
    let packs = material.policy.packs();
    let title = |id: &str| {
        let listed = packs.iter().find(|pack| pack.id == id);
        listed.map_or_else(
            || id.to_owned(),
            |pack| pack.title.of(Language::Vi).to_owned(),
        )
    };
    material
        .policy
        .requirements(level)
        .iter()
        .map(|r| row(material, r, title(&r.clause.pack)))
        .collect()
}

fn row(material: &Material<'_>, requirement: &Requirement, group: String) -> report::Requirement {
    let clause = &requirement.clause;
    report::Requirement {
        clause: clause.clause.clone(),
        title: clause.title.of(Language::Vi).to_owned(),
        group,
        contradict_only: clause.stance != Stance::SupportAndContradict,
        state: state(material, requirement),
    }
}

fn state(material: &Material<'_>, requirement: &Requirement) -> report::RequirementState {
    let spoken: Vec<&Verdict> = material
        .verdicts
        .iter()
        .filter(|verdict| requirement.checks.contains(&verdict.check))
        .collect();
    let failing: Vec<&&Verdict> = spoken
        .iter()
        .filter(|v| matches!(v.ruling, Ruling::Fail { .. }))
        .collect();
    if let Some(first) = failing.first() {
        let more = match failing.len() {
            1 => String::new(),
            n => format!(" và {} kết quả khác", n - 1),
        };
        return report::RequirementState::NotMet {
            basis: report::Basis::Scan,
            source: format!("{}: {}{more}", first.target, first.message_vi),
        };
    }
    let passed = spoken
        .iter()
        .filter(|v| v.ruling == Ruling::Pass)
        .map(|v| v.observed)
        .max();
    let unclear = spoken.iter().find_map(|v| match &v.ruling {
        Ruling::Inconclusive { reason: [vi, _] } => Some(vi),
        _ => None,
    });
    if let Some(reason) = unclear {
        return report::RequirementState::NoEvidence(report::NoEvidence::NotMeasured {
            reason: reason.clone(),
        });
    }
    report::RequirementState::NoEvidence(report::NoEvidence::NeedsRecord {
        scanned: passed.map(day_of),
        document: "hồ sơ chứng minh việc thực hiện yêu cầu".to_owned(),
    })
}
