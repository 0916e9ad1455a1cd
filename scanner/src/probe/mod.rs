//! Probes: one file per protocol. A probe looks through a line and returns a fact, or why not.

use std::{fmt, pin::Pin, sync::Arc};

use luytre_checks::{
    Fact, FactKind, Unmeasured,
    fact::{ChainFact, ServiceFact, TlsFact},
};
use luytre_inventory::Protocol;
use uuid::Uuid;

use crate::Line;

pub mod chain;
pub mod dns;
pub mod http;
pub mod ports;
mod registry;
mod secure;
pub mod service;
pub mod ssh;
pub(crate) mod starttls;
pub mod tls;
pub mod udp;

pub use chain::{ChainProbe, ChainReader, Roots, confirm_tls_and_chain, tls_and_chain};
pub use dns::DnsProbe;
pub use http::HttpProbe;
pub use ports::PortsProbe;
pub use service::ServiceProbe;
pub use ssh::SshProbe;
pub use starttls::{NoSuchStarttls, Starttls};
pub use tls::TlsProbe;
pub use udp::UdpProbe;

/// Looks at one endpoint through a permitted line.
pub trait Probe {
    /// The kind of fact it yields.
    const KIND: FactKind;

    /// Raised whenever its answers may change for an unchanged server.
    const VERSION: u16;

    /// Looks. A timeout, reset or close is an [`Unmeasured`], never a "no" inside a fact, unless the
    /// rule of three (architecture rule 1) was met.
    fn observe(&self, line: &Line) -> impl Future<Output = Result<Fact, Unmeasured>> + Send;
}

/// What is known of an endpoint when a probe is chosen for it.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// What the owner says is spoken there.
    pub declared: Option<Protocol>,
    /// The kinds that are asked for: a look that could yield more need not.
    pub wanted: Vec<FactKind>,
    /// What the service probe heard on this line just before; none if it was not asked.
    pub heard: Option<Result<ServiceFact, Unmeasured>>,
}

/// A whole look of before at the same port of the same address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// What TLS was found, and in which observation.
    pub tls: (Uuid, Arc<TlsFact>),
    /// What certificates were found, and in which observation.
    pub chain: (Uuid, Arc<ChainFact>),
}

/// What came of one look, by kind.
pub type Readings = Vec<(FactKind, Result<Fact, Unmeasured>)>;

/// What a short look saw again, by kind.
pub type Confirming<'a> = Pin<Box<dyn Future<Output = Option<Vec<(FactKind, Fact)>>> + Send + 'a>>;

/// A look that yields one or more facts of different kinds from the same conversations: what a run
/// calls. Most looks are one [`Probe`].
pub trait Look: Send + Sync {
    /// The kinds it yields, each with the version of its probe.
    fn yields(&self) -> &[(FactKind, u16)];

    /// Looks; one reading for each kind it yields.
    fn look<'a>(
        &'a self,
        line: &'a Line,
        known: &'a Known,
    ) -> Pin<Box<dyn Future<Output = Readings> + Send + 'a>>;

    /// Looks shortly, if it can: what of `before` was seen again, by kind, each fact holding no more
    /// than that. None if anything differs or could not be told, or if there is no short look: then
    /// a whole one is due.
    fn confirm<'a>(
        &'a self,
        line: &'a Line,
        known: &'a Known,
        before: &'a Before,
    ) -> Confirming<'a> {
        let _ = (line, known, before);
        Box::pin(std::future::ready(None))
    }
}

/// The probes of a run.
#[derive(Clone, Default)]
pub struct Probes(Vec<Arc<dyn Look>>);

impl fmt::Debug for Probes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|look| look.yields()))
            .finish()
    }
}

impl Probes {
    /// No probe at all, for [`Probes::with`].
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds `look`; it comes before those that yield the same kinds.
    #[must_use]
    pub fn with(mut self, look: impl Look + 'static) -> Self {
        self.0.insert(0, Arc::new(look));
        self
    }

    /// The kinds of facts that come of these probes, each with the version of the probe.
    pub fn versions(&self) -> Vec<(FactKind, u16)> {
        let all = self.0.iter().flat_map(|look| look.yields());
        all.copied().collect()
    }

    /// The look that yields `kind`.
    pub(crate) fn of(&self, kind: FactKind) -> Option<&Arc<dyn Look>> {
        let yields = |look: &&Arc<dyn Look>| look.yields().iter().any(|(k, _)| *k == kind);
        self.0.iter().find(yields)
    }
}

/// The User-Agent that tells who looks, and whom to ask.
pub fn agent(contact: Option<&str>) -> String {
    let contact: String = contact
        .unwrap_or_default()
        .chars()
        .filter(|c| c.is_ascii_graphic() || *c == ' ')
        .take(128)
        .collect();
    let version = env!("CARGO_PKG_VERSION");
    if contact.is_empty() {
        format!("luytre/{version} (security posture check)")
    } else {
        format!("luytre/{version} (security posture check; contact {contact})")
    }
}
