use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::{Inventory, System};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn spot(text: &str, port: Option<u16>) -> Spot {
    let host = text
        .parse()
        .map_or_else(|_| Host::Name(text.parse().unwrap()), Host::Address);
    Spot {
        host,
        carrier: Carrier::Tcp,
        port,
    }
}

fn event(second: i64, kind: CandidateEventKind) -> CandidateEvent {
    CandidateEvent {
        at: at(second),
        actor: "truc-ban".into(),
        kind,
        reason: Some("lý do".into()),
    }
}

/// Written down at `second`, seen by the source at `seen`.
fn seen(second: i64, seen: i64, origin: &str) -> CandidateEvent {
    let discovery = Discovery::new(SourceKind::Netflow, origin, at(seen));
    event(second, CandidateEventKind::Seen(discovery))
}

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn admitted() -> CandidateEventKind {
    CandidateEventKind::Admitted {
        system: code("ht-01"),
        endpoint: Uuid::from_u128(7),
    }
}

#[test]
fn states_follow_from_events() {
    use CandidateEventKind::{Dependency, NotOurs, Reconsidered, Retired};
    use CandidateState as S;
    let table: Vec<(&str, Vec<CandidateEvent>, S)> = vec![
        ("seen", vec![seen(1, 1, "a")], S::Candidate),
        (
            "admitted",
            vec![seen(1, 1, "a"), event(2, admitted())],
            S::Admitted,
        ),
        (
            "admitted, then written down as not declared",
            vec![seen(1, 1, "a"), event(2, admitted()), seen(3, 1, "b")],
            S::Candidate,
        ),
        (
            "retired",
            vec![seen(1, 1, "a"), event(2, Retired)],
            S::Retired,
        ),
        (
            "retired, then an older file",
            vec![seen(1, 1, "a"), event(3, Retired), seen(9, 2, "b")],
            S::Retired,
        ),
        (
            "retired, then seen alive",
            vec![seen(1, 1, "a"), event(3, Retired), seen(9, 4, "b")],
            S::Candidate,
        ),
        (
            "not ours stays",
            vec![seen(1, 1, "a"), event(3, NotOurs), seen(9, 9, "b")],
            S::NotOurs,
        ),
        (
            "the later decision counts",
            vec![
                seen(1, 1, "a"),
                event(5, Dependency { system: None }),
                event(3, NotOurs),
            ],
            S::Dependency,
        ),
        (
            "taken back",
            vec![seen(1, 1, "a"), event(3, NotOurs), event(4, Reconsidered)],
            S::Candidate,
        ),
    ];
    for (name, events, state) in table {
        let folded = Candidate::fold(&spot("www.doiche.test", Some(443)), &events).unwrap();
        assert_eq!(folded.state(), state, "{name}");
    }
    assert!(Candidate::fold(&spot("a.test", None), &[event(1, admitted())]).is_none());
}

#[test]
fn spots_are_shown_and_known_apart() {
    let udp = Spot {
        carrier: Carrier::Udp,
        ..spot("2001:db8::5", Some(53))
    };
    let shown = [
        (spot("www.doiche.test", None), "www.doiche.test"),
        (spot("192.0.2.7", Some(8080)), "192.0.2.7:8080"),
        (spot("2001:db8::5", Some(443)), "[2001:db8::5]:443"),
        (udp.clone(), "[2001:db8::5]:53/udp"),
    ];
    let ids: BTreeSet<_> = shown
        .iter()
        .map(|(spot, _)| CandidateId::of(spot))
        .collect();
    assert_eq!(ids.len(), shown.len());
    for (spot, text) in shown {
        assert_eq!(spot.to_string(), text);
    }
    // What an inventory cannot say, it does not say.
    let declared = udp.endpoint(Uuid::nil(), None);
    assert_eq!(declared.label(), "[2001:db8::5]:53/udp");
}

#[test]
fn a_flood_of_names_is_bounded() {
    let mut discovery = Discovery::new(SourceKind::Ct, "x", at(1));
    discovery.names = (0..1000)
        .map(|n| format!("n{n}.doiche.test").parse().unwrap())
        .collect();
    let mut events = vec![event(1, CandidateEventKind::Seen(discovery))];
    events.extend((0..100).map(|n| seen(n, n, &n.to_string())));
    let folded = Candidate::fold(&spot("a.test", None), &events).unwrap();
    assert_eq!(folded.names.len(), HINTS);
    assert_eq!(folded.discoveries.len(), DISCOVERIES);
    assert_eq!(folded.discoveries[0].last, at(99));
    assert_eq!((folded.first_seen, folded.last_seen), (at(0), at(99)));
}

fn inventory() -> Inventory {
    let system = |name: &str, hosts: &[&str]| {
        let mut system = System::new(code(name), name);
        let host = |(n, host): (usize, &&str)| {
            let id = Uuid::from_u128(n as u128 + 1);
            spot(host, Some(443)).endpoint(id, None)
        };
        system.endpoints = hosts.iter().enumerate().map(host).collect();
        system.roles = vec![crate::Role {
            kind: crate::RoleKind::Owner,
            unit: code("ubnd"),
            from: None,
            until: None,
        }];
        system
    };
    let text = r#"
[[unit]]
code = "so-a"
name = "Sở A"
[[authorisation]]
number = "1/A"
route = "owner_request"
date = "2026-01-05"
ground = "x"
owner = "so-a"
from = "2026-01-05"
until = "2099-12-31"
prefixes = ["192.0.2.0/24"]
"#;
    let mut inventory = crate::from_toml("a.toml", text, &mut || Uuid::nil()).unwrap();
    inventory.systems = vec![
        system("cong", &["www.doiche.test", "192.0.2.9"]),
        system("thu", &["thu.lamgiang.gov.vn"]),
        system("a", &["a.chung.test"]),
        system("b", &["b.chung.test"]),
        system("c", &["c.chung.test"]),
        system("d", &["d.chung.test"]),
    ];
    inventory
}

#[test]
fn suggestions_say_why_and_keep_silent_where_they_know_nothing() {
    use Basis::{AuthorisedPrefix, NameSuffix, SameAddress, SameHost, SameName};
    let with = |spot: Spot, name: Option<&str>, address: Option<&str>| {
        let mut discovery = Discovery::new(SourceKind::Scan, "s", at(1));
        discovery.names = name.map(|name| name.parse().unwrap()).into_iter().collect();
        discovery.addresses = address.map(|a| a.parse().unwrap()).into_iter().collect();
        let event = event(1, CandidateEventKind::Seen(discovery));
        Candidate::first(spot, &event).unwrap()
    };
    let plain = |host: &str| with(spot(host, Some(8080)), None, None);
    let table = [
        (plain("www.doiche.test"), vec![(SameHost, "cong")]),
        (
            plain("192.0.2.9"),
            vec![(SameHost, "cong"), (AuthorisedPrefix, "")],
        ),
        (plain("mail.doiche.test"), vec![(NameSuffix, "cong")]),
        (plain("moi.thu.lamgiang.gov.vn"), vec![(NameSuffix, "thu")]),
        (plain("moi.lamgiang.gov.vn"), vec![(NameSuffix, "thu")]),
        // Under gov.vn is everybody.
        (plain("khac.gov.vn"), vec![]),
        // Four systems share the domain: it is nobody's.
        (plain("e.chung.test"), vec![]),
        (plain("192.0.2.77"), vec![(AuthorisedPrefix, "")]),
        (plain("198.51.100.1"), vec![]),
        (
            with(spot("khac.test", None), Some("www.doiche.test"), None),
            vec![(SameName, "cong")],
        ),
        (
            with(spot("khac.test", None), None, Some("192.0.2.9")),
            vec![(SameAddress, "cong"), (AuthorisedPrefix, "")],
        ),
    ];
    let clues = Clues::of(&inventory(), date(2026, 11, 20));
    for (candidate, expected) in table {
        let said: Vec<_> = clues.suggest(&candidate);
        let short: Vec<_> = said
            .iter()
            .map(|s| (s.basis, s.system.as_ref().map_or("", Code::as_str)))
            .collect();
        assert_eq!(short, expected, "{}", candidate.spot);
        for suggestion in said {
            let owner = if suggestion.system.is_some() {
                "ubnd"
            } else {
                "so-a"
            };
            assert_eq!(suggestion.owner, Some(code(owner)));
            assert!(suggestion.words().vi.contains(&suggestion.shared));
        }
    }
}

fn any_event() -> impl Strategy<Value = CandidateEvent> {
    use CandidateEventKind::{Dependency, NotOurs, Reconsidered, Retired};
    let kinds = prop_oneof![
        (0i64..20, "[ab]").prop_map(|(last, origin)| {
            let mut discovery = Discovery::new(SourceKind::Netflow, &origin, at(last));
            discovery.protocol = (last % 2 == 0).then_some(Protocol::Ssh);
            CandidateEventKind::Seen(discovery)
        }),
        Just(admitted()),
        Just(Dependency { system: None }),
        Just(Retired),
        Just(NotOurs),
        Just(Reconsidered),
    ];
    (0i64..20, kinds).prop_map(|(second, kind)| event(second, kind))
}

proptest! {
    #[test]
    fn folding_knows_no_order_and_counts_nothing_twice(
        (events, shuffled) in prop::collection::vec(any_event(), 0..30)
            .prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle())),
    ) {
        let place = || spot("www.doiche.test", Some(443));
        let folded = Candidate::fold(&place(), &events);
        prop_assert_eq!(&folded, &Candidate::fold(&place(), &shuffled));
        let twice: Vec<_> = events.iter().chain(&shuffled).cloned().collect();
        prop_assert_eq!(&folded, &Candidate::fold(&place(), &twice));
        // The folded state is kept as JSON and goes on from there.
        if let Some(candidate) = folded {
            let text = serde_json::to_string(&candidate).unwrap();
            prop_assert_eq!(serde_json::from_str::<Candidate>(&text).unwrap(), candidate);
        }
    }
}
