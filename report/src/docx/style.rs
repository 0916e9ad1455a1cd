//! Styles, and the one thing the writer library cannot say.

use docx_rs::{
    AlignmentType, Docx, LineSpacing, LineSpacingType, RunFonts, SpecialIndentType, Style,
    StyleType, TableRow,
};

/// Paragraph styles by identifier.
pub(super) const BODY: &str = "BodyText";
pub(super) const ITEM: &str = "ListText";
pub(super) const SECTION: &str = "Heading1";
pub(super) const PART: &str = "Heading2";
pub(super) const CAPTION: &str = "Caption";
pub(super) const NOTE: &str = "NoteText";
pub(super) const CENTRED: &str = "Centred";
pub(super) const LEGEND: &str = "LegendText";
pub(super) const CELL: &str = "TableText";
pub(super) const HEADER: &str = "Header";
pub(super) const SMALL: &str = "Footer";

/// Sizes of table text in half points.
pub(super) const BODY_TABLE: usize = 26;
pub(super) const ANNEX_TABLE: usize = 22;

const FONT: &str = "Times New Roman";

/// First-line indent of 1.27 cm.
const INDENT: i32 = 720;

pub(super) fn fonts() -> RunFonts {
    RunFonts::new()
        .ascii(FONT)
        .hi_ansi(FONT)
        .east_asia(FONT)
        .cs(FONT)
}

fn style(id: &str, name: &str, size: usize) -> Style {
    Style::new(id, StyleType::Paragraph)
        .name(name)
        .based_on("Normal")
        .fonts(fonts())
        .size(size)
}

/// Twentieths of a point before and after; lines in 240ths of single spacing.
fn spaced(before: u32, after: u32, line: i32) -> LineSpacing {
    LineSpacing::new()
        .line_rule(LineSpacingType::Auto)
        .before(before)
        .after(after)
        .line(line)
}

/// Justified text with an indented first line.
fn justified(style: Style) -> Style {
    let indent = Some(SpecialIndentType::FirstLine(INDENT));
    style
        .align(AlignmentType::Both)
        .indent(None, indent, None, None)
}

/// Sets fonts and styles (NĐ 30/2020, Phụ lục I).
pub(super) fn apply(docx: Docx) -> Docx {
    let heading = |id, name, rank| style(id, name, 28).next(BODY).bold().outline_lvl(rank);
    let centred = |id, name, size| style(id, name, size).align(AlignmentType::Center);
    vec![
        justified(style(BODY, "Body Text", 28)).line_spacing(spaced(60, 60, 288)),
        justified(style(ITEM, "List Text", 28)).line_spacing(spaced(40, 40, 276)),
        heading(SECTION, "heading 1", 0).line_spacing(spaced(200, 80, 264)),
        heading(PART, "heading 2", 1).line_spacing(spaced(140, 60, 264)),
        centred(CAPTION, "caption", 26)
            .italic()
            .line_spacing(spaced(120, 80, 240)),
        style(NOTE, "Note Text", 24)
            .italic()
            .line_spacing(spaced(80, 120, 252)),
        centred(CENTRED, "Centred Text", 28).line_spacing(spaced(0, 0, 252)),
        centred(LEGEND, "Legend Text", 20).line_spacing(spaced(0, 0, 240)),
        style(CELL, "Table Text", 26).line_spacing(spaced(20, 20, 240)),
        style(HEADER, "header", 26),
        style(SMALL, "footer", 16),
    ]
    .into_iter()
    .fold(
        docx.default_fonts(fonts()).default_size(28),
        Docx::add_style,
    )
}

/// Height in twips that marks a head row until [`repeat_table_heads`] sees it.
const HEAD_MARK: f32 = 7.0;

/// A row that is to be repeated on every page the table takes.
pub(super) fn head_row(row: TableRow) -> TableRow {
    row.cant_split().row_height(HEAD_MARK)
}

/// Turns every marked row into a repeated head row.
///
/// The library has no `w:tblHeader` (ISO/IEC 29500-1, 17.4.78). Text in the document is escaped, so this sequence of
/// bytes can only be a row property we wrote.
pub(super) fn repeat_table_heads(document: Vec<u8>) -> Vec<u8> {
    const MARK: &str = r#"<w:trHeight w:val="7" w:hRule="atLeast" />"#;
    match String::from_utf8(document) {
        Ok(xml) => xml.replace(MARK, "<w:tblHeader />").into_bytes(),
        Err(other) => other.into_bytes(),
    }
}
