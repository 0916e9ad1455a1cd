//! Scope (phạm vi) and permit (cho phép): no permit, no packet.

use std::{collections::BTreeSet, net::IpAddr};

use ipnet::IpNet;
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Authorisation, Code, Exclusion, Hours, PortSet, Target, is_special};

mod limits;
mod lookup;
mod record;

pub use limits::{Limits, ProbeClass, Profile};
pub use lookup::{LookupKind, LookupPermit, LookupRules};

/// What to look at, as plain data that crosses the queue. It grants nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Identity of the task.
    pub id: Uuid,
    /// The system looked at, if any.
    pub system: Option<Code>,
    /// The declared endpoint, if any.
    pub endpoint: Option<Uuid>,
    /// What to dial.
    pub target: Target,
    /// Which ports.
    pub ports: PortSet,
    /// With which kinds of probe.
    pub classes: BTreeSet<ProbeClass>,
    /// Under which authorisation (its number).
    pub authorisation: String,
    /// How hard.
    pub profile: Profile,
    /// Whether the target is fragile.
    pub fragile: bool,
}

/// Why a permit was not given.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    thiserror::Error,
)]
#[serde(rename_all = "snake_case")]
pub enum Denied {
    /// No authorisation of that number.
    #[error("no authorisation of that number")]
    NoAuthorisation,
    /// Withdrawn.
    #[error("the authorisation was revoked")]
    Revoked,
    /// Not begun yet.
    #[error("the authorisation has not begun")]
    NotBegun,
    /// Over.
    #[error("the authorisation has expired")]
    Expired,
    /// Outside the granted hours.
    #[error("outside the authorised hours")]
    Hours,
    /// Neither name nor address is granted.
    #[error("outside the authorised names and prefixes")]
    OutsideScope,
    /// Shut out by an exclusion.
    #[error("excluded")]
    Excluded,
    /// A special address that the scope does not write literally, or reached through a name.
    #[error("loopback, private or reserved address not written literally in the scope")]
    SpecialAddress,
    /// None of the ports is granted.
    #[error("no authorised port")]
    Ports,
    /// None of the probe classes is granted.
    #[error("no authorised kind of probe")]
    Classes,
    /// The operator has not opted into such questions to third parties.
    #[error("questions to third parties were not asked for")]
    NotWanted,
}

/// Proof that one host may be contacted. Made only by [`Scope::permit`], in the process that dials;
/// never serialised, never cloned.
#[derive(Debug)]
pub struct Permit {
    task: Uuid,
    target: Target,
    address: IpAddr,
    ports: PortSet,
    classes: BTreeSet<ProbeClass>,
    until: Timestamp,
    profile: Profile,
    limits: Limits,
    authorisation: String,
}

impl Permit {
    /// The task it was made for.
    pub const fn task(&self) -> Uuid {
        self.task
    }

    /// What is dialled, with the name to speak.
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// The one address that may be contacted.
    pub const fn address(&self) -> IpAddr {
        self.address
    }

    /// How hard: the profile asked for, or the weaker one that is granted.
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// The ports that may be contacted.
    pub const fn ports(&self) -> &PortSet {
        &self.ports
    }

    /// The moment after which no packet may leave.
    pub const fn until(&self) -> Timestamp {
        self.until
    }

    /// How hard.
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// The number of the authorisation, for the audit log.
    pub fn authorisation(&self) -> &str {
        &self.authorisation
    }

    /// Whether a packet of `class` may go to `port` at `now`.
    pub fn allows(&self, class: ProbeClass, port: u16, now: Timestamp) -> bool {
        now <= self.until && self.ports.contains(port) && self.classes.contains(&class)
    }
}

/// What the authorisations grant together, less what is excluded.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    authorisations: Vec<Authorisation>,
    exclusions: Vec<Exclusion>,
    lookups: LookupRules,
}

impl Scope {
    /// Builds the scope.
    pub fn new(authorisations: Vec<Authorisation>, exclusions: Vec<Exclusion>) -> Self {
        Self {
            authorisations,
            exclusions,
            lookups: LookupRules::default(),
        }
    }

    /// The authorisations under which `target` may be looked at, the one that ends last first.
    /// For planning only: it says nothing about the moment of dialling.
    pub fn grounds<'a>(&'a self, target: &Target) -> Vec<&'a Authorisation> {
        let mut found: Vec<_> = self
            .authorisations
            .iter()
            .filter(|a| a.revoked.is_none() && granted(a, target, None))
            .collect();
        found.sort_by_key(|a| std::cmp::Reverse(a.until));
        found
    }

    /// Whether the name of `task` may even be looked up now: the question itself is traffic that
    /// tells a resolver whom we look at. It grants nothing more.
    pub fn may_resolve(&self, task: &Task, now: Timestamp) -> Result<(), Denied> {
        let authorisation = self.authorisation(task, now)?;
        if self.excludes(task, None, now) {
            return Err(Denied::Excluded);
        }
        // A name that is not granted itself may still resolve into a granted prefix.
        if authorisation.grant.prefixes.is_empty() && !granted(authorisation, &task.target, None) {
            return Err(Denied::OutsideScope);
        }
        Ok(())
    }

    fn authorisation(&self, task: &Task, now: Timestamp) -> Result<&Authorisation, Denied> {
        let authorisation = self
            .authorisations
            .iter()
            .find(|a| a.number == task.authorisation)
            .ok_or(Denied::NoAuthorisation)?;
        in_time(authorisation, now)?;
        Ok(authorisation)
    }

    /// Gives a permit for `task` at `address`, which the target's name resolved to or which the
    /// task names literally. Deny wins. Call it when the task is taken, not when it is queued.
    pub fn permit(&self, task: &Task, address: IpAddr, now: Timestamp) -> Result<Permit, Denied> {
        let address = address.to_canonical();
        let authorisation = self.authorisation(task, now)?;
        if self.excludes(task, Some(address), now) {
            return Err(Denied::Excluded);
        }
        if let Target::Address {
            address: literal, ..
        } = task.target
            && literal.to_canonical() != address
        {
            return Err(Denied::OutsideScope);
        }
        if is_special(address) && !literally_granted(authorisation, &task.target, address) {
            return Err(Denied::SpecialAddress);
        }
        if !granted(authorisation, &task.target, Some(address)) {
            return Err(Denied::OutsideScope);
        }
        let grant = &authorisation.grant;
        let ports = grant.ports.intersection(&task.ports);
        if ports.is_empty() {
            return Err(Denied::Ports);
        }
        let classes: BTreeSet<_> = grant.classes.intersection(&task.classes).copied().collect();
        if classes.is_empty() {
            return Err(Denied::Classes);
        }
        let profile = task.profile.min(grant.profile);
        let limits = limits(profile, task.fragile, grant.connections_per_second, address);
        Ok(Permit {
            task: task.id,
            target: task.target.clone(),
            address,
            ports,
            classes,
            until: until(authorisation, now),
            profile,
            limits,
            authorisation: authorisation.number.clone(),
        })
    }

    fn excludes(&self, task: &Task, address: Option<IpAddr>, now: Timestamp) -> bool {
        self.exclusions.iter().filter(|e| e.binds(now)).any(|e| {
            address.is_some_and(|a| e.prefixes.iter().any(|prefix| contains(prefix, a)))
                || task
                    .target
                    .name()
                    .is_some_and(|n| e.names.iter().any(|p| p.matches(n)))
                || task
                    .system
                    .as_ref()
                    .is_some_and(|code| e.systems.contains(code))
        })
    }
}

/// The limits of `profile`, held to the `rate` that the authorisation writes. The deep profile may be
/// asked for more than its own rate of port discovery in two cases: on loopback, where no line and
/// no firewall lies between, and where the owner wrote a higher rate. Even then it begins politely,
/// and answers alone raise it (docs/decisions/0012).
fn limits(profile: Profile, fragile: bool, rate: Option<u16>, address: IpAddr) -> Limits {
    let mut limits = profile.limits(fragile);
    if profile == Profile::Deep && !fragile {
        let beyond = if address.is_loopback() { u16::MAX } else { 0 };
        limits.most_knocks_per_second = limits
            .most_knocks_per_second
            .max(beyond)
            .max(rate.unwrap_or_default());
    }
    if let Some(rate) = rate.map(|rate| rate.max(1)) {
        limits.connections_per_second = limits.connections_per_second.min(rate);
        limits.knocks_per_second = limits.knocks_per_second.min(rate);
        limits.most_knocks_per_second = limits.most_knocks_per_second.min(rate);
    }
    limits
}

fn in_time(authorisation: &Authorisation, now: Timestamp) -> Result<(), Denied> {
    if authorisation.revoked.is_some() {
        return Err(Denied::Revoked);
    }
    if now < authorisation.from {
        return Err(Denied::NotBegun);
    }
    if now > authorisation.until {
        return Err(Denied::Expired);
    }
    match authorisation.grant.hours {
        Some(hours) if !within(hours, now) => Err(Denied::Hours),
        _ => Ok(()),
    }
}

/// The province's clock. Viet Nam has had no daylight saving since 1975, but hours in an
/// authorisation are civil hours, so the zone database decides.
fn local(now: Timestamp) -> jiff::Zoned {
    let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap_or(TimeZone::fixed(jiff::tz::offset(7)));
    now.to_zoned(zone)
}

fn within(hours: Hours, now: Timestamp) -> bool {
    let time = local(now).time();
    if hours.from <= hours.to {
        hours.from <= time && time < hours.to
    } else {
        hours.from <= time || time < hours.to
    }
}

/// End of the permit: the end of the authorisation or of today's hours, whichever comes first.
fn until(authorisation: &Authorisation, now: Timestamp) -> Timestamp {
    let Some(hours) = authorisation.grant.hours else {
        return authorisation.until;
    };
    let here = local(now);
    let day = if here.time() < hours.to {
        here.date()
    } else {
        here.date().saturating_add(jiff::Span::new().days(1))
    };
    day.to_datetime(hours.to)
        .to_zoned(here.time_zone().clone())
        .map_or(now, |end| end.timestamp().min(authorisation.until))
}

/// A prefix holds an address if families agree and it covers it; `::ffff:a.b.c.d/n` never sneaks in
/// because addresses are canonical before they come here.
fn contains(prefix: &IpNet, address: IpAddr) -> bool {
    prefix.contains(&address)
}

/// Whether the name or the address is granted. Without an address (planning) a name is enough.
fn granted(authorisation: &Authorisation, target: &Target, address: Option<IpAddr>) -> bool {
    let grant = &authorisation.grant;
    let by_name = |name| grant.names.iter().any(|pattern| pattern.matches(name));
    let by_prefix = |address| {
        grant
            .prefixes
            .iter()
            .any(|prefix| contains(prefix, address))
    };
    match target {
        Target::Name(name) => by_name(name) || address.is_some_and(by_prefix),
        Target::Address { address, .. } => by_prefix(address.to_canonical()),
    }
}

/// Whether a special address was asked for as an address and stands in a prefix that is itself
/// special: `0.0.0.0/0` in a grant does not open 127.0.0.1.
fn literally_granted(authorisation: &Authorisation, target: &Target, address: IpAddr) -> bool {
    matches!(target, Target::Address { .. })
        && authorisation.grant.prefixes.iter().any(|prefix| {
            contains(prefix, address)
                && is_special(prefix.network())
                && is_special(prefix.broadcast())
                && same_block(prefix)
        })
}

/// Guards against a prefix so wide that it only begins and ends in special space (0.0.0.0/0).
fn same_block(prefix: &IpNet) -> bool {
    match prefix {
        IpNet::V4(v4) => v4.prefix_len() >= 8,
        IpNet::V6(v6) => v6.prefix_len() >= 7,
    }
}

#[cfg(test)]
mod lookup_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
