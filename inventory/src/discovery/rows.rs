//! What all readers share: the lines, the border, what was found and what is to be told.

use std::{io::Read, sync::LazyLock};

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use super::{
    Border, Discovered, DiscoveryError, Found,
    lines::{Line, Lines},
};
use crate::{Discovery, Message, Place, SourceKind, Spot, SpotRole, Text, Weight};

/// Messages kept of one file; the rest is counted.
const MESSAGES: usize = 1_000;

/// Rows of one file.
const ROWS: u64 = 50_000_000;

/// The state of reading one file.
#[expect(
    clippy::struct_field_names,
    reason = "rows read, beside bad and silent ones"
)]
pub(super) struct Rows<'a, R> {
    file: &'a str,
    kind: SourceKind,
    pub(super) lines: Lines<R>,
    pub(super) border: &'a Border<'a>,
    found: Found,
    messages: Vec<Message>,
    more: u64,
    rows: u64,
    bad: u64,
    silent: u64,
}

impl<'a, R: Read> Rows<'a, R> {
    pub(super) fn new(
        file: &'a str,
        kind: SourceKind,
        lines: Lines<R>,
        border: &'a Border<'a>,
    ) -> Self {
        Self {
            file,
            kind,
            lines,
            border,
            found: Found::default(),
            messages: Vec::new(),
            more: 0,
            rows: 0,
            bad: 0,
            silent: 0,
        }
    }

    /// The next line; one that was cut is told.
    pub(super) fn line(&mut self) -> Result<Option<Line>, DiscoveryError> {
        let line = self.lines.next()?;
        if let Some(line) = line.as_ref().filter(|line| line.cut) {
            self.tell(line.number, &line.text, LONG, SPLIT);
        }
        Ok(line)
    }

    /// Counts a row.
    pub(super) fn count(&mut self) -> Result<(), DiscoveryError> {
        self.rows += 1;
        if self.rows > ROWS {
            return Err(DiscoveryError::TooLarge("50,000,000 rows"));
        }
        Ok(())
    }

    /// Counts the row as one that says nothing of an endpoint.
    pub(super) const fn skip(&mut self) {
        self.silent += 1;
    }

    /// The row cannot be read: says where, what and what to do.
    pub(super) fn bad(&mut self, row: u64, value: &str, problem: Text, fix: Text) {
        self.bad += 1;
        self.tell(row, value, problem, fix);
    }

    /// The row cannot be read for a reason that was told already.
    pub(super) const fn bad_quietly(&mut self) {
        self.bad += 1;
        self.more += 1;
    }

    /// Says something of a row.
    pub(super) fn tell(&mut self, row: u64, value: &str, problem: Text, fix: Text) {
        if self.messages.len() >= MESSAGES {
            self.more += 1;
            return;
        }
        let place = Place {
            file: Some(self.file.to_owned()),
            row: usize::try_from(row).ok(),
            ..Place::default()
        };
        let message = Message::new(Weight::Gap, place, problem, fix);
        self.messages.push(message.about(value));
    }

    /// A sighting in `row`, at `at` if the source says when.
    pub(super) fn discovery(&self, row: u64, role: SpotRole, at: Option<Timestamp>) -> Discovery {
        let at = at.unwrap_or(self.border.now);
        let mut discovery = Discovery::new(self.kind, "", at);
        discovery.row = Some(row);
        discovery.roles.insert(role);
        discovery
    }

    /// Takes a sighting.
    pub(super) fn see(&mut self, spot: Spot, discovery: Discovery) {
        self.found.add(self.border, spot, discovery);
    }

    /// What the file said, once it is read to its end.
    pub(super) fn finish(mut self) -> Result<Discovered, DiscoveryError> {
        while self.lines.next()?.is_some() {}
        if self.rows > 0 && self.bad == self.rows {
            return Err(DiscoveryError::Nothing(self.rows));
        }
        let sha256 = self.lines.sha256();
        for discovery in self.found.spots.values_mut() {
            discovery.origin.clone_from(&sha256);
            self.file.clone_into(&mut discovery.label);
        }
        Ok(Discovered {
            kind: self.kind,
            sha256,
            rows: self.rows,
            silent: self.silent,
            found: self.found,
            messages: self.messages,
            more_messages: self.more,
        })
    }
}

const LONG: Text = Text::new(
    "dòng dài hơn 64 KiB, phần sau bị bỏ",
    "a line of more than 64 KiB, cut",
);
const SPLIT: Text = Text::new("kiểm tra cách xuất tệp", "check how the file was exported");

/// Found once: an export has millions of moments.
static VIET_NAM: LazyLock<TimeZone> = LazyLock::new(|| {
    TimeZone::get("Asia/Ho_Chi_Minh").unwrap_or(TimeZone::fixed(jiff::tz::offset(7)))
});

/// Reads a moment as exports write it: RFC 3339, seconds or milliseconds since 1970, or a civil time,
/// which is taken as the time in Viet Nam.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let whole = text.split('.').next().unwrap_or(text);
    if !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit()) {
        let number: i64 = whole.parse().ok()?;
        let at = match whole.len() {
            ..=10 => Timestamp::from_second(number),
            _ => Timestamp::from_millisecond(number),
        };
        return at.ok();
    }
    let civil: DateTime = text.replace('/', "-").parse().ok()?;
    Some(civil.to_zoned(VIET_NAM.clone()).ok()?.timestamp())
}

/// Reads a civil moment as UTC.
pub(super) fn moment_utc(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let civil: DateTime = text.replace('/', "-").parse().ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// The separator that stands most often outside quotes in `line`.
pub(super) fn separator(line: &str) -> char {
    let mut counts = [('|', 0usize), ('\t', 0), (';', 0), (',', 0)];
    let mut quoted = false;
    for c in line.chars() {
        if c == '"' {
            quoted = !quoted;
        }
        if !quoted && let Some(found) = counts.iter_mut().find(|count| count.0 == c) {
            found.1 += 1;
        }
    }
    // On a tie the later one wins: the comma is the standard's own.
    counts
        .into_iter()
        .max_by_key(|count| count.1)
        .map_or(',', |count| count.0)
}

/// The cells of a line of a table, trimmed, quotes taken away (RFC 4180; no cell crosses lines).
pub(super) fn cells(line: &str, separator: char) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        let cell = out.last_mut();
        match (c, cell) {
            ('"', Some(cell)) if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            ('"', _) => quoted = !quoted,
            (c, _) if c == separator && !quoted => out.push(String::new()),
            (c, Some(cell)) => cell.push(c),
            (_, None) => {}
        }
    }
    for cell in &mut out {
        let trimmed = cell.trim();
        if trimmed.len() < cell.len() {
            *cell = trimmed.to_owned();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_cells() {
        let noon = "2026-11-18T05:00:00Z".parse().unwrap();
        for text in [
            "2026-11-18 12:00:00",
            "2026-11-18 12:00:00.000",
            "2026/11/18 12:00:00",
            "2026-11-18T05:00:00Z",
            "2026-11-18T12:00:00+07:00",
            "1794978000",
            "1794978000000",
        ] {
            assert_eq!(moment(text), Some(noon), "{text}");
        }
        for text in [
            "",
            "x",
            "99999999999999999999",
            "2026-13-01 00:00:00",
            "...",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
        let line = "a, \"b;\"\"c\"\"\" ,,d";
        assert_eq!(separator(line), ',');
        assert_eq!(cells(line, ','), ["a", "b;\"c\"", "", "d"]);
        assert_eq!(separator("a;b;c,5"), ';');
    }
}
