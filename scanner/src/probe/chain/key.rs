//! Public keys of certificates.

use luytre_checks::fact::Key;
use sha2::{Digest, Sha256};
use x509_parser::{prelude::FromDer, public_key::PublicKey, x509::SubjectPublicKeyInfo};

use crate::hex::hex;

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

/// Describes a public key.
pub(super) fn read(spki: &SubjectPublicKeyInfo<'_>) -> Key {
    let oid = spki.algorithm.algorithm.to_id_string();
    let sha256 = hex(&Sha256::digest(spki.raw));
    let key = |kind: &str, bits, curve| Key {
        kind: kind.to_owned(),
        bits,
        curve,
        sha256: sha256.clone(),
        ..Key::default()
    };
    match oid.as_str() {
        // rsaEncryption and id-RSASSA-PSS.
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => key("rsa", rsa_bits(spki), None),
        "1.2.840.10045.2.1" => {
            let curve = curve_oid(spki).unwrap_or_default();
            let row = CURVES.iter().find(|row| row.0 == curve);
            let point = bytes(&spki.subject_public_key.data);
            // Two coordinates behind one byte of form, where the curve is not known.
            let bits = row.map_or(point.saturating_sub(1) * 4, |row| row.2);
            key("ec", bits, Some(row.map_or(curve, |row| row.1.to_owned())))
        }
        "1.3.101.112" => key("ed25519", 256, None),
        "1.3.101.113" => key("ed448", 456, None),
        "1.2.840.10040.4.1" => key("dsa", dsa_bits(spki), None),
        other => key(
            other,
            bytes(&spki.subject_public_key.data).saturating_mul(8),
            None,
        ),
    }
}

/// The group of the registry that the elliptic key of the certificate `der` lies on.
pub(crate) fn curve_of(der: &[u8]) -> Option<u16> {
    let (_, certificate) = x509_parser::certificate::X509Certificate::from_der(der).ok()?;
    let oid = curve_oid(certificate.public_key())?;
    CURVES.iter().find(|row| row.0 == oid).map(|row| row.3)
}

fn curve_oid(spki: &SubjectPublicKeyInfo<'_>) -> Option<String> {
    let oid = spki.algorithm.parameters.as_ref()?.as_oid().ok()?;
    Some(oid.to_id_string())
}

fn rsa_bits(spki: &SubjectPublicKeyInfo<'_>) -> u32 {
    match spki.parsed() {
        Ok(PublicKey::RSA(key)) => bits(key.modulus),
        _ => 0,
    }
}

/// The size of the prime p (RFC 3279 section 2.3.2).
fn dsa_bits(spki: &SubjectPublicKeyInfo<'_>) -> u32 {
    let parameters = spki.algorithm.parameters.as_ref();
    let prime = parameters.and_then(|sequence| {
        x509_parser::asn1_rs::Integer::from_der(sequence.data)
            .ok()
            .map(|(_, prime)| bits(prime.as_ref()))
    });
    prime.unwrap_or(0)
}

fn bytes(data: &[u8]) -> u32 {
    u32::try_from(data.len()).unwrap_or(u32::MAX)
}

fn bits(number: &[u8]) -> u32 {
    let start = number
        .iter()
        .position(|byte| *byte != 0)
        .unwrap_or(number.len());
    let number = &number[start..];
    let spare = number.first().map_or(0, |byte| byte.leading_zeros());
    bytes(number).saturating_mul(8).saturating_sub(spare)
}
