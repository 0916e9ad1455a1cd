//! The certificates a server presents.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tri;

/// The Certificate message of one endpoint at one address, as presented.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChainFact {
    /// The certificates that could be read, leaf first, in the order sent.
    pub certificates: Vec<Certificate>,
    /// Certificates that could not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<Unreadable>,
    /// The path, per set of roots.
    pub trust: Vec<Trust>,
    /// The name asked for; none when the target was a bare address without a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// Whether the leaf is valid for the name (or, without one, for the address); null if unknown.
    pub name_match: Option<bool>,
}

impl ChainFact {
    /// The leaf, if it could be read.
    pub fn leaf(&self) -> Option<&Certificate> {
        self.certificates
            .first()
            .filter(|certificate| certificate.position == 0)
    }
}

/// One certificate as presented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Place in the message, 0 is the leaf.
    pub position: u16,
    /// SHA-256 of the DER, lower-case hexadecimal.
    pub sha256: String,
    /// Subject, RFC 4514 text, capped.
    pub subject: String,
    /// Issuer, RFC 4514 text, capped.
    pub issuer: String,
    /// Serial number, hexadecimal.
    pub serial: String,
    /// dNSName and iPAddress entries of the subject alternative name, at most 1,000.
    pub names: Vec<String>,
    /// How many names it has in all.
    pub name_count: u32,
    /// First moment of validity.
    pub not_before: Timestamp,
    /// Last moment of validity.
    pub not_after: Timestamp,
    /// The public key.
    pub key: Key,
    /// Signature algorithm, OpenSSL long name like `sha256WithRSAEncryption`, or the dotted OID.
    pub signature: String,
    /// Basic constraints CA flag.
    #[serde(default)]
    pub ca: Tri,
    /// Subject equals issuer and the signature verifies with the certificate's own key.
    #[serde(default)]
    pub self_signed: Tri,
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// `rsa`, `ec`, `ed25519`, `ed448`, `dsa`, or the dotted OID.
    pub kind: String,
    /// Size in bits.
    pub bits: u32,
    /// Curve, for `ec`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curve: Option<String>,
    /// SHA-256 of the SubjectPublicKeyInfo, lower-case hexadecimal.
    pub sha256: String,
}

/// A certificate that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// Place in the message.
    pub position: u16,
    /// SHA-256 of the bytes.
    pub sha256: String,
    /// Why, from our reader.
    pub reason: String,
}

/// Whether a path leads to a root of one set.
///
/// The path is judged at the time of observation if the leaf is then valid, else at the last moment
/// of the leaf's validity: being out of date is judged apart, from the dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trust {
    /// Set of roots: `web` for the public web roots, or the name of a configured bundle.
    pub store: String,
    /// The answer.
    pub verdict: TrustVerdict,
    /// Why not trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PathFault>,
}

/// Three-valued trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrustVerdict {
    /// A path exists.
    Trusted,
    /// No path exists.
    Untrusted,
    /// Could not be decided.
    Unknown,
}

/// Why no path exists (RFC 5280 section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathFault {
    /// No certificate of the set issued it.
    UnknownIssuer,
    /// A certificate of the path other than the leaf is out of date.
    ExpiredIntermediate,
    /// A signature does not verify.
    BadSignature,
    /// A name is outside a name constraint.
    NameConstraint,
    /// A path length or CA constraint is broken.
    PathConstraint,
    /// Not issued for server authentication.
    NotForServers,
    /// An algorithm that is not supported.
    UnsupportedAlgorithm,
    /// Malformed DER or extension.
    Malformed,
    /// Anything else.
    Other,
}
