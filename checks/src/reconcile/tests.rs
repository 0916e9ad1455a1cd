use std::net::IpAddr;

use super::*;
use crate::{Covered, Grade, PolicyStamp, PortsDecided, Severity, State, Unmeasured};

mod model;

fn endpoint(n: u128) -> Subject {
    Subject::Endpoint(Uuid::from_u128(n))
}

fn time(hours: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + hours * 3_600).unwrap()
}

fn rule(check: &str) -> Option<Rule> {
    let (probe, exposure, fleet) = match check {
        "tls.whole" => (FactKind::Tls, false, false),
        "exposure.service" => (FactKind::Service, true, false),
        "exposure.port" => (FactKind::Ports, true, false),
        "exposure.udp" => (FactKind::Udp, true, false),
        "chain.shared_key" => (FactKind::Chain, false, true),
        _ => return None,
    };
    Some(Rule {
        probe,
        exposure,
        fleet,
    })
}

fn run(hours: i64) -> Run<'static> {
    Run {
        scan: Uuid::from_u128(u128::try_from(hours).unwrap()),
        at: time(hours),
        actor: "test",
        rule: &rule,
        deadline: &|_, _| None,
    }
}

fn fail() -> Ruling {
    Ruling::Fail {
        grade: Grade::Serious,
        severity: Severity::High,
    }
}

fn unsure() -> Ruling {
    Ruling::Inconclusive {
        reason: ["?".into(), "?".into()],
    }
}

struct Said {
    check: &'static str,
    subject: u128,
    port: Option<u16>,
    part: &'static str,
    look: u128,
    at: i64,
}

impl Said {
    fn verdict(&self, ruling: Ruling) -> Verdict {
        Verdict {
            check: self.check.into(),
            subject: endpoint(self.subject),
            target: self
                .port
                .map_or("h.test".into(), |port| format!("h.test:{port}")),
            part: self.part.into(),
            system: None,
            vantage: Some(Zone::Internet).filter(|_| self.check.starts_with("exposure")),
            observation: Some(Uuid::from_u128(self.look)),
            observed: time(self.at),
            ruling,
            clauses: Vec::new(),
            policy: PolicyStamp {
                id: String::new(),
                version: String::new(),
                sha256: String::new(),
            },
            message_vi: String::new(),
            message_en: String::new(),
        }
    }
}

fn said(check: &'static str, at: i64) -> Said {
    Said {
        check,
        subject: 1,
        port: Some(443),
        part: "",
        look: 1,
        at,
    }
}

fn line(probe: FactKind, port: Option<u16>, failure: Option<Unmeasured>) -> Covered {
    Covered {
        subject: endpoint(1),
        address: Some(IpAddr::from([127, 0, 0, 1])),
        port,
        probe,
        vantage: Zone::Internet,
        failure,
        ports: None,
        partly: false,
        repeated: false,
    }
}

fn apply(known: &mut Vec<Finding>, events: &[NewEvent]) {
    for new in events {
        match known.iter_mut().find(|finding| finding.id == new.finding) {
            Some(finding) => finding.apply(&new.event),
            None => known.push(
                Finding::opened(new.key.clone(), new.incarnation, &new.event)
                    .expect("the first event of a finding opens it"),
            ),
        }
    }
}

/// Runs once, and holds that the same run again brings nothing.
fn go(
    known: &mut Vec<Finding>,
    verdicts: &[Verdict],
    lines: Vec<Covered>,
    run: &Run<'_>,
) -> Vec<&'static str> {
    let coverage = Coverage { lines };
    let events = reconcile(known, verdicts, &coverage, run);
    apply(known, &events);
    assert_eq!(reconcile(known, verdicts, &coverage, run), []);
    events
        .iter()
        .map(|event| event.event.kind.as_str())
        .collect()
}

fn opened(check: &'static str, part: &'static str) -> Vec<Finding> {
    let mut known = Vec::new();
    let said = Said {
        port: Some(443).filter(|_| check != "exposure.port"),
        part,
        ..said(check, 0)
    };
    assert_eq!(
        go(&mut known, &[said.verdict(fail())], vec![], &run(1)),
        ["opened"]
    );
    known
}

type Case = (
    &'static str,
    Vec<Verdict>,
    Vec<Covered>,
    &'static [&'static str],
);

#[test]
fn closes_only_on_a_covering_success() {
    let pass = |look| {
        Said {
            look,
            ..said("tls.whole", 2)
        }
        .verdict(Ruling::Pass)
    };
    let unsure = |look| {
        Said {
            look,
            ..said("tls.whole", 2)
        }
        .verdict(unsure())
    };
    let ok = || line(FactKind::Tls, Some(443), None);
    let bad = |why| line(FactKind::Tls, Some(443), Some(why));
    let cases: Vec<Case> = vec![
        ("measured", vec![pass(1)], vec![ok()], &["fixed"]),
        (
            "two addresses",
            vec![pass(1), pass(2)],
            vec![ok(), ok()],
            &["fixed"],
        ),
        ("one look not judged", vec![pass(1)], vec![ok(), ok()], &[]),
        (
            "one address silent",
            vec![pass(1), unsure(2)],
            vec![ok(), bad(Unmeasured::TimedOut)],
            &["unreachable"],
        ),
        (
            "stopped",
            vec![pass(1)],
            vec![ok(), bad(Unmeasured::Cancelled)],
            &[],
        ),
        (
            "no permit",
            vec![],
            vec![bad(Unmeasured::NotPermitted)],
            &[],
        ),
        ("undecided", vec![unsure(1)], vec![ok()], &[]),
        (
            "half undecided",
            vec![pass(1), unsure(2)],
            vec![ok(), ok()],
            &[],
        ),
        ("verdict without coverage", vec![pass(1)], vec![], &[]),
        ("coverage without verdict", vec![], vec![ok()], &[]),
        (
            "another port",
            vec![
                Said {
                    port: Some(8443),
                    ..said("tls.whole", 2)
                }
                .verdict(Ruling::Pass),
            ],
            vec![line(FactKind::Tls, Some(8443), None)],
            &[],
        ),
        (
            "another probe",
            vec![pass(1)],
            vec![line(FactKind::Http, Some(443), None)],
            &[],
        ),
        ("not looked at", vec![], vec![], &[]),
    ];
    for (name, verdicts, lines, expected) in cases {
        let mut known = opened("tls.whole", "a");
        assert_eq!(
            go(&mut known, &verdicts, lines, &run(3)),
            expected,
            "{name}"
        );
    }
}

#[test]
fn an_answer_on_other_parts_closes_unless_something_is_open() {
    let other = || {
        Said {
            part: "b",
            ..said("tls.whole", 2)
        }
        .verdict(fail())
    };
    let open = |part| {
        Said {
            part,
            ..said("tls.whole", 2)
        }
        .verdict(unsure())
    };
    let cases = [
        (vec![other()], vec!["fixed", "opened"]),
        (vec![other(), open("")], vec!["opened"]),
        (vec![other(), open("a")], vec!["opened"]),
        (vec![other(), open("c")], vec!["fixed", "opened"]),
        (vec![open("c")], vec!["rule_changed"]),
        // A fault of the whole may hold this one inside.
        (
            vec![
                Said {
                    part: "",
                    ..said("tls.whole", 2)
                }
                .verdict(fail()),
            ],
            vec!["opened"],
        ),
    ];
    for (verdicts, expected) in cases {
        let mut known = opened("tls.whole", "a");
        let lines = vec![line(FactKind::Tls, Some(443), None)];
        let mut events = go(&mut known, &verdicts, lines, &run(3));
        events.sort_unstable();
        assert_eq!(events, expected, "{verdicts:?}");
    }
}

#[test]
fn a_rule_that_went_away_fixes_nothing() {
    let gone = Ruling::NotApplicable {
        reason: [String::new(), String::new()],
    };
    for ruling in [Ruling::NotInForce, gone] {
        let mut known = opened("tls.whole", "");
        let verdicts = [said("tls.whole", 2).verdict(ruling)];
        let lines = || vec![line(FactKind::Tls, Some(443), None)];
        assert_eq!(
            go(&mut known, &verdicts, lines(), &run(3)),
            ["rule_changed"]
        );
        assert_eq!(known[0].state(time(4)), State::Retired);
        let verdicts = [said("tls.whole", 5).verdict(fail())];
        assert_eq!(go(&mut known, &verdicts, lines(), &run(6)), ["reopened"]);
    }
}

#[test]
fn ninety_days_decide_whether_it_is_the_same() {
    let closed = || {
        let mut known = opened("tls.whole", "");
        let pass = [said("tls.whole", 2).verdict(Ruling::Pass)];
        go(
            &mut known,
            &pass,
            vec![line(FactKind::Tls, Some(443), None)],
            &run(3),
        );
        known
    };
    for (days, kind, findings) in [(89, "reopened", 1), (90, "reopened", 1), (91, "opened", 2)] {
        let mut known = closed();
        let at = 3 + days * 24;
        let again = [said("tls.whole", at).verdict(fail())];
        assert_eq!(go(&mut known, &again, vec![], &run(at)), [kind], "{days}");
        assert_eq!(known.len(), findings);
        let last = known.last().unwrap();
        assert_eq!(last.first_seen == time(0), findings == 1);
        assert_eq!(last.incarnation, u32::try_from(findings).unwrap());
    }
}

#[test]
fn an_older_run_changes_nothing() {
    let mut known = opened("tls.whole", "");
    let lines = || vec![line(FactKind::Tls, Some(443), None)];
    go(
        &mut known,
        &[said("tls.whole", 9).verdict(fail())],
        lines(),
        &run(10),
    );
    assert_eq!(
        go(
            &mut known,
            &[said("tls.whole", 5).verdict(Ruling::Pass)],
            lines(),
            &run(6)
        ),
        [""; 0]
    );
    go(
        &mut known,
        &[said("tls.whole", 11).verdict(Ruling::Pass)],
        lines(),
        &run(12),
    );
    assert_eq!(
        go(
            &mut known,
            &[said("tls.whole", 9).verdict(fail())],
            lines(),
            &run(10)
        ),
        [""; 0]
    );
}

fn ports(open: &str, closed: &str) -> Covered {
    Covered {
        ports: Some(PortsDecided {
            open: open.parse().unwrap(),
            closed: closed.parse().unwrap(),
        }),
        ..line(FactKind::Ports, None, None)
    }
}

#[test]
fn a_port_is_gone_only_when_it_was_decided() {
    let said = |ruling| {
        [Said {
            port: None,
            ..said("exposure.port", 2)
        }
        .verdict(ruling)]
    };
    let cases: Vec<(&str, Covered, Ruling, &[&str])> = vec![
        (
            "closed",
            ports("22", "1-21,23-9000"),
            Ruling::Pass,
            &["fixed"],
        ),
        (
            "closed, others undecided",
            ports("22", "8000-8100"),
            unsure(),
            &["fixed"],
        ),
        (
            "declared now",
            ports("22,8080", ""),
            Ruling::Pass,
            &["fixed"],
        ),
        ("open, not judged", ports("22,8080", ""), unsure(), &[]),
        ("not asked", ports("22", "1-21"), Ruling::Pass, &[]),
        ("silent", ports("22", ""), Ruling::Pass, &[]),
        (
            "failed",
            line(FactKind::Ports, None, Some(Unmeasured::TimedOut)),
            unsure(),
            &["unreachable"],
        ),
    ];
    for (name, covered, ruling, expected) in cases {
        let mut known = opened("exposure.port", "8080");
        assert_eq!(
            go(&mut known, &said(ruling), vec![covered], &run(3)),
            expected,
            "{name}"
        );
    }
    // Another port fails still: this one is decided on its own. But a fault that sums up many open
    // ports may hold it inside.
    let cases = [
        ("9090", ports("9090", "8080"), vec!["fixed", "opened"]),
        ("9090", ports("9090,8080", ""), vec!["fixed", "opened"]),
        ("many", ports("1-100,8080", ""), vec!["opened"]),
        ("many", ports("1-100", "8080"), vec!["fixed", "opened"]),
    ];
    for (part, covered, expected) in cases {
        let mut known = opened("exposure.port", "8080");
        let look = super::tests::said("exposure.port", 2);
        let other = Said {
            port: None,
            part,
            ..look
        }
        .verdict(fail());
        let mut events = go(&mut known, &[other], vec![covered], &run(3));
        events.sort_unstable();
        assert_eq!(events, expected, "{part}");
    }
}

#[test]
fn a_closed_port_ends_exposure_and_nothing_else() {
    let refused = |probe| line(probe, Some(443), Some(Unmeasured::Refused));
    let mut known = opened("exposure.service", "");
    assert_eq!(
        go(&mut known, &[], vec![refused(FactKind::Service)], &run(3)),
        ["unreachable"]
    );
    let lines = vec![refused(FactKind::Service), ports("22", "443")];
    assert_eq!(go(&mut known, &[], lines, &run(4)), ["fixed"]);

    let mut known = opened("tls.whole", "");
    let lines = vec![refused(FactKind::Tls), ports("22", "443")];
    assert_eq!(go(&mut known, &[], lines, &run(4)), ["unreachable"]);

    // One of two addresses has no port look.
    let mut known = opened("exposure.service", "");
    let mut elsewhere = refused(FactKind::Service);
    elsewhere.address = Some(IpAddr::from([127, 0, 0, 2]));
    let lines = vec![refused(FactKind::Service), elsewhere, ports("22", "443")];
    assert_eq!(go(&mut known, &[], lines, &run(4)), ["unreachable"]);

    // A TCP port that is closed says nothing of the UDP port with its number.
    let mut known = opened("exposure.udp", "");
    assert_eq!(
        go(&mut known, &[], vec![ports("22", "443")], &run(4)),
        [""; 0]
    );

    // From another vantage.
    let mut known = opened("exposure.service", "");
    let mut inside = ports("22", "443");
    inside.vantage = Zone::Local;
    assert_eq!(go(&mut known, &[], vec![inside], &run(4)), [""; 0]);
}

#[test]
fn a_fleet_finding_needs_the_whole_fleet() {
    let about = |subject, at, ruling| {
        let look = subject;
        Said {
            subject,
            look,
            ..said("chain.shared_key", at)
        }
        .verdict(ruling)
    };
    let covered = |subject| Covered {
        subject: endpoint(subject),
        ..line(FactKind::Chain, Some(443), None)
    };
    let mut known = Vec::new();
    let verdicts = [about(1, 0, fail()), about(2, 0, fail())];
    go(&mut known, &verdicts, vec![covered(1), covered(2)], &run(1));
    // Endpoint 2 was not looked at: that 1 alone shows no sharing says nothing.
    assert_eq!(
        go(
            &mut known,
            &[about(1, 2, Ruling::Pass)],
            vec![covered(1)],
            &run(3)
        ),
        [""; 0]
    );
    let verdicts = [about(1, 4, Ruling::Pass), about(2, 4, Ruling::Pass)];
    assert_eq!(
        go(&mut known, &verdicts, vec![covered(1), covered(2)], &run(5)),
        ["fixed", "fixed"]
    );
}

#[test]
fn subjects_that_went_away_are_retired_not_fixed() {
    let known = opened("tls.whole", "");
    assert_eq!(retire(&known, |_| true, time(2), "test", "gone"), []);
    let events = retire(&known, |_| false, time(2), "test", "gone");
    let mut known = known;
    apply(&mut known, &events);
    assert_eq!(known[0].state(time(3)), State::Retired);
    assert_eq!(retire(&known, |_| false, time(4), "test", "gone"), []);
}

#[test]
fn ad_hoc_targets_and_unknown_checks_leave_no_trace() {
    let mut verdict = said("tls.whole", 0).verdict(fail());
    verdict.subject = Subject::Target("h.test:443".into());
    let unknown = said("no.such_check", 0).verdict(fail());
    assert_eq!(
        reconcile(&[], &[verdict, unknown], &Coverage::default(), &run(1)),
        []
    );
}

#[test]
fn every_check_has_a_rule() {
    for about in crate::registry::abouts() {
        assert_eq!(Rule::of(about.id).unwrap().exposure, about.exposure);
    }
    assert_eq!(Rule::of("ports.undeclared").unwrap().probe, FactKind::Ports);
    assert!(Rule::of("cert.key_shared").unwrap().fleet);
    assert_eq!(Rule::of("no.such_check"), None);
}

#[test]
fn ports_in_labels() {
    for (label, port) in [
        ("h.test:443", Some(443)),
        ("h.test:161/udp", Some(161)),
        ("[2001:db8::1]:53/udp", Some(53)),
        ("[2001:db8::1]:8443", Some(8443)),
        ("2001:db8::1", None),
        ("2001:db8::443", None),
        ("192.0.2.1:80", Some(80)),
        ("h.test", None),
        ("HT-01", None),
    ] {
        assert_eq!(port_of(label), port, "{label}");
    }
}
