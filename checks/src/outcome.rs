//! What a check answers.

use luytre_inventory::Text;
use serde::{Deserialize, Serialize};

use crate::{Tri, Unmeasured};

/// The answer of a check to one fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The fact shows that the fault is absent.
    Pass,
    /// The fact shows one or more faults.
    Fail(Vec<Fault>),
    /// The faults are certain, but part of what the check needs is unknown: a fault that is not among
    /// them may still be there, so none may be closed on this ground.
    Partial(Vec<Fault>, Reason),
    /// The check does not concern this fact.
    NotApplicable(Reason),
    /// The fact lacks what the check needs. Never good.
    Inconclusive(Reason),
}

impl Outcome {
    /// Fail with `faults`, or pass if there is none.
    pub fn of(faults: Vec<Fault>) -> Self {
        if faults.is_empty() {
            Self::Pass
        } else {
            Self::Fail(faults)
        }
    }

    /// The answer where `undecided` tells what could not be known, if anything.
    pub fn weigh(faults: Vec<Fault>, undecided: Option<Text>) -> Self {
        match undecided.map(Reason::Because) {
            None => Self::of(faults),
            Some(reason) if faults.is_empty() => Self::Inconclusive(reason),
            Some(reason) => Self::Partial(faults, reason),
        }
    }

    /// Fail with `fault` if it is there, inconclusive for want of what `undecided` tells if that is not
    /// known, else pass.
    pub fn if_there(there: Tri, fault: Fault, undecided: Text) -> Self {
        match there {
            Tri::Yes => Self::Fail(vec![fault]),
            Tri::No => Self::Pass,
            Tri::Unknown => Self::Inconclusive(Reason::Because(undecided)),
        }
    }

    /// Inconclusive, in the check's own words.
    pub const fn unknown(vi: &'static str, en: &'static str) -> Self {
        Self::Inconclusive(Reason::Because(Text::new(vi, en)))
    }

    /// Not applicable, in the check's own words.
    pub const fn not_applicable(vi: &'static str, en: &'static str) -> Self {
        Self::NotApplicable(Reason::Because(Text::new(vi, en)))
    }
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is at fault, as an identity that survives a rescan: a version, a suite, a port, a cookie
    /// name; empty where the endpoint itself is. Never a hash, address, date or message.
    pub subject: String,
    /// How bad in itself, within this check.
    pub grade: Grade,
    /// Values for the `{placeholders}` of the check's message.
    pub args: Vec<(&'static str, String)>,
}

impl Fault {
    /// A fault of the endpoint or system itself.
    pub fn new(grade: Grade) -> Self {
        Self {
            subject: String::new(),
            grade,
            args: Vec::new(),
        }
    }

    /// A fault of a named part.
    pub fn on(subject: impl Into<String>, grade: Grade) -> Self {
        Self {
            subject: subject.into(),
            grade,
            args: Vec::new(),
        }
    }

    /// Adds a value for the message.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

/// How bad a fault is in itself, within its check. Policy turns it into a severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Worth knowing.
    Slight,
    /// Should be mended.
    Moderate,
    /// Dangerous.
    Serious,
    /// As bad as it gets.
    Grave,
}

impl Grade {
    /// All, mildest first.
    pub const ALL: [Self; 4] = [Self::Slight, Self::Moderate, Self::Serious, Self::Grave];
}

/// Why an answer is not pass or fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Measuring failed.
    Unmeasured(Unmeasured),
    /// In the check's own words.
    Because(Text),
}

impl Reason {
    /// For people.
    pub const fn text(self) -> Text {
        match self {
            Self::Unmeasured(reason) => reason.text(),
            Self::Because(text) => text,
        }
    }
}
