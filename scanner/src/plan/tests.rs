use luytre_inventory::{
    ApprovedLevel, Authorisation, Endpoint, Exclusion, ExclusionKind, Grant, Level, Lifecycle,
    Role, RoleKind, Route,
};
use uuid::Uuid;

use super::*;

const NOW: &str = "2026-11-20T03:00:00Z";

fn paper(number: &str, grant: Grant) -> Authorisation {
    Authorisation {
        number: number.into(),
        route: Route::MonitoringNotice,
        date: "2026-11-01".parse().unwrap(),
        ground: "NĐ 333/2026 Điều 7.5".into(),
        owner: None,
        grant,
        from: "2026-11-01T00:00:00Z".parse().unwrap(),
        until: "2026-12-01T00:00:00Z".parse().unwrap(),
        sources: Vec::new(),
        contact: None,
        revoked: None,
    }
}

fn grant(prefixes: &[&str], names: &[&str], profile: ScanProfile) -> Grant {
    Grant {
        names: names.iter().map(|n| n.parse().unwrap()).collect(),
        prefixes: prefixes.iter().map(|p| p.parse().unwrap()).collect(),
        ports: PortSet::all(),
        classes: ProbeClass::every(),
        profile,
        hours: None,
        connections_per_second: None,
    }
}

fn endpoint(host: &str, port: Option<u16>, protocol: Option<Protocol>) -> Endpoint {
    let address = host.parse().ok();
    Endpoint {
        id: Uuid::new_v5(&Uuid::NAMESPACE_DNS, format!("{host}:{port:?}").as_bytes()),
        name: address.is_none().then(|| host.parse().unwrap()),
        address,
        transport: luytre_inventory::Transport::Tcp,
        port,
        protocol,
        zone: luytre_inventory::Zone::Unknown,
        fragile: false,
    }
}

#[test]
fn a_system_without_endpoints_is_seen_not_to_be_scanned() {
    let mut retired = system("R", Vec::new());
    retired.lifecycle = Lifecycle::Retired;
    let plan = planned(vec![system("A", Vec::new()), retired], Vec::new(), |_| ());
    assert!(plan.jobs.is_empty());
    assert_eq!(plan.skipped.len(), 1);
    assert_eq!(plan.skipped[0].reason, Skip::NoTarget);
    assert_eq!(
        plan.skipped[0].reason.failure(),
        Some(Unmeasured::Unresolved)
    );
}

fn system(code: &str, endpoints: Vec<Endpoint>) -> System {
    System {
        endpoints,
        ..System::new(code.parse().unwrap(), code)
    }
}

fn planned(
    systems: Vec<System>,
    papers: Vec<Authorisation>,
    change: impl FnOnce(&mut Request),
) -> Plan {
    let inventory = Inventory {
        systems,
        authorisations: papers,
        ..Inventory::default()
    };
    let scope = Scope::new(inventory.authorisations.clone(), Vec::new());
    let mut request = Request::new(NOW.parse().unwrap(), "2026-11-20".parse().unwrap());
    change(&mut request);
    plan(&inventory, &scope, &request)
}

/// Every job as one line.
fn shown(plan: &Plan) -> Vec<String> {
    let jobs = plan.jobs.iter().map(|job| {
        let probes: Vec<_> = job.probes.iter().map(|p| p.as_str()).collect();
        let fragile = if job.task.fragile { " fragile" } else { "" };
        format!(
            "{} {} {:?}{fragile} {}",
            job.label,
            probes.join("+"),
            job.task.profile,
            job.task.authorisation
        )
    });
    let skipped = plan.skipped.iter().map(|skipped| {
        let probes: Vec<_> = skipped.probes.iter().map(|p| p.as_str()).collect();
        format!(
            "- {} {} {:?}",
            skipped.label,
            probes.join("+"),
            skipped.reason
        )
    });
    jobs.chain(skipped).collect()
}

#[test]
fn probes_follow_the_protocol() {
    let endpoints = vec![
        endpoint("127.0.0.1", Some(443), None),
        endpoint("127.0.0.1", Some(8000), Some(Protocol::Http)),
        endpoint("127.0.0.1", Some(2222), Some(Protocol::Ssh)),
        endpoint("127.0.0.1", Some(7777), None),
        endpoint("127.0.0.1", Some(636), Some(Protocol::Tls)),
        endpoint("127.0.0.2", None, None),
    ];
    let papers = vec![paper(
        "1",
        grant(&["127.0.0.0/8"], &[], ScanProfile::Standard),
    )];
    let plan = planned(vec![system("A", endpoints)], papers, |_| ());
    assert_eq!(
        shown(&plan),
        [
            "127.0.0.1:443 service+tls+chain+http Light 1",
            "127.0.0.1:8000 service+http Light 1",
            "127.0.0.1:2222 service+ssh Light 1",
            "127.0.0.1:7777 service+tls+chain+http Light 1",
            "127.0.0.1:636 service+tls+chain Light 1",
            "127.0.0.1 ports Light 1",
            "127.0.0.2 ports Light 1",
        ]
    );
    let ports = &plan.jobs[5].task.ports;
    assert!(ports.contains(7777) && ports.contains(22) && !ports.contains(9100));
    assert_eq!(
        (plan.jobs[0].port(), plan.jobs[5].port()),
        (Some(443), None)
    );
    assert_eq!(plan.jobs[0].connections, 3 + 150 + 2 + 6);
    assert_eq!(plan.jobs[6].connections, 2 * 36);
}

#[test]
fn delicate_systems_get_the_light_profile() {
    let one = || vec![endpoint("127.0.0.1", Some(22), None)];
    let mut level_four = system("L4", one());
    level_four.levels.push(ApprovedLevel {
        level: Level::Four,
        decision: luytre_inventory::Paper::default(),
        until: None,
    });
    let mut fragile = system("F", one());
    fragile.fragile = true;
    let mut part = system("P", one());
    part.endpoints[0].fragile = true;
    let papers = vec![paper("1", grant(&["127.0.0.0/8"], &[], ScanProfile::Deep))];
    let systems = vec![level_four, fragile, part, system("N", one())];
    let plan = planned(systems, papers, |request| {
        request.profile = ScanProfile::Deep;
    });
    // Only the last one is asked over UDP what nobody declared.
    let (over_udp, others): (Vec<_>, Vec<_>) = shown(&plan)
        .into_iter()
        .partition(|line| line.contains("/udp udp "));
    assert_eq!(over_udp.len(), udp::WELL_KNOWN.len());
    assert!(over_udp.iter().all(|line| line.ends_with(" Deep 1")));
    assert_eq!(
        others,
        [
            "127.0.0.1:22 service+ssh Light 1",
            "127.0.0.1 ports Light 1",
            "127.0.0.1:22 service+ssh Light fragile 1",
            "127.0.0.1 ports Light fragile 1",
            "127.0.0.1:22 service+ssh Light fragile 1",
            "127.0.0.1 ports Light fragile 1",
            "127.0.0.1:22 service+ssh Deep 1",
            "127.0.0.1 ports Deep 1",
        ]
    );
}

#[test]
fn what_has_no_ground_is_listed() {
    let mut handshake_only = grant(&[], &["*.doiche.test"], ScanProfile::Light);
    handshake_only.classes = [ProbeClass::Handshake].into();
    let mut expired = paper("old", grant(&["203.0.113.0/24"], &[], ScanProfile::Light));
    expired.until = "2026-11-10T00:00:00Z".parse().unwrap();
    let papers = vec![paper("1", handshake_only), expired];
    let mut retired = system("R", vec![endpoint("www.doiche.test", Some(443), None)]);
    retired.lifecycle = Lifecycle::Retired;
    let systems = vec![
        system("A", vec![endpoint("www.doiche.test", Some(443), None)]),
        system("B", vec![endpoint("www.other.test", Some(22), None)]),
        system("C", vec![endpoint("203.0.113.7", Some(22), None)]),
        retired,
    ];
    let plan = planned(systems, papers, |_| ());
    assert_eq!(
        shown(&plan),
        [
            "www.doiche.test:443 tls+chain Light 1",
            "- www.doiche.test:443 service+http Ungranted(Denied(Classes))",
            "- www.doiche.test ports Ungranted(Denied(Classes))",
            "- www.other.test:22 service+ssh Ungranted(Denied(Expired))",
            "- www.other.test ports Ungranted(Denied(Expired))",
            "- 203.0.113.7:22 service+ssh Ungranted(Denied(Expired))",
            "- 203.0.113.7 ports Ungranted(Denied(Expired))",
            "- www.doiche.test:443 service+tls+chain+http Retired",
            "- www.doiche.test ports Retired",
        ]
    );
}

#[test]
fn a_paper_of_another_owner_is_no_ground() {
    let mut theirs = paper("theirs", grant(&["127.0.0.0/8"], &[], ScanProfile::Deep));
    theirs.owner = Some("UBND-X".parse().unwrap());
    let mut ours = paper("ours", grant(&["127.0.0.0/8"], &[], ScanProfile::Light));
    ours.owner = Some("UBND-Y".parse().unwrap());
    let mut system = system("A", vec![endpoint("127.0.0.1", Some(22), None)]);
    system.roles.push(Role {
        kind: RoleKind::Owner,
        unit: "UBND-Y".parse().unwrap(),
        from: None,
        until: None,
    });
    let only_ssh = |request: &mut Request| request.only = [FactKind::Service].into();
    let plan = planned(vec![system.clone()], vec![theirs.clone(), ours], only_ssh);
    assert_eq!(shown(&plan), ["127.0.0.1:22 service Light ours"]);
    let plan = planned(vec![system], vec![theirs], only_ssh);
    assert_eq!(shown(&plan), ["- 127.0.0.1:22 service Ungranted(NoGround)"]);
}

#[test]
fn exclusions_win_and_requests_narrow() {
    let inventory = Inventory {
        systems: vec![
            system("A", vec![endpoint("127.0.0.1", Some(22), None)]),
            system("B", vec![endpoint("127.0.0.2", Some(22), None)]),
        ],
        authorisations: vec![paper("1", grant(&["127.0.0.0/8"], &[], ScanProfile::Light))],
        ..Inventory::default()
    };
    let shut = Exclusion {
        name: "A".into(),
        kind: ExclusionKind::StateSecret,
        names: Vec::new(),
        prefixes: Vec::new(),
        systems: vec!["A".parse().unwrap()],
        until: None,
    };
    let scope = Scope::new(inventory.authorisations.clone(), vec![shut]);
    let mut request = Request::new(NOW.parse().unwrap(), "2026-11-20".parse().unwrap());
    request.only = [FactKind::Service].into();
    let found = plan(&inventory, &scope, &request);
    assert_eq!(
        shown(&found),
        [
            "127.0.0.2:22 service Light 1",
            "- 127.0.0.1:22 service Ungranted(Denied(Excluded))",
        ]
    );
    request.systems = ["A".parse().unwrap()].into();
    assert_eq!(plan(&inventory, &scope, &request).jobs, []);
    request.systems.clear();
    request.owners = ["NOBODY".parse().unwrap()].into();
    assert_eq!(plan(&inventory, &scope, &request), Plan::default());
}

#[test]
fn a_weak_grant_narrows_the_plan() {
    let papers = vec![paper("1", grant(&["127.0.0.0/8"], &[], ScanProfile::Light))];
    let systems = vec![system("A", vec![endpoint("127.0.0.1", Some(22), None)])];
    let plan = planned(systems, papers, |request| {
        request.profile = ScanProfile::Deep;
    });
    assert_eq!(
        shown(&plan),
        [
            "127.0.0.1:22 service+ssh Light 1",
            "127.0.0.1 ports Light 1"
        ]
    );
    assert_eq!(plan.jobs[1].task.ports.len(), 36);
}

fn over_udp(host: &str, port: u16, protocol: Option<Protocol>) -> Endpoint {
    Endpoint {
        transport: luytre_inventory::Transport::Udp,
        ..endpoint(host, Some(port), protocol)
    }
}

#[test]
fn declared_udp_ports_are_asked_and_nothing_is_said_over_tcp() {
    let mut fragile = over_udp("127.0.0.1", 161, None);
    fragile.fragile = true;
    let endpoints = || {
        vec![
            over_udp("127.0.0.1", 53, None),
            over_udp("127.0.0.1", 10_161, Some(Protocol::Snmp)),
            over_udp("127.0.0.1", 9999, None),
            over_udp("127.0.0.1", 443, Some(Protocol::Https)),
        ]
    };
    let with_fragile = [endpoints(), vec![fragile]].concat();
    let papers = vec![paper("1", grant(&["127.0.0.0/8"], &[], ScanProfile::Deep))];
    let plan = planned(vec![system("A", with_fragile)], papers.clone(), |request| {
        request.only = [FactKind::Udp].into();
    });
    assert_eq!(
        shown(&plan),
        [
            "127.0.0.1:53/udp udp Light 1",
            "127.0.0.1:10161/udp udp Light 1",
            "- 127.0.0.1:9999/udp udp NoQuestion",
            "- 127.0.0.1:443/udp udp NoQuestion",
            "- 127.0.0.1:161/udp udp Fragile",
        ]
    );
    assert_eq!(plan.jobs[0].declared, Some(Protocol::Dns));
    assert_eq!(plan.jobs[1].port(), Some(10_161));
    assert!(
        plan.skipped
            .iter()
            .all(|skipped| skipped.reason.failure().is_none())
    );

    // The host is looked at for TCP ports too; a UDP declaration declares none of them.
    let plan = planned(vec![system("A", endpoints())], papers, |_| ());
    let of_host = plan.jobs.last().unwrap();
    assert_eq!(of_host.label, "127.0.0.1");
    assert!(!of_host.task.ports.contains(9999));
    assert_eq!(of_host.also.len(), 3);
}

#[test]
fn well_known_udp_ports_are_asked_where_a_paper_grants_it() {
    let systems = || {
        let endpoints = vec![
            endpoint("127.0.0.1", Some(443), None),
            over_udp("127.0.0.1", 53, None),
        ];
        vec![system("A", endpoints)]
    };
    let of = |profile, grant: Grant, ports: Option<&str>| {
        let plan = planned(systems(), vec![paper("1", grant)], |request| {
            request.profile = profile;
            request.only = [FactKind::Udp].into();
            request.ports = ports.map(|ports| ports.parse().unwrap());
        });
        let labels: Vec<String> = plan.jobs.iter().map(|job| job.label.clone()).collect();
        (labels, plan)
    };
    let all = |profile| grant(&["127.0.0.0/8"], &[], profile);
    let (labels, plan) = of(ScanProfile::Standard, all(ScanProfile::Deep), None);
    // The declared one once, with the owner's word; the eleven others without.
    assert_eq!(labels.len(), 12);
    assert_eq!(
        labels.iter().filter(|l| *l == "127.0.0.1:53/udp").count(),
        1
    );
    let undeclared = plan.jobs.iter().filter(|job| job.declared.is_none());
    assert_eq!(undeclared.count(), 11);
    assert!(
        plan.jobs
            .iter()
            .all(|job| job.task.classes == [ProbeClass::Udp].into())
    );
    // Findings hang on the endpoint that stands for the host.
    let endpoints = &systems()[0].endpoints;
    let first = endpoints.iter().map(|endpoint| endpoint.id).min();
    assert_eq!(plan.jobs[1].subject, Subject::Endpoint(first.unwrap()));

    let one = vec!["127.0.0.1:53/udp".to_owned()];
    assert_eq!(of(ScanProfile::Light, all(ScanProfile::Deep), None).0, one);
    assert_eq!(of(ScanProfile::Deep, all(ScanProfile::Light), None).0, one);
    let (labels, _) = of(ScanProfile::Deep, all(ScanProfile::Deep), Some("100-200"));
    assert_eq!(
        labels[1..],
        [
            "127.0.0.1:123/udp",
            "127.0.0.1:137/udp",
            "127.0.0.1:161/udp"
        ]
    );

    // A paper of before that names no questions over UDP: what is declared is seen not to be asked.
    let mut old = all(ScanProfile::Deep);
    old.classes.remove(&ProbeClass::Udp);
    let (labels, plan) = of(ScanProfile::Deep, old, None);
    assert!(labels.is_empty());
    assert_eq!(
        shown(&plan),
        ["- 127.0.0.1:53/udp udp Ungranted(Denied(Classes))"]
    );
}

#[test]
fn records_are_read_once_for_a_name_and_only_where_wanted() {
    let mut address = endpoint("192.0.2.9", Some(443), None);
    address.fragile = true;
    let systems = vec![system(
        "A",
        vec![
            endpoint("www.doiche.test", Some(443), Some(Protocol::Ssh)),
            endpoint("www.doiche.test", Some(22), Some(Protocol::Ssh)),
            address,
        ],
    )];
    let mut narrow = grant(&[], &["*.doiche.test"], ScanProfile::Light);
    narrow.classes = [ProbeClass::Greeting].into();
    let inventory = Inventory {
        systems,
        authorisations: vec![paper("1", narrow)],
        ..Inventory::default()
    };
    let mut request = Request::new(NOW.parse().unwrap(), "2026-11-20".parse().unwrap());
    request.only = [FactKind::Dns].into();
    let deaf = Scope::new(inventory.authorisations.clone(), Vec::new());
    let unwanted = "- www.doiche.test:22 dns Ungranted(Denied(NotWanted))";
    assert_eq!(shown(&plan(&inventory, &deaf, &request)), [unwanted]);
    request.only.clear();
    let all = shown(&plan(&inventory, &deaf, &request));
    assert!(all.iter().all(|line| !line.contains("dns")), "{all:?}");

    let scope = deaf.with_lookups(luytre_inventory::LookupRules {
        kinds: [luytre_inventory::LookupKind::Dns].into(),
        ..luytre_inventory::LookupRules::default()
    });
    request.only = [FactKind::Dns].into();
    let alone = plan(&inventory, &scope, &request);
    assert_eq!(shown(&alone), ["www.doiche.test:22 dns Light 1"]);
    // It sends nothing there: what the paper grants will do.
    assert_eq!(alone.jobs[0].task.classes, [ProbeClass::Greeting].into());
    request.only = [FactKind::Dns, FactKind::Ssh, FactKind::Service].into();
    let beside = plan(&inventory, &scope, &request);
    let jobs = beside
        .jobs
        .iter()
        .map(|job| job.probes.contains(&FactKind::Dns));
    assert_eq!(jobs.filter(|asked| *asked).count(), 1);
}
