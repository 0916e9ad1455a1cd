//! What people and programs read: talk on stderr, data on stdout, one way to fail.

mod brief;
mod failure;
mod json;
mod ratings;
mod table;
mod terminal;

pub(crate) use brief::brief;
pub(crate) use failure::{Failure, Hint, both};
pub(crate) use json::{JsonSink, Measured, verdict as verdict_json};
pub(crate) use ratings::{ratings, ratings_table};
pub(crate) use table::{severity_mark, table};
pub(crate) use terminal::{Talk, output_failed, plain, print, start_logging};

/// How a command ended, in order of precedence of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// Done.
    Done,
    /// Findings at or above `--fail-on`.
    Findings,
    /// Something asked for could not be measured.
    Unmeasured,
}

impl Code {
    /// The exit code.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Unmeasured => 3,
        }
    }
}
