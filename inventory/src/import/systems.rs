//! Rows of systems.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::{
    Reading,
    headings::{Headings, PLACES},
};
use crate::{
    Code, Endpoint, Inventory, Message, RoleKind, System, Text, Weight, Words,
    clean::{clean, code_from, fold},
    column::{
        BAD_WORD, Column, Spec, is_nil,
        system::{COLUMNS, IN_ONE_CELL},
    },
    place::{Misread, parse_spot, pieces},
    sheet::{Row, Sheet},
    template::EXAMPLE,
};

/// What sheets of their own carry whole.
pub(super) const WHOLE: [&str; 8] = [
    "authorisations",
    "exclusions",
    "endpoints",
    "profile",
    "levels",
    "changes",
    "unread",
    "decision",
];

/// Systems of the base and of this file, for finding them again.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Base systems by folded name.
    by_name: HashMap<String, Vec<(Code, Vec<Code>)>>,
    /// Identities of base endpoints by system and place.
    ids: HashMap<(Code, String), Uuid>,
    /// Positions of systems read from this file.
    pub(super) at: HashMap<Code, usize>,
    /// The same by folded name.
    pub(super) named: HashMap<String, Vec<usize>>,
}

/// Place of an endpoint as a key: transport, host and port.
pub(crate) fn place_key(e: &Endpoint) -> String {
    let name = e.name.as_ref().map(ToString::to_string).unwrap_or_default();
    let address = e.address.map(|a| a.to_string()).unwrap_or_default();
    let port = e.port.map(|p| p.to_string()).unwrap_or_default();
    format!("{}|{name}|{address}|{port}", e.transport)
}

impl Index {
    pub(super) fn of(base: Option<&Inventory>) -> Self {
        let mut index = Self::default();
        for system in base.iter().flat_map(|b| &b.systems) {
            let units = system.roles.iter().map(|r| r.unit.clone()).collect();
            index
                .by_name
                .entry(fold(&system.name))
                .or_default()
                .push((system.code.clone(), units));
            for endpoint in &system.endpoints {
                index
                    .ids
                    .insert((system.code.clone(), place_key(endpoint)), endpoint.id);
            }
        }
        index
    }

    /// The code of the base system of this name with one of these units.
    fn known(&self, name: &str, units: &[Code]) -> Option<Code> {
        self.by_name
            .get(&fold(name))?
            .iter()
            .find(|(_, theirs)| theirs.iter().any(|u| units.contains(u)))
            .map(|(code, _)| code.clone())
    }

    pub(super) fn id(&self, system: &Code, endpoint: &Endpoint) -> Option<Uuid> {
        self.ids
            .get(&(system.clone(), place_key(endpoint)))
            .copied()
    }
}

/// Signs that repeat the cell above.
pub(super) fn is_ditto(text: &str) -> bool {
    matches!(text, "″" | "〃" | "”" | "\"" | "''" | "-\"-" | "-''-")
        || matches!(
            fold(text).as_str(),
            "nhu tren" | "nt" | "n t" | "cung tren" | "nhu dong tren"
        )
}

impl Reading<'_> {
    pub(super) fn read_systems(&mut self, sheet: &Sheet, headings: &Headings) {
        self.fields
            .extend(headings.columns.iter().map(|(_, key, _)| (*key).to_owned()));
        let mut above: BTreeMap<&'static str, String> = BTreeMap::new();
        for row in &sheet.rows[headings.first..] {
            let values = self.values(sheet, headings, row, &mut above);
            if values.is_empty() || is_caption(row, headings) || is_example(row) {
                continue;
            }
            self.read_system(sheet, headings, row, &values);
        }
    }

    /// The cells of a row by meaning, with repetition signs replaced by what stands above.
    fn values(
        &mut self,
        sheet: &Sheet,
        headings: &Headings,
        row: &Row,
        above: &mut BTreeMap<&'static str, String>,
    ) -> BTreeMap<&'static str, String> {
        let own = headings.has("code");
        let mut values = BTreeMap::new();
        for (column, key, heading) in &headings.columns {
            let Some(cell) = row.cell(*column) else {
                continue;
            };
            self.note_cut(sheet, row, *column, heading, cell);
            let free = *key == "name" || *key == "code" || (own && key.contains("authority"));
            let text = match above.get(key) {
                Some(upper) if !free && is_ditto(cell.text) => upper.clone(),
                _ => cell.text.to_string(),
            };
            above.insert(key, text.clone());
            values.insert(*key, text);
        }
        values
    }

    fn read_system(
        &mut self,
        sheet: &Sheet,
        headings: &Headings,
        row: &Row,
        values: &BTreeMap<&'static str, String>,
    ) {
        let name = values.get("name").map(|name| {
            if headings.has("code") {
                name.clone()
            } else {
                name.split_whitespace().collect::<Vec<_>>().join(" ")
            }
        });
        let own_code = values
            .get("code")
            .filter(|c| c.parse::<Code>().is_ok())
            .cloned();
        let Some(name) = name.or_else(|| own_code.is_some().then(String::new)) else {
            self.refuse_row(
                sheet,
                headings,
                row,
                "name",
                Text::new("dòng không có tên hệ thống", "row has no name of a system"),
            );
            return;
        };
        let mut system = System::new(code_from(&["x"], &|_| false), name);
        let gaps = self.fill_in(&mut system, values);
        if own_code.is_none() {
            if system.roles.is_empty() {
                self.refuse_row(
                    sheet,
                    headings,
                    row,
                    "using_units",
                    Text::new("dòng không có đơn vị nào", "row names no unit"),
                );
                return;
            }
            system.code = self.code_for(&system);
        }
        if let Some(first) = self.index.at.get(&system.code) {
            let first = *first;
            self.tell_twice(sheet, row, &system, first);
            system.code = code_from(&[system.code.as_str()], &|code| {
                self.index.at.contains_key(code)
            });
        }
        for (column, why, text) in gaps {
            self.gap(sheet, headings, row, &column.spec, why, &text);
            system.unread.insert(column.spec.key.to_owned(), text);
        }
        if let Some(cell) = values.get("endpoints") {
            self.places(sheet, headings, row, &mut system, cell);
        }
        self.rows += 1;
        self.index
            .at
            .insert(system.code.clone(), self.out.systems.len());
        self.index
            .named
            .entry(fold(&system.name))
            .or_default()
            .push(self.out.systems.len());
        self.out.systems.push(system);
    }

    /// Reads the cells of a row into the system; gives back those that could not be read.
    fn fill_in(
        &mut self,
        system: &mut System,
        values: &BTreeMap<&'static str, String>,
    ) -> Vec<(&'static Column<System>, Misread, String)> {
        let mut gaps = Vec::new();
        for column in COLUMNS.iter().chain(IN_ONE_CELL) {
            let text = values.get(column.spec.key);
            let Some(text) = text.filter(|_| column.spec.key != "name") else {
                continue;
            };
            match (column.read)(system, text, &mut self.register) {
                Ok(()) => {}
                Err(_) if is_nil(&fold(text)) => {}
                Err(why) => gaps.push((column, why, text.clone())),
            }
        }
        gaps
    }

    fn code_for(&self, system: &System) -> Code {
        let units: Vec<Code> = system.roles.iter().map(|r| r.unit.clone()).collect();
        let free = |code: &Code| self.index.at.contains_key(code);
        if let Some(code) = self.index.known(&system.name, &units)
            && !free(&code)
        {
            return code;
        }
        // The using unit first: it tells apart the same system of a hundred communes.
        let unit = system
            .roles
            .iter()
            .find(|r| r.kind == RoleKind::UsingUnit)
            .or(system.roles.first());
        let unit = unit.map(|r| r.unit.clone());
        let unit = unit.as_ref().map_or("", |code| {
            self.register.unit(code).map_or(code.as_str(), |u| &u.name)
        });
        let taken =
            |code: &Code| free(code) || self.base.is_some_and(|base| base.system(code).is_some());
        code_from(&[unit, &system.name], &taken)
    }

    fn places(
        &mut self,
        sheet: &Sheet,
        headings: &Headings,
        row: &Row,
        system: &mut System,
        cell: &str,
    ) {
        if is_nil(&fold(cell)) {
            return;
        }
        let mut wrong = None;
        for piece in pieces(cell) {
            match parse_spot(piece) {
                Ok(spot) => {
                    let mut endpoint = spot.with_id(Uuid::nil());
                    if system
                        .endpoints
                        .iter()
                        .any(|e| place_key(e) == place_key(&endpoint))
                    {
                        continue;
                    }
                    endpoint.id = self
                        .index
                        .id(&system.code, &endpoint)
                        .unwrap_or_else(&mut *self.new_id);
                    system.endpoints.push(endpoint);
                }
                Err(why) => wrong = wrong.or(Some(why)),
            }
        }
        if let Some(why) = wrong {
            self.gap(sheet, headings, row, &PLACES, why, cell);
            system
                .unread
                .insert("endpoints".to_owned(), cell.to_owned());
        }
    }

    pub(super) fn gap(
        &mut self,
        sheet: &Sheet,
        headings: &Headings,
        row: &Row,
        spec: &Spec,
        why: Misread,
        text: &str,
    ) {
        let place = self.place(sheet, row.number, headings.column(spec.key));
        let fix = if why == BAD_WORD && !spec.choices.is_empty() {
            let list = spec.choices.join("; ");
            Words::new(
                format!("chọn một trong: {list}"),
                format!("choose one of: {list}"),
            )
        } else {
            why.fix.into()
        };
        self.tell(Message::new(Weight::Gap, place, why.problem, fix).about(text));
    }

    fn refuse_row(
        &mut self,
        sheet: &Sheet,
        headings: &Headings,
        row: &Row,
        key: &str,
        problem: Text,
    ) {
        let place = self.place(sheet, row.number, headings.column(key));
        let whole = row
            .cells()
            .map(|(_, c)| c.text)
            .collect::<Vec<_>>()
            .join(" | ");
        self.tell(
            Message::new(
                Weight::Error,
                place,
                problem,
                Text::new(
                    "điền tên hệ thống và ít nhất một đơn vị; dòng này chưa được nhập",
                    "fill the name and at least one unit; this row did not enter",
                ),
            )
            .about(&whole),
        );
    }

    fn tell_twice(&mut self, sheet: &Sheet, row: &Row, system: &System, first: usize) {
        let other = self
            .out
            .systems
            .get(first)
            .map(|s| s.name.clone())
            .unwrap_or_default();
        let place = self.place(sheet, row.number, None);
        self.tell(
            Message::new(
                Weight::Gap,
                place,
                crate::Words::new(
                    format!(
                        "mã {} đã có ở một dòng trên (“{other}”); dòng này nhận mã mới",
                        system.code
                    ),
                    format!(
                        "code {} stands above already (“{other}”); this row got a new one",
                        system.code
                    ),
                ),
                Text::new(
                    "xoá dòng thừa nếu là một hệ thống",
                    "delete one row if they are the same system",
                ),
            )
            .about(&clean(&system.name)),
        );
    }
}

/// The example of the template, left in by the unit.
pub(super) fn is_example(row: &Row) -> bool {
    row.cells().any(|(_, cell)| cell.text.starts_with(EXAMPLE))
}

/// Rows that head a group ("I. Khối sở, ngành") or sum up.
fn is_caption(row: &Row, headings: &Headings) -> bool {
    let mut texts: Vec<&str> = row.cells().map(|(_, c)| c.text).collect();
    texts.dedup();
    let name = headings.column("name").map_or("", |(at, _)| row.text(at));
    let total = ["tong cong", "tong so", "tong", "cong"];
    if texts
        .iter()
        .take(2)
        .any(|text| total.contains(&fold(text).as_str()))
    {
        return true;
    }
    if headings.has("code") {
        return false;
    }
    // A group has a letter or a Roman number where rows have an Arabic one.
    let mark = |text: &str| {
        let text = text.trim_end_matches(['.', ')']);
        !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_uppercase())
    };
    match texts.as_slice() {
        [_] => true,
        [first, second] => mark(first) && (*second == name || name.is_empty()),
        _ => false,
    }
}
