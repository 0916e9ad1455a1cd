//! What a ServerHello shows of itself.

use luytre_checks::fact::{TlsVersion, Tri};

use super::{
    Answer, Look,
    hellos::{Old, greased},
};
use crate::probe::tls::handshake::{Hello, extension};

/// A hello of this length needs a second packet on any network.
const LONG: usize = 1500;

/// A hello shorter than this was the only kind that some load balancers knew.
const SHORT: usize = 256;

impl Look<'_> {
    /// Asks for everything in one hello, and apart only if that is not answered.
    pub(super) async fn passive(&mut self, old: &Old) {
        let versions: Vec<_> = TlsVersion::ALL
            .into_iter()
            .rev()
            .filter(|version| *version <= old.version && self.fact.offers(*version) == Tri::Yes)
            .map(TlsVersion::wire)
            .collect();
        let full = self.asking(old);
        let all = greased(&full, &old.groups, &versions).lengthened(LONG);
        let (_, _, answer) = self.fly_speaking(&all).await;
        if answer == Answer::Hello {
            self.fact.features.grease = Tri::Yes;
            self.fact.features.long_hello = Tri::Yes;
            return;
        }
        let (mut control, _, mut answer) = self.fly_speaking(&full).await;
        if answer != Answer::Hello {
            // It may be one of the extensions, or the compression, that it does not bear.
            (control, _, answer) = self.fly_speaking(&self.base(old)).await;
        }
        if answer != Answer::Hello {
            return;
        }
        // The list of protocols has changed since.
        control = control.without(extension::ALPN);
        let long = control.clone().lengthened(LONG);
        let answer = self.ask(&long).await;
        self.fact.features.long_hello = self.bears(answer, &long, &control).await;
        let odd = greased(&control, &old.groups, &versions);
        let answer = self.ask(&odd).await;
        self.fact.features.grease = self.bears(answer, &odd, &control).await;
    }

    /// Everything that is asked for by an extension or a number.
    fn asking(&self, old: &Old) -> Hello {
        let mut hello = self
            .base(old)
            .with(extension::TICKET, Vec::new())
            .stapled()
            // It may send us heartbeats (RFC 6520 2); none of ours are sent here.
            .with(extension::HEARTBEAT, vec![1])
            .bound(&[]);
        hello.compressions = vec![1, 0];
        hello
    }

    /// What is asked of TLS 1.3 in the clear. `alone`: no other version is offered, so these say too
    /// what else the hellos of old would.
    pub(super) async fn modern_hellos(&mut self, alone: bool) {
        let Some(plain) = self.retried() else { return };
        let version = [TlsVersion::Tls13.wire()];
        let groups: Vec<_> = self
            .fact
            .versions
            .get(&TlsVersion::Tls13)
            .map(|known| known.groups.iter().map(|group| group.0).collect())
            .unwrap_or_default();
        let odd = greased(&plain, &groups, &version);
        if alone {
            let all = odd.clone().lengthened(LONG);
            if self.ask(&all).await == Answer::Hello {
                self.fact.features.grease = Tri::Yes;
                self.fact.features.long_hello = Tri::Yes;
            } else {
                let long = plain.clone().lengthened(LONG);
                let answer = self.ask(&long).await;
                self.fact.features.long_hello = self.bears(answer, &long, &plain).await;
                let answer = self.ask(&odd).await;
                self.fact.features.grease = self.bears(answer, &odd, &plain).await;
            }
            self.short(&plain, &plain).await;
            return;
        }
        let answer = self.ask(&odd).await;
        let modern = self.bears(answer, &odd, &plain).await;
        let grease = &mut self.fact.features.grease;
        *grease = match (*grease, modern) {
            (Tri::No, _) | (_, Tri::No) => Tri::No,
            (Tri::Yes, Tri::Yes) => Tri::Yes,
            _ => Tri::Unknown,
        };
    }

    /// Whether the server answers `hello`, if that is short. `control` is a longer one.
    pub(super) async fn short(&mut self, hello: &Hello, control: &Hello) {
        let mut hello = hello.clone();
        hello.pads = false;
        if !is_short(&hello) {
            return;
        }
        let answer = self.ask(&hello).await;
        let control = control.clone().lengthened(512);
        self.fact.features.short_hello = self.bears(answer, &hello, &control).await;
    }
}

/// Whether a hello is shorter than 256 bytes.
pub(super) fn is_short(hello: &Hello) -> bool {
    hello.message(&[0; 32]).len() < SHORT
}
