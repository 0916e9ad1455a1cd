//! What follows from the hits so far.

use luytre_checks::fact::Order;

use super::{Survey, TAIL};
use crate::probe::tls::offer::{ALL_GROUPS, OLD, by_elliptic_key, is_finite, left, on_curve};

impl Survey<'_, '_> {
    /// The curve of the certificate, once found, where every suite found needs it on offer.
    pub(super) fn anchor(&self) -> Option<u16> {
        let mut taken = self.found.suites.iter().filter(|s| on_curve(**s));
        let curve = self.asker.certificate_curve()?;
        let found = self.found.groups.contains(&curve);
        (found && taken.all(|suite| by_elliptic_key(*suite))).then_some(curve)
    }

    /// Whether a suite that needs nothing but a curve was refused with the groups that are left, and
    /// taken when all were offered.
    pub(super) fn wanted_a_group(&self) -> bool {
        self.refused.as_ref().is_some_and(|(suites, groups)| {
            let mut found = self.found.suites.iter();
            let free = |s: &u16| on_curve(*s) && !by_elliptic_key(*s) && suites.contains(s);
            let new = self.found.groups.iter().skip(*groups);
            found.any(free) && new.copied().all(is_finite)
        })
    }

    /// Whether it passed over one that it takes and that stood before its first choice.
    pub(super) fn passed_over(&self) -> bool {
        self.taken().last() != Some(&self.first)
    }

    /// Whether it mixes suites on curves with others as it likes, as far as can be guessed.
    pub(super) fn mixes(&mut self) -> bool {
        let mixes = self.passed_over() || self.found.order == Order::Server;
        self.asker.mixes |= mixes;
        self.asker.mixes
    }

    /// All suites found, those last that we want most.
    pub(super) fn taken(&self) -> Vec<u16> {
        let mut taken = self.found.suites.clone();
        taken.sort_by_key(|suite| std::cmp::Reverse(OLD.iter().position(|s| s == suite)));
        taken
    }

    /// Whether it was seen to choose from the end of a list as long as the one refused.
    pub(super) fn deep(&self) -> bool {
        self.deepest + TAIL >= self.suites_left().len()
    }

    /// What the choice of `suite` says about whose order counts, when those `offered` that are taken
    /// were all usable and stood in reverse.
    pub(super) fn weigh(&mut self, offered: &[u16], suite: u16) {
        if offered.len() < 2 || !offered.contains(&suite) || self.found.order != Order::Unknown {
            return;
        }
        if suite != offered[0] {
            // It passed over one that it takes and that stood before.
            self.found.order = Order::Server;
        } else if offered.contains(&self.first) && suite != self.first {
            self.found.order = Order::Client;
        }
    }

    pub(super) fn suites_left(&self) -> Vec<u16> {
        left(&OLD, &self.found.suites)
    }

    pub(super) fn groups_left(&self) -> Vec<u16> {
        left(&ALL_GROUPS, &self.found.groups)
    }
}
