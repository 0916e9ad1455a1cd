//! Findings as the document shows them: what to do, who, by when.

use luytre_checks::{
    Area, Deadline, Finding, State,
    policy::{Rank, day_of},
    registry,
};
use luytre_inventory::RoleKind;
use luytre_report as report;

use super::Material;

pub(super) fn findings(material: &Material<'_>) -> Vec<report::Finding> {
    material
        .findings
        .iter()
        .map(|finding| one(material, finding))
        .collect()
}

fn one(material: &Material<'_>, finding: &Finding) -> report::Finding {
    let about = registry::about(&finding.key.check);
    let area = about.map_or(Area::Inventory, |about| about.area);
    report::Finding {
        code: finding.id.short(),
        check: finding.key.check.clone(),
        title: about.map_or_else(|| finding.key.check.clone(), |a| a.title.vi.to_owned()),
        // Parts of a record are words of the program; its message says what they mean.
        target: match area {
            Area::Inventory => "Hồ sơ hệ thống".to_owned(),
            _ => finding.target.clone(),
        },
        subject: match area {
            Area::Inventory => String::new(),
            _ => finding.key.part.clone(),
        },
        severity: finding.severity,
        state: state(material, finding),
        first_seen: day_of(finding.first_seen),
        last_confirmed: day_of(finding.last_confirmed),
        due: finding.deadline.as_ref().map(|deadline| deadline.date),
        due_basis: finding
            .deadline
            .as_ref()
            .map(|deadline| basis(material, deadline)),
        mender: mender(material, area),
        risk: about.map(|about| about.why.vi.to_owned()),
        fix: about.map_or_else(String::new, |about| about.fix.vi.to_owned()),
        evidence: evidence(material, finding),
        clauses: finding.clauses.clone(),
    }
}

/// What a due date rests on.
fn basis(material: &Material<'_>, deadline: &Deadline) -> report::DueBasis {
    let listed = material
        .policy
        .packs()
        .into_iter()
        .find(|listed| listed.id == deadline.pack);
    if deadline.statutory {
        report::DueBasis::Law(deadline.basis.clone())
    } else if listed.is_some_and(|listed| listed.rank != Rank::Default) {
        report::DueBasis::Plan(deadline.basis.clone())
    } else {
        report::DueBasis::ProductDefault
    }
}

/// The unit that must mend it: the record is the owner's, the rest the provider's where there is
/// one, else the operator's.
fn mender(material: &Material<'_>, area: Area) -> Option<String> {
    let order: &[RoleKind] = match area {
        Area::Inventory => &[RoleKind::Owner, RoleKind::Operator],
        _ => &[RoleKind::Provider, RoleKind::Operator, RoleKind::Owner],
    };
    order.iter().find_map(|kind| material.unit_name(*kind))
}

fn state(material: &Material<'_>, finding: &Finding) -> report::FindingState {
    let until = |moment: Option<jiff::Timestamp>| moment.map_or(material.day(), day_of);
    match finding.state(material.as_of) {
        State::Open if finding.confirmed.is_some() => report::FindingState::Confirmed,
        State::Open => report::FindingState::Open,
        State::Unreachable => report::FindingState::Unreachable,
        State::Accepted => report::FindingState::Accepted {
            until: until(finding.accepted_until()),
        },
        State::FalsePositive => report::FindingState::FalsePositive {
            until: until(finding.false_positive_until()),
        },
        State::Fixed => report::FindingState::Fixed {
            on: until(finding.closed()),
        },
        State::Retired => report::FindingState::Retired,
    }
}

/// The message, and what the last observation noted.
fn evidence(material: &Material<'_>, finding: &Finding) -> Vec<String> {
    let mut lines = vec![finding.message_vi.clone()];
    let last = finding.evidence.last();
    let observation = material.observations.iter().find(|o| Some(&o.id) == last);
    for note in observation.iter().flat_map(|o| &o.evidence).take(4) {
        lines.push(format!("{}: {}", note.what, note.excerpt.as_str()));
        lines.extend(
            note.command
                .as_ref()
                .map(|command| format!("Lặp lại: {command}")),
        );
    }
    lines
}
