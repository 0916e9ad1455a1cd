//! Tables for people. Colour never carries meaning alone.

use std::io::IsTerminal;

use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table, presets};
use luytre_checks::Severity;
use luytre_inventory::Language;

/// An empty table with `headings`, fitted to the terminal.
pub(crate) fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    if !std::io::stdout().is_terminal() {
        table.set_width(140);
    }
    table.set_header(
        headings
            .iter()
            .map(|h| Cell::new(h).add_attribute(Attribute::Bold)),
    );
    table
}

/// A severity as mark and word, coloured on a terminal.
pub(crate) fn severity_mark(severity: Severity, language: Language) -> Cell {
    let (mark, colour) = match severity {
        Severity::Critical => ("▲▲", Color::Red),
        Severity::High => ("▲", Color::Red),
        Severity::Medium => ("■", Color::Yellow),
        Severity::Low => ("●", Color::Cyan),
        Severity::Info => ("·", Color::Grey),
    };
    Cell::new(format!("{mark} {}", severity.text().of(language))).fg(colour)
}
