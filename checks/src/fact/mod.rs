//! Typed, versioned, serialisable facts. Facts hold no opinion and no time of observation.

use serde::{Deserialize, Serialize};

mod chain;
mod dane;
mod dns;
mod http;
pub mod iana;
mod page;
mod ports;
mod primes;
mod record;
mod revocation;
mod service;
mod ssh;
mod tls;
mod udp;
mod vocabulary;

pub use chain::{
    Certificate, ChainFact, Extensions, Key, Message, PathFault, Timestamps, Trust, TrustVerdict,
    Unreadable,
};
pub use dane::{Dane, Tlsa};
pub use dns::{
    Caa, CaaSet, Dkim, Dmarc, DnsFact, Dnssec, Mail, NameServer, Pointer, PointerKind, Soa,
};
pub use http::{Cookie, Exchange, Header, HttpFact, Stop};
pub use iana::{Group, SignatureScheme, Suite};
pub use page::{
    Contact, ContentPolicy, Directive, File, HiddenLink, Hiding, Login, Nothing, Page, SecurityTxt,
    Sharing, Shown, Site, Stock, StockKind, Technology, Word, site_of,
};
pub use ports::PortsFact;
pub use primes::{PUBLISHED, PublishedPrime};
pub use record::{RecordFact, RecordGap};
pub use revocation::{Revocation, RevocationFault, RevocationSource, RevocationStatus};
pub use service::{Confidence, ServiceFact};
pub use ssh::{SshDirection, SshFact, SshHostKey};
pub use tls::{
    ClientCertificate, DhPrime, Features, Flaws, Order, TlsFact, TlsVersion, VersionFact,
};
pub use udp::{IpmiAccess, UdpExchange, UdpFact, UdpQuestion};
pub use vocabulary::{HOUSE_ENDS, Sign, Term, VOCABULARY};

/// Yes, no, or not known. A field that an older fact lacks reads as unknown.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Tri {
    /// Proved.
    Yes,
    /// Disproved.
    No,
    /// Not known. Never good.
    #[default]
    Unknown,
}

impl From<bool> for Tri {
    fn from(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }
}

impl std::ops::Not for Tri {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }
}

/// The kind of a fact; also the name of the probe that yields it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// TLS versions, suites and groups.
    Tls,
    /// The certificates presented and their trust.
    Chain,
    /// Which ports answer.
    Ports,
    /// What is spoken on a port.
    Service,
    /// Answers to HTTP requests.
    Http,
    /// Algorithms and host keys of SSH.
    Ssh,
    /// What answers a question of one UDP datagram.
    Udp,
    /// Records around a name, asked of our own resolvers.
    Dns,
    /// What the inventory says of a system.
    Record,
}

impl FactKind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Tls,
        Self::Chain,
        Self::Ports,
        Self::Service,
        Self::Http,
        Self::Ssh,
        Self::Udp,
        Self::Dns,
        Self::Record,
    ];

    /// The name in JSON, tables and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::Chain => "chain",
            Self::Ports => "ports",
            Self::Service => "service",
            Self::Http => "http",
            Self::Ssh => "ssh",
            Self::Udp => "udp",
            Self::Dns => "dns",
            Self::Record => "record",
        }
    }

    /// The kind called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A fact. Its JSON is that of the fact inside; the kind stands beside it (`probe`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[allow(missing_docs, reason = "each variant is the fact of that name")]
pub enum Fact {
    Tls(TlsFact),
    Chain(ChainFact),
    Ports(PortsFact),
    Service(ServiceFact),
    Http(HttpFact),
    Ssh(SshFact),
    Udp(UdpFact),
    Dns(DnsFact),
    Record(RecordFact),
}

impl Fact {
    /// The kind of this fact.
    pub const fn kind(&self) -> FactKind {
        match self {
            Self::Tls(_) => FactKind::Tls,
            Self::Chain(_) => FactKind::Chain,
            Self::Ports(_) => FactKind::Ports,
            Self::Service(_) => FactKind::Service,
            Self::Http(_) => FactKind::Http,
            Self::Ssh(_) => FactKind::Ssh,
            Self::Udp(_) => FactKind::Udp,
            Self::Dns(_) => FactKind::Dns,
            Self::Record(_) => FactKind::Record,
        }
    }

    /// Reads back a stored fact of `kind`.
    pub fn from_json(kind: FactKind, json: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(match kind {
            FactKind::Tls => Self::Tls(serde_json::from_slice(json)?),
            FactKind::Chain => Self::Chain(serde_json::from_slice(json)?),
            FactKind::Ports => Self::Ports(serde_json::from_slice(json)?),
            FactKind::Service => Self::Service(serde_json::from_slice(json)?),
            FactKind::Http => Self::Http(serde_json::from_slice(json)?),
            FactKind::Ssh => Self::Ssh(serde_json::from_slice(json)?),
            FactKind::Udp => Self::Udp(serde_json::from_slice(json)?),
            FactKind::Dns => Self::Dns(serde_json::from_slice(json)?),
            FactKind::Record => Self::Record(serde_json::from_slice(json)?),
        })
    }
}

/// A type of fact that a check can ask for.
pub trait IsFact: Sized {
    /// Its kind.
    const KIND: FactKind;

    /// Takes it out of a fact of that kind.
    fn of(fact: &Fact) -> Option<&Self>;

    /// Whether all it says is that there is nothing of its kind, so that only a check on that very
    /// absence has something to judge.
    fn is_absence(&self) -> bool {
        false
    }
}

macro_rules! is_fact {
    ($($variant:ident => $type:ty $({ $absence:item })?),* $(,)?) => {
        $(impl IsFact for $type {
            const KIND: FactKind = FactKind::$variant;

            fn of(fact: &Fact) -> Option<&Self> {
                match fact {
                    Fact::$variant(inner) => Some(inner),
                    _ => None,
                }
            }

            $($absence)?
        })*
    };
}

is_fact! {
    Tls => TlsFact {
        fn is_absence(&self) -> bool {
            self.starttls_offered == Tri::No
        }
    },
    Chain => ChainFact {
        fn is_absence(&self) -> bool {
            self.no_tls
        }
    },
    Ports => PortsFact,
    Service => ServiceFact,
    Http => HttpFact,
    Ssh => SshFact,
    Udp => UdpFact,
    Dns => DnsFact,
    Record => RecordFact,
}
