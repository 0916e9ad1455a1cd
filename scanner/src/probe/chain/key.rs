//! Public keys of certificates.

use std::fmt::Write;

use luytre_checks::fact::Key;
use sha2::{Digest, Sha256};

use super::{
    der::tag,
    view::{PublicKey, View, identifier},
};
use crate::hex::hex;

/// Largest modulus kept, in bits.
const LARGEST_MODULUS: u32 = 16_384;

/// Curves: OID, name, bits, number in the registry of groups.
const CURVES: &[(&str, &str, u32, u16)] = &[
    ("1.2.840.10045.3.1.1", "secp192r1", 192, 0x13),
    ("1.3.132.0.33", "secp224r1", 224, 0x15),
    ("1.2.840.10045.3.1.7", "secp256r1", 256, 0x17),
    ("1.3.132.0.34", "secp384r1", 384, 0x18),
    ("1.3.132.0.35", "secp521r1", 521, 0x19),
    ("1.3.132.0.10", "secp256k1", 256, 0x16),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1", 256, 0x1A),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1", 384, 0x1B),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1", 512, 0x1C),
    ("1.2.156.10197.1.301", "curveSM2", 256, 0x29),
];

/// Describes the public key of the certificate taken apart as `view`.
pub(super) fn read(view: &View<'_>) -> Key {
    let raw = spki(view).unwrap_or_default();
    describe(&view.key, raw)
}

/// Describes a public key; `raw` are the bytes of its SubjectPublicKeyInfo.
pub(super) fn describe(key: &PublicKey<'_>, raw: &[u8]) -> Key {
    let found = |kind: &str, bits| Key {
        kind: kind.to_owned(),
        bits,
        sha256: hex(&Sha256::digest(raw)),
        ..Key::default()
    };
    match identifier(key.algorithm.oid).as_str() {
        // rsaEncryption and id-RSASSA-PSS.
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => match key.rsa() {
            Some((modulus, exponent)) => Key {
                modulus: kept(modulus),
                exponent: decimal(exponent),
                ..found("rsa", bits(modulus))
            },
            None => found("rsa", 0),
        },
        "1.2.840.10045.2.1" => {
            let curve = curve_oid(key).unwrap_or_default();
            let row = CURVES.iter().find(|row| row.0 == curve);
            // Two coordinates behind one byte of form, where the curve is not known.
            let size = row.map_or(bytes(key.bytes).saturating_sub(1) * 4, |row| row.2);
            Key {
                curve: Some(row.map_or(curve, |row| row.1.to_owned())),
                ..found("ec", size)
            }
        }
        "1.3.101.112" => found("ed25519", 256),
        "1.3.101.113" => found("ed448", 456),
        "1.2.840.10040.4.1" => found("dsa", dsa_bits(key)),
        other => found(other, bytes(key.bytes).saturating_mul(8)),
    }
}

/// Describes a bare SubjectPublicKeyInfo.
pub(crate) fn of_spki(der: &[u8]) -> Option<Key> {
    let tlv = super::der::whole(der)?;
    Some(describe(&PublicKey::of(tlv)?, der))
}

/// The group of the registry that the elliptic key of the certificate `der` lies on.
pub(crate) fn curve_of(der: &[u8]) -> Option<u16> {
    let oid = curve_oid(&View::of(der)?.key)?;
    CURVES.iter().find(|row| row.0 == oid).map(|row| row.3)
}

/// All bytes of the SubjectPublicKeyInfo: the fifth element after an optional version.
pub(super) fn spki<'a>(view: &View<'a>) -> Option<&'a [u8]> {
    let mut inside = view.tbs.inside();
    inside.optional(tag::explicit(0));
    inside.nth(5).map(|tlv| tlv.raw)
}

fn curve_oid(key: &PublicKey<'_>) -> Option<String> {
    let oid = key.algorithm.parameters?.of(tag::OID)?;
    Some(identifier(oid))
}

/// The size of the prime p (RFC 3279 section 2.3.2).
fn dsa_bits(key: &PublicKey<'_>) -> u32 {
    let prime = key
        .algorithm
        .parameters
        .and_then(|all| all.sequence(tag::SEQUENCE)?.expect(tag::INTEGER));
    prime.map_or(0, |prime| bits(prime.value))
}

fn bytes(data: &[u8]) -> u32 {
    u32::try_from(data.len()).unwrap_or(u32::MAX)
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let start = number.iter().position(|byte| *byte != 0);
    start.and_then(|at| number.get(at..)).unwrap_or_default()
}

fn bits(number: &[u8]) -> u32 {
    let number = without_zeros(number);
    let spare = number.first().map_or(0, |byte| byte.leading_zeros());
    bytes(number).saturating_mul(8).saturating_sub(spare)
}

/// The modulus as it is kept. A negative one is read as the positive number of the same bytes, as
/// everybody does who meets one.
fn kept(modulus: &[u8]) -> Option<String> {
    let size = bits(modulus);
    (size > 0 && size <= LARGEST_MODULUS).then(|| {
        let text = hex(without_zeros(modulus));
        text.trim_start_matches('0').to_owned()
    })
}

/// A positive number of at most [`LARGEST_MODULUS`] bits in decimal.
fn decimal(number: &[u8]) -> Option<String> {
    const STEP: u64 = 1_000_000_000;
    if bits(number) > LARGEST_MODULUS {
        return None;
    }
    let mut groups: Vec<u64> = vec![0];
    for byte in without_zeros(number) {
        let mut carry = u64::from(*byte);
        for group in &mut groups {
            let value = *group * 256 + carry;
            *group = value % STEP;
            carry = value / STEP;
        }
        if carry > 0 {
            groups.push(carry);
        }
    }
    let mut out = groups.pop()?.to_string();
    for group in groups.iter().rev() {
        // Writing to a String cannot fail.
        let _ = write!(out, "{group:09}");
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_decimal() {
        for (number, text) in [
            (&[1, 0, 1][..], "65537"),
            (&[0], "0"),
            (&[], "0"),
            (&[0, 3], "3"),
            (&[0x3B, 0x9A, 0xCA, 0], "1000000000"),
            (&[255; 16], "340282366920938463463374607431768211455"),
        ] {
            assert_eq!(decimal(number).as_deref(), Some(text), "{number:?}");
        }
        assert_eq!(decimal(&[255; 2049]), None);
        assert_eq!(kept(&[0, 0x0F, 0xFF]).as_deref(), Some("fff"));
        assert_eq!(kept(&[0]), None);
    }
}
