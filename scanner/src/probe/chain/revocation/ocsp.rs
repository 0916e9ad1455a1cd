//! OCSP answers (RFC 6960 section 4.2).

use aws_lc_rs::digest;
use jiff::Timestamp;
use luytre_checks::fact::{Revocation, RevocationFault, RevocationSource, Tri};

use super::{Authority, Found, LARGEST, Subject, fact, pair, same_number, time};
use crate::probe::chain::{
    der::{Tlv, seconds, tag, whole},
    signed,
    view::{Algorithm, Extension, PublicKey, View, extensions, oid, timestamp_count},
};

const BASIC: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 48, 1, 1];
const SHA1: &[u8] = &[0x2B, 14, 3, 2, 26];
const SHA256: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
/// Timestamps in an answer (RFC 6962 3.3).
const TIMESTAMPS: &[u8] = &[0x2B, 6, 1, 4, 1, 0xD6, 0x79, 2, 4, 5];

/// Most answers and signers of one message that are looked at.
const MOST: usize = 64;

/// What the OCSPResponse `der` says of `subject` at `at`.
pub fn ocsp(
    subject: &Subject<'_>,
    source: RevocationSource,
    der: &[u8],
    at: Timestamp,
) -> Revocation {
    fact(subject, source, search(subject, der, at), at)
}

/// How many certificate timestamps the answer about `subject` holds; none if it cannot be read.
pub(super) fn timestamps(subject: &Subject<'_>, der: &[u8]) -> Option<u16> {
    let (certificate, issuer) = pair(subject).ok()?;
    let answer = Answer::of(der).ok()?;
    let single = answer.about(&certificate, &issuer)?;
    let found = single.extensions.iter().find(|e| e.oid == TIMESTAMPS);
    match found {
        None => Some(0),
        Some(extension) => timestamp_count(whole(extension.value)?.of(tag::OCTET_STRING)?),
    }
}

fn search(
    subject: &Subject<'_>,
    der: &[u8],
    at: Timestamp,
) -> Result<Found, (Found, RevocationFault)> {
    let bare = |fault| (Found::default(), fault);
    let (certificate, issuer) = pair(subject).map_err(bare)?;
    let answer = Answer::of(der).map_err(bare)?;
    let single = answer
        .about(&certificate, &issuer)
        .ok_or(bare(RevocationFault::AnswerOfOther))?;
    let mut found = Found {
        this_update: time(single.this_update),
        next_update: single.next_update.and_then(time),
        ..Found::default()
    };
    answer
        .signed_by(&issuer, at)
        .map_err(|fault| (found, fault))?;
    if single.extensions.iter().any(|e| e.critical) {
        return Err((found, RevocationFault::AnswerUnknown));
    }
    match single.status.tag {
        // good [0] NULL, revoked [1], unknown [2].
        0x80 => Ok(found),
        0xA1 => {
            found.revoked = true;
            found.since = single.status.inside().read().and_then(time);
            Ok(found)
        }
        _ => Err((found, RevocationFault::ResponderIgnorant)),
    }
}

/// A basic answer taken apart.
struct Answer<'a> {
    data: Tlv<'a>,
    responder: Tlv<'a>,
    singles: Vec<Tlv<'a>>,
    algorithm: Algorithm<'a>,
    signature: &'a [u8],
    certificates: Vec<Tlv<'a>>,
}

/// What is said of one certificate.
struct Single<'a> {
    status: Tlv<'a>,
    this_update: Tlv<'a>,
    next_update: Option<Tlv<'a>>,
    extensions: Vec<Extension<'a>>,
}

impl<'a> Answer<'a> {
    fn of(der: &'a [u8]) -> Result<Self, RevocationFault> {
        const UNREADABLE: RevocationFault = RevocationFault::AnswerUnreadable;
        if der.len() > LARGEST {
            return Err(RevocationFault::AnswerTooLarge);
        }
        let mut outside = whole(der)
            .and_then(|tlv| tlv.sequence(tag::SEQUENCE))
            .ok_or(UNREADABLE)?;
        let status = outside.expect(tag::ENUMERATED).ok_or(UNREADABLE)?;
        match status.value {
            [0] => {}
            [3] => return Err(RevocationFault::ResponderLater),
            [5 | 6] => return Err(RevocationFault::ResponderRefuses),
            _ => return Err(RevocationFault::ResponderFailed),
        }
        Self::basic(outside.expect(tag::explicit(0)).ok_or(UNREADABLE)?).ok_or(UNREADABLE)
    }

    fn basic(wrapped: Tlv<'a>) -> Option<Self> {
        let mut typed = whole(wrapped.value)?.sequence(tag::SEQUENCE)?;
        if typed.expect(tag::OID)?.value != BASIC {
            return None;
        }
        let bytes = typed.expect(tag::OCTET_STRING)?.value;
        let mut basic = whole(bytes)?.sequence(tag::SEQUENCE)?;
        let data = basic.expect(tag::SEQUENCE)?;
        let algorithm = Algorithm::of(basic.read()?)?;
        let signature = basic.read()?.bits()?.0;
        let certificates = match basic.optional(tag::explicit(0)) {
            Some(list) => whole(list.value)?
                .sequence(tag::SEQUENCE)?
                .take(MOST)
                .collect(),
            None => Vec::new(),
        };
        let mut inside = data.inside();
        inside.optional(tag::explicit(0));
        let responder = inside.read()?;
        inside.expect(tag::GENERALIZED_TIME)?;
        let singles = inside.expect(tag::SEQUENCE)?.inside().take(MOST).collect();
        Some(Self {
            data,
            responder,
            singles,
            algorithm,
            signature,
            certificates,
        })
    }

    /// What it says of `certificate`, found by name and key of the issuer and serial number.
    fn about(&self, certificate: &View<'_>, issuer: &Authority<'_>) -> Option<Single<'a>> {
        self.singles.iter().find_map(|single| {
            let mut inside = single.sequence(tag::SEQUENCE)?;
            let id = inside.expect(tag::SEQUENCE)?;
            matches_id(&id, certificate, issuer)?.then_some(())?;
            let status = inside.read()?;
            let this_update = inside.expect(tag::GENERALIZED_TIME)?;
            let next_update = match inside.optional(tag::explicit(0)) {
                Some(wrapped) => Some(whole(wrapped.value)?),
                None => None,
            };
            let extensions = match inside.optional(tag::explicit(1)) {
                Some(list) => extensions(&list)?,
                None => Vec::new(),
            };
            Some(Single {
                status,
                this_update,
                next_update,
                extensions,
            })
        })
    }

    /// The issuer signed it, or somebody to whom the issuer gave OCSPSigning (RFC 6960 4.2.2.2).
    fn signed_by(&self, issuer: &Authority<'_>, at: Timestamp) -> Result<(), RevocationFault> {
        let says = |key: &PublicKey<'_>| {
            signed::verify(key, &self.algorithm, self.data.raw, self.signature)
        };
        let mut unsure = false;
        if self.is_responder(issuer.subject, &issuer.key) {
            match says(&issuer.key) {
                Tri::Yes => return Ok(()),
                Tri::Unknown => unsure = true,
                Tri::No => {}
            }
        }
        for delegate in &self.certificates {
            let named = |view: &View<'_>| self.is_responder(view.subject.raw, &view.key);
            let Some(delegate) = View::of(delegate.raw).filter(named) else {
                continue;
            };
            match says(&delegate.key) {
                Tri::Yes => return delegated(&delegate, issuer, at),
                Tri::Unknown => unsure = true,
                Tri::No => {}
            }
        }
        Err(if unsure {
            RevocationFault::AnswerUnchecked
        } else {
            RevocationFault::AnswerForeign
        })
    }

    /// The responder is named by its subject or by the SHA-1 of its key.
    fn is_responder(&self, name: &[u8], key: &PublicKey<'_>) -> bool {
        match self.responder.tag {
            0xA1 => self.responder.value == name,
            0xA2 => {
                let key = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, key.bytes);
                whole(self.responder.value).and_then(|tlv| tlv.of(tag::OCTET_STRING))
                    == Some(key.as_ref())
            }
            _ => false,
        }
    }
}

fn matches_id(id: &Tlv<'_>, certificate: &View<'_>, issuer: &Authority<'_>) -> Option<bool> {
    let mut inside = id.inside();
    let hash = Algorithm::of(inside.read()?)?;
    let hash = match hash.oid {
        SHA1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        SHA256 => &digest::SHA256,
        _ => return None,
    };
    let name = inside.expect(tag::OCTET_STRING)?.value;
    let key = inside.expect(tag::OCTET_STRING)?.value;
    let serial = inside.expect(tag::INTEGER)?.value;
    Some(
        digest::digest(hash, certificate.issuer.raw).as_ref() == name
            && digest::digest(hash, issuer.key.bytes).as_ref() == key
            && same_number(serial, certificate.serial),
    )
}

fn delegated(
    delegate: &View<'_>,
    issuer: &Authority<'_>,
    at: Timestamp,
) -> Result<(), RevocationFault> {
    let may = delegate
        .purposes()
        .is_some_and(|purposes| purposes.contains(&oid::OCSP_SIGNING));
    if !may {
        return Err(RevocationFault::SignerMayNot);
    }
    if delegate.issuer.raw != issuer.subject
        || signed::verify(
            &issuer.key,
            &delegate.outer,
            delegate.tbs.raw,
            delegate.signature,
        ) != Tri::Yes
    {
        return Err(RevocationFault::SignerForeign);
    }
    let now = at.as_second();
    let begun = seconds(&delegate.not_before).is_some_and(|from| from <= now);
    let lasts = seconds(&delegate.not_after).is_some_and(|to| now <= to);
    if begun && lasts {
        Ok(())
    } else {
        Err(RevocationFault::SignerOutOfDate)
    }
}
