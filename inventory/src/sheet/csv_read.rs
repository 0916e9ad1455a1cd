//! CSV as Vietnamese spreadsheets write it: comma, semicolon or tab; UTF-8, UTF-16 or older.

use std::borrow::Cow;

use super::{Collector, Sheet};
use crate::{
    ImportError,
    legacy_text::{Legacy, decode},
    sheet::is_formula_like,
};

/// First cell of a line that begins a section, in files that hold several tables.
pub(super) const SECTION: &str = "##";

/// Reads a CSV file into sheets, one per section (`## Hệ thống`), or one without a name. Also says
/// from what old encoding the whole file was converted.
pub(crate) fn read_csv(bytes: &[u8]) -> Result<(Vec<Sheet>, Option<Legacy>), ImportError> {
    let (text, legacy) = to_text(bytes)?;
    bounded_records(&text)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut out = Collector::default();
    out.begin("");
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(e) => return Err(ImportError::Damaged(e.to_string())),
        }
        let line = record
            .position()
            .map_or(0, |position| line_of(position, &text));
        if let Some(name) = record.get(0).and_then(|first| first.strip_prefix(SECTION)) {
            out.begin(name);
            continue;
        }
        for (column, field) in record.iter().enumerate() {
            out.add(line, column, unguarded(field))?;
        }
    }
    let mut sheets = out.finish();
    if sheets.len() > 1 {
        sheets.retain(|sheet| !sheet.rows.is_empty() || !sheet.name.is_empty());
    }
    Ok((sheets, legacy))
}

/// Line where a record begins, from 1. After CR LF the reader stands before the LF, one line early.
fn line_of(position: &csv::Position, text: &str) -> usize {
    let line = usize::try_from(position.line()).unwrap_or(usize::MAX);
    let at = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    line + rest.iter().take_while(|b| **b == b'\n').count().min(1)
}

/// Longest record: one quotation mark too many makes the whole rest of a file one field.
const RECORD: usize = 4 << 20;
/// Largest file that is not UTF-8: such files are held several times while they are converted.
const LEGACY_BYTES: usize = 6 << 20;

fn bounded_records(text: &str) -> Result<(), ImportError> {
    let mut quoted = false;
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => start = at,
            _ => {}
        }
        if at - start > RECORD {
            return Err(ImportError::Unsafe("một dòng quá dài (over-long row)"));
        }
    }
    Ok(())
}

/// Takes away the apostrophe that [`super::write_csv`] puts before formula-like text.
fn unguarded(field: &str) -> &str {
    match field.strip_prefix('\'') {
        Some(rest)
            if is_formula_like(rest) || rest.starts_with('\'') || rest.starts_with(SECTION) =>
        {
            rest
        }
        _ => field,
    }
}

fn to_text(bytes: &[u8]) -> Result<(Cow<'_, str>, Option<Legacy>), ImportError> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return Ok((String::from_utf8_lossy(rest), None));
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && !bytes.contains(&0)
    {
        return Ok((text.into(), None));
    }
    if bytes.len() > LEGACY_BYTES {
        return Err(ImportError::TooMuchText);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return Ok((utf16(rest, u16::from_le_bytes).into(), None));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return Ok((utf16(rest, u16::from_be_bytes).into(), None));
    }
    if bytes.contains(&0) {
        return Err(ImportError::NotASheet("tệp nhị phân (binary data)"));
    }
    let (text, legacy) = decode(bytes);
    Ok((text.into(), legacy))
}

fn utf16(bytes: &[u8], join: fn([u8; 2]) -> u16) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| join(*pair));
    char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The separator that stands most often outside quotes in the first lines.
fn delimiter(text: &str) -> u8 {
    let mut counts = [(b';', 0usize), (b'\t', 0), (b',', 0)];
    let mut quoted = false;
    for byte in text.bytes().take(16 << 10) {
        if byte == b'"' {
            quoted = !quoted;
        }
        if !quoted && let Some(found) = counts.iter_mut().find(|c| c.0 == byte) {
            found.1 += 1;
        }
    }
    // On a tie the later one wins: the comma is the standard's own.
    counts.into_iter().max_by_key(|c| c.1).map_or(b',', |c| c.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
        let (sheets, _) = read_csv(bytes).unwrap();
        sheets[0]
            .rows
            .iter()
            .map(|row| row.cells().map(|(_, c)| c.text.to_string()).collect())
            .collect()
    }

    #[test]
    fn separators_and_encodings() {
        let want = vec![vec!["tên", "đơn vị"], vec!["a, b", "c"]];
        let semicolon = "tên;đơn vị\n\"a, b\";c\n";
        assert_eq!(cells(semicolon.as_bytes()), want);
        assert_eq!(cells(format!("\u{feff}{semicolon}").as_bytes()), want);
        assert_eq!(cells("tên\tđơn vị\r\na, b\tc\r\n".as_bytes()), want);
        assert_eq!(cells("tên,đơn vị\n\"a, b\",c".as_bytes()), want);
        let wide = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
            format!("\u{feff}{semicolon}")
                .encode_utf16()
                .flat_map(order)
                .collect()
        };
        assert_eq!(cells(&wide(u16::to_le_bytes)), want);
        assert_eq!(cells(&wide(u16::to_be_bytes)), want);
    }

    #[test]
    fn sections_rows_and_apostrophes() {
        let text = "## Hệ thống\nTên,Đơn vị\n'=1+1,''x\n\n## Đơn vị\n\"a\nb\",c\nd\n";
        let (sheets, _) = read_csv(text.as_bytes()).unwrap();
        assert_eq!(
            sheets.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(),
            ["Hệ thống", "Đơn vị"]
        );
        assert_eq!(sheets[0].rows[1].text(0), "=1+1");
        assert_eq!(sheets[0].rows[1].text(1), "'x");
        assert_eq!(sheets[0].rows[1].number, 3);
        assert_eq!(sheets[1].rows[1].number, 8);
    }
}
