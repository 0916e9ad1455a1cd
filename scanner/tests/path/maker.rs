//! A small writer of certificates that makes wrong ones as readily as right ones.

use std::{
    collections::BTreeMap,
    sync::{LazyLock, Mutex},
};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use sha2::{Digest, Sha256};

pub(crate) const SERVER: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 1];
pub(crate) const CLIENT: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 2];
pub(crate) const ANY: &[u8] = &[0x55, 0x1d, 0x25, 0];

/// Contents under a tag.
pub(crate) fn tlv(tag: u8, contents: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match contents.len() {
        short @ ..0x80 => out.push(u8::try_from(short).unwrap()),
        long => {
            let bytes = long.to_be_bytes();
            let from = bytes.iter().position(|byte| *byte != 0).unwrap();
            out.push(0x80 | u8::try_from(bytes.len() - from).unwrap());
            out.extend_from_slice(&bytes[from..]);
        }
    }
    out.extend_from_slice(contents);
    out
}

pub(crate) fn seq(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

pub(crate) fn oid(contents: &[u8]) -> Vec<u8> {
    tlv(0x06, contents)
}

/// The key called `name`, made once a run.
fn pair(name: &str) -> &'static EcdsaKeyPair {
    static PAIRS: LazyLock<Mutex<BTreeMap<String, &'static EcdsaKeyPair>>> =
        LazyLock::new(Mutex::default);
    let mut pairs = PAIRS.lock().unwrap();
    pairs.entry(name.to_owned()).or_insert_with(|| {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        Box::leak(Box::new(pair))
    })
}

/// The signature of the key called `name`, the same whenever it is asked for.
fn signature(name: &str, tbs: &[u8]) -> Vec<u8> {
    type Made = BTreeMap<(String, Vec<u8>), Vec<u8>>;
    static MADE: LazyLock<Mutex<Made>> = LazyLock::new(Mutex::default);
    let mut made = MADE.lock().unwrap();
    let made = made.entry((name.to_owned(), tbs.to_vec()));
    made.or_insert_with(|| {
        let signature = pair(name).sign(&SystemRandom::new(), tbs);
        signature.unwrap().as_ref().to_vec()
    })
    .clone()
}

/// SubjectPublicKeyInfo on a named curve.
pub(crate) fn elliptic(curve: &[u8], point: &[u8]) -> Vec<u8> {
    let algorithm = seq(&[&oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]), curve]);
    seq(&[&algorithm, &bits(point)])
}

pub(crate) fn bits(contents: &[u8]) -> Vec<u8> {
    tlv(0x03, &[&[0], contents].concat())
}

fn spki(name: &str) -> Vec<u8> {
    let curve = oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]);
    elliptic(&curve, pair(name).public_key().as_ref())
}

/// SubjectPublicKeyInfo of an RSA key that nobody has, `size` bits long.
pub(crate) fn rsa(size: usize) -> Vec<u8> {
    let mut modulus = vec![0xc5; size / 8];
    modulus.insert(0, 0);
    let key = seq(&[&tlv(2, &modulus), &tlv(2, &[1, 0, 1])]);
    let algorithm = seq(&[
        &oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1]),
        &[5, 0],
    ]);
    seq(&[&algorithm, &bits(&key)])
}

/// A key identifier.
pub(crate) fn id(key: &str) -> Vec<u8> {
    Sha256::digest(spki(key))[..20].to_vec()
}

/// A Name of common names; none for an empty one.
pub(crate) fn name(common: &str) -> Vec<u8> {
    let parts = common.split('/').filter(|part| !part.is_empty());
    let parts = parts.map(|part| {
        tlv(
            0x31,
            &seq(&[&oid(&[0x55, 4, 3]), &tlv(0x0c, part.as_bytes())]),
        )
    });
    tlv(0x30, &parts.collect::<Vec<_>>().concat())
}

/// General names: `dns:`, `ip:` with hexadecimal, `mail:`, `uri:`, `dir:`, `other:`.
pub(crate) fn general(text: &str) -> Vec<u8> {
    let (kind, value) = text.split_once(':').unwrap();
    match kind {
        "dns" => tlv(0x82, value.as_bytes()),
        "mail" => tlv(0x81, value.as_bytes()),
        "uri" => tlv(0x86, value.as_bytes()),
        "dir" => tlv(0xa4, &name(value)),
        "other" => tlv(0xa0, &[oid(&[0x2a, 3, 4]), tlv(0xa0, &[5, 0])].concat()),
        "ip" => {
            let digits: Vec<u8> = value.bytes().filter(u8::is_ascii_hexdigit).collect();
            let bytes = digits
                .chunks(2)
                .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap());
            tlv(0x87, &bytes.collect::<Vec<_>>())
        }
        other => panic!("{other}"),
    }
}

pub(crate) fn names(list: &[&str]) -> Vec<u8> {
    let all: Vec<_> = list.iter().map(|text| general(text)).collect();
    tlv(0x30, &all.concat())
}

/// Name constraints.
pub(crate) fn constraints(permitted: &[&str], excluded: &[&str]) -> Vec<u8> {
    let list = |tag, bases: &[&str]| {
        let all: Vec<_> = bases.iter().map(|base| seq(&[&general(base)])).collect();
        if all.is_empty() {
            Vec::new()
        } else {
            tlv(tag, &all.concat())
        }
    };
    seq(&[&list(0xa0, permitted), &list(0xa1, excluded)])
}

/// Basic constraints.
pub(crate) fn basic(ca: bool, length: Option<u8>) -> Vec<u8> {
    let ca = if ca { tlv(1, &[0xff]) } else { Vec::new() };
    let length = length.map_or_else(Vec::new, |length| tlv(2, &[length]));
    seq(&[&ca, &length])
}

/// A certificate to be.
#[derive(Debug, Clone)]
pub(crate) struct Maker {
    version: Option<u8>,
    serial: Vec<u8>,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    from: Vec<u8>,
    until: Vec<u8>,
    spki: Vec<u8>,
    extensions: Vec<(Vec<u8>, bool, Vec<u8>)>,
    signer: String,
    algorithm: [Vec<u8>; 2],
    spoilt: bool,
}

pub(crate) const FROM: &str = "260101000000Z";
pub(crate) const UNTIL: &str = "280101000000Z";

pub(crate) fn utc(text: &str) -> Vec<u8> {
    tlv(0x17, text.as_bytes())
}

/// Extensions under 2.5.29.
pub(crate) const SUBJECT_KEY: u8 = 14;
pub(crate) const KEY_USAGE: u8 = 15;
pub(crate) const NAMES: u8 = 17;
pub(crate) const BASIC: u8 = 19;
pub(crate) const CONSTRAINTS: u8 = 30;
pub(crate) const POLICIES: u8 = 32;
pub(crate) const AUTHORITY_KEY: u8 = 35;
pub(crate) const POLICY_CONSTRAINTS: u8 = 36;
pub(crate) const PURPOSES: u8 = 37;

fn standard(last: u8) -> Vec<u8> {
    vec![0x55, 0x1d, last]
}

impl Maker {
    /// `subject` below `issuer`; keys are called as their owners are.
    fn new(subject: &str, issuer: &str) -> Self {
        let ecdsa = seq(&[&oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2])]);
        let mut serial = Sha256::digest(format!("{subject} {issuer}"))[..12].to_vec();
        serial[0] = serial[0] & 0x7f | 1;
        Self {
            version: Some(2),
            serial,
            issuer: name(issuer),
            subject: name(subject),
            from: utc(FROM),
            until: utc(UNTIL),
            spki: spki(subject),
            extensions: Vec::new(),
            signer: issuer.to_owned(),
            algorithm: [ecdsa.clone(), ecdsa],
            spoilt: false,
        }
        .with(SUBJECT_KEY, false, &tlv(4, &id(subject)))
        .with(AUTHORITY_KEY, false, &seq(&[&tlv(0x80, &id(issuer))]))
    }

    /// An authority; its own issuer makes a root.
    pub(crate) fn authority(subject: &str, issuer: &str) -> Self {
        Self::new(subject, issuer)
            .with(BASIC, true, &basic(true, None))
            .with(KEY_USAGE, true, &tlv(3, &[1, 0x06]))
    }

    /// A server.
    pub(crate) fn leaf(common: &str, issuer: &str) -> Self {
        Self::new(common, issuer)
            .with(KEY_USAGE, true, &tlv(3, &[7, 0x80]))
            .with(PURPOSES, false, &seq(&[&oid(SERVER)]))
            .with(NAMES, false, &names(&[&format!("dns:{common}")]))
    }

    /// With the extension 2.5.29.`last`, in the place of the one it has.
    pub(crate) fn with(self, last: u8, critical: bool, value: &[u8]) -> Self {
        self.without(last).and(&standard(last), critical, value)
    }

    pub(crate) fn without(mut self, last: u8) -> Self {
        self.extensions.retain(|(oid, ..)| *oid != standard(last));
        self
    }

    /// With one more extension, whether there is one of the kind or not.
    pub(crate) fn and(mut self, oid: &[u8], critical: bool, value: &[u8]) -> Self {
        self.extensions
            .push((oid.to_vec(), critical, value.to_vec()));
        self
    }

    pub(crate) fn bare(mut self) -> Self {
        self.extensions.clear();
        self
    }

    pub(crate) fn version(mut self, version: Option<u8>) -> Self {
        self.version = version;
        self
    }

    pub(crate) fn serial(mut self, serial: &[u8]) -> Self {
        self.serial = serial.to_vec();
        self
    }

    pub(crate) fn subject(mut self, subject: Vec<u8>) -> Self {
        self.subject = subject;
        self
    }

    pub(crate) fn issuer(mut self, issuer: Vec<u8>) -> Self {
        self.issuer = issuer;
        self
    }

    pub(crate) fn times(mut self, from: Vec<u8>, until: Vec<u8>) -> Self {
        (self.from, self.until) = (from, until);
        self
    }

    pub(crate) fn key(mut self, spki: Vec<u8>) -> Self {
        self.spki = spki;
        self
    }

    /// With the key called `name`, and its identifier.
    pub(crate) fn keyed(mut self, name: &str) -> Self {
        self.spki = spki(name);
        self.with(SUBJECT_KEY, false, &tlv(4, &id(name)))
    }

    /// Signed by the key called `signer`, and saying so.
    pub(crate) fn signed(mut self, signer: &str) -> Self {
        signer.clone_into(&mut self.signer);
        self.with(AUTHORITY_KEY, false, &seq(&[&tlv(0x80, &id(signer))]))
    }

    /// Says that its signature is of this algorithm, within and without.
    pub(crate) fn algorithms(mut self, inner: &[u8], outer: &[u8]) -> Self {
        self.algorithm = [inner.to_vec(), outer.to_vec()];
        self
    }

    /// With a signature that does not hold.
    pub(crate) fn spoilt(mut self) -> Self {
        self.spoilt = true;
        self
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        let version = self
            .version
            .map_or_else(Vec::new, |version| tlv(0xa0, &tlv(2, &[version])));
        let extensions = self.extensions.iter().map(|(kind, critical, value)| {
            let critical = if *critical {
                tlv(1, &[0xff])
            } else {
                Vec::new()
            };
            seq(&[&oid(kind), &critical, &tlv(4, value)])
        });
        let mut extensions = extensions.collect::<Vec<_>>().concat();
        if !extensions.is_empty() {
            extensions = tlv(0xa3, &tlv(0x30, &extensions));
        }
        let tbs = seq(&[
            &version,
            &tlv(2, &self.serial),
            &self.algorithm[0],
            &self.issuer,
            &seq(&[&self.from, &self.until]),
            &self.subject,
            &self.spki,
            &extensions,
        ]);
        let mut signature = signature(&self.signer, &tbs);
        if self.spoilt {
            *signature.last_mut().unwrap() ^= 1;
        }
        seq(&[&tbs, &self.algorithm[1], &bits(&signature)])
    }
}

/// PEM of a certificate.
pub(crate) fn pem(der: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in der.chunks(3) {
        let bits = three
            .iter()
            .fold(0_usize, |all, byte| (all << 8) | usize::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = if place > three.len() {
                '='
            } else {
                char::from(ALPHABET[(bits >> (18 - 6 * place)) & 63])
            };
            text.push(letter);
        }
    }
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(String::from_utf8_lossy)
        .collect();
    let text = lines.join("\n");
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}
