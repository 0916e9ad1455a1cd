//! Features of TLS on real servers, with each answer that a feature can have.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, and says what it skips"
)]

#[path = "../tls_support/mod.rs"]
mod tls_support;

mod servers;
mod traps;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use luytre_checks::{
    Fact,
    fact::{ChainFact, Features, TlsFact, TlsVersion, Tri},
};
use luytre_inventory::ScanProfile;
use luytre_scanner::{
    Limits,
    probe::{chain::ChainReader, tls_and_chain},
};
use tls_support::{NAME, Server, line_with, s_server};

use Tri::{No, Unknown, Yes};

const EC: &str = "ssl_certificate ec.crt; ssl_certificate_key ec.key;";
const RSA: &str = "ssl_certificate rsa.crt; ssl_certificate_key rsa.key;";
const INTERMEDIATE: &str = "ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;";

struct Seen {
    tls: TlsFact,
    chain: ChainFact,
    connections: u32,
}

impl Seen {
    fn features(&self) -> &Features {
        &self.tls.features
    }

    fn schemes(&self, version: TlsVersion) -> (Vec<&'static str>, Tri) {
        let fact = &self.tls.versions[&version];
        let names = fact.signatures.iter().map(|s| s.name().unwrap()).collect();
        (names, fact.signatures_complete)
    }
}

/// Limits that hold on a busy machine.
fn patient() -> Limits {
    Limits {
        connect: Duration::from_secs(30),
        answer: Duration::from_secs(30),
        silence: Duration::from_mins(2),
        whole: Duration::from_mins(5),
        ..Limits::default()
    }
}

fn look_with(profile: ScanProfile, limits: Limits, port: u16) -> Seen {
    let line = line_with(profile, [127, 0, 0, 1].into(), port, Some(NAME), limits);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let begun = Instant::now();
    let (tls, chain) = runtime.block_on(tls_and_chain(&line, &ChainReader::default()));
    let (_, cost) = line.settle();
    eprintln!("{} connections, {:?}", cost.connections, begun.elapsed());
    match (tls, chain) {
        (Ok(Fact::Tls(tls)), Ok(Fact::Chain(chain))) => Seen {
            tls,
            chain,
            connections: cost.connections,
        },
        other => panic!("{other:?}"),
    }
}

fn deep(server: &Server) -> Seen {
    look_with(ScanProfile::Deep, patient(), server.port)
}

fn with_rsa(folder: &Path, arguments: &[&str]) -> Server {
    let rsa = ["-cert", "rsa.crt", "-key", "rsa.key"];
    s_server(folder, &[&rsa[..], arguments].concat())
}
