//! The certificates a server presents.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Dane, Revocation, Tri};

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
    /// How the message is put together.
    pub message: Message,
    /// What is known of revocation, by certificate and source.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revocation: Vec<Revocation>,
    /// Whether the server staples an OCSP answer (RFC 6066 8); unknown if it was not asked.
    pub staple: Tri,
    /// Signed certificate timestamps seen, by way.
    pub timestamps: Timestamps,
    /// Records that pin the certificate to the name and port; none if they were not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dane: Option<Dane>,
    /// The server begins no TLS (as its TLS fact says), so it presents no certificate.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_tls: bool,
    /// Chains that the same server presents to clients of other means: an RSA certificate beside one
    /// of ECDSA, at most three. Never nested.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Self>,
}

impl ChainFact {
    /// The leaf, if it could be read.
    pub fn leaf(&self) -> Option<&Certificate> {
        self.certificates
            .first()
            .filter(|certificate| certificate.position == 0)
    }
}

/// How a Certificate message is put together (RFC 5246 7.4.2, RFC 8446 4.4.2).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Message {
    /// Each certificate certifies the one before it.
    pub in_order: Tri,
    /// A certificate is lacking on the way to a root that is not in the message.
    pub missing_issuer: Tri,
    /// Places of certificates that no path from the leaf needs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unneeded: Vec<u16>,
    /// Places of self-issued roots: needless, not wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roots: Vec<u16>,
}

/// Signed certificate timestamps (RFC 6962 3.3), counted by the way they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Timestamps {
    /// In the leaf; none if it could not be read.
    pub certificate: Option<u16>,
    /// In the handshake; none if not asked for.
    pub handshake: Option<u16>,
    /// In the stapled OCSP answer; none if there is no staple or it could not be read.
    pub staple: Option<u16>,
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
    /// What its extensions say; none in facts of older probes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extensions: Option<Extensions>,
    /// Rules of form that it breaks: ids of the `profile` list, like `rfc5280.serial_not_positive`.
    /// None in facts of older probes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Vec<String>>,
}

/// What the extensions of a certificate say (RFC 5280 4.2).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Extensions {
    /// Key usage bits by their names in RFC 5280 4.2.1.3; none without the extension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_usage: Option<Vec<String>>,
    /// Extended key usage: names of RFC 5280 4.2.1.12 like `serverAuth`, else dotted OIDs; none without
    /// the extension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_key_usage: Option<Vec<String>>,
    /// Path length constraint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_length: Option<u32>,
    /// Subject key identifier, lower-case hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_key_id: Option<String>,
    /// Authority key identifier, lower-case hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority_key_id: Option<String>,
    /// It demands a stapled OCSP answer (RFC 7633).
    pub must_staple: bool,
    /// Policy OIDs, dotted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
    /// Where its revocation lists are, at most eight.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub crl: Vec<String>,
    /// Its OCSP responders, at most eight.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ocsp: Vec<String>,
    /// Where the certificate of its issuer is, at most eight.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub issuers: Vec<String>,
    /// Dotted OIDs of critical extensions that we do not know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_critical: Vec<String>,
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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
    /// The modulus of an RSA key, lower-case hexadecimal without leading zeros, at most 16,384 bits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modulus: Option<String>,
    /// The public exponent of an RSA key, decimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exponent: Option<String>,
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
    /// The rule that is broken, by where it stands and what it is about, like
    /// `rfc5280.path_length_exceeded` or `br.no_subject_alternative_name`; none in facts of older probes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Place in the message of the certificate that breaks it; none for a root, or if no certificate does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u16>,
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
    /// A certificate of the path other than the leaf is out of date: an intermediate or the root.
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
    /// A key or a signature algorithm too weak to prove anything.
    WeakAlgorithm,
    /// A critical extension that is not known (RFC 5280 4.2).
    UnknownCritical,
    /// No certificate policy holds over the whole path, where one must (RFC 5280 6.1.5).
    Policy,
    /// A form that RFC 5280 or the baseline for server certificates forbids; browsers differ on it.
    Profile,
    /// Malformed DER or extension.
    Malformed,
    /// Anything else.
    Other,
}
