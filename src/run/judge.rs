//! What the steps of judging need of the workspace: the looks at the whole fleet, and due dates.

use jiff::Timestamp;
use luytre_checks::{Deadline, Exposure, Observation, Policy, Ruling, Verdict};
use luytre_inventory::{Inventory, Zone};
use luytre_store::{LookFilter, Store};

use crate::output::Failure;

/// The newest looks that succeeded everywhere, and the newest that did not: an address that could not be
/// looked at is not the same as one that is not there.
pub(super) async fn everywhere(store: &impl Store) -> Result<Vec<Observation>, Failure> {
    let all = LookFilter::default();
    let mut looks = store.latest_measured(&all).await?;
    let newest = store.latest_looks(&all).await?;
    looks.extend(newest.into_iter().filter(|look| look.fact().is_none()));
    Ok(looks)
}

/// Until when a fault is to be mended: by the policy, from its level, exposure and first date.
pub(super) fn deadline(
    policy: &Policy,
    inventory: &Inventory,
    vantage: Zone,
    verdict: &Verdict,
    first_seen: Timestamp,
) -> Option<Deadline> {
    let Ruling::Fail { severity, .. } = verdict.ruling else {
        return None;
    };
    let system = verdict
        .system
        .as_ref()
        .and_then(|code| inventory.system(code));
    let level = system
        .and_then(|s| s.approved_level(policy.day()))
        .map(|approved| approved.level);
    let zone = match verdict.subject {
        luytre_checks::Subject::Endpoint(id) => inventory.endpoint(id).map(|(_, e)| e.zone),
        _ => None,
    };
    let exposure = Exposure::of(verdict.vantage.unwrap_or(vantage), zone);
    let due = policy.due(&verdict.check, severity, level, exposure, first_seen)?;
    Some(due.into())
}

#[cfg(test)]
mod tests {
    use luytre_checks::{
        Cost, Fact, FactKind, Reading, Unmeasured, fact::TlsFact, judge_fleet, policy::day_of,
    };
    use luytre_store::{NewScan, Sqlite};
    use uuid::Uuid;

    use super::*;

    /// 22 November 2026: packs are in force from a day on.
    const NOW: Timestamp = Timestamp::constant(1_795_305_600, 0);

    fn look(last: u8, reading: Reading) -> Observation {
        Observation {
            id: Uuid::from_u128(u128::from(last)),
            scan: Uuid::from_u128(9),
            endpoint: "www.doiche.test:443".to_owned(),
            endpoint_id: Some(Uuid::from_u128(7)),
            address: Some([192, 0, 2, last].into()),
            port: Some(443),
            vantage: Zone::Internet,
            system: None,
            probe: FactKind::Tls,
            probe_version: 2,
            sensor: "here".to_owned(),
            started: NOW,
            ended: NOW,
            reading,
            evidence: Vec::new(),
            cost: Cost::default(),
        }
    }

    #[tokio::test]
    async fn an_address_that_stayed_unmeasured_is_not_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let store = Sqlite::open(folder.path(), NOW).await.unwrap();
        let scan = NewScan {
            id: Uuid::from_u128(9),
            started: NOW,
            actor: "a".to_owned(),
            reason: "b".to_owned(),
            inventory: None,
            request: serde_json::Value::Null,
            resumes: None,
            tasks: Vec::new(),
        };
        store.begin_scan(&scan).await.unwrap();
        let seen = Reading::Measured {
            fact: Fact::Tls(TlsFact::default()),
        };
        let silent = Reading::Unmeasured {
            reason: Unmeasured::TimedOut,
        };
        let looks = [look(1, seen), look(2, silent)];
        let policy = Policy::on(day_of(NOW), &[]).unwrap();
        for (count, ruling) in [(1, "not_applicable"), (2, "inconclusive")] {
            store
                .add_observations(scan.id, &looks[..count])
                .await
                .unwrap();
            let all = everywhere(&store).await.unwrap();
            assert_eq!(all.len(), count);
            let verdicts = judge_fleet(&all, &Inventory::default(), &policy, NOW);
            let of_first = verdicts
                .iter()
                .find(|v| v.check == "tls.addresses_differ" && v.observation == Some(looks[0].id));
            let told = serde_json::to_value(of_first.unwrap()).unwrap();
            assert_eq!(told["ruling"]["outcome"], ruling, "{told}");
        }
    }
}
