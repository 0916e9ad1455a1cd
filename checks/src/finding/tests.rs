use luytre_inventory::Zone;

use super::*;
use crate::Subject;

fn time(day: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + day * 86_400).unwrap()
}

fn key() -> FindingKey {
    FindingKey {
        check: "tls.legacy_version".into(),
        subject: Subject::Endpoint(Uuid::from_u128(7)),
        part: "TLSv1.0".into(),
        vantage: None,
    }
}

fn sighting(day: i64, severity: Severity) -> Sighting {
    Sighting {
        observed: time(day),
        observation: Some(Uuid::from_u128(u128::try_from(day).unwrap())),
        target: "www.doiche.test:443".into(),
        system: Some("HT-01".parse().unwrap()),
        ports: [443].into(),
        severity,
        grade: Grade::Moderate,
        message_vi: format!("thấy ngày {day}"),
        message_en: format!("seen on day {day}"),
        clauses: vec!["tcvn11930-2017:5.1".into()],
        policy: PolicyStamp {
            id: "p".into(),
            version: "1".into(),
            sha256: "00".into(),
        },
        deadline: Some(Deadline {
            date: "2026-12-31".parse().unwrap(),
            basis: format!("{severity:?}"),
            pack: "product-default".into(),
            statutory: false,
        }),
    }
}

fn event(day: i64, kind: EventKind) -> Event {
    Event {
        at: time(day),
        actor: "luytre".into(),
        scan: Some(Uuid::from_u128(1)),
        kind,
        reason: None,
        evidence: None,
    }
}

fn folded(kinds: Vec<(i64, EventKind)>) -> Finding {
    let events: Vec<_> = kinds
        .into_iter()
        .map(|(day, kind)| event(day, kind))
        .collect();
    // What is stored must read back.
    let json = serde_json::to_string(&events).unwrap();
    let events: Vec<Event> = serde_json::from_str(&json).unwrap();
    let finding = Finding::fold(key(), 1, &events).unwrap();
    let json = serde_json::to_string(&finding).unwrap();
    assert_eq!(serde_json::from_str::<Finding>(&json).unwrap(), finding);
    finding
}

#[test]
fn every_kind_of_event_folds() {
    use EventKind as K;
    let opened = || (0, K::Opened(sighting(0, Severity::High)));
    let unreachable = K::Unreachable {
        failure: Unmeasured::TimedOut,
    };
    let accepted = K::AcceptedUntil { until: time(20) };
    let wrong = K::FalsePositiveUntil { until: time(20) };
    let seen = || K::Seen(sighting(12, Severity::High));
    let cases = [
        (vec![opened()], State::Open),
        (vec![opened(), (1, K::Confirmed)], State::Open),
        (vec![opened(), (1, unreachable.clone())], State::Unreachable),
        (
            vec![opened(), (1, unreachable.clone()), (12, seen())],
            State::Open,
        ),
        (vec![opened(), (1, accepted.clone())], State::Accepted),
        (
            vec![opened(), (1, accepted.clone()), (12, seen())],
            State::Accepted,
        ),
        (
            vec![opened(), (1, accepted.clone()), (2, unreachable.clone())],
            State::Accepted,
        ),
        (vec![opened(), (1, wrong.clone())], State::FalsePositive),
        (vec![opened(), (1, K::Fixed)], State::Fixed),
        (
            vec![opened(), (1, accepted.clone()), (2, K::Fixed)],
            State::Fixed,
        ),
        (vec![opened(), (1, K::Retired)], State::Retired),
        (vec![opened(), (1, K::RuleChanged)], State::Retired),
        // A decision about a fault that was gone does not hide it when it comes back.
        (
            vec![
                opened(),
                (1, accepted),
                (2, K::Fixed),
                (12, K::Reopened(sighting(12, Severity::Low))),
            ],
            State::Open,
        ),
    ];
    for (kinds, state) in cases {
        let shown = format!("{kinds:?}");
        assert_eq!(folded(kinds).state(time(15)), state, "{shown}");
    }
}

#[test]
fn decisions_end_by_themselves_and_stay_visible() {
    let finding = folded(vec![
        (0, EventKind::Opened(sighting(0, Severity::High))),
        (1, EventKind::AcceptedUntil { until: time(20) }),
    ]);
    assert_eq!(finding.state(time(20)), State::Accepted);
    assert_eq!(finding.state(time(21)), State::Open);
    assert_eq!(finding.accepted_until(), Some(time(20)));
    assert!(State::Accepted.is_live() && State::FalsePositive.is_live());
    let today = "2027-01-01".parse().unwrap();
    assert!(!finding.is_overdue(time(20), today));
    assert!(finding.is_overdue(time(21), today));
}

#[test]
fn dates_and_words_follow_the_sightings() {
    let finding = folded(vec![
        (0, EventKind::Opened(sighting(0, Severity::High))),
        (3, EventKind::Seen(sighting(3, Severity::High))),
        (9, EventKind::Fixed),
        (30, EventKind::Reopened(sighting(30, Severity::Critical))),
    ]);
    assert_eq!(finding.first_seen, time(0));
    assert_eq!(finding.last_confirmed, time(30));
    assert_eq!(finding.message_vi, "thấy ngày 30");
    assert_eq!(finding.severity, Severity::Critical);
    assert_eq!(finding.deadline.clone().unwrap().basis, "Critical");
    assert_eq!(finding.evidence, [Uuid::from_u128(0), Uuid::from_u128(30)]);
}

#[test]
fn only_an_opening_opens() {
    assert_eq!(Finding::fold(key(), 1, &[]), None);
    assert_eq!(Finding::fold(key(), 1, &[event(0, EventKind::Fixed)]), None);
}

/// Ids that were handed out must never change: written down once, from this very function.
#[test]
fn ids_are_stable_and_apart() {
    assert_eq!(
        FindingId::of(&key(), 1).to_string(),
        "7f70e67cb4cd50c1af05f92b5ccc136f"
    );
    let mut keys = vec![key()];
    keys.push(FindingKey {
        part: String::new(),
        ..key()
    });
    keys.push(FindingKey {
        check: "tls.legacy_versionTLSv1.0".into(),
        part: String::new(),
        ..key()
    });
    keys.push(FindingKey {
        vantage: Some(Zone::Internet),
        ..key()
    });
    keys.push(FindingKey {
        subject: Subject::System("7".parse().unwrap()),
        ..key()
    });
    keys.push(FindingKey {
        subject: Subject::Owner("7".parse().unwrap()),
        ..key()
    });
    let ids: BTreeSet<_> = keys
        .iter()
        .flat_map(|key| [FindingId::of(key, 1), FindingId::of(key, 2)])
        .collect();
    assert_eq!(ids.len(), keys.len() * 2);
    let id = FindingId::of(&key(), 1);
    assert_eq!(id.to_string().parse::<FindingId>().unwrap(), id);
    assert!("xyz".parse::<FindingId>().is_err());
}

#[test]
fn the_document_keeps_the_contract() {
    let finding = folded(vec![(0, EventKind::Opened(sighting(0, Severity::High)))]);
    let owner = "UBND-01".parse().unwrap();
    let json = serde_json::to_value(finding.document(Some(&owner), time(1))).unwrap();
    for field in [
        "id",
        "check",
        "subject",
        "target",
        "system",
        "owner",
        "severity",
        "state",
        "first_seen",
        "last_confirmed",
        "due",
        "due_basis",
        "policy",
        "evidence",
    ] {
        assert!(json.get(field).is_some(), "{field}");
    }
    assert_eq!(json["subject"], "TLSv1.0");
    assert_eq!(json["state"], "open");
}
