//! What a policy answers.

use jiff::{Timestamp, ToSpan, civil::Date};
use luytre_inventory::Level;
use serde::Serialize;

use super::{
    Certainty, Policy, Rank, Source, Stance, UNKNOWN_LEVEL, Words, day_of,
    pack::{self, Pack, Setting},
};
use crate::{Exposure, Grade, PolicyStamp, Severity};

/// A clause that a check is cited for, at a level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClauseRef {
    /// Pack.
    pub pack: String,
    /// Number of the clause at that level.
    pub clause: String,
    /// Its title.
    pub title: Words,
    /// What a scan can say about it.
    pub stance: Stance,
    /// How sure its number and title are.
    pub certainty: Certainty,
}

impl ClauseRef {
    /// `pack:clause`, as verdicts carry it.
    pub fn label(&self) -> String {
        format!("{}:{}", self.pack, self.clause)
    }
}

/// A requirement at a level, for the requirement rows of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Requirement {
    /// The clause.
    pub clause: ClauseRef,
    /// Key of the clause in its pack, the same at every level.
    pub key: String,
    /// Weight of its pack.
    pub rank: Rank,
    /// Checks whose failure contradicts it at that level.
    pub checks: Vec<String>,
}

/// By when a finding is to be mended, and why then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// Last day, in Viet Nam.
    pub date: Date,
    /// Days from first seen.
    pub days: u16,
    /// Pack that set it.
    pub pack: String,
    /// Basis in words: a law, a plan, or "mặc định của hệ thống".
    pub basis: Words,
    /// Whether a law set it. A product default must never turn into a demand by itself.
    pub statutory: bool,
    /// Terms of other packs that yielded.
    pub overruled: Vec<Overruled>,
}

/// A term that yielded to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overruled {
    /// Its pack.
    pub pack: String,
    /// Its days.
    pub days: u16,
}

/// A pack as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackListing {
    /// Id.
    pub id: String,
    /// Version.
    pub version: String,
    /// Title.
    pub title: Words,
    /// Weight.
    pub rank: Rank,
    /// First day in force.
    pub effective_from: Date,
    /// Last day in force.
    pub effective_to: Option<Date>,
    /// How sure these two dates are.
    pub dates: Certainty,
    /// Packs it replaces.
    pub supersedes: Vec<String>,
    /// Whether it is in force on the policy's day.
    pub in_force: bool,
    /// The least sure statement in it.
    pub certainty: Certainty,
    /// Sources.
    pub sources: Vec<Source>,
}

/// The levels to consider: the level itself, or 1 to [`UNKNOWN_LEVEL`] when it is unknown.
fn levels(level: Option<Level>) -> impl Iterator<Item = Level> {
    Level::ALL
        .into_iter()
        .filter(move |l| level.map_or(*l <= UNKNOWN_LEVEL, |level| *l == level))
}

impl Policy {
    /// Settings of a check, highest rank first.
    pub(super) fn settings<'a>(
        &'a self,
        check: &'a str,
    ) -> impl Iterator<Item = (&'a Pack, &'a Setting)> {
        self.packs
            .iter()
            .filter_map(move |pack| Some((pack, pack.checks.get(check)?)))
    }

    /// Settings of the highest rank that has any for the check.
    fn ruling<'a>(&'a self, check: &'a str) -> impl Iterator<Item = (&'a Pack, &'a Setting)> {
        let top = self.settings(check).next().map(|(pack, _)| pack.rank);
        self.settings(check)
            .filter(move |(pack, _)| Some(pack.rank) == top)
    }

    /// Whether `check` is asked for at `level`. Unknown level: whether at any.
    pub fn in_force(&self, check: &str, level: Option<Level>) -> bool {
        self.ruling(check)
            .any(|(_, setting)| level.is_none_or(|level| setting.from_level <= level))
    }

    /// The severity of a fault. A check without a setting (there is none in the registry) is judged by
    /// the grade alone.
    pub fn severity(
        &self,
        check: &str,
        grade: Grade,
        level: Option<Level>,
        exposure: Exposure,
    ) -> Severity {
        self.severities(check, grade, level, exposure)
            .first()
            .map_or_else(|| self.plain(grade), |(_, severity)| *severity)
    }

    /// The severity by every pack that has one, the one that rules first.
    pub fn severities(
        &self,
        check: &str,
        grade: Grade,
        level: Option<Level>,
        exposure: Exposure,
    ) -> Vec<(PolicyStamp, Severity)> {
        let mut found: Vec<(&Pack, Severity)> = self
            .settings(check)
            .filter_map(|(pack, setting)| {
                let severity = levels(level)
                    .map(|level| self.by_setting(setting, pack, grade, level, exposure))
                    .max()?;
                Some((pack, severity))
            })
            .collect();
        // Higher rank first; among equals the stricter.
        found.sort_by(|(a, x), (b, y)| b.rank.cmp(&a.rank).then(y.cmp(x)));
        found
            .into_iter()
            .map(|(pack, severity)| (self.stamp_of(pack), severity))
            .collect()
    }

    fn by_setting(
        &self,
        setting: &Setting,
        pack: &Pack,
        grade: Grade,
        level: Level,
        exposure: Exposure,
    ) -> Severity {
        let base = setting
            .grades
            .or(pack.grades)
            .map_or_else(|| self.plain(grade), |grades| grades.of(grade));
        let steps: usize = setting
            .raise
            .iter()
            .filter(|raise| pack::all_hold(&raise.when, level, exposure))
            .map(|raise| usize::from(raise.steps))
            .sum();
        let place = Severity::ALL.iter().position(|s| *s == base).unwrap_or(0) + steps;
        Severity::ALL
            .get(place)
            .copied()
            .unwrap_or(Severity::Critical)
    }

    /// The severity of a grade in the highest pack that has a table.
    fn plain(&self, grade: Grade) -> Severity {
        self.packs
            .iter()
            .find_map(|pack| pack.grades)
            .map_or(Severity::Critical, |grades| grades.of(grade))
    }

    /// The clauses that `check` speaks to at `level` (unknown: those of [`UNKNOWN_LEVEL`]).
    pub fn clauses(&self, check: &str, level: Option<Level>) -> Vec<ClauseRef> {
        let level = level.unwrap_or(UNKNOWN_LEVEL);
        self.clauses_of_packs()
            .filter(|(_, clause)| clause.speaks(level) && clause.cites(check))
            .filter_map(|(pack, clause)| clause_ref(pack, clause, level))
            .collect()
    }

    /// All requirements at `level`, pack by pack, highest rank first.
    pub fn requirements(&self, level: Level) -> Vec<Requirement> {
        self.clauses_of_packs()
            .filter_map(|(pack, clause)| {
                let checks = clause.checks.iter().filter(|_| clause.speaks(level));
                Some(Requirement {
                    clause: clause_ref(pack, clause, level)?,
                    key: clause.id.clone(),
                    rank: pack.rank,
                    checks: checks.cloned().collect(),
                })
            })
            .collect()
    }

    /// The clauses that `check` is cited for at any level, each with its numbers from the lowest level up.
    pub(crate) fn citations(&self, check: &str) -> Vec<(ClauseRef, Vec<String>)> {
        self.clauses_of_packs()
            .filter(|(_, clause)| clause.cites(check))
            .filter_map(|(pack, clause)| {
                let mut all: Vec<ClauseRef> = Level::ALL
                    .into_iter()
                    .filter(|level| clause.speaks(*level))
                    .filter_map(|level| clause_ref(pack, clause, level))
                    .collect();
                all.dedup();
                let numbers = all.iter().map(|clause| clause.clause.clone()).collect();
                Some((all.pop()?, numbers))
            })
            .collect()
    }

    fn clauses_of_packs(&self) -> impl Iterator<Item = (&Pack, &pack::Clause)> {
        self.packs
            .iter()
            .flat_map(|pack| pack.clauses.iter().map(move |clause| (pack, clause)))
    }

    /// By when a finding is to be mended; none where no pack sets a term ("with the next upgrade").
    pub fn due(
        &self,
        check: &str,
        severity: Severity,
        level: Option<Level>,
        exposure: Exposure,
        first_seen: Timestamp,
    ) -> Option<Due> {
        let mut terms: Vec<(&Pack, u16, Words)> = self
            .packs
            .iter()
            .filter_map(|pack| {
                levels(level)
                    .filter_map(|level| first_rule(pack, check, severity, level, exposure))
                    .min_by_key(|rule| rule.days)
                    .map(|rule| (pack, rule.days, basis(pack, rule)))
            })
            .collect();
        terms.sort_by(|(a, x, _), (b, y, _)| b.rank.cmp(&a.rank).then(x.cmp(y)));
        let mut terms = terms.into_iter();
        let (pack, days, basis) = terms.next()?;
        Some(Due {
            date: day_of(first_seen)
                .checked_add(i64::from(days).days())
                .unwrap_or(Date::MAX),
            days,
            pack: pack.id.clone(),
            basis,
            statutory: pack.rank == Rank::Law,
            overruled: terms
                .map(|(pack, days, _)| Overruled {
                    pack: pack.id.clone(),
                    days,
                })
                .collect(),
        })
    }

    /// The pack that decides the severity of `check`, with the hash over all packs in force.
    pub fn stamp(&self, check: &str) -> PolicyStamp {
        let pack = self.ruling(check).next().map(|(pack, _)| pack);
        pack.or_else(|| self.packs.last()).map_or_else(
            || PolicyStamp {
                id: String::new(),
                version: String::new(),
                sha256: self.sha256.clone(),
            },
            |pack| self.stamp_of(pack),
        )
    }

    fn stamp_of(&self, pack: &Pack) -> PolicyStamp {
        PolicyStamp {
            id: pack.id.clone(),
            version: pack.version.clone(),
            sha256: self.sha256.clone(),
        }
    }

    /// All packs known, highest rank first.
    pub fn packs(&self) -> Vec<PackListing> {
        self.all
            .iter()
            .map(|pack| PackListing {
                id: pack.id.clone(),
                version: pack.version.clone(),
                title: pack.title.clone(),
                rank: pack.rank,
                effective_from: pack.effective_from,
                effective_to: pack.effective_to,
                dates: pack.dates,
                supersedes: pack.supersedes.clone(),
                in_force: pack.in_force(self.day),
                certainty: pack.certainty(),
                sources: pack.sources.clone(),
            })
            .collect()
    }
}

fn clause_ref(pack: &Pack, clause: &pack::Clause, level: Level) -> Option<ClauseRef> {
    Some(ClauseRef {
        pack: pack.id.clone(),
        clause: clause.levels.at(level)?.to_owned(),
        title: clause.title.clone(),
        stance: clause.stance,
        certainty: clause.certainty,
    })
}

fn first_rule<'a>(
    pack: &'a Pack,
    check: &str,
    severity: Severity,
    level: Level,
    exposure: Exposure,
) -> Option<&'a pack::DueRule> {
    pack.due.iter().find(|rule| {
        (rule.checks.is_empty() || rule.checks.iter().any(|id| id == check))
            && (rule.severity.is_empty() || rule.severity.contains(&severity))
            && pack::all_hold(&rule.when, level, exposure)
    })
}

fn basis(pack: &Pack, rule: &pack::DueRule) -> Words {
    if let Some(basis) = &rule.basis {
        return basis.clone();
    }
    if pack.rank == Rank::Default {
        return Words {
            vi: "mặc định của hệ thống, không phải thời hạn luật định".to_owned(),
            en: "product default, not a statutory term".to_owned(),
        };
    }
    pack.title.clone()
}
