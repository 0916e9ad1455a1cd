use std::net::IpAddr;

use luytre_checks::{
    Cost, Coverage, Covered, Event, EventKind, Fact, FactKind, Finding, FindingId, FindingKey,
    Grade, NewEvent, Observation, PolicyStamp, Reading, Ruling, Severity, Sighting, State, Subject,
    Unmeasured, Verdict, fact::ServiceFact,
};
use luytre_inventory::{Endpoint, Inventory, Role, RoleKind, System, Zone};
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::{
    Action, AuditCheck, AuditEntry, AuditFilter, Cause, FindingFilter, LookFilter, NewScan,
    ScanEnd, ScanState, Store,
};

mod audit;
mod candidates;
mod findings;
mod runs;
mod scans;
mod schema;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

async fn opened() -> (TempDir, Sqlite) {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path(), at(0)).await.unwrap();
    (folder, store)
}

fn endpoint(n: u128) -> Endpoint {
    Endpoint {
        id: id(n),
        name: Some("www.doiche.test".parse().unwrap()),
        address: None,
        transport: luytre_inventory::Transport::Tcp,
        port: Some(443),
        protocol: None,
        zone: Zone::Internet,
        fragile: false,
    }
}

fn inventory() -> Inventory {
    let mut system = System::new("HT-01".parse().unwrap(), "Cổng thông tin điện tử");
    system.endpoints = vec![endpoint(1), endpoint(2)];
    system.roles = vec![Role {
        kind: RoleKind::Owner,
        unit: "UBND-01".parse().unwrap(),
        from: None,
        until: None,
    }];
    Inventory {
        systems: vec![system],
        ..Inventory::default()
    }
}

fn scan(n: u128, second: i64) -> NewScan {
    NewScan {
        id: id(n),
        started: at(second),
        actor: "truc-ban".into(),
        reason: "quét định kỳ".into(),
        inventory: None,
        request: serde_json::Value::Null,
        resumes: None,
        tasks: Vec::new(),
    }
}

fn service(port: u16, banner: &str) -> Reading {
    Reading::Measured {
        fact: Fact::Service(ServiceFact {
            port,
            transport: luytre_inventory::Transport::Tcp,
            protocol: None,
            tls: false,
            vendor: None,
            product: None,
            version: None,
            os: None,
            cpe: None,
            banner: Some(banner.into()),
            confidence: luytre_checks::fact::Confidence::None,
        }),
    }
}

fn failed(reason: Unmeasured) -> Reading {
    Reading::Unmeasured { reason }
}

fn look(n: u128, scan: u128, endpoint: u128, second: i64, reading: Reading) -> Observation {
    Observation {
        id: id(n),
        scan: id(scan),
        endpoint: "www.doiche.test:443".into(),
        endpoint_id: Some(id(endpoint)),
        address: Some(IpAddr::from([127, 0, 0, 1])),
        port: Some(443),
        vantage: Zone::Local,
        system: Some("HT-01".parse().unwrap()),
        probe: FactKind::Service,
        probe_version: 1,
        sensor: "sensor-1".into(),
        started: at(second - 1),
        ended: at(second),
        reading,
        evidence: vec![luytre_checks::Evidence {
            what: "greeting".into(),
            excerpt: luytre_checks::Excerpt::redacted("220 xin chào"),
            command: None,
        }],
        cost: Cost {
            connections: 1,
            bytes_sent: 2,
            bytes_received: 3,
            milliseconds: 4,
        },
    }
}

fn verdict(part: &str, second: i64, ruling: Ruling) -> Verdict {
    Verdict {
        check: "tls.legacy_version".into(),
        subject: Subject::Endpoint(id(1)),
        target: "www.doiche.test:443".into(),
        part: part.into(),
        system: Some("HT-01".parse().unwrap()),
        vantage: None,
        observation: Some(id(100)),
        observed: at(second),
        ruling,
        clauses: vec!["p:1".into()],
        policy: PolicyStamp {
            id: "p".into(),
            version: "1".into(),
            sha256: "00".into(),
        },
        message_vi: format!("giây {second}"),
        message_en: format!("second {second}"),
    }
}

fn fail() -> Ruling {
    Ruling::Fail {
        grade: Grade::Serious,
        severity: Severity::High,
    }
}

fn line(failure: Option<Unmeasured>) -> Covered {
    Covered {
        subject: Subject::Endpoint(id(1)),
        address: Some(IpAddr::from([127, 0, 0, 1])),
        port: Some(443),
        probe: FactKind::Service,
        vantage: Zone::Local,
        failure,
        ports: None,
        partly: false,
        repeated: false,
    }
}

fn key(part: &str) -> FindingKey {
    FindingKey {
        check: "tls.legacy_version".into(),
        subject: Subject::Endpoint(id(1)),
        part: part.into(),
        vantage: None,
    }
}

fn sighting(second: i64, severity: Severity) -> Sighting {
    Sighting {
        observed: at(second),
        observation: Some(id(100)),
        target: "www.doiche.test:443".into(),
        system: Some("HT-01".parse().unwrap()),
        ports: [443].into(),
        severity,
        grade: Grade::Serious,
        message_vi: "lỗi".into(),
        message_en: "fault".into(),
        clauses: Vec::new(),
        policy: PolicyStamp {
            id: "p".into(),
            version: "1".into(),
            sha256: "00".into(),
        },
        deadline: None,
    }
}

fn new_event(part: &str, scan: Option<u128>, second: i64, kind: EventKind) -> NewEvent {
    NewEvent {
        finding: FindingId::of(&key(part), 1),
        key: key(part),
        incarnation: 1,
        event: Event {
            at: at(second),
            actor: "truc-ban".into(),
            scan: scan.map(id),
            kind,
            reason: Some("lý do".into()),
            evidence: None,
        },
    }
}

fn end(second: i64, events: Vec<NewEvent>) -> ScanEnd {
    ScanEnd {
        ended: at(second),
        coverage: Coverage {
            lines: vec![line(None), line(Some(Unmeasured::TimedOut))],
        },
        verdicts: vec![verdict("TLSv1.0", second, fail())],
        events,
    }
}
