//! Official heading, the box of page 1, recipients and signature, annex heads.

use docx_rs::{
    AlignmentType, LineSpacing, LineSpacingType, Paragraph, ParagraphBorder,
    ParagraphBorderPosition, ParagraphBorders, Run, SpecialIndentType, Table, TableCell,
    TableLayoutType, TableRow, WidthType,
};

use super::{
    Piece,
    blocks::{cell, grid, run, spacer, styled, widths},
    style,
};
use crate::paper::{Annex, Closing, Head, Paper};

/// Everything above section I.
pub(super) fn opening(paper: &Paper) -> Vec<Piece> {
    let head = &paper.head;
    let mut out: Vec<Piece> = vec![emblem(head).into(), spacer().into()];
    out.push(bold_centred(&head.kind, 28).into());
    out.extend(
        head.subject
            .iter()
            .map(|line| bold_centred(line, 28).into()),
    );
    out.push(rule(TITLE_RULE, super::TEXT_WIDTH).into());
    out.extend(addressees(head));
    out.push(spacer().into());
    out.push(summary(paper).into());
    out.push(spacer().into());
    out.extend(paper.bases.iter().map(|basis| {
        Paragraph::new()
            .style(style::BODY)
            .add_run(run(basis).italic())
            .into()
    }));
    out
}

/// Lengths of the rules in twips: under the issuer, the motto, the title.
const ISSUER_RULE: usize = 1360;
const MOTTO_RULE: usize = 3150;
const TITLE_RULE: usize = 2800;

fn bold_centred(text: &str, size: usize) -> Paragraph {
    Paragraph::new()
        .style(style::CENTRED)
        .keep_next(true)
        .add_run(run(text).bold().size(size))
}

/// Lines of so many twips, whatever stands in them.
pub(super) fn exactly(twips: i32) -> LineSpacing {
    LineSpacing::new()
        .line_rule(LineSpacingType::Exact)
        .line(twips)
        .after(0)
}

/// A line of `length` in the middle of `width` twips.
fn rule(length: usize, width: usize) -> Paragraph {
    let side = i32::try_from((width.saturating_sub(length)) / 2).unwrap_or(0);
    let border = ParagraphBorder::new(ParagraphBorderPosition::Top)
        .size(6)
        .color("000000");
    Paragraph::new()
        .style(style::CENTRED)
        .line_spacing(exactly(120).before(40))
        .indent(Some(side), None, Some(side), None)
        .set_borders(ParagraphBorders::with_empty().set(border))
        .size(8)
}

fn plain_cell(width: usize, paragraphs: Vec<Paragraph>) -> TableCell {
    paragraphs.into_iter().fold(
        TableCell::new().width(width, WidthType::Dxa),
        TableCell::add_paragraph,
    )
}

fn centred(run: Run) -> Paragraph {
    Paragraph::new().style(style::CENTRED).add_run(run)
}

fn emblem(head: &Head) -> Table {
    let widths = widths(&[43, 57]);
    let mut left: Vec<Paragraph> = head
        .superior
        .iter()
        .map(|line| centred(run(line).size(24)))
        .collect();
    left.extend(
        head.issuer
            .iter()
            .map(|line| centred(run(line).size(24).bold())),
    );
    left.push(rule(ISSUER_RULE, widths[0] - 140));
    let right = vec![
        centred(run("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").size(24).bold()),
        centred(run("Độc lập - Tự do - Hạnh phúc").size(26).bold()),
        rule(MOTTO_RULE, widths[1] - 140),
    ];
    let mut number = vec![centred(run(&head.number).size(26))];
    number.extend(head.marks.iter().map(|mark| {
        centred(
            Run::new()
                .add_text(format!("\u{a0}{mark}\u{a0}"))
                .size(24)
                .bold()
                .text_border(docx_rs::TextBorder::new().size(6).color("000000")),
        )
        .line_spacing(LineSpacing::new().before(80).after(0))
    }));
    let place = vec![centred(run(&head.place_and_date).size(26).italic())];
    let rows = [(left, right), (number, place)]
        .into_iter()
        .map(|(left, right)| {
            TableRow::new(vec![
                plain_cell(widths[0], left),
                plain_cell(widths[1], right),
            ])
        })
        .collect();
    bare(&widths, rows)
}

/// A table without rules, for layout only.
fn bare(widths: &[usize], rows: Vec<TableRow>) -> Table {
    Table::without_borders(rows)
        .layout(TableLayoutType::Fixed)
        .width(widths.iter().sum(), WidthType::Dxa)
        .set_grid(widths.to_vec())
}

fn addressees(head: &Head) -> Vec<Piece> {
    match head.addressees.as_slice() {
        [] => Vec::new(),
        [one] => vec![styled(style::CENTRED, &format!("Kính gửi: {one}")).into()],
        many => {
            let mut out: Vec<Piece> = vec![styled(style::BODY, "Kính gửi:").into()];
            for (index, name) in many.iter().enumerate() {
                let mark = if index + 1 == many.len() { "." } else { ";" };
                out.push(
                    styled(style::ITEM, &format!("- {name}{mark}"))
                        .indent(
                            Some(1134),
                            Some(SpecialIndentType::FirstLine(0)),
                            None,
                            None,
                        )
                        .into(),
                );
            }
            out
        }
    }
}

/// What to do, who, by when; then the overall statement with its coverage.
fn summary(paper: &Paper) -> Table {
    let widths = widths(&[26, 74]);
    let mut rows: Vec<TableRow> = paper
        .actions
        .iter()
        .map(|action| {
            TableRow::new(vec![
                cell(&format!("{}:", action.label), widths[0], 26, true, false),
                cell(&action.text, widths[1], 26, false, false),
            ])
            .cant_split()
        })
        .collect();
    let verdict = &paper.verdict;
    let statement = format!("{} – {}", verdict.word, verdict.sentence);
    rows.push(
        TableRow::new(vec![
            TableCell::new()
                .grid_span(2)
                .width(widths.iter().sum(), WidthType::Dxa)
                .add_paragraph(
                    Paragraph::new()
                        .style(style::CELL)
                        .add_run(run(&statement).size(26).bold()),
                )
                .add_paragraph(
                    Paragraph::new()
                        .style(style::CELL)
                        .add_run(run(&verdict.coverage).size(26))
                        .add_run(run(&format!(" {}", verdict.caption)).size(26).italic()),
                ),
        ])
        .cant_split(),
    );
    grid(&widths, rows)
}

/// `Nơi nhận` and the position of the signatory; no name, no image.
pub(super) fn closing(closing: &Closing) -> Vec<Piece> {
    let widths = widths(&[50, 50]);
    let small = |run: Run| {
        Paragraph::new()
            .style(style::CELL)
            .keep_lines(true)
            .add_run(run)
    };
    let mut left = vec![small(run("Nơi nhận:").size(24).bold().italic())];
    left.extend(
        closing
            .recipients
            .iter()
            .map(|line| small(run(line).size(22))),
    );
    let mut right: Vec<Paragraph> = closing
        .signatory
        .iter()
        .map(|line| centred(run(line).size(28).bold()))
        .collect();
    // Room for the signature.
    right.extend((0..4).map(|_| {
        Paragraph::new()
            .style(style::CENTRED)
            .align(AlignmentType::Center)
    }));
    let row = TableRow::new(vec![
        plain_cell(widths[0], left),
        plain_cell(widths[1], right),
    ])
    .cant_split();
    vec![spacer().into(), bare(&widths, vec![row]).into()]
}

/// Label, name and guide line of an annex.
pub(super) fn annex(annex: &Annex) -> Vec<Piece> {
    vec![
        Paragraph::new()
            .style(style::SECTION)
            .align(AlignmentType::Center)
            .keep_next(true)
            .add_run(run(&format!("{}\n{}", annex.label, annex.name)))
            .into(),
        Paragraph::new()
            .style(style::CENTRED)
            .add_run(run(&annex.guide).size(26).italic())
            .into(),
        spacer().into(),
    ]
}
