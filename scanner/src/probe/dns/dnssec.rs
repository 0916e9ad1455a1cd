//! Signatures of a zone, as our resolver sees them.
//!
//! A resolver that knows nothing of signatures answers like an unsigned zone does. So *no* needs a
//! control: the root, which is signed, must come with signatures from the same resolver, and be found
//! right by it where it is said to have found something wrong.

use hickory_resolver::proto::rr::{Name, RecordType};
use jiff::Timestamp;
use luytre_checks::{Tri, fact::Dnssec};

use super::ask::{Asker, Checked};

pub(super) async fn dnssec(asker: &Asker<'_>, zone: &Name) -> Dnssec {
    let delegated = delegated(asker, zone).await;
    let validated = validated(asker, zone, delegated).await;
    let (signed_from, signed_until) = nearest_end(asker, zone).await.unzip();
    Dnssec {
        delegated,
        validated,
        signed_from,
        signed_until,
        algorithms: algorithms(asker, zone).await,
    }
}

/// The algorithms of the keys in use at the apex.
async fn algorithms(asker: &Asker<'_>, zone: &Name) -> Option<Vec<u8>> {
    let answer = asker
        .ask(zone, RecordType::DNSKEY, Checked::No)
        .await
        .ok()?;
    answer.exists()?;
    let mut algorithms: Vec<u8> = answer.algorithms().collect();
    algorithms.sort_unstable();
    algorithms.dedup();
    Some(algorithms)
}

/// Whether the parent holds a DS record.
async fn delegated(asker: &Asker<'_>, zone: &Name) -> Tri {
    let Ok(answer) = asker.ask(zone, RecordType::DS, Checked::No).await else {
        return Tri::Unknown;
    };
    if answer.of(RecordType::DS).next().is_some() {
        return Tri::Yes;
    }
    // The zone itself has no DS records either: only the word of its parent counts (RFC 4035 3.1.4.1).
    let mut apexes = answer.apexes();
    let by_parent = apexes.any(|apex| apex != *zone && apex.zone_of(zone));
    if answer.exists() != Some(true) || !by_parent {
        return Tri::Unknown;
    }
    if answer.signatures().next().is_some() || hands_on_signatures(asker).await {
        Tri::No
    } else {
        Tri::Unknown
    }
}

/// Whether the resolver finds the zone right. *No* needs a refusal, asked for again, of what it gives
/// where it is told not to check, while it finds the root right.
async fn validated(asker: &Asker<'_>, zone: &Name, delegated: Tri) -> Tri {
    let soa = |checked| asker.ask(zone, RecordType::SOA, checked);
    let Ok(first) = soa(Checked::Yes).await else {
        return Tri::Unknown;
    };
    if first.of(RecordType::SOA).next().is_some() {
        return if first.secure { Tri::Yes } else { Tri::Unknown };
    }
    let unchecked = soa(Checked::No).await;
    let given = unchecked.is_ok_and(|answer| answer.of(RecordType::SOA).next().is_some());
    if first.exists().is_some() || !given || delegated != Tri::Yes || !validates(asker).await {
        return Tri::Unknown;
    }
    match soa(Checked::Yes).await {
        Ok(again) if again.exists().is_none() => Tri::No,
        _ => Tri::Unknown,
    }
}

/// Whether the resolver hands signatures on: the root has them.
async fn hands_on_signatures(asker: &Asker<'_>) -> bool {
    let root = asker.ask(&Name::root(), RecordType::SOA, Checked::No).await;
    root.is_ok_and(|answer| answer.signatures().next().is_some())
}

/// Whether the resolver checks signatures: it finds the root right.
pub(super) async fn validates(asker: &Asker<'_>) -> bool {
    let root = asker
        .ask(&Name::root(), RecordType::SOA, Checked::Yes)
        .await;
    root.is_ok_and(|answer| answer.secure && answer.of(RecordType::SOA).next().is_some())
}

/// The signature at the apex that has the least of its life left.
async fn nearest_end(asker: &Asker<'_>, zone: &Name) -> Option<(Timestamp, Timestamp)> {
    let now = Timestamp::now().as_second();
    let left = |(from, until): &(Timestamp, Timestamp)| {
        let life = (until.as_second() - from.as_second()).max(1);
        (until.as_second() - now).saturating_mul(1_000_000) / life
    };
    let mut found = Vec::new();
    for kind in [RecordType::SOA, RecordType::DNSKEY] {
        if let Ok(answer) = asker.ask(zone, kind, Checked::No).await {
            found.extend(answer.signatures());
        }
    }
    found.into_iter().min_by_key(left)
}
