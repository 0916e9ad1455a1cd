//! A permit is given exactly when the law says so: the scope against a second, slow reading of the
//! rules, over thousands of random papers, exclusions and tasks from a world small enough that they
//! often meet.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::{SignedDuration, civil::time};
use proptest::{collection::vec, option::of, prelude::*, sample::select};

use super::*;
use crate::{ExclusionKind, Grant, HostName, NamePattern, Revocation, Route};

const ADDRESSES: [&str; 12] = [
    "127.0.0.1",
    "127.0.0.2",
    "10.0.0.1",
    "169.254.169.254",
    "8.8.8.8",
    "8.8.4.4",
    "1.1.1.1",
    "::1",
    "fd00::1",
    "2606:4700::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
];
const PREFIXES: [&str; 12] = [
    "127.0.0.0/8",
    "127.0.0.1/32",
    "10.0.0.0/8",
    "0.0.0.0/0",
    "8.8.0.0/16",
    "8.8.8.8/32",
    "1.1.1.0/24",
    "::/0",
    "::1/128",
    "fd00::/8",
    "2606:4700::/32",
    "169.254.0.0/16",
];
const NAMES: [&str; 4] = ["a.test", "www.a.test", "b.test", "x.b.test"];
const PATTERNS: [&str; 5] = ["a.test", "*.a.test", "b.test", "*.b.test", "www.a.test"];

/// A Monday, 00:00 in the province.
const START: i64 = 1_795_971_600;

/// The first and last moment of the world.
const WORLD: (Timestamp, Timestamp) = (
    Timestamp::constant(START, 0),
    Timestamp::constant(START + 96 * 3600, 0),
);

fn moment() -> impl Strategy<Value = Timestamp> {
    // Four days, often on the hour.
    prop_oneof![(0i64..96).prop_map(|hour| hour * 3600), 0i64..(96 * 3600)]
        .prop_map(|s| Timestamp::from_second(START + s).unwrap())
}

fn hours() -> impl Strategy<Value = Hours> {
    (
        0i8..24,
        select(vec![0i8, 30]),
        0i8..24,
        select(vec![0i8, 30]),
    )
        .prop_map(|(a, b, c, d)| Hours {
            from: time(a, b, 0, 0),
            to: time(c, d, 0, 0),
        })
}

fn some<T: Clone + std::fmt::Debug + 'static>(
    all: &'static [&'static str],
    most: usize,
    read: fn(&str) -> T,
) -> impl Strategy<Value = Vec<T>> {
    vec(select(all).prop_map(read), 0..most)
}

fn classes() -> impl Strategy<Value = BTreeSet<ProbeClass>> {
    vec(
        select(ProbeClass::every().into_iter().collect::<Vec<_>>()),
        0..6,
    )
    .prop_map(|list| list.into_iter().collect())
}

fn ports() -> impl Strategy<Value = PortSet> {
    vec((1u16..9, 0u16..9), 0..4)
        .prop_map(|list| PortSet::from_ranges(list.into_iter().map(|(a, n)| (a, a + n))))
}

fn profile() -> impl Strategy<Value = Profile> {
    select(vec![Profile::Light, Profile::Standard, Profile::Deep])
}

prop_compose! {
    fn authorisation()(number in select(vec!["1", "2"]), from in moment(), until in moment(),
                       long in prop::bool::weighted(0.7),
                       names in some(&PATTERNS, 5, |t| t.parse::<NamePattern>().unwrap()),
                       prefixes in some(&PREFIXES, 7, |t| t.parse::<IpNet>().unwrap()),
                       ports in ports(), classes in classes(), profile in profile(), hours in of(hours()),
                       rate in of(0u16..500), revoked in prop::bool::weighted(0.1)) -> Authorisation {
        Authorisation {
            number: number.into(), route: Route::MonitoringNotice, date: jiff::civil::date(2026, 11, 1),
            ground: "x".into(), owner: None,
            grant: Grant { names, prefixes, ports, classes, profile, hours, connections_per_second: rate },
            from: if long { WORLD.0 } else { from.min(until) },
            until: if long { WORLD.1 } else { from.max(until) },
            sources: Vec::new(), contact: None,
            revoked: revoked.then(|| Revocation { at: until, by: "x".into(), reason: "y".into() }),
        }
    }
}

prop_compose! {
    fn exclusion()(kind in select(vec![ExclusionKind::StateSecret, ExclusionKind::Military,
                                       ExclusionKind::Cryptographic, ExclusionKind::OwnerRequest,
                                       ExclusionKind::Fragile, ExclusionKind::Other]),
                   names in some(&PATTERNS, 2, |t| t.parse::<NamePattern>().unwrap()),
                   prefixes in some(&PREFIXES[1..], 2, |t| t.parse::<IpNet>().unwrap()),
                   systems in some(&["s1", "s2"], 2, |t| t.parse::<Code>().unwrap()),
                   until in of(moment())) -> Exclusion {
        Exclusion { name: "x".into(), kind, names, prefixes, systems, until }
    }
}

prop_compose! {
    fn asked()(by_name: bool, name in select(&NAMES[..]), named: bool, address in select(&ADDRESSES[..]),
               other in prop::bool::weighted(0.1), dialled in select(&ADDRESSES[..]), ports in ports(),
               classes in classes(), profile in profile(), fragile: bool,
               system in of(select(vec!["s1", "s2", "s3"])),
               number in select(vec!["1", "1", "1", "2", "2", "2", "3"])) -> (Task, IpAddr) {
        let host: HostName = name.parse().unwrap();
        let address: IpAddr = address.parse().unwrap();
        let target = if by_name {
            Target::Name(host)
        } else {
            Target::Address { address, name: named.then_some(host) }
        };
        let task = Task {
            id: Uuid::nil(), system: system.map(|s| s.parse().unwrap()), endpoint: None, target, ports, classes,
            authorisation: number.into(), profile, fragile,
        };
        (task, if other { dialled.parse().unwrap() } else { address })
    }
}

/// Minutes of the day in the province, counted by hand: UTC+7 all year.
fn minute_of_day(at: Timestamp) -> f64 {
    let seconds = at.as_second() + 7 * 3600;
    f64::from(i32::try_from(seconds.rem_euclid(86_400)).unwrap()) / 60.0
}

fn open(hours: Hours, at: Timestamp) -> bool {
    let minutes = |t: jiff::civil::Time| f64::from(t.hour()) * 60.0 + f64::from(t.minute());
    let (from, to, now) = (minutes(hours.from), minutes(hours.to), minute_of_day(at));
    if from <= to {
        (from..to).contains(&now)
    } else {
        !(to..from).contains(&now)
    }
}

fn shut_out(exclusion: &Exclusion, task: &Task, address: IpAddr, now: Timestamp) -> bool {
    let by_law = [
        ExclusionKind::StateSecret,
        ExclusionKind::Military,
        ExclusionKind::Cryptographic,
    ]
    .contains(&exclusion.kind);
    let binds = by_law || exclusion.until.is_none_or(|until| until >= now);
    let name = match &task.target {
        Target::Name(name) => Some(name),
        Target::Address { name, .. } => name.as_ref(),
    };
    binds
        && (exclusion.prefixes.iter().any(|p| p.contains(&address))
            || name.is_some_and(|n| exclusion.names.iter().any(|p| p.matches(n)))
            || task
                .system
                .as_ref()
                .is_some_and(|s| exclusion.systems.contains(s)))
}

/// The rules once more, slowly.
fn lawful(
    all: &[Authorisation],
    out: &[Exclusion],
    task: &Task,
    to: IpAddr,
    now: Timestamp,
) -> bool {
    let to = to.to_canonical();
    let Some(paper) = all.iter().find(|a| a.number == task.authorisation) else {
        return false;
    };
    let grant = &paper.grant;
    let in_prefix = grant.prefixes.iter().any(|p| p.contains(&to));
    let reached = match &task.target {
        Target::Name(name) => {
            !is_special(to) && (in_prefix || grant.names.iter().any(|p| p.matches(name)))
        }
        Target::Address { address, .. } => {
            let literally =
                |p: &IpNet| p.contains(&to) && !["0.0.0.0/0", "::/0"].contains(&&*p.to_string());
            address.to_canonical() == to
                && in_prefix
                && (!is_special(to) || grant.prefixes.iter().any(literally))
        }
    };
    reached
        && paper.revoked.is_none()
        && paper.from <= now
        && now <= paper.until
        && grant.hours.is_none_or(|hours| open(hours, now))
        && !out.iter().any(|e| shut_out(e, task, to, now))
        && (1..20).any(|port| grant.ports.contains(port) && task.ports.contains(port))
        && grant
            .classes
            .iter()
            .any(|class| task.classes.contains(class))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// A permit exists if and only if the rules give one, and grants nothing beyond them.
    #[test]
    fn a_permit_is_the_law_and_no_more(papers in vec(authorisation(), 1..4), out in vec(exclusion(), 0..2),
                                       (task, address) in asked(), now in moment()) {
        let answer = Scope::new(papers.clone(), out.clone()).permit(&task, address, now);
        prop_assert_eq!(answer.is_ok(), lawful(&papers, &out, &task, address, now), "{:?}", answer);
        let Ok(permit) = answer else { return Ok(()) };
        let paper = papers.iter().find(|a| a.number == permit.authorisation()).unwrap();
        let grant = &paper.grant;

        prop_assert!(now <= permit.until() && permit.until() <= paper.until);
        if let Some(hours) = grant.hours {
            prop_assert!(permit.until().duration_since(now) <= SignedDuration::from_hours(24));
            // Every moment up to the end lies in today's hours.
            let span = permit.until().as_second() - now.as_second();
            for part in 0..48 {
                let at = Timestamp::from_second(now.as_second() + span * part / 48).unwrap();
                prop_assert!(open(hours, at), "{at}");
            }
        }
        for port in 1..20 {
            for class in ProbeClass::every() {
                let granted = grant.ports.contains(port) && grant.classes.contains(&class);
                let wanted = task.ports.contains(port) && task.classes.contains(&class);
                prop_assert_eq!(permit.allows(class, port, now), granted && wanted);
                let after = permit.until() + SignedDuration::from_nanos(1);
                prop_assert!(!permit.allows(class, port, after));
            }
        }
        let limits = permit.limits();
        for profile in [task.profile, grant.profile] {
            let most = profile.limits(task.fragile);
            prop_assert!(limits.conversations <= most.conversations && limits.half_open <= most.half_open);
            prop_assert!(limits.connections_per_second <= most.connections_per_second);
            prop_assert!(limits.knocks_per_second <= most.knocks_per_second);
        }
        // More than the profile's own only for the deep one, on loopback or as the owner wrote.
        let profile = task.profile.min(grant.profile);
        let own = profile.limits(task.fragile).knocks_per_second;
        let deep = profile == Profile::Deep && !task.fragile;
        let most = if deep && address.to_canonical().is_loopback() { u16::MAX } else { own };
        let written = if deep { grant.connections_per_second.unwrap_or(0) } else { 0 };
        prop_assert!(limits.most_knocks_per_second <= most.max(written));
        prop_assert!(limits.most_knocks_per_second >= limits.knocks_per_second);
        if let Some(rate) = grant.connections_per_second {
            prop_assert!(limits.connections_per_second <= rate.max(1));
            prop_assert!(limits.knocks_per_second <= rate.max(1));
            prop_assert!(limits.most_knocks_per_second <= rate.max(1));
        }
    }

    /// Whatever else is granted: what the law shuts out gets no permit and no look-up, ever.
    #[test]
    fn what_the_law_shuts_out_gets_nothing(mut papers in vec(authorisation(), 1..4), (task, address) in asked(),
                                           now in moment(), ended in moment(),
                                           kind in select(vec![ExclusionKind::StateSecret, ExclusionKind::Military,
                                                               ExclusionKind::Cryptographic])) {
        for paper in &mut papers {
            paper.revoked = None;
            paper.grant.hours = None;
            (paper.from, paper.until) = (paper.from.min(now), paper.until.max(now));
        }
        let mut out = Exclusion {
            name: "x".into(), kind, names: Vec::new(), prefixes: Vec::new(), systems: Vec::new(), until: Some(ended),
        };
        if let Some(system) = &task.system {
            out.systems = vec![system.clone()];
        } else if let Some(name) = task.target.name() {
            out.names = vec![NamePattern::exact(name.clone())];
        } else {
            out.prefixes = vec![IpNet::from(address.to_canonical())];
        }
        let by_address = out.prefixes.len();
        let scope = Scope::new(papers, vec![out]);
        let denied = scope.permit(&task, address, now).unwrap_err();
        prop_assert!([Denied::Excluded, Denied::NoAuthorisation].contains(&denied), "{denied:?}");
        if by_address == 0 {
            prop_assert!(scope.may_resolve(&task, now).is_err());
        }
    }
}

/// The properties above are not empty: the small world gives permits, also over midnight.
#[test]
fn the_world_gives_permits() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};

    let mut runner = TestRunner::deterministic();
    let all = (
        vec(authorisation(), 1..4),
        vec(exclusion(), 0..2),
        asked(),
        moment(),
    );
    let (mut permits, mut nights) = (0, 0);
    for _ in 0..20_000 {
        let (papers, out, (task, address), now) = all.new_tree(&mut runner).unwrap().current();
        let scope = Scope::new(papers.clone(), out);
        if let Ok(permit) = scope.permit(&task, address, now) {
            permits += 1;
            let paper = papers.iter().find(|a| a.number == permit.authorisation());
            let hours = paper.and_then(|a| a.grant.hours);
            nights += usize::from(hours.is_some_and(|h| h.to < h.from));
        }
    }
    assert!(permits > 300 && nights > 50, "{permits} {nights}");
}
