//! Listing the authorisations by where they stand.

use jiff::Timestamp;
use serde::Serialize;

use super::excluded;
use crate::{Authorisation, Code, Inventory};

/// Where an authorisation stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// In force, ending within the time asked about.
    Ending,
    /// In force.
    InForce,
    /// Not begun yet.
    NotBegun,
    /// Over.
    Expired,
    /// Withdrawn.
    Revoked,
}

/// One line of the list of authorisations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed<'a> {
    /// Where it stands.
    pub standing: Standing,
    /// Systems with a declared endpoint that it covers and nothing excludes.
    pub systems: Vec<&'a Code>,
    /// The paper.
    pub authorisation: &'a Authorisation,
}

/// The authorisations, those about to end first. `soon` days before its end one is `Ending`.
pub fn list(inventory: &Inventory, now: Timestamp, soon: u16) -> Vec<Listed<'_>> {
    let edge = now
        .saturating_add(jiff::SignedDuration::from_hours(24 * i64::from(soon)))
        .unwrap_or(now);
    let mut out: Vec<Listed<'_>> = inventory
        .authorisations
        .iter()
        .map(|paper| Listed {
            standing: if paper.revoked.is_some() {
                Standing::Revoked
            } else if now > paper.until {
                Standing::Expired
            } else if now < paper.from {
                Standing::NotBegun
            } else if paper.until <= edge {
                Standing::Ending
            } else {
                Standing::InForce
            },
            systems: covered(inventory, paper, now),
            authorisation: paper,
        })
        .collect();
    out.sort_by_key(|l| (l.standing, l.authorisation.until));
    out
}

fn covered<'a>(inventory: &'a Inventory, paper: &Authorisation, now: Timestamp) -> Vec<&'a Code> {
    let unrevoked = Authorisation {
        revoked: None,
        ..paper.clone()
    };
    let scope = crate::Scope::new(vec![unrevoked], Vec::new());
    inventory
        .systems
        .iter()
        .filter(|system| {
            system.endpoints.iter().any(|e| {
                e.target().is_some_and(|t| !scope.grounds(&t).is_empty())
                    && !excluded(inventory, system, e, now)
            })
        })
        .map(|system| &system.code)
        .collect()
}
