//! Data quality by the plan's six words, and how far the data carry: đúng, đủ, sạch, sống, thống
//! nhất, dùng chung.
//!
//! Every figure is a ratio of counted facts, and every fact that spoils it is named. A figure with
//! nothing to count is no figure: it is never shown as good.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use serde::Serialize;

use crate::{Code, Inventory, Language, RoleKind, System, Text};

mod facts;
mod tier;

pub use tier::{Tier, TierCount, missing, tiers};

/// The six words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// **Đúng** (right): of the values recorded, those that could be read and contradict no other
    /// value of the same system. Spoilt by cells not read, an approved dossier without a level, a
    /// decision dated in the future, a plan fully deployed without an approved level, a role that
    /// ends before it begins.
    Dung,
    /// **Đủ** (complete): of the fields that the three tiers of use ask for, those that are filled.
    /// Spoilt by every field of [`missing`] but the authorisation, which is not the unit's to give.
    Du,
    /// **Sạch** (clean): of the system and its endpoints, those recorded once. Spoilt by another
    /// system of the same name and owner, and by an endpoint that another system declares too.
    Sach,
    /// **Sống** (alive): of the dated facts, those still current on the day asked. Spoilt by an
    /// expected approval or deployment that has passed unfulfilled, an assessment or level review
    /// older than a year, a role held by a body that no longer exists, a change recorded after the
    /// last decision on the level.
    Song,
    /// **Thống nhất** (consistent): of the values that stand in more than one place, those that say
    /// the same everywhere. Spoilt by one decision number with two dates or bodies, a proposed level
    /// that differs from the approved one, one host declared in two zones.
    ThongNhat,
    /// **Dùng chung** (shared): of the references to bodies and endpoints, those made by shared
    /// codes. Spoilt by a unit code that is not in the register, a body recorded twice under one
    /// name, an endpoint without an identity.
    DungChung,
}

impl Quality {
    /// The words in their usual order.
    pub const ALL: [Self; 6] = [
        Self::Dung,
        Self::Du,
        Self::Sach,
        Self::Song,
        Self::ThongNhat,
        Self::DungChung,
    ];

    /// The word.
    pub const fn text(self) -> Text {
        match self {
            Self::Dung => Text::new("Đúng", "Right"),
            Self::Du => Text::new("Đủ", "Complete"),
            Self::Sach => Text::new("Sạch", "Clean"),
            Self::Song => Text::new("Sống", "Alive"),
            Self::ThongNhat => Text::new("Thống nhất", "Consistent"),
            Self::DungChung => Text::new("Dùng chung", "Shared"),
        }
    }
}

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Figure {
    /// Facts that are as they should be.
    pub good: usize,
    /// Facts counted.
    pub all: usize,
}

impl Figure {
    /// The share of good facts, 0 to 1; none when there was nothing to count.
    #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn ratio(self) -> Option<f64> {
        (self.all > 0).then(|| self.good as f64 / self.all as f64)
    }

    fn add(&mut self, other: Self) {
        self.good += other.good;
        self.all += other.all;
    }
}

/// A fact that spoils a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spoiler {
    /// Which figure.
    pub quality: Quality,
    /// The system.
    pub system: Code,
    /// The field.
    pub field: String,
    /// Why.
    pub reason: Text,
}

impl Spoiler {
    /// The name of the field for people.
    pub fn heading(&self, language: Language) -> &str {
        crate::field_text(&self.field).map_or(&self.field, |text| text.of(language))
    }
}

/// The six figures of something.
pub type Figures = BTreeMap<Quality, Figure>;

/// Figures of the whole inventory, of each system and of each unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QualityReport {
    /// The whole.
    pub whole: Figures,
    /// Each system.
    pub systems: BTreeMap<Code, Figures>,
    /// Each unit: the systems it owns, operates or uses on the day, each once.
    pub units: BTreeMap<Code, Figures>,
    /// What spoils the figures, by system.
    pub spoilers: Vec<Spoiler>,
}

/// Computes the six figures as of `day`.
pub fn quality(inventory: &Inventory, day: Date) -> QualityReport {
    let index = facts::Index::of(inventory);
    let mut report = QualityReport {
        whole: Figures::new(),
        systems: BTreeMap::new(),
        units: BTreeMap::new(),
        spoilers: Vec::new(),
    };
    for system in &inventory.systems {
        let counted = facts::count(inventory, &index, system, day);
        let mut figures = Figures::new();
        for fact in counted {
            let figure = figures.entry(fact.quality).or_default();
            figure.all += 1;
            match fact.wrong {
                None => figure.good += 1,
                Some(reason) => report.spoilers.push(Spoiler {
                    quality: fact.quality,
                    system: system.code.clone(),
                    field: fact.field,
                    reason,
                }),
            }
        }
        for (quality, figure) in &figures {
            report.whole.entry(*quality).or_default().add(*figure);
            for unit in units_of(system, day) {
                report
                    .units
                    .entry(unit)
                    .or_default()
                    .entry(*quality)
                    .or_default()
                    .add(*figure);
            }
        }
        report.systems.insert(system.code.clone(), figures);
    }
    report
}

/// Units that own, operate or use a system on `day`, each once.
fn units_of(system: &System, day: Date) -> Vec<Code> {
    let mut units: Vec<Code> = [RoleKind::Owner, RoleKind::Operator, RoleKind::UsingUnit]
        .into_iter()
        .flat_map(|kind| system.holders(kind, day))
        .cloned()
        .collect();
    units.sort();
    units.dedup();
    units
}

/// How often each key occurs.
fn counts<K: std::hash::Hash + Eq>(keys: impl IntoIterator<Item = K>) -> HashMap<K, usize> {
    let mut counts = HashMap::new();
    for key in keys {
        *counts.entry(key).or_insert(0) += 1;
    }
    counts
}

#[cfg(test)]
mod tests;
