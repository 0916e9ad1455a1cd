//! What a server offers in TLS.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::{Group, SignatureScheme, Suite, Tri};

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
    /// The protocol that was asked to begin TLS before the first hello, like `smtp`; none when TLS
    /// comes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starttls: Option<String>,
    /// Whether the server begins TLS when asked so. *No* is its answer, on two connections: then no
    /// version is offered. Unknown when TLS comes first.
    #[serde(default)]
    pub starttls_offered: Tri,
    /// What it can do beside versions, suites and groups; asked from the standard profile upwards.
    #[serde(default)]
    pub features: Features,
    /// Known faults of implementations; asked by the deep profile alone.
    #[serde(default)]
    pub flaws: Flaws,
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
    /// The primes behind `dh_bits`, as far as they came by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dh_primes: Vec<DhPrime>,
    /// One key over a finite field served two handshakes. *No*: two were compared and differed; also
    /// unknown in TLS 1.3, where no key is shown to us.
    pub dh_key_reused: Tri,
    /// The same of keys on curves.
    pub ecdh_key_reused: Tri,
    /// Schemes in which the server signed, in the order found (TLS 1.2 and 1.3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<SignatureScheme>,
    /// Whether the list of schemes is whole.
    pub signatures_complete: Tri,
}

/// A prime of finite-field Diffie-Hellman outside the registry of groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DhPrime {
    /// Size in bits.
    pub bits: u16,
    /// SHA-256 of the prime, big-endian without leading zeros, lower-case hexadecimal.
    pub sha256: String,
    /// The published group that it is, like `RFC 2409 group 2`; none if it is in no list of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<String>,
}

/// What a server can do beside versions, suites and groups. What was not asked is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Features {
    /// It compresses records (RFC 3749).
    pub compression: Tri,
    /// It binds a renegotiation to the session before (RFC 5746).
    pub secure_renegotiation: Tri,
    /// It renegotiates when the client asks, in a version up to TLS 1.2.
    pub client_renegotiation: Tri,
    /// It resumes a session by its id (RFC 5246 7.3).
    pub resumption_id: Tri,
    /// It resumes a session by a ticket, up to TLS 1.2 (RFC 5077).
    pub resumption_ticket: Tri,
    /// It resumes a TLS 1.3 session by a pre-shared key (RFC 8446 2.2).
    pub resumption_psk: Tri,
    /// It takes data in the first flight of a resumed TLS 1.3 session (RFC 8446 2.3).
    pub early_data: Tri,
    /// It binds the master secret to the handshake (RFC 7627).
    pub extended_master_secret: Tri,
    /// It authenticates CBC records after enciphering (RFC 7366).
    pub encrypt_then_mac: Tri,
    /// It refuses a fallback that was not needed (RFC 7507).
    pub fallback_scsv: Tri,
    /// It speaks the heartbeat extension (RFC 6520).
    pub heartbeat: Tri,
    /// Protocols it chose by ALPN (RFC 7301), of those asked for, in the order found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alpn: Vec<String>,
    /// Whether each protocol of our list was asked for; unknown also if not asked at all.
    pub alpn_complete: Tri,
    /// Whether it asks the client for a certificate.
    pub client_certificate: ClientCertificate,
    /// It answers hellos longer than 1,400 bytes, which come in more than one packet.
    pub long_hello: Tri,
    /// It answers a hello shorter than 256 bytes without extensions that it need not know.
    pub short_hello: Tri,
    /// It passes over suites, groups, extensions and versions that it does not know (RFC 8701).
    pub grease: Tri,
}

/// Whether a server asks the client for a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientCertificate {
    /// It does not ask.
    No,
    /// It asks, and goes on without one.
    Requested,
    /// It asks, and ends the handshake without one.
    Required,
    /// Not known.
    #[default]
    Unknown,
}

/// Faults of implementations that are proved by behaviour. *Yes* was seen twice, on fresh
/// connections; one anomaly is unknown. What was not asked is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Flaws {
    /// Heartbleed, CVE-2014-0160: it returns memory to a heartbeat that lies about its length.
    pub heartbleed: Tri,
    /// CCS injection, CVE-2014-0224: it takes ChangeCipherSpec before there are keys.
    pub ccs_injection: Tri,
    /// ROBOT, CVE-2017-13099 and others: it tells good from bad RSA padding.
    pub robot: Tri,
    /// Ticketbleed, CVE-2016-9244: it returns memory behind a short session id.
    pub ticketbleed: Tri,
    /// It carries out commands that came in the clear behind STARTTLS (CVE-2011-0411 and others).
    pub starttls_injection: Tri,
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
    #[serde(rename = "SSLv2")]
    Ssl2,
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
    pub const ALL: [Self; 6] = [
        Self::Ssl2,
        Self::Ssl3,
        Self::Tls10,
        Self::Tls11,
        Self::Tls12,
        Self::Tls13,
    ];

    /// The number on the wire. That of SSL 2.0 stands in no record and no hello of the others.
    pub const fn wire(self) -> u16 {
        match self {
            Self::Ssl2 => 0x0002,
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
            Self::Ssl2 => "SSLv2",
            Self::Ssl3 => "SSLv3",
            Self::Tls10 => "TLSv1.0",
            Self::Tls11 => "TLSv1.1",
            Self::Tls12 => "TLSv1.2",
            Self::Tls13 => "TLSv1.3",
        })
    }
}
