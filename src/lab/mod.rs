//! The lab of `luytre demo`: real servers on loopback with planted faults, and two healthy ones.
//!
//! What it plants is data (`planted.toml`), so a test can hold that each fault is found and that no
//! healthy server gets a finding.

mod certificate;
mod comparison;
mod greeting;
mod listener;
mod old_tls;
mod place;
mod planted;
mod web;

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::SystemTime,
};

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use luytre_checks::Unmeasured;
use luytre_inventory::{
    Authorisation, Code, Endpoint, Grant, PortSet, ProbeClass, Route, ScanProfile, Transport,
};
use rustls::{ServerConfig, crypto::aws_lc_rs};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use uuid::Uuid;

pub(crate) use comparison::Comparison;
pub(crate) use planted::{Plan, Server};

use certificate::{Authority, Identity};
use greeting::Greeting;
use listener::Service;
use old_tls::OldTls;
use place::{Door, Places};
use planted::Speaks;
use web::Page;

/// Name space of the endpoints' ids: they stay the same from run to run, whatever the ports.
const ENDPOINTS: Uuid = Uuid::from_u128(0x6c75_7974_7265_4c61_622e_656e_6470_6f69);

/// The running lab. Dropping it ends its servers.
pub(crate) struct Lab {
    plan: Plan,
    doors: Vec<SocketAddr>,
    own_addresses: bool,
    ca_pem: String,
    tasks: JoinSet<()>,
    /// Ports held but not served, so that nobody else begins to answer there.
    _held: Vec<tokio::net::TcpSocket>,
}

/// A planted fault, with where it was planted in this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Planted {
    /// The system.
    pub(crate) system: Code,
    /// The server; none for a fault of the inventory itself.
    pub(crate) server: Option<String>,
    /// Where the server listens.
    pub(crate) address: Option<SocketAddr>,
    /// The endpoint the finding is about; none for a fault of the inventory itself. For an undeclared
    /// port it is the one that stands for the machine: of those declared on it, the smallest id.
    pub(crate) endpoint: Option<Uuid>,
    /// Id of the check that must report it.
    pub(crate) check: String,
    /// The part at fault; none when any will do.
    pub(crate) part: Option<String>,
}

impl Lab {
    /// Starts every server of the plan, inside a Tokio runtime. An error is a port that cannot be had
    /// or a certificate that cannot be made.
    pub(crate) fn start() -> io::Result<Self> {
        let plan = Plan::embedded().map_err(io::Error::other)?;
        let places = Places::find(&plan)?;
        Self::open(plan, places)
    }

    fn open(plan: Plan, places: Places) -> io::Result<Self> {
        let mut authority = Authority::new(SystemTime::now()).map_err(io::Error::other)?;
        let doors: Vec<_> = places.doors.iter().map(Door::address).collect();
        let mut tasks = JoinSet::new();
        let mut held = Vec::new();
        for (server, door) in plan.servers.iter().zip(places.doors) {
            match door {
                Door::Shut(_, socket) => held.push(socket),
                Door::Open(_, listener) => {
                    let service = service(&plan, &doors, server, &mut authority)?;
                    tasks.spawn(listener::serve(listener, service));
                }
            }
        }
        Ok(Self {
            ca_pem: authority.root_pem(),
            plan,
            doors,
            own_addresses: places.own_addresses,
            tasks,
            _held: held,
        })
    }

    /// The root of the lab's authority, PEM: the bundle `lab`.
    pub(crate) fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// Whether each machine of the lab has an address of its own (127.77.0.x). Where the system has
    /// only 127.0.0.1 (macOS), all share it: then nobody can tell whose an undeclared port is, so
    /// [`Self::authorisations`] grants no port discovery and [`Self::planted`] leaves it out.
    pub(crate) const fn has_own_addresses(&self) -> bool {
        self.own_addresses
    }

    /// Every server with where it listens.
    pub(crate) fn servers(&self) -> impl Iterator<Item = (&Server, SocketAddr)> {
        self.plan.servers.iter().zip(self.doors.iter().copied())
    }

    /// The declared endpoints by system, in the order of the plan.
    pub(crate) fn endpoints(&self) -> BTreeMap<Code, Vec<Endpoint>> {
        let mut systems: BTreeMap<Code, Vec<Endpoint>> = BTreeMap::new();
        for (server, address) in self.servers().filter(|(server, _)| server.declared) {
            systems
                .entry(server.system.clone())
                .or_default()
                .push(Endpoint {
                    id: endpoint_id(server),
                    name: Some(server.name.clone()),
                    address: Some(address.ip()),
                    transport: Transport::Tcp,
                    port: Some(address.port()),
                    protocol: Some(server.protocol),
                    zone: server.zone,
                    fragile: false,
                });
        }
        systems
    }

    /// Every port of the lab. Port discovery asks for all of them on each machine: an undeclared one
    /// must be found where it is.
    pub(crate) fn ports(&self) -> PortSet {
        self.doors.iter().map(SocketAddr::port).collect()
    }

    /// Endpoints that must get no finding.
    pub(crate) fn healthy(&self) -> Vec<Uuid> {
        let healthy = self.plan.servers.iter().filter(|server| server.healthy);
        healthy.map(endpoint_id).collect()
    }

    /// Endpoints from which nothing can be learnt, and why.
    pub(crate) fn unmeasured(&self) -> Vec<(Uuid, Unmeasured)> {
        let servers = self.plan.servers.iter();
        servers
            .filter_map(|server| Some((endpoint_id(server), server.unmeasured?)))
            .collect()
    }

    /// Every planted fault.
    pub(crate) fn planted(&self) -> Vec<Planted> {
        let mut planted = Vec::new();
        for (server, address) in self.servers() {
            for expected in &server.expect {
                if expected.check == "ports.undeclared" && !self.own_addresses {
                    continue;
                }
                let part = expected.part.as_ref();
                planted.push(Planted {
                    system: server.system.clone(),
                    server: Some(server.id.clone()),
                    address: Some(address),
                    endpoint: self.endpoint_of(server),
                    check: expected.check.clone(),
                    part: part.map(|part| part.replace("{port}", &address.port().to_string())),
                });
            }
        }
        planted.extend(self.plan.records.iter().map(|record| Planted {
            system: record.system.clone(),
            server: None,
            address: None,
            endpoint: None,
            check: record.check.clone(),
            part: record.part.clone(),
        }));
        planted
    }

    /// The endpoint that findings about `server` name.
    fn endpoint_of(&self, server: &Server) -> Option<Uuid> {
        if server.declared {
            return Some(endpoint_id(server));
        }
        let machine = self.plan.servers.iter();
        machine
            .filter(|other| other.declared && other.host == server.host)
            .map(endpoint_id)
            .min()
    }

    /// The papers of the fictional province for one day from `now`: a monitoring notice for exactly
    /// the lab's addresses and ports, and one for handshakes only at the industrial control system.
    pub(crate) fn authorisations(&self, now: Timestamp) -> Vec<Authorisation> {
        let mut classes = ProbeClass::every();
        // The lab has no service over UDP; one of this machine, bound to every address, is not ours.
        classes.remove(&ProbeClass::Udp);
        if !self.own_addresses {
            classes.remove(&ProbeClass::Ports);
        }
        [
            ("15/TB-PA05 (mẫu)", false, classes),
            ("16/TB-PA05 (mẫu)", true, [ProbeClass::Handshake].into()),
        ]
        .into_iter()
        .map(|(number, handshake_only, classes)| {
            self.authorisation(number, handshake_only, classes, now)
        })
        .collect()
    }

    fn authorisation(
        &self,
        number: &str,
        handshake_only: bool,
        classes: BTreeSet<ProbeClass>,
        now: Timestamp,
    ) -> Authorisation {
        let mine = |server: &Server| server.handshake_only == handshake_only;
        let granted = self.servers().filter(|(server, _)| mine(server));
        let addresses: BTreeSet<IpAddr> = granted.map(|(_, address)| address.ip()).collect();
        Authorisation {
            number: number.to_owned(),
            route: Route::MonitoringNotice,
            date: now.to_zoned(TimeZone::fixed(jiff::tz::offset(7))).date(),
            ground: "Thông báo giám sát an ninh mạng theo Điều 7 khoản 5 Nghị định 333/2026/NĐ-CP \
                     (tỉnh Lam Giang, số liệu mẫu)"
                .to_owned(),
            owner: None,
            grant: Grant {
                names: Vec::new(),
                prefixes: addresses.into_iter().map(IpNet::from).collect(),
                ports: self.ports(),
                classes,
                profile: ScanProfile::Standard,
                hours: None,
                connections_per_second: None,
            },
            from: now,
            until: now + SignedDuration::from_hours(24),
            sources: vec![IpNet::from(IpAddr::from([127, 0, 0, 1]))],
            contact: Some("Đầu mối trực của Công an tỉnh Lam Giang (mẫu)".to_owned()),
            revoked: None,
        }
    }

    /// Ends every server and waits until all are gone.
    pub(crate) async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

fn endpoint_id(server: &Server) -> Uuid {
    Uuid::new_v5(&ENDPOINTS, server.id.as_bytes())
}

/// What the server of the plan does with a connection.
fn service(
    plan: &Plan,
    doors: &[SocketAddr],
    server: &Server,
    authority: &mut Authority,
) -> io::Result<Service> {
    let name = server.name.as_str();
    Ok(match &server.speaks {
        Speaks::Https {
            certificate,
            title,
            headers,
            faults,
        } => {
            let identity = authority.issue(name, certificate);
            let page = Page {
                title: title.clone(),
                headers: headers.clone(),
                redirect: None,
                faults: faults.clone(),
            };
            Service::Https(acceptor(identity.map_err(io::Error::other)?)?, page)
        }
        Speaks::Http {
            title,
            headers,
            redirect,
            faults,
        } => Service::Http(Page {
            title: title.clone(),
            headers: headers.clone(),
            redirect: match redirect {
                Some(id) => Some(origin(plan, doors, id)?),
                None => None,
            },
            faults: faults.clone(),
        }),
        Speaks::OldTls {
            certificate,
            versions,
            suites,
        } => {
            let chain = authority.issue_fixture(name, *certificate);
            let chain = chain.map_err(io::Error::other)?;
            let provider = aws_lc_rs::default_provider();
            Service::OldTls(OldTls::new(versions, suites, &chain, provider))
        }
        Speaks::Ssh { banner } => Service::Greeting(Greeting::Ssh(banner.clone())),
        Speaks::Ftp { banner } => Service::Greeting(Greeting::Ftp(banner.clone())),
        Speaks::Telnet { banner } => Service::Greeting(Greeting::Telnet(banner.clone())),
        Speaks::Smtp { banner } => Service::Greeting(Greeting::Smtp(banner.clone())),
        Speaks::Mariadb { version } => Service::Greeting(Greeting::Mariadb(version.clone())),
        Speaks::Postgres => Service::Greeting(Greeting::Postgres),
        Speaks::Redis { version } => Service::Greeting(Greeting::Redis(version.clone())),
        Speaks::Rdp => Service::Greeting(Greeting::Rdp),
        // A dead server never comes here: it has no listener.
        Speaks::Silent | Speaks::Dead => Service::Silent,
    })
}

/// Where the server called `id` is, as an origin.
fn origin(plan: &Plan, doors: &[SocketAddr], id: &str) -> io::Result<String> {
    let mut servers = plan.servers.iter().zip(doors);
    let found = servers.find(|(server, _)| server.id == id);
    found
        .map(|(server, address)| format!("https://{}:{}", server.name, address.port()))
        .ok_or_else(|| io::Error::other(format!("planted.toml: no server `{id}`")))
}

/// TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only: the library has no other.
fn acceptor(identity: Identity) -> io::Result<TlsAcceptor> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(identity.chain, identity.key)
        .map_err(io::Error::other)?;
    config.ignore_client_order = true;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

#[cfg(test)]
mod tests;
