//! A policy as it stands in TOML.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Tri;
use crate::{
    fact::{Features, Flaws, Group, Suite, TlsVersion},
    policy::{Certainty, Words},
};

/// A policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    id: String,
    version: String,
    date: Date,
    title: Words,
    certainty: Certainty,
    #[serde(default)]
    not_judged: Vec<String>,
    sources: Vec<Source>,
    tiers: Option<Tiers>,
    letters: Option<Letters>,
}

/// A policy that was read and makes sense.
#[derive(Debug)]
pub(super) struct Policy {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) date: Date,
    pub(super) title: Words,
    pub(super) certainty: Certainty,
    pub(super) not_judged: Vec<String>,
    pub(super) sources: Vec<Source>,
    pub(super) kind: Kind,
}

/// How a policy rates.
#[derive(Debug)]
pub(super) enum Kind {
    Tiers(Tiers),
    Letters(Letters),
}

/// Where a policy was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Name by which rules refer to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it is.
    pub title: String,
    /// Where its author publishes it.
    pub url: String,
    /// Public repository in which it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Path in that repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Commit of that repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Its date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Whether it is the author's own words.
    pub certainty: Certainty,
}

impl Policy {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let raw: Raw = toml::from_str(text).map_err(|error| error.to_string())?;
        let kind = match (raw.tiers, raw.letters) {
            (Some(tiers), None) if !tiers.tier.is_empty() => Kind::Tiers(tiers),
            (None, Some(letters)) => Kind::Letters(letters),
            _ => return Err(format!("{}: either tiers or letters", raw.id)),
        };
        if let Kind::Letters(letters) = &kind {
            let mut rules = letters.caps.iter().chain(&letters.trust);
            let known = |id: &str| raw.sources.iter().any(|s| s.id.as_deref() == Some(id));
            if let Some(rule) = rules.find(|rule| !known(&rule.source)) {
                return Err(format!("{}: no source is called {}", raw.id, rule.source));
            }
        }
        Ok(Self {
            id: raw.id,
            version: raw.version,
            date: raw.date,
            title: raw.title,
            certainty: raw.certainty,
            not_judged: raw.not_judged,
            sources: raw.sources,
            kind,
        })
    }
}

/// Lists of what is good to which degree; the worst thing offered decides.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tiers {
    /// Whether every certificate counts, or the best of them.
    pub(super) certificates: Which,
    /// Whether a certificate that is not trusted, or not for the name, is `otherwise`.
    #[serde(default)]
    pub(super) trust: bool,
    /// What stands in no list.
    pub(super) otherwise: Word,
    #[serde(default)]
    pub(super) features: Vec<FeatureRule>,
    /// Best first.
    pub(super) tier: Vec<Tier>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Which {
    Any,
    Every,
}

/// A verdict and its name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Word {
    pub(super) verdict: String,
    pub(super) text: Words,
}

/// One degree.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tier {
    pub(super) verdict: String,
    pub(super) text: Words,
    #[serde(default)]
    pub(super) versions: Vec<TlsVersion>,
    #[serde(default)]
    pub(super) suites: Vec<Suite>,
    #[serde(default)]
    pub(super) groups: Vec<Group>,
    /// Least size of a finite field, registered or not.
    pub(super) dh_bits: Option<u16>,
    /// Least size of an RSA key.
    pub(super) rsa_bits: Option<u32>,
    #[serde(default)]
    pub(super) key_curves: Vec<String>,
    /// Kinds of keys of one size.
    #[serde(default)]
    pub(super) key_kinds: Vec<String>,
    #[serde(default)]
    pub(super) certificate_signatures: Vec<String>,
    /// Longest validity of a certificate.
    pub(super) lifetime_days: Option<u16>,
    /// Hashes (or schemes without a choice) of signatures in the handshake.
    #[serde(default)]
    pub(super) signature_hashes: Vec<String>,
}

/// A feature that decides by itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FeatureRule {
    pub(super) name: Feature,
    pub(super) is: Tri,
    pub(super) verdict: String,
    /// Whether it may be worse than that.
    #[serde(default)]
    pub(super) at_best: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Feature {
    Compression,
    SecureRenegotiation,
    ClientRenegotiation,
    EarlyData,
}

impl Feature {
    pub(super) const fn of(self, features: &Features) -> Tri {
        match self {
            Self::Compression => features.compression,
            Self::SecureRenegotiation => features.secure_renegotiation,
            Self::ClientRenegotiation => features.client_renegotiation,
            Self::EarlyData => features.early_data,
        }
    }

    /// Whether it belongs to TLS 1.3; the others end with TLS 1.2.
    pub(super) fn is_modern(self) -> bool {
        self == Self::EarlyData
    }

    pub(super) const fn words(self) -> [&'static str; 2] {
        match self {
            Self::Compression => ["nén TLS", "TLS compression"],
            Self::SecureRenegotiation => ["thương lượng lại an toàn", "secure renegotiation"],
            Self::ClientRenegotiation => [
                "máy khách tự thương lượng lại",
                "renegotiation by the client",
            ],
            Self::EarlyData => ["dữ liệu sớm (0-RTT)", "early data (0-RTT)"],
        }
    }
}

/// Scores, a letter, and caps on it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Letters {
    pub(super) weights: Weights,
    /// Best first.
    pub(super) scale: Vec<Step>,
    pub(super) protocol: BTreeMap<TlsVersion, u16>,
    pub(super) key_exchange: Vec<Below>,
    pub(super) anonymous: u16,
    pub(super) export: u16,
    pub(super) cipher: Vec<Below>,
    pub(super) curves: Vec<Like>,
    pub(super) caps: Vec<Rule>,
    pub(super) trust: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Weights {
    pub(super) protocol: u16,
    pub(super) key_exchange: u16,
    pub(super) cipher: u16,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub(super) at_least: u16,
    pub(super) letter: Letter,
}

/// The score of a size below some bits.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Below {
    pub(super) below: u32,
    pub(super) score: u16,
}

/// The RSA key of like strength to a curve below some bits.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Like {
    pub(super) below: u32,
    pub(super) bits: u32,
}

/// Letters, worst first. T and M stand outside the scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(super) enum Letter {
    M,
    T,
    F,
    E,
    D,
    C,
    B,
    #[serde(rename = "A-")]
    AMinus,
    A,
}

impl Letter {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::M => "M",
            Self::T => "T",
            Self::F => "F",
            Self::E => "E",
            Self::D => "D",
            Self::C => "C",
            Self::B => "B",
            Self::AMinus => "A-",
            Self::A => "A",
        }
    }
}

/// No better than a letter, if a condition holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub(super) letter: Letter,
    pub(super) when: When,
    pub(super) why: Words,
    pub(super) source: String,
}

/// The closed list of conditions. `true` stands for the condition itself.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum When {
    Offered(TlsVersion),
    NotOffered(TlsVersion),
    NeitherOffered([TlsVersion; 2]),
    BestOffered(TlsVersion),
    /// Any suite of a kind.
    Suite(InVersions),
    /// What a current client would get: the server's first choice, or all there is.
    Preferred(InVersions),
    Flaw(Flaw),
    Compression(True),
    InsecureRenegotiation(True),
    NoSecureRenegotiation(True),
    /// Key of the certificate or of the exchange, as RSA of like strength.
    KeyBelow(u32),
    CertificateHash(String),
    ChainIncomplete(True),
    Untrusted(True),
    OutOfDate(True),
    Revoked(True),
    NameMismatch(True),
}

/// The word `true`: a condition that says `false` is refused.
#[derive(Debug, Deserialize)]
#[serde(try_from = "bool")]
pub(super) struct True;

impl TryFrom<bool> for True {
    type Error = &'static str;

    fn try_from(value: bool) -> Result<Self, Self::Error> {
        value.then_some(Self).ok_or("only `true` makes sense here")
    }
}

/// A kind of suite in a span of versions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InVersions {
    pub(super) kind: SuiteKind,
    pub(super) from: Option<TlsVersion>,
    pub(super) until: Option<TlsVersion>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SuiteKind {
    Export,
    #[serde(rename = "below_112_bits")]
    Below112Bits,
    Rc4,
    Cbc,
    Block64,
    NoForwardSecrecy,
    NotAead,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Flaw {
    Heartbleed,
    CcsInjection,
    Robot,
    Ticketbleed,
}

impl Flaw {
    pub(super) const fn of(self, flaws: &Flaws) -> Tri {
        match self {
            Self::Heartbleed => flaws.heartbleed,
            Self::CcsInjection => flaws.ccs_injection,
            Self::Robot => flaws.robot,
            Self::Ticketbleed => flaws.ticketbleed,
        }
    }
}
