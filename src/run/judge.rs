//! Due dates: policy applied to a verdict in its place.

use jiff::Timestamp;
use luytre_checks::{Deadline, Exposure, Policy, Ruling, Verdict};
use luytre_inventory::{Inventory, Zone};

/// Until when a fault is to be mended: by the policy, from its level, exposure and first date.
pub(super) fn deadline(
    policy: &Policy,
    inventory: &Inventory,
    vantage: Zone,
    verdict: &Verdict,
    first_seen: Timestamp,
) -> Option<Deadline> {
    let Ruling::Fail { severity, .. } = verdict.ruling else {
        return None;
    };
    let system = verdict
        .system
        .as_ref()
        .and_then(|code| inventory.system(code));
    let level = system
        .and_then(|s| s.approved_level(policy.day()))
        .map(|approved| approved.level);
    let zone = match verdict.subject {
        luytre_checks::Subject::Endpoint(id) => inventory.endpoint(id).map(|(_, e)| e.zone),
        _ => None,
    };
    let exposure = Exposure::of(verdict.vantage.unwrap_or(vantage), zone);
    let due = policy.due(&verdict.check, severity, level, exposure, first_seen)?;
    Some(due.into())
}
