//! Policy: what the law, standards and the province ask for on a date.
//!
//! Packs are data (TOML) with sources and certainty; the conditions in them are a closed list, there is
//! no expression language. Where packs disagree, law stands over standard over provincial plan over
//! product default; among equals the stricter wins. What was overruled stays visible
//! ([`Policy::severities`], [`Due::overruled`]).

use std::fmt::Write as _;

use jiff::{Timestamp, civil::Date, tz::Offset};
use luytre_inventory::Level;
use sha2::{Digest, Sha256};

mod answers;
mod exposure;
mod pack;
mod parameters;
#[cfg(test)]
mod tests;
mod transition;

pub use answers::{ClauseRef, Due, Overruled, PackListing, Requirement};
pub use exposure::ServiceKind;
use pack::Pack;
pub use pack::{Certainty, Rank, Source, Stance, Words};
pub use parameters::Parameters;
pub use transition::{Applies, MetBy, Transition};

/// The packs that ship with the program.
const EMBEDDED: [&str; 6] = [
    include_str!("../packs/vn-nd85-2016.toml"),
    include_str!("../packs/vn-nd331-2026.toml"),
    include_str!("../packs/tcvn11930-2017.toml"),
    include_str!("../packs/tcvn14423-2026.toml"),
    include_str!("../packs/product-default.toml"),
    include_str!("../packs/exposure-default.toml"),
];

/// A provincial pack to copy and change. Not in force unless passed as an overlay.
pub const PROVINCE_EXAMPLE: &str = include_str!("../packs/province-example.toml");

/// A system whose level is not known is judged as one of level 3 and at least as strictly as at levels
/// 1 and 2: the highest severity and the shortest term of the three, and a check that is in force at any
/// level is in force for it. Not knowing is never milder than the ordinary systems of a province.
pub const UNKNOWN_LEVEL: Level = Level::Three;

/// Why no policy could be made.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// A pack is larger than a pack can be.
    #[error("policy pack of {bytes} bytes is too large")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// A pack is not valid TOML of the expected shape.
    #[error("could not read policy pack")]
    Syntax(#[from] Box<toml::de::Error>),
    /// A pack contradicts itself or names what does not exist.
    #[error("policy pack `{pack}`: {why}")]
    Nonsense {
        /// Its id.
        pack: String,
        /// What is wrong.
        why: String,
    },
    /// An overlay could not be used.
    #[error("overlay pack number {number}")]
    Overlay {
        /// Its place among the overlays passed in, from 1.
        number: usize,
        /// Why.
        source: Box<PolicyError>,
    },
    /// Two overlays carry the same id.
    #[error("two overlay packs are called `{0}`")]
    Twice(String),
    /// No pack in force on the date sets a value that is needed.
    #[error("no policy pack in force on {day} sets `{value}`")]
    Missing {
        /// The date.
        day: Date,
        /// The value.
        value: String,
    },
}

/// The packs in force on a date, resolved.
#[derive(Debug, Clone)]
pub struct Policy {
    day: Date,
    /// All packs, those not in force on the day too (for listings).
    all: Vec<Pack>,
    /// Packs in force, highest rank first.
    packs: Vec<Pack>,
    parameters: Parameters,
    sha256: String,
}

impl Policy {
    /// The policy in force on `day`. Each overlay is the text of one pack; an overlay with the id of an
    /// embedded pack takes its place (a newer edition, or one whose facts an officer has confirmed).
    pub fn on(day: Date, overlays: &[&str]) -> Result<Self, PolicyError> {
        let mut texts: Vec<(Pack, &str)> = Vec::new();
        for (index, text) in overlays.iter().enumerate() {
            let pack = Pack::parse(text, is_check).map_err(|error| PolicyError::Overlay {
                number: index + 1,
                source: Box::new(error),
            })?;
            if texts.iter().any(|(other, _)| other.id == pack.id) {
                return Err(PolicyError::Twice(pack.id));
            }
            texts.push((pack, text));
        }
        for text in EMBEDDED {
            let pack = Pack::parse(text, is_check)?;
            if texts.iter().all(|(other, _)| other.id != pack.id) {
                texts.push((pack, text));
            }
        }
        texts.sort_by(|(a, _), (b, _)| b.rank.cmp(&a.rank).then_with(|| a.id.cmp(&b.id)));
        let in_force: Vec<_> = texts
            .iter()
            .filter(|(pack, _)| pack.in_force(day))
            .collect();
        let sha256 = fingerprint(in_force.iter().map(|(_, text)| *text));
        let packs: Vec<Pack> = in_force.into_iter().map(|(pack, _)| pack.clone()).collect();
        let policy = Self {
            day,
            parameters: parameters::resolve(&packs, day)?,
            packs,
            all: texts.into_iter().map(|(pack, _)| pack).collect(),
            sha256,
        };
        policy.complete()?;
        Ok(policy)
    }

    /// Every check must have a setting and every grade a severity.
    fn complete(&self) -> Result<(), PolicyError> {
        let missing = |value: &str| PolicyError::Missing {
            day: self.day,
            value: value.to_owned(),
        };
        if self.packs.iter().all(|pack| pack.grades.is_none()) {
            return Err(missing("grades"));
        }
        match crate::registry::abouts().find(|a| self.settings(a.id).next().is_none()) {
            Some(about) => Err(missing(about.id)),
            None => Ok(()),
        }
    }

    /// The date it was made for.
    pub const fn day(&self) -> Date {
        self.day
    }

    /// Thresholds in force.
    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// SHA-256 over all packs in force, hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Whether a person must look at judgements of that day: no level decree is certain to be in force
    /// (1/7/2026 to 18/8/2026 between two decrees).
    pub fn needs_human(&self) -> bool {
        self.packs.iter().all(|pack| pack.rank != Rank::Law)
    }
}

fn is_check(id: &str) -> bool {
    crate::registry::about(id).is_some()
}

fn fingerprint<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        // The length keeps two packs from being read as one.
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.finalize()
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The civil day of a moment in Viet Nam (UTC+7, no daylight saving), in which the law counts.
pub fn day_of(at: Timestamp) -> Date {
    Offset::constant(7).to_datetime(at).date()
}
