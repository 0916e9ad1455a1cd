//! The TOML file as it is spelled.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::short::{Codes, Sheet};
use crate::{
    ApprovedLevel, Authorisation, Change, CheckDone, Code, DossierState, Endpoint, Exclusion,
    HostName, Hosting, Inventory, Level, Lifecycle, PlanState, Profile, Protocol, Role, RoleKind,
    System, Transport, Unit, Zone,
    clean::{clean, code_from},
    place::parse_spot,
};

mod paper;
mod value;

use paper::{RawAuthorisation, RawExclusion};
use value::{Address, Place, Port};

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct File {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unit: Vec<Unit>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    system: Vec<RawSystem>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authorisation: Vec<RawAuthorisation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exclusion: Vec<RawExclusion>,
}

/// Declares a struct whose optional fields are left out of the file when empty.
macro_rules! raw_struct {
    ($name:ident { $($must:ident : $must_kind:ty),* } { $($field:ident : $kind:ty),+ $(,)? }) => {
        #[derive(Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct $name {
            $($must: $must_kind,)*
            $(#[serde(default, skip_serializing_if = "Option::is_none")] $field: Option<$kind>),+
        }
    };
}

raw_struct!(RawSystem { name: String } {
    code: Code,
    owner: Codes,
    operator: Codes,
    using_units: Codes,
    providers: Codes,
    specialised: Codes,
    level: Level,
    decision: Sheet,
    lifecycle: Lifecycle,
    hosting: Hosting,
    proposed_level: Level,
    dossier: DossierState,
    expected_approval: Date,
    plan: PlanState,
    expected_deployment: Date,
    checks_done: BTreeSet<CheckDone>,
    go_live: Date,
    investment_start: Date,
    level_review: Date,
    pre_operation_check: Date,
    last_assessment: Date,
    monitored: bool,
    important: bool,
    fragile: bool,
    regulation: Sheet,
    unread: BTreeMap<String, String>,
    profile: Profile,
    roles: Vec<Role>,
    levels: Vec<ApprovedLevel>,
    changes: Vec<Change>,
    endpoint: Vec<RawEndpoint>,
});

raw_struct!(RawEndpoint {} {
    id: Uuid,
    url: Place,
    name: HostName,
    address: Address,
    transport: Transport,
    port: Port,
    protocol: Protocol,
    zone: Zone,
    fragile: bool,
});

impl File {
    pub(super) fn into_inventory(self, new_id: &mut dyn FnMut() -> Uuid) -> Inventory {
        let mut taken: BTreeSet<Code> = self
            .system
            .iter()
            .filter_map(|raw| raw.code.clone())
            .collect();
        let systems = self
            .system
            .into_iter()
            .map(|raw| raw.into_system(&mut taken, new_id))
            .collect();
        Inventory {
            units: self.unit,
            systems,
            authorisations: self
                .authorisation
                .into_iter()
                .map(Authorisation::from)
                .collect(),
            exclusions: self.exclusion.into_iter().map(Exclusion::from).collect(),
        }
    }

    pub(super) fn of(inventory: Inventory) -> Self {
        Self {
            unit: inventory.units,
            system: inventory.systems.into_iter().map(RawSystem::from).collect(),
            authorisation: inventory
                .authorisations
                .into_iter()
                .map(RawAuthorisation::from)
                .collect(),
            exclusion: inventory
                .exclusions
                .into_iter()
                .map(RawExclusion::from)
                .collect(),
        }
    }
}

impl RawSystem {
    fn into_system(
        mut self,
        taken: &mut BTreeSet<Code>,
        new_id: &mut dyn FnMut() -> Uuid,
    ) -> System {
        let roles = self.take_roles();
        let name = clean(&self.name);
        let code = self.code.unwrap_or_else(|| {
            let unit = roles.first().map_or("", |role| role.unit.as_str());
            code_from(&[unit, &name], &|code| taken.contains(code))
        });
        taken.insert(code.clone());
        let mut levels = self.levels.unwrap_or_default();
        if let Some(level) = self.level {
            let decision = self.decision.map(Sheet::into_paper).unwrap_or_default();
            levels.push(ApprovedLevel {
                level,
                decision,
                until: None,
            });
        }
        System {
            code,
            name,
            roles,
            levels,
            proposed_level: self.proposed_level,
            dossier: self.dossier,
            expected_approval: self.expected_approval,
            regulation: self.regulation.map(Sheet::into_paper),
            plan: self.plan,
            expected_deployment: self.expected_deployment,
            checks_done: self.checks_done.unwrap_or_default(),
            lifecycle: self.lifecycle.unwrap_or_default(),
            profile: self.profile,
            hosting: self.hosting,
            go_live: self.go_live,
            investment_start: self.investment_start,
            level_review: self.level_review,
            pre_operation_check: self.pre_operation_check,
            last_assessment: self.last_assessment,
            monitored: self.monitored,
            important: self.important,
            fragile: self.fragile.unwrap_or_default(),
            changes: self.changes.unwrap_or_default(),
            endpoints: self
                .endpoint
                .unwrap_or_default()
                .into_iter()
                .map(|raw| raw.into_endpoint(new_id))
                .collect(),
            unread: self.unread.unwrap_or_default(),
        }
    }

    /// The roles of the short fields and of the long one.
    fn take_roles(&mut self) -> Vec<Role> {
        let mut roles = Vec::new();
        for (kind, codes) in [
            (RoleKind::Owner, self.owner.take()),
            (RoleKind::Operator, self.operator.take()),
            (RoleKind::UsingUnit, self.using_units.take()),
            (RoleKind::Provider, self.providers.take()),
            (RoleKind::Specialised, self.specialised.take()),
        ] {
            let units = codes.map(Codes::into_vec).unwrap_or_default();
            roles.extend(units.into_iter().map(|unit| Role {
                kind,
                unit,
                from: None,
                until: None,
            }));
        }
        roles.extend(self.roles.take().unwrap_or_default());
        roles
    }

    /// Roles without dates go to the short fields, unless one of their kind has dates: then the
    /// order among them counts.
    fn short_roles(roles: &mut Vec<Role>, kind: RoleKind) -> Option<Codes> {
        let of_kind = || roles.iter().filter(|role| role.kind == kind);
        if of_kind().any(|role| role.from.is_some() || role.until.is_some()) {
            return None;
        }
        let codes = of_kind().map(|role| role.unit.clone()).collect();
        roles.retain(|role| role.kind != kind);
        Codes::of(codes)
    }
}

fn some<T: Default + PartialEq>(value: T) -> Option<T> {
    (value != T::default()).then_some(value)
}

impl std::convert::From<System> for RawSystem {
    fn from(mut s: System) -> Self {
        let last = s.levels.pop_if(|level| level.until.is_none());
        let roles = &mut s.roles;
        Self {
            owner: Self::short_roles(roles, RoleKind::Owner),
            operator: Self::short_roles(roles, RoleKind::Operator),
            using_units: Self::short_roles(roles, RoleKind::UsingUnit),
            providers: Self::short_roles(roles, RoleKind::Provider),
            specialised: Self::short_roles(roles, RoleKind::Specialised),
            code: Some(s.code),
            name: s.name,
            level: last.as_ref().map(|last| last.level),
            decision: last.and_then(|last| some(last.decision)).map(Sheet::Parts),
            lifecycle: some(s.lifecycle),
            hosting: s.hosting,
            proposed_level: s.proposed_level,
            dossier: s.dossier,
            expected_approval: s.expected_approval,
            plan: s.plan,
            expected_deployment: s.expected_deployment,
            checks_done: some(s.checks_done),
            go_live: s.go_live,
            investment_start: s.investment_start,
            level_review: s.level_review,
            pre_operation_check: s.pre_operation_check,
            last_assessment: s.last_assessment,
            monitored: s.monitored,
            important: s.important,
            fragile: some(s.fragile),
            regulation: s.regulation.map(Sheet::Parts),
            unread: some(s.unread),
            profile: s.profile,
            roles: some(s.roles),
            levels: some(s.levels),
            changes: some(s.changes),
            endpoint: some(s.endpoints).map(|all| all.into_iter().map(RawEndpoint::from).collect()),
        }
    }
}

impl RawEndpoint {
    /// What stands in fields of its own wins over what the URL implies.
    fn into_endpoint(self, new_id: &mut dyn FnMut() -> Uuid) -> Endpoint {
        let spot = self.url.and_then(|url| parse_spot(&url.0).ok());
        let spot = spot.as_ref();
        Endpoint {
            id: self.id.unwrap_or_else(new_id),
            name: self.name.or_else(|| spot.and_then(|s| s.name.clone())),
            address: self
                .address
                .map(|a| a.0)
                .or_else(|| spot.and_then(|s| s.address)),
            transport: self
                .transport
                .or_else(|| spot.map(|s| s.transport))
                .unwrap_or_default(),
            port: self.port.map(|p| p.0).or_else(|| spot.and_then(|s| s.port)),
            protocol: self.protocol.or_else(|| spot.and_then(|s| s.protocol)),
            zone: self.zone.unwrap_or_default(),
            fragile: self.fragile.unwrap_or_default(),
        }
    }
}

impl std::convert::From<Endpoint> for RawEndpoint {
    fn from(e: Endpoint) -> Self {
        Self {
            id: Some(e.id),
            url: None,
            name: e.name,
            address: e.address.map(Address),
            transport: (e.transport != Transport::default()).then_some(e.transport),
            port: e.port.map(Port),
            protocol: e.protocol,
            zone: some(e.zone),
            fragile: some(e.fragile),
        }
    }
}
