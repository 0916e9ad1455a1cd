use super::*;

#[test]
fn what_is_unknown_is_absent() {
    let samples = encoded(&Picture::default());
    assert_eq!(
        value(
            &samples,
            "posture_build_info",
            &[("version", "0.1.0"), ("revision", "")]
        ),
        Some(1.0)
    );
    assert_eq!(value(&samples, "posture_systems", &[]), None);

    let mut picture = picture(vec![system(1, "a"), system(2, "b")]);
    picture.coverage = vec![covered("HT-2", 4, 3)];
    let mut tls = TlsFact::default();
    for (version, offered) in [
        (TlsVersion::Tls12, Tri::Yes),
        (TlsVersion::Tls10, Tri::No),
        (TlsVersion::Ssl3, Tri::Unknown),
        (TlsVersion::Ssl2, Tri::No),
    ] {
        let fact = VersionFact {
            offered,
            ..VersionFact::default()
        };
        tls.versions.insert(version, fact);
    }
    picture.measured = vec![observed(2, Fact::Tls(tls))];
    let samples = encoded(&picture);
    let open = |system| {
        let labels = [
            ("system_id", system),
            ("severity", "high"),
            ("state", "open"),
        ];
        value(&samples, "posture_findings_open", &labels)
    };
    // No scan covered the first system: that it has no finding says nothing.
    assert_eq!((open("HT-1"), open("HT-2")), (None, Some(0.0)));
    let ratio = |system| {
        value(
            &samples,
            "posture_system_coverage_ratio",
            &[("system_id", system)],
        )
    };
    assert_eq!((ratio("HT-1"), ratio("HT-2")), (None, Some(0.75)));
    let id = Uuid::from_u128(2).to_string();
    let version = |version| {
        value(
            &samples,
            "posture_tls_version_supported",
            &[("endpoint_id", &id), ("version", version)],
        )
    };
    assert_eq!(
        ["TLSv1.2", "TLSv1.0", "SSLv3", "SSLv2", "TLSv1.3"].map(version),
        [Some(1.0), Some(0.0), None, Some(0.0), None]
    );
    assert_eq!(
        value(&samples, "posture_endpoint_up", &[("endpoint_id", &id)]),
        None
    );
}

#[test]
fn two_addresses_have_the_worse_answer() {
    let mut picture = picture(vec![system(1, "a")]);
    let offers = |offered| {
        let fact = VersionFact {
            offered,
            ..VersionFact::default()
        };
        observed(
            1,
            Fact::Tls(TlsFact {
                versions: [(TlsVersion::Tls10, fact)].into(),
                ..TlsFact::default()
            }),
        )
    };
    let id = Uuid::from_u128(1).to_string();
    for (a, b, expected) in [
        (Tri::Yes, Tri::No, Some(1.0)),
        (Tri::Unknown, Tri::Yes, Some(1.0)),
        (Tri::No, Tri::Unknown, None),
        (Tri::No, Tri::No, Some(0.0)),
    ] {
        picture.measured = vec![offers(a), offers(b)];
        let labels = [("endpoint_id", &*id), ("version", "TLSv1.0")];
        assert_eq!(
            value(&encoded(&picture), "posture_tls_version_supported", &labels),
            expected
        );
    }
}

#[test]
fn an_expired_certificate_keeps_its_date() {
    let mut picture = picture(vec![system(1, "a")]);
    picture.measured = vec![observed(1, chain("x"))];
    picture.looks = vec![look(1, FactKind::Chain, Some(Unmeasured::TimedOut))];
    let samples = encoded(&picture);
    let id = Uuid::from_u128(1).to_string();
    let date = |name, position| {
        value(
            &samples,
            name,
            &[("endpoint_id", &id), ("position", position)],
        )
    };
    let unix = |second: i64| Some(seconds_of(at(second)));
    assert_eq!(
        date("posture_cert_not_after_timestamp_seconds", "leaf"),
        unix(-10)
    );
    assert_eq!(
        date("posture_cert_not_after_timestamp_seconds", "earliest"),
        unix(-50)
    );
    assert_eq!(
        date("posture_cert_not_before_timestamp_seconds", "earliest"),
        unix(-200)
    );
    for (reason, expected) in [
        ("expired", Some(1.0)),
        ("self_signed", Some(1.0)),
        ("name_mismatch", Some(1.0)),
        ("undecided", Some(1.0)),
        ("not_yet_valid", None),
    ] {
        let labels = [("endpoint_id", &*id), ("reason", reason)];
        assert_eq!(
            value(&samples, "posture_cert_verify_error_info", &labels),
            expected,
            "{reason}"
        );
    }
    assert_eq!(
        value(&samples, "posture_endpoint_up", &[("endpoint_id", &id)]),
        Some(0.0)
    );
}

#[test]
fn up_means_that_somebody_answered() {
    use Unmeasured as U;
    let id = Uuid::from_u128(1).to_string();
    let cases: [(&[Option<Unmeasured>], Option<f64>); 6] = [
        (&[None], Some(1.0)),
        (&[Some(U::Refused), Some(U::TimedOut)], Some(0.0)),
        (&[Some(U::Refused), None], Some(1.0)),
        (&[Some(U::Handshake)], Some(1.0)),
        (&[Some(U::NotPermitted)], None),
        (&[Some(U::Cancelled), Some(U::Refused)], Some(0.0)),
    ];
    for (failures, expected) in cases {
        let mut picture = picture(vec![system(1, "a")]);
        picture.looks = failures
            .iter()
            .map(|f| look(1, FactKind::Tls, *f))
            .collect();
        // That the host answers on some port says nothing of the endpoint.
        picture.looks.push(look(1, FactKind::Ports, None));
        assert_eq!(
            value(
                &encoded(&picture),
                "posture_endpoint_up",
                &[("endpoint_id", &id)]
            ),
            expected,
            "{failures:?}"
        );
    }
}

#[test]
fn findings_by_state_and_age() {
    let mut picture = picture(vec![system(1, "a")]);
    picture.findings = vec![
        finding(5, "HT-1", "x", Severity::High),
        finding(3, "HT-1", "x", Severity::High),
        finding(4, "HT-99", "x", Severity::Low),
    ];
    let accept = Event {
        at: at(6),
        actor: String::new(),
        scan: None,
        kind: EventKind::AcceptedUntil { until: at(100) },
        reason: None,
        evidence: None,
    };
    picture.findings[1].apply(&accept);
    let samples = encoded(&picture);
    let count = |system, severity, state| {
        let labels = [
            ("system_id", system),
            ("severity", severity),
            ("state", state),
        ];
        value(&samples, "posture_findings_open", &labels)
    };
    assert_eq!(count("HT-1", "high", "open"), Some(1.0));
    assert_eq!(count("HT-1", "high", "accepted"), Some(1.0));
    // A system that left the inventory does not take its findings with it.
    assert_eq!(count("_unassigned", "low", "open"), Some(1.0));
    let labels = [("system_id", "HT-1"), ("severity", "high")];
    assert_eq!(
        value(&samples, "posture_findings_overdue", &labels),
        Some(1.0)
    );
    let oldest = value(
        &samples,
        "posture_finding_oldest_open_timestamp_seconds",
        &labels,
    );
    assert_eq!(oldest, Some(seconds_of(at(5))));
}

#[test]
fn the_budget_cuts_and_tells() {
    use super::super::family::{Families, Named};
    let mut before = BTreeMap::new();
    for expected in [6_u64, 12] {
        let mut families = Families::new(36, &before);
        let mut family = families.gauge(Named("posture_x", "X."));
        for n in 0..10 {
            family.add(&[("n", &n.to_string())], 1.0);
        }
        family.done();
        let (list, dropped) = families.finish();
        assert_eq!(list[0].get_metric().len(), 4);
        assert_eq!(dropped["posture_x"], expected);
        assert_eq!(list[1].name(), "posture_series_dropped_total");
        before = dropped;
    }
}

#[test]
fn every_family_pleases_promtool() {
    let mut picture = picture(vec![system(1, "Cổng \"một cửa\"\n"), system(2, "b")]);
    let (_, inventory) = picture.inventory.as_mut().unwrap();
    inventory.units = vec![Unit::new("DV-1".parse().unwrap(), "UBND xã Đồi Chè")];
    inventory.authorisations = vec![luytre_inventory::Authorisation {
        number: "12/KH".into(),
        route: luytre_inventory::Route::OwnerRequest,
        date: "2026-01-01".parse().unwrap(),
        ground: String::new(),
        owner: None,
        grant: serde_json::from_str(r#"{"names":["*.doiche.test"]}"#).unwrap(),
        from: at(0),
        until: at(100),
        sources: Vec::new(),
        contact: None,
        revoked: None,
    }];
    let tls = VersionFact {
        offered: Tri::Yes,
        ..VersionFact::default()
    };
    let tls = TlsFact {
        versions: [(TlsVersion::Tls10, tls)].into(),
        ..TlsFact::default()
    };
    picture.measured = vec![
        observed(1, chain("x")),
        observed(1, Fact::Tls(tls)),
        observed(1, service("x")),
    ];
    let mut seen = look(1, FactKind::Tls, None);
    seen.last_success = Some(at(3));
    picture.looks = vec![seen];
    picture.coverage = vec![covered("HT-1", 1, 1)];
    picture.findings = vec![finding(1, "HT-1", "x", Severity::High)];
    picture.counters.denied = [("expired".to_owned(), 3)].into();
    picture.last_scan = Some(luytre_store::ScanRecord {
        id: Uuid::nil(),
        started: at(0),
        ended: Some(at(5)),
        state: luytre_store::ScanState::Finished,
        actor: String::new(),
        reason: String::new(),
        inventory: None,
        request: None,
        resumes: None,
        tasks: luytre_store::TaskCounts::default(),
    });
    let encoded = encode(&picture, BUILD, at(10), &BTreeMap::new()).unwrap();
    let samples = parse(&encoded.text);
    // Every family has a sample here, so that every name and help is looked at.
    for family in encoded.dropped.keys() {
        assert!(samples.keys().any(|(name, _)| name == family), "{family}");
    }
    assert_eq!(
        value(
            &samples,
            "posture_scope_denied_total",
            &[("reason", "expired")]
        ),
        Some(3.0)
    );
    let until = value(
        &samples,
        "posture_authorisation_expiry_timestamp_seconds",
        &[("system_id", "HT-1")],
    );
    assert_eq!(until, Some(seconds_of(at(100))));
    let labels = [
        ("system_id", "HT-1"),
        ("family", "sql"),
        ("vantage", "local"),
    ];
    assert_eq!(
        value(&samples, "posture_exposed_service", &labels),
        Some(1.0)
    );
    crate::promtool::check(&encoded.text);
}
