//! What a revocation list or an OCSP answer says of a certificate, offline.
//!
//! Both are judged against the certificate of the issuer, which the caller has: what it did not sign,
//! or signed for another time, says nothing, and the reason stands in `fault`. Only `online` asks anyone.

mod crl;
mod given;
mod issuer;
mod ocsp;
mod online;

use jiff::Timestamp;
use luytre_checks::fact::{
    ChainFact, Revocation, RevocationFault, RevocationSource, RevocationStatus, Tri,
};

pub(super) use self::given::given;
use self::issuer::Authority;
pub use self::{
    crl::crl,
    given::Given,
    issuer::Issuer,
    ocsp::ocsp,
    online::{Revoker, Shelf},
};
use super::{
    der::{Tlv, seconds},
    view::View,
};

/// Largest list or answer that is read, in bytes.
pub const LARGEST: usize = 64 * 1024 * 1024;

/// Whose revocation is asked, by DER.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Place of the certificate in the message.
    pub position: u16,
    /// The certificate.
    pub certificate: &'a [u8],
    /// Who issued it.
    pub issuer: Issuer<'a>,
}

/// Writes into `fact` what the server stapled for the leaf of `ders`: the OCSPResponse, or none where it
/// was asked and sent none. Not to be called where the server was not asked.
pub fn staple(fact: &mut ChainFact, ders: &[Vec<u8>], response: Option<&[u8]>, at: Timestamp) {
    let Some(response) = response else {
        fact.staple = Tri::No;
        return;
    };
    fact.staple = Tri::Yes;
    let Some((leaf, others)) = ders.split_first() else {
        return;
    };
    let subject = |issuer| Subject {
        position: 0,
        certificate: leaf,
        issuer: Issuer::Certificate(issuer),
    };
    let issuer = others.iter().find(|issuer| pair(&subject(issuer)).is_ok());
    let source = RevocationSource::Staple;
    fact.revocation.push(match issuer {
        Some(issuer) => {
            fact.timestamps.staple = ocsp::timestamps(&subject(issuer), response);
            ocsp(&subject(issuer), source, response, at)
        }
        None => silent(0, source, RevocationFault::IssuerAbsent),
    });
}

/// The fact that nothing is known, and why.
fn silent(position: u16, source: RevocationSource, fault: RevocationFault) -> Revocation {
    Revocation {
        position,
        source,
        status: RevocationStatus::Unknown,
        since: None,
        this_update: None,
        next_update: None,
        fault: Some(fault),
    }
}

/// What was found, before it becomes a fact.
#[derive(Debug, Clone, Copy, Default)]
struct Found {
    revoked: bool,
    since: Option<i64>,
    this_update: Option<i64>,
    next_update: Option<i64>,
}

/// Both certificates taken apart, and proof that they belong together.
fn pair<'a>(subject: &Subject<'a>) -> Result<(View<'a>, Authority<'a>), RevocationFault> {
    let certificate =
        View::of(subject.certificate).ok_or(RevocationFault::CertificateUnreadable)?;
    let issuer = subject.issuer.authority();
    let issuer = issuer.ok_or(RevocationFault::IssuerUnreadable)?;
    if certificate.issuer.raw != issuer.subject {
        return Err(RevocationFault::OtherIssuer);
    }
    let signed = super::signed::verify(
        &issuer.key,
        &certificate.outer,
        certificate.tbs.raw,
        certificate.signature,
    );
    match signed {
        Tri::No => Err(RevocationFault::CertificateForeign),
        Tri::Yes | Tri::Unknown => Ok((certificate, issuer)),
    }
}

/// The fact: an answer that is out of date at `at`, or none, leaves the status unknown.
fn fact(
    subject: &Subject<'_>,
    source: RevocationSource,
    answer: Result<Found, (Found, RevocationFault)>,
    at: Timestamp,
) -> Revocation {
    let (found, mut fault) = match answer {
        Ok(found) => (found, None),
        Err((found, fault)) => (found, Some(fault)),
    };
    let now = at.as_second();
    if fault.is_none() {
        fault = match (found.this_update, found.next_update) {
            (None, _) => Some(RevocationFault::NoDate),
            (Some(this), _) if this > now => Some(RevocationFault::Future),
            (_, Some(next)) if next < now => Some(RevocationFault::OutOfDate),
            // RFC 6960 4.2.2.1: newer information is always there. Nothing says how old this may be.
            (_, None) => Some(RevocationFault::NoEnd),
            _ => None,
        };
    }
    let moment = |seconds: i64| Timestamp::from_second(seconds).ok();
    let (status, since) = match (fault, found.revoked) {
        // Only of a good answer it matters how old it may be: a revocation stands.
        (None | Some(RevocationFault::NoEnd), true) => {
            (RevocationStatus::Revoked, found.since.and_then(moment))
        }
        (Some(_), _) => (RevocationStatus::Unknown, None),
        (None, false) => (RevocationStatus::Good, None),
    };
    Revocation {
        position: subject.position,
        source,
        status,
        since,
        this_update: found.this_update.and_then(moment),
        next_update: found.next_update.and_then(moment),
        fault,
    }
}

/// Whether two serial numbers are the same number.
fn same_number(one: &[u8], other: &[u8]) -> bool {
    let trim = |number: &'_ [u8]| -> usize { number.iter().take_while(|byte| **byte == 0).count() };
    one.get(trim(one)..) == other.get(trim(other)..)
}

fn time(tlv: Tlv<'_>) -> Option<i64> {
    seconds(&tlv)
}

#[cfg(test)]
mod tests;
