//! Keys and signatures of certificates: which we accept, and whether one holds.

use aws_lc_rs::signature::{self as aws, UnparsedPublicKey, VerificationAlgorithm};

use super::{
    certificate::{self, Certificate},
    der::{self, INTEGER, Malformed, NULL, OID, Reader, SEQUENCE},
};

/// The smallest RSA key that is strong enough, in bits (BR section 6.1.5).
const LEAST: usize = 2048;

/// The largest RSA key that we check signatures with: larger ones cost time.
const MOST_CHECKED: usize = 8192;

const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const P384: &[u8] = &[0x2b, 0x81, 4, 0, 0x22];
const P521: &[u8] = &[0x2b, 0x81, 4, 0, 0x23];

/// A public key that may sign or serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// With its size in bits.
    Rsa(usize),
    P256,
    P384,
    P521,
    Ed25519,
    MlDsa44,
    MlDsa65,
    MlDsa87,
}

/// Why a key or an algorithm is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// Too small or broken.
    Weak,
    /// We cannot check it.
    Unsupported,
    Malformed,
}

impl From<Malformed> for Refused {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

/// The kind of the key in a SubjectPublicKeyInfo.
pub(super) fn key(whole: &[u8]) -> Result<Key, Refused> {
    let (algorithm, bits) = certificate::key(whole)?;
    let (oid, mut parameters) = certificate::algorithm(algorithm)?;
    match oid {
        // rsaEncryption.
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1] => {
            null_or_nothing(parameters)?;
            rsa(bits)
        }
        // id-ecPublicKey.
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1] => {
            let curve = parameters.any()?;
            parameters.end()?;
            // Only named curves (RFC 5480 section 2.1.1).
            if curve.tag != OID {
                return Err(Refused::Malformed);
            }
            match curve.contents {
                P256 => Ok(Key::P256),
                P384 => Ok(Key::P384),
                P521 => Ok(Key::P521),
                // secp192r1 and secp224r1.
                [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 1] | [0x2b, 0x81, 4, 0, 0x21] => {
                    Err(Refused::Weak)
                }
                _ => Err(Refused::Unsupported),
            }
        }
        _ => {
            let key = match oid {
                [0x2b, 0x65, 0x70] => Key::Ed25519,
                [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 17] => Key::MlDsa44,
                [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 18] => Key::MlDsa65,
                [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 19] => Key::MlDsa87,
                // id-dsa.
                [0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1] => return Err(Refused::Weak),
                _ => return Err(Refused::Unsupported),
            };
            parameters.end()?;
            Ok(key)
        }
    }
}

fn null_or_nothing(mut parameters: Reader<'_>) -> Result<(), Malformed> {
    if let Some(null) = parameters.optional(NULL)?
        && !null.contents.is_empty()
    {
        return Err(Malformed);
    }
    parameters.end()
}

fn rsa(key: &[u8]) -> Result<Key, Refused> {
    let mut reader = Reader::new(der::only(key, SEQUENCE)?);
    let modulus = reader.expect(INTEGER)?.contents;
    let exponent = reader.expect(INTEGER)?.contents;
    reader.end()?;
    let modulus = match modulus {
        [0, rest @ ..] => rest,
        all => all,
    };
    let spare = modulus
        .first()
        .map_or(0, |byte| byte.leading_zeros() as usize);
    let bits = modulus.len() * 8 - spare;
    // An even exponent or 1 is no key.
    if exponent.last().is_none_or(|last| last & 1 == 0) || exponent == [1] {
        return Err(Refused::Malformed);
    }
    if bits >= LEAST {
        Ok(Key::Rsa(bits))
    } else {
        Err(Refused::Weak)
    }
}

/// A signature algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Rsa(Hash),
    Pss(Hash),
    Ecdsa(Hash),
    Ed25519,
    MlDsa(Key),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

fn scheme(whole: &[u8]) -> Result<Scheme, Refused> {
    let (oid, parameters) = certificate::algorithm(whole)?;
    let scheme = match oid {
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, last] => {
            let scheme = match last {
                10 => return pss(parameters),
                11 => Scheme::Rsa(Hash::Sha256),
                12 => Scheme::Rsa(Hash::Sha384),
                13 => Scheme::Rsa(Hash::Sha512),
                // MD2, MD4, MD5, SHA-1.
                2..=5 => return Err(Refused::Weak),
                _ => return Err(Refused::Unsupported),
            };
            null_or_nothing(parameters)?;
            return Ok(scheme);
        }
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, last @ 2..=4] => Scheme::Ecdsa(match last {
            2 => Hash::Sha256,
            3 => Hash::Sha384,
            _ => Hash::Sha512,
        }),
        [0x2b, 0x65, 0x70] => Scheme::Ed25519,
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 17] => Scheme::MlDsa(Key::MlDsa44),
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 18] => Scheme::MlDsa(Key::MlDsa65),
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 19] => Scheme::MlDsa(Key::MlDsa87),
        // ecdsa-with-SHA1, DSA with SHA-1, and the two of OIW.
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1]
        | [0x2a, 0x86, 0x48, 0xce, 0x38, 4, 3]
        | [0x2b, 0x0e, 3, 2, 3 | 29] => return Err(Refused::Weak),
        _ => return Err(Refused::Unsupported),
    };
    // None of these has parameters (RFC 5758 section 3.2, RFC 8410 section 3, RFC 9881 section 2).
    parameters.end()?;
    Ok(scheme)
}

/// RSASSA-PSS-params (RFC 4055 section 3.1) of the three sets in use: one hash throughout and a salt as
/// long as it.
fn pss(mut parameters: Reader<'_>) -> Result<Scheme, Refused> {
    let mut list = parameters.sequence()?;
    parameters.end()?;
    // The defaults are SHA-1.
    let Some(hash) = list.optional(0xa0)? else {
        return Err(Refused::Weak);
    };
    let (hash, salt) = hash_of(hash.contents)?;
    let mask = list.optional(0xa1)?.ok_or(Refused::Weak)?;
    let (oid, mut inner) = certificate::algorithm(mask.contents)?;
    let mask_hash = inner.expect(SEQUENCE)?.whole;
    inner.end()?;
    // id-mgf1.
    if oid != [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8] || hash_of(mask_hash)?.0 != hash {
        return Err(Refused::Unsupported);
    }
    let length = list.optional(0xa2)?.ok_or(Refused::Unsupported)?;
    list.end()?;
    if der::small(der::only(length.contents, INTEGER)?)? == salt {
        Ok(Scheme::Pss(hash))
    } else {
        Err(Refused::Unsupported)
    }
}

fn hash_of(whole: &[u8]) -> Result<(Hash, u32), Refused> {
    let (oid, parameters) = certificate::algorithm(whole)?;
    null_or_nothing(parameters)?;
    match oid {
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1] => Ok((Hash::Sha256, 32)),
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2] => Ok((Hash::Sha384, 48)),
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3] => Ok((Hash::Sha512, 64)),
        [0x2b, 0x0e, 3, 2, 26] => Err(Refused::Weak),
        _ => Err(Refused::Unsupported),
    }
}

/// Whether the algorithm of a signature is one that we accept.
pub(super) fn acceptable(algorithm: &[u8]) -> Result<(), Refused> {
    scheme(algorithm).map(|_| ())
}

/// Whether `key`, a SubjectPublicKeyInfo, signed `certificate`.
pub(super) fn holds(certificate: &Certificate<'_>, key: &[u8]) -> Result<bool, Refused> {
    let kind = self::key(key)?;
    let scheme = scheme(certificate.algorithm)?;
    if matches!(kind, Key::Rsa(bits) if bits > MOST_CHECKED) {
        return Err(Refused::Unsupported);
    }
    let Some(algorithm) = verification(scheme, kind) else {
        // An RSA signature by an elliptic key is by another key.
        return Ok(false);
    };
    let (_, bits) = certificate::key(key)?;
    let valid =
        UnparsedPublicKey::new(algorithm, bits).verify(certificate.tbs, certificate.signature);
    Ok(valid.is_ok())
}

fn verification(scheme: Scheme, key: Key) -> Option<&'static dyn VerificationAlgorithm> {
    Some(match (scheme, key) {
        (Scheme::Rsa(Hash::Sha256), Key::Rsa(_)) => &aws::RSA_PKCS1_2048_8192_SHA256,
        (Scheme::Rsa(Hash::Sha384), Key::Rsa(_)) => &aws::RSA_PKCS1_2048_8192_SHA384,
        (Scheme::Rsa(Hash::Sha512), Key::Rsa(_)) => &aws::RSA_PKCS1_2048_8192_SHA512,
        (Scheme::Pss(Hash::Sha256), Key::Rsa(_)) => &aws::RSA_PSS_2048_8192_SHA256,
        (Scheme::Pss(Hash::Sha384), Key::Rsa(_)) => &aws::RSA_PSS_2048_8192_SHA384,
        (Scheme::Pss(Hash::Sha512), Key::Rsa(_)) => &aws::RSA_PSS_2048_8192_SHA512,
        (Scheme::Ecdsa(Hash::Sha256), Key::P256) => &aws::ECDSA_P256_SHA256_ASN1,
        (Scheme::Ecdsa(Hash::Sha384), Key::P256) => &aws::ECDSA_P256_SHA384_ASN1,
        (Scheme::Ecdsa(Hash::Sha512), Key::P256) => &aws::ECDSA_P256_SHA512_ASN1,
        (Scheme::Ecdsa(Hash::Sha256), Key::P384) => &aws::ECDSA_P384_SHA256_ASN1,
        (Scheme::Ecdsa(Hash::Sha384), Key::P384) => &aws::ECDSA_P384_SHA384_ASN1,
        (Scheme::Ecdsa(Hash::Sha512), Key::P384) => &aws::ECDSA_P384_SHA512_ASN1,
        (Scheme::Ecdsa(Hash::Sha256), Key::P521) => &aws::ECDSA_P521_SHA256_ASN1,
        (Scheme::Ecdsa(Hash::Sha384), Key::P521) => &aws::ECDSA_P521_SHA384_ASN1,
        (Scheme::Ecdsa(Hash::Sha512), Key::P521) => &aws::ECDSA_P521_SHA512_ASN1,
        (Scheme::Ed25519, Key::Ed25519) => &aws::ED25519,
        (Scheme::MlDsa(Key::MlDsa44), Key::MlDsa44) => &aws::ML_DSA_44,
        (Scheme::MlDsa(Key::MlDsa65), Key::MlDsa65) => &aws::ML_DSA_65,
        (Scheme::MlDsa(Key::MlDsa87), Key::MlDsa87) => &aws::ML_DSA_87,
        _ => return None,
    })
}
