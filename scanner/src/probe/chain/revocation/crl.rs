//! Certificate revocation lists (RFC 5280 section 5).

use jiff::Timestamp;
use luytre_checks::fact::{Revocation, RevocationFault, RevocationSource, Tri};

use super::{Authority, Found, LARGEST, Subject, fact, pair, same_number, time};
use crate::probe::chain::{
    der::{Reader, Tlv, tag, whole},
    signed,
    view::{Algorithm, Extension, View, extensions, oid},
};

const ISSUING_POINT: &[u8] = &[0x55, 0x1D, 28];
const DELTA: &[u8] = &[0x55, 0x1D, 27];
const CERTIFICATE_ISSUER: &[u8] = &[0x55, 0x1D, 29];
const REASON: &[u8] = &[0x55, 0x1D, 21];
/// removeFromCRL, only in lists of differences.
const REMOVED: &[u8] = &[8];

/// What the list `der` says of `subject` at `at`. The entries are walked where they stand: a list of
/// sixty megabytes costs no more memory than its own bytes.
///
/// A delta list, an indirect list, a list for a part of the certificates or reasons, and a list with a
/// critical extension that we do not know are refused: they cannot show that a certificate is good.
pub fn crl(subject: &Subject<'_>, der: &[u8], at: Timestamp) -> Revocation {
    let answer = search(subject, der);
    fact(subject, RevocationSource::Crl, answer, at)
}

/// Whose list it is and its dates, unproved; none if it is no list.
pub(super) fn head(der: &[u8]) -> Option<(&[u8], Found)> {
    let list = List::of(der.get(..LARGEST.min(der.len()))?)?;
    let found = Found {
        this_update: time(list.this_update),
        next_update: list.next_update.and_then(time),
        ..Found::default()
    };
    Some((list.issuer, found))
}

fn search(subject: &Subject<'_>, der: &[u8]) -> Result<Found, (Found, RevocationFault)> {
    let bare = |fault| (Found::default(), fault);
    if der.len() > LARGEST {
        return Err(bare(RevocationFault::ListTooLarge));
    }
    let (certificate, issuer) = pair(subject).map_err(bare)?;
    let list = List::of(der).ok_or(bare(RevocationFault::ListUnreadable))?;
    let mut found = Found {
        this_update: time(list.this_update),
        next_update: list.next_update.and_then(time),
        ..Found::default()
    };
    list.acceptable(&certificate, &issuer)
        .map_err(|fault| (found, fault))?;
    let Some(mut entries) = list.entries else {
        return Ok(found);
    };
    while let Some(entry) = entries.read() {
        let (since, serial, extensions) =
            of_entry(&entry).ok_or((found, RevocationFault::EntryUnreadable))?;
        // Any entry that we do not understand may be the one that matters (RFC 5280 5.3).
        if let Some(list) = extensions {
            judge_entry(&list).map_err(|fault| (found, fault))?;
        }
        if same_number(serial, certificate.serial) {
            found.revoked = true;
            found.since = since;
        }
    }
    if entries.done() {
        Ok(found)
    } else {
        Err((found, RevocationFault::EntryUnreadable))
    }
}

type Entry<'a> = (Option<i64>, &'a [u8], Option<Vec<Extension<'a>>>);

fn of_entry<'a>(entry: &Tlv<'a>) -> Option<Entry<'a>> {
    let mut inside = entry.sequence(tag::SEQUENCE)?;
    let serial = inside.expect(tag::INTEGER)?.value;
    let since = time(inside.read()?);
    let list = match inside.read() {
        None => None,
        Some(list) => Some(each_extension(&list)?),
    };
    Some((since, serial, list))
}

/// Extensions without the tag around them.
fn each_extension<'a>(list: &Tlv<'a>) -> Option<Vec<Extension<'a>>> {
    let wrapped = Tlv {
        tag: tag::explicit(0),
        value: list.raw,
        raw: list.raw,
        minimal: true,
    };
    extensions(&wrapped)
}

fn judge_entry(list: &[Extension<'_>]) -> Result<(), RevocationFault> {
    for extension in list {
        if extension.oid == CERTIFICATE_ISSUER {
            return Err(RevocationFault::ListIndirect);
        }
        if extension.oid == REASON {
            let reason = whole(extension.value).and_then(|tlv| tlv.of(tag::ENUMERATED));
            if reason == Some(REMOVED) {
                return Err(RevocationFault::ListDelta);
            }
        } else if extension.critical {
            return Err(RevocationFault::EntryUnknown);
        }
    }
    Ok(())
}

/// A list taken apart.
struct List<'a> {
    tbs: Tlv<'a>,
    inner: Algorithm<'a>,
    outer: Algorithm<'a>,
    issuer: &'a [u8],
    this_update: Tlv<'a>,
    next_update: Option<Tlv<'a>>,
    entries: Option<Reader<'a>>,
    extensions: Vec<Extension<'a>>,
    signature: &'a [u8],
}

impl<'a> List<'a> {
    fn of(der: &'a [u8]) -> Option<Self> {
        let mut outside = whole(der)?.sequence(tag::SEQUENCE)?;
        let tbs = outside.expect(tag::SEQUENCE)?;
        let outer = Algorithm::of(outside.read()?)?;
        let signature = outside.read()?.bits()?.0;
        let mut inside = tbs.inside();
        inside.optional(tag::INTEGER);
        let inner = Algorithm::of(inside.read()?)?;
        let issuer = inside.expect(tag::SEQUENCE)?.raw;
        let this_update = inside.read()?;
        let next_update = match inside.peek() {
            Some(tag::UTC_TIME | tag::GENERALIZED_TIME) => inside.read(),
            _ => None,
        };
        let entries = inside.optional(tag::SEQUENCE).map(|list| list.inside());
        let extensions = match inside.optional(tag::explicit(0)) {
            Some(list) => extensions(&list)?,
            None => Vec::new(),
        };
        (inside.done() && outside.done()).then_some(Self {
            tbs,
            inner,
            outer,
            issuer,
            this_update,
            next_update,
            entries,
            extensions,
            signature,
        })
    }

    fn acceptable(
        &self,
        certificate: &View<'_>,
        issuer: &Authority<'_>,
    ) -> Result<(), RevocationFault> {
        if self.issuer != certificate.issuer.raw {
            return Err(RevocationFault::ListOfOther);
        }
        if self.inner.raw != self.outer.raw {
            return Err(RevocationFault::ListAlgorithms);
        }
        if !issuer.may_sign_lists {
            return Err(RevocationFault::MayNotSignLists);
        }
        for extension in &self.extensions {
            match extension.oid {
                DELTA => return Err(RevocationFault::ListDelta),
                ISSUING_POINT => scope(extension, certificate)?,
                known if oid::KNOWN.contains(&known) => {}
                _ if extension.critical => return Err(RevocationFault::ListUnknown),
                _ => {}
            }
        }
        match signed::verify(&issuer.key, &self.outer, self.tbs.raw, self.signature) {
            Tri::Yes => Ok(()),
            Tri::No => Err(RevocationFault::ListForeign),
            Tri::Unknown => Err(RevocationFault::ListUnchecked),
        }
    }
}

/// The issuing distribution point (RFC 5280 5.2.5): the list must be about certificates such as this.
fn scope(extension: &Extension<'_>, certificate: &View<'_>) -> Result<(), RevocationFault> {
    let partial = RevocationFault::ListPartial;
    let fields = whole(extension.value).and_then(|tlv| tlv.sequence(tag::SEQUENCE));
    for field in fields.ok_or(RevocationFault::ListUnreadable)? {
        let set = field.value.first().is_some_and(|byte| *byte != 0);
        match field.tag {
            // Another address of the same list is no smaller scope if the certificate points to it.
            0xA0 => {
                let named = whole(field.value).and_then(|form| form.sequence(tag::explicit(0)));
                let ours = certificate.points().unwrap_or_default();
                let all = named.map(Iterator::collect::<Vec<_>>).unwrap_or_default();
                if !ours
                    .iter()
                    .flat_map(|p| &p.names)
                    .any(|n| all.iter().any(|a| a.raw == n.raw))
                {
                    return Err(partial);
                }
            }
            0x81 if set && certificate.is_authority() => return Err(partial),
            0x82 if set && !certificate.is_authority() => return Err(partial),
            0x83 => return Err(RevocationFault::ListReasons),
            0x84 if set => return Err(RevocationFault::ListIndirect),
            0x85 if set => return Err(partial),
            _ => {}
        }
    }
    Ok(())
}
