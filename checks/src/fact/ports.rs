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
    /// How many stayed silent in every round, while the host answered on others.
    pub silent: u32,
    /// Which ones. Facts before version 2 of the probe counted them without naming them.
    #[serde(skip_serializing_if = "PortSet::is_empty")]
    pub silent_ports: PortSet,
    /// Ports of which nothing is known: not asked, or not often enough, or silent when the host
    /// answered on no other port either.
    pub undecided: PortSet,
    /// Whether every asked port is open, closed or silent.
    pub complete: bool,
}
