//! The zone that holds a name, and how it is kept.

use aws_lc_rs::rand;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use luytre_checks::{
    Tri, Unmeasured,
    fact::{DnsFact, Pointer, PointerKind, Soa},
};

use super::{
    MOST,
    answer::{name_of, shown},
    ask::{Asker, Checked},
    upwards,
};
use crate::hex::hex;

/// Names that records point to, of each kind, that are asked about.
const MOST_TARGETS: usize = 8;

/// The apex of the zone that holds `name`. Signatures are not checked here: a zone with broken ones is a
/// zone too.
pub(super) async fn apex(asker: &Asker<'_>, name: &Name) -> Result<Option<Name>, Unmeasured> {
    for place in upwards(name) {
        let answer = asker.ask(&place, RecordType::SOA, Checked::No).await?;
        if answer.exists().is_none() {
            return Ok(None);
        }
        // What stands behind an alias is somebody else's zone.
        if answer.is_alias() {
            continue;
        }
        if let Some(apex) = answer.apexes().find(|apex| apex.zone_of(&place)) {
            return Ok(Some(apex).filter(|apex| !apex.is_root()));
        }
    }
    Ok(None)
}

pub(super) async fn name_servers(asker: &Asker<'_>, zone: &Name) -> Option<Vec<String>> {
    let answer = asker.ask(zone, RecordType::NS, Checked::No).await.ok()?;
    let servers = answer.of(RecordType::NS).filter_map(|data| match data {
        RData::NS(server) => Some(shown(&server.0)),
        _ => None,
    });
    let mut servers: Vec<String> = servers.collect();
    servers.sort_unstable();
    servers.dedup();
    servers.truncate(MOST);
    // A zone without name servers is no answer.
    (answer.exists() == Some(true) && !servers.is_empty()).then_some(servers)
}

/// The timers of the zone (RFC 1035 3.3.13).
pub(super) async fn soa(asker: &Asker<'_>, zone: &Name) -> Option<Soa> {
    let answer = asker.ask(zone, RecordType::SOA, Checked::No).await.ok()?;
    let found = answer.of(RecordType::SOA).next()?;
    let RData::SOA(soa) = found else {
        return None;
    };
    // They are 32 bits without a sign.
    Some(Soa {
        primary: shown(&soa.mname),
        refresh: soa.refresh.cast_unsigned(),
        retry: soa.retry.cast_unsigned(),
        expire: soa.expire.cast_unsigned(),
        minimum: soa.minimum,
    })
}

/// Whether names that nobody made have addresses: two that nobody can have made are asked about.
pub(super) async fn wildcard(asker: &Asker<'_>, zone: &Name) -> Tri {
    let mut found = Vec::new();
    for _ in 0..2 {
        let mut bytes = [0; 12];
        if rand::fill(&mut bytes).is_err() {
            return Tri::Unknown;
        }
        let Ok(name) = zone.prepend_label(format!("luytre-{}", hex(&bytes))) else {
            return Tri::Unknown;
        };
        let Ok(answer) = asker.ask(&name, RecordType::A, Checked::No).await else {
            return Tri::Unknown;
        };
        let there = answer.of(RecordType::A).next().is_some() || answer.is_alias();
        found.push(match answer.exists() {
            Some(_) if there => Tri::Yes,
            Some(false) => Tri::No,
            // A name without addresses: a wildcard for something else, or a server that denies by
            // saying less than that there is no such name (RFC 9824).
            Some(true) | None => Tri::Unknown,
        });
    }
    match found.as_slice() {
        [one, other] if one == other => *one,
        _ => Tri::Unknown,
    }
}

/// What the records of the zone point to, and whether it is there.
pub(super) async fn targets(asker: &Asker<'_>, fact: &DnsFact) -> Option<Vec<Pointer>> {
    let servers = fact.name_servers.iter().flatten();
    let servers = servers.map(|to| (PointerKind::NameServer, to));
    let mail = fact.mail.servers.iter().flatten();
    let mail = mail
        .filter(|to| *to != ".")
        .map(|to| (PointerKind::Mail, to));
    if fact.name_servers.is_none() && fact.mail.servers.is_none() {
        return None;
    }
    let mut found = Vec::new();
    for (kind, to) in servers.take(MOST_TARGETS).chain(mail.take(MOST_TARGETS)) {
        found.push(Pointer {
            kind,
            to: to.clone(),
            exists: match name_of(to) {
                Some(name) => has_address(asker, &name).await,
                None => Tri::Unknown,
            },
        });
    }
    Some(found)
}

/// Whether a name has an address. *No* only if it does not exist, or is known to have neither kind.
async fn has_address(asker: &Asker<'_>, name: &Name) -> Tri {
    let mut known = true;
    for kind in [RecordType::A, RecordType::AAAA] {
        let Ok(answer) = asker.ask(name, kind, Checked::No).await else {
            known = false;
            continue;
        };
        match answer.exists() {
            Some(true) if answer.of(kind).next().is_some() => return Tri::Yes,
            Some(false) => return Tri::No,
            Some(true) => (),
            None => known = false,
        }
    }
    if known { Tri::No } else { Tri::Unknown }
}
