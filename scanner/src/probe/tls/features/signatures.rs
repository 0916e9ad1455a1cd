//! Schemes in which the server signs, by elimination: what it used is no longer offered.

use luytre_checks::fact::{TlsVersion, Tri};

use super::{
    Look,
    hellos::{Old, SCHEMES},
};
use crate::{
    probe::tls::handshake::{Ended, alert, extension},
    wire::Exchange,
};

impl Look<'_> {
    /// Brings the lists of TLS 1.2 and 1.3 to their ends.
    pub(super) async fn remaining_signatures(&mut self, old: Option<&Old>) {
        if let Some(old) = old.filter(|old| old.version == TlsVersion::Tls12) {
            self.old_signatures(old).await;
        }
        if self.fact.offers(TlsVersion::Tls13) == Tri::Yes {
            self.modern_signatures().await;
        }
    }

    /// What of `all` the server has not signed in yet.
    pub(super) fn schemes_left(&self, version: TlsVersion, all: &[u16]) -> Vec<u16> {
        let known = self.fact.versions.get(&version);
        let found = |scheme: &u16| {
            known.is_some_and(|known| known.signatures.iter().any(|have| have.0 == *scheme))
        };
        all.iter()
            .copied()
            .filter(|scheme| !found(scheme))
            .collect()
    }

    /// Whether a scheme is known: else a refusal may be for want of something else.
    pub(super) fn has_signed(&self, version: TlsVersion) -> bool {
        let known = self.fact.versions.get(&version);
        known.is_some_and(|known| !known.signatures.is_empty())
    }

    pub(super) fn end_schemes(&mut self, version: TlsVersion) {
        if let Some(known) = self.fact.versions.get_mut(&version) {
            known.signatures_complete = Tri::Yes;
        }
    }

    async fn old_signatures(&mut self, old: &Old) {
        let version = TlsVersion::Tls12;
        let signs = |suite: &u16| {
            let name = luytre_checks::fact::Suite::from(*suite).name();
            Exchange::of(*suite) != Exchange::Other
                && name.is_some_and(|name| !name.contains("_anon_") && !name.contains("_PSK_"))
        };
        let suites: Vec<_> = old.suites.iter().copied().filter(signs).collect();
        if suites.is_empty() {
            let known = self.fact.versions.get(&version);
            if known.is_some_and(|known| known.suites_complete == Tri::Yes) {
                self.end_schemes(version);
            }
            return;
        }
        // Its chain may be signed in any scheme, whatever it signs in itself (RFC 8446 4.2.3).
        let base = self.base(old).signed(&SCHEMES);
        let all = base.extensions.iter();
        let all = all.filter(|(kind, _)| *kind == extension::SIGNATURES);
        let all = all.map(|(_, body)| body.clone()).next().unwrap_or_default();
        let mut hello = base.with(extension::CERTIFICATE_SIGNATURES, all).bound(&[]);
        hello.suites = suites;
        loop {
            let left = self.schemes_left(version, &SCHEMES);
            if left.is_empty() {
                self.end_schemes(version);
                return;
            }
            let (seen, end) = self.flight(&hello.clone().signed(&left)).await;
            if let Err(Ended::Alert(alert::HANDSHAKE_FAILURE | alert::INSUFFICIENT_SECURITY)) = end
                && seen.choice.is_none()
                && self.has_signed(version)
            {
                self.end_schemes(version);
                return;
            }
            let scheme = seen.signed.and_then(|signed| signed.scheme);
            match scheme {
                // A choice of something not offered would go on for ever.
                Some(scheme) if left.contains(&scheme) && self.scheme(version, scheme) => {}
                _ => return,
            }
        }
    }
}
