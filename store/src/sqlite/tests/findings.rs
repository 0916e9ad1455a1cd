use super::*;

/// Three findings: `a` and `c` low, `b` critical; the risk of `c` is accepted until second 100.
async fn with_findings() -> (TempDir, Sqlite) {
    let (folder, store) = opened().await;
    store
        .save_inventory(&inventory(), at(0), "a", "b")
        .await
        .unwrap();
    store.begin_scan(&scan(10, 0)).await.unwrap();
    let open = |part, second, severity| {
        new_event(
            part,
            Some(10),
            5,
            EventKind::Opened(sighting(second, severity)),
        )
    };
    let events = vec![
        open("a", 3, Severity::Low),
        open("b", 4, Severity::Critical),
        open("c", 4, Severity::Low),
    ];
    store.finish_scan(id(10), &end(6, events)).await.unwrap();
    let accept = EventKind::AcceptedUntil { until: at(100) };
    store
        .record_events(&[new_event("c", None, 7, accept)])
        .await
        .unwrap();
    (folder, store)
}

#[tokio::test]
async fn findings_are_listed() {
    let (_folder, store) = with_findings().await;
    let code = |code: &str| Some(code.parse().unwrap());
    let all = FindingFilter::default;
    let state = |state| FindingFilter {
        state: Some(state),
        ..all()
    };
    let cases = [
        (all(), 8, vec!["b", "a", "c"]),
        (state(State::Accepted), 8, vec!["c"]),
        (state(State::Open), 8, vec!["b", "a"]),
        (state(State::Open), 101, vec!["b", "a", "c"]),
        (
            FindingFilter {
                severity: Some(Severity::High),
                ..all()
            },
            8,
            vec!["b"],
        ),
        (
            FindingFilter {
                owner: code("UBND-01"),
                ..all()
            },
            8,
            vec!["b", "a", "c"],
        ),
        (
            FindingFilter {
                owner: code("UBND-02"),
                ..all()
            },
            8,
            vec![],
        ),
        (
            FindingFilter {
                system: code("HT-02"),
                ..all()
            },
            8,
            vec![],
        ),
        (
            FindingFilter {
                check: Some("no.such".into()),
                ..all()
            },
            8,
            vec![],
        ),
    ];
    let today = "2026-11-20".parse().unwrap();
    for (filter, now, expected) in cases {
        let findings = store.findings(&filter, at(now), today).await.unwrap();
        let parts: Vec<_> = findings.iter().map(|finding| &*finding.key.part).collect();
        assert_eq!(parts, expected, "{filter:?} at {now}");
    }
}

#[tokio::test]
async fn findings_are_found_by_prefix() {
    let (_folder, store) = with_findings().await;
    let wanted = FindingId::of(&key("c"), 1);
    for prefix in [
        wanted.to_string(),
        wanted.short(),
        wanted.short().to_uppercase(),
    ] {
        let (finding, events) = store.finding(&prefix).await.unwrap();
        assert_eq!(finding.id, wanted);
        // The snapshot is what the events fold to.
        assert_eq!(Finding::fold(key("c"), 1, &events), Some(finding));
    }
    for prefix in ["", "abc", "zzzz", "ffff-ffff", "%%%%", &"a".repeat(33)] {
        let error = store.finding(prefix).await.unwrap_err();
        assert!(
            matches!(error, Error::NoSuchFinding { matches: 0, .. }),
            "{error}"
        );
    }
    // No event makes a finding but an opening one.
    let stray = new_event("zz", None, 7, EventKind::Confirmed);
    assert!(store.record_events(&[stray]).await.is_err());
    assert_eq!(store.known_findings().await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_prefix_of_two_findings_is_refused() {
    let (_folder, store) = opened().await;
    let mut seen: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
    let (part, other, prefix) = (0..)
        .find_map(|n| {
            let part = n.to_string();
            let prefix = FindingId::of(&key(&part), 1).to_string()[..4].to_owned();
            let other = seen.insert(prefix.clone(), part.clone())?;
            Some((part, other, prefix))
        })
        .unwrap();
    let open = |part: &str| new_event(part, None, 5, EventKind::Opened(sighting(3, Severity::Low)));
    store
        .record_events(&[open(&part), open(&other)])
        .await
        .unwrap();
    let error = store.finding(&prefix).await.unwrap_err();
    assert!(
        matches!(error, Error::NoSuchFinding { matches: 2, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_scan_speaks_once_of_a_finding() {
    let (_folder, store) = opened().await;
    let open = || {
        new_event(
            "a",
            Some(10),
            5,
            EventKind::Opened(sighting(3, Severity::Low)),
        )
    };
    let seen = || {
        new_event(
            "a",
            Some(11),
            9,
            EventKind::Seen(sighting(8, Severity::High)),
        )
    };
    store
        .record_events(&[open(), open(), seen(), seen()])
        .await
        .unwrap();
    let (finding, events) = store
        .finding(&FindingId::of(&key("a"), 1).to_string())
        .await
        .unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(finding.severity, Severity::High);
}

/// One scan as the program runs it: known findings, reconcile, finish.
async fn scanned(store: &Sqlite, n: u128, ruling: Ruling, failure: Option<Unmeasured>) {
    let second = i64::try_from(n).unwrap();
    store.begin_scan(&scan(n, second)).await.unwrap();
    let verdict = Verdict {
        check: "service.database_reachable".into(),
        vantage: Some(Zone::Local),
        ..verdict("", second, ruling)
    };
    let coverage = Coverage {
        lines: vec![line(failure)],
    };
    let run = luytre_checks::Run {
        scan: id(n),
        at: at(second),
        actor: "luytre",
        rule: &|_| {
            Some(luytre_checks::Rule {
                probe: FactKind::Service,
                exposure: true,
                fleet: false,
            })
        },
        deadline: &|_, _| None,
    };
    let known = store.known_findings().await.unwrap();
    let events = luytre_checks::reconcile(&known, std::slice::from_ref(&verdict), &coverage, &run);
    let end = ScanEnd {
        ended: at(second),
        coverage: coverage.clone(),
        verdicts: vec![verdict.clone()],
        events,
    };
    assert!(store.finish_scan(id(n), &end).await.unwrap());
    // What was stored leaves nothing to do.
    let known = store.known_findings().await.unwrap();
    assert_eq!(
        luytre_checks::reconcile(&known, &[verdict], &coverage, &run),
        []
    );
}

#[tokio::test]
async fn a_finding_lives_through_scans() {
    let (_folder, store) = opened().await;
    let unsure = || Ruling::Inconclusive {
        reason: ["?".into(), "?".into()],
    };
    let life = [
        (fail(), None, State::Open),
        (fail(), None, State::Open),
        (unsure(), Some(Unmeasured::TimedOut), State::Unreachable),
        (Ruling::Pass, None, State::Fixed),
        (unsure(), Some(Unmeasured::Refused), State::Fixed),
        (fail(), None, State::Open),
    ];
    for (n, (ruling, failure, state)) in (10..).zip(life) {
        scanned(&store, n, ruling, failure).await;
        let known = store.known_findings().await.unwrap();
        assert_eq!(known.len(), 1);
        assert_eq!(known[0].state(at(100)), state, "scan {n}");
        assert_eq!(known[0].first_seen, at(10));
        let (_, events) = store.finding(&known[0].id.to_string()).await.unwrap();
        let folded = Finding::fold(known[0].key.clone(), 1, &events);
        assert_eq!(folded.as_ref(), Some(&known[0]));
    }
}
