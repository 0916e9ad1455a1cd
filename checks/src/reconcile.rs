//! From what is known and what a run brought, the events that follow.
//!
//! Pure, idempotent and independent of order. The one rule behind it: a finding closes only if a
//! covering measurement succeeded and did not show it. Everything else keeps it as it is, or at
//! most says that it could not be measured again.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use luytre_inventory::Zone;
use uuid::Uuid;

use crate::{
    Coverage, Deadline, Event, EventKind, FactKind, Finding, FindingId, FindingKey, NewEvent,
    Ruling, Sighting, Subject, Verdict,
    registry::{CHECKS, FLEET},
};

mod absence;
#[cfg(test)]
mod tests;

use absence::{Absence, Ground};

/// What reconciling must know of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The probe whose facts it judges.
    pub probe: FactKind,
    /// Whether the vantage is part of the finding's identity.
    pub exposure: bool,
    /// Whether it judges many subjects together. Its findings close only in a run that covered
    /// every subject which still has a live finding of the same check and part: a key is no longer
    /// shared only if all who shared it were looked at.
    pub fleet: bool,
}

impl Rule {
    /// The rule of the check called `id` in this program; none if there is none.
    pub fn of(id: &str) -> Option<Self> {
        let one = CHECKS.iter().map(|entry| (entry.about, entry.fact, false));
        let many = FLEET.iter().map(|entry| (entry.about, entry.fact, true));
        let (about, probe, fleet) = one.chain(many).find(|(about, ..)| about.id == id)?;
        Some(Self {
            probe,
            exposure: about.exposure,
            fleet,
        })
    }
}

/// One run over subjects, as far as reconciling needs it.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// The scan.
    pub scan: Uuid,
    /// Its end. Runs are told apart and ordered by it.
    pub at: Timestamp,
    /// Who or what ran it.
    pub actor: &'a str,
    /// What is known of a check ([`Rule::of`]); none for one that does not exist any more, whose findings then
    /// stay as they are.
    pub rule: &'a (dyn Fn(&str) -> Option<Rule> + Sync),
    /// The deadline that policy sets for a fault first seen at the given time.
    pub deadline: &'a (dyn Fn(&Verdict, Timestamp) -> Option<Deadline> + Sync),
}

/// The events that follow from `verdicts` and `coverage` of one run, ordered by finding.
///
/// Each verdict list is what the judge gives: where a check found faults but could not see everything,
/// an inconclusive verdict stands beside them, and keeps every other finding of that check and place
/// from closing. Without one, a part that is not among the faults is shown to be without fault.
///
/// `known` holds findings of any incarnation and state, and may hold more than the run looked at.
/// Verdicts about ad hoc targets are left out. Given the findings as they are after its events, the
/// same run yields none.
pub fn reconcile(
    known: &[Finding],
    verdicts: &[Verdict],
    coverage: &Coverage,
    run: &Run<'_>,
) -> Vec<NewEvent> {
    let latest = latest(known);
    let failing = failing(verdicts, run);
    let ground = Ground::new(verdicts, coverage);
    let mut events: Vec<NewEvent> = failing
        .iter()
        .filter_map(|(key, verdicts)| sighted(key, verdicts, latest.get(key).copied(), run))
        .collect();
    for (key, finding) in &latest {
        if failing.contains_key(key) || !finding.is_live() || run.at < finding.last_run() {
            continue;
        }
        let Some(rule) = (run.rule)(&key.check) else {
            continue;
        };
        let mut absence = ground.absence(finding, rule);
        if absence == Absence::Shown && rule.fleet && !all_covered(&latest, key, rule, coverage) {
            absence = Absence::Undecided;
        }
        let kind = match absence {
            Absence::Shown => EventKind::Fixed,
            Absence::NotAsked => EventKind::RuleChanged,
            Absence::Unmeasured(failure) if finding.unreachable().is_none() => {
                EventKind::Unreachable { failure }
            }
            Absence::Unmeasured(_) | Absence::Undecided => continue,
        };
        let evidence = ground.evidence(finding, rule);
        events.push(event(
            finding.id,
            key,
            finding.incarnation,
            kind,
            evidence,
            run,
        ));
    }
    events.sort_by_key(|event| event.finding);
    events
}

/// The events that retire live findings whose subject is gone from the inventory. A subject that
/// went away says nothing of its faults: they are not fixed.
pub fn retire(
    known: &[Finding],
    exists: impl Fn(&Subject) -> bool,
    at: Timestamp,
    actor: &str,
    reason: &str,
) -> Vec<NewEvent> {
    let gone = known
        .iter()
        .filter(|f| f.is_live() && !exists(&f.key.subject));
    gone.map(|finding| NewEvent {
        finding: finding.id,
        key: finding.key.clone(),
        incarnation: finding.incarnation,
        event: Event {
            at,
            actor: actor.to_owned(),
            scan: None,
            kind: EventKind::Retired,
            reason: Some(reason.to_owned()),
            evidence: None,
        },
    })
    .collect()
}

/// The last incarnation of each key.
fn latest(known: &[Finding]) -> BTreeMap<FindingKey, &Finding> {
    let mut latest: BTreeMap<FindingKey, &Finding> = BTreeMap::new();
    for finding in known {
        let slot = latest.entry(finding.key.clone()).or_insert(finding);
        if finding.incarnation > slot.incarnation {
            *slot = finding;
        }
    }
    latest
}

fn key_of(verdict: &Verdict, rule: Rule) -> FindingKey {
    FindingKey {
        check: verdict.check.clone(),
        subject: verdict.subject.clone(),
        part: verdict.part.clone(),
        vantage: verdict.vantage.filter(|_| rule.exposure),
    }
}

/// Failing verdicts by the finding they show. One failing address is enough.
fn failing<'v>(verdicts: &'v [Verdict], run: &Run<'_>) -> BTreeMap<FindingKey, Vec<&'v Verdict>> {
    let mut failing: BTreeMap<FindingKey, Vec<&Verdict>> = BTreeMap::new();
    for verdict in verdicts {
        let stored = !matches!(verdict.subject, Subject::Target(_));
        if let (Ruling::Fail { .. }, true, Some(rule)) =
            (&verdict.ruling, stored, (run.rule)(&verdict.check))
        {
            failing
                .entry(key_of(verdict, rule))
                .or_default()
                .push(verdict);
        }
    }
    failing
}

/// The event that a sighting makes, if it brings anything new.
fn sighted(
    key: &FindingKey,
    verdicts: &[&Verdict],
    known: Option<&Finding>,
    run: &Run<'_>,
) -> Option<NewEvent> {
    // A run as old as one that was already heard changes nothing.
    if known.is_some_and(|finding| run.at < finding.last_run()) {
        return None;
    }
    let worst = verdicts.iter().max_by_key(|v| {
        // The text at the end only makes the choice independent of order.
        (
            severity(v),
            v.observed,
            &v.target,
            v.observation,
            &v.message_vi,
        )
    })?;
    let observed = verdicts.iter().map(|v| v.observed).max()?;
    let (incarnation, first_seen, kind): (u32, Timestamp, fn(Sighting) -> EventKind) = match known {
        None => (1, observed, EventKind::Opened),
        Some(f) if f.is_live() => {
            if observed <= f.last_confirmed {
                return None;
            }
            (f.incarnation, f.first_seen, EventKind::Seen)
        }
        Some(f) => {
            let closed = f.closed()?;
            if run.at <= closed {
                return None;
            }
            let hours = run.at.duration_since(closed).as_hours();
            if hours <= Finding::SAME_WITHIN_DAYS * 24 {
                // The clock for mending starts again; the first date does not.
                (f.incarnation, observed, EventKind::Reopened)
            } else {
                (f.incarnation + 1, observed, EventKind::Opened)
            }
        }
    };
    let Ruling::Fail { grade, severity } = worst.ruling else {
        return None;
    };
    let sighting = Sighting {
        observed,
        observation: worst.observation,
        target: worst.target.clone(),
        system: worst.system.clone(),
        ports: verdicts
            .iter()
            .filter_map(|v| port_of(&v.target))
            .collect::<BTreeSet<_>>(),
        severity,
        grade,
        message_vi: worst.message_vi.clone(),
        message_en: worst.message_en.clone(),
        clauses: worst.clauses.clone(),
        policy: worst.policy.clone(),
        deadline: (run.deadline)(worst, first_seen),
    };
    let evidence = sighting.observation;
    let id = FindingId::of(key, incarnation);
    Some(event(id, key, incarnation, kind(sighting), evidence, run))
}

fn severity(verdict: &Verdict) -> Option<(crate::Severity, crate::Grade)> {
    match verdict.ruling {
        Ruling::Fail { grade, severity } => Some((severity, grade)),
        _ => None,
    }
}

fn event(
    finding: FindingId,
    key: &FindingKey,
    incarnation: u32,
    kind: EventKind,
    evidence: Option<Uuid>,
    run: &Run<'_>,
) -> NewEvent {
    NewEvent {
        finding,
        key: key.clone(),
        incarnation,
        event: Event {
            at: run.at,
            actor: run.actor.to_owned(),
            scan: Some(run.scan),
            kind,
            reason: None,
            evidence,
        },
    }
}

/// Whether every subject with a live finding like `key` was covered by the run.
fn all_covered(
    latest: &BTreeMap<FindingKey, &Finding>,
    key: &FindingKey,
    rule: Rule,
    coverage: &Coverage,
) -> bool {
    latest
        .iter()
        .filter(|(other, finding)| {
            other.check == key.check
                && other.part == key.part
                && other.vantage == key.vantage
                && finding.is_live()
        })
        .all(|(other, _)| coverage.covers(&other.subject, rule.probe, vantage(other, rule)))
}

fn vantage(key: &FindingKey, rule: Rule) -> Option<Zone> {
    key.vantage.filter(|_| rule.exposure)
}

/// The port in a label made by `Target::label`: `host:port` or `[v6]:port`, with or without `/udp`;
/// none for a host or code alone.
pub fn port_of(label: &str) -> Option<u16> {
    let label = label.strip_suffix("/udp").unwrap_or(label);
    if label.parse::<std::net::IpAddr>().is_ok() {
        return None;
    }
    label.rsplit_once(':')?.1.parse().ok()
}
