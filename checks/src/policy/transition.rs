//! Transition dates as data (Luật 116/2025/QH15 Điều 45.1; NĐ 331/2026/NĐ-CP Điều 39.1).

use jiff::civil::Date;
use luytre_inventory::Lifecycle;
use serde::{Deserialize, Serialize};

use super::{Certainty, Words};
use crate::{Tri, fact::RecordFact};

/// A duty that some systems must have met by a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    /// Stable id.
    pub id: String,
    /// The duty in words.
    pub title: Words,
    /// Article.
    pub basis: String,
    /// Which systems it binds.
    pub applies: Applies,
    /// What in a record shows that it is met; nothing does if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met_by: Option<MetBy>,
    /// Last day.
    pub deadline: Date,
    /// How sure that day is.
    pub certainty: Certainty,
}

/// Which systems a transition binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Applies {
    /// The level in force was decided before the date; a later decision ends it.
    LevelDecidedBefore(Date),
    /// The investment project began before the date and the system was not yet in operation then.
    InvestmentStartedBefore(Date),
}

/// What shows that a transition duty is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetBy {
    /// An approved level.
    ApprovedLevel,
}

impl Transition {
    /// Whether the duty is open for the system of `record`.
    pub fn open(&self, record: &RecordFact) -> Tri {
        let met = match self.met_by {
            Some(MetBy::ApprovedLevel) => record.level.is_some(),
            None => false,
        };
        if met || record.lifecycle == Lifecycle::Retired {
            return Tri::No;
        }
        match self.applies {
            Applies::LevelDecidedBefore(date) => match (record.level, record.decided) {
                (None, _) => Tri::No,
                (Some(_), None) => Tri::Unknown,
                (Some(_), Some(decided)) => Tri::from(decided < date),
            },
            Applies::InvestmentStartedBefore(date) => {
                if record.go_live.is_some_and(|live| live < date) {
                    return Tri::No;
                }
                let started = record.investment_start;
                started.map_or(Tri::Unknown, |start| Tri::from(start < date))
            }
        }
    }
}
