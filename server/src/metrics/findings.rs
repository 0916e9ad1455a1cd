//! Findings by system and severity.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use luytre_checks::{Severity, State};

use super::{
    Scene,
    family::{Families, Named, count_value, seconds},
    labels::UNASSIGNED,
};

const OPEN: Named = Named(
    "posture_findings_open",
    "Findings not shown to be fixed, by state; absent for a system that no scan has covered.",
);
const OVERDUE: Named = Named(
    "posture_findings_overdue",
    "Open or unreachable findings past their deadline; absent for a system that no scan has covered.",
);
const OLDEST: Named = Named(
    "posture_finding_oldest_open_timestamp_seconds",
    "When the oldest open or unreachable finding was first seen.",
);

/// States of a finding that may still be there.
const STATES: [State; 4] = [
    State::Open,
    State::Accepted,
    State::FalsePositive,
    State::Unreachable,
];

#[derive(Default)]
struct Figures {
    by_state: BTreeMap<(Severity, State), u64>,
    overdue: BTreeMap<Severity, u64>,
    oldest: BTreeMap<Severity, Timestamp>,
}

pub(super) fn add(scene: &Scene<'_>, families: &mut Families) {
    let figures = figures(scene);

    let mut family = families.gauge(OPEN);
    for (system, figures) in &figures {
        for severity in Severity::ALL {
            for state in STATES {
                let count = figures
                    .by_state
                    .get(&(severity, state))
                    .copied()
                    .unwrap_or(0);
                let labels = [
                    ("system_id", *system),
                    ("severity", severity.as_str()),
                    ("state", state.as_str()),
                ];
                family.add(&labels, count_value(count));
            }
        }
    }
    family.done();

    let mut family = families.gauge(OVERDUE);
    for (system, figures) in &figures {
        for severity in Severity::ALL {
            let count = figures.overdue.get(&severity).copied().unwrap_or(0);
            let labels = [("system_id", *system), ("severity", severity.as_str())];
            family.add(&labels, count_value(count));
        }
    }
    family.done();

    let mut family = families.gauge(OLDEST);
    for (system, figures) in &figures {
        for (severity, first_seen) in &figures.oldest {
            let labels = [("system_id", *system), ("severity", severity.as_str())];
            family.add(&labels, seconds(*first_seen));
        }
    }
    family.done();
}

/// Figures by system. A system that no scan has covered has none: no finding is then no good news.
/// Findings of systems that are not declared any more stay visible together.
fn figures<'a>(scene: &'a Scene<'_>) -> BTreeMap<&'a str, Figures> {
    let declared: BTreeSet<&str> = scene
        .inventory
        .systems
        .iter()
        .map(|system| system.code.as_str())
        .collect();
    let mut all: BTreeMap<&str, Figures> = BTreeMap::new();
    for covered in scene
        .picture
        .coverage
        .iter()
        .filter(|covered| covered.measured > 0)
    {
        if let Some(system) = declared.get(covered.system.as_str()) {
            all.entry(system).or_default();
        }
    }
    for finding in &scene.picture.findings {
        let system = finding
            .system
            .as_ref()
            .and_then(|code| declared.get(code.as_str()));
        let figures = all
            .entry(system.copied().unwrap_or(UNASSIGNED))
            .or_default();
        let (severity, state) = (finding.severity, finding.state(scene.now));
        *figures.by_state.entry((severity, state)).or_default() += 1;
        if finding.is_overdue(scene.now, scene.today) {
            *figures.overdue.entry(severity).or_default() += 1;
        }
        if matches!(state, State::Open | State::Unreachable) {
            let oldest = figures.oldest.entry(severity).or_insert(finding.first_seen);
            *oldest = finding.first_seen.min(*oldest);
        }
    }
    all
}
