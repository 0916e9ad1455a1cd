//! What the domain name system says around the name of one endpoint.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Dane, Tri};

/// Records around one name, as our own resolvers gave them. A list that is null is not known; an empty
/// one is known to be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DnsFact {
    /// The name looked at.
    pub name: String,
    /// Apex of the zone that holds it: the owner of the nearest SOA record; null if not known.
    pub zone: Option<String>,
    /// Name servers of the zone, at most 32; null if not known.
    pub name_servers: Option<Vec<String>>,
    /// Timers of the zone; null if not known.
    pub soa: Option<Soa>,
    /// Whether names in it that nobody made have addresses.
    pub wildcard: Tri,
    /// Where its name servers and mail servers are to be found, at most eight of each; null if not
    /// known.
    pub targets: Option<Vec<Pointer>>,
    /// What its name servers themselves say, at most eight; null if they are not known.
    pub servers_asked: Option<Vec<NameServer>>,
    /// Signatures of the zone.
    pub dnssec: Dnssec,
    /// Which authorities may issue certificates for the name (RFC 8659); null if not known.
    pub caa: Option<CaaSet>,
    /// What is said of mail from and to the zone.
    pub mail: Box<Mail>,
}

/// Signatures of a zone (RFC 4033 to 4035).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Dnssec {
    /// The parent zone holds a DS record for it. *No* only from a resolver that hands signatures on.
    pub delegated: Tri,
    /// Our resolver validates and found its SOA record right (AD), or gives it only where validation is
    /// switched off.
    pub validated: Tri,
    /// First moment of the signature seen that is nearest to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_from: Option<Timestamp>,
    /// Last moment of that signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_until: Option<Timestamp>,
    /// Algorithms of its keys, by their numbers in the registry (RFC 9904), sorted; null if not known.
    pub algorithms: Option<Vec<u8>>,
}

/// What the SOA record of a zone says (RFC 1035 3.3.13), in seconds. Its serial number is left out: it is
/// another one after every change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Soa {
    /// The name server that the data comes from.
    pub primary: String,
    /// After how long secondaries ask for changes.
    pub refresh: u32,
    /// After how long they ask again if that failed.
    pub retry: u32,
    /// After how long without an answer they stop to serve the zone.
    pub expire: u32,
    /// For how long resolvers remember that a name is not there (RFC 2308 4).
    pub minimum: u32,
}

/// A name server, asked itself. One that no authorisation covers is not asked: of it nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NameServer {
    /// Its name.
    pub name: String,
    /// It answers for the zone by itself (AA).
    pub authoritative: Tri,
    /// It hands the whole zone to us (AXFR, RFC 5936).
    pub transfer: Tri,
    /// Records of the zone seen before we hung up; none if it hands out none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<u32>,
}

/// A name that a record of the zone points to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointer {
    /// The kind of record.
    pub kind: PointerKind,
    /// The name.
    pub to: String,
    /// Whether it has an address.
    #[serde(default)]
    pub exists: Tri,
}

/// Records that point to a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PointerKind {
    /// NS.
    NameServer,
    /// MX.
    Mail,
}

impl PointerKind {
    /// The kind of record, as written in zone files.
    pub const fn record(self) -> &'static str {
        match self {
            Self::NameServer => "NS",
            Self::Mail => "MX",
        }
    }
}

/// The relevant CAA records: those at the name or at its nearest ancestor that has any (RFC 8659 3).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CaaSet {
    /// Where they stand; none if neither the name nor an ancestor has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The records, at most 64.
    pub records: Vec<Caa>,
}

/// One CAA record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Caa {
    /// An authority that does not know the property must not issue.
    pub critical: bool,
    /// The property, lower case: `issue`, `issuewild`, `iodef`, …
    pub tag: String,
    /// Its value, capped.
    pub value: String,
}

/// What a zone says of mail.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Mail {
    /// Mail servers, the most preferred first, at most 32; `.` stands for a domain that takes no mail
    /// (RFC 7505). Null if not known.
    pub servers: Option<Vec<String>>,
    /// SPF records of the zone (RFC 7208 4.5), at most eight; null if not known.
    pub spf: Option<Vec<String>>,
    /// The record in force where the only one hands over to another domain (`redirect=`, RFC 7208
    /// 6.1); null if not known or not handed over.
    pub spf_redirected: Option<String>,
    /// Terms that cost a look-up, inside included records too (RFC 7208 4.6.4): at least so many; null
    /// if not known.
    pub spf_terms: Option<u16>,
    /// Whether every included record could be read, so that there are no more of them.
    pub spf_terms_complete: Tri,
    /// DMARC records for the zone (RFC 9989); null if not known.
    pub dmarc: Option<Dmarc>,
    /// Keys of DKIM (RFC 6376) at the few selectors that were asked about; null if not known. None there
    /// says nothing of others.
    pub dkim: Option<Vec<Dkim>>,
    /// Records that announce a policy for mail on the way (MTA-STS, RFC 8461 3.1); null if not known.
    pub mta_sts: Option<Vec<String>>,
    /// Records that say where to report failures of TLS (RFC 8460 3); null if not known.
    pub tls_reports: Option<Vec<String>>,
    /// Records that pin the certificates of the mail servers (RFC 7672), of at most eight; null if
    /// not known.
    pub pins: Option<Vec<Dane>>,
}

/// A key of DKIM.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Dkim {
    /// Under which selector it stands.
    pub selector: String,
    /// `rsa`, `ed25519`, or as written; none if it was taken back (an empty key).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its size in bits; null if it could not be read.
    pub bits: Option<u32>,
    /// The domain is still testing (`t=y`): receivers treat its mail like unsigned mail.
    pub testing: bool,
}

/// DMARC records at `_dmarc.` of the zone or of its nearest ancestor that has any.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Dmarc {
    /// The domain they are for; none if there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The records, at most eight.
    pub records: Vec<String>,
}
