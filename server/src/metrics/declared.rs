//! What the inventory declares.

use std::collections::BTreeMap;

use luytre_inventory::{Level, Lifecycle, Scope, System};

use super::{
    Scene,
    family::{Families, Named, count_value, seconds},
    labels::{UNKNOWN, text, word},
};

const SYSTEMS: Named = Named("posture_systems", "Systems declared and not retired.");
const APPROVED: Named = Named(
    "posture_systems_level_approved",
    "Systems with an approved level in force, by level.",
);
const SYSTEM: Named = Named(
    "posture_system_info",
    "A declared system; always 1. The level is the approved one in force, or unknown.",
);
const UNIT: Named = Named("posture_owner_info", "A declared body; always 1.");
const ENDPOINT: Named = Named("posture_endpoint_info", "A declared endpoint; always 1.");
const COVERAGE: Named = Named(
    "posture_system_coverage_ratio",
    "Looks that brought a fact over looks planned, in the newest scan of the system.",
);
const EXPIRY: Named = Named(
    "posture_authorisation_expiry_timestamp_seconds",
    "When the first endpoint of the system is no longer covered by an authorisation.",
);

pub(super) fn add(scene: &Scene<'_>, families: &mut Families) {
    let systems: Vec<&System> = scene
        .inventory
        .systems
        .iter()
        .filter(|system| system.lifecycle != Lifecycle::Retired)
        .collect();
    if scene.picture.inventory.is_some() {
        counts(scene, &systems, families);
    }
    coverage(scene, &systems, families);
    authorisations(scene, &systems, families);
    units(scene, families);
    infos(scene, &systems, families);
}

fn counts(scene: &Scene<'_>, systems: &[&System], families: &mut Families) {
    let mut family = families.gauge(SYSTEMS);
    family.add(&[], count_value(systems.len() as u64));
    family.done();

    let mut by_level: BTreeMap<Level, u64> = BTreeMap::new();
    for approved in systems.iter().filter_map(|s| s.approved_level(scene.today)) {
        *by_level.entry(approved.level).or_default() += 1;
    }
    let mut family = families.gauge(APPROVED);
    for level in Level::ALL {
        let count = by_level.get(&level).copied().unwrap_or(0);
        family.add(
            &[("security_level", &level.to_string())],
            count_value(count),
        );
    }
    family.done();
}

fn coverage(scene: &Scene<'_>, systems: &[&System], families: &mut Families) {
    let of: BTreeMap<_, _> = scene
        .picture
        .coverage
        .iter()
        .map(|c| (&c.system, c))
        .collect();
    let mut family = families.gauge(COVERAGE);
    for system in systems {
        if let Some(covered) = of.get(&system.code).filter(|covered| covered.planned > 0) {
            let ratio = count_value(covered.measured) / count_value(covered.planned);
            family.add(&[("system_id", system.code.as_str())], ratio);
        }
    }
    family.done();
}

/// For each endpoint the authorisation that ends last counts, for the system the endpoint that is
/// left first. A system with an endpoint that nothing covers has no series.
fn authorisations(scene: &Scene<'_>, systems: &[&System], families: &mut Families) {
    let inventory = scene.inventory;
    let scope = Scope::new(
        inventory.authorisations.clone(),
        inventory.exclusions.clone(),
    );
    let mut family = families.gauge(EXPIRY);
    for system in systems {
        let untils: Option<Vec<_>> = system
            .endpoints
            .iter()
            .map(|endpoint| Some(scope.grounds(&endpoint.target()?).first()?.until))
            .collect();
        if let Some(until) = untils.and_then(|untils| untils.into_iter().min()) {
            family.add(&[("system_id", system.code.as_str())], seconds(until));
        }
    }
    family.done();
}

fn units(scene: &Scene<'_>, families: &mut Families) {
    let mut family = families.gauge(UNIT);
    let mut seen = std::collections::BTreeSet::new();
    for unit in scene
        .inventory
        .units
        .iter()
        .filter(|unit| seen.insert(&unit.code))
    {
        let kind = unit
            .kind
            .map_or_else(|| UNKNOWN.to_owned(), |kind| word(&kind));
        let labels = [
            ("owner_id", unit.code.as_str()),
            ("owner_name", &*text(&unit.name)),
            ("kind", &*kind),
            (
                "parent_id",
                unit.parent.as_ref().map_or("", |code| code.as_str()),
            ),
        ];
        family.add(&labels, 1.0);
    }
    family.done();
}

fn infos(scene: &Scene<'_>, systems: &[&System], families: &mut Families) {
    let mut family = families.gauge(SYSTEM);
    for system in systems {
        let level = system
            .approved_level(scene.today)
            .map_or_else(|| UNKNOWN.to_owned(), |approved| approved.level.to_string());
        let labels = [
            ("system_id", system.code.as_str()),
            ("system_name", &*text(&system.name)),
            (
                "owner_id",
                system.owner(scene.today).map_or("", |code| code.as_str()),
            ),
            ("security_level", &*level),
            ("lifecycle", &*word(&system.lifecycle)),
        ];
        family.add(&labels, 1.0);
    }
    family.done();

    let mut family = families.gauge(ENDPOINT);
    for system in systems {
        for endpoint in &system.endpoints {
            let host = endpoint
                .target()
                .map_or_else(String::new, |target| target.label(None));
            let port = endpoint
                .port
                .map_or_else(String::new, |port| port.to_string());
            let protocol = endpoint
                .protocol
                .map_or_else(|| UNKNOWN.to_owned(), |p| word(&p));
            let labels = [
                ("endpoint_id", &*endpoint.id.to_string()),
                ("system_id", system.code.as_str()),
                ("host", &*text(&host)),
                ("port", &*port),
                ("protocol", &*protocol),
            ];
            family.add(&labels, 1.0);
        }
    }
    family.done();
}
