//! What has been found of one version so far.

use std::collections::BTreeSet;

use luytre_checks::fact::{DhPrime, Group, Order, Suite, Tri, VersionFact};

use super::{ask::Flight, fresh::Keys, settle::Settled};
use crate::{hex::hex, wire::Field};

/// Primes described of one version. A server has one, or one for each size of key.
const MOST_PRIMES: usize = 8;

/// Findings of one version, in the order found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) suites: Vec<u16>,
    pub(super) groups: Vec<u16>,
    fields: BTreeSet<Field>,
    keys: Keys,
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
        self.fields.extend(flight.field);
        self.keys.add(flight.fresh);
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
            dh_bits: sizes(&self.fields),
            dh_primes: primes(&self.fields),
            dh_key_reused: self.keys.reused(true),
            ecdh_key_reused: self.keys.reused(false),
            ..VersionFact::default()
        }
    }
}

fn sizes(fields: &BTreeSet<Field>) -> Vec<u16> {
    let sizes: BTreeSet<_> = fields.iter().map(|field| field.bits).collect();
    sizes.into_iter().collect()
}

/// The fields as facts, smallest first.
pub(super) fn primes<'a>(fields: impl IntoIterator<Item = &'a Field>) -> Vec<DhPrime> {
    let prime = |field: &Field| DhPrime::new(field.bits, hex(&field.sha256));
    fields.into_iter().take(MOST_PRIMES).map(prime).collect()
}
