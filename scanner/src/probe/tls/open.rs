//! The way to a connection on which the first hello may be sent.

use luytre_checks::{
    Unmeasured,
    fact::{TlsFact, TlsVersion, Tri, VersionFact},
};
use luytre_inventory::{HostName, ProbeClass, ScanProfile};

use crate::{Conn, Line, probe::starttls::injection};

/// Opens a connection that is ready for a ClientHello.
pub(crate) async fn open(line: &Line) -> Result<Conn, Unmeasured> {
    match line.upgrade() {
        Some(upgrade) => upgrade.open(line).await,
        None => line.connect(ProbeClass::Handshake, line.port()).await,
    }
}

/// What was found, with what was learnt of STARTTLS on the way. A server that does not offer it offers
/// no version: that is an answer. The deep profile tries what it does with commands behind STARTTLS.
pub(super) async fn told(
    line: &Line,
    found: Result<TlsFact, Unmeasured>,
) -> Result<TlsFact, Unmeasured> {
    let Some(upgrade) = line.upgrade() else {
        return found;
    };
    let offered = upgrade.offered();
    let mut fact = match found {
        Err(_) if offered == Tri::No => none(line),
        found => found?,
    };
    fact.starttls = Some(upgrade.protocol.to_string());
    fact.starttls_offered = offered;
    if offered == Tri::Yes && line.permit().profile() == ScanProfile::Deep {
        fact.flaws.starttls_injection = injection(line).await;
    }
    Ok(fact)
}

fn none(line: &Line) -> TlsFact {
    let refused = || VersionFact {
        offered: Tri::No,
        ..VersionFact::default()
    };
    TlsFact {
        versions: TlsVersion::ALL.map(|version| (version, refused())).into(),
        server_name: line.name().map(HostName::to_string),
        ..TlsFact::default()
    }
}
