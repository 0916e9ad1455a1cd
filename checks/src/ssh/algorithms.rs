//! What is known of SSH algorithms by name. A name that is not here is neither good nor bad: whoever
//! meets one is inconclusive.
//!
//! Key exchange after RFC 9142, ciphers after RFC 4253 section 6.3, RFC 4344, RFC 5647 and RFC 8758,
//! codes after RFC 4253 section 6.4 and RFC 6668, names with `@` after their makers. The words for a
//! flaw are part of a finding's identity.

use crate::Grade;

/// What is known of an algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing against it.
    Sound,
    /// Sound, and a quantum computer does not help.
    PostQuantum,
    /// Weak, with the word for its flaw.
    Weak(Flaw),
}

use Standing::{PostQuantum, Sound, Weak};

/// A flaw that algorithms share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flaw {
    /// Its word.
    pub(super) word: &'static str,
    /// How bad.
    pub(super) grade: Grade,
}

const fn flaw(word: &'static str, grade: Grade) -> Standing {
    Weak(Flaw { word, grade })
}

/// A prime or key of 1024 bits or a curve of the like: within reach of a state (RFC 9142 section 1.2).
const SMALL: Standing = flaw("dh-1024", Grade::Serious);
/// SHA-1 where RFC 9142 section 4 says SHOULD NOT.
const SHA1: Standing = flaw("sha1", Grade::Moderate);
/// SHA-1 with a group of 2048 bits, which RFC 9142 section 4 still allows (MAY).
const SHA1_ALLOWED: Standing = flaw("sha1-group14", Grade::Slight);

const CLEAR: Standing = flaw("none", Grade::Grave);
const RC4: Standing = flaw("rc4", Grade::Serious);
const DES: Standing = flaw("des", Grade::Serious);
/// Blocks of 64 bits repeat within hours of use (CVE-2016-2183).
const BLOCK_64: Standing = flaw("64-bit-block", Grade::Moderate);
/// CBC with a chained start, which leaks (CVE-2008-5161).
const CBC: Standing = flaw("cbc", Grade::Slight);

const MD5: Standing = flaw("md5", Grade::Moderate);
const TAG_96: Standing = flaw("96-bit-tag", Grade::Moderate);
const TAG_64: Standing = flaw("64-bit-tag", Grade::Slight);
const RIPEMD: Standing = flaw("ripemd160", Grade::Slight);

/// Key exchange. A name that ends in `-` stands for a family with the mechanism behind it (RFC 4462).
const KEY_EXCHANGES: &[(&str, Standing)] = &[
    ("mlkem768x25519-sha256", PostQuantum),
    ("mlkem768nistp256-sha256", PostQuantum),
    ("mlkem1024nistp384-sha384", PostQuantum),
    ("sntrup761x25519-sha512", PostQuantum),
    ("sntrup761x25519-sha512@openssh.com", PostQuantum),
    ("curve25519-sha256", Sound),
    ("curve25519-sha256@libssh.org", Sound),
    ("curve448-sha512", Sound),
    ("ecdh-sha2-nistp256", Sound),
    ("ecdh-sha2-nistp384", Sound),
    ("ecdh-sha2-nistp521", Sound),
    ("ecdh-sha2-nistp192", SMALL),
    ("ecdh-sha2-nistk163", SMALL),
    ("diffie-hellman-group-exchange-sha256", Sound),
    ("diffie-hellman-group14-sha256", Sound),
    ("diffie-hellman-group15-sha512", Sound),
    ("diffie-hellman-group16-sha512", Sound),
    ("diffie-hellman-group17-sha512", Sound),
    ("diffie-hellman-group18-sha512", Sound),
    ("diffie-hellman-group14-sha1", SHA1_ALLOWED),
    ("diffie-hellman-group-exchange-sha1", SHA1),
    ("diffie-hellman-group1-sha1", SMALL),
    ("rsa2048-sha256", Sound),
    ("rsa1024-sha1", SMALL),
    ("gss-group1-sha1-", SMALL),
    ("gss-group14-sha1-", SHA1),
    ("gss-gex-sha1-", SHA1),
    ("gss-group14-sha256-", Sound),
    ("gss-group15-sha512-", Sound),
    ("gss-group16-sha512-", Sound),
    ("gss-group17-sha512-", Sound),
    ("gss-group18-sha512-", Sound),
    ("gss-nistp256-sha256-", Sound),
    ("gss-nistp384-sha384-", Sound),
    ("gss-nistp521-sha512-", Sound),
    ("gss-curve25519-sha256-", Sound),
    ("gss-curve448-sha512-", Sound),
];

const CIPHERS: &[(&str, Standing)] = &[
    ("chacha20-poly1305@openssh.com", Sound),
    ("chacha20-poly1305", Sound),
    ("aes128-gcm@openssh.com", Sound),
    ("aes256-gcm@openssh.com", Sound),
    ("AEAD_AES_128_GCM", Sound),
    ("AEAD_AES_256_GCM", Sound),
    ("aes128-ctr", Sound),
    ("aes192-ctr", Sound),
    ("aes256-ctr", Sound),
    ("camellia128-ctr", Sound),
    ("camellia192-ctr", Sound),
    ("camellia256-ctr", Sound),
    ("twofish128-ctr", Sound),
    ("twofish192-ctr", Sound),
    ("twofish256-ctr", Sound),
    ("serpent128-ctr", Sound),
    ("serpent192-ctr", Sound),
    ("serpent256-ctr", Sound),
    ("aes128-cbc", CBC),
    ("aes192-cbc", CBC),
    ("aes256-cbc", CBC),
    ("rijndael-cbc@lysator.liu.se", CBC),
    ("camellia128-cbc", CBC),
    ("camellia192-cbc", CBC),
    ("camellia256-cbc", CBC),
    ("twofish-cbc", CBC),
    ("twofish128-cbc", CBC),
    ("twofish192-cbc", CBC),
    ("twofish256-cbc", CBC),
    ("serpent128-cbc", CBC),
    ("serpent192-cbc", CBC),
    ("serpent256-cbc", CBC),
    ("seed-cbc@ssh.com", CBC),
    ("3des-cbc", BLOCK_64),
    ("3des-ctr", BLOCK_64),
    ("blowfish-cbc", BLOCK_64),
    ("blowfish-ctr", BLOCK_64),
    ("cast128-cbc", BLOCK_64),
    ("cast128-ctr", BLOCK_64),
    ("idea-cbc", BLOCK_64),
    ("idea-ctr", BLOCK_64),
    ("des-cbc", DES),
    ("des-cbc@ssh.com", DES),
    ("arcfour", RC4),
    ("arcfour128", RC4),
    ("arcfour256", RC4),
    ("none", CLEAR),
];

const MACS: &[(&str, Standing)] = &[
    ("hmac-sha2-256-etm@openssh.com", Sound),
    ("hmac-sha2-512-etm@openssh.com", Sound),
    ("umac-128-etm@openssh.com", Sound),
    ("hmac-sha1-etm@openssh.com", Sound),
    ("hmac-sha2-256", Sound),
    ("hmac-sha2-512", Sound),
    ("hmac-sha256@ssh.com", Sound),
    ("hmac-sha2-256@ssh.com", Sound),
    ("hmac-sha512@ssh.com", Sound),
    ("umac-128@openssh.com", Sound),
    ("hmac-sha1", Sound),
    ("AEAD_AES_128_GCM", Sound),
    ("AEAD_AES_256_GCM", Sound),
    ("umac-64@openssh.com", TAG_64),
    ("umac-64-etm@openssh.com", TAG_64),
    ("hmac-sha1-96", TAG_96),
    ("hmac-sha1-96-etm@openssh.com", TAG_96),
    ("hmac-sha2-256-96", TAG_96),
    ("hmac-sha2-512-96", TAG_96),
    ("hmac-md5", MD5),
    ("hmac-md5-etm@openssh.com", MD5),
    ("hmac-md5-96", MD5),
    ("hmac-md5-96-etm@openssh.com", MD5),
    ("hmac-ripemd160", RIPEMD),
    ("hmac-ripemd160@openssh.com", RIPEMD),
    ("hmac-ripemd160-etm@openssh.com", RIPEMD),
    ("none", CLEAR),
];

/// An algorithm by its name in the table.
pub(super) type Known = (&'static str, Standing);

pub(super) fn key_exchange(name: &str) -> Option<Known> {
    let same = |known: &str| known == name || known.ends_with('-') && name.starts_with(known);
    KEY_EXCHANGES.iter().copied().find(|(known, _)| same(known))
}

pub(super) fn cipher(name: &str) -> Option<Known> {
    CIPHERS.iter().copied().find(|(known, _)| *known == name)
}

pub(super) fn mac(name: &str) -> Option<Known> {
    MACS.iter().copied().find(|(known, _)| *known == name)
}

/// Whether a cipher chains blocks.
pub(super) fn is_cbc(name: &str) -> bool {
    cipher(name).is_some_and(|(known, _)| known.contains("-cbc"))
}

/// Whether a code covers what is encrypted (encrypt-then-MAC).
pub(super) fn is_etm(name: &str) -> bool {
    mac(name).is_some_and(|(known, _)| known.contains("-etm@"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_name_is_there_once() {
        for table in [KEY_EXCHANGES, CIPHERS, MACS] {
            let names: BTreeSet<_> = table.iter().map(|(name, _)| name).collect();
            assert_eq!(names.len(), table.len());
        }
    }

    /// Every method of RFC 9142 section 4 that is SHOULD NOT or MUST NOT is weak; those that are SHOULD
    /// or MUST are not.
    #[test]
    fn key_exchange_follows_the_rfc() {
        for weak in [
            "diffie-hellman-group-exchange-sha1",
            "diffie-hellman-group1-sha1",
            "gss-gex-sha1-toWM5Slw5Ew8Mqkay+al2g==",
            "gss-group1-sha1-toWM5Slw5Ew8Mqkay+al2g==",
            "gss-group14-sha1-toWM5Slw5Ew8Mqkay+al2g==",
            "rsa1024-sha1",
        ] {
            assert!(matches!(key_exchange(weak), Some((_, Weak(_)))), "{weak}");
        }
        for sound in [
            "curve25519-sha256",
            "ecdh-sha2-nistp256",
            "ecdh-sha2-nistp384",
            "ecdh-sha2-nistp521",
            "diffie-hellman-group14-sha256",
            "diffie-hellman-group16-sha512",
        ] {
            assert!(matches!(key_exchange(sound), Some((_, Sound))), "{sound}");
        }
        assert_eq!(key_exchange("diffie-hellman-group1-sha1-x"), None);
    }
}
