//! Figures drawn as tables: they stay sharp, editable and readable in black and white.

use docx_rs::{
    AlignmentType, HeightRule, Paragraph, Run, Shading, ShdType, Table, TableCell, TableCellBorder,
    TableCellBorderPosition, TableLayoutType, TableRow, VAlignType, WidthType,
};

use super::{
    Piece, TEXT_WIDTH,
    blocks::{caption, cell, grid, spacer},
    style,
};
use crate::paper::{Bar, Pattern, Segment, Span, Timeline};

/// Height of a bar in twips.
const BAR_HEIGHT: f32 = 560.0;

fn shading(pattern: Pattern) -> Shading {
    let (kind, ink, paper) = match pattern {
        Pattern::Solid => (ShdType::Clear, "auto", "7F1D1D"),
        Pattern::Dense => (ShdType::DiagStripe, "9A3412", "FFFFFF"),
        Pattern::Hatch => (ShdType::ThinDiagStripe, "1E3A5F", "FFFFFF"),
        Pattern::Dots => (ShdType::Pct20, "3C3C3C", "FFFFFF"),
        Pattern::Blank => (ShdType::Clear, "auto", "FFFFFF"),
    };
    Shading::new().shd_type(kind).color(ink).fill(paper)
}

/// A number or word on white, so that no hatching runs through it.
fn plate(text: &str, size: usize) -> Paragraph {
    Paragraph::new()
        .style(style::CELL)
        .align(AlignmentType::Center)
        .add_run(
            Run::new()
                .add_text(format!("\u{a0}{text}\u{a0}"))
                .size(size)
                .bold()
                .shading(Shading::new().fill("FFFFFF")),
        )
}

/// A stacked bar: one row of cells as wide as their parts, a legend below.
pub(super) fn bar(bar: &Bar) -> Vec<Piece> {
    let drawn: Vec<&Segment> = bar.segments.iter().filter(|s| s.count > 0).collect();
    let mut widths: Vec<usize> = drawn
        .iter()
        .map(|s| TEXT_WIDTH * usize::try_from(s.share).unwrap_or(0) / 1000)
        .collect();
    let rest = TEXT_WIDTH.saturating_sub(widths.iter().sum());
    if let Some(last) = widths.last_mut() {
        *last += rest;
    }
    let cells = drawn.iter().zip(&widths).map(|(segment, width)| {
        TableCell::new()
            .width(*width, WidthType::Dxa)
            .vertical_align(VAlignType::Center)
            .shading(shading(segment.pattern))
            .add_paragraph(plate(&segment.count_text, 24).keep_next(true))
    });
    let row = TableRow::new(cells.collect())
        .cant_split()
        .row_height(BAR_HEIGHT)
        .height_rule(HeightRule::Exact);
    // Legend and caption stand in the same table, so that no page break parts them from the bar.
    let below = [
        TableCellBorderPosition::Left,
        TableCellBorderPosition::Bottom,
        TableCellBorderPosition::Right,
    ]
    .into_iter()
    .fold(TableCell::new(), TableCell::clear_border)
    .grid_span(widths.len())
    .width(TEXT_WIDTH, WidthType::Dxa)
    .add_paragraph(Paragraph::new().style(style::SMALL))
    .add_table(legend(bar))
    .add_paragraph(caption(&bar.caption, false));
    let below = TableRow::new(vec![below]).cant_split();
    vec![
        spacer().keep_next(true).into(),
        grid(&widths, vec![row, below]).into(),
    ]
}

/// A swatch and a label per part.
fn legend(bar: &Bar) -> Table {
    const SWATCH: usize = 340;
    let each = (TEXT_WIDTH - 200) / bar.segments.len().max(1);
    let mut widths = Vec::new();
    let mut cells = Vec::new();
    for segment in &bar.segments {
        widths.extend([SWATCH, each - SWATCH]);
        let swatch = TableCell::new()
            .width(SWATCH, WidthType::Dxa)
            .shading(shading(segment.pattern))
            .add_paragraph(Paragraph::new().style(style::LEGEND));
        cells.push(
            [
                TableCellBorderPosition::Top,
                TableCellBorderPosition::Left,
                TableCellBorderPosition::Bottom,
                TableCellBorderPosition::Right,
            ]
            .into_iter()
            .fold(swatch, |cell, side| {
                cell.set_border(TableCellBorder::new(side).size(4).color("000000"))
            }),
        );
        let text = format!("{}: {}", segment.label, segment.count_text);
        cells.push(cell(&text, each - SWATCH, 20, false, false).vertical_align(VAlignType::Center));
    }
    Table::without_borders(vec![TableRow::new(cells).cant_split()])
        .layout(TableLayoutType::Fixed)
        .width(widths.iter().sum(), WidthType::Dxa)
        .set_grid(widths)
}

/// Certificates over months: one row each, a cell a month; the month of the figures is framed by words.
pub(super) fn timeline(timeline: &Timeline) -> Vec<Piece> {
    let months = timeline.months.len().max(1);
    let (label, text) = (TEXT_WIDTH * 26 / 100, TEXT_WIDTH * 25 / 100);
    let month = (TEXT_WIDTH - label - text) / months;
    let text = TEXT_WIDTH - label - month * months;
    let mut widths = vec![label];
    widths.extend(std::iter::repeat_n(month, months));
    widths.push(text);
    let today = month_of(timeline.today, months);
    let mut rows = vec![style::head_row(scale(timeline, &widths, today))];
    rows.extend(
        timeline
            .bars
            .iter()
            .map(|span| line(span, &widths, months, today)),
    );
    let key = format!(
        "Ô tô màu: còn hiệu lực; ô có dấu ×: đã hết hạn; ●: {}; →: còn hiệu lực sau khung hình.",
        timeline.today_label.to_lowercase()
    );
    vec![
        spacer().keep_next(true).into(),
        grid(&widths, rows).into(),
        Paragraph::new()
            .style(style::NOTE)
            .keep_next(true)
            .align(AlignmentType::Center)
            .add_run(Run::new().add_text(key).size(20))
            .into(),
        caption(&timeline.caption, false).into(),
    ]
}

/// The month, counted from the left, in which a place in thousandths lies.
fn month_of(place: u64, months: usize) -> usize {
    (usize::try_from(place).unwrap_or(0) * months / 1000).min(months - 1)
}

fn scale(timeline: &Timeline, widths: &[usize], today: usize) -> TableRow {
    let head = |text: &str, width: usize, size: usize| {
        cell(text, width, size, true, true)
            .shading(Shading::new().fill("EBEBEB"))
            .vertical_align(VAlignType::Center)
    };
    let mut cells = vec![head("Nơi sử dụng", widths[0], 20)];
    for (index, month) in timeline.months.iter().enumerate() {
        // Two lines, month over year, keep the column narrow.
        let mark = if index == today { "\n●" } else { "" };
        let text = format!("{}{mark}", month.replace('/', "\n"));
        cells.push(head(&text, widths[1], 14));
    }
    cells.push(head("Hết hạn", *widths.last().unwrap_or(&0), 20));
    TableRow::new(cells)
}

fn line(span: &Span, widths: &[usize], months: usize, today: usize) -> TableRow {
    let (from, to) = (month_of(span.from, months), month_of(span.to, months));
    let fill = if span.expired {
        Shading::new()
            .shd_type(ShdType::DiagStripe)
            .color("9A3412")
            .fill("FFFFFF")
    } else {
        Shading::new().fill("9FB3C8")
    };
    let mut cells = vec![cell(&span.label, widths[0], 20, false, false)];
    for month in 0..months {
        let mark = match month {
            m if m == today => "●",
            m if m + 1 == months && span.beyond => "→",
            m if span.expired && (from..=to).contains(&m) => "×",
            _ => "",
        };
        let empty = cell(mark, widths[1], 14, true, true).vertical_align(VAlignType::Center);
        cells.push(if (from..=to).contains(&month) {
            empty.shading(fill.clone())
        } else {
            empty
        });
    }
    cells.push(cell(
        &span.text,
        *widths.last().unwrap_or(&0),
        20,
        span.expired,
        false,
    ));
    TableRow::new(cells).cant_split()
}
