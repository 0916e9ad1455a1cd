//! DOCX from the same composed text, with real styles, tables and page fields, so that it can be edited further.

mod blocks;
mod figures;
mod heading;
mod style;

use std::io::Cursor;

use docx_rs::{
    AlignmentType, Docx, Footer, FooterReference, Header, HeaderReference, PageMargin, PageNum,
    PageNumType, PageSize, Paragraph, Run, SectionProperty, Table,
};

use crate::{Error, Snapshot, paper::Paper};

/// Twentieths of a point per millimetre, times 100.
const TWIPS_PER_100_MM: i32 = 5669;

/// Width of the text: 210 mm less margins of 30 and 15 mm.
const TEXT_WIDTH: usize = 9354;

/// `paper` as DOCX, dated by `snapshot`.
pub(crate) fn render(paper: &Paper, snapshot: &Snapshot) -> Result<Vec<u8>, Error> {
    let taken = snapshot.taken.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut docx = style::apply(Docx::new())
        .page_size(11906, 16838)
        .page_margin(margins())
        .header(numbered())
        .first_header(Header::new().add_paragraph(Paragraph::new().style(style::SMALL)))
        .footer(foot(paper))
        .first_footer(foot(paper))
        .page_num_type(PageNumType::new().start(1))
        .created_at(&taken)
        .updated_at(&taken);
    for piece in sequence(paper) {
        docx = match piece {
            Piece::Paragraph(paragraph) => docx.add_paragraph(*paragraph),
            Piece::Table(table) => docx.add_table(*table),
        };
    }
    let mut parts = docx.build();
    parts.document = style::repeat_table_heads(parts.document);
    let mut file = Cursor::new(Vec::new());
    parts
        .pack(&mut file)
        .map_err(|problem| Error::Docx(problem.into()))?;
    Ok(file.into_inner())
}

/// What a document is made of.
enum Piece {
    Paragraph(Box<Paragraph>),
    Table(Box<Table>),
}

impl From<Paragraph> for Piece {
    fn from(paragraph: Paragraph) -> Self {
        Self::Paragraph(Box::new(paragraph))
    }
}

impl From<Table> for Piece {
    fn from(table: Table) -> Self {
        Self::Table(Box::new(table))
    }
}

/// The whole text in order. The last section takes its properties from the document itself.
fn sequence(paper: &Paper) -> Vec<Piece> {
    let mut out = heading::opening(paper);
    for block in &paper.body {
        out.extend(blocks::block(block, style::BODY_TABLE));
    }
    out.extend(heading::closing(&paper.closing));
    for annex in &paper.annexes {
        out.push(section_end().into());
        out.extend(heading::annex(annex));
        for block in &annex.blocks {
            out.extend(blocks::block(block, style::ANNEX_TABLE));
        }
    }
    out
}

fn margins() -> PageMargin {
    let mm = |n: i32| n * TWIPS_PER_100_MM / 100;
    PageMargin::new()
        .top(mm(20))
        .bottom(mm(20))
        .left(mm(30))
        .right(mm(15))
        .header(mm(10))
        .footer(mm(9))
        .gutter(0)
}

/// The page number, centred in the top margin.
fn numbered() -> Header {
    Header::new().add_paragraph(
        Paragraph::new()
            .style(style::HEADER)
            .align(AlignmentType::Center)
            .add_page_num(PageNum::new()),
    )
}

fn foot(paper: &Paper) -> Footer {
    Footer::new().add_paragraph(
        Paragraph::new()
            .style(style::SMALL)
            .align(AlignmentType::Right)
            .add_run(Run::new().add_text(&paper.foot).size(16).italic()),
    )
}

/// Ends a section: the next one begins on a new page and counts its pages from 1.
///
/// Refers to the header and footer parts of the document; `docx_rs::Section` would lose all but one of them.
fn section_end() -> Paragraph {
    let mut section = SectionProperty::new()
        .page_size(PageSize::new().size(11906, 16838))
        .page_margin(margins())
        .page_num_type(PageNumType::new().start(1))
        .title_pg();
    section.header_reference = Some(HeaderReference::new("default", "rIdHeader1"));
    section.first_header_reference = Some(HeaderReference::new("first", "rIdHeader2"));
    section.footer_reference = Some(FooterReference::new("default", "rIdFooter1"));
    section.first_footer_reference = Some(FooterReference::new("first", "rIdFooter2"));
    Paragraph::new()
        .line_spacing(heading::exactly(20).before(0))
        .size(2)
        .section_property(section)
}
