//! STARTTLS: how TLS is begun where a protocol talks in the clear first.
//!
//! One file a protocol. Each says no more than is needed to ask for TLS, reads no more than a bounded
//! answer, and tells three things apart: the server goes on to TLS, it speaks the protocol and does not
//! offer TLS, or nothing was learnt. A server that turns us away for the number of our visits is
//! throttled, never one that offers nothing.

mod ftp;
mod imap;
mod injection;
mod ldap;
mod mysql;
mod nntp;
mod pop3;
mod postgres;
mod rdp;
mod sieve;
mod smtp;
mod talk;
mod upgrade;
mod xmpp;

use std::{fmt, str::FromStr};

use luytre_checks::{
    Unmeasured,
    fact::{Confidence, ServiceFact},
};
use luytre_inventory::{HostName, Protocol};
use serde::{Serialize, Serializer};

use self::talk::{Stream, Talk};
pub(crate) use self::{injection::injection, upgrade::Upgrade};
use crate::{Line, plan::suggested};

/// A protocol in which TLS is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Starttls {
    /// RFC 3207; also submission, RFC 6409.
    Smtp,
    /// RFC 2033 with RFC 3207.
    Lmtp,
    /// RFC 9051 section 6.2.1.
    Imap,
    /// RFC 2595 section 4.
    Pop3,
    /// RFC 4217 section 4.
    Ftp,
    /// RFC 4511 section 4.14.
    Ldap,
    /// `SSLRequest` of the `PostgreSQL` frontend/backend protocol.
    Postgres,
    /// `SSLRequest` of the `MySQL` and `MariaDB` client/server protocol.
    Mysql,
    /// RFC 6120 section 5, stream of a client.
    Xmpp,
    /// RFC 6120 section 5, stream of a server.
    XmppServer,
    /// RFC 4642.
    Nntp,
    /// RFC 5804 section 2.2.
    Sieve,
    /// MS-RDPBCGR 2.2.1.1 and 2.2.1.2.
    Rdp,
}

/// Ports on which TLS comes first: smtps, nntps, ldaps, ftps, imaps, pop3s, global catalogue, XMPP.
const TLS_FIRST: [u16; 10] = [465, 563, 636, 989, 990, 993, 995, 3269, 5223, 5270];

impl Starttls {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Smtp,
        Self::Lmtp,
        Self::Imap,
        Self::Pop3,
        Self::Ftp,
        Self::Ldap,
        Self::Postgres,
        Self::Mysql,
        Self::Xmpp,
        Self::XmppServer,
        Self::Nntp,
        Self::Sieve,
        Self::Rdp,
    ];

    /// The name in JSON and on the command line, that of `openssl s_client -starttls` where it has one.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Lmtp => "lmtp",
            Self::Imap => "imap",
            Self::Pop3 => "pop3",
            Self::Ftp => "ftp",
            Self::Ldap => "ldap",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Xmpp => "xmpp",
            Self::XmppServer => "xmpp-server",
            Self::Nntp => "nntp",
            Self::Sieve => "sieve",
            Self::Rdp => "rdp",
        }
    }

    /// How TLS begins on `port`, after what its owner declares and before anything was heard; none
    /// where TLS comes first or is not to be expected.
    pub fn expected(declared: Option<Protocol>, port: u16) -> Option<Self> {
        if TLS_FIRST.contains(&port) {
            return None;
        }
        let by_port = match port {
            24 => Some(Self::Lmtp),
            119 => Some(Self::Nntp),
            389 | 3268 => Some(Self::Ldap),
            4190 => Some(Self::Sieve),
            5222 => Some(Self::Xmpp),
            5269 => Some(Self::XmppServer),
            _ => None,
        };
        match (declared, by_port) {
            (None | Some(Protocol::Other), Some(_))
            | (Some(Protocol::Smtp), Some(Self::Lmtp))
            | (Some(Protocol::Xmpp), Some(Self::XmppServer)) => by_port,
            _ => Self::of(suggested(declared, port)?),
        }
    }

    /// How TLS begins after what the service probe heard, which outweighs what was declared.
    pub(crate) fn after(
        heard: Option<&Result<ServiceFact, Unmeasured>>,
        declared: Option<Protocol>,
        port: u16,
    ) -> Option<Self> {
        let expected = Self::expected(declared, port);
        let Some(Ok(fact)) = heard else {
            return expected;
        };
        match fact.protocol {
            _ if fact.tls => None,
            Some(protocol) if fact.confidence >= Confidence::Protocol => match protocol {
                Protocol::Smtp if expected == Some(Self::Lmtp) => expected,
                Protocol::Other => expected,
                protocol => Self::of(protocol),
            },
            _ => expected,
        }
    }

    /// How TLS begins in `protocol`; none if TLS comes first there or not at all.
    pub(crate) fn of(protocol: Protocol) -> Option<Self> {
        Some(match protocol {
            Protocol::Smtp => Self::Smtp,
            Protocol::Imap => Self::Imap,
            Protocol::Pop3 => Self::Pop3,
            Protocol::Ftp => Self::Ftp,
            Protocol::Postgres => Self::Postgres,
            Protocol::Mysql | Protocol::Mariadb => Self::Mysql,
            Protocol::Rdp => Self::Rdp,
            Protocol::Ldap => Self::Ldap,
            Protocol::Nntp => Self::Nntp,
            Protocol::Lmtp => Self::Lmtp,
            Protocol::Sieve => Self::Sieve,
            Protocol::Xmpp => Self::Xmpp,
            _ => return None,
        })
    }
}

impl fmt::Display for Starttls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Starttls {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Not the name of a protocol with STARTTLS.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such STARTTLS protocol")]
pub struct NoSuchStarttls;

impl FromStr for Starttls {
    type Err = NoSuchStarttls;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "submission" {
            return Ok(Self::Smtp);
        }
        let named = Self::ALL.into_iter().find(|one| one.as_str() == text);
        named.ok_or(NoSuchStarttls)
    }
}

/// Why no TLS was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hitch {
    /// The server speaks the protocol and says that it has no TLS in it.
    Declined,
    /// Nothing was learnt.
    Failed(Unmeasured),
}

impl From<Unmeasured> for Hitch {
    fn from(reason: Unmeasured) -> Self {
        Self::Failed(reason)
    }
}

/// Why a server that says `words` turns us away before it was asked anything.
fn turned_away(words: &str) -> Hitch {
    const SIGNS: [&str; 12] = [
        "too many",
        "too much",
        "too fast",
        "rate",
        "limit",
        "exceed",
        "busy",
        "overload",
        "temporar",
        "try again",
        "try later",
        "unavailable",
    ];
    let words = words.to_ascii_lowercase();
    let throttled = SIGNS.iter().any(|sign| words.contains(sign));
    Hitch::Failed(if throttled {
        Unmeasured::Throttled
    } else {
        Unmeasured::Refused
    })
}

/// The server announces TLS and does not begin it: what it can do remains unknown.
const BROKEN_OFF: Hitch = Hitch::Failed(Unmeasured::Handshake);

/// The peer speaks something else.
const FOREIGN: Hitch = Hitch::Failed(Unmeasured::Protocol);

/// Talks until the next byte is to be a ClientHello.
async fn begin<S: Stream>(
    protocol: Starttls,
    talk: &mut Talk<'_, S>,
    line: &Line,
) -> Result<(), Hitch> {
    let name = line.name().map(HostName::as_str);
    match protocol {
        Starttls::Smtp => smtp::begin(talk, "EHLO").await?,
        Starttls::Lmtp => smtp::begin(talk, "LHLO").await?,
        Starttls::Imap => imap::begin(talk).await?,
        Starttls::Pop3 => pop3::begin(talk).await?,
        Starttls::Ftp => ftp::begin(talk).await?,
        Starttls::Ldap => ldap::begin(talk).await?,
        Starttls::Postgres => postgres::begin(talk).await?,
        Starttls::Mysql => mysql::begin(talk).await?,
        Starttls::Xmpp => xmpp::begin(talk, "jabber:client", name).await?,
        Starttls::XmppServer => xmpp::begin(talk, "jabber:server", name).await?,
        Starttls::Nntp => nntp::begin(talk).await?,
        Starttls::Sieve => sieve::begin(talk).await?,
        Starttls::Rdp => rdp::begin(talk).await?,
    }
    // A TLS server waits for the client: whoever goes on talking in the clear is no such server.
    talk.is_empty().then_some(()).ok_or(FOREIGN)
}

#[cfg(test)]
mod tests;
