//! Records around the name of an endpoint, asked of our own resolvers. Nothing is sent to the target.

use hickory_resolver::proto::rr::{Name, RData, RecordType};
use luytre_checks::{
    Evidence, Excerpt, Fact, FactKind, Unmeasured,
    fact::{Caa, CaaSet, Dane, DnsFact},
};

use super::Probe;
use crate::Line;

mod answer;
mod ask;
mod dane;
mod dkim;
mod dnssec;
mod mail;
mod servers;
mod zone;

pub use answer::{Answer, Question, Read, read};
use answer::{name_of, plain, shown};
use ask::{Answers, Asker, Checked};
pub use dkim::key as dkim_key;
pub use mail::costly as spf_look_up;

/// Entries kept of a list.
const MOST: usize = 32;

/// CAA records kept.
const MOST_CAA: usize = 64;

/// The most labels above a name that are asked.
const MOST_CLIMBS: usize = 16;

/// Connections to name servers at most: two to each of eight.
pub(crate) const CONVERSATIONS: u32 = 16;

/// Where name servers listen.
const PORT: u16 = 53;

/// Reads the records around the name of a line. Its answers are kept for the run.
#[derive(Debug, Clone)]
pub struct DnsProbe {
    answers: Answers,
    port: u16,
}

impl Default for DnsProbe {
    fn default() -> Self {
        Self {
            answers: Answers::default(),
            port: PORT,
        }
    }
}

impl Probe for DnsProbe {
    const KIND: FactKind = FactKind::Dns;
    const VERSION: u16 = 1;

    async fn observe(&self, line: &Line) -> Result<Fact, Unmeasured> {
        let name = line.name().ok_or(Unmeasured::Unresolved)?;
        let asker = Asker::new(line, &self.answers);
        let mut fact = line.beside(look(&asker, name.as_str())).await?;
        if let (Some(zone), Some(names)) = (fact.zone.as_deref(), &fact.name_servers) {
            line.note(evidence(zone, &fact));
            let zone = name_of(zone).ok_or(Unmeasured::Bug)?;
            fact.servers_asked = Some(servers::servers(line, self.port, &zone, names).await);
        }
        Ok(Fact::Dns(fact))
    }
}

impl DnsProbe {
    /// The same, for name servers that listen elsewhere than on port 53, as those of tests do.
    #[must_use]
    pub fn servers_at(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The records that pin the certificate of the port of `line`; none without a name, or where the
    /// operator wants no records asked for.
    pub(super) async fn pins(&self, line: &Line) -> Option<Dane> {
        let name = line.name()?;
        if line.resolvers().is_empty() {
            return None;
        }
        let asker = Asker::new(line, &self.answers);
        let asking = dane::pins(&asker, name.as_str(), line.port());
        line.beside(asking).await
    }
}

async fn look(asker: &Asker<'_>, text: &str) -> Result<DnsFact, Unmeasured> {
    let name = name_of(text).ok_or(Unmeasured::Bug)?;
    let zone = zone::apex(asker, &name).await?;
    let mut fact = DnsFact {
        name: text.to_owned(),
        caa: caa(asker, &name).await,
        ..DnsFact::default()
    };
    if let Some(zone) = zone {
        fact.zone = Some(shown(&zone));
        fact.name_servers = zone::name_servers(asker, &zone).await;
        fact.soa = zone::soa(asker, &zone).await;
        fact.wildcard = zone::wildcard(asker, &zone).await;
        fact.dnssec = dnssec::dnssec(asker, &zone).await;
        *fact.mail = mail::mail(asker, &zone).await;
        fact.targets = zone::targets(asker, &fact).await;
    }
    if fact.zone.is_none() && fact.caa.is_none() {
        // The resolver answers, and knows nothing.
        return Err(Unmeasured::Unresolved);
    }
    Ok(fact)
}

/// The name itself and its ancestors, the root left out.
fn upwards(name: &Name) -> impl Iterator<Item = Name> + use<> {
    let next = |name: &Name| Some(name.base_name());
    std::iter::successors(Some(name.clone()), next)
        .take_while(|name| !name.is_root())
        .take(MOST_CLIMBS)
}

/// The records at the name or at its nearest ancestor that has any (RFC 8659 3).
async fn caa(asker: &Asker<'_>, name: &Name) -> Option<CaaSet> {
    for place in upwards(name) {
        let answer = asker.ask(&place, RecordType::CAA, Checked::Yes).await;
        let answer = answer.ok().filter(|answer| answer.exists().is_some())?;
        let records = answer.of(RecordType::CAA).filter_map(|data| match data {
            RData::CAA(caa) => Some(Caa {
                critical: caa.issuer_critical,
                tag: plain(caa.tag.as_bytes()).to_ascii_lowercase(),
                value: plain(&caa.value),
            }),
            _ => None,
        });
        let records: Vec<Caa> = records.take(MOST_CAA).collect();
        if !records.is_empty() {
            let at = Some(shown(&place));
            return Some(CaaSet { at, records });
        }
    }
    Some(CaaSet::default())
}

/// What the mail of a zone hangs on, and how to see it again. A zone is an ancestor of the name of a host,
/// so it may stand in a command.
fn evidence(zone: &str, fact: &DnsFact) -> Evidence {
    let list = |list: Option<&Vec<String>>| list.map_or("?".to_owned(), |list| list.join(" | "));
    let dmarc = fact.mail.dmarc.as_ref().map(|dmarc| &dmarc.records);
    Evidence {
        what: "records".into(),
        excerpt: Excerpt::redacted(&format!(
            "{zone}: NS {}; SPF {}; DMARC {}",
            list(fact.name_servers.as_ref()),
            list(fact.mail.spf.as_ref()),
            list(dmarc)
        )),
        command: Some(format!(
            "dig +dnssec {zone} SOA; dig {zone} TXT; dig _dmarc.{zone} TXT"
        )),
    }
}
