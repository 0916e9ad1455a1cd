use std::net::SocketAddr;

use uuid::Uuid;

use super::*;
use crate::{ExclusionKind, Grant, NamePattern, Revocation, Route};

const NOW: &str = "2026-11-20T03:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn paper() -> Authorisation {
    Authorisation {
        number: "01/TB".into(),
        route: Route::MonitoringNotice,
        date: "2026-11-01".parse().unwrap(),
        ground: "NĐ 333/2026 Điều 7.5".into(),
        owner: None,
        grant: Grant {
            names: vec!["*.doiche.test".parse::<NamePattern>().unwrap()],
            prefixes: Vec::new(),
            ports: PortSet::all(),
            classes: ProbeClass::every(),
            profile: Profile::Standard,
            hours: None,
            connections_per_second: None,
        },
        from: at("2026-11-01T00:00:00Z"),
        until: at("2026-12-01T00:00:00Z"),
        sources: Vec::new(),
        contact: None,
        revoked: None,
    }
}

fn task(name: &str) -> Task {
    Task {
        id: Uuid::nil(),
        system: Some("a".parse().unwrap()),
        endpoint: None,
        target: Target::Name(name.parse().unwrap()),
        ports: "443".parse().unwrap(),
        classes: [ProbeClass::Handshake].into(),
        authorisation: "01/TB".into(),
        profile: Profile::Light,
        fragile: false,
    }
}

fn rules() -> LookupRules {
    LookupRules {
        kinds: LookupKind::ALL.into(),
        resolvers: vec!["127.0.0.53:53".parse().unwrap()],
        special: vec!["10.9.0.0/16".parse().unwrap()],
    }
}

fn named(name: &str) -> Target {
    Target::Name(name.parse().unwrap())
}

fn literal(address: &str) -> Target {
    Target::Address {
        address: address.parse().unwrap(),
        name: None,
    }
}

fn exclusion() -> Exclusion {
    Exclusion {
        name: "vùng cấm".into(),
        kind: ExclusionKind::StateSecret,
        names: Vec::new(),
        prefixes: Vec::new(),
        systems: Vec::new(),
        until: None,
    }
}

fn ask(scope: &Scope, kind: LookupKind, party: &Target, to: &str) -> Result<SocketAddr, Denied> {
    let to = to.parse().unwrap();
    let permit = scope.lookup(&task("www.doiche.test"), kind, party, to, at(NOW))?;
    assert_eq!((permit.kind(), permit.authorisation()), (kind, "01/TB"));
    assert!(permit.allows(at(NOW)) && !permit.allows(at("2026-12-01T00:00:01Z")));
    Ok(permit.to())
}

fn scope(paper: Authorisation, exclusions: Vec<Exclusion>) -> Scope {
    Scope::new(vec![paper], exclusions).with_lookups(rules())
}

#[test]
fn nothing_is_asked_without_the_operators_wish() {
    let party = named("ocsp.test");
    let mute = Scope::new(vec![paper()], Vec::new());
    for kind in LookupKind::ALL {
        let denied = ask(&mute, kind, &party, "1.1.1.1:80").unwrap_err();
        assert_eq!(denied, Denied::NotWanted);
    }
    let one = LookupRules {
        kinds: [LookupKind::Dns].into(),
        ..rules()
    };
    let one = Scope::new(vec![paper()], Vec::new()).with_lookups(one);
    let denied = ask(&one, LookupKind::Revocation, &party, "1.1.1.1:80");
    assert_eq!(denied.unwrap_err(), Denied::NotWanted);
    assert!(
        ask(
            &one,
            LookupKind::Dns,
            &literal("127.0.0.53"),
            "127.0.0.53:53"
        )
        .is_ok()
    );
}

#[test]
fn a_question_needs_the_paper_behind_its_task() {
    let (kind, party) = (LookupKind::Revocation, named("ocsp.test"));
    let here = "1.1.1.1:80";
    assert!(ask(&scope(paper(), Vec::new()), kind, &party, here).is_ok());
    let mut late = paper();
    late.until = at("2026-11-02T00:00:00Z");
    let mut revoked = paper();
    revoked.revoked = Some(Revocation {
        at: at("2026-11-02T00:00:00Z"),
        by: "Trưởng phòng".into(),
        reason: "thử".into(),
    });
    let mut elsewhere = paper();
    elsewhere.grant.names = vec!["other.test".parse().unwrap()];
    let mut unknown = paper();
    unknown.number = "02/TB".into();
    for (paper, denied) in [
        (late, Denied::Expired),
        (revoked, Denied::Revoked),
        (elsewhere, Denied::OutsideScope),
        (unknown, Denied::NoAuthorisation),
    ] {
        let got = ask(&scope(paper, Vec::new()), kind, &party, here);
        assert_eq!(got.unwrap_err(), denied);
    }
}

#[test]
fn an_exclusion_wins_for_the_target_and_for_the_third_party() {
    let names = |name: &str| Exclusion {
        names: vec![name.parse().unwrap()],
        ..exclusion()
    };
    let prefix = |prefix: &str| Exclusion {
        prefixes: vec![prefix.parse().unwrap()],
        ..exclusion()
    };
    let system = Exclusion {
        systems: vec!["a".parse().unwrap()],
        ..exclusion()
    };
    for shut in [
        names("www.doiche.test"),
        names("*.ocsp.test"),
        prefix("1.1.1.0/24"),
        system,
    ] {
        let scope = scope(paper(), vec![shut]);
        let party = named("ocsp.test");
        let got = ask(&scope, LookupKind::Revocation, &party, "1.1.1.1:80");
        assert_eq!(got.unwrap_err(), Denied::Excluded);
    }
}

#[test]
fn special_addresses_need_their_prefix_in_the_settings() {
    let scope = scope(paper(), Vec::new());
    let revocation = |party: &Target, to: &str| ask(&scope, LookupKind::Revocation, party, to);
    assert!(revocation(&named("crl.test"), "10.9.1.1:80").is_ok());
    for to in [
        "10.8.1.1:80",
        "127.0.0.1:80",
        "[::1]:80",
        "[::ffff:10.8.0.1]:80",
    ] {
        let denied = revocation(&named("crl.test"), to).unwrap_err();
        assert_eq!(denied, Denied::SpecialAddress, "{to}");
    }
    // A literal address leads nowhere else.
    let denied = revocation(&literal("1.1.1.1"), "1.0.0.1:80").unwrap_err();
    assert_eq!(denied, Denied::OutsideScope);
    assert_eq!(
        revocation(&literal("1.1.1.1"), "1.1.1.1:0").unwrap_err(),
        Denied::Ports
    );
    // A prefix that is merely wide enough to hold special space opens none.
    for wide in ["0.0.0.0/0", "::/0", "8.0.0.0/6"] {
        assert!(
            !LookupRules::may_be_special(&wide.parse().unwrap()),
            "{wide}"
        );
    }
    assert!(LookupRules::may_be_special(&"10.0.0.0/8".parse().unwrap()));
}

#[test]
fn records_are_asked_of_our_resolvers_alone() {
    let scope = scope(paper(), Vec::new());
    for to in ["127.0.0.53:54", "8.8.8.8:53", "10.9.1.1:53"] {
        let to: SocketAddr = to.parse().unwrap();
        let party = literal(&to.ip().to_string());
        let denied = ask(&scope, LookupKind::Dns, &party, &to.to_string()).unwrap_err();
        assert_eq!(denied, Denied::OutsideScope);
    }
}
