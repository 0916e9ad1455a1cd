//! Whether a run shows that a known fault is gone.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{Rule, port_of, vantage};
use crate::{Coverage, Covered, FactKind, Finding, Ruling, Subject, Unmeasured, Verdict};

/// What a run says of a fault that none of its verdicts shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absence {
    /// A covering measurement succeeded and did not show it.
    Shown,
    /// No pack asks for it any more, or the check does not concern the subject any more.
    NotAsked,
    /// It was to be measured again and could not be.
    Unmeasured(Unmeasured),
    /// Nothing can be said.
    Undecided,
}

/// Verdicts and coverage of one run, by subject.
pub(super) struct Ground<'a> {
    verdicts: BTreeMap<(&'a str, &'a Subject), Vec<&'a Verdict>>,
    lines: BTreeMap<&'a Subject, Vec<&'a Covered>>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(verdicts: &'a [Verdict], coverage: &'a Coverage) -> Self {
        let mut ground = Self {
            verdicts: BTreeMap::new(),
            lines: BTreeMap::new(),
        };
        for verdict in verdicts {
            let key = (&*verdict.check, &verdict.subject);
            ground.verdicts.entry(key).or_default().push(verdict);
        }
        for line in &coverage.lines {
            ground.lines.entry(&line.subject).or_default().push(line);
        }
        ground
    }

    /// What the run says of `finding`, which no verdict of it shows. Every port at which the fault
    /// was ever seen must be answered for.
    pub(super) fn absence(&self, finding: &Finding, rule: Rule) -> Absence {
        let verdicts = self.verdicts(finding, rule);
        if !verdicts.is_empty() && verdicts.iter().all(|v| v.ruling == Ruling::NotInForce) {
            return Absence::NotAsked;
        }
        let places = places(finding, rule);
        let answers: Vec<_> = places
            .iter()
            .map(|place| self.at(finding, rule, *place, &verdicts))
            .collect();
        let unmeasured = answers.iter().filter_map(|answer| match answer {
            Absence::Unmeasured(reason) => Some(*reason),
            _ => None,
        });
        if let Some(reason) = unmeasured.min() {
            Absence::Unmeasured(reason)
        } else if answers.contains(&Absence::Undecided) {
            Absence::Undecided
        } else if answers.contains(&Absence::Shown) {
            Absence::Shown
        } else {
            Absence::NotAsked
        }
    }

    /// An observation on which the answer rests.
    pub(super) fn evidence(&self, finding: &Finding, rule: Rule) -> Option<Uuid> {
        let verdicts = self.verdicts(finding, rule);
        verdicts
            .iter()
            .filter_map(|verdict| verdict.observation)
            .min()
    }

    fn verdicts(&self, finding: &Finding, rule: Rule) -> Vec<&'a Verdict> {
        let of_subject = self
            .verdicts
            .get(&(&*finding.key.check, &finding.key.subject));
        let vantage = vantage(&finding.key, rule);
        let from = |v: &&&Verdict| vantage.is_none() || v.vantage == vantage;
        of_subject
            .into_iter()
            .flatten()
            .filter(from)
            .copied()
            .collect()
    }

    /// What the run says of the fault at one port, or at the subject as a whole.
    fn at(
        &self,
        finding: &Finding,
        rule: Rule,
        port: Option<u16>,
        verdicts: &[&Verdict],
    ) -> Absence {
        let looks = self.lines(finding, rule, rule.probe);
        let by_host = rule.probe == FactKind::Ports;
        let lines: Vec<_> = looks
            .into_iter()
            .filter(|line| by_host || port.is_none() || line.port == port)
            .collect();
        // A TCP port that is closed says nothing of the UDP port with its number.
        let by_port = rule.exposure && rule.probe != FactKind::Udp;
        if by_port && port.is_some_and(|port| self.proved_closed(finding, rule, port)) {
            return Absence::Shown;
        }
        if let Some(reason) = lines
            .iter()
            .filter_map(|l| l.failure)
            .filter(|f| is_theirs(*f))
            .min()
        {
            return Absence::Unmeasured(reason);
        }
        let all_succeeded = !lines.is_empty() && lines.iter().all(|line| line.is_whole());
        let decided = |line: &&Covered| {
            let ports = line.ports.as_ref();
            port.is_none_or(|port| ports.is_some_and(|ports| ports.contains(port)))
        };
        if !all_succeeded || (by_host && !lines.iter().all(decided)) {
            return Absence::Undecided;
        }
        let here: Vec<_> = verdicts
            .iter()
            .copied()
            .filter(|v| by_host || port.is_none() || port_of(&v.target) == port)
            .collect();
        let judged: BTreeSet<_> = here.iter().map(|v| v.observation).collect();
        // Each look must have been judged, or a fact that nobody read would count as good.
        if judged.len() < lines.len() {
            return Absence::Undecided;
        }
        let open = port.is_some_and(|port| {
            by_host
                && lines
                    .iter()
                    .any(|l| l.ports.as_ref().is_some_and(|p| p.open.contains(port)))
        });
        let summed_up =
            |v: &&&Verdict| v.part.is_empty() || (open && v.part.parse::<u16>().is_err());
        // A fault of the whole, or one that sums up many open ports, may hold this one inside.
        if here
            .iter()
            .filter(summed_up)
            .any(|v| matches!(v.ruling, Ruling::Fail { .. }))
        {
            return Absence::Undecided;
        }
        answer(&here, &finding.key.part)
    }

    fn lines(&self, finding: &Finding, rule: Rule, probe: FactKind) -> Vec<&'a Covered> {
        let vantage = vantage(&finding.key, rule);
        let of_subject = self.lines.get(&finding.key.subject).into_iter().flatten();
        of_subject
            .filter(|line| line.probe == probe && vantage.is_none_or(|v| v == line.vantage))
            .copied()
            .collect()
    }

    /// Whether a `ports` look proved `port` closed at every address of the subject: what is not
    /// there cannot be reached, and reaching it was the fault.
    fn proved_closed(&self, finding: &Finding, rule: Rule, port: u16) -> bool {
        let closed_at = |line: &&&Covered| {
            line.is_whole()
                && line
                    .ports
                    .as_ref()
                    .is_some_and(|ports| ports.closed.contains(port))
        };
        let ports = self.lines(finding, rule, FactKind::Ports);
        let all_closed = !ports.is_empty() && ports.iter().filter(closed_at).count() == ports.len();
        let addresses: BTreeSet<_> = ports.iter().map(|line| line.address).collect();
        let looks = self.lines(finding, rule, rule.probe);
        all_closed
            && looks.iter().all(|line| {
                // A look that reached the port contradicts the proof.
                let answered = line.port == Some(port) && line.failure.is_none();
                addresses.contains(&line.address) && (line.probe == FactKind::Ports || !answered)
            })
    }
}

/// Ports at which `finding` must be shown to be gone; none stands for the subject as a whole.
fn places(finding: &Finding, rule: Rule) -> Vec<Option<u16>> {
    if rule.probe == FactKind::Ports {
        // The part of a fault found by port discovery is the port itself.
        vec![finding.key.part.parse().ok()]
    } else if finding.ports.is_empty() {
        vec![None]
    } else {
        finding.ports.iter().copied().map(Some).collect()
    }
}

/// What the verdicts on one place say of `part`, which none of them shows.
fn answer(verdicts: &[&Verdict], part: &str) -> Absence {
    let mut shown = false;
    for verdict in verdicts {
        match verdict.ruling {
            // An answer that is open as a whole leaves every part open.
            Ruling::Inconclusive { .. } if verdict.part.is_empty() || verdict.part == part => {
                return Absence::Undecided;
            }
            Ruling::Pass | Ruling::Fail { .. } => shown = true,
            Ruling::Inconclusive { .. } | Ruling::NotApplicable { .. } | Ruling::NotInForce => {}
        }
    }
    match verdicts {
        [] => Absence::Undecided,
        _ if shown => Absence::Shown,
        _ => Absence::NotAsked,
    }
}

/// Whether a failure says something of the target, not of us.
fn is_theirs(reason: Unmeasured) -> bool {
    !matches!(
        reason,
        Unmeasured::NotPermitted | Unmeasured::Cancelled | Unmeasured::Bug
    )
}
