//! The pseudo-random function and what is made with it (RFC 2246 5, RFC 5246 5).

use aws_lc_rs::{digest, hmac};
use md5::{Digest, Md5};

use super::suite::{Hash, Suite};

/// The version from which on each suite names the hash of the pseudo-random function.
const TLS_1_2: u16 = 0x0303;

/// `length` bytes of PRF(secret, label, seed) of `version`.
pub(super) fn prf(
    version: u16,
    hash: Hash,
    secret: &[u8],
    label: &[u8],
    seed: &[u8],
    length: usize,
) -> Vec<u8> {
    let seed = [label, seed].concat();
    if version >= TLS_1_2 {
        let algorithm = match hash {
            Hash::Sha256 => hmac::HMAC_SHA256,
            Hash::Sha384 => hmac::HMAC_SHA384,
        };
        return expand(&keyed(algorithm, secret), &seed, length);
    }
    // The halves of the secret share its middle byte if it has one.
    let half = secret.len().div_ceil(2);
    let (first, _) = secret.split_at(half);
    let (_, second) = secret.split_at(secret.len() - half);
    let md5 = expand(&|data| hmac_md5(first, data), &seed, length);
    let sha1 = keyed(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, second);
    let sha1 = expand(&sha1, &seed, length);
    md5.into_iter().zip(sha1).map(|(a, b)| a ^ b).collect()
}

/// The digest of `transcript` that Finished and the extended master secret rest on.
pub(super) fn transcript_hash(version: u16, hash: Hash, transcript: &[u8]) -> Vec<u8> {
    let of = |algorithm| digest::digest(algorithm, transcript).as_ref().to_vec();
    match hash {
        _ if version < TLS_1_2 => {
            let mut both = Md5::digest(transcript).to_vec();
            both.extend(of(&digest::SHA1_FOR_LEGACY_USE_ONLY));
            both
        }
        Hash::Sha256 => of(&digest::SHA256),
        Hash::Sha384 => of(&digest::SHA384),
    }
}

/// What a Finished message says (RFC 5246 7.4.9).
pub(super) fn verify_data(
    version: u16,
    suite: Suite,
    master: &[u8],
    label: &[u8],
    transcript: &[u8],
) -> Vec<u8> {
    let digest = transcript_hash(version, suite.hash, transcript);
    prf(version, suite.hash, master, label, &digest, 12)
}

fn keyed(algorithm: hmac::Algorithm, key: &[u8]) -> impl Fn(&[u8]) -> Vec<u8> {
    let key = hmac::Key::new(algorithm, key);
    move |data| hmac::sign(&key, data).as_ref().to_vec()
}

/// P_hash (RFC 5246 5).
fn expand(hmac: &dyn Fn(&[u8]) -> Vec<u8>, seed: &[u8], length: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut link = hmac(seed);
    while out.len() < length {
        out.extend(hmac(&[&link, seed].concat()));
        link = hmac(&link);
    }
    out.truncate(length);
    out
}

/// HMAC (RFC 2104) over MD5, which the library of everything else here has dropped.
fn hmac_md5(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut block = [0; 64];
    let hashed;
    let key = if key.len() > block.len() {
        hashed = Md5::digest(key);
        hashed.as_slice()
    } else {
        key
    };
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let inner = Md5::new()
        .chain_update(block.map(|b| b ^ 0x36))
        .chain_update(data)
        .finalize();
    Md5::new()
        .chain_update(block.map(|b| b ^ 0x5C))
        .chain_update(inner)
        .finalize()
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex::hex;

    #[test]
    fn hmac_md5_as_rfc_2202_says() {
        assert_eq!(
            hex(&hmac_md5(&[0x0B; 16], b"Hi There")),
            "9294727a3638bb1c13f48ef8158bfc9d"
        );
        let data = b"Test Using Larger Than Block-Size Key - Hash Key First";
        assert_eq!(
            hex(&hmac_md5(&[0xAA; 80], data)),
            "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"
        );
    }

    #[test]
    fn lengths_are_as_asked() {
        for version in [0x0301, 0x0303] {
            for length in [0, 1, 12, 48, 104] {
                let out = prf(version, Hash::Sha256, &[1; 47], b"label", b"seed", length);
                assert_eq!(out.len(), length);
            }
        }
    }
}
