//! Whether a needless fallback is refused (RFC 7507).

use luytre_checks::fact::{TlsVersion, Tri};

use super::{Look, hellos};
use crate::probe::tls::handshake::{Ended, alert};

/// TLS_FALLBACK_SCSV.
const FALLBACK: u16 = 0x5600;

impl Look<'_> {
    /// Offers less than the best version, and says that it is a fallback. With one version alone there
    /// is nothing to fall back to, and nothing is known.
    pub(super) async fn fallback(&mut self) {
        let offered = |version: &TlsVersion| self.fact.offers(*version) == Tri::Yes;
        let Some(second) = TlsVersion::ALL.into_iter().rev().filter(offered).nth(1) else {
            return;
        };
        let Some(old) = hellos::Old::of(self.fact, second) else {
            return;
        };
        let mut hello = self.base(&old);
        hello.suites.push(FALLBACK);
        let (seen, end) = self.flight(&hello).await;
        // The alert is of this one meaning, and a choice is one: neither needs a control.
        self.fact.features.fallback_scsv = match end {
            _ if seen.choice.is_some() => Tri::No,
            Err(Ended::Alert(alert::INAPPROPRIATE_FALLBACK)) => Tri::Yes,
            _ => Tri::Unknown,
        };
    }
}
