use std::net::IpAddr;

use proptest::prelude::*;

use super::*;
use crate::{ExclusionKind, Grant, NamePattern, Route};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn paper(prefixes: &[&str], names: &[&str]) -> Authorisation {
    Authorisation {
        number: "01/TB".into(),
        route: Route::MonitoringNotice,
        date: "2026-11-01".parse().unwrap(),
        ground: "NĐ 333/2026 Điều 7.5".into(),
        owner: None,
        grant: Grant {
            names: names
                .iter()
                .map(|n| n.parse::<NamePattern>().unwrap())
                .collect(),
            prefixes: prefixes.iter().map(|p| p.parse().unwrap()).collect(),
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

fn task(target: Target) -> Task {
    Task {
        id: Uuid::nil(),
        system: None,
        endpoint: None,
        target,
        ports: "443".parse().unwrap(),
        classes: [ProbeClass::Handshake].into(),
        authorisation: "01/TB".into(),
        profile: Profile::Deep,
        fragile: false,
    }
}

fn literal(address: &str) -> (Target, IpAddr) {
    let address = address.parse().unwrap();
    (
        Target::Address {
            address,
            name: None,
        },
        address,
    )
}

const NOW: &str = "2026-11-20T03:00:00Z";

fn ask(a: Authorisation, target: Target, address: IpAddr) -> Result<Permit, Denied> {
    Scope::new(vec![a], Vec::new()).permit(&task(target), address, at(NOW))
}

#[test]
fn a_literal_loopback_needs_a_loopback_prefix() {
    let (target, address) = literal("127.0.0.1");
    assert!(ask(paper(&["127.0.0.0/8"], &[]), target.clone(), address).is_ok());
    for wide in ["0.0.0.0/0", "96.0.0.0/3", "0.0.0.0/1"] {
        assert_eq!(
            ask(paper(&[wide], &[]), target.clone(), address).unwrap_err(),
            Denied::SpecialAddress,
            "{wide}"
        );
    }
}

#[test]
fn a_name_never_reaches_a_special_address() {
    let name = Target::Name("www.doiche.test".parse().unwrap());
    let a = paper(&["127.0.0.0/8", "10.0.0.0/8"], &["*.doiche.test"]);
    for address in [
        "127.0.0.1",
        "10.0.0.1",
        "::1",
        "169.254.169.254",
        "::ffff:127.0.0.1",
    ] {
        assert_eq!(
            ask(a.clone(), name.clone(), address.parse().unwrap()).unwrap_err(),
            Denied::SpecialAddress,
            "{address}"
        );
    }
    assert!(ask(a, name, "1.1.1.1".parse().unwrap()).is_ok());
}

#[test]
fn the_dialled_address_is_the_literal_one() {
    let (target, _) = literal("127.0.0.1");
    let other = "127.0.0.2".parse().unwrap();
    assert_eq!(
        ask(paper(&["127.0.0.0/8"], &[]), target, other).unwrap_err(),
        Denied::OutsideScope
    );
}

#[test]
fn deny_wins_and_statutory_exclusions_do_not_end() {
    let (target, address) = literal("127.0.0.1");
    let past = Some(at("2026-01-01T00:00:00Z"));
    for (kind, denied) in [
        (ExclusionKind::OwnerRequest, false),
        (ExclusionKind::Military, true),
    ] {
        let exclusion = Exclusion {
            name: "x".into(),
            kind,
            names: Vec::new(),
            prefixes: vec!["127.0.0.1/32".parse().unwrap()],
            systems: Vec::new(),
            until: past,
        };
        let scope = Scope::new(vec![paper(&["127.0.0.0/8"], &[])], vec![exclusion]);
        let answer = scope.permit(&task(target.clone()), address, at(NOW));
        assert_eq!(answer.is_err(), denied, "{kind:?}");
    }
}

#[test]
fn time_hours_and_revocation() {
    let (target, address) = literal("127.0.0.1");
    let base = paper(&["127.0.0.0/8"], &[]);
    let ask_at = |a: &Authorisation, now: &str| {
        Scope::new(vec![a.clone()], Vec::new()).permit(&task(target.clone()), address, at(now))
    };
    assert_eq!(
        ask_at(&base, "2026-10-31T23:59:59Z").unwrap_err(),
        Denied::NotBegun
    );
    assert_eq!(
        ask_at(&base, "2026-12-01T00:00:01Z").unwrap_err(),
        Denied::Expired
    );
    let mut night = base.clone();
    night.grant.hours = Some(Hours {
        from: jiff::civil::time(22, 0, 0, 0),
        to: jiff::civil::time(5, 0, 0, 0),
    });
    assert_eq!(
        ask_at(&night, NOW).unwrap_err(),
        Denied::Hours,
        "10:00 local"
    );
    let permit = ask_at(&night, "2026-11-20T16:00:00Z").unwrap();
    assert_eq!(
        permit.until(),
        at("2026-11-20T22:00:00Z"),
        "until 05:00 local next day"
    );
    let mut revoked = base;
    revoked.revoked = Some(crate::Revocation {
        at: at(NOW),
        by: "x".into(),
        reason: "y".into(),
    });
    assert_eq!(ask_at(&revoked, NOW).unwrap_err(), Denied::Revoked);
}

#[test]
fn profile_ports_and_classes_are_the_lesser_of_both() {
    let (target, address) = literal("127.0.0.1");
    let mut a = paper(&["127.0.0.0/8"], &[]);
    a.grant.profile = Profile::Light;
    assert_eq!(
        ask(a.clone(), target.clone(), address)
            .unwrap()
            .limits()
            .conversations,
        1
    );
    a.grant.ports = "80".parse().unwrap();
    assert_eq!(
        ask(a.clone(), target.clone(), address).unwrap_err(),
        Denied::Ports
    );
    a.grant.ports = PortSet::all();
    a.grant.classes = [ProbeClass::Web].into();
    assert_eq!(ask(a, target, address).unwrap_err(), Denied::Classes);
}

proptest! {
    /// Whatever prefixes are granted and whatever is asked: a permit implies that the address lies
    /// in a granted prefix, and a special one in a special prefix.
    #[test]
    fn a_permit_implies_a_grant(prefix in any::<u32>(), length in 0u8..=32, asked in any::<u32>()) {
        let net = ipnet::Ipv4Net::new(prefix.into(), length).unwrap().trunc();
        let address = IpAddr::V4(asked.into());
        let a = paper(&[&net.to_string()], &[]);
        if let Ok(permit) = ask(a, Target::Address { address, name: None }, address) {
            prop_assert!(net.contains(&std::net::Ipv4Addr::from(asked)));
            prop_assert_eq!(permit.address(), address);
            if is_special(address) {
                prop_assert!(is_special(IpAddr::V4(net.network())));
            }
        }
    }
}
