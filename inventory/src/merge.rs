//! Taking over what a file says: one new inventory, nothing deleted.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::{
    Code, Endpoint, Exclusion, Form, Imported, Inventory, RoleKind, System, Thing, Words,
    column::system, import::place_key, register::Register,
};

/// What a blank cell of a sheet means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blanks {
    /// Nothing: what the base knows stays. Right for sheets that units send.
    #[default]
    Keep,
    /// The value is taken away. Right for an own export that was edited.
    Clear,
}

/// An inventory after a sheet was taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Merged {
    /// The new version.
    pub inventory: Inventory,
    /// Systems of the base that the sheet does not list: kept as they are.
    pub absent: Vec<Code>,
    /// Endpoints, authorisations and exclusions of the base that the file does not list although it
    /// has their sheet: kept as they are. An authorisation ends by being revoked, an exclusion by
    /// its last day, never by a row that is missing.
    pub absent_parts: Vec<Absent>,
}

/// A thing of the base that a file does not list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Absent {
    /// What kind of thing.
    pub thing: Thing,
    /// Its id, number or name.
    pub subject: String,
    /// The system it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<Code>,
    /// The same in words.
    pub words: Words,
}

impl Absent {
    fn new(thing: Thing, subject: String, called: &str, system: Option<&Code>) -> Self {
        let (kind, called) = (thing.text(), crate::message::shown(called));
        let of = system.map(|code| format!(" ({code})")).unwrap_or_default();
        Self {
            thing,
            subject,
            system: system.cloned(),
            words: Words::new(
                format!(
                    "{} {called}{of}: không có trong tệp, được giữ nguyên",
                    kind.vi
                ),
                format!("{} {called}{of}: not in the file, kept", kind.en),
            ),
        }
    }
}

/// Takes what `imported` says into `base`, as one new value. Only fields for which the file had a
/// column are touched; systems are matched by code, endpoints by id, else by place. What the sheet
/// does not list is kept and reported, never deleted.
pub fn merge(base: &Inventory, imported: &Imported, blanks: Blanks) -> Merged {
    let new = &imported.inventory;
    let mut out = base.clone();
    put(&mut out.units, &new.units, |a, b| a.code == b.code);
    put(&mut out.authorisations, &new.authorisations, |a, b| {
        a.number == b.number
    });
    put(&mut out.exclusions, &new.exclusions, same_exclusion);
    let register = Register::of(new.units.iter().cloned());
    let places: HashMap<_, _> = base
        .systems
        .iter()
        .enumerate()
        .map(|(at, s)| (&s.code, at))
        .collect();
    for system in &new.systems {
        match places.get(&system.code) {
            Some(at) => take(&mut out.systems[*at], system, imported, &register, blanks),
            None => out.systems.push(system.clone()),
        }
    }
    let listed: HashMap<_, _> = new.systems.iter().map(|s| (&s.code, s)).collect();
    let absent = base
        .systems
        .iter()
        .filter(|s| !listed.contains_key(&s.code))
        .map(|s| s.code.clone())
        .collect();
    Merged {
        absent_parts: absent_parts(base, imported, &listed),
        inventory: out.normalised(),
        absent,
    }
}

fn same_exclusion(a: &Exclusion, b: &Exclusion) -> bool {
    a.name == b.name && a.kind == b.kind
}

/// Replaces what is the same thing, adds what is new.
fn put<T: Clone>(old: &mut Vec<T>, new: &[T], same: fn(&T, &T) -> bool) {
    for item in new {
        match old.iter_mut().find(|o| same(o, item)) {
            Some(o) => *o = item.clone(),
            None => old.push(item.clone()),
        }
    }
}

fn absent_parts(
    base: &Inventory,
    imported: &Imported,
    listed: &HashMap<&Code, &System>,
) -> Vec<Absent> {
    let had = |key: &str| imported.fields.contains(key);
    let mut out = Vec::new();
    // A sheet of a unit names one address of a system, not all of them.
    if had("endpoints") && matches!(imported.form, Form::Own | Form::Toml) {
        for old in &base.systems {
            let Some(new) = listed.get(&old.code) else {
                continue;
            };
            let ids: HashSet<_> = new.endpoints.iter().map(|e| e.id).collect();
            let places: HashSet<_> = new.endpoints.iter().map(place_key).collect();
            let gone = |e: &&Endpoint| !ids.contains(&e.id) && !places.contains(&place_key(e));
            out.extend(old.endpoints.iter().filter(gone).map(|e| {
                Absent::new(
                    Thing::Endpoint,
                    e.id.to_string(),
                    &e.label(),
                    Some(&old.code),
                )
            }));
        }
    }
    let new = &imported.inventory;
    if had("authorisations") {
        let numbers: HashSet<_> = new.authorisations.iter().map(|a| &a.number).collect();
        let gone = base
            .authorisations
            .iter()
            .filter(|a| !numbers.contains(&a.number));
        out.extend(
            gone.map(|a| Absent::new(Thing::Authorisation, a.number.clone(), &a.number, None)),
        );
    }
    if had("exclusions") {
        let gone = base
            .exclusions
            .iter()
            .filter(|old| !new.exclusions.iter().any(|e| same_exclusion(e, old)));
        out.extend(gone.map(|e| Absent::new(Thing::Exclusion, e.name.clone(), &e.name, None)));
    }
    out
}

fn take(old: &mut System, new: &System, imported: &Imported, register: &Register, blanks: Blanks) {
    let had = |key: &str| imported.fields.contains(key);
    let clear = blanks == Blanks::Clear;
    // A decision of another number is another decision: the former level stays in the history. A
    // sheet that carries the history itself says the whole of it.
    if had("levels") {
        if clear || !new.levels.is_empty() {
            old.levels.clone_from(&new.levels);
        }
    } else if let (Some(latest), Some(last)) = (new.levels.last(), old.levels.last())
        && latest.decision.number.is_some()
        && last.decision.number.is_some()
        && latest.decision.number != last.decision.number
    {
        old.levels.push(latest.clone());
    }
    for column in system::COLUMNS.iter().chain(system::IN_ONE_CELL) {
        let key = column.spec.key;
        if key == "code" || !had(key) || new.unread.contains_key(key) {
            continue;
        }
        if !clear && (key == "using_units" || key == "provider") {
            // A unit's own sheet names itself, not everybody who shares the system.
            add_roles(old, new, key);
        } else if clear || !(column.show)(new, register).is_empty() {
            (column.copy)(new, old);
        }
    }
    if had("profile") && (clear || new.profile.is_some()) {
        old.profile.clone_from(&new.profile);
    }
    if had("changes") && (clear || !new.changes.is_empty()) {
        old.changes.clone_from(&new.changes);
    }
    if had("endpoints") {
        endpoints(old, new);
    }
    // A cell read now is no gap any more; a cell not read now is one, and the value stays. A blank
    // cell answers nothing, unless blanks clear or the sheet lists the gaps itself.
    let blank = |key: &str| {
        let mut columns = system::COLUMNS.iter();
        columns.any(|c| c.spec.key == key && (c.show)(new, register).is_empty())
    };
    old.unread.retain(|key, _| {
        let key = key.split('.').next().unwrap_or(key);
        !had(key) || (!clear && !had("unread") && blank(key))
    });
    old.unread
        .extend(new.unread.iter().map(|(k, v)| (k.clone(), v.clone())));
}

fn add_roles(old: &mut System, new: &System, key: &str) {
    let kind = if key == "provider" {
        RoleKind::Provider
    } else {
        RoleKind::UsingUnit
    };
    for role in new.roles.iter().filter(|role| role.kind == kind) {
        // A unit that operates or owns the system uses it; "Đơn vị" in a sheet says no more.
        let known = old
            .roles
            .iter()
            .any(|r| r.unit == role.unit && (r.kind == kind || kind == RoleKind::UsingUnit));
        if !known {
            old.roles.push(role.clone());
        }
    }
    old.roles.sort_by_key(|role| role.kind);
}

fn endpoints(old: &mut System, new: &System) {
    for endpoint in &new.endpoints {
        let place = place_key(endpoint);
        let at = old
            .endpoints
            .iter()
            .position(|e| e.id == endpoint.id)
            .or_else(|| old.endpoints.iter().position(|e| place_key(e) == place));
        match at {
            Some(at) => {
                let id = old.endpoints[at].id;
                old.endpoints[at] = Endpoint {
                    id,
                    ..endpoint.clone()
                };
            }
            None => old.endpoints.push(endpoint.clone()),
        }
    }
}
