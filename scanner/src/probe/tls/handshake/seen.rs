//! What a handshake leaves behind, however far it came.

use luytre_checks::Unmeasured;

use super::server::{Choice, Signed};

/// How a handshake ended before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// By this alert of the peer.
    Alert(u8),
    /// Without a word that counts.
    Failed(Unmeasured),
    /// The peer chose what this client cannot do.
    Unable,
}

impl From<Unmeasured> for Ended {
    fn from(reason: Unmeasured) -> Self {
        Self::Failed(reason)
    }
}

/// What the peer showed, up to wherever a handshake came.
#[derive(Debug, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is seen or not, whatever the others are"
)]
pub(crate) struct Seen {
    /// Its ServerHello.
    pub(crate) choice: Option<Choice>,
    /// Its certificates as DER, leaf first.
    pub(crate) certificates: Vec<Vec<u8>>,
    /// Its stapled OCSP answer.
    pub(crate) staple: Option<Vec<u8>>,
    /// Its ServerKeyExchange.
    pub(crate) signed: Option<Signed>,
    /// It asked for a certificate of ours.
    pub(crate) asks_certificate: bool,
    /// Its first flight came to an end.
    pub(crate) flown: bool,
    /// The ticket that it issued.
    pub(crate) ticket: Option<Vec<u8>>,
    /// It went on with the session offered.
    pub(crate) resumed: bool,
    /// The handshake was completed.
    pub(crate) complete: bool,
}

/// A session that may be resumed.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// Its id; empty if the server gave none.
    pub(crate) id: Vec<u8>,
    /// Its ticket, if the server issued one.
    pub(crate) ticket: Option<Vec<u8>>,
    pub(super) master: Vec<u8>,
}
