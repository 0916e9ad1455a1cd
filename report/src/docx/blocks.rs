//! Paragraphs and tables.

use docx_rs::{
    AlignmentType, BreakType, Paragraph, Run, Shading, Table, TableBorder, TableBorderPosition,
    TableBorders, TableCell, TableCellMargins, TableLayoutType, TableRow, VAlignType, WidthType,
};

use super::{Piece, TEXT_WIDTH, figures, style};
use crate::paper::{Align, Block, Labelled, Table as Ruled};

/// One block; tables take text of `size` half points.
pub(super) fn block(block: &Block, size: usize) -> Vec<Piece> {
    match block {
        Block::Heading { rank, text } => {
            let name = if *rank == 1 {
                style::SECTION
            } else {
                style::PART
            };
            vec![
                Paragraph::new()
                    .style(name)
                    .keep_next(true)
                    .keep_lines(true)
                    .add_run(Run::new().add_text(text))
                    .into(),
            ]
        }
        Block::Paragraph { text } => vec![
            styled(style::BODY, text)
                // What announces a list or a table stays with it.
                .keep_next(text.ends_with(':'))
                .widow_control(true)
                .into(),
        ],
        Block::Note { text } => vec![styled(style::NOTE, text).into()],
        Block::Items { items } => items
            .iter()
            .map(|item| styled(style::ITEM, &format!("- {item}")).into())
            .collect(),
        Block::Table(table) => vec![
            caption(&table.caption, true).into(),
            ruled(table, size).into(),
        ],
        Block::Facts { rows } => vec![facts(rows, size).into(), spacer().into()],
        Block::Bar(bar) => figures::bar(bar),
        Block::Timeline(timeline) => figures::timeline(timeline),
    }
}

/// A paragraph of one run.
pub(super) fn styled(name: &str, text: &str) -> Paragraph {
    Paragraph::new().style(name).add_run(run(text))
}

/// A run in which `\n` breaks the line.
pub(super) fn run(text: &str) -> Run {
    let mut run = Run::new();
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            run = run.add_break(BreakType::TextWrapping);
        }
        run = run.add_text(line);
    }
    run
}

/// The caption of a table stays with the table, that of a figure with what is above it.
pub(super) fn caption(text: &str, above: bool) -> Paragraph {
    styled(style::CAPTION, text)
        .keep_next(above)
        .keep_lines(true)
}

/// Two tables in a row would melt into one.
pub(super) fn spacer() -> Paragraph {
    Paragraph::new().style(style::SMALL)
}

/// A bordered table of fixed columns.
pub(super) fn grid(widths: &[usize], rows: Vec<TableRow>) -> Table {
    let borders = [
        TableBorderPosition::Top,
        TableBorderPosition::Bottom,
        TableBorderPosition::Left,
        TableBorderPosition::Right,
        TableBorderPosition::InsideH,
        TableBorderPosition::InsideV,
    ]
    .into_iter()
    .fold(TableBorders::with_empty(), |all, position| {
        all.set(TableBorder::new(position).size(4).color("000000"))
    });
    Table::new(rows)
        .layout(TableLayoutType::Fixed)
        .width(widths.iter().sum(), WidthType::Dxa)
        .set_grid(widths.to_vec())
        .margins(TableCellMargins::new().margin(20, 70, 20, 70))
        .set_borders(borders)
}

/// Widths in twips of columns given in shares of 100; the last takes what rounding leaves.
pub(super) fn widths(shares: &[usize]) -> Vec<usize> {
    let whole: usize = shares.iter().sum::<usize>().max(1);
    let mut widths: Vec<usize> = shares.iter().map(|s| TEXT_WIDTH * s / whole).collect();
    let rest = TEXT_WIDTH - widths.iter().sum::<usize>();
    if let Some(last) = widths.last_mut() {
        *last += rest;
    }
    widths
}

/// A cell of text.
pub(super) fn cell(text: &str, width: usize, size: usize, bold: bool, centred: bool) -> TableCell {
    kept_cell(text, width, size, bold, centred, false)
}

/// A cell of text whose row stays, or not, on the page of the next row.
fn kept_cell(
    text: &str,
    width: usize,
    size: usize,
    bold: bool,
    centred: bool,
    keep: bool,
) -> TableCell {
    let run = run(text).size(size);
    let run = if bold { run.bold() } else { run };
    let align = if centred {
        AlignmentType::Center
    } else {
        AlignmentType::Left
    };
    TableCell::new().width(width, WidthType::Dxa).add_paragraph(
        Paragraph::new()
            .style(style::CELL)
            .align(align)
            .keep_next(keep)
            .add_run(run),
    )
}

fn ruled(table: &Ruled, size: usize) -> Table {
    let size = if table.columns.len() >= 4 {
        size.min(24)
    } else {
        size
    };
    let shares: Vec<usize> = table.columns.iter().map(|c| usize::from(c.width)).collect();
    let widths = widths(&shares);
    let head = table.columns.iter().zip(&widths).map(|(column, width)| {
        kept_cell(&column.title, *width, size, true, true, true)
            .shading(Shading::new().fill("EBEBEB"))
            .vertical_align(VAlignType::Center)
    });
    let mut rows = vec![style::head_row(TableRow::new(head.collect()))];
    for (index, row) in table.rows.iter().enumerate() {
        let keep = table.compact && index + 1 < table.rows.len();
        let cells = row.cells.iter().zip(&table.columns).zip(&widths);
        let cells = cells.map(|((text, column), width)| {
            let centred = column.align == Align::Center;
            kept_cell(text, *width, size, row.strong, centred, keep)
        });
        let line = TableRow::new(cells.collect());
        rows.push(if row.tall { line } else { line.cant_split() });
    }
    grid(&widths, rows)
}

fn facts(rows: &[Labelled], size: usize) -> Table {
    let widths = widths(&[28, 72]);
    let last = rows.len();
    let rows = rows
        .iter()
        .enumerate()
        .map(|(index, row)| {
            let keep = index + 1 < last;
            let line = TableRow::new(vec![
                kept_cell(&row.label, widths[0], size, true, false, keep)
                    .shading(Shading::new().fill("F5F5F5")),
                kept_cell(&row.text, widths[1], size, false, false, keep),
            ]);
            if row.text.chars().count() > 800 {
                line
            } else {
                line.cant_split()
            }
        })
        .collect();
    grid(&widths, rows)
}
