use std::net::IpAddr;

use luytre_inventory::{ApprovedLevel, Code, Paper, Protocol, Role, RoleKind, Transport, Zone};
use uuid::Uuid;

use super::*;
use crate::{
    Cost, Fact, Grade, Severity, Tri,
    examples::{chain, leaf, now},
    fact::{
        Cookie, Exchange, HttpFact, PortsFact, RecordFact, Stop, TlsFact, TlsVersion, VersionFact,
    },
};

const HOST: &str = "www.doiche.test";

fn policy() -> Policy {
    static POLICY: std::sync::LazyLock<Policy> =
        std::sync::LazyLock::new(|| Policy::on(day_of(now()), &[]).unwrap());
    POLICY.clone()
}

fn endpoint(id: u128, port: Option<u16>, zone: Zone) -> Endpoint {
    Endpoint {
        id: Uuid::from_u128(id),
        name: Some(HOST.parse().unwrap()),
        address: None,
        transport: Transport::Tcp,
        port,
        protocol: Some(Protocol::Https),
        zone,
        fragile: false,
    }
}

fn system(code: &str, owner: &str, level: Option<Level>, endpoints: Vec<Endpoint>) -> System {
    let mut system = System::new(code.parse().unwrap(), "Trang thông tin");
    system.levels.extend(level.map(|level| ApprovedLevel {
        level,
        decision: Paper::default(),
        until: None,
    }));
    system.roles.push(Role {
        kind: RoleKind::Owner,
        unit: owner.parse().unwrap(),
        from: None,
        until: None,
    });
    system.endpoints = endpoints;
    system
}

fn inventory(level: Option<Level>) -> Inventory {
    let endpoints = vec![
        endpoint(1, Some(443), Zone::Internet),
        endpoint(2, Some(22), Zone::Local),
    ];
    Inventory {
        systems: vec![system("web-doiche", "xa-doiche", level, endpoints)],
        ..Inventory::default()
    }
}

fn look(reading: Reading, probe: FactKind, label: &str, id: Option<u128>) -> Observation {
    Observation {
        id: Uuid::from_u128(99),
        scan: Uuid::nil(),
        endpoint: label.to_owned(),
        endpoint_id: id.map(Uuid::from_u128),
        address: Some(IpAddr::from([192, 0, 2, 7])),
        port: (probe != FactKind::Ports).then_some(443),
        vantage: Zone::Wan,
        system: None,
        probe,
        probe_version: 1,
        sensor: "pa05".to_owned(),
        started: now(),
        ended: now(),
        reading,
        evidence: Vec::new(),
        cost: Cost::default(),
    }
}

fn measured(fact: Fact, label: &str, id: Option<u128>) -> Observation {
    let kind = fact.kind();
    look(Reading::Measured { fact }, kind, label, id)
}

fn tls(versions: &[(TlsVersion, Tri)]) -> Fact {
    let of = |offered| VersionFact {
        offered,
        ..VersionFact::default()
    };
    Fact::Tls(TlsFact {
        versions: versions.iter().map(|(v, tri)| (*v, of(*tri))).collect(),
        ..TlsFact::default()
    })
}

fn of_check<'a>(verdicts: &'a [Verdict], check: &str) -> Vec<&'a Verdict> {
    verdicts.iter().filter(|v| v.check == check).collect()
}

#[test]
fn an_unmeasured_look_is_inconclusive_for_every_check_of_its_kind() {
    for kind in FactKind::ALL {
        for reason in Unmeasured::ALL {
            let observation = look(
                Reading::Unmeasured { reason },
                kind,
                "www.doiche.test:443",
                Some(1),
            );
            // A level at which every check is in force.
            let verdicts = judge(
                &observation,
                &inventory(Some(Level::Four)),
                &policy(),
                now(),
            );
            assert_eq!(
                verdicts.len(),
                CHECKS.iter().filter(|e| e.fact == kind).count()
            );
            for verdict in &verdicts {
                assert!(
                    matches!(verdict.ruling, Ruling::Inconclusive { .. }),
                    "{verdict:?}"
                );
                assert!(verdict.message_vi.contains(reason.text().vi));
            }
            let fleet = judge_fleet(&[observation], &Inventory::default(), &policy(), now());
            assert!(
                fleet
                    .iter()
                    .all(|v| matches!(v.ruling, Ruling::Inconclusive { .. }))
            );
        }
    }
}

#[test]
fn a_partial_answer_leaves_an_inconclusive_verdict_beside_its_faults() {
    let fact = tls(&[
        (TlsVersion::Tls10, Tri::Yes),
        (TlsVersion::Tls11, Tri::Unknown),
    ]);
    let observation = measured(fact, "www.doiche.test:443", Some(1));
    let verdicts = judge(
        &observation,
        &inventory(Some(Level::Three)),
        &policy(),
        now(),
    );
    let found = of_check(&verdicts, "tls.legacy_version");
    let [fail, rest] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(fail.part, "TLSv1.0");
    // Level 3 and declared for the Internet: one step up from medium.
    let expected = Ruling::Fail {
        grade: Grade::Moderate,
        severity: Severity::High,
    };
    assert_eq!(fail.ruling, expected);
    assert_eq!(fail.subject, Subject::Endpoint(Uuid::from_u128(1)));
    assert_eq!(fail.system, Some("web-doiche".parse().unwrap()));
    assert_eq!(fail.vantage, None);
    assert!(fail.message_vi.contains("TLSv1.0") && fail.message_en.contains("TLSv1.0"));
    assert!(fail.clauses.contains(&"tcvn11930-2017:7.2.3.4".to_owned()));
    assert_eq!(fail.policy.id, "product-default");
    assert_eq!(rest.part, "");
    assert!(matches!(rest.ruling, Ruling::Inconclusive { .. }));
}

#[test]
fn an_ad_hoc_target_is_named_by_its_label_and_judged_as_unknown_level() {
    let fact = tls(&[(TlsVersion::Ssl3, Tri::Yes)]);
    let mut observation = measured(fact, "192.0.2.7:8443", None);
    observation.vantage = Zone::Internet;
    let verdicts = judge(&observation, &Inventory::default(), &policy(), now());
    let fail = of_check(&verdicts, "tls.legacy_version")[0];
    assert_eq!(fail.subject, Subject::Target("192.0.2.7:8443".to_owned()));
    assert_eq!(
        (fail.target.as_str(), &fail.system),
        ("192.0.2.7:8443", &None)
    );
    // As at level 3: SSLv3 is high, a step up on the Internet.
    let expected = Ruling::Fail {
        grade: Grade::Serious,
        severity: Severity::Critical,
    };
    assert_eq!(fail.ruling, expected);
}

#[test]
fn a_check_below_its_level_is_not_in_force() {
    let plan = "id = \"p\"\nversion = \"1\"\nrank = \"plan\"\ntitle = { vi = \"Gói\", en = \"Pack\" }\n\
                effective_from = \"2026-01-01\"\ndates = \"confirmed\"\nsupersedes = []\n\
                [[sources]]\nnumber = \"1/QĐ\"\ncertainty = \"confirmed\"\n\
                [checks.\"tls.legacy_version\"]\nfrom_level = 4\n";
    let policy = Policy::on(day_of(now()), &[plan]).unwrap();
    let fact = tls(&[(TlsVersion::Ssl3, Tri::Yes)]);
    let observation = measured(fact, "www.doiche.test:443", Some(1));
    let ruling = |level, proposed| {
        let mut inventory = inventory(level);
        inventory.systems[0].proposed_level = proposed;
        let verdicts = judge(&observation, &inventory, &policy, now());
        let found = of_check(&verdicts, "tls.legacy_version");
        (found[0].ruling.as_str(), found[0].policy.id.clone())
    };
    assert_eq!(
        ruling(Some(Level::Two), None),
        ("not_in_force", "p".to_owned())
    );
    assert_eq!(
        ruling(Some(Level::Two), Some(Level::Five)).0,
        "not_in_force"
    );
    assert_eq!(ruling(Some(Level::Four), None).0, "fail");
    assert_eq!(ruling(None, None).0, "fail");
}

#[test]
fn a_proposed_level_counts_where_it_asks_for_more() {
    for (proposed, expected) in [
        (None, None),
        (Some(Level::Two), None),
        (Some(Level::Five), Some(Level::Five)),
    ] {
        let mut system = system("a", "b", None, Vec::new());
        system.proposed_level = proposed;
        assert_eq!(level(&system, day_of(now())), expected);
    }
}

/// A port to which nothing is said is told by what port discovery found, whatever the greeting was like.
#[test]
fn a_port_that_is_never_asked_is_reported_once() {
    let policy = policy();
    let rows = &policy.parameters().exposure;
    let ports = rows
        .iter()
        .filter(|row| row.never_asked)
        .flat_map(|row| row.ports.iter());
    let mut seen = 0;
    for port in ports {
        let found = Fact::Ports(PortsFact {
            asked: "1-65535".parse().unwrap(),
            open: vec![port],
            complete: true,
            ..PortsFact::default()
        });
        let looks = [
            found,
            crate::service::speaks(port, Some(Protocol::Other), false),
        ];
        let told: Vec<String> = looks
            .into_iter()
            .flat_map(|fact| {
                let mut look = measured(fact, HOST, None);
                look.system = Some("web-doiche".parse().unwrap());
                judge(&look, &inventory(Some(Level::Two)), &policy, now())
            })
            .filter(|verdict| matches!(verdict.ruling, Ruling::Fail { .. }))
            .filter(|verdict| verdict.check.ends_with(".exposed"))
            .map(|verdict| verdict.check)
            .collect();
        assert_eq!(told, ["ports.exposed"], "{port}");
        seen += 1;
    }
    assert!(seen >= 9);
}

#[test]
fn ports_are_compared_with_all_that_the_system_declares_on_the_host() {
    let fact = Fact::Ports(PortsFact {
        asked: "1-65535".parse().unwrap(),
        open: vec![22, 443, 3306],
        complete: true,
        ..PortsFact::default()
    });
    let mut observation = measured(fact, HOST, None);
    observation.system = Some("web-doiche".parse().unwrap());
    let verdicts = judge(&observation, &inventory(Some(Level::Two)), &policy(), now());
    let [control, fail] = verdicts.as_slice() else {
        panic!("{verdicts:?}")
    };
    assert_eq!(
        (control.check.as_str(), &control.ruling),
        ("ports.exposed", &Ruling::Pass)
    );
    assert_eq!(
        (fail.check.as_str(), fail.part.as_str()),
        ("ports.undeclared", "3306")
    );
    // The declaration with the smallest id stands for the host; the check depends on the vantage.
    assert_eq!(fail.subject, Subject::Endpoint(Uuid::from_u128(1)));
    assert_eq!(fail.vantage, Some(Zone::Wan));
}

#[test]
fn words_of_a_server_are_made_harmless() {
    let name = "sid\u{202e}\u{1b}[2J{subject}";
    let cookie = Cookie {
        name: name.to_owned(),
        secure: false,
        http_only: true,
        same_site: None,
    };
    let exchange = Exchange {
        url: "https://www.doiche.test/".to_owned(),
        tls: true,
        status: 200,
        cookies: vec![cookie.clone(), cookie],
        ..Exchange::default()
    };
    let fact = Fact::Http(HttpFact {
        tls: true,
        exchanges: vec![exchange],
        stop: Stop::Final,
        ..HttpFact::default()
    });
    let observation = measured(fact, "www.doiche.test:443", Some(1));
    let verdicts = judge(&observation, &inventory(Some(Level::Two)), &policy(), now());
    let found = of_check(&verdicts, "web.cookie_insecure");
    let [fail] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(fail.part, "sid\\u{202e}\\u{1b}[2J{subject}");
    assert!(!fail.message_vi.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn a_record_is_judged_as_a_system() {
    let inventory = inventory(None);
    let fact = Fact::Record(RecordFact::of(&inventory.systems[0], day_of(now())));
    let mut observation = measured(fact, "web-doiche", None);
    observation.system = Some("web-doiche".parse().unwrap());
    observation.port = None;
    let verdicts = judge(&observation, &inventory, &policy(), now());
    let fail = of_check(&verdicts, "record.no_approved_level")[0];
    let code: Code = "web-doiche".parse().unwrap();
    assert_eq!(
        (&fail.subject, fail.target.as_str()),
        (&Subject::System(code), "web-doiche")
    );
    let expected = Ruling::Fail {
        grade: Grade::Serious,
        severity: Severity::High,
    };
    assert_eq!(fail.ruling, expected);
    assert!(fail.message_vi.starts_with("Đang vận hành"));
}

#[test]
fn a_key_shared_by_strangers_is_found_over_the_fleet() {
    let mut other = system(
        "web-ban",
        "xa-ban",
        Some(Level::One),
        vec![endpoint(7, Some(443), Zone::Wan)],
    );
    other.endpoints[0].name = Some("www.ban.test".parse().unwrap());
    let mut inventory = inventory(Some(Level::Two));
    inventory.systems.push(other);
    let chain = || Fact::Chain(chain(leaf()));
    let dead = Reading::Unmeasured {
        reason: Unmeasured::TimedOut,
    };
    let observations = [
        measured(chain(), "www.doiche.test:443", Some(1)),
        look(dead, FactKind::Chain, "www.doiche.test:22", Some(2)),
        measured(tls(&[]), "www.doiche.test:443", Some(1)),
        measured(chain(), "www.ban.test:443", Some(7)),
    ];
    let verdicts = judge_fleet(&observations, &inventory, &policy(), now());
    let verdicts = of_check(&verdicts, "cert.key_shared");
    let found: Vec<_> = verdicts
        .iter()
        .map(|v| (v.target.as_str(), v.ruling.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("www.doiche.test:443", "fail"),
            ("www.doiche.test:22", "inconclusive"),
            ("www.ban.test:443", "fail"),
        ]
    );
    assert!(verdicts[0].message_vi.contains("web-ban"));
}

/// One name at two addresses, a certificate beside each: what was read at a place belongs together.
#[test]
fn a_fleet_check_sees_what_else_was_read_at_the_same_place() {
    use crate::tls::samples::{modern, nothing};

    let at = |address: &str, fact: Fact| {
        let mut one = measured(fact, "www.doiche.test:443", Some(1));
        one.address = Some(address.parse().unwrap());
        one
    };
    let mut old = nothing();
    let ssl2 = old.versions.get_mut(&TlsVersion::Ssl2).unwrap();
    ssl2.offered = Tri::Yes;
    ssl2.suites_complete = Tri::Yes;
    let observations = [
        at("192.0.2.1", Fact::Tls(modern())),
        at("192.0.2.1", Fact::Chain(chain(leaf()))),
        at("192.0.2.2", Fact::Tls(old)),
        at("192.0.2.2", Fact::Chain(chain(leaf()))),
    ];
    let inventory = inventory(Some(Level::Two));
    let verdicts = judge_fleet(&observations, &inventory, &policy(), now());
    let rulings = |check: &str, verdicts: &[Verdict]| -> Vec<&str> {
        let found = of_check(verdicts, check);
        found.iter().map(|v| v.ruling.as_str()).collect()
    };
    assert_eq!(rulings("tls.drown", &verdicts), ["fail", "fail"]);
    let differ = of_check(&verdicts, "tls.addresses_differ");
    assert_eq!(differ.len(), 2);
    assert!(differ.iter().all(|v| v.part == "versions"));
    assert!(
        differ[0]
            .message_en
            .contains("SSLv2: + 192.0.2.2, − 192.0.2.1")
    );
    // An address that did not answer leaves the other undecided.
    let dead = Reading::Unmeasured {
        reason: Unmeasured::TimedOut,
    };
    let silent = look(dead, FactKind::Tls, "www.doiche.test:443", Some(1));
    let [first, ..] = observations;
    let verdicts = judge_fleet(&[first, silent], &inventory, &policy(), now());
    let both = rulings("tls.addresses_differ", &verdicts);
    assert_eq!(both, ["inconclusive", "inconclusive"]);
}

proptest::proptest! {
    /// Whatever a web server says, judging ends, and nothing of it that a terminal obeys gets through.
    #[test]
    fn hostile_web_servers_are_judged(tls: bool, status in 0u16..1000,
                                      words in proptest::collection::vec(".{0,40}", 5)) {
        let header = |name: &str, value: &String| crate::fact::Header {
            name: name.to_owned(),
            value: value.clone(),
        };
        let exchange = Exchange {
            url: words[0].clone(),
            tls,
            status,
            location: Some(words[1].clone()),
            headers: vec![
                header("strict-transport-security", &words[2]),
                header("server", &words[3]),
            ],
            cookies: vec![Cookie {
                name: words[4].clone(),
                secure: false,
                http_only: false,
                same_site: None,
            }],
            ..Exchange::default()
        };
        let fact = HttpFact {
            tls,
            exchanges: vec![exchange],
            stop: Stop::Final,
            ..HttpFact::default()
        };
        let observation = measured(Fact::Http(fact), "www.doiche.test:443", Some(1));
        for verdict in judge(&observation, &inventory(None), &policy(), now()) {
            let shown = [&verdict.part, &verdict.message_vi, &verdict.message_en];
            proptest::prop_assert!(shown.iter().all(|text| !text.contains(char::is_control)));
        }
    }
}

/// The fictional province: one system has no approved level, one has changed since, and every level set
/// under the former law runs towards the transition date.
#[test]
fn records_of_the_sample_province() {
    let inventory = luytre_inventory::sample();
    let mut failing = std::collections::BTreeMap::<String, Vec<String>>::new();
    for system in &inventory.systems {
        let fact = Fact::Record(RecordFact::of(system, day_of(now())));
        let mut observation = measured(fact, system.code.as_str(), None);
        observation.system = Some(system.code.clone());
        for verdict in judge(&observation, &inventory, &policy(), now()) {
            if matches!(verdict.ruling, Ruling::Fail { .. }) {
                failing.entry(verdict.check).or_default().push(
                    format!("{} {}", verdict.target, verdict.part)
                        .trim()
                        .to_owned(),
                );
            }
        }
    }
    assert_eq!(failing["record.no_approved_level"], ["qlvb-tinh"]);
    assert_eq!(failing["record.redetermine"], ["mot-cua-sxd users"]);
    let transitions = &failing["record.transition"];
    let of = |part: &str| transitions.iter().filter(|t| t.ends_with(part)).count();
    assert_eq!(of("level_of_the_former_law"), inventory.systems.len() - 1);
    assert_eq!(
        (of("investment_approval"), of("investment_measures")),
        (1, 1)
    );
}
