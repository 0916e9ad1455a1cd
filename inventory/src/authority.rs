//! The authorisation desk: drafting, recording, listing and revoking the grounds for scanning. All
//! of it works on values; nothing here opens a socket or reads a clock.

use ipnet::IpNet;
use jiff::Timestamp;

use crate::{
    Authorisation, Code, Endpoint, Exclusion, Grant, InfoKind, Inventory, Revocation, Route,
    System, Text,
};

mod draft;
mod list;
mod notice;

pub use draft::{Draft, LeftOut, Request, draft};
pub use list::{Listed, Standing, list};

/// Why the desk refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthorityError {
    /// Neither an owner nor a system was named, or none was found.
    #[error("no system of the inventory is meant")]
    NoSystem,
    /// The code of a system or unit is not in the inventory.
    #[error("`{0}` is not in the inventory")]
    Unknown(Code),
    /// The system is shut out by law: state secrets, military or cryptographic.
    #[error("`{0}` is shut out by law (NĐ 331/2026 Điều 26.3-4; NĐ 333/2026 Điều 7.4)")]
    Statutory(String),
    /// No declared endpoint is left to scan.
    #[error("none of the systems declares a host that may be scanned")]
    NoTarget,
    /// A paper of this number is recorded already.
    #[error("an authorisation numbered `{0}` is recorded already")]
    Twice(String),
    /// No paper of this number.
    #[error("no authorisation numbered `{0}`")]
    NoSuch(String),
    /// The paper was revoked before.
    #[error("the authorisation `{0}` is revoked already")]
    RevokedAlready(String),
    /// The paper lacks something or contradicts itself.
    #[error("{}: {}", crate::field_text(field).map_or(*field, |text| text.en), problem.en)]
    Faulty {
        /// The field.
        field: &'static str,
        /// What is wrong.
        problem: Text,
        /// What to do.
        fix: Text,
    },
}

impl Route {
    /// The article on which the route rests.
    pub const fn article(self) -> &'static str {
        match self {
            Self::OwnerRequest => "điểm b khoản 1 Điều 12 Luật số 116/2025/QH15",
            Self::MonitoringNotice => "khoản 4, khoản 5 Điều 7 Nghị định số 333/2026/NĐ-CP",
            Self::SpecialisedUnit => "khoản 5 Điều 32 Nghị định số 331/2026/NĐ-CP",
            Self::Cause => "điểm a khoản 1 Điều 12 Luật số 116/2025/QH15",
            // The emergency route serves national security only.
            Self::Emergency => "khoản 5 Điều 7 Nghị định số 333/2026/NĐ-CP (tình huống khẩn cấp)",
            Self::AdHoc => "văn bản giao nhiệm vụ",
        }
    }
}

/// The name of the law's exclusion of a system, if any.
fn statutory(inventory: &Inventory, system: &System) -> Option<String> {
    fn secret(profile: &crate::Profile) -> bool {
        profile.info.contains(&InfoKind::StateSecret) || profile.components.iter().any(secret)
    }
    if system.profile.as_ref().is_some_and(secret) {
        return Some(system.code.to_string());
    }
    inventory
        .exclusions
        .iter()
        .find(|e| e.kind.is_statutory() && e.systems.contains(&system.code))
        .map(|e| e.name.clone())
}

fn hits(exclusion: &Exclusion, system: &System, endpoint: &Endpoint) -> bool {
    exclusion.systems.contains(&system.code)
        || endpoint
            .name
            .as_ref()
            .is_some_and(|n| exclusion.names.iter().any(|p| p.matches(n)))
        || endpoint
            .address
            .is_some_and(|a| exclusion.prefixes.iter().any(|p| p.contains(&a)))
}

/// Whether an exclusion that binds at `at` shuts out an endpoint.
pub(crate) fn excluded(
    inventory: &Inventory,
    system: &System,
    endpoint: &Endpoint,
    at: Timestamp,
) -> bool {
    statutory(inventory, system).is_some()
        || inventory
            .exclusions
            .iter()
            .any(|e| e.binds(at) && hits(e, system, endpoint))
}

/// Records a signed authorisation as a new inventory value. Refused are papers that lack something,
/// that are over already, or whose grant reaches what the law shuts out.
pub fn record(
    inventory: &Inventory,
    paper: Authorisation,
    now: Timestamp,
) -> Result<Inventory, AuthorityError> {
    if let Some((field, problem, fix)) = crate::check::faults(&paper).into_iter().next() {
        return Err(AuthorityError::Faulty {
            field,
            problem,
            fix,
        });
    }
    if paper.until < now {
        return Err(AuthorityError::Faulty {
            field: "until",
            problem: OVER,
            fix: MEND_UNTIL,
        });
    }
    if inventory
        .authorisations
        .iter()
        .any(|a| a.number == paper.number)
    {
        return Err(AuthorityError::Twice(paper.number));
    }
    if let Some(owner) = paper.owner.as_ref().filter(|o| inventory.unit(o).is_none()) {
        return Err(AuthorityError::Unknown(owner.clone()));
    }
    if let Some(name) = reaches_statutory(inventory, &paper.grant) {
        return Err(AuthorityError::Statutory(name));
    }
    let mut new = inventory.clone();
    new.authorisations.push(paper);
    Ok(new)
}

const OVER: Text = Text::new("căn cứ đã hết hạn", "is over already");
const MEND_UNTIL: Text = Text::new(
    "kiểm tra lại thời hạn trên văn bản",
    "check the time on the paper",
);

/// What the law shuts out and the grant would reach.
fn reaches_statutory(inventory: &Inventory, grant: &Grant) -> Option<String> {
    let overlap = |a: &IpNet, b: &IpNet| a.contains(b) || b.contains(a);
    for exclusion in inventory
        .exclusions
        .iter()
        .filter(|e| e.kind.is_statutory())
    {
        let prefixes = exclusion
            .prefixes
            .iter()
            .any(|p| grant.prefixes.iter().any(|g| overlap(g, p)));
        let names = exclusion
            .names
            .iter()
            .any(|p| grant.names.iter().any(|g| g.overlaps(p)));
        if prefixes || names {
            return Some(exclusion.name.clone());
        }
    }
    inventory
        .systems
        .iter()
        .filter_map(|s| statutory(inventory, s).map(|name| (s, name)))
        .find(|(system, _)| {
            system.endpoints.iter().any(|e| {
                e.name
                    .as_ref()
                    .is_some_and(|n| grant.names.iter().any(|g| g.matches(n)))
                    || e.address
                        .is_some_and(|a| grant.prefixes.iter().any(|p| p.contains(&a)))
            })
        })
        .map(|(_, name)| name)
}

/// Withdraws an authorisation, as a new inventory value. It binds at once: a revoked paper gives no
/// permit whatever moment is written beside it.
pub fn revoke(
    inventory: &Inventory,
    number: &str,
    revocation: Revocation,
) -> Result<Inventory, AuthorityError> {
    let mut new = inventory.clone();
    let paper = new
        .authorisations
        .iter_mut()
        .find(|a| a.number == number)
        .ok_or_else(|| AuthorityError::NoSuch(number.to_owned()))?;
    if paper.revoked.is_some() {
        return Err(AuthorityError::RevokedAlready(number.to_owned()));
    }
    paper.revoked = Some(revocation);
    Ok(new)
}

#[cfg(test)]
mod tests;
