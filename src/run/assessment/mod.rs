//! From what the store remembers to the frozen assessment of one system.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use luytre_checks::{Coverage, Finding, Observation, Policy, Ruling, Verdict, policy::day_of};
use luytre_inventory::{Authorisation, Inventory, RoleKind, System, Zone};
use luytre_report as report;
use sha2::{Digest, Sha256};

use crate::{output::Failure, workspace::Settings};

mod identity;
mod measured;
mod remedy;
mod requirements;

/// What an assessment is made from; nothing else is read.
#[derive(Debug)]
pub(crate) struct Material<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) inventory: &'a Inventory,
    pub(crate) inventory_version: u64,
    pub(crate) system: &'a System,
    pub(crate) policy: &'a Policy,
    /// Latest observation of each endpoint, address and probe of the system.
    pub(crate) observations: &'a [Observation],
    /// Verdicts in force on the system and its endpoints.
    pub(crate) verdicts: &'a [Verdict],
    /// All findings of the system, whatever their state.
    pub(crate) findings: &'a [Finding],
    /// Coverage of the last scan of the system.
    pub(crate) coverage: &'a Coverage,
    /// Profile of the last scan, for the method.
    pub(crate) profile: luytre_inventory::ScanProfile,
    /// The moment that the assessment speaks of.
    pub(crate) as_of: Timestamp,
    /// Secrecy mark chosen by the person who exports.
    pub(crate) secrecy: report::SecrecyMark,
}

impl Material<'_> {
    fn day(&self) -> Date {
        day_of(self.as_of)
    }

    fn unit_name(&self, kind: RoleKind) -> Option<String> {
        let code = self.system.holders(kind, self.day()).next()?;
        Some(self.name_of(code))
    }

    fn name_of(&self, code: &luytre_inventory::Code) -> String {
        self.inventory
            .unit(code)
            .map_or_else(|| code.to_string(), |unit| unit.name.clone())
    }
}

/// Freezes the assessment. Its id and hash follow from its content: the same material gives the
/// same assessment.
pub(crate) fn freeze(material: &Material<'_>) -> Result<report::Assessment, Failure> {
    let mut assessment = report::Assessment {
        snapshot: report::Snapshot {
            id: String::new(),
            sha256: String::new(),
            taken: material.as_of,
            inventory_version: material.inventory_version,
            program: concat!("luytre ", env!("CARGO_PKG_VERSION")).to_owned(),
        },
        letterhead: identity::letterhead(material),
        issue: report::Issue::Draft,
        secrecy: material.secrecy,
        assessor: identity::assessor(material),
        legal_bases: identity::legal_bases(material),
        system: identity::system(material),
        period: period(material.as_of),
        as_of: material.as_of,
        authorisations: identity::authorisations(material),
        packs: identity::packs(material),
        method: measured::method(material),
        assets: measured::assets(material),
        coverage: measured::coverage(material),
        outcomes: outcomes(material.verdicts),
        findings: remedy::findings(material),
        certificates: measured::certificates(material),
        services: measured::services(material),
        requirements: requirements::requirements(material),
        gaps: identity::gaps(material),
    };
    let content = serde_json::to_vec(&assessment)?;
    let hash = Sha256::digest(&content);
    let hex = hash
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    hex[..12].clone_into(&mut assessment.snapshot.id);
    assessment.snapshot.sha256 = hex;
    Ok(assessment)
}

/// The year up to the day: the yearly assessment looks at the calendar year it stands in.
fn period(as_of: Timestamp) -> report::Period {
    let to = day_of(as_of);
    report::Period {
        from: to.first_of_year(),
        to,
    }
}

fn outcomes(verdicts: &[Verdict]) -> report::OutcomeCounts {
    let mut counts = report::OutcomeCounts::default();
    for verdict in verdicts {
        *match verdict.ruling {
            Ruling::Pass => &mut counts.pass,
            Ruling::Fail { .. } => &mut counts.fail,
            Ruling::NotApplicable { .. } => &mut counts.not_applicable,
            Ruling::NotInForce => &mut counts.not_in_force,
            Ruling::Inconclusive { .. } => &mut counts.inconclusive,
        } += 1;
    }
    counts
}

/// Authorisations that cover an endpoint of the system, in the order recorded.
fn grounds<'a>(material: &Material<'a>) -> Vec<&'a Authorisation> {
    let scope = luytre_inventory::Scope::new(material.inventory.authorisations.clone(), Vec::new());
    let numbers: std::collections::BTreeSet<String> = material
        .system
        .endpoints
        .iter()
        .filter_map(luytre_inventory::Endpoint::target)
        .flat_map(|target| {
            scope
                .grounds(&target)
                .into_iter()
                .map(|a| a.number.clone())
                .collect::<Vec<_>>()
        })
        .collect();
    material
        .inventory
        .authorisations
        .iter()
        .filter(|a| numbers.contains(&a.number))
        .collect()
}

/// Vantage of the observations: the zone from which most were made.
fn vantage(material: &Material<'_>) -> Zone {
    let mut counts: BTreeMap<Zone, usize> = BTreeMap::new();
    for observation in material.observations {
        *counts.entry(observation.vantage).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map_or(Zone::Unknown, |(zone, _)| zone)
}
