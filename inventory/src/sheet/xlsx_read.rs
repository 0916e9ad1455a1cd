//! XLSX workbooks, read as a stream of cells.

use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{DataRef, Dimensions, Reader, Xlsx};

use super::{COLUMNS, Collector, Sheet, guard};
use crate::ImportError;

/// Cells that merged regions may fill, all together.
const FILLED: usize = 200_000;
/// Sheets read of one workbook.
const SHEETS: usize = 64;

/// Reads every sheet of a workbook. Formulas give their last result, as text.
pub(crate) fn read_xlsx(bytes: &[u8]) -> Result<Vec<Sheet>, ImportError> {
    let contents = guard::inspect(bytes)?;
    // Cell references are checked by now. Should the parser still panic, the file is damaged.
    catch_unwind(AssertUnwindSafe(|| parse(bytes, contents.merges)))
        .unwrap_or_else(|_| Err(ImportError::Damaged("the parser gave up".into())))
}

fn damaged(error: &calamine::XlsxError) -> ImportError {
    ImportError::Damaged(crate::message::shown(&error.to_string()))
}

fn parse(bytes: &[u8], merges: bool) -> Result<Vec<Sheet>, ImportError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let names = book.sheet_names();
    if names.len() > SHEETS {
        return Err(ImportError::Unsafe("quá nhiều trang (too many sheets)"));
    }
    let mut out = Collector::default();
    let mut budget = FILLED;
    for name in names {
        out.begin(&name);
        match book.worksheet_cells_reader(&name) {
            Ok(mut cells) => {
                while let Some(cell) = cells.next_cell().map_err(|e| damaged(&e))? {
                    let (row, column) = cell.get_position();
                    let text = text_of(cell.get_value());
                    out.add(row as usize + 1, column as usize, &text)?;
                }
            }
            // A chart sheet has no cells.
            Err(calamine::XlsxError::NotAWorksheet(_)) => continue,
            Err(e) => return Err(damaged(&e)),
        }
        if let Some(sheet) = out.last() {
            sheet.rows.sort_by_key(|row| row.number);
            if merges {
                let regions = book
                    .merge_cells_by_sheet_name(&name)
                    .map_err(|e| damaged(&e))?;
                fill(sheet, &regions, &mut budget);
            }
        }
    }
    Ok(out.finish())
}

/// Gives the value of a merged region to the rows it spans, and to the columns of its first row:
/// that is how people read it. Only rows that have something of their own are filled.
fn fill(sheet: &mut Sheet, regions: &[Dimensions], budget: &mut usize) {
    for region in regions {
        let (first, last) = (region.start.0 as usize + 1, region.end.0 as usize + 1);
        let (left, right) = (
            region.start.1 as usize,
            (region.end.1 as usize).min(COLUMNS - 1),
        );
        let at = sheet.rows.partition_point(|row| row.number < first);
        let Some(text) = sheet
            .rows
            .get(at)
            .filter(|row| row.number == first)
            .and_then(|row| row.cell(left))
            .map(|cell| cell.text.to_owned())
        else {
            continue;
        };
        let (Ok(left), Ok(right)) = (u16::try_from(left), u16::try_from(right)) else {
            continue;
        };
        for row in sheet.rows[at..]
            .iter_mut()
            .take_while(|row| row.number <= last)
        {
            let columns = if row.number == first {
                left..=right
            } else {
                left..=left
            };
            // A long text repeated many times would be a bomb of its own.
            let cost = columns.len() * (1 + text.len() / 64);
            let Some(rest) = budget.checked_sub(cost) else {
                return;
            };
            *budget = rest;
            row.fill(columns, &text);
        }
    }
}

fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) if n.fract() == 0.0 && n.abs() < 1e15 => format!("{n:.0}"),
        DataRef::Float(n) => n.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "1".to_owned(),
        DataRef::Bool(false) => "0".to_owned(),
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second, milli) == (0, 0, 0, 0) {
                date
            } else {
                format!("{date}T{hour:02}:{minute:02}:{second:02}")
            }
        }
        // An error value is no text of anybody: it stands as a gap with its own sign.
        DataRef::Error(error) => format!("{error}"),
        DataRef::Empty => String::new(),
    }
}
