//! What the extensions of a certificate say.

use luytre_checks::fact::Extensions;

use super::{
    der::Tlv,
    text::capped,
    view::{KEY_USAGES, View, identifier, oid, url},
};
use crate::hex::hex;

/// Most purposes, policies and unknown extensions kept.
const MOST_KEPT: usize = 64;

/// Most addresses kept of one kind, and characters of each.
const MOST_ADDRESSES: usize = 8;
const LONGEST_ADDRESS: usize = 512;

/// Names of RFC 5280 4.2.1.12 by the last part of id-kp.
const PURPOSES: [(u8, &str); 6] = [
    (1, "serverAuth"),
    (2, "clientAuth"),
    (3, "codeSigning"),
    (4, "emailProtection"),
    (8, "timeStamping"),
    (9, "OCSPSigning"),
];

/// Reads them. An extension that is malformed reads as absent; the profile says that it is malformed.
pub(super) fn read(view: &View<'_>) -> Extensions {
    let known = |one: &&super::view::Extension<'_>| one.critical && !oid::KNOWN.contains(&one.oid);
    Extensions {
        key_usage: view.key_usage().map(key_usages),
        extended_key_usage: view
            .purposes()
            .map(|all| all.iter().take(MOST_KEPT).map(|one| purpose(one)).collect()),
        path_length: view
            .basic()
            .and_then(|basic| basic.length)
            .and_then(path_length),
        subject_key_id: view.subject_key().map(short),
        authority_key_id: view.authority_key().and_then(|key| key.id).map(short),
        // status_request is 5 (RFC 6066 1.1).
        must_staple: view
            .features()
            .is_some_and(|features| features.contains(&&[5][..])),
        policies: view
            .policies()
            .unwrap_or_default()
            .iter()
            .take(MOST_KEPT)
            .map(|(policy, _)| identifier(policy))
            .collect(),
        crl: view
            .points()
            .unwrap_or_default()
            .iter()
            .flat_map(super::view::Point::urls)
            .take(MOST_ADDRESSES)
            .map(address)
            .collect(),
        ocsp: information(view, oid::OCSP),
        issuers: information(view, oid::CA_ISSUERS),
        unknown_critical: view
            .extensions()
            .iter()
            .filter(known)
            .take(MOST_KEPT)
            .map(|one| identifier(one.oid))
            .collect(),
    }
}

fn key_usages(bits: u16) -> Vec<String> {
    let named = KEY_USAGES.iter().enumerate();
    named
        .filter(|(number, _)| bits >> number & 1 == 1)
        .map(|(_, name)| (*name).to_owned())
        .collect()
}

fn purpose(purpose: &[u8]) -> String {
    if purpose == oid::ANY_USAGE {
        return "anyExtendedKeyUsage".to_owned();
    }
    let named = purpose
        .strip_prefix(oid::KEY_PURPOSE)
        .and_then(|last| PURPOSES.iter().find(|row| last == [row.0]));
    named.map_or_else(|| identifier(purpose), |row| row.1.to_owned())
}

/// Lengths past any chain become the largest number.
fn path_length(number: &[u8]) -> Option<u32> {
    if number.first()? & 0x80 != 0 {
        return None;
    }
    let fold = number.iter().try_fold(0u32, |sum, byte| {
        sum.checked_mul(256)?.checked_add(u32::from(*byte))
    });
    Some(fold.unwrap_or(u32::MAX))
}

fn information(view: &View<'_>, method: &[u8]) -> Vec<String> {
    let all = view.information().unwrap_or_default();
    all.iter()
        .filter(|(kind, _)| *kind == method)
        .filter_map(|(_, name): &(&[u8], Tlv<'_>)| url(name))
        .take(MOST_ADDRESSES)
        .map(address)
        .collect()
}

fn address(bytes: &[u8]) -> String {
    let bytes = bytes.get(..LONGEST_ADDRESS * 4).unwrap_or(bytes);
    capped(&String::from_utf8_lossy(bytes), LONGEST_ADDRESS)
}

/// Identifiers are 20 bytes by custom; a longer one is cut.
fn short(id: &[u8]) -> String {
    hex(id.get(..64).unwrap_or(id))
}
