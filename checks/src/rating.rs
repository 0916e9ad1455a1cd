//! Ratings: what published policies say of a server, side by side with our own verdicts.
//!
//! A policy is data (`policies/tls/*.toml`) with its source; the conditions in it are a closed list.
//! What is not known never makes a rating better: such a rating is `unknown`, with the best that is still
//! possible.

use jiff::{Timestamp, civil::Date};
use luytre_inventory::Text;
use serde::Serialize;

use crate::{
    fact::{ChainFact, TlsFact},
    policy::{Certainty, Words},
};

mod data;
mod letters;
#[cfg(test)]
mod tests;
mod tiers;

use data::{Kind, Policy};

/// The policies that ship with the program.
const EMBEDDED: [&str; 5] = [
    include_str!("../policies/tls/mozilla-modern-5.7.toml"),
    include_str!("../policies/tls/mozilla-intermediate-5.7.toml"),
    include_str!("../policies/tls/mozilla-old-5.7.toml"),
    include_str!("../policies/tls/ncsc-nl-2025-05.toml"),
    include_str!("../policies/tls/ssl-labs-2009r.toml"),
];

/// The word for a rating that could not be decided.
pub const UNKNOWN: &str = "unknown";

/// How many reasons a rating gives.
const REASONS: usize = 8;

/// What is rated.
#[derive(Debug, Clone, Copy)]
pub struct Rated<'a> {
    /// What the server offers.
    pub tls: &'a TlsFact,
    /// Its certificates, if they were read at the same endpoint and address.
    pub chain: Option<&'a ChainFact>,
    /// The moment for which dates count.
    pub at: Timestamp,
}

/// What one policy says of one server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rating {
    /// Id of the policy.
    pub policy: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Its name for people.
    pub title: &'static Words,
    /// The answer, trust in the certificate included; [`UNKNOWN`] if not decided.
    #[serde(flatten)]
    pub with_trust: Answer,
    /// The answer as if the certificate were trusted and for the right name.
    pub without_trust: Answer,
    /// What holds it where it is, and what was not known: the weightiest first.
    pub reasons: Vec<Words>,
    /// Category scores, for policies that have them and where they are decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scores: Option<Scores>,
    /// Points of the policy that were not looked at.
    pub not_judged: &'static [String],
    /// How sure the policy is that it is what its author published.
    pub certainty: Certainty,
}

/// An answer on the scale of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The word of the policy, like `compliant`, `sufficient`, `A`; or [`UNKNOWN`].
    pub verdict: String,
    /// The word for people.
    pub text: Words,
    /// The best that is still possible, where the answer is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_best: Option<String>,
}

/// Scores out of 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Scores {
    /// Versions.
    pub protocol: u16,
    /// Key and key exchange.
    pub key_exchange: u16,
    /// Ciphers.
    pub cipher: u16,
    /// Weighted together.
    pub total: u16,
}

/// A policy in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listing {
    /// Id.
    pub id: &'static str,
    /// Version.
    pub version: &'static str,
    /// Name for people.
    pub title: &'static Words,
    /// Date of that version.
    pub date: Date,
    /// How sure.
    pub certainty: Certainty,
    /// Points that are not looked at.
    pub not_judged: &'static [String],
    /// Where it was read.
    pub sources: &'static [Source],
}

pub use data::Source;

/// Rates a server by every policy, in the order in which people see them.
pub fn rate(rated: Rated<'_>) -> Vec<Rating> {
    all().iter().map(|policy| one(policy, rated)).collect()
}

/// The policies.
pub fn policies() -> Vec<Listing> {
    let list = all().iter().map(|policy| Listing {
        id: &policy.id,
        version: &policy.version,
        title: &policy.title,
        date: policy.date,
        certainty: policy.certainty,
        not_judged: &policy.not_judged,
        sources: &policy.sources,
    });
    list.collect()
}

/// The embedded policies, read once. One that cannot be read is left out; a test holds that none is.
fn all() -> &'static [Policy] {
    static ALL: std::sync::LazyLock<Vec<Policy>> = std::sync::LazyLock::new(|| {
        let read = |text: &&str| Policy::parse(text).ok();
        EMBEDDED.iter().filter_map(read).collect()
    });
    &ALL
}

fn one(policy: &'static Policy, rated: Rated<'_>) -> Rating {
    let found = match &policy.kind {
        Kind::Tiers(tiers) => tiers::rate(tiers, rated),
        Kind::Letters(letters) => letters::rate(letters, rated),
    };
    let mut reasons = found.reasons;
    let more = reasons.len().saturating_sub(REASONS);
    if more > 0 {
        reasons.truncate(REASONS);
        reasons.push(Words {
            vi: format!("và {more} lý do khác"),
            en: format!("and {more} more"),
        });
    }
    Rating {
        policy: &policy.id,
        version: &policy.version,
        title: &policy.title,
        with_trust: found.with_trust,
        without_trust: found.without_trust,
        reasons,
        scores: found.scores,
        not_judged: &policy.not_judged,
        certainty: policy.certainty,
    }
}

/// What a kind of policy finds.
struct Found {
    with_trust: Answer,
    without_trust: Answer,
    reasons: Vec<Words>,
    scores: Option<Scores>,
}

impl Answer {
    fn known(verdict: &str, text: &Words) -> Self {
        Self {
            verdict: verdict.to_owned(),
            text: text.clone(),
            at_best: None,
        }
    }

    /// Not known; `best` is what is still possible.
    fn unknown(best: &str, text: &Words) -> Self {
        Self {
            verdict: UNKNOWN.to_owned(),
            text: Words {
                vi: format!("chưa rõ, cao nhất là {}", text.vi),
                en: format!("unknown, at best {}", text.en),
            },
            at_best: Some(best.to_owned()),
        }
    }
}

fn words(text: Text) -> Words {
    Words {
        vi: text.vi.to_owned(),
        en: text.en.to_owned(),
    }
}
