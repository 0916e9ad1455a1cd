//! What a server can do beside versions, suites and groups.
//!
//! It is asked after the survey, which says what works, from the standard profile upwards. As many
//! questions as possible go in one hello: the first carries every extension at once, and only if that
//! is not answered are they asked apart. An extension that lacks in a ServerHello is a *no*; whatever
//! ends without a word is unknown.

mod alpn;
mod fallback;
mod hellos;
mod modern;
mod passive;
mod renegotiation;
mod sessions;
mod signatures;

use std::collections::BTreeMap;

use luytre_checks::{
    Evidence, Excerpt, Unmeasured,
    fact::{ClientCertificate, SignatureScheme, TlsFact, TlsVersion, Tri},
};
use luytre_inventory::ScanProfile;

use self::alpn::Protocols;
use super::{
    Ders,
    fresh::{Fresh, Keys},
    handshake::{Client, Ended, Hello, Seen, Session, extension},
    open,
};
use crate::Line;

/// Failures in a row after which the peer is left alone.
const MOST_FAILURES: u32 = 4;

/// Connections made at most under `profile`. A server that bears everything takes ten of them under
/// the standard profile and some twenty under the deep one; the rest is for proofs on servers that
/// refuse a hello or sign in many schemes.
pub(crate) const fn most_connections(profile: ScanProfile) -> u32 {
    match profile {
        ScanProfile::Light => 0,
        ScanProfile::Standard => 40,
        ScanProfile::Deep => 80,
    }
}

/// What came stapled to a handshake in which it was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stapled {
    /// The OCSP answer as DER (RFC 6066 8).
    pub(crate) response: Option<Vec<u8>>,
    /// How many certificate timestamps came in the handshake (RFC 6962 3.3); none if not asked for.
    pub(crate) timestamps: Option<u16>,
    /// The certificates of that handshake; empty if it resumed a session.
    pub(crate) chain: Ders,
}

/// Asks what the profile of the permit allows, and puts it into `fact`. What came stapled; none if it
/// was not asked for.
pub(super) async fn look(line: &Line, fact: &mut TlsFact) -> Option<Stapled> {
    let deep = match line.permit().profile() {
        ScanProfile::Light => return None,
        ScanProfile::Standard => false,
        ScanProfile::Deep => true,
    };
    let mut look = Look {
        line,
        name: line.name().map(|name| name.as_str().to_owned()),
        deep,
        fact,
        protocols: Protocols::default(),
        stapled: None,
        keys: BTreeMap::new(),
        left: most_connections(line.permit().profile()),
        failures: 0,
        over: false,
    };
    look.run().await;
    look.settle();
    look.stapled
}

/// An answer to a hello, where nothing but that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// The server chose.
    Hello,
    /// It ended the handshake with this alert.
    Alert(u8),
    /// It closed or reset.
    Closed,
    /// Anything else.
    Nothing,
}

/// Asks one server.
struct Look<'a> {
    line: &'a Line,
    name: Option<String>,
    deep: bool,
    fact: &'a mut TlsFact,
    protocols: Protocols,
    stapled: Option<Stapled>,
    /// Keys on curves that came by. The survey takes each group off its list, so that it seldom sees two
    /// over the same.
    keys: BTreeMap<TlsVersion, Keys>,
    /// Connections left.
    left: u32,
    failures: u32,
    over: bool,
}

impl Look<'_> {
    async fn run(&mut self) {
        let old = self.old();
        if let Some(old) = &old {
            self.passive(old).await;
            self.sessions(old).await;
        } else if self.refuses_old() {
            // These are all of versions up to TLS 1.2.
            let features = &mut self.fact.features;
            features.compression = Tri::No;
            features.client_renegotiation = Tri::No;
            features.resumption_id = Tri::No;
            features.resumption_ticket = Tri::No;
        }
        if self.fact.offers(TlsVersion::Tls13) == Tri::Yes {
            self.modern(old.is_none()).await;
        }
        self.fallback().await;
        if self.deep {
            self.remaining_protocols(old.as_ref()).await;
            self.remaining_signatures(old.as_ref()).await;
        }
    }

    /// Whether every version up to TLS 1.2 is known to be refused.
    fn refuses_old(&self) -> bool {
        TlsVersion::ALL
            .into_iter()
            .filter(|version| *version < TlsVersion::Tls13)
            .all(|version| self.fact.offers(version) == Tri::No)
    }

    fn settle(&mut self) {
        let features = &mut self.fact.features;
        features.alpn.clone_from(&self.protocols.found);
        features.alpn_complete = self.protocols.complete();
        for (version, keys) in &self.keys {
            if let Some(found) = self.fact.versions.get_mut(version)
                && found.ecdh_key_reused != Tri::Yes
                && keys.reused(false) != Tri::Unknown
            {
                found.ecdh_key_reused = keys.reused(false);
            }
        }
    }

    /// Says `hello` on a fresh connection and reads the first flight.
    async fn flight(&mut self, hello: &Hello) -> (Seen, Result<(), Ended>) {
        let mut seen = Seen::default();
        let mut client = match self.dial().await {
            Ok(client) => client,
            Err(reason) => return (seen, Err(Ended::Failed(reason))),
        };
        let end = self.patiently(client.flight(hello, &mut seen)).await;
        self.account(&seen, end);
        (seen, end)
    }

    /// Makes a handshake on a fresh connection.
    async fn shake(
        &mut self,
        hello: &Hello,
        session: Option<&Session>,
    ) -> (Option<Client>, Seen, Result<(), Ended>) {
        let mut seen = Seen::default();
        let mut client = match self.dial().await {
            Ok(client) => client,
            Err(reason) => return (None, seen, Err(Ended::Failed(reason))),
        };
        let end = self
            .patiently(client.shake(hello, session, &mut seen))
            .await;
        self.account(&seen, end);
        (Some(client), seen, end)
    }

    /// Whether one more connection may be made; counts it.
    fn may_go_on(&mut self) -> bool {
        self.over |= self.left == 0 || self.line.is_over();
        self.left = self.left.saturating_sub(1);
        !self.over
    }

    async fn dial(&mut self) -> Result<Client, Unmeasured> {
        if !self.may_go_on() {
            return Err(Unmeasured::Cancelled);
        }
        let conn = open(self.line).await;
        if let Err(reason) = &conn {
            self.fail(*reason);
        }
        Ok(Client::new(conn?))
    }

    /// Runs what a peer must answer under the line's limit of time.
    async fn patiently(&self, work: impl Future<Output = Result<(), Ended>>) -> Result<(), Ended> {
        let answered = self.line.within(async {
            match work.await {
                Err(Ended::Failed(reason)) => Err(reason),
                other => Ok(other),
            }
        });
        answered.await.unwrap_or_else(|reason| Err(reason.into()))
    }

    fn account(&mut self, seen: &Seen, end: Result<(), Ended>) {
        match end {
            Err(Ended::Failed(reason)) if seen.choice.is_none() => self.fail(reason),
            _ => self.failures = 0,
        }
    }

    fn fail(&mut self, reason: Unmeasured) {
        self.failures += 1;
        let hopeless = matches!(
            reason,
            Unmeasured::NoRoute
                | Unmeasured::NotPermitted
                | Unmeasured::Cancelled
                | Unmeasured::Bug
                | Unmeasured::TooLarge
                | Unmeasured::Refused
        );
        self.over |= hopeless || self.failures >= MOST_FAILURES || self.line.is_spent();
    }

    /// Asks `hello` for nothing but whether it is answered.
    async fn ask(&mut self, hello: &Hello) -> Answer {
        let (seen, end) = self.flight(hello).await;
        answer_of(&seen, end)
    }

    /// Whether the server bears `test`, after `first` came of it. `control` lacks what is tested. A
    /// *no* takes three refusals with an answered control before, between and after them
    /// (architecture rule 1).
    async fn bears(&mut self, first: Answer, test: &Hello, control: &Hello) -> Tri {
        let refuses = |answer| matches!(answer, Answer::Alert(_) | Answer::Closed);
        match first {
            Answer::Hello => return Tri::Yes,
            Answer::Nothing => return Tri::Unknown,
            Answer::Alert(_) | Answer::Closed => {}
        }
        for is_test in [false, true, false, false, true, false] {
            let answer = self.ask(if is_test { test } else { control }).await;
            match (is_test, answer) {
                (true, Answer::Hello) => return Tri::Yes,
                (false, Answer::Hello) => {}
                (true, answer) if refuses(answer) => {}
                _ => return Tri::Unknown,
            }
        }
        self.note(
            "refused_by_length_or_content",
            &format!(
                "a hello of {} bytes: refused three times; the control of {} bytes answered before, \
                between and after",
                test.message(&[0; 32]).len(),
                control.message(&[0; 32]).len()
            ),
            "",
        );
        Tri::No
    }

    /// Keeps evidence; `flag` is what shows it again with openssl.
    fn note(&self, what: &str, text: &str, flag: &str) {
        self.line.note(Evidence {
            what: what.into(),
            excerpt: Excerpt::redacted(text),
            command: (!flag.is_empty()).then(|| super::command(self.line, flag)),
        });
    }

    /// Takes from an answer what `hello` asked for.
    fn learn(&mut self, hello: &Hello, seen: &Seen) {
        let Some(choice) = &seen.choice else { return };
        let asked = |kind| hello.asks(kind);
        let features = &mut self.fact.features;
        let keep = |known: &mut Tri, now: bool| {
            if *known == Tri::Unknown {
                *known = now.into();
            }
        };
        if hello.compressions.contains(&1) {
            keep(&mut features.compression, choice.compression == 1);
        }
        for (kind, known) in [
            (extension::RENEGOTIATION, &mut features.secure_renegotiation),
            (
                extension::EXTENDED_MASTER_SECRET,
                &mut features.extended_master_secret,
            ),
            (extension::HEARTBEAT, &mut features.heartbeat),
        ] {
            if asked(kind) {
                keep(known, choice.has(kind));
            }
        }
        if asked(extension::ENCRYPT_THEN_MAC) && super::handshake::is_cbc(choice.suite) {
            keep(
                &mut features.encrypt_then_mac,
                choice.has(extension::ENCRYPT_THEN_MAC),
            );
        }
        if seen.flown {
            self.certificate(if seen.asks_certificate {
                ClientCertificate::Unknown
            } else {
                ClientCertificate::No
            });
        }
        if let Some(signed) = &seen.signed {
            let version = TlsVersion::ALL
                .into_iter()
                .find(|version| version.wire() == choice.version);
            if let (Some(version), Some(group)) = (version, signed.group) {
                let over = (Some(group), None);
                let fresh = Fresh::new(over, false, &signed.public, choice.random);
                self.keys.entry(version).or_default().add(Some(fresh));
            }
        }
        if let Some(scheme) = seen.signed.as_ref().and_then(|signed| signed.scheme) {
            self.scheme(TlsVersion::Tls12, scheme);
        }
        let protocol = choice.protocol();
        // That one is answered with a certificate of its own (RFC 8737 3).
        let special = protocol.as_deref() == Some("acme-tls/1");
        if asked(extension::STATUS_REQUEST) && !special && (seen.flown || seen.resumed) {
            let stapled = self.stapled.get_or_insert_default();
            if stapled.response.is_none() && !seen.certificates.is_empty() {
                stapled.response.clone_from(&seen.staple);
                stapled.chain.clone_from(&seen.certificates);
            }
            stapled
                .timestamps
                .get_or_insert(choice.timestamps().unwrap_or(0));
        }
        if asked(extension::ALPN) {
            self.protocols.learn(protocol);
        }
    }

    /// Notes what one handshake says of client certificates; the strictest counts.
    fn certificate(&mut self, now: ClientCertificate) {
        let weight = |kind| match kind {
            ClientCertificate::Unknown => 0,
            ClientCertificate::No => 1,
            ClientCertificate::Requested => 2,
            ClientCertificate::Required => 3,
        };
        let known = &mut self.fact.features.client_certificate;
        if weight(now) > weight(*known) {
            *known = now;
        }
    }

    /// Notes a scheme in which the server signed; whether that is news.
    fn scheme(&mut self, version: TlsVersion, scheme: u16) -> bool {
        let Some(fact) = self.fact.versions.get_mut(&version) else {
            return false;
        };
        let scheme = SignatureScheme(scheme);
        let news = !fact.signatures.contains(&scheme);
        if news {
            fact.signatures.push(scheme);
        }
        news
    }
}

fn answer_of(seen: &Seen, end: Result<(), Ended>) -> Answer {
    match end {
        _ if seen.choice.is_some() => Answer::Hello,
        Err(Ended::Alert(description)) => Answer::Alert(description),
        Err(Ended::Failed(Unmeasured::Closed | Unmeasured::Reset)) => Answer::Closed,
        _ => Answer::Nothing,
    }
}
