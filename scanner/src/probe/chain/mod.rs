//! The certificates a server presents, read and tried against sets of roots.
//!
//! Reading is lenient: a certificate that cannot be read is listed as such and hides none of the
//! others, and an expired or untrusted one is described in full. Nothing here decides whether to go
//! on talking to the server.

mod capture;
mod dane;
mod der;
mod extensions;
mod key;
mod names;
mod path;
pub mod profile;
mod read;
pub mod revocation;
mod signed;
mod text;
mod trust;
mod view;

use std::{net::IpAddr, sync::Arc, time::Duration};

use jiff::Timestamp;
use luytre_checks::{
    Evidence, Excerpt, Fact, FactKind, Unmeasured,
    fact::{Certificate, ChainFact, Message, TlsVersion, Tri, Trust, TrustVerdict},
};
use luytre_inventory::HostName;
use tokio::time::Instant;

pub(crate) use self::key::{curve_of, of_spki};
use self::path::Chain;
pub use self::{
    names::matches,
    revocation::{Revoker, Shelf},
    trust::{Roots, RootsError},
};
use super::{
    Before, DnsProbe, Probe,
    tls::{self, Ders, MOST_CHAINS, Stapled, Survey, command, glance},
};
use crate::Line;

/// Time allowed for finding paths to all sets of roots.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whom a certificate is asked to stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A DNS name.
    Name(HostName),
    /// An address contacted without a name.
    Address(IpAddr),
    /// Nobody: a certificate looked at by itself.
    Nobody,
}

/// Reads chains and tries them against sets of roots.
#[derive(Debug, Clone)]
pub struct ChainReader {
    roots: Arc<Vec<Roots>>,
    revoker: Option<Arc<Revoker>>,
    names: Option<DnsProbe>,
}

impl Default for ChainReader {
    /// With the public web roots alone.
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl ChainReader {
    /// With the public web roots (`web`) and `bundles` of more roots.
    pub fn new(bundles: Vec<Roots>) -> Self {
        let mut roots = vec![Roots::web()];
        roots.extend(bundles);
        Self::of(roots)
    }

    /// With these sets of roots and no other.
    pub fn of(roots: Vec<Roots>) -> Self {
        Self {
            roots: Arc::new(roots),
            revoker: None,
            names: None,
        }
    }

    /// The same, asking whom certificates name about their revocation. Each is a third party: the guard
    /// lets nobody be asked of whom the operator does not want it.
    #[must_use]
    pub fn asking(mut self, revoker: Option<Arc<Revoker>>) -> Self {
        self.revoker = revoker;
        self
    }

    /// The same, asking our own resolvers for the records that pin a certificate to its name, where the
    /// operator wants records asked for.
    #[must_use]
    pub fn naming(mut self, names: Option<DnsProbe>) -> Self {
        self.names = names;
        self
    }

    /// Reads certificates given as DER, leaf first, at the time `at`. Never fails: what cannot be read
    /// is listed as unreadable.
    pub fn read(&self, ders: &[Vec<u8>], asked: &Asked, at: Timestamp) -> ChainFact {
        let mut fact = read::chain(ders, asked);
        (fact.trust, fact.message) = judge(&self.roots, ders, fact.leaf().is_some(), at);
        fact
    }

    /// Writes into `fact`, read from `ders`, what revocation lists in DER say of its certificates at the
    /// time `at`, and tells what became of each list. Issuers are looked for in the message and among
    /// the roots. Nothing is asked of anyone.
    pub fn lists(
        &self,
        fact: &mut ChainFact,
        ders: &[Vec<u8>],
        lists: &[Vec<u8>],
        at: Timestamp,
    ) -> Vec<revocation::Given> {
        revocation::given(fact, ders, &self.roots, lists, at)
    }

    /// Trust per set of roots if the certificates at `places` were not there: a revoked intermediate
    /// spoils a chain only if no other path leads past it.
    pub fn trust_without(&self, ders: &[Vec<u8>], places: &[u16], at: Timestamp) -> Vec<Trust> {
        let left_out = |place: usize| places.iter().any(|out| usize::from(*out) == place);
        let each = ders.iter().enumerate();
        let kept: Vec<Vec<u8>> = each
            .map(|(place, der)| {
                if left_out(place) {
                    Vec::new()
                } else {
                    der.clone()
                }
            })
            .collect();
        judge(&self.roots, &kept, true, at).0
    }

    /// The same off the async threads and until a point in time, past which trust is unknown.
    async fn read_patiently(
        &self,
        ders: Ders,
        asked: Asked,
        at: Timestamp,
        until: Instant,
    ) -> Result<ChainFact, Unmeasured> {
        let ders = Arc::new(ders);
        let bare = tokio::task::spawn_blocking({
            let ders = Arc::clone(&ders);
            move || read::chain(&ders, &asked)
        });
        let mut fact = bare.await.map_err(|_| Unmeasured::Bug)?;
        let judged = tokio::task::spawn_blocking({
            let (has_leaf, roots) = (fact.leaf().is_some(), Arc::clone(&self.roots));
            move || judge(&roots, &ders, has_leaf, at)
        });
        (fact.trust, fact.message) = match tokio::time::timeout_at(until, judged).await {
            Ok(Ok(judged)) => judged,
            Ok(Err(_)) => return Err(Unmeasured::Bug),
            Err(_) => (undecided(&self.roots), Message::default()),
        };
        Ok(fact)
    }

    /// The first of `chains`, with the others beside it.
    async fn fact(
        &self,
        line: &Line,
        chains: Vec<Ders>,
        stapled: Option<&Stapled>,
    ) -> Result<ChainFact, Unmeasured> {
        let asked = match line.name() {
            Some(name) => Asked::Name(name.clone()),
            None => Asked::Address(line.address()),
        };
        let (at, until) = (Timestamp::now(), Instant::now() + PATIENCE);
        let mut facts = Vec::new();
        for ders in &chains {
            let read = self.read_patiently(ders.clone(), asked.clone(), at, until);
            let mut fact = read.await?;
            if let Some(leaf) = fact.leaf() {
                line.note(evidence(line, leaf));
            }
            // Whether it staples for a chain that it did not show when asked, who knows.
            if let Some(stapled) = stapled.filter(|stapled| stapled.chain.first() == ders.first()) {
                revocation::staple(&mut fact, ders, stapled.response.as_deref(), at);
                fact.timestamps.handshake = stapled.timestamps;
            }
            facts.push(fact);
        }
        let pins = match &self.names {
            Some(names) => names.pins(line).await,
            None => None,
        };
        for (fact, ders) in facts.iter_mut().zip(&chains) {
            fact.dane.clone_from(&pins);
            if let Some(dane) = &mut fact.dane {
                dane::compare(dane, ders);
            }
            self.ask(line, fact, ders).await;
        }
        let mut facts = facts.into_iter();
        let mut first = facts.next().ok_or(Unmeasured::Handshake)?;
        first.also = facts.collect();
        Ok(first)
    }

    /// Writes into `fact` what third parties say of revocation, if they are to be asked.
    async fn ask(&self, line: &Line, fact: &mut ChainFact, ders: &[Vec<u8>]) {
        let Some(revoker) = &self.revoker else {
            return;
        };
        let asking = revoker.ask(line, fact, ders, &self.roots, Timestamp::now());
        line.beside(asking).await;
    }
}

/// Trust per set of roots and how the message is put together; trust is unknown without a leaf that can
/// be described.
fn judge(
    roots: &[Roots],
    ders: &[Vec<u8>],
    has_leaf: bool,
    at: Timestamp,
) -> (Vec<Trust>, Message) {
    let mut chain = Chain::read(ders);
    let trust = if has_leaf {
        roots.iter().map(|roots| chain.trust(roots, at)).collect()
    } else {
        undecided(roots)
    };
    (trust, chain.message(roots))
}

fn undecided(roots: &[Roots]) -> Vec<Trust> {
    let unknown = |roots: &Roots| Trust {
        store: roots.name().to_owned(),
        verdict: TrustVerdict::Unknown,
        reason: None,
        rule: None,
        position: None,
    };
    roots.iter().map(unknown).collect()
}

/// Reads certificates given as DER, leaf first, against the public web roots and `bundles`.
pub fn chain_from_ders(
    ders: &[Vec<u8>],
    asked: &Asked,
    bundles: Vec<Roots>,
    at: Timestamp,
) -> ChainFact {
    ChainReader::new(bundles).read(ders, asked, at)
}

/// Looks at the certificates presented.
#[derive(Debug, Clone, Default)]
pub struct ChainProbe(pub ChainReader);

impl Probe for ChainProbe {
    const KIND: FactKind = FactKind::Chain;
    const VERSION: u16 = 1;

    async fn observe(&self, line: &Line) -> Result<Fact, Unmeasured> {
        let mut chains = glance(line).await;
        if let Err(reason @ (Unmeasured::Handshake | Unmeasured::Closed | Unmeasured::Reset)) =
            chains
        {
            // It may speak TLS 1.3 alone, where certificates come enciphered.
            let captured = capture::certificates(line).await;
            chains = captured.map(|chain| vec![chain]).map_err(|_| reason);
        }
        let fact = match chains {
            Ok(chains) => self.0.fact(line, chains, None).await?,
            // It said so to the second question.
            Err(_) if begins_none(line) => none(line),
            Err(reason) => return Err(reason),
        };
        Ok(Fact::Chain(fact))
    }
}

/// Whether the server has said that it begins no TLS.
fn begins_none(line: &Line) -> bool {
    line.upgrade()
        .is_some_and(|upgrade| upgrade.offered() == Tri::No)
}

/// The fact of a server without TLS.
fn none(line: &Line) -> ChainFact {
    ChainFact {
        server_name: line.name().map(HostName::to_string),
        no_tls: true,
        ..ChainFact::default()
    }
}

/// Looks at TLS and at the certificates in one survey: the certificates come by in the hellos that the
/// survey sends anyway; only a server that speaks nothing but TLS 1.3 is asked once more.
pub async fn tls_and_chain(
    line: &Line,
    reader: &ChainReader,
) -> (Result<Fact, Unmeasured>, Result<Fact, Unmeasured>) {
    let survey = tls::survey(line).await;
    let chain = match chains(line, &survey).await {
        Ok(chains) => reader.fact(line, chains, survey.stapled.as_ref()).await,
        Err(_) if begins_none(line) => Ok(none(line)),
        Err(reason) => Err(reason),
    };
    (survey.tls.map(Fact::Tls), chain.map(Fact::Chain))
}

/// The chains that came by in a survey. Of a server that speaks TLS 1.3 alone there is one at most, and
/// it is asked for where none of its handshakes was completed.
async fn chains(line: &Line, survey: &Survey) -> Result<Vec<Ders>, Unmeasured> {
    let mut chains = match &survey.presented {
        Some(presented) => presented.clone()?,
        None => Vec::new(),
    };
    let shaken = survey.stapled.iter().map(|stapled| &stapled.chain);
    for chain in shaken.filter(|chain| !chain.is_empty()) {
        let known = chains.iter().any(|known| known.first() == chain.first());
        if !known && chains.len() < MOST_CHAINS {
            chains.push(chain.clone());
        }
    }
    if chains.is_empty() {
        let fact = survey.tls.as_ref().map_err(|reason| *reason)?;
        if fact.offers(TlsVersion::Tls13) != Tri::Yes {
            return Err(Unmeasured::Handshake);
        }
        chains.push(capture::certificates(line).await?);
    }
    Ok(chains)
}

/// A short look at TLS and at the certificates: what of `before` was seen again, if nothing differs.
pub async fn confirm_tls_and_chain(
    line: &Line,
    reader: &ChainReader,
    before: &Before,
) -> Option<(Fact, Fact)> {
    let leaf = before.chain.1.leaf().map(|leaf| &*leaf.key.kind);
    let again = tls::confirm(line, &before.tls.1, leaf).await?;
    let ders = match again.presented {
        Some(ders) => ders,
        None => capture::certificates(line).await.ok()?,
    };
    // A short look sees certificates again, and asks nobody about them.
    let reader = reader.clone().asking(None).naming(None);
    let chain = reader.fact(line, vec![ders], None).await.ok()?;
    let of = |fact: &ChainFact| {
        let read = fact
            .certificates
            .iter()
            .map(|c| (c.position, c.sha256.clone()));
        let unread = fact
            .unreadable
            .iter()
            .map(|c| (c.position, c.sha256.clone()));
        read.chain(unread)
            .collect::<std::collections::BTreeMap<_, _>>()
    };
    let known = std::iter::once(&*before.chain.1).chain(&before.chain.1.also);
    let same = known.map(of).any(|known| known == of(&chain));
    same.then_some((Fact::Tls(again.tls), Fact::Chain(chain)))
}

fn evidence(line: &Line, leaf: &Certificate) -> Evidence {
    Evidence {
        what: "certificate".into(),
        excerpt: Excerpt::redacted(&format!(
            "sha256 {}; subject {}; valid {} to {}",
            leaf.sha256, leaf.subject, leaf.not_before, leaf.not_after
        )),
        command: Some(format!(
            "{} | openssl x509 -noout -fingerprint -sha256 -subject -dates",
            command(line, "-showcerts")
        )),
    }
}
