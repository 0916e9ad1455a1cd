//! A sheet as plain text cells, whatever file it came from, and the limits put on it.

mod csv_read;
mod csv_write;
mod guard;
mod xlsx_read;
mod xlsx_write;

pub(crate) use csv_read::read_csv;
pub(crate) use csv_write::write_csv;
pub(crate) use guard::{Kind, kind_of};
pub(crate) use xlsx_read::read_xlsx;
pub(crate) use xlsx_write::{LISTS, Lock, Look, OutColumn, OutSheet, write_xlsx};

use crate::{
    ImportError,
    clean::clean,
    legacy_text::{Legacy, restore},
};

/// Rows of one file, all sheets together.
pub(crate) const ROWS: usize = 100_000;
/// Columns of one sheet.
pub(crate) const COLUMNS: usize = 256;
/// Bytes of one cell; the rest is cut and reported.
pub(crate) const CELL_BYTES: usize = 32 << 10;
/// Bytes kept of one file: text plus what the cells cost in memory.
const KEPT_BYTES: usize = 28 << 20;
/// What a kept cell and a row cost beside their text.
const CELL_COST: usize = std::mem::size_of::<Slot>();
const ROW_COST: usize = 64;

/// One sheet: rows with something in them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// Name of the sheet; empty for a plain CSV.
    pub(crate) name: String,
    /// Rows in order.
    pub(crate) rows: Vec<Row>,
    /// Cells converted from old encodings.
    pub(crate) restored: Vec<(Legacy, usize)>,
}

/// One row: its number in the file from 1, and its non-empty cells by column from 0. The texts of a
/// row lie in one piece: twenty thousand full rows must fit.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) number: usize,
    text: Box<str>,
    slots: Box<[Slot]>,
}

/// Where the text of a cell ends in its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot {
    end: u32,
    column: u16,
    cut: bool,
}

/// Text of a cell, clean, and whether it was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell<'a> {
    pub(crate) text: &'a str,
    pub(crate) cut: bool,
}

impl Row {
    fn pack(number: usize, cells: &[(u16, String, bool)]) -> Self {
        let mut text = String::with_capacity(cells.iter().map(|c| c.1.len()).sum());
        let mut slots = Vec::with_capacity(cells.len());
        for (column, piece, cut) in cells {
            text.push_str(piece);
            slots.push(Slot {
                end: u32::try_from(text.len()).unwrap_or(u32::MAX),
                column: *column,
                cut: *cut,
            });
        }
        Self {
            number,
            text: text.into(),
            slots: slots.into(),
        }
    }

    fn at(&self, index: usize) -> Cell<'_> {
        let start = index
            .checked_sub(1)
            .map_or(0, |before| self.slots[before].end);
        let slot = self.slots[index];
        Cell {
            // Cells are far shorter than the offsets can count, so every range is whole.
            text: self
                .text
                .get(start as usize..slot.end as usize)
                .unwrap_or(""),
            cut: slot.cut,
        }
    }

    /// The text at `column`; empty when there is none.
    pub(crate) fn text(&self, column: usize) -> &str {
        self.cell(column).map_or("", |cell| cell.text)
    }

    /// The cell at `column`.
    pub(crate) fn cell(&self, column: usize) -> Option<Cell<'_>> {
        let index = self
            .slots
            .binary_search_by_key(&column, |slot| usize::from(slot.column))
            .ok()?;
        Some(self.at(index))
    }

    /// The non-empty cells with their columns.
    pub(crate) fn cells(&self) -> impl Iterator<Item = (usize, Cell<'_>)> {
        (0..self.slots.len()).map(|index| (usize::from(self.slots[index].column), self.at(index)))
    }

    /// Puts a text where there is none: the value of a merged region.
    pub(crate) fn fill(&mut self, columns: std::ops::RangeInclusive<u16>, text: &str) {
        let mut cells: Vec<(u16, String, bool)> = (0..self.slots.len())
            .map(|index| {
                (
                    self.slots[index].column,
                    self.at(index).text.to_owned(),
                    self.slots[index].cut,
                )
            })
            .collect();
        for column in columns {
            if let Err(at) = cells.binary_search_by_key(&column, |c| c.0) {
                cells.insert(at, (column, text.to_owned(), false));
            }
        }
        *self = Self::pack(self.number, &cells);
    }
}

/// Collects sheets under the limits of one file.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    rows: usize,
    kept: usize,
    sheets: Vec<Sheet>,
    /// Number and cells of the row being read.
    row: usize,
    cells: Vec<(u16, String, bool)>,
}

impl Collector {
    /// Begins a sheet.
    pub(crate) fn begin(&mut self, name: &str) {
        self.end_row();
        self.sheets.push(Sheet {
            name: clean(name),
            ..Sheet::default()
        });
    }

    /// Adds a cell. Cells come row by row; `row` counts from 1, `column` from 0.
    pub(crate) fn add(&mut self, row: usize, column: usize, raw: &str) -> Result<(), ImportError> {
        if raw.is_empty() {
            return Ok(());
        }
        let column = u16::try_from(column)
            .ok()
            .filter(|c| usize::from(*c) < COLUMNS)
            .ok_or(ImportError::TooManyColumns)?;
        let mut cut = CELL_BYTES.min(raw.len());
        while !raw.is_char_boundary(cut) {
            cut -= 1;
        }
        let mut text = clean(&raw[..cut]);
        let Some(sheet) = self.sheets.last_mut() else {
            return Ok(());
        };
        if let Some((better, kind)) = restore(&text) {
            text = better;
            match sheet.restored.iter_mut().find(|seen| seen.0 == kind) {
                Some(seen) => seen.1 += 1,
                None => sheet.restored.push((kind, 1)),
            }
        }
        if text.is_empty() {
            return Ok(());
        }
        self.kept += text.len() + CELL_COST;
        if self.kept > KEPT_BYTES {
            return Err(ImportError::TooMuchText);
        }
        if self.cells.is_empty() || self.row != row {
            self.end_row();
            self.kept += ROW_COST;
            self.rows += 1;
            if self.rows > ROWS {
                return Err(ImportError::TooManyRows);
            }
            self.row = row;
        }
        let cell = (column, text, cut < raw.len());
        // A workbook may list cells out of order or twice; the last one counts.
        match self.cells.binary_search_by_key(&column, |c| c.0) {
            Ok(at) => self.cells[at] = cell,
            Err(at) => self.cells.insert(at, cell),
        }
        Ok(())
    }

    fn end_row(&mut self) {
        if self.cells.is_empty() {
            return;
        }
        let row = Row::pack(self.row, &self.cells);
        self.cells.clear();
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.rows.push(row);
        }
    }

    /// The sheet being filled.
    pub(crate) fn last(&mut self) -> Option<&mut Sheet> {
        self.end_row();
        self.sheets.last_mut()
    }

    /// The sheets.
    pub(crate) fn finish(mut self) -> Vec<Sheet> {
        self.end_row();
        self.sheets
    }
}

/// Letter of a column, as a spreadsheet shows it: 0 is A, 26 is AA.
pub(crate) fn letter(column: usize) -> String {
    let mut left = column + 1;
    let mut out = Vec::new();
    while left > 0 {
        left -= 1;
        out.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or(0)));
        left /= 26;
    }
    out.iter().rev().collect()
}

/// What a spreadsheet would run as a formula (CSV injection): these first characters, in their wide
/// forms too.
pub(crate) fn is_formula_like(text: &str) -> bool {
    text.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '|', '%',
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters() {
        assert_eq!([0, 25, 26, 255].map(letter), ["A", "Z", "AA", "IV"]);
    }
}
