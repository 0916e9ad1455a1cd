//! Which versions are offered.

use std::collections::BTreeMap;

use luytre_checks::{
    Evidence, Excerpt, Unmeasured,
    fact::{TlsFact, TlsVersion, Tri, VersionFact},
};

use super::{
    ask::{Answer, Asker, Question},
    modern::{self, Manner},
    offer::{self, ALL_GROUPS, MODERN, MODERN_GROUPS, OLD, POPULAR, POPULAR_GROUPS},
    old,
    settle::{Settled, refuses, refuses_version},
    ssl2,
};
use crate::wire::ClientHello;

/// The alert of RFC 8446 section 6.2 for a field that must not be as it is.
const ILLEGAL_PARAMETER: u8 = 47;

/// The first contact with one version.
pub(super) enum Contact {
    /// Offered, and all that was found of it.
    Offered(VersionFact),
    /// Not offered. `below`: nor any version down to, but without, that one.
    Refused { below: Option<TlsVersion> },
    /// Not offered, nor any lower version down to SSL 3.0, if a higher one is.
    RefusedWithLower,
    /// Not offered, by rule 1.
    RefusedByClose,
    /// Ended in a way that can be a refusal, if rule 1 is met. `small`: a small hello too.
    Perhaps { small: bool },
    /// Not known.
    Unknown,
}

/// Asks for every version.
struct Versions<'s, 'a> {
    asker: &'s mut Asker<'a>,
    name: Option<String>,
    known: BTreeMap<TlsVersion, VersionFact>,
    /// To be settled by rule 1 when a version is known that is answered.
    perhaps: Vec<(TlsVersion, bool)>,
    reason: Option<Unmeasured>,
    /// An alert refused this version and, unless the server bears no new versions at all, all lower.
    refused_down_from: Option<TlsVersion>,
    /// It took a short list after it had not taken a long one.
    short_lists: bool,
}

/// Finds versions, suites and groups; the reason if no version is found.
pub(super) async fn survey(asker: &mut Asker<'_>) -> Result<TlsFact, Unmeasured> {
    let name = asker.line().name().map(|name| name.as_str().to_owned());
    let mut versions = Versions {
        asker,
        name,
        known: BTreeMap::new(),
        perhaps: Vec::new(),
        reason: None,
        refused_down_from: None,
        short_lists: false,
    };
    versions.run().await;
    versions.asker.rest();
    versions.fact()
}

impl Versions<'_, '_> {
    async fn run(&mut self) {
        use TlsVersion::{Ssl2, Ssl3, Tls10, Tls11, Tls12, Tls13};
        // SSL 2.0 comes early only while nothing is known: it may be all there is.
        let order = [Tls12, Tls13, Ssl2, Tls11, Tls10, Ssl3, Ssl2];
        for (place, version) in order.into_iter().enumerate() {
            if version == Ssl2 && place == 2 && self.offered().next().is_some() {
                continue;
            }
            // Some servers of old refuse a version they do not know instead of answering with theirs:
            // a refusal speaks for the lower versions only if the server speaks a higher one.
            let below = self.refused_down_from.is_some_and(|from| version < from);
            if below && version != Ssl2 && self.offered().next().is_some() {
                self.known
                    .entry(version)
                    .or_insert_with(|| refused_fact(false));
            }
            let waits = self.perhaps.iter().any(|(waiting, _)| *waiting == version);
            if self.known.contains_key(&version) || waits {
                continue;
            }
            let contact = match version {
                Ssl2 => {
                    if place + 1 == order.len() {
                        self.asker.expects_the_last();
                    }
                    let control = self.near(Ssl2).map(|near| self.control(Ssl2, near));
                    ssl2::contact(self.asker, control.as_ref()).await
                }
                Tls13 => self.modern().await,
                _ => self.old(version).await,
            };
            self.keep(version, contact);
            if self.offered().next().is_some() {
                self.resolve().await;
            }
            // What speaks no TLS twice speaks none; it need not be asked the rest.
            let silent = |known: &VersionFact| known.offered == Tri::Unknown;
            if self.reason == Some(Unmeasured::Protocol)
                && version == Ssl2
                && self.known.values().all(silent)
            {
                return;
            }
        }
    }

    fn keep(&mut self, version: TlsVersion, contact: Contact) {
        match contact {
            Contact::Offered(fact) => {
                self.known.insert(version, fact);
            }
            Contact::Refused { below } => {
                let least = below.unwrap_or(version);
                for refused in TlsVersion::ALL {
                    if refused == version || (least < refused && refused < version) {
                        self.known.insert(refused, refused_fact(false));
                    }
                }
            }
            Contact::RefusedWithLower => {
                self.known.insert(version, refused_fact(false));
                self.refused_down_from.get_or_insert(version);
            }
            Contact::RefusedByClose => {
                if let Some(near) = self.near(version) {
                    self.note_refusal(version, near);
                }
                self.known.insert(version, refused_fact(true));
            }
            Contact::Perhaps { small } => self.perhaps.push((version, small)),
            Contact::Unknown => {
                self.known.insert(version, VersionFact::default());
            }
        }
    }

    async fn old(&mut self, version: TlsVersion) -> Contact {
        if !self.short_lists
            && let Some(contact) = self.old_at_length(version).await
        {
            return contact;
        }
        // It may be the length that it does not bear.
        let name = self.name.clone();
        let name = name.as_deref();
        match self.asker.ask(&small(name, version)).await {
            Answer::Hello(flight) if flight.version == version => {
                self.short_lists = true;
                let found = old::survey_in_pieces(self.asker, name, version, &flight).await;
                Contact::Offered(found.fact(self.asker.fickle))
            }
            Answer::Hello(flight) => lower_than(version, flight.version),
            Answer::Alert(alert) if refuses_version(alert) => Contact::RefusedWithLower,
            Answer::Alert(alert) if refuses(alert) => Contact::Refused { below: None },
            other => self.maybe(&other),
        }
    }

    /// Offers everything at once; none if a shorter hello may fare better.
    async fn old_at_length(&mut self, version: TlsVersion) -> Option<Contact> {
        let name = self.name.clone();
        let full = offer::hello(name.as_deref(), version, OLD.clone(), ALL_GROUPS.clone());
        match self.asker.ask(&full).await {
            Answer::Hello(flight) if flight.version == version => {
                let found = old::survey(self.asker, name.as_deref(), version, &flight).await;
                Some(Contact::Offered(found.fact(self.asker.fickle)))
            }
            Answer::Hello(flight) => Some(lower_than(version, flight.version)),
            Answer::Alert(alert) if refuses_version(alert) => Some(Contact::RefusedWithLower),
            Answer::Alert(alert) if refuses(alert) && self.asker.reads_long_lists => {
                Some(Contact::Refused { below: None })
            }
            Answer::Alert(_) | Answer::Kinds(_) => None,
            Answer::Nothing(reason) => {
                self.reason.get_or_insert(reason);
                let may_refuse = matches!(reason, Unmeasured::Closed | Unmeasured::Reset);
                if may_refuse && self.offered().next().is_some() {
                    return Some(Contact::Perhaps { small: false });
                }
                // Some hang on a long list; at the first contact that is worth one more question.
                let may_hang = reason == Unmeasured::TimedOut && self.known.is_empty();
                (!may_refuse && !may_hang).then_some(Contact::Unknown)
            }
        }
    }

    async fn modern(&mut self) -> Contact {
        let name = self.name.clone();
        let name = name.as_deref();
        let full = modern::hello(name, Manner::Retry, MODERN.to_vec(), ALL_GROUPS.clone());
        let version = TlsVersion::Tls13;
        match self.asker.ask(&full).await {
            Answer::Hello(flight) if flight.version == version => {
                let found = modern::survey(self.asker, name, Manner::Retry, &flight).await;
                return Contact::Offered(found.fact(self.asker.fickle));
            }
            Answer::Hello(flight) => return lower_than(version, flight.version),
            Answer::Alert(alert) if refuses_version(alert) => {
                return Contact::Refused { below: None };
            }
            Answer::Alert(ILLEGAL_PARAMETER) => {
                let strict = Manner::Strict;
                let some = modern::hello(name, strict, MODERN.to_vec(), MODERN_GROUPS.clone());
                if let Answer::Hello(flight) = self.asker.ask(&some).await
                    && flight.version == version
                {
                    let found = modern::survey(self.asker, name, strict, &flight).await;
                    return Contact::Offered(found.fact(self.asker.fickle));
                }
            }
            Answer::Alert(_) | Answer::Kinds(_) => {}
            Answer::Nothing(reason) => {
                self.reason.get_or_insert(reason);
                if !matches!(reason, Unmeasured::Closed | Unmeasured::Reset) {
                    return Contact::Unknown;
                }
                if self.offered().next().is_some() {
                    return Contact::Perhaps { small: false };
                }
            }
        }
        // It may not know how to ask for another hello; and a server of TLS 1.2 can answer this one.
        match self.asker.ask(&small(name, version)).await {
            Answer::Hello(flight) if flight.version == version => {
                let found = modern::survey(self.asker, name, Manner::Shares, &flight).await;
                Contact::Offered(found.fact(self.asker.fickle))
            }
            Answer::Hello(flight) => lower_than(version, flight.version),
            Answer::Alert(alert) if refuses(alert) => Contact::Refused { below: None },
            other => self.maybe(&other),
        }
    }

    fn maybe(&mut self, answer: &Answer) -> Contact {
        let reason = match answer {
            Answer::Nothing(reason) => *reason,
            _ => Unmeasured::Handshake,
        };
        self.reason.get_or_insert(reason);
        match reason {
            Unmeasured::Closed | Unmeasured::Reset | Unmeasured::Handshake => {
                Contact::Perhaps { small: true }
            }
            _ => Contact::Unknown,
        }
    }

    /// Applies rule 1 to the versions that may have been refused by a close.
    async fn resolve(&mut self) {
        for (version, small_failed) in std::mem::take(&mut self.perhaps) {
            let Some(near) = self.near(version) else {
                return;
            };
            let name = self.name.clone();
            let name = name.as_deref();
            let (test, control) = (self.control(near, version), self.control(version, near));
            let fact = match self.asker.settle(&test, &control).await {
                Settled::Refused { by_close } => {
                    if by_close {
                        self.note_refusal(version, near);
                    }
                    refused_fact(by_close)
                }
                Settled::Kinds(kinds) => {
                    self.asker.fickle |= small_failed;
                    ssl2::offered(self.asker, &kinds)
                }
                Settled::Hit(flight) if flight.version < version => refused_fact(false),
                Settled::Hit(flight) if flight.version == version => {
                    // The same hello was closed on before.
                    self.asker.fickle |= small_failed;
                    let found = if version == TlsVersion::Tls13 {
                        modern::survey(self.asker, name, Manner::Shares, &flight).await
                    } else {
                        old::survey_in_pieces(self.asker, name, version, &flight).await
                    };
                    found.fact(self.asker.fickle)
                }
                _ => VersionFact::default(),
            };
            self.known.insert(version, fact);
        }
    }

    /// The version offered that is nearest to `version`.
    fn near(&self, version: TlsVersion) -> Option<TlsVersion> {
        self.offered()
            .min_by_key(|known| known.wire().abs_diff(version.wire()))
    }

    /// The small hello of `version`, as like that of `other` as the two allow.
    fn control(&self, other: TlsVersion, version: TlsVersion) -> Question {
        if version == TlsVersion::Ssl2 {
            return Question::Ssl2;
        }
        let mut hello = small(self.name.as_deref(), version);
        // SSL 3.0 knows no extensions, so its control goes without them too.
        hello.extensions = version != TlsVersion::Ssl3 && other != TlsVersion::Ssl3;
        Question::Hello(hello)
    }

    fn note_refusal(&self, version: TlsVersion, near: TlsVersion) {
        let line = self.asker.line();
        let command = match version {
            TlsVersion::Ssl2 => ssl2::command(line),
            TlsVersion::Ssl3 => super::command(line, "-ssl3"),
            TlsVersion::Tls10 => super::command(line, "-tls1"),
            TlsVersion::Tls11 => super::command(line, "-tls1_1"),
            TlsVersion::Tls12 => super::command(line, "-tls1_2"),
            TlsVersion::Tls13 => super::command(line, "-tls1_3"),
        };
        line.note(Evidence {
            what: "refused_by_close".into(),
            excerpt: Excerpt::redacted(&format!(
                "{version}: closed or reset twice; {near} answered just before and just after"
            )),
            command: Some(command),
        });
    }

    fn offered(&self) -> impl Iterator<Item = TlsVersion> {
        self.known
            .iter()
            .filter(|(_, fact)| fact.offered == Tri::Yes)
            .map(|(version, _)| *version)
    }

    fn fact(mut self) -> Result<TlsFact, Unmeasured> {
        if self.offered().next().is_none() {
            // Refusing everything may be about us or the name, so it proves nothing either.
            return Err(self.reason.unwrap_or(Unmeasured::Handshake));
        }
        if self.asker.fickle {
            for fact in self.known.values_mut() {
                if fact.refused_by_close {
                    *fact = VersionFact::default();
                }
            }
        }
        for (version, _) in self.perhaps {
            self.known.entry(version).or_default();
        }
        Ok(TlsFact {
            versions: self.known,
            server_name: self.name,
            ..TlsFact::default()
        })
    }
}

/// A hello that any server bears. That of TLS 1.3 also lists older suites, so that it differs from
/// the others in the version alone.
fn small(name: Option<&str>, version: TlsVersion) -> ClientHello {
    let groups = POPULAR_GROUPS.to_vec();
    if version == TlsVersion::Tls13 {
        let suites = [&MODERN[..5], POPULAR].concat();
        return modern::hello(name, Manner::Shares, suites, groups);
    }
    offer::hello(name, version, POPULAR.to_vec(), groups)
}

/// The server answered with another version than was offered.
fn lower_than(asked: TlsVersion, chosen: TlsVersion) -> Contact {
    if chosen < asked {
        Contact::Refused {
            below: Some(chosen),
        }
    } else {
        Contact::Unknown
    }
}

fn refused_fact(by_close: bool) -> VersionFact {
    VersionFact {
        offered: Tri::No,
        refused_by_close: by_close,
        ..VersionFact::default()
    }
}
