//! Lists that somebody gives, held against the certificates of a message.

use jiff::Timestamp;
use luytre_checks::fact::{
    ChainFact, Revocation, RevocationFault, RevocationSource, RevocationStatus,
};
use x509_parser::{prelude::FromDer, x509::X509Name};

use super::{
    LARGEST, Subject, crl,
    crl::head,
    issuer::{Sought, seek},
    silent,
};
use crate::probe::chain::{text::distinguished, trust::Roots, view::View};

/// Certificates of one message that lists are held against.
const MOST: usize = 32;

/// What became of a list that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Whose list it says it is, RFC 4514 text, capped; none if it cannot be read.
    pub issuer: Option<String>,
    /// When it says it was made.
    pub this_update: Option<Timestamp>,
    /// Until when it says it stands.
    pub next_update: Option<Timestamp>,
    /// Places of the certificates that it is about.
    pub positions: Vec<u16>,
    /// Why it says nothing of any of them; none if it does of one.
    pub fault: Option<RevocationFault>,
}

/// Writes into `fact` what each of `lists` says of those certificates of `ders` that are of its issuer,
/// and tells what became of each list. Issuers are found among `ders` and `roots`.
pub(in super::super) fn given(
    fact: &mut ChainFact,
    ders: &[Vec<u8>],
    roots: &[Roots],
    lists: &[Vec<u8>],
    at: Timestamp,
) -> Vec<Given> {
    let one = |list: &Vec<u8>| -> Given {
        let Some((issuer, found)) = head(list) else {
            let fault = if list.len() > LARGEST {
                RevocationFault::ListTooLarge
            } else {
                RevocationFault::ListUnreadable
            };
            return Given::useless(fault);
        };
        let answers = answers(ders, roots, list, issuer, at);
        let told = answers
            .iter()
            .any(|answer| answer.status != RevocationStatus::Unknown);
        let fault = match answers.first() {
            _ if told => None,
            None => Some(RevocationFault::ListOfNone),
            Some(answer) => answer.fault,
        };
        let moment = |seconds: Option<i64>| Timestamp::from_second(seconds?).ok();
        let positions = answers.iter().map(|answer| answer.position).collect();
        fact.revocation.extend(answers);
        Given {
            issuer: X509Name::from_der(issuer)
                .ok()
                .map(|(_, name)| distinguished(&name)),
            this_update: moment(found.this_update),
            next_update: moment(found.next_update),
            positions,
            fault,
        }
    };
    lists.iter().map(one).collect()
}

impl Given {
    fn useless(fault: RevocationFault) -> Self {
        Self {
            issuer: None,
            this_update: None,
            next_update: None,
            positions: Vec::new(),
            fault: Some(fault),
        }
    }
}

/// What `list` says of every certificate that names `issuer` as its own.
fn answers(
    ders: &[Vec<u8>],
    roots: &[Roots],
    list: &[u8],
    issuer: &[u8],
    at: Timestamp,
) -> Vec<Revocation> {
    let mut out = Vec::new();
    for (place, der) in ders.iter().enumerate().take(MOST) {
        let of_issuer = View::of(der).is_some_and(|view| view.issuer.raw == issuer);
        let Some(position) = u16::try_from(place).ok().filter(|_| of_issuer) else {
            continue;
        };
        out.push(match seek(ders, roots, place) {
            Sought::Itself => continue,
            Sought::Nobody => silent(
                position,
                RevocationSource::Crl,
                RevocationFault::IssuerAbsent,
            ),
            Sought::Found(issuer) => {
                let subject = Subject {
                    position,
                    certificate: der,
                    issuer,
                };
                crl(&subject, list, at)
            }
        });
    }
    out
}
