//! TLS behind STARTTLS: peers of our own for every protocol and every bad manner, and real daemons.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, and says what it skips"
)]

mod answers;
mod daemons;
mod engine;
mod manners;
mod peer;
#[path = "../tls_support/mod.rs"]
mod tls_support;

use luytre_checks::{Fact, Unmeasured, fact::TlsFact};
use luytre_inventory::ScanProfile;
use luytre_scanner::{
    Limits, Line,
    probe::{Probe as _, Starttls, TlsProbe},
};
use tls_support::{NAME, line, line_with};

/// A line to loopback on which TLS begins as `protocol` says.
fn line_of(port: u16, protocol: Starttls) -> Line {
    line(port, Some(NAME)).beginning_tls(Some(protocol))
}

/// The same by the deep profile, which alone tries injection.
fn deep_line_of(port: u16, protocol: Starttls) -> Line {
    let local = std::net::Ipv4Addr::LOCALHOST.into();
    line_with(
        ScanProfile::Deep,
        local,
        port,
        Some(NAME),
        Limits::default(),
    )
    .beginning_tls(Some(protocol))
}

async fn look(line: &Line) -> Result<TlsFact, Unmeasured> {
    TlsProbe.observe(line).await.map(|fact| match fact {
        Fact::Tls(fact) => fact,
        other => panic!("{other:?}"),
    })
}
