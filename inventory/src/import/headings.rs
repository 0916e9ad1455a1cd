//! Finding the heading row of a sheet and what each column means.

use std::collections::HashMap;

use super::Table;
use crate::{
    clean::fold,
    column::{Spec, system::IN_ONE_CELL},
    sheet::{Row, Sheet},
};

/// Rows from the top in which headings are looked for.
const DEPTH: usize = 40;

/// Places of a system in one cell: read only.
pub(super) const PLACES: Spec = Spec::new("endpoints", "URL, địa chỉ", "URL, address").also(&[
    "url",
    "dia chi",
    "dia chi truy cap",
    "duong dan",
    "website",
    "web",
    "ten mien",
    "link",
    "ip",
    "dia chi ip",
    "url dia chi ip",
    "ten mien dia chi ip",
    "dia chi url",
    "domain",
    "duong dan truy cap",
    "dia chi trang web",
    "dia chi website",
    "dia chi mang",
    "ten mien url",
    "url truy cap",
    "dia chi ip ten mien",
    "dia chi trang thong tin dien tu",
]);

/// Headings that carry nothing of the inventory.
const IDLE: [&str; 8] = [
    "stt",
    "tt",
    "so tt",
    "so thu tu",
    "ghi chu",
    "no",
    "1",
    "so tt 1",
];

/// What the columns of a sheet mean.
#[derive(Debug)]
pub(super) struct Headings {
    pub(super) table: Table,
    /// Number of the heading row in the file.
    pub(super) row: usize,
    /// Index of the first row of data in the sheet.
    pub(super) first: usize,
    /// (column, key, heading as it stands).
    pub(super) columns: Vec<(usize, &'static str, String)>,
    pub(super) unknown: Vec<(usize, String)>,
}

impl Headings {
    /// Whether some column has this meaning.
    pub(super) fn has(&self, key: &str) -> bool {
        self.columns.iter().any(|(_, k, _)| *k == key)
    }

    /// The column of this meaning and its heading.
    pub(super) fn column(&self, key: &str) -> Option<(usize, &str)> {
        self.columns
            .iter()
            .find(|(_, k, _)| *k == key)
            .map(|(at, _, h)| (*at, h.as_str()))
    }
}

/// Finds the headings of a sheet. A sheet called as we call it holds that table; any other sheet is
/// tried as a list of systems.
pub(super) fn find(sheet: &Sheet) -> Option<Headings> {
    let name = fold(&sheet.name);
    let own = Table::ALL
        .iter()
        .find(|(_, own)| fold(own) == name)
        .map(|row| row.0);
    let table = own.unwrap_or(Table::Systems);
    let mut specs = table.specs();
    if table == Table::Systems {
        specs.extend(IN_ONE_CELL.iter().map(|c| c.spec));
        specs.push(PLACES);
    }
    let specs = words_of(&specs);
    let mut best: Option<Headings> = None;
    for at in 0..sheet.rows.len().min(DEPTH) {
        let (row, below) = (&sheet.rows[at], sheet.rows.get(at + 1));
        let single = matches(table, &specs, row, None);
        // Under a title there is no second row of headings.
        let double = below
            .filter(|_| single.columns.len() >= 2)
            .map(|below| matches(table, &specs, row, Some(below)));
        let (mut headings, rows) = match double {
            Some(double) if double.columns.len() > single.columns.len() => (double, 2),
            _ => (single, 1),
        };
        headings.first = at + rows;
        let good = match table {
            Table::Systems => headings.has("name") && headings.columns.len() >= 2,
            _ => headings.columns.len() >= 2,
        };
        if good
            && best
                .as_ref()
                .is_none_or(|b| headings.columns.len() > b.columns.len())
        {
            best = Some(headings);
        }
    }
    let mut best = best?;
    while sheet.rows.get(best.first).is_some_and(is_number_row) {
        best.first += 1;
    }
    one_cell(&mut best, "decision_number", "decision_date", "decision");
    one_cell(
        &mut best,
        "regulation_number",
        "regulation_date",
        "regulation",
    );
    Some(best)
}

/// "Số quyết định" alone usually holds number, date and body together.
fn one_cell(headings: &mut Headings, number: &str, date: &str, whole: &'static str) {
    if headings.table == Table::Systems
        && headings.has(number)
        && !headings.has(date)
        && !headings.has(whole)
    {
        for column in &mut headings.columns {
            if column.1 == number {
                column.1 = whole;
            }
        }
    }
}

fn matches(table: Table, specs: &Words, row: &Row, below: Option<&Row>) -> Headings {
    let mut out = Headings {
        table,
        row: row.number,
        first: 0,
        columns: Vec::new(),
        unknown: Vec::new(),
    };
    let columns: std::collections::BTreeSet<usize> = row
        .cells()
        .chain(below.into_iter().flat_map(Row::cells))
        .map(|(column, _)| column)
        .collect();
    let mut parent = "";
    for column in columns {
        let upper = match row.text(column) {
            // The heading of a group stands in its first column only.
            "" if below.is_some() => parent,
            upper => upper,
        };
        parent = upper;
        let lower = below.map_or("", |below| below.text(column));
        let (text, key) = if lower.is_empty() || lower == upper {
            (upper.to_owned(), key_of(specs, upper))
        } else {
            let both = format!("{upper} {lower}");
            let key = key_of(specs, &both).or_else(|| key_of(specs, lower));
            (both, key)
        };
        match key {
            Some(key) if !out.has(key) => out.columns.push((column, key, text)),
            _ if IDLE.contains(&fold(&text).as_str()) || text.is_empty() => {}
            // A heading merged over many columns is told once.
            _ if out.unknown.last().is_some_and(|(_, last)| *last == text)
                || out.columns.last().is_some_and(|(_, _, last)| *last == text) => {}
            _ => out.unknown.push((column, text)),
        }
    }
    out
}

/// Folded headings and what they mean.
type Words = HashMap<String, &'static str>;

fn words_of(specs: &[Spec]) -> Words {
    let mut words = Words::new();
    for spec in specs {
        let own = [fold(spec.heading.vi), fold(spec.heading.en)];
        for word in own
            .into_iter()
            .chain(spec.also.iter().map(|w| (*w).to_owned()))
        {
            words.entry(word).or_insert(spec.key);
        }
    }
    words
}

fn key_of(words: &Words, heading: &str) -> Option<&'static str> {
    if heading.len() > 400 {
        return None;
    }
    let whole = fold(heading);
    // "(5) Cấp độ đề xuất", "Cấp độ (1-5)".
    let bare = whole.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
    let head = heading
        .split(['(', '[', '\n'])
        .find(|part| !part.trim().is_empty())
        .map(fold);
    [Some(whole.as_str()), Some(bare), head.as_deref()]
        .into_iter()
        .flatten()
        .find_map(|text| words.get(text).copied())
}

/// The row "(1) (2) (3) …" under the headings of official forms.
fn is_number_row(row: &Row) -> bool {
    let mut last = 0;
    let mut count = 0;
    for (_, cell) in row.cells() {
        match fold(cell.text).parse::<u32>() {
            Ok(n) if n > last && n <= 64 => (last, count) = (n, count + 1),
            _ => return false,
        }
    }
    count >= 3
}
