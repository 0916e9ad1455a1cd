//! Certificate policies along a path (RFC 5280 section 6.1), asked for any policy: what is decided is
//! whether a path that must stand under some policy does.

use std::collections::BTreeSet;

use super::certificate::Certificate;

/// anyPolicy.
const ANY: &[u8] = &[0x55, 0x1d, 0x20, 0];

/// The policies valid so far.
enum Valid<'a> {
    Any,
    These(BTreeSet<&'a [u8]>),
}

/// Whether the path stands, `path` from the leaf upwards, without the anchor.
pub(super) fn stands(path: &[&Certificate<'_>]) -> bool {
    let length = u32::try_from(path.len()).unwrap_or(u32::MAX);
    let mut valid = Valid::Any;
    let (mut explicit, mut inhibit_any, mut mapping) = (length + 1, length + 1, length + 1);
    for (place, certificate) in path.iter().enumerate().rev() {
        let x = &certificate.extensions;
        let own = certificate.is_self_issued();
        let any_counts = inhibit_any > 0 || (place > 0 && own);
        valid = match &x.policies {
            None => Valid::These(BTreeSet::new()),
            Some(policies) => narrow(valid, &policies.value, any_counts),
        };
        if explicit == 0 && valid.is_empty() {
            return false;
        }
        if place == 0 {
            // The wrap-up counts the leaf itself.
            let at_once = x
                .policy_constraints
                .is_some_and(|found| found.value.require_explicit == Some(0));
            let left = explicit.saturating_sub(1);
            return (left > 0 && !at_once) || !valid.is_empty();
        }
        if let Some(mappings) = &x.mappings {
            if mappings.value.iter().any(|(a, b)| *a == ANY || *b == ANY) {
                return false;
            }
            valid = map(valid, &mappings.value, mapping > 0);
        }
        if !own {
            explicit = explicit.saturating_sub(1);
            mapping = mapping.saturating_sub(1);
            inhibit_any = inhibit_any.saturating_sub(1);
        }
        if let Some(constraints) = x.policy_constraints {
            let lower = |count: u32, bound: Option<u32>| bound.map_or(count, |b| b.min(count));
            explicit = lower(explicit, constraints.value.require_explicit);
            mapping = lower(mapping, constraints.value.inhibit_mapping);
        }
        if let Some(skip) = x.inhibit_any {
            inhibit_any = inhibit_any.min(skip.value);
        }
    }
    true
}

impl Valid<'_> {
    fn is_empty(&self) -> bool {
        matches!(self, Valid::These(these) if these.is_empty())
    }
}

fn narrow<'a>(valid: Valid<'a>, policies: &[&'a [u8]], any_counts: bool) -> Valid<'a> {
    let any = any_counts && policies.contains(&ANY);
    match valid {
        Valid::Any if any => Valid::Any,
        Valid::Any => Valid::These(policies.iter().copied().filter(|p| *p != ANY).collect()),
        these if any => these,
        Valid::These(these) => {
            Valid::These(these.into_iter().filter(|p| policies.contains(p)).collect())
        }
    }
}

/// A mapped policy goes on under the names of the subject's domain, or ends where mapping is forbidden.
fn map<'a>(valid: Valid<'a>, mappings: &[(&'a [u8], &'a [u8])], allowed: bool) -> Valid<'a> {
    let Valid::These(these) = valid else {
        return Valid::Any;
    };
    let mapped = |policy: &&[u8]| mappings.iter().any(|(from, _)| from == policy);
    let mut out: BTreeSet<&[u8]> = these.iter().copied().filter(|p| !mapped(p)).collect();
    if allowed {
        let to = mappings.iter().filter(|(from, _)| these.contains(from));
        out.extend(to.map(|(_, to)| *to));
    }
    Valid::These(out)
}
