//! What a server offers in TLS.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::{Group, Suite, Tri};

/// TLS versions, suites and groups of one endpoint at one address.
///
/// A version absent from the map was not asked: unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TlsFact {
    /// By version.
    pub versions: BTreeMap<TlsVersion, VersionFact>,
    /// The name spoken in ServerName; none when the target was a bare address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
}

impl TlsFact {
    /// Whether `version` is offered; unknown when it was not asked.
    pub fn offers(&self, version: TlsVersion) -> Tri {
        self.versions
            .get(&version)
            .map_or(Tri::Unknown, |fact| fact.offered)
    }
}

/// One version of the protocol on one endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct VersionFact {
    /// Whether the server agrees to it.
    pub offered: Tri,
    /// `offered: no` was learnt from a close or reset that the same hello with another version, just
    /// before and just after, did not meet (architecture rule 1).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub refused_by_close: bool,
    /// Suites the server chose, in the order found.
    pub suites: Vec<Suite>,
    /// Whether the list of suites is whole.
    pub suites_complete: Tri,
    /// Whose order of suites counts.
    pub order: Order,
    /// Key exchange groups the server used, in the order found.
    pub groups: Vec<Group>,
    /// Whether the list of groups is whole.
    pub groups_complete: Tri,
    /// Sizes in bits of finite-field groups outside the registry (ServerDHParams, RFC 5246 7.4.3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dh_bits: Vec<u16>,
}

/// Whose preference decides the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The server's.
    Server,
    /// The client's.
    Client,
    /// Not known, or only one suite.
    #[default]
    Unknown,
}

/// A version of SSL or TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each variant is the version of that name")]
pub enum TlsVersion {
    #[serde(rename = "SSLv3")]
    Ssl3,
    #[serde(rename = "TLSv1.0")]
    Tls10,
    #[serde(rename = "TLSv1.1")]
    Tls11,
    #[serde(rename = "TLSv1.2")]
    Tls12,
    #[serde(rename = "TLSv1.3")]
    Tls13,
}

impl TlsVersion {
    /// All versions, oldest first.
    pub const ALL: [Self; 5] = [
        Self::Ssl3,
        Self::Tls10,
        Self::Tls11,
        Self::Tls12,
        Self::Tls13,
    ];

    /// The number on the wire.
    pub const fn wire(self) -> u16 {
        match self {
            Self::Ssl3 => 0x0300,
            Self::Tls10 => 0x0301,
            Self::Tls11 => 0x0302,
            Self::Tls12 => 0x0303,
            Self::Tls13 => 0x0304,
        }
    }
}

impl fmt::Display for TlsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ssl3 => "SSLv3",
            Self::Tls10 => "TLSv1.0",
            Self::Tls11 => "TLSv1.1",
            Self::Tls12 => "TLSv1.2",
            Self::Tls13 => "TLSv1.3",
        })
    }
}
