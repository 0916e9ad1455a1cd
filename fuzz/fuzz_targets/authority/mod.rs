//! An authority whose signing key is known, so that what the fuzzer writes is signed as by an issuer and
//! the readers get past the signature. Its certificate and the one that it issued are in `authority/`.

use aws_lc_rs::signature::Ed25519KeyPair;
use jiff::Timestamp;
use luytre_checks::fact::{Revocation, RevocationFault, RevocationStatus};
use luytre_scanner::probe::chain::revocation::{Issuer, Subject};

/// The certificate of the authority.
const ISSUER: &[u8] = include_bytes!("../../authority/issuer.der");
/// A certificate that it issued.
const LEAF: &[u8] = include_bytes!("../../authority/leaf.der");
/// AlgorithmIdentifier of Ed25519 (RFC 8410).
pub const ALGORITHM: [u8; 7] = [0x30, 5, 6, 3, 0x2B, 0x65, 0x70];

/// The certificate of whose revocation is asked.
pub fn subject() -> Subject<'static> {
    Subject {
        position: 0,
        certificate: LEAF,
        issuer: Issuer::Certificate(ISSUER),
    }
}

/// A moment inside the dates of the seeds.
pub fn at() -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("a time")
}

/// Whether `found` is what an answer that the authority signed may say: nothing, what stands now, or a
/// revocation, which has no end.
pub fn holds(found: &Revocation) -> bool {
    let begun = found.this_update.is_some_and(|this| this <= at());
    match (found.status, found.fault) {
        (RevocationStatus::Unknown, _) => true,
        (_, None) => begun && found.next_update >= Some(at()),
        (RevocationStatus::Revoked, Some(RevocationFault::NoEnd)) => begun,
        _ => false,
    }
}

/// The contents of a BIT STRING with the signature of the authority over `message`.
pub fn sign(message: &[u8]) -> Vec<u8> {
    let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a key");
    [&[0], key.sign(message).as_ref()].concat()
}

/// A value in DER.
pub fn tlv(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let contents = contents.concat();
    let length = contents.len().to_be_bytes();
    let zeros = length.iter().take_while(|byte| **byte == 0).count();
    let mut out = vec![tag];
    match contents.len() {
        short @ 0..0x80 => out.extend(u8::try_from(short)),
        _ => {
            out.extend(u8::try_from(length.len() - zeros).map(|count| 0x80 | count));
            out.extend(&length[zeros..]);
        }
    }
    out.extend(contents);
    out
}
