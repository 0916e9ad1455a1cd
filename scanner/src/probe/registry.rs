//! The probes there are.

use std::{pin::Pin, sync::Arc};

use luytre_checks::FactKind;

use super::{
    Before, ChainProbe, ChainReader, Confirming, DnsProbe, HttpProbe, Known, Look, PortsProbe,
    Probe, Probes, Readings, ServiceProbe, SshProbe, TlsProbe, UdpProbe,
    chain::{Revoker, Roots},
    confirm_tls_and_chain, tls_and_chain,
};
use crate::Line;

impl Probes {
    /// Every probe; `agent` tells a server who looks ([`super::agent`]), `roots` are tried beside the
    /// public web roots.
    pub fn standard(agent: &str, roots: Vec<Roots>) -> Self {
        Self::asking(agent, roots, None)
    }

    /// The same, asking third parties about revocation if there is somebody to ask with.
    pub fn asking(agent: &str, roots: Vec<Roots>, revoker: Option<Arc<Revoker>>) -> Self {
        let names = DnsProbe::default();
        let reader = ChainReader::new(roots).asking(revoker);
        Self::none()
            .with(PortsLook)
            .with(TlsLook(reader.naming(Some(names.clone()))))
            .with(ServiceLook(agent.to_owned()))
            .with(HttpLook(agent.to_owned()))
            .with(SshLook(agent.to_owned()))
            .with(UdpLook(agent.to_owned()))
            .with(DnsLook(names))
    }
}

type Looking<'a> = Pin<Box<dyn Future<Output = Readings> + Send + 'a>>;

/// What a single probe yields.
const fn of<P: Probe>() -> [(FactKind, u16); 1] {
    [(P::KIND, P::VERSION)]
}

async fn one<P: Probe>(probe: P, line: &Line) -> Readings {
    vec![(P::KIND, probe.observe(line).await)]
}

struct PortsLook;

impl Look for PortsLook {
    fn yields(&self) -> &[(FactKind, u16)] {
        const { &of::<PortsProbe>() }
    }

    fn look<'a>(&'a self, line: &'a Line, _known: &'a Known) -> Looking<'a> {
        Box::pin(one(PortsProbe, line))
    }
}

/// The certificates come by while the versions are asked for: one survey yields both facts.
struct TlsLook(ChainReader);

impl Look for TlsLook {
    fn yields(&self) -> &[(FactKind, u16)] {
        &[
            (FactKind::Tls, TlsProbe::VERSION),
            (FactKind::Chain, ChainProbe::VERSION),
        ]
    }

    fn look<'a>(&'a self, line: &'a Line, known: &'a Known) -> Looking<'a> {
        let wanted = |kind| known.wanted.contains(&kind);
        match (wanted(FactKind::Tls), wanted(FactKind::Chain)) {
            (true, false) => Box::pin(one(TlsProbe, line)),
            (false, true) => Box::pin(one(ChainProbe(self.0.clone()), line)),
            _ => Box::pin(async {
                let (tls, chain) = tls_and_chain(line, &self.0).await;
                vec![(FactKind::Tls, tls), (FactKind::Chain, chain)]
            }),
        }
    }

    fn confirm<'a>(
        &'a self,
        line: &'a Line,
        _known: &'a Known,
        before: &'a Before,
    ) -> Confirming<'a> {
        Box::pin(async {
            let (tls, chain) = confirm_tls_and_chain(line, &self.0, before).await?;
            Some(vec![(FactKind::Tls, tls), (FactKind::Chain, chain)])
        })
    }
}

struct ServiceLook(String);

impl Look for ServiceLook {
    fn yields(&self) -> &[(FactKind, u16)] {
        const { &of::<ServiceProbe>() }
    }

    fn look<'a>(&'a self, line: &'a Line, known: &'a Known) -> Looking<'a> {
        let probe = ServiceProbe {
            declared: known.declared,
            agent: self.0.clone(),
        };
        Box::pin(one(probe, line))
    }
}

/// Its answers are kept as long as the probes live: one run.
struct DnsLook(DnsProbe);

impl Look for DnsLook {
    fn yields(&self) -> &[(FactKind, u16)] {
        const { &of::<DnsProbe>() }
    }

    fn look<'a>(&'a self, line: &'a Line, _known: &'a Known) -> Looking<'a> {
        Box::pin(one(self.0.clone(), line))
    }
}

struct HttpLook(String);

impl Look for HttpLook {
    fn yields(&self) -> &[(FactKind, u16)] {
        const { &of::<HttpProbe>() }
    }

    fn look<'a>(&'a self, line: &'a Line, known: &'a Known) -> Looking<'a> {
        let probe = HttpProbe::new(known, line.port(), self.0.clone());
        Box::pin(one(probe, line))
    }
}

struct SshLook(String);

impl Look for SshLook {
    fn yields(&self) -> &[(FactKind, u16)] {
        const { &of::<SshProbe>() }
    }

    fn look<'a>(&'a self, line: &'a Line, _known: &'a Known) -> Looking<'a> {
        let probe = SshProbe {
            agent: self.0.clone(),
        };
        Box::pin(one(probe, line))
    }
}

struct UdpLook(String);

impl Look for UdpLook {
    fn yields(&self) -> &[(FactKind, u16)] {
        const { &of::<UdpProbe>() }
    }

    fn look<'a>(&'a self, line: &'a Line, known: &'a Known) -> Looking<'a> {
        let probe = UdpProbe {
            declared: known.declared,
            agent: self.0.clone(),
        };
        Box::pin(one(probe, line))
    }
}
