//! Protection of records (RFC 5246 6.2.3), one direction.

use aws_lc_rs::{
    aead::{self, Aad, LessSafeKey, Nonce, UnboundKey},
    cipher::{
        AES_128, AES_256, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext,
        UnboundCipherKey,
    },
    hmac,
    iv::FixedLength,
    rand,
};

use super::suite::{Bulk, Mac, Suite};

const BLOCK: usize = 16;

/// The record could not be opened or made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

/// Seals or opens records of one direction.
#[derive(Debug)]
pub(super) struct Seal {
    version: u16,
    sequence: u64,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// `salt` stands before, the sequence number behind; the latter is sent along.
    Gcm {
        key: LessSafeKey,
        salt: [u8; 4],
    },
    /// The sequence number is added to `iv`, and nothing is sent along.
    ChaCha {
        key: LessSafeKey,
        iv: [u8; 12],
    },
    Cbc(Box<Cbc>),
}

#[derive(Debug)]
struct Cbc {
    encrypts: EncryptingKey,
    decrypts: DecryptingKey,
    mac: hmac::Key,
    tag: usize,
    /// The last block of TLS 1.0, with which the next record begins.
    last: [u8; BLOCK],
    /// The MAC covers the ciphertext (RFC 7366).
    then_mac: bool,
}

/// Bytes of key block that one direction takes: MAC key, key, initialisation vector.
pub(super) const fn lengths(suite: Suite) -> (usize, usize, usize) {
    match suite.bulk {
        Bulk::Gcm => (0, suite.key, 4),
        Bulk::ChaCha => (0, suite.key, 12),
        Bulk::Cbc(mac) => (tag_length(mac), suite.key, BLOCK),
    }
}

const fn tag_length(mac: Mac) -> usize {
    match mac {
        Mac::Sha1 => 20,
        Mac::Sha256 => 32,
        Mac::Sha384 => 48,
    }
}

impl Seal {
    /// With the keys of one direction. `then_mac`: encrypt_then_mac was agreed on.
    pub(super) fn new(
        suite: Suite,
        version: u16,
        (mac, key, iv): (&[u8], &[u8], &[u8]),
        then_mac: bool,
    ) -> Result<Self, Broken> {
        let sealing = |algorithm| {
            let key = UnboundKey::new(algorithm, key).map_err(|_| Broken)?;
            Ok(LessSafeKey::new(key))
        };
        let kind = match suite.bulk {
            Bulk::Gcm => Kind::Gcm {
                key: sealing(match suite.key {
                    16 => &aead::AES_128_GCM,
                    _ => &aead::AES_256_GCM,
                })?,
                salt: iv.try_into().map_err(|_| Broken)?,
            },
            Bulk::ChaCha => Kind::ChaCha {
                key: sealing(&aead::CHACHA20_POLY1305)?,
                iv: iv.try_into().map_err(|_| Broken)?,
            },
            Bulk::Cbc(hash) => {
                let algorithm = if suite.key == 16 { &AES_128 } else { &AES_256 };
                let bare = || UnboundCipherKey::new(algorithm, key).map_err(|_| Broken);
                let hash_of = match hash {
                    Mac::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
                    Mac::Sha256 => hmac::HMAC_SHA256,
                    Mac::Sha384 => hmac::HMAC_SHA384,
                };
                Kind::Cbc(Box::new(Cbc {
                    encrypts: EncryptingKey::cbc(bare()?).map_err(|_| Broken)?,
                    decrypts: DecryptingKey::cbc(bare()?).map_err(|_| Broken)?,
                    mac: hmac::Key::new(hash_of, mac),
                    tag: tag_length(hash),
                    last: iv.try_into().map_err(|_| Broken)?,
                    then_mac,
                }))
            }
        };
        Ok(Self {
            version,
            sequence: 0,
            kind,
        })
    }

    /// The body of a record of that content type.
    pub(super) fn seal(&mut self, kind: u8, plain: &[u8]) -> Result<Vec<u8>, Broken> {
        let (version, sequence) = (self.version, self.next());
        match &mut self.kind {
            Kind::Gcm { key, salt } => {
                let explicit = sequence.to_be_bytes();
                let mut out = plain.to_vec();
                let about = about(sequence, kind, version, plain.len())?;
                key.seal_in_place_append_tag(nonce_of(*salt, explicit), Aad::from(about), &mut out)
                    .map_err(|_| Broken)?;
                Ok([&explicit[..], &out].concat())
            }
            Kind::ChaCha { key, iv } => {
                let mut out = plain.to_vec();
                let about = about(sequence, kind, version, plain.len())?;
                key.seal_in_place_append_tag(mixed(*iv, sequence), Aad::from(about), &mut out)
                    .map_err(|_| Broken)?;
                Ok(out)
            }
            Kind::Cbc(cbc) => cbc.seal(sequence, kind, version, plain),
        }
    }

    /// What is in the body of a record of that content type.
    pub(super) fn open(&mut self, kind: u8, body: &[u8]) -> Result<Vec<u8>, Broken> {
        const TAG: usize = 16;
        let (version, sequence) = (self.version, self.next());
        let mut held;
        let opened = match &mut self.kind {
            Kind::Gcm { key, salt } => {
                let (explicit, sealed) = body.split_first_chunk().ok_or(Broken)?;
                let length = sealed.len().checked_sub(TAG).ok_or(Broken)?;
                held = sealed.to_vec();
                let about = about(sequence, kind, version, length)?;
                key.open_in_place(nonce_of(*salt, *explicit), Aad::from(about), &mut held)
            }
            Kind::ChaCha { key, iv } => {
                let length = body.len().checked_sub(TAG).ok_or(Broken)?;
                held = body.to_vec();
                let about = about(sequence, kind, version, length)?;
                key.open_in_place(mixed(*iv, sequence), Aad::from(about), &mut held)
            }
            Kind::Cbc(cbc) => return cbc.open(sequence, kind, version, body),
        };
        opened.map(|plain| plain.to_vec()).map_err(|_| Broken)
    }

    fn next(&mut self) -> u64 {
        let sequence = self.sequence;
        self.sequence = self.sequence.wrapping_add(1);
        sequence
    }
}

impl Cbc {
    fn seal(
        &mut self,
        sequence: u64,
        kind: u8,
        version: u16,
        plain: &[u8],
    ) -> Result<Vec<u8>, Broken> {
        let mut inner = plain.to_vec();
        if !self.then_mac {
            let about = about(sequence, kind, version, plain.len())?;
            inner.extend(self.tag_of(&[&about, plain]));
        }
        let padding = BLOCK - 1 - inner.len() % BLOCK;
        let byte = u8::try_from(padding).map_err(|_| Broken)?;
        inner.resize(inner.len() + padding + 1, byte);
        let explicit = version > 0x0301;
        let mut iv = self.last;
        if explicit {
            rand::fill(&mut iv).map_err(|_| Broken)?;
        }
        let context = EncryptionContext::Iv128(FixedLength::from(iv));
        self.encrypts
            .less_safe_encrypt(&mut inner, context)
            .map_err(|_| Broken)?;
        self.last = *inner.last_chunk().ok_or(Broken)?;
        let mut out = if explicit { iv.to_vec() } else { Vec::new() };
        out.extend(inner);
        if self.then_mac {
            let about = about(sequence, kind, version, out.len())?;
            let tag = self.tag_of(&[&about, &out]);
            out.extend(tag);
        }
        Ok(out)
    }

    fn open(
        &mut self,
        sequence: u64,
        kind: u8,
        version: u16,
        body: &[u8],
    ) -> Result<Vec<u8>, Broken> {
        let mut sealed = body;
        if self.then_mac {
            let length = body.len().checked_sub(self.tag).ok_or(Broken)?;
            let (covered, tag) = body.split_at(length);
            let about = about(sequence, kind, version, length)?;
            if self.tag_of(&[&about, covered]) != tag {
                return Err(Broken);
            }
            sealed = covered;
        }
        let mut iv = self.last;
        if version > 0x0301 {
            let (explicit, rest) = sealed.split_first_chunk().ok_or(Broken)?;
            (iv, sealed) = (*explicit, rest);
        }
        self.last = *sealed.last_chunk().ok_or(Broken)?;
        let mut inner = sealed.to_vec();
        let context = DecryptionContext::Iv128(FixedLength::from(iv));
        self.decrypts
            .decrypt(&mut inner, context)
            .map_err(|_| Broken)?;
        let padding = usize::from(*inner.last().ok_or(Broken)?);
        let length = inner.len().checked_sub(padding + 1).ok_or(Broken)?;
        inner.truncate(length);
        if !self.then_mac {
            let length = inner.len().checked_sub(self.tag).ok_or(Broken)?;
            let tag = inner.split_off(length);
            let about = about(sequence, kind, version, length)?;
            if self.tag_of(&[&about, &inner]) != tag {
                return Err(Broken);
            }
        }
        Ok(inner)
    }

    fn tag_of(&self, parts: &[&[u8]]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.mac);
        for part in parts {
            context.update(part);
        }
        context.sign().as_ref().to_vec()
    }
}

/// What a tag covers beside the bytes (RFC 5246 6.2.3.1 and 6.2.3.3).
fn about(sequence: u64, content: u8, version: u16, length: usize) -> Result<[u8; 13], Broken> {
    let length = u16::try_from(length).map_err(|_| Broken)?;
    let mut out = [0; 13];
    let bytes = sequence
        .to_be_bytes()
        .into_iter()
        .chain([content])
        .chain(version.to_be_bytes())
        .chain(length.to_be_bytes());
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = from;
    }
    Ok(out)
}

fn nonce_of(salt: [u8; 4], explicit: [u8; 8]) -> Nonce {
    let mut out = [0; 12];
    for (to, from) in out.iter_mut().zip(salt.into_iter().chain(explicit)) {
        *to = from;
    }
    Nonce::assume_unique_for_key(out)
}

fn mixed(mut iv: [u8; 12], sequence: u64) -> Nonce {
    for (to, from) in iv.iter_mut().rev().zip(sequence.to_le_bytes()) {
        *to ^= from;
    }
    Nonce::assume_unique_for_key(iv)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pair(number: u16, version: u16, then_mac: bool) -> (Seal, Seal) {
        let suite = Suite::of(number).unwrap();
        let (mac, key, iv) = lengths(suite);
        let (mac, key, iv) = (vec![1; mac], vec![2; key], vec![3; iv]);
        let make = || Seal::new(suite, version, (&mac, &key, &iv), then_mac).unwrap();
        (make(), make())
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_and_what_is_changed_does_not(
            number in proptest::sample::select(vec![0xC02F, 0xC030, 0xCCA8, 0xC013, 0x0035, 0x003C, 0xC028]),
            version in 0x0301u16..=0x0303,
            then_mac: bool,
            texts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 1..4),
            spot: prop::sample::Index,
        ) {
            let (mut ours, mut theirs) = pair(number, version, then_mac);
            for text in &texts {
                let sealed = ours.seal(22, text).unwrap();
                prop_assert_eq!(&theirs.open(22, &sealed).unwrap(), text);
            }
            let mut sealed = ours.seal(22, &texts[0]).unwrap();
            let spot = spot.index(sealed.len());
            sealed[spot] ^= 1;
            // A changed padding byte alone is not looked at.
            if let Ok(opened) = theirs.open(22, &sealed) {
                prop_assert!(Suite::of(number).unwrap().cbc() && opened == texts[0]);
            }
        }

        #[test]
        fn opening_never_panics(number in proptest::sample::select(vec![0xC02F, 0xCCA8, 0xC013]),
            then_mac: bool, body: Vec<u8>) {
            let (mut seal, _) = pair(number, 0x0302, then_mac);
            let _ = seal.open(23, &body);
        }
    }
}
