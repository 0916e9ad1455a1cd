//! What a scan shows beside its findings: endpoints that nobody declared, and what moved since the scan
//! before.

use jiff::Timestamp;
use luytre_checks::{Comparison, Observation, compare, discovered};
use luytre_inventory::{Border, Declared, Inventory, Left, Scope};
use luytre_store::{Heard, LookFilter, ScanRecord, ScanState, Sightings, Sqlite, Store};
use uuid::Uuid;

use crate::output::{Failure, both};

/// Scans among which an earlier one is looked for.
const LOOKED_THROUGH: u32 = 1000;

/// What a scan brought that was not there before.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// Candidates written down.
    pub(crate) heard: Heard,
    /// What was not kept.
    pub(crate) left: Left,
    /// Hosts that answer on too many ports to tell them apart.
    pub(crate) floods: u64,
    /// When the scan before ended, and what moved since; none if there was none.
    pub(crate) moved: Option<(Timestamp, Comparison)>,
}

/// The scope of `inventory`.
pub(crate) fn scope_of(inventory: &Inventory) -> Scope {
    Scope::new(
        inventory.authorisations.clone(),
        inventory.exclusions.clone(),
    )
}

/// What `inventory` declares, with the addresses at which its names were reached last.
pub(crate) async fn declared(store: &Sqlite, inventory: &Inventory) -> Result<Declared, Failure> {
    let mut declared = Declared::of(inventory);
    for look in store.latest_measured(&LookFilter::default()).await? {
        // A look at a port that nobody declared hangs on the endpoint of its host: only the address
        // is taken from it.
        if let (Some(id), Some(address)) = (look.endpoint_id, look.address) {
            declared.reached(id, address);
        }
    }
    Ok(declared)
}

/// Writes down what a scan showed that nobody declared, and compares it with the scan before.
pub(crate) async fn news(
    store: &Sqlite,
    scan: Uuid,
    observations: &[Observation],
    at: Timestamp,
) -> Result<News, Failure> {
    // The inventory of now, not of the beginning: what was admitted meanwhile is declared.
    let found = store.inventory(None).await?;
    let inventory = found.map(|(_, inventory)| inventory).unwrap_or_default();
    let (scope, declared) = (scope_of(&inventory), declared(store, &inventory).await?);
    let border = Border {
        scope: &scope,
        declared: &declared,
        now: at,
    };
    let shown = discovered(observations, &border, &|look| {
        inventory.endpoint(look.endpoint_id?)?.1.target()
    });
    let sightings = Sightings {
        at,
        actor: "luytre".to_owned(),
        source: format!("scan {scan}"),
        spots: shown.found.spots.into_iter().collect(),
    };
    let heard = store.hear_source(&sightings).await?;
    let records = store.scans(LOOKED_THROUGH).await?;
    let moved = match before(&records, scan) {
        None => None,
        Some(record) => {
            let earlier = observations_of(store, &records, record).await?;
            Some((
                record.ended.unwrap_or(record.started),
                compare(&earlier, observations),
            ))
        }
    };
    Ok(News {
        heard,
        left: shown.found.left,
        floods: shown.floods,
        moved,
    })
}

/// A scan and those that it took up again, newest first.
fn chain(records: &[ScanRecord], scan: Uuid) -> Vec<&ScanRecord> {
    let mut out = Vec::new();
    let mut next = records.iter().find(|record| record.id == scan);
    while let Some(record) = next {
        out.push(record);
        let older = record.resumes.filter(|id| out.iter().all(|o| o.id != *id));
        next = older.and_then(|id| records.iter().find(|record| record.id == id));
    }
    out
}

/// The newest finished scan before `scan` that it did not take up.
fn before(records: &[ScanRecord], scan: Uuid) -> Option<&ScanRecord> {
    let chain = chain(records, scan);
    let began = chain.last()?.started;
    records.iter().find(|record| {
        record.state == ScanState::Finished
            && record.started <= began
            && chain.iter().all(|own| own.id != record.id)
    })
}

/// All that `record` and the scans that it took up had observed.
async fn observations_of(
    store: &Sqlite,
    records: &[ScanRecord],
    record: &ScanRecord,
) -> Result<Vec<Observation>, Failure> {
    let mut observations = Vec::new();
    for own in chain(records, record.id) {
        observations.extend(store.observations_of_scan(own.id).await?);
    }
    Ok(observations)
}

/// Two scans and what moved between them. By default the newest finished scan and the one before it.
pub(crate) async fn changes(
    store: &Sqlite,
    from: Option<&str>,
    to: Option<&str>,
) -> Result<(ScanRecord, ScanRecord, Comparison), Failure> {
    let records = store.scans(LOOKED_THROUGH).await?;
    let finished = |record: &&ScanRecord| record.state == ScanState::Finished;
    let to = match to {
        Some(id) => named(&records, id)?,
        None => records.iter().find(finished).ok_or_else(none_yet)?,
    };
    let from = match from {
        Some(id) => named(&records, id)?,
        None => before(&records, to.id).ok_or_else(none_yet)?,
    };
    let earlier = observations_of(store, &records, from).await?;
    let later = observations_of(store, &records, to).await?;
    let comparison = compare(&earlier, &later);
    Ok((from.clone(), to.clone(), comparison))
}

fn none_yet() -> Failure {
    Failure::new(both!(
        "chưa có hai lượt quét nào để so sánh",
        "there are no two scans to compare"
    ))
    .hint(both!(
        "chạy `luytre scan` ít nhất hai lần, hoặc nêu --from và --to",
        "run `luytre scan` twice, or name the scans with --from and --to"
    ))
}

/// The one scan whose id begins with `prefix`.
fn named<'a>(records: &'a [ScanRecord], prefix: &str) -> Result<&'a ScanRecord, Failure> {
    let digits: String = prefix
        .chars()
        .filter(|c| *c != '-')
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let mut fits = records
        .iter()
        .filter(|record| record.id.simple().to_string().starts_with(&digits));
    match (fits.next(), fits.next()) {
        (Some(record), None) if digits.len() >= 4 => Ok(record),
        _ => Err(Failure::new(both!(
            "không có đúng một lượt quét mang mã `{}`",
            "not one scan with the id `{}`",
            crate::output::plain(prefix)
        ))
        .hint(both!(
            "`luytre audit` cho thấy mã các lượt quét; ghi đủ để không trùng",
            "`luytre audit` shows the ids of scans; write enough of one"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use luytre_store::TaskCounts;

    use super::*;

    fn record(n: u128, state: ScanState, resumes: Option<u128>) -> ScanRecord {
        ScanRecord {
            id: Uuid::from_u128(n),
            started: Timestamp::from_second(i64::try_from(n).unwrap()).unwrap(),
            ended: None,
            state,
            actor: "a".into(),
            reason: "b".into(),
            inventory: None,
            request: None,
            resumes: resumes.map(Uuid::from_u128),
            tasks: TaskCounts::default(),
        }
    }

    #[test]
    fn a_scan_is_compared_with_one_that_it_did_not_take_up() {
        use ScanState::{Finished, Interrupted};
        // Newest first, as the store gives them. 5 took up 4, which took up 3.
        let records = [
            record(5, Finished, Some(4)),
            record(4, Finished, Some(3)),
            record(3, Interrupted, None),
            record(2, Interrupted, None),
            record(1, Finished, None),
        ];
        let of = |n| before(&records, Uuid::from_u128(n)).map(|record| record.id.as_u128());
        assert_eq!(
            (of(5), of(4), of(3), of(1)),
            (Some(1), Some(1), Some(1), None)
        );
        let ids: Vec<_> = chain(&records, Uuid::from_u128(5))
            .iter()
            .map(|record| record.id.as_u128())
            .collect();
        assert_eq!(ids, [5, 4, 3]);
        assert!(named(&records, "0000").is_err());
        assert_eq!(
            named(&records, &Uuid::from_u128(2).to_string()).unwrap().id,
            records[3].id
        );
    }
}
