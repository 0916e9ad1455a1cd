//! Thresholds, resolved from the packs in force.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    PolicyError, ServiceKind, Transition, exposure,
    pack::{Pack, Settings},
};

/// Thresholds that checks use. Every value comes from a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Days before expiry at which a certificate is warned of, furthest first (30, 14, 7).
    pub certificate_warning_days: [u16; 3],
    /// Smallest RSA (and DSA, finite-field) key in bits.
    pub rsa_minimum_bits: u32,
    /// Smallest elliptic curve key in bits.
    pub ec_minimum_bits: u32,
    /// Shortest HSTS max-age in seconds.
    pub hsts_minimum_seconds: u64,
    /// Days before a transition date at which it is warned of.
    pub transition_warning_days: u16,
    /// Transition dates of the packs in force.
    #[serde(default)]
    pub transitions: Vec<Transition>,
    /// Which services should not answer from where.
    #[serde(default)]
    pub exposure: Vec<ServiceKind>,
}

/// The value of the highest rank that sets it; among packs of one rank the stricter. Every one of these
/// thresholds is stricter when it is larger.
fn pick<T: Ord>(packs: &[Pack], value: impl Fn(&Settings) -> Option<T>) -> Option<T> {
    let set = |pack: &Pack| Some((pack.rank, value(&pack.parameters)?));
    let strictest = packs.iter().filter_map(set).max();
    strictest.map(|(_, value)| value)
}

/// Parameters of `packs`, which are those in force on `day`.
pub(super) fn resolve(packs: &[Pack], day: Date) -> Result<Parameters, PolicyError> {
    let missing = |name: &str| PolicyError::Missing {
        day,
        value: name.to_owned(),
    };
    Ok(Parameters {
        certificate_warning_days: pick(packs, |p| p.certificate_warning_days)
            .ok_or_else(|| missing("certificate_warning_days"))?,
        rsa_minimum_bits: pick(packs, |p| p.rsa_minimum_bits)
            .ok_or_else(|| missing("rsa_minimum_bits"))?,
        ec_minimum_bits: pick(packs, |p| p.ec_minimum_bits)
            .ok_or_else(|| missing("ec_minimum_bits"))?,
        hsts_minimum_seconds: pick(packs, |p| p.hsts_minimum_seconds)
            .ok_or_else(|| missing("hsts_minimum_seconds"))?,
        transition_warning_days: pick(packs, |p| p.transition_warning_days)
            .ok_or_else(|| missing("transition_warning_days"))?,
        transitions: packs.iter().flat_map(|p| p.transitions.clone()).collect(),
        exposure: exposure::resolve(packs),
    })
}
