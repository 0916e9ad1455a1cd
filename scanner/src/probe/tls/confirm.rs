//! A short look at a server that was looked at as a whole before: at most three questions, each with
//! the answer of then expected.

use luytre_checks::fact::{Group, Suite, TlsFact, TlsVersion, Tri, VersionFact};

use super::{
    Ders,
    ask::{Answer, Asker, Flight},
    found::primes,
    modern::{self, Manner},
    offer::{self, ALL_GROUPS, MODERN, OLD},
    settle::{refuses, refuses_version},
};
use crate::Line;

/// What was seen again.
#[derive(Debug)]
pub(crate) struct Again {
    /// No more than what was seen.
    pub(crate) tls: TlsFact,
    /// The certificates, if they came by; those of TLS 1.3 come enciphered.
    pub(crate) presented: Option<Ders>,
}

/// Asks the best and the least of the versions that were offered, and TLS 1.3; where only one was
/// offered, the nearest that was refused. None if an answer differs, or there is none.
///
/// `leaf` is the kind of key in the certificate of then: a server with two certificates is asked so that
/// it shows the same one.
pub(crate) async fn confirm(line: &Line, before: &TlsFact, leaf: Option<&str>) -> Option<Again> {
    let mut short = Short {
        asker: Asker::new(line),
        name: line.name().map(|name| name.as_str().to_owned()),
        before,
        elliptic: leaf.map(|kind| kind == "ec"),
        again: TlsFact {
            versions: std::collections::BTreeMap::new(),
            features: luytre_checks::fact::Features::default(),
            flaws: luytre_checks::fact::Flaws::default(),
            ..before.clone()
        },
    };
    let begins = line.starttls().map(|protocol| protocol.to_string());
    if short.name != before.server_name || begins != before.starttls {
        return None;
    }
    let mut presented = None;
    let questions = questions(before);
    for (place, version) in questions.iter().copied().enumerate() {
        if place + 1 == questions.len() {
            short.asker.expects_the_last();
        }
        short.ask(version).await?;
        // A server with two certificates may show the other one next time.
        let shown = short.asker.presented().transpose().ok()?;
        presented = presented.or(shown.and_then(|chains| chains.into_iter().next()));
    }
    let offered = |fact: &VersionFact| fact.offered == Tri::Yes;
    short.again.versions.values().any(offered).then_some(Again {
        tls: short.again,
        presented,
    })
}

/// The versions to ask for, at most three.
fn questions(before: &TlsFact) -> Vec<TlsVersion> {
    use TlsVersion::{Ssl3, Tls10, Tls11, Tls12, Tls13};
    let old = [Tls12, Tls11, Tls10, Ssl3];
    let offered: Vec<_> = old
        .into_iter()
        .filter(|version| before.offers(*version) == Tri::Yes)
        .collect();
    let refused = old.into_iter().find(|version| {
        let fact = before.versions.get(version);
        fact.is_some_and(|fact| fact.offered == Tri::No && !fact.refused_by_close)
    });
    let mut questions: Vec<_> = offered.first().copied().into_iter().collect();
    if before.offers(Tls13) != Tri::Unknown {
        questions.push(Tls13);
    }
    match offered[..] {
        [.., least] if offered.len() > 1 => questions.push(least),
        _ => questions.extend(refused),
    }
    questions
}

struct Short<'a> {
    asker: Asker<'a>,
    name: Option<String>,
    before: &'a TlsFact,
    elliptic: Option<bool>,
    again: TlsFact,
}

impl Short<'_> {
    /// Suites of the old versions that show a certificate of the kind of then.
    fn suites(&self) -> Vec<u16> {
        let fits = |suite: &u16| {
            let name = Suite::from(*suite).name().unwrap_or_default();
            self.elliptic
                .is_none_or(|elliptic| name.contains("_ECDSA_") == elliptic)
        };
        OLD.iter().copied().filter(fits).collect()
    }

    async fn ask(&mut self, version: TlsVersion) -> Option<()> {
        let known = self.before.versions.get(&version)?;
        let name = self.name.as_deref();
        let hello = if version == TlsVersion::Tls13 {
            modern::hello(name, Manner::Retry, MODERN.to_vec(), ALL_GROUPS.clone())
        } else {
            offer::hello(name, version, self.suites(), ALL_GROUPS.clone())
        };
        let seen = match (self.asker.ask(&hello).await, known.offered) {
            (Answer::Hello(flight), Tri::Yes) if flight.version == version => same(known, &flight)?,
            // A lower version in answer refuses this one, if that one is no news.
            (Answer::Hello(flight), Tri::No)
                if flight.version < version && self.before.offers(flight.version) == Tri::Yes =>
            {
                refused()
            }
            (Answer::Alert(alert), Tri::No) if refuses(alert) || refuses_version(alert) => {
                refused()
            }
            _ => return None,
        };
        self.again.versions.insert(version, seen);
        Some(())
    }
}

/// What `flight` shows of what is `known`; none if it shows anything else.
fn same(known: &VersionFact, flight: &Flight) -> Option<VersionFact> {
    let suite = Suite::from(flight.suite);
    let group = flight.group.map(Group);
    let holds = known.suites.contains(&suite)
        && group.is_none_or(|group| known.groups.contains(&group))
        && flight.field.is_none_or(|field| {
            // Facts of older probes hold sizes alone.
            let mut primes = primes(&[field]).into_iter();
            known.dh_bits.contains(&field.bits)
                && (known.dh_primes.is_empty()
                    || primes.all(|prime| known.dh_primes.contains(&prime)))
        });
    holds.then(|| VersionFact {
        offered: Tri::Yes,
        suites: vec![suite],
        groups: group.into_iter().collect(),
        dh_bits: flight.field.iter().map(|field| field.bits).collect(),
        dh_primes: primes(&flight.field),
        ..VersionFact::default()
    })
}

fn refused() -> VersionFact {
    VersionFact {
        offered: Tri::No,
        ..VersionFact::default()
    }
}
