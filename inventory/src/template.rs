//! The empty workbook that units fill in, with one fictional row marked as an example.

use crate::{
    Endpoint, ImportError, Inventory, Unit,
    export::{names, sheets},
    place::parse_spot,
    sheet::{Look, write_xlsx},
};

/// Mark in front of the name of the example. Rows whose name begins so are not imported.
pub(crate) const EXAMPLE: &str = "VÍ DỤ (xoá dòng này):";

/// A workbook with Vietnamese headings, notes and drop-downs, and one example row on each of the
/// sheets a unit fills in.
pub fn template() -> Result<Vec<u8>, ImportError> {
    let sample = crate::sample();
    let system = sample.systems.first();
    let units: Vec<Unit> = sample
        .units
        .iter()
        .filter(|u| system.is_some_and(|s| s.roles.iter().any(|role| role.unit == u.code)))
        .cloned()
        .collect();
    let mut system = system.cloned();
    if let Some(system) = &mut system {
        system.endpoints = example_endpoint();
    }
    let example = Inventory {
        units: units.clone(),
        systems: system.into_iter().collect(),
        ..Inventory::default()
    };
    let mut out = sheets(&example);
    // What a unit cannot fill in is not in the template: what we could not read, and the papers on
    // which we scan.
    out.retain(|sheet| ![names::UNREAD, names::AUTHORISATIONS].contains(&sheet.name.as_str()));
    for sheet in &mut out {
        for row in &mut sheet.rows {
            mark(row, &units);
        }
    }
    write_xlsx(
        &out,
        Look {
            spare_rows: 500,
            example: true,
        },
    )
}

fn example_endpoint() -> Vec<Endpoint> {
    parse_spot("https://www.doiche.test")
        .map(|spot| vec![spot.with_id(uuid::Uuid::nil())])
        .unwrap_or_default()
}

/// Marks a row as an example, and takes away the codes that the program gives.
fn mark(row: &mut [String], units: &[Unit]) {
    for unit in units {
        let coded = format!("{} ({})", unit.name, unit.code);
        for cell in row.iter_mut() {
            *cell = cell.replace(&coded, &unit.name);
        }
    }
    let nil = uuid::Uuid::nil().to_string();
    for (at, cell) in row.iter_mut().enumerate() {
        // Every sheet names its rows in the second column; the first holds a code.
        match at {
            0 => cell.clear(),
            1 => cell.insert_str(0, &format!("{EXAMPLE} ")),
            _ if *cell == nil => cell.clear(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import;

    #[test]
    fn the_template_is_read_and_its_example_stays_out() {
        let bytes = template().unwrap();
        let got = import("mau.xlsx", &bytes, None, &mut || uuid::Uuid::nil()).unwrap();
        assert_eq!(got.inventory, Inventory::default());
        assert_eq!(got.messages, []);
    }
}
