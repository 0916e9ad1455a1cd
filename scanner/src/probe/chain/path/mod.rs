//! Whether a path leads from a leaf to a set of roots: RFC 5280 section 6, strictly, with the
//! server-certificate baseline on top. Pure: bytes, roots and a time in, a verdict with its reason out.
//!
//! Nothing that the message says is believed before its signature was checked, and all of it is read
//! within bounds: see [`work`].

mod certificate;
mod der;
mod distinguished;
mod extension;
mod form;
mod general;
mod message;
mod policy;
mod search;
mod signature;
mod work;

use jiff::Timestamp;
use luytre_checks::fact::{Message, PathFault, Trust, TrustVerdict};

use self::{
    certificate::Certificate,
    der::Malformed,
    distinguished::Distinguished,
    general::Constraints,
    search::{Found, Search},
    work::{Spent, Work},
};
use super::trust::Roots;

/// Certificates of one message that are looked at.
const MOST: usize = 128;

/// A rule that a certificate breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fault {
    kind: PathFault,
    /// Which rule: where it stands and what it is about.
    rule: &'static str,
}

/// A root as this module wants it; all slices are parts of [`Roots`].
#[derive(Debug)]
struct Anchor<'a> {
    subject: Distinguished<'a>,
    /// SubjectPublicKeyInfo, whole.
    key: &'a [u8],
    /// For a root that is not known as a certificate.
    constraints: Option<Constraints<'a>>,
    certificate: Option<Certificate<'a>>,
}

impl<'a> Anchor<'a> {
    fn key_id(&self) -> Option<&'a [u8]> {
        let certificate = self.certificate.as_ref()?;
        search::key_id(&certificate.extensions)
    }
}

/// A root as its set keeps it, in DER.
#[derive(Debug, Clone)]
pub(super) enum Root {
    /// Only what is needed to end a path there: Name, SubjectPublicKeyInfo, NameConstraints, each whole.
    Bare {
        subject: Vec<u8>,
        key: Vec<u8>,
        constraints: Option<Vec<u8>>,
    },
    /// A certificate, which is judged itself.
    Certificate(Vec<u8>),
}

impl Root {
    /// From contents without the SEQUENCE around them.
    pub(super) fn bare(subject: &[u8], key: &[u8], constraints: Option<&[u8]>) -> Self {
        let whole = |contents| der::wrap(der::SEQUENCE, contents);
        Self::Bare {
            subject: whole(subject),
            key: whole(key),
            constraints: constraints.map(whole),
        }
    }

    /// Whether it can be read at all.
    pub(super) fn is_readable(&self) -> bool {
        self.anchor().is_ok()
    }

    fn anchor(&self) -> Result<Anchor<'_>, Malformed> {
        match self {
            Self::Bare {
                subject,
                key,
                constraints,
            } => Ok(Anchor {
                subject: Distinguished::read(subject)?,
                key,
                constraints: match constraints {
                    Some(constraints) => Some(Constraints::read(constraints)?),
                    None => None,
                },
                certificate: None,
            }),
            Self::Certificate(der) => {
                let certificate = Certificate::read(der)?;
                Ok(Anchor {
                    subject: certificate.subject.clone(),
                    key: certificate.key,
                    constraints: None,
                    certificate: Some(certificate),
                })
            }
        }
    }
}

/// One message, held against sets of roots.
pub(super) struct Chain<'a> {
    /// By place; none where a certificate cannot be read.
    certificates: Vec<Option<Certificate<'a>>>,
    ders: &'a [Vec<u8>],
    work: Work<'a>,
}

impl<'a> Chain<'a> {
    /// Reads certificates given as DER, leaf first.
    pub(super) fn read(ders: &'a [Vec<u8>]) -> Self {
        let ders = ders.get(..MOST).unwrap_or(ders);
        Self {
            certificates: ders.iter().map(|der| Certificate::read(der).ok()).collect(),
            ders,
            work: Work::new(),
        }
    }

    /// Whether a path leads to one of `roots` at the time that [`Trust`] defines.
    pub(super) fn trust(&mut self, roots: &'a Roots, at: Timestamp) -> Trust {
        let trust = |verdict, found: Option<Found>| Trust {
            store: roots.name().to_owned(),
            verdict,
            reason: found.map(|found| found.fault.kind),
            rule: found.map(|found| found.fault.rule.to_owned()),
            position: found
                .and_then(|found| found.place)
                .and_then(|place| u16::try_from(place).ok()),
        };
        match self.decide(roots, at.as_second()) {
            Ok(None) => trust(TrustVerdict::Trusted, None),
            Ok(found) => trust(TrustVerdict::Untrusted, found),
            Err(Spent) => trust(TrustVerdict::Unknown, None),
        }
    }

    fn decide(&mut self, roots: &'a Roots, at: i64) -> Result<Option<Found>, Spent> {
        let found = |kind, rule| Found {
            fault: Fault { kind, rule },
            place: Some(0),
        };
        let Some(Some(leaf)) = self.certificates.first() else {
            return Ok(Some(found(PathFault::Malformed, "rfc5280.malformed")));
        };
        let own = form::leaf(leaf).err().map(|fault| Found {
            fault,
            place: Some(0),
        });
        let pinned =
            |root: &Root| matches!(root, Root::Certificate(der) if self.ders.first() == Some(der));
        if roots.roots().iter().any(pinned) {
            return Ok(own);
        }
        // Nobody else could have issued it, whatever else is wrong with it.
        if leaf.is_self_issued() && self.work.signed(leaf, leaf.key)? == Ok(true) {
            return Ok(Some(found(PathFault::UnknownIssuer, "rfc5280.self_signed")));
        }
        let at = if leaf.is_valid_at(at) {
            at
        } else {
            leaf.validity.1
        };
        let anchors = anchors(std::iter::once(roots));
        let search = Search::new(&self.certificates, &anchors, at, &mut self.work);
        Ok(search.run(leaf)?.or(own))
    }

    /// How the message is put together, where `sets` are all the roots that are known.
    pub(super) fn message(&mut self, sets: &'a [Roots]) -> Message {
        message::read(&self.certificates, &anchors(sets.iter()), &mut self.work)
    }
}

fn anchors<'a>(sets: impl Iterator<Item = &'a Roots>) -> Vec<Anchor<'a>> {
    sets.flat_map(Roots::roots)
        .filter_map(|root| root.anchor().ok())
        .collect()
}
