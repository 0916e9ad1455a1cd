//! Writing an inventory as sheets.

use crate::{
    ImportError, Inventory, Profile, System,
    column::{Column, Spec, parts, system, unit},
    register::Register,
    sheet::{Look, OutSheet, write_csv, write_xlsx},
};

/// Names of the sheets, in their order.
pub(crate) mod names {
    pub(crate) const SYSTEMS: &str = "Hệ thống";
    pub(crate) const ENDPOINTS: &str = "Điểm kết nối";
    pub(crate) const UNITS: &str = "Đơn vị";
    pub(crate) const PROFILES: &str = "Hồ sơ cấp độ";
    pub(crate) const LEVELS: &str = "Lịch sử cấp độ";
    pub(crate) const CHANGES: &str = "Thay đổi";
    pub(crate) const AUTHORISATIONS: &str = "Căn cứ quét";
    pub(crate) const EXCLUSIONS: &str = "Loại trừ";
    pub(crate) const UNREAD: &str = "Ô chưa đọc được";
}

/// Writes a workbook of nine sheets with Vietnamese headings, notes, drop-downs, a frozen heading
/// row and locked identities. Reading it back gives an equal inventory.
pub fn to_xlsx(inventory: &Inventory) -> Result<Vec<u8>, ImportError> {
    write_xlsx(
        &sheets(inventory),
        Look {
            spare_rows: 500,
            example: false,
        },
    )
}

/// Writes one CSV file (UTF-8 with byte-order mark, commas) of nine sections, each begun by a line
/// `## Hệ thống`. Formula-like cells get an apostrophe, taken away again on reading.
pub fn to_csv(inventory: &Inventory) -> Result<Vec<u8>, ImportError> {
    write_csv(&sheets(inventory))
}

fn table<T>(
    name: &str,
    lead: &[Spec],
    columns: &[Column<T>],
    rows: impl IntoIterator<Item = (Vec<String>, T)>,
    register: &Register,
) -> OutSheet {
    OutSheet {
        name: name.to_owned(),
        columns: lead
            .iter()
            .map(Spec::out)
            .chain(columns.iter().map(|c| c.spec.out()))
            .collect(),
        rows: rows
            .into_iter()
            .map(|(mut cells, item)| {
                cells.extend(columns.iter().map(|c| (c.show)(&item, register)));
                cells
            })
            .collect(),
        lead: 2,
        numbered: false,
    }
}

/// All sheets of an inventory.
pub(crate) fn sheets(inventory: &Inventory) -> Vec<OutSheet> {
    let inventory = inventory.clone().normalised();
    let register = Register::of(inventory.units.iter().cloned());
    let r = &register;
    let lead = [parts::SYSTEM, parts::SYSTEM_NAME];
    let systems = &inventory.systems;
    let levels = parts_of(systems, |s| &s.levels[..s.levels.len().saturating_sub(1)]);
    let endpoints = parts_of(systems, |s| &s.endpoints);
    let changes = parts_of(systems, |s| &s.changes);
    vec![
        table(names::SYSTEMS, &[], system::COLUMNS, alone(systems), r),
        table(names::ENDPOINTS, &lead, parts::ENDPOINTS, endpoints, r),
        table(names::UNITS, &[], unit::COLUMNS, alone(&inventory.units), r),
        table(
            names::PROFILES,
            &[parts::SYSTEM, parts::SYSTEM_NAME, parts::COMPONENT],
            parts::PROFILES,
            profiles(systems),
            r,
        ),
        table(names::LEVELS, &lead, parts::LEVELS, levels, r),
        table(names::CHANGES, &lead, parts::CHANGES, changes, r),
        table(
            names::AUTHORISATIONS,
            &[],
            parts::AUTHORISATIONS,
            alone(&inventory.authorisations),
            r,
        ),
        table(
            names::EXCLUSIONS,
            &[],
            parts::EXCLUSIONS,
            alone(&inventory.exclusions),
            r,
        ),
        unread(&inventory),
    ]
}

/// Rows that belong to nothing else.
fn alone<T: Clone>(items: &[T]) -> impl Iterator<Item = (Vec<String>, T)> {
    items.iter().map(|item| (Vec::new(), item.clone()))
}

/// Rows that begin with the code and the name of their system.
fn parts_of<'a, T: Clone + 'a>(
    systems: &'a [System],
    parts: fn(&'a System) -> &'a [T],
) -> impl Iterator<Item = (Vec<String>, T)> {
    systems
        .iter()
        .flat_map(move |s| parts(s).iter().map(move |part| (of(s), part.clone())))
}

fn of(system: &System) -> Vec<String> {
    vec![system.code.to_string(), system.name.clone()]
}

fn profiles(systems: &[System]) -> Vec<(Vec<String>, Profile)> {
    let mut rows = Vec::new();
    for system in systems {
        if let Some(profile) = &system.profile {
            walk(profile, "", &mut |path, p| {
                let mut cells = of(system);
                cells.push(path.to_owned());
                rows.push((cells, p.clone()));
            });
        }
    }
    rows
}

fn unread(inventory: &Inventory) -> OutSheet {
    let rows = inventory.systems.iter().flat_map(|s| {
        s.unread.iter().map(|(field, text)| {
            vec![
                s.code.to_string(),
                s.name.clone(),
                crate::field::shown_field(field).to_owned(),
                text.clone(),
            ]
        })
    });
    OutSheet {
        name: names::UNREAD.to_owned(),
        columns: [
            parts::SYSTEM,
            parts::SYSTEM_NAME,
            parts::UNREAD_FIELD,
            parts::UNREAD_TEXT,
        ]
        .iter()
        .map(Spec::out)
        .collect(),
        rows: rows.collect(),
        lead: 2,
        numbered: false,
    }
}

/// Visits a profile and its components with their paths.
fn walk(profile: &Profile, path: &str, visit: &mut dyn FnMut(&str, &Profile)) {
    visit(path, profile);
    for (index, component) in (1u32..).zip(&profile.components) {
        let below = if path.is_empty() {
            index.to_string()
        } else {
            format!("{path}.{index}")
        };
        walk(component, &below, visit);
    }
}
