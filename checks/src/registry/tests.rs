//! What holds of every check.

use std::collections::BTreeSet;

use luytre_inventory::Level;
use proptest::prelude::*;
use serde_json::Value;
use unicode_normalization::is_nfc;

use super::*;
use crate::Rule;
use crate::{
    Exposure, Fact, FactKind, Fault, Grade, Outcome, Policy, Tri,
    examples::{Example, Shape, now, shape},
    message,
    policy::{PROVINCE_EXAMPLE, day_of},
};

/// Checks that may pass without any three-valued field: dates, sizes, headers and records are either
/// there or the check is inconclusive for want of them.
const CERTAIN: [&str; 14] = [
    // One method that resists is enough, whatever else was not read.
    "ssh.no_post_quantum",
    "cert.wildcard",
    "cert.expired",
    "cert.expiring",
    "cert.not_yet_valid",
    "cert.weak_key",
    "cert.weak_signature",
    "web.no_https_redirect",
    "web.hsts_missing",
    "web.hsts_preload_unfit",
    "web.version_disclosed",
    "record.no_approved_level",
    "record.redetermine",
    "record.transition",
];

/// The check whose very subject is that something is not on record: absence is its fault.
const ABSENCE_IS_THE_FAULT: &str = "record.no_approved_level";

fn policy() -> Policy {
    Policy::on(day_of(now()), &[]).unwrap()
}

#[test]
fn ids_are_unique_and_well_formed() {
    let mut seen = BTreeSet::new();
    for about in abouts() {
        assert!(seen.insert(about.id), "{} is there twice", about.id);
        let (area, name) = about.id.split_once('.').unwrap();
        let word =
            |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        assert!(word(area) && word(name), "{}", about.id);
    }
    assert!(seen.len() > 60, "the registry lost checks");
    let shared = Rule::of("cert.key_shared").unwrap();
    assert!(shared.fleet && !shared.exposure && shared.probe == FactKind::Chain);
    let ports = Rule::of("ports.undeclared").unwrap();
    assert!(!ports.fleet && ports.exposure && ports.probe == FactKind::Ports);
    assert_eq!(Rule::of("no.such"), None);
}

#[test]
fn texts_are_there_in_both_languages_and_nfc() {
    for about in abouts() {
        for text in [about.title, about.why, about.fix, about.message] {
            for words in [text.vi, text.en] {
                assert!(
                    !words.trim().is_empty() && is_nfc(words),
                    "{}: {words}",
                    about.id
                );
                assert!(
                    !words.contains("  ") && !words.contains('\n'),
                    "{}: {words}",
                    about.id
                );
            }
            assert_ne!(text.vi, text.en, "{}", about.id);
        }
        assert!(!about.sources.is_empty() && about.sources.iter().all(|s| is_nfc(s)));
        let holes = |text: &str| text.matches('{').count();
        assert_eq!(
            holes(about.message.vi),
            holes(about.message.en),
            "{}",
            about.id
        );
    }
    for kind in FactKind::ALL {
        let judged = CHECKS.iter().any(|entry| entry.fact == kind);
        assert!(judged, "no check looks at {}", kind.as_str());
    }
}

/// Whoever keeps one of the four servers finds the line to change. STARTTLS is spoken by none of them.
#[test]
fn every_tls_check_says_how_to_mend_it_on_each_server() {
    let web =
        |about: &About| about.area == crate::Area::Tls && !about.id.starts_with("tls.starttls_");
    for about in abouts().filter(web) {
        for words in [about.fix.vi, about.fix.en] {
            for server in ["nginx", "Apache", "IIS", "Tomcat"] {
                assert!(words.contains(server), "{}: {server}", about.id);
            }
        }
    }
}

#[test]
fn every_example_is_judged_as_written() {
    for (entry, examples) in EXAMPLES {
        for example in examples() {
            let outcome = example.judge(entry, &example.fact);
            let found = shape(&outcome);
            assert!(
                found == example.expect,
                "{} / {}: {found:?} is not {:?}",
                entry.about.id,
                example.name,
                example.expect
            );
            for fault in faults(&outcome) {
                for message in message::render(entry.about.message, fault) {
                    assert!(
                        !message.contains(['{', '}']),
                        "{}: {message}",
                        entry.about.id
                    );
                }
            }
        }
    }
}

fn faults(outcome: &Outcome) -> &[Fault] {
    match outcome {
        Outcome::Fail(faults) | Outcome::Partial(faults, _) => faults,
        _ => &[],
    }
}

#[test]
fn every_check_has_a_passing_a_failing_and_an_unknown_example() {
    for (entry, examples) in EXAMPLES {
        let shapes: Vec<Shape> = examples()
            .iter()
            .map(|e| shape(&e.judge(entry, &e.fact)))
            .collect();
        let has = |wanted: fn(&Shape) -> bool| shapes.iter().any(wanted);
        let id = entry.about.id;
        assert!(has(|s| *s == Shape::Pass), "{id} has no passing example");
        assert!(
            has(|s| matches!(s, Shape::Fail(_))),
            "{id} has no failing example"
        );
        let unknown = has(|s| *s == Shape::Inconclusive);
        assert_eq!(unknown, id != ABSENCE_IS_THE_FAULT, "{id}: unknown example");
    }
}

/// The fields that can say "unknown".
const FIELDS: [&str; 91] = [
    "answered",
    "recursion",
    "mode_six",
    "monlist",
    "public_community",
    "version_three",
    "anonymous",
    "null_user",
    "no_authentication",
    "cipher_zero",
    "trace",
    "reflects_origin",
    "credentials",
    "exposed",
    "present",
    "encrypted",
    "incident",
    "link",
    "algorithms",
    "authoritative",
    "transfer",
    "soa",
    "wildcard",
    "exists",
    "secure",
    "matches",
    "servers",
    "dkim",
    "mta_sts",
    "tls_reports",
    "lists_complete",
    "strict_key_exchange",
    "host_keys_complete",
    "zone",
    "name_servers",
    "delegated",
    "validated",
    "signed_from",
    "signed_until",
    "caa",
    "spf",
    "spf_redirected",
    "spf_terms",
    "spf_terms_complete",
    "dmarc",
    "compression",
    "secure_renegotiation",
    "client_renegotiation",
    "resumption_id",
    "resumption_ticket",
    "resumption_psk",
    "early_data",
    "extended_master_secret",
    "encrypt_then_mac",
    "fallback_scsv",
    "heartbeat",
    "alpn_complete",
    "client_certificate",
    "long_hello",
    "short_hello",
    "grease",
    "heartbleed",
    "ccs_injection",
    "robot",
    "ticketbleed",
    "starttls_injection",
    "order",
    "signatures_complete",
    "dh_key_reused",
    "ecdh_key_reused",
    "in_order",
    "missing_issuer",
    "staple",
    "status",
    "certificate",
    "handshake",
    "profile",
    "extensions",
    "modulus",
    "exponent",
    "offered",
    "starttls_offered",
    "suites_complete",
    "groups_complete",
    "ca",
    "self_signed",
    "verdict",
    "name_match",
    "stop",
    "complete",
    "protocol",
];

/// Places of the fields that can say "unknown", as JSON pointers.
fn unsure(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let path = format!("{path}/{name}");
                if FIELDS.contains(&name.as_str()) {
                    found.push(path);
                } else {
                    unsure(inner, &path, found);
                }
            }
        }
        Value::Array(items) => {
            for (at, inner) in items.iter().enumerate() {
                unsure(inner, &format!("{path}/{at}"), found);
            }
        }
        _ => {}
    }
}

/// The fact with the fields chosen by `mask` set to unknown.
fn forget(fact: &Fact, mask: u64) -> Fact {
    let mut json = serde_json::to_value(fact).unwrap();
    let mut places = Vec::new();
    unsure(&json, "", &mut places);
    for (at, place) in places.iter().enumerate() {
        if mask & (1 << (at % 64)) != 0 {
            let name = place.rsplit('/').next().unwrap();
            // Counts of timestamps, by way.
            let count = place.contains("/timestamps/");
            let unknown = match name {
                _ if count => Value::Null,
                // The status of an HTTP answer is a number and always known.
                "status" if json.pointer(place).is_some_and(Value::is_number) => continue,
                // So is whether a cookie is.
                "secure" if json.pointer(place).is_some_and(Value::is_boolean) => continue,
                "name_match" | "protocol" | "profile" | "extensions" | "modulus" | "exponent"
                | "zone" | "name_servers" | "signed_from" | "signed_until" | "caa" | "spf"
                | "spf_redirected" | "spf_terms" | "dmarc" | "soa" | "matches" | "servers"
                | "dkim" | "mta_sts" | "tls_reports" | "algorithms" => Value::Null,
                "complete" => Value::Bool(false),
                _ => Value::String("unknown".to_owned()),
            };
            *json.pointer_mut(place).unwrap() = unknown;
        }
    }
    Fact::from_json(fact.kind(), json.to_string().as_bytes()).unwrap()
}

#[test]
fn three_values_are_all_forgotten() {
    let fact = forget(&EXAMPLES[0].1()[0].fact, u64::MAX);
    let Fact::Tls(tls) = fact else {
        panic!("not a tls fact")
    };
    assert!(
        tls.versions
            .values()
            .all(|version| version.offered == Tri::Unknown)
    );
}

#[test]
fn unknown_is_never_a_pass() {
    for (entry, examples) in EXAMPLES {
        let passes = |example: &Example| {
            shape(&example.judge(entry, &forget(&example.fact, u64::MAX))) == Shape::Pass
        };
        let any = examples().iter().any(passes);
        assert_eq!(any, CERTAIN.contains(&entry.about.id), "{}", entry.about.id);
    }
}

/// A fact of which nothing was kept passes no check.
#[test]
fn an_empty_fact_passes_nothing() {
    for (entry, examples) in EXAMPLES {
        // A service without its port, or TLS without its versions, is refused as a whole.
        let Ok(fact) = Fact::from_json(entry.fact, b"{}") else {
            assert!(matches!(entry.fact, FactKind::Service | FactKind::Tls));
            continue;
        };
        for example in examples() {
            let found = shape(&example.judge(entry, &fact));
            assert_ne!(found, Shape::Pass, "{}", entry.about.id);
        }
    }
}

proptest! {
    /// Forgetting any part of a fact never turns another answer into a pass, and never makes a fault
    /// vanish from an answer that says it is whole.
    #[test]
    fn forgetting_never_helps(check in 0..CHECKS.len(), mask: u64) {
        let (entry, examples) = &EXAMPLES[check];
        for example in examples() {
            let before = shape(&example.judge(entry, &example.fact));
            let after = shape(&example.judge(entry, &forget(&example.fact, mask)));
            prop_assert!(before == Shape::Pass || after != Shape::Pass,
                "{} / {}: {:?} became a pass", entry.about.id, example.name, before);
            if let (Shape::Fail(old) | Shape::Partial(old), Shape::Fail(new)) = (&before, &after) {
                let kept = |part: &String| new.iter().any(|(other, _)| other == part);
                prop_assert!(old.iter().all(|(part, _)| kept(part)), "{}: {:?} became {:?}",
                    entry.about.id, old, new);
            }
        }
    }
}

#[test]
fn every_check_is_reachable_and_has_a_severity_for_every_grade() {
    let policy = policy();
    for about in abouts() {
        let reached = Level::ALL
            .iter()
            .any(|l| policy.in_force(about.id, Some(*l)));
        assert!(reached, "{} is in force at no level", about.id);
        for (level, exposure) in Level::ALL.iter().flat_map(|l| {
            [Exposure::Internal, Exposure::Declared, Exposure::Internet].map(|e| (l, e))
        }) {
            let of = |grade| policy.severity(about.id, grade, Some(*level), exposure);
            let ladder = Grade::ALL.map(of);
            assert!(ladder.is_sorted(), "{}: {ladder:?}", about.id);
        }
    }
}

/// Every clause that a check is cited for stands in a pack, and every check on a standard's or law's
/// matter is cited by at least one.
#[test]
fn clauses_of_checks_stand_in_packs() {
    let policy = Policy::on(day_of(now()), &[PROVINCE_EXAMPLE]).unwrap();
    let all: BTreeSet<String> = Level::ALL
        .iter()
        .flat_map(|level| policy.requirements(*level))
        .map(|requirement| requirement.clause.label())
        .collect();
    for about in abouts() {
        let cited = policy.clauses(about.id, Some(Level::Three));
        assert!(!cited.is_empty(), "{} is cited by no clause", about.id);
        assert!(cited.iter().all(|clause| all.contains(&clause.label())));
    }
}
