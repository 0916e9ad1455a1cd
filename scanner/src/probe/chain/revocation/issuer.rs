//! Who issued a certificate, as far as lists and answers need to know.

use luytre_checks::fact::Tri;

use super::{Subject, pair};
use crate::probe::chain::{
    der::whole,
    path::Root,
    signed,
    trust::Roots,
    view::{PublicKey, View},
};

/// Issuers of the same name that are tried for one certificate.
const MOST: usize = 8;

/// Who issued a certificate, in DER.
#[derive(Debug, Clone, Copy)]
pub enum Issuer<'a> {
    /// By certificate.
    Certificate(&'a [u8]),
    /// A root of which no more than name and key are kept: Name and SubjectPublicKeyInfo, each whole.
    Root {
        /// The Name.
        subject: &'a [u8],
        /// The SubjectPublicKeyInfo.
        key: &'a [u8],
    },
}

/// An issuer taken apart.
pub(super) struct Authority<'a> {
    /// The Name, whole.
    pub(super) subject: &'a [u8],
    pub(super) key: PublicKey<'a>,
    /// Its key usage, if there is one, has cRLSign (RFC 5280 6.3.3 (f)).
    pub(super) may_sign_lists: bool,
}

impl<'a> Issuer<'a> {
    pub(super) fn authority(self) -> Option<Authority<'a>> {
        match self {
            Self::Certificate(der) => {
                let view = View::of(der)?;
                Some(Authority {
                    subject: view.subject.raw,
                    key: view.key,
                    may_sign_lists: view.key_usage().is_none() || view.may(6),
                })
            }
            Self::Root { subject, key } => Some(Authority {
                subject,
                key: PublicKey::of(whole(key)?)?,
                may_sign_lists: true,
            }),
        }
    }

    fn of_root(root: &'a Root) -> Self {
        match root {
            Root::Bare { subject, key, .. } => Self::Root { subject, key },
            Root::Certificate(der) => Self::Certificate(der),
        }
    }
}

/// What became of the search for an issuer.
pub(super) enum Sought<'a> {
    /// The certificate issued itself: whoever trusts it need not ask.
    Itself,
    /// Somebody signed it who is in the message or a root.
    Found(Issuer<'a>),
    /// Nobody known signed it, or it cannot be read.
    Nobody,
}

/// Who issued the certificate at `place` of `ders`.
pub(super) fn seek<'a>(ders: &'a [Vec<u8>], roots: &'a [Roots], place: usize) -> Sought<'a> {
    let Some(der) = ders.get(place) else {
        return Sought::Nobody;
    };
    let Some(view) = View::of(der) else {
        return Sought::Nobody;
    };
    let own = || signed::verify(&view.key, &view.outer, view.tbs.raw, view.signature);
    if view.is_self_issued() && own() != Tri::No {
        return Sought::Itself;
    }
    let message = ders.iter().enumerate();
    let message = message
        .filter(|(other, _)| *other != place)
        .map(|(_, der)| Issuer::Certificate(der));
    let roots = roots.iter().flat_map(Roots::roots).map(Issuer::of_root);
    let named = |issuer: &Issuer<'_>| {
        let authority = issuer.authority();
        authority.is_some_and(|authority| authority.subject == view.issuer.raw)
    };
    let signed = |issuer: &Issuer<'_>| {
        let subject = Subject {
            position: 0,
            certificate: der,
            issuer: *issuer,
        };
        pair(&subject).is_ok()
    };
    match message.chain(roots).filter(named).take(MOST).find(signed) {
        Some(issuer) => Sought::Found(issuer),
        None => Sought::Nobody,
    }
}
