//! The suites in which this client can complete a handshake.

/// How keys are agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreement {
    /// Fresh keys on a curve (RFC 8422).
    Curve,
    /// The secret is sent under the RSA key of the certificate (RFC 5246 7.4.7.1).
    Rsa,
}

/// How records are protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bulk {
    /// AES-GCM (RFC 5288).
    Gcm,
    /// ChaCha20-Poly1305 (RFC 7905).
    ChaCha,
    /// AES-CBC with HMAC (RFC 5246 6.2.3.2).
    Cbc(Mac),
}

/// The hash of a CBC suite's HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mac {
    Sha1,
    Sha256,
    Sha384,
}

/// The hash under the pseudo-random function of TLS 1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
}

/// A suite, as far as this client can use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Suite {
    pub(super) number: u16,
    pub(super) agreement: Agreement,
    pub(super) bulk: Bulk,
    /// Bytes of the cipher's key.
    pub(super) key: usize,
    pub(super) hash: Hash,
}

const fn row(number: u16, agreement: Agreement, bulk: Bulk, key: usize, hash: Hash) -> Suite {
    Suite {
        number,
        agreement,
        bulk,
        key,
        hash,
    }
}

use Agreement::{Curve, Rsa};
use Bulk::{Cbc, ChaCha, Gcm};
use Hash::{Sha256, Sha384};

const SUITES: &[Suite] = &[
    row(0xC02B, Curve, Gcm, 16, Sha256),
    row(0xC02F, Curve, Gcm, 16, Sha256),
    row(0xC02C, Curve, Gcm, 32, Sha384),
    row(0xC030, Curve, Gcm, 32, Sha384),
    row(0xCCA9, Curve, ChaCha, 32, Sha256),
    row(0xCCA8, Curve, ChaCha, 32, Sha256),
    row(0x009C, Rsa, Gcm, 16, Sha256),
    row(0x009D, Rsa, Gcm, 32, Sha384),
    row(0xC009, Curve, Cbc(Mac::Sha1), 16, Sha256),
    row(0xC013, Curve, Cbc(Mac::Sha1), 16, Sha256),
    row(0xC00A, Curve, Cbc(Mac::Sha1), 32, Sha256),
    row(0xC014, Curve, Cbc(Mac::Sha1), 32, Sha256),
    row(0xC023, Curve, Cbc(Mac::Sha256), 16, Sha256),
    row(0xC027, Curve, Cbc(Mac::Sha256), 16, Sha256),
    row(0xC024, Curve, Cbc(Mac::Sha384), 32, Sha384),
    row(0xC028, Curve, Cbc(Mac::Sha384), 32, Sha384),
    row(0x002F, Rsa, Cbc(Mac::Sha1), 16, Sha256),
    row(0x0035, Rsa, Cbc(Mac::Sha1), 32, Sha256),
    row(0x003C, Rsa, Cbc(Mac::Sha256), 16, Sha256),
    row(0x003D, Rsa, Cbc(Mac::Sha256), 32, Sha256),
];

impl Suite {
    /// The suite of that number; none if this client cannot use it.
    pub(crate) fn of(number: u16) -> Option<Self> {
        SUITES.iter().copied().find(|suite| suite.number == number)
    }

    /// Whether the secret is sent under the RSA key of the certificate.
    pub(crate) const fn by_rsa(self) -> bool {
        matches!(self.agreement, Rsa)
    }

    /// Whether records are enciphered in CBC mode.
    pub(crate) const fn cbc(self) -> bool {
        matches!(self.bulk, Cbc(_))
    }
}

/// Whether the suite of that number is in CBC mode, by its registered name.
pub(crate) fn is_cbc(number: u16) -> bool {
    luytre_checks::fact::Suite::from(number)
        .name()
        .is_some_and(|name| name.contains("_CBC_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_as_their_names_say() {
        for suite in SUITES {
            let name = luytre_checks::fact::Suite::from(suite.number)
                .name()
                .unwrap();
            assert_eq!(
                suite.agreement == Curve,
                name.starts_with("TLS_ECDHE_"),
                "{name}"
            );
            assert_eq!(suite.cbc(), is_cbc(suite.number), "{name}");
            assert_eq!(suite.key == 16, name.contains("AES_128"), "{name}");
            assert_eq!(suite.hash == Sha384, name.ends_with("SHA384"), "{name}");
            let mac = match suite.bulk {
                Cbc(Mac::Sha1) => name.ends_with("_CBC_SHA"),
                Cbc(Mac::Sha256) => name.ends_with("_CBC_SHA256"),
                Cbc(Mac::Sha384) => name.ends_with("_CBC_SHA384"),
                Gcm => name.contains("_GCM_"),
                ChaCha => name.contains("_CHACHA20_"),
            };
            assert!(mac, "{name}");
        }
    }
}
