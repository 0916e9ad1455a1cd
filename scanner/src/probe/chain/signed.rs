//! Whether a key made a signature: over certificates, revocation lists and OCSP answers.

use aws_lc_rs::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use luytre_checks::fact::Tri;

use super::{
    der::{tag, whole},
    key,
    view::{Algorithm, PublicKey, oid},
};

/// RSA keys whose signatures are checked. Larger ones cost time that a hostile server could waste.
const CHECKED_RSA: std::ops::RangeInclusive<u32> = 1024..=8192;

/// Contents of the identifiers of SHA-2 hashes, and their lengths.
pub(super) const SHA2: [(&[u8], u8); 3] = [
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1], 32),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2], 48),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3], 64),
];

/// id-mgf1.
const MGF1: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 8];

/// Whether `key` signed `message`.
///
/// Unknown where the library cannot tell: MD2, MD4 and MD5, SHA-224, Ed448, DSA, curves other than
/// those of NIST, RSA keys outside 1,024 to 8,192 bits, RSASSA-PSS with a salt of another length than
/// its hash. A signature that was never checked is neither right nor wrong.
pub(super) fn verify(
    key: &PublicKey<'_>,
    algorithm: &Algorithm<'_>,
    message: &[u8],
    signature: &[u8],
) -> Tri {
    let described = key::describe(key, &[]);
    let curve = described.curve.unwrap_or_default();
    let Some(check) = verification(algorithm, &described.kind, &curve, described.bits) else {
        return Tri::Unknown;
    };
    let valid = UnparsedPublicKey::new(check, key.bytes).verify(message, signature);
    Tri::from(valid.is_ok())
}

/// How to check a signature; none where our library cannot.
fn verification(
    algorithm: &Algorithm<'_>,
    kind: &str,
    curve: &str,
    bits: u32,
) -> Option<&'static dyn VerificationAlgorithm> {
    let rsa = kind == "rsa" && CHECKED_RSA.contains(&bits);
    let name = super::view::identifier(algorithm.oid);
    Some(match (name.as_str(), curve) {
        ("1.2.840.113549.1.1.5", _) if rsa => {
            &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY
        }
        ("1.2.840.113549.1.1.11", _) if rsa => {
            &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY
        }
        ("1.2.840.113549.1.1.12", _) if bits >= 2048 && rsa => {
            &signature::RSA_PKCS1_2048_8192_SHA384
        }
        ("1.2.840.113549.1.1.13", _) if rsa => {
            &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY
        }
        ("1.2.840.113549.1.1.10", _) if bits >= 2048 && rsa => match pss(algorithm)? {
            32 => &signature::RSA_PSS_2048_8192_SHA256,
            48 => &signature::RSA_PSS_2048_8192_SHA384,
            _ => &signature::RSA_PSS_2048_8192_SHA512,
        },
        ("1.2.840.10045.4.1", "secp256r1") => &signature::ECDSA_P256_SHA1_ASN1,
        ("1.2.840.10045.4.3.2", "secp256r1") => &signature::ECDSA_P256_SHA256_ASN1,
        ("1.2.840.10045.4.3.3", "secp256r1") => &signature::ECDSA_P256_SHA384_ASN1,
        ("1.2.840.10045.4.3.4", "secp256r1") => &signature::ECDSA_P256_SHA512_ASN1,
        ("1.2.840.10045.4.3.2", "secp384r1") => &signature::ECDSA_P384_SHA256_ASN1,
        ("1.2.840.10045.4.3.3", "secp384r1") => &signature::ECDSA_P384_SHA384_ASN1,
        ("1.2.840.10045.4.3.4", "secp384r1") => &signature::ECDSA_P384_SHA512_ASN1,
        ("1.2.840.10045.4.3.2", "secp521r1") => &signature::ECDSA_P521_SHA256_ASN1,
        ("1.2.840.10045.4.3.3", "secp521r1") => &signature::ECDSA_P521_SHA384_ASN1,
        ("1.2.840.10045.4.3.4", "secp521r1") => &signature::ECDSA_P521_SHA512_ASN1,
        ("1.3.101.112", _) if kind == "ed25519" => &signature::ED25519,
        _ => return None,
    })
}

/// The length of the hash of an RSASSA-PSS signature whose mask and salt fit that hash (RFC 4055
/// 3.1); none for every other set of parameters.
pub(super) fn pss(algorithm: &Algorithm<'_>) -> Option<u8> {
    let mut inside = algorithm.parameters?.sequence(tag::SEQUENCE)?;
    let hash = Algorithm::of(whole(inside.expect(tag::explicit(0))?.value)?)?;
    let mask = Algorithm::of(whole(inside.expect(tag::explicit(1))?.value)?)?;
    let salt = whole(inside.expect(tag::explicit(2))?.value)?.of(tag::INTEGER)?;
    let (_, length) = SHA2.into_iter().find(|row| row.0 == hash.oid)?;
    let same = mask.oid == MGF1 && Algorithm::of(mask.parameters?)?.oid == hash.oid;
    (same && salt == [length] && inside.done()).then_some(length)
}

/// Whether the key is an RSA key by either of its identifiers.
pub(super) fn is_rsa(key: &PublicKey<'_>) -> bool {
    [oid::RSA, oid::RSA_PSS].contains(&key.algorithm.oid)
}
