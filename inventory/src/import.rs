//! Reading an inventory from a file of any accepted kind: TOML, CSV, XLSX, Mẫu số 08.

use std::collections::BTreeSet;

use serde::Serialize;
use uuid::Uuid;

use crate::{
    ImportError, Inventory, Message, Place, Text, Weight, Words,
    column::{parts, system, unit},
    export::names,
    from_toml,
    legacy_text::Legacy,
    register::Register,
    sheet::{Cell, Kind, LISTS, Row, Sheet, kind_of, letter, read_csv, read_xlsx},
};

mod details;
mod headings;
mod systems;

pub(crate) use systems::place_key;

use headings::Headings;

/// Messages kept of one file; the rest is counted.
const MESSAGES: usize = 5_000;

/// What kind of file was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// TOML.
    Toml,
    /// Sheets as this program exports them.
    Own,
    /// The table of Mẫu số 08 (NĐ 331/2026).
    Form08,
    /// Any other sheet with headings we understand.
    Free,
}

/// What a file said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// The rows as an inventory of their own; the units include those of the base.
    pub inventory: Inventory,
    /// What to tell people, in the order of the file.
    pub messages: Vec<Message>,
    /// Kind of file.
    pub form: Form,
    /// Fields of systems for which the file had a column, and sheets that it carries whole. Merging
    /// touches no others.
    pub fields: BTreeSet<String>,
    /// Rows of systems that entered.
    pub rows: usize,
}

/// Reads a file. Its kind is told from its bytes, not its name (except `.toml`). `base` is the
/// inventory it belongs to: it lends the names of units and the identities of systems and
/// endpoints. `new_id` gives the identity of new endpoints.
///
/// A row with a name and a unit enters; a cell that cannot be read goes as it stands to
/// [`crate::System::unread`] with a message. Only an unreadable or unsafe file is refused.
pub fn import(
    file: &str,
    bytes: &[u8],
    base: Option<&Inventory>,
    new_id: &mut dyn FnMut() -> Uuid,
) -> Result<Imported, ImportError> {
    let kind = kind_of(bytes)?;
    let is_toml = file
        .rsplit('.')
        .next()
        .is_some_and(|end| end.eq_ignore_ascii_case("toml"));
    if kind == Kind::Text && is_toml {
        let text = std::str::from_utf8(bytes).map_err(|e| ImportError::Damaged(e.to_string()))?;
        let inventory = from_toml(file, text.trim_start_matches('\u{feff}'), new_id)?;
        let fields = system::COLUMNS.iter().map(|c| c.spec.key.to_owned());
        return Ok(Imported {
            rows: inventory.systems.len(),
            inventory,
            messages: Vec::new(),
            form: Form::Toml,
            fields: fields.chain(systems::WHOLE.map(str::to_owned)).collect(),
        });
    }
    let (sheets, legacy) = match kind {
        Kind::Zip => (read_xlsx(bytes)?, None),
        Kind::Text => read_csv(bytes)?,
    };
    let mut reading = Reading::new(file, base, new_id);
    if let Some(kind) = legacy {
        reading.note_encoding(None, kind, None);
    }
    reading.read(sheets)
}

/// The state of one import.
struct Reading<'a> {
    file: &'a str,
    base: Option<&'a Inventory>,
    new_id: &'a mut dyn FnMut() -> Uuid,
    register: Register,
    out: Inventory,
    messages: Vec<Message>,
    dropped: usize,
    fields: BTreeSet<String>,
    rows: usize,
    index: systems::Index,
}

impl<'a> Reading<'a> {
    fn new(
        file: &'a str,
        base: Option<&'a Inventory>,
        new_id: &'a mut dyn FnMut() -> Uuid,
    ) -> Self {
        Self {
            file,
            base,
            new_id,
            register: Register::of(base.iter().flat_map(|b| b.units.iter().cloned())),
            out: Inventory::default(),
            messages: Vec::new(),
            dropped: 0,
            fields: BTreeSet::new(),
            rows: 0,
            index: systems::Index::of(base),
        }
    }

    fn read(mut self, sheets: Vec<Sheet>) -> Result<Imported, ImportError> {
        let mut found: Vec<(usize, Sheet, Headings)> = Vec::new();
        for sheet in sheets {
            if sheet.name == LISTS || sheet.rows.is_empty() {
                continue;
            }
            for (kind, count) in &sheet.restored {
                self.note_encoding(Some(&sheet.name), *kind, Some(*count));
            }
            match headings::find(&sheet) {
                Some(headings) => found.push((headings.table.order(), sheet, headings)),
                None => self.note_skipped(&sheet),
            }
        }
        if found.is_empty() {
            return Err(ImportError::NoHeadings);
        }
        // Units come first because the others name them, systems before what belongs to them.
        found.sort_by_key(|(order, ..)| *order);
        let form = form_of(&found);
        for (_, sheet, headings) in found {
            self.note_columns(&sheet, &headings);
            match headings.table {
                Table::Units => self.read_units(&sheet, &headings),
                Table::Systems => self.read_systems(&sheet, &headings),
                table => self.read_details(table, &sheet, &headings),
            }
        }
        self.out.units = self.register.into_units();
        if self.dropped > 0 {
            let n = self.dropped;
            self.messages.push(Message::new(
                Weight::Note,
                Place {
                    file: Some(self.file.to_owned()),
                    ..Place::default()
                },
                Words::new(
                    format!("còn {n} thông báo nữa không hiện"),
                    format!("{n} more messages not shown"),
                ),
                Words::new(
                    "sửa các lỗi trên rồi nhập lại",
                    "mend those above and import again",
                ),
            ));
        }
        Ok(Imported {
            inventory: self.out.normalised(),
            messages: self.messages,
            form,
            fields: self.fields,
            rows: self.rows,
        })
    }

    fn tell(&mut self, message: Message) {
        if self.messages.len() < MESSAGES {
            self.messages.push(message);
        } else {
            self.dropped += 1;
        }
    }

    fn place(&self, sheet: &Sheet, row: usize, column: Option<(usize, &str)>) -> Place {
        Place {
            file: Some(self.file.to_owned()),
            sheet: (!sheet.name.is_empty()).then(|| sheet.name.clone()),
            row: Some(row),
            column: column.map(|(at, _)| letter(at)),
            heading: column.map(|(_, heading)| crate::message::shown(heading)),
            subject: None,
        }
    }

    fn note_encoding(&mut self, sheet: Option<&str>, kind: Legacy, cells: Option<usize>) {
        let name = kind.name();
        let (vi, en) = match cells {
            Some(n) => (
                format!("{n} ô viết bằng {name} đã chuyển sang Unicode"),
                format!("{n} cells converted from {name}"),
            ),
            None => (
                format!("tệp viết bằng {name} đã chuyển sang Unicode"),
                format!("file converted from {name}"),
            ),
        };
        let place = Place {
            file: Some(self.file.to_owned()),
            sheet: sheet.map(str::to_owned).filter(|s| !s.is_empty()),
            ..Place::default()
        };
        self.tell(Message::new(
            Weight::Note,
            place,
            Words::new(vi, en),
            Words::new("kiểm tra lại tên riêng", "check proper names"),
        ));
    }

    fn note_skipped(&mut self, sheet: &Sheet) {
        let place = Place {
            row: None,
            ..self.place(sheet, 0, None)
        };
        self.tell(Message::new(
            Weight::Note,
            place,
            Text::new(
                "trang không có dòng tiêu đề nhận ra được nên bỏ qua",
                "sheet skipped: no headings recognised",
            ),
            Text::new("", ""),
        ));
    }

    fn note_columns(&mut self, sheet: &Sheet, headings: &Headings) {
        for (column, heading) in &headings.unknown {
            let place = self.place(sheet, headings.row, Some((*column, heading)));
            self.tell(Message::new(
                Weight::Note,
                place,
                Text::new("cột này không dùng đến", "this column is not used"),
                Text::new(
                    "đổi tiêu đề theo biểu mẫu nếu cần nhập",
                    "rename it as in the template if it matters",
                ),
            ));
        }
    }

    /// A cell was longer than 32 kB.
    fn note_cut(&mut self, sheet: &Sheet, row: &Row, column: usize, heading: &str, cell: Cell<'_>) {
        if cell.cut {
            let place = self.place(sheet, row.number, Some((column, heading)));
            self.tell(
                Message::new(
                    Weight::Gap,
                    place,
                    Text::new(
                        "ô dài hơn 32 kB, đã cắt bớt",
                        "cell longer than 32 kB was cut",
                    ),
                    Text::new("rút gọn nội dung ô", "shorten the cell"),
                )
                .about(cell.text),
            );
        }
    }
}

/// The tables a sheet can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Units,
    Systems,
    Endpoints,
    Profiles,
    Levels,
    Changes,
    Authorisations,
    Exclusions,
    Unread,
}

impl Table {
    const ALL: [(Self, &'static str); 9] = [
        (Self::Units, names::UNITS),
        (Self::Systems, names::SYSTEMS),
        (Self::Endpoints, names::ENDPOINTS),
        (Self::Profiles, names::PROFILES),
        (Self::Levels, names::LEVELS),
        (Self::Changes, names::CHANGES),
        (Self::Authorisations, names::AUTHORISATIONS),
        (Self::Exclusions, names::EXCLUSIONS),
        (Self::Unread, names::UNREAD),
    ];

    fn order(self) -> usize {
        Self::ALL.iter().position(|row| row.0 == self).unwrap_or(0)
    }

    /// Keys and headings of its columns.
    fn specs(self) -> Vec<crate::column::Spec> {
        fn of<T>(columns: &[crate::column::Column<T>]) -> Vec<crate::column::Spec> {
            columns.iter().map(|c| c.spec).collect()
        }
        let own = match self {
            Self::Units => of(unit::COLUMNS),
            Self::Systems => of(system::COLUMNS),
            Self::Endpoints => of(parts::ENDPOINTS),
            Self::Profiles => of(parts::PROFILES),
            Self::Levels => of(parts::LEVELS),
            Self::Changes => of(parts::CHANGES),
            Self::Authorisations => of(parts::AUTHORISATIONS),
            Self::Exclusions => of(parts::EXCLUSIONS),
            Self::Unread => vec![parts::UNREAD_FIELD, parts::UNREAD_TEXT],
        };
        let lead: &[_] = match self {
            Self::Endpoints | Self::Levels | Self::Changes | Self::Unread => {
                &[parts::SYSTEM, parts::SYSTEM_NAME]
            }
            Self::Profiles => &[parts::SYSTEM, parts::SYSTEM_NAME, parts::COMPONENT],
            _ => &[],
        };
        lead.iter().copied().chain(own).collect()
    }
}

fn form_of(found: &[(usize, Sheet, Headings)]) -> Form {
    let systems = || found.iter().filter(|(_, _, h)| h.table == Table::Systems);
    if systems().any(|(_, sheet, h)| sheet.name == names::SYSTEMS && h.has("code")) {
        Form::Own
    } else if systems().any(|(_, _, h)| {
        !h.has("code") && crate::form08::KEYS.iter().filter(|key| h.has(key)).count() >= 10
    }) {
        Form::Form08
    } else if systems().next().is_none() {
        Form::Own
    } else {
        Form::Free
    }
}

#[cfg(test)]
mod tests;
