//! Encryption blocks of PKCS #1 v1.5 (RFC 8017 7.2.1), well made and not.

use num_bigint::BigUint;
use x509_parser::{prelude::FromDer, public_key::PublicKey};

/// Sizes of keys used, in bytes. The least holds 48 bytes of secret and 11 of padding.
const SIZES: std::ops::RangeInclusive<usize> = 59..=2048;

/// Longest public exponent used, in bits: longer ones cost time and are used by nobody.
const MOST_EXPONENT_BITS: u64 = 64;

/// Bytes of a premaster secret (RFC 5246 7.4.7.1).
const SECRET: usize = 48;

/// How a block is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vector {
    /// Rightly.
    Good,
    /// It does not begin with 00 02.
    Start,
    /// Its zero stands where a secret of one byte would begin.
    Place,
    /// It has no zero behind the padding.
    None,
    /// Its secret names another version than the hello.
    Version,
}

impl Vector {
    pub(super) const ALL: [Self; 5] = [
        Self::Good,
        Self::Start,
        Self::Place,
        Self::None,
        Self::Version,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Start => "wrong start",
            Self::Place => "zero misplaced",
            Self::None => "no zero",
            Self::Version => "wrong version",
        }
    }

    /// A block of `size` bytes, of which a key has no fewer than 59; other in every `round`.
    pub(super) fn block(self, size: usize, version: u16, round: usize) -> Vec<u8> {
        let mut block: Vec<u8> = (0..size).map(|place| filling(place, round)).collect();
        let mut put = |place: usize, bytes: &[u8]| {
            for (place, byte) in (place..).zip(bytes) {
                if let Some(there) = block.get_mut(place) {
                    *there = *byte;
                }
            }
        };
        put(0, &[0, 2]);
        let secret = size.saturating_sub(SECRET);
        let version = version.to_be_bytes();
        match self {
            Self::Good => put(secret.saturating_sub(1), &[0, version[0], version[1]]),
            Self::Start => {
                put(0, &[0x41, 0x17]);
                put(secret.saturating_sub(1), &[0, version[0], version[1]]);
            }
            Self::Place => put(size.saturating_sub(2), &[0]),
            Self::None => {}
            Self::Version => put(secret.saturating_sub(1), &[0, 2, 2]),
        }
        block
    }
}

/// A byte that is not zero and looks like chance; nothing secret rests on it.
fn filling(place: usize, round: usize) -> u8 {
    let mixed = (place + 1)
        .wrapping_mul(0x9E37)
        .wrapping_add(round.wrapping_mul(0x79B9))
        % 255;
    u8::try_from(mixed).unwrap_or_default() + 1
}

/// The RSA key of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    modulus: BigUint,
    exponent: BigUint,
    size: usize,
}

impl Key {
    /// The key of the certificate `der`; none if it is no RSA key of a reasonable size.
    pub(super) fn of(der: &[u8]) -> Option<Self> {
        let (_, certificate) = x509_parser::certificate::X509Certificate::from_der(der).ok()?;
        let PublicKey::RSA(key) = certificate.public_key().parsed().ok()? else {
            return None;
        };
        Self::new(key.modulus, key.exponent)
    }

    fn new(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        // Judged by its bytes first: numbers of any length may stand there.
        if modulus.len() > SIZES.end() + 1 || exponent.len() > SIZES.end() + 1 {
            return None;
        }
        let modulus = BigUint::from_bytes_be(modulus);
        let exponent = BigUint::from_bytes_be(exponent);
        let size = usize::try_from(modulus.bits().div_ceil(8)).ok()?;
        let sound = SIZES.contains(&size) && exponent.bits() <= MOST_EXPONENT_BITS;
        sound.then_some(Self {
            modulus,
            exponent,
            size,
        })
    }

    /// Size of a block in bytes.
    pub(super) const fn size(&self) -> usize {
        self.size
    }

    /// Raw RSA, in the size of the key (RFC 8017 5.1.1).
    pub(super) fn encrypt(&self, block: &[u8]) -> Vec<u8> {
        let number = BigUint::from_bytes_be(block).modpow(&self.exponent, &self.modulus);
        let bytes = number.to_bytes_be();
        let mut out = vec![0; self.size.saturating_sub(bytes.len())];
        out.extend(bytes);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_what_they_are_called() {
        for size in [59, 128, 256, 2048] {
            for round in 0..4 {
                let zeros = |vector: Vector| -> Vec<usize> {
                    let block = vector.block(size, 0x0303, round);
                    assert_eq!(block.len(), size);
                    (0..size).filter(|place| block[*place] == 0).collect()
                };
                assert_eq!(zeros(Vector::Good), [0, size - 49]);
                assert_eq!(zeros(Vector::Start), [size - 49]);
                assert_eq!(zeros(Vector::Place), [0, size - 2]);
                assert_eq!(zeros(Vector::None), [0]);
                assert_eq!(zeros(Vector::Version), [0, size - 49]);
                let good = Vector::Good.block(size, 0x0301, round);
                assert_eq!(
                    (&good[..2], &good[size - 48..size - 46]),
                    (&[0, 2][..], &[3, 1][..])
                );
                let other = Vector::Version.block(size, 0x0301, round);
                assert_eq!(other[size - 48..size - 46], [2, 2]);
            }
        }
    }

    #[test]
    fn keys_are_bounded() {
        let modulus = [0xC5; 128];
        assert!(Key::new(&modulus, &[1, 0, 1]).is_some());
        assert!(Key::new(&[], &[3]).is_none());
        assert!(Key::new(&[0; 128], &[3]).is_none());
        assert!(Key::new(&[0xC5; 58], &[3]).is_none());
        assert!(Key::new(&[0xC5; 2049], &[3]).is_none());
        assert!(Key::new(&modulus, &[0xC5; 9]).is_none());
        assert!(Key::new(&vec![1; 1 << 20], &[3]).is_none());
        assert!(Key::of(b"no certificate").is_none());
    }

    #[test]
    fn a_result_has_the_size_of_the_key() {
        let key = Key::new(&[0xC5; 128], &[3]).unwrap();
        assert_eq!(key.encrypt(&[1]), [&[0; 127][..], &[1]].concat());
        assert_eq!(key.encrypt(&Vector::Good.block(128, 0x0303, 0)).len(), 128);
    }
}
