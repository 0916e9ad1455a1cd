//! Words for people, in both languages, beside what they explain.

use serde::{Deserialize, Serialize};

/// A phrase in Vietnamese and English. A missing translation does not compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Text {
    /// Vietnamese, NFC.
    pub vi: &'static str,
    /// English.
    pub en: &'static str,
}

impl Text {
    /// Makes a phrase.
    pub const fn new(vi: &'static str, en: &'static str) -> Self {
        Self { vi, en }
    }

    /// The phrase in `language`.
    pub const fn of(self, language: Language) -> &'static str {
        match language {
            Language::Vi => self.vi,
            Language::En => self.en,
        }
    }
}

/// Language of the output for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Vietnamese, the default.
    #[default]
    Vi,
    /// English.
    En,
}
