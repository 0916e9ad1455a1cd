//! What a scan really covered: the ground on which a finding may close.

use std::{collections::BTreeMap, net::IpAddr};

use luytre_inventory::{PortSet, Zone};
use serde::{Deserialize, Serialize};

use crate::{Fact, FactKind, Observation, Reading, Subject, Unmeasured, fact::PortsFact};

/// One line of coverage: subject × address × port × probe × vantage, succeeded or why not.
///
/// One look is one line, with its last outcome: a retry replaces the line of the first try. A look
/// at a host as a whole (`ports`) has one line for every declared endpoint of that host, so that it
/// can speak for each of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// What was looked at.
    pub subject: Subject,
    /// The address contacted; none where none was reached or needed.
    pub address: Option<IpAddr>,
    /// The port looked at; none for looks at a host or system as a whole.
    #[serde(default)]
    pub port: Option<u16>,
    /// The probe.
    pub probe: FactKind,
    /// From where.
    pub vantage: Zone,
    /// None if it succeeded.
    pub failure: Option<Unmeasured>,
    /// What a successful `ports` look decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ports: Option<PortsDecided>,
    /// A short look that only confirmed an earlier one: it covers nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partly: bool,
    /// A look at a host said again for a further endpoint of that host. It counts once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeated: bool,
}

/// The ports on which a `ports` look came to an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PortsDecided {
    /// Completed a connection.
    pub open: PortSet,
    /// Proved closed by the host's own refusal.
    pub closed: PortSet,
}

impl PortsDecided {
    /// What `fact` decides. A port that stayed silent is decided by nothing: a filter that drops
    /// our packets looks the same as a port that is gone (architecture rule 1). Where silent ports
    /// were counted without being named, one of them leaves every port that is not open undecided.
    pub fn of(fact: &PortsFact) -> Self {
        let open: PortSet = fact.open.iter().copied().collect();
        let named = u32::try_from(fact.silent_ports.len()).is_ok_and(|count| count == fact.silent);
        let left_open = |port: u16| {
            open.contains(port) || fact.undecided.contains(port) || fact.silent_ports.contains(port)
        };
        let closed: PortSet = if named {
            fact.asked.iter().filter(|port| !left_open(*port)).collect()
        } else {
            PortSet::default()
        };
        // A look that was cut short may hold ports that are in none of its lists.
        let whole = u32::try_from(closed.len()).is_ok_and(|count| count == fact.closed);
        Self {
            open,
            closed: if whole { closed } else { PortSet::default() },
        }
    }

    /// Whether `port` is decided.
    pub fn contains(&self, port: u16) -> bool {
        self.open.contains(port) || self.closed.contains(port)
    }
}

impl Covered {
    /// The line of `observation`, counted for `subject`.
    pub fn of(observation: &Observation, subject: Subject) -> Self {
        let (failure, ports) = match &observation.reading {
            Reading::Unmeasured { reason } => (Some(*reason), None),
            Reading::Measured {
                fact: Fact::Ports(fact),
            } => (None, Some(PortsDecided::of(fact))),
            Reading::Measured { .. } | Reading::Confirmed { .. } => (None, None),
        };
        Self {
            subject,
            address: observation.address,
            port: observation.port,
            probe: observation.probe,
            vantage: observation.vantage,
            failure,
            ports,
            partly: !observation.is_whole() && failure.is_none(),
            repeated: false,
        }
    }

    /// Whether the look succeeded as a whole, so that what it did not show is not there.
    pub const fn is_whole(&self) -> bool {
        self.failure.is_none() && !self.partly
    }
}

/// Coverage of a scan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// Line by line.
    pub lines: Vec<Covered>,
}

/// Coverage in figures, as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CoverageCounts {
    /// Looks planned.
    pub planned: usize,
    /// Looks that succeeded.
    pub measured: usize,
    /// Short looks that confirmed an earlier one, as far as they went.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub confirmed_partly: usize,
    /// Failures by reason, without those that had no permit.
    pub unmeasured: BTreeMap<Unmeasured, usize>,
    /// Looks that had no permit.
    pub not_permitted: usize,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Coverage {
    /// How many looks were planned.
    pub fn planned(&self) -> usize {
        self.looks().count()
    }

    /// The lines, each look once.
    fn looks(&self) -> impl Iterator<Item = &Covered> {
        self.lines.iter().filter(|line| !line.repeated)
    }

    /// How many succeeded as a whole.
    pub fn measured(&self) -> usize {
        self.looks().filter(|line| line.is_whole()).count()
    }

    /// How many only confirmed an earlier look.
    pub fn confirmed_partly(&self) -> usize {
        self.looks().filter(|line| line.partly).count()
    }

    /// How many came to an answer, if only in part.
    pub fn answered(&self) -> usize {
        self.measured() + self.confirmed_partly()
    }

    /// How many had no permit.
    pub fn not_permitted(&self) -> usize {
        self.looks()
            .filter(|l| l.failure == Some(Unmeasured::NotPermitted))
            .count()
    }

    /// Failures by reason, without those that had no permit.
    pub fn unmeasured(&self) -> BTreeMap<Unmeasured, usize> {
        let mut counts = BTreeMap::new();
        for reason in self.looks().filter_map(|line| line.failure) {
            if reason != Unmeasured::NotPermitted {
                *counts.entry(reason).or_default() += 1;
            }
        }
        counts
    }

    /// All figures.
    pub fn counts(&self) -> CoverageCounts {
        CoverageCounts {
            planned: self.planned(),
            measured: self.measured(),
            confirmed_partly: self.confirmed_partly(),
            unmeasured: self.unmeasured(),
            not_permitted: self.not_permitted(),
        }
    }

    /// Whether every look of `probe` from `vantage` at `subject` succeeded, at every address that
    /// was to be contacted, and there was at least one (architecture rule 2).
    pub fn covers(&self, subject: &Subject, probe: FactKind, vantage: Option<Zone>) -> bool {
        let mut any = false;
        for line in self.lines.iter().filter(|line| {
            line.subject == *subject
                && line.probe == probe
                && vantage.is_none_or(|vantage| vantage == line.vantage)
        }) {
            if !line.is_whole() {
                return false;
            }
            any = true;
        }
        any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(asked: &str, open: &[u16], closed: u32, silent: u32, undecided: &str) -> PortsFact {
        PortsFact {
            asked: asked.parse().unwrap(),
            open: open.to_vec(),
            closed,
            silent,
            silent_ports: PortSet::default(),
            undecided: undecided.parse().unwrap(),
            complete: undecided.is_empty(),
        }
    }

    fn named(fact: PortsFact, silent: &str) -> PortsFact {
        PortsFact {
            silent_ports: silent.parse().unwrap(),
            ..fact
        }
    }

    #[test]
    fn only_a_refusal_proves_a_port_closed() {
        let cases = [
            (fact("22,80,3306", &[22], 2, 0, ""), "80,3306"),
            (fact("22,80,3306", &[22], 1, 0, "80"), "3306"),
            // Silence without a name hides which of the ports it was.
            (fact("22,80,3306", &[22], 1, 1, ""), ""),
            (named(fact("22,80,3306", &[22], 1, 1, ""), "80"), "3306"),
            (named(fact("22,80,3306", &[22], 1, 2, ""), "80"), ""),
            // A fact that contradicts itself decides nothing.
            (named(fact("22,80,3306", &[22], 2, 1, ""), "80"), ""),
            // Cut short: one port is in no list.
            (fact("22,80,3306", &[22], 1, 0, ""), ""),
            (PortsFact::default(), ""),
        ];
        for (fact, closed) in cases {
            let decided = PortsDecided::of(&fact);
            assert_eq!(decided.closed, closed.parse().unwrap(), "{fact:?}");
            assert_eq!(decided.open.len(), fact.open.len());
        }
    }
}
