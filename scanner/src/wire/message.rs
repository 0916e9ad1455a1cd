//! Messages of the server: ServerHello, Certificate, ServerKeyExchange.

use luytre_checks::fact::{Group, Suite};
use sha2::{Digest, Sha256};

use super::{Malformed, cursor::Cursor};
use crate::hex::hex;

/// SHA-256 of "HelloRetryRequest" in place of the random (RFC 8446 section 4.1.3).
const RETRY: [u8; 32] = [
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
    0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
];

/// Certificates kept of one message.
const MOST_CERTIFICATES: usize = 64;

/// Finite fields of the registry (RFC 7919 appendix A) by the SHA-256 of their prime.
const FINITE: [(u16, &str); 5] = [
    (
        0x0100,
        "9cd3b7f336872f46c09428d1bbc19877a4d440512cda8d1c1cf0cd6e33698966",
    ),
    (
        0x0101,
        "0eaf67db3a839156d5013494a5318a772b5697d270d721f37f092efc69ea5a17",
    ),
    (
        0x0102,
        "4648414224ac881b3d0dc59b466f96d06a558278776807797ecf1f66ff397b3e",
    ),
    (
        0x0103,
        "227ac9066b3ddd9e193670cda2388fa884f65ba0cf98b742d1fe77a6687c79c7",
    ),
    (
        0x0104,
        "770b14efaf6f049929c523113b3fa99a8d11dab1b18af3609590122075d19833",
    ),
];

/// The server's choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerHello {
    /// The version agreed on, as a number of the wire.
    pub version: u16,
    /// The suite.
    pub suite: u16,
    /// The group of TLS 1.3, from key_share.
    pub group: Option<u16>,
    /// Whether it is a HelloRetryRequest.
    pub retry: bool,
}

impl ServerHello {
    /// Reads the body of a ServerHello.
    pub fn read(body: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(body);
        let mut version = cursor.short()?;
        let retry = cursor.take(32)? == RETRY;
        cursor.vector(1)?;
        let suite = cursor.short()?;
        cursor.byte()?;
        let mut group = None;
        if !cursor.is_empty() {
            let mut block = Cursor::new(cursor.vector(2)?);
            while !block.is_empty() {
                let kind = block.short()?;
                let mut body = Cursor::new(block.vector(2)?);
                match kind {
                    43 => version = body.short()?,
                    51 => group = Some(body.short()?),
                    _ => {}
                }
            }
        }
        Ok(Self {
            version,
            suite,
            group,
            retry,
        })
    }
}

/// The DER of each certificate in a Certificate message up to TLS 1.2 (RFC 5246 section 7.4.2), leaf
/// first; at most 64 are kept.
pub fn certificates(body: &[u8]) -> Result<Vec<Vec<u8>>, Malformed> {
    let mut list = Cursor::new(Cursor::new(body).vector(3)?);
    let mut out = Vec::new();
    while !list.is_empty() && out.len() < MOST_CERTIFICATES {
        out.push(list.vector(3)?.to_vec());
    }
    Ok(out)
}

/// How a suite agrees on keys, as far as the shape of ServerKeyExchange goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exchange {
    /// Elliptic curve, fresh key: a ServerKeyExchange names the curve. `hint`: after a PSK hint.
    Curve {
        /// A PSK identity hint stands before it (RFC 5489 section 2).
        hint: bool,
    },
    /// Finite field, fresh key: a ServerKeyExchange holds the prime.
    Field {
        /// A PSK identity hint stands before it (RFC 4279 section 3).
        hint: bool,
    },
    /// Anything else: nothing to learn from a ServerKeyExchange.
    Other,
}

impl Exchange {
    /// The exchange of `suite`, from its registered name.
    pub fn of(suite: u16) -> Self {
        let name = Suite::from(suite).name().unwrap_or_default();
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
        if starts(&["TLS_ECDHE_PSK_"]) {
            Self::Curve { hint: true }
        } else if starts(&["TLS_ECDHE_", "TLS_ECDH_anon_"]) {
            Self::Curve { hint: false }
        } else if starts(&["TLS_DHE_PSK_", "TLS_PSK_DHE_"]) {
            Self::Field { hint: true }
        } else if starts(&["TLS_DHE_", "TLS_DH_anon_"]) {
            Self::Field { hint: false }
        } else {
            Self::Other
        }
    }
}

/// The prime of a finite field outside the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Field {
    /// Its size in bits.
    pub bits: u16,
    /// SHA-256 of it, big-endian without leading zeros.
    pub sha256: [u8; 32],
}

/// What a ServerKeyExchange says of the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyExchange {
    /// A group of the registry.
    Named(u16),
    /// A finite field outside the registry.
    Field(Field),
    /// An explicit curve (RFC 4492), or nothing to learn.
    Unnamed,
}

impl KeyExchange {
    /// Reads the body of a ServerKeyExchange of an `exchange`.
    pub fn read(exchange: Exchange, body: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(body);
        if let Exchange::Curve { hint: true } | Exchange::Field { hint: true } = exchange {
            cursor.vector(2)?;
        }
        match exchange {
            Exchange::Curve { .. } if cursor.byte()? == 3 => Ok(Self::Named(cursor.short()?)),
            Exchange::Field { .. } => Ok(Self::prime(cursor.vector(2)?)),
            _ => Ok(Self::Unnamed),
        }
    }

    /// The fresh public value in the body of a ServerKeyExchange of an `exchange`: a point of a named
    /// curve, or a number (RFC 8422 5.4, RFC 5246 7.4.3); none if it holds none.
    pub fn public(exchange: Exchange, body: &[u8]) -> Result<Option<&[u8]>, Malformed> {
        let mut cursor = Cursor::new(body);
        if let Exchange::Curve { hint: true } | Exchange::Field { hint: true } = exchange {
            cursor.vector(2)?;
        }
        let public = match exchange {
            Exchange::Curve { .. } if cursor.byte()? == 3 => {
                cursor.short()?;
                cursor.vector(1)?
            }
            Exchange::Field { .. } => {
                cursor.vector(2)?;
                cursor.vector(2)?;
                cursor.vector(2)?
            }
            _ => return Ok(None),
        };
        Ok((!public.is_empty()).then_some(public))
    }

    fn prime(prime: &[u8]) -> Self {
        let start = prime.iter().position(|b| *b != 0).unwrap_or(prime.len());
        let prime = &prime[start..];
        let first = prime.first().map_or(0, |b| b.leading_zeros() as usize);
        let bits = (prime.len() * 8).saturating_sub(first);
        let sha256: [u8; 32] = Sha256::digest(prime).into();
        let digest = hex(&sha256);
        match FINITE.iter().find(|row| row.1 == digest) {
            Some((number, _)) => Self::Named(*number),
            None => Self::Field(Field {
                bits: u16::try_from(bits).unwrap_or(u16::MAX),
                sha256,
            }),
        }
    }

    /// Whether `group` is a finite field of the registry.
    pub fn is_finite(group: u16) -> bool {
        Group(group)
            .name()
            .is_some_and(|name| name.starts_with("ffdhe"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn server_hello(version: u16, suite: u16, extensions: &[u8]) -> Vec<u8> {
        let mut body = version.to_be_bytes().to_vec();
        body.extend([7; 32]);
        body.push(0);
        body.extend(suite.to_be_bytes());
        body.push(0);
        body.extend(extensions);
        body
    }

    #[test]
    fn choices_are_read() {
        let old = ServerHello::read(&server_hello(0x0301, 0x0035, &[])).unwrap();
        assert_eq!((old.version, old.suite, old.retry), (0x0301, 0x0035, false));
        let block = [0, 12, 0, 43, 0, 2, 3, 4, 0, 51, 0, 2, 0, 0x17];
        let mut body = server_hello(0x0303, 0x1301, &block);
        body[2..34].copy_from_slice(&RETRY);
        let new = ServerHello::read(&body).unwrap();
        assert_eq!(
            (new.version, new.group, new.retry),
            (0x0304, Some(0x17), true)
        );
    }

    #[test]
    fn exchanges_follow_from_names() {
        for (suite, exchange) in [
            (
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                Exchange::Curve { hint: false },
            ),
            (
                "TLS_ECDH_anon_WITH_AES_256_CBC_SHA",
                Exchange::Curve { hint: false },
            ),
            (
                "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA",
                Exchange::Curve { hint: true },
            ),
            (
                "TLS_DHE_DSS_WITH_AES_128_CBC_SHA",
                Exchange::Field { hint: false },
            ),
            (
                "TLS_DH_anon_EXPORT_WITH_RC4_40_MD5",
                Exchange::Field { hint: false },
            ),
            (
                "TLS_DHE_PSK_WITH_AES_256_CCM",
                Exchange::Field { hint: true },
            ),
            (
                "TLS_PSK_DHE_WITH_AES_256_CCM_8",
                Exchange::Field { hint: true },
            ),
            ("TLS_ECDH_RSA_WITH_RC4_128_SHA", Exchange::Other),
            ("TLS_DH_RSA_WITH_AES_128_CBC_SHA", Exchange::Other),
            ("TLS_RSA_WITH_AES_128_CBC_SHA", Exchange::Other),
        ] {
            assert_eq!(
                Exchange::of(Suite::parse(suite).unwrap().0.try_into().unwrap()),
                exchange,
                "{suite}"
            );
        }
    }

    #[test]
    fn primes_are_measured() {
        let mut body = vec![0, 129, 0];
        body.extend([0x9B; 128]);
        let field = Exchange::Field { hint: false };
        assert_eq!(
            KeyExchange::read(field, &body),
            Ok(KeyExchange::Field(Field {
                bits: 1024,
                sha256: Sha256::digest([0x9B; 128]).into(),
            }))
        );
        let curve = Exchange::Curve { hint: true };
        let body = [0, 2, b'h', b'i', 3, 0, 0x1D, 1, 5];
        assert_eq!(
            KeyExchange::read(curve, &body),
            Ok(KeyExchange::Named(0x1D))
        );
    }

    #[test]
    fn public_values_are_found() {
        let curve = Exchange::Curve { hint: true };
        let body = [0, 2, b'h', b'i', 3, 0, 0x1D, 2, 5, 6, 9];
        assert_eq!(KeyExchange::public(curve, &body), Ok(Some(&[5, 6][..])));
        let field = Exchange::Field { hint: false };
        let body = [0, 1, 7, 0, 1, 2, 0, 2, 3, 4, 9];
        assert_eq!(KeyExchange::public(field, &body), Ok(Some(&[3, 4][..])));
        assert!(KeyExchange::public(field, &body[..7]).is_err());
        // An explicit curve, and an exchange without a fresh key.
        assert_eq!(KeyExchange::public(curve, &[0, 0, 1, 9]), Ok(None));
        assert_eq!(KeyExchange::public(Exchange::Other, &body), Ok(None));
    }

    proptest! {
        #[test]
        fn readers_never_panic(body: Vec<u8>, suite: u16) {
            let _ = ServerHello::read(&body);
            let _ = KeyExchange::read(Exchange::of(suite), &body);
            let _ = KeyExchange::public(Exchange::of(suite), &body);
            if let Ok(found) = certificates(&body) {
                prop_assert!(found.len() <= MOST_CERTIFICATES);
            }
        }
    }
}
