//! Agreeing on the premaster secret (RFC 5246 7.4.7, RFC 8422 5.7).

use aws_lc_rs::{
    agreement::{self, EphemeralPrivateKey, UnparsedPublicKey},
    rand::{self, SystemRandom},
    rsa::{Pkcs1PublicEncryptingKey, PublicEncryptingKey},
};
use luytre_checks::Unmeasured;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::{hello::vector, seen::Ended, server::Signed};

/// Bytes of the master secret, and of a premaster secret sent under an RSA key.
pub(super) const MASTER: usize = 48;

/// Agrees on a secret with a fresh key: the secret, and what ClientKeyExchange says.
pub(super) fn agree(signed: &Signed) -> Result<(Vec<u8>, Vec<u8>), Ended> {
    let algorithm = match signed.group {
        Some(0x17) => &agreement::ECDH_P256,
        Some(0x18) => &agreement::ECDH_P384,
        Some(0x19) => &agreement::ECDH_P521,
        Some(0x1D) => &agreement::X25519,
        _ => return Err(Ended::Unable),
    };
    let bug = |_| Ended::Failed(Unmeasured::Bug);
    let ours = EphemeralPrivateKey::generate(algorithm, &SystemRandom::new()).map_err(bug)?;
    let mut exchange = Vec::new();
    let public = ours.compute_public_key().map_err(bug)?;
    vector(&mut exchange, 1, public.as_ref());
    let theirs = UnparsedPublicKey::new(algorithm, &signed.public);
    let wrong = Ended::Failed(Unmeasured::Protocol);
    let secret = agreement::agree_ephemeral(ours, theirs, wrong, |secret| Ok(secret.to_vec()))?;
    Ok((secret, exchange))
}

/// Sends a secret under the key of the leaf: the secret, and what ClientKeyExchange says.
pub(super) fn wrap(
    certificates: &[Vec<u8>],
    version: [u8; 2],
) -> Result<(Vec<u8>, Vec<u8>), Ended> {
    let leaf = certificates.first().ok_or(Unmeasured::Protocol)?;
    let (_, leaf) = X509Certificate::from_der(leaf).map_err(|_| Ended::Unable)?;
    let key = PublicEncryptingKey::from_der(leaf.public_key().raw).map_err(|_| Ended::Unable)?;
    let key = Pkcs1PublicEncryptingKey::new(key).map_err(|_| Ended::Unable)?;
    let mut secret = vec![0; MASTER];
    rand::fill(&mut secret).map_err(|_| Unmeasured::Bug)?;
    for (to, from) in secret.iter_mut().zip(version) {
        *to = from;
    }
    let mut sealed = vec![0; key.ciphertext_size()];
    let sealed = key
        .encrypt(&secret, &mut sealed)
        .map_err(|_| Ended::Unable)?;
    let mut exchange = Vec::new();
    vector(&mut exchange, 2, sealed);
    Ok((secret, exchange))
}
