//! Published primes of finite-field Diffie-Hellman: of standards, and of software that ships its own.
//!
//! A prime that many servers share is worth the work of breaking it once (Adrian and others, Imperfect
//! Forward Secrecy, 2015). The groups of RFC 7919 are not here: they have numbers in the registry of
//! groups.

use super::DhPrime;

/// One row.
#[derive(Debug, Clone, Copy)]
pub struct PublishedPrime {
    /// Size in bits.
    pub bits: u16,
    /// Short name, as shown to people.
    pub name: &'static str,
    /// Where it was read.
    pub source: &'static str,
    /// SHA-256 of the prime, big-endian without leading zeros, lower-case hexadecimal.
    pub sha256: &'static str,
}

/// Standards first, each part by size.
pub const PUBLISHED: &[PublishedPrime] = &[
    published(
        768,
        "RFC 2409 group 1",
        "RFC 2409 section 6.1",
        "b52ba6a3026520a6c49d37e4587601801bee500123b3259b6bf03e7cecc3e63d",
    ),
    published(
        1024,
        "RFC 2409 group 2",
        "RFC 2409 section 6.2",
        "3f35a3f5f6c4376a744acad409bb22f8d897f949d2311d885adaa890981b67a0",
    ),
    published(
        1024,
        "RFC 5114 group 22",
        "RFC 5114 section 2.1",
        "44c55cfee5c075927cf682da5b681bdecbd5c3eb0784c14f5dce7610f0ef133d",
    ),
    published(
        1536,
        "RFC 3526 group 5",
        "RFC 3526 section 2",
        "64fcc83ec403930bf18393dbc883ccaa1fbb08ac876f77f7aa99748ca945019b",
    ),
    published(
        2048,
        "RFC 3526 group 14",
        "RFC 3526 section 3",
        "d66436f79bbd6b2e38c0ffbd079be904d2641415e2e67140e09448be9a60890e",
    ),
    published(
        2048,
        "RFC 5114 group 23",
        "RFC 5114 section 2.2",
        "bfe545862ca102ad1eeddb5fbfa5bf855ac4995c56a8b408ce3fe099dce93a9d",
    ),
    published(
        2048,
        "RFC 5114 group 24",
        "RFC 5114 section 2.3",
        "0b7835722cb619827610c2549fdda5587421686c4409a13865e76225522ddcc9",
    ),
    published(
        3072,
        "RFC 3526 group 15",
        "RFC 3526 section 4",
        "48cf8b092fbce4359d9871abf74f98e25b6163379eaa15cd9087e800c6d1c55c",
    ),
    published(
        4096,
        "RFC 3526 group 16",
        "RFC 3526 section 5",
        "4ee95187682bcb230ad26a95205f6920e84708f6251b3894329b09ec23919e33",
    ),
    published(
        6144,
        "RFC 3526 group 17",
        "RFC 3526 section 6",
        "d1bfe6d0925ce7e4da262b62861514a7755e35831e429f343e7b864848657efd",
    ),
    published(
        8192,
        "RFC 3526 group 18",
        "RFC 3526 section 7",
        "39ab4feab950a3128fb71accb9fc3965d857012e081998a85996e3ea8b3c3bcf",
    ),
    published(
        512,
        "Apache httpd 2.0, mod_ssl",
        "Apache httpd, modules/ssl/ssl_engine_dh.c of 2001",
        "3cdb020b9ef298b2f3f6cf5a872af527337bf7b9f654b2e70c49da16a4d24137",
    ),
    published(
        512,
        "Apache httpd 2.2, mod_ssl",
        "Apache httpd, modules/ssl/ssl_engine_dh.c of 2006",
        "db01e702899166da28c9bc7896af62bcdf0c96d0fb341950ba80e68bd51a57ef",
    ),
    published(
        512,
        "Java",
        "OpenJDK, sun.security.ssl.PredefinedDHParameterSpecs",
        "554ced9aa2ffa9ed64911795792cfd3ec9eaab585d68f86ab53e14ced78fd40f",
    ),
    published(
        512,
        "ProFTPD",
        "ProFTPD, contrib/mod_tls.c",
        "42c55340f006f5b2ea5fb437952d551a344b97f1e125daf8d926c5ea8d5cacf3",
    ),
    published(
        512,
        "SKIP 512",
        "OpenSSL, apps/dh512.pem",
        "e4896abfd36d325fcafe3c1583e30bf9b59d63261b9ee11962107cf67ebf83cd",
    ),
    published(
        512,
        "sendmail, MySQL 5",
        "sendmail, sendmail/tls.c; MySQL, vio/viosslfactories.c",
        "f26e2403f3f07946654404909f0ff81d9354de17250411b4c04b89af73178425",
    ),
    published(
        768,
        "ProFTPD",
        "ProFTPD, contrib/mod_tls.c",
        "f50e69d53db8c4850afca68d49cf0a1f8bc5e9d8ffd1b16c03cff1af76e4e851",
    ),
    published(
        1024,
        "Apache httpd 2.0, mod_ssl",
        "Apache httpd, modules/ssl/ssl_engine_dh.c of 2001",
        "f79d1db3c955a28fdeca462670a0712efee4b588c7858e4943883f903bd1354b",
    ),
    published(
        1024,
        "Apache httpd 2.2, mod_ssl",
        "Apache httpd, modules/ssl/ssl_engine_dh.c of 2006",
        "bf910d9df4e0b2e76cda7443f592aa118e33ba2c224ebc27fb8978d873c8c2e3",
    ),
    published(
        1024,
        "HAProxy",
        "HAProxy, src/ssl_sock.c",
        "486e235226a927b22b9389bf43377084cb9be4c303f08fd490613ab4d9dfbd31",
    ),
    published(
        1024,
        "LiteSpeed",
        "OpenLiteSpeed, src/sslpp/sslcontext.cpp",
        "af52b9a85beb36813a7fa7a605eaa1fd6a3911fba2264eda2e276db4ffd01562",
    ),
    published(
        1024,
        "MariaDB",
        "MariaDB, vio/viosslfactories.c of 2015",
        "305f7cebce96e6c8a52b698643ba61ac1c388857f3e9282fc8783eb9a8c5e9a8",
    ),
    published(
        1024,
        "ProFTPD",
        "ProFTPD, contrib/mod_tls.c",
        "a0e7611e593dd96519900f0ae86be34a2a28779c3b61c410e77797619b60ffd5",
    ),
    published(
        1024,
        "SKIP 1024",
        "OpenSSL, apps/dh1024.pem",
        "6215d41bb617b390082b066d6856f8b361d6c77f316a84301f7c9717a8681485",
    ),
    published(
        1024,
        "nginx before 1.11",
        "nginx 1.0.14, src/event/ngx_event_openssl.c",
        "8ae47dca3d24e9b64640062686da234dcabada26b0da6f090c5449c1338d9a11",
    ),
    published(
        1536,
        "ProFTPD",
        "ProFTPD, contrib/mod_tls.c",
        "0ef134beacbbf1b59a09bb1581cbe08b49fa85c4f4a9bd9d6ac9885d46e5a885",
    ),
    published(
        2048,
        "HAProxy",
        "HAProxy, src/ssl_sock.c",
        "7b6551ea6ff09bd78c24bede10980a155f70b6c81e48b4dd8bec822ab3bf0e94",
    ),
    published(
        2048,
        "MySQL 5.7",
        "MySQL, vio/viosslfactories.c",
        "af9b053c876bc2883abdc0da275c1df2b9c1040b5490d4f3726436328c9e3396",
    ),
    published(
        2048,
        "Postfix",
        "Postfix, src/tls/tls_dh.c",
        "450349830c07b0225c8fd0b123ca8febdf0c28fde698258de7cab092b9045a94",
    ),
    published(
        2048,
        "ProFTPD",
        "ProFTPD, contrib/mod_tls.c",
        "edc26ebfeb5385659871debcbecc548f57b479f69969ce852eb78acd45012f49",
    ),
    published(
        2048,
        "SKIP 2048",
        "OpenSSL, apps/dh2048.pem",
        "725541d91fe79bcf52e6d96581d83ab8eb68a6c2460d933f68792a369b003b1c",
    ),
];

const fn published(
    bits: u16,
    name: &'static str,
    source: &'static str,
    sha256: &'static str,
) -> PublishedPrime {
    PublishedPrime {
        bits,
        name,
        source,
        sha256,
    }
}

impl DhPrime {
    /// The prime of `bits` bits with that digest, with its name if it is published.
    pub fn new(bits: u16, sha256: String) -> Self {
        let row = PUBLISHED.iter().find(|row| row.sha256 == sha256);
        Self {
            bits,
            known: row.map(|row| row.name.to_owned()),
            sha256,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use dashu_int::{IBig, UBig, ops::BitTest};
    use sha2::{Digest, Sha256};

    use super::*;

    /// pi times two to the power of `bits`, rounded down, by Machin's formula.
    fn pi(bits: usize) -> UBig {
        const GUARD: usize = 64;
        let one = UBig::ONE << (bits + GUARD);
        let arctangent = |x: u32| {
            let (mut power, mut sum, mut n) = (&one / x, IBig::ZERO, 1u32);
            while power != UBig::ZERO {
                let term = IBig::from(&power / n);
                sum = if n % 4 == 1 { sum + term } else { sum - term };
                power /= x * x;
                n += 2;
            }
            sum
        };
        let pi = (arctangent(5) * 4 - arctangent(239)) * 4;
        UBig::try_from(pi).unwrap() >> GUARD
    }

    /// The prime of RFC 2409 and RFC 3526: 2^n - 2^(n-64) - 1 + 2^64 ([2^(n-130) pi] + c).
    fn oakley(bits: usize, c: u32) -> UBig {
        (UBig::ONE << bits) - (UBig::ONE << (bits - 64)) - UBig::ONE + ((pi(bits - 130) + c) << 64)
    }

    #[test]
    fn the_groups_of_pi_are_those_of_their_formula() {
        for (bits, c, name) in [
            (768, 149_686, "RFC 2409 group 1"),
            (1024, 129_093, "RFC 2409 group 2"),
            (1536, 741_804, "RFC 3526 group 5"),
            (2048, 124_476, "RFC 3526 group 14"),
            (3072, 1_690_314, "RFC 3526 group 15"),
            (4096, 240_904, "RFC 3526 group 16"),
            (6144, 929_484, "RFC 3526 group 17"),
            (8192, 4_743_158, "RFC 3526 group 18"),
        ] {
            let prime = oakley(bits, c);
            assert_eq!(prime.bit_len(), bits);
            let digest = Sha256::digest(prime.to_be_bytes());
            let digest = digest
                .iter()
                .fold(String::new(), |hex, b| hex + &format!("{b:02x}"));
            let known = DhPrime::new(u16::try_from(bits).unwrap(), digest).known;
            assert_eq!(known.as_deref(), Some(name));
        }
    }

    #[test]
    fn every_prime_stands_once_and_has_a_source() {
        let digests: BTreeSet<_> = PUBLISHED.iter().map(|row| row.sha256).collect();
        assert_eq!(digests.len(), PUBLISHED.len());
        for row in PUBLISHED {
            assert_eq!(row.sha256.len(), 64, "{}", row.name);
            assert!(
                row.bits % 128 == 0 && !row.source.is_empty(),
                "{}",
                row.name
            );
        }
        assert_eq!(DhPrime::new(1024, "ab".repeat(32)).known, None);
    }
}
