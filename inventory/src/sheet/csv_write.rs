//! CSV with a byte-order mark, so that spreadsheets see UTF-8, and with formulas made harmless.

use super::{OutSheet, csv_read::SECTION, is_formula_like};
use crate::ImportError;

/// Writes sheets as one CSV file, each as a section. An apostrophe before formula-like text keeps a
/// spreadsheet from running it; reading takes it away again.
pub(crate) fn write_csv(sheets: &[OutSheet]) -> Result<Vec<u8>, ImportError> {
    let failed = |e: csv::Error| ImportError::Write(e.to_string());
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    for sheet in sheets {
        if sheets.len() > 1 {
            writer
                .write_record([format!("{SECTION} {}", sheet.name)])
                .map_err(failed)?;
        }
        writer
            .write_record(sheet.columns.iter().map(|c| guarded(&c.heading)))
            .map_err(failed)?;
        for row in &sheet.rows {
            writer
                .write_record(row.iter().map(|cell| guarded(cell)))
                .map_err(failed)?;
        }
    }
    writer
        .into_inner()
        .map_err(|e| ImportError::Write(e.to_string()))
}

fn guarded(text: &str) -> String {
    if is_formula_like(text) || text.starts_with('\'') || text.starts_with(SECTION) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
