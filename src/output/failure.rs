//! The one way to fail: `error:`, `caused by:`, `hint:`, in the reader's language.

use luytre_inventory::{Language, Words};

use super::plain;

/// A sentence in both languages, with the same values: `both!("không đọc được {x}", "cannot read {x}")`.
macro_rules! both {
    ($vi:literal, $en:literal $(, $value:expr)* $(,)?) => {
        luytre_inventory::Words::new(format!($vi $(, $value)*), format!($en $(, $value)*))
    };
}
pub(crate) use both;

/// Why a command could not do its job (exit code 2).
#[derive(Debug)]
pub(crate) struct Failure {
    /// What we were doing or what is wrong, outermost first.
    words: Vec<Words>,
    /// The error below, of a crate.
    source: Option<anyhow::Error>,
    hint: Option<Words>,
}

impl Failure {
    /// A failure in words.
    pub(crate) fn new(words: Words) -> Self {
        Self {
            words: vec![words],
            source: None,
            hint: None,
        }
    }

    /// Adds what to do about it.
    pub(crate) fn hint(mut self, hint: Words) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Adds the error that it came from.
    pub(crate) fn below(mut self, source: impl Into<anyhow::Error>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Prints it to stderr.
    pub(crate) fn print(&self, language: Language) {
        let words = self.words.iter().map(|words| words.of(language).to_owned());
        let below = self
            .source
            .iter()
            .flat_map(|error| error.chain().map(ToString::to_string));
        for (place, line) in words.chain(below).enumerate() {
            let head = if place == 0 { "error" } else { "caused by" };
            eprintln!("{head}: {}", plain(&line));
        }
        if let Some(hint) = &self.hint {
            eprintln!("hint: {}", plain(hint.of(language)));
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self {
            words: Vec::new(),
            source: Some(error.into()),
            hint: None,
        }
    }
}

/// Adds words to results.
pub(crate) trait Hint<T> {
    /// Says what was being done.
    fn doing(self, what: Words) -> Result<T, Failure>;
}

impl<T, E: Into<Failure>> Hint<T> for Result<T, E> {
    fn doing(self, what: Words) -> Result<T, Failure> {
        self.map_err(|error| {
            let mut failure: Failure = error.into();
            failure.words.insert(0, what);
            failure
        })
    }
}
