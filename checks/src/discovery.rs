//! What the observations of a scan show that nobody declared: open ports, names in certificates, places
//! to which a page sends its readers.
//!
//! Nothing here is looked at: a name in a certificate is a suggestion, and only a person makes an
//! endpoint of it.

use std::collections::{BTreeMap, BTreeSet};

use luytre_inventory::{
    Border, Discovery, Found, Host, HostName, SourceKind, Spot, SpotRole, Target, parse_address,
};

use crate::{
    Fact, Observation, Tri,
    fact::{ChainFact, HttpFact, PortsFact, UdpFact},
};

/// A host that has more open ports than this which nobody declared answers everywhere, as protecting
/// devices do. Its ports are counted and not kept; `ports.undeclared` says it with one finding.
const MANY: usize = 50;

/// What a scan showed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// Undeclared places inside the authorised names and prefixes, and what was left out.
    pub found: Found,
    /// Hosts with too many undeclared open ports to be told apart.
    pub floods: u64,
}

/// What `observations` show that `border` lets pass. `host_of` gives the declared target of the endpoint
/// that an observation belongs to.
pub fn discovered(
    observations: &[Observation],
    border: &Border<'_>,
    host_of: &dyn Fn(&Observation) -> Option<Target>,
) -> Shown {
    let mut shown = Shown::default();
    let spoken = spoken(observations);
    for observation in observations {
        let Some(fact) = observation.fact() else {
            continue;
        };
        let target = host_of(observation);
        let look = Looked {
            observation,
            host: host(target.as_ref(), observation),
            border,
        };
        match fact {
            Fact::Ports(ports) => look.ports(ports, &spoken, &mut shown),
            Fact::Chain(chain) => look.chain(chain, &mut shown.found),
            Fact::Http(http) => look.redirects(http, &mut shown.found),
            Fact::Udp(udp) => look.udp(udp, &mut shown.found),
            _ => {}
        }
    }
    shown
}

/// The host as it is declared: by name where it has one, as findings name it.
fn host(target: Option<&Target>, observation: &Observation) -> Option<Host> {
    let declared = target.map(|target| match target {
        Target::Name(name)
        | Target::Address {
            name: Some(name), ..
        } => Host::Name(name.clone()),
        Target::Address {
            address,
            name: None,
        } => Host::Address(address.to_canonical()),
    });
    declared.or(observation
        .address
        .map(|address| Host::Address(address.to_canonical())))
}

type Spoken = BTreeMap<(std::net::IpAddr, u16), luytre_inventory::Protocol>;

/// What is spoken where, by the service looks.
fn spoken(observations: &[Observation]) -> Spoken {
    let services = observations.iter().filter_map(|observation| {
        let Some(Fact::Service(service)) = observation.fact() else {
            return None;
        };
        Some(((observation.address?, service.port), service.protocol?))
    });
    services.collect()
}

/// One look, with what is needed to say what it shows.
struct Looked<'a> {
    observation: &'a Observation,
    host: Option<Host>,
    border: &'a Border<'a>,
}

impl Looked<'_> {
    fn discovery(&self, role: SpotRole) -> Discovery {
        let origin = self.observation.scan.to_string();
        let mut discovery = Discovery::new(SourceKind::Scan, &origin, self.observation.ended);
        discovery.observation = Some(self.observation.id);
        discovery.vantage = Some(self.observation.vantage);
        discovery.roles.insert(role);
        discovery
    }

    fn ports(&self, ports: &PortsFact, spoken: &Spoken, shown: &mut Shown) {
        let Some(host) = &self.host else {
            return;
        };
        let spots = ports.open.iter().map(|port| Spot::tcp(host.clone(), *port));
        let extra: Vec<Spot> = spots
            .filter(|spot| !self.border.declared.knows(spot))
            .collect();
        if extra.len() > MANY {
            shown.floods += 1;
            return;
        }
        for spot in extra {
            let mut discovery = self.discovery(SpotRole::Port);
            discovery.addresses.extend(self.observation.address);
            let at = self.observation.address.zip(spot.port);
            discovery.protocol = at.and_then(|at| spoken.get(&at).copied());
            shown.found.add(self.border, spot, discovery);
        }
    }

    /// A UDP port that answered and that nobody declared.
    fn udp(&self, udp: &UdpFact, found: &mut Found) {
        let (Some(host), Tri::Yes) = (&self.host, udp.answered) else {
            return;
        };
        let spot = Spot::udp(host.clone(), udp.port);
        if !self.border.declared.knows(&spot) {
            let mut discovery = self.discovery(SpotRole::Port);
            discovery.addresses.extend(self.observation.address);
            discovery.protocol = udp.protocol;
            found.add(self.border, spot, discovery);
        }
    }

    /// Names of the leaf. A wildcard is no host; an address in a certificate is a host.
    fn chain(&self, chain: &ChainFact, found: &mut Found) {
        let leaves = std::iter::once(chain)
            .chain(&chain.also)
            .filter_map(ChainFact::leaf);
        let written: BTreeSet<&str> = leaves.flat_map(|leaf| &leaf.names).map(|n| &**n).collect();
        let beside = self.host.as_ref().and_then(Host::name);
        for text in written {
            let host = match parse_address(text) {
                Ok(address) => Host::Address(address),
                Err(_) => match text.parse() {
                    Ok(name) => Host::Name(name),
                    Err(_) => continue,
                },
            };
            if Some(&host) == self.host.as_ref() {
                continue;
            }
            let mut discovery = self.discovery(SpotRole::Certificate);
            discovery.names.extend(beside.cloned());
            found.add(self.border, Spot::host(host), discovery);
        }
    }

    /// Hosts to which a page sends its readers.
    fn redirects(&self, http: &HttpFact, found: &mut Found) {
        let beside = self.host.as_ref().and_then(Host::name);
        for exchange in &http.exchanges {
            let Some(spot) = exchange.location.as_deref().and_then(place_of) else {
                continue;
            };
            if Some(&spot.host) == self.host.as_ref() {
                continue;
            }
            let mut discovery = self.discovery(SpotRole::Redirect);
            discovery.names.extend(beside.cloned());
            found.add(self.border, spot, discovery);
        }
    }
}

/// Host and port of an absolute http(s) URL without userinfo; none for anything else.
fn place_of(url: &str) -> Option<Spot> {
    let (scheme, rest) = url.split_once("://")?;
    let standard = match &*scheme.to_ascii_lowercase() {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    if authority.contains('@') {
        return None;
    }
    let (host, port) = if let Some(v6) = authority.strip_prefix('[') {
        let (address, rest) = v6.split_once(']')?;
        (
            Host::Address(parse_address(address).ok()?),
            rest.strip_prefix(':'),
        )
    } else {
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let name = || host.parse::<HostName>().ok().map(Host::Name);
        (
            parse_address(host).ok().map(Host::Address).or_else(name)?,
            port,
        )
    };
    let port = match port {
        None | Some("") => standard,
        Some(port) => port.parse().ok()?,
    };
    Some(Spot::tcp(host, port))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use luytre_inventory::{Declared, Inventory, Protocol, Scope, Zone};
    use uuid::Uuid;

    use super::*;
    use crate::{Cost, Reading, examples, fact::Exchange};

    const INVENTORY: &str = r#"
[[unit]]
code = "so-a"
name = "Sở A"

[[authorisation]]
number = "1/A"
route = "owner_request"
date = "2026-01-05"
ground = "x"
owner = "so-a"
from = "2026-01-05"
until = "2099-12-31"
names = ["*.doiche.test"]
prefixes = ["192.0.2.0/24"]

[[system]]
code = "cong"
name = "Cổng"
owner = "so-a"

[[system.endpoint]]
name = "www.doiche.test"
port = 443
"#;

    fn look(fact: Fact) -> Observation {
        let at = Timestamp::from_second(1_790_000_000).unwrap();
        Observation {
            id: Uuid::from_u128(1),
            scan: Uuid::from_u128(2),
            endpoint: "www.doiche.test".into(),
            endpoint_id: Some(Uuid::from_u128(9)),
            address: Some("192.0.2.5".parse().unwrap()),
            port: None,
            vantage: Zone::Internet,
            system: None,
            probe: fact.kind(),
            probe_version: 1,
            sensor: "s".into(),
            started: at,
            ended: at,
            reading: Reading::Measured { fact },
            evidence: Vec::new(),
            cost: Cost::default(),
        }
    }

    fn shown(facts: Vec<Fact>) -> (Vec<(String, Discovery)>, Shown) {
        let inventory: Inventory =
            luytre_inventory::from_toml("a.toml", INVENTORY, &mut || Uuid::from_u128(9)).unwrap();
        let scope = Scope::new(inventory.authorisations.clone(), Vec::new());
        let declared = Declared::of(&inventory);
        let border = Border {
            scope: &scope,
            declared: &declared,
            now: Timestamp::from_second(1_790_000_009).unwrap(),
        };
        let observations: Vec<_> = facts.into_iter().map(look).collect();
        let shown = discovered(&observations, &border, &|look| {
            inventory.endpoint(look.endpoint_id?)?.1.target()
        });
        let spots = shown.found.spots.iter();
        let named = spots.map(|(spot, d)| (spot.to_string(), d.clone()));
        (named.collect(), shown)
    }

    fn ports(open: Vec<u16>) -> Fact {
        Fact::Ports(PortsFact {
            open,
            ..PortsFact::default()
        })
    }

    #[test]
    fn open_ports_that_nobody_declared() {
        let service = serde_json::json!({
            "port": 8443, "protocol": "ssh", "tls": false, "confidence": "protocol"
        });
        let service = Fact::Service(serde_json::from_value(service).unwrap());
        let (spots, _) = shown(vec![ports(vec![443, 8443]), service]);
        let [(spot, discovery)] = &*spots else {
            panic!("{spots:?}");
        };
        assert_eq!(spot, "www.doiche.test:8443");
        assert_eq!(discovery.protocol, Some(Protocol::Ssh));
        assert_eq!(discovery.observation, Some(Uuid::from_u128(1)));
        assert_eq!(discovery.addresses.len(), 1);
        // A host that answers everywhere buries nobody.
        let (spots, all) = shown(vec![ports((1..=200).collect())]);
        assert_eq!((spots.len(), all.floods), (0, 1));
    }

    #[test]
    fn udp_ports_that_answered_and_nobody_declared() {
        let udp = |answered| {
            Fact::Udp(UdpFact {
                port: 443,
                answered,
                protocol: Some(Protocol::Snmp),
                ..UdpFact::default()
            })
        };
        let (spots, _) = shown(vec![udp(Tri::Yes)]);
        let [(spot, discovery)] = &*spots else {
            panic!("{spots:?}");
        };
        // The TCP port of that number is declared.
        assert_eq!(spot, "www.doiche.test:443/udp");
        assert_eq!(discovery.protocol, Some(Protocol::Snmp));
        for answered in [Tri::No, Tri::Unknown] {
            assert!(shown(vec![udp(answered)]).0.is_empty());
        }
    }

    #[test]
    fn names_in_certificates_and_redirects() {
        let chain = |names: &[&str]| {
            let mut leaf = examples::leaf();
            leaf.names = names.iter().map(|&name| name.to_owned()).collect();
            examples::chain(leaf)
        };
        let names = [
            "www.doiche.test",
            "moi.doiche.test",
            "*.doiche.test",
            "ngoai.example",
            "192.0.2.77",
            "\u{1b}[31m",
        ];
        let (spots, all) = shown(vec![Fact::Chain(chain(&names))]);
        let found: Vec<_> = spots.iter().map(|(spot, _)| &**spot).collect();
        assert_eq!(found, ["moi.doiche.test", "192.0.2.77"]);
        assert_eq!(all.found.left.outside, 1);
        assert!(
            spots[0]
                .1
                .names
                .contains(&"www.doiche.test".parse().unwrap())
        );

        let location = |to: &str| Exchange {
            location: Some(to.to_owned()),
            ..Exchange::default()
        };
        let to = [
            "/login",
            "https://www.doiche.test/",
            "https://sso.doiche.test:8443/x?y",
            "http://192.0.2.9",
            "https://dang-nhap.example/",
            "javascript:alert(1)",
            "https://a@b.doiche.test/",
            "https://[::1/",
        ];
        let http = Fact::Http(HttpFact {
            exchanges: to.iter().map(|to| location(to)).collect(),
            ..HttpFact::default()
        });
        let (spots, all) = shown(vec![http]);
        let found: Vec<_> = spots.iter().map(|(spot, _)| &**spot).collect();
        assert_eq!(found, ["sso.doiche.test:8443", "192.0.2.9:80"]);
        assert_eq!(all.found.left.outside, 1);
    }
}
