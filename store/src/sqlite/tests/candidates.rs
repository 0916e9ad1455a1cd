use luytre_inventory::{
    Candidate, CandidateEvent, CandidateEventKind, CandidateId, CandidateState, Discovery, Host,
    NewCandidateEvent, SourceKind, Spot,
};

use super::*;
use crate::{Admission, Heard, Sightings};

fn spot(n: u8) -> Spot {
    Spot::tcp(Host::Address(IpAddr::from([192, 0, 2, n])), 443)
}

fn sightings(origin: &str, second: i64, spots: &[u8]) -> Sightings {
    let discovery = Discovery::new(SourceKind::Netflow, origin, at(second));
    Sightings {
        at: at(second),
        actor: "truc-ban".into(),
        source: format!("netflow {origin}"),
        spots: spots
            .iter()
            .map(|n| (spot(*n), discovery.clone()))
            .collect(),
    }
}

fn decision(n: u8, second: i64, kind: CandidateEventKind) -> NewCandidateEvent {
    NewCandidateEvent {
        spot: spot(n),
        event: CandidateEvent {
            at: at(second),
            actor: "truc-ban".into(),
            kind,
            reason: Some("lý do".into()),
        },
    }
}

fn heard(new: u64, again: u64, repeated: u64) -> Heard {
    Heard {
        new,
        again,
        repeated,
    }
}

#[tokio::test]
async fn a_source_is_heard_once() {
    let (_folder, store) = opened().await;
    let first = sightings("aa", 1, &[1, 2]);
    assert_eq!(store.hear_source(&first).await.unwrap(), heard(2, 0, 0));
    let before = store.candidates().await.unwrap();
    let lines = store.audit(&AuditFilter::default()).await.unwrap().len();
    // The same file on a later day: nothing changes, not even the audit log.
    let same = sightings("aa", 50, &[1, 2]);
    assert_eq!(store.hear_source(&same).await.unwrap(), heard(0, 0, 2));
    assert_eq!(store.candidates().await.unwrap(), before);
    assert_eq!(
        store.audit(&AuditFilter::default()).await.unwrap().len(),
        lines
    );

    let other = sightings("bb", 9, &[2, 3]);
    assert_eq!(store.hear_source(&other).await.unwrap(), heard(1, 1, 0));
    let all = store.candidates().await.unwrap();
    assert_eq!(all.len(), 3);
    let id = CandidateId::of(&spot(2));
    let (candidate, events) = store.candidate(&id.short()).await.unwrap();
    assert_eq!((candidate.first_seen, candidate.last_seen), (at(1), at(9)));
    // The snapshot is what the events fold to.
    assert_eq!(Candidate::fold(&spot(2), &events), Some(candidate));
}

#[tokio::test]
async fn decisions_stay_and_events_are_never_changed() {
    let (_folder, store) = opened().await;
    store.hear_source(&sightings("aa", 1, &[1])).await.unwrap();
    let no = decision(1, 2, CandidateEventKind::NotOurs);
    store.decide_candidates(&[no]).await.unwrap();
    let state = || async { store.candidates().await.unwrap()[0].state() };
    assert_eq!(state().await, CandidateState::NotOurs);
    let later = sightings("bb", 9, &[1]);
    store.hear_source(&later).await.unwrap();
    assert_eq!(state().await, CandidateState::NotOurs);
    let line = &store.audit(&AuditFilter::default()).await.unwrap()[1];
    assert_eq!(line.entry.action, Action::CandidateDecided);
    assert_eq!(line.entry.target.as_deref(), Some("192.0.2.1:443"));
    assert_eq!(line.entry.ground.as_deref(), Some("lý do"));

    // No decision makes a candidate.
    let stray = decision(9, 2, CandidateEventKind::Retired);
    assert!(store.decide_candidates(&[stray]).await.is_err());
    assert_eq!(store.candidates().await.unwrap().len(), 1);
    for sql in [
        "DELETE FROM candidate_events",
        "UPDATE candidate_events SET kind = 'x'",
    ] {
        let error = sqlx::query(sql).execute(&store.writer).await.unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
    for prefix in ["", "abc", "zzzz", "%%%%", &"a".repeat(33)] {
        let error = store.candidate(prefix).await.unwrap_err();
        assert!(
            matches!(error, Error::NoSuchCandidate { matches: 0, .. }),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_admission_is_whole_or_nothing() {
    let (_folder, store) = opened().await;
    let base = store
        .save_inventory(&inventory(), at(0), "a", "b")
        .await
        .unwrap();
    store.hear_source(&sightings("aa", 1, &[1])).await.unwrap();
    let mut admitted = inventory();
    let endpoint = spot(1).endpoint(id(77), None);
    admitted.systems[0].endpoints.push(endpoint);
    let kind = CandidateEventKind::Admitted {
        system: "HT-01".parse().unwrap(),
        endpoint: id(77),
    };
    let mut admission = Admission {
        base: Some(base.number),
        inventory: admitted.clone(),
        events: vec![decision(1, 2, kind.clone()), decision(9, 2, kind.clone())],
    };
    // One of the two is unknown: the inventory stays as it was.
    assert!(store.admit_candidates(&admission).await.is_err());
    assert_eq!(store.inventory_versions().await.unwrap().len(), 1);
    assert_eq!(
        store.candidates().await.unwrap()[0].state(),
        CandidateState::Candidate
    );

    admission.events.truncate(1);
    let version = store.admit_candidates(&admission).await.unwrap();
    assert_eq!(version.number, base.number + 1);
    assert_eq!(store.inventory(None).await.unwrap().unwrap().1, admitted);
    assert_eq!(
        store.candidates().await.unwrap()[0].state(),
        CandidateState::Admitted
    );

    // Made from an inventory that is not the latest any more.
    let error = store.admit_candidates(&admission).await.unwrap_err();
    assert!(
        matches!(error, Error::DecideCandidates(Cause::Moved)),
        "{error}"
    );
}
