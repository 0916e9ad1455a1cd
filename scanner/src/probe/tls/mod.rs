//! What a server offers in TLS: versions, suites, groups, whose order counts; and what else it can do
//! (`features`).
//!
//! Every question of the survey is a ClientHello of our own on a fresh connection, read up to the
//! server's choice and then dropped, so it completes no handshake and a TLS 1.3 server need not even
//! sign.
//! An alert of refusal is an answer. A timeout never is; a close or reset only as [`settle`] says.

mod ahead;
mod ask;
mod confirm;
mod features;
mod flaws;
mod found;
mod fresh;
mod handshake;
mod modern;
mod offer;
mod old;
mod open;
mod settle;
mod ssl2;
mod versions;
mod witness;

use luytre_checks::{
    Fact, FactKind, Unmeasured,
    fact::{TlsFact, TlsVersion, Tri},
};
use luytre_inventory::ScanProfile;

pub(crate) use self::{
    ask::MOST_CHAINS,
    confirm::confirm,
    features::{Stapled, most_connections},
    flaws::MOST_CONNECTIONS as MOST_OF_FLAWS,
    open::open,
    witness::{SCHEMES, Witness, server_name},
};
use self::{
    ask::{Answer, Asker},
    offer::{ALL_GROUPS, OLD},
};
use super::Probe;
use crate::Line;

/// Looks at versions, suites, groups and, from the standard profile upwards, features.
#[derive(Debug, Clone, Copy, Default)]
pub struct TlsProbe;

impl Probe for TlsProbe {
    const KIND: FactKind = FactKind::Tls;
    const VERSION: u16 = 2;

    async fn observe(&self, line: &Line) -> Result<Fact, Unmeasured> {
        survey(line).await.tls.map(Fact::Tls)
    }
}

/// Certificates as DER, in the order sent.
pub(crate) type Ders = Vec<Vec<u8>>;

/// The chains presented, at most [`MOST_CHAINS`], each with another leaf, or why they could not be
/// read; none if the server was never asked in a version that shows them in the clear.
pub(crate) type Presented = Option<Result<Vec<Ders>, Unmeasured>>;

/// What one survey yields.
#[derive(Debug)]
pub(crate) struct Survey {
    pub(crate) tls: Result<TlsFact, Unmeasured>,
    /// The certificates that came by on the way.
    pub(crate) presented: Presented,
    /// What came stapled to a handshake; none if it was not asked for.
    pub(crate) stapled: Option<Stapled>,
}

/// Asks for everything.
pub(crate) async fn survey(line: &Line) -> Survey {
    let mut asker = Asker::new(line);
    let tls = versions::survey(&mut asker).await;
    // Before the flaws, whose silent answers use up the patience of the line.
    let mut tls = open::told(line, tls).await;
    let mut stapled = None;
    if let Ok(fact) = &mut tls
        && TlsVersion::ALL
            .iter()
            .any(|version| fact.offers(*version) == Tri::Yes)
    {
        stapled = features::look(line, fact).await;
        if line.permit().profile() == ScanProfile::Deep {
            fact.flaws = flaws::learn(line, fact).await;
        }
    }
    Survey {
        tls,
        presented: asker.presented(),
        stapled,
    }
}

/// Asks for no more than the certificates of a version up to TLS 1.2.
pub(crate) async fn glance(line: &Line) -> Result<Vec<Ders>, Unmeasured> {
    let mut asker = Asker::new(line);
    let name = line.name().map(luytre_inventory::HostName::as_str);
    let mut answer = asker.ask(&offer::certified(name)).await;
    if matches!(answer, Answer::Alert(_)) {
        // It may have none of the common suites.
        let all = offer::hello(name, TlsVersion::Tls12, OLD.clone(), ALL_GROUPS.clone());
        answer = asker.ask(&all).await;
    }
    match (asker.presented(), answer) {
        (Some(presented), _) => presented,
        (None, Answer::Nothing(reason)) => Err(reason),
        (None, _) => Err(Unmeasured::Handshake),
    }
}

/// The command that asks the server again, with one more `flag`.
pub(crate) fn command(line: &Line, flag: &str) -> String {
    let address = match line.address() {
        std::net::IpAddr::V4(address) => address.to_string(),
        std::net::IpAddr::V6(address) => format!("[{address}]"),
    };
    let name = line.name().map_or_else(
        || "-noservername".to_owned(),
        |name| format!("-servername {name}"),
    );
    let starttls = line
        .starttls()
        .map(|protocol| format!("-starttls {protocol} "))
        .unwrap_or_default();
    format!(
        "openssl s_client {starttls}-connect {address}:{} {name} {flag} </dev/null",
        line.port()
    )
}
