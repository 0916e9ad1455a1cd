//! One policy pack as it stands in TOML.

use std::collections::BTreeMap;

use jiff::civil::Date;
use luytre_inventory::{Language, Level};
use serde::{Deserialize, Serialize};

use super::{PolicyError, ServiceKind, Transition};
use crate::{Exposure, Grade, Severity};

/// Largest pack read, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// A phrase of a pack in both languages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Words {
    /// The phrase in `language`.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        }
    }
}

/// The weight of a pack: law over standard over provincial plan over product default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// Default of the product.
    Default,
    /// Plan or decision of the province.
    Plan,
    /// National standard.
    Standard,
    /// Law, decree, circular.
    Law,
}

/// How sure a statement of a pack is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Read in a full-text copy of the instrument.
    Confirmed,
    /// Read in a secondary source; shown with a mark until an officer confirms it.
    Unconfirmed,
    /// From memory; shown with a mark until an officer confirms it.
    Memory,
}

/// What a scan can say about a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// It counts for and against.
    SupportAndContradict,
    /// It counts only against: a clean scan is no evidence of compliance.
    ContradictOnly,
    /// Nothing: attestation or import only.
    None,
}

/// Where a pack has its facts from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Number and symbol.
    pub number: String,
    /// Date of issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Articles or parts relied on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// How sure.
    pub certainty: Certainty,
}

/// The number of a clause at each level.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClauseIds {
    all: Option<String>,
    #[serde(rename = "L1")]
    one: Option<String>,
    #[serde(rename = "L2")]
    two: Option<String>,
    #[serde(rename = "L3")]
    three: Option<String>,
    #[serde(rename = "L4")]
    four: Option<String>,
    #[serde(rename = "L5")]
    five: Option<String>,
}

impl ClauseIds {
    pub(super) fn at(&self, level: Level) -> Option<&str> {
        let own = match level {
            Level::One => &self.one,
            Level::Two => &self.two,
            Level::Three => &self.three,
            Level::Four => &self.four,
            Level::Five => &self.five,
        };
        own.as_deref().or(self.all.as_deref())
    }
}

/// A requirement and the checks that speak to it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Clause {
    pub(super) id: String,
    pub(super) title: Words,
    pub(super) stance: Stance,
    pub(super) certainty: Certainty,
    pub(super) levels: ClauseIds,
    /// Level from which the checks below speak to it; every level of the clause if none.
    pub(super) checks_from: Option<Level>,
    /// Checks whose failure contradicts it.
    #[serde(default)]
    pub(super) checks: Vec<String>,
    /// Checks that are cited for it but contradict nothing: warnings ahead of time, good practice.
    #[serde(default)]
    pub(super) relates: Vec<String>,
}

impl Clause {
    /// Whether `check` is cited for it at any level.
    pub(super) fn cites(&self, check: &str) -> bool {
        self.checks
            .iter()
            .chain(&self.relates)
            .any(|id| id == check)
    }

    /// Whether its checks speak to it at `level`.
    pub(super) fn speaks(&self, level: Level) -> bool {
        self.checks_from.is_none_or(|from| from <= level)
    }
}

/// Severity by grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Grades {
    slight: Severity,
    moderate: Severity,
    serious: Severity,
    grave: Severity,
}

impl Grades {
    pub(super) const fn of(self, grade: Grade) -> Severity {
        match grade {
            Grade::Slight => self.slight,
            Grade::Moderate => self.moderate,
            Grade::Serious => self.serious,
            Grade::Grave => self.grave,
        }
    }
}

/// The closed list of conditions that a rule may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Predicate {
    LevelAtLeast(Level),
    ExposureAtLeast(Exposure),
}

impl Predicate {
    fn holds(self, level: Level, exposure: Exposure) -> bool {
        match self {
            Self::LevelAtLeast(least) => level >= least,
            Self::ExposureAtLeast(least) => exposure >= least,
        }
    }
}

pub(super) fn all_hold(when: &[Predicate], level: Level, exposure: Exposure) -> bool {
    when.iter().all(|p| p.holds(level, exposure))
}

/// Raises the severity by some steps where every condition holds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raise {
    pub(super) when: Vec<Predicate>,
    pub(super) steps: u8,
}

/// How one check is applied.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Setting {
    pub(super) from_level: Level,
    pub(super) grades: Option<Grades>,
    #[serde(default)]
    pub(super) raise: Vec<Raise>,
}

/// Days in which a finding is to be mended. The first rule of a pack that matches counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DueRule {
    #[serde(default)]
    pub(super) checks: Vec<String>,
    #[serde(default)]
    pub(super) severity: Vec<Severity>,
    #[serde(default)]
    pub(super) when: Vec<Predicate>,
    pub(super) days: u16,
    pub(super) basis: Option<Words>,
}

/// The parameters a pack sets; the others come from packs of lower rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    pub(super) certificate_warning_days: Option<[u16; 3]>,
    pub(super) rsa_minimum_bits: Option<u32>,
    pub(super) ec_minimum_bits: Option<u32>,
    pub(super) hsts_minimum_seconds: Option<u64>,
    pub(super) transition_warning_days: Option<u16>,
}

/// A pack.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pack {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) rank: Rank,
    pub(super) title: Words,
    pub(super) effective_from: Date,
    pub(super) effective_to: Option<Date>,
    /// How sure the two dates are.
    pub(super) dates: Certainty,
    pub(super) supersedes: Vec<String>,
    pub(super) sources: Vec<Source>,
    #[serde(default)]
    pub(super) clauses: Vec<Clause>,
    #[serde(default)]
    pub(super) transitions: Vec<Transition>,
    #[serde(default)]
    pub(super) parameters: Settings,
    pub(super) grades: Option<Grades>,
    #[serde(default)]
    pub(super) checks: BTreeMap<String, Setting>,
    #[serde(default)]
    pub(super) due: Vec<DueRule>,
    #[serde(default)]
    pub(super) exposure: Vec<ServiceKind>,
}

impl Pack {
    /// Reads a pack and refuses what makes no sense; `known` tells whether a check exists.
    pub(super) fn parse(text: &str, known: fn(&str) -> bool) -> Result<Self, PolicyError> {
        if text.len() > MAX_BYTES {
            return Err(PolicyError::TooLarge { bytes: text.len() });
        }
        let pack: Self = toml::from_str(text).map_err(Box::new)?;
        pack.validate(known)?;
        Ok(pack)
    }

    fn validate(&self, known: fn(&str) -> bool) -> Result<(), PolicyError> {
        let refuse = |why: String| {
            Err(PolicyError::Nonsense {
                pack: self.id.clone(),
                why,
            })
        };
        let checks = self
            .clauses
            .iter()
            .flat_map(|c| c.checks.iter().chain(&c.relates));
        let checks = checks.chain(self.due.iter().flat_map(|d| &d.checks));
        if let Some(unknown) = checks.chain(self.checks.keys()).find(|id| !known(id)) {
            return refuse(format!("no check is called `{unknown}`"));
        }
        if self.effective_to.is_some_and(|to| to < self.effective_from) {
            return refuse("effective_to is before effective_from".to_owned());
        }
        if self.sources.is_empty() {
            return refuse("it names no source".to_owned());
        }
        if let Some(clause) = self
            .clauses
            .iter()
            .find(|c| c.levels == ClauseIds::default())
        {
            return refuse(format!("clause `{}` stands at no level", clause.id));
        }
        let mut ids: Vec<&str> = self.clauses.iter().map(|c| c.id.as_str()).collect();
        ids.sort_unstable();
        if let Some([twice, _]) = ids.array_windows().find(|[a, b]| a == b) {
            return refuse(format!("clause `{twice}` is there twice"));
        }
        if let Some(why) = self.exposure.iter().find_map(ServiceKind::nonsense) {
            return refuse(why);
        }
        let mut kinds: Vec<&str> = self.exposure.iter().map(|row| row.kind.as_str()).collect();
        kinds.sort_unstable();
        if let Some([twice, _]) = kinds.array_windows().find(|[a, b]| a == b) {
            return refuse(format!("exposure of `{twice}` is there twice"));
        }
        if let Some(days) = self.parameters.certificate_warning_days
            && !days.is_sorted_by(|a, b| a > b)
        {
            return refuse("certificate_warning_days must fall, furthest first".to_owned());
        }
        Ok(())
    }

    pub(super) fn in_force(&self, day: Date) -> bool {
        self.effective_from <= day && self.effective_to.is_none_or(|to| day <= to)
    }

    /// The least sure statement in it.
    pub(super) fn certainty(&self) -> Certainty {
        let sources = self.sources.iter().map(|s| s.certainty);
        let clauses = self.clauses.iter().map(|c| c.certainty);
        let transitions = self.transitions.iter().map(|t| t.certainty);
        sources
            .chain(clauses)
            .chain(transitions)
            .fold(self.dates, Certainty::max)
    }
}
