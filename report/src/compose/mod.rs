//! Turns an assessment into a document: every word, number and order of the report (skeleton A: NĐ 331/2026 Điều 27).

mod annexes;
mod figures;
mod identity;
mod opening;
mod remedy;
mod requirements;
mod scope;
mod technical;

use crate::{
    Assessment,
    paper::{Block, Column, Paper, Row, Table},
    words,
};

/// The whole document. `assessment` has been cleaned by `plain`.
pub(crate) fn paper(assessment: &Assessment) -> Paper {
    let mut pen = Pen::default();
    identity::grounds(&mut pen, assessment);
    identity::system(&mut pen, assessment);
    identity::assessor(&mut pen, assessment);
    scope::scope(&mut pen, assessment);
    requirements::records(&mut pen, assessment);
    technical::results(&mut pen, assessment);
    requirements::matrix(&mut pen, assessment);
    remedy::risk(&mut pen, assessment);
    remedy::plan(&mut pen, assessment);
    remedy::gaps(&mut pen, assessment);
    remedy::conclusion(&mut pen, assessment);
    let body = std::mem::take(&mut pen.blocks);
    let annexes = annexes::all(&mut pen, assessment);
    Paper {
        title: opening::title(assessment),
        head: opening::head(assessment),
        actions: opening::actions(assessment),
        verdict: opening::verdict(assessment),
        bases: opening::bases(assessment),
        body,
        closing: opening::closing(assessment),
        annexes,
        foot: opening::foot(assessment),
    }
}

/// Writes blocks and keeps the numbers of sections, tables and figures.
#[derive(Default)]
struct Pen {
    blocks: Vec<Block>,
    sections: usize,
    parts: usize,
    tables: usize,
    figures: usize,
}

impl Pen {
    /// `I. TITLE`
    fn section(&mut self, title: &str) {
        self.sections += 1;
        self.parts = 0;
        let text = format!("{}. {title}", words::roman(self.sections));
        self.blocks.push(Block::Heading { rank: 1, text });
    }

    /// `1. Title`
    fn part(&mut self, title: &str) {
        self.parts += 1;
        let text = format!("{}. {title}", self.parts);
        self.blocks.push(Block::Heading { rank: 2, text });
    }

    /// A heading without a number.
    fn heading(&mut self, title: String) {
        self.blocks.push(Block::Heading {
            rank: 2,
            text: title,
        });
    }

    fn say(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Paragraph { text: text.into() });
    }

    fn note(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Note { text: text.into() });
    }

    fn items(&mut self, items: Vec<String>) {
        if !items.is_empty() {
            self.blocks.push(Block::Items { items });
        }
    }

    /// `Bảng n: caption`; a table without rows is not drawn.
    fn table(&mut self, caption: &str, columns: Vec<Column>, rows: Vec<Row>) {
        if rows.is_empty() {
            return;
        }
        self.tables += 1;
        let caption = format!("Bảng {}: {caption}", self.tables);
        self.blocks
            .push(Block::Table(Table::new(caption, columns, rows)));
    }

    /// `Hình n: caption`
    fn figure_caption(&mut self, caption: &str) -> String {
        self.figures += 1;
        format!("Hình {}: {caption}", self.figures)
    }
}

/// The value, or *thiếu thông tin*.
fn or_missing(value: Option<&str>) -> String {
    match value.map(str::trim) {
        None | Some("") => words::MISSING.into(),
        Some(text) => text.into(),
    }
}

/// The first `most` characters, for a narrow cell; the whole stands in an annex.
/// What to do, without how: the first sentence of a measure, up to its first command. The annex has
/// the whole.
fn action(fix: &str) -> String {
    let end = [". ", " (`", ": `", "`"]
        .iter()
        .filter_map(|stop| fix.find(stop))
        .min();
    brief(words::unstopped(&fix[..end.unwrap_or(fix.len())]), 160)
}

fn brief(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.into();
    }
    let kept: String = text.chars().take(most).collect();
    format!("{}…", kept.trim_end())
}
