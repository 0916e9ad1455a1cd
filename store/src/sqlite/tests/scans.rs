use luytre_inventory::{PortSet, ProbeClass, ScanProfile, Target, Task};

use super::*;

fn task(n: u128) -> Task {
    Task {
        id: id(n),
        system: None,
        endpoint: Some(id(1)),
        target: Target::Name("www.doiche.test".parse().unwrap()),
        ports: PortSet::all(),
        classes: ProbeClass::every(),
        authorisation: "12/KH".into(),
        profile: ScanProfile::Light,
        fragile: false,
    }
}

#[tokio::test]
async fn a_scan_from_begin_to_end() {
    let (_folder, store) = opened().await;
    let version = store
        .save_inventory(&inventory(), at(1), "a", "b")
        .await
        .unwrap();
    let new = NewScan {
        inventory: Some(version.number),
        request: serde_json::json!({"profile": "light"}),
        tasks: vec![task(50), task(51)],
        ..scan(10, 2)
    };
    store.begin_scan(&new).await.unwrap();
    store
        .mark_tasks(id(10), &[id(50), id(51)], &[], at(3))
        .await
        .unwrap();
    let looks = [
        look(100, 10, 1, 4, service(443, "xin chào")),
        look(101, 10, 2, 5, failed(Unmeasured::TimedOut)),
    ];
    store.add_observations(id(10), &looks).await.unwrap();
    // The same again changes nothing.
    store.add_observations(id(10), &looks).await.unwrap();
    store
        .mark_tasks(id(10), &[], &[id(50)], at(6))
        .await
        .unwrap();
    // With one that is not there, the other is not marked either.
    let two = [id(51), id(99)];
    let strange = store.mark_tasks(id(10), &[], &two, at(6)).await;
    assert!(strange.is_err());

    let opened = new_event(
        "TLSv1.0",
        Some(10),
        7,
        EventKind::Opened(sighting(4, Severity::High)),
    );
    let end = end(7, vec![opened]);
    assert!(store.finish_scan(id(10), &end).await.unwrap());
    assert!(
        !store.finish_scan(id(10), &end).await.unwrap(),
        "finished twice"
    );

    let scans = store.scans(5).await.unwrap();
    assert_eq!(scans.len(), 1);
    assert_eq!(scans[0].state, ScanState::Finished);
    assert_eq!(
        (
            scans[0].tasks.planned,
            scans[0].tasks.taken,
            scans[0].tasks.done
        ),
        (2, 2, 1)
    );
    assert_eq!(store.observations_of_scan(id(10)).await.unwrap(), looks);
    assert_eq!(store.observation(id(100)).await.unwrap().unwrap(), looks[0]);
    assert_eq!(
        store.coverage_of_scan(id(10)).await.unwrap(),
        end.coverage.lines
    );
    let system = "HT-01".parse().unwrap();
    let (record, lines) = store.coverage_of_system(&system).await.unwrap().unwrap();
    assert_eq!((record.id, lines), (id(10), end.coverage.lines.clone()));
    let runs = store.verdicts(Some(&system)).await.unwrap();
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].verdict, end.verdicts[0]);

    let picture = store.picture().await.unwrap();
    assert_eq!(picture.counters.looks[&FactKind::Service], 2);
    assert_eq!(
        picture.counters.failures[&(FactKind::Service, Unmeasured::TimedOut)],
        1
    );
    assert_eq!(picture.coverage[0].planned, 2);
    assert_eq!(picture.coverage[0].measured, 1);
    assert_eq!(picture.looks.len(), 2);
    assert_eq!(picture.measured, looks[..1]);
    assert_eq!(picture.last_scan.unwrap().id, id(10));
}

#[tokio::test]
async fn an_interrupted_scan_keeps_its_looks_and_closes_nothing() {
    let (folder, store) = opened().await;
    store.begin_scan(&scan(10, 2)).await.unwrap();
    let looks = [look(100, 10, 1, 4, service(443, "a"))];
    store.add_observations(id(10), &looks).await.unwrap();
    // The process dies here: nothing is closed in order.
    drop(store);
    let store = Sqlite::open(folder.path(), at(9)).await.unwrap();
    assert_eq!(store.scans(1).await.unwrap()[0].state, ScanState::Running);
    assert_eq!(store.interrupt_scans(at(10)).await.unwrap(), [id(10)]);
    assert!(store.interrupt_scans(at(11)).await.unwrap().is_empty());
    let record = &store.scans(1).await.unwrap()[0];
    assert_eq!(
        (record.state, record.ended),
        (ScanState::Interrupted, Some(at(10)))
    );
    assert_eq!(store.observations_of_scan(id(10)).await.unwrap(), looks);
    assert_eq!(store.coverage_of_scan(id(10)).await.unwrap(), []);
    for error in [
        store
            .finish_scan(id(10), &end(12, vec![]))
            .await
            .unwrap_err(),
        store.add_observations(id(10), &looks).await.unwrap_err(),
        store.add_observations(id(77), &looks).await.unwrap_err(),
    ] {
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("is not running"), "{error}: {cause}");
    }
}

/// Finishing is cut off after each number of steps: all of it is there, or nothing.
#[tokio::test]
async fn finishing_is_all_or_nothing() {
    let (_folder, store) = opened().await;
    for steps in 0..60_u8 {
        let n = 1_000 + u128::from(steps);
        store.begin_scan(&scan(n, 2)).await.unwrap();
        let part = steps.to_string();
        let opened = new_event(
            &part,
            Some(n),
            7,
            EventKind::Opened(sighting(4, Severity::Low)),
        );
        let end = end(7, vec![opened]);
        {
            let mut finishing = Box::pin(store.finish_scan(id(n), &end));
            for _ in 0..steps {
                let done = std::future::poll_fn(|context| {
                    std::task::Poll::Ready(finishing.as_mut().poll(context).is_ready())
                });
                if done.await {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        let finished = {
            let mut tx = store.write().await.unwrap();
            let record = super::super::scans::record(&mut tx, id(n)).await.unwrap();
            record.unwrap().state == ScanState::Finished
        };
        let lines = store.coverage_of_scan(id(n)).await.unwrap().len();
        let found = store
            .finding(&FindingId::of(&key(&part), 1).to_string())
            .await
            .is_ok();
        assert_eq!(
            (lines > 0, found),
            (finished, finished),
            "after {steps} steps"
        );
        store.finish_scan(id(n), &end).await.unwrap();
        assert_eq!(store.coverage_of_scan(id(n)).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn the_newest_look_of_each_place() {
    let (_folder, store) = opened().await;
    store.begin_scan(&scan(10, 0)).await.unwrap();
    store.begin_scan(&scan(11, 0)).await.unwrap();
    let moved = |mut look: Observation| {
        look.address = Some(IpAddr::from([127, 0, 0, 2]));
        look
    };
    let old = look(100, 10, 1, 4, service(443, "cũ"));
    let old_elsewhere = moved(look(101, 10, 1, 4, service(443, "cũ 2")));
    let new = look(102, 11, 1, 8, failed(Unmeasured::Refused));
    let other = look(103, 10, 2, 4, service(443, "khác"));
    // Out of order: the newer look is stored first.
    store
        .add_observations(id(11), std::slice::from_ref(&new))
        .await
        .unwrap();
    let first = [old.clone(), old_elsewhere.clone(), other.clone()];
    store.add_observations(id(10), &first).await.unwrap();

    let all = LookFilter::default();
    // The second address was not met by the newest scan: it does not linger.
    assert_eq!(
        store.latest_looks(&all).await.unwrap(),
        [new, other.clone()]
    );
    let measured = store.latest_measured(&all).await.unwrap();
    assert_eq!(measured, [old.clone(), old_elsewhere, other]);
    let one = LookFilter {
        endpoint: Some(id(2)),
        ..LookFilter::default()
    };
    assert_eq!(store.latest_looks(&one).await.unwrap().len(), 1);
    let none = LookFilter {
        system: Some("HT-99".parse().unwrap()),
        ..LookFilter::default()
    };
    assert_eq!(store.latest_looks(&none).await.unwrap(), []);
}

#[tokio::test]
async fn a_fact_is_stored_once() {
    let (_folder, store) = opened().await;
    store.begin_scan(&scan(10, 0)).await.unwrap();
    let looks: Vec<_> = (0..20)
        .map(|n| look(100 + n, 10, n, 4, service(443, "như nhau")))
        .collect();
    store.add_observations(id(10), &looks).await.unwrap();
    let blobs: i64 = sqlx::query_scalar("SELECT count(*) FROM blobs")
        .fetch_one(&store.readers)
        .await
        .unwrap();
    assert_eq!(blobs, 1);
    assert_eq!(store.observations_of_scan(id(10)).await.unwrap(), looks);
}
