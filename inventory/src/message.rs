//! What is said to a person about a file or an inventory: where, what, and what to do.

use serde::Serialize;

use crate::{Language, Text};

/// Longest piece of somebody else's text shown in a message, in characters.
const SHOWN: usize = 120;

/// A sentence built at run time, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Words {
    /// Vietnamese, NFC.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Words {
    /// Makes a sentence.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            vi: vi.into(),
            en: en.into(),
        }
    }

    /// The sentence in `language`.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        }
    }
}

impl From<Text> for Words {
    fn from(text: Text) -> Self {
        Self::new(text.vi, text.en)
    }
}

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Something the program did that a person may want to know.
    Note,
    /// A value that could not be read or is missing; the row entered without it.
    Gap,
    /// Something that must be put right before the inventory may be relied upon.
    Error,
}

/// Where in a file, or in the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Place {
    /// File name as given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Sheet of a workbook or section of a CSV file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Row of the sheet or line of the text, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
    /// Column letter, as a spreadsheet shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Heading of the column, or name of the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// The thing spoken of: code of a system or unit, number of an authorisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

impl Place {
    /// A place in the inventory itself.
    pub fn of(subject: impl Into<String>, heading: impl Into<String>) -> Self {
        Self {
            subject: Some(subject.into()),
            heading: Some(heading.into()),
            ..Self::default()
        }
    }

    /// The place in one line: `file, sheet “Hệ thống”, row 7, column D “Cấp độ”`.
    pub fn line(&self, language: Language) -> String {
        let vi = language == Language::Vi;
        let mut parts = Vec::new();
        parts.extend(self.file.clone());
        if let Some(sheet) = &self.sheet {
            parts.push(format!("{} “{sheet}”", if vi { "trang" } else { "sheet" }));
        }
        if let Some(row) = self.row {
            parts.push(format!("{} {row}", if vi { "dòng" } else { "row" }));
        }
        // In the inventory itself there is no column: the field has a name of its own for people.
        let heading = self.heading.as_deref().map(|heading| {
            let known = crate::field_text(heading).filter(|_| self.file.is_none());
            known.map_or(heading, |text| text.of(language))
        });
        match (&self.column, heading) {
            (Some(letter), Some(heading)) => parts.push(format!(
                "{} {letter} “{heading}”",
                if vi { "cột" } else { "column" }
            )),
            (None, Some(name)) => parts.push(name.to_owned()),
            (Some(letter), None) => parts.push(letter.clone()),
            (None, None) => {}
        }
        parts.extend(self.subject.clone());
        parts.join(", ")
    }
}

/// One thing to tell a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// How much it matters.
    pub weight: Weight,
    /// Where.
    pub place: Place,
    /// The value spoken of, shortened, without control characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What is wrong or was done.
    pub problem: Words,
    /// What to do.
    pub fix: Words,
}

impl Message {
    /// Makes a message without a value.
    pub fn new(
        weight: Weight,
        place: Place,
        problem: impl Into<Words>,
        fix: impl Into<Words>,
    ) -> Self {
        Self {
            weight,
            place,
            value: None,
            problem: problem.into(),
            fix: fix.into(),
        }
    }

    /// Adds the value spoken of.
    #[must_use]
    pub fn about(mut self, value: &str) -> Self {
        self.value = Some(shown(value));
        self
    }

    /// The whole message in one line.
    pub fn line(&self, language: Language) -> String {
        let mut line = self.place.line(language);
        if !line.is_empty() {
            line.push_str(": ");
        }
        line.push_str(self.problem.of(language));
        if let Some(value) = &self.value {
            line.push_str(" «");
            line.push_str(value);
            line.push('»');
        }
        let fix = self.fix.of(language);
        if !fix.is_empty() {
            line.push_str(" → ");
            line.push_str(fix);
        }
        line
    }
}

/// Somebody else's text made fit to show: one line, no control or bidi characters, at most 120
/// characters.
pub(crate) fn shown(text: &str) -> String {
    let mut out: String = text
        .chars()
        .take(SHOWN)
        .map(|c| {
            if c.is_control() || is_invisible(c) {
                ' '
            } else {
                c
            }
        })
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        out.push('…');
    }
    out
}

/// Characters that change how a line reads without being seen.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}
