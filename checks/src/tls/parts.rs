//! What the name of a cipher suite says of it.

use crate::fact::Suite;

/// A suite taken apart by its registered name. The registry's names are regular enough that no second
/// table is needed; a test holds that every name in it is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts {
    /// The whole name.
    pub(crate) name: &'static str,
    /// Key exchange and authentication, like `ECDHE_RSA`; empty in TLS 1.3, where a suite does not say.
    exchange: &'static str,
    /// Cipher, mode and hash, like `AES_128_GCM_SHA256`.
    cipher: &'static str,
}

impl Parts {
    /// The parts of a registered suite, or of a cipher kind of SSL 2.0.
    pub(crate) fn of(suite: Suite) -> Option<Self> {
        let name = suite.name()?;
        if let Some(cipher) = name.strip_prefix("SSL_CK_") {
            // SSL 2.0 knows RSA alone.
            let exchange = "RSA";
            return Some(Self {
                name,
                exchange,
                cipher,
            });
        }
        let rest = name
            .strip_prefix("TLS_")
            .or_else(|| name.strip_prefix("SSL_"))
            .unwrap_or(name);
        let (exchange, cipher) = rest.split_once("_WITH_").unwrap_or(("", rest));
        Some(Self {
            name,
            exchange,
            cipher,
        })
    }

    /// Whether it is a suite of TLS 1.3, which leaves key exchange and signature to extensions.
    pub(crate) const fn is_tls13(&self) -> bool {
        self.exchange.is_empty()
    }

    /// Whether the keys are made for the connection, so that the server's own key opens nothing later.
    pub(crate) fn is_ephemeral(&self) -> bool {
        const KINDS: [&str; 7] = [
            "DHE",
            "ECDHE",
            "DH_anon",
            "ECDH_anon",
            "SRP",
            "ECCPWD",
            "PSK_DHE",
        ];
        self.is_tls13() || KINDS.iter().any(|kind| self.exchange.starts_with(kind))
    }

    /// Whether it exchanges keys by Diffie-Hellman over a finite field, with values of the connection.
    pub(crate) fn is_finite_field(&self) -> bool {
        ["DHE", "DH_anon", "PSK_DHE"]
            .iter()
            .any(|kind| self.exchange.starts_with(kind))
    }

    /// Whether it exchanges keys on an elliptic curve, with values of the connection.
    pub(crate) fn is_elliptic(&self) -> bool {
        self.is_tls13()
            || ["ECDHE", "ECDH_anon", "ECCPWD"]
                .iter()
                .any(|kind| self.exchange.starts_with(kind))
    }

    /// Whether nobody proves who the server is.
    pub(crate) fn is_anonymous(&self) -> bool {
        self.exchange.contains("anon") || self.exchange == "NULL"
    }

    /// Whether it uses an RSA key of 512 bits made for export (RFC 4346 appendix A.5).
    pub(crate) fn is_rsa_export(&self) -> bool {
        self.exchange == "RSA_EXPORT"
    }

    /// Whether it uses Diffie-Hellman of 512 bits made for export.
    pub(crate) fn is_dh_export(&self) -> bool {
        self.is_finite_field() && self.exchange.ends_with("_EXPORT")
    }

    /// Whether it uses RC4.
    pub(crate) fn is_rc4(&self) -> bool {
        self.cipher.starts_with("RC4_")
    }

    /// Whether it chains blocks (CBC), authenticating before enciphering.
    pub(crate) fn is_cbc(&self) -> bool {
        // The kinds of SSL 2.0 do not always name the mode: all but RC4 chain blocks.
        self.cipher.contains("_CBC") || (self.name.starts_with("SSL_CK_") && !self.is_rc4())
    }

    /// Whether the cipher works on blocks of 64 bits: DES, 3DES, RC2, IDEA.
    pub(crate) fn is_block64(&self) -> bool {
        ["DES", "3DES", "RC2", "IDEA"]
            .iter()
            .any(|cipher| self.cipher.starts_with(cipher))
    }

    /// Whether enciphering and authenticating are one (RFC 5116).
    pub(crate) fn is_aead(&self) -> bool {
        const MODES: [&str; 5] = ["_GCM", "_CCM", "_POLY1305", "_MGM", "AEGIS_"];
        MODES.iter().any(|mode| self.cipher.contains(mode))
    }

    /// Nominal length of the cipher's key in bits (3DES counts as 168); none if the name does not say.
    pub(crate) fn key_bits(&self) -> Option<u16> {
        const LENGTHS: [(&str, u16); 22] = [
            ("NULL", 0),
            ("RC4_128_EXPORT40", 40),
            ("RC2_128_CBC_EXPORT40", 40),
            ("RC4_40", 40),
            ("RC2_CBC_40", 40),
            ("DES_CBC_40", 40),
            ("DES40", 40),
            ("RC4_56", 56),
            ("RC2_CBC_56", 56),
            ("DES_192_EDE3", 168),
            ("DES_", 56),
            ("3DES", 168),
            ("RC4_128", 128),
            ("RC2_128", 128),
            ("IDEA", 128),
            ("SEED", 128),
            ("SM4", 128),
            ("AEGIS_128L", 128),
            ("AEGIS_256", 256),
            ("CHACHA20", 256),
            // GOST 28147-89, Magma and Kuznyechik have keys of 256 bits.
            ("28147", 256),
            ("MAGMA", 256),
        ];
        // Integrity only, RFC 9150.
        if ["SHA256_SHA256", "SHA384_SHA384"].contains(&self.cipher) {
            return Some(0);
        }
        let known = LENGTHS
            .iter()
            .find(|(mark, _)| self.cipher.starts_with(mark));
        if let Some((_, bits)) = known {
            return Some(*bits);
        }
        if self.cipher.starts_with("KUZNYECHIK") {
            return Some(256);
        }
        // AES_128_GCM, CAMELLIA_256_CBC, ARIA_128_CBC: the number follows the cipher.
        let mut words = self.cipher.split('_');
        let sized = ["AES", "CAMELLIA", "ARIA"].contains(&words.next()?);
        sized
            .then(|| words.next().and_then(|bits| bits.parse().ok()))
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::iana::{SSL2_KINDS, SUITES};

    fn parts(name: &str) -> Parts {
        Parts::of(Suite::parse(name).unwrap()).unwrap()
    }

    #[test]
    fn every_registered_name_is_understood() {
        let all = SUITES.iter().map(|row| Suite::from(row.0));
        for suite in all.chain(SSL2_KINDS.iter().map(|row| Suite(row.0))) {
            let parts = Parts::of(suite).unwrap();
            let name = parts.name;
            let bits = parts.key_bits().unwrap_or_else(|| panic!("{name}"));
            assert!([0, 40, 56, 128, 168, 256].contains(&bits), "{name}: {bits}");
            // Exactly one way of enciphering.
            let stream = parts.is_rc4() || name.contains("_CNT_") || name.contains("_CTR_");
            let ways = [bits == 0, stream, parts.is_cbc(), parts.is_aead()];
            assert_eq!(ways.iter().filter(|way| **way).count(), 1, "{name}");
            assert!(!(parts.is_block64() && parts.is_aead()), "{name}");
        }
    }

    #[test]
    fn names_say_what_they_say() {
        let export = parts("TLS_RSA_EXPORT_WITH_RC4_40_MD5");
        assert!(export.is_rsa_export() && export.is_rc4());
        assert!(!parts("TLS_RSA_EXPORT1024_WITH_RC4_56_SHA").is_rsa_export());
        let logjam = parts("TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA");
        assert!(logjam.is_dh_export() && logjam.is_block64() && logjam.is_ephemeral());
        assert!(!parts("TLS_DH_RSA_EXPORT_WITH_DES40_CBC_SHA").is_dh_export());
        assert!(!parts("TLS_DH_RSA_WITH_AES_128_CBC_SHA").is_ephemeral());
        assert!(!parts("TLS_ECDH_RSA_WITH_AES_128_CBC_SHA").is_ephemeral());
        let modern = parts("TLS_AES_128_GCM_SHA256");
        assert!(modern.is_tls13() && modern.is_ephemeral() && modern.is_aead());
        assert!(!modern.is_anonymous());
        assert!(parts("TLS_DH_anon_WITH_AES_128_CBC_SHA").is_anonymous());
        assert_eq!(parts("TLS_SHA256_SHA256").key_bits(), Some(0));
        let ssl2 = parts("SSL_CK_DES_192_EDE3_CBC_WITH_MD5");
        assert!(ssl2.is_cbc() && ssl2.key_bits() == Some(168));
        assert_eq!(
            parts("SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5").key_bits(),
            Some(40)
        );
    }
}
