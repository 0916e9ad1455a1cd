//! Endpoints found in files, without a packet: zone files, leases, flows, certificate transparency.
//!
//! Files are hostile: bytes, lines and rows are bounded, a bad row is told and loses nothing else, and
//! what the authorisations do not write is counted and not kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read},
    net::IpAddr,
};

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    Carrier, Denied, Discovery, Host, HostName, Inventory, Lifecycle, Message, Scope, SourceKind,
    Spot,
};

mod dhcp;
mod error;
mod flows;
mod lines;
mod rows;
#[cfg(test)]
mod tests;
mod transparency;
mod zone;

pub use error::DiscoveryError;

use lines::Lines;
use rows::Rows;

/// Spots kept of one source. More than a province has; past it they are counted.
const SPOTS: usize = 50_000;

/// Bytes of a file by which its kind is told.
const HEAD: usize = 64 << 10;

/// What an inventory declares, arranged for many questions.
#[derive(Debug, Clone, Default)]
pub struct Declared {
    hosts: BTreeSet<Host>,
    ports: BTreeSet<(Host, Carrier, u16)>,
    by_endpoint: BTreeMap<Uuid, (Carrier, Option<u16>)>,
}

impl Declared {
    /// What `inventory` declares. A system that is out of use declares nothing: what still answers
    /// there is to be noticed.
    pub fn of(inventory: &Inventory) -> Self {
        let mut declared = Self::default();
        let systems = inventory.systems.iter();
        let used = systems.filter(|system| system.lifecycle != Lifecycle::Retired);
        for endpoint in used.flat_map(|system| &system.endpoints) {
            let port = (endpoint.transport.into(), endpoint.port);
            declared.by_endpoint.insert(endpoint.id, port);
            let name = endpoint.name.clone().map(Host::Name);
            let address = endpoint
                .address
                .map(|address| Host::Address(address.to_canonical()));
            for host in [name, address].into_iter().flatten() {
                declared.add(host, port);
            }
        }
        declared
    }

    /// Adds an address at which the declared endpoint `id` was reached: files speak of addresses
    /// where an inventory has names.
    pub fn reached(&mut self, id: Uuid, address: IpAddr) {
        if let Some(port) = self.by_endpoint.get(&id).copied() {
            self.add(Host::Address(address.to_canonical()), port);
        }
    }

    fn add(&mut self, host: Host, (carrier, port): (Carrier, Option<u16>)) {
        if let Some(port) = port {
            self.ports.insert((host.clone(), carrier, port));
        }
        self.hosts.insert(host);
    }

    /// Whether `spot` is declared: its port on its host, or the host where no port is known.
    pub fn knows(&self, spot: &Spot) -> bool {
        match spot.port {
            None => self.hosts.contains(&spot.host),
            Some(port) => self
                .ports
                .contains(&(spot.host.clone(), spot.carrier, port)),
        }
    }
}

/// What decides whether a discovered spot is kept.
#[derive(Debug, Clone, Copy)]
pub struct Border<'a> {
    /// What may be written down.
    pub scope: &'a Scope,
    /// What needs no writing down.
    pub declared: &'a Declared,
    /// The moment at which the papers are read. No source has seen anything later.
    pub now: Timestamp,
}

/// What was not kept, in sightings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Left {
    /// Declared already.
    pub declared: u64,
    /// Outside the names and prefixes of every authorisation in force: not kept.
    pub outside: u64,
    /// Excluded: not kept.
    pub excluded: u64,
    /// Beyond the number of spots that one source may bring.
    pub too_many: u64,
}

/// What one source showed and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Spots that nobody declared, inside the authorised names and prefixes.
    pub spots: BTreeMap<Spot, Discovery>,
    /// What was not kept.
    pub left: Left,
    /// Spots that an exclusion names in one of their sightings: deny wins over the others.
    barred: BTreeSet<Spot>,
}

impl Found {
    /// Takes a sighting of `spot`, if the border lets it pass.
    pub fn add(&mut self, border: &Border<'_>, spot: Spot, mut discovery: Discovery) {
        discovery.first = discovery.first.min(border.now);
        discovery.last = discovery.last.min(border.now).max(discovery.first);
        if let Some(known) = self.spots.get_mut(&spot)
            && discovery.addresses.is_subset(&known.addresses)
        {
            known.join(&discovery);
            return;
        }
        match border.side(&spot, &discovery.addresses) {
            Ok(()) if self.barred.contains(&spot) => self.left.excluded += 1,
            Ok(()) if border.declared.knows(&spot) => self.left.declared += 1,
            Ok(()) if self.spots.len() >= SPOTS && !self.spots.contains_key(&spot) => {
                self.left.too_many += 1;
            }
            Ok(()) => {
                let known = self.spots.entry(spot);
                known
                    .and_modify(|known| known.join(&discovery))
                    .or_insert(discovery);
            }
            Err(Denied::Excluded) => {
                self.left.excluded += 1;
                self.spots.remove(&spot);
                if self.barred.len() < SPOTS {
                    self.barred.insert(spot);
                }
            }
            Err(_) => self.left.outside += 1,
        }
    }

    /// Takes all that `other` found.
    pub fn join(&mut self, border: &Border<'_>, other: Self) {
        self.left.declared += other.left.declared;
        self.left.outside += other.left.outside;
        self.left.excluded += other.left.excluded;
        self.left.too_many += other.left.too_many;
        for (spot, discovery) in other.spots {
            self.add(border, spot, discovery);
        }
    }
}

impl Border<'_> {
    fn side(&self, spot: &Spot, addresses: &BTreeSet<IpAddr>) -> Result<(), Denied> {
        let name = spot.host.name();
        let own = spot.host.address().copied();
        let mut verdict = self.scope.may_record(name, own, self.now).map(|_| ());
        for address in addresses {
            match self.scope.may_record(name, Some(*address), self.now) {
                Err(Denied::Excluded) => return Err(Denied::Excluded),
                Ok(_) if verdict != Err(Denied::Excluded) => verdict = Ok(()),
                _ => {}
            }
        }
        verdict
    }

    /// Whether a name may be kept beside a spot.
    fn names(&self, name: &HostName) -> bool {
        self.scope.may_record(Some(name), None, self.now).is_ok()
    }
}

/// What a file said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    /// What it is.
    pub kind: SourceKind,
    /// SHA-256 of its bytes: the same file is the same source, whatever its name.
    pub sha256: String,
    /// Rows, records or entries read.
    pub rows: u64,
    /// Rows that say nothing of an endpoint: refused or unanswered connections, other protocols, free
    /// leases, wildcard names.
    pub silent: u64,
    /// What it showed.
    pub found: Found,
    /// What could not be read, in the order of the file.
    pub messages: Vec<Message>,
    /// Messages beyond those kept.
    pub more_messages: u64,
}

/// Reads `from`, which people call `file`. Its kind is told by its content unless `kind` is given;
/// `origin` is the domain of a zone file that does not say it.
pub fn discover(
    file: &str,
    kind: Option<SourceKind>,
    origin: Option<&HostName>,
    mut from: impl Read,
    border: &Border<'_>,
) -> Result<Discovered, DiscoveryError> {
    let mut head = Vec::new();
    from.by_ref()
        .take(HEAD as u64)
        .read_to_end(&mut head)
        .map_err(|error| DiscoveryError::Io(error.to_string()))?;
    refuse_binary(&head)?;
    let kind = match kind {
        Some(kind) => kind,
        None => kind_of(&head).ok_or(DiscoveryError::UnknownKind)?,
    };
    let lines = Lines::new(io::Cursor::new(head).chain(from));
    let mut rows = Rows::new(file, kind, lines, border);
    match kind {
        SourceKind::Zone => zone::read(&mut rows, file, origin)?,
        SourceKind::Dhcp => dhcp::read(&mut rows)?,
        SourceKind::Firewall | SourceKind::Netflow => flows::read(&mut rows)?,
        SourceKind::Ct => transparency::read(&mut rows)?,
        SourceKind::Scan => return Err(DiscoveryError::UnknownKind),
    }
    rows.finish()
}

fn refuse_binary(head: &[u8]) -> Result<(), DiscoveryError> {
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Err(DiscoveryError::Utf16);
    }
    if head.iter().all(u8::is_ascii_whitespace) {
        return Err(DiscoveryError::Empty);
    }
    if head.contains(&0) {
        return Err(DiscoveryError::Binary);
    }
    Ok(())
}

/// What a file is, by its first lines.
fn kind_of(head: &[u8]) -> Option<SourceKind> {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with(['[', '{']) {
        return Some(SourceKind::Ct);
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    for line in lines.take(200) {
        if dhcp::begins(line) {
            return Some(SourceKind::Dhcp);
        }
        if line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(columns) = flows::Columns::of(line) {
            return Some(columns.kind());
        }
        if zone::begins(line) {
            return Some(SourceKind::Zone);
        }
    }
    None
}
