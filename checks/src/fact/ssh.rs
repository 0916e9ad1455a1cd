//! What an SSH server says before anybody logs in.

use serde::{Deserialize, Serialize};

use super::Tri;

/// The identification, the algorithms and the host keys of an SSH server (RFC 4253 sections 4.2, 7.1
/// and 8). Nothing in it needs a log-in. Lists are in the server's order of preference, as sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SshFact {
    /// Port.
    pub port: u16,
    /// The identification line, at most 255 characters, control characters escaped.
    pub banner: Option<String>,
    /// Version of the protocol in that line: `2.0`; `1.99` is version 2 that also serves version 1
    /// (RFC 4253 section 5.1); anything lower is version 1 alone.
    pub protocol: Option<String>,
    /// Key exchange methods, without the markers of extensions (`ext-info-s`, `kex-strict-s-…`).
    pub key_exchanges: Vec<String>,
    /// Signature algorithms of host keys.
    pub host_key_algorithms: Vec<String>,
    /// What it accepts from the client.
    pub to_server: SshDirection,
    /// What it sends to the client.
    pub to_client: SshDirection,
    /// Whether the lists are whole: read to their end, every name kept.
    pub lists_complete: Tri,
    /// Whether strict key exchange is offered, the answer to CVE-2023-48795 (Terrapin).
    pub strict_key_exchange: Tri,
    /// The host keys as the server presented them, one of each kind. That it holds their private
    /// halves was not verified.
    pub host_keys: Vec<SshHostKey>,
    /// Whether a key of every kind that it offers was read.
    pub host_keys_complete: Tri,
}

/// Algorithms of one direction.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SshDirection {
    /// Ciphers.
    pub ciphers: Vec<String>,
    /// Message authentication codes.
    pub macs: Vec<String>,
    /// Compression.
    pub compressions: Vec<String>,
}

/// A host key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SshHostKey {
    /// Its format, like `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`.
    pub format: String,
    /// `rsa`, `dsa`, `ecdsa`, `ed25519` or `ed448`.
    pub kind: String,
    /// Size in bits: of the modulus, the prime or the field.
    pub bits: u32,
    /// SHA-256 of the key as `ssh-keygen -l` writes it: `SHA256:` and base64 without padding.
    pub fingerprint: String,
}

impl SshFact {
    /// Ciphers of both directions, each once, in order.
    pub fn ciphers(&self) -> Vec<&str> {
        both(&self.to_server.ciphers, &self.to_client.ciphers)
    }

    /// Message authentication codes of both directions, each once, in order.
    pub fn macs(&self) -> Vec<&str> {
        both(&self.to_server.macs, &self.to_client.macs)
    }
}

fn both<'a>(one: &'a [String], other: &'a [String]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for name in one.iter().chain(other) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}
