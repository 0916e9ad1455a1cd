//! A composed document: what both formats draw, word for word.
//!
//! Wording, numbering and order are decided once, in `compose`; the PDF template and the DOCX writer only set type.

use serde::Serialize;

/// A whole document.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Paper {
    /// Title in the file's metadata.
    pub(crate) title: String,
    pub(crate) head: Head,
    /// Label and text of the three lines that say what to do, who, by when.
    pub(crate) actions: Vec<Labelled>,
    pub(crate) verdict: Verdict,
    /// Căn cứ, with their closing `;` and `.`.
    pub(crate) bases: Vec<String>,
    pub(crate) body: Vec<Block>,
    pub(crate) closing: Closing,
    pub(crate) annexes: Vec<Annex>,
    /// Small line at the foot of every page, so that a loose page still tells where it belongs.
    pub(crate) foot: String,
}

/// The official heading.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Head {
    /// Lines of equal length.
    pub(crate) superior: Vec<String>,
    pub(crate) issuer: Vec<String>,
    pub(crate) number: String,
    pub(crate) place_and_date: String,
    /// `DỰ THẢO`, `LƯU HÀNH NỘI BỘ`.
    pub(crate) marks: Vec<String>,
    pub(crate) kind: String,
    pub(crate) subject: Vec<String>,
    pub(crate) addressees: Vec<String>,
}

/// The overall statement and the figures that must stand beside it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Verdict {
    pub(crate) word: String,
    pub(crate) sentence: String,
    pub(crate) coverage: String,
    pub(crate) caption: String,
}

/// A label and its text.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Labelled {
    pub(crate) label: String,
    pub(crate) text: String,
}

/// Recipients and signature.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Closing {
    pub(crate) recipients: Vec<String>,
    pub(crate) signatory: Vec<String>,
}

/// An annex; its pages are numbered on their own.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Annex {
    pub(crate) label: String,
    pub(crate) name: String,
    /// To which document it belongs.
    pub(crate) guide: String,
    pub(crate) blocks: Vec<Block>,
}

/// A part of the text.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Block {
    /// Rank 1 is a section, 2 a part of it.
    Heading { rank: u8, text: String },
    /// A justified paragraph.
    Paragraph { text: String },
    /// Small print under a table or figure.
    Note { text: String },
    /// Dashed items.
    Items { items: Vec<String> },
    /// A ruled table with a caption.
    Table(Table),
    /// Label and text in two columns, without a caption.
    Facts { rows: Vec<Labelled> },
    /// A horizontal stacked bar.
    Bar(Bar),
    /// Validity of certificates on a scale of months.
    Timeline(Timeline),
}

/// A table.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Table {
    pub(crate) caption: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    /// Small enough to be kept on one page.
    pub(crate) compact: bool,
}

/// A column of a table.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Column {
    pub(crate) title: String,
    /// Share of the width; the shares of a table sum up to 100.
    pub(crate) width: u16,
    pub(crate) align: Align,
}

/// Side to which text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Align {
    Left,
    Center,
}

/// A row of a table.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) cells: Vec<String>,
    /// A total, or a heading inside the table.
    pub(crate) strong: bool,
    /// Too tall to be kept on one page for sure.
    pub(crate) tall: bool,
}

/// A stacked bar.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Bar {
    pub(crate) caption: String,
    /// The figure in words, for readers who cannot see it.
    pub(crate) alt: String,
    pub(crate) segments: Vec<Segment>,
}

/// A part of a stacked bar.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Segment {
    pub(crate) label: String,
    pub(crate) count: u64,
    pub(crate) count_text: String,
    /// Share of the bar's length in thousandths.
    pub(crate) share: u64,
    pub(crate) pattern: Pattern,
}

/// How a surface is filled; told apart in black and white.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Pattern {
    Solid,
    Dense,
    Hatch,
    Dots,
    Blank,
}

/// Certificates over time.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Timeline {
    pub(crate) caption: String,
    pub(crate) alt: String,
    /// Labels of the months, from the left.
    pub(crate) months: Vec<String>,
    /// Place of the day of the figures, in thousandths of the scale.
    pub(crate) today: u64,
    pub(crate) today_label: String,
    pub(crate) bars: Vec<Span>,
}

/// Validity of one certificate, cut to the scale.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Span {
    pub(crate) label: String,
    /// Thousandths of the scale.
    pub(crate) from: u64,
    pub(crate) to: u64,
    /// The validity runs beyond the right end.
    pub(crate) beyond: bool,
    pub(crate) expired: bool,
    pub(crate) text: String,
}

impl Table {
    /// A table; how tall it will be is estimated from its text, for rows and tables that must not be broken.
    pub(crate) fn new(caption: String, columns: Vec<Column>, mut rows: Vec<Row>) -> Self {
        // A page takes about 45 lines of table text.
        const TALL_ROW: usize = 12;
        const COMPACT: usize = 12;
        let mut lines = 0;
        for row in &mut rows {
            let height = row
                .cells
                .iter()
                .zip(&columns)
                .map(|(cell, column)| column.lines(cell))
                .max()
                .unwrap_or(1);
            row.tall = height > TALL_ROW;
            lines += height;
        }
        Self {
            caption,
            columns,
            compact: lines <= COMPACT,
            rows,
        }
    }
}

impl Column {
    /// Lines that `text` takes in this column, on the generous side.
    fn lines(&self, text: &str) -> usize {
        // 165 mm hold about 75 letters of the size of tables; words do not fill the last of them.
        let letters = (usize::from(self.width) * 75 / 100)
            .saturating_sub(2)
            .max(1);
        text.chars().count().div_ceil(letters).max(1)
    }

    /// A column of text.
    pub(crate) fn left(title: &str, width: u16) -> Self {
        Self {
            title: title.into(),
            width,
            align: Align::Left,
        }
    }

    /// A column of numbers, dates or short words.
    pub(crate) fn center(title: &str, width: u16) -> Self {
        Self {
            align: Align::Center,
            ..Self::left(title, width)
        }
    }
}

impl Row {
    /// A plain row.
    pub(crate) fn new(cells: impl IntoIterator<Item = String>) -> Self {
        Self {
            cells: cells.into_iter().collect(),
            strong: false,
            tall: false,
        }
    }

    /// A row of totals.
    pub(crate) fn total(cells: impl IntoIterator<Item = String>) -> Self {
        Self {
            strong: true,
            ..Self::new(cells)
        }
    }
}
