//! Single values, checked while the line of the file is still known.

use serde::{Deserialize, Serialize};

use crate::place::parse_spot;

/// A URL or `host:port`, checked while the line is known.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Place(pub(super) String);

impl TryFrom<String> for Place {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match parse_spot(&text) {
            Ok(_) => Ok(Self(text)),
            Err(why) => Err(format!("url `{text}` {}: {}", why.problem.en, why.fix.en)),
        }
    }
}

impl std::convert::From<Place> for String {
    fn from(place: Place) -> Self {
        place.0
    }
}

/// An address in its canonical spelling.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Address(pub(super) std::net::IpAddr);

impl TryFrom<String> for Address {
    type Error = crate::HostError;

    fn try_from(text: String) -> Result<Self, crate::HostError> {
        crate::parse_address(&text).map(Self)
    }
}

impl std::convert::From<Address> for String {
    fn from(address: Address) -> Self {
        address.0.to_string()
    }
}

/// A port from 1 to 65535.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub(super) struct Port(pub(super) u16);

impl TryFrom<u16> for Port {
    type Error = &'static str;

    fn try_from(port: u16) -> Result<Self, &'static str> {
        if port == 0 {
            Err("port 0 is no port: write 1-65535")
        } else {
            Ok(Self(port))
        }
    }
}

impl std::convert::From<Port> for u16 {
    fn from(port: Port) -> Self {
        port.0
    }
}
