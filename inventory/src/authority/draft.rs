//! Drafting an authorisation and its notice.

use std::collections::BTreeSet;

use ipnet::IpNet;
use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use super::{AuthorityError, excluded, statutory};
use crate::{
    Authorisation, Code, Endpoint, Grant, Hours, Inventory, NamePattern, PortSet, ProbeClass,
    Route, ScanProfile, System, Text,
};

/// What an authorisation is wanted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// All systems of this owner.
    pub owner: Option<Code>,
    /// And these systems.
    pub systems: Vec<Code>,
    /// On what route.
    pub route: Route,
    /// Plan, decision or request behind it, beside the article of the route.
    pub ground: String,
    /// First moment.
    pub from: Timestamp,
    /// Last moment.
    pub until: Timestamp,
    /// Addresses we come from.
    pub sources: Vec<IpNet>,
    /// Whom the owner may call, on our side.
    pub our_contact: String,
    /// Whom we call on the owner's side.
    pub contact: Option<String>,
    /// Ports asked for.
    pub ports: PortSet,
    /// Kinds of probe asked for.
    pub classes: BTreeSet<ProbeClass>,
    /// Strongest profile asked for.
    pub profile: ScanProfile,
    /// Hours of the day.
    pub hours: Option<Hours>,
}

/// A proposed authorisation, without number and date, and its notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// The data to record once the paper is signed: the number is blank and the date is the first
    /// day asked for, so [`record`] refuses it until both are filled in.
    pub authorisation: Authorisation,
    /// Text of the notice, Vietnamese, with blanks for number and date.
    pub notice: String,
    /// Endpoints that were left out, with the reason.
    pub left_out: Vec<LeftOut>,
}

/// An endpoint that a draft leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The system.
    pub system: Code,
    /// The endpoint, as people write it.
    pub endpoint: String,
    /// Why.
    pub reason: Text,
}

/// Drafts an authorisation for an owner's systems or a set of systems. Names and prefixes are
/// literally those of declared endpoints; nothing is widened. Systems shut out by law that are asked
/// for by code are refused; those of an owner are left out.
pub fn draft(inventory: &Inventory, request: &Request, day: Date) -> Result<Draft, AuthorityError> {
    let systems = wanted(inventory, request, day)?;
    let (kept, left_out) = sift(inventory, systems, request.from);
    if kept.is_empty() {
        return Err(AuthorityError::NoTarget);
    }
    let owner = request.owner.clone().or_else(|| only_owner(&kept, day));
    let authorisation = unsigned(request, owner, &kept);
    // The number is blank on purpose; everything else must stand already.
    let faults = crate::check::faults(&authorisation);
    if let Some((field, problem, fix)) = faults.into_iter().find(|f| f.0 != "number") {
        return Err(AuthorityError::Faulty {
            field,
            problem,
            fix,
        });
    }
    let notice = super::notice::text(inventory, &authorisation, &kept, &request.our_contact);
    Ok(Draft {
        authorisation,
        notice,
        left_out,
    })
}

/// Systems with the endpoints that may be asked for.
type Kept<'a> = Vec<(&'a System, Vec<&'a Endpoint>)>;

/// Parts what may be asked for from what may not.
fn sift<'a>(
    inventory: &Inventory,
    systems: Vec<&'a System>,
    from: Timestamp,
) -> (Kept<'a>, Vec<LeftOut>) {
    let (mut kept, mut left_out) = (Kept::new(), Vec::new());
    for system in systems {
        let mut endpoints = Vec::new();
        for endpoint in &system.endpoints {
            let reason = if statutory(inventory, system).is_some() {
                BY_LAW
            } else if excluded(inventory, system, endpoint, from) {
                EXCLUDED
            } else if endpoint.target().is_none() {
                NO_HOST
            } else {
                endpoints.push(endpoint);
                continue;
            };
            left_out.push(LeftOut {
                system: system.code.clone(),
                endpoint: endpoint.label(),
                reason,
            });
        }
        if !endpoints.is_empty() {
            kept.push((system, endpoints));
        }
    }
    (kept, left_out)
}

/// The paper as asked for, without number; its names and addresses are those of the endpoints.
fn unsigned(request: &Request, owner: Option<Code>, kept: &Kept<'_>) -> Authorisation {
    let endpoints = || kept.iter().flat_map(|(_, endpoints)| endpoints);
    let names: BTreeSet<_> = endpoints()
        .filter_map(|e| e.name.clone().map(NamePattern::exact))
        .collect();
    let prefixes: BTreeSet<_> = endpoints()
        .filter_map(|e| e.address.map(IpNet::from))
        .collect();
    Authorisation {
        number: String::new(),
        route: request.route,
        date: request.from.to_zoned(crate::dates::zone()).date(),
        ground: ground_of(request),
        owner,
        grant: Grant {
            names: names.into_iter().collect(),
            prefixes: prefixes.into_iter().collect(),
            ports: request.ports.clone(),
            classes: request.classes.clone(),
            profile: request.profile,
            hours: request.hours,
            connections_per_second: None,
        },
        from: request.from,
        until: request.until,
        sources: request.sources.clone(),
        contact: request.contact.clone(),
        revoked: None,
    }
}

fn wanted<'a>(
    inventory: &'a Inventory,
    request: &Request,
    day: Date,
) -> Result<Vec<&'a System>, AuthorityError> {
    for code in &request.systems {
        let system = inventory
            .system(code)
            .ok_or_else(|| AuthorityError::Unknown(code.clone()))?;
        if let Some(name) = statutory(inventory, system) {
            return Err(AuthorityError::Statutory(name));
        }
    }
    if let Some(owner) = request
        .owner
        .as_ref()
        .filter(|o| inventory.unit(o).is_none())
    {
        return Err(AuthorityError::Unknown(owner.clone()));
    }
    let found: Vec<&System> = inventory
        .systems
        .iter()
        .filter(|s| {
            request.systems.contains(&s.code)
                || (request.owner.is_some() && s.owner(day) == request.owner.as_ref())
        })
        .collect();
    if found.is_empty() {
        Err(AuthorityError::NoSystem)
    } else {
        Ok(found)
    }
}

fn only_owner(kept: &[(&System, Vec<&Endpoint>)], day: Date) -> Option<Code> {
    let owners: BTreeSet<_> = kept.iter().map(|(system, _)| system.owner(day)).collect();
    match owners.into_iter().collect::<Vec<_>>().as_slice() {
        [Some(owner)] => Some((*owner).clone()),
        _ => None,
    }
}

fn ground_of(request: &Request) -> String {
    let article = request.route.article();
    if request.ground.trim().is_empty() {
        article.to_owned()
    } else {
        format!("{article}; {}", request.ground.trim())
    }
}

pub(super) const BY_LAW: Text = Text::new("loại trừ theo luật", "shut out by law");
pub(super) const EXCLUDED: Text =
    Text::new("nằm trong danh sách loại trừ", "on the list of exclusions");
const NO_HOST: Text = Text::new("chưa có tên miền hay địa chỉ", "no host name or address");
