//! What earlier scans spare a new one: the part of a stopped scan that was done, and whole looks that a
//! short one may confirm.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use luytre_checks::{
    Coverage, Covered, Fact, FactKind, Observation, Reading, Unmeasured, policy::day_of,
};
use luytre_inventory::Zone;
use luytre_scanner::{
    plan::{Job, Plan, Request},
    probe::Before,
};
use luytre_store::{LookFilter, ScanRecord, ScanState, Sqlite, Store};
use uuid::Uuid;

use crate::output::{Failure, both};

/// How old a stopped scan may be and still be taken up: what it measured counts as of now.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Scans among which a stopped one is looked for.
const LOOKED_THROUGH: u32 = 1000;

/// A scan that did not come to its end, with all that it and the scans that it took up had measured.
#[derive(Debug)]
pub(crate) struct Earlier {
    pub(crate) scan: Uuid,
    pub(crate) started: Timestamp,
    pub(crate) request: Request,
    pub(crate) observations: Vec<Observation>,
    /// Whether it was judged. A scan that died was not.
    judged: bool,
}

/// The newest scan, if it can be taken up.
pub(crate) async fn stopped_scan(store: &Sqlite, now: Timestamp) -> Result<Earlier, Failure> {
    let records = store.scans(LOOKED_THROUGH).await?;
    let newest = records.first().ok_or_else(nothing)?;
    if now.duration_since(newest.started) > LONGEST_PAUSE {
        return Err(Failure::new(both!(
            "lượt quét gần nhất bắt đầu lúc {}, đã quá lâu để làm tiếp",
            "the last scan began at {}, too long ago to be taken up",
            newest.started
        ))
        .hint(both!(
            "`luytre scan` quét lại từ đầu",
            "`luytre scan` begins anew"
        )));
    }
    let mut request: Request = newest
        .request
        .clone()
        .and_then(|value| serde_json::from_value(value).ok())
        .ok_or_else(nothing)?;
    request.now = now;
    request.day = day_of(now);
    let mut observations = Vec::new();
    let mut next: Option<&ScanRecord> = Some(newest);
    while let Some(record) = next {
        observations.extend(store.observations_of_scan(record.id).await?);
        next = record
            .resumes
            .and_then(|id| records.iter().find(|older| older.id == id));
    }
    Ok(Earlier {
        scan: newest.id,
        started: newest.started,
        request,
        observations,
        judged: newest.state == ScanState::Finished,
    })
}

fn nothing() -> Failure {
    Failure::new(both!(
        "không có lượt quét nào bị dừng giữa chừng",
        "no scan was stopped before its end"
    ))
    .hint(both!(
        "`luytre scan` bắt đầu một lượt quét mới",
        "`luytre scan` begins a new one"
    ))
}

impl Earlier {
    /// What is left of `plan`.
    pub(crate) fn rest(&self, plan: Plan, zone: Zone) -> Result<Plan, Failure> {
        let (todo, ..) = carry(plan, &self.observations, zone);
        self.leaves(&todo)?;
        Ok(todo)
    }

    /// Fails if all of `todo` is done and judged.
    pub(crate) fn leaves(&self, todo: &Plan) -> Result<(), Failure> {
        if todo.jobs.is_empty() && self.judged {
            return Err(nothing());
        }
        Ok(())
    }
}

/// A plan without what `earlier` looks did, and those looks with their coverage.
pub(super) fn carry(
    mut plan: Plan,
    earlier: &[Observation],
    zone: Zone,
) -> (Plan, Vec<Observation>, Coverage) {
    let (mut kept, mut coverage) = (Vec::new(), Coverage::default());
    plan.jobs.retain(|job| {
        let Some(looks) = done(job, earlier, zone) else {
            return true;
        };
        for look in looks {
            coverage.lines.extend(lines(job, look));
            kept.push(look.clone());
        }
        false
    });
    (plan, kept, coverage)
}

/// The looks of `job` among the `earlier` ones, newest first by place; none if one is lacking or was
/// cut short by us.
fn done<'a>(job: &Job, earlier: &'a [Observation], zone: Zone) -> Option<Vec<&'a Observation>> {
    let mut looks: BTreeMap<_, &Observation> = BTreeMap::new();
    for look in earlier.iter().filter(|look| {
        look.endpoint == job.label
            && look.endpoint_id == job.task.endpoint
            && look.system == job.task.system
            && look.vantage == zone
            && look.port == job.port()
            && job.probes.contains(&look.probe)
    }) {
        let newest = looks.entry((look.probe, look.address)).or_insert(look);
        if look.ended > newest.ended {
            *newest = look;
        }
    }
    let ours = |look: &&&Observation| {
        matches!(
            look.reading,
            Reading::Unmeasured {
                reason: Unmeasured::Cancelled | Unmeasured::Bug | Unmeasured::NotPermitted
            }
        ) || matches!(look.fact(), Some(Fact::Ports(ports)) if !ports.complete)
    };
    let asked = |probe: &FactKind| looks.keys().any(|(asked, _)| asked == probe);
    let whole = job.probes.iter().all(asked) && !looks.values().any(|look| ours(&look));
    whole.then(|| looks.into_values().collect())
}

fn lines(job: &Job, look: &Observation) -> Vec<Covered> {
    let mut lines = vec![Covered::of(look, job.subject.clone())];
    lines.extend(job.also.iter().map(|subject| Covered {
        repeated: true,
        ..Covered::of(look, subject.clone())
    }));
    lines
}

/// Tells each job the whole looks at TLS that are younger than `days`: there a short look that sees
/// nothing else suffices.
pub(super) async fn short_looks(
    store: &Sqlite,
    plan: &mut Plan,
    versions: &[(FactKind, u16)],
    zone: Zone,
    now: Timestamp,
    days: u16,
) -> Result<(), Failure> {
    let everything = LookFilter {
        system: None,
        endpoint: None,
    };
    let oldest = now
        .checked_sub(SignedDuration::from_hours(24 * i64::from(days)))
        .unwrap_or(Timestamp::MIN);
    let looks: Vec<Observation> = store.latest_measured(&everything).await?;
    // A look by another version of the probe may lack what this one would see.
    let fit = |look: &&Observation| {
        look.vantage == zone
            && look.ended >= oldest
            && versions.contains(&(look.probe, look.probe_version))
    };
    for job in &mut plan.jobs {
        let Some(endpoint) = job.task.endpoint else {
            continue;
        };
        let here: Vec<&Observation> = looks
            .iter()
            .filter(fit)
            .filter(|look| look.endpoint_id == Some(endpoint) && look.port == job.port())
            .collect();
        for look in &here {
            let (Some(Fact::Tls(tls)), Some(address)) = (look.fact(), look.address) else {
                continue;
            };
            let chain = here.iter().find_map(|other| match other.fact() {
                Some(Fact::Chain(chain)) if other.address == Some(address) => {
                    Some((other.id, Arc::new(chain.clone())))
                }
                _ => None,
            });
            if let Some(chain) = chain {
                let tls = (look.id, Arc::new(tls.clone()));
                job.before.insert(address, Before { tls, chain });
            }
        }
    }
    Ok(())
}
