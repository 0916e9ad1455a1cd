//! A small writer of certificates that may be as wrong as a test wants.

use crate::probe::chain::{der::tag, view::oid};

/// One element.
pub(in super::super::super) fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let value = parts.concat();
    let mut out = vec![tag];
    match value.len() {
        short @ 0..=0x7F => out.push(u8::try_from(short).unwrap()),
        long => {
            let digits: Vec<u8> = long
                .to_be_bytes()
                .into_iter()
                .skip_while(|b| *b == 0)
                .collect();
            out.push(0x80 | u8::try_from(digits.len()).unwrap());
            out.extend(digits);
        }
    }
    out.extend(value);
    out
}

pub(in super::super::super) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(tag::SEQUENCE, parts)
}

/// A name of attributes: kind 2.5.4.n, tag of the string, text.
pub(super) fn name(attributes: &[(u8, u8, &[u8])]) -> Vec<u8> {
    let parts: Vec<Vec<u8>> = attributes
        .iter()
        .map(|(kind, tag, text)| {
            let pair = sequence(&[&tlv(tag::OID, &[&[0x55, 4, *kind]]), &tlv(*tag, &[text])]);
            tlv(tag::SET, &[&pair])
        })
        .collect();
    sequence(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// Everything of a certificate, bent at will.
#[derive(Clone)]
pub(super) struct Mould {
    pub(super) version: Vec<u8>,
    pub(super) serial: Vec<u8>,
    pub(super) inner: Vec<u8>,
    pub(super) outer: Vec<u8>,
    pub(super) issuer: Vec<u8>,
    pub(super) subject: Vec<u8>,
    pub(super) from: Vec<u8>,
    pub(super) to: Vec<u8>,
    pub(super) key: Vec<u8>,
    pub(super) unique: Vec<u8>,
    pub(super) extensions: Vec<(Vec<u8>, Vec<u8>, Vec<u8>)>,
    pub(super) without_extensions: bool,
    pub(super) tail: Vec<u8>,
}

pub(super) const CRITICAL: &[u8] = &[1, 1, 0xFF];

pub(super) fn utc(text: &str) -> Vec<u8> {
    tlv(tag::UTC_TIME, &[text.as_bytes()])
}

/// AlgorithmIdentifier of ecdsa-with-SHA256.
pub(super) const ECDSA: &[u8] = &[0x30, 10, 6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2];

/// A key on the curve of this identifier with a point of so many bytes.
pub(super) fn ec(curve: &[u8], form: u8, size: usize) -> Vec<u8> {
    let algorithm = sequence(&[&tlv(tag::OID, &[oid::EC]), &tlv(tag::OID, &[curve])]);
    let point = [&[0, form][..], &vec![7; size]].concat();
    sequence(&[&algorithm, &tlv(tag::BIT_STRING, &[&point])])
}

pub(super) const P256: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7];

/// An RSA key with these numbers.
pub(super) fn rsa(modulus: &[u8], exponent: &[u8], parameters: &[u8]) -> Vec<u8> {
    let algorithm = sequence(&[&tlv(tag::OID, &[oid::RSA]), parameters]);
    let numbers = sequence(&[
        &tlv(tag::INTEGER, &[modulus]),
        &tlv(tag::INTEGER, &[exponent]),
    ]);
    sequence(&[&algorithm, &tlv(tag::BIT_STRING, &[&[0], &numbers])])
}

/// A modulus of so many bits, odd and without small factors.
pub(super) fn modulus(bits: usize) -> Vec<u8> {
    let mut out = vec![0; bits.div_ceil(8) + 1];
    out[1] = 1 << ((bits - 1) % 8);
    let end = out.len();
    let fits = |out: &[u8]| (2..752).all(|d| super::super::keys::remainder(out, d) != 0);
    for low in (1..=u16::MAX).step_by(2) {
        out[end - 2..].copy_from_slice(&low.to_be_bytes());
        if fits(&out) {
            break;
        }
    }
    if out[1] & 0x80 == 0 {
        out.remove(0);
    }
    out
}

/// General names: tag number, content.
pub(super) fn names(all: &[(u8, &[u8])]) -> Vec<u8> {
    let all: Vec<Vec<u8>> = all
        .iter()
        .map(|(n, v)| tlv(tag::implicit(*n), &[v]))
        .collect();
    sequence(&all.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// A list of identifiers.
pub(in super::super::super) fn oids(all: &[&[u8]]) -> Vec<u8> {
    let all: Vec<Vec<u8>> = all.iter().map(|one| tlv(tag::OID, &[one])).collect();
    sequence(&all.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

pub(super) fn policies(all: &[&[u8]]) -> Vec<u8> {
    let all: Vec<Vec<u8>> = all.iter().map(|one| oids(&[one])).collect();
    sequence(&all.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// Access descriptions.
pub(super) fn information(all: &[(&[u8], &[u8])]) -> Vec<u8> {
    let all: Vec<Vec<u8>> = all
        .iter()
        .map(|(kind, url)| sequence(&[&tlv(tag::OID, &[kind]), &tlv(tag::implicit(6), &[url])]))
        .collect();
    sequence(&all.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// One distribution point at an address.
pub(super) fn point(url: &[u8], more: &[u8]) -> Vec<u8> {
    let full = tlv(tag::explicit(0), &[&tlv(tag::implicit(6), &[url])]);
    sequence(&[&sequence(&[&tlv(tag::explicit(0), &[&full]), more])])
}

pub(super) const DV: &[u8] = &[0x67, 0x81, 0x0C, 1, 2, 1];
pub(super) const ISSUER: &[(u8, u8, &[u8])] = &[
    (6, tag::PRINTABLE, b"VN"),
    (10, tag::UTF8, b"To chuc chung thuc"),
    (3, tag::UTF8, b"CA cap 2"),
];
pub(super) const ROOT: &[(u8, u8, &[u8])] = &[
    (6, tag::PRINTABLE, b"VN"),
    (10, tag::UTF8, b"To chuc chung thuc"),
    (3, tag::UTF8, b"CA goc"),
];

/// A leaf that breaks no rule.
pub(super) fn leaf() -> Mould {
    let mut mould = Mould {
        version: tlv(tag::explicit(0), &[&[2, 1, 2]]),
        serial: vec![0x12; 16],
        inner: ECDSA.to_vec(),
        outer: ECDSA.to_vec(),
        issuer: name(ISSUER),
        subject: name(&[(3, tag::UTF8, b"www.lamgiang.vn")]),
        from: utc("260601000000Z"),
        to: utc("260829235959Z"),
        key: ec(P256, 4, 64),
        unique: Vec::new(),
        extensions: Vec::new(),
        without_extensions: false,
        tail: Vec::new(),
    };
    mould.set(oid::KEY_USAGE, CRITICAL, &[3, 2, 7, 0x80]);
    mould.set(oid::EXTENDED_KEY_USAGE, &[], &oids(&[oid::SERVER_AUTH]));
    mould.set(
        oid::SUBJECT_ALT_NAME,
        &[],
        &names(&[
            (2, b"www.lamgiang.vn"),
            (2, b"*.xn--lmgiang-uta.vn"),
            (7, &[203, 0, 112, 7]),
        ]),
    );
    mould.set(oid::AUTHORITY_KEY_ID, &[], &names(&[(0, &[3; 20])]));
    mould.set(oid::POLICIES, &[], &policies(&[DV]));
    mould.set(
        oid::AUTHORITY_INFO,
        &[],
        &information(&[
            (oid::CA_ISSUERS, b"http://ca.vn/2.crt"),
            (oid::OCSP, b"http://ocsp.ca.vn"),
        ]),
    );
    mould.set(oid::CRL_POINTS, &[], &point(b"http://ca.vn/2.crl", &[]));
    mould
}

/// An authority below a root that breaks no rule.
pub(super) fn authority() -> Mould {
    let mut mould = leaf();
    mould.issuer = name(ROOT);
    mould.subject = name(ISSUER);
    mould.to = utc("350101000000Z");
    mould.remove(oid::SUBJECT_ALT_NAME);
    mould.set(
        oid::BASIC_CONSTRAINTS,
        CRITICAL,
        &[0x30, 6, 1, 1, 0xFF, 2, 1, 0],
    );
    mould.set(oid::KEY_USAGE, CRITICAL, &[3, 2, 1, 6]);
    mould.set(
        oid::SUBJECT_KEY_ID,
        &[],
        &tlv(tag::OCTET_STRING, &[&[3; 20]]),
    );
    mould.set(oid::AUTHORITY_KEY_ID, &[], &names(&[(0, &[4; 20])]));
    mould
}

/// A root that breaks no rule.
pub(super) fn root() -> Mould {
    let mut mould = authority();
    mould.subject = name(ROOT);
    mould.set(oid::BASIC_CONSTRAINTS, CRITICAL, &[0x30, 3, 1, 1, 0xFF]);
    mould.set(
        oid::SUBJECT_KEY_ID,
        &[],
        &tlv(tag::OCTET_STRING, &[&[4; 20]]),
    );
    for gone in [
        oid::EXTENDED_KEY_USAGE,
        oid::POLICIES,
        oid::AUTHORITY_INFO,
        oid::CRL_POINTS,
    ] {
        mould.remove(gone);
    }
    mould
}

impl Mould {
    pub(super) fn set(&mut self, oid: &[u8], critical: &[u8], value: &[u8]) {
        let new = (oid.to_vec(), critical.to_vec(), value.to_vec());
        match self.extensions.iter_mut().find(|row| row.0 == oid) {
            Some(row) => *row = new,
            None => self.extensions.push(new),
        }
    }

    pub(super) fn remove(&mut self, oid: &[u8]) {
        self.extensions.retain(|row| row.0 != oid);
    }

    /// Flips the critical flag of one extension.
    pub(super) fn flip(&mut self, oid: &[u8]) {
        let row = self.extensions.iter_mut().find(|row| row.0 == oid).unwrap();
        row.1 = if row.1.is_empty() {
            CRITICAL.to_vec()
        } else {
            Vec::new()
        };
    }

    pub(super) fn signed_with(&mut self, algorithm: Vec<u8>) {
        self.inner.clone_from(&algorithm);
        self.outer = algorithm;
    }

    pub(super) fn der(&self) -> Vec<u8> {
        let extensions: Vec<Vec<u8>> = self
            .extensions
            .iter()
            .map(|(oid, critical, value)| {
                sequence(&[
                    &tlv(tag::OID, &[oid]),
                    critical,
                    &tlv(tag::OCTET_STRING, &[value]),
                ])
            })
            .collect();
        let list = sequence(&extensions.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let wrapped = if self.without_extensions {
            Vec::new()
        } else {
            tlv(tag::explicit(3), &[&list])
        };
        let tbs = sequence(&[
            &self.version,
            &tlv(tag::INTEGER, &[&self.serial]),
            &self.inner,
            &self.issuer,
            &sequence(&[&self.from, &self.to]),
            &self.subject,
            &self.key,
            &self.unique,
            &wrapped,
        ]);
        let mut out = sequence(&[&tbs, &self.outer, &tlv(tag::BIT_STRING, &[&[0], &[9; 70]])]);
        out.extend(&self.tail);
        out
    }
}
