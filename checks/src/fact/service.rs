//! What is spoken on a port.

use luytre_inventory::{Protocol, Transport};
use serde::{Deserialize, Serialize};

/// A service by its own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceFact {
    /// Port.
    pub port: u16,
    /// Transport.
    #[serde(default)]
    pub transport: Transport,
    /// Protocol that was spoken; none if the port stayed silent or was not understood.
    pub protocol: Option<Protocol>,
    /// Whether it was spoken inside TLS.
    pub tls: bool,
    /// Vendor.
    pub vendor: Option<String>,
    /// Product.
    pub product: Option<String>,
    /// Version as it names itself.
    pub version: Option<String>,
    /// Operating system hint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os: Option<String>,
    /// CPE 2.3 name, if product and version are known.
    pub cpe: Option<String>,
    /// First line it said, control characters escaped, at most 256 characters.
    pub banner: Option<String>,
    /// How sure the identification is.
    pub confidence: Confidence,
}

/// How sure an identification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Nothing recognised.
    None,
    /// The protocol only.
    Protocol,
    /// Protocol and product.
    Product,
    /// Protocol, product and version.
    Version,
}
