//! The judge: one observation in, the verdicts of every check on its fact out. Pure and repeatable.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use jiff::Timestamp;
use luytre_inventory::{Endpoint, Inventory, Level, System, Text, Zone};

use crate::{
    About, Context, Excerpt, Exposure, Fact, FactKind, Fault, FleetFact, Kind, Look, Observation,
    Outcome, Policy, Reading, Reason, Ruling, Subject, Unmeasured, Verdict, message,
    policy::{UNKNOWN_LEVEL, day_of},
    registry::{CHECKS, FLEET},
};

/// Applies every check on the kind of fact that `observation` was to bring.
///
/// An unmeasured observation is inconclusive for each of them. A short look that confirmed an earlier
/// one gives verdicts on the faults that it saw again, and no others. A system without an approved level is
/// judged as [`UNKNOWN_LEVEL`] says, or by the level its dossier proposes where that is higher. Where a
/// check found faults but could not see everything, an inconclusive verdict with an empty part stands
/// beside them: it keeps findings of that check and subject from being closed.
pub fn judge(
    observation: &Observation,
    inventory: &Inventory,
    policy: &Policy,
    at: Timestamp,
) -> Vec<Verdict> {
    let place = Place::of(observation, inventory, at);
    let context = Context {
        system: place.system,
        endpoint: place.endpoint,
        port: observation.port,
        vantage: observation.vantage,
        declared: &place.declared,
        parameters: policy.parameters(),
    };
    let kind = kind_of(observation);
    let mut verdicts = Vec::new();
    for entry in CHECKS.iter().filter(|entry| entry.fact == kind) {
        let outcome = match &observation.reading {
            Reading::Measured { fact } => (entry.judge)(fact, &context, at),
            Reading::Confirmed { fact, .. } => match (entry.judge)(fact, &context, at) {
                Outcome::Fail(faults) | Outcome::Partial(faults, _) if !faults.is_empty() => {
                    Outcome::Fail(faults)
                }
                // What a short look did not see again stays as it was.
                _ => continue,
            },
            Reading::Unmeasured { reason } => Outcome::Inconclusive(Reason::Unmeasured(*reason)),
        };
        place.rule(&entry.about, outcome, policy, &mut verdicts);
    }
    verdicts
}

/// Applies every fleet check to all observations together; verdicts come in the order of the
/// observations, check by check.
pub fn judge_fleet(
    observations: &[Observation],
    inventory: &Inventory,
    policy: &Policy,
    at: Timestamp,
) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let here = Beside::of(observations);
    for entry in FLEET {
        let of_kind = |o: &&Observation| kind_of(o) == entry.fact;
        let places: Vec<Place<'_>> = observations
            .iter()
            .filter(of_kind)
            .map(|observation| Place::of(observation, inventory, at))
            .collect();
        let facts: Vec<_> = places
            .iter()
            .filter_map(|place| {
                Some(FleetFact {
                    fact: place.observation.fact()?,
                    system: place.system,
                    endpoint: place.endpoint,
                    observation: place.observation.id,
                    look: here.look(place.observation),
                })
            })
            .collect();
        let mut outcomes = (entry.judge)(&facts, at).into_iter();
        for place in &places {
            let outcome = match &place.observation.reading {
                Reading::Measured { .. } | Reading::Confirmed { .. } => {
                    outcomes.next().unwrap_or(BROKEN)
                }
                Reading::Unmeasured { reason } => {
                    Outcome::Inconclusive(Reason::Unmeasured(*reason))
                }
            };
            place.rule(&entry.about, outcome, policy, &mut verdicts);
        }
    }
    verdicts
}

/// Everything that was read, by where.
struct Beside<'a> {
    facts: BTreeMap<(&'a str, Option<IpAddr>, Zone), Vec<&'a Fact>>,
    unmeasured: BTreeMap<(&'a str, FactKind, Zone), BTreeSet<IpAddr>>,
}

impl<'a> Beside<'a> {
    fn of(observations: &'a [Observation]) -> Self {
        let mut all = Self {
            facts: BTreeMap::new(),
            unmeasured: BTreeMap::new(),
        };
        for one in observations {
            let (label, from) = (one.endpoint.as_str(), one.vantage);
            if let Some(fact) = one.fact() {
                let facts = all.facts.entry((label, one.address, from));
                facts.or_default().push(fact);
            } else {
                let addresses = all.unmeasured.entry((label, one.probe, from));
                addresses.or_default().extend(one.address);
            }
        }
        all
    }

    fn look(&self, observation: &'a Observation) -> Look<'a> {
        let (label, from) = (observation.endpoint.as_str(), observation.vantage);
        let kind = kind_of(observation);
        let all = self.facts.get(&(label, observation.address, from));
        let others = all.into_iter().flatten().filter(|fact| fact.kind() != kind);
        let failed = self.unmeasured.get(&(label, kind, from));
        let mut failed = failed.into_iter().flatten();
        Look {
            endpoint: label,
            address: observation.address,
            vantage: from,
            beside: others.copied().collect(),
            elsewhere_unmeasured: failed.any(|address| Some(*address) != observation.address),
        }
    }
}

/// What a check that answers nonsense amounts to.
const BROKEN: Outcome = Outcome::Inconclusive(Reason::Unmeasured(Unmeasured::Bug));

fn kind_of(observation: &Observation) -> FactKind {
    observation
        .fact()
        .map_or(observation.probe, crate::Fact::kind)
}

/// Where an observation belongs in the inventory.
struct Place<'a> {
    observation: &'a Observation,
    system: Option<&'a System>,
    endpoint: Option<&'a Endpoint>,
    declared: Vec<&'a Endpoint>,
    level: Option<Level>,
    exposure: Exposure,
    day: jiff::civil::Date,
}

impl<'a> Place<'a> {
    fn of(observation: &'a Observation, inventory: &'a Inventory, at: Timestamp) -> Self {
        let found = observation
            .endpoint_id
            .and_then(|id| inventory.endpoint(id));
        let by_code = || {
            observation
                .system
                .as_ref()
                .and_then(|c| inventory.system(c))
        };
        let system = found.map(|(system, _)| system).or_else(by_code);
        let endpoint = found.map(|(_, endpoint)| endpoint);
        let declared: Vec<&Endpoint> = system
            .map(|system| system.endpoints.iter())
            .into_iter()
            .flatten()
            .filter(|other| same_host(other, endpoint, observation))
            .collect();
        // A look at a host as a whole has no endpoint of its own: the declaration without a port
        // stands for the host, else the one with the smallest id.
        let stand_in = || {
            let host = observation.endpoint_id.is_none() && observation.probe == FactKind::Ports;
            let all = declared.iter().copied().filter(|_| host);
            all.min_by_key(|e| (e.port.is_some(), e.id))
        };
        let endpoint = endpoint.or_else(stand_in);
        let day = day_of(at);
        Self {
            observation,
            system,
            endpoint,
            level: system.and_then(|system| level(system, day)),
            exposure: Exposure::of(observation.vantage, endpoint.map(|e| e.zone)),
            declared,
            day,
        }
    }

    fn rule(&self, about: &About, outcome: Outcome, policy: &Policy, out: &mut Vec<Verdict>) {
        if !policy.in_force(about.id, self.level) {
            let text = Text::new(
                "Không áp dụng ở cấp độ này theo các quy định đang có hiệu lực.",
                "Not asked for at this level by the packs in force.",
            );
            out.push(self.verdict(about, policy, "", Ruling::NotInForce, both(text)));
            return;
        }
        let (faults, rest) = match outcome {
            Outcome::Fail(faults) if faults.is_empty() => (Vec::new(), Some(BROKEN)),
            Outcome::Fail(faults) => (faults, None),
            Outcome::Partial(faults, reason) => (faults, Some(Outcome::Inconclusive(reason))),
            other => (Vec::new(), Some(other)),
        };
        for fault in worst_by_part(faults) {
            let severity = policy.severity(about.id, fault.grade, self.level, self.exposure);
            let ruling = Ruling::Fail {
                grade: fault.grade,
                severity,
            };
            let message = message::render(about.message, &fault);
            out.push(self.verdict(about, policy, &fault.subject, ruling, message));
        }
        if let Some(rest) = rest {
            let (ruling, message) = answer(about, &rest);
            out.push(self.verdict(about, policy, "", ruling, message));
        }
    }

    fn verdict(
        &self,
        about: &About,
        policy: &Policy,
        part: &str,
        ruling: Ruling,
        [message_vi, message_en]: [String; 2],
    ) -> Verdict {
        let (subject, target) = self.subject(about.kind);
        Verdict {
            check: about.id.to_owned(),
            subject,
            target,
            part: part.to_owned(),
            system: self
                .system
                .map(|system| system.code.clone())
                .or_else(|| self.observation.system.clone()),
            vantage: about.exposure.then_some(self.observation.vantage),
            observation: Some(self.observation.id),
            observed: self.observation.ended,
            ruling,
            clauses: policy
                .clauses(about.id, self.level)
                .iter()
                .map(crate::policy::ClauseRef::label)
                .collect(),
            policy: policy.stamp(about.id),
            message_vi,
            message_en,
        }
    }

    fn subject(&self, kind: Kind) -> (Subject, String) {
        let label = self.observation.endpoint.clone();
        match (kind, self.system) {
            (Kind::System, Some(system)) => (
                Subject::System(system.code.clone()),
                system.code.to_string(),
            ),
            (Kind::Owner, Some(system)) => match system.owner(self.day) {
                Some(owner) => (Subject::Owner(owner.clone()), owner.to_string()),
                None => (Subject::Target(label.clone()), label),
            },
            (Kind::Endpoint, _) => {
                let declared = self.endpoint.map(|endpoint| endpoint.id);
                match self.observation.endpoint_id.or(declared) {
                    Some(id) => (Subject::Endpoint(id), label),
                    None => (Subject::Target(label.clone()), label),
                }
            }
            (Kind::System | Kind::Owner, None) => (Subject::Target(label.clone()), label),
        }
    }
}

/// The approved level; without one, the proposed level where it asks for more than [`UNKNOWN_LEVEL`].
fn level(system: &System, day: jiff::civil::Date) -> Option<Level> {
    let proposed = system.proposed_level.filter(|level| *level > UNKNOWN_LEVEL);
    let approved = system.approved_level(day).map(|approved| approved.level);
    approved.or(proposed)
}

/// Whether `other` is declared on the host that was looked at.
fn same_host(other: &Endpoint, endpoint: Option<&Endpoint>, observation: &Observation) -> bool {
    let same = |a: &Endpoint| {
        a.id == other.id
            || (a.name.is_some() && a.name == other.name)
            || (a.address.is_some() && a.address == other.address)
    };
    let label = |port| other.target().map(|target| target.label(port));
    endpoint.is_some_and(same)
        || (other.address.is_some() && other.address == observation.address)
        || label(observation.port).is_some_and(|label| label == observation.endpoint)
}

/// One fault a part, the worst; parts are made harmless here because they may be a server's words.
fn worst_by_part(faults: Vec<Fault>) -> Vec<Fault> {
    let mut kept: Vec<Fault> = Vec::with_capacity(faults.len());
    for mut fault in faults {
        fault.subject = Excerpt::redacted(&fault.subject).as_str().into();
        match kept.iter_mut().find(|other| other.subject == fault.subject) {
            Some(other) if other.grade < fault.grade => *other = fault,
            Some(_) => {}
            None => kept.push(fault),
        }
    }
    kept
}

fn answer(about: &About, outcome: &Outcome) -> (Ruling, [String; 2]) {
    match outcome {
        Outcome::Pass => (
            Ruling::Pass,
            [
                format!("Không phát hiện: {}.", about.title.vi),
                format!("Not found: {}.", about.title.en),
            ],
        ),
        Outcome::NotApplicable(reason) => {
            let reason = both(reason.text());
            let message = [
                format!("Không áp dụng: {}.", reason[0]),
                format!("Not applicable: {}.", reason[1]),
            ];
            (Ruling::NotApplicable { reason }, message)
        }
        Outcome::Inconclusive(reason) | Outcome::Partial(_, reason) => {
            let reason = both(reason.text());
            let message = [
                format!("Chưa kết luận được: {}.", reason[0]),
                format!("Inconclusive: {}.", reason[1]),
            ];
            (Ruling::Inconclusive { reason }, message)
        }
        Outcome::Fail(_) => answer(about, &BROKEN),
    }
}

fn both(text: Text) -> [String; 2] {
    [text.vi.to_owned(), text.en.to_owned()]
}

#[cfg(test)]
mod tests;
