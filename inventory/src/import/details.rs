//! Rows of the other sheets: units, endpoints, profiles, levels, changes, papers, exclusions.

use std::collections::BTreeMap;

use super::{Reading, Table, headings::Headings, systems::is_example};
use crate::{
    ApprovedLevel, Code, Message, Profile, System, Text, Unit, Weight,
    clean::{code_from, fold},
    column::{Column, is_nil, parts, unit},
    sheet::{Row, Sheet},
};

/// Deepest component of a profile.
const DEPTH: usize = 8;

/// What is wrong with a row that belongs to no system, and what to do.
const NONE: (Text, Text) = (
    Text::new(
        "trang Hệ thống không có hệ thống nào mang mã hoặc tên này",
        "the sheet of systems has none of this code or name",
    ),
    Text::new(
        "chọn tên hệ thống trong danh sách; dòng này chưa được nhập",
        "choose the name of the system in the list; this row did not enter",
    ),
);
/// The same for a name that several systems bear.
const MANY: (Text, Text) = (
    Text::new(
        "trang Hệ thống có nhiều hệ thống cùng tên này",
        "the sheet of systems has several of this name",
    ),
    Text::new(
        "ghi cùng một mã hệ thống ở cả hai trang; dòng này chưa được nhập",
        "write the same system code on both sheets; this row did not enter",
    ),
);

impl Reading<'_> {
    pub(super) fn read_units(&mut self, sheet: &Sheet, headings: &Headings) {
        // Units may name one another before they are listed: first the names, then the rest.
        let mut listed: Vec<(usize, Code)> = Vec::new();
        for (at, row) in sheet.rows.iter().enumerate().skip(headings.first) {
            if is_example(row) {
                continue;
            }
            let text = |key: &str| headings.column(key).map_or("", |(c, _)| row.text(c));
            let name = text("name");
            let code = text("code").parse::<Code>().ok();
            if name.is_empty() && code.is_none() {
                continue;
            }
            let known = || {
                self.base
                    .and_then(|b| b.units.iter().find(|u| u.name == name))
                    .map(|u| u.code.clone())
            };
            let code = code
                .or_else(known)
                .unwrap_or_else(|| code_from(&[name], &|code| self.register.has(code)));
            let mut unit = self
                .register
                .unit(&code)
                .cloned()
                .unwrap_or_else(|| Unit::new(code.clone(), name));
            name.clone_into(&mut unit.name);
            if let Some((column, _)) = headings.column("aliases") {
                unit.aliases = row
                    .text(column)
                    .lines()
                    .map(str::trim)
                    .filter(|a| !a.is_empty())
                    .map(str::to_owned)
                    .collect();
            }
            self.register.put(unit);
            listed.push((at, code));
        }
        for (at, code) in listed {
            let row = &sheet.rows[at];
            // What the sheet has no column for stays as the base knows it. In a sheet with codes,
            // which is an export of ours, a blank cell means that the value was taken away.
            let blank = Unit::new(code.clone(), String::new());
            let mut unit = self
                .register
                .unit(&code)
                .cloned()
                .unwrap_or_else(|| blank.clone());
            for column in unit::COLUMNS.iter().filter(|c| {
                headings.has("code") && headings.has(c.spec.key) && c.spec.key != "code"
            }) {
                (column.copy)(&blank, &mut unit);
            }
            self.cells(sheet, headings, row, unit::COLUMNS, &mut unit, "code");
            self.register.put(unit);
        }
    }

    /// Reads the cells of a row into `item`; gives back those that could not be read.
    fn cells<T>(
        &mut self,
        sheet: &Sheet,
        headings: &Headings,
        row: &Row,
        columns: &'static [Column<T>],
        item: &mut T,
        skip: &str,
    ) -> Vec<(&'static str, String)> {
        let mut wrong = Vec::new();
        for column in columns.iter().filter(|c| c.spec.key != skip) {
            let Some((at, heading)) = headings.column(column.spec.key) else {
                continue;
            };
            let Some(cell) = row.cell(at) else {
                continue;
            };
            self.note_cut(sheet, row, at, heading, cell);
            match (column.read)(item, cell.text, &mut self.register) {
                Ok(()) => {}
                Err(_) if is_nil(&fold(cell.text)) => {}
                Err(why) => {
                    self.gap(sheet, headings, row, &column.spec, why, cell.text);
                    wrong.push((column.spec.key, cell.text.to_string()));
                }
            }
        }
        wrong
    }

    pub(super) fn read_details(&mut self, table: Table, sheet: &Sheet, headings: &Headings) {
        let mut older: BTreeMap<usize, Vec<ApprovedLevel>> = BTreeMap::new();
        for row in sheet.rows[headings.first..]
            .iter()
            .filter(|row| !is_example(row))
        {
            match table {
                Table::Authorisations => self.authorisation(sheet, headings, row),
                Table::Exclusions => self.exclusion(sheet, headings, row),
                _ => {
                    let Some(at) = self.owner_of(sheet, headings, row) else {
                        continue;
                    };
                    self.detail(table, sheet, headings, row, at, &mut older);
                }
            }
        }
        for (at, mut levels) in older {
            let system = &mut self.out.systems[at];
            levels.append(&mut system.levels);
            system.levels = levels;
        }
        let key = match table {
            Table::Endpoints => "endpoints",
            Table::Profiles => "profile",
            Table::Levels => "levels",
            Table::Changes => "changes",
            Table::Unread => "unread",
            Table::Authorisations => "authorisations",
            Table::Exclusions => "exclusions",
            Table::Units | Table::Systems => return,
        };
        self.fields.insert(key.to_owned());
    }

    /// A row that belongs to the system at `at`.
    fn detail(
        &mut self,
        table: Table,
        sheet: &Sheet,
        headings: &Headings,
        row: &Row,
        at: usize,
        older: &mut BTreeMap<usize, Vec<ApprovedLevel>>,
    ) {
        match table {
            Table::Endpoints => self.endpoint(sheet, headings, row, at),
            Table::Profiles => self.profile(sheet, headings, row, at),
            Table::Levels => {
                let mut level = parts::blank_level();
                let wrong = self.cells(sheet, headings, row, parts::LEVELS, &mut level, "");
                if wrong.iter().any(|(key, _)| *key == "level") || !has(headings, row, "level") {
                    self.keep(at, "levels", row);
                } else {
                    older.entry(at).or_default().push(level);
                }
            }
            Table::Changes => {
                let mut change = parts::blank_change();
                let wrong = self.cells(sheet, headings, row, parts::CHANGES, &mut change, "");
                if wrong.is_empty() && has(headings, row, "date") {
                    self.out.systems[at].changes.push(change);
                } else {
                    self.keep(at, "changes", row);
                }
            }
            Table::Unread => {
                let text = |key: &str| headings.column(key).map_or("", |(c, _)| row.text(c));
                let field = crate::field::field_of(text("field"));
                let text = text("text").to_owned();
                self.out.systems[at].unread.insert(field, text);
            }
            Table::Units | Table::Systems | Table::Authorisations | Table::Exclusions => {}
        }
    }

    /// A row that lacks what makes it a record stays as text with its system.
    fn keep(&mut self, at: usize, field: &str, row: &Row) {
        let whole = row
            .cells()
            .map(|(_, c)| c.text)
            .collect::<Vec<_>>()
            .join(" | ");
        let unread = &mut self.out.systems[at].unread;
        let text = unread.entry(field.to_owned()).or_default();
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&whole);
    }

    /// The position of the system a row belongs to: of this file, or of the base.
    fn owner_of(&mut self, sheet: &Sheet, headings: &Headings, row: &Row) -> Option<usize> {
        let text = |key: &str| headings.column(key).map_or("", |(c, _)| row.text(c));
        let code = text("system").parse::<Code>().ok();
        if let Some(at) = code.as_ref().and_then(|code| self.index.at.get(code)) {
            return Some(*at);
        }
        let name = text("system_name");
        let named = match self.index.named.get(&fold(name)) {
            Some(found) if code.is_none() && !name.is_empty() => found.as_slice(),
            _ => &[],
        };
        if let [one] = named {
            return Some(*one);
        }
        let many = !named.is_empty();
        if let Some(system) = code.as_ref().and_then(|code| self.base?.system(code)) {
            let at = self.out.systems.len();
            self.index.at.insert(system.code.clone(), at);
            let mut stub = System::new(system.code.clone(), system.name.clone());
            stub.roles.clone_from(&system.roles);
            self.out.systems.push(stub);
            return Some(at);
        }
        self.refuse_detail(sheet, headings, row, many);
        None
    }

    /// A row that belongs to no system, or to one of several of the same name.
    fn refuse_detail(&mut self, sheet: &Sheet, headings: &Headings, row: &Row, many: bool) {
        let text = |key: &str| headings.column(key).map_or("", |(c, _)| row.text(c));
        let (key, value) = match text("system") {
            "" => ("system_name", text("system_name")),
            code => ("system", code),
        };
        let place = self.place(sheet, row.number, headings.column(key));
        let (problem, fix) = if many { MANY } else { NONE };
        let whole = row
            .cells()
            .map(|(_, c)| c.text)
            .collect::<Vec<_>>()
            .join(" | ");
        self.tell(
            Message::new(Weight::Error, place, problem, fix).about(if value.is_empty() {
                &whole
            } else {
                value
            }),
        );
    }

    fn endpoint(&mut self, sheet: &Sheet, headings: &Headings, row: &Row, at: usize) {
        let mut endpoint = parts::blank_endpoint();
        let wrong = self.cells(sheet, headings, row, parts::ENDPOINTS, &mut endpoint, "");
        if wrong
            .iter()
            .any(|(key, _)| ["name", "address", "port"].contains(key))
        {
            self.keep(at, "endpoints", row);
            return;
        }
        let code = self.out.systems[at].code.clone();
        if !has(headings, row, "id") || wrong.iter().any(|(key, _)| *key == "id") {
            endpoint.id = self
                .index
                .id(&code, &endpoint)
                .unwrap_or_else(&mut *self.new_id);
        }
        self.out.systems[at].endpoints.push(endpoint);
    }

    fn profile(&mut self, sheet: &Sheet, headings: &Headings, row: &Row, at: usize) {
        let mut profile = Profile::default();
        let wrong = self.cells(sheet, headings, row, parts::PROFILES, &mut profile, "");
        for (key, text) in wrong {
            self.out.systems[at]
                .unread
                .insert(format!("profile.{key}"), text);
        }
        let path = headings
            .column("component")
            .map_or("", |(c, _)| row.text(c))
            .to_owned();
        let root = self.out.systems[at]
            .profile
            .get_or_insert_with(Profile::default);
        if put(root, &path, profile).is_err() {
            self.keep(at, "profile.component", row);
        }
    }

    fn authorisation(&mut self, sheet: &Sheet, headings: &Headings, row: &Row) {
        let mut paper = parts::blank_authorisation();
        let wrong = self.cells(sheet, headings, row, parts::AUTHORISATIONS, &mut paper, "");
        let lacks = ["number", "route", "date", "from", "until"]
            .iter()
            .find(|key| !has(headings, row, key));
        // A paper read in part could grant more than it says.
        if !wrong.is_empty() || lacks.is_some() {
            let place = self.place(
                sheet,
                row.number,
                lacks.and_then(|key| headings.column(key)),
            );
            self.tell(
                Message::new(
                    Weight::Error,
                    place,
                    Text::new(
                        "căn cứ quét đọc không đủ nên không nhận",
                        "authorisation not fully readable, so not taken",
                    ),
                    Text::new(
                        "điền đủ số, loại, ngày, từ, đến và sửa ô sai",
                        "fill number, route, date, from, until and mend the cells",
                    ),
                )
                .about(&paper.number),
            );
            return;
        }
        self.out.authorisations.push(paper);
    }

    fn exclusion(&mut self, sheet: &Sheet, headings: &Headings, row: &Row) {
        let mut exclusion = parts::blank_exclusion();
        // An exclusion read in part still shuts out what was read; the message names the rest.
        self.cells(sheet, headings, row, parts::EXCLUSIONS, &mut exclusion, "");
        self.out.exclusions.push(exclusion);
    }
}

fn has(headings: &Headings, row: &Row, key: &str) -> bool {
    headings
        .column(key)
        .is_some_and(|(at, _)| row.cell(at).is_some())
}

/// A path that is no list of numbers, or too deep.
struct BadPath;

/// Puts a profile at its path, keeping components already there.
fn put(root: &mut Profile, path: &str, mut profile: Profile) -> Result<(), BadPath> {
    let mut place = root;
    for (depth, step) in path.split('.').filter(|s| !s.is_empty()).enumerate() {
        let index = step
            .trim()
            .parse::<usize>()
            .ok()
            .filter(|n| (1..=64).contains(n) && depth < DEPTH);
        let index = index.ok_or(BadPath)? - 1;
        if place.components.len() <= index {
            place.components.resize(index + 1, Profile::default());
        }
        place = &mut place.components[index];
    }
    profile.components = std::mem::take(&mut place.components);
    *place = profile;
    Ok(())
}
