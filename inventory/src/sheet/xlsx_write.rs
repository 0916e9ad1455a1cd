//! XLSX workbooks: headings with notes, drop-downs, frozen heading row, locked identities.

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, Format, FormatAlign, FormatBorder, Note,
    Workbook, Worksheet, XlsxError,
};

use crate::ImportError;

/// What people may change in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Lock {
    /// Everything.
    #[default]
    Open,
    /// New rows only: a written row names the thing it belongs to.
    Written,
    /// Nothing: an identity that the program gives.
    Always,
}

/// How a column looks and behaves.
#[derive(Debug, Clone, Default)]
pub(crate) struct OutColumn {
    pub(crate) heading: String,
    pub(crate) note: String,
    /// Words offered in a drop-down; other text stays possible.
    pub(crate) choices: Vec<String>,
    /// Range of cells offered in a drop-down instead.
    pub(crate) range: &'static str,
    /// Width in characters.
    pub(crate) width: u8,
    pub(crate) lock: Lock,
}

/// A sheet to write: every cell is text.
#[derive(Debug, Clone, Default)]
pub(crate) struct OutSheet {
    pub(crate) name: String,
    pub(crate) columns: Vec<OutColumn>,
    pub(crate) rows: Vec<Vec<String>>,
    /// Columns on the left that name the row: always in sight, and on every printed page.
    pub(crate) lead: u16,
    /// Whether a row (1), (2), (3)… stands under the headings, as in official forms.
    pub(crate) numbered: bool,
}

/// What stands around the tables.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Look {
    /// Rows below the last one that get drop-downs too.
    pub(crate) spare_rows: u32,
    /// Whether the rows are examples, shown in grey italics, to be deleted: then nothing is locked,
    /// because a spreadsheet deletes no row that holds a locked cell.
    pub(crate) example: bool,
}

/// Longest text of a cell in a workbook.
const CELL_CHARS: usize = 32_767;

/// Writes the sheets as one workbook. Cells are written as strings, so nothing is ever a formula.
pub(crate) fn write_xlsx(sheets: &[OutSheet], look: Look) -> Result<Vec<u8>, ImportError> {
    let failed = |e: XlsxError| ImportError::Write(e.to_string());
    let mut book = Workbook::new();
    // The same inventory gives the same bytes.
    let epoch = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 1, 1).map_err(failed)?;
    book.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&epoch));
    let mut lists = Lists::default();
    for sheet in sheets {
        let page = book.add_worksheet();
        fill(page, sheet, look, &mut lists).map_err(failed)?;
    }
    if !lists.0.is_empty() {
        lists.write(book.add_worksheet()).map_err(failed)?;
    }
    book.save_to_buffer().map_err(failed)
}

/// Name of the sheet that holds the words of the drop-downs; it is not read back.
pub(crate) const LISTS: &str = "Danh mục";

/// The words of the drop-downs, on a sheet of their own: a list inside a rule may hold neither
/// commas nor more than 255 characters.
#[derive(Debug, Default)]
struct Lists(Vec<Vec<String>>);

impl Lists {
    fn range(&mut self, choices: &[String]) -> String {
        let at = self
            .0
            .iter()
            .position(|list| list == choices)
            .unwrap_or_else(|| {
                self.0.push(choices.to_vec());
                self.0.len() - 1
            });
        let letter = super::letter(at);
        format!("='{LISTS}'!${letter}$1:${letter}${}", choices.len())
    }

    fn write(&self, page: &mut Worksheet) -> Result<(), XlsxError> {
        page.set_name(LISTS)?.set_hidden(true);
        for (column, list) in (0u16..).zip(&self.0) {
            page.set_column_width(column, 34)?;
            for (row, word) in (0u32..).zip(list) {
                page.write_string(row, column, word)?;
            }
        }
        Ok(())
    }
}

/// The formats of the cells of a sheet.
struct Formats {
    heading: Format,
    locked: Format,
    open: Format,
}

impl Formats {
    fn of(look: Look) -> Self {
        let base = Format::new()
            .set_font_name("Times New Roman")
            .set_font_size(12)
            .set_text_wrap();
        let heading = base
            .clone()
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_border(FormatBorder::Thin)
            .set_background_color(Color::RGB(0x00E2_EFDA));
        let cell = base
            .set_align(FormatAlign::Top)
            .set_num_format("@")
            .set_quote_prefix();
        let cell = if look.example {
            cell.set_italic().set_font_color(Color::RGB(0x0060_6060))
        } else {
            cell
        };
        Self {
            heading,
            open: cell.clone().set_unlocked(),
            locked: cell,
        }
    }
}

fn fill(
    page: &mut Worksheet,
    sheet: &OutSheet,
    look: Look,
    lists: &mut Lists,
) -> Result<(), XlsxError> {
    let formats = Formats::of(look);
    page.set_name(&sheet.name)?;
    let first = headings(page, sheet, &formats)?;
    let last = u32::try_from(sheet.rows.len())
        .unwrap_or(u32::MAX)
        .saturating_add(look.spare_rows);
    for (at, column) in (0u16..).zip(&sheet.columns) {
        offer(page, at, column, (first, last), lists)?;
    }
    rows(page, sheet, first, &formats)?;
    set_up_page(page, sheet, first)?;
    if !look.example && sheet.columns.iter().any(|c| c.lock != Lock::Open) {
        // No password: the lock is against slips, not against people.
        page.protect_with_options(&rust_xlsxwriter::ProtectionOptions {
            insert_rows: true,
            delete_rows: true,
            sort: true,
            use_autofilter: true,
            format_cells: true,
            format_columns: true,
            format_rows: true,
            ..rust_xlsxwriter::ProtectionOptions::new()
        });
    }
    Ok(())
}

/// Writes the headings with their notes; gives back the first row below them.
fn headings(page: &mut Worksheet, sheet: &OutSheet, formats: &Formats) -> Result<u32, XlsxError> {
    let first = 1 + u32::from(sheet.numbered);
    let mut lines = 1;
    for (at, column) in (0u16..).zip(&sheet.columns) {
        page.write_string_with_format(0, at, &column.heading, &formats.heading)?;
        lines = lines.max(lines_of(&column.heading, column.width, BOLD));
        if sheet.numbered {
            page.write_string_with_format(1, at, format!("({})", at + 1), &formats.heading)?;
        }
        page.set_column_width(at, f64::from(column.width))?;
        // The default of the column, so that rows typed later are text and open.
        let format = match column.lock {
            Lock::Always => &formats.locked,
            Lock::Open | Lock::Written => &formats.open,
        };
        page.set_column_format(at, format)?;
        if !column.note.is_empty() {
            let tall = 24 + 18 * lines_of(&column.note, 40, PLAIN);
            let note = Note::new(&column.note).set_author("Lũy Tre");
            page.insert_note(0, at, &note.set_width(290).set_height(tall))?;
        }
    }
    page.set_row_height(0, height(lines))?;
    page.set_freeze_panes(first, sheet.lead)?;
    Ok(first)
}

/// Gives a column its drop-down; other text stays possible, with a warning.
fn offer(
    page: &mut Worksheet,
    at: u16,
    column: &OutColumn,
    (first, last): (u32, u32),
    lists: &mut Lists,
) -> Result<(), XlsxError> {
    let range = match (column.range, column.choices.as_slice()) {
        ("", []) => return Ok(()),
        ("", choices) => lists.range(choices),
        (range, _) => range.to_owned(),
    };
    if last < first {
        return Ok(());
    }
    let rule = DataValidation::new()
        .allow_list_formula(range.as_str().into())
        .set_error_style(DataValidationErrorStyle::Warning)
        .set_error_title("Ngoài danh sách")?
        .set_error_message("Giá trị này không có trong danh sách. Vẫn giữ?")?;
    page.add_data_validation(first, at, last, at, &rule)?;
    Ok(())
}

fn rows(
    page: &mut Worksheet,
    sheet: &OutSheet,
    first: u32,
    formats: &Formats,
) -> Result<(), XlsxError> {
    for (row, cells) in (first..).zip(&sheet.rows) {
        let mut lines = 1;
        for (at, (text, column)) in (0u16..).zip(cells.iter().zip(&sheet.columns)) {
            if text.is_empty() {
                continue;
            }
            let text: String = text.chars().take(CELL_CHARS).collect();
            lines = lines.max(lines_of(&text, column.width, PLAIN));
            let format = match column.lock {
                Lock::Open => &formats.open,
                Lock::Written | Lock::Always => &formats.locked,
            };
            page.write_string_with_format(row, at, text, format)?;
        }
        page.set_row_height(row, height(lines))?;
    }
    Ok(())
}

/// Characters of Times New Roman 12 that fit where the unit of width says ten.
const PLAIN: usize = 10;
const BOLD: usize = 9;

/// Lines that a text takes in a column, words kept whole: not every spreadsheet makes room by
/// itself.
fn lines_of(text: &str, width: u8, ten: usize) -> u32 {
    let room = (usize::from(width) * ten / 10).max(1);
    let mut lines: u32 = 0;
    for line in text.split('\n') {
        lines = lines.saturating_add(1);
        let mut used = 0;
        for word in line.split(' ') {
            let long = word.chars().count();
            if used > 0 && used + 1 + long > room {
                lines = lines.saturating_add(1);
                used = 0;
            }
            used += long + usize::from(used > 0);
            lines = lines.saturating_add(u32::try_from(used.saturating_sub(1) / room).unwrap_or(0));
            used = used.min(room);
        }
    }
    lines
}

/// Height of a row in points; a spreadsheet knows none above 409.
fn height(lines: u32) -> f64 {
    f64::from(lines.min(25)) * 16.0 + 2.0
}

/// Characters across an A4 page in landscape at the smallest scale that reads well (about 65 %).
const ACROSS: u32 = 230;

/// A4 in landscape, as few pages across as stay readable, headings and names on every page.
fn set_up_page(page: &mut Worksheet, sheet: &OutSheet, first: u32) -> Result<(), XlsxError> {
    let wide = |columns: &[OutColumn]| columns.iter().map(|c| u32::from(c.width)).sum::<u32>();
    let lead = wide(&sheet.columns[..usize::from(sheet.lead).min(sheet.columns.len())]);
    let beyond = wide(&sheet.columns).saturating_sub(ACROSS);
    let across = 1 + beyond.div_ceil(ACROSS.saturating_sub(lead).max(1));
    page.set_paper_size(A4);
    page.set_landscape();
    page.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
    page.set_print_fit_to_pages(u16::try_from(across).unwrap_or(1), 0);
    page.set_page_order(true);
    page.set_print_gridlines(true);
    page.set_footer("&L&\"Times New Roman\"&10&A&R&\"Times New Roman\"&10Trang &P/&N");
    page.set_repeat_rows(0, first - 1)?;
    if sheet.lead > 0 && across > 1 {
        page.set_repeat_columns(0, sheet.lead - 1)?;
    }
    Ok(())
}

/// Paper size 9 of the format: A4.
const A4: u8 = 9;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        for (text, width, want) in [
            ("", 10, 1),
            ("mười chữ tr", 10, 2),
            ("a\nb\nc", 10, 3),
            ("một từ dài vừa", 30, 1),
            (&"x".repeat(25), 10, 3),
        ] {
            assert_eq!(lines_of(text, width, PLAIN), want, "{text}");
        }
    }
}
