//! The program itself and what its scans did.

use std::collections::BTreeMap;

use luytre_checks::{FactKind, Unmeasured};
use luytre_inventory::{Denied, Lifecycle};
use uuid::Uuid;

use super::{
    Build, Scene,
    family::{Families, Named, count_value, seconds},
    labels::word,
};

const BUILD: Named = Named("posture_build_info", "Version of the program; always 1.");
const LAST: Named = Named(
    "posture_last_scan_timestamp_seconds",
    "When the newest finished scan ended.",
);
const INVENTORY: Named = Named(
    "posture_inventory_version_timestamp_seconds",
    "When the inventory in force was saved.",
);
const LOOKS: Named = Named(
    "posture_scans_total",
    "Looks at targets by check group, those that failed included.",
);
const FAILURES: Named = Named(
    "posture_scan_failures_total",
    "Looks at targets that brought no fact, by check group and reason.",
);
const DENIED: Named = Named(
    "posture_scope_denied_total",
    "Permits that were denied, by reason.",
);
const SUCCESS: Named = Named(
    "posture_scan_last_success_timestamp_seconds",
    "When the newest look that brought a fact ended, by endpoint and check group.",
);

/// Every reason for which a permit is denied.
const REASONS: [Denied; 11] = [
    Denied::NoAuthorisation,
    Denied::Revoked,
    Denied::NotBegun,
    Denied::Expired,
    Denied::Hours,
    Denied::OutsideScope,
    Denied::Excluded,
    Denied::SpecialAddress,
    Denied::Ports,
    Denied::Classes,
    Denied::NotWanted,
];

pub(super) fn add(scene: &Scene<'_>, build: Build, families: &mut Families) {
    let mut family = families.gauge(BUILD);
    family.add(
        &[("version", build.version), ("revision", build.revision)],
        1.0,
    );
    family.done();

    let mut family = families.gauge(LAST);
    if let Some(ended) = scene.picture.last_scan.as_ref().and_then(|scan| scan.ended) {
        family.add(&[], seconds(ended));
    }
    family.done();

    let mut family = families.gauge(INVENTORY);
    if let Some((version, _)) = &scene.picture.inventory {
        family.add(&[], seconds(version.at));
    }
    family.done();

    counters(scene, families);
    last_success(scene, families);
}

fn counters(scene: &Scene<'_>, families: &mut Families) {
    let counters = &scene.picture.counters;
    let mut family = families.counter(LOOKS);
    for probe in FactKind::ALL {
        let count = counters.looks.get(&probe).copied().unwrap_or(0);
        family.add(&[("check_group", probe.as_str())], count_value(count));
    }
    family.done();

    let mut family = families.counter(FAILURES);
    for probe in FactKind::ALL {
        for reason in Unmeasured::ALL {
            let count = counters
                .failures
                .get(&(probe, reason))
                .copied()
                .unwrap_or(0);
            let labels = [("check_group", probe.as_str()), ("reason", reason.as_str())];
            family.add(&labels, count_value(count));
        }
    }
    family.done();

    let mut family = families.counter(DENIED);
    for reason in REASONS {
        let reason = word(&reason);
        let count = counters.denied.get(&reason).copied().unwrap_or(0);
        family.add(&[("reason", &reason)], count_value(count));
    }
    family.done();
}

fn last_success(scene: &Scene<'_>, families: &mut Families) {
    let mut newest: BTreeMap<(Uuid, FactKind), jiff::Timestamp> = BTreeMap::new();
    for look in &scene.picture.looks {
        if let (Some(endpoint), Some(at)) = (look.endpoint_id, look.last_success) {
            let slot = newest.entry((endpoint, look.probe)).or_insert(at);
            *slot = at.max(*slot);
        }
    }
    let mut family = families.gauge(SUCCESS);
    let declared = scene
        .inventory
        .systems
        .iter()
        .filter(|s| s.lifecycle != Lifecycle::Retired);
    for endpoint in declared.flat_map(|system| &system.endpoints) {
        for probe in FactKind::ALL {
            if let Some(at) = newest.get(&(endpoint.id, probe)) {
                let id = endpoint.id.to_string();
                let labels = [("endpoint_id", &*id), ("check_group", probe.as_str())];
                family.add(&labels, seconds(*at));
            }
        }
    }
    family.done();
}
