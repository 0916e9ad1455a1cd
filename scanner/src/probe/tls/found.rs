//! What has been found of one version so far.

use std::collections::BTreeSet;

use luytre_checks::fact::{Group, Order, Suite, Tri, VersionFact};

use super::{ask::Flight, settle::Settled};

/// Findings of one version, in the order found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) suites: Vec<u16>,
    pub(super) groups: Vec<u16>,
    dh_bits: BTreeSet<u16>,
    pub(super) suites_complete: Tri,
    pub(super) groups_complete: Tri,
    pub(super) order: Order,
    /// Some end of a list was learnt from closes.
    pub(super) rests_on_closes: bool,
}

/// What a hit added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct News {
    pub(super) suite: bool,
    pub(super) group: bool,
}

impl Found {
    /// Adds the choice of a server.
    pub(super) fn add(&mut self, flight: &Flight) -> News {
        let suite = !self.suites.contains(&flight.suite);
        if suite {
            self.suites.push(flight.suite);
        }
        self.dh_bits.extend(flight.dh_bits);
        let group = flight.group.filter(|group| !self.groups.contains(group));
        self.groups.extend(group);
        News {
            suite,
            group: group.is_some(),
        }
    }

    /// Whether `settled` is a refusal; remembers on what it rests.
    pub(super) fn refused(&mut self, settled: &Settled) -> bool {
        match settled {
            Settled::Refused { by_close } => {
                self.rests_on_closes |= by_close;
                true
            }
            _ => false,
        }
    }

    /// As a fact of an offered version. Closes prove nothing when the peer is `fickle`.
    pub(super) fn fact(self, fickle: bool) -> VersionFact {
        let ends = |known: Tri| {
            if fickle && self.rests_on_closes {
                Tri::Unknown
            } else {
                known
            }
        };
        VersionFact {
            offered: Tri::Yes,
            refused_by_close: false,
            suites_complete: ends(self.suites_complete),
            groups_complete: ends(self.groups_complete),
            order: self.order,
            suites: self.suites.into_iter().map(Suite::from).collect(),
            groups: self.groups.into_iter().map(Group).collect(),
            dh_bits: self.dh_bits.into_iter().collect(),
            ..VersionFact::default()
        }
    }
}
