//! One criterion of a level, read from the embedded table, asked of a profile.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::{
    ControlGrade, DefenceHarm, InfoKind, InfrastructureScope, Level, LevelPack, Profile,
    ServiceDegree, SystemKind,
};

/// How sure we are of a fact of law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Certainty {
    /// Read in a full-text copy of the instrument.
    P,
    /// Read in a secondary source.
    S,
    /// From memory, unverified.
    M,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    criterion: Vec<Criterion>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Info {
    PublicOnly,
    NotOnlyPublic,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Service {
    UpToInfo,
    FromPartial,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Unknown {
    Assume,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Counts {
    basic: Option<u64>,
    sensitive: Option<u64>,
}

/// A row of the table. Every field that is set must be met.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Criterion {
    pub(super) pack: LevelPack,
    pub(super) level: Level,
    pub(super) article: String,
    pub(super) certainty: Certainty,
    pub(super) vi: String,
    pub(super) en: String,
    pub(super) unknown: Option<Unknown>,
    #[serde(default)]
    pub(super) rare: bool,
    /// Met by facts although the kind recorded is another one: then a person decides.
    #[serde(default)]
    pub(super) disputable: bool,
    /// The wording "mức độ 3" no longer exists (NĐ 42/2022).
    #[serde(default)]
    pub(super) caution: bool,
    kind: Option<SystemKind>,
    info: Option<Info>,
    service: Option<Service>,
    conditional: Option<bool>,
    admin_procedures: Option<bool>,
    users_from: Option<u64>,
    users_below: Option<u64>,
    subjects_from: Option<Counts>,
    subjects_below: Option<Counts>,
    infra: Option<InfrastructureScope>,
    needs_24x7: Option<bool>,
    grade: Option<ControlGrade>,
    defence: Option<DefenceHarm>,
    national_egov: Option<bool>,
    central_data: Option<bool>,
    pm_level: Option<Level>,
}

/// All criteria. The table is part of the program; a test reads it.
pub(super) fn all() -> &'static [Criterion] {
    static TABLE: LazyLock<Vec<Criterion>> = LazyLock::new(|| {
        toml::from_str::<Table>(include_str!("criteria.toml"))
            .expect("the embedded table is read by a test")
            .criterion
    });
    &TABLE
}

/// Answer of a profile to one criterion.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Met,
    /// Met but for the kind that is recorded.
    Disputed,
    NotMet,
    /// It depends on these fields.
    Unknown(Vec<&'static str>),
}

/// One thing asked.
enum Part {
    Yes,
    No,
    Open(&'static str),
}

fn is<T: PartialEq + Copy>(known: Option<T>, wanted: T, field: &'static str) -> Part {
    match known {
        None => Part::Open(field),
        Some(value) if value == wanted => Part::Yes,
        Some(_) => Part::No,
    }
}

impl Criterion {
    pub(super) fn ask(&self, p: &Profile) -> Answer {
        let kind = self.kind.map(|kind| is(p.kind, kind, "kind"));
        let mut open = Vec::new();
        for part in self.parts(p) {
            match part {
                Part::Yes => {}
                Part::No => return Answer::NotMet,
                Part::Open(field) => open.push(field),
            }
        }
        match kind {
            Some(Part::No) if self.disputable && open.is_empty() => return Answer::Disputed,
            Some(Part::No) => return Answer::NotMet,
            Some(Part::Open(field)) => open.insert(0, field),
            Some(Part::Yes) | None => {}
        }
        if open.is_empty() {
            Answer::Met
        } else {
            Answer::Unknown(open)
        }
    }

    fn parts(&self, p: &Profile) -> Vec<Part> {
        let mut parts = Vec::new();
        parts.extend(self.info.map(|info| information(p, info)));
        parts.extend(
            self.service
                .map(|service| match (p.public_service_degree, service) {
                    (None, _) => Part::Open("public_service_degree"),
                    (Some(degree), Service::UpToInfo) if degree <= ServiceDegree::InfoOnly => {
                        Part::Yes
                    }
                    (Some(degree), Service::FromPartial) if degree >= ServiceDegree::MotPhan => {
                        Part::Yes
                    }
                    _ => Part::No,
                }),
        );
        parts.extend(
            self.conditional
                .map(|v| is(p.conditional_business, v, "conditional_business")),
        );
        parts.extend(
            self.admin_procedures
                .map(|v| is(p.handles_admin_procedures, v, "handles_admin_procedures")),
        );
        self.counted(p, &mut parts);
        parts.extend(
            self.infra
                .map(|scope| is(p.infra_scope, scope, "infra_scope")),
        );
        parts.extend(self.needs_24x7.map(|v| is(p.needs_24x7, v, "needs_24x7")));
        parts.extend(self.grade.map(|grade| is(p.ics_grade, grade, "ics_grade")));
        parts.extend(self.defence.map(|harm| defence(p, harm)));
        parts.extend(
            self.national_egov
                .map(|v| is(p.national_egov, v, "national_egov")),
        );
        parts.extend(self.central_data.map(|v| {
            is(
                p.central_especially_important_data,
                v,
                "central_especially_important_data",
            )
        }));
        // No decision recorded is no decision: the Prime Minister's are published.
        parts.extend(self.pm_level.map(|level| {
            if p.pm_decision_level == Some(level) {
                Part::Yes
            } else {
                Part::No
            }
        }));
        parts
    }

    /// The parts that count people.
    fn counted(&self, p: &Profile, parts: &mut Vec<Part>) {
        let personal = [
            InfoKind::Private,
            InfoKind::PersonalBasic,
            InfoKind::PersonalSensitive,
        ];
        let users = count(p, p.users_personal, &personal);
        parts.extend(
            self.users_from
                .map(|n| compare(users, n, true, "users_personal")),
        );
        parts.extend(
            self.users_below
                .map(|n| compare(users, n, false, "users_personal")),
        );
        for (counts, from) in [(self.subjects_from, true), (self.subjects_below, false)] {
            let counts = counts.unwrap_or_default();
            let basic = count(p, p.subjects_basic, &[InfoKind::PersonalBasic]);
            let sensitive = count(p, p.subjects_sensitive, &[InfoKind::PersonalSensitive]);
            parts.extend(
                counts
                    .basic
                    .map(|n| compare(basic, n, from, "subjects_basic")),
            );
            parts.extend(
                counts
                    .sensitive
                    .map(|n| compare(sensitive, n, from, "subjects_sensitive")),
            );
        }
    }
}

fn information(p: &Profile, wanted: Info) -> Part {
    if p.info.is_empty() {
        return Part::Open("info");
    }
    let public_only = p.info.iter().all(|kind| *kind == InfoKind::Public);
    let met = match wanted {
        Info::PublicOnly => public_only,
        Info::NotOnlyPublic => !public_only && !p.info.contains(&InfoKind::StateSecret),
    };
    if met { Part::Yes } else { Part::No }
}

/// A count, which is nought when the kinds of information are recorded and none of them is counted.
fn count(p: &Profile, recorded: Option<u64>, kinds: &[InfoKind]) -> Option<u64> {
    let absent = !p.info.is_empty() && !kinds.iter().any(|kind| p.info.contains(kind));
    recorded.or(absent.then_some(0))
}

fn compare(count: Option<u64>, limit: u64, from: bool, field: &'static str) -> Part {
    match count {
        None => Part::Open(field),
        Some(n) if (n >= limit) == from => Part::Yes,
        Some(_) => Part::No,
    }
}

/// State secrets or service of defence and security, by the harm that damage would do. State
/// secrets of unknown harm are at least the lowest of the three steps.
fn defence(p: &Profile, wanted: DefenceHarm) -> Part {
    let secret = p.info.contains(&InfoKind::StateSecret);
    if !secret && p.serves_defence_security == Some(false) {
        return Part::No;
    }
    if secret || p.serves_defence_security == Some(true) {
        return is(
            p.harm_to_national_security,
            wanted,
            "harm_to_national_security",
        );
    }
    match p.harm_to_national_security {
        Some(harm) if harm != wanted => Part::No,
        _ => Part::Open("serves_defence_security"),
    }
}
