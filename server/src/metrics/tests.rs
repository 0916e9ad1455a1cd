use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use luytre_checks::{
    Cost, Event, EventKind, Fact, FactKind, Finding, FindingKey, Grade, Observation, PolicyStamp,
    Reading, Severity, Sighting, Subject, Tri, Unmeasured,
    fact::{
        Certificate, ChainFact, Confidence, Key, ServiceFact, TlsFact, TlsVersion, VersionFact,
    },
};
use luytre_inventory::{Endpoint, Inventory, Protocol, System, Transport, Unit, Zone};
use luytre_store::{InventoryVersion, Look, Picture, SystemCoverage};
use uuid::Uuid;

use super::*;

mod families;
mod hostile;

/// One sample: its name and labels, and its value.
type Samples = BTreeMap<(String, BTreeMap<String, String>), f64>;

const BUILD: Build = Build {
    version: "0.1.0",
    revision: "",
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

/// Reads the exposition format, strictly (Prometheus text format 0.0.4).
fn parse(text: &str) -> Samples {
    let mut samples = Samples::new();
    let mut family = String::new();
    assert!(text.ends_with('\n'));
    for line in text.split_terminator('\n') {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, words) = help.split_once(' ').unwrap();
            assert!(!words.is_empty() && name != family, "{line}");
            name.clone_into(&mut family);
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').unwrap();
            assert!(
                name == family && matches!(kind, "gauge" | "counter"),
                "{line}"
            );
        } else {
            let (name, labels, value) = sample(line);
            assert_eq!(name, family, "{line}");
            let value: f64 = value.parse().unwrap();
            assert_eq!(samples.insert((name, labels), value), None, "twice: {line}");
        }
    }
    samples
}

fn sample(line: &str) -> (String, BTreeMap<String, String>, &str) {
    let end = line.find(['{', ' ']).unwrap();
    let (name, mut rest) = line.split_at(end);
    let mut labels = BTreeMap::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        while !rest.starts_with('}') {
            let (label, after) = rest.split_once("=\"").unwrap();
            let (value, after) = quoted(after);
            assert_eq!(labels.insert(label.to_owned(), value), None, "{line}");
            rest = after.strip_prefix(',').unwrap_or(after);
        }
        rest = &rest[1..];
    }
    (name.to_owned(), labels, rest.strip_prefix(' ').unwrap())
}

fn quoted(text: &str) -> (String, &str) {
    let (mut value, mut escaped) = (String::new(), false);
    for (index, c) in text.char_indices() {
        match (escaped, c) {
            (false, '"') => return (value, &text[index + 1..]),
            (false, '\\') => {
                escaped = true;
                continue;
            }
            (true, 'n') => value.push('\n'),
            (true, '\\' | '"') | (false, _) => value.push(c),
            (true, c) => panic!("escape \\{c}"),
        }
        escaped = false;
    }
    panic!("no end of the value: {text}");
}

fn value(samples: &Samples, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let labels = labels
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect();
    samples.get(&(name.to_owned(), labels)).copied()
}

fn endpoint(n: u128) -> Endpoint {
    Endpoint {
        id: Uuid::from_u128(n),
        name: Some("www.doiche.test".parse().unwrap()),
        address: None,
        transport: Transport::Tcp,
        port: Some(443),
        protocol: Some(Protocol::Https),
        zone: Zone::Internet,
        fragile: false,
    }
}

fn system(n: u128, name: &str) -> System {
    let mut system = System::new(format!("HT-{n}").parse().unwrap(), name);
    system.endpoints = vec![endpoint(n)];
    system
}

fn picture(systems: Vec<System>) -> Picture {
    let version = InventoryVersion {
        number: 1,
        sha256: String::new(),
        at: at(0),
        actor: String::new(),
        note: String::new(),
    };
    let inventory = Inventory {
        systems,
        ..Inventory::default()
    };
    Picture {
        inventory: Some((version, inventory)),
        ..Picture::default()
    }
}

fn look(n: u128, probe: FactKind, failure: Option<Unmeasured>) -> Look {
    Look {
        endpoint_id: Some(Uuid::from_u128(n)),
        system: None,
        probe,
        vantage: Zone::Local,
        address: None,
        port: Some(443),
        ended: at(9),
        failure,
        last_success: None,
    }
}

fn observed(n: u128, fact: Fact) -> Observation {
    Observation {
        id: Uuid::from_u128(n + 1_000_000),
        scan: Uuid::nil(),
        endpoint: "www.doiche.test:443".into(),
        endpoint_id: Some(Uuid::from_u128(n)),
        address: None,
        port: Some(443),
        vantage: Zone::Local,
        system: Some(format!("HT-{n}").parse().unwrap()),
        probe: fact.kind(),
        probe_version: 1,
        sensor: String::new(),
        started: at(1),
        ended: at(2),
        reading: Reading::Measured { fact },
        evidence: Vec::new(),
        cost: Cost::default(),
    }
}

fn certificate(position: u16, text: &str, begin: i64, end: i64) -> Certificate {
    Certificate {
        position,
        sha256: "00".into(),
        subject: text.into(),
        issuer: text.into(),
        serial: text.into(),
        names: vec![text.into()],
        name_count: 1,
        not_before: at(begin),
        not_after: at(end),
        key: Key {
            kind: text.into(),
            bits: 2048,
            curve: None,
            ..Key::default()
        },
        signature: text.into(),
        ca: Tri::Unknown,
        self_signed: Tri::Yes,
        extensions: None,
        profile: None,
    }
}

fn chain(text: &str) -> Fact {
    Fact::Chain(ChainFact {
        certificates: vec![
            certificate(0, text, -100, -10),
            certificate(1, text, -200, -50),
        ],
        name_match: Some(false),
        server_name: Some(text.into()),
        ..ChainFact::default()
    })
}

fn service(text: &str) -> Fact {
    Fact::Service(ServiceFact {
        port: 3306,
        transport: Transport::Tcp,
        protocol: Some(Protocol::Mysql),
        tls: false,
        vendor: Some(text.into()),
        product: Some(text.into()),
        version: Some(text.into()),
        os: None,
        cpe: Some(text.into()),
        banner: Some(text.into()),
        confidence: Confidence::None,
    })
}

fn finding(n: u128, system: &str, text: &str, severity: Severity) -> Finding {
    let key = FindingKey {
        check: text.into(),
        subject: Subject::Endpoint(Uuid::from_u128(n)),
        part: text.into(),
        vantage: None,
    };
    let sighting = Sighting {
        observed: at(i64::try_from(n).unwrap()),
        observation: None,
        target: text.into(),
        system: Some(system.parse().unwrap()),
        ports: BTreeSet::new(),
        severity,
        grade: Grade::Serious,
        message_vi: text.into(),
        message_en: text.into(),
        clauses: vec![text.into()],
        policy: PolicyStamp {
            id: text.into(),
            version: text.into(),
            sha256: text.into(),
        },
        deadline: Some(luytre_checks::Deadline {
            date: "2026-01-01".parse().unwrap(),
            basis: text.into(),
            pack: text.into(),
            statutory: false,
        }),
    };
    let event = Event {
        at: at(1),
        actor: text.into(),
        scan: None,
        kind: EventKind::Opened(sighting),
        reason: None,
        evidence: None,
    };
    Finding::opened(key, 1, &event).unwrap()
}

fn covered(system: &str, planned: u64, measured: u64) -> SystemCoverage {
    SystemCoverage {
        system: system.parse().unwrap(),
        scan: Uuid::nil(),
        ended: at(5),
        planned,
        measured,
        not_permitted: 0,
    }
}

fn encoded(picture: &Picture) -> Samples {
    let encoded = encode(picture, BUILD, at(10), &BTreeMap::new()).unwrap();
    parse(&encoded.text)
}

fn seconds_of(at: Timestamp) -> f64 {
    super::family::seconds(at)
}
