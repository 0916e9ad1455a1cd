use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::{Cost, examples};

fn look(id: u128, fact: Option<Fact>, probe: FactKind) -> Observation {
    let at = Timestamp::from_second(1_790_000_000 + i64::try_from(id).unwrap()).unwrap();
    Observation {
        id: Uuid::from_u128(id),
        scan: Uuid::from_u128(100),
        endpoint: "www.doiche.test:443".into(),
        endpoint_id: Some(Uuid::from_u128(9)),
        address: Some("192.0.2.5".parse().unwrap()),
        port: (probe != FactKind::Ports).then_some(443),
        vantage: Zone::Internet,
        system: None,
        probe,
        probe_version: 1,
        sensor: "s".into(),
        started: at,
        ended: at,
        reading: match fact {
            Some(fact) => Reading::Measured { fact },
            None => Reading::Unmeasured {
                reason: Unmeasured::TimedOut,
            },
        },
        evidence: Vec::new(),
        cost: Cost::default(),
    }
}

fn ports(id: u128, asked: &str, open: &[u16], undecided: &str) -> Observation {
    let (asked, undecided): (luytre_inventory::PortSet, luytre_inventory::PortSet) =
        (asked.parse().unwrap(), undecided.parse().unwrap());
    let closed = asked.len() - open.len() - undecided.len();
    let fact = PortsFact {
        asked,
        open: open.to_vec(),
        closed: u32::try_from(closed).unwrap(),
        complete: undecided.is_empty(),
        undecided,
        ..PortsFact::default()
    };
    look(id, Some(Fact::Ports(fact)), FactKind::Ports)
}

fn service(
    id: u128,
    protocol: Option<&str>,
    product: Option<&str>,
    version: Option<&str>,
) -> Observation {
    let fact = json!({
        "port": 443, "protocol": protocol, "tls": false, "product": product, "version": version,
        "confidence": "version",
    });
    let fact = Fact::Service(serde_json::from_value(fact).unwrap());
    look(id, Some(fact), FactKind::Service)
}

fn udp(id: u128, answered: &str, version: &str) -> Observation {
    let spoken = (answered == "yes").then_some("dns");
    let fact = json!({
        "port": 443, "answered": answered, "protocol": spoken, "product": spoken.map(|_| "BIND"),
        "version": spoken.map(|_| version),
    });
    let fact = Fact::Udp(serde_json::from_value(fact).unwrap());
    look(id, Some(fact), FactKind::Udp)
}

fn chain(id: u128, leaf: Option<&str>, also: Option<&str>) -> Observation {
    let one = |sha256: &str| {
        let mut leaf = examples::leaf();
        sha256.clone_into(&mut leaf.sha256);
        examples::chain(leaf)
    };
    let mut fact = leaf.map_or_else(ChainFact::default, one);
    fact.also = also.map(one).into_iter().collect();
    look(id, Some(Fact::Chain(fact)), FactKind::Chain)
}

fn failed(id: u128, probe: FactKind) -> Observation {
    look(id, None, probe)
}

/// Kind, port, whether before and after are known.
type Said = (ChangeKind, Option<u16>, bool, bool);

fn said(before: &[Observation], after: &[Observation]) -> Vec<Said> {
    compare(before, after)
        .changes
        .iter()
        .map(|c| (c.kind, c.port, c.before.is_some(), c.after.is_some()))
        .collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn pairs_of_looks() {
    use ChangeKind::*;
    let ssh = |id, version| service(id, Some("ssh"), Some("OpenSSH"), Some(version));
    let table: Vec<(&str, Observation, Observation, Vec<Said>)> = vec![
        (
            "same ports",
            ports(1, "1-100", &[22], ""),
            ports(2, "1-100", &[22], ""),
            vec![],
        ),
        (
            "new port",
            ports(1, "1-100", &[22], ""),
            ports(2, "1-100", &[22, 80], ""),
            vec![(PortOpened, Some(80), true, true)],
        ),
        (
            "a port that the earlier scan did not ask for",
            ports(1, "1-50", &[22], ""),
            ports(2, "1-100", &[22, 80], ""),
            vec![(PortOpened, Some(80), false, true)],
        ),
        (
            "proved closed",
            ports(1, "1-100", &[22, 80], ""),
            ports(2, "1-100", &[22], ""),
            vec![(PortClosed, Some(80), true, true)],
        ),
        (
            "not decided",
            ports(1, "1-100", &[22, 80], ""),
            ports(2, "1-100", &[22], "80"),
            vec![(PortUnknown, Some(80), true, false)],
        ),
        (
            "not asked",
            ports(1, "1-100", &[22, 80], ""),
            ports(2, "1-50", &[22], ""),
            vec![(PortUnknown, Some(80), true, false)],
        ),
        (
            "the host was silent",
            ports(1, "1-100", &[22, 80], ""),
            failed(2, FactKind::Ports),
            vec![(PortUnknown, None, true, false)],
        ),
        (
            "many at once",
            ports(1, "1-1000", &[], ""),
            ports(2, "1-1000", &(1..=200).collect::<Vec<_>>(), ""),
            vec![(PortOpened, None, false, true)],
        ),
        ("same service", ssh(1, "9.2"), ssh(2, "9.2"), vec![]),
        (
            "version",
            ssh(1, "9.2"),
            ssh(2, "9.6"),
            vec![(VersionMoved, Some(443), true, true)],
        ),
        (
            "another protocol",
            ssh(1, "9.2"),
            service(2, Some("http"), None, None),
            vec![(ServiceChanged, Some(443), true, true)],
        ),
        (
            "silent now",
            ssh(1, "9.2"),
            service(2, None, None, None),
            vec![(ServiceUnknown, Some(443), true, false)],
        ),
        (
            "made out better is no change",
            service(1, Some("ssh"), None, None),
            ssh(2, "9.2"),
            vec![],
        ),
        (
            "speaks now",
            service(1, None, None, None),
            ssh(2, "9.2"),
            vec![(ServiceNew, Some(443), false, true)],
        ),
        (
            "service not reached",
            ssh(1, "9.2"),
            failed(2, FactKind::Service),
            vec![(ServiceUnknown, Some(443), true, false)],
        ),
        (
            "UDP as before",
            udp(1, "yes", "9.18"),
            udp(2, "yes", "9.18"),
            vec![],
        ),
        (
            "version over UDP",
            udp(1, "yes", "9.16"),
            udp(2, "yes", "9.18"),
            vec![(VersionMoved, Some(443), true, true)],
        ),
        (
            "UDP closed",
            udp(1, "yes", "9.18"),
            udp(2, "no", ""),
            vec![(PortClosed, Some(443), true, true)],
        ),
        (
            "UDP opened",
            udp(1, "no", ""),
            udp(2, "yes", "9.18"),
            vec![(PortOpened, Some(443), true, true)],
        ),
        (
            "UDP silent now",
            udp(1, "yes", "9.18"),
            udp(2, "unknown", ""),
            vec![(ServiceUnknown, Some(443), true, false)],
        ),
        (
            "UDP not reached",
            udp(1, "yes", "9.18"),
            failed(2, FactKind::Udp),
            vec![(ServiceUnknown, Some(443), true, false)],
        ),
        (
            "UDP silent as before",
            udp(1, "unknown", ""),
            udp(2, "unknown", ""),
            vec![],
        ),
        (
            "same certificate",
            chain(1, Some("aa"), None),
            chain(2, Some("aa"), None),
            vec![],
        ),
        (
            "new certificate",
            chain(1, Some("aa"), None),
            chain(2, Some("bb"), None),
            vec![(CertificateNew, Some(443), true, true)],
        ),
        (
            "the other of two certificates",
            chain(1, Some("aa"), Some("bb")),
            chain(2, Some("bb"), Some("aa")),
            vec![],
        ),
        (
            "certificate not read",
            chain(1, Some("aa"), None),
            chain(2, None, None),
            vec![(CertificateUnknown, Some(443), true, false)],
        ),
        (
            "certificate not reached",
            chain(1, Some("aa"), None),
            failed(2, FactKind::Chain),
            vec![(CertificateUnknown, Some(443), true, false)],
        ),
        (
            "the earlier scan knows nothing",
            failed(1, FactKind::Chain),
            chain(2, Some("aa"), None),
            vec![],
        ),
    ];
    for (name, before, after, expected) in table {
        assert_eq!(said(&[before], &[after]), expected, "{name}");
    }
}

#[test]
fn a_service_behind_a_port_that_was_closed_is_new() {
    let before = [ports(1, "1-1000", &[22], "")];
    let after = [
        ports(2, "1-1000", &[22, 443], ""),
        service(3, Some("http"), None, None),
    ];
    assert_eq!(
        said(&before, &after),
        [
            (ChangeKind::PortOpened, Some(443), true, true),
            (ChangeKind::ServiceNew, Some(443), false, true),
        ]
    );
}

#[test]
fn places_that_one_scan_did_not_look_at_are_counted_and_not_compared() {
    let elsewhere = |mut observation: Observation| {
        observation.endpoint_id = Some(Uuid::from_u128(10));
        observation
    };
    let before = [ports(1, "1-100", &[22], ""), chain(2, Some("aa"), None)];
    let after = [
        elsewhere(ports(3, "1-100", &[23], "")),
        chain(4, Some("bb"), None),
    ];
    let comparison = compare(&before, &after);
    assert_eq!((comparison.moved(), comparison.unknown()), (1, 0));
    let counted = (
        comparison.compared,
        comparison.only_before,
        comparison.only_after,
    );
    assert_eq!(counted, (1, 1, 1));
    // Seen from elsewhere is another place.
    let mut inside = chain(5, Some("cc"), None);
    inside.vantage = Zone::Local;
    assert!(said(&before, &[inside]).is_empty());
}

#[test]
fn the_newest_whole_look_counts_and_a_short_one_moves_nothing() {
    let old = [chain(1, Some("aa"), None)];
    // A retry after a failure.
    let retried = [
        failed(2, FactKind::Chain),
        chain(3, Some("aa"), None),
        failed(4, FactKind::Chain),
    ];
    assert!(said(&old, &retried).is_empty());
    let mut short = chain(5, None, None);
    if let Reading::Measured { fact } = short.reading {
        short.reading = Reading::Confirmed {
            fact,
            whole: Uuid::from_u128(1),
        };
    }
    assert!(said(&old, &[short]).is_empty());
    let moved = compare(
        &old,
        &[chain(2, Some("bb"), None), chain(3, Some("aa"), None)],
    );
    assert!(moved.changes.is_empty());
}

#[test]
fn the_order_of_observations_does_not_matter() {
    let before = [
        ports(1, "1-100", &[22, 80], ""),
        service(2, Some("ssh"), None, None),
    ];
    let mut after = vec![
        ports(3, "1-100", &[22], ""),
        service(4, Some("http"), None, None),
        chain(5, Some("aa"), None),
    ];
    let one = compare(&before, &after);
    after.reverse();
    assert_eq!(one, compare(&before, &after));
    assert!(compare(&before, &before).changes.is_empty());
}

fn front_page(id: u128, complete: bool, simhash: &str) -> Observation {
    let fact = json!({
        "tls": true, "exchanges": [], "stop": "final",
        "page": {"complete": complete, "sha256": "aa", "title": "Xã Đồi Chè", "simhash": simhash},
    });
    let fact = Fact::Http(serde_json::from_value(fact).unwrap());
    look(id, Some(fact), FactKind::Http)
}

#[test]
fn a_page_that_is_another_one_is_told() {
    let usual = || front_page(1, true, "0f0f0f0f0f0f0f0f");
    let silent = look(2, None, FactKind::Http);
    for (after, expected) in [
        (front_page(2, true, "0f0f0f0f0f0f0f1f"), None),
        (
            front_page(2, true, "f0f0f0f0f0f0f0f0"),
            Some((ChangeKind::PageChanged, true)),
        ),
        (
            front_page(2, false, "f0f0f0f0f0f0f0f0"),
            Some((ChangeKind::PageUnknown, false)),
        ),
        (silent, Some((ChangeKind::PageUnknown, false))),
    ] {
        let found = compare(&[usual()], &[after]).changes;
        let found: Vec<_> = found.iter().map(|c| (c.kind, c.after.is_some())).collect();
        assert_eq!(found, Vec::from_iter(expected));
    }
    // What the earlier look did not read whole cannot have changed.
    let half = front_page(1, false, "0f0f0f0f0f0f0f0f");
    let after = front_page(2, true, "f0f0f0f0f0f0f0f0");
    assert_eq!(compare(&[half], &[after]).changes, []);
}
