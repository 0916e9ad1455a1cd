//! Which TCP ports of a host answer.

use luytre_inventory::PortSet;
use serde::{Deserialize, Serialize};

/// Result of connecting to a set of ports of one address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PortsFact {
    /// What was asked.
    pub asked: PortSet,
    /// Ports that completed a connection, ascending.
    pub open: Vec<u16>,
    /// How many refused.
    pub closed: u32,
    /// How many stayed silent after every retry.
    pub silent: u32,
    /// Ports on which nothing could be decided.
    pub undecided: PortSet,
    /// Whether every asked port is decided.
    pub complete: bool,
}
