use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::VerdictRun;

/// What one scan says of one place: parts at fault, or that it passes, or that nobody knows.
#[derive(Debug, Clone, PartialEq)]
enum Said {
    Pass,
    Faults(Vec<&'static str>),
    Unsure,
    Nothing,
}

fn said() -> impl Strategy<Value = (Said, bool)> {
    let said = prop_oneof![
        Just(Said::Pass),
        prop::sample::subsequence(vec!["a", "b", "c"], 1..=3).prop_map(Said::Faults),
        Just(Said::Unsure),
        Just(Said::Nothing),
    ];
    (said, prop::bool::weighted(0.1))
}

fn verdicts(said: &Said, policy: u32, second: i64) -> Vec<Verdict> {
    let unsure = Ruling::Inconclusive {
        reason: ["?".into(), "?".into()],
    };
    let mut verdicts = match said {
        Said::Pass => vec![verdict("", second, Ruling::Pass)],
        Said::Faults(parts) => parts.iter().map(|p| verdict(p, second, fail())).collect(),
        Said::Unsure => vec![verdict("", second, unsure)],
        Said::Nothing => vec![],
    };
    for verdict in &mut verdicts {
        verdict.policy.version = policy.to_string();
    }
    verdicts
}

fn rulings<'a>(
    verdicts: impl Iterator<Item = &'a Verdict>,
) -> BTreeMap<String, (Ruling, PolicyStamp)> {
    verdicts
        .map(|v| (v.part.clone(), (v.ruling.clone(), v.policy.clone())))
        .collect()
}

async fn replayed(tale: &[(Said, bool)]) -> (Vec<VerdictRun>, Vec<VerdictRun>) {
    let (_folder, store) = opened().await;
    let mut policy = 0;
    for (n, (said, new_policy)) in (1_u32..).zip(tale) {
        policy += u32::from(*new_policy);
        store.begin_scan(&scan(n.into(), 0)).await.unwrap();
        let end = ScanEnd {
            verdicts: verdicts(said, policy, i64::from(n)),
            ..end(i64::from(n), vec![])
        };
        store.finish_scan(id(n.into()), &end).await.unwrap();
    }
    let subject = Subject::Endpoint(id(1));
    let history = store
        .verdict_history("tls.legacy_version", &subject)
        .await
        .unwrap();
    (history, store.verdicts(None).await.unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The runs say of every scan what it said, and there are no more of them than changes.
    #[test]
    fn runs_tell_the_whole_story(tale in prop::collection::vec(said(), 1..12)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (history, current) = runtime.block_on(replayed(&tale));
        let (mut policy, mut last, mut changes) = (0, BTreeMap::new(), 0);
        for (n, (said, new_policy)) in (1_i64..).zip(&tale) {
            policy += u32::from(*new_policy);
            if *said == Said::Nothing {
                continue;
            }
            let expected = rulings(verdicts(said, policy, n).iter());
            let then = history.iter().filter(|run| {
                run.since <= at(n) && at(n) <= run.last_confirmed
            });
            prop_assert_eq!(&rulings(then.map(|run| &run.verdict)), &expected);
            changes += expected.iter().filter(|(part, now)| last.get(*part) != Some(*now)).count();
            last = expected;
        }
        prop_assert_eq!(history.len(), changes);
        prop_assert_eq!(rulings(current.iter().map(|run| &run.verdict)), last);
        for run in &history {
            prop_assert!(run.since <= run.last_confirmed);
            prop_assert!(run.ended.is_none_or(|ended| run.last_confirmed < ended));
        }
    }
}

#[tokio::test]
async fn the_worse_address_counts_and_the_message_is_the_newest() {
    let (_folder, store) = opened().await;
    let unsure = Ruling::Inconclusive {
        reason: ["?".into(), "?".into()],
    };
    let told: [(Vec<Verdict>, &[&str]); 3] = [
        (
            vec![verdict("", 1, Ruling::Pass), verdict("a", 1, fail())],
            &["fail"],
        ),
        (
            vec![verdict("", 2, Ruling::Pass), verdict("", 2, unsure)],
            &["inconclusive"],
        ),
        (
            vec![
                verdict("", 3, Ruling::NotInForce),
                verdict("", 3, Ruling::Pass),
            ],
            &["pass"],
        ),
    ];
    for (n, (verdicts, expected)) in (1..).zip(told) {
        store.begin_scan(&scan(n, 0)).await.unwrap();
        let end = ScanEnd {
            verdicts,
            ..end(i64::try_from(n).unwrap(), vec![])
        };
        store.finish_scan(id(n), &end).await.unwrap();
        let current = store.verdicts(None).await.unwrap();
        let outcomes: Vec<_> = current
            .iter()
            .map(|run| run.verdict.ruling.as_str())
            .collect();
        assert_eq!(outcomes, expected);
        assert_eq!(current[0].verdict.message_en, format!("second {n}"));
    }
}

#[tokio::test]
async fn an_older_scan_does_not_rewrite_the_present() {
    let (_folder, store) = opened().await;
    for (n, second, ruling) in [(1, 50, Ruling::Pass), (2, 20, fail())] {
        store.begin_scan(&scan(n, 0)).await.unwrap();
        let end = ScanEnd {
            verdicts: vec![verdict("", second, ruling)],
            ..end(second, vec![])
        };
        store.finish_scan(id(n), &end).await.unwrap();
    }
    let current = store.verdicts(None).await.unwrap();
    assert_eq!(current[0].verdict.ruling, Ruling::Pass);
}
