//! HTTP, and the programs on top of it that have a path for their version.

use luytre_inventory::Protocol;

use super::{Asker, Step, Whole, contains};

/// The request that suits `protocol`: the path on which it gives its version without a log-in, else the
/// front page.
pub(in super::super) const fn asking(protocol: Option<Protocol>) -> Step {
    Step {
        say: match protocol {
            // Docker Engine API: "Get version"; Kubernetes and etcd answer on the same path.
            Some(Protocol::Docker | Protocol::Kubernetes | Protocol::Etcd) => version,
            // Prometheus: HTTP API, "Build information".
            Some(Protocol::Prometheus) => build,
            // WS-Management listens on a path of its own (MS-WSMV 2.1).
            Some(Protocol::Winrm) => wsman,
            _ => front,
        },
        whole,
    }
}

fn front(asker: &Asker<'_>) -> Vec<u8> {
    get(asker, "/")
}

fn version(asker: &Asker<'_>) -> Vec<u8> {
    get(asker, "/version")
}

fn build(asker: &Asker<'_>) -> Vec<u8> {
    get(asker, "/api/v1/status/buildinfo")
}

fn wsman(asker: &Asker<'_>) -> Vec<u8> {
    get(asker, "/wsman")
}

/// A request that every web server answers and that does no harm where no web server is: without a
/// Host line, which some databases log as an attack.
fn get(asker: &Asker<'_>, path: &str) -> Vec<u8> {
    let host = asker
        .host
        .map_or_else(String::new, |name| format!("Host: {name}\r\n"));
    let agent = asker.agent;
    format!("GET {path} HTTP/1.0\r\nUser-Agent: {agent}\r\n{host}\r\n").into_bytes()
}

/// The header section; what follows it often names the program.
fn whole(said: &[u8]) -> Whole {
    if !said.starts_with(b"HTTP/") {
        let other = said.contains(&b'\n')
            || said.starts_with(&[0x15, 3])
            || said.starts_with(&[0x16, 3])
            || said.starts_with(b"AMQP");
        return other.into();
    }
    let ends = contains(said, b"\r\n\r\n") || contains(said, b"\n\n");
    let title = contains(said, b"</title>") || contains(said, b"</TITLE>");
    if title {
        Whole::Yes
    } else if ends {
        Whole::Enough
    } else {
        Whole::No
    }
}
