//! Names to addresses, through our own resolvers only.

use std::{
    collections::HashMap,
    fmt,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    time::Duration,
};

use hickory_resolver::TokioResolver;
use luytre_checks::Unmeasured;
use luytre_inventory::HostName;

/// Answer of a look-up: every address.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, Unmeasured>> + Send + 'a>>;

/// Something that resolves names.
pub trait Resolve: Send + Sync + fmt::Debug {
    /// All addresses of `name`.
    fn resolve<'a>(&'a self, name: &'a HostName) -> Answer<'a>;
}

/// The addresses of the resolvers that the operating system is configured to use; none if it has no
/// usable configuration.
pub fn system_resolvers() -> Vec<SocketAddr> {
    let Ok((config, _)) = hickory_resolver::system_conf::read_system_conf() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for server in config.name_servers() {
        let port = server.connections.first().map_or(53, |c| c.port);
        let place = SocketAddr::new(server.ip.to_canonical(), port);
        if !found.contains(&place) {
            found.push(place);
        }
    }
    found
}

/// The resolvers of the operating system's configuration.
#[derive(Debug)]
pub struct SystemResolver(TokioResolver);

impl SystemResolver {
    /// Reads the system's configuration; none if it has no usable one.
    pub fn from_system() -> Option<Self> {
        let mut builder = TokioResolver::builder_tokio().ok()?;
        let options = builder.options_mut();
        options.timeout = Duration::from_secs(2);
        options.attempts = 2;
        // A hosts file is no public truth about where a system stands.
        options.use_hosts_file = hickory_resolver::config::ResolveHosts::Never;
        Some(Self(builder.build().ok()?))
    }
}

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, name: &'a HostName) -> Answer<'a> {
        Box::pin(async move {
            // The trailing dot keeps search domains out.
            let found = self.0.lookup_ip(format!("{name}.")).await;
            let addresses = found.map_err(|_| Unmeasured::Unresolved)?;
            Ok(addresses.iter().collect())
        })
    }
}

/// Fixed answers, for tests and closed networks.
#[derive(Debug, Clone, Default)]
pub struct FixedResolver(pub HashMap<HostName, Vec<IpAddr>>);

impl Resolve for FixedResolver {
    fn resolve<'a>(&'a self, name: &'a HostName) -> Answer<'a> {
        let found = self.0.get(name).cloned().unwrap_or_default();
        Box::pin(async move { Ok(found) })
    }
}
