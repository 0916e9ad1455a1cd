//! Looking for a path (RFC 4158) and judging it on the way (RFC 5280 section 6).
//!
//! What RFC 5280 demands of a path from the anchor down is asked here from the leaf up: whatever an
//! authority demands of the certificates below it is held against them when it is put on the path, so a
//! wrong turn ends where it is taken.

use luytre_checks::fact::PathFault;

use super::{
    Anchor, Fault,
    certificate::Certificate,
    extension::Extensions,
    form, policy,
    signature::Refused,
    work::{Spent, Work},
};

/// Certificates on a path, the anchor not counted. Beyond them nothing is said.
const DEEPEST: usize = 64;

/// A fault and the place in the message of the certificate that has it; none for the anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) fault: Fault,
    pub(super) place: Option<usize>,
}

/// What a search over one set of roots needs.
pub(super) struct Search<'s, 'a> {
    /// The message, by place; none where one cannot be read.
    pub(super) message: &'s [Option<Certificate<'a>>],
    pub(super) anchors: &'s [Anchor<'a>],
    /// Seconds since 1970.
    pub(super) at: i64,
    pub(super) work: &'s mut Work<'a>,
    /// The fault of the try that went furthest, with how far it went.
    best: Option<((usize, u8), Found)>,
    /// By place: whether names lead from there to an anchor.
    leads: Vec<bool>,
    /// A path was given up for its length.
    cut: bool,
}

impl<'s, 'a> Search<'s, 'a> {
    pub(super) fn new(
        message: &'s [Option<Certificate<'a>>],
        anchors: &'s [Anchor<'a>],
        at: i64,
        work: &'s mut Work<'a>,
    ) -> Self {
        Self {
            leads: leads(message, anchors),
            message,
            anchors,
            at,
            work,
            best: None,
            cut: false,
        }
    }

    /// Looks for a path from the leaf to an anchor: none if there is one, else why not.
    pub(super) fn run(mut self, leaf: &'s Certificate<'a>) -> Result<Option<Found>, Spent> {
        let mut path = vec![(0, leaf)];
        if self.climb(&mut path)? {
            return Ok(None);
        }
        if self.cut {
            return Err(Spent);
        }
        let unknown = Found {
            fault: Fault {
                kind: PathFault::UnknownIssuer,
                rule: "rfc5280.no_path",
            },
            place: None,
        };
        Ok(Some(self.best.map_or(unknown, |(_, found)| found)))
    }

    fn climb(&mut self, path: &mut Vec<(usize, &'s Certificate<'a>)>) -> Result<bool, Spent> {
        let Some((place, last)) = path.last().copied() else {
            return Ok(false);
        };
        self.work.step()?;
        let mut tried = false;
        let anchors = self.anchors;
        for anchor in by_key(last, anchors.iter(), |anchor| anchor.key_id()) {
            if anchor.subject == last.issuer {
                tried = true;
                match self.end(path, anchor)? {
                    Ok(()) => return Ok(true),
                    Err(found) => self.note(path.len(), found),
                }
            }
        }
        let message = self.message;
        let others = message.iter().enumerate();
        let others = others.filter_map(|(place, read)| Some((place, read.as_ref()?)));
        for (above, issuer) in by_key(last, others, |(_, issuer)| key_id(&issuer.extensions)) {
            if !self.leads.get(above).copied().unwrap_or(false)
                || issuer.subject != last.issuer
                || path.iter().any(|(_, on)| is_again(on, issuer))
            {
                continue;
            }
            tried = true;
            if path.len() >= DEEPEST {
                self.cut = true;
                continue;
            }
            if let Err(found) = self.extend(path, above, issuer)? {
                self.note(path.len(), found);
                continue;
            }
            path.push((above, issuer));
            if self.climb(path)? {
                return Ok(true);
            }
            path.pop();
        }
        if !tried {
            let fault = Fault {
                kind: PathFault::UnknownIssuer,
                rule: "rfc5280.no_path",
            };
            let place = Some(place);
            self.note(path.len(), Found { fault, place });
        }
        Ok(false)
    }

    /// Keeps the fault of the try that came furthest; of tries that came as far, the one by whom the
    /// certificate was really signed.
    fn note(&mut self, depth: usize, found: Found) {
        let weight = match found.fault.kind {
            PathFault::UnknownIssuer => 0,
            PathFault::BadSignature => 1,
            _ => 2,
        };
        if self.best.is_none_or(|(rank, _)| rank < (depth, weight)) {
            self.best = Some(((depth, weight), found));
        }
    }

    /// Whether `issuer` may stand above `path`.
    fn extend(
        &mut self,
        path: &[(usize, &'s Certificate<'a>)],
        place: usize,
        issuer: &'s Certificate<'a>,
    ) -> Result<Result<(), Found>, Spent> {
        if let Err(found) = self.signed(path, issuer.key)? {
            return Ok(Err(found));
        }
        let here = |fault| Found {
            fault,
            place: Some(place),
        };
        if let Err(fault) = form::authority(issuer) {
            return Ok(Err(here(fault)));
        }
        self.governs(path, issuer, here)
    }

    /// Whether `path` ends well at `anchor`.
    fn end(
        &mut self,
        path: &[(usize, &'s Certificate<'a>)],
        anchor: &'s Anchor<'a>,
    ) -> Result<Result<(), Found>, Spent> {
        if let Err(found) = self.signed(path, anchor.key)? {
            return Ok(Err(found));
        }
        let here = |fault| Found { fault, place: None };
        if let Some(certificate) = &anchor.certificate {
            if let Err(fault) = form::anchor(certificate) {
                return Ok(Err(here(fault)));
            }
            if let Err(found) = self.governs(path, certificate, here)? {
                return Ok(Err(found));
            }
        }
        if let Some(constraints) = &anchor.constraints
            && let Err(found) = self.within(path, constraints)?
        {
            return Ok(Err(found));
        }
        let certificates: Vec<_> = path.iter().map(|(_, certificate)| *certificate).collect();
        if !policy::stands(&certificates) {
            return Ok(Err(here(Fault {
                kind: PathFault::Policy,
                rule: "rfc5280.no_valid_policy",
            })));
        }
        Ok(Ok(()))
    }

    /// Whether `key` signed the last of `path`.
    fn signed(
        &mut self,
        path: &[(usize, &'s Certificate<'a>)],
        key: &'a [u8],
    ) -> Result<Result<(), Found>, Spent> {
        let Some((place, last)) = path.last().copied() else {
            return Ok(Ok(()));
        };
        let fault = match self.work.signed(last, key)? {
            Ok(true) => return Ok(Ok(())),
            Ok(false) => Fault {
                kind: PathFault::BadSignature,
                rule: "rfc5280.bad_signature",
            },
            Err(refused) => by(refused),
        };
        let place = Some(place);
        Ok(Err(Found { fault, place }))
    }

    /// Time, path length and name constraints.
    fn governs(
        &mut self,
        path: &[(usize, &'s Certificate<'a>)],
        issuer: &'s Certificate<'a>,
        here: impl Fn(Fault) -> Found,
    ) -> Result<Result<(), Found>, Spent> {
        if !issuer.is_valid_at(self.at) {
            return Ok(Err(here(Fault {
                kind: PathFault::ExpiredIntermediate,
                rule: "rfc5280.issuer_out_of_date",
            })));
        }
        let below = path.iter().skip(1);
        let below = below.filter(|(_, between)| !between.is_self_issued());
        let below = u32::try_from(below.count()).unwrap_or(u32::MAX);
        let most = issuer
            .extensions
            .basic
            .and_then(|basic| basic.value.path_length);
        if most.is_some_and(|most| below > most) {
            return Ok(Err(here(Fault {
                kind: PathFault::PathConstraint,
                rule: "rfc5280.path_length_exceeded",
            })));
        }
        match &issuer.extensions.constraints {
            Some(constraints) => self.within(path, &constraints.value),
            None => Ok(Ok(())),
        }
    }

    /// Whether all names of `path` are within `constraints`; those of self-issued authorities need not
    /// be (RFC 5280 section 6.1.3).
    fn within(
        &mut self,
        path: &[(usize, &'s Certificate<'a>)],
        constraints: &super::general::Constraints<'a>,
    ) -> Result<Result<(), Found>, Spent> {
        for (on_path, (place, certificate)) in path.iter().enumerate() {
            let exempt = on_path > 0 && certificate.is_self_issued();
            if !exempt && !self.work.allowed(certificate, constraints)? {
                let fault = Fault {
                    kind: PathFault::NameConstraint,
                    rule: "rfc5280.name_not_allowed",
                };
                let place = Some(*place);
                return Ok(Err(Found { fault, place }));
            }
        }
        Ok(Ok(()))
    }
}

fn by(refused: Refused) -> Fault {
    Fault::of(refused, "br.weak_signature", "br.signature_not_checked")
}

/// The same name and key again, or the same certificate: going round in a circle.
fn is_again(on: &Certificate<'_>, next: &Certificate<'_>) -> bool {
    on.tbs == next.tbs || (on.subject == next.subject && on.key == next.key)
}

/// The subject key identifier.
pub(super) fn key_id<'a>(extensions: &Extensions<'a>) -> Option<&'a [u8]> {
    extensions.subject_key.map(|key| key.value)
}

/// Those whose key identifier is the one that `last` names come first, those that have another last.
fn by_key<'a, T>(
    last: &Certificate<'a>,
    found: impl Iterator<Item = T>,
    id: impl Fn(&T) -> Option<&'a [u8]>,
) -> Vec<T> {
    let wanted = last.extensions.authority_key.and_then(|key| key.value.key);
    let mut out: Vec<T> = found.collect();
    out.sort_by_key(|candidate| match (wanted, id(candidate)) {
        (Some(wanted), Some(id)) if wanted == id => 0,
        (Some(_), Some(_)) => 2,
        _ => 1,
    });
    out
}

/// By place: whether issuer names lead from there to an anchor.
fn leads(message: &[Option<Certificate<'_>>], anchors: &[Anchor<'_>]) -> Vec<bool> {
    let below = |issuer: &Certificate<'_>| anchors.iter().any(|a| a.subject == issuer.issuer);
    let mut out: Vec<bool> = message
        .iter()
        .map(|read| read.as_ref().is_some_and(below))
        .collect();
    loop {
        let mut changed = false;
        for (place, read) in message.iter().enumerate() {
            let Some(read) = read.as_ref().filter(|_| out.get(place) == Some(&false)) else {
                continue;
            };
            let above = message.iter().zip(&out).any(|(issuer, leads)| {
                *leads && issuer.as_ref().is_some_and(|i| i.subject == read.issuer)
            });
            if above && let Some(leads) = out.get_mut(place) {
                (*leads, changed) = (true, true);
            }
        }
        if !changed {
            return out;
        }
    }
}
