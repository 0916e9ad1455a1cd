//! Authorisations and exclusions as the TOML file spells them.

use std::collections::BTreeSet;

use ipnet::IpNet;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    Authorisation, Code, Exclusion, ExclusionKind, Grant, NamePattern, PortSet, ProbeClass,
    Revocation, Route, ScanProfile,
    toml_file::short::{DayHours, From, Until},
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAuthorisation {
    number: String,
    route: Route,
    date: Date,
    ground: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<Code>,
    from: From,
    until: Until,
    #[serde(default)]
    names: Vec<NamePattern>,
    #[serde(default)]
    prefixes: Vec<IpNet>,
    #[serde(default = "PortSet::all")]
    ports: PortSet,
    #[serde(default = "ProbeClass::every")]
    classes: BTreeSet<ProbeClass>,
    #[serde(default)]
    profile: ScanProfile,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hours: Option<DayHours>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    connections_per_second: Option<u16>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sources: Vec<IpNet>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revoked: Option<Revocation>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExclusion {
    name: String,
    kind: ExclusionKind,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    names: Vec<NamePattern>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    prefixes: Vec<IpNet>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    systems: Vec<Code>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Until>,
}

impl std::convert::From<RawAuthorisation> for Authorisation {
    fn from(raw: RawAuthorisation) -> Self {
        Self {
            number: raw.number,
            route: raw.route,
            date: raw.date,
            ground: raw.ground,
            owner: raw.owner,
            grant: Grant {
                names: raw.names,
                prefixes: raw.prefixes,
                ports: raw.ports,
                classes: raw.classes,
                profile: raw.profile,
                hours: raw.hours.map(|hours| hours.0),
                connections_per_second: raw.connections_per_second,
            },
            from: raw.from.0,
            until: raw.until.0,
            sources: raw.sources,
            contact: raw.contact,
            revoked: raw.revoked,
        }
    }
}

impl std::convert::From<Authorisation> for RawAuthorisation {
    fn from(a: Authorisation) -> Self {
        Self {
            number: a.number,
            route: a.route,
            date: a.date,
            ground: a.ground,
            owner: a.owner,
            from: From(a.from),
            until: Until(a.until),
            names: a.grant.names,
            prefixes: a.grant.prefixes,
            ports: a.grant.ports,
            classes: a.grant.classes,
            profile: a.grant.profile,
            hours: a.grant.hours.map(DayHours),
            connections_per_second: a.grant.connections_per_second,
            sources: a.sources,
            contact: a.contact,
            revoked: a.revoked,
        }
    }
}

impl std::convert::From<RawExclusion> for Exclusion {
    fn from(raw: RawExclusion) -> Self {
        Self {
            name: raw.name,
            kind: raw.kind,
            names: raw.names,
            prefixes: raw.prefixes,
            systems: raw.systems,
            until: raw.until.map(|until| until.0),
        }
    }
}

impl std::convert::From<Exclusion> for RawExclusion {
    fn from(e: Exclusion) -> Self {
        Self {
            name: e.name,
            kind: e.kind,
            names: e.names,
            prefixes: e.prefixes,
            systems: e.systems,
            until: e.until.map(Until),
        }
    }
}
