//! Whose a candidate may be. A suggestion with its reason; a person decides.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use ipnet::IpNet;
use jiff::civil::Date;
use serde::Serialize;

use super::{Candidate, Host};
use crate::{Code, HostName, Inventory, NamePattern, Words};

/// More systems than this under one suffix or name say nothing of any of them.
const MANY: usize = 3;

/// Whose a candidate may be, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Suggestion {
    /// On what it rests.
    pub basis: Basis,
    /// The system, where one is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<Code>,
    /// The owner, where one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Code>,
    /// What is shared: a name, an address, a suffix, a prefix.
    pub shared: String,
}

/// On what a suggestion rests, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The same host is declared, with another port or by a system that is out of use.
    SameHost,
    /// A name that stands with it (in its certificate, as its alias) is declared.
    SameName,
    /// An address that stands with it is declared.
    SameAddress,
    /// It lies under a declared name, or beside it under the same domain.
    NameSuffix,
    /// An authorisation of one owner writes its name.
    AuthorisedName,
    /// An authorisation of one owner writes a prefix around its address.
    AuthorisedPrefix,
}

impl Suggestion {
    /// The reason in words.
    pub fn words(&self) -> Words {
        let shared = &self.shared;
        let (vi, en) = match self.basis {
            Basis::SameHost => (
                format!("cùng máy chủ {shared} với một điểm truy cập đã khai báo"),
                format!("the host {shared} is declared"),
            ),
            Basis::SameName => (
                format!("đi cùng tên {shared} đã khai báo (chứng thư số, bí danh)"),
                format!("stands with the declared name {shared} (certificate, alias)"),
            ),
            Basis::SameAddress => (
                format!("cùng địa chỉ {shared} đã khai báo"),
                format!("has the declared address {shared}"),
            ),
            Basis::NameSuffix => (
                format!("cùng tên miền {shared}"),
                format!("under the same domain {shared}"),
            ),
            Basis::AuthorisedName => (
                format!("tên {shared} ghi trong căn cứ quét của chủ quản này"),
                format!("an authorisation of this owner names {shared}"),
            ),
            Basis::AuthorisedPrefix => (
                format!("dải {shared} ghi trong căn cứ quét của chủ quản này"),
                format!("an authorisation of this owner names the prefix {shared}"),
            ),
        };
        Words::new(vi, en)
    }
}

/// What an inventory says of names and addresses, arranged for many questions.
#[derive(Debug, Clone, Default)]
pub struct Clues {
    names: BTreeMap<HostName, BTreeSet<Code>>,
    addresses: BTreeMap<IpAddr, BTreeSet<Code>>,
    suffixes: BTreeMap<String, BTreeSet<Code>>,
    owners: BTreeMap<Code, Code>,
    granted_names: Vec<(NamePattern, Code)>,
    granted_prefixes: Vec<(IpNet, Code)>,
}

impl Clues {
    /// The clues of `inventory`, with its owners on `today`.
    pub fn of(inventory: &Inventory, today: Date) -> Self {
        let mut clues = Self::default();
        for system in &inventory.systems {
            let code = &system.code;
            if let Some(owner) = system.owner(today) {
                clues.owners.insert(code.clone(), owner.clone());
            }
            for endpoint in &system.endpoints {
                if let Some(address) = endpoint.address {
                    let address = address.to_canonical();
                    let systems = clues.addresses.entry(address).or_default();
                    systems.insert(code.clone());
                }
                let Some(name) = &endpoint.name else {
                    continue;
                };
                clues
                    .names
                    .entry(name.clone())
                    .or_default()
                    .insert(code.clone());
                let around = [Some(name.as_str()), parent(name.as_str())];
                for suffix in around.into_iter().flatten().filter(|s| is_owned(s)) {
                    let systems = clues.suffixes.entry(suffix.to_owned()).or_default();
                    systems.insert(code.clone());
                }
            }
        }
        for paper in &inventory.authorisations {
            let Some(owner) = paper.owner.as_ref().filter(|_| paper.revoked.is_none()) else {
                continue;
            };
            let names = paper.grant.names.iter();
            clues
                .granted_names
                .extend(names.map(|name| (name.clone(), owner.clone())));
            let prefixes = paper.grant.prefixes.iter();
            clues
                .granted_prefixes
                .extend(prefixes.map(|prefix| (*prefix, owner.clone())));
        }
        clues
    }

    /// Whose `candidate` may be, the strongest reason first; each system and each owner once.
    pub fn suggest(&self, candidate: &Candidate) -> Vec<Suggestion> {
        let mut all = BTreeSet::new();
        let none = BTreeSet::new();
        let at_name = |name: &HostName| self.names.get(name).unwrap_or(&none);
        let at_address = |address: &IpAddr| self.addresses.get(address).unwrap_or(&none);
        let own = candidate.spot.host.name();
        match &candidate.spot.host {
            Host::Name(name) => {
                self.add(&mut all, Basis::SameHost, at_name(name), name.as_str());
            }
            Host::Address(address) => {
                let shared = address.to_string();
                self.add(&mut all, Basis::SameHost, at_address(address), &shared);
            }
        }
        for name in &candidate.names {
            self.add(&mut all, Basis::SameName, at_name(name), name.as_str());
        }
        for address in &candidate.addresses {
            let shared = address.to_string();
            self.add(&mut all, Basis::SameAddress, at_address(address), &shared);
        }
        for name in own.into_iter().chain(&candidate.names) {
            self.by_suffix(&mut all, name);
        }
        self.by_paper(&mut all, candidate);
        let mut seen = BTreeSet::new();
        let mut out: Vec<Suggestion> = all.into_iter().collect();
        out.retain(|s| {
            let what = (
                s.system.clone(),
                s.system.is_none().then(|| s.owner.clone()),
            );
            seen.insert(what)
        });
        out
    }

    fn add(
        &self,
        all: &mut BTreeSet<Suggestion>,
        basis: Basis,
        systems: &BTreeSet<Code>,
        shared: &str,
    ) {
        if systems.len() > MANY {
            return;
        }
        all.extend(systems.iter().map(|system| Suggestion {
            basis,
            system: Some(system.clone()),
            owner: self.owners.get(system).cloned(),
            shared: shared.to_owned(),
        }));
    }

    /// The longest suffix that says something decides.
    fn by_suffix(&self, all: &mut BTreeSet<Suggestion>, name: &HostName) {
        let mut rest = Some(name.as_str());
        while let Some(suffix) = rest.filter(|suffix| is_owned(suffix)) {
            if let Some(systems) = self.suffixes.get(suffix) {
                return self.add(all, Basis::NameSuffix, systems, suffix);
            }
            rest = parent(suffix);
        }
    }

    fn by_paper(&self, all: &mut BTreeSet<Suggestion>, candidate: &Candidate) {
        let host = &candidate.spot.host;
        let mut owners: Vec<(Basis, &Code, String)> = Vec::new();
        if let Host::Name(name) = host {
            let papers = self.granted_names.iter().filter(|(p, _)| p.matches(name));
            owners.extend(papers.map(|(p, o)| (Basis::AuthorisedName, o, p.to_string())));
        }
        let addresses = host.address().into_iter().chain(&candidate.addresses);
        for address in addresses {
            let papers = self.granted_prefixes.iter();
            let around = papers.filter(|(prefix, _)| prefix.contains(address));
            owners.extend(around.map(|(p, o)| (Basis::AuthorisedPrefix, o, p.to_string())));
        }
        let distinct: BTreeSet<&Code> = owners.iter().map(|(_, owner, _)| *owner).collect();
        if distinct.len() <= MANY {
            all.extend(owners.into_iter().map(|(basis, owner, shared)| Suggestion {
                basis,
                system: None,
                owner: Some(owner.clone()),
                shared,
            }));
        }
    }
}

impl Host {
    /// The name, if it is one.
    pub const fn name(&self) -> Option<&HostName> {
        match self {
            Self::Name(name) => Some(name),
            Self::Address(_) => None,
        }
    }

    /// The address, if it is one.
    pub const fn address(&self) -> Option<&IpAddr> {
        match self {
            Self::Name(_) => None,
            Self::Address(address) => Some(address),
        }
    }
}

/// The name without its first label.
fn parent(name: &str) -> Option<&str> {
    name.split_once('.').map(|(_, rest)| rest)
}

/// Whether one body can stand behind everything under `suffix`: at least two labels, and not the
/// second level of a country's registry (`gov.vn`, `com.vn`), under which everybody is.
fn is_owned(suffix: &str) -> bool {
    let mut labels = suffix.rsplit('.');
    let (Some(top), Some(second)) = (labels.next(), labels.next()) else {
        return false;
    };
    labels.next().is_some() || !(top.len() == 2 && second.len() <= 4)
}
