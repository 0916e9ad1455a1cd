//! Checks on what is spoken on a port, and on open ports.

use luytre_inventory::{Protocol, Worded as _};

use crate::Outcome;

pub mod admin_reachable;
pub mod clear_text;
pub mod database_reachable;
pub mod exposed;
pub(crate) mod exposure;
pub mod unasked;
pub mod undeclared;

/// The answer where the port stayed silent or was not understood.
const NOT_UNDERSTOOD: Outcome = Outcome::unknown(
    "chưa nhận ra dịch vụ trên cổng này",
    "the service on this port was not recognised",
);

/// A name for people.
fn name(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Rdp => "Remote Desktop (RDP)",
        Protocol::Other => "?",
        known => known.text().en,
    }
}

/// What was spoken on a port.
#[cfg(test)]
pub(crate) fn speaks(port: u16, protocol: Option<Protocol>, tls: bool) -> crate::Fact {
    crate::Fact::Service(crate::fact::ServiceFact {
        port,
        transport: luytre_inventory::Transport::Tcp,
        protocol,
        tls,
        vendor: None,
        product: None,
        version: None,
        os: None,
        cpe: None,
        banner: None,
        confidence: match protocol {
            Some(_) => crate::fact::Confidence::Protocol,
            None => crate::fact::Confidence::None,
        },
    })
}
