//! When an answer is a refusal: the alerts that say so, and architecture rule 1 for peers that close
//! or reset instead.

use luytre_checks::Unmeasured;

use super::ask::{Answer, Asker, Flight, Question};

const HANDSHAKE_FAILURE: u8 = 40;
const PROTOCOL_VERSION: u8 = 70;
const INSUFFICIENT_SECURITY: u8 = 71;

/// Whether the alert says that nothing of what was offered is acceptable (RFC 8446 section 6.2).
pub(super) const fn refuses(alert: u8) -> bool {
    matches!(
        alert,
        HANDSHAKE_FAILURE | PROTOCOL_VERSION | INSUFFICIENT_SECURITY
    )
}

/// Whether the alert says that the version, and so every lower one, is refused: a server takes the
/// highest version it has that is not above the one offered (RFC 5246 appendix E.1).
pub(super) const fn refuses_version(alert: u8) -> bool {
    alert == PROTOCOL_VERSION
}

/// A settled answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Settled {
    /// The server chose.
    Hit(Flight),
    /// It answered in SSL 2.0.
    Kinds(Vec<u32>),
    /// It refused what was offered.
    Refused {
        /// By closing or resetting, proved by rule 1.
        by_close: bool,
    },
    /// Not known.
    Unknown,
}

impl Asker<'_> {
    /// Asks `test`. An alert of refusal is an answer; a close, a reset or another alert is one only
    /// if `control`, which differs in nothing but what is tested, is answered around it, more than
    /// twice.
    pub(super) async fn settle(&mut self, test: &Question, control: &Question) -> Settled {
        match self.ask_any(test).await {
            Answer::Hello(flight) => Settled::Hit(flight),
            Answer::Kinds(kinds) => Settled::Kinds(kinds),
            Answer::Alert(alert) if refuses(alert) => Settled::Refused { by_close: false },
            Answer::Nothing(reason) if !may_refuse(reason) => Settled::Unknown,
            _ => self.confirm(test, control).await,
        }
    }

    /// Right after a failed test: control, test, control, control, test, control, each on a fresh
    /// connection. Refused only if every control is answered and every test fails in a way that can be
    /// a refusal. The three tests stand two and three apart, so that a peer that resets every
    /// n-th connection cannot hit them all and spare the controls.
    pub(super) async fn confirm(&mut self, test: &Question, control: &Question) -> Settled {
        let mut by_close = true;
        for is_test in [false, true, false, false, true, false] {
            let answer = self.ask_any(if is_test { test } else { control }).await;
            match (is_test, answer) {
                (false, Answer::Hello(_) | Answer::Kinds(_)) => {}
                (true, Answer::Hello(flight)) => {
                    self.fickle = true;
                    return Settled::Hit(flight);
                }
                (true, Answer::Kinds(kinds)) => {
                    self.fickle = true;
                    return Settled::Kinds(kinds);
                }
                (true, Answer::Alert(_)) => by_close = false,
                (true, Answer::Nothing(reason)) if may_refuse(reason) => {}
                (false, Answer::Nothing(reason)) if may_refuse(reason) => {
                    self.fickle = true;
                    return Settled::Unknown;
                }
                _ => return Settled::Unknown,
            }
        }
        Settled::Refused { by_close }
    }
}

pub(super) const fn may_refuse(reason: Unmeasured) -> bool {
    matches!(reason, Unmeasured::Closed | Unmeasured::Reset)
}
