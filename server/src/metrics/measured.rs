//! What was measured at endpoints. An endpoint behind several addresses has the worse answer.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use luytre_checks::{
    Fact, FactKind, Tri, Unmeasured,
    fact::{ChainFact, TlsFact, TlsVersion, TrustVerdict},
};
use luytre_inventory::{Lifecycle, Protocol, Zone};
use uuid::Uuid;

use super::{
    Scene,
    family::{Families, Named, count_value, seconds},
    labels::word,
};

const UP: Named = Named(
    "posture_endpoint_up",
    "Whether the newest looks reached the endpoint at any address.",
);
const NOT_AFTER: Named = Named(
    "posture_cert_not_after_timestamp_seconds",
    "End of validity of the leaf, or of the certificate presented that ends first.",
);
const NOT_BEFORE: Named = Named(
    "posture_cert_not_before_timestamp_seconds",
    "Begin of validity of the certificate with the same labels in posture_cert_not_after_timestamp_seconds.",
);
const FAULT: Named = Named(
    "posture_cert_verify_error_info",
    "Why the certificate presented is not to be trusted; always 1.",
);
const VERSION: Named = Named(
    "posture_tls_version_supported",
    "Whether a version of TLS is offered (1) or not (0); absent while unknown.",
);
const SERVICE: Named = Named(
    "posture_exposed_service",
    "Risky services that answered, by family and by where the sensor looks from.",
);

/// Facts of one kind, one for each address.
type ByEndpoint<'a, F> = BTreeMap<Uuid, Vec<&'a F>>;

/// Endpoints declared, of systems that are not retired.
fn endpoints<'a>(scene: &'a Scene<'_>) -> impl Iterator<Item = Uuid> + 'a {
    let live = scene
        .inventory
        .systems
        .iter()
        .filter(|s| s.lifecycle != Lifecycle::Retired);
    let mut seen = BTreeSet::new();
    live.flat_map(|system| &system.endpoints)
        .map(|endpoint| endpoint.id)
        .filter(move |id| seen.insert(*id))
}

pub(super) fn add(scene: &Scene<'_>, families: &mut Families) {
    up(scene, families);
    let mut tls = ByEndpoint::<TlsFact>::new();
    let mut chains = ByEndpoint::<ChainFact>::new();
    for observation in &scene.picture.measured {
        match (observation.endpoint_id, observation.fact()) {
            (Some(id), Some(Fact::Tls(fact))) => tls.entry(id).or_default().push(fact),
            (Some(id), Some(Fact::Chain(fact))) if !fact.no_tls => {
                let all = std::iter::once(fact).chain(&fact.also);
                chains.entry(id).or_default().extend(all);
            }
            _ => {}
        }
    }
    dates(scene, &chains, families);
    faults(scene, &chains, families);
    versions(scene, &tls, families);
    services(scene, families);
}

fn up(scene: &Scene<'_>, families: &mut Families) {
    let mut reached: BTreeMap<Uuid, bool> = BTreeMap::new();
    for look in &scene.picture.looks {
        // A port discovery reaches the host, not the endpoint.
        if matches!(look.probe, FactKind::Ports | FactKind::Record) {
            continue;
        }
        if let (Some(id), Some(answer)) = (look.endpoint_id, answered(look.failure)) {
            *reached.entry(id).or_default() |= answer;
        }
    }
    let mut family = families.gauge(UP);
    for id in endpoints(scene) {
        if let Some(reached) = reached.get(&id) {
            family.add(
                &[("endpoint_id", &id.to_string())],
                f64::from(u8::from(*reached)),
            );
        }
    }
    family.done();
}

/// Whether a look with this failure met somebody; none if it was never really made.
fn answered(failure: Option<Unmeasured>) -> Option<bool> {
    use Unmeasured as U;
    match failure {
        Some(U::NotPermitted | U::Cancelled | U::Bug) => None,
        Some(U::Refused | U::TimedOut | U::NoRoute | U::Unresolved) => Some(false),
        None
        | Some(U::Reset | U::Closed | U::Handshake | U::Protocol | U::Throttled | U::TooLarge) => {
            Some(true)
        }
    }
}

type Validity = (Timestamp, Timestamp);

/// Leaf and earliest end over all addresses, as (end, begin).
fn validity(chains: &[&ChainFact]) -> [(&'static str, Option<Validity>); 2] {
    let leaf = chains.iter().filter_map(|chain| chain.leaf());
    let all = chains.iter().flat_map(|chain| &chain.certificates);
    [
        ("leaf", leaf.map(|c| (c.not_after, c.not_before)).min()),
        ("earliest", all.map(|c| (c.not_after, c.not_before)).min()),
    ]
}

fn dates(scene: &Scene<'_>, chains: &ByEndpoint<'_, ChainFact>, families: &mut Families) {
    for (named, which) in [(NOT_AFTER, 0), (NOT_BEFORE, 1)] {
        let mut family = families.gauge(named);
        for id in endpoints(scene) {
            for (position, validity) in chains.get(&id).map(|c| validity(c)).into_iter().flatten() {
                if let Some((end, begin)) = validity {
                    let labels = [("endpoint_id", &*id.to_string()), ("position", position)];
                    family.add(&labels, seconds([end, begin][which]));
                }
            }
        }
        family.done();
    }
}

fn faults(scene: &Scene<'_>, chains: &ByEndpoint<'_, ChainFact>, families: &mut Families) {
    let mut family = families.gauge(FAULT);
    for id in endpoints(scene) {
        let of_all = chains.get(&id).into_iter().flatten();
        let reasons: BTreeSet<String> = of_all.flat_map(|c| reasons(c, scene.now)).collect();
        for reason in reasons {
            family.add(
                &[("endpoint_id", &*id.to_string()), ("reason", &*reason)],
                1.0,
            );
        }
    }
    family.done();
}

/// Reasons, from a closed set: the path faults, and six of our own.
fn reasons(chain: &ChainFact, now: Timestamp) -> BTreeSet<String> {
    let mut reasons = BTreeSet::new();
    let mut own = |holds: bool, reason: &str| {
        if holds {
            reasons.insert(reason.to_owned());
        }
    };
    let leaf = chain.leaf();
    own(leaf.is_none(), "unreadable");
    own(leaf.is_some_and(|leaf| leaf.not_after < now), "expired");
    own(
        leaf.is_some_and(|leaf| now < leaf.not_before),
        "not_yet_valid",
    );
    own(
        leaf.is_some_and(|leaf| leaf.self_signed == Tri::Yes),
        "self_signed",
    );
    own(chain.name_match == Some(false), "name_mismatch");
    let trusted = |verdict| chain.trust.iter().any(|trust| trust.verdict == verdict);
    if !trusted(TrustVerdict::Trusted) {
        own(
            chain.trust.is_empty() || trusted(TrustVerdict::Unknown),
            "undecided",
        );
        reasons.extend(
            chain
                .trust
                .iter()
                .filter_map(|trust| trust.reason)
                .map(|r| word(&r)),
        );
    }
    reasons
}

fn versions(scene: &Scene<'_>, tls: &ByEndpoint<'_, TlsFact>, families: &mut Families) {
    let mut family = families.gauge(VERSION);
    for id in endpoints(scene) {
        let Some(facts) = tls.get(&id) else {
            continue;
        };
        for version in TlsVersion::ALL {
            let offers: BTreeSet<Tri> = facts.iter().map(|fact| fact.offers(version)).collect();
            let value = if offers.contains(&Tri::Yes) {
                1.0
            } else if offers.contains(&Tri::Unknown) {
                continue;
            } else {
                0.0
            };
            let labels = [
                ("endpoint_id", &*id.to_string()),
                ("version", &*word(&version)),
            ];
            family.add(&labels, value);
        }
    }
    family.done();
}

/// The family of a risky service.
fn risky(protocol: Protocol) -> Option<&'static str> {
    Some(match protocol {
        Protocol::Rdp => "rdp",
        Protocol::Smb => "smb",
        Protocol::Telnet => "telnet",
        Protocol::Ftp => "ftp",
        Protocol::Mysql
        | Protocol::Mariadb
        | Protocol::Postgres
        | Protocol::Mssql
        | Protocol::Oracle => "sql",
        Protocol::Redis => "redis",
        _ => return None,
    })
}

fn services(scene: &Scene<'_>, families: &mut Families) {
    // One service is one endpoint and port, at however many addresses it answers.
    let mut found = BTreeMap::<(&str, &str, Zone), BTreeSet<_>>::new();
    for observation in &scene.picture.measured {
        let Some(Fact::Service(fact)) = observation.fact() else {
            continue;
        };
        let declared = observation
            .system
            .as_ref()
            .and_then(|code| scene.inventory.system(code))
            .filter(|system| system.lifecycle != Lifecycle::Retired);
        if let (Some(system), Some(family)) = (declared, fact.protocol.and_then(risky)) {
            found
                .entry((system.code.as_str(), family, observation.vantage))
                .or_default()
                .insert((&*observation.endpoint, fact.port));
        }
    }
    let mut family = families.gauge(SERVICE);
    for ((system, kind, vantage), services) in &found {
        let labels = [
            ("system_id", *system),
            ("family", *kind),
            ("vantage", &*word(vantage)),
        ];
        family.add(&labels, count_value(services.len() as u64));
    }
    family.done();
}
